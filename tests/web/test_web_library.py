"""What is served: found one level deep, read once, checked, and told from what is damaged."""

import json
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import xarray as xr
from web_asked import CASE, PARKS, Asked

from holin.errors import BadInput
from holin.parkfile import read_park, write_park
from holin.store import open_table, read_run, write_run
from holin.web import Library, create_app
from holin.web.places import id_like, named_places


def served(*paths: Path) -> Asked:
    return Asked(create_app(Library(list(paths))))


def test_parks_and_runs_are_listed_with_what_they_are(asked: Asked, first_run: Path) -> None:
    listed = asked.json("/api/library")
    assert [p["id"] for p in listed["parks"]] == ["huolinguole", "huolinhe", "my-park"]
    assert [s["name"] for s in listed["parks"][0]["stages"]] == ["2024", "2025", "2030"]
    assert listed["parks"][0]["default_stage"] == "2025" and "synthetic" in listed["parks"][0]["synthetic"]["en"]
    [run] = listed["runs"]
    manifest = json.loads((first_run / "manifest.json").read_text(encoding="utf-8"))
    # The local year begins at 16:00 UTC of the day before (Asia/Shanghai is UTC+8).
    assert (run["id"], run["first"], run["hours"], run["step_s"]) == ("two-days", "2024-12-31T16:00:00Z", 30, 3600)
    assert (run["kind"], run["made"], run["stage"]) == ("demo", manifest["made"], manifest["stage"])
    assert run["faults"] == []


def test_runs_come_and_go_while_the_server_runs(first_run: Path, tmp_path: Path) -> None:
    asked = served(tmp_path)
    assert asked.json("/api/library")["runs"] == []
    shutil.copytree(first_run, tmp_path / "one")
    shutil.copytree(first_run, tmp_path / ".half.partial")
    assert [r["id"] for r in asked.json("/api/library")["runs"]] == ["one"]
    assert asked.get("/api/runs/one").status_code == 200
    shutil.rmtree(tmp_path / "one")
    assert asked.json("/api/library")["runs"] == []
    assert asked.get("/api/runs/one").status_code == 404
    assert asked.get("/api/runs/one/tables/flows/p_mw").status_code == 404


def test_a_run_brings_its_park_where_no_other_is_served(first_run: Path, tmp_path: Path) -> None:
    """`holin serve RUN` is what the demo tells people to type: the park stands in the run."""
    for name in ("a", "b"):
        shutil.copytree(first_run, tmp_path / name)
    asked = served(tmp_path)
    listed = asked.json("/api/library")
    assert [p["id"] for p in listed["parks"]] == [r["park"] for r in listed["runs"]][:1] == ["my-park"]
    assert asked.json("/api/parks/my-park")["id"] == "my-park"
    assert asked.get("/api/parks/my-park/diagram").status_code == 200
    with_park = served(tmp_path / "a" / "park", tmp_path).json("/api/library")
    assert [p["id"] for p in with_park["parks"]] == ["my-park"] and len(with_park["runs"]) == 2


def test_two_runs_of_one_name_keep_their_ids(first_run: Path, tmp_path: Path) -> None:
    for place in ("a", "b"):
        shutil.copytree(first_run, tmp_path / place / "same name 霍林")
    asked = served(tmp_path / "a", tmp_path / "b")
    assert [r["id"] for r in asked.json("/api/library")["runs"]] == ["same-name", "same-name-2"]
    shutil.rmtree(tmp_path / "a" / "same name 霍林")
    assert [r["id"] for r in asked.json("/api/library")["runs"]] == ["same-name-2"]


@pytest.mark.parametrize("name", ["..", "霍林河", " -x", "a/b", "%2e%2e", "\udcff", "x" * 300, ""])
def test_an_id_can_stand_in_an_address(name: str) -> None:
    assert id_like(name)[0].isalnum() and set(id_like(name)) <= set(map(chr, range(128))) - set("/%? #")
    assert len(id_like(name)) <= 80


def damaged(folder: Path) -> dict[str, object]:
    """Return what the library says of the only run after it was asked for."""
    asked = served(folder)
    answer = asked.get("/api/runs/a-run")
    assert answer.status_code == 409 and answer.headers["content-type"] == "application/problem+json"
    [run] = asked.json("/api/library")["runs"]
    assert run["id"] == "a-run" and run["park"] is None
    assert answer.json()["faults"] == run["faults"] != []
    return run["faults"][0]


