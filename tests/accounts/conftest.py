"""A file of accounts with a clock that is turned by hand, and hashes that cost little."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from accounts_clock import Clock, cheap_hashes

from holin.accounts import Accounts, open_accounts


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_hashes(monkeypatch)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock) -> Iterator[Accounts]:
    with open_accounts(tmp_path / "accounts.db", create=True, now=clock) as found:
        yield found
