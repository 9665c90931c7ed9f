"""The power flow of schedules: closed form, balance, reactive behaviour, outages, bad input."""

import math

import numpy as np
import pytest
from flow_parks import grid, line, load, park_of, random_park, random_schedule, schedule, transformer
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.errors import BadInput, Mismatch
from holin.flow import flow, losses_by_bus, network_loss_mw, outage_hours
from holin.flow.branches import star_bus
from holin.park import (
    Bus,
    EquivalentBranch,
    Fuel,
    Generator,
    Outage,
    Park,
    Potline,
    PvPlant,
    Shunt,
    ShuntKind,
    Storage,
    ThermalUnit,
    Transformer3,
    WindFarm,
)


def buses(*names: str, kv: float = 110.0) -> tuple[Bus, ...]:
    return tuple(Bus(id=n, v_nom_kv=kv) for n in names)


def two_bus(**more: object) -> Park:
    """110 kV, 20 km of 0.1 + j0.4 ohm/km: z = (2 + j8) / 12,100 p.u. on 1 MVA."""
    tables = {
        "buses": buses("a", "b"),
        "lines": (line("l", "a", "b", length_km=20),),
        "grids": (grid("a"),),
        "loads": (load("x", "b", 60, power_factor=0.9),),
    }
    return park_of(**(tables | more))


def closed_form(p: float, q: float, z: complex = (2 + 8j) / 12100) -> float:
    """|V2| of a load p + jq behind z from |V1| = 1: u^2 + (2 (p r + q x) - 1) u + |S|^2 |z|^2 = 0, u = |V2|^2."""
    b = 2 * (p * z.real + q * z.imag) - 1
    return math.sqrt((-b + math.sqrt(b * b - 4 * (p * p + q * q) * abs(z) ** 2)) / 2)


def imbalance_mw(flows: object) -> np.ndarray:
    """Sum of the units' power less the losses of branches and shunts, MW, in every hour."""
    f = flows
    loss = (f["p_from_mw"] + f["p_to_mw"]).sum("branch") + f["shunt_loss_mw"].sum("bus")  # type: ignore[index]
    return (f["p_mw"].sum("unit") - loss).values  # type: ignore[index, no-any-return]


# ---- right ------------------------------------------------------------------------------------------------------


def test_two_buses_by_hand() -> None:
    park = two_bus()
    flows = flow(park, schedule(park, {"x": np.array([-60.0, -20.0, 0.0]), "grid": 999.0}, 3))
    for hour, p in enumerate((60.0, 20.0, 0.0)):
        q = p * math.tan(math.acos(0.9))
        v = closed_form(p, q)
        loss = 2 / 12100 * (p * p + q * q) / v**2
        f = flows.isel(time=hour)
        assert float(f["v_pu"].sel(bus="b")) == pytest.approx(v, abs=1e-9)
        assert float(f["q_mvar"].sel(unit="x")) == pytest.approx(-q)
        assert float(f["p_mw"].sel(unit="grid")) == pytest.approx(p + loss, abs=1e-6)
        assert float(f["p_from_mw"][0]) == pytest.approx(p + loss, abs=1e-6)
        assert float(f["p_to_mw"][0]) == pytest.approx(-p, abs=1e-6)
        # Current |S| / V over 0.6 kA = 114.315 MVA.
        assert float(f["loading"][0]) == pytest.approx(math.hypot(p, q) / v / 114.31535, rel=1e-6)


def test_parallel_ways_of_150_degrees_carry_equal_shares() -> None:
    # Two equal ways a-b, one through a YNd5 transformer each: no circulating flow, half the load on each.
    park = park_of(
        buses=(*buses("a"), *buses("b", kv=10.0)),
        transformers=tuple(transformer(t, "a", "b", vector_group="YNd5") for t in ("t", "u")),
        grids=(grid("a"),),
        loads=(load("x", "b", 40),),
    )
    f = flow(park, schedule(park, {"x": -40.0})).isel(time=0)
    assert float(f["p_to_mw"].sel(branch="t")) == pytest.approx(-20, abs=1e-6)
    assert float(f["p_to_mw"].sel(branch="u")) == pytest.approx(-20, abs=1e-6)
    idle = flow(park, schedule(park, {})).isel(time=0)
    assert math.degrees(float(idle["v_angle_rad"].sel(bus="b"))) == pytest.approx(-150)


