"""Which states of which grid a command speaks of: a park's own figures, or the hours of a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from holin.errors import ARGUMENT, BadInput, Fault

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr

    from holin.park import Park

GridArgument = Annotated[
    str | None,
    typer.Argument(
        help="A park folder, an .xlsx workbook, or a reference park: huolinguole, huolinhe. Not needed with --run."
    ),
]
RunOption = Annotated[Path | None, typer.Option("--run", help="Take the states from this run folder, with its park.")]
HoursOption = Annotated[
    str | None,
    typer.Option(
        "--hours", help="Local hours of the run: a day (2025-07-01), an hour (2025-07-01T13), or FIRST..LAST of these."
    ),
]


@dataclass(frozen=True, kw_only=True)
class GridState:
    """A park frozen at a stage with the states (table SCHEDULE) to look at; `single` for the park's own snapshot."""

    park: Park
    stage: str
    schedule: xr.Dataset
    single: bool


def grid_state(park: str | None, stage: str | None, run: Path | None, hours: str | None) -> GridState:
    """Return the states that a command asks for.

    Without a run they are one: all loads at their peak, generators as their snapshot says (`holin.flow.snapshot`).
    Raises BadInput for a question that contradicts itself.
    """
    from holin.flow import snapshot
    from holin.park import at_stage, stage_of
    from holin.parkfile import read_park, reference_park

    if run is None:
        if park is None:
            raise wrong("park", "", "neither a park nor a run is named", "name a park, or a run with --run")
        if hours is not None:
            raise wrong("--hours", hours, "a park by itself has no hours", "name a run with --run")
        whole = read_park(reference_park(park))
        at = stage_of(whole, stage)
        frozen = at_stage(whole, at)
        return GridState(park=frozen, stage=at.name, schedule=snapshot(frozen), single=True)
    from holin.store import read_run

    found = read_run(run)
    of_run = str(found.summary["stage"])
    whole = read_park(found.park_folder)
    if park is not None and (named := read_park(reference_park(park)).facts.id) != whole.facts.id:
        raise wrong("park", named, f"the run is of {whole.facts.id}", "leave the park out, or name another run")
    if stage not in (None, of_run):
        raise wrong("--stage", str(stage), f"the run is of stage {of_run}", "leave --stage out, or name another run")
    frozen = at_stage(whole, stage_of(whole, of_run))
    schedule = found.tables["schedule"].load()
    return GridState(park=frozen, stage=of_run, schedule=chosen_hours(frozen, schedule, hours, "run"), single=False)


def chosen_hours(park: Park, table: xr.Dataset, hours: str | None, of: str, length_h: float = 1.0) -> xr.Dataset:
    """Return the part of a table that lies in `--hours`, all without; `of` is what a message calls the table.

    Each `time` of it lasts `length_h`, 0 for moments.
    """
    import numpy as np
    import pandas as pd

    from holin.calendar import local

    if hours is None:
        return table
    first, last = _span(hours)
    clock = local(table.time.values, park.facts.time_zone).tz_localize(None)
    begun = (clock + pd.Timedelta(hours=length_h) > pd.Timestamp(first)) | (clock == pd.Timestamp(first))
    inside = np.asarray(begun & (clock < pd.Timestamp(last)))
    if not inside.any():
        span = f"{clock[0]:%Y-%m-%d %H:%M} .. {clock[-1]:%Y-%m-%d %H:%M}"
        raise wrong("--hours", hours, f"the {of} has none of these hours", f"it has {span}, local")
    return table.isel(time=inside.nonzero()[0])


def _span(hours: str) -> tuple[datetime, datetime]:
    """Return the first moment and the one after the last of a day, an hour, or FIRST..LAST of these."""
    first, _, last = hours.partition("..")
    return _moment(first, hours)[0], _moment(last or first, hours)[1]


def _moment(said: str, whole: str) -> tuple[datetime, datetime]:
    for form, length in (
        ("%Y-%m-%d", timedelta(days=1)),
        ("%Y-%m-%dT%H", timedelta(hours=1)),
        ("%Y-%m-%d %H", timedelta(hours=1)),
        ("%Y-%m-%dT%H:%M", timedelta(minutes=1)),
        ("%Y-%m-%d %H:%M", timedelta(minutes=1)),
    ):
        try:
            start = datetime.strptime(said.strip(), form)
        except ValueError:
            continue
        return start, start + length
    right = "a day (2025-07-01), an hour (2025-07-01T13), or FIRST..LAST of these"
    raise wrong("--hours", whole, f"{said!r} is neither a day nor an hour", right)


def wrong(field: str, value: str | None, problem: str, right: str) -> BadInput:
    """Return what a command raises for a question that contradicts itself."""
    return BadInput([Fault(file="command line", field=field, value=value, problem=problem, right=right)])


@contextmanager
def asked_by(**option: str) -> Iterator[None]:
    """Say faults in arguments of the rooms below as faults of the options that the arguments come from."""
    try:
        yield
    except BadInput as error:
        said = [
            replace(f, file="command line", field=option[f.field]) if f.file == ARGUMENT and f.field in option else f
            for f in error.faults
        ]
        raise BadInput(said) from error


def hour_said(state: GridState, time: np.datetime64) -> str:
    """Return the local hour that begins at a time (UTC), as people read it."""
    import numpy as np

    from holin.calendar import local

    return f"{local(np.array([time]), state.park.facts.time_zone)[0]:%Y-%m-%d %H:%M}"
