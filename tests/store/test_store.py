"""A run written and read back; damage is found and named; half a run never stands under its name."""

import dataclasses
import json
import math
from datetime import date
from enum import StrEnum
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xarray as xr
from hand_tables import coal, flows_of, grid, park_of, schedule_of, tank
from hypothesis import given
from hypothesis import strategies as st

from holin.carbon import carbon
from holin.errors import BadInput, Mismatch
from holin.store import (
    hashes_of,
    open_table,
    peak_memory_mb,
    people_tables,
    read_people,
    read_run,
    sha256_of,
    span_of,
    table_outline,
    write_run,
)
from holin.store import writing as writing_file
from holin.store.manifest import plain, seal_of
from holin.store.netcdf import QUANTUM, rounded
from holin.trace import trace

COUNT = 48


@pytest.fixture(scope="module")
def tables():
    """Two days with wind, coal, a grid that takes and gives, a tank, a potline and a load behind a line."""
    clock = np.arange(COUNT) % 24
    random = np.random.default_rng(1)
    charge, out = np.where(clock < 4, 12.5, 0.0), np.where((clock > 17) & (clock < 22), 8.0, 0.0)
    soc = np.cumsum(0.8 * charge - out / 0.8) + 5.0
    wind, burnt, load = random.uniform(0, 60, COUNT), random.uniform(40, 90, COUNT), random.uniform(20, 90, COUNT)
    into = load + 0.001 * load**2
    units = {
        "wind-1": ("a", wind),
        "coal-1": ("a", burnt),
        "tank-1": ("a", out - charge),
        "grid": ("a", into + 30 - wind - burnt - out + charge),
        "pots-1": ("a", np.full(COUNT, -30.0)),
        "load-1": ("b", -load),
    }
    flows = flows_of(units, {"line": ("a", "b", into, -load)})
    schedule = schedule_of(COUNT, {"tank-1": (charge, out, soc)}, gross_mw={"coal-1": burnt})
    schedule = schedule.assign_coords(unit=flows["unit"].values)
    schedule["available_mw"] = (("time", "unit"), np.full((COUNT, 6), np.nan))
    schedule["available_mw"][:, 0] = wind + 1.0
    park = park_of(coal("coal-1", points="0.4:11;1:10"), grid(), tank("tank-1", efficiency=0.8))
    traced = trace(park, schedule, flows)
    return {
        "schedule": schedule,
        "flows": flows,
        "trace": traced,
        "carbon": carbon(park, schedule, flows, traced),
    }


@pytest.fixture
def park_folder(tmp_path):
    folder = tmp_path / "source" / "park"
    (folder / "series").mkdir(parents=True)
    (folder / "park.toml").write_text('id = "case"\n', encoding="utf-8")
    (folder / "series" / "mix.csv").write_text("time,mix\n", encoding="utf-8")
    (folder / ".hidden").write_text("not the park's", encoding="utf-8")
    return folder


SUMMARY = {
    "park": "case",
    "stage": "2025",
    "green_share": {"physical": 0.5},
    "solver": "HiGHS",
    "counts": {"x": "physical"},
}


def written(tmp_path, park_folder, tables, **more):
    arguments = {"park_folder": park_folder, "tables": tables, "summary": SUMMARY, "manifest": {"seed": 7}}
    return write_run(tmp_path / "runs" / "first", **arguments | more)


def test_round_trip(tmp_path, park_folder, tables):
    folder = written(tmp_path, park_folder, tables)
    assert sorted(p.name for p in folder.iterdir()) == ["manifest.json", "park", "people", "summary.json", "tables.nc"]
    run = read_run(folder)
    assert list(run.tables) == list(tables) and len(run.tables) == 4
    assert run.summary == SUMMARY
    for name, table in tables.items():
        back = run.tables[name]
        xr.testing.assert_allclose(back, table, rtol=1e-7, atol=QUANTUM / 2)
        assert back["time"].values[0] == table["time"].values[0]
        assert {c: back[c].attrs for c in back.data_vars} == {c: table[c].attrs for c in table.data_vars}
    assert run.tables["trace"]["green"].dtype == bool
    assert (run.park_folder / "series" / "mix.csv").read_text(encoding="utf-8") == "time,mix\n"
    assert not (run.park_folder / ".hidden").exists()
    run.tables.close()


