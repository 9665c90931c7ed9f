"""Pseudo-measurements: what units would give or take by a schedule, or by the park's own state, with a large sigma."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times
from holin.errors import Mismatch
from holin.flow.estimate.readings import nominal_mw
from holin.flow.hours import flow
from holin.flow.network import holds_voltage
from holin.flow.snapshot import snapshot
from holin.park import Park, units_of

Real = NDArray[np.float64]
Flags = NDArray[np.bool_]

OF_SCHEDULE = 0.2
"""Sigma of a scheduled power, as a share of it."""

OF_NOMINAL = 0.05
"""Least sigma of a scheduled power, as a share of the unit's size."""

OF_PEAK = 0.5
"""Sigma of the power in the park's own state, as a share of the unit's size."""

SMALLEST_MW = 0.01


@dataclass(frozen=True, kw_only=True, eq=False)
class Pseudo:
    """Powers into the network of every injector (time, injector), their sigmas (injector,), and which moments the
    schedule covers (time,); the park's own state stands for the others."""

    p_mw: Real
    q_mvar: Real
    p_sigma: Real
    q_sigma: Real
    scheduled: Flags


def pseudo_powers(park: Park, time: Times, schedule: xr.Dataset | None) -> Pseudo:
    """Return what units would give by `schedule` (SCHEDULE or FLOWS), by the park's own state where it has no hour.

    Where the table has no `q_mvar` it comes from the power flow of those hours. Shunts that keep a voltage are taken
    as giving nothing, with half their rating as sigma. Raises Mismatch when the schedule is of another park.
    """
    units = [u.id for u in units_of(park)]
    shunts = np.array([abs(s.q_nom_mvar) for s in park.shunts if holds_voltage(s)], dtype=np.float64)
    size = np.array([nominal_mw(park)[u] for u in units], dtype=np.float64)
    own = _with_reactive(park, snapshot(park))
    p = np.tile(own["p_mw"].sel(unit=units).values, (len(time), 1))
    q = np.tile(own["q_mvar"].sel(unit=units).values, (len(time), 1))
    p_sigma, q_sigma = OF_PEAK * size, OF_PEAK * size
    scheduled = np.zeros(len(time), dtype=bool)
    if schedule is not None:
        if missing := [u for u in units if u not in set(map(str, schedule["unit"].values))]:
            raise Mismatch(f"the schedule is of another park or stage: it has no {missing[:5]}")
        hour = _hour_of(schedule["time"].values, time)
        scheduled = hour >= 0
        if scheduled.any():
            table = _with_reactive(park, schedule.isel(time=np.unique(hour[scheduled])))
            at = np.searchsorted(np.unique(hour[scheduled]), hour[scheduled])
            p[scheduled] = table["p_mw"].sel(unit=units).transpose("time", "unit").values[at]
            q[scheduled] = table["q_mvar"].sel(unit=units).transpose("time", "unit").values[at]
            usual_p, usual_q = (np.sqrt(np.nanmean(x[scheduled] ** 2, axis=0)) for x in (p, q))
        if scheduled.all():
            p_sigma = np.maximum(OF_SCHEDULE * np.nan_to_num(usual_p), OF_NOMINAL * size)
            q_sigma = np.maximum(OF_SCHEDULE * np.nan_to_num(usual_q), OF_NOMINAL * size)
    none = np.zeros((len(time), len(shunts)))
    least = SMALLEST_MW + np.zeros(len(shunts))
    return Pseudo(
        p_mw=np.hstack([np.nan_to_num(p), none]),
        q_mvar=np.hstack([np.nan_to_num(q), none]),
        p_sigma=np.concatenate([np.maximum(p_sigma, SMALLEST_MW), least]),
        q_sigma=np.concatenate([np.maximum(q_sigma, SMALLEST_MW), np.maximum(OF_PEAK * shunts, SMALLEST_MW)]),
        scheduled=scheduled,
    )


def _hour_of(hours: Times, time: Times) -> NDArray[np.int64]:
    """Return which hour of a schedule each moment lies in, -1 for none; the last is as long as the one before."""
    if not len(hours):
        return np.full(len(time), -1, dtype=np.int64)
    step = hours[-1] - hours[-2] if len(hours) > 1 else np.timedelta64(1, "h")
    edges = np.append(hours[1:], hours[-1] + step)
    place = np.searchsorted(hours, time, side="right") - 1
    lengths = np.minimum(edges - hours, step)
    inside = (place >= 0) & (time < hours[np.maximum(place, 0)] + lengths[np.maximum(place, 0)])
    return np.where(inside, place, -1).astype(np.int64)


def _with_reactive(park: Park, table: xr.Dataset) -> xr.Dataset:
    """Return p_mw and q_mvar (time, unit), NaN where the power flow has no solution."""
    if "q_mvar" in table:
        return table[["p_mw", "q_mvar"]]
    return flow(park, table)[["p_mw", "q_mvar"]]
