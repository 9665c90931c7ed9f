"""The hours ahead: commitment against enumeration, seams of windows, what is carried, what gives way."""

import dataclasses
import itertools

import numpy as np
import pytest
import xarray as xr

from holin.dispatch.ahead import Ahead, dispatch_ahead
from holin.dispatch.breaches import in_words
from holin.dispatch.carry import first_state
from holin.dispatch.dispatch import case_of
from holin.dispatch.limits import islands_of, topologies_of
from holin.dispatch.window import Window
from holin.operation import State, ThermalState, bands_of
from holin.park import Bus, Cost, Fuel, Grid, Load, Park, ParkFacts, ThermalUnit
from holin.tariff import Tariff

FREE = {"ramp_up_mw_per_h": 1e4, "ramp_down_mw_per_h": 1e4, "heat_rate_points": ((1.0, 1.0),), "fuel": "coal"}


def park_of(*units: ThermalUnit, **more: object) -> Park:
    facts = ParkFacts(id="tiny", time_zone="UTC", voll_per_mwh=5_000.0)
    things: dict[str, object] = {
        "buses": (Bus(id="A", v_nom_kv=110.0),),
        "fuels": (Fuel(id="coal", price_per_gj=1.0, emission_factor_t_per_gj=0.0),),
        "grids": (Grid(id="G", bus="A", sk_max_mva=1e4, import_max_mw=0.0),),
        "loads": (Load(id="L", bus="A", enterprise="E", load_mw=1.0),),
        "thermal_units": units,
    }
    return Park(facts=facts, **(things | more))


def unit(id_: str, cost: float, **more: object) -> ThermalUnit:
    """A unit of 100 MW whose fuel of 1 GJ/MWh costs 1: `cost` a MWh comes from its cost data."""
    given = FREE | {"p_nom_mw": 100.0, "p_min_mw": 0.0, "bus": "A", "cost": f"c{cost:g}"} | more
    return ThermalUnit(id=id_, **given)


def costs(*per_mwh: float) -> tuple[Cost, ...]:
    return tuple(Cost(id=f"c{c:g}", marginal_cost_per_mwh=c) for c in per_mwh)


def ahead_of(park: Park, load: list[float], state: State | None = None, **more: object) -> Ahead:
    first = np.datetime64("2025-03-03T00", "ns")
    time = first + np.arange(len(load)) * np.timedelta64(1, "h")
    may = xr.Dataset({"available_mw": (("time", "unit"), np.zeros((len(load), 0)))}, coords={"time": time, "unit": []})
    heat = np.zeros((len(load), len(park.thermal_units)))
    must = xr.Dataset(
        {"load_mw": (("time", "load"), np.array(load)[:, None]), "heat_mw": (("time", "thermal_unit"), heat)},
        coords={"time": time, "load": ["L"], "thermal_unit": [u.id for u in park.thermal_units]},
    )
    case = case_of(park, may, must, islands=islands_of(topologies_of(park, time), len(time)))
    months = len(case.hours.month_share)
    counted = {(g.id, b.id): np.zeros(months) for g in park.grids for b in bands_of(park, g, case.hours)}
    window = Window(case=case, state=state or first_state(park, time[0]), counted=counted, end_per_mwh={}, **more)
    return dispatch_ahead(window, mip_gap=0.0)


def off(hours: float = 1000.0) -> ThermalState:
    return ThermalState(on=False, in_state_h=hours)


def on_of(made: Ahead, unit_id: str) -> list[int]:
    return made.schedule.committed.sel(thermal_unit=unit_id).values.astype(int).tolist()


def state(**units: ThermalState) -> State:
    return State(time=np.datetime64("2025-03-03T00", "ns"), thermal=units)


def test_commitment_is_the_cheapest_of_all_commitments():
    """Every on/off path of two units over five hours, minimum times and start costs counted by hand."""
    cheap = unit("C", 10.0, p_min_mw=40.0, min_up_h=3.0, min_down_h=2.0, start_cost=900.0)
    quick = unit("Q", 30.0, p_min_mw=10.0, start_cost=100.0)
    load, start = [60.0, 20.0, 30.0, 120.0, 15.0], {"C": (True, 1.0), "Q": (False, 9.0)}
    park = park_of(cheap, quick, costs=costs(10.0, 30.0))
    made = ahead_of(park, load, state(C=ThermalState(on=True, in_state_h=1.0, gross_mw=60.0), Q=off(9.0)))
    best = min(
        path_cost(load, dict(zip("CQ", paths, strict=True)), start)
        for paths in itertools.product(itertools.product((0, 1), repeat=5), repeat=2)
    )
    assert made.objective == pytest.approx(best, rel=1e-9)
    assert made.objective_recomputed == pytest.approx(best, rel=1e-9)


