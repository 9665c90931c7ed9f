"""Measured series on the hours of a run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holin.calendar import Times
from holin.errors import BadInput, Fault
from holin.park import Park, Series, by_id

Floats = NDArray[np.float64]

HOUR = np.timedelta64(3600, "s")
SHOWN = 3


def series_of(park: Park, series_id: str, *, used_by: str) -> Series:
    """Return a series of the park by its id; raises BadInput when there is none."""
    found = by_id(park.series).get(series_id)
    if found is None:
        raise BadInput(
            [
                Fault(
                    file="series.csv",
                    field="series",
                    value=series_id,
                    problem=f"no such series, but '{used_by}' refers to it",
                    right="add a row to series.csv, or leave the cell empty",
                )
            ]
        )
    return found


def phase_of(time: Times) -> np.timedelta64:
    """Return how long after a whole UTC hour the hours begin: 30 min in zones such as UTC+5:30, else none."""
    seconds = time[:1].astype("datetime64[s]").astype(np.int64).sum()
    return np.timedelta64(int(seconds) % 3600, "s")


def hourly(time: Times, values: Floats, phase: np.timedelta64) -> tuple[Times, Floats]:
    """Return the hours for which a regular series is complete, and its means over them.

    A series with steps of 10, 15, 30 or 60 min gives an hour only when all its values of that hour are there; coarser
    series give the hours in which a value begins. Hours begin `phase` after the whole UTC hour.
    """
    begins: Times = np.asarray(time.astype("datetime64[s]") - phase, dtype="datetime64[s]")
    known = ~np.isnan(values)
    hours, index = np.unique(begins.astype("datetime64[h]"), return_inverse=True)
    count = np.bincount(index[known], minlength=len(hours))
    step = np.diff(begins).min() if len(begins) > 1 else HOUR
    whole = count >= max(1, int(HOUR / step))
    total = np.bincount(index[known], weights=values[known], minlength=len(hours))
    return (hours[whole].astype("datetime64[s]") + phase).astype("datetime64[ns]"), total[whole] / count[whole]


def on_run(series: Series, time: Times) -> Floats:
    """Return the series' hourly means at the run's hours `time` (UTC), shape (time,).

    Raises BadInput that counts and names the hours which the series misses.
    """
    hours, means = hourly(series.time, series.values, phase_of(time))
    wanted = time.astype("datetime64[ns]")
    at = np.searchsorted(hours, wanted)
    found = at < len(hours)
    found[found] = hours[at[found]] == wanted[found]
    if not found.all():
        missing = ", ".join(str(t.astype("datetime64[m]")) for t in wanted[~found][:SHOWN])
        span = f"it has {hours[0].astype('datetime64[m]')} to {hours[-1].astype('datetime64[m]')}" if len(hours) else ""
        raise BadInput(
            [
                Fault(
                    file=series.file,
                    field=series.header,
                    value=series.id,
                    problem=f"misses {int((~found).sum())} of {len(wanted)} hours, first {missing} (UTC); {span}",
                    right="fill the gaps in the file, or run only the hours that it has",
                )
            ]
        )
    return means[at]
