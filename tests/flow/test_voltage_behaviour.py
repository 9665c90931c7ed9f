"""What depends on the voltage: loads of constant current and impedance, droops, banks in steps, finite sources."""

import dataclasses
import math

import numpy as np
import pytest
from flow_parks import grid, line, load, park_of, schedule
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.flow import flow
from holin.kernel.flexible import Droop, VoltagePowers
from holin.kernel.newton import OneState, newton
from holin.kernel.powerflow import prepared, solve_power_flow
from holin.kernel.topology import Topology, admittance
from holin.park import Bus, Load, Park, PvPlant, Shunt, ShuntKind, Storage, WindFarm

Z = complex(2, 8) / 110**2  # 20 km of 0.1 + j0.4 ohm/km at 110 kV, on 1 MVA


def two_bus(**more: object) -> Park:
    buses = tuple(Bus(id=n, v_nom_kv=110.0) for n in "ab")
    return park_of(buses=buses, lines=(line("l", "a", "b", length_km=20.0),), grids=(grid("a"),), **more)


def shaped(z_share: float, i_share: float) -> Load:
    return dataclasses.replace(load("x", "b", 40, power_factor=0.9), z_share=z_share, i_share=i_share)


def test_a_load_of_constant_impedance_is_a_voltage_divider() -> None:
    """S = 40 + j19.37 at 1 p.u. is y = conj(S): v = 1 / (1 + z y)."""
    park = two_bus(loads=(shaped(1.0, 0.0),))
    f = flow(park, schedule(park, {"x": -40.0})).isel(time=0)
    s = complex(40, 40 * math.tan(math.acos(0.9)))
    v = 1 / (1 + Z * s.conjugate())
    assert float(f["v_pu"].sel(bus="b")) == pytest.approx(abs(v), abs=1e-8)
    assert float(f["p_mw"].sel(unit="x")) == pytest.approx(-40 * abs(v) ** 2, abs=1e-5)
    assert float(f["p_mw"].sel(unit="grid")) == pytest.approx(-float(f["p_mw"].sel(unit="x")) + _loss(f), abs=1e-6)


def _loss(f) -> float:
    return float((f["p_from_mw"] + f["p_to_mw"]).sum())


@pytest.mark.parametrize(("z", "i"), [(0.3, 0.5), (0.0, 1.0), (0.5, 0.5)])
def test_shares_of_a_load_follow_the_voltage(z: float, i: float) -> None:
    park = two_bus(loads=(shaped(z, i),))
    f = flow(park, schedule(park, {"x": -40.0})).isel(time=0)
    v = float(f["v_pu"].sel(bus="b"))
    assert 0.9 < v < 0.999
    p, q = (float(f[c].sel(unit="x")) for c in ("p_mw", "q_mvar"))
    assert p == pytest.approx(-40 * ((1 - z - i) + i * v + z * v**2), abs=1e-5)
    assert q == pytest.approx(p * math.tan(math.acos(0.9)), abs=1e-5)


@pytest.mark.parametrize("kind", [PvPlant, WindFarm, Storage])
def test_a_droop_gives_what_its_curve_says_at_the_voltage_that_follows(kind: type) -> None:
    curve = ((0.94, 0.4), (0.98, 0.0), (1.02, 0.0), (1.06, -0.4))
    more = {"p_dc_mw": 30.0} if kind is PvPlant else {"e_nom_mwh": 20.0} if kind is Storage else {}
    unit = kind(id="u", bus="b", p_nom_mw=30.0, q_v_curve=curve, **more)
    name = {PvPlant: "pv_plants", WindFarm: "wind_farms", Storage: "storages"}[kind]
    park = two_bus(loads=(load("x", "b", 80, power_factor=0.9),), **{name: (unit,)})
    f = flow(park, schedule(park, {"x": np.array([-80.0, -10.0, 30.0]), "u": np.array([5.0, 5.0, 30.0])}, 3))
    v, q = f["v_pu"].sel(bus="b").values, f["q_mvar"].sel(unit="u").values
    assert q == pytest.approx(30 * np.interp(v, *np.array(curve).T), abs=1e-5)
    assert q[0] > 1 and q[1] == pytest.approx(0, abs=1e-9)


def test_a_power_factor_may_follow_the_power() -> None:
    pv = PvPlant(id="u", bus="b", p_nom_mw=40.0, p_dc_mw=50.0, power_factor_curve=((0.5, 1.0), (1.0, -0.95)))
    park = two_bus(pv_plants=(pv,))
    f = flow(park, schedule(park, {"u": np.array([10.0, 40.0])}, 2))
    assert f["q_mvar"].sel(unit="u").values == pytest.approx([0, -40 * math.tan(math.acos(0.95))])


