"""pandapower's nets, held against pandapower: its own examples as it solved them, and parks as it solves them.

`golden/pandapower/*.json` are example networks of pandapower 3.5.6 (BSD-3-Clause) with its solution, written by
`benchmarks/peers/pandapower_flow.py --examples`; `golden/pandapower_parks.json` is what the same program prints for the
nets of `random_park(0 .. 5)`. The slow test asks it again.
"""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from formats_cases import without_q_limits
from formats_parks import solution, voltages
from formats_peers import GOLDEN, asked, assert_agree, printed, random_park, written

from holin.errors import BadInput
from holin.formats import read_pandapower, write_pandapower
from holin.park import Generator, Grid, Motor, Park, Shunt, ShuntKind, Storage, WindFarm
from holin.parkfile import faults_of_park, write_park

SEEDS = range(6)
EXAMPLES = sorted((GOLDEN / "pandapower").glob("*.json"))


def solved_by_pandapower(file: Path) -> dict[str, list[float] | None]:
    """The voltages in the file's own results."""
    frame = json.loads(json.loads(file.read_text())["_object"]["res_bus"]["_object"])
    place = [frame["columns"].index(c) for c in ("vm_pu", "va_degree")]
    return {
        f"bus-{k}": None if row[place[0]] is None else [row[p] for p in place]
        for k, row in zip(frame["index"], frame["data"], strict=True)
    }


# ---- agreement --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda f: f.stem)
def test_pandapowers_examples_have_its_solution(file: Path, tmp_path: Path) -> None:
    """Double busbars, open switches at lines, three windings, xwards, an impedance, storage, PV; no limits of Q."""
    park = without_q_limits(read_pandapower(file).park)
    theirs = solved_by_pandapower(file)
    slack = theirs["bus-0"]
    assert slack is not None
    turned = {b: None if v is None else [v[0], v[1] - slack[1]] for b, v in theirs.items()}
    assert_agree(park, turned, 1e-7)
    assert not [f for f in faults_of_park(write_park(park, tmp_path / "park")) if f.severity == "error"]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_net_of_a_park_has_the_parks_flow_in_pandapower(seed: int) -> None:
    assert_agree(random_park(seed), printed("pandapower_parks")[seed])


@pytest.mark.slow
def test_pandapower_still_says_so(tmp_path: Path) -> None:
    files = [tmp_path / f"{seed}.json" for seed in SEEDS]
    parks = [random_park(seed) for seed in SEEDS]
    parks += [_with_everything(random_park(7)), _off_taps(random_park(8))]
    files += [tmp_path / "everything.json", tmp_path / "taps.json"]
    for park, file in zip(parks, files, strict=True):
        written("pandapower", park, file)
    for park, answer in zip(parks, asked("pandapower_flow.py", *files), strict=True):
        assert_agree(park, answer)


def _with_everything(park: Park) -> Park:
    """Elements that the random parks lack: a source behind its impedance, branches with a ratio open at one end."""
    grid = dataclasses.replace(park.grids[0], behind_impedance=True, sk_max_mva=900.0, rx_ratio=0.2)
    ratio = park.equivalent_branches[0]
    opened = dataclasses.replace(ratio, id="eq-open", b_pu=4.0, g_pu=0.02)
    plain = dataclasses.replace(ratio, id="eq-plain", ratio=1.0, shift_deg=0.0, s_nom_mva=None)
    negative = dataclasses.replace(ratio, id="eq-series", x_pu=-0.002, ratio=1.01)
    switch = dataclasses.replace(park.switches[1], id="eq-switch", bus="H2", element="eq-open")
    return dataclasses.replace(
        park,
        grids=(grid,),
        equivalent_branches=(ratio, opened, plain, negative),
        switches=(*park.switches, switch),
        loads=(*park.loads[1:], dataclasses.replace(park.loads[0], z_share=0.0)),
    )


