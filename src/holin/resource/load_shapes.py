"""Built-in courses of firm loads: day, week and noise, mapped so that peak and mean are exactly the given ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from holin.errors import BadInput, Fault
from holin.park import Load, LoadShape
from holin.resource.field import memory_of_hours, noise

Floats = NDArray[np.float64]

SATURDAY = 5

# Per unit of the working level, at the hours 0..23 of a working day (assumed, after shift plans): a shift's change
# shows as a dip, the day shift of a three-shift plant carries the workshops and offices too.
WORKDAY: dict[LoadShape, Floats] = {
    LoadShape.FLAT: np.ones(24),
    LoadShape.THREE_SHIFT: np.array(
        [0.90] * 7 + [0.88, 0.96, 1.0, 1.0, 1.0, 0.97, 1.0, 1.0, 1.0, 0.93, 0.97, 0.97, 0.97, 0.97, 0.96, 0.94, 0.91]
    ),
    LoadShape.TWO_SHIFT: np.array([0.35] * 6 + [0.6, 0.9, *[1.0] * 7, 0.95, *[0.98] * 5, 0.9, 0.6, 0.4]),
    LoadShape.DAY_SHIFT: np.array(
        [0.2] * 6 + [0.3, 0.7, 1.0, 1.0, 1.0, 0.95, 0.8, 0.95, 1.0, 1.0, 1.0, 0.7, 0.4] + [0.2] * 5
    ),
    LoadShape.NIGHT_SHIFT: np.array([1.0] * 6 + [0.9, 0.6, 0.4, *[0.3] * 9, 0.35, 0.45, 0.7, 0.9, 1.0, 1.0]),
}
WEEKEND: dict[LoadShape, float] = {
    LoadShape.FLAT: 1.0,
    LoadShape.THREE_SHIFT: 0.97,
    LoadShape.TWO_SHIFT: 0.80,
    LoadShape.DAY_SHIFT: 0.45,
    LoadShape.NIGHT_SHIFT: 0.85,
}
"""Saturdays and Sundays per unit of a working day (assumed)."""

NOISE = 0.02
NOISE_MEMORY = memory_of_hours(12.0, 1.0)


def load_course(load: Load, year: pd.DatetimeIndex, *, seed: int) -> Floats:
    """Return a load per unit of `load_mw` over one whole local year, shape (hours,): peak 1, mean `load_factor`.

    Loads of one `shape_key`, shape and load factor have the same course.

    Raises BadInput where no course of the shape has the load factor.
    """
    day = WORKDAY[load.shape][year.hour.to_numpy()]
    week = np.where(year.day_of_week.to_numpy() >= SATURDAY, WEEKEND[load.shape], 1.0)
    wobble = noise(len(year), NOISE_MEMORY, seed=seed, name=f"load {load.shape_key or load.id}")[:, 0]
    return to_load_factor(day * week * np.exp(NOISE * wobble), load.load_factor, load_id=load.id)


def to_load_factor(raw: Floats, load_factor: float, *, load_id: str) -> Floats:
    """Map a positive course to the peak 1 and the mean `load_factor`, keeping its order of hours.

    1 - a (1 - r), r = raw / max, where no hour falls below zero with it, else the power r^b; a or b from the mean.
    """
    relative = raw / raw.max()
    if load_factor == 1:
        return np.ones_like(relative)
    slope = (1 - load_factor) / (1 - relative.mean())
    if slope * (1 - relative.min()) < 1:
        course: Floats = 1 - slope * (1 - relative)
        return course
    steepest = 60.0
    if np.mean(relative**steepest) > load_factor:
        raise BadInput(
            [
                Fault(
                    file="load.csv",
                    field="load_factor",
                    value=str(load_factor),
                    problem=f"'{load_id}' would be near zero for most hours of the year",
                    right="give a load factor of 0.05 or more, or a measured series",
                )
            ]
        )
    return np.asarray(relative ** brentq(lambda b: np.mean(relative**b) - load_factor, 1e-6, steepest), dtype=float)
