"""The same parks in power-grid-model (MPL-2.0, a test dependency): voltages, flows and loadings agree."""

from typing import Any

import numpy as np
import pytest
from flow_parks import grid, line, load, park_of, random_park, random_schedule, schedule, transformer
from power_grid_model import (
    CalculationMethod,
    ComponentType,
    DatasetType,
    LoadGenType,
    PowerGridModel,
    initialize_array,
)

from holin.flow import flow
from holin.flow.branches import clocks_of
from holin.park import Bus, Park, Shunt, Side, units_of


def table(kind: ComponentType, rows: list[dict[str, Any]]) -> np.ndarray:
    array = initialize_array(DatasetType.input, kind, len(rows))
    for k, row in enumerate(rows):
        for name, value in row.items():
            array[name][k] = value
    return array


def peer_input(park: Park, p: np.ndarray, q: np.ndarray) -> tuple[dict[Any, np.ndarray], dict[str, int]]:
    """The park with one state's unit powers, SI units; ids are numbered in the order of `number`."""
    things = [*park.buses, *park.lines, *park.transformers, *park.switches, *park.grids, *park.shunts, *units_of(park)]
    number = {t.id: k for k, t in enumerate(things)}
    for switch in park.switches:  # its links have an impedance, so coupled buses are one node there
        if switch.closed and switch.element in {b.id for b in park.buses}:
            number[switch.element] = number[switch.bus]
    opened = {(s.element, s.bus) for s in park.switches if not s.closed}
    v_nom = {b.id: b.v_nom_kv * 1e3 for b in park.buses}
    data = {
        ComponentType.node: table(
            ComponentType.node,
            [{"id": k, "u_rated": b.v_nom_kv * 1e3} for k, b in enumerate(park.buses) if number[b.id] == k],
        ),
        ComponentType.line: table(
            ComponentType.line,
            [
                {
                    "id": number[x.id],
                    "from_node": number[x.bus_from],
                    "to_node": number[x.bus_to],
                    "from_status": (x.id, x.bus_from) not in opened,
                    "to_status": (x.id, x.bus_to) not in opened,
                    "r1": x.r_ohm_per_km * x.length_km,
                    "x1": x.x_ohm_per_km * x.length_km,
                    "c1": x.c_nf_per_km * x.length_km * 1e-9,
                    "tan1": x.tan_delta,
                    "i_n": x.i_nom_ka * 1e3,
                }
                for x in park.lines
            ],
        ),
        ComponentType.transformer: table(
            ComponentType.transformer,
            [
                {
                    "id": number[x.id],
                    "from_node": number[x.bus_from],
                    "to_node": number[x.bus_to],
                    "from_status": (x.id, x.bus_from) not in opened,
                    "to_status": (x.id, x.bus_to) not in opened,
                    "u1": x.v_from_kv * 1e3,
                    "u2": x.v_to_kv * 1e3,
                    "sn": x.s_nom_mva * 1e6,
                    "uk": x.uk,
                    "pk": x.pk_kw * 1e3,
                    "i0": x.i0,
                    "p0": x.p0_kw * 1e3,
                    "winding_from": 1,
                    "winding_to": 2 if clocks_of(x.vector_group)[0] % 2 else 1,
                    "clock": clocks_of(x.vector_group)[0],
                    "tap_side": 0 if x.tap_side is Side.FROM else 1,
                    "tap_pos": x.tap_pos,
                    "tap_nom": x.tap_neutral,
                    "tap_min": x.tap_min,
                    "tap_max": x.tap_max,
                    "tap_size": x.tap_step * (x.v_from_kv if x.tap_side is Side.FROM else x.v_to_kv) * 1e3,
                }
                for x in park.transformers
            ],
        ),
        ComponentType.source: table(
            ComponentType.source,
            [
                {"id": number[g.id], "node": number[g.bus], "status": 1, "u_ref": g.v_set_pu, "sk": 1e20}
                for g in park.grids
            ],
        ),
        ComponentType.shunt: table(
            ComponentType.shunt,
            [
                {
                    "id": number[s.id],
                    "node": number[s.bus],
                    "status": 1,
                    "g1": 0,
                    "b1": s.q_nom_mvar * 1e6 / v_nom[s.bus] ** 2,
                }
                for s in park.shunts
            ],
        ),
        ComponentType.sym_load: table(
            ComponentType.sym_load,
            [
                {
                    "id": number[u.id],
                    "node": number[u.bus],
                    "status": 1,
                    "type": LoadGenType.const_power,
                    "p_specified": -p[k] * 1e6,
                    "q_specified": -q[k] * 1e6,
                }
                for k, u in enumerate(units_of(park))
                if u.kind != "grid"
            ],
        ),
    }
    return data, number


