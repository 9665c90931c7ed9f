"""SimBench's folders, held against simbench and pandapower: a town as they solve it, parks, and SimBench's own grids.

`golden/simbench/town` is a synthetic folder with every table but three-winding transformers, whose columns simbench
gives to other pairs of windings; its NodePFResult.csv is what simbench 1.6.3 with pandapower 3.5.6 solved it to
(`benchmarks/peers/simbench_flow.py`). `golden/simbench_parks.json` is what the same program prints for the folders of
`random_park(0 .. 5)`. SimBench's own grids are data under the Open Database License and no part of this repository: the
slow test takes them from the package.
"""

import csv
import dataclasses
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from formats_parks import random_park, solution, voltages
from formats_peers import GOLDEN, asked, assert_agree, printed, written

from holin.errors import BadInput
from holin.flow import flow, snapshot
from holin.formats import read_simbench, write_simbench
from holin.park import (
    Generator,
    Park,
    PvPlant,
    Series,
    Shunt,
    ShuntKind,
    Storage,
    Substation,
    Switch,
    WindFarm,
)
from holin.parkfile import faults_of_park, read_park, write_park
from holin.twin import bring

SEEDS = range(6)
TOWN = GOLDEN / "simbench" / "town"
GRIDS = ("1-LV-rural3--0-sw", "1-LV-urban6--1-sw", "1-MV-rural--0-sw", "1-MV-urban--1-sw", "1-HV-urban--0-sw")


def plain(seed: int) -> Park:
    """A park that simbench reads as it is: no dielectric losses, no three windings."""
    park = random_park(seed, transformers3=False)
    return dataclasses.replace(park, lines=tuple(dataclasses.replace(x, tan_delta=0.0) for x in park.lines))


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def as_filed(park: Park, folder: Path) -> dict[str, complex]:
    """Node -> voltage of the state in a folder: wind and sun at pRES, storages at pStor, taps at tappos."""
    fixed = tuple(dataclasses.replace(t, v_set_pu=None) for t in park.transformers)
    park = dataclasses.replace(park, transformers=fixed)
    power = {x.id: x.p_nom_mw for x in (*park.wind_farms, *park.pv_plants)}
    stored = rows_of(folder / "Storage.csv") if (folder / "Storage.csv").exists() else []
    by_name = {s.name or s.id: s.id for s in park.storages}
    power |= {by_name[r["id"]]: -float(r["pStor"]) for r in stored if r["id"] in by_name}
    plan = snapshot(park)
    p_mw = [[power.get(str(u), p) for u, p in zip(plan["unit"].values, plan["p_mw"].values[0], strict=True)]]
    state = flow(park, plan.assign(p_mw=plan["p_mw"].copy(data=np.array(p_mw)))).isel(time=0)
    assert float(state["converged"]) == 1
    found = voltages(state)
    return {b.name or b.id: found[b.id] for b in park.buses}


def assert_voltages(ours: dict[str, complex], theirs: dict[str, list[float] | None], tolerance: float) -> None:
    for node, v in theirs.items():
        there = np.nan if v is None else v[0] * np.exp(1j * np.radians(v[1]))
        assert ours[node] == pytest.approx(there, abs=tolerance, nan_ok=True), node


# ---- agreement --------------------------------------------------------------------------------------------------


def test_a_folder_has_the_solution_that_stands_in_it(tmp_path: Path) -> None:
    """Taps, a regulated transformer, wards, a DC line, an open ring, a double busbar, storage, voltage control."""
    imported = read_simbench(TOWN)
    results = rows_of(TOWN / "NodePFResult.csv")
    assert len(results) == 10
    theirs = {r["node"]: [float(r["vm"]), float(r["va"])] for r in results}
    assert_voltages(as_filed(imported.park, TOWN), theirs, 1e-8)
    folder = write_park(imported.park, tmp_path / "park")
    assert [str(f) for f in faults_of_park(folder) if f.severity == "error"] == []
    assert read_park(folder) == imported.park


@pytest.mark.parametrize("seed", SEEDS)
def test_the_folder_of_a_park_has_the_parks_flow_in_simbench(seed: int) -> None:
    assert_agree(plain(seed), printed("simbench_parks")[seed], 1e-8)


