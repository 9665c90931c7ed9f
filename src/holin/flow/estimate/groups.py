"""Moments whose meters are the same, and the meters that stand in a row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holin.flow.estimate.readings import Readings
from holin.flow.estimate.rows import Rows

Index = NDArray[np.int64]
Flags = NDArray[np.bool_]


def alike(readings: Readings, moments: Index) -> list[Index]:
    """Return the moments grouped by which meters show something, and with which sigmas."""
    found: dict[bytes, list[int]] = {}
    for k in moments.tolist():
        key = np.where(np.isfinite(readings.value[k]), readings.sigma[k], -1.0)
        found.setdefault(key.tobytes() + readings.beyond[k].tobytes(), []).append(k)
    return [np.array(group, dtype=np.int64) for group in found.values()]


def members(rows: Rows, which: Index) -> Flags:
    """Return the measurements (measurement,) that stand in rows."""
    found = np.zeros(rows.of_meters.shape[1], dtype=bool)
    found[rows.of_meters[which].nonzero()[1]] = True
    return found
