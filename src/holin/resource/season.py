"""Smooth courses over the year: twelve monthly means become one value per hour, with the means kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from holin.calendar import Times, hours_of_year, local
from holin.errors import Mismatch

Floats = NDArray[np.float64]

MONTHS = 12


def year_fraction(year: pd.DatetimeIndex) -> Floats:
    """Return the part of the year gone by in the middle of each hour, 0..1; `year` is one whole local year."""
    return (np.arange(len(year)) + 0.5) / len(year)


def monthly_course(year: pd.DatetimeIndex, monthly: Sequence[float] | Floats) -> Floats:
    """Return shape (hours,): a smooth periodic course whose mean over each month of `year` is the given one.

    A periodic cubic spline through the months' middles; its twelve values are found so that the means hold, since a
    course through the means themselves would cut summer and winter short. `year` is one whole local year.
    """
    fraction = year_fraction(year)
    month = year.month.to_numpy() - 1
    middles = np.array([fraction[month == m].mean() for m in range(MONTHS)])
    unit = np.vstack([np.eye(MONTHS), np.eye(MONTHS)[:1]])
    spline = CubicSpline(np.append(middles, middles[0] + 1), unit, bc_type="periodic")
    basis = spline(np.where(fraction < middles[0], fraction + 1, fraction))
    means = np.vstack([basis[month == m].mean(axis=0) for m in range(MONTHS)])
    return np.asarray(basis @ np.linalg.solve(means, np.asarray(monthly, dtype=float)), dtype=float)


def years_of(time: Times, time_zone: str) -> tuple[int, ...]:
    """Return the local calendar years that the hours lie in."""
    return tuple(int(y) for y in np.unique(local(time, time_zone).year))


def holds_year(time: Times, year: int, time_zone: str) -> bool:
    """Whether all hours of the local year are among `time`."""
    return bool(np.isin(hours_of_year(year, time_zone), time).all())


def drawn_by_year(time: Times, time_zone: str, draw: Callable[[int], Floats]) -> Floats:
    """Return the rows of whole local years that belong to `time`, shape (time, ...).

    `draw(year)` gives all hours of that local year. So a part of a year has the values of the whole year. Raises
    Mismatch where a time is not the start of an hour, or where there is none.
    """
    if not len(time):
        raise Mismatch("no hours were asked for; give at least one")
    time = time.astype("datetime64[ns]")
    year = local(time, time_zone).year.to_numpy()
    parts = []
    for y in np.unique(year):
        hours = hours_of_year(int(y), time_zone)
        wanted = time[year == y]
        at = np.minimum(np.searchsorted(hours, wanted), len(hours) - 1)
        if not np.array_equal(hours[at], wanted):
            wrong = wanted[hours[at] != wanted][0]
            raise Mismatch(f"{wrong} is not the start of an hour of {y} in {time_zone}; give whole hours in UTC")
        parts.append(draw(int(y))[at])
    return np.concatenate(parts)
