"""All operations in random order, beside an oracle with its own books and the verifier's fold after each of them.

Hypothesis searches and shrinks; the long run drives the same operations from a seed, which replays it.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from simulation import Simulation

from holin.ledger import balances, create, verify

WEIGHTS = {
    "issue": 12, "correct": 2, "split": 6, "transfer": 12, "reserve": 8, "release": 2, "retire": 14,
    "retire_matched": 12, "charge": 6, "discharge": 3, "bundle": 0.5, "expire": 0.5, "repeat": 4, "reopen": 0.5,
    "let_time_pass": 3,
}  # fmt: skip


@pytest.fixture
def memory() -> Iterator[Path]:
    """Return a folder in memory where the system has one: the disk is not what is tested here."""
    fast = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="holin-ledger-", dir=fast if os.access(fast, os.W_OK) else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def driven(address: str, operations: int, seed: int) -> Simulation:
    """Carry out random operations, then verify all from the first entry, and compare the database's sums."""
    one = Simulation(address, seed)
    try:
        names = one.draw.choices(list(WEIGHTS), weights=list(WEIGHTS.values()), k=operations)
        for name in names:
            one.operate(name)
        finish(one)
    finally:
        one.close()
    return one


def finish(one: Simulation) -> None:
    """Verify a ledger from its first entry, and hold the database's sums against the oracle's."""
    found = verify(one.ledgers[0])
    assert found.whole, (found.broken, found.damage)
    assert (found.hash, found.entries) == (one.fold.hash, one.fold.number)
    ours: dict[tuple[str, str], int] = {key: wh for key, wh in one.books.totals.items() if wh}
    theirs: dict[tuple[str, str], int] = {}
    for b in balances(one.ledgers[1].database):
        theirs[b.account, b.state] = theirs.get((b.account, b.state), 0) + b.wh
    assert theirs == ours


def make(address: str) -> str:
    create(address, kind="demo", operator="test.example", time_zone="Asia/Shanghai")
    return address


class Operations(RuleBasedStateMachine):
    """Each rule is one operation; what it is given comes from the seed and the number of the operation."""

    folder: Path
    number = itertools.count()

    @initialize(seed=st.integers(0, 2**16))
    def begin(self, seed: int) -> None:
        self.one = Simulation(make(str(self.folder / f"{next(self.number)}.ledger")), seed)

    @rule(name=st.sampled_from([name for name in WEIGHTS if name not in ("issue", "repeat")]), seed=st.integers(0, 999))
    def operate(self, name: str, seed: int) -> None:
        self.one.draw.seed(seed)
        self.one.operate(name)

    @rule(seed=st.integers(0, 999))
    def issue(self, seed: int) -> None:
        self.one.draw.seed(seed)
        self.one.operate("issue")

    @precondition(lambda self: self.one.repeatable)
    @rule()
    def repeat(self) -> None:
        self.one.operate("repeat")

    def teardown(self) -> None:
        if hasattr(self, "one"):
            finish(self.one)
            self.one.close()


def test_any_sequence_keeps_every_invariant(memory: Path) -> None:
    machine = type("Here", (Operations,), {"folder": memory})
    healthy = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=healthy,
            database=None,
        ),
    )


@pytest.mark.parametrize(("dialect", "operations"), [("sqlite", 1_000), ("postgresql", 150)])
def test_many_operations_from_a_seed(
    dialect: str, operations: int, memory: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(memory))
    place = str(memory / "park.ledger") if dialect == "sqlite" else request.getfixturevalue("new_place")("postgresql")
    one = driven(make(place), operations, seed=1)
    if dialect == "sqlite":
        assert set(one.done) == set(WEIGHTS)  # each was carried out, and some were refused too
    assert one.refused["transfer"] and one.refused["retire"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 110))
def test_a_hundred_thousand_operations(seed: int, memory: Path) -> None:
    driven(make(str(memory / "park.ledger")), 100_000, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200, 203))
def test_twenty_thousand_operations_on_a_server(
    seed: int, memory: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(memory))
    driven(make(request.getfixturevalue("new_place")("postgresql")), 20_000, seed)
