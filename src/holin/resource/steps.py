"""Hourly tables in steps of a part of an hour, each hour's energy kept."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import steps_of

Floats = NDArray[np.float64]


def in_steps(table: xr.Dataset, step_h: float, *, highest: dict[str, Floats] | None = None) -> xr.Dataset:
    """Return a table of hourly means (dimension `time` first) in steps of `step_h`.

    Between the middles of the hours values go in straight lines; within each hour they are then moved and flattened so
    that their mean is the hour's and none is below 0 or above `highest` (column -> (label,), or the hour's own value
    where that is higher). Values missing in an hour are missing in its steps.
    """
    if step_h == 1.0:
        return table
    hours = table.time.values
    time = steps_of(hours, step_h)
    columns = {}
    for name, column in table.data_vars.items():
        values = column.values.reshape(len(hours), -1)
        cap = np.broadcast_to((highest or {}).get(str(name), np.inf), values.shape[1:])
        columns[name] = (column.dims, _within(values, round(1 / step_h), cap).reshape(len(time), *column.shape[1:]))
    coords = {name: c for name, c in table.coords.items() if "time" not in c.dims}
    return xr.Dataset(columns, coords={**coords, "time": time}, attrs=table.attrs)


def _within(hourly: Floats, parts: int, highest: Floats) -> Floats:
    """Return (hour x part, label) from (hour, label)."""
    count = len(hourly)
    if not hourly.shape[1]:
        return np.zeros((count * parts, 0))
    middle = np.arange(count) + 0.5
    at = (np.arange(count * parts) + 0.5) / parts
    line = np.column_stack([np.interp(at, middle, hourly[:, k]) for k in range(hourly.shape[1])])
    return held_between(hourly, line.reshape(count, parts, -1), highest)


def held_between(hourly: Floats, shape: Floats, highest: Floats) -> Floats:
    """Return a course (hour, part, label) as steps (hour x part, label): moved and flattened within each hour so that
    its mean is that of `hourly` (hour, label), none is below 0, and none above `highest` (label,) or the hour's own."""
    swing = shape - shape.mean(axis=1, keepdims=True)
    down, up = -swing.min(axis=1), swing.max(axis=1)
    cap = np.maximum(highest[None, :], hourly)
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.minimum(np.where(down > 0, hourly / down, np.inf), np.where(up > 0, (cap - hourly) / up, np.inf))
    flat = np.clip(room, 0.0, 1.0)[:, None, :]
    moved = hourly[:, None, :] + flat * swing
    return np.asarray(np.maximum(moved, np.minimum(hourly, 0.0)[:, None, :]).reshape(-1, hourly.shape[1]))  # no -1e-17
