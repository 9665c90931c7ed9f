"""What must hold of any schedule of the hours ahead, whatever the figures: drawn at random, told from the schedule."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from ahead_parks import FIRST, costs, off, park_of, running, solved, state, unit, window_of
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.dispatch import ahead
from holin.dispatch.ahead import Ahead, dispatch_ahead
from holin.operation import State
from holin.park import Fuel, Grid, Park, Reserve, ReserveKind, Storage, WindFarm
from holin.rules import Rule, RuleKind
from holin.tariff import Tariff

MOST = settings(max_examples=12, deadline=None)
SEEDS = st.integers(0, 2**32 - 1)
GRID = Grid(id="G", bus="A", sk_max_mva=1e4, import_max_mw=60.0, tariff="T")


def drawn_units(rng: np.random.Generator, count: int, **more: Any) -> list[Any]:
    """Units of all sorts: minimum times, starts by time off with and without a trajectory, ramps, last loads."""
    units = []
    for k in range(count):
        low = float(rng.choice([0.0, 20.0, 40.0]))
        warm = float(rng.integers(0, 900))
        rises = ((0.0, 0.0), (float(rng.choice([1.0, 2.0])), low)) if low and rng.random() < 0.4 else ()
        units.append(
            unit(
                f"U{k}", cost=f"c{10 * (k + 1)}", p_min_mw=low, min_up_h=float(rng.integers(0, 4)),
                min_down_h=float(rng.integers(0, 4)), start_cost=warm / 2, start_cost_warm=warm,
                start_cost_cold=warm * 2, warm_after_h=2.0, cold_after_h=4.0, stop_cost=float(rng.integers(0, 50)),
                start_points=rises, ramp_up_mw_per_h=float(rng.choice([25.0, 1e4])),
                ramp_down_mw_per_h=float(rng.choice([35.0, 1e4])),
                stop_max_mw=float(rng.choice([60.0, 100.0])), start_max_mw=float(rng.choice([50.0, 100.0])), **more,
            )
        )  # fmt: skip
    return units


def drawn_state(rng: np.random.Generator, units: list[Any], soc: dict[str, float]) -> State:
    begun = {}
    for u in units:
        since = float(rng.integers(1, 9))
        begun[u.id] = running(float(rng.uniform(u.p_min_mw, 100.0)), since) if rng.random() < 0.5 else off(since)
    return state(soc, **begun)


def cut_at(made: Ahead, steps: int) -> State:
    """Return the state after so many steps, as if its time were the first again: parks here know no calendar."""
    return dataclasses.replace(made.state_after(steps), time=FIRST)


CELLS = Storage(
    id="S", bus="A", p_nom_mw=15.0, e_nom_mwh=40.0, soc_min=0.1, soc_max=0.9, standing_loss_per_h=0.01,
    cycle_life_points=((0.1, 60_000.0), (0.5, 9_000.0), (1.0, 3_000.0)), replacement_cost_per_mwh=80_000.0,
    charge_power_points=((0.0, 1.0), (0.7, 1.0), (1.0, 0.3)),
    discharge_power_points=((0.0, 0.2), (0.3, 1.0), (1.0, 1.0)),
)  # fmt: skip


def everything(rng: np.random.Generator) -> tuple[Park, list[Any]]:
    units = drawn_units(rng, 2)
    park = park_of(
        *units,
        costs=costs(10.0, 20.0),
        storages=(CELLS,),
        fuels=(
            Fuel(id="coal", price_per_gj=1.0, emission_factor_t_per_gj=0.0, stock_gj=400.0, delivery_gj_per_day=600.0),
        ),
        grids=(GRID,),
        tariffs=(Tariff(id="T", energy_price_per_mwh=45.0, demand_charge_per_mw_month=20.0),),
    )
    return park, units


@MOST
@given(SEEDS, st.integers(1, 7))
def test_a_schedule_cut_anywhere_goes_on_for_no_more_than_it_planned(seed: int, cut: int) -> None:
    """The rest of the plan is open to the window begun in the state at the cut, so its optimum costs no more."""
    rng = np.random.default_rng(seed)
    park, units = everything(rng)
    load = rng.uniform(20.0, 170.0, 8)
    whole = solved(park, load, drawn_state(rng, units, {"S": float(rng.uniform(4.0, 36.0))}))
    first = solved_part(whole, cut)
    after = cut_at(whole, cut)
    peaks = {(g, band): np.array([mw]) for g, bands in after.peak_mw.items() for band, mw in bands.items()}
    rest = solved(park, load[cut:], after, counted=peaks)
    assert rest.objective <= whole.objective - first + 1e-5 * max(1.0, abs(whole.objective))


def solved_part(whole: Ahead, steps: int) -> float:
    """Return what the first steps of a schedule cost: costs by step up to there, and their own highest draw."""
    park, problem, values = whole.window.case.park, whole.problem, whole.solution.linear.values
    total = 0.0
    for name, columns in problem.variables.items():
        cost = problem.cost[columns] * values[columns]
        if name.startswith("peak."):
            total += peak_cost(whole, steps, park.tariffs[0].demand_charge_per_mw_month)
        elif name.startswith(("soc_short.", "rule_short.")):
            continue
        elif cost.shape and cost.shape[0] == whole.window.case.hours.count:
            total += float(cost[:steps].sum())
        else:
            assert not cost.any(), name
    return total


def peak_cost(whole: Ahead, steps: int, charge: float) -> float:
    taken = whole.schedule.p_mw.sel(unit="G").values[:steps]
    return charge * float(np.maximum(taken, 0.0).max(initial=0.0))


@MOST
@given(SEEDS)
def test_one_window_is_its_rolled_windows_where_nothing_is_gained_by_looking_ahead(seed: int) -> None:
    """Units that may change at will each hour and no store: hours do not know of each other, however cut."""
    rng = np.random.default_rng(seed)
    units = [unit(f"U{k}", cost=f"c{10 * (k + 1)}", p_min_mw=float(rng.choice([0.0, 30.0]))) for k in range(3)]
    park = park_of(*units, costs=costs(10.0, 20.0, 30.0))
    load = rng.uniform(0.0, 320.0, 9)
    whole = solved(park, load, drawn_state(rng, units, {}))
    at, total, begun = 0, 0.0, whole.window.state
    while at < len(load):
        size = int(rng.integers(1, 4))
        part = solved(park, load[at : at + size], begun)
        total += part.objective
        begun, at = cut_at(part, min(size, len(load) - at)), at + size
    assert total == pytest.approx(whole.objective, rel=1e-9)


@MOST
@given(SEEDS)
def test_a_load_that_never_lets_a_unit_go_is_rolled_as_it_is_planned(seed: int) -> None:
    """The base unit is always needed and ramps never bind: minimum times and starts cost nothing."""
    rng = np.random.default_rng(seed)
    base = unit("B", cost="c10", p_min_mw=40.0, min_up_h=6.0, min_down_h=5.0, start_cost=4000.0, start_cost_cold=9000.0)
    peak = unit("P", cost="c20", p_min_mw=10.0, p_nom_mw=35.0)
    park = park_of(base, peak, costs=costs(10.0, 20.0))
    load = rng.uniform(50.0, 130.0, 12)
    begun = state(B=running(60.0, 2.0), P=off(1.0))
    whole = solved(park, load, begun)
    total, at = 0.0, 0
    for size in (5, 1, 2, 4):
        part = solved(park, load[at : at + size], begun)
        total, begun, at = total + part.objective, cut_at(part, size), at + size
    assert total == pytest.approx(whole.objective, rel=1e-9)
    assert (whole.schedule.committed.sel(thermal_unit="B").values == 1).all()


@MOST
@given(SEEDS, st.sampled_from(["rule", "price", "surplus"]))
def test_a_storage_never_charges_and_discharges_at_once(seed: int, reason: str) -> None:
    """Where using power is rewarded or it is worth nothing, losses in a storage would pay."""
    rng = np.random.default_rng(seed)
    hours = 6
    leaky = dataclasses.replace(
        CELLS, efficiency_charge=0.7, efficiency_discharge=0.7, cycle_life_points=(), charge_power_points=(),
        discharge_power_points=(),
    )  # fmt: skip
    more: dict[str, Any] = {"wind_farms": (WindFarm(id="W", bus="A", p_nom_mw=80.0),), "storages": (leaky,)}
    if reason == "rule":  # what is curtailed is paid for by the share
        more["rules"] = (Rule(id="R", kind=RuleKind.CURTAILMENT_SHARE_MAX, value=0.05, enforced=True),)
    elif reason == "price":
        more["costs"] = (*costs(10.0), *costs(-30.0))
        more["wind_farms"] = (WindFarm(id="W", bus="A", p_nom_mw=80.0, cost="c-30"),)
    else:
        more["thermal_units"] = (unit("C", p_min_mw=70.0, must_run=True, cost="c10"),)
        more["costs"] = costs(10.0)
    park = park_of(**more)
    made = solved(
        park, rng.uniform(5.0, 40.0, hours), state({"S": float(rng.uniform(4.0, 36.0))}),
        available=rng.uniform(0.0, 80.0, (hours, 1)), end_per_mwh=0.0,
    )  # fmt: skip
    both = np.minimum(made.schedule.charge_mw.values, made.schedule.discharge_mw.values)
    assert both.max() <= 1e-5
    soc = made.schedule.soc_mwh.values[:, 0]
    before = np.append(made.window.state.soc_mwh["S"], soc[:-1])
    charge, discharge = made.schedule.charge_mw.values[:, 0], made.schedule.discharge_mw.values[:, 0]
    assert soc == pytest.approx(0.99 * before + 0.7 * charge - discharge / 0.7, abs=1e-6)


def test_where_losses_pay_at_any_time_a_storage_is_kept_to_one_way_at_all_times() -> None:
    """Wind that earns 30 a MWh used, two leaky storages, a day of quarter-hours: what pays moves on by rounds."""
    rng = np.random.default_rng(0)
    leaky = Storage(id="S", bus="A", p_nom_mw=15.0, e_nom_mwh=40.0, efficiency_charge=0.7, efficiency_discharge=0.7)
    park = park_of(
        wind_farms=(WindFarm(id="W", bus="A", p_nom_mw=80.0, cost="c-30"),), costs=costs(-30.0),
        storages=(leaky, dataclasses.replace(leaky, id="S2", e_nom_mwh=20.0)),
    )  # fmt: skip
    load, wind = rng.uniform(5.0, 40.0, 96), rng.uniform(0.0, 80.0, (96, 1))
    begun = state({"S": 20.0, "S2": 10.0})
    made = dispatch_ahead(window_of(park, load, begun, available=wind, end_per_mwh=0.0, step_h=0.25), mip_gap=0.02)
    assert made.solves <= 3
    assert np.minimum(made.schedule.charge_mw.values, made.schedule.discharge_mw.values).max() <= 1e-5


def test_a_round_with_further_limits_is_not_searched_where_the_bound_before_proves_it(monkeypatch) -> None:
    rng = np.random.default_rng(0)
    leaky = Storage(id="S", bus="A", p_nom_mw=15.0, e_nom_mwh=40.0, efficiency_charge=0.7, efficiency_discharge=0.7)
    park = park_of(
        wind_farms=(WindFarm(id="W", bus="A", p_nom_mw=80.0, cost="c-30"),), costs=costs(-30.0), storages=(leaky,)
    )
    window = window_of(
        park, rng.uniform(5.0, 40.0, 24), state({"S": 20.0}), available=rng.uniform(0.0, 80.0, (24, 1)), end_per_mwh=0.0
    )  # fmt: skip
    searched = []
    search = ahead.solve_switching
    monkeypatch.setattr(ahead, "solve_switching", lambda *a, **k: (searched.append(1), search(*a, **k))[1])
    rough = dispatch_ahead(window, mip_gap=0.3)
    assert rough.solves > 1 and len(searched) == 1
    exact = dispatch_ahead(window, mip_gap=0.0)
    assert rough.bound <= exact.objective + 1e-6 and exact.objective <= rough.objective + 1e-6
    assert rough.mip_gap == pytest.approx((rough.objective - rough.bound) / abs(rough.objective))
    assert 0.0 < rough.mip_gap <= 0.3 and rough.status == "optimal"
    assert np.minimum(rough.schedule.charge_mw.values, rough.schedule.discharge_mw.values).max() <= 1e-5


@MOST
@given(SEEDS)
def test_whatever_unit_is_lost_the_others_replace_it_but_for_what_is_short(seed: int) -> None:
    """Told from powers alone: headroom of what is on, within half an hour's ramp; of storage; of the connection."""
    rng = np.random.default_rng(seed)
    units = drawn_units(rng, 3, auxiliary=0.08)
    cells = dataclasses.replace(CELLS, charge_power_points=(), discharge_power_points=())
    n1 = Reserve(
        id="n1", kind=ReserveKind.UP, fixed_mw=5.0, largest_unit=True, short_per_mwh=float(rng.choice([3, 800]))
    )
    park = park_of(
        *units, costs=costs(10.0, 20.0, 30.0), storages=(cells,), reserves=(n1,), grids=(GRID,),
        tariffs=(Tariff(id="T", energy_price_per_mwh=45.0),),
    )  # fmt: skip
    load = rng.uniform(40.0, 230.0, 6)
    made = solved(park, load, drawn_state(rng, units, {"S": float(rng.uniform(4.0, 36.0))}))
    short = made.solution.linear.values[made.problem.variables["short.n1"]]
    s = made.schedule
    room = {}
    for u in units:
        gross, on = s.gross_mw.sel(thermal_unit=u.id).values, s.committed.sel(thermal_unit=u.id).values > 0.5
        room[u.id] = np.where(on, np.minimum(u.p_nom_mw - gross, u.ramp_up_mw_per_h * 0.5), 0.0) * (1 - 0.08)
    charge, discharge, soc = (s[n].values[:, 0] for n in ("charge_mw", "discharge_mw", "soc_mwh"))
    lasts = charge + np.maximum(soc - 4.0, 0.0) * cells.efficiency_discharge / 0.5
    room["S"] = np.minimum(15.0 - discharge + charge, lasts)
    room["G"] = 60.0 - s.p_mw.sel(unit="G").values
    for u in units:
        lost = s.gross_mw.sel(thermal_unit=u.id).values * (1 - 0.08)
        others = sum(v for name, v in room.items() if name != u.id)
        assert (others + short >= lost - 1e-4).all(), u.id