@pytest.mark.slow
def test_simbench_still_says_so(tmp_path: Path) -> None:
    for seed in SEEDS:
        written("simbench", plain(seed), tmp_path / str(seed))
    hours = tmp_path / "hours"
    write_simbench(with_hours(plain(3)), hours)
    answers = asked("simbench_flow.py", *(tmp_path / str(seed) for seed in SEEDS), hours, TOWN)
    for seed in SEEDS:
        assert_agree(plain(seed), answers[seed], 1e-8)
    for folder, theirs in zip((hours, TOWN), answers[len(SEEDS) :], strict=True):
        assert_voltages(as_filed(read_simbench(folder).park, folder), theirs, 1e-8)


@pytest.mark.slow
def test_simbenchs_own_grids_have_their_solution(tmp_path: Path) -> None:
    """Every node of low-, medium- and high-voltage grids; the converter joins auxiliary ones, as the import does."""
    answers = asked("simbench_flow.py", "--grids", tmp_path, *GRIDS)
    for code, theirs in zip(GRIDS, answers, strict=True):
        imported = read_simbench(tmp_path / code)
        ours = as_filed(imported.park, tmp_path / code)
        assert ours.keys() == theirs.keys(), code
        assert_voltages(ours, theirs, 1e-7)
        folder = write_park(imported.park, tmp_path / "parks" / code)
        assert [str(f) for f in faults_of_park(folder) if f.severity == "error"] == [], code


# ---- there and back ---------------------------------------------------------------------------------------------


def same(one: Any, other: Any, *but: str) -> None:
    assert len(one) == len(other)
    for a, b in zip(one, other, strict=True):
        for field in dataclasses.fields(a):
            x, y = getattr(a, field.name), getattr(b, field.name)
            close = isinstance(x, float) and y is not None and x == pytest.approx(y, rel=1e-12, abs=1e-15)
            assert field.name in but or close or x == y, (a.id, field.name, x, y)


@pytest.mark.parametrize("seed", range(20))
def test_a_park_comes_back_the_same(seed: int, tmp_path: Path) -> None:
    """All but what the writer names: names that no id tells, dielectric losses, costs, enterprises, grid limits."""
    park = random_park(seed, equivalents=False)
    park = dataclasses.replace(park, lines=tuple(dataclasses.replace(x, tan_delta=0.0) for x in park.lines))
    written("simbench", park, tmp_path / "park")
    again = read_simbench(tmp_path / "park").park
    for attribute in ("buses", "lines", "transformers", "transformers3", "switches", "shunts"):
        same(getattr(again, attribute), getattr(park, attribute), "name")
    same(again.generators, park.generators, "cost_c1", "cost_c2")
    same(again.loads, park.loads, "enterprise")
    same(again.grids, park.grids, "sk_max_mva", "import_max_mw", "export_max_mw", "emission_factor")
    ours, theirs = voltages(solution(park)), voltages(solution(again))
    assert theirs == pytest.approx(ours, abs=1e-10)


@pytest.mark.parametrize("seed", SEEDS)
def test_equivalent_branches_come_back_with_the_same_flow(seed: int, tmp_path: Path) -> None:
    park = plain(seed)
    ratio = park.equivalent_branches[0]
    line = dataclasses.replace(ratio, id="eq-line", ratio=1.0, shift_deg=0.0, g_pu=0.01, b_pu=0.4)
    capacitive = dataclasses.replace(line, id="eq-series", x_pu=-0.002, r_pu=0.0005, bus_from="H1", s_nom_mva=None)
    opened = dataclasses.replace(ratio, id="eq-open", g_pu=0.02, b_pu=2.0)
    switch = Switch(id="eq-switch", bus="H2", element="eq-open", closed=False)
    park = dataclasses.replace(
        park, equivalent_branches=(ratio, line, capacitive, opened), switches=(*park.switches, switch)
    )
    said = written("simbench", park, tmp_path / "park")
    assert "equivalent branches without a ratio are lines of 1 km (2): eq-line, eq-series" in said
    theirs = voltages(solution(read_simbench(tmp_path / "park").park))
    for bus, v in voltages(solution(park)).items():
        assert theirs[bus] == pytest.approx(v, abs=1e-9), bus


