"""What is served: found one level deep, read once, checked, and told from what is damaged."""

import json
import shutil
from pathlib import Path

import pytest
from web_asked import CASE, PARKS, Asked

from holin.errors import BadInput
from holin.store import read_run
from holin.web import Library, create_app
from holin.web.places import id_like, named_places


def served(*paths: Path) -> Asked:
    return Asked(create_app(Library(list(paths))))


def test_parks_and_runs_are_listed_with_what_they_are(asked: Asked, first_run: Path) -> None:
    listed = asked.json("/api/library")
    assert [p["id"] for p in listed["parks"]] == ["huolinguole", "huolinhe"]
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