def test_a_finite_source_sags_behind_its_impedance() -> None:
    """S_k 500 MVA, R/X 0.1: z = 0.002 at 84.3 degrees on 1 MVA; 40 MW at its own bus, v from the closed form."""
    strong = dataclasses.replace(grid("a", sk_max_mva=500.0), behind_impedance=True, rx_ratio=0.1)
    park = dataclasses.replace(two_bus(loads=(load("x", "a", 40, power_factor=1.0),)), grids=(strong,))
    f = flow(park, schedule(park, {"x": -40.0})).isel(time=0)
    x = 1 / 500 / 1.01**0.5
    b = 2 * 40 * 0.1 * x - 1
    v = math.sqrt((-b + math.sqrt(b * b - 4 * 40**2 / 500**2)) / 2)
    assert float(f["v_pu"].sel(bus="a")) == pytest.approx(v, abs=1e-8)
    assert float(f["p_mw"].sel(unit="grid")) == pytest.approx(40.0, abs=1e-6)
    assert float(f["q_mvar"].sel(unit="grid")) == pytest.approx(0.0, abs=0.2)


def test_without_limits_a_keeper_holds_its_voltage_at_any_cost() -> None:
    svc = WindFarm(id="w", bus="b", p_nom_mw=10.0, v_set_pu=1.0, q_max_mvar=3.0, q_min_mvar=-3.0)
    park = two_bus(loads=(load("x", "b", 80, power_factor=0.9),), wind_farms=(svc,))
    held, limited = (flow(park, schedule(park, {"x": -80.0}), q_limits=q).isel(time=0) for q in (False, True))
    assert float(held["v_pu"].sel(bus="b")) == pytest.approx(1.0, abs=1e-8)
    assert float(limited["v_pu"].sel(bus="b")) < 0.99
    assert float(limited["q_mvar"].sel(unit="w")) == pytest.approx(3.0)


def test_a_bank_beside_an_svc_is_switched_in_whole_steps() -> None:
    bank = Shunt(id="c", bus="b", q_nom_mvar=24.0, steps=3, v_set_pu=1.0)
    svc = Shunt(id="s", bus="b", kind=ShuntKind.SVC, q_nom_mvar=30.0, v_set_pu=1.0)
    park = two_bus(loads=(load("x", "b", 60, power_factor=0.9),), shunts=(bank, svc))
    f = flow(park, schedule(park, {"x": np.array([-60.0, -20.0])}, 2))
    v = f["v_pu"].sel(bus="b").values
    assert v == pytest.approx([1.0, 1.0], abs=1e-8)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.2, 4.0))
def test_lanes_and_newton_agree_on_voltage_behaviour(seed: int, stress: float) -> None:
    rng = np.random.default_rng(seed)
    n = 6
    y = 1 / (rng.uniform(0.3, 1, n - 1) * (0.001 + 0.004j))
    f, t = np.array([int(rng.integers(0, k)) for k in range(1, n)]), np.arange(1, n)
    topology = Topology(
        nodes=n, node_from=f, node_to=t, y_ff=y, y_ft=-y, y_tf=-y, y_tt=y, y_shunt=np.zeros(n, complex),
        slack=np.array([0]), v_slack=np.array([1 + 0j]),
    )  # fmt: skip
    s = -stress * rng.uniform(0, 4, (8, n)) * (1 + 0.4j)
    s[:, 0] = 0
    bent = VoltagePowers(node=np.array([1, 3]), linear=0.5 * s[:, [1, 3]], square=0.3 * s[:, [1, 3]])
    droop = Droop(
        node=np.array([4]), v_pu=np.array([[0.9, 0.97, 1.03, 1.1]]), q=np.array([[1.0, 0, 0, -1.0]]),
        scale=rng.uniform(0, 10, (8, 1)),
    )  # fmt: skip
    found = solve_power_flow(prepared(topology), s, flexible=bent, droop=droop)
    for k in np.flatnonzero(found.converged):
        linear, square = np.zeros(n, complex), np.zeros(n, complex)
        linear[bent.node], square[bent.node] = bent.linear[k], bent.square[k]
        one = OneState(
            y=admittance(topology), s=s[k], fixed=np.arange(n) == 0, node=np.zeros(0, dtype=np.int64),
            v_set=np.zeros(0), q_min=np.zeros(0), q_max=np.zeros(0), linear=linear, square=square,
            droop_node=droop.node, droop_v=droop.v_pu, droop_q=droop.q * droop.scale[k][:, None],
        )  # fmt: skip
        answer = newton(one, np.ones(n, complex), 1e-8)
        assert answer is not None
        np.testing.assert_allclose(found.v[k], answer.v, atol=1e-7)
    assert found.converged.any() or stress > 2