def _off_taps(park: Park) -> Park:
    return dataclasses.replace(
        park, transformers=tuple(dataclasses.replace(t, tap_pos=7, i0=0.01, p0_kw=90.0) for t in park.transformers)
    )


# ---- there and back ---------------------------------------------------------------------------------------------


def test_a_park_comes_back_the_same(tmp_path: Path) -> None:
    park = random_park(2, equivalents=False)
    left_out = write_pandapower(park, tmp_path / "net.json")
    again = read_pandapower(tmp_path / "net.json").park
    for attribute in ("buses", "lines", "transformers", "transformers3", "switches", "shunts", "generators"):
        same(getattr(again, attribute), getattr(park, attribute))
    same(again.loads, [dataclasses.replace(x, enterprise="users") for x in park.loads])
    grid = dataclasses.replace(park.grids[0], emission_factor="ef-assumed")
    same(again.grids, [grid])
    assert left_out == [
        "no flow was given: the reactive power of what holds a voltage is that of the snapshot (1): gen",
        "costs in USD stand in columns that are named for EUR",
        "whole tables are left out (1): enterprise (1 rows)",
        "load: enterprise, load_factor, shape left out (9): load-H1, load-H2, load-H4, load-H0b, load-L0, load-L1, "
        "load-L2, load-M, load-T",
    ]


def same(one: Any, other: Any) -> None:
    for a, b in zip(one, other, strict=True):
        for field in dataclasses.fields(a):
            x, y = getattr(a, field.name), getattr(b, field.name)
            assert x == pytest.approx(y, rel=1e-12) if isinstance(x, float) else x == y, (a.id, field.name)


def test_what_it_leaves_out_is_named(tmp_path: Path) -> None:
    park = random_park(1)
    storage = Storage(id="bess", bus="H1", p_nom_mw=10, e_nom_mwh=20)
    wind = WindFarm(id="wind", bus="H1", p_nom_mw=50, v_set_pu=1.0, hub_height_m=100.0)
    svc = Shunt(id="svc", bus="L2", kind=ShuntKind.SVC, q_nom_mvar=5.0, v_set_pu=1.0)
    regulated = dataclasses.replace(park.transformers[0], v_set_pu=1.02)
    motor = Motor(id="mill", bus="L0", p_nom_mw=2.0)
    park = dataclasses.replace(
        park, storages=(storage,), wind_farms=(wind,), shunts=(*park.shunts, svc), motors=(motor,),
        transformers=(regulated, *park.transformers[1:]),
    )  # fmt: skip
    said = "\n".join(write_pandapower(park, tmp_path / "net.json"))
    for sentence in (
        "tap changers stand still: pandapower's controllers are no table (1): t-0",
        "reactive limits that a grid code gives a source without its own are left out (1): wind",
        "units stand at 0 MW, for no state was given and a park holds none of them (2): wind, bess",
        "wind_farm: hub_height_m left out (1): wind",
        "motor (1 rows)",
    ):
        assert sentence in said
    again = read_pandapower(tmp_path / "net.json").park
    assert {g.id for g in again.generators} >= {"gen", "infeed", "wind", "svc"}
    assert next(x for x in again.loads if x.id == "bess").load_mw == 0


def test_branches_with_a_ratio_come_back_with_the_same_flow(tmp_path: Path) -> None:
    park = _with_everything(random_park(7))
    written("pandapower", park, tmp_path / "net.json")
    again = read_pandapower(tmp_path / "net.json").park
    ours, theirs = voltages(solution(park)), voltages(solution(again))
    turn = ours["H0"] / theirs["H0"]
    for bus in ours:
        if bus in theirs:
            assert theirs[bus] * turn == pytest.approx(ours[bus], abs=1e-9), bus


# ---- reading ----------------------------------------------------------------------------------------------------


