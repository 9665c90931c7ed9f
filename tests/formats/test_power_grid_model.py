"""power-grid-model's documents, held against the library itself: what is read and written has its power flow."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from formats_parks import random_park, solution, voltages
from power_grid_model import CalculationMethod, ComponentType, PowerGridModel
from power_grid_model.utils import json_deserialize, json_serialize
from power_grid_model.validation import validate_input_data

from holin.errors import BadInput
from holin.flow import flow, snapshot
from holin.formats import (
    read_power_grid_model,
    read_power_grid_model_output,
    read_power_grid_model_update,
    write_power_grid_model,
    write_power_grid_model_output,
    write_power_grid_model_update,
)
from holin.park import Bus, Park, Transformer
from holin.parkfile import faults_of_park, write_park


def peer(path: Path, update: Any = None, valid: bool = True) -> tuple[PowerGridModel, dict[Any, np.ndarray]]:
    """The library's own flow of an input document, by its own rules a valid one."""
    data = json_deserialize(path.read_text(encoding="utf-8"))
    assert valid == (not validate_input_data(data))
    model = PowerGridModel(data)
    out = model.calculate_power_flow(
        error_tolerance=1e-9,
        max_iterations=50,
        calculation_method=CalculationMethod.newton_raphson,
        update_data=update,
    )
    return model, out


def theirs(out: dict[Any, np.ndarray], hour: int | None = None) -> np.ndarray:
    node = out[ComponentType.node] if hour is None else out[ComponentType.node][hour]
    v = node["u_pu"] * np.exp(1j * node["u_angle"])
    return np.where(node["energized"] == 1, v, np.nan)


def state_of(park: Park) -> tuple[dict[str, float], dict[str, float]]:
    state = solution(park)
    units = list(map(str, state["unit"].values))
    return tuple(dict(zip(units, state[c].values.tolist(), strict=True)) for c in ("p_mw", "q_mvar"))  # type: ignore


# ---- writing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_the_document_of_a_park_has_the_parks_flow(seed: int, tmp_path: Path) -> None:
    """Every branch, clock numbers, taps, a coupler, an open end; voltages held by reactive power."""
    park = random_park(seed)
    p, q = state_of(park)
    write_power_grid_model(park, tmp_path / "input.json", p_mw=p, q_mvar=q)
    _, out = peer(tmp_path / "input.json")
    ours = voltages(solution(park))
    assert theirs(out) == pytest.approx(np.array([ours[b.id] for b in park.buses]), abs=1e-6)


def test_a_source_behind_its_impedance_and_loads_of_every_kind(tmp_path: Path) -> None:
    park = random_park(3)
    grid = dataclasses.replace(park.grids[0], behind_impedance=True, sk_max_mva=800.0, rx_ratio=0.2)
    shares = [(1.0, 0.0), (0.0, 1.0), (0.3, 0.3)]
    loads = [dataclasses.replace(x, z_share=z, i_share=i) for x, (z, i) in zip(park.loads[:3], shares, strict=True)]
    park = dataclasses.replace(park, grids=(grid,), loads=(*loads, *park.loads[3:]))
    _, q = state_of(park)
    nominal = {x.id: -x.load_mw for x in park.loads} | {x.id: x.p_mw for x in park.generators} | {"grid": np.nan}
    q |= {x.id: -x.q_mvar for x in park.loads}  # type: ignore[operator]
    left_out = write_power_grid_model(park, tmp_path / "input.json", p_mw=nominal, q_mvar=q)
    assert "loads of several kinds are one load for each kind (1): load-H4" in left_out
    _, out = peer(tmp_path / "input.json")
    ours = voltages(solution(park))
    assert theirs(out) == pytest.approx(np.array([ours[b.id] for b in park.buses]), abs=1e-6)


