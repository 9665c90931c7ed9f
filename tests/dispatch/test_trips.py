"""22 trips, from a unit to an islanded busbar: the next cycle keeps all that physics leaves, and names the rest.

Three buses in a ring of lines: the grid connection at A, coal and potline at B, wind, storage and an engine that can
hold an island's frequency at D. Two hours after the plan began something trips and stays out.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from ahead_parks import park_of, running, state, unit, window_of
from planted import POTLINE

from holin.dispatch import dispatch_ahead
from holin.dispatch.explanations import explanations_of, in_full
from holin.dispatch.fallback import LAST_PLAN, RULES, fallback
from holin.dispatch.limits import bus_injections, dc_flows, topologies_of
from holin.dispatch.trips import next_cycle, rest_of, with_outages
from holin.dispatch.what_if import Change, changed
from holin.operation import potline_line
from holin.park import Bus, Generator, Grid, Line, Load, Outage, Storage, WindFarm
from holin.tariff import Tariff

STEPS, TRIP = 24, 8
FIRM = {"A": 40.0, "B": 30.0, "D": 35.0}
LINE = {"length_km": 10.0, "r_ohm_per_km": 0.05, "x_ohm_per_km": 0.4, "i_nom_ka": 0.9}
SMALL = {**LINE, "i_nom_ka": 0.35}
P = POTLINE.__class__(**{**vars(POTLINE), "id": "P", "bus": "B", "pots": 30})
P_MW = potline_line(P).p_nom_mw
P_MIN_MW = potline_line(P).p_min_mw


def ring(**more: Any):
    things = {
        "buses": tuple(Bus(id=b, v_nom_kv=110.0) for b in "ABD"),
        "lines": tuple(Line(id=ends, bus_from=ends[0], bus_to=ends[1], **LINE) for ends in ("AB", "AD", "BD")),
        "grids": (Grid(id="G", bus="A", sk_max_mva=1e4, import_max_mw=120.0, tariff="T"),),
        "tariffs": (Tariff(id="T", energy_price_per_mwh=200.0),),
        "loads": tuple(Load(id=f"L{b}", bus=b, enterprise="E", load_mw=mw) for b, mw in FIRM.items()),
        "wind_farms": (WindFarm(id="W", bus="D", p_nom_mw=40.0),),
        "generators": (Generator(id="E1", bus="D", p_nom_mw=30.0, cost_c1=900.0, balances=True),),
        "storages": (Storage(id="S", bus="D", p_nom_mw=20.0, e_nom_mwh=60.0),),
        "potlines": (P,),
    }
    coal = unit("C", bus="B", p_min_mw=30.0, min_down_h=4.0, ramp_up_mw_per_h=200.0, ramp_down_mw_per_h=200.0)
    return park_of(coal, **(things | more))


def planned(park):
    window = window_of(
        park, np.tile(list(FIRM.values()), (STEPS, 1)), state({"S": 40.0}, C=running(80.0)), available=[[30.0]] * STEPS,
        step_h=0.25,
    )  # fmt: skip
    return dispatch_ahead(window, mip_gap=1e-3)


@pytest.fixture(scope="module")
def plan():
    return planned(ring())


@dataclass(frozen=True, kw_only=True)
class Trip:
    """What trips (until `end`), what else changes, and what physics forces: (kind, element) -> least and most MW."""

    out: tuple[str, ...] = ()
    end_h: int = 24
    changes: tuple[Change, ...] = ()
    forced: dict[tuple[str, str], tuple[float, float]]


ALL_MW = sum(FIRM.values()) + P_MIN_MW
MOST_MW = sum(FIRM.values()) + potline_line(P).p_max_mw
"""What the whole ring asks for with the potline at its least and at its highest current."""

TRIPS = {
    "coal": Trip(out=("C",), forced={}),
    "wind": Trip(out=("W",), forced={}),
    "storage": Trip(out=("S",), forced={}),
    "engine": Trip(out=("E1",), forced={}),
    "potline": Trip(out=("P",), forced={}),
    "one line": Trip(out=("AB",), forced={}),
    "wind drops": Trip(changes=(Change(what="available", element="W", factor=0.1),), forced={}),
    "wind drops and coal trips": Trip(
        out=("C",), changes=(Change(what="available", element="W", factor=0.1),), forced={}
    ),
    "coal for an hour": Trip(out=("C",), end_h=3, forced={}),
    "grid connection": Trip(out=("G",), forced={}),
    "grid connection and potline": Trip(out=("G", "P"), forced={}),
    "grid connection and coal": Trip(out=("G", "C"), forced={("cut", "all"): (ALL_MW - 80.0, MOST_MW - 60.0)}),
    "D islands with engine": Trip(out=("AD", "BD"), forced={}),
    "D islands with engine, storage out": Trip(out=("AD", "BD", "S"), forced={}),
    "D islands without engine": Trip(out=("AD", "BD", "E1"), forced={("unfed", "D"): (35.0, 35.0)}),
    "B islands": Trip(out=("AB", "BD"), forced={("unfed", "B"): (30.0, 30.0), ("unfed", "P"): (P_MW, P_MW)}),
    "B and D island together": Trip(out=("AB", "AD"), forced={}),
    "B and D island without coal": Trip(
        out=("AB", "AD", "C"), forced={("cut", "all"): (ALL_MW - 40.0 - 80.0, MOST_MW - 40.0 - 60.0)}
    ),
    "busbar A": Trip(out=("A",), forced={("unfed", "A"): (40.0, 40.0)}),
    "busbar B": Trip(out=("B",), forced={("unfed", "B"): (30.0, 30.0), ("unfed", "P"): (P_MW, P_MW)}),
    "busbar D": Trip(out=("D",), forced={("unfed", "D"): (35.0, 35.0)}),
    "coal while import is short": Trip(
        out=("C",), changes=(Change(what="import", element="G", more_mw=-80.0),),
        forced={("cut", "all"): (ALL_MW - 120.0, MOST_MW - 100.0)},
    ),
}  # fmt: skip


def outages(trip: Trip) -> list[Outage]:
    start, end = datetime(2025, 3, 3, 2), datetime(2025, 3, 3 + trip.end_h // 24, trip.end_h % 24)
    return [Outage(id=f"trip-{name}", element=name, start=start, end=end) for name in trip.out]


CUTS = ("load", "deep_cut", "full_stop")


def duties(made) -> dict[tuple[str, str], float]:
    """Broken duties; loads shed and potlines cut below their least current as one: both give way to the same gap."""
    found = {(b.kind, b.element): b.amount for b in made.breaches if b.duty and b.kind not in CUTS}
    total = np.zeros(made.window.case.hours.count)
    for breach in (b for b in made.breaches if b.kind in CUTS):
        np.add.at(total, list(breach.at), breach.amounts)
    return found | ({("cut", "all"): float(total.max())} if total.any() else {})


def check_network(made, out: tuple[str, ...]) -> None:
    """What is out or dead gives nothing, and every branch that is left carries no more than its limit."""
    case, schedule = made.window.case, made.schedule
    for name in out:
        if name in schedule.unit.values:
            assert schedule.p_mw.sel(unit=name).values[:4] == pytest.approx(0.0, abs=1e-9)
    dead = (case.islands.number < 0)[:, [case.islands.buses.index(str(b)) for b in schedule.unit_bus.values]]
    assert np.abs(np.where(dead, schedule.p_mw.values, 0.0)).max() < 1e-9
    for topology in topologies_of(case.park, case.hours.time):
        flows = np.abs(dc_flows(topology, bus_injections(case, schedule)))
        assert (flows <= topology.network.rating_mva + 1e-3).all()
    assert made.balance_error_mw_max < 1e-4


@pytest.mark.parametrize("name", TRIPS)
def test_the_next_cycle_keeps_all_that_the_trip_leaves(name, plan):
    trip = TRIPS[name]
    window = changed(rest_of(plan, TRIP), trip.changes)
    made = dispatch_ahead(with_outages(window, outages(trip)), mip_gap=1e-3)
    check_network(made, trip.out)
    found = duties(made)
    assert found.keys() == trip.forced.keys(), made.breaches
    for key, (least, most) in trip.forced.items():
        assert least - 1e-3 <= found[key] <= most + 1e-3, (key, found[key])
    for told in (x for x in explanations_of(made, cures=False) if x.breach.duty):
        blamed = {h.element for h in told.holds if h.kind == "out"}
        assert blamed & set(trip.out), in_full(made.window, told)


@pytest.mark.parametrize("name", TRIPS)
def test_a_fallback_from_the_plan_respects_the_trip_too(name, plan):
    trip = TRIPS[name]
    window = with_outages(changed(rest_of(plan, TRIP), trip.changes), outages(trip))
    made = fallback(window, plan)
    assert made.status in (LAST_PLAN, RULES)
    check_network(made, trip.out)
    assert trip.forced.keys() <= duties(made).keys()


def test_a_unit_that_is_back_after_an_hour_keeps_its_minimum_time_off(plan):
    made = next_cycle(plan, TRIP, outages(TRIPS["coal for an hour"]))
    assert made.status == "optimal"
    assert made.schedule.committed.sel(thermal_unit="C").values.tolist() == [0.0] * (STEPS - TRIP)  # 16 steps: 4 h


def test_the_rest_of_a_plan_is_that_plan(plan):
    """Without a trip the next cycle, begun in the state reached, costs what is left of the plan."""
    rest = dispatch_ahead(rest_of(plan, TRIP), mip_gap=1e-4)
    left = plan.schedule.isel(time=slice(TRIP, None))
    assert rest.schedule.time.values.tolist() == left.time.values.tolist()
    assert rest.schedule.committed.values.tolist() == left.committed.values.tolist()
    # what the potline takes may differ by its swing where several ways cost the same
    moved = np.abs(rest.schedule.p_mw.sel(unit="C").values - left.p_mw.sel(unit="C").values)
    assert moved.max() <= potline_line(P).p_max_mw - P_MIN_MW + 1e-6


def test_an_overload_after_a_trip_is_avoided_by_what_can_move():
    """Coal and line AB out: B and D hang on AD, rated 67 MVA; wind, engine and storage make up for the rest."""
    park = ring(
        lines=(Line(id="AB", bus_from="A", bus_to="B", **LINE), Line(id="AD", bus_from="A", bus_to="D", **SMALL),
               Line(id="BD", bus_from="B", bus_to="D", **LINE)),
    )  # fmt: skip
    made = next_cycle(planned(park), TRIP, outages(Trip(out=("C", "AB"), forced={})))
    check_network(made, ("C", "AB"))
    assert duties(made) == {}
    flow = made.schedule.p_mw.sel(unit="G").values - 40.0
    assert flow.max() <= np.sqrt(3) * 110.0 * 0.35 + 1e-3