def net(facts: dict[str, Any] | None = None, **tables: list[dict[str, Any]]) -> str:
    """A small net: a grid, a line, a transformer, a load; rows of other tables in their place."""
    base: dict[str, list[dict[str, Any]]] = {
        "bus": [{"name": n, "vn_kv": v, "in_service": True} for n, v in (("A", 110.0), ("B", 110.0), ("C", 20.0))],
        "line": [{"from_bus": 0, "to_bus": 1, "length_km": 10.0, "r_ohm_per_km": 0.1, "x_ohm_per_km": 0.4,
                  "c_nf_per_km": 9.0, "g_us_per_km": 0.0, "max_i_ka": 0.5, "parallel": 1, "in_service": True}],
        "trafo": [{"hv_bus": 1, "lv_bus": 2, "sn_mva": 40.0, "vn_hv_kv": 110.0, "vn_lv_kv": 20.0, "vk_percent": 12.0,
                   "vkr_percent": 0.4, "pfe_kw": 20.0, "i0_percent": 0.1, "shift_degree": 150.0, "tap_side": "hv",
                   "tap_neutral": 0, "tap_min": -9, "tap_max": 9, "tap_step_percent": 1.5, "tap_pos": 2,
                   "tap_changer_type": "Ratio", "vector_group": "YNd5", "parallel": 1, "in_service": True}],
        "ext_grid": [{"bus": 0, "vm_pu": 1.02, "va_degree": 0.0, "s_sc_max_mva": 2000.0, "rx_max": 0.1,
                      "in_service": True}],
        "load": [{"bus": 2, "p_mw": 10.0, "q_mvar": 3.0, "scaling": 1.0, "in_service": True}],
    }  # fmt: skip
    frames = {name: frame(rows) for name, rows in (base | tables).items()}
    inner = frames | {"name": "small", "f_hz": 50.0, "sn_mva": 1.0, "version": "3.5.6"} | (facts or {})
    return json.dumps({"_module": "pandapower.auxiliary", "_class": "pandapowerNet", "_object": inner}, indent=1)


def frame(rows: list[dict[str, Any]]) -> dict[str, Any]:
    columns = list(dict.fromkeys(c for row in rows for c in row))
    data = [[row.get(c) for c in columns] for row in rows]
    split = json.dumps({"columns": columns, "index": list(range(len(rows))), "data": data})
    return {"_module": "pandas.core.frame", "_class": "DataFrame", "_object": split, "orient": "split"}


def read_text(text: str, folder: Path) -> tuple[Park, str]:
    (folder / "net.json").write_text(text, encoding="utf-8")
    imported = read_pandapower(folder / "net.json")
    return imported.park, "\n".join(imported.left_out)


def base(table: str) -> dict[str, Any]:
    split = json.loads(json.loads(net())["_object"][table]["_object"])
    return dict(zip(split["columns"], split["data"][0], strict=True))


def test_a_net_by_hand(tmp_path: Path) -> None:
    park, left_out = read_text(net(), tmp_path)
    assert (park.facts.id, park.facts.currency) == ("small", "EUR")
    t = park.transformers[0]
    assert (t.uk, t.pk_kw, t.i0, t.p0_kw, t.vector_group) == pytest.approx((0.12, 160.0, 0.001, 20.0, "YNd5"))
    assert (t.tap_pos, t.tap_min, t.tap_max, t.tap_step) == (2, -9, 9, 0.015)
    assert [b.name for b in park.buses] == ["A", "B", "C"]
    assert park.loads[0].q_mvar == 3
    assert left_out == (
        "grid connections got an import limit of 99999 MW (1): grid-0\n"
        "grid connections got an assumed carbon factor of 0.48 t/MWh (1): grid-0"
    )