def test_it_comes_back_the_same(tmp_path: Path) -> None:
    park = random_park(5)
    write_power_grid_model(park, tmp_path / "input.json")
    again = read_power_grid_model(tmp_path / "input.json").park
    assert [(b.id, b.name, b.v_nom_kv) for b in again.buses] == [(b.id, b.name, b.v_nom_kv) for b in park.buses]
    same(again.equivalent_branches, park.equivalent_branches)
    same(again.transformers, park.transformers)
    same(again.transformers3, park.transformers3)
    same(again.shunts, park.shunts)
    same(again.lines, [whole(x) for x in park.lines])
    same(again.loads, [dataclasses.replace(x, enterprise="users") for x in park.loads])
    assert sorted(s.id for s in again.switches) == ["coupler", "stub-at-H3"]
    infeed = next(g for g in again.generators if g.id == "infeed")
    same([infeed], [next(g for g in park.generators if g.id == "infeed")])


def whole(line: Any) -> Any:
    """The same line as one kilometre."""
    km = line.length_km
    names = ("r_ohm_per_km", "x_ohm_per_km", "c_nf_per_km")
    return dataclasses.replace(line, length_km=1.0, **{n: getattr(line, n) * km for n in names})


def same(one: Any, other: Any) -> None:
    for a, b in zip(one, other, strict=True):
        for field in dataclasses.fields(a):
            x, y = getattr(a, field.name), getattr(b, field.name)
            assert x == pytest.approx(y, rel=1e-12) if isinstance(x, float) else x == y, (a.id, field.name)


def test_a_document_written_again_is_the_same_document(tmp_path: Path) -> None:
    write_power_grid_model(random_park(6), tmp_path / "one.json")
    first = read_power_grid_model(tmp_path / "one.json").park
    write_power_grid_model(first, tmp_path / "two.json")
    one, two = (json.loads((tmp_path / f).read_text()) for f in ("one.json", "two.json"))
    assert one["data"].keys() == two["data"].keys()
    for component in one["data"]:
        assert len(one["data"][component]) == len(two["data"][component])


def test_what_it_leaves_out_is_named(tmp_path: Path) -> None:
    said = "\n".join(write_power_grid_model(random_park(2), tmp_path / "input.json"))
    assert "no flow was given: the reactive power of what holds a voltage is that of the snapshot (1): gen" in said
    assert "sources that hold a voltage give the reactive power of the state (1): gen" in said
    assert "lines have no length, only their whole impedance (8)" in said
    assert "bus: v_min_pu, v_max_pu left out (6)" in said
    assert "generator: p_nom_mw, v_set_pu, s_nom_mva, p_min_mw, cost_c2, cost_c1 left out (2): gen, infeed" in said


# ---- reading ----------------------------------------------------------------------------------------------------


def document(**components: Any) -> str:
    data = {
        "node": [{"id": 1, "u_rated": 10500.0}, {"id": 2, "u_rated": 10500.0}, {"id": 3, "u_rated": 400.0}],
        "line": [
            {"id": 4, "from_node": 1, "to_node": 2, "from_status": 1, "to_status": 1, "r1": 0.25, "x1": 0.2,
             "c1": 1e-5, "tan1": 0.0, "i_n": 1000.0},
        ],
        "transformer": [
            {"id": 5, "from_node": 2, "to_node": 3, "from_status": 1, "to_status": 1, "u1": 10500.0, "u2": 400.0,
             "sn": 1e6, "uk": 0.06, "pk": 8000.0, "i0": 0.01, "p0": 1000.0, "winding_from": 2, "winding_to": 1,
             "clock": 11, "tap_side": 0, "tap_pos": 2, "tap_min": 5, "tap_max": 1, "tap_nom": 3, "tap_size": 250.0},
        ],
        "source": [{"id": 6, "node": 1, "status": 1, "u_ref": 1.02, "sk": 1e8}],
        "sym_load": [
            {"id": 7, "node": 3, "status": 1, "type": 0, "p_specified": 4e5, "q_specified": 1e5},
            {"id": 8, "node": 2, "status": 1, "type": 2, "p_specified": 1e5, "q_specified": 0.0},
        ],
        "sym_gen": [{"id": 9, "node": 2, "status": 1, "type": 0, "p_specified": 2e5, "q_specified": -5e4}],
        "shunt": [{"id": 10, "node": 2, "status": 1, "g1": 0.0, "b1": 1e-3}],
    }  # fmt: skip
    head = {"version": "1.0", "type": "input", "is_batch": False, "attributes": {}}
    return json.dumps(head | {"data": data | components}, indent=1)


