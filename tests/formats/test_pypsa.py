"""PyPSA's networks, held against PyPSA: its own as it solved them, and parks as it solves them.

`golden/pypsa` holds networks that PyPSA 1.4 wrote, and in `solutions.json` what it solved one of them to
(`benchmarks/peers/pypsa_flow.py --examples`); `golden/pypsa_parks.json` is what the same program prints for the
networks of `random_park(0 .. 5)`, every second one a netCDF file. The slow test asks it again.
"""

import csv
import dataclasses
import json
import math
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from formats_netcdf_worker import damaged
from formats_parks import random_park, solution, voltages
from formats_peers import GOLDEN, asked, assert_agree, printed, written

from holin.errors import BadInput
from holin.flow import flow, snapshot
from holin.formats import read_pypsa, write_pypsa
from holin.formats.pypsa import netcdf
from holin.park import Park, Storage, values_at
from holin.parkfile import faults_of_park, read_park, write_park

SEEDS = range(6)
FOLDER = GOLDEN / "pypsa"


def path_of(seed: int, folder: Path) -> Path:
    return folder / (f"{seed}.nc" if seed % 2 else f"{seed}")


# ---- agreement --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["meshed", "meshed.nc"])
def test_a_network_of_pypsa_has_its_solution(name: str, tmp_path: Path) -> None:
    """Line and transformer types, T and pi models, taps at either side, a phase shift of 150 degrees, PV control."""
    imported = read_pypsa(FOLDER / name)
    theirs = json.loads((FOLDER / "solutions.json").read_text())["meshed"]
    ids = {bus.name or bus.id: bus.id for bus in imported.park.buses}
    assert_agree(imported.park, {ids[b]: v for b, v in theirs.items()}, 1e-8)
    folder = write_park(imported.park, tmp_path / "park")
    assert [str(f) for f in faults_of_park(folder) if f.severity == "error"] == []
    assert read_park(folder) == imported.park


@pytest.mark.parametrize("seed", SEEDS)
def test_the_network_of_a_park_has_the_parks_flow_in_pypsa(seed: int) -> None:
    park = random_park(seed)
    theirs = {b: v for b, v in printed("pypsa_parks")[seed].items() if b != "t3.star"}
    ours = voltages(solution(park))
    for bus, v in theirs.items():
        assert v is not None
        assert ours[bus] == pytest.approx(v[0] * np.exp(1j * np.radians(v[1])), abs=1e-6), bus


@pytest.mark.slow
def test_pypsa_still_says_so(tmp_path: Path) -> None:
    parks = [random_park(seed) for seed in SEEDS]
    grid = dataclasses.replace(parks[0].grids[0], behind_impedance=True, sk_max_mva=900.0, rx_ratio=0.2)
    parks.append(dataclasses.replace(parks[0], grids=(grid,)))
    paths = [path_of(k, tmp_path) for k in range(len(parks))]
    for park, path in zip(parks, paths, strict=True):
        written("pypsa", park, path)
    for park, answer in zip(parks, asked("pypsa_flow.py", *paths), strict=True):
        ours = voltages(solution(park))
        for bus in answer.keys() & ours.keys():
            v = answer[bus]
            assert ours[bus] == pytest.approx(v[0] * np.exp(1j * np.radians(v[1])), abs=1e-6), bus


# ---- there and back ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_a_park_comes_back_with_the_same_flow(seed: int, tmp_path: Path) -> None:
    park = random_park(seed)
    written("pypsa", park, path_of(seed, tmp_path))
    again = read_pypsa(path_of(seed, tmp_path)).park
    ours, theirs = voltages(solution(park)), voltages(solution(again))
    assert len(theirs.keys() & ours.keys()) == len(ours) - 1  # H0b is one with H0
    for bus in theirs.keys() & ours.keys():
        assert theirs[bus] == pytest.approx(ours[bus], abs=1e-9), bus
    lines = {x.id: x for x in park.lines}
    for line in again.lines:
        if line.id in lines:
            assert line.length_km == lines[line.id].length_km
            assert line.x_ohm_per_km == pytest.approx(lines[line.id].x_ohm_per_km, rel=1e-12)
            assert line.i_nom_ka == pytest.approx(lines[line.id].i_nom_ka, rel=1e-12)