def test_a_folder_comes_back_with_its_ids(tmp_path: Path) -> None:
    """After an import the nodes' own ids are names, and go out again; so does what stands behind a switch."""
    park = read_simbench(TOWN).park
    write_simbench(park, tmp_path / "town")
    for table in ("Node", "Line", "Transformer", "Switch", "Load", "RES", "Storage", "Substation"):
        before, after = ({r["id"] for r in rows_of(f / f"{table}.csv")} for f in (TOWN, tmp_path / "town"))
        gone = {n for n in before - after if not n.endswith("HVDC") and "_" not in n}
        assert gone <= {"House PV", "Lake hydro"}, table  # generators of fixed power are power plants
    again = read_simbench(tmp_path / "town").park
    for attribute in ("lines", "transformers", "switches", "shunts", "wind_farms", "pv_plants", "substations"):
        own = {t.id for t in getattr(park, attribute)}
        same([t for t in getattr(again, attribute) if t.id in own], getattr(park, attribute), "name")
    kept = {b.id: b for b in park.buses}
    same([b for b in again.buses if b.id in kept], [kept[b.id] for b in again.buses if b.id in kept], "name")
    assert {x.id: (x.load_mw, x.q_mvar) for x in again.loads} == {x.id: (x.load_mw, x.q_mvar) for x in park.loads}
    for series in again.series:
        same([series], [s for s in park.series if s.id == series.id], "time", "values")
        own = next(s for s in park.series if s.id == series.id)
        assert (series.time == own.time).all() and series.values == pytest.approx(own.values, rel=1e-15)


def with_hours(park: Park) -> Park:
    """The park with a wind farm, a PV plant and a load that have hours, a storage, and a substation."""
    time = np.arange("2025-03-29T00", "2025-03-31T00", dtype="datetime64[h]").astype("datetime64[ns]")
    hour = np.arange(len(time))
    series = [
        Series(id=name, file="series/hours.csv", header=name, time=time, values=values)
        for name, values in (
            ("windy", 0.5 + 0.4 * np.sin(hour / 7)),
            ("sunny", np.clip(np.sin((hour - 6) / 12 * np.pi), 0, 1)),
            ("works", 0.6 + 0.4 * np.cos(hour / 3)),
        )
    ]
    load = dataclasses.replace(park.loads[0], series="works", load_factor=float(series[2].values.mean()))
    return dataclasses.replace(
        park,
        substations=(Substation(id="gate"),),
        buses=(dataclasses.replace(park.buses[0], substation="gate", longitude=119.6, latitude=45.5), *park.buses[1:]),
        loads=(load, *park.loads[1:]),
        wind_farms=(WindFarm(id="wind", bus="H1", p_nom_mw=30, series="windy", power_factor=-0.98),),
        pv_plants=(PvPlant(id="pv", bus="H2", p_nom_mw=20, p_dc_mw=20, series="sunny"),),
        storages=(
            Storage(
                id="bess", bus="H1", p_nom_mw=10, e_nom_mwh=20, efficiency_charge=0.9, efficiency_discharge=0.9,
                standing_loss_per_h=1e-4,
            ),
        ),
        series=tuple(series),
    )  # fmt: skip


def test_hours_come_back(tmp_path: Path) -> None:
    """Over the beginning of summer time in Germany, where 02:00 does not exist."""
    park = with_hours(plain(3))
    said = write_simbench(park, tmp_path / "park")
    texts = [r["time"] for r in rows_of(tmp_path / "park" / "RESProfile.csv")]
    assert (texts[0], texts[25], texts[-1]) == ("29.03.2025 01:00", "30.03.2025 03:00", "31.03.2025 01:00")
    assert "times of profiles are local time of Europe/Berlin, as in SimBench" in said
    again = read_simbench(tmp_path / "park").park
    assert (again.facts.time_zone, again.stages[0].as_of.year) == ("Europe/Berlin", 2025)
    same(again.wind_farms, park.wind_farms)
    same(again.pv_plants, park.pv_plants)
    same(again.storages, park.storages)
    same(again.loads[:1], park.loads[:1], "enterprise")
    same(again.substations, park.substations)
    assert (again.buses[0].longitude, again.buses[0].latitude, again.buses[0].substation) == (119.6, 45.5, "gate")
    for series in park.series:
        found = next(s for s in again.series if s.id == series.id)
        assert (found.time == series.time).all() and found.values == pytest.approx(series.values, rel=1e-15)