def read_text(text: str, folder: Path) -> tuple[Park, str]:
    (folder / "input.json").write_text(text, encoding="utf-8")
    imported = read_power_grid_model(folder / "input.json")
    return imported.park, "\n".join(imported.left_out)


def assert_alike(park: Park, path: Path, valid: bool = True) -> None:
    """Our flow of the park is the library's flow of the document."""
    _, out = peer(path, valid=valid)
    ours = voltages(solution(park))
    wanted = theirs(out)
    angle = np.exp(1j * np.angle(wanted[0] / next(iter(ours.values()))))
    assert np.array(list(ours.values()))[: len(wanted)] * angle == pytest.approx(wanted, abs=1e-8, nan_ok=True)
    assert not [f for f in faults_of_park(write_park(park, path.parent / "park")) if f.severity == "error"]


def test_a_document_by_hand(tmp_path: Path) -> None:
    park, left_out = read_text(document(), tmp_path)
    line, transformer, grid = park.lines[0], park.transformers[0], park.grids[0]
    assert (line.id, line.r_ohm_per_km, line.c_nf_per_km, line.i_nom_ka) == ("line-4", 0.25, pytest.approx(1e4), 1.0)
    assert (transformer.vector_group, transformer.tap_step) == ("Dyn11", pytest.approx(250 / 10500))
    # tap_min above tap_max: power-grid-model counts against the voltage, -2 in -5 .. -1 around -3
    assert (transformer.tap_pos, transformer.tap_neutral, transformer.tap_min, transformer.tap_max) == (-2, -3, -5, -1)
    assert (grid.v_set_pu, grid.behind_impedance, grid.sk_max_mva) == (1.02, True, 100.0)
    assert [(x.load_mw, x.q_mvar, x.i_share) for x in park.loads] == [(0.4, 0.1, 0.0), (0.1, 0.0, 1.0)]
    assert [(g.p_mw, g.p_nom_mw, g.q_mvar) for g in park.generators] == [(0.2, 0.2, -0.05)]
    assert park.shunts[0].q_nom_mvar == pytest.approx(1e-3 * 10.5**2)
    assert park.emission_factors[0].t_per_mwh == 0.48
    assert left_out == (
        "grid connections got an import limit of 99999 MW (1): source-6\n"
        "grid connections got an assumed carbon factor of 0.48 t/MWh (1): source-6"
    )
    assert_alike(park, tmp_path / "input.json")


def test_compact_lists_say_the_same(tmp_path: Path) -> None:
    data = json_deserialize(document())
    compact = json_serialize(data, use_compact_list=True)
    assert '"attributes": {\n' in compact
    (tmp_path / "a").mkdir()
    assert read_text(compact, tmp_path)[0].lines == read_text(document(), tmp_path / "a")[0].lines


ODD = {
    "from_node": 2, "to_node": 3, "from_status": 1, "to_status": 1, "u1": 10500.0, "u2": 400.0, "sn": 1e6, "uk": 0.06,
    "pk": 8000.0, "i0": 0.01, "p0": 1000.0, "winding_from": 2, "winding_to": 1, "clock": 11, "tap_side": 0,
    "tap_pos": 2, "tap_min": 1, "tap_max": 5, "tap_nom": 3, "tap_size": 250.0,
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"from_node": 3, "to_node": 2, "u1": 400.0, "u2": 10500.0, "tap_side": 1, "clock": 1, "winding_from": 1,
         "winding_to": 2},
        {"from_node": 3, "to_node": 2, "u1": 400.0, "u2": 10500.0, "tap_size": 8.0, "clock": 5, "winding_from": 1,
         "winding_to": 2},
        {"u1": 7000.0},
        {"uk": 0.005, "pk": 8000.0},
        {"i0": 0.0002},
        {"tap_size": 2000.0},
        {"winding_to": 2, "clock": 0, "winding_from": 2},
        {"to_status": 0},
        {"tap_pos": None, "tap_nom": None, "tap_min": -2},
    ],
)  # fmt: skip
def test_transformers_of_all_sorts(change: dict[str, Any], tmp_path: Path) -> None:
    """Turned sides, voltages far from the nodes', beyond a nameplate, without taps: the flow stays the library's."""
    text = document(transformer=[{"id": 5} | {k: v for k, v in (ODD | change).items() if v is not None}])
    park, _ = read_text(text, tmp_path)
    assert_alike(park, tmp_path / "input.json", valid=not {"uk", "i0"} & change.keys())


