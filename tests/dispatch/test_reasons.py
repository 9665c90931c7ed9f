"""Prices whose unit and parts are known by hand, and parts that add up to the price in every step."""

import dataclasses

import numpy as np
import pytest
from ahead_parks import costs, off, park_of, running, solved, state, unit
from planted import CATALOGUE, POTLINE
from test_odd_state import outage

from holin.dispatch import dispatch_ahead
from holin.dispatch.reason_words import reason_in_words
from holin.dispatch.reasons import Reason, own_cost_per_mwh, price_series, reasons_of
from holin.park import Bus, Fuel, Grid, Line, Reserve, ReserveKind, Storage, WindFarm
from holin.tariff import Tariff


def reasons(park, load, given=None, **more) -> tuple[Reason, ...]:
    made = solved(park, load, given, **more)
    found = reasons_of(made)
    assert [r.step for r in found] == list(range(len(load)))
    for reason in found:
        assert sum(p.per_mwh for p in reason.parts) == pytest.approx(reason.price_per_mwh, abs=1e-6)
        for language in ("en", "zh"):
            text = reason_in_words(made.window, reason, language)
            assert f"{reason.price_per_mwh:.2f}" in text and reason.unit in text
    return found


def binding(reason: Reason) -> dict[tuple[str, str], float]:
    return {(b.kind, b.element): b.saves for b in reason.binding}


TWO = park_of(unit("C", cost="c10"), unit("Q", cost="c30"), costs=costs(10.0, 30.0))
BOTH = state(C=running(50.0), Q=running(0.0))


def test_the_dearest_unit_that_runs_between_its_limits_sets_the_price():
    """C burns 1 GJ/MWh at 1 and costs 10 besides: 11; Q 31. Beyond 100 MW Q gives the next, a MW more of C saves 20."""
    low, high = reasons(TWO, [60.0, 130.0], BOTH)
    assert (low.marginal, low.unit, low.price_per_mwh) == ("above.C", "C", pytest.approx(11.0))
    assert (high.marginal, high.price_per_mwh) == ("above.Q", pytest.approx(31.0))
    assert own_cost_per_mwh(high) == pytest.approx(31.0)
    assert binding(high)["full_load", "C"] == pytest.approx(20.0)
    assert ("full_load", "C") not in binding(low)


def test_wind_that_is_curtailed_gives_the_next_mw_for_nothing():
    park = park_of(unit("C"), wind_farms=(WindFarm(id="W", bus="A", p_nom_mw=90.0),))
    calm, windy = reasons(park, [60.0, 60.0], state(C=running(0.0)), available=[[20.0], [80.0]])
    assert (windy.unit, windy.price_per_mwh) == ("W", pytest.approx(0.0))
    assert (calm.unit, calm.price_per_mwh) == ("C", pytest.approx(1.0))
    assert binding(calm)["renewable", "W"] == pytest.approx(1.0)


def test_a_new_peak_of_the_month_is_part_of_the_price():
    """60 a MWh, and 1,000 for each MW of the month's highest draw: all of it in the hour that sets the peak."""
    tariff = Tariff(id="T", energy_price_per_mwh=60.0, demand_charge_per_mw_month=1_000.0)
    park = park_of(tariffs=(tariff,), grids=(Grid(id="G", bus="A", sk_max_mva=1e4, import_max_mw=99.0, tariff="T"),))
    low, high = reasons(park, [30.0, 80.0])
    assert low.price_per_mwh == pytest.approx(60.0) and high.price_per_mwh == pytest.approx(1_060.0)
    assert {p.kind: p.per_mwh for p in high.parts} == {"own": pytest.approx(60.0), "peak": pytest.approx(1_000.0)}
    assert binding(high)["peak", "G"] == pytest.approx(1_000.0)


