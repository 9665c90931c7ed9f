"""On-load tap changers: the same solution as a park with those positions, the dead band, the ends of the range."""

import dataclasses

import numpy as np
import pytest
from flow_parks import grid, line, load, park_of, random_park, random_schedule, schedule, transformer
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.flow import flow, network_of, static_check
from holin.flow.states import solve_states
from holin.flow.taps import DEAD_BAND_STEPS, tap_changers
from holin.flow.units import behaviour_of
from holin.kernel.powerflow import solve_power_flow
from holin.kernel.taps import Taps
from holin.park import Bus, Park, Side, units_of


def regulated(**more: object) -> Park:
    unit = {"v_set_pu": 1.0, "tap_min": -8, "tap_max": 8, "tap_step": 0.0125, "vector_group": "YNd11"} | more
    return park_of(
        buses=(Bus(id="a", v_nom_kv=110.0), Bus(id="b", v_nom_kv=110.0), Bus(id="c", v_nom_kv=10.5)),
        lines=(line("l", "a", "b", length_km=30),),
        transformers=tuple(transformer(t, "b", "c", **unit) for t in ("t", "u")),
        grids=(grid("a"),),
        loads=(load("x", "c", 90),),
    )


P = {"x": -np.array([0.0, 30.0, 60.0, 70.0])}


def fixed_twin(park: Park, hour: int, table: object) -> np.ndarray:
    """Voltages of the best fixed position, by trying all."""
    found = []
    for position in range(-8, 9):
        twin = dataclasses.replace(
            park,
            transformers=tuple(dataclasses.replace(t, v_set_pu=None, tap_pos=position) for t in park.transformers),
        )
        found.append(flow(twin, table)["v_pu"].isel(time=hour).values)  # type: ignore[arg-type]
    return np.array(found)


@pytest.mark.parametrize("side", [Side.FROM, Side.TO])
def test_the_voltage_is_kept_as_a_fixed_position_would(side: Side) -> None:
    park = regulated(tap_side=side)
    table = schedule(park, P, 4)
    flows = flow(park, table)
    v = flows["v_pu"].sel(bus="c").values
    assert (np.abs(v - 1) <= DEAD_BAND_STEPS * 0.0125 + 1e-9).all()
    for hour in range(4):
        twins = fixed_twin(park, hour, table)
        gap = np.abs(twins - flows["v_pu"].isel(time=hour).values).max(axis=1)
        assert gap.min() < 1e-8
    loss = (flows["p_from_mw"] + flows["p_to_mw"]).sum("branch").values
    assert flows["p_mw"].sum("unit").values == pytest.approx(loss, abs=1e-6)
    assert flows["p_from_mw"].sel(branch="t").values == pytest.approx(flows["p_from_mw"].sel(branch="u").values)
    assert (flows["mismatch_pu"] <= 1e-6).all()


def test_a_dead_band_narrower_than_half_a_step_does_not_hunt() -> None:
    narrow, usual = (regulated(v_set_pu=1.013, dead_band_pu=band) for band in (1e-4, None))
    v, expected = (flow(park, schedule(park, P, 4))["v_pu"].sel(bus="c").values for park in (narrow, usual))
    assert v == pytest.approx(expected, abs=1e-9) and (np.abs(v - 1.013) <= DEAD_BAND_STEPS * 0.0125 + 1e-9).all()


def test_at_the_end_of_its_range_a_changer_stays() -> None:
    park = regulated(tap_min=-1, tap_max=1)
    table = schedule(park, {"x": -75.0})
    last = dataclasses.replace(
        park, transformers=tuple(dataclasses.replace(t, v_set_pu=None, tap_pos=-1) for t in park.transformers)
    )
    v = flow(park, table)["v_pu"].values
    assert v == pytest.approx(flow(last, table)["v_pu"].values, abs=1e-8)
    assert v[0, 2] < 0.99