# ---- writing ----------------------------------------------------------------------------------------------------


def test_what_it_leaves_out_is_named(tmp_path: Path) -> None:
    park = with_hours(random_park(1))
    svc = Shunt(id="svc", bus="L2", kind=ShuntKind.SVC, q_nom_mvar=5.0, v_set_pu=1.0)
    regulated = dataclasses.replace(park.transformers[2], v_set_pu=1.02)  # at the bus of the compensator
    negative = dataclasses.replace(park.equivalent_branches[0], id="eq-neg", x_pu=-0.002)
    other = dataclasses.replace(park.series[1], time=park.series[1].time + np.timedelta64(1, "h"))
    storage = dataclasses.replace(park.storages[0], efficiency_discharge=0.95, soc_min=0.1)
    slow = Generator(id="slow", bus="H3", p_nom_mw=5, v_set_pu=0.97)
    grid = dataclasses.replace(park.grids[0], behind_impedance=True, sk_max_mva=900.0)
    park = dataclasses.replace(
        park, shunts=(*park.shunts, svc), transformers=(*park.transformers[:2], regulated), grids=(grid,),
        equivalent_branches=(*park.equivalent_branches, negative), series=(park.series[0], other, park.series[2]),
        storages=(storage,), generators=(*park.generators, slow),
        loads=(dataclasses.replace(park.loads[0], z_share=0.5), *park.loads[1:]),
    )  # fmt: skip
    said = "\n".join(write_simbench(park, tmp_path / "park"))
    for sentence in (
        "units stand at 0 MW, for no state was given and a park holds none of them (3): wind, pv, bess",
        "a node has one voltage that is set: of these it is another's (2): slow, svc",
        "equivalent branches with a ratio and a resistance or reactance below 0 have no place and are left out (1): "
        "eq-neg",
        "series whose times are not those of the first one are left out (1): sunny",
        "storages have one efficiency for there and back (1): bess",
        "wind farms and PV plants with a series stand at their nominal power, the 1 of their profile (2): wind, pv",
        "shunts that hold a voltage are plants of no power (1): svc",
        "grid connections behind an impedance stand at a bus and a branch of their own (1): grid",
        "line: tan_delta left out (8)",
        "load: enterprise, load_factor, shape, z_share left out",
        "storage: soc_min left out (1): bess",
        "names beside ids have no place (6): H0, H1, H2, H3, H4, H0b",
    ):
        assert sentence in said, sentence
    plants = {r["id"]: r for r in rows_of(tmp_path / "park" / "PowerPlant.csv")}
    assert (plants["svc"]["calc_type"], plants["svc"]["qMin"], plants["svc"]["pPP"]) == ("pvm", "-5.0", "0.0")
    assert plants["infeed"]["qMin"] == "NULL"
    transformer = next(r for r in rows_of(tmp_path / "park" / "Transformer.csv") if r["id"] == "t-2")
    assert (transformer["autoTap"], transformer["autoTapSide"]) == ("1", "LV")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "park").mkdir()
    with pytest.raises(BadInput, match="exists already"):
        write_simbench(random_park(1), tmp_path / "park")
    assert list((tmp_path / "park").iterdir()) == []


# ---- reading ----------------------------------------------------------------------------------------------------


def changed(folder: Path, file: str, change: dict[str, str], row: int = 0) -> None:
    """Change cells of one row of a table."""
    rows = rows_of(folder / file)
    names = list(dict.fromkeys([*rows[0], *change]))
    rows[row] |= change
    with (folder / file).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, restval="", delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TOWN, tmp_path / "town"))


