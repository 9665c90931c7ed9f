"""The hours that a run covers, read without its tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import netCDF4
import numpy as np
from numpy.typing import NDArray

from holin.errors import Mismatch
from holin.store.netcdf import ONE_AT_A_TIME
from holin.store.reading import Run


@dataclass(frozen=True, kw_only=True)
class Span:
    """The intervals of a run: the start of the first (UTC), how many, and the length of each in s."""

    first: np.datetime64
    intervals: int
    step_s: int


def span_of(run: Run) -> Span:
    """Return the span of a run's schedule, or of its first table that has hours.

    Only the times are read, which takes some ms. Raises Mismatch where no table has hours or they are uneven, OSError
    where the file cannot be read, ValueError where its times are written otherwise.
    """
    with ONE_AT_A_TIME, netCDF4.Dataset(run.tables.path) as file:
        for name in sorted(run.tables, key=lambda name: name != "schedule"):
            times = file.groups[name].variables.get("time") if name in file.groups else None
            if times is not None and len(times):
                return _span(_instants(times))
    raise Mismatch(f"the run {run.folder.name} has no table with hours")


def _instants(times: Any) -> NDArray[np.datetime64]:
    """Return the times of a NetCDF variable as `write_tables` writes them: whole seconds since the first."""
    since = str(times.units).removeprefix("seconds since ").replace(" ", "T")
    return np.asarray(np.datetime64(since, "s") + np.asarray(times[:], dtype=np.int64).astype("timedelta64[s]"))


def _span(time: NDArray[np.datetime64]) -> Span:
    steps = np.diff(time) / np.timedelta64(1, "s")
    if len(steps) and not np.all(steps == steps[0]):
        raise Mismatch(f"the intervals of the run differ ({steps.min():g} s .. {steps.max():g} s)")
    return Span(first=time[0], intervals=len(time), step_s=int(steps[0]) if len(steps) else 3600)