def test_what_it_leaves_out_is_named(tmp_path: Path) -> None:
    park = random_park(2)
    storage = Storage(id="bess", bus="H1", p_nom_mw=10, e_nom_mwh=20, efficiency_charge=0.9, soc_min=0.1)
    zip_load = dataclasses.replace(park.loads[0], z_share=0.5)
    gen = dataclasses.replace(park.generators[0], q_min_mvar=-10.0)
    park = dataclasses.replace(
        park, storages=(storage,), loads=(zip_load, *park.loads[1:]), generators=(gen, park.generators[1])
    )
    said = "\n".join(write_pypsa(park, tmp_path / "network"))
    for sentence in (
        "units stand at 0 MW, for no state was given and a park holds none of them (1): bess",
        "PyPSA has no reactive limits: those of sources are left out (1): gen",
        "loads take a constant power (1): load-H1",
        "storage: soc_min left out (1): bess",
        "buses that closed switches join are one bus (1): H0 + H0b is H0",
    ):
        assert sentence in said
    again = read_pypsa(tmp_path / "network").park.storages[0]
    assert (again.p_nom_mw, again.e_nom_mwh, again.efficiency_charge) == (10, 20, 0.9)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "network").mkdir()
    with pytest.raises(BadInput, match="exists already"):
        write_pypsa(random_park(1), tmp_path / "network")
    assert list((tmp_path / "network").iterdir()) == []


# ---- reading ----------------------------------------------------------------------------------------------------


def changed(folder: Path, file: str, change: dict[str, str], row: int = 0) -> None:
    """Change cells of one row of a table."""
    with (folder / file).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = list(dict.fromkeys([*rows[0], *change]))
    rows[row] |= change
    with (folder / file).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, restval="")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER / "meshed", tmp_path / "meshed"))


def test_hours_of_wind_sun_and_loads_become_series() -> None:
    imported = read_pypsa(FOLDER / "planned")
    park = imported.park
    assert (park.facts.currency, park.stages[0].as_of.isoformat()) == ("EUR", "2025-12-31")
    assert [(w.id, w.p_nom_mw) for w in park.wind_farms] == [("wind", 50)]
    assert [(p.id, p.p_nom_mw) for p in park.pv_plants] == [("solar", 30)]
    gas = park.generators[0]
    assert (gas.id, gas.balances, gas.p_nom_mw, gas.cost_c1, gas.cost_c2) == ("gas", True, 100, 60, 0.01)
    series = {s.id: s for s in park.series}
    hour = np.arange(24)
    wind = values_at(series[park.wind_farms[0].series or ""], series["wind-series"].time)
    assert wind == pytest.approx(0.3 + 0.2 * np.cos(hour))
    city = park.loads[0]
    load = 30 + 10 * np.sin(hour / 4)
    assert city.load_mw == pytest.approx(load.max())
    assert series[city.series or ""].values * city.load_mw == pytest.approx(load)
    assert imported.left_out == (
        "buses that are not of AC are left out (1): heat (heat)",
        "links without a fixed power between two AC buses are left out (1): pump",
        "generators that nobody made Slack balance their part of the network, as in PyPSA (1): gas",
        "links.p_nom is left out (1): pump",
        "components are left out (1): stores (1)",
    )


def test_what_wind_costs_comes_along(tmp_path: Path) -> None:
    planned = Path(shutil.copytree(FOLDER / "planned", tmp_path / "planned"))
    text = (planned / "generators.csv").read_text(encoding="utf-8")
    changed = text.replace("wind,A,50.0,onwind,0.0", "wind,A,50.0,onwind,2.5").replace("solar,0.0", "solar,-1.0")
    (planned / "generators.csv").write_text(changed, encoding="utf-8")
    imported = read_pypsa(planned)
    (cost,) = imported.park.costs
    assert (cost.id, cost.marginal_cost_per_mwh) == ("wind-cost", 2.5)
    assert (imported.park.wind_farms[0].cost, imported.park.pv_plants[0].cost) == ("wind-cost", None)
    assert "marginal costs of wind and sun below 0 are left out (1): solar" in imported.left_out