def test_elements_by_hand() -> None:
    park = read_simbench(TOWN).park
    things = {t.id: t for attribute in ("buses", "lines", "transformers") for t in getattr(park, attribute)}
    mill = things["Gate-Mill"]
    assert (mill.bus_from, mill.bus_to, mill.length_km, mill.r_ohm_per_km) == ("Gate-20-A", "Mill", 3.2, 0.2)
    assert mill.c_nf_per_km == pytest.approx(80 / (2 * np.pi * 50) * 1e3)
    assert (mill.i_nom_ka, mill.cable, things["Lake-Farm"].cable) == (0.32, True, False)
    gate = things["Gate-transformer"]
    assert (gate.name, gate.bus_from, gate.bus_to) == ("Gate transformer", "Gate-110", "Gate-20-A")
    assert (gate.vector_group, gate.uk, gate.pk_kw, gate.p0_kw) == ("YNd5", 0.12, 102.5, 14)
    assert (gate.tap_pos, gate.tap_min, gate.tap_max, gate.tap_step) == (-2, -9, 9, 0.015)
    assert gate.i0 == pytest.approx(7e-4)
    assert gate.v_set_pu == 1.03  # set at the busbar behind the switch
    street = things["Street-transformer"]
    assert (street.vector_group, street.tap_pos, street.v_set_pu) == ("Dyn5", 1, None)
    assert [(s.id, s.bus, s.element, s.closed) for s in park.switches] == [
        ("Gate-CB-110", "Gate-110", "Gate-transformer", True),
        ("Gate-CB-20", "Gate-20-A", "Gate-transformer", True),
        ("Gate-coupler", "Gate-20-A", "Gate-20-B", True),
        ("Feeder-A", "Gate-20-A", "Gate-Mill", True),
        ("Feeder-B", "Gate-20-B", "Gate-Lake", True),
        ("Ring-point", "Lake", "Hill-Lake", False),
        ("Street-fuse", "Street-0.4", "Street-1", True),
    ]
    capacitor = next(s for s in park.shunts if s.id == "Mill-capacitor")  # 3 steps of 0.2 Mvar at 21 kV
    assert (capacitor.q_nom_mvar, capacitor.p_nom_mw) == pytest.approx((0.6 * (20 / 21) ** 2, 0.03 * (20 / 21) ** 2))
    powers = {"Farm-Isle-HVDC-A": -0.8, "Farm-Isle-HVDC-B": 0.8 * 0.985 - 0.01, "Other-neighbour.2": 0}
    powers |= {"Third-neighbour": 0.25, "Works-CHP": 1.5, "Small-CHP": 0.4, "Lake-hydro": 0.5, "House-PV": 0.008}
    assert {g.id: g.p_mw for g in park.generators} == pytest.approx(powers)
    works = next(g for g in park.generators if g.id == "Works-CHP")
    assert (works.v_set_pu, works.p_min_mw, works.p_nom_mw, works.q_max_mvar) == (1.01, 0.5, 2.5, 1.5)
    battery = park.storages[0]
    assert (battery.p_nom_mw, battery.e_nom_mwh, battery.standing_loss_per_h) == pytest.approx((0.5, 1.2, 1e-4))
    assert battery.efficiency_charge * battery.efficiency_discharge == pytest.approx(0.9)
    assert (things["Mill"].longitude, things["Mill"].latitude) == (11.52, 53.61)
    assert (things["Gate-110"].substation, park.substations[0].name) == ("Gate-substation", "Gate substation")


def test_profiles_of_loads_wind_and_sun_become_series() -> None:
    park = read_simbench(TOWN).park
    series = {s.id: s for s in park.series}
    wind, works = park.wind_farms[0], next(x for x in park.loads if x.id == "Mill-works")
    assert (wind.p_nom_mw, wind.series, wind.power_factor) == (2.4, "WP1", pytest.approx(-2.4 / np.hypot(2.4, 0.3)))
    assert [(p.id, p.series) for p in park.pv_plants] == [("Farm-PV", "PV1"), ("Farm-street-PV", "PV1")]
    assert (works.series, works.load_mw, works.load_factor) == (
        "G3-A",
        3.1,
        pytest.approx(series["G3-A"].values.mean()),
    )
    assert series["WP1"].values.min() == 0  # -8.2e-6 in the file
    time = series["G3-A"].time
    assert (len(time), str(time[0]), str(time[-1])) == (
        196,
        "2016-10-28T22:00:00.000000000",
        "2016-10-30T22:45:00.000000000",
    )
    assert (np.diff(time) == np.timedelta64(15, "m")).all()  # over the hour that comes twice
    assert (park.facts.time_zone, str(park.stages[0].as_of)) == ("Europe/Berlin", "2016-12-31")