@pytest.mark.parametrize(("order", "tap_side"), [((1, 2, 3), 0), ((1, 2, 3), 1), ((3, 1, 2), 1), ((2, 3, 1), 0)])
def test_three_windings_in_any_order(order: tuple[int, ...], tap_side: int, tmp_path: Path) -> None:
    nodes = [{"id": k, "u_rated": u} for k, u in ((1, 110e3), (2, 20e3), (3, 10e3))]
    u = {1: 112e3, 2: 21e3, 3: 10.5e3}
    s = {1: 40e6, 2: 30e6, 3: 20e6}
    windings = {1: 1, 2: 1, 3: 2}
    clocks = {(1, 2, 3): (0, 11), (3, 1, 2): (1, 1), (2, 3, 1): (11, 0)}[order]
    pairs = {frozenset(p): v for p, v in (((1, 2), 0.11), ((2, 3), 0.07), ((1, 3), 0.17))}
    row: dict[str, Any] = {"id": 5, "i0": 0.0, "p0": 0.0, "clock_12": clocks[0], "clock_13": clocks[1]}
    for k, node in enumerate(order, start=1):
        row |= {
            f"node_{k}": node,
            f"status_{k}": 1,
            f"u{k}": u[node],
            f"sn_{k}": s[node],
            f"winding_{k}": windings[node],
        }
    for k, m in ((1, 2), (1, 3), (2, 3)):
        row |= {f"uk_{k}{m}": pairs[frozenset((order[k - 1], order[m - 1]))], f"pk_{k}{m}": 1e5}
    row |= {"tap_side": tap_side, "tap_pos": 2, "tap_min": -3, "tap_max": 3, "tap_nom": 0, "tap_size": 150.0}
    text = document(
        node=nodes,
        line=[],
        transformer=[],
        three_winding_transformer=[row],
        source=[{"id": 6, "node": 1, "status": 1, "u_ref": 1.0, "sk": 1e20}],
        sym_load=[
            {"id": 7, "node": 2, "status": 1, "type": 0, "p_specified": 1e7, "q_specified": 3e6},
            {"id": 8, "node": 3, "status": 1, "type": 0, "p_specified": 5e6, "q_specified": 1e6},
        ],
        sym_gen=[],
        shunt=[],
    )
    park, left_out = read_text(text, tmp_path)
    assert_alike(park, tmp_path / "input.json")
    assert ("are fixed (1): three_winding_transformer-5" in left_out) == (order[tap_side] != 1)


def test_generic_branches_links_and_open_ends(tmp_path: Path) -> None:
    text = document(
        node=[{"id": k, "u_rated": 10500.0} for k in (1, 2, 3, 11, 12)],
        transformer=[],
        link=[{"id": 13, "from_node": 2, "to_node": 11, "from_status": 1, "to_status": 1},
              {"id": 14, "from_node": 11, "to_node": 12, "from_status": 1, "to_status": 0}],
        generic_branch=[{"id": 15, "from_node": 2, "to_node": 3, "from_status": 1, "to_status": 1, "r1": 0.1,
                         "x1": 0.9, "g1": 1e-5, "b1": 2e-5, "k": 1.02, "theta": 0.1, "sn": 3e6},
                        {"id": 16, "from_node": 2, "to_node": 3, "from_status": 0, "to_status": 1, "r1": 0.1,
                         "x1": 0.9, "g1": 1e-5, "b1": 2e-5, "k": 1.0, "theta": 0.0}],
    )  # fmt: skip
    park, _ = read_text(text, tmp_path)
    assert_alike(park, tmp_path / "input.json")
    assert [(s.id, s.closed) for s in park.switches[:2]] == [("link-13", True), ("link-14", False)]