def test_a_second_grid_connection_behind_a_vector_group_does_not_circulate() -> None:
    park = park_of(
        buses=(*buses("a"), *buses("b", kv=10.5)),
        transformers=(transformer("t", "a", "b", vector_group="YNd5"),),
        grids=(grid("a", "g1"), grid("b", "g2")),
        loads=(load("x", "b", 40),),
    )
    f = flow(park, schedule(park, {"x": -40.0, "g2": 40.0})).isel(time=0)
    # Both hold 1.0 and the second gives the load at its bus: nothing flows through the transformer.
    assert f["p_mw"].values == pytest.approx([0, 40, -40], abs=1e-6)
    assert f["v_pu"].values == pytest.approx([1.0, 1.0])


def test_every_island_with_a_grid_has_its_own_angles() -> None:
    # The second island's two connections stand on both sides of a YNd5 transformer: no circulating flow there either.
    park = park_of(
        buses=(*buses("a", "b"), *buses("c", kv=10.5)),
        transformers=(transformer("t", "b", "c", vector_group="YNd5"),),
        grids=(grid("a", "g1"), grid("b", "g2"), grid("c", "g3")),
        loads=(load("x", "c", 40),),
    )
    f = flow(park, schedule(park, {"x": -40.0, "g3": 40.0})).isel(time=0)
    assert f["p_mw"].sel(unit=["g1", "g2", "g3"]).values == pytest.approx([0, 0, 40], abs=1e-6)


def test_the_first_connection_of_a_node_balances_and_the_second_keeps_to_its_schedule() -> None:
    park = two_bus(grids=(grid("a", "g1"), grid("a", "g2")))
    f = flow(park, schedule(park, {"x": -40.0, "g1": 999.0, "g2": 10.0})).isel(time=0)
    g1, g2 = float(f["p_mw"].sel(unit="g1")), float(f["p_mw"].sel(unit="g2"))
    assert g2 == 10.0 and 30 < g1 < 32


def test_when_the_first_connection_is_out_the_second_balances() -> None:
    park = two_bus(
        grids=(grid("a", "g1"), grid("b", "g2")), outages=(outage("g1", "2025-01-01T09:00", "2025-01-01T10:00"),)
    )
    f = flow(park, schedule(park, {"x": -40.0, "g2": 10.0}, 2))
    powers = f["p_mw"].sel(unit=["g1", "g2"]).values
    out = int(np.argmin(powers[:, 0]))
    assert powers[out] == pytest.approx([0.0, 40.0], abs=1e-3)
    assert powers[1 - out, 1] == 10.0


def test_a_further_connection_without_a_power_is_named() -> None:
    park = two_bus(grids=(grid("a", "g1"), grid("b", "g2")))
    with pytest.raises(Mismatch, match="g2 shares its island with another grid connection"):
        flow(park, schedule(park, {"x": -40.0}).sel(unit=["x"]))


# ---- balance ----------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_the_balance_closes_in_random_parks(seed: int, meshed: bool) -> None:
    rng = np.random.default_rng(seed)
    park = random_park(rng, meshed=meshed, buses=int(rng.integers(6, 14)))
    wind = WindFarm(id="wind", bus="H1", p_nom_mw=20.0, v_set_pu=float(rng.uniform(0.98, 1.04)), q_max_mvar=3.0)
    park = park_of(**{k: v for k, v in vars(park).items() if k not in ("facts", "wind_farms")}, wind_farms=(wind,))
    flows = flow(park, random_schedule(rng, park, 4))
    assert (flows["converged"] == 1).all()
    assert np.abs(imbalance_mw(flows)).max() < 1e-6
    assert (flows["mismatch_pu"] <= 1e-6).all()
    loss = losses_by_bus(park, flows)
    assert loss.sum("bus").values == pytest.approx(flows["p_mw"].sum("unit").values, abs=1e-6)
    assert (loss.values > -1e-12).all()