@pytest.mark.parametrize(
    ("change", "pos", "ratio", "said"),
    [
        ({"tap_changer_type": None}, 0, 1.0, "taps without a tap_changer_type do not count in pandapower, nor here"),
        ({"tap_pos": None}, 0, 1.0, ""),
        ({"tap_step_percent": -1.5}, -2, 0.97, ""),
        ({"tap_pos": 2.5}, 1, 1.0375, "taps between two positions are one step of their own"),
        ({"tap_changer_type": "Tabular"}, 0, 1.0, "tabular tap changers are left out"),
    ],
)
def test_taps_count_as_in_pandapower(change: dict[str, Any], pos: int, ratio: float, said: str, tmp_path: Path) -> None:
    park, left_out = read_text(net(trafo=[base("trafo") | change]), tmp_path)
    t = park.transformers[0]
    assert t.tap_pos == pos
    assert 1 + t.tap_step * (t.tap_pos - t.tap_neutral) == pytest.approx(ratio)
    assert said in left_out


def test_a_tap_that_turns_is_a_branch_with_its_angle(tmp_path: Path) -> None:
    ideal = {"tap_changer_type": "Ideal", "tap_step_degree": 2.0, "tap_step_percent": None}
    park, left_out = read_text(net(trafo=[base("trafo") | ideal]), tmp_path)
    branch = park.equivalent_branches[0]
    assert (branch.shift_deg, branch.ratio) == pytest.approx((154.0, 1.0))
    assert "became their pi models at their taps (1): transformer-0" in left_out


def test_parallel_elements_and_scaling(tmp_path: Path) -> None:
    tables = {
        "line": [base("line") | {"parallel": 3, "df": 0.5}],
        "load": [base("load") | {"scaling": 0.5, "const_z_p_percent": 40.0, "const_z_q_percent": 40.0}],
        "sgen": [{"bus": 2, "p_mw": 4.0, "q_mvar": 1.0, "scaling": 0.25, "in_service": True}],
        "switch": [{"bus": 1, "element": 0, "et": "l", "closed": False}],
    }
    park, left_out = read_text(net(**tables), tmp_path)
    assert [(x.id, x.i_nom_ka) for x in park.lines] == [("line-0", 0.25), ("line-0.2", 0.25), ("line-0.3", 0.25)]
    assert [s.element for s in park.switches] == ["line-0", "line-0.2", "line-0.3"]
    assert "parallel elements became elements of their own (1): line-0 (3)" in left_out
    assert (park.loads[0].load_mw, park.loads[0].z_share) == (5.0, 0.4)
    assert (park.generators[0].p_mw, park.generators[0].q_mvar) == (1.0, 0.25)


def test_loads_of_all_sorts(tmp_path: Path) -> None:
    tables = {
        "load": [base("load") | {"p_mw": -2.0}, base("load") | {"const_i_p_percent": 50.0}],
        "ward": [{"bus": 2, "ps_mw": 1.0, "qs_mvar": 0.5, "pz_mw": 2.0, "qz_mvar": -1.0, "in_service": True}],
        "motor": [{"bus": 2, "pn_mech_mw": 1.8, "loading_percent": 50.0, "cos_phi": 0.8, "cos_phi_n": 0.85,
                   "efficiency_percent": 90.0, "efficiency_n_percent": 95.0, "lrc_pu": 6.0, "scaling": 1.0,
                   "in_service": True}],
        "storage": [{"bus": 2, "p_mw": 1.5, "q_mvar": 0.2, "max_e_mwh": 4.0, "scaling": 1.0, "in_service": True}],
        "asymmetric_load": [{"bus": 2, "p_a_mw": 0.1, "p_b_mw": 0.2, "p_c_mw": 0.3, "q_a_mvar": 0.0, "q_b_mvar": 0.0,
                             "q_c_mvar": 0.1, "scaling": 1.0, "in_service": True}],
        "dcline": [{"from_bus": 1, "to_bus": 2, "p_mw": 5.0, "loss_percent": 2.0, "loss_mw": 0.5, "vm_from_pu": 1.0,
                    "vm_to_pu": 1.0, "in_service": True}],
    }  # fmt: skip
    park, left_out = read_text(net(**tables), tmp_path)
    loads = {x.id: (x.load_mw, x.q_mvar) for x in park.loads}
    assert loads["motor-0-load"] == pytest.approx((1.0, 0.75))
    assert loads["storage-0"] == pytest.approx((1.5, 0.2))
    assert loads["ward-0-power"] == pytest.approx((1.0, 0.5))
    assert loads["asymmetric_load-0"] == pytest.approx((0.6, 0.1))
    assert park.motors[0].start_ratio == 6.0
    assert (park.shunts[0].p_nom_mw, park.shunts[0].q_nom_mvar) == (2.0, 1.0)
    assert {g.id: g.p_mw for g in park.generators} == pytest.approx(
        {"load-0": 2.0, "dcline-0-from": -5.0, "dcline-0-to": 4.4}
    )
    for said in (
        "voltage dependence of reactive power is that of active power (1): load-1 (const_i: 50 % and 0 %)",
        "wards became a load and a shunt (1): ward-0",
        "storages became loads or generators of their power, without their energy (1): storage-0",
        "DC lines became two generators of fixed power (1): dcline-0",
        "storage.max_e_mwh is left out (1): 0",
    ):
        assert said in left_out


