"""What tests of accounts share: a clock that is turned by hand, and hashes that cost a thousandth."""

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

GOOD = "steppe kettle vowel 31"
OTHER = "granite saddle orbit 77"


class Clock:
    """Says a time, s, that only moves when it is turned."""

    def __init__(self, at_s: float = 1_760_000_000.0) -> None:
        self.at_s = at_s

    def __call__(self) -> float:
        return self.at_s

    def turn(self, by_s: float) -> None:
        self.at_s += by_s


def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a password's hash take a millisecond: what it costs is not what most tests are about."""
    from holin.accounts import passwords

    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    passwords._nobodys.cache_clear()
    monkeypatch.setattr(passwords, "_hasher", lambda: cheap)
