"""A run traced anew: its tables read back, its park frozen at its stage, the algorithms chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import xarray as xr

from holin.calendar import hours_between, local
from holin.errors import ARGUMENT, BadInput, Fault
from holin.park import Park, Stage, at_stage, stage_of
from holin.parkfile import read_park
from holin.store import Run, read_run
from holin.trace import trace


@dataclass(frozen=True, kw_only=True)
class TracedRun:
    """A run on disk, its park at its stage, its schedule, and the table TRACE of it; kind: `demo`."""

    run: Run
    park: Park
    stage: Stage
    schedule: xr.Dataset
    trace: xr.Dataset
    kind: str = "demo"

    def enterprise(self, name: str) -> str:
        """Return the id of an enterprise that uses energy, by its id or one of its names; raises BadInput."""
        users = self.trace["enterprise"].values[self.trace["sink_kind"].values != "storage"]
        known = {e.id: {e.id, e.name, e.name_zh} - {""} for e in self.park.enterprises if e.id in set(users.tolist())}
        found = [i for i, names in known.items() if name in names]
        if len(found) == 1:
            return found[0]
        problem = "is the name of several" if found else "no enterprise of this run is called so"
        right = f"give one of {', '.join(found or sorted(known))}"
        raise BadInput([Fault(file=ARGUMENT, field="enterprise", value=name, problem=problem, right=right)])

    def hour(self, moment: datetime) -> np.datetime64:
        """Return the hour of the run (UTC) that begins at a local moment; raises BadInput where there is none."""
        zone, time = self.park.facts.time_zone, self.trace["time"].values
        try:
            hour: np.datetime64 = hours_between(moment, moment + timedelta(hours=1), zone)[0]
        except (ValueError, IndexError) as error:
            problem = "no whole local hour begins then"
            wrong = Fault(file=ARGUMENT, field="hour", value=str(moment), problem=problem, right="give one that does")
            raise BadInput([wrong]) from error
        if hour not in time:
            first, last = (f"{t:%Y-%m-%d %H:%M}" for t in local(time[[0, -1]], zone))
            wrong = Fault(
                file=ARGUMENT, field="hour", value=str(moment), problem="the run does not have this hour",
                right=f"its hours are {first} to {last}, local time",
            )  # fmt: skip
            raise BadInput([wrong])
        return hour


def traced_run(
    folder: str | Path,
    *,
    losses: str | None = None,
    storage: str | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> TracedRun:
    """Read a run folder and trace it from its schedule and AC flows.

    `losses` (gross, net) and `storage` (pro_rata, fifo): see `holin.trace.trace`; by default what the run was made
    with. Raises BadInput where the folder is no whole run of a park or the run has no flows.
    """
    found = read_run(folder)
    missing = [f"table {name}" for name in ("schedule", "flows") if name not in found.tables]
    missing += ["stage"] if "stage" not in found.summary else []
    if missing:
        problem = f"has no {' and no '.join(missing)}, and cannot be traced"
        raise BadInput([Fault(file=str(folder), problem=problem, right="give a folder that `holin run` wrote")])
    made = found.tables["trace"].attrs if "trace" in found.tables else {}
    whole = read_park(found.park_folder)
    at = stage_of(whole, str(found.summary["stage"]))
    park = at_stage(whole, at)
    table = trace(
        park,
        found.tables["schedule"],
        found.tables["flows"],
        losses=losses or str(made.get("losses", "gross")),
        storage=storage or str(made.get("storage", "pro_rata")),
        on_progress=on_progress,
    )
    return TracedRun(run=found, park=park, stage=at, schedule=found.tables["schedule"], trace=table)
