"""Yesterday by its meters: readings -> energies -> schedule -> flows -> trace -> carbon -> summary, as a run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np

from holin.carbon import carbon, emissions
from holin.flow import flow, must_converge
from holin.metering import (
    Metering,
    Readings,
    balance_of,
    devices_metered,
    metering_of,
    read_readings,
    schedule_of_meters,
)
from holin.park import Park, Stage, at_stage, stage_of
from holin.parkfile import provenance_of, read_park, share_of_basis
from holin.store import peak_memory_mb
from holin.summary import summary
from holin.trace import trace
from holin.twin.run import Progress, Result, hours_of_run


def metered_energies(
    files: Sequence[str | Path],
    park: Park | str | Path,
    *,
    stage: str | None = None,
    at: datetime | None = None,
    start: date | datetime | None = None,
    end: date | datetime | None = None,
    step_h: float = 1.0,
) -> tuple[Park, Stage, Metering]:
    """Return the whole park, its stage, and what files of readings say of it, as known at a moment (None: all).

    `start` and `end` are local days or whole hours as of `run`; without them the readings decide.
    """
    whole = park if isinstance(park, Park) else read_park(park)
    found = stage_of(whole, stage)
    frozen = at_stage(whole, found)
    readings = read_readings(files, frozen)
    return whole, found, metering_within(readings, frozen, found, at=at, start=start, end=end, step_h=step_h)


def metering_within(
    readings: Readings,
    park: Park,
    stage: Stage,
    *,
    at: datetime | None = None,
    start: date | datetime | None = None,
    end: date | datetime | None = None,
    step_h: float = 1.0,
) -> Metering:
    """Return METERED of readings, from a local day or whole hour to another; without them as the readings reach."""
    first, last = None, None
    if start is not None or end is not None:
        hours = hours_of_run(park, stage, start, end)
        first = None if start is None else hours[0]
        last = None if end is None else hours[-1] + np.timedelta64(1, "h")
    return metering_of(readings, step_h=step_h, at=at, start=first, end=last)


def metered_run(
    files: Sequence[str | Path],
    park: Park | str | Path,
    *,
    stage: str | None = None,
    at: datetime | None = None,
    start: date | datetime | None = None,
    end: date | datetime | None = None,
    on_progress: Progress | None = None,
) -> Result:
    """Return what was metered as a run: the tables `metered`, `schedule`, `flows`, `trace`, `carbon`, and its figures.

    The summary's `kind` is `metered`, or `demo` where the readings were made from a run; `metering` says of each device
    how well it is known, `balance` where the grid's own meter and the flow of all others disagree by more than losses
    and meters can. What no meter tells (curtailed power) is NaN. Raises BadInput for faults of the files, Mismatch
    where the readings are not enough for a schedule.
    """
    say = on_progress or (lambda what, share: None)
    say("meters", 0.0)
    whole, found, made = metered_energies(files, park, stage=stage, at=at, start=start, end=end)
    return run_of_meters(whole, found, made, on_progress=say)


def run_of_meters(park: Park, stage: Stage, made: Metering, *, on_progress: Progress | None = None) -> Result:
    """Return the run of a whole park that METERED makes (see `metered_run`)."""
    say = on_progress or (lambda what, share: None)
    frozen = at_stage(park, stage)
    plan = schedule_of_meters(frozen, made.table, made.content_mwh)
    flows = must_converge(frozen, flow(frozen, plan, on_progress=lambda share: say("flow", share)))
    traced = trace(frozen, plan, flows, on_progress=lambda share: say("trace", share))
    say("carbon", 0.0)
    emitted = carbon(frozen, plan, flows, traced)
    say("summary", 0.0)
    figures = summary(
        frozen, stage, schedule=plan, flows=flows, trace=traced, carbon=emitted,
        emitted_t=float(emissions(frozen, plan, flows).sum()),
    )  # fmt: skip
    said = {
        "kind": made.table.attrs["kind"],
        "known_at": made.table.attrs["known_at"],
        "metering": devices_metered(made.table),
        "balance": balance_of(made.table, flows),
        "provenance": share_of_basis(provenance_of(frozen)),
        "synthetic": {"en": frozen.facts.synthetic, "zh": frozen.facts.synthetic_zh},
        "peak_memory_mb": peak_memory_mb(),
    }
    tables = {"metered": made.table, "schedule": plan, "flows": flows, "trace": traced, "carbon": emitted}
    return Result(park=park, stage=stage, tables=tables, summary=figures | said)