def test_branches_of_odd_sorts(tmp_path: Path) -> None:
    """A line from a node to itself, one open at one end, a source of more resistance than reactance."""
    loop = {"id": 20, "from_node": 2, "to_node": 2, "r1": 0.25, "x1": 0.2, "c1": 1e-5, "tan1": 0.01, "i_n": 1000.0}
    line = json.loads(document())["data"]["line"][0]
    text = document(
        line=[line, loop | {"from_status": 1, "to_status": 1}, loop | {"id": 21, "from_status": 0, "to_status": 1}],
        source=[{"id": 6, "node": 1, "status": 1, "u_ref": 1.02, "sk": 1e8, "rx_ratio": 6.0}],
    )
    park, left_out = read_text(text, tmp_path)
    assert "branches from a bus to itself became shunts (2): line-20, line-21" in left_out
    assert "stand behind a branch (1): source-6" in left_out
    charging = {"g1": 2 * np.pi * 50 * 1e-5 * 0.01, "b1": 2 * np.pi * 50 * 1e-5}
    shunts = [{"id": 20, "node": 2, "status": 1} | charging, json.loads(document())["data"]["shunt"][0]]
    source = [{"id": 6, "node": 1, "status": 1, "u_ref": 1.02, "sk": 1e8, "rx_ratio": 6.0}]
    (tmp_path / "peer.json").write_text(document(source=source, shunt=shunts), encoding="utf-8")
    without_stub = dataclasses.replace(park, shunts=tuple(s for s in park.shunts if s.id != "line-21"))
    assert_alike(without_stub, tmp_path / "peer.json")
    stub = next(s for s in park.shunts if s.id == "line-21")
    assert stub.q_nom_mvar == pytest.approx(next(s for s in park.shunts if s.id == "line-20").q_nom_mvar, rel=1e-3)


def test_an_asymmetric_line_is_its_positive_sequence(tmp_path: Path) -> None:
    row = {
        "id": 4,
        "from_node": 1,
        "to_node": 2,
        "from_status": 1,
        "to_status": 1,
        "c0": 1e-8,
        "c1": 2e-8,
        "i_n": 500.0,
    }
    for value, own, mutual in (("r", 0.6, 0.05), ("x", 0.75, 0.4)):
        row |= {f"{value}_{p}": own for p in ("aa", "bb", "cc", "nn")}
        row |= {f"{value}_{p}": mutual for p in ("ba", "ca", "cb", "na", "nb", "nc")}
    park, left_out = read_text(document(line=[], asym_line=[row]), tmp_path)
    assert "asymmetric lines became branches of their positive sequence (1): asym_line-4" in left_out
    assert_alike(park, tmp_path / "input.json")


def test_a_voltage_regulator_makes_its_generator_hold_a_voltage(tmp_path: Path) -> None:
    """A component of later versions; its cases agree when run by hand, the version of the tests does not have it."""
    regulators = [{"id": 20, "regulated_object": 9, "status": 1, "u_ref": 1.01, "q_min": -9e6, "q_max": "inf"},
                  {"id": 21, "regulated_object": 7, "status": 1, "u_ref": 0.99},
                  {"id": 22, "regulated_object": 10, "status": 1, "u_ref": 0.99}]  # fmt: skip
    park, left_out = read_text(document(voltage_regulator=regulators), tmp_path)
    held = {g.id: (g.v_set_pu, g.q_min_mvar, g.q_max_mvar, g.p_mw) for g in park.generators}
    assert held == {"sym_gen-9": (1.01, -9.0, None, 0.2), "sym_load-7": (0.99, None, None, -0.4)}
    assert "loads that hold a voltage became generators that take power (1): sym_load-7" in left_out
    assert "voltage regulators out of service, or of other objects, are left out (1): shunt-10" in left_out
    state = solution(park)
    assert float(state["v_pu"].sel(bus="node-2")) == pytest.approx(1.01)