def test_balances_still_hold_after_reading(tmp_path, park_folder, tables):
    run = read_run(written(tmp_path, park_folder, tables))
    back, flows = run.tables["trace"], tables["flows"]
    used = back["energy_mwh"].sum("source").sel(sink=["load-1", "pots-1"])
    np.testing.assert_allclose(used, -flows["p_mw"].sel(unit=["load-1", "pots-1"]), atol=1e-6)
    gross = (back["energy_mwh"] + back["loss_mwh"]).sum("sink") - back["discharge_mwh"].sum("storage")
    np.testing.assert_allclose(gross.sel(source="coal-1"), flows["p_mw"].sel(unit="coal-1"), atol=1e-6)


def test_run_can_be_traced_again_from_disk(tmp_path, park_folder, tables):
    run = read_run(written(tmp_path, park_folder, tables))
    park = park_of(coal("coal-1", points="0.4:11;1:10"), grid(), tank("tank-1", efficiency=0.8))
    again = trace(park, run.tables["schedule"], run.tables["flows"])
    np.testing.assert_allclose(again["energy_mwh"], tables["trace"]["energy_mwh"], atol=1e-6)


def test_manifest_says_what_the_run_was_made_from(tmp_path, park_folder, tables):
    weather = tmp_path / "weather.csv"
    weather.write_text("time\n", encoding="utf-8")
    inputs = {"weather.csv": sha256_of(weather)}
    run = read_run(written(tmp_path, park_folder, tables, manifest={"seed": 7, "inputs": inputs}))
    made = run.manifest
    assert made["inputs"] == {
        "park/park.toml": sha256_of(park_folder / "park.toml"),
        "park/series/mix.csv": sha256_of(park_folder / "series" / "mix.csv"),
        **inputs,
    }
    assert (made["seed"], made["solver"], made["counts"]) == (7, "HiGHS", SUMMARY["counts"])
    assert made["made"].endswith("+00:00")
    assert set(made["files"]) == set(hashes_of(run.folder)) - {"manifest.json"}
    assert str(tmp_path) not in json.dumps(made)


def test_sha256_of_the_standard(tmp_path):
    # FIPS 180-2, appendix B.1: the message "abc".
    (tmp_path / "abc").write_bytes(b"abc")
    assert sha256_of(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    "name", ["tables.nc", "summary.json", "people/hours.parquet", "park/park.toml", "manifest.json"]
)
def test_one_flipped_bit_is_found_and_named(tmp_path, park_folder, tables, name):
    folder = written(tmp_path, park_folder, tables)
    file = folder / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x10
    file.write_bytes(content)
    with pytest.raises(BadInput, match="damaged") as refused:
        read_run(folder)
    assert [f.file for f in refused.value.faults] == [str(file)]
    assert "make the run again" in str(refused.value)


def test_all_faults_at_once(tmp_path, park_folder, tables):
    folder = written(tmp_path, park_folder, tables)
    (folder / "people" / "hours.parquet").unlink()
    with (folder / "summary.json").open("a", encoding="utf-8") as file:
        file.write(" ")
    with pytest.raises(BadInput) as refused:
        read_run(folder, verify=False)
    assert sorted(f.problem.partition(":")[0] for f in refused.value.faults) == ["is damaged", "is missing"]


def test_what_is_no_run_is_said_so(tmp_path, park_folder, tables):
    with pytest.raises(BadInput, match="no such run folder"):
        read_run(tmp_path / "none")
    with pytest.raises(BadInput, match="no whole run"):
        read_run(park_folder)
    folder = written(tmp_path, park_folder, tables)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    changed = manifest | {"format": 99}
    (folder / "manifest.json").write_text(json.dumps(changed | {"seal": seal_of(changed)}), encoding="utf-8")
    with pytest.raises(BadInput, match="format 99, not 1; read it with Holin"):
        read_run(folder)


def test_later_files_are_no_fault(tmp_path, park_folder, tables):
    folder = written(tmp_path, park_folder, tables)
    (folder / "report.html").write_text("<html>", encoding="utf-8")
    assert read_run(folder).summary == SUMMARY


def test_a_run_is_never_overwritten(tmp_path, park_folder, tables):
    folder = written(tmp_path, park_folder, tables)
    before = hashes_of(folder)
    with pytest.raises(BadInput, match="something stands there already; choose another name"):
        written(tmp_path, park_folder, tables)
    assert hashes_of(folder) == before


