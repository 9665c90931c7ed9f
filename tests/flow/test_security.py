"""Overloads, N-1 and the peak state."""

import math

import numpy as np
import pytest
from flow_parks import grid, line, load, park_of, schedule, transformer

from holin.errors import Mismatch
from holin.flow import Finding, flow, n_minus_1, overloads, peak_state, static_check
from holin.flow.security import nominal_ac_mw
from holin.park import Bus, Fuel, Park, Potline, ThermalUnit, Transformer3, WindFarm
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


def test_a_ring_loses_its_spur_and_overloads_nothing_else_but_the_way_that_stays() -> None:
    found = n_minus_1(ring(), STATE)
    # Without ab all 120 MW (122.4 MVA and the losses) go over ca: over 114.3 MVA; bc carries 100 MW = 102 MVA: below.
    # Without ca all of it goes over ab. Without bc and cd nothing is over; without cd the load y is lost.
    assert [(f.outage, f.element, f.kind) for f in found] == [
        ("ab", "ca", "overload"), ("ca", "ab", "overload"), ("cd", "y", "island"),
    ]  # fmt: skip
    assert found[0].value > 122.4 / 114.315 and found[0].value < 1.2
    assert found[2] == Finding(outage="cd", element="y", kind="island", value=20.0)


def test_the_value_of_an_overload_is_the_flow_without_the_branch() -> None:
    found = n_minus_1(ring(), STATE, elements=["ab"])
    without = ring(lines=tuple(x for x in ring().lines if x.id != "ab"))
    f = flow(without, schedule(without, STATE))
    assert found[0].value == pytest.approx(float(f["loading"].max()), rel=1e-9)


def test_low_voltage_is_found_and_what_the_base_case_shows_is_not_repeated() -> None:
    weak = ring(
        buses=buses("a", "b", "c", "d", v_min_pu=0.98),
        lines=(*(line(i, i[0], i[1], length_km=30, i_nom_ka=1.2) for i in ("ab", "bc", "ca")), line("cd", "c", "d")),
    )
    found = n_minus_1(weak, STATE)
    low = {(f.outage, f.element) for f in found if f.kind == "voltage"}
    assert {("ab", "b"), ("ab", "c"), ("ab", "d"), ("ca", "d")} <= low
    assert all(0.8 < f.value < 0.98 for f in found if f.kind == "voltage")
    # In the base case b is low already; without cd it is not worse, so it is not blamed on cd.
    check = flow(weak, schedule(weak, STATE))
    assert float(check["v_pu"].sel(bus="b")[0]) < 0.98
    assert ("cd", "b") not in low


def test_an_outage_without_solution_is_said_so() -> None:
    far = park_of(
        buses=buses("a", "b"),
        lines=(line("l", "a", "b", length_km=60), line("m", "a", "b", length_km=60)),
        grids=(grid("a"),),
        loads=(load("x", "b", 200, power_factor=0.9),),
    )
    found = n_minus_1(far, {"x": -140.0}, loading_max=5)
    assert [(f.outage, f.kind, f.value) for f in found if f.kind != "voltage"] == [
        ("l", "not_converged", 140), ("m", "not_converged", 140),
    ]  # fmt: skip


def test_a_bus_without_units_is_named_and_a_three_winding_transformer_fails_whole() -> None:
    t3 = Transformer3(
        id="t", bus_1="a", bus_2="b", bus_3="c", s_nom_1_mva=100.0, s_nom_2_mva=100.0, s_nom_3_mva=30.0, v_1_kv=220.0,
        v_2_kv=66.0, v_3_kv=10.5, uk_12=0.14, uk_23=0.08, uk_31=0.24, pk_12_kw=300.0, pk_23_kw=90.0, pk_31_kw=100.0,
    )  # fmt: skip
    park = park_of(
        buses=(*buses("a", kv=220.0), *buses("b", kv=66.0), *buses("c", kv=10.5)),
        transformers3=(t3,),
        grids=(grid("a"),),
        loads=(load("x", "b"),),
        wind_farms=(WindFarm(id="w", bus="b", p_nom_mw=30.0),),
    )
    found = n_minus_1(park, {"x": -10.0, "w": 25.0})
    assert {(f.outage, f.element, f.kind, f.value) for f in found} == {
        ("t", "x", "island", 10.0), ("t", "w", "island", 25.0), ("t", "c", "island", 0.0),
    }  # fmt: skip


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(Mismatch, match="missing or unknown"):
        n_minus_1(ring(), {"x": -1.0})
    with pytest.raises(Mismatch, match="missing or unknown"):
        n_minus_1(ring(), STATE | {"z": 1.0})
    with pytest.raises(Mismatch, match="not a number"):
        n_minus_1(ring(), STATE | {"x": math.nan})
    with pytest.raises(Mismatch, match="no line or transformer"):
        n_minus_1(ring(), STATE, elements=["ab", "zz"])


def test_progress_covers_every_outage() -> None:
    seen: list[float] = []
    n_minus_1(ring(), STATE, on_progress=seen.append)
    assert seen == [0.25, 0.5, 0.75, 1.0]


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
    p = peak_state(thermal_park(import_max_mw))
    assert float(p.sel(unit="coal")) == pytest.approx(coal_mw)
    assert p.sel(unit=["x", "y", "w", "grid"]).values == pytest.approx([-100, -20, 0, 120 - coal_mw])


def test_the_static_check_of_a_ring() -> None:
    check = static_check(ring())
    assert check.converged and check.base == ()
    assert check.n_minus_1 == tuple(n_minus_1(ring(), STATE))
    f = flow(ring(), schedule(ring(), STATE)).isel(time=0)
    assert (check.v_min_pu, check.v_max_pu) == pytest.approx((float(f["v_pu"].min()), 1.0))
    assert check.loading_max == pytest.approx(float(f["loading"].max()))
    assert check.loss_mw == pytest.approx(float(f["p_mw"].sum()), abs=1e-6)
    assert check.p_mw["grid"] == pytest.approx(120 + check.loss_mw, abs=1e-6)


def test_the_static_check_says_what_is_wrong_in_the_base_case() -> None:
    base = static_check(ring(lines=(line("ab", "a", "b", i_nom_ka=0.5),))).base
    assert {(f.outage, f.element, f.kind) for f in base} == {
        ("", "ab", "overload"), ("", "y", "island"), ("", "c", "island"),
    }  # fmt: skip
    lost = static_check(ring(loads=(load("x", "b", 5000), load("y", "d", 20))))
    assert not lost.converged and lost.base == (Finding(outage="", element="", kind="not_converged", value=5020.0),)
    assert math.isnan(lost.v_min_pu) and math.isnan(lost.loading_max)


def test_an_overloaded_transformer_is_named() -> None:
    park = park_of(
        buses=(*buses("a"), *buses("b", kv=10.5)),
        transformers=tuple(transformer(t, "a", "b") for t in ("t", "u")),
        grids=(grid("a"),),
        loads=(load("x", "b", 60),),
    )
    found = n_minus_1(park, {"x": -60.0})
    assert [(f.outage, f.element, f.kind) for f in found if f.kind == "overload"] == [
        ("t", "u", "overload"), ("u", "t", "overload"),
    ]  # fmt: skip
