"""Why a power flow has no solution, in figures that a person can look at."""

import dataclasses
import math

import pytest
from flow_parks import grid, line, load, park_of, schedule

from holin.flow import why_not
from holin.flow.why import ReasonKind
from holin.park import Bus, Park


def chain(load_mw: float, **lines: object) -> Park:
    buses = tuple(Bus(id=n, v_nom_kv=110.0) for n in "abc")
    return park_of(
        buses=buses, lines=(line("ab", "a", "b", length_km=20.0), line("bc", "b", "c", length_km=60.0, **lines)),
        grids=(grid("a"),), loads=(load("x", "c", load_mw, power_factor=1.0),),
    )  # fmt: skip


def test_a_flow_that_has_a_solution_needs_no_reason() -> None:
    park = chain(40.0)
    assert why_not(park, schedule(park, {"x": -40.0})) == []


def test_the_last_level_is_the_nose() -> None:
    """z = (8 + j32) / 12100 from the source; at cos phi 1 the most is V^2 / (2 (R + |Z|)) = 12100 / (2 (8 + 32.98))."""
    park = chain(400.0)
    level, weakest, transfer, *rest = why_not(park, schedule(park, {"x": -400.0}))
    most = 110.0**2 / (2 * (8 + math.hypot(8, 32)))
    assert level.kind is ReasonKind.LEVEL and level.figures["load_mw"] == pytest.approx(most, rel=2e-3)
    assert (weakest.element, transfer.element) == ("c", "bc")
    # At the nose V = 1 / (2 cos(theta / 2)), theta the angle of z.
    assert weakest.figures["v_pu"] == pytest.approx(1 / (2 * math.cos(math.atan2(32, 8) / 2)), abs=0.01)
    assert rest == []


def test_the_weakest_bus_is_the_one_that_gives_way_not_the_lowest() -> None:
    """An island of its own stands at 0.55 p.u. and does not move; it is c whose voltage falls."""
    park = chain(400.0)
    d = dataclasses.replace(park.buses[0], id="d")
    far = dataclasses.replace(park.grids[0], id="far", bus="d", v_set_pu=0.55)
    park = dataclasses.replace(park, buses=(*park.buses, d), grids=(*park.grids, far))
    reasons = {r.kind: r for r in why_not(park, schedule(park, {"x": -400.0, "far": 0.0}))}
    assert reasons[ReasonKind.WEAKEST_BUS].element == "c"


def test_a_slip_of_kw_and_mw_is_suspected() -> None:
    park = chain(9000.0)
    assert [(r.kind, r.element) for r in why_not(park, schedule(park, {"x": -9000.0}))][-1] == (ReasonKind.POWER, "x")


def test_ohms_for_ohms_per_km_are_suspected() -> None:
    park = chain(60.0, x_ohm_per_km=24.0, r_ohm_per_km=6.0)
    reasons = {(r.kind, r.element) for r in why_not(park, schedule(park, {"x": -60.0}))}
    assert (ReasonKind.IMPEDANCE, "bc") in reasons


def test_without_an_anchor_there_is_nothing_to_scale() -> None:
    park = dataclasses.replace(chain(40.0), grids=())
    (reason,) = why_not(park, schedule(park, {"x": -40.0}))
    assert reason.kind is ReasonKind.NO_ANCHOR