def compare(park: Park, table_: Any, atol: float = 1e-6) -> None:
    """Every state: voltages in p.u., flows to ten watts, loadings of lines."""
    flows = flow(park, table_)
    assert (flows["converged"] == 1).all()
    for t in range(flows.sizes["time"]):
        hour = flows.isel(time=t)
        data, number = peer_input(park, hour["p_mw"].values, hour["q_mvar"].values)
        model = PowerGridModel(data)
        out = model.calculate_power_flow(
            error_tolerance=1e-12, max_iterations=60, calculation_method=CalculationMethod.newton_raphson
        )
        node = out[ComponentType.node]
        at = np.searchsorted(node["id"], [number[b.id] for b in park.buses])
        theirs = np.where(node["energized"] == 1, node["u_pu"] * np.exp(1j * node["u_angle"]), np.nan)[at]
        v = hour["v_pu"].values * np.exp(1j * hour["v_angle_rad"].values)
        assert v == pytest.approx(theirs, abs=atol, nan_ok=True)
        branches = np.concatenate([out[c] for c in (ComponentType.line, ComponentType.transformer) if c in out])
        assert hour["p_from_mw"].values == pytest.approx(branches["p_from"] / 1e6, abs=1e-5)
        assert hour["q_from_mvar"].values == pytest.approx(branches["q_from"] / 1e6, abs=1e-5)
        assert hour["p_to_mw"].values == pytest.approx(branches["p_to"] / 1e6, abs=1e-5)
        assert hour["q_to_mvar"].values == pytest.approx(branches["q_to"] / 1e6, abs=1e-5)
        lines = len(park.lines)
        assert hour["loading"].values[:lines] == pytest.approx(branches["loading"][:lines], abs=1e-5)
        source = out[ComponentType.source]
        at_grid = hour["kind"].values == "grid"
        assert hour["p_mw"].values[at_grid].sum() == pytest.approx(source["p"].sum() / 1e6, abs=1e-5)
        assert hour["q_mvar"].values[at_grid].sum() == pytest.approx(source["q"].sum() / 1e6, abs=1e-5)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("meshed", [False, True])
def test_random_parks_agree(seed: int, meshed: bool) -> None:
    rng = np.random.default_rng(seed)
    park = random_park(rng, meshed=meshed, buses=int(rng.integers(6, 16)))
    compare(park, random_schedule(rng, park))


@pytest.mark.parametrize("clock", range(12))
def test_every_clock_number_agrees(clock: int) -> None:
    group = f"Yd{clock}" if clock % 2 else f"YNyn{clock}"
    park = park_of(
        buses=(Bus(id="a", v_nom_kv=110.0), Bus(id="b", v_nom_kv=10.0), Bus(id="c", v_nom_kv=10.0)),
        transformers=(transformer("t", "a", "b", vector_group=group, i0=0.002, p0_kw=20.0),),
        lines=(line("l", "b", "c", length_km=1.0),),
        grids=(grid("a"),),
        loads=(load("x", "c"),),
    )
    compare(park, schedule(park, {"x": -8.0}))


def test_a_shunt_and_an_island_agree() -> None:
    park = park_of(
        buses=tuple(Bus(id=x, v_nom_kv=66.0) for x in "abcd"),
        lines=(line("ab", "a", "b"), line("cd", "c", "d")),
        grids=(grid("a"),),
        shunts=(Shunt(id="cap", bus="b", q_nom_mvar=12.0),),
        loads=(load("x", "b"), load("y", "d")),
    )
    compare(park, schedule(park, {"x": -20.0}))
