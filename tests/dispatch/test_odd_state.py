"""States that cannot be, and outages that cut into minimum times: named, mended, and never without a schedule."""

import dataclasses
from datetime import datetime

import numpy as np
import pytest
from ahead_parks import off, park_of, running, solved, state, unit, window_of

from holin.dispatch import dispatch_ahead
from holin.dispatch.odd_state import faults_of_state, possible_state
from holin.errors import BadInput
from holin.operation import State, ThermalState
from holin.park import Fuel, Outage, Reserve, ReserveKind, Storage

STORE = Storage(
    id="S", bus="A", p_nom_mw=10.0, e_nom_mwh=40.0, soc_min=0.1, soc_max=0.9, standing_loss_per_h=0.02,
    charge_power_points=((0.5, 1.0), (0.95, 0.0)), discharge_power_points=((0.05, 0.0), (0.4, 1.0)),
    cycle_life_points=((0.2, 30_000.0), (1.0, 4_000.0)), replacement_cost_per_mwh=1e5,
)  # fmt: skip
SLOW = unit(
    "C", p_min_mw=40.0, min_up_h=6.0, min_down_h=5.0, must_run=True, ramp_up_mw_per_h=15.0, ramp_down_mw_per_h=15.0,
    start_points=((0.0, 0.0), (2.0, 40.0)), start_max_mw=50.0, stop_max_mw=50.0, heat_nom_mw=60.0, power_per_heat=0.9,
    power_loss_per_heat=0.2, heat_store_mwh=80.0, start_cost=10.0, start_cost_warm=30.0, start_cost_cold=90.0,
)  # fmt: skip
RESERVES = tuple(Reserve(id=k.value, kind=k, fixed_mw=20.0, largest_unit=k is ReserveKind.UP) for k in ReserveKind)


def outage(element: str, first: int, end: int) -> Outage:
    return Outage(
        id=f"{element}-{first}", element=element, start=datetime(2025, 3, 3, first), end=datetime(2025, 3, 3, end)
    )


def on_of(made, unit_id="C"):
    return made.schedule.committed.sel(thermal_unit=unit_id).values.astype(int).tolist()


def test_every_wrong_figure_of_a_state_is_named_and_mended():
    park = park_of(unit("C", p_min_mw=40.0), unit("D", heat_store_mwh=5.0), storages=(STORE,))
    given = State(
        time=np.datetime64("2025-03-03T00"),
        thermal={
            "C": ThermalState(on=True, in_state_h=-2.0, gross_mw=130.0, synchronised_in_h=1.0),
            "D": ThermalState(on=False, in_state_h=float("nan"), gross_mw=30.0, heat_stored_mwh=9.0),
            "X": ThermalState(on=True),
        },
        soc_mwh={"S": 55.0},
        peak_mw={},
        stock_gj={"coal": -1.0},
        year_mwh={"load_mwh": -5.0, "nonsense": 1.0},
    )
    faults = faults_of_state(park, given)
    assert [(f.field, f.severity) for f in faults] == [
        ("thermal.C.in_state_h", "error"), ("thermal.C.synchronised_in_h", "error"), ("thermal.C.gross_mw", "error"),
        ("thermal.D.in_state_h", "error"), ("thermal.D.heat_stored_mwh", "error"), ("thermal.D.gross_mw", "error"),
        ("thermal.X", "error"), ("soc_mwh.S", "error"), ("soc_mwh.S", "warning"), ("stock_gj.coal", "error"),
        ("year_mwh.load_mwh", "error"), ("year_mwh.nonsense", "error"),
    ]  # fmt: skip
    assert all(f.problem and f.right and f.value is not None for f in faults)
    mended = possible_state(park, given)
    assert mended.thermal["C"] == ThermalState(on=True, in_state_h=0.0, gross_mw=100.0)
    assert mended.thermal["D"] == ThermalState(on=False, in_state_h=1000.0, gross_mw=0.0, heat_stored_mwh=5.0)
    assert mended.soc_mwh == {"S": 40.0} and mended.stock_gj == {"coal": 0.0} and mended.year_mwh == {"load_mwh": 0.0}
    assert [f.severity for f in faults_of_state(park, mended)] == ["warning"]  # full: kept, for it can be


def test_a_state_that_can_be_has_no_faults_and_passes_unchanged():
    park = park_of(unit("C", p_min_mw=40.0), storages=(STORE,))
    given = state({"S": 20.0}, C=running(70.0, 3.0))
    given = dataclasses.replace(given, peak_mw={"G": {}})
    assert faults_of_state(park, given) == [] and possible_state(park, given) == given


def test_what_was_mended_is_reported_with_the_schedule():
    park = park_of(unit("C", p_min_mw=40.0))
    made = solved(park, [50.0] * 3, state(C=running(170.0)))
    assert [f.field for f in made.state_faults] == ["thermal.C.gross_mw"] and made.breaches == ()
    assert made.window.state.thermal["C"].gross_mw == 100.0