def test_what_a_park_cannot_carry_is_named(tmp_path: Path) -> None:
    text = document(
        sym_load=[{"id": 7, "node": 3, "status": 0, "type": 0, "p_specified": 4e5, "q_specified": 1e5}],
        asym_load=[{"id": 8, "node": 2, "status": 1, "type": 0, "p_specified": [1e5, 2e5, 3e5],
                    "q_specified": [0, 0, 0]}],
        sym_voltage_sensor=[{"id": 20, "measured_object": 1, "u_sigma": 1.0, "u_measured": 10500.0}],
        fault=[{"id": 21, "status": 1, "fault_type": 0, "fault_object": 1}],
        source=[{"id": 6, "node": 1, "status": 1, "u_ref": 1.02, "u_ref_angle": 0.5, "sk": 1e20}],
    )  # fmt: skip
    park, left_out = read_text(text.replace('"tan1": 0.0', '"tan1": 0.0, "tan0": 0.1, "x0": 0.7'), tmp_path)
    assert park.loads[0].load_mw == pytest.approx(0.6)
    assert park.lines[0].x0_ohm_per_km == 0.7
    for said in (
        "loads and generators out of service are left out (1): sym_load-7",
        "loads and generators of three phases became symmetric ones of the same sum (2): asym_load-8, asym_load-8",
        "measurements are left out (1): sym_voltage_sensor (1)",
        "components are left out (1): fault (1)",
        "angles of sources are 0 here, which shifts all angles alike (1): source-6 (28.6479 degrees)",
        "ideal sources got a short-circuit power of 99999 MVA, which the flow does not use (1): source-6",
        "line.tan0 is left out (1): line-4",
    ):
        assert said in left_out


def test_a_tap_regulator_is_the_transformers_voltage(tmp_path: Path) -> None:
    regulator = {"id": 11, "regulated_object": 5, "status": 1, "control_side": 1, "u_set": 404.0, "u_band": 8.0}
    park, _ = read_text(document(transformer_tap_regulator=[regulator]), tmp_path)
    assert (park.transformers[0].v_set_pu, park.transformers[0].dead_band_pu) == pytest.approx((1.01, 0.01))
    (tmp_path / "a").mkdir()
    park, left_out = read_text(document(transformer_tap_regulator=[regulator | {"control_side": 0}]), tmp_path / "a")
    assert park.transformers[0].v_set_pu is None and "tap regulators that no transformer" in left_out


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('"version": "1.0"', '"version": "2.0"', "input.json:2 version = '2.0': not a version that is read"),
        ('"type": "input"', '"type": "update"', "input.json:3 type = 'update': not the type that is needed"),
        ('"is_batch": false', '"is_batch": 0', "input.json:4 is_batch = '0': neither true nor false"),
        ('"is_batch": false', '"is_batch": true', "input.json:6 data: not the data of this document"),
        ('"from_node": 1', '"from_node": 99', "data.line[0].from_node = '99': there is no such node; one of 1, 2, 3"),
        ('"u_rated": 400.0', '"u_rated": -400.0', "data.node[2].u_rated = '-400': outside its bounds"),
        ('"u_rated": 400.0', '"u_rated": "x"', "data.node[2].u_rated = 'x': not a number"),
        ('"u_rated": 400.0', '"u_rated": null', "data.node[2].u_rated: a value is missing"),
        ('"u_rated": 400.0', '"u_rated": 1e999', "data.node[2].u_rated = 'inf': not a finite number"),
        ('"id": 10,', '"id": 9,', "data.shunt[0].id = '9': the number stands already in sym_gen"),
        ('"type": 2', '"type": 7', "data.sym_load[1].type = '7': there is no such type of load"),
        ('"r1": 0.25', '"r1": 0', "x1"),
        ('"winding_from": 2', '"winding_from": 9', "data.transformer[0].winding_from = '9': there is no such winding"),
        ('"tap_pos": 2', '"tap_pos": 8', "data.transformer[0].tap_pos = '8': outside tap_min to tap_max"),
        ('"status": 1', '"status": 5', "status = '5': neither 0 nor 1"),
        ('"p_specified": 200000.0', '"p_specified": 200000.0, "p_specified": 1', "the key stands twice in one object"),
        ('"data": {', '"data": {"node": 3,', "the key stands twice in one object"),
        ('"data": {', '"data": {"link": 3,', "data.link = '3': not a list|data.link: not a list"),
        ('"data": {', '"data": {"link": [3],', "data.link[0] = '3': neither an object nor a list of values"),
        ('"data": {', '"data": {"link": [[3]],', "data.link[0]: a compact list without names of its attributes"),
        ('"data": {', '"data": ', "not JSON"),
        ('"attributes": {}', '"attributes": {"node": [1]}', "attributes.node: not a list of names, each once"),
    ],
)  # fmt: skip
def test_a_fault_has_its_line_and_field(before: str, after: str, fault: str, tmp_path: Path) -> None:
    text = document()
    assert before in text
    if fault == "x1":
        text, fault = text.replace('"x1": 0.2', '"x1": 0'), "data.line[0].x1 = '0': no impedance"
    with pytest.raises(BadInput) as caught:
        read_text(text.replace(before, after, 1), tmp_path)
    first = str(caught.value.faults[0])
    assert any(part in first for part in fault.split("|")), first
    assert caught.value.faults[0].row is not None


