"""What if: a copy of a run's park with some sizes and prices moved, run in the same hours and weather, and compared."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import xarray as xr

from holin.errors import ARGUMENT, BadInput, Fault
from holin.park import Park, Stage, stage_of
from holin.parkfile import read_park
from holin.store import Run, json_text, open_table, read_run
from holin.summary import compared
from holin.twin.grid_studies import ANSWER
from holin.twin.knobs import Knob, knobs_of, turned
from holin.twin.run import Progress, Result, run, saved

RUN = "run"
"""Folder of the run of the changed park, beside the answer."""


@dataclass(frozen=True, kw_only=True)
class _Base:
    """The run that is started from: its park, and the weather of the hours that are looked at."""

    run: Run
    whole: Park
    stage: Stage
    sky: xr.Dataset
    complete: bool


def what_if(
    *,
    run: str,
    wanted: Mapping[str, float],
    first: int | None = None,
    count: int | None = None,
    folder: Path,
    on_progress: Progress,
) -> Mapping[str, Any]:
    """Run a run's park with some knobs turned (`knobs_of`: id -> value), and write what it makes of the figures.

    All hours of the run, or `count` of them from number `first` on; its weather, stage and loads. What stands before
    is the run itself where all its hours are looked at and this version of Holin made it, else the unchanged park run
    in the same hours. Raises BadInput for knobs that the park does not have, values beyond their bounds, and nothing
    changed.
    """
    on_progress("read", 0.0)
    base = _base_of(run, first, count)
    knobs, changed = knobs_of(base.whole, base.stage), turned(base.whole, base.stage, wanted)
    before = _before(base, on_progress)
    made = _run(_told(changed, knobs, wanted), base, lambda what, share: on_progress(f"after.{what}", share))
    on_progress("write", 0.0)
    seal = base.run.manifest["seal"]
    origin = {"weather": base.run.manifest.get("weather"), "what_if": {"of": seal, "changed": dict(wanted)}}
    saved(made, folder / RUN, manifest=origin)
    figures = {
        "of": seal,
        "stage": base.stage.name,
        "hours": base.sky.sizes["time"],
        "whole": base.complete,
        "currency": base.whole.facts.currency,
        "changed": [
            {"knob": knob.id, "unit": knob.unit, "before": knob.value, "after": wanted[knob.id]}
            for knob in knobs if knob.id in wanted
        ],
        "figures": compared(before, made.summary),
    }  # fmt: skip
    (folder / ANSWER).write_text(json_text(figures), encoding="utf-8", newline="\n")
    return {}


def _base_of(folder: str, first: int | None, count: int | None) -> _Base:
    found = read_run(folder)
    if "weather" not in found.tables:
        problem, right = "holds no weather, which the changed park would have to be run in", "name a run of a park"
        raise BadInput([Fault(file=ARGUMENT, field="run", value=Path(folder).name, problem=problem, right=right)])
    whole = read_park(found.park_folder)
    sky = open_table(found.tables.path, "weather")
    hours, begin = sky.sizes["time"], first or 0
    end = hours if count is None else begin + count
    if not 0 <= begin < end <= hours:
        value, right = f"{first} .. {count}", f"name hours within 0 .. {hours}"
        raise BadInput([Fault(file=ARGUMENT, field="hours", value=value, problem="the run has not all", right=right)])
    return _Base(
        run=found, whole=whole, stage=stage_of(whole, str(found.summary["stage"])),
        sky=sky.isel(time=slice(begin, end)), complete=end - begin == hours,
    )  # fmt: skip


def _before(base: _Base, on_progress: Progress) -> Mapping[str, Any]:
    made_by = base.run.manifest.get("holin"), base.run.manifest.get("kind")
    if base.complete and made_by == (importlib.metadata.version("holin"), "demo"):
        return base.run.summary
    return _run(base.whole, base, lambda what, share: on_progress(f"before.{what}", share)).summary


def _run(park: Park, base: _Base, on_progress: Progress) -> Result:
    return run(park, stage=base.stage.name, sky=base.sky, on_progress=on_progress)


def _told(park: Park, knobs: tuple[Knob, ...], wanted: Mapping[str, float]) -> Park:
    """Return the changed park with a sentence that says so wherever it is printed."""
    moved = [
        f"{k.id} {k.value:.6g} -> {wanted[k.id]:.6g}" + (f" {k.unit}" if k.unit != "1" else "")
        for k in knobs if k.id in wanted
    ]  # fmt: skip
    facts, what = park.facts, "; ".join(moved)
    return replace(
        park,
        facts=replace(
            facts, synthetic=f"{facts.synthetic} What if, no park that stands: {what}.".strip(),
            synthetic_zh=f"{facts.synthetic_zh}情景假设，并非实际园区：{what}。",
        ),
    )  # fmt: skip


def knobs_of_run(folder: str | Path) -> tuple[Knob, ...]:
    """Return the knobs of a run's park at its stage."""
    found = read_run(folder, verify=False)
    whole = read_park(found.park_folder)
    return knobs_of(whole, stage_of(whole, str(found.summary["stage"])))
