"""Overloads and the peak state."""

import math

import numpy as np
import pytest
from flow_parks import grid, line, load, park_of, schedule, transformer

from holin.flow import flow, n1, overloads, snapshot, static_check
from holin.flow.snapshot import nominal_ac_mw
from holin.park import Bus, Fuel, Park, Potline, ThermalUnit, WindFarm
from holin.potline import ac_power_mw


def buses(*names: str, kv: float = 110.0, **more: object) -> tuple[Bus, ...]:
    return tuple(Bus(id=n, v_nom_kv=kv, **more) for n in names)


def ring(**more: object) -> Park:
    """a-b-c-a of 10 km each and a spur c-d; 100 MW at b, 20 MW at d; each circuit carries 114 MVA."""
    tables = {
        "buses": buses("a", "b", "c", "d", v_min_pu=0.95),
        "lines": (line("ab", "a", "b"), line("bc", "b", "c"), line("ca", "c", "a"), line("cd", "c", "d")),
        "grids": (grid("a"),),
        "loads": (load("x", "b", 100, power_factor=0.98), load("y", "d", 20, power_factor=0.98)),
    }
    return park_of(**(tables | more))


STATE = {"x": -100.0, "y": -20.0}


def test_overloads_of_a_run_worst_first() -> None:
    park = ring()
    x = np.array([-100.0, -180.0, -190.0, -50.0])
    flows = flow(park, schedule(park, {"x": x, "y": -20.0}, 4))
    found = overloads(flows)
    assert [(o.branch, o.element, o.hours) for o in found] == [("ab", "ab", 2)]
    assert found[0].loading_max == pytest.approx(float(flows["loading"].sel(branch="ab").max()))
    assert found[0].time_of_max == flows["time"].values[2]
    assert overloads(flows, limit=2.0) == []
    assert [o.branch for o in overloads(flows, limit=0.4)][:2] == ["ab", "ca"]


# ---- the peak state ---------------------------------------------------------------------------------------------


def potline() -> Potline:
    return Potline(
        id="pot", bus="b", enterprise="firm", pots=100, amperage_ka=300.0, back_emf_v=1.7, pot_resistance_uohm=8.0,
        current_efficiency=0.93, amperage_min_ka=250.0, amperage_max_ka=330.0, heat_window_h=2.0,
    )  # fmt: skip


def test_the_nominal_power_is_that_of_the_potline_room() -> None:
    # 100 pots (1.7 V + 8 uohm 300 kA) 300 kA = 123 MW DC; / 0.985 * 1.04 = 129.868 MW.
    assert nominal_ac_mw(potline()) == pytest.approx(129.868, rel=1e-5)
    assert nominal_ac_mw(potline()) == pytest.approx(float(ac_power_mw(potline(), 300.0)), rel=1e-12)


def thermal_park(import_max_mw: float) -> Park:
    unit = ThermalUnit(
        id="coal", bus="c", p_nom_mw=100.0, p_min_mw=40.0, ramp_up_mw_per_h=90.0, ramp_down_mw_per_h=90.0,
        heat_rate_points=((1.0, 9.5),), fuel="fuel", auxiliary=0.1,
    )  # fmt: skip
    fuel = Fuel(id="fuel", price_per_gj=20.0, emission_factor_t_per_gj=0.09)
    wind = WindFarm(id="w", bus="c", p_nom_mw=50.0)
    return ring(
        grids=(grid("a", import_max_mw=import_max_mw),), thermal_units=(unit,), fuels=(fuel,), wind_farms=(wind,)
    )


@pytest.mark.parametrize(("import_max_mw", "coal_mw"), [(1000.0, 0.0), (70.0, 50.0), (10.0, 90.0)])
def test_thermal_units_take_what_the_import_limit_leaves(import_max_mw: float, coal_mw: float) -> None:
    p = snapshot(thermal_park(import_max_mw)).p_mw[0]
    assert float(p.sel(unit="coal")) == pytest.approx(coal_mw)
    assert p.sel(unit=["x", "y", "w", "grid"]).values == pytest.approx([-100, -20, 0, 120 - coal_mw])


def test_the_static_check_of_a_ring() -> None:
    check = static_check(ring())
    assert check.converged and check.base == ()
    assert check.n_minus_1 == n1(ring(), snapshot(ring())).violations
    assert [(v.outage, v.element, v.value) for v in check.n_minus_1 if v.kind == "lost_load"] == [("cd", "y", 20.0)]
    f = flow(ring(), schedule(ring(), STATE)).isel(time=0)
    assert (check.v_min_pu, check.v_max_pu) == pytest.approx((float(f["v_pu"].min()), 1.0))
    assert check.loading_max == pytest.approx(float(f["loading"].max()))
    assert check.loss_mw == pytest.approx(float(f["p_mw"].sum()), abs=1e-6)
    assert check.p_mw["grid"] == pytest.approx(120 + check.loss_mw, abs=1e-6)


def test_the_static_check_says_what_is_wrong_in_the_base_case() -> None:
    base = static_check(ring(lines=(line("ab", "a", "b", i_nom_ka=0.5),))).base
    assert {(f.outage, f.element, f.kind) for f in base} == {("", "ab", "overload"), ("", "y", "lost_load")}
    lost = static_check(ring(loads=(load("x", "b", 5000), load("y", "d", 20))))
    assert not lost.converged and [v.kind for v in lost.base] == ["no_solution"]
    assert math.isnan(lost.v_min_pu) and math.isnan(lost.loading_max)


def test_an_overloaded_transformer_is_named() -> None:
    park = park_of(
        buses=(*buses("a"), *buses("b", kv=10.5)),
        transformers=tuple(transformer(t, "a", "b") for t in ("t", "u")),
        grids=(grid("a"),),
        loads=(load("x", "b", 60),),
    )
    found = n1(park, schedule(park, {"x": -60.0})).violations
    assert {(f.outage, f.element) for f in found if f.kind == "overload"} == {("t", "u"), ("u", "t")}