def test_components_by_hand(folder: Path) -> None:
    park = read_pypsa(folder).park
    line = next(x for x in park.lines if x.id == "NS")
    assert (line.length_km, line.x_ohm_per_km, line.r_ohm_per_km) == pytest.approx((40, 0.3, 0.03))
    assert line.i_nom_ka == pytest.approx(1500 / math.sqrt(3) / 380)
    assert line.tan_delta == pytest.approx(1e-6 / 2e-4)
    se = next(b for b in park.equivalent_branches if b.id == "SE")  # its tap is at bus1, which comes first here
    assert (se.bus_from, se.bus_to, se.ratio, se.x_pu) == ("East-110", "South", 0.99, pytest.approx(0.12 / 300))
    plant = next(g for g in park.generators if g.id == "plant")
    assert (plant.v_set_pu, plant.p_mw, plant.p_min_mw, plant.emission_t_per_mwh) == (1.01, 210, 120, 0.4)
    assert [s.element for s in park.switches] == ["off", "off"]
    assert [(s.q_nom_mvar, s.p_nom_mw) for s in park.shunts] == [pytest.approx((24.2, 0.121))]
    assert (park.buses[0].latitude, park.buses[0].longitude) == (51, 11)
    assert [b.name for b in park.buses] == ["", "", "West 110", "East 110", ""]


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        ("generators.csv", {"p_nom_extendable": "True", "p_nom_opt": "500"}, "extendable elements have the size"),
        ("generators.csv", {"ramp_limit_up": "0.2"}, "generators.ramp_limit_up is left out (1): plant"),
        ("generators.csv", {"active": "False"}, "components that are not active are left out: generators (1): plant"),
        ("lines.csv", {"s_max_pu": "0.7"}, "lines.s_max_pu is left out (1): NS"),
        ("lines.csv", {"r": "-1"}, "lines that no line of a park can be became equivalent branches (1): NS"),
        ("loads.csv", {"carrier": "metal"}, "loads.carrier is left out (1): town"),
        ("buses.csv", {"v_mag_pu_min": "1.02", "v_mag_pu_max": "1.1"}, "are replaced by 0.9 to 1.1 (1): North"),
        ("snapshots.csv", {"snapshot": "2025-03-01 00:30"}, "of all series the first snapshot stands"),
    ],
)
def test_what_a_park_cannot_carry_is_named(file: str, change: dict[str, str], said: str, folder: Path) -> None:
    changed(folder, file, change)
    assert said in "\n".join(read_pypsa(folder).left_out)


def test_a_link_of_fixed_power_is_two_generators(folder: Path) -> None:
    (folder / "links.csv").write_text("name,bus0,bus1,p_set,efficiency\nhvdc,North,Town,4,0.95\n", encoding="utf-8")
    imported = read_pypsa(folder)
    powers = {g.id: g.p_mw for g in imported.park.generators if g.id.startswith("hvdc")}
    assert powers == pytest.approx({"hvdc-from": -4, "hvdc-to": 3.8})
    assert "links became two generators of fixed power (1): hvdc" in imported.left_out


def test_a_series_that_no_park_can_hold_is_its_first_snapshot(folder: Path) -> None:
    text = (folder / "loads-p_set.csv").read_text(encoding="utf-8").replace("40.0", "-40.0")
    (folder / "loads-p_set.csv").write_text(text, encoding="utf-8")
    imported = read_pypsa(folder)
    works = next(x for x in imported.park.loads if x.id == "works")
    assert (works.load_mw, works.series) == (61, None)
    assert "of series only the first snapshot stands: loads.p_set (1): works" in imported.left_out


@pytest.mark.parametrize(
    ("file", "change", "fault"),
    [
        ("lines.csv", {"bus1": "Nowhere"}, "lines.csv:2 bus1 = 'Nowhere': there is no such bus"),
        ("lines.csv", {"x": "0", "r": "0"}, "lines.csv:2 x = '0': no impedance"),
        ("lines.csv", {"x": "many"}, "lines.csv:2 x = 'many': not a number"),
        ("lines.csv", {"bus0": "NaN"}, "lines.csv:2 bus0: a value is missing"),
        ("transformers.csv", {"s_nom": "nan"}, "transformers.csv:2 s_nom: a value is missing"),
        ("lines.csv", {"type": "gold"}, "lines.csv:2 type = 'gold': there is no such type"),
        ("transformers.csv", {"s_nom": "0"}, "transformers.csv:2 s_nom = '0': outside its bounds"),
        ("transformers.csv", {"model": "gamma"}, "transformers.csv:2 model = 'gamma': no model of a transformer"),
        ("transformers.csv", {"tap_side": "3"}, "transformers.csv:2 tap_side = '3': neither 0 nor 1"),
        ("generators.csv", {"control": "Hold"}, "generators.csv:2 control = 'Hold': there is no such control"),
        ("generators.csv", {"p_nom": "-5"}, "generators.csv:2 p_nom = '-5': outside its bounds"),
        ("buses.csv", {"v_nom": "0"}, "buses.csv:2 v_nom = '0': outside its bounds"),
        ("buses.csv", {"v_mag_pu_set": "2"}, "v_mag_pu_set = 2"),
        ("buses.csv", {"name": "South"}, "buses.csv:3 name = 'South': the name stands twice"),
        ("loads.csv", {"p_set": "1e999"}, "loads.csv:2 p_set"),
    ],
)
def test_a_fault_has_its_file_line_and_column(file: str, change: dict[str, str], fault: str, folder: Path) -> None:
    changed(folder, file, change)
    with pytest.raises(BadInput) as caught:
        read_pypsa(folder)
    assert any(fault in str(f) for f in caught.value.faults), str(caught.value)