@pytest.mark.parametrize("step", ["write_tables", "people_tables", "json_text", "manifest_of", "_sync"])
def test_a_failure_leaves_nothing_behind(tmp_path, park_folder, tables, monkeypatch, step):
    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing_file, step, fail)
    with pytest.raises(OSError, match="No space"):
        written(tmp_path, park_folder, tables)
    assert list((tmp_path / "runs").iterdir()) == []


def test_killed_half_way_never_stands_under_its_name(tmp_path, park_folder, tables, monkeypatch):
    # A kill runs no clean-up: what is left has another name, and is no run for whoever tries to read it.
    monkeypatch.setattr(writing_file.shutil, "rmtree", lambda *_, **__: None)
    monkeypatch.setattr(writing_file, "manifest_of", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        written(tmp_path, park_folder, tables)
    (left,) = (tmp_path / "runs").iterdir()
    assert left.name.startswith(".first.") and left.name.endswith(".partial")
    with pytest.raises(BadInput, match="no whole run"):
        read_run(left)


def test_missing_park_is_refused(tmp_path, tables):
    with pytest.raises(BadInput, match="no such park folder"):
        written(tmp_path, tmp_path / "nowhere", tables)


def test_people_tables_by_hand(tables):
    people = people_tables(tables, time_zone="Asia/Shanghai")
    hours, sources, enterprises = (people[n].frame for n in ("hours", "sources", "enterprises"))
    flows, traced = tables["flows"], tables["trace"]
    line = hours.iloc[0]
    load = -float(flows["p_mw"].sel(unit="load-1")[0])
    assert line["load_mwh"] == pytest.approx(load + 30)
    assert line["charge_mwh"] == 12.5
    assert line["network_loss_mwh"] == pytest.approx(0.001 * load**2)
    fed = hours[["wind_mwh", "solar_mwh", "coal_mwh", "import_mwh", "discharge_mwh"]].sum(axis=1)
    drawn = hours[["export_mwh", "charge_mwh", "load_mwh", "network_loss_mwh"]].sum(axis=1)
    np.testing.assert_allclose(fed, drawn)
    wind = sources.query("source == 'wind-1'").iloc[0]
    assert wind["curtailed_mwh"] == pytest.approx(COUNT)
    assert np.isnan(sources.query("source == 'coal-1'").iloc[0]["available_mwh"])
    works = enterprises.iloc[0]
    green = traced["energy_mwh"].sel(source="wind-1", sink=["load-1", "pots-1"]).sum()
    assert works["enterprise"] == "works"
    assert works["green_share"] == pytest.approx(float(green) / hours["load_mwh"].sum())


def test_months_are_local():
    # 2025-01-31 16:00 UTC is midnight of the first of February in Shanghai.
    flows = flows_of({"grid": ("a", [1.0] * 3), "load-1": ("a", [-1.0] * 3)}, {})
    flows = flows.assign_coords(time=np.datetime64("2025-01-31T14", "ns") + np.arange(3) * np.timedelta64(1, "h"))
    sources = people_tables({"flows": flows}, time_zone="Asia/Shanghai")["sources"].frame
    assert sources["month"].tolist() == ["2025-01", "2025-02"]
    assert sources["energy_mwh"].tolist() == [2.0, 1.0]


def test_parquet_says_units_and_meanings(tmp_path, park_folder, tables):
    folder = written(tmp_path, park_folder, tables)
    schema = pq.read_schema(folder / "people" / "enterprises.parquet")
    assert schema.field("traced_t").metadata[b"unit"] == b"t"
    assert b"physical" in schema.field("green_share").metadata[b"meaning"]
    frame = pd.read_parquet(folder / "people" / "hours.parquet")
    assert str(frame["time"].dt.tz) == "UTC"


def test_tables_without_storage_and_undeclared_tables(tmp_path, park_folder):
    flows = flows_of({"grid": ("a", [5.0]), "load-1": ("a", [-5.0])}, {})
    traced = trace(park_of(grid()), schedule_of(1), flows)
    own = xr.Dataset({"third": ("time", [1 / 3])}, coords={"time": flows["time"]})
    run = read_run(written(tmp_path, park_folder, {"trace": traced, "own": own}))
    assert run.tables["trace"].sizes["storage"] == 0
    # What no schema declares is kept bit by bit.
    assert run.tables["own"]["third"].values[0] == 1 / 3
    with pytest.raises(KeyError, match="it has trace, own"):
        run.tables["flows"]


@given(st.floats(-1e6, 1e6))
def test_rounding_is_small_and_idempotent(value):
    once = rounded(np.array([value]))
    assert abs(once[0] - value) <= QUANTUM / 2
    assert rounded(once)[0] == once[0]


def test_plain_values_of_a_summary():
    class Colour(StrEnum):
        RED = "red"

    @dataclasses.dataclass
    class Point:
        x: float

    value = {
        "nan": float("nan"),
        "number": np.float64(1.5),
        "whole": np.int64(3),
        "yes": np.bool_(True),
        "list": np.array([1.0, np.inf]),
        "day": date(2025, 12, 31),
        "enum": Colour.RED,
        "file": Path("some") / "where.csv",
        "thing": Point(x=2.0),
    }
    assert plain(value) == {
        "nan": None,
        "number": 1.5,
        "whole": 3,
        "yes": True,
        "list": [1.0, None],
        "day": "2025-12-31",
        "enum": "red",
        "file": "where.csv",
        "thing": {"x": 2.0},
    }
    assert json.dumps(plain({"export": -0.0, "p_mw": np.array([-0.0, -1.0])})) == '{"export": 0.0, "p_mw": [0.0, -1.0]}'
    with pytest.raises(TypeError, match="no plain form"):
        plain(object())


def test_peak_memory_is_plausible():
    assert 20 < peak_memory_mb() < 1e6 or math.isnan(peak_memory_mb())


# ---- the hours of a run ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step_s", [3600, 900])
def test_the_span_of_a_run_is_that_of_its_schedule(tables, tmp_path, step_s):
    time = np.datetime64("2024-12-31T16:00", "ns") + np.arange(COUNT) * np.timedelta64(step_s, "s")
    moved = {name: table.assign_coords(time=time) for name, table in tables.items()}
    (tmp_path / "park").mkdir()
    written = write_run(tmp_path / "run", park_folder=tmp_path / "park", tables=moved, summary={}, manifest={})
    span = span_of(read_run(written))
    assert (span.first, span.intervals, span.step_s) == (np.datetime64("2024-12-31T16:00"), COUNT, step_s)
    assert (moved["flows"]["time"].values[0], moved["flows"].sizes["time"]) == (span.first, span.intervals)


def test_a_run_with_uneven_hours_has_no_span(tables, tmp_path):
    hours = np.delete(tables["schedule"]["time"].values, 3)
    (tmp_path / "park").mkdir()
    uneven = {"schedule": tables["schedule"].sel(time=hours)}
    written = write_run(tmp_path / "run", park_folder=tmp_path / "park", tables=uneven, summary={}, manifest={})
    with pytest.raises(Mismatch, match="differ"):
        span_of(read_run(written))
    written = write_run(tmp_path / "none", park_folder=tmp_path / "park", tables={}, summary={}, manifest={})
    with pytest.raises((Mismatch, OSError)):
        span_of(read_run(written))


def test_the_rows_of_a_table_for_people_come_back(tables, tmp_path):
    (tmp_path / "park").mkdir()
    run = read_run(write_run(tmp_path / "run", park_folder=tmp_path / "park", tables=tables, summary={}, manifest={}))
    wanted = people_tables(tables, time_zone="UTC")["enterprises"].frame
    rows = read_people(run, "enterprises")
    assert [r["month"] for r in rows] == wanted["month"].tolist() and len(rows) == len(wanted) > 0
    assert [r["used_mwh"] for r in rows] == pytest.approx(wanted["used_mwh"].tolist())
    assert read_people(run, "nothing") == []


def test_some_columns_of_a_table_come_with_their_labels(tables, tmp_path):
    (tmp_path / "park").mkdir()
    folder = write_run(tmp_path / "run", park_folder=tmp_path / "park", tables=tables, summary={}, manifest={})
    some = open_table(folder / "tables.nc", "flows", columns=["p_mw"])
    whole = open_table(folder / "tables.nc", "flows")
    assert list(some.data_vars) == ["p_mw"] and some["p_mw"].identical(whole["p_mw"])
    with pytest.raises(KeyError):
        open_table(folder / "tables.nc", "flows", columns=["nothing"])
    outline = table_outline(folder / "tables.nc", "flows")
    assert outline.dims == {str(c): v.dims for c, v in whole.data_vars.items()}
    assert outline.sizes == dict(whole.sizes)
    assert outline.units == {str(c): v.attrs.get("units", "") for c, v in whole.data_vars.items()}
