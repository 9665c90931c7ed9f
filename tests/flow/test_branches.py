"""Nameplates to pi models, by hand; switches, vector groups, and what is refused."""

import dataclasses
import math

import numpy as np
import pytest
from flow_parks import grid, line, load, park_of, schedule, transformer

from holin.errors import BadInput
from holin.flow import branches_of, flow, network_of
from holin.flow.branches import clocks_of
from holin.park import Bus, EquivalentBranch, Generator, Park, Switch, Transformer3


def buses(*names: str, kv: float = 110.0) -> tuple[Bus, ...]:
    return tuple(Bus(id=n, v_nom_kv=kv) for n in names)


def test_a_line_by_hand() -> None:
    # 20 km, 0.1 + j0.4 ohm/km, 10 nF/km at 110 kV: Z_b = 12,100 ohm, z = (2 + j8) / 12,100,
    # b = 2 pi 50 * 200e-9 F * 12,100 = 0.760265; rated current 0.6 kA = 114.315 MVA.
    charged = line("l", "a", "b", length_km=20, c_nf_per_km=10, tan_delta=0.01)
    b = branches_of(park_of(buses=buses("a", "b"), lines=(charged,)))
    assert 1 / b.y_series[0] == pytest.approx((2 + 8j) / 12100)
    assert b.y_shunt[0] == pytest.approx(0.760265 * (0.01 + 1j), rel=1e-6)
    assert b.s_nom_mva[0] == pytest.approx(114.315, rel=1e-5)


def test_a_transformer_by_hand() -> None:
    # 50 MVA, uk 12 %, pk 150 kW, i0 0.4 %, p0 30 kW: on 1 MVA r = 0.15 / 50^2 = 6e-5, |z| = 0.12 / 50 = 2.4e-3,
    # x = 2.39925e-3; rated 115/10.5 kV on buses of 110/10 kV: z times 1.05^2, |n| = (115 / 10.5) / 11 = 0.995671,
    # at tap +2 of 1.25 % on the first winding 1.025 times that. YNd11: the second end lags 330 degrees.
    t = transformer("t", "a", "b", v_from_kv=115, i0=0.004, p0_kw=30, vector_group="YNd11", tap_pos=2, tap_step=0.0125)
    b = branches_of(park_of(buses=(*buses("a"), *buses("b", kv=10.0)), transformers=(t,)))
    assert 1 / b.y_series[0] == pytest.approx((6e-5 + 2.39925e-3j) * 1.05**2, rel=1e-6)
    assert abs(b.ratio[0]) == pytest.approx(0.995671 * 1.025, rel=1e-6)
    assert math.degrees(np.angle(b.ratio[0])) == pytest.approx(-30)
    assert b.y_shunt[0] == pytest.approx((0.03 - 1j * math.sqrt(0.2**2 - 0.03**2)) / 1.05**2)
    # Rated currents: 50 MVA / 115 kV and / 10.5 kV, against 1 MVA at 110 and 10 kV.
    assert b.i_nom_from_pu[0] == pytest.approx(50 * 110 / 115)
    assert b.i_nom_to_pu[0] == pytest.approx(50 / 1.05)


def star_park(**more: object) -> Park:
    data = {
        "s_nom_1_mva": 120.0, "s_nom_2_mva": 120.0, "s_nom_3_mva": 40.0,
        "v_1_kv": 220.0, "v_2_kv": 66.0, "v_3_kv": 10.5,
        "uk_12": 0.14, "uk_23": 0.08, "uk_31": 0.24, "pk_12_kw": 0.0, "pk_23_kw": 0.0, "pk_31_kw": 0.0,
        "vector_group": "YNyn0d11",
    }  # fmt: skip
    return park_of(
        buses=(*buses("a", kv=220.0), *buses("b", kv=66.0), *buses("c", kv=10.5)),
        transformers3=(Transformer3(**({"id": "t", "bus_1": "a", "bus_2": "b", "bus_3": "c"} | data | more)),),
        grids=(grid("a"),),
        loads=(load("x", "b", 60, power_factor=0.9), load("y", "c", 30, power_factor=0.9)),
    )


