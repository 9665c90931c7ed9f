"""Case folders of the hours ahead: every `ahead` of an `expect.json` under tests/cases comes out.

A case is a folder with `park`, `expect.json`, `tolerance.json` and `why.md`; to add one, add a folder. `ahead` holds

- `load_mw` by hour (one load), `available_mw` by wind farm or PV plant, from 3 March 2025, 00:00 UTC on;
- `state`: the state before the first hour, as `holin dispatch` prints it, without its time; what it has as month's
  peaks counts, no higher one is expected. `end_per_mwh`: what a MWh missing at the end in a storage is worth;
- `roll`: `steps` of each window, of which `decided` are kept; without it one window has all hours;
- what is expected: `objective` (of one window), `committed` and `gross_mw` by thermal unit, `at_most_mw` by unit.
"""

import dataclasses
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ahead_parks import FIRST, window_of

from holin.dispatch import dispatch_ahead
from holin.dispatch.ahead import Ahead
from holin.dispatch.carry import completed
from holin.dispatch.state_text import state_from_plain
from holin.operation import State
from holin.park import Park
from holin.parkfile import faults_of_park, read_park

FOLDERS = {p.parent.name: p.parent for p in sorted((Path(__file__).parent.parent / "cases").glob("*/expect.json"))}
CASES = [name for name, folder in FOLDERS.items() if "ahead" in json.loads((folder / "expect.json").read_text())]


@cache
def expected(case: str) -> dict[str, Any]:
    given: dict[str, Any] = json.loads((FOLDERS[case] / "expect.json").read_text())["ahead"]
    return given


def close(case: str, value: Any) -> Any:
    tolerance = json.loads((FOLDERS[case] / "tolerance.json").read_text())
    return pytest.approx(value, rel=tolerance["relative"], abs=tolerance["absolute"])


@cache
def windows(case: str) -> list[Ahead]:
    """Return the solved windows of a case, each begun in the state that the one before leaves."""
    given, park = expected(case), read_park(FOLDERS[case] / "park")
    hours = len(given["load_mw"])
    roll = given.get("roll", {"steps": hours, "decided": hours})
    state = state_from_plain({"time": "2025-03-03T00:00Z", **given["state"]}, park)
    made = []
    for first in range(0, hours - roll["steps"] + 1, roll["decided"]):
        made.append(solved_window(case, park, state, first, first + roll["steps"]))
        state = dataclasses.replace(made[-1].state_after(roll["decided"]), time=FIRST)
    return made


def solved_window(case: str, park: Park, state: State, first: int, end: int) -> Ahead:
    given, begun = expected(case), completed(park, state)
    units = [*park.wind_farms, *park.pv_plants]
    may = np.array([given["available_mw"][u.id][first:end] for u in units]).T
    counted = {(grid, band): np.array([mw]) for grid, bands in begun.peak_mw.items() for band, mw in bands.items()}
    window = window_of(
        park, given["load_mw"][first:end], begun, available=may, counted=counted,
        end_per_mwh=given.get("end_per_mwh", 0.0),
    )  # fmt: skip
    return dispatch_ahead(window, mip_gap=0.0)


def carried_out(case: str, name: str, unit: str) -> Any:
    """Return a unit's column of the schedule: of each window the decided hours, of the last all."""
    made, decided = windows(case), expected(case).get("roll", {}).get("decided")
    of_unit = [w.schedule[name].sel({str(w.schedule[name].dims[1]): unit}).values for w in made]
    return np.concatenate([*(values[:decided] for values in of_unit[:-1]), of_unit[-1]])


@pytest.mark.parametrize("case", CASES)
def test_the_park_of_a_case_has_no_fault(case: str) -> None:
    assert [f for f in faults_of_park(FOLDERS[case] / "park") if f.severity == "error"] == []


@pytest.mark.parametrize("case", [c for c in CASES if "objective" in expected(c)])
def test_the_day_costs_what_is_published(case: str) -> None:
    (made,) = windows(case)
    assert made.status == "optimal"
    assert made.objective == close(case, expected(case)["objective"])
    assert made.objective_recomputed == close(case, expected(case)["objective"])


@pytest.mark.parametrize("case", CASES)
def test_units_run_as_is_published(case: str) -> None:
    for name in ("committed", "gross_mw"):
        for unit, values in expected(case).get(name, {}).items():
            assert carried_out(case, name, unit).tolist() == close(case, values), (name, unit)
    for unit, most in expected(case).get("at_most_mw", {}).items():
        assert (carried_out(case, "p_mw", unit) <= np.array(most) + 1e-6).all(), unit


def test_there_are_cases() -> None:
    assert len(CASES) >= 9
