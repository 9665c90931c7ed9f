"""Dispatch on parks small enough to know the optimum."""

import dataclasses
import math
from datetime import datetime

import numpy as np
import pytest
import xarray as xr
from dispatch_parks import LINE, PARK, tables_of, times, with_
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.carbon import emissions, fuel_gj
from holin.dispatch import dispatch, tightened
from holin.errors import BadInput, Infeasible, Mismatch
from holin.flow import flow, headroom_mw, losses_by_bus, overloaded_by_reactive
from holin.operation import hours_of
from holin.park import Cost, EmissionFactor, Fuel, Generator, Outage, Potline, Series, Storage, ThermalUnit
from holin.potline import ac_power_mw, amperage_ka, metal_t_per_h
from holin.rules import Rule, RuleKind

COAL = ThermalUnit(
    id="C", bus="A", p_nom_mw=100.0, p_min_mw=40.0, ramp_up_mw_per_h=20.0, ramp_down_mw_per_h=100.0,
    start_cost=1000.0, heat_rate_points=((0.4, 10.0), (1.0, 10.0)), auxiliary=0.0, fuel="coal",
)  # fmt: skip
FUEL = Fuel(id="coal", price_per_gj=20.0, emission_factor_t_per_gj=0.1)
POTLINE = Potline(
    id="P", bus="B", enterprise="E", pots=100, amperage_ka=500.0, back_emf_v=2.16, pot_resistance_uohm=3.58,
    current_efficiency=0.94, rectifier_efficiency=0.985, auxiliary=0.04, amperage_min_ka=450.0, amperage_max_ka=550.0,
    heat_window_h=1.0, heat_leak_per_h=0.0,
)  # fmt: skip


def power(found, unit: str) -> list[float]:
    return [round(float(p), 6) for p in found.schedule.p_mw.sel(unit=unit)]


def test_wind_is_used_before_import_and_curtailed_beyond_the_load() -> None:
    found = dispatch(PARK, *tables_of(PARK, [[60.0], [20.0], [0.0]], [[50.0], [50.0], [50.0]]))
    assert power(found, "W") == [50.0, 20.0, 0.0]
    assert power(found, "G") == [0.0, 30.0, 50.0]
    assert found.objective == pytest.approx(80.0 * 300.0)
    assert found.objective_recomputed == pytest.approx(found.objective, rel=1e-9)


def test_export_is_sold_up_to_its_limit() -> None:
    park = with_(PARK, grids=(dataclasses.replace(PARK.grids[0], export_max_mw=4.0),))
    found = dispatch(park, *tables_of(park, [[60.0]], [[50.0]]))
    assert power(found, "G") == [-4.0]
    assert found.objective == pytest.approx(-800.0)


def test_a_branch_limit_holds_the_wind_back() -> None:
    """The line carries at most sqrt(3) 110 kV x 0.1 kA = 19.05 MW; at 60 MW of wind 10 MW would stay, 50 leave."""
    park = with_(
        PARK,
        lines=(dataclasses.replace(LINE, i_nom_ka=0.1),),
        loads=(dataclasses.replace(PARK.loads[0], bus="A"),),
    )
    found = dispatch(park, *tables_of(park, [[60.0]], [[50.0]]))
    limit = 3**0.5 * 110.0 * 0.1
    assert power(found, "W")[0] == pytest.approx(limit, rel=1e-6)
    assert found.solves == 2
    price = found.schedule.shadow_price_per_mwh.isel(time=0)
    assert price.sel(bus="A") == pytest.approx(300.0)
    assert price.sel(bus="B") == pytest.approx(0.0, abs=1e-6)


def test_a_line_out_of_service_leaves_its_bus_without_voltage() -> None:
    out = Outage(id="O", element="AB", start=datetime(2025, 1, 1, 1), end=datetime(2025, 1, 1, 2))
    park = with_(PARK, outages=(out,))
    found = dispatch(park, *tables_of(park, [[10.0]] * 3, [[50.0]] * 3))
    assert power(found, "L") == [-50.0, 0.0, -50.0]
    assert power(found, "W") == [10.0, 0.0, 10.0]
    assert np.isnan(found.schedule.shadow_price_per_mwh.sel(bus="B").values[1])
    assert [float(x) for x in found.schedule.shed_mw.sel(load="L")] == [0.0, 50.0, 0.0]
    assert found.objective == pytest.approx(2 * 40.0 * 300.0 + 50.0 * 20_000.0)


