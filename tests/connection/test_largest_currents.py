"""Breakers are held against the worst fault at their bus, to earth or not."""

from pathlib import Path

import pytest

from holin.connection.circuits import largest
from holin.flow import FaultCase, FaultKind, fault
from holin.park import at_stage, stage_of
from holin.parkfile import read_park

PARK = Path(__file__).parents[2] / "parks" / "huolinguole"


def test_a_fault_to_earth_counts_where_it_leaves_breakers_less() -> None:
    """Near the transformers of the smelter, whose neutrals are earthed, one phase to earth gives 49 kA, three 39."""
    park = read_park(PARK)
    at = at_stage(park, stage_of(park, "2030"))
    worst = {c.bus: c for c in largest(at)}
    each = {
        (c.bus, c.fault): c
        for c in fault(at, faults=tuple(FaultKind), cases=(FaultCase.MAX,), with_contributions=False)
    }
    one, three = each["SUB1-66", FaultKind.ONE_PHASE], each["SUB1-66", FaultKind.THREE_PHASE]
    assert one.ib_breaker_ka > 1.2 * three.ib_breaker_ka
    assert worst["SUB1-66"].fault is FaultKind.ONE_PHASE
    assert worst["SUB1-66"].margin == one.margin
    assert worst["SUB1-66"].ib_breaker_ka == pytest.approx(one.ib_breaker_ka)
    assert worst["SUB1-66"].ip_breaker_ka >= three.ip_breaker_ka
    assert worst["SUB1-10A"].fault is FaultKind.THREE_PHASE
    assert len(worst) == len({bus for bus, _ in each})
