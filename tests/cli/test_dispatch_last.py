"""`holin dispatch --day --last`: yesterday's plan is where the search begins, and what is adjusted when it fails."""

import importlib
import threading
from pathlib import Path

import numpy as np
import pytest
from cli_answers import holin

from holin.store import read_schedule, write_tables

ahead_room = importlib.import_module("holin.dispatch.ahead")
DAY = ["dispatch", "huolinguole", "--step", "1h", "--look-ahead", "12h", "--mip-gap", "0.01", "--no-grid"]


@pytest.fixture(scope="module")
def monday(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("plans")
    plan, state = folder / "monday.nc", folder / "monday.json"
    made = holin(*DAY, "--day", "2025-03-03", "--out", plan, "--state-out", state, "--json")
    assert made.code == 0, made.err
    return plan, state


@pytest.fixture
def no_end(monkeypatch: pytest.MonkeyPatch):
    """A search that does not come to an end in whatever time; told to stop it stops."""
    starts = []

    def goes_on(problem, switches, *, start, on_progress, **more):
        starts.append((problem, start))
        while True:
            threading.Event().wait(0.01)
            on_progress("still at it")

    monkeypatch.setattr(ahead_room, "solve_switching", goes_on)
    return starts


def test_where_the_search_is_late_the_last_plan_is_adjusted(monday, no_end) -> None:
    plan, state = monday
    options = ["--day", "2025-03-04", "--state", state, "--last", plan, "--seconds", "0.1"]
    made = holin(*DAY, *options, "--json").json
    assert made["status"] == "fallback: last plan" and made["reason"] == "no answer within 0.1 s"
    known = read_schedule(plan)
    for unit, path in made["schedule"]["committed"].items():  # Monday saw twelve hours of Tuesday; then its last
        wanted = known.committed.sel(thermal_unit=unit).values[24:]
        assert np.round(path[:12]).tolist() == np.round(wanted).tolist() and set(path[12:]) == {float(wanted[-1])}
    assert made["objective_recomputed"] == pytest.approx(made["objective"], rel=1e-6)
    assert made["balance_error_mw_max"] < 1e-4
    people = holin(*DAY, *options, "--language", "zh")
    assert "仅对上一计划作调整" in people.out and "no answer within 0.1 s" in people.out


def test_without_a_last_plan_the_same_day_is_made_by_rules(monday, no_end) -> None:
    made = holin(*DAY, "--day", "2025-03-04", "--state", monday[1], "--seconds", "0.1", "--json").json
    assert made["status"] == "fallback: rules"
    assert "priority list" in holin(*DAY, "--day", "2025-03-04", "--state", monday[1], "--seconds", "0.1").out


def test_the_search_begins_with_the_units_of_the_last_plan(monday, no_end) -> None:
    plan, state = monday
    holin(*DAY, "--day", "2025-03-04", "--state", state, "--last", plan, "--seconds", "0.1")
    (problem, start), known = no_end[0], read_schedule(plan)
    for unit in map(str, known.thermal_unit.values):
        on = start[problem.variables[f"on.{unit}"]]
        assert on[:12].tolist() == np.round(known.committed.sel(thermal_unit=unit).values[24:]).tolist()
    assert np.isnan(start[problem.variables["renewable"]]).all()


def test_what_is_no_plan_of_the_day_is_said(monday, tmp_path: Path) -> None:
    plan, _ = monday

    def said(*options: object) -> list[dict[str, str]]:
        result = holin(*DAY, *options, "--json")
        assert result.code != 0
        return result.json["faults"]

    (late,) = said("--day", "2025-03-05", "--last", plan)
    assert "no step at or after 2025-03-04T16:00" in late["problem"] and late["right"] == "give a later plan"
    other = tmp_path / "other.nc"
    known = read_schedule(plan)
    renamed = known.assign_coords(thermal_unit=[f"x{k}" for k in range(known.sizes["thermal_unit"])])
    write_tables(other, {"schedule": renamed})
    (unknown,) = said("--day", "2025-03-04", "--last", other)
    assert unknown["problem"] == "the plan does not know these units"
    (missing,) = said("--day", "2025-03-04", "--last", tmp_path / "none.nc")
    assert missing["problem"] == "no such file" and "--out" in missing["right"]
    (tmp_path / "text.nc").write_text("no NetCDF")
    (broken,) = said("--day", "2025-03-04", "--last", tmp_path / "text.nc")
    assert broken["problem"] == "not a NetCDF file"
    write_tables(tmp_path / "bare.nc", {"ahead": known[["p_mw"]]})
    (bare,) = said("--day", "2025-03-04", "--last", tmp_path / "bare.nc")
    assert bare["problem"] == "holds no table schedule"


def test_it_is_an_option_of_a_day_only() -> None:
    result = holin("dispatch", "huolinguole", "--last", "plan.nc")
    assert result.code != 0 and "an option of --day" in result.out + result.err