def test_coal_ramps_and_starts() -> None:
    """200 CNY/MWh coal against 300 for import; a start is too dear to be worth a fraction of one.

    Load 40, then 100: the unit stays on, 40 -> 100 needs 60 MW but 20 MW/h are allowed: 60 MW and 40 imported.
    """
    dear = dataclasses.replace(COAL, start_cost=1e6)
    park = with_(PARK, thermal_units=(dear,), fuels=(FUEL,), wind_farms=())
    found = dispatch(park, *tables_of(park, [[], []], [[40.0], [100.0]]))
    assert power(found, "C") == [40.0, 60.0]
    assert found.objective == pytest.approx(100.0 * 200.0 + 40.0 * 300.0)


def test_heat_duty_keeps_a_unit_on() -> None:
    unit = dataclasses.replace(COAL, power_per_heat=1.5, heat_nom_mw=40.0)
    park = with_(
        PARK, thermal_units=(unit,), fuels=(FUEL,), grids=(dataclasses.replace(PARK.grids[0], export_max_mw=100),)
    )
    found = dispatch(park, *tables_of(park, [[60.0]], [[50.0]], heat=[[40.0]]))
    assert power(found, "C")[0] == pytest.approx(60.0)


def test_must_run_is_a_floor_on_all_units_together() -> None:
    twin = dataclasses.replace(COAL, id="C2", bus="B")
    park = with_(PARK, thermal_units=(COAL, twin), fuels=(FUEL,))
    given_ = tables_of(park, [[60.0]], [[50.0]])
    free, floor = dispatch(park, *given_), dispatch(park, *given_, must_run_mw=30.0)
    assert power(free, "C") == power(free, "C2") == [0.0]
    assert power(floor, "C") == power(floor, "C2") == [15.0]
    assert power(floor, "W") == [20.0]


def test_a_potline_follows_the_wind_and_owes_its_metal() -> None:
    """Metal is concave in power, so as many MWh up as down lose a little: the duty leaves room for 1 % of it."""
    line, wind = dataclasses.replace(LINE, i_nom_ka=3.0), dataclasses.replace(PARK.wind_farms[0], p_nom_mw=300.0)
    potline = dataclasses.replace(POTLINE, production_duty=0.99)
    grid = dataclasses.replace(PARK.grids[0], import_max_mw=300.0)
    park = with_(PARK, potlines=(potline,), loads=(), lines=(line,), wind_farms=(wind,), grids=(grid,))
    may, must = tables_of(park, [[60.0], [0.0], [60.0], [0.0]], [[]] * 4)
    found = dispatch(park, may.assign(available_mw=may.available_mw * 5), must)
    drawn = [-p for p in power(found, "P")]
    assert drawn[0] > drawn[1] and drawn[2] > drawn[3]
    made = sum(metal_t_per_h(POTLINE, amperage_ka(POTLINE, p)) for p in drawn)
    assert made >= 4 * 0.99 * metal_t_per_h(POTLINE, 500.0) * (1 - 1e-9)
    assert abs(found.schedule.deviation_mwh.values).max() <= 1.0 * ac_power_mw(POTLINE, 500.0) * (1 + 1e-9)


def test_storage_shifts_wind_and_never_runs_both_ways() -> None:
    battery = Storage(id="S", bus="B", p_nom_mw=10.0, e_nom_mwh=20.0, efficiency_charge=0.9, efficiency_discharge=0.9)
    park = with_(PARK, storages=(battery,))
    found = dispatch(park, *tables_of(park, [[60.0], [0.0]], [[50.0], [50.0]]))
    assert power(found, "S") == [-10.0, pytest.approx(8.1)]
    assert float((found.schedule.charge_mw * found.schedule.discharge_mw).max()) == pytest.approx(0.0)