def test_losses_of_a_star_stand_at_the_first_winding() -> None:
    t3 = Transformer3(
        id="t", bus_1="a", bus_2="b", bus_3="c", s_nom_1_mva=100.0, s_nom_2_mva=100.0, s_nom_3_mva=30.0, v_1_kv=220.0,
        v_2_kv=66.0, v_3_kv=10.5, uk_12=0.14, uk_23=0.08, uk_31=0.24, pk_12_kw=300.0, pk_23_kw=90.0, pk_31_kw=100.0,
        p0_kw=80.0, i0=0.002,
    )  # fmt: skip
    park = park_of(
        buses=(*buses("a", kv=220.0), *buses("b", kv=66.0), *buses("c", kv=10.5)),
        transformers3=(t3,),
        grids=(grid("a"),),
        loads=(load("x", "b"), load("y", "c")),
    )
    flows = flow(park, schedule(park, {"x": -50.0, "y": -20.0}))
    loss = losses_by_bus(park, flows).isel(time=0)
    f = flows.isel(time=0)
    each = (f["p_from_mw"] + f["p_to_mw"]).sel(branch=["t.1", "t.2", "t.3"]).values
    assert list(loss["bus"].values) == ["a", "b", "c"]
    assert loss.values == pytest.approx([each[0] + each[1] / 2 + each[2] / 2, each[1] / 2, each[2] / 2])
    assert loss.values.sum() == pytest.approx(float(f["p_mw"].sum()), abs=1e-6)
    assert star_bus(t3) in f["bus"].values


def test_losses_of_another_park_are_refused() -> None:
    park = two_bus()
    flows = flow(park, schedule(park, {"x": -5.0}))
    with pytest.raises(Mismatch, match="another park"):
        losses_by_bus(park_of(buses=buses("a")), flows)


# ---- reactive behaviour -----------------------------------------------------------------------------------------


def test_power_factors_of_sources_and_potlines() -> None:
    potline = Potline(
        id="pot", bus="b", enterprise="firm", pots=100, amperage_ka=300.0, back_emf_v=1.7, pot_resistance_uohm=8.0,
        current_efficiency=0.93, amperage_min_ka=250.0, amperage_max_ka=330.0, heat_window_h=2.0, power_factor=0.95,
    )  # fmt: skip
    park = two_bus(
        wind_farms=(WindFarm(id="w", bus="b", p_nom_mw=50.0, power_factor=0.95),),
        pv_plants=(PvPlant(id="pv", bus="b", p_nom_mw=50.0, p_dc_mw=60.0, power_factor=-0.95),),
        storages=(Storage(id="s", bus="b", p_nom_mw=20.0, e_nom_mwh=40.0, power_factor=0.95),),
        potlines=(potline,),
    )
    p = {"w": 30.0, "pv": 20.0, "s": -10.0, "pot": -40.0, "x": -10.0}
    f = flow(park, schedule(park, p)).isel(time=0)
    t = math.tan(math.acos(0.95))
    q = f["q_mvar"].sel(unit=["w", "pv", "s", "pot", "x"]).values
    assert q == pytest.approx([30 * t, -20 * t, 10 * t, -40 * t, -10 * math.tan(math.acos(0.9))])
    assert f["p_mw"].sel(unit=list(p)).values == pytest.approx(list(p.values()))


def test_a_source_without_power_factor_is_refused() -> None:
    park = two_bus(wind_farms=(WindFarm(id="w", bus="b", p_nom_mw=50.0, power_factor=0.0),))
    with pytest.raises(BadInput, match="without end"):
        flow(park, schedule(park, {}))


def test_keepers_of_one_bus_hold_it_together_within_their_limits() -> None:
    wind = {"bus": "b", "v_set_pu": 1.0, "q_min_mvar": -10.0}
    park = two_bus(
        wind_farms=(
            WindFarm(id="w1", p_nom_mw=50.0, q_max_mvar=30.0, **wind),
            WindFarm(id="w2", p_nom_mw=50.0, q_max_mvar=10.0, **wind),
        ),
    )
    flows = flow(park, schedule(park, {"x": np.array([-40.0, -90.0])}, 2))
    q = flows["q_mvar"].sel(unit=["w1", "w2"]).values
    v = flows["v_pu"].sel(bus="b").values
    assert v[0] == pytest.approx(1.0, abs=1e-8) and v[1] < 1.0
    # The same share of both ranges: (q + 10) / 40 and (q + 10) / 20.
    assert (q[0, 0] + 10) / 40 == pytest.approx((q[0, 1] + 10) / 20)
    assert q[1] == pytest.approx([30, 10])
    # Closed form with what the farms leave of the load's reactive power.
    assert v[1] == pytest.approx(closed_form(90, 90 * math.tan(math.acos(0.9)) - 40), abs=1e-8)
    assert np.abs(imbalance_mw(flows)).max() < 1e-6