def test_a_three_winding_transformer_by_hand() -> None:
    # On 1 MVA: x12 = 0.14/120, x23 = 0.08/40, x31 = 0.24/40 (each on the smaller rating), so the star is
    # x1 = (x12 + x31 - x23) / 2 = 2.583333e-3, x2 = -1.416667e-3, x3 = 3.416667e-3.
    b = network_of(star_park()).branches
    assert 1 / b.y_series == pytest.approx([2.583333e-3j, -1.416667e-3j, 3.416667e-3j], rel=1e-6)
    # Load y alone, p + jq: |V3| solves u^2 + (2 q x31 - 1) u + (p^2 + q^2) x31^2 = 0, and winding 2 shows the
    # star's voltage |V3 + j x3 conj(S / V3)|.
    p, q, x31, x3 = 30.0, 30 * math.tan(math.acos(0.9)), 6e-3, 3.416667e-3
    u = (1 - 2 * q * x31 + math.sqrt((1 - 2 * q * x31) ** 2 - 4 * (p * p + q * q) * x31**2)) / 2
    v3 = math.sqrt(u)
    star = abs(v3 + 1j * x3 * (p - 1j * q) / v3)
    flows = flow(star_park(), schedule(star_park(), {"y": -30.0}))
    v = flows["v_pu"].isel(time=0)
    assert float(v.sel(bus="c")) == pytest.approx(v3, abs=1e-7)
    assert float(v.sel(bus="b")) == pytest.approx(star, abs=1e-7)
    assert float(v.sel(bus="t.star")) == pytest.approx(star, abs=1e-7)
    # 40 MVA at 10.5 kV: the current of winding 3 is |S| / V3.
    assert float(flows["loading"].sel(branch="t.3")[0]) == pytest.approx(math.hypot(p, q) / v3 / 40, abs=1e-7)
    # d11 against YN: the third winding leads by 30 degrees, load angle aside; the second is in phase.
    idle = flow(star_park(), schedule(star_park(), {}))["v_angle_rad"].isel(time=0)
    assert np.degrees(idle.sel(bus=["b", "c"]).values) == pytest.approx([0, 30], abs=1e-6)


def test_a_tap_and_an_excitation_of_three_windings_by_hand() -> None:
    # No load, tap +2 of 2.5 % on winding 1, p0 = 100 kW: V_b = 1 / 1.05, the no-load loss is p0 of the untapped ratio
    # seen at both ends of branch 1: half at 1 / 1.05^2 (inner end and, through the ratio, the outer one).
    park = star_park(tap_pos=2, tap_step=0.025, tap_max=2, p0_kw=100.0, i0=0.001)
    flows = flow(park, schedule(park, {}))
    assert float(flows["v_pu"].sel(bus="b")[0]) == pytest.approx(1 / 1.05, abs=3e-4)
    assert float((flows["p_from_mw"] + flows["p_to_mw"]).sum()) == pytest.approx(0.1 / 1.05**2, rel=2e-3)


@pytest.mark.parametrize(
    ("text", "clocks"),
    [("YNyn0", (0,)), ("Dyn5", (5,)), ("YNd11", (11,)), ("YNyn0d11", (0, 11)), ("YNauto0d1", (0, 1)), ("Yy", (0,))],
)
def test_clock_numbers(text: str, clocks: tuple[int, ...]) -> None:
    assert clocks_of(text) == clocks


@pytest.mark.parametrize("text", ["", "11", "YN", "Ynd", "YNd13", "YNd11 HV"])
def test_no_vector_group(text: str) -> None:
    with pytest.raises(ValueError, match=r"vector group|clock number"):
        clocks_of(text)


# ---- switches ---------------------------------------------------------------------------------------------------


def test_an_open_end_still_draws_the_charging() -> None:
    # Open at b: the pi's far half sees z + 2 / y_m in series: y = y_m / 2 + 1 / (z + 2 / y_m).
    park = park_of(
        buses=buses("a", "b"),
        lines=(line("l", "a", "b", length_km=50, c_nf_per_km=200),),
        switches=(Switch(id="s", bus="b", element="l", closed=False),),
        grids=(grid("a"),),
    )
    flows = flow(park, schedule(park, {}))
    b = network_of(park).branches
    y = b.y_shunt[0] / 2 + 1 / (1 / b.y_series[0] + 2 / b.y_shunt[0])
    assert float(flows["q_from_mvar"][0, 0]) == pytest.approx(-y.imag, abs=1e-9)
    assert float(flows["p_from_mw"][0, 0]) == pytest.approx(y.real, abs=1e-9)
    assert float(flows["p_to_mw"][0, 0]) == 0 and float(flows["q_to_mvar"][0, 0]) == 0
    assert np.isnan(flows["v_pu"].sel(bus="b")[0])


def test_closed_switches_merge_buses_and_open_ones_do_not() -> None:
    park = park_of(
        buses=buses("a", "b", "c", "d"),
        switches=(
            Switch(id="ab", bus="a", element="b"),
            Switch(id="bc", bus="b", element="c"),
            Switch(id="cd", bus="c", element="d", closed=False),
        ),
        grids=(grid("a"),),
        loads=(load("x", "c"),),
    )
    flows = flow(park, schedule(park, {"x": -5.0}))
    assert flows["node"].values.tolist() == ["a", "a", "a", "d"]
    assert np.isnan(flows["v_pu"].values[0]).tolist() == [False, False, False, True]
    assert float(flows["p_mw"].sel(unit="grid")[0]) == pytest.approx(5)


def test_both_ends_open_is_out() -> None:
    park = park_of(
        buses=buses("a", "b"),
        lines=(line("l", "a", "b", c_nf_per_km=9), line("m", "a", "b", c_nf_per_km=9)),
        switches=tuple(Switch(id=f"s{x}", bus=x, element="l", closed=False) for x in "ab"),
        grids=(grid("a"),),
    )
    flows = flow(park, schedule(park, {}))
    assert float(flows["loading"].sel(branch="l")[0]) == 0 and float(flows["q_from_mvar"].sel(branch="m")[0]) < 0


# ---- what is refused --------------------------------------------------------------------------------------------