def path_cost(load: list[float], paths: dict[str, tuple[int, ...]], start: dict[str, tuple[bool, float]]) -> float:
    """Cost of given on/off paths; infinite where a minimum time is broken or power is left over."""
    figures = {"C": (11.0, 40.0, 3.0, 2.0, 900.0), "Q": (31.0, 10.0, 0.0, 0.0, 100.0)}
    total = 0.0
    for name, path in paths.items():
        _, _, up, down, start_cost = figures[name]
        running, since = start[name]
        for now in path:
            if bool(now) != running:
                if since < (up if running else down):
                    return np.inf
                total += start_cost * bool(now)
                running, since = bool(now), 0.0
            since += 1.0
    for hour, need in enumerate(load):
        on = [name for name in paths if paths[name][hour]]
        least = sum(figures[name][1] for name in on)
        if least > need:
            total += 1e5 * (least - need)
        rest = max(need - least, 0.0)
        total += sum(figures[name][0] * figures[name][1] for name in on)
        for name in sorted(on, key=lambda n: figures[n][0]):
            more = min(rest, 100.0 - figures[name][1])
            total, rest = total + more * figures[name][0], rest - more
        total += 5_000.0 * rest
    return total


def test_a_unit_that_was_switched_on_just_now_stays_on():
    park = park_of(unit("C", 10.0, p_min_mw=40.0, min_up_h=4.0), unit("Q", 1.0), costs=costs(10.0, 1.0))
    young = ThermalState(on=True, in_state_h=1.0, gross_mw=40.0)
    made = ahead_of(park, [50.0] * 6, state(C=young, Q=off()))
    assert on_of(made, "C") == [1, 1, 1, 0, 0, 0]


