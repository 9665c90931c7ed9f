"""Four weeks that stand for a year: in each quarter the week most like its mean."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

HOURS = 168


def typical_weeks(clock: pd.DatetimeIndex, load_mw: NDArray[np.float64], green_mw: NDArray[np.float64]) -> list[slice]:
    """Return a slice of 168 hours for each quarter of a local year.

    Of the weeks that begin at the quarter's first hour, seven days later and so on, the one whose means of load and of
    available wind and sun are nearest to the quarter's, each over its own spread among the weeks. All of shape (time,).
    """
    found = []
    for quarter in range(1, 5):
        hours = np.flatnonzero(clock.quarter.to_numpy() == quarter)
        starts = range(int(hours[0]), int(hours[-1]) - HOURS + 2, HOURS)
        away = np.zeros(len(starts))
        for values in (load_mw, green_mw):
            means = np.array([values[s : s + HOURS].mean() for s in starts])
            away += ((means - values[hours].mean()) / max(float(means.std()), 1e-9)) ** 2
        first = starts[int(away.argmin())]
        found.append(slice(first, first + HOURS))
    return found
