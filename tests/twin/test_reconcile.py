"""Everything closes: at every stage of both parks, in random small parks, with a ledger; and what does not is named."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from settled_parks import hours_of

from holin.parkfile import read_park, reference_park
from holin.settle import Bill
from holin.settle.reconcile import money_checks
from holin.twin import Reconciled, reconciled, run, saved, settled_run
from holin.twin.certificates import issued_run, retired_run

STAGES = [
    (park, stage.name) for park in ("huolinguole", "huolinhe") for stage in read_park(reference_park(park)).stages
]


def broken(made: Reconciled) -> list[str]:
    return [f"{c.name} {c.month}: {c.difference} {c.unit}, allowed {c.allowed}" for c in made.checks if not c.closes]


def check_stage(park: str, stage: str, days: int) -> None:
    whole = read_park(reference_park(park))
    year = next(s.as_of.year for s in whole.stages if s.name == stage)
    start = datetime(year, 5, 31)
    made = reconciled(run(whole, stage=stage, start=start, end=start + timedelta(days=days)))
    assert broken(made) == []
    assert {c.name for c in made.checks} >= {"energy", "lines", "totals", "billed_energy", "money", "purchases"}
    for b in made.balances:
        assert sum(b.used.values()) > 0 and b.lost > 0


@pytest.mark.parametrize(("park", "stage"), STAGES)
def test_two_days_of_every_stage_close(park: str, stage: str) -> None:
    check_stage(park, stage, 2)


@pytest.mark.slow
@pytest.mark.parametrize(("park", "stage"), STAGES)
def test_two_months_of_every_stage_close(park: str, stage: str) -> None:
    check_stage(park, stage, 61)


@pytest.mark.parametrize("block", range(5))
def test_random_small_parks_close(block: int) -> None:
    for seed in range(10 * block, 10 * block + 10):
        assert broken(reconciled(hours_of(seed))) == [], f"seed {seed}"


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_a_thousand_random_small_parks_close(block: int) -> None:
    for seed in range(1_000 + 50 * block, 1_000 + 50 * block + 50):
        assert broken(reconciled(hours_of(seed))) == [], f"seed {seed}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder of a random park, with the ledger of its certificates beside it."""
    target = tmp_path_factory.mktemp("closed") / "run"
    saved(hours_of(2, hours=30), target)
    issued_run(target, target.parent / "park.ledger")
    retired_run(target, target.parent / "park.ledger")
    return target


def test_certificates_close_too(folder: Path) -> None:
    made = reconciled(folder, address=folder.parent / "park.ledger")
    assert broken(made) == []
    (certified, *_) = [c for c in made.checks if c.name == "certified"]
    assert certified.left["metered net generation"] == certified.right["issued"] > 0
    (states, *_) = [c for c in made.checks if c.name == "certificates"]
    assert states.right["retired"] > 0


def test_what_was_never_entered_is_said(folder: Path, tmp_path: Path) -> None:
    other = hours_of(2, hours=36)
    longer = tmp_path / "longer"
    saved(other, longer)
    made = reconciled(longer, address=folder.parent / "park.ledger")
    missing = sum(c.right["not entered"] for c in made.checks if c.name == "certified")
    assert missing > 0 and all(c.closes for c in made.checks if c.name == "certified")


def test_a_line_that_was_changed_is_named() -> None:
    settled = settled_run(hours_of(4))
    (month, *_) = settled.months
    bill = month.bills[0]
    lines = (dataclasses.replace(bill.lines[0], amount_fen=bill.lines[0].amount_fen + 1), *bill.lines[1:])
    forged = dataclasses.replace(month, bills=(dataclasses.replace(bill, lines=lines), *month.bills[1:]))
    taken = {b.customer: b.taken_wh for b in month.bills}
    names = [c.name for c in money_checks(forged, taken) if not c.closes]
    assert names == ["lines", "totals"]
    other = dataclasses.replace(bill.lines[1], amount_fen=bill.lines[1].amount_fen - 1)
    swapped = dataclasses.replace(bill, lines=(lines[0], other, *bill.lines[2:]))
    both = dataclasses.replace(month, bills=(swapped, *month.bills[1:]))
    assert [c.name for c in money_checks(both, taken) if not c.closes] == ["lines"]  # though the sums are the same
    less = dataclasses.replace(month, bills=tuple(_with_less(b) for b in month.bills))
    assert "billed_energy" in [c.name for c in money_checks(less, taken) if not c.closes]


def _with_less(bill: Bill) -> Bill:
    lines = tuple(
        dataclasses.replace(line, quantity=line.quantity - 1) if line.kind == "energy" else line for line in bill.lines
    )
    return dataclasses.replace(bill, lines=lines)


def test_energy_that_comes_from_nowhere_is_named() -> None:
    made = hours_of(5)
    flows = made.tables["flows"].copy(deep=True)
    unit = str(flows["unit"].values[0])
    flows["p_mw"].loc[{"unit": unit}] = flows["p_mw"].sel(unit=unit) + 0.01
    wrong = reconciled(dataclasses.replace(made, tables={**made.tables, "flows": flows}))
    (check, *_) = [c for c in wrong.checks if c.name == "energy"]
    assert not check.closes
    assert sum(c.difference for c in wrong.checks if c.name == "energy") == pytest.approx(0.01 * 6 * 1e6, abs=100)
    assert wrong.balances[0].worst[1] == pytest.approx(0.01 * 1e6, abs=20)