def test_an_outage_ends_a_minimum_time_on_and_the_unit_comes_back_after_its_minimum_time_off():
    """On for 1 of 6 hours; out in hours 2 and 3; off from 2 to 6 (5 h), then as soon as it can be."""
    must = dataclasses.replace(SLOW, start_points=(), heat_nom_mw=0.0, power_per_heat=0.0, power_loss_per_heat=0.0)
    park = park_of(must, outages=(outage("C", 2, 4),))
    made = solved(park, [60.0] * 10, state(C=running(60.0, 1.0)))
    assert on_of(made) == [1, 1, 0, 0, 0, 0, 0, 1, 1, 1]


def test_an_outage_breaks_off_a_start_which_begins_anew_after_it():
    park = park_of(dataclasses.replace(SLOW, must_run=False, min_down_h=0.0), outages=(outage("C", 0, 1),))
    made = solved(park, [60.0] * 6, state(C=off(9.0, synchronised_in_h=1.0)))
    assert on_of(made) == [0, 0, 0, 1, 1, 1]
    assert made.schedule.gross_mw.values[:3, 0] == pytest.approx([0.0, 10.0, 30.0])


def test_an_outage_stops_a_unit_from_more_than_its_last_load():
    park = park_of(dataclasses.replace(SLOW, must_run=False), outages=(outage("C", 1, 6),))
    made = solved(park, [90.0] * 3, state(C=running(100.0, 100.0)))
    assert on_of(made) == [1, 0, 0] and made.schedule.gross_mw.values[0, 0] == pytest.approx(90.0)


def test_an_outage_in_quarter_hours_is_a_matter_of_its_quarter_hours():
    gone = Outage(
        id="trip", element="C", start=datetime(2025, 3, 3, 0, 40), end=datetime(2025, 3, 3, 1, 15)
    )  # fmt: skip
    made = solved(park_of(unit("C"), outages=(gone,)), [60.0] * 8, step_h=0.25)
    assert on_of(made) == [1, 1, 0, 0, 0, 1, 1, 1]


def test_a_content_above_its_range_comes_back_into_it():
    full = dataclasses.replace(STORE, standing_loss_per_h=0.0, soc_min=0.0)
    made = solved(
        park_of(unit("C"), storages=(full,), reserves=RESERVES), [50.0] * 3, state({"S": 40.0}, C=running(50.0))
    )
    assert made.schedule.soc_mwh.values[:, 0].max() <= 36.0 + 1e-6
    assert made.schedule.discharge_mw.values[0, 0] >= 4.0 * full.efficiency_discharge - 1e-6


def test_captive_power_that_units_cannot_reach_is_a_breach_not_an_end():
    made = solved(park_of(unit("C")), [80.0] * 3, state(C=running(80.0)), must_run_mw=120.0)
    assert made.status == "breached"
    assert [(b.kind, b.amount, b.steps) for b in made.breaches] == [("must_run", pytest.approx(20.0), 3)]


@pytest.mark.parametrize("seed", range(40))
def test_no_odd_state_or_outage_leaves_a_window_without_a_schedule(seed):
    """Random states far beyond what can be, outages that cut into minimum times and starts: a schedule, recounted."""
    draw = np.random.default_rng(seed)
    count = 8
    lots = [outage("C", a, a + int(draw.integers(1, 4))) for a in draw.choice(count, 2, replace=False)]
    lots += [outage("S", int(draw.integers(0, count)), count + 1)]
    park = park_of(
        SLOW, unit("Q", p_min_mw=20.0, min_down_h=3.0), storages=(STORE,), reserves=RESERVES, outages=tuple(lots),
        fuels=(Fuel(id="coal", price_per_gj=1.0, emission_factor_t_per_gj=0.0, stock_gj=300.0),),
    )  # fmt: skip
    odd = [0.0, -10.0, 20.0, 55.0, 400.0, float("nan")]
    given = State(
        time=np.datetime64("2025-03-03T00", "ns"),
        thermal={
            name: ThermalState(
                on=bool(draw.integers(2)), in_state_h=draw.choice([0.0, 2.0, -3.0, 50.0]), gross_mw=draw.choice(odd),
                synchronised_in_h=draw.choice([None, 0.0, 1.0, 3.0, 12.0]), heat_stored_mwh=draw.choice(odd),
            )
            for name in ("C", "Q")
        },
        soc_mwh={"S": draw.choice([0.0, 1.0, 3.9, 20.0, 39.0, 44.0, -4.0, float("nan")])},
        stock_gj={"coal": draw.choice(odd)},
    )  # fmt: skip
    window = window_of(
        park, draw.uniform(0.0, 150.0, count), given, heat=draw.uniform(0.0, 80.0, (count, 2)),
        must_run_mw=float(draw.choice([0.0, 90.0])),
    )  # fmt: skip
    made = dispatch_ahead(window, mip_gap=1e-2)
    assert made.balance_error_mw_max < 1e-4
    assert made.objective_recomputed == pytest.approx(made.objective, rel=1e-6, abs=1e-3)


def test_a_series_below_zero_or_missing_is_refused_with_all_faults_at_once():
    window = window_of(park_of(unit("C")), [50.0, -3.0, np.nan])
    window = dataclasses.replace(window, spread_up_mw=np.array([1.0, -1.0, 0.0]))
    with pytest.raises(BadInput) as raised:
        dispatch_ahead(window)
    assert [(f.field, f.value) for f in raised.value.faults] == [("load_mw", "-3"), ("spread_up_mw", "-1")]
