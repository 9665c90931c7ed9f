"""Two N-1 studies compared: what is new, worse, longer, and what only names the newcomer."""

import dataclasses
from math import isnan

import numpy as np
import pytest

from holin.connection.changes import Grown, changes, supply_lost
from holin.connection.hours import hours_of_changes
from holin.flow import Violation, ViolationKind

HOUR = np.datetime64("2026-01-01T00", "ns")


def violation(
    outage: str = "L1", kind: ViolationKind = ViolationKind.OVERLOAD, element: str = "L2", value: float = 1.2,
    limit: float = 1.0, hours: int = 10, severity: float | None = None,
) -> Violation:  # fmt: skip
    worst = abs(value - limit) if severity is None else severity
    return Violation(
        outage=outage, kind=kind, element=element, value=value, limit=limit, time=HOUR, hours=hours, severity=worst
    )


def lost(names: str, mw: float) -> Violation:
    return violation(kind=ViolationKind.LOST_LOAD, element=names, value=mw, limit=0.0, severity=1000 + mw)


def test_the_same_violation_is_no_change() -> None:
    assert changes([violation()], [violation()], ()) == ()


def test_new_and_worse_are_told_with_what_was() -> None:
    found = changes([violation(value=1.1)], [violation(value=1.2), violation(element="L3", value=1.05)], ())
    assert [(c.element, c.grown) for c in found] == [("L3", Grown.NEW), ("L2", Grown.WORSE)]
    new, worse = found
    assert isnan(new.value_before) and new.excess == pytest.approx(0.05)
    assert worse.value_before == 1.1 and worse.excess == pytest.approx(0.1)


def test_a_little_more_of_the_same_is_no_change_but_many_more_hours_are() -> None:
    assert changes([violation(value=1.2)], [violation(value=1.205)], ()) == ()
    [longer] = changes([violation(hours=10)], [violation(hours=40)], ())
    assert longer.grown is Grown.LONGER and (longer.hours_before, longer.hours) == (10, 40)
    assert changes([violation(hours=10)], [violation(hours=30)], ()) == ()


def test_a_voltage_too_high_is_another_than_one_too_low() -> None:
    low = violation(kind=ViolationKind.VOLTAGE, element="B", value=0.94, limit=0.95)
    high = violation(kind=ViolationKind.VOLTAGE, element="B", value=1.06, limit=1.05)
    [found] = changes([low], [low, high], ())
    assert found.grown is Grown.NEW and found.value == 1.06


def test_load_that_only_the_newcomer_loses_is_its_own_matter() -> None:
    before, after = [lost("x", 5.0)], [lost("new-load, x", 35.0)]
    assert changes(before, after, ("new-load",)) == ()
    assert supply_lost(after, "new-load") == ("L1",)
    [found] = changes(before, [lost("new-load, x, y", 45.0)], ("new-load",))
    assert found.element == "y" and found.grown is Grown.WORSE


def test_no_solution_counts_most() -> None:
    none = violation(kind=ViolationKind.NO_SOLUTION, element="", value=0.0, limit=0.0, severity=1e6)
    [found] = changes([], [none], ())
    assert found.excess == 100.0


def test_the_hours_of_changes_come_once_and_rise() -> None:
    later = dataclasses.replace(violation(element="L3"), time=HOUR + np.timedelta64(5, "h"))
    found = changes([], [later, violation(), violation(element="L4")], ())
    assert hours_of_changes(found).tolist() == [HOUR.astype(int), later.time.astype(int)]
    assert len(hours_of_changes([])) == 0
