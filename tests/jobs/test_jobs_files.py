"""What is written of jobs, when it is believed, and what is refused before anything starts."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import job_works
import numpy as np
import pytest
import xarray as xr

from holin.errors import BadInput
from holin.jobs import read_result, read_results, run_jobs
from holin.jobs.fingerprint import fingerprint
from holin.jobs.plain import plain

TASKS = {"a": {"number": 2}, "b": {"number": 3}}


def test_a_file_says_what_it_was_made_from(tmp_path: Path) -> None:
    run_jobs(TASKS, job_works.square, tmp_path, workers=1)
    content = json.loads((tmp_path / "a.json").read_text())
    assert content["arguments"] == {"number": 2} and content["result"]["square"] == 4
    assert content["work"] == "job_works:square" and content["holin"] == "0.1.0" and content["tries"] == 1
    assert content["wall_s"] >= job_works.STEP_S


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: text.replace('"square": 4', '"square": 5'),
        lambda text: text.replace('"status": "done"', '"status": "lost"'),
        lambda text: "[1, 2]",
        lambda text: '{"format": 1}',
        lambda text: "[" * 100_000,
        lambda text: "\udcff",
    ],
)
def test_a_damaged_file_is_put_aside_and_done_again(tmp_path: Path, damage: Any) -> None:
    run_jobs(TASKS, job_works.square, tmp_path, workers=1)
    path = tmp_path / "a.json"
    changed = damage(path.read_text()).encode(errors="surrogateescape")
    assert changed != path.read_bytes()
    path.write_bytes(changed)
    with pytest.raises(BadInput, match="the file is damaged"):
        list(read_results(tmp_path, ["b", "a"]))
    outcome = run_jobs(TASKS, job_works.square, tmp_path, workers=1)
    assert outcome.kept == ("b",) and outcome.damaged == ("a.json.damaged",)
    assert (tmp_path / "a.json.damaged").read_bytes() == changed
    assert (read_result(tmp_path, "a").result or {})["square"] == 4


def test_a_file_under_another_name_is_not_believed(tmp_path: Path) -> None:
    run_jobs(TASKS, job_works.square, tmp_path, workers=1)
    (tmp_path / "b.json").write_bytes((tmp_path / "a.json").read_bytes())
    (tmp_path / "b.json.damaged").write_text("an older one")
    outcome = run_jobs(TASKS, job_works.square, tmp_path, workers=1)
    assert outcome.damaged == ("b.json.damaged-1",) and outcome.kept == ("a",)


def test_a_missing_result_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no such result"):
        read_result(tmp_path, "a")


def test_all_faults_are_told_before_anything_starts(tmp_path: Path) -> None:
    tasks = {"../a": {}, "": {}, "b": {"x": object()}, "B": {}, ".c": {}, "d" * 101: {}}
    with pytest.raises(BadInput) as told:
        run_jobs(tasks, lambda: {}, tmp_path / "out", workers=0, tries=0, shared={"x": object()})
    fields = [f.field for f in told.value.faults]
    assert sorted(map(str, fields)) == ["arguments", *["id"] * 5, "shared", "tries", "work", "workers"]
    assert not (tmp_path / "out").exists()


@dataclass(frozen=True)
class Thing:
    name: str
    day: date
    values: Any = ()


def test_equal_values_have_equal_hashes_and_others_do_not() -> None:
    thing = Thing(name="a", day=date(2025, 3, 1), values=np.arange(3.0))
    assert fingerprint({"a": 1, "b": thing}) == fingerprint({"b": replace(thing, values=np.arange(3.0)), "a": 1})
    table = xr.Dataset({"x": ("time", np.arange(3.0))}, coords={"time": [0, 1, 2]})
    values = [
        None, True, 1, 1.0, "1", b"1", [1], [[1]], {"1": 1}, float("nan"), float("inf"), ["ab", "c"], ["a", "bc"],
        np.arange(3), np.arange(3.0), np.arange(4.0).reshape(2, 2), np.arange(4.0), thing,
        replace(thing, values=np.arange(4.0)), replace(thing, day=date(2025, 3, 2)), date(2025, 3, 1),
        table, table.assign(x=table.x + 1), table.assign_coords(time=[0, 1, 3]), table.assign_attrs(seed=1), table.x,
    ]  # fmt: skip
    assert len({fingerprint(v) for v in values}) == len(values)
    with pytest.raises(TypeError, match="set cannot be hashed"):
        fingerprint({"a": {1, 2}})
    known = hashlib.sha256(b"mapping:1:1key:1:alist:1:2int:1:1str:1:b").hexdigest()
    assert fingerprint({"a": (1, "b")}) == known  # the same on every machine and in every later version


def test_plain_values_are_what_json_can_say() -> None:
    thing = Thing(name="a", day=date(2025, 3, 1), values=np.array([1.5, np.nan]))
    assert plain({"t": thing, "n": np.int64(3)}) == {
        "t": {"name": "a", "day": "2025-03-01", "values": [1.5, None]},
        "n": 3,
    }
    with pytest.raises(TypeError, match="no plain form"):
        plain({1, 2})