def test_limits_that_are_not_stated_are_those_of_the_grid_codes() -> None:
    park = two_bus(wind_farms=(WindFarm(id="w", bus="b", p_nom_mw=50.0, v_set_pu=1.1),))
    f = flow(park, schedule(park, {"x": -40.0})).isel(time=0)
    assert float(f["q_mvar"].sel(unit="w")) == pytest.approx(50 * math.tan(math.acos(0.95)))


def thermal(**more: object) -> ThermalUnit:
    data = {
        "id": "coal", "bus": "b", "p_nom_mw": 100.0, "p_min_mw": 40.0, "ramp_up_mw_per_h": 90.0,
        "ramp_down_mw_per_h": 90.0, "heat_rate_points": ((1.0, 9.5),), "fuel": "coal_fuel", "v_set_pu": 1.0,
    }  # fmt: skip
    return ThermalUnit(**(data | more))  # type: ignore[arg-type]


def test_a_thermal_unit_keeps_the_voltage_only_while_it_runs() -> None:
    fuel = Fuel(id="coal_fuel", price_per_gj=20.0, emission_factor_t_per_gj=0.09)
    park = two_bus(thermal_units=(thermal(),), fuels=(fuel,))
    flows = flow(park, schedule(park, {"x": -50.0, "coal": np.array([45.0, 0.0, -1.0])}, 3))
    v = flows["v_pu"].sel(bus="b").values
    assert v[0] == pytest.approx(1, abs=1e-8)
    assert v[1] == pytest.approx(closed_form(50, 50 * math.tan(math.acos(0.9))), abs=1e-8)
    assert flows["q_mvar"].sel(unit="coal").values[1:] == pytest.approx([0, 0])


def test_an_svc_keeps_its_voltage_and_a_fixed_bank_is_an_admittance() -> None:
    svc = Shunt(id="svc", bus="b", kind=ShuntKind.SVC, q_nom_mvar=40.0, v_set_pu=1.0)
    park = two_bus(shunts=(svc,))
    flows = flow(park, schedule(park, {"x": np.array([-50.0, -110.0, 40.0])}, 3))
    v = flows["v_pu"].sel(bus="b").values
    assert v[[0, 2]] == pytest.approx([1, 1], abs=1e-8)
    assert v[1] == pytest.approx(closed_form(110, 110 * math.tan(math.acos(0.9)) - 40), abs=1e-8)
    fixed = two_bus(shunts=(Shunt(id="c", bus="b", q_nom_mvar=20.0),))
    f = flow(fixed, schedule(fixed, {"x": -50.0})).isel(time=0)
    q = 50 * math.tan(math.acos(0.9))
    assert float(-f["q_to_mvar"][0]) == pytest.approx(q - 20 * float(f["v_pu"].sel(bus="b")) ** 2, abs=1e-6)


def test_a_switched_bank_gives_only_what_it_is_made_for() -> None:
    bank = Shunt(id="c", bus="b", q_nom_mvar=30.0, steps=3, v_set_pu=1.0)
    park = two_bus(shunts=(bank,))
    flows = flow(park, schedule(park, {"x": np.array([-40.0, 30.0])}, 2))
    v = flows["v_pu"].sel(bus="b").values
    # 50.6 Mvar of load over z = 3 + j12 ohm would want 14.8 Mvar at 1.0: one step of 10 is nearer than two.
    q = -float(flows["q_to_mvar"][0, 0]) + float(flows["q_mvar"].sel(unit="x")[0])
    assert -q / v[0] ** 2 == pytest.approx(10 * round(-q / v[0] ** 2 / 10), abs=1e-6) and abs(v[0] - 1) < 0.01
    assert v[1] > 1 and -flows["q_to_mvar"].values[1, 0] == pytest.approx(-float(flows["q_mvar"].sel(unit="x")[1]))


def test_keepers_that_disagree_are_refused() -> None:
    svc = {"kind": ShuntKind.SVC, "q_nom_mvar": 40.0, "bus": "b"}
    park = two_bus(shunts=(Shunt(id="s1", v_set_pu=1.0, **svc), Shunt(id="s2", v_set_pu=1.01, **svc)))
    with pytest.raises(BadInput, match="different voltages"):
        flow(park, schedule(park, {"x": -5.0}))