def test_what_a_park_cannot_carry_is_named() -> None:
    said = read_simbench(TOWN).left_out
    for sentence in (
        "6 auxiliary nodes are no buses: the switch there stands at the end of the branch",
        "loadingMax other than 100 % is left out (1): Hill-Lake (60 %)",
        "DC lines became two generators of fixed power (1): Farm-Isle-HVDC",
        "vector groups have no letters in SimBench: these are by their clock numbers (1): Street-transformer",
        "wards became a load, a shunt, and a source behind an impedance (2): Neighbour, Other-neighbour",
        "reactive profiles of loads are left out: reactive power goes with active power",
        "profiles of power plants are left out (1): Works-CHP",
        "wind farms and PV plants give what their hours say, and nothing in the snapshot (3): Hill-wind, Farm-PV, "
        "Farm-street-PV",
        "values just below 0 are 0 in profiles (1): RESProfile.WP1",
        "profiles of renewables that are neither wind nor sun, or not held, are left out (1): Lake-hydro",
        "the powers of storages are left out: they stand still in the snapshot (1): Farm-battery",
        "types of LineType that nothing uses are left out (1): Spare wire",
        "meters are left out: SimBench tells where they stand, not what they show (3): v at 1 places, p at 1 places, q "
        "at 1 places",
        "study cases are left out: the park holds the state that they are factors of (2): hL, lW",
        "results of a power flow are left out: holin flow reckons its own (1): 10 nodes",
        "profiles that nothing uses are left out: RESProfile (1): BM1",
        "StorageProfile is left out (1): Battery",
    ):
        assert sentence in said, sentence


@pytest.mark.parametrize(
    ("file", "row", "change", "said"),
    [
        ("Node.csv", 0, {"vaSetp": "30"}, "shifts all angles of their network alike (1): Gate 110 (30 degrees)"),
        ("Node.csv", 5, {"vmSetp": "1.01"}, "set at nodes (vmSetp) and nothing holds are left out (1): Lake"),
        ("Node.csv", 5, {"vmMin": "1.01"}, "are replaced by 0.9 to 1.1 (1): Lake (1.01 to 1.055)"),
        ("Transformer.csv", 0, {"autoTapSide": "HV"}, "automatic taps without a voltage set at their low-voltage node"),
        ("TransformerType.csv", 0, {"dVa": "3"}, "angles of taps (dVa) are left out (1): Gate-transformer"),
        ("TransformerType.csv", 0, {"vmImp": "120"}, "became their pi models at their taps (1): Gate-transformer"),
        ("LineType.csv", 0, {"b": "-2"}, "lines that no line of a park can be became equivalent branches (4)"),
        ("LineType.csv", 1, {"iMax": "NULL"}, "lines without a rated current got 99 kA, which nothing overloads (2)"),
        ("Storage.csv", 0, {"eStore": "0"}, "storages without energy became loads or generators of their power (1)"),
        ("RES.csv", 4, {"calc_type": "vavm"}, "only the first in each part of the network balances it"),
        ("Load.csv", 0, {"profile": "G9"}, "profiles of loads that the folder has not, or a park cannot hold"),
        ("RESProfile.csv", 9, {"WP1": "NULL"}, "profiles that no park holds"),
        ("Load.csv", 0, {"owner": "Miller"}, "Load.owner is no column of SimBench and is left out (1): Mill works"),
        ("RESProfile.csv", 9, {"time": "29.10.2016 07:07"}, "profiles whose times do not rise evenly are left out (1)"),
    ],
)  # fmt: skip
def test_what_is_changed_is_named(file: str, row: int, change: dict[str, str], said: str, folder: Path) -> None:
    changed(folder, file, change, row)
    imported = read_simbench(folder)
    assert said in "\n".join(imported.left_out)
    written_park = write_park(imported.park, folder.parent / "park")
    assert [str(f) for f in faults_of_park(written_park) if f.severity == "error"] == []