def test_load_beyond_all_supply_is_shed_and_priced() -> None:
    park = with_(PARK, grids=(dataclasses.replace(PARK.grids[0], import_max_mw=30.0),))
    found = dispatch(park, *tables_of(park, [[5.0]], [[50.0]]))
    assert float(found.schedule.shed_mw.sum()) == pytest.approx(15.0)
    assert found.schedule.shadow_price_per_mwh.sel(bus="B").values[0] == pytest.approx(20_000.0)


def test_a_green_share_rule_binds_and_has_a_price() -> None:
    """Coal at 200 is cheaper than wind at 250; the rule wants 60 % of 50 MW from wind."""
    park = with_(
        PARK,
        thermal_units=(dataclasses.replace(COAL, p_min_mw=0.0),),
        fuels=(FUEL,),
        costs=(Cost(id="dear", marginal_cost_per_mwh=250.0),),
        wind_farms=(dataclasses.replace(PARK.wind_farms[0], cost="dear"),),
        rules=(Rule(id="R", kind=RuleKind.GREEN_SHARE_MIN, value=0.6, enforced=True),),
    )
    found = dispatch(park, *tables_of(park, [[60.0]], [[50.0]]))
    assert power(found, "W") == [30.0]


@pytest.mark.parametrize(
    ("park", "words"),
    [
        (
            with_(PARK, potlines=(POTLINE,), loads=()),
            "power is missing in the balance",
        ),
        (
            with_(PARK, thermal_units=(dataclasses.replace(COAL, must_run=True, p_min_mw=80.0),), fuels=(FUEL,)),
            "power is left over",
        ),
        (
            with_(PARK, potlines=(dataclasses.replace(POTLINE, production_duty=1.2),), loads=(),
                  grids=(dataclasses.replace(PARK.grids[0], import_max_mw=400.0),)),
            "potline P misses its production duty",
        ),
        (
            with_(PARK, rules=(Rule(id="too-green", kind=RuleKind.SELF_USE_MIN, value=0.9, enforced=True),),
                  loads=(dataclasses.replace(PARK.loads[0]),)),
            "rule too-green",
        ),
    ],
)  # fmt: skip
def test_infeasible_says_what_must_give_way(park, words: str) -> None:
    loads = [[20.0] * len(park.loads)] * 2
    with pytest.raises(Infeasible, match=words):
        dispatch(park, *tables_of(park, [[60.0], [60.0]] if not park.potlines else [[0.0], [0.0]], loads))


def test_hours_that_differ_are_refused() -> None:
    may, must = tables_of(PARK, [[60.0], [20.0]], [[50.0], [50.0]])
    with pytest.raises(Mismatch):
        dispatch(PARK, may.isel(time=[0]), must)


def test_a_branch_over_its_ac_limit_tightens_the_next_dispatch() -> None:
    """Reactive power loads the line beyond what the DC model sees."""
    park = with_(
        PARK,
        lines=(dataclasses.replace(LINE, i_nom_ka=0.3),),
        loads=(dataclasses.replace(PARK.loads[0], bus="A"),),
        wind_farms=(dataclasses.replace(PARK.wind_farms[0], power_factor=0.9),),
    )
    given_ = tables_of(park, [[60.0]], [[80.0]])
    first = dispatch(park, *given_)
    flows = flow(park, first.schedule)
    assert float(flows.loading.max()) > 1.0
    limits = tightened(park, first.schedule, flows, {})
    again = dispatch(park, *given_, limits_mw=limits)
    assert float(flow(park, again.schedule).loading.max()) <= 1.0
    assert float(again.schedule.p_mw.sel(unit="W").sum()) < float(first.schedule.p_mw.sel(unit="W").sum())