def test_a_unit_that_was_switched_off_just_now_stays_off():
    park = park_of(unit("C", 1.0, min_down_h=4.0), unit("Q", 10.0), costs=costs(10.0, 1.0))
    made = ahead_of(park, [50.0] * 6, state(C=off(1.5), Q=off()))
    assert on_of(made, "C") == [0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize(("off_h", "cost"), [(2.0, 100.0), (8.0, 300.0), (47.0, 300.0), (48.0, 900.0)])
def test_a_start_costs_by_the_time_off(off_h, cost):
    cold = unit("C", 1.0, start_cost=100.0, start_cost_warm=300.0, start_cost_cold=900.0)
    made = ahead_of(park_of(cold, costs=costs(1.0)), [50.0] * 3, state(C=off(off_h)))
    assert made.cost["start"] == pytest.approx(cost)
    assert made.objective == pytest.approx(cost + 3 * 50 * 2.0)


def test_a_start_after_a_stop_in_the_window_is_a_hot_one():
    park = park_of(unit("C", 1.0, p_min_mw=40.0, start_cost=100.0, start_cost_warm=5e4), costs=costs(1.0))
    running = ThermalState(on=True, in_state_h=100.0, gross_mw=50.0)
    made = ahead_of(park, [50.0, 0.0, 0.0, 50.0], state(C=running))
    assert on_of(made, "C") == [1, 0, 0, 1] and made.cost["start"] == pytest.approx(100.0)


def test_a_start_follows_its_trajectory_and_reports_when_it_is_due():
    """Two hours from synchronisation to 40 MW in a straight line: 10 and 30 MW in the mean of the two hours before."""
    slow = unit("C", 1.0, p_min_mw=40.0, start_points=((0.0, 0.0), (2.0, 40.0)))
    park = park_of(slow, unit("Q", 100.0), costs=costs(1.0, 100.0))
    made = ahead_of(park, [80.0] * 4, state(C=off(), Q=ThermalState(on=True, in_state_h=9.0, gross_mw=80.0)))
    assert made.schedule.gross_mw.sel(thermal_unit="C").values == pytest.approx([10.0, 30.0, 80.0, 80.0])
    under_way = made.state_after(1).thermal["C"]
    assert not under_way.on and under_way.synchronised_in_h == 1.0
    rest = ahead_of(park, [80.0] * 3, dataclasses.replace(made.state_after(1), time=np.datetime64("2025-03-03", "ns")))
    assert rest.schedule.gross_mw.sel(thermal_unit="C").values == pytest.approx([30.0, 80.0, 80.0])


def test_what_cannot_be_kept_gives_way_and_is_named():
    park = park_of(unit("C", 1.0, must_run=True, p_min_mw=40.0), costs=costs(1.0))
    made = ahead_of(park, [50.0, 130.0, 20.0])
    assert made.status == "breached"
    kinds = {b.kind: b for b in made.breaches}
    assert kinds["load"].amount == pytest.approx(30.0) and kinds["load"].worst == 1
    assert kinds["surplus"].amount == pytest.approx(20.0) and kinds["surplus"].worst == 2
    assert (
        in_words(made.window, kinds["load"])
        == "load at A is shed by up to 30 MW (1 step(s), worst at 2025-03-03 01:00)"
    )


def test_only_a_new_peak_is_charged_and_the_month_remembers_it():
    tariff = Tariff(id="T", energy_price_per_mwh=50.0, demand_charge_per_mw_month=1000.0)
    park = park_of(
        unit("C", 60.0),
        costs=costs(60.0),
        tariffs=(tariff,),
        grids=(Grid(id="G", bus="A", sk_max_mva=1e4, import_max_mw=200.0, tariff="T"),),
    )
    made = ahead_of(park, [30.0, 80.0, 30.0])
    taken = made.schedule.p_mw.sel(unit="G").values
    assert taken.max() == pytest.approx(0.0)  # 11 a MWh dearer at home, but no hour pays for a month's peak
    counted = {("G", ""): np.array([30.0])}
    window = dataclasses.replace(made.window, counted=counted)
    again = dispatch_ahead(window, mip_gap=0.0)
    assert again.schedule.p_mw.sel(unit="G").values == pytest.approx([30.0, 30.0, 30.0])
    assert again.cost["demand_charge"] == 0.0
    assert again.state_after(2).peak_mw == {"G": {"": pytest.approx(30.0)}}


def test_a_week_in_one_window_is_seven_days_rolled_where_nothing_is_gained_by_looking_ahead():
    """Load swings each day alike; what is on stays on, so no day needs to know the next."""
    park = park_of(
        unit("C", 10.0, p_min_mw=30.0, min_up_h=8.0, min_down_h=6.0, start_cost=500.0, ramp_up_mw_per_h=20.0),
        unit("Q", 40.0, p_min_mw=5.0, start_cost=50.0),
        costs=costs(10.0, 40.0),
    )
    day = [50.0 + 60.0 * np.sin(np.pi * h / 24) ** 2 for h in range(24)]
    whole = ahead_of(park, day * 7)
    state_, total = None, 0.0
    for _ in range(7):
        if state_ is not None:
            state_ = dataclasses.replace(state_, time=np.datetime64("2025-03-03", "ns"))
        part = ahead_of(park, day, state_)
        total += part.objective
        state_ = part.state_after(24)
    assert total == pytest.approx(whole.objective, rel=1e-9)


def test_no_duty_is_broken_for_a_step_to_save_a_demand_charge():
    """A MW of peak costs 40,000, a MWh lost 5,000: in one hour of many shedding would be the cheaper way."""
    tariff = Tariff(id="T", energy_price_per_mwh=50.0, demand_charge_per_mw_month=40_000.0)
    park = park_of(tariffs=(tariff,), grids=(Grid(id="G", bus="A", sk_max_mva=1e4, import_max_mw=200.0, tariff="T"),))
    made = ahead_of(park, [30.0, 80.0, 30.0])
    assert made.breaches == () and made.schedule.p_mw.sel(unit="G").values == pytest.approx([30.0, 80.0, 30.0])
    short = ahead_of(park, [30.0, 210.0, 30.0])
    assert [(b.kind, b.amount) for b in short.breaches] == [("load", pytest.approx(10.0))]
    assert short.cost["shed"] == pytest.approx(50_000.0)  # lost load at its own value; what is beyond is a wish
    assert short.objective_recomputed == pytest.approx(short.objective, rel=1e-9)