def test_angles_of_sources_that_differ_are_named(folder: Path) -> None:
    changed(folder, "ExternalNet.csv", {"calc_type": "vavm"}, 3)
    changed(folder, "Node.csv", {"vaSetp": "30"}, 5)
    said = read_simbench(folder).left_out
    assert "nodes of voltage sources without vmSetp got 1 p.u. (1): Third-neighbour" in said
    sentence = "angles of voltage sources (vaSetp) are all 0 here, though they differ: so do the flows between them"
    assert f"{sentence} (1): Lake (30 degrees)" in said


def test_files_that_are_no_table_are_named(folder: Path) -> None:
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    (folder / "Fuse.csv").write_text("id\n", encoding="utf-8")
    assert "files that are no table of SimBench are left out (2): Fuse.csv, notes.txt" in read_simbench(folder).left_out


def test_times_that_know_no_summer_time_are_utc(folder: Path) -> None:
    """30 October 2016, 02:00 stands once here: the quarters of an hour go on evenly as they are."""
    for file in folder.glob("*Profile.csv"):
        header, *lines = file.read_text(encoding="utf-8").splitlines()
        hours = pd.date_range("2016-10-29", periods=192, freq="15min")
        cells = zip(hours, lines, strict=False)
        made = [f"{t:%d.%m.%Y %H:%M};{line.partition(';')[2]}" for t, line in cells]
        file.write_text("\n".join([header, *made]) + "\n", encoding="utf-8")
    imported = read_simbench(folder)
    assert imported.park.facts.time_zone == "UTC"
    assert str(imported.park.series[0].time[0]) == "2016-10-29T00:00:00.000000000"
    assert "times of profiles are taken as UTC, for they do not fit German local time" in imported.left_out


def test_an_auxiliary_node_that_is_more_than_an_end_is_a_bus(folder: Path) -> None:
    changed(folder, "Load.csv", {"node": "Lake_1"})
    imported = read_simbench(folder)
    assert "5 auxiliary nodes are no buses: the switch there stands at the end of the branch" in imported.left_out
    assert {"Lake_1"} < {b.id for b in imported.park.buses}
    ring = next(s for s in imported.park.switches if s.id == "Ring-point")
    assert (ring.bus, ring.element) == ("Lake_1", "Lake")