def test_at_the_grids_own_node_the_grid_keeps_the_voltage() -> None:
    park = two_bus(wind_farms=(WindFarm(id="w", bus="a", p_nom_mw=50.0, v_set_pu=1.05),))
    f = flow(park, schedule(park, {"w": 10.0, "x": -20.0})).isel(time=0)
    assert float(f["q_mvar"].sel(unit="w")) == 0 and float(f["v_pu"].sel(bus="a")) == 1
    assert float(imbalance_mw(f)) == pytest.approx(0, abs=1e-6)


# ---- outages and islands ----------------------------------------------------------------------------------------


def outage(element: str, start: str, end: str) -> Outage:
    return Outage(
        id=f"out-{element}",
        element=element,
        start=np.datetime64(start).astype("datetime64[s]").item(),
        end=np.datetime64(end).astype("datetime64[s]").item(),
    )


def test_planned_outages_change_the_network_in_local_time() -> None:
    # Asia/Shanghai is UTC+8: 2025-01-01 10:00 to 12:00 local are the UTC hours 2 and 3.
    park = two_bus(
        lines=(line("l", "a", "b"), line("m", "a", "b")),
        outages=(
            outage("m", "2025-01-01T10:00", "2025-01-01T12:00"),
            outage("x", "2025-01-01T09:00", "2025-01-01T10:00"),
        ),
    )
    table = schedule(park, {"x": -40.0}, 6)
    groups = outage_hours(park, table["time"].values)
    assert sorted((m.nonzero()[0].tolist(), set(e)) for m, e in groups) == [([0, 1, 4, 5], set()), ([2, 3], {"m"})]
    flows = flow(park, table)
    on_m = flows["p_from_mw"].sel(branch="m").values
    assert on_m[[2, 3]] == pytest.approx([0, 0]) and on_m[[0, 1, 4, 5]] == pytest.approx(on_m[0]) and on_m[0] > 20
    assert flows["p_from_mw"].sel(branch="l").values[2] > 40
    assert np.abs(imbalance_mw(flows)).max() < 1e-6


def test_a_bus_out_takes_all_that_stands_at_it() -> None:
    park = two_bus(outages=(outage("b", "2025-01-01T09:00", "2025-01-01T10:00"),))
    flows = flow(park, schedule(park, {"x": -40.0}, 3))
    assert np.isnan(flows["v_pu"].sel(bus="b").values).tolist() == [False, True, False]
    assert flows["p_mw"].sel(unit="x").values == pytest.approx([-40, 0, -40])
    assert flows["p_mw"].sel(unit="grid").values[1] == pytest.approx(0, abs=1e-9)
    assert (flows["converged"] == 1).all()


def test_a_shunt_out_gives_nothing() -> None:
    park = two_bus(
        shunts=(Shunt(id="c", bus="b", q_nom_mvar=20.0),),
        outages=(outage("c", "2025-01-01T09:00", "2025-01-01T10:00"),),
    )
    v = flow(park, schedule(park, {"x": -40.0}, 2))["v_pu"].sel(bus="b").values
    assert v[1] == pytest.approx(closed_form(40, 40 * math.tan(math.acos(0.9))), abs=1e-8) and v[0] > v[1]


def test_without_a_grid_connection_nothing_is_energised() -> None:
    park = two_bus(outages=(outage("grid", "2025-01-01T09:00", "2025-01-01T10:00"),))
    flows = flow(park, schedule(park, {"x": -40.0}, 3)).isel(time=1)
    assert np.isnan(flows["v_pu"].values).all() and (flows["p_mw"].values == 0).all()
    assert float(flows["converged"]) == 1


def test_a_unit_out_keeps_no_voltage() -> None:
    wind = WindFarm(id="w", bus="b", p_nom_mw=50.0, v_set_pu=1.0)
    park = two_bus(wind_farms=(wind,), outages=(outage("w", "2025-01-01T09:00", "2025-01-01T10:00"),))
    v = flow(park, schedule(park, {"x": -20.0}, 2))["v_pu"].sel(bus="b").values
    assert v[0] == pytest.approx(1, abs=1e-8)
    assert v[1] == pytest.approx(closed_form(20, 20 * math.tan(math.acos(0.9))), abs=1e-8)