def test_costs_of_generators(tmp_path: Path) -> None:
    gen = {"bus": 2, "p_mw": 3.0, "vm_pu": 1.0, "min_p_mw": 0.0, "max_p_mw": 9.0, "in_service": True}
    tables = {
        "gen": [gen, gen],
        "poly_cost": [{"element": 0, "et": "gen", "cp0_eur": 5.0, "cp1_eur_per_mw": 20.0, "cp2_eur_per_mw2": 0.1},
                      {"element": 0, "et": "ext_grid", "cp0_eur": 0.0, "cp1_eur_per_mw": 30.0, "cp2_eur_per_mw2": 0.0}],
        "pwl_cost": [{"power_type": "p", "element": 1, "et": "gen", "points": [[0, 4, 10], [4, 9, 15]]}],
    }  # fmt: skip
    park, left_out = read_text(net(**tables), tmp_path)
    first, second = park.generators
    assert (first.cost_c0, first.cost_c1, first.cost_c2) == (5, 20, 0.1)
    assert second.cost_points == ((0, 0), (4, 40), (9, 115))
    assert "costs that no generator of a park can have are left out (1): ext_grid 0" in left_out


def test_out_of_service_and_sixty_hertz(tmp_path: Path) -> None:
    off = {"in_service": False}
    tables = {
        "line": [base("line"), base("line") | off],
        "load": [base("load"), base("load") | off],
        "bus": [*({"name": n, "vn_kv": v, "in_service": True} for n, v in (("A", 110.0), ("B", 110.0), ("C", 20.0))),
                {"name": "D", "vn_kv": 20.0, "in_service": False}],
        "sgen": [{"bus": 3, "p_mw": 1.0, "q_mvar": 0.0, "scaling": 1.0, "in_service": True}],
    }  # fmt: skip
    park, left_out = read_text(net({"f_hz": 60.0}, **tables), tmp_path)
    assert [s.element for s in park.switches] == ["line-1", "line-1"]
    assert park.lines[0].c_nf_per_km == pytest.approx(9.0 * 1.2)
    assert [x.id for x in park.loads] == ["load-0"] and park.generators == ()
    for said in (
        "elements out of service are left out: load (1): load-1",
        "elements at buses out of service are left out: sgen (1): static-0",
        "buses out of service stand without what was connected to them (1): bus-3",
        "a frequency of 60 Hz: capacitances are those of the same charging at 50 Hz",
    ):
        assert said in left_out


def test_a_slack_generator_balances_without_a_grid(tmp_path: Path) -> None:
    gen = {"bus": 0, "p_mw": 3.0, "vm_pu": 1.01, "slack": True, "in_service": True}
    park, _ = read_text(net(ext_grid=[], gen=[gen]), tmp_path)
    assert park.grids == () and isinstance(park.generators[0], Generator) and park.generators[0].balances
    assert np.isfinite(list(voltages(solution(park)).values())).all()


