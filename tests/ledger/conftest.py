"""Ledgers to test on: one in SQLite, one in a real PostgreSQL, each new."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import postgres_server
from holin.ledger import create

NUMBER = itertools.count()


@pytest.fixture(scope="session")
def server() -> Iterator[postgres_server.Server]:
    """Run a PostgreSQL server for all tests of a worker."""
    if postgres_server.programs() is None:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail("PostgreSQL is missing; on a build server nothing is skipped")
        pytest.skip("PostgreSQL 15 or newer is missing: `apt-get install postgresql`")
    with postgres_server.server() as one:
        yield one


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of an empty place for a ledger, in either database."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    if request.param == "sqlite":
        return str(tmp_path / "park.ledger")
    one: postgres_server.Server = request.getfixturevalue("server")
    return one.create(f"ledger_{next(NUMBER)}")


@pytest.fixture
def ledger_at(address: str) -> str:
    """Return the address of a new, empty ledger."""
    create(address, kind="demo", operator="test.example", time_zone="Asia/Shanghai")
    return address


@pytest.fixture
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Return a maker of further empty places in the database `sqlite` or `postgresql`."""

    def place(dialect: str) -> str:
        if dialect == "sqlite":
            return str(tmp_path / f"further-{next(NUMBER)}.ledger")
        one: postgres_server.Server = request.getfixturevalue("server")
        return one.create(f"ledger_{next(NUMBER)}")

    return place