def test_generators_that_balance_and_equivalent_branches_have_planned_outages() -> None:
    """An island of two generators: when the one that balances is out the other one does; without both it is dead."""
    first, second = (Generator(id=g, bus="a", p_nom_mw=90.0, p_mw=5.0, balances=True) for g in ("g", "h"))
    pi = EquivalentBranch(id="e", bus_from="a", bus_to="b", r_pu=1e-4, x_pu=1e-3)
    park = two_bus(
        grids=(),
        generators=(first, second),
        equivalent_branches=(pi,),
        outages=(
            outage("g", "2025-01-01T09:00", "2025-01-01T11:00"),
            outage("h", "2025-01-01T10:00", "2025-01-01T11:00"),
            outage("e", "2025-01-01T11:00", "2025-01-01T12:00"),
        ),
    )
    flows = flow(park, schedule(park, {"x": -40.0, "g": 5.0, "h": 5.0}, 4))
    loss = losses_by_bus(park, flows).sum("bus").values
    assert flows["p_mw"].sel(unit="g").values == pytest.approx([35 + loss[0], 0, 0, 35 + loss[3]], abs=1e-6)
    assert flows["p_mw"].sel(unit="h").values == pytest.approx([5, 40 + loss[1], 0, 5], abs=1e-6)
    assert np.isnan(flows["v_pu"].values[2]).all() and flows["p_mw"].sel(unit="x").values[2] == 0
    assert flows["p_from_mw"].sel(branch="e").values[3] == 0 and flows["p_from_mw"].sel(branch="e").values[0] > 10
    assert loss[3] > loss[0]


def test_the_losses_of_an_hour_without_solution_are_not_known() -> None:
    park = two_bus()
    loss = network_loss_mw(flow(park, schedule(park, {"x": np.array([-60.0, -2000.0])}, 2)))
    assert loss.values[0] > 0.5 and np.isnan(loss.values[1])


def test_an_hour_without_solution_is_reported_and_not_kept() -> None:
    park = two_bus()
    flows = flow(park, schedule(park, {"x": np.array([-60.0, -2000.0])}, 2))
    assert flows["converged"].values.tolist() == [1, 0]
    lost = flows.isel(time=1)
    for column in ("v_pu", "p_from_mw", "q_to_mvar", "loading", "p_mw", "q_mvar"):
        assert np.isnan(lost[column].values).all(), column


# ---- bad input, progress ----------------------------------------------------------------------------------------


def test_a_schedule_that_does_not_fit_is_refused() -> None:
    park = two_bus()
    good = schedule(park, {"x": -5.0}, 2)
    with pytest.raises(Mismatch, match="missing is not 0"):
        flow(park, good.where(good["unit"] != "x"))
    with pytest.raises(Mismatch, match="units missing \\['x'\\]"):
        flow(park, good.sel(unit=["grid"]))
    with pytest.raises(Mismatch, match="unknown \\['y'\\]"):
        flow(park, good.assign_coords(unit=["grid", "y"]))
    with pytest.raises(Mismatch, match="1 twice"):
        flow(park, good.isel(unit=[0, 1, 1]))
    with pytest.raises(Mismatch, match="no p_mw"):
        flow(park, good.drop_vars("p_mw"))
    with pytest.raises(Mismatch, match="rise strictly"):
        flow(park, good.isel(time=[1, 0]))


def test_the_grids_own_row_is_not_needed_and_may_be_missing() -> None:
    park = two_bus()
    table = schedule(park, {"x": -5.0})
    table["p_mw"].loc[{"unit": "grid"}] = np.nan
    assert float(flow(park, table)["p_mw"].sel(unit="grid")[0]) == pytest.approx(5, abs=0.1)
    assert float(flow(park, table.sel(unit=["x"]))["p_mw"].sel(unit="grid")[0]) == pytest.approx(5, abs=0.1)


def test_progress_rises_to_one_and_raising_in_it_cancels() -> None:
    park = two_bus()
    table = schedule(park, {"x": -5.0}, 2500)
    seen: list[float] = []
    flow(park, table, on_progress=seen.append)
    assert seen == sorted(seen) and len(seen) == 3 and seen[-1] == 1

    class Cancelled(Exception):
        pass

    def cancel(_: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        flow(park, table, on_progress=cancel)