@pytest.mark.parametrize(
    ("tables", "fault"),
    [
        ({"line": [{"from_bus": 9}]}, "line[0].from_bus = '9': there is no such bus; one of 0, 1, 2"),
        ({"line": [{"x_ohm_per_km": 0.0, "r_ohm_per_km": 0.0}]}, "line[0].x_ohm_per_km = '0': no impedance"),
        ({"line": [{"length_km": "long"}]}, "line[0].length_km = 'long': not a number"),
        ({"line": [{"parallel": 10**9}]}, "line[0].parallel = '1000000000': not a number of parallel elements"),
        ({"trafo": [{"sn_mva": None}]}, "trafo[0].sn_mva: a value is missing"),
        ({"trafo": [{"vk_percent": 0.0, "vkr_percent": 0.0}]}, "trafo[0].vk_percent = '0': no impedance"),
        ({"trafo": [{"tap_side": "up"}]}, "trafo[0].tap_side = 'up': there is no such side"),
        ({"load": [{"p_mw": True}]}, "load[0].p_mw = 'True': not a number"),
        ({"load": [{"const_z_p_percent": 80.0, "const_i_p_percent": 80.0}]}, "load[0].const_z_p_percent = '80': more"),
        ({"ext_grid": [{"vm_pu": 1.5}]}, "ext_grid[0].vm_pu = '1.5': outside its bounds"),
        ({"bus": [{"vn_kv": 0.0}]}, "bus[0].vn_kv = '0': outside its bounds"),
        ({"bus": []}, "bus: there is no bus"),
        ({"switch": [{"bus": 2, "element": 0, "et": "l", "closed": True}]}, "switch[0].element = '0': does not end at"),
        ({"switch": [{"bus": 2, "element": 1, "et": "b", "closed": True}]}, "element = '1': joins 20 and 110"),
        ({"switch": [{"bus": 0, "element": 5, "et": "t3", "closed": True}]}, "element = '5': there is no such"),
    ],
)  # fmt: skip
def test_a_fault_has_its_table_row_and_column(tables: dict[str, Any], fault: str, tmp_path: Path) -> None:
    known = json.loads(net())["_object"]
    changed = {t: [(base(t) if t in known else {}) | row for row in rows] for t, rows in tables.items()}
    with pytest.raises(BadInput) as caught:
        read_text(net(**changed), tmp_path)
    assert any(fault in str(f) for f in caught.value.faults), str(caught.value)
    assert caught.value.faults[0].row is not None or "there is no bus" in fault


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "not a net of pandapower"),
        ('{"_class": "pandapowerNet", "_object": 3}', "not an object"),
        ('{"_class": "pandapowerNet", "_object": {"bus": {"_class": "DataFrame", "_object": "{}"}}}', "not a table"),
        ('{"_class": "pandapowerNet", "_object": {"bus": {"_class": "DataFrame", "_object": "{"}}}', "not JSON"),
        ("gAAAAABh encrypted", "not JSON"),
        (net({"f_hz": "fast"}), "f_hz = 'fast': not a frequency"),
        (net().replace('\\"index\\": [0]', '\\"index\\": [0, 0]', 1), "2 indices for 1 rows"),
        (net().replace("[110.0", "[110.0, 7", 1).replace('[\\"A\\", 110.0, true]', '[\\"A\\", 110.0]'), "values"),
    ],
)
def test_what_is_no_net_is_refused(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=said.replace("[", r"\[")):
        read_text(text, tmp_path)


def test_two_grids_of_one_network_are_there(tmp_path: Path) -> None:
    park, _ = read_text(net(ext_grid=[base("ext_grid"), base("ext_grid") | {"bus": 1}]), tmp_path)
    assert all(isinstance(g, Grid) for g in park.grids) and len(park.grids) == 2
