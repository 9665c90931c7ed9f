"""The hours that a run covers, read without its tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.errors import Mismatch
from holin.store.reading import Run


@dataclass(frozen=True, kw_only=True)
class Span:
    """The intervals of a run: the start of the first (UTC), how many, and the length of each in s."""

    first: np.datetime64
    intervals: int
    step_s: int


def span_of(run: Run) -> Span:
    """Return the span of a run's schedule, or of its first table that has hours.

    Raises Mismatch where no table has hours or they are uneven, OSError where the file cannot be read.
    """
    names = sorted(run.tables, key=lambda name: name != "schedule")
    for name in names:
        with xr.open_dataset(run.tables.path, group=name, engine="netcdf4", decode_timedelta=False) as opened:
            time = opened["time"].values if "time" in opened.coords else np.array([])
        if len(time):
            return _span(time)
    raise Mismatch(f"the run {run.folder.name} has no table with hours")


def _span(time: NDArray[np.datetime64]) -> Span:
    steps = np.diff(time) / np.timedelta64(1, "s")
    if len(steps) and not np.all(steps == steps[0]):
        raise Mismatch(f"the intervals of the run differ ({steps.min():g} s .. {steps.max():g} s)")
    return Span(first=time[0], intervals=len(time), step_s=int(steps[0]) if len(steps) else 3600)