@pytest.mark.parametrize(
    ("file", "change", "fault"),
    [
        ("Line.csv", {"nodeB": "Nowhere"}, "Line.csv:2 nodeB = 'Nowhere': there is no such node"),
        ("Line.csv", {"type": "gold"}, "Line.csv:2 type = 'gold': there is no such type of LineType.csv"),
        ("Line.csv", {"length": "0"}, "Line.csv:2 length = '0': outside its bounds"),
        ("Line.csv", {"nodeB": "House 1"}, "Line.csv:2 nodeB = 'House 1': joins 20 and 0.4 kV"),
        ("LineType.csv", {"r": "0", "x": "0"}, "LineType.csv:2 x = '0': no impedance"),
        ("LineType.csv", {"x": "many"}, "LineType.csv:2 x = 'many': not a number"),
        ("Transformer.csv", {"type": "NULL"}, "Transformer.csv:2 type: a value is missing"),
        ("Transformer.csv", {"tappos": "1.5"}, "Transformer.csv:2 tappos = '1.5': not a whole number"),
        ("Transformer.csv", {"tappos": "-70"}, "Transformer.csv:2 tappos = '-70': no ratio is left"),
        ("TransformerType.csv", {"sR": "-25"}, "TransformerType.csv:2 sR = '-25': outside its bounds"),
        ("TransformerType.csv", {"tapside": "up"}, "TransformerType.csv:2 tapside = 'up': there is no such side"),
        ("TransformerType.csv", {"tapMin": "12"}, "TransformerType.csv:2 tapMin = '12': above tapMax = 9"),
        ("Node.csv", {"vmR": "0"}, "Node.csv:2 vmR = '0': outside its bounds"),
        ("Node.csv", {"vmSetp": "2"}, "ExternalNet.csv:2 node = 'Gate 110': its node has vmSetp = 2"),
        ("Node.csv", {"id": "Mill"}, "Node.csv:5 id = 'Mill': the id stands twice"),
        ("Node.csv", {"coordID": "moon"}, "Node.csv:2 coordID = 'moon': there is no such place"),
        ("Switch.csv", {"cond": "2"}, "Switch.csv:2 cond = '2': neither 0 nor 1"),
        ("ExternalNet.csv", {"calc_type": "dc"}, "ExternalNet.csv:2 calc_type = 'dc': there is no such calc_type"),
        ("PowerPlant.csv", {"pMin": "3"}, "PowerPlant.csv:2 pMin = '3': above pMax = 2.5"),
        ("PowerPlant.csv", {"calc_type": "Ward"}, "PowerPlant.csv:2 calc_type = 'Ward': a power plant is no ward"),
        ("Load.csv", {"pLoad": "1e999"}, "Load.csv:2 pLoad = '1e999': not a finite number"),
        ("RESProfile.csv", {"PV1": "much"}, "RESProfile.csv:2 PV1 = 'much': not a finite number"),
        ("Storage.csv", {"etaStore": "0"}, "Storage.csv:2 etaStore = '0': outside its bounds"),
        ("DCLineType.csv", {"qMinA": "2", "qMaxA": "1"}, "DCLineType.csv:2 qMinA = '2': above qMaxA = 1"),
    ],
)
def test_a_fault_has_its_file_line_and_column(file: str, change: dict[str, str], fault: str, folder: Path) -> None:
    changed(folder, file, change)
    with pytest.raises(BadInput) as caught:
        read_simbench(folder)
    assert any(fault in str(f) for f in caught.value.faults), str(caught.value)
    assert all(f.right for f in caught.value.faults)


def test_all_faults_at_once(folder: Path) -> None:
    changed(folder, "Line.csv", {"length": "-1"})
    changed(folder, "Load.csv", {"pLoad": "x"})
    changed(folder, "Shunt.csv", {"node": "Nowhere"})
    changed(folder, "LoadProfile.csv", {"H0-A_pload": "some"}, 7)
    text = (folder / "RESProfile.csv").read_text(encoding="utf-8")
    (folder / "RESProfile.csv").write_text(text.replace("time", "hour", 1), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        bring("simbench", folder, folder.parent / "park")
    assert {(f.file, f.field) for f in caught.value.faults} == {
        ("Line.csv", "length"), ("Load.csv", "pLoad"), ("Shunt.csv", "node"),
        ("LoadProfile.csv", "H0-A_pload"), ("RESProfile.csv", None),
    }  # fmt: skip
    assert not (folder.parent / "park").exists()


def test_faults_of_the_park_that_it_would_make_say_so(folder: Path) -> None:
    """A capacitor of a million Mvar is a number, but none of a park."""
    changed(folder, "Shunt.csv", {"q0": "-1e7"})
    with pytest.raises(BadInput) as caught:
        bring("simbench", folder, folder.parent / "park")
    assert "town as a park: shunt.csv:4 q_nom_mvar" in str(caught.value)
    assert "cannot be: no park has" in str(caught.value)
    assert not (folder.parent / "park").exists()


def test_what_is_no_folder_of_simbench_is_refused(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "file.csv").write_text("id\n", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    for path, said in (
        (tmp_path / "none", "there is no such folder"),
        (tmp_path / "file.csv", "is not a folder"),
        (tmp_path / "empty", "there is no Node.csv"),
    ):
        with pytest.raises(BadInput, match=said):
            read_simbench(path)
    (folder / "Node.csv").write_text("id;type;vmR\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"Node.csv: there is no node"):
        read_simbench(folder)
    shutil.copy(TOWN / "Node.csv", folder / "Node.csv")
    with (folder / "LoadProfile.csv").open("a", encoding="utf-8") as stream:
        stream.write("31.10.2016 00:00;1.0\n")
    with pytest.raises(BadInput, match=r"LoadProfile.csv:198: 2 cells; as many as the header: 7"):
        read_simbench(folder)