def fault_of(**tables: object) -> str:
    with pytest.raises(BadInput) as error:
        network_of(park_of(grids=(grid("a"),), **tables))
    return str(error.value)


def test_impossible_branches_are_named_all_at_once() -> None:
    mixed = (*buses("a", "b"), *buses("c", kv=10.0))
    text = fault_of(
        buses=mixed,
        lines=(line("l", "a", "b", r_ohm_per_km=0, x_ohm_per_km=0), line("m", "a", "c")),
        transformers=(
            transformer("t", "a", "c", pk_kw=9000),
            transformer("u", "a", "c", vector_group="star"),
            transformer("w", "a", "c", vector_group="YNyn0d11"),
        ),
    )
    for part in (
        "5 fault(s)",
        "line l has no impedance",
        "110 kV and 10 kV",
        "copper loss of t",
        "'star'",
        "two windings",
    ):
        assert part in text


def test_impossible_three_winding_transformers_are_named() -> None:
    for more, part in (
        ({"pk_12_kw": 20_000.0}, "copper loss of t"),
        ({"vector_group": "YNd11"}, "three windings"),
        ({"uk_12": 0.24 * 3 - 0.08 * 3}, "no impedance"),
    ):
        park = star_park(**more)
        with pytest.raises(BadInput, match=part):
            network_of(park)


def test_a_switch_between_two_voltages_is_refused() -> None:
    text = fault_of(buses=(*buses("a"), *buses("b", kv=66.0)), switches=(Switch(id="s", bus="a", element="b"),))
    assert "110 kV" in text and "66 kV" in text


def test_a_loop_of_vector_groups_that_does_not_add_up_is_refused() -> None:
    pair = (transformer("t", "a", "b", vector_group="YNd11"), transformer("u", "a", "b", vector_group="YNd5"))
    assert "do not add up" in fault_of(buses=(*buses("a"), *buses("b", kv=10.0)), transformers=pair)


def test_grid_connections_of_one_node_keep_one_voltage() -> None:
    with pytest.raises(BadInput, match="different voltages"):
        network_of(park_of(buses=buses("a"), grids=(grid("a", "g1"), grid("a", "g2", v_set_pu=1.02))))


def test_an_equivalent_branch_is_its_pi_model() -> None:
    """A MATPOWER branch of r 0.02, x 0.1, b 0.04 on 100 MVA with tap 0.95 and shift 10 degrees, by its formulas."""
    branch = EquivalentBranch(
        id="e", bus_from="a", bus_to="b", r_pu=2e-4, x_pu=1e-3, b_pu=4.0, ratio=0.95, shift_deg=10.0, s_nom_mva=50.0
    )
    park = park_of(buses=buses("a", "b"), equivalent_branches=(branch,), grids=(grid("a"),))
    t = network_of(park).topology
    y, half, n = 1 / (2e-4 + 1e-3j), 2j, 0.95 * np.exp(1j * math.radians(10))
    assert t.y_ff[0] == pytest.approx((y + half) / 0.95**2)
    assert t.y_ft[0] == pytest.approx(-y / n.conjugate())
    assert t.y_tf[0] == pytest.approx(-y / n)
    assert t.y_tt[0] == pytest.approx(y + half)
    loaded = dataclasses.replace(park, loads=(load("x", "b", 30),))
    f = flow(loaded, schedule(loaded, {"x": -30.0})).isel(time=0)
    assert 0.5 < float(f["loading"][0]) < 0.8


def test_a_generator_balances_an_island_without_a_grid() -> None:
    """20 MW of load; the machine that balances gives 15 and the losses beside 5 MW of another, at its own 1.02."""
    machines = (
        Generator(id="g1", bus="a", p_nom_mw=50.0, v_set_pu=1.02, balances=True),
        Generator(id="g2", bus="b", p_nom_mw=10.0, q_mvar=2.0),
    )
    park = park_of(
        buses=buses("a", "b"), lines=(line("l", "a", "b"),), generators=machines, loads=(load("x", "b", 20),)
    )
    f = flow(park, schedule(park, {"x": -20.0, "g1": 0.0, "g2": 5.0})).isel(time=0)
    assert float(f["v_pu"].sel(bus="a")) == pytest.approx(1.02)
    loss = float((f["p_from_mw"] + f["p_to_mw"]).sum())
    assert float(f["p_mw"].sel(unit="g1")) == pytest.approx(15.0 + loss, abs=1e-6)
    assert float(f["q_mvar"].sel(unit="g2")) == pytest.approx(2.0)


def test_a_load_takes_the_reactive_power_that_it_states() -> None:
    loads = (
        dataclasses.replace(load("x", "b", 20), q_mvar=5.0),
        dataclasses.replace(load("y", "b", 0), q_mvar=3.0),
    )
    park = park_of(buses=buses("a", "b"), lines=(line("l", "a", "b"),), grids=(grid("a"),), loads=loads)
    f = flow(park, schedule(park, {"x": -10.0, "y": 0.0})).isel(time=0)
    assert f["q_mvar"].sel(unit=["x", "y"]).values == pytest.approx([-2.5, -3.0])