@settings(max_examples=25, deadline=None)
@given(
    wind=st.lists(st.floats(0, 60), min_size=6, max_size=6),
    load=st.lists(st.floats(5, 90), min_size=6, max_size=6),
)
def test_simplex_and_interior_point_agree_and_the_balance_closes(wind: list[float], load: list[float]) -> None:
    battery = Storage(id="S", bus="B", p_nom_mw=10.0, e_nom_mwh=20.0)
    park = with_(PARK, storages=(battery,), thermal_units=(dataclasses.replace(COAL, start_cost=500.0),), fuels=(FUEL,))
    given_ = tables_of(park, [[w] for w in wind], [[x] for x in load])
    simplex, interior = dispatch(park, *given_), dispatch(park, *given_, algorithm="ipx")
    assert simplex.objective == pytest.approx(interior.objective, rel=1e-6, abs=1e-3)
    assert simplex.balance_error_mw_max < 1e-6
    again = dispatch(park, *given_, start=simplex.basis)
    assert again.objective == pytest.approx(simplex.objective, rel=1e-9, abs=1e-6)


def test_identical_units_run_alike_and_cost_what_two_cost() -> None:
    twin = dataclasses.replace(COAL, id="C2", name="the other", bus="B")
    unlike = dataclasses.replace(twin, min_up_h=1.0)  # differs in a figure that a relaxed problem does not use
    grid = dataclasses.replace(PARK.grids[0], import_max_mw=0.0)
    found = {}
    for name, second in (("alike", twin), ("apart", unlike)):
        park = with_(PARK, thermal_units=(COAL, second), fuels=(FUEL,), wind_farms=(), grids=(grid,))
        found[name] = dispatch(park, *tables_of(park, [[], [], []], [[120.0], [150.0], [120.0]]))
    assert found["alike"].objective == pytest.approx(found["apart"].objective)
    assert power(found["alike"], "C") == power(found["alike"], "C2")


def test_outages_of_a_unit_and_of_its_bus_both_count() -> None:
    own = Outage(id="O1", element="W", start=datetime(2025, 1, 1, 0), end=datetime(2025, 1, 1, 1))
    line = Outage(id="O2", element="AB", start=datetime(2025, 1, 1, 1), end=datetime(2025, 1, 1, 2))
    park = with_(PARK, outages=(own, line))
    found = dispatch(park, *tables_of(park, [[30.0]] * 3, [[50.0]] * 3))
    assert power(found, "W") == [0.0, 0.0, 30.0]


def test_a_generator_out_gives_nothing_and_costs_nothing() -> None:
    cheap = Generator(id="N", bus="B", p_nom_mw=20.0, p_min_mw=5.0, cost_c1=100.0, cost_c0=7.0)
    out = Outage(id="O", element="N", start=datetime(2025, 1, 1, 1), end=datetime(2025, 1, 1, 2))
    park = with_(PARK, generators=(cheap,), outages=(out,))
    found = dispatch(park, *tables_of(park, [[0.0]] * 3, [[50.0]] * 3))
    assert power(found, "N") == [20.0, 0.0, 20.0] and power(found, "G") == [30.0, 50.0, 30.0]
    assert found.objective == pytest.approx(2 * (30.0 * 300.0 + 20.0 * 100.0 + 7.0) + 50.0 * 300.0)


def test_two_grids_in_one_island_are_both_scheduled_and_the_flow_keeps_to_it() -> None:
    """50 MW of load, 30 of wind at B; G2 at B is cheaper and may give 15, so G gives 5 and the losses."""
    cheap = dataclasses.replace(PARK.tariffs[0], id="T2", energy_price_per_mwh=250.0, export_price_per_mwh=0.0)
    second = dataclasses.replace(PARK.grids[0], id="G2", bus="B", import_max_mw=15.0, tariff="T2")
    park = with_(PARK, grids=(PARK.grids[0], second), tariffs=(*PARK.tariffs, cheap))
    found = dispatch(park, *tables_of(park, [[30.0]], [[50.0]]))
    assert (power(found, "G"), power(found, "G2")) == ([5.0], [15.0])
    flows = flow(park, found.schedule)
    assert float(flows.p_mw.sel(unit="G2")[0]) == pytest.approx(15.0)
    assert float(flows.p_mw.sel(unit="G")[0]) == pytest.approx(5.0 + float(losses_by_bus(park, flows).sum()), abs=1e-6)
    assert float(flows.v_pu.sel(bus="B")[0]) == pytest.approx(second.v_set_pu, abs=1e-8)