def test_faults_in_compact_lists_have_their_place(tmp_path: Path) -> None:
    compact = json_serialize(json_deserialize(document()), use_compact_list=True)
    with pytest.raises(BadInput) as caught:
        read_text(compact.replace("[3, 400]", "[3, -400]"), tmp_path)
    fault = caught.value.faults[0]
    assert fault.field == "data.node[2].u_rated"
    assert compact.splitlines()[fault.row - 1].strip().startswith("[3, 400]")  # type: ignore[operator]


@pytest.mark.parametrize("text", ["[" * 100_000, "{}", "[]", "null", "1" * 10_000, '{"version": "1.0"}', "{'a': 1}"])
def test_what_is_no_document_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        read_text(text, tmp_path)


def test_without_a_node_there_is_no_park(tmp_path: Path) -> None:
    head = '{"version": "1.0", "type": "input", "is_batch": false, "attributes": {}, "data": {}}'
    with pytest.raises(BadInput, match="there is no node"):
        read_text(head, tmp_path)


# ---- update and output: a validation case of power-grid-model's own form ----------------------------------------


def test_a_validation_case_runs_against_us(tmp_path: Path) -> None:
    """input.json, update_batch.json and sym_output_batch.json in one folder, made by the library."""
    (tmp_path / "input.json").write_text(document(), encoding="utf-8")
    loads = [{"sym_load": [{"id": 7, "p_specified": p, "q_specified": p / 4}]} for p in (0.0, 2e5, 8e5)]
    update = {"version": "1.0", "type": "update", "is_batch": True, "attributes": {}, "data": loads}
    (tmp_path / "update_batch.json").write_text(json.dumps(update), encoding="utf-8")
    batch = json_deserialize(json.dumps(update))
    _, out = peer(tmp_path / "input.json", batch)
    (tmp_path / "sym_output_batch.json").write_text(json_serialize(out), encoding="utf-8")
    park = read_power_grid_model(tmp_path).park
    assert park.facts.id == tmp_path.name.strip("-_.")
    schedule, left_out = read_power_grid_model_update(tmp_path / "update_batch.json", park)
    assert left_out == []
    expected = read_power_grid_model_output(tmp_path / "sym_output_batch.json", park)
    flows = flow(park, schedule)
    assert flows["converged"].values.tolist() == [1, 1, 1]
    for column in ("v_pu", "p_from_mw", "q_from_mvar", "p_to_mw", "q_to_mvar", "p_mw", "q_mvar"):
        assert flows[column].values == pytest.approx(expected[column].values, abs=1e-6), column
    turn = expected["v_angle_rad"].values[:, :1] - flows["v_angle_rad"].values[:, :1]
    assert flows["v_angle_rad"].values + turn == pytest.approx(expected["v_angle_rad"].values, abs=1e-6)


