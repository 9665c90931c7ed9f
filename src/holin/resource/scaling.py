"""Scaling to a year's yield: the published full-load hours are met, the shape comes from the weather."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from holin.errors import BadInput, Fault

Floats = NDArray[np.float64]

SPEED_FACTORS = (0.4, 2.0)
POWER_FACTORS = (0.05, 5.0)


def speed_factor(power_at: Callable[[float], Floats], p_nom_mw: float, full_load_hours: float, *, unit: str) -> float:
    """Return the factor on all wind speeds of a year with which its yield is `full_load_hours`.

    `power_at(factor)` gives the year's hourly power in MW. Wind is scaled in speed, not in power, so that the power
    curve keeps its shape and no hour exceeds nominal. Raises BadInput when no factor from 0.4 to 2 meets the hours.
    """
    # Beyond its best factor a farm loses more to storms than it gains; the lower of both solutions is meant.
    trial = np.linspace(*SPEED_FACTORS, 17)
    return _root(lambda f: float(power_at(f).sum()) / p_nom_mw, trial, full_load_hours, "wind_farm.csv", unit)


def power_factor_on(power_mw: Floats, p_nom_mw: float, full_load_hours: float, *, file: str, unit: str) -> float:
    """Return the factor on a year's hourly power, clipped again at nominal, with which its yield is `full_load_hours`.

    Raises BadInput when no factor from 0.05 to 5 meets the hours.
    """
    trial = np.geomspace(*POWER_FACTORS, 17)
    return _root(
        lambda f: float(np.minimum(f * power_mw, p_nom_mw).sum()) / p_nom_mw, trial, full_load_hours, file, unit
    )


def _root(hours_at: Callable[[float], float], trial: Floats, wanted: float, file: str, unit: str) -> float:
    reached: list[float] = []
    for low, high in pairwise(trial):
        if not reached:
            reached.append(hours_at(low))
        reached.append(hours_at(high))
        if reached[-2] <= wanted <= reached[-1]:
            return float(brentq(lambda f: hours_at(f) - wanted, low, high, xtol=1e-9))
    raise BadInput(
        [
            Fault(
                file=file,
                field="full_load_hours",
                value=str(wanted),
                problem=f"'{unit}' reaches {min(reached):.0f} to {max(reached):.0f} h with this weather, losses and "
                "rating, however it is scaled",
                right="give hours in that range, or look at its losses, power curve and (PV) p_dc_mw against p_nom_mw",
            )
        ]
    )