def test_hours_that_carry_much_are_limited_with_the_overloaded_one() -> None:
    """60 MW of wind with 29 Mvar on a 57 MVA line: 0.9 of it may be active, in both hours (20 MW load it by 0.39)."""
    park = with_(
        PARK,
        lines=(dataclasses.replace(LINE, i_nom_ka=0.3),),
        loads=(dataclasses.replace(PARK.loads[0], bus="A"),),
        wind_farms=(dataclasses.replace(PARK.wind_farms[0], power_factor=0.9),),
    )
    given_ = tables_of(park, [[60.0], [20.0], [5.0]], [[80.0]] * 3)
    first = dispatch(park, *given_)
    (limit,) = tightened(park, first.schedule, flow(park, first.schedule), {}).values()
    rating = 3**0.5 * 110.0 * 0.3
    assert limit[:2] == pytest.approx([0.9 * rating] * 2, rel=0.02)
    assert limit[2] == pytest.approx(rating)


def test_room_is_what_reactive_power_leaves() -> None:
    """30 Mvar on a 19 MVA line leave no room, 10 Mvar beside 3 MW leave sqrt(19^2 - 10^2) - 3."""
    line = dataclasses.replace(LINE, i_nom_ka=0.1, r_ohm_per_km=0.0, x_ohm_per_km=0.001)
    for q, room in ((30.0, math.nan), (10.0, (3 * 110.0**2 * 0.1**2 - 100.0) ** 0.5 - 3.0)):
        park = with_(PARK, lines=(line,), loads=(dataclasses.replace(PARK.loads[0], q_mvar=q, load_mw=3.0),))
        flows = flow(park, dispatch(park, *tables_of(park, [[0.0]], [[3.0]])).schedule)
        assert float(headroom_mw(park, flows)[0, 0]) == pytest.approx(room, abs=0.02, nan_ok=True)
        assert overloaded_by_reactive(park, flows) == ({"AB": 1} if q == 30.0 else {})


def test_selling_dearer_than_buying_is_refused() -> None:
    dear = dataclasses.replace(PARK.tariffs[0], export_price_per_mwh=301.0)
    park = with_(PARK, tariffs=(dear,), grids=(dataclasses.replace(PARK.grids[0], export_max_mw=10.0),))
    with pytest.raises(BadInput, match="buying to sell at once would pay"):
        dispatch(park, *tables_of(park, [[30.0]], [[50.0]]))


def test_no_share_is_met_by_shedding_load() -> None:
    rule = Rule(id="R", kind=RuleKind.GREEN_SHARE_MIN, value=0.6, enforced=True)
    park = with_(PARK, rules=(rule,))
    with pytest.raises(Infeasible, match="rule R"):
        dispatch(park, *tables_of(park, [[10.0]], [[50.0]]))


def test_a_physical_share_is_kept_by_what_is_delivered_at_least() -> None:
    """Losses are as green as asked for: 10 of 50 MW without losses are 20 %, with a loss of 1 MW 19.6 %."""
    rule = Rule(id="R", kind=RuleKind.GREEN_SHARE_PHYSICAL_MIN, value=0.2, enforced=True)
    park, tables = with_(PARK, rules=(rule,)), tables_of(PARK, [[10.0]], [[50.0]])
    assert dispatch(park, *tables).objective == pytest.approx(300.0 * 40.0)
    lost = xr.DataArray([[1.0, 0.0]], dims=("time", "bus"), coords={"time": times(1), "bus": ["A", "B"]})
    with pytest.raises(Infeasible, match="rule R"):
        dispatch(park, *tables, losses=lost)


def test_a_rule_that_only_a_ledger_can_judge_is_not_enforced() -> None:
    rule = Rule(id="R", kind=RuleKind.ALUMINIUM_CERTIFICATE_MIN, value=0.1, enforced=True)
    park = with_(PARK, rules=(rule,))
    with pytest.raises(BadInput, match="no optimum knows"):
        dispatch(park, *tables_of(park, [[10.0]], [[50.0]]))


def test_heat_is_owed_by_a_unit_that_is_on() -> None:
    unit = dataclasses.replace(COAL, heat_nom_mw=40.0)
    park = with_(PARK, thermal_units=(unit,), fuels=(FUEL,))
    found = dispatch(park, *tables_of(park, [[5.0]], [[50.0]], heat=[[40.0]]))
    assert float(found.schedule.committed.min()) == pytest.approx(1.0)