def test_within_the_dead_band_nothing_moves() -> None:
    park = regulated()
    idle = schedule(park, {"x": -1.0})
    still = dataclasses.replace(
        park, transformers=tuple(dataclasses.replace(t, v_set_pu=None) for t in park.transformers)
    )
    assert flow(park, idle)["v_pu"].values == pytest.approx(flow(still, idle)["v_pu"].values, abs=1e-12)


def test_two_changers_in_a_row_come_to_rest() -> None:
    taps = {"v_set_pu": 1.0, "tap_min": -10, "tap_max": 10, "tap_step": 0.0125}
    park = park_of(
        buses=(*(Bus(id=x, v_nom_kv=220.0) for x in "ab"), Bus(id="c", v_nom_kv=66.0), Bus(id="d", v_nom_kv=10.5)),
        lines=(line("l", "a", "b", length_km=60, x_ohm_per_km=0.3),),
        transformers=(
            transformer("t", "b", "c", s_nom_mva=180.0, v_from_kv=220.0, v_to_kv=66.0, uk=0.14, **taps),
            transformer("u", "c", "d", s_nom_mva=50.0, v_from_kv=66.0, v_to_kv=10.5, uk=0.105, **taps),
        ),
        grids=(grid("a", v_set_pu=1.02),),
        loads=(load("x", "c", 100), load("y", "d", 40)),
    )
    p = {"x": -np.linspace(0, 100, 30), "y": -np.linspace(40, 0, 30)}
    flows = flow(park, schedule(park, p, 30))
    v = flows["v_pu"].sel(bus=["c", "d"]).values
    assert (np.abs(v - 1) <= DEAD_BAND_STEPS * 0.0125 + 1e-9).all()


def test_a_transformer_at_a_grids_bus_or_out_of_service_regulates_nothing() -> None:
    park = regulated()
    assert len(tap_changers(park, network_of(park)).branch) == 2
    assert len(tap_changers(park, network_of(park, out=frozenset({"t"}))).branch) == 1
    second = dataclasses.replace(park, grids=(grid("a", "g1"), grid("c", "g2")))
    assert len(tap_changers(second, network_of(second)).branch) == 0
    assert static_check(park).converged


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_ratios_state_by_state_are_those_of_the_admittances(seed: int) -> None:
    """Turns given to the kernel and positions written into the park give the same voltages, by Newton too."""
    rng = np.random.default_rng(seed)
    park = random_park(rng, meshed=True, buses=10)
    park = dataclasses.replace(
        park, transformers=tuple(dataclasses.replace(t, tap_min=-9, tap_max=9, tap_pos=0) for t in park.transformers)
    )
    position = rng.integers(-8, 9, len(park.transformers))
    twin = dataclasses.replace(
        park,
        transformers=tuple(
            dataclasses.replace(t, tap_pos=int(k)) for t, k in zip(park.transformers, position, strict=True)
        ),
    )
    network, behaviour = network_of(park), behaviour_of(park)
    p = random_schedule(rng, park, 1)["p_mw"].values
    wanted = solve_states(twin, network_of(twin), behaviour, p, np.zeros(p.shape, dtype=bool))
    s = np.zeros((1, network.topology.nodes), dtype=complex)
    at = [network.node[network.bus_index()[u.bus]] for u in units_of(park)]
    np.add.at(s[0], at, np.where([u.kind != "grid" for u in units_of(park)], wanted.s_unit[0], 0))
    first = len(park.lines)
    taps = Taps(
        branch=np.arange(first, first + len(position)),
        at_from=np.array([t.tap_side is Side.FROM for t in park.transformers]),
        turns=1 + position[None, :] * 0.0125,
    )
    for iterations in (60, 1):
        found = solve_power_flow(network.topology, s, None, taps, iterations_max=iterations)
        assert found.converged.all() and found.by_newton.all() == (iterations == 1)
        assert found.v[0, network.node] == pytest.approx(wanted.v[0], abs=1e-8, nan_ok=True)
        from_grid = wanted.s_unit[0, [u.kind == "grid" for u in units_of(park)]]
        others = s[0, network.topology.slack]
        assert found.s_slack_mva[0] - others == pytest.approx(from_grid, abs=1e-5)