def test_a_storage_carries_the_price_of_the_hour_in_which_it_is_filled():
    """0.9 in and 0.9 out, 5 a MWh for wear: what C makes for 11 in the night is worth 11 / 0.81 + 5 in the evening."""
    store = Storage(
        id="S", bus="A", p_nom_mw=50.0, e_nom_mwh=200.0, efficiency_charge=0.9, efficiency_discharge=0.9,
        cycle_cost_per_mwh=5.0, soc_end=0.0,
    )  # fmt: skip
    park = park_of(unit("C", cost="c10"), unit("Q", cost="c30"), costs=costs(10.0, 30.0), storages=(store,))
    found = reasons(park, [60.0, 60.0, 110.0, 60.0], state({"S": 0.0}, C=running(60.0), Q=off()))
    evening = found[2]
    assert evening.unit == "S" and evening.price_per_mwh == pytest.approx(11.0 / 0.81 + 5.0)
    assert {p.kind for p in evening.parts} == {"own", "soc"} and own_cost_per_mwh(evening) == pytest.approx(5.0)
    assert evening.linked[-1] == 2 and len(evening.linked) > 1
    assert [r.price_per_mwh for r in found[:2]] == pytest.approx([11.0, 11.0])


def test_lost_load_sets_the_price_where_all_else_is_spent():
    (reason,) = reasons(park_of(unit("C")), [130.0], state(C=running(100.0)))
    assert (reason.marginal, reason.unit, reason.price_per_mwh) == ("shed", "A", pytest.approx(5_000.0))
    assert binding(reason)["import", "G"] == pytest.approx(5_000.0)


def test_a_ramp_makes_cheap_power_dear_in_one_hour_and_cheaper_in_another():
    """C may rise by 20 MW/h: in hour 1 Q (31) fills in; a MW more of C in hour 0 would have spared 20 of it."""
    park = park_of(
        unit("C", cost="c10", ramp_up_mw_per_h=20.0, must_run=True), unit("Q", cost="c30"), costs=costs(10.0, 30.0)
    )  # fmt: skip
    first, second, third = reasons(park, [50.0, 90.0, 90.0], BOTH)
    assert (second.unit, second.price_per_mwh) == ("Q", pytest.approx(31.0))
    assert binding(second)["ramp_up", "C"] == pytest.approx(20.0)
    assert first.unit == "C" and first.price_per_mwh == pytest.approx(11.0 - 20.0)  # a MW more now spares Q later
    assert {p.kind: p.per_mwh for p in first.parts}["ramp_up"] == pytest.approx(-20.0)
    assert third.price_per_mwh == pytest.approx(11.0)


def test_a_reserve_has_its_price_in_that_of_energy():
    """C and Q of 100 MW each keep 60 MW: at 150 MW of load 10 MW are short, at 2,000 a MW."""
    spin = Reserve(id="spin", kind=ReserveKind.UP, fixed_mw=60.0)
    park = park_of(*TWO.thermal_units, costs=TWO.costs, reserves=(spin,))
    (reason,) = reasons(park, [150.0], BOTH)
    assert reason.price_per_mwh > 2_000.0
    assert binding(reason)["reserve", "spin"] == pytest.approx(2_000.0)


LINE = {"length_km": 10.0, "r_ohm_per_km": 0.05, "x_ohm_per_km": 0.4}
CROSSED = park_of(
    unit("C", bus="B", cost="c10"), unit("Q", cost="c30"), costs=costs(10.0, 30.0),
    buses=(Bus(id="A", v_nom_kv=110.0), Bus(id="B", v_nom_kv=110.0)),
    lines=(Line(id="BA", bus_from="B", bus_to="A", i_nom_ka=0.3, **LINE),),
)  # fmt: skip
RATING_MW = 3**0.5 * 110.0 * 0.3


def test_a_line_binds_in_the_steps_in_which_it_is_full_and_in_no_other():
    """C (11) lies behind a line of 57 MW, Q (31) does not: a MW more of line saves 20 while it is full."""
    found = reasons(CROSSED, [40.0, 90.0, 54.0, 90.0], BOTH)
    at = [t for t, reason in enumerate(found) if ("branch", "BA") in binding(reason)]
    assert at == [1, 3]
    assert [binding(found[t])["branch", "BA"] for t in at] == pytest.approx([20.0, 20.0])


def test_the_price_of_a_step_is_the_same_beside_the_schedule_and_in_its_reason():
    made = solved(CROSSED, [40.0, 90.0], BOTH)
    assert price_series(reasons_of(made), 2) == pytest.approx(made.ahead.price_per_mwh.values)
    behind = made.schedule.shadow_price_per_mwh.sel(bus="B").values
    assert behind == pytest.approx([11.0, 11.0]) and made.ahead.price_per_mwh.values == pytest.approx([11.0, 31.0])