@MOST
@given(SEEDS)
def test_heat_is_balanced_and_stock_is_never_below_nothing(seed: int) -> None:
    """Heat made, stored and lost meets the duty; fuel burnt by the curve never exceeds what lies in the yard."""
    rng = np.random.default_rng(seed)
    (any_unit,) = drawn_units(
        rng, 1, heat_nom_mw=50.0, power_per_heat=0.5, power_loss_per_heat=0.2, heat_store_mwh=40.0,
        heat_store_loss_per_h=0.03, heat_rate_points=((0.4, 11.0), (1.0, 10.0)),
    )  # fmt: skip
    plant = dataclasses.replace(any_unit, p_min_mw=40.0, start_points=((0.0, 0.0), (1.0, 40.0)))
    yard = Fuel(id="coal", price_per_gj=1.0, emission_factor_t_per_gj=0.0, stock_gj=1.0, delivery_gj_per_day=4800.0)
    park = park_of(plant, costs=costs(10.0), fuels=(yard,))
    duty = rng.uniform(0.0, 60.0, 8)
    begun = dataclasses.replace(state(U0=running(60.0, 9.0, heat_stored_mwh=20.0)), stock_gj={"coal": 1200.0})
    made = solved(park, rng.uniform(10.0, 90.0, 8), begun, heat=duty)
    values = made.solution.linear.values
    heat, missed = (values[made.problem.variables[f"{n}.U0"]] for n in ("heat", "heat_short"))
    stored = made.ahead.heat_stored_mwh.sel(thermal_unit="U0").values
    before = np.append(20.0, stored[:-1])
    assert stored == pytest.approx(0.97 * before + heat + missed - duty, abs=1e-5)
    gross, on = made.schedule.gross_mw.values[:, 0], made.schedule.committed.values[:, 0] > 0.5
    assert (heat <= 50.0 * on + 1e-6).all() and (gross + 1e-6 >= 0.5 * heat).all()
    burnt = np.where(on, 440.0 + (gross - 40.0) * 560.0 / 60.0, 10.0 * gross)
    missing = 1e3 * values[made.problem.variables["fuel_short.coal"]]
    stock = 1200.0 + np.cumsum(200.0 + missing - burnt)
    assert (stock >= -1e-3).all()
    assert made.state_after(8).stock_gj["coal"] == pytest.approx(float(stock[-1]), abs=1e-2)