def test_update_and_output_of_ours_are_read_by_the_library(tmp_path: Path) -> None:
    park = random_park(7, equivalents=False, transformers3=False)
    link = dataclasses.replace(park.lines[0], id="no-coupler", bus_from="H0", bus_to="H0b")  # links have an impedance
    park = dataclasses.replace(park, switches=park.switches[1:], lines=(*park.lines, link))
    plan = snapshot(park)
    flows = flow(park, plan)
    p, q = state_of(park)
    write_power_grid_model(park, tmp_path / "input.json", p_mw=dict.fromkeys(p, 0.0) | {"grid": np.nan}, q_mvar=q)
    left_out = write_power_grid_model_update(park, flows, tmp_path / "update.json")
    assert left_out == ["hours are scenarios in their order: the times are left out"]
    _, out = peer(tmp_path / "input.json", json_deserialize((tmp_path / "update.json").read_text()))
    ours = voltages(flows.isel(time=0))
    assert theirs(out, 0) == pytest.approx(np.array([ours[b.id] for b in park.buses]), abs=1e-6)
    write_power_grid_model_output(park, flows, tmp_path / "output.json")
    written = json_deserialize((tmp_path / "output.json").read_text())
    assert theirs(written, 0) == pytest.approx(theirs(out, 0), abs=1e-6)
    assert written[ComponentType.line]["p_from"] == pytest.approx(out[ComponentType.line]["p_from"], abs=1.0)
    back = read_power_grid_model_output(tmp_path / "output.json", park)
    assert back["v_pu"].values == pytest.approx(flows["v_pu"].values)
    assert back["p_mw"].values == pytest.approx(flows["p_mw"].values)


def test_what_an_update_cannot_carry_is_named(tmp_path: Path) -> None:
    park = read_text(document(), tmp_path)[0]
    data = [{"sym_load": [{"id": 7, "q_specified": 3e5}], "sym_gen": [{"id": 9, "status": 0}],
             "line": [{"id": 4, "from_status": 0}]}]  # fmt: skip
    update = {"version": "1.0", "type": "update", "is_batch": True, "attributes": {}, "data": data}
    (tmp_path / "update.json").write_text(json.dumps(update), encoding="utf-8")
    table, left_out = read_power_grid_model_update(tmp_path / "update.json", park)
    assert left_out == [
        "reactive powers that do not follow the active power are left out (1): sym_load-7",
        "reactive power of what an update switches off stays (1): sym_gen-9",
        "updates of other things than powers are left out (1): line",
    ]
    assert float(table["p_mw"].sel(unit="sym_gen-9")[0]) == 0.0
    (tmp_path / "bad.json").write_text(json.dumps(update).replace('"id": 9', '"id": 99'), encoding="utf-8")
    with pytest.raises(BadInput, match="there is no such load or generator"):
        read_power_grid_model_update(tmp_path / "bad.json", park)


def test_an_island_is_not_energised_with_either(tmp_path: Path) -> None:
    park = random_park(1)
    park = dataclasses.replace(park, buses=(*park.buses, Bus(id="lost", v_nom_kv=10.0)))
    p, q = state_of(park)
    write_power_grid_model(park, tmp_path / "input.json", p_mw=p, q_mvar=q)
    _, out = peer(tmp_path / "input.json")
    assert np.isnan(theirs(out)[-1])
    assert isinstance(park.transformers[0], Transformer)
