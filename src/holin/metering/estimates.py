"""What a device did where nobody knows: as in the same interval of the days around it, else between its neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DAYS_AROUND = 7


def estimated(energy: Floats, step_h: float) -> Floats:
    """Return an estimate of every interval (time, device) from the good ones; `energy` is NaN where there is none.

    The mean of the same interval (24 h apart) of up to DAYS_AROUND days before and after that are good; where none is,
    the straight line between the good intervals next to it; beyond the first and the last one, that one.
    """
    count, day = len(energy), round(24 / step_h)
    total, days = np.zeros_like(energy), np.zeros_like(energy)
    there = ~np.isnan(energy)
    known = np.where(there, energy, 0.0)
    for shift in range(day, min(DAYS_AROUND * day, count - 1) + 1, day):
        total[shift:] += known[:-shift]
        days[shift:] += there[:-shift]
        total[:-shift] += known[shift:]
        days[:-shift] += there[shift:]
    made = np.divide(total, days, out=np.full_like(energy, np.nan), where=days > 0)
    for device in np.flatnonzero(np.isnan(made).any(axis=0)):
        gaps, good = np.isnan(made[:, device]), np.flatnonzero(there[:, device])
        if len(good):
            made[gaps, device] = np.interp(np.flatnonzero(gaps), good, energy[good, device])
    return made