def test_a_unit_that_cannot_meet_its_own_limits_is_told_so() -> None:
    unit = dataclasses.replace(COAL, heat_nom_mw=100.0, power_per_heat=1.5)
    park = with_(PARK, thermal_units=(unit,), fuels=(FUEL,))
    with pytest.raises(Infeasible, match="its own limits"):
        dispatch(park, *tables_of(park, [[5.0]], [[50.0]], heat=[[100.0]]))


def test_fuel_follows_every_line_of_the_curve() -> None:
    """400 GJ/h at 40 MW, 664 at 70, 990 at 100: the third MW costs 217, the second 176; import at 200 lies between.

    So the unit stops at 70 MW and the grid gives the rest of 85: 664 x 20 + 15 x 200.
    """
    unit = dataclasses.replace(
        COAL, start_cost=0.0, ramp_up_mw_per_h=100.0, heat_rate_points=((0.4, 10.0), (0.7, 664 / 70), (1.0, 9.9))
    )
    park = with_(
        PARK,
        thermal_units=(unit,),
        fuels=(FUEL,),
        tariffs=(dataclasses.replace(PARK.tariffs[0], energy_price_per_mwh=200.0, export_price_per_mwh=0.0),),
    )
    found = dispatch(park, *tables_of(park, [[0.0]], [[85.0]]))
    assert power(found, "C") == [70.0]
    assert found.objective == pytest.approx(664 * 20 + 15 * 200)
    assert float(fuel_gj(park, found.schedule)[0, 0]) == pytest.approx(664)


def test_a_co2_cap_sees_the_renewable_part_of_an_import() -> None:
    """Import at 0.6 t/MWh fossil, half of it renewable in the first hour: 0.3 and 0.6 t/MWh. A cap of 30 t a year's
    hours long lets 50 MW through in the first and 25 in the second; coal at 1 t/MWh is no way out, so 25 are shed."""
    time = times(2)
    mix = Series(id="mix", file="mix.csv", header="mix", time=time, values=np.array([0.5, 0.0]))
    grid = dataclasses.replace(PARK.grids[0], emission_factor="F", mix="mix")
    hours = hours_of(time, PARK.facts.time_zone)
    park = with_(
        PARK,
        grids=(grid,),
        series=(mix,),
        emission_factors=(EmissionFactor(id="F", t_per_mwh=0.6, method="fossil"),),
        rules=(Rule(id="cap", kind=RuleKind.CO2_MAX_T, value=30.0 / hours.years, enforced=True),),
    )
    found = dispatch(park, *tables_of(park, [[0.0], [0.0]], [[50.0], [50.0]]))
    assert power(found, "G") == [50.0, 25.0]
    emitted = emissions(park, found.schedule, found.schedule)
    assert float(emitted.sum()) == pytest.approx(30.0)


def test_generators_are_dispatched_by_their_costs() -> None:
    """100 MW: p^2 + 20 p and 60 CNY/MWh up to 70 MW, then 90. 20 MW of the first cost 60 at the margin, so it gives 20
    (its 64 chords are 0.78 MW wide); the second 70; 10 more at 80 < 90: the first again up to 30."""
    quadratic = Generator(id="Q", bus="A", p_nom_mw=50.0, cost_c2=1.0, cost_c1=20.0, cost_c0=5.0)
    stepped = Generator(id="S", bus="B", p_nom_mw=90.0, cost_points=((0.0, 0.0), (70.0, 4200.0), (90.0, 6000.0)))
    grid = dataclasses.replace(PARK.grids[0], import_max_mw=0.0)
    park = with_(PARK, generators=(quadratic, stepped), grids=(grid,), wind_farms=())
    found = dispatch(park, *tables_of(park, [[]], [[100.0]]))
    assert power(found, "Q") == [pytest.approx(30.0, abs=0.4)]
    assert power(found, "S") == [pytest.approx(70.0, abs=0.4)]
    assert found.objective == pytest.approx(30**2 + 20 * 30 + 5 + 4200, rel=1e-3)
