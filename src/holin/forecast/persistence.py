"""Persistence: what was measured last goes on, or what was measured at the same hour before comes again."""

from __future__ import annotations

import numpy as np

from holin.calendar import Times, stamp
from holin.errors import Mismatch
from holin.forecast.history import HOUR, Floats, History

AGO = {"load": 168 * HOUR, "grid": 24 * HOUR}
"""Loads repeat the same hour of the week before, prices that of the day before."""

DAYLIGHT_STEPS_H = 3.0
"""Hours of daylight over which the clear-sky index is averaged, weighted by energy: one hour at dusk says little."""

REPEATS = 4


def held(history: History) -> Floats:
    """Return what persists after each interval, shape (time, signal), in value / scale.

    Wind: the last value known. PV: energy / clear-sky energy of the last hours of daylight, so that the clear-sky
    index goes on over night. Loads and prices repeat instead, see `repeated`; here they are NaN.
    """
    relative = history.relative
    columns = []
    for k, signal in enumerate(history.signals):
        if signal.kind in AGO:
            columns.append(np.full(len(history.time), np.nan))
        elif signal.kind == "pv_plant":
            columns.append(_clear_sky_index(history.value[:, k], history.scale[:, k], history.step_h))
        else:
            columns.append(_last_known(relative[:, k]))
    return np.column_stack(columns) if columns else relative


def _last_known(values: Floats) -> Floats:
    known = np.isfinite(values)
    place = np.maximum.accumulate(np.where(known, np.arange(len(values)), -1))
    return np.where(place >= 0, values[np.maximum(place, 0)], np.nan)


def _clear_sky_index(value: Floats, scale: Floats, step_h: float) -> Floats:
    lit = np.flatnonzero((scale > 0) & np.isfinite(value))
    window = max(round(DAYLIGHT_STEPS_H / step_h), 1)
    if not len(lit):
        return np.full(len(value), np.nan)
    energy, clear = (np.concatenate([[0.0], np.cumsum(a[lit])]) for a in (value, scale))
    first = np.maximum(np.arange(len(lit)) + 1 - window, 0)
    index = (energy[1:] - energy[first]) / (clear[1:] - clear[first])
    spread = np.full(len(value), np.nan)
    spread[lit] = index
    return _last_known(spread)


def repeated(history: History, hours: Times, k: int) -> Floats:
    """Return the value / scale of signal k at the same hour of the day or week before, shape (hours,).

    The latest such hour that the history knows; NaN where there is none in REPEATS of them.
    """
    ago = AGO[history.signals[k].kind]
    relative = history.relative[:, k]
    found = np.full(len(hours), np.nan)
    for n in range(1, REPEATS + 1):
        place = np.searchsorted(history.time, hours - n * ago)
        inside = place < len(history.time)
        inside[inside] &= history.time[place[inside]] == (hours - n * ago)[inside]
        better = inside & np.isnan(found)
        found[better] = relative[place[better]]
    return found


def persistence(known: History, hours: Times) -> Floats:
    """Return the point forecast (hours, signal) in value / scale from all that is known, no hour of `hours` among it.

    Raises Mismatch that names signal and hour where nothing is known that could persist.
    """
    goes_on = held(known)[-1] if len(known.time) else np.full(len(known.signals), np.nan)
    columns = [
        repeated(known, hours, k) if s.kind in AGO else np.full(len(hours), goes_on[k])
        for k, s in enumerate(known.signals)
    ]
    points = np.column_stack(columns) if columns else np.zeros((len(hours), 0))
    for hour, k in np.argwhere(np.isnan(points))[:1]:
        signal = known.signals[k]
        before = "in the weeks before" if signal.kind in AGO else "lately"
        raise Mismatch(
            f"nothing was measured of {signal.id} {before} that could persist at {stamp(hours[hour])}; "
            "fill the history, or use climatology"
        )
    return points
