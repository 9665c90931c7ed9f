"""The clocks of meters: a few minutes off the grid of intervals are moved onto it, and said."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from holin.calendar import Times

SKEW_S = 300
"""A clock that is off by no more is moved to the grid; a meter that is farther off says something else."""

NS = 1_000_000_000


def phase_of(time_zone: str) -> int:
    """Return how many seconds after an hour of UTC the local hours of a zone begin (1800 for India)."""
    offset = datetime(2025, 1, 1, tzinfo=ZoneInfo(time_zone)).utcoffset() or timedelta(0)
    return round(-offset.total_seconds()) % 3600


def on_grid(time: Times, grid_s: NDArray[np.int64], phase_s: int) -> tuple[Times, NDArray[np.bool_]]:
    """Return times moved to the nearest multiple of their grid (s, each; 0: none), and which were moved.

    They move by SKEW_S at most and by less than half a grid; others stay where they are.
    """
    off = off_grid_ns(time, grid_s, phase_s)
    near = (np.abs(off) <= SKEW_S * NS) & (2 * np.abs(off) < grid_s * NS) & (off != 0) & ~np.isnat(time)
    moved = np.where(near, time - off.astype("timedelta64[ns]"), time)
    return moved, near


def off_grid_ns(time: Times, grid_s: NDArray[np.int64], phase_s: int) -> NDArray[np.int64]:
    """Return how far times are behind (+) or before (-) the nearest multiple of their grid, in ns; 0 without a grid."""
    ns = time.astype("datetime64[ns]").astype(np.int64) - phase_s * NS
    grid = np.maximum(grid_s, 1) * NS
    off = (ns + grid // 2) % grid - grid // 2
    return np.asarray(np.where(grid_s > 0, off, 0))
