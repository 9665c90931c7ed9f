"""The folder of a plan: free before anything is solved; its figures are kept even where its park has faults."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from holin.errors import ARGUMENT, BadInput, Fault
from holin.park import Park
from holin.parkfile import faults_of_park, write_park
from holin.store import json_text
from holin.twin.plan import Planned

PARK, FAULTY = "park", "park-faulty"
"""Folders of a plan's park: one that every command takes, or one with faults, to look at."""


def free_folder(folder: str | Path) -> Path:
    """Return the folder for a plan; raises BadInput where it holds files already, or is one."""
    where = Path(folder)
    if where.exists() and (not where.is_dir() or any(where.iterdir())):
        problem = "holds files already" if where.is_dir() else "is a file"
        right = "name another folder, or remove this one"
        raise BadInput([Fault(file=ARGUMENT, field="folder", value=str(where), problem=problem, right=right)])
    return where


def saved_plan(planned: Planned, figures: Mapping[str, Any], folder: str | Path) -> list[Fault]:
    """Write the park as planned (`park`) and the plan's figures (`plan.json`); return what is wrong with the park.

    A park that could not be read again is written as `park-faulty`, its faults stand in `plan.json` as `park_faults`:
    the plan is not lost by it. Raises BadInput where the folder is not free.
    """
    where = free_folder(folder)
    faults = faults_as_read(planned.park)
    where.mkdir(parents=True, exist_ok=True)
    told = {**figures, "park_faults": [asdict(fault) for fault in faults]}
    (where / "plan.json").write_text(json_text(told), encoding="utf-8")
    if not faults:
        write_park(planned.park, where / PARK)
    else:
        with suppress(BadInput):  # what cannot even be written is told
            write_park(planned.park, where / FAULTY)
    return faults


def faults_as_read(park: Park) -> list[Fault]:
    """Return the errors of a park once it is written and read again; [] is good."""
    with TemporaryDirectory() as beside:
        try:
            written = write_park(park, Path(beside) / PARK)
        except BadInput as error:
            return [*error.faults]
        return [fault for fault in faults_of_park(written) if fault.severity == "error"]