def test_what_is_no_network_is_refused(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "net.txt").write_text("x", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    for path, said in (
        (tmp_path / "none", "no such file or folder"),
        (tmp_path / "net.txt", "neither a folder nor a netCDF file"),
        (tmp_path / "empty", "there is no buses.csv"),
    ):
        with pytest.raises(BadInput, match=said):
            read_pypsa(path)
    with (folder / "loads-p_set.csv").open("a", encoding="utf-8") as stream:
        stream.write("4,1.0\n")
    with pytest.raises(BadInput, match=r"loads-p_set.csv: 5 rows; one row for each of the 4 snapshots"):
        read_pypsa(folder)


# ---- damaged netCDF files ---------------------------------------------------------------------------------------


def verdicts_of(seeds: range) -> list[str]:
    """Read damaged files in processes that may die; a death is a verdict too."""
    verdicts: list[str] = []
    worker = Path(__file__).parent / "formats_netcdf_worker.py"
    first = seeds.start
    while first < seeds.stop:
        command = [sys.executable, str(worker), str(FOLDER / "meshed.nc"), str(first), str(seeds.stop)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=570)
        lines = [line.split() for line in done.stdout.splitlines()]
        assert lines, done.stderr
        verdicts += [words[1] if len(words) > 1 else "died" for words in lines]
        first = int(lines[-1][0]) + 1
        if first < seeds.stop:
            assert done.returncode < 0, done.stderr  # a signal of the system, not an error of ours
    return verdicts


def test_damaged_netcdf_files() -> None:
    """Fewer than of the other formats, for each takes long to open; the soak has its 10,000."""
    verdicts = verdicts_of(range(100))
    assert len(verdicts) == 100
    assert set(verdicts) <= {"whole", "refused", "died"}
    assert verdicts.count("refused") > 40


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_ten_thousand_damaged_netcdf_files(block: int) -> None:
    assert len(verdicts_of(range(1000 + 500 * block, 1500 + 500 * block))) == 500


@pytest.mark.parametrize("seed", [0, 3, 29])
def test_a_damaged_file_is_refused_even_if_its_reader_dies(seed: int, tmp_path: Path) -> None:
    """Of seed 29 the C library dies (netCDF 4.9.3)."""
    (tmp_path / "network.nc").write_bytes(damaged((FOLDER / "meshed.nc").read_bytes(), seed))
    start = time.process_time()
    try:
        park = read_pypsa(tmp_path / "network.nc").park
        assert isinstance(park, Park) and park.buses
    except BadInput as error:
        assert "network.nc" in str(error)
    assert time.process_time() - start < 1.0


def test_a_file_that_holds_its_reader_up_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system ends the reader by what it uses of the processor, not by the clock of a busy machine."""
    endless = tmp_path / "endless.py"
    room = Path(netcdf.READER).parent
    endless.write_text(
        f"import sys\nsys.path.insert(0, {str(room)!r})\nfrom netcdf_reader import limit_processor\n"
        "limit_processor(float(sys.argv[3]))\nwhile True:\n    pass\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(netcdf, "READER", endless)
    monkeypatch.setattr(netcdf, "PROCESSOR_S", 0.5)
    with pytest.raises(BadInput, match="cannot be read in reasonable time"):
        read_pypsa(FOLDER / "meshed.nc")


def test_the_flow_of_all_hours(tmp_path: Path) -> None:
    park = read_pypsa(FOLDER / "planned").park
    table: Any = flow(park, snapshot(park))
    assert float(table["converged"][0]) == 1