def test_a_damaged_run_is_listed_with_its_fault(run_folder: Path) -> None:
    content = bytearray((run_folder / "tables.nc").read_bytes())
    content[len(content) // 2] ^= 1
    (run_folder / "tables.nc").write_bytes(content)
    fault = damaged(run_folder)
    assert fault["file"] == "a-run/tables.nc" and "SHA-256" in str(fault["problem"])


@pytest.mark.parametrize("name", ["manifest.json", "tables.nc", "summary.json"])
def test_a_run_that_lacks_a_file_is_listed_with_its_fault(run_folder: Path, name: str) -> None:
    (run_folder / name).unlink()
    assert damaged(run_folder)["file"] == f"a-run/{name}"


def test_a_manifest_that_is_no_json_is_a_fault(run_folder: Path) -> None:
    (run_folder / "manifest.json").write_text("{")
    assert damaged(run_folder)["file"] == "a-run/manifest.json"


def test_a_run_is_verified_once_and_again_when_it_changes(run_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[bool] = []

    def counted(folder: Path, *, verify: bool) -> object:
        times.append(verify)
        return read_run(folder, verify=verify)

    monkeypatch.setattr("holin.store.read_run", counted)
    asked = served(run_folder)
    for path in ("", "/tables", "/series", "/park", ""):
        assert asked.get(f"/api/runs/a-run{path}").status_code == 200
    assert times.count(True) == 1
    (run_folder / "report.html").write_text("<html>")
    assert asked.get("/api/runs/a-run").status_code == 200 and times.count(True) == 2
    (run_folder / "summary.json").write_text("{}")
    assert asked.get("/api/runs/a-run").status_code == 409


def test_a_park_with_faults_is_listed_with_them(tmp_path: Path) -> None:
    shutil.copytree(CASE, tmp_path / "p")
    with (tmp_path / "p" / "bus.csv").open("a", encoding="utf-8") as file:
        file.write("x,y,z\n")
    asked = served(tmp_path)
    [park] = asked.json("/api/library")["parks"]
    assert park["id"] == "p" and park["faults"][0]["file"] == "bus.csv" and park["stages"] == []
    answer = asked.get("/api/parks/p")
    assert answer.status_code == 409 and answer.json()["faults"][0] == park["faults"][0]


def test_an_edited_park_is_read_again(tmp_path: Path) -> None:
    shutil.copytree(PARKS / "huolinhe", tmp_path / "p")
    asked = served(tmp_path)
    before = asked.get("/api/parks/huolinhe")
    text = (tmp_path / "p" / "park.toml").read_text(encoding="utf-8")
    (tmp_path / "p" / "park.toml").write_text(text.replace("霍林河循环经济局域电网", "改名园区"), encoding="utf-8")
    after = asked.get("/api/parks/huolinhe", {"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200 and after.json()["name"]["zh"] == "改名园区"


def test_paths_at_which_nothing_stands_are_all_named(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("")
    with pytest.raises(BadInput) as caught:
        named_places([tmp_path / "gone", tmp_path / "x.txt", tmp_path, "huolinhe"])
    assert [f.value for f in caught.value.faults] == [str(tmp_path / "gone"), str(tmp_path / "x.txt")]
    assert named_places(["huolinhe"])[0].name == "huolinhe"


def test_a_column_that_many_ask_for_at_once_is_read_once(first_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(path: Path, name: str, *, columns: Sequence[str]) -> object:
        read.append(*columns)
        return open_table(path, name, columns=columns)

    monkeypatch.setattr("holin.store.open_table", counted)
    asked = served(first_run)
    columns = ("p_mw", "v_pu", "loading", "p_from_mw", "p_to_mw", "converged", "p_mw", "loading")
    with ThreadPoolExecutor(len(columns)) as pool:
        answers = list(pool.map(lambda column: asked.get(f"/api/runs/two-days/tables/flows/{column}"), columns))
    assert {a.status_code for a in answers} == {200} and sorted(read) == sorted(set(columns))
    assert answers[0].content == answers[6].content


def test_what_needs_a_table_that_a_run_lacks_says_so(first_run: Path, tmp_path: Path) -> None:
    run = read_run(first_run)
    tables = {name: run.tables[name] for name in ("schedule", "flows")}
    given = {"kind": "demo"}
    write_run(tmp_path / "bare", park_folder=run.park_folder, tables=tables, summary=run.summary, manifest=given)
    asked = served(tmp_path)
    for path in ("", "/park", "/diagram", "/tables", "/series", "/enterprises", "/tables/flows/p_mw"):
        assert asked.get(f"/api/runs/bare{path}").status_code == 200, path
    works = run.summary["enterprises"][0]["id"]
    for path in ("/sources-to-users", f"/enterprises/{works}/hours", "/buses/green_share", "/tables/trace/energy_mwh"):
        answer = asked.get(f"/api/runs/bare{path}")
        assert answer.status_code == 404 and "has no table trace" in answer.json()["detail"], path


def test_a_run_whose_stage_its_park_has_not_is_a_fault(first_run: Path, tmp_path: Path) -> None:
    run = read_run(first_run)
    summary = run.summary | {"stage": "1999"}
    write_run(tmp_path / "odd", park_folder=run.park_folder, tables=dict(run.tables), summary=summary, manifest={})
    asked = served(tmp_path)
    [listed] = asked.json("/api/library")["runs"]
    assert listed["faults"][0]["value"] == "1999" and asked.get("/api/runs/odd/park").status_code == 409


def test_runs_of_one_park_read_it_once(first_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b", "c"):
        shutil.copytree(first_run, tmp_path / name)
    read: list[Path] = []

    def counted(path: Path) -> object:
        read.append(path)
        return read_park(path)

    monkeypatch.setattr("holin.parkfile.read_park", counted)
    asked = served(tmp_path)
    assert len(asked.json("/api/library")["runs"]) == 3 and len(read) == 1
    with (tmp_path / "b" / "park" / "park.toml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert asked.get("/api/runs/b").status_code == 409 and asked.get("/api/runs/a").status_code == 200


def test_a_workbook_is_a_park_too(tmp_path: Path) -> None:
    write_park(read_park(CASE), tmp_path / "case.xlsx")
    asked = served(tmp_path / "case.xlsx")
    [park] = asked.json("/api/library")["parks"]
    assert park["faults"] == []
    assert asked.json(f"/api/parks/{park['id']}") == served(CASE).json(f"/api/parks/{park['id']}")


def test_a_table_put_together_from_its_columns_is_the_whole_one(first_run: Path) -> None:
    library = Library([first_run])
    known = library.run("two-days")
    for name in known.whole.tables:
        xr.testing.assert_identical(library.table(known, name), read_run(first_run).tables[name])