def test_a_limit_that_is_broken_is_said_to_be_so():
    """All comes over a line of 57 MW with nothing behind it that could be shed: an engine that may not give less."""
    park = dataclasses.replace(CROSSED, thermal_units=(unit("C", bus="B", p_min_mw=90.0, must_run=True),))
    (reason,) = reasons(park, [90.0], state(C=running(90.0)))
    (limit,) = [b for b in reason.binding if b.kind == "branch"]
    assert limit.passed and "beyond its limit" in reason_in_words(solved(park, [90.0]).window, reason)


def test_pots_that_stand_at_nominal_are_no_limit_and_those_at_the_end_of_their_heat_are_one_a_kelvin():
    """At a flat price nothing moves; with 115 MW of 130 left the line cools until its pots may cool no further."""
    flat = park_of(
        potlines=(POTLINE,), tariffs=(Tariff(id="T", energy_price_per_mwh=200.0),),
        grids=(Grid(id="G", bus="A", sk_max_mva=1e4, import_max_mw=900.0, tariff="T"),),
    )  # fmt: skip
    heat = {"pot_heat", "superheat_low", "superheat_high", "ledge_low", "ledge_high"}
    assert not any(b.kind in heat for r in reasons(flat, [10.0] * 12) for b in r.binding)
    short = dataclasses.replace(flat, grids=(dataclasses.replace(flat.grids[0], import_max_mw=125.0),))
    kinds = {(b.kind, b.unit) for r in reasons_of(solved(short, [10.0] * 36)) for b in r.binding if b.kind in heat}
    assert ("superheat_low", "K") in kinds and "pot_heat" not in {kind for kind, _ in kinds}


def test_a_unit_out_of_service_is_said_to_be_out_and_one_that_is_off_is_not_at_full_load():
    park = dataclasses.replace(TWO, outages=(outage("Q", 1, 2),))
    low, out = reasons(park, [130.0, 130.0], BOTH)
    assert ("out", "Q") not in binding(low) and binding(out)["out", "Q"] > 0
    assert ("full_load", "Q") not in binding(out) and "Q is out of service" in reason_in_words(
        solved(park, [130.0, 130.0], BOTH).window, out
    )
    cold = state(C=running(100.0), Q=off(1.0))
    (idle,) = reasons(
        dataclasses.replace(TWO, thermal_units=(TWO.thermal_units[0], unit("Q", min_down_h=5.0))), [130.0], cold
    )
    assert ("off", "Q") in binding(idle) and ("full_load", "Q") not in binding(idle)


def test_a_yard_that_runs_short_has_its_price_per_gj():
    """100 MW burn 100 GJ/h and the yard holds 150: a GJ more is a GJ less that is missing, at 1,000."""
    park = park_of(unit("C"), fuels=(Fuel(id="coal", price_per_gj=1.0, emission_factor_t_per_gj=0.0, stock_gj=150.0),))
    found = reasons(park, [100.0, 100.0], state(C=running(100.0)))
    yards = [b for r in found for b in r.binding if b.kind == "stock"]
    assert len(yards) == 2 and all(b.unit == "GJ" for b in yards)
    assert [b.saves for b in yards] == pytest.approx([1_000.0] * 2, rel=1e-3)


@pytest.mark.parametrize("kind", CATALOGUE, ids=[k.__name__ for k in CATALOGUE])
def test_parts_add_up_in_windows_where_something_gives_way(kind):
    planted = kind(np.random.default_rng(7))
    made = dispatch_ahead(planted.window, mip_gap=1e-6)
    found = reasons_of(made)
    assert len(found) >= made.window.case.hours.count - 12
    for reason in found:
        assert sum(p.per_mwh for p in reason.parts) == pytest.approx(reason.price_per_mwh, rel=1e-6, abs=1e-6)
        assert reason_in_words(made.window, reason)


def test_prices_by_step_are_those_of_the_schedule():
    made = solved(TWO, [60.0, 130.0], BOTH)
    assert price_series(reasons_of(made), 2) == pytest.approx(made.ahead.price_per_mwh.values)
