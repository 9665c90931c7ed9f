"""Case folders of the grid room: every question of every `expect.json` under tests/cases has its answer.

A case is a folder with `park`, `expect.json`, `tolerance.json` and `why.md`; to add one, add a folder. `expect.json`
holds, by item (`flow`, `losses`, `n1`, `hosting`, `why_not`, `fault`) and name, what is asked and `expect`ed:

- `basis`, `reference`: where the figures come from; `change`: table -> id or * -> column -> value;
- the states: the park's own snapshot, times `scale`, with the hours `p_mw` (unit -> values) of some units;
- `columns` are those that `benchmarks/peers/pandapower_cases.py` is asked for, where it is the reference.

`fault` holds currents by kind and case, bus by bus. `tolerance.json` has `relative` and `absolute`, and may have
others for a question by its name. The slow test asks pandapower again.
"""

import dataclasses
import json
import math
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from holin.columns import Basis
from holin.flow import flow, hosting, n1, network_loss_mw, snapshot, why_not
from holin.flow.fault import fault
from holin.park import ATTRIBUTES, Park
from holin.parkfile import faults_of_park, read_park

ROOT = Path(__file__).parent.parent.parent
ITEMS = ("flow", "losses", "n1", "hosting", "why_not", "fault")
CASES = {f.parent.name: f.parent for f in sorted((ROOT / "tests" / "cases").glob("*/expect.json"))}


@cache
def expected(case: str) -> dict[str, Any]:
    return json.loads((CASES[case] / "expect.json").read_text(encoding="utf-8"))


GRID_CASES = [case for case in CASES if set(ITEMS) & set(expected(case))]


def questions(item: str) -> list[tuple[str, str]]:
    return [(case, name) for case in GRID_CASES for name in expected(case).get(item, {})]


def close(case: str, name: str, value: Any) -> Any:
    tolerance = json.loads((CASES[case] / "tolerance.json").read_text(encoding="utf-8"))
    tolerance |= tolerance.get(name, {})
    return pytest.approx(value, rel=tolerance["relative"], abs=tolerance["absolute"], nan_ok=True)


def park_of(case: str, question: dict[str, Any]) -> Park:
    park = read_park(CASES[case] / "park")
    for table, rows in question.get("change", {}).items():
        attribute = ATTRIBUTES[table]
        things = []
        for thing in getattr(park, attribute):
            told = rows.get("*", {}) | rows.get(thing.id, {})
            things.append(dataclasses.replace(thing, **told))
        park = dataclasses.replace(park, **{attribute: tuple(things)})
    return park


def states_of(park: Park, question: dict[str, Any]) -> xr.Dataset:
    hours = question.get("p_mw", {})
    count = max((len(v) for v in hours.values()), default=1)
    one = snapshot(park)[["p_mw"]] * question.get("scale", 1.0)
    time = one.time.values[0] + np.arange(count) * np.timedelta64(1, "h")
    states = xr.concat([one.assign_coords(time=[t]) for t in time], "time")
    for unit, values in hours.items():
        states.p_mw.loc[{"unit": unit}] = values
    return states


def compare(case: str, name: str, found: dict[str, dict[str, np.ndarray]], expect: dict[str, Any]) -> None:
    for column, elements in expect.items():
        for element, values in elements.items():
            wanted, had = np.array(values, dtype=float), np.asarray(found[column][element])
            if column == "v_angle_deg":  # an angle and the same after a full turn
                had = had - 360 * np.nan_to_num(np.round((had - wanted) / 360))
            assert had == close(case, name, wanted), (column, element)


@pytest.mark.parametrize(("case", "name"), questions("flow"))
def test_flow(case: str, name: str) -> None:
    question = expected(case)["flow"][name]
    park = park_of(case, question)
    flows = flow(park, states_of(park, question), q_limits=question.get("q_limits", False))
    assert bool(flows.converged.all())
    found = {
        "v_pu": by_element(flows.v_pu),
        "v_angle_deg": by_element(np.degrees(flows.v_angle_rad)),
        "loading": by_element(flows.loading),
        "p_mw": by_element(flows.p_mw),
        "q_mvar": by_element(flows.q_mvar),
        "loss_mw": {"": network_loss_mw(flows).values},
    }
    compare(case, name, found, question["expect"])


def by_element(values: xr.DataArray) -> dict[str, np.ndarray]:
    (dim,) = [d for d in values.dims if d != "time"]
    return {str(x): values.sel({dim: x}).values for x in values[dim].values}


@pytest.mark.parametrize(("case", "name"), questions("losses"))
def test_losses(case: str, name: str) -> None:
    question = expected(case)["losses"][name]
    park = park_of(case, question)
    flows = flow(park, states_of(park, question), q_limits=False)
    found = by_element(flows.p_from_mw + flows.p_to_mw) | {"": network_loss_mw(flows).values}
    compare(case, name, {"loss_mw": found}, {"loss_mw": question["expect"]})


@pytest.mark.parametrize(("case", "name"), questions("n1"))
def test_n1(case: str, name: str) -> None:
    """All that is violated, and nothing else."""
    question = expected(case)["n1"][name]
    park = park_of(case, question)
    found = n1(park, states_of(park, question))
    ours = {(v.outage, v.kind.value, v.element, v.value > 1): v.value for v in found.violations}
    theirs = {
        (outage, kind, element, value > 1): value for outage, kind, element, value in question["expect"]["violations"]
    }
    assert ours == close(case, name, theirs)


@pytest.mark.parametrize(("case", "name"), questions("hosting"))
def test_hosting(case: str, name: str) -> None:
    question = expected(case)["hosting"][name]
    park = park_of(case, question)
    asked = {k: question[k] for k in ("added", "buses", "power_factor") if k in question}
    found = hosting(park, states_of(park, question), **asked)
    ours = {c.buses[0]: c for c in found.by_bus} | {"together": found.together}
    for bus, (mw, limit, element) in question["expect"].items():
        assert (ours[bus].limit.value, ours[bus].element) == (limit, element), bus
        assert ours[bus].mw == close(case, name, mw), bus


@pytest.mark.parametrize(("case", "name"), questions("why_not"))
def test_why_not(case: str, name: str) -> None:
    question = expected(case)["why_not"][name]
    park = park_of(case, question)
    states = states_of(park, question)
    assert not bool(flow(park, states, q_limits=False).converged.any())
    reasons = why_not(park, states, q_limits=False)
    for kind, wanted in question["expect"].items():
        of_kind = [r for r in reasons if r.kind.value == kind]
        if kind == "level":
            assert [r.figures["level"] for r in of_kind] == close(case, name, [wanted])
        else:
            assert [r.element for r in of_kind] == wanted


@pytest.mark.parametrize(("case", "name"), questions("fault"))
def test_fault(case: str, name: str) -> None:
    """`name` is "KIND CASE", such as "3ph max", and may end in ", without motors" or ", with K_T"."""
    head, _, condition = name.partition(", ")
    kind, largest = head.split()
    park = park_of(case, {})
    if condition == "without motors":
        park = dataclasses.replace(park, motors=())
    found = {c.bus: c for c in fault(park, faults=(kind,), cases=(largest,), k_t_in_min=condition == "with K_T")}
    for quantity, buses in expected(case)["fault"][name].items():
        assert {b: getattr(found[b], quantity) for b in buses} == close(case, name, buses), quantity


# ---- the cases themselves ---------------------------------------------------------------------------------------


def test_every_item_has_a_case() -> None:
    assert [item for item in ITEMS if not questions(item)] == []


@pytest.mark.parametrize("case", GRID_CASES)
def test_a_case_is_a_park_without_error_and_says_where_its_figures_are_from(case: str) -> None:
    assert [f for f in faults_of_park(CASES[case] / "park") if f.severity == "error"] == []
    assert (CASES[case] / "why.md").read_text(encoding="utf-8").startswith("# ")
    for item in set(ITEMS) - {"fault"}:  # its table of sources stands in why.md
        for name, question in expected(case).get(item, {}).items():
            assert question["reference"] and Basis(question["basis"]), (item, name)
            assert question["expect"], (item, name)


@pytest.mark.slow
def test_pandapower_still_says_so() -> None:
    named = [str(CASES[case]) for case in GRID_CASES]
    command = [sys.executable, "tools/bootstrap_uv.py", "run", "--quiet", "--no-project", "--script"]
    script = "benchmarks/peers/pandapower_cases.py"
    tried = subprocess.run([*command, script, "--help"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        pytest.skip(f"pandapower's environment could not be made: {tried.stderr[-300:]}")
    done = subprocess.run(
        [*command, script, *named], cwd=ROOT, capture_output=True, text=True, check=True, env=os.environ
    )
    answers = json.loads(done.stdout)
    assert sum(len(of_item) for items in answers.values() for of_item in items.values()) > 10
    for case, items in answers.items():
        for item, of_item in items.items():
            for name, answer in of_item.items():
                assert flat(answer) == close(case, name, flat(expected(case)[item][name]["expect"])), (case, item, name)


def flat(answer: Any, at: str = "") -> dict[str, Any]:
    """The numbers of an answer by their place; words are part of the place."""
    if isinstance(answer, dict):
        parts = [flat(v, f"{at}/{k}") for k, v in answer.items()]
    elif isinstance(answer, list):
        words = "/".join(x for x in answer if isinstance(x, str))
        parts = [flat(v, f"{at}/{words}/{k}") for k, v in enumerate(answer) if not isinstance(v, str)]
    elif isinstance(answer, str):
        return {f"{at}/{answer}": 0.0}
    else:
        return {at: math.nan if answer is None else float(answer)}
    return {k: v for part in parts for k, v in part.items()}
