"""AVAILABLE and DEMAND in steps of a part of an hour: series of such steps as measured, the rest drawn through.

Every hour keeps its energy, so that yields, factors and yearly sums are those of the hours.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times, steps_of
from holin.park import Park, PvPlant, WindFarm
from holin.resource.steps import held_between, in_steps

Floats = NDArray[np.float64]


def within_hours(park: Park, available: xr.Dataset, demand: xr.Dataset, step_h: float) -> tuple[xr.Dataset, xr.Dataset]:
    """Return AVAILABLE and DEMAND of hours in steps of `step_h`, each hour's energy kept.

    What a series gives that was measured in steps of `step_h` or whole parts of it goes as that does within each hour
    (`full_load_hours` scale it as they scale the hour, up to `p_nom_mw`); all else goes from hour to hour (`in_steps`).
    """
    if step_h == 1.0:
        return available, demand
    time = steps_of(available.time.values, step_h)
    renewables: tuple[WindFarm | PvPlant, ...] = (*park.wind_farms, *park.pv_plants)
    nominal = np.array([u.p_nom_mw for u in renewables])
    may, must = in_steps(available, step_h, highest={"available_mw": nominal}), in_steps(demand, step_h)
    courses = {series.id: _course(series.time, series.values, time, step_h) for series in park.series}
    hourly = available.available_mw.values
    for k, unit in enumerate(renewables):
        course = courses.get(unit.series or "")
        if course is not None:
            most = np.inf if unit.full_load_hours is None else unit.p_nom_mw
            may.available_mw.values[:, k] = _as_measured(np.maximum(course, 0.0), hourly[:, k], most)
    firm = [(load.series, load.load_mw) for load in park.loads]
    heat = [(unit.heat_series, unit.heat_nom_mw) for unit in park.thermal_units]
    for column, things in (("load_mw", firm), ("heat_mw", heat)):
        for k, (series_id, mw) in enumerate(things):
            course = courses.get(series_id or "")
            if course is not None:
                must[column].values[:, k] = mw * course
    return may, must


def _course(time: Times, values: Floats, steps: Times, step_h: float) -> Floats | None:
    """Return a series' means over steps of `step_h` (step,); None where it is coarser, does not go into the steps a
    whole number of times, or misses one."""
    width = np.timedelta64(round(step_h * 3600), "s")
    apart = np.diff(time.astype("datetime64[s]")).min() if len(time) > 1 else None
    if apart is None or apart > width or width % apart:
        return None
    at = np.searchsorted(steps, time, side="right") - 1
    within = (at >= 0) & (time < steps[at] + width) & ~np.isnan(values)
    count = np.bincount(at[within], minlength=len(steps))
    if (count < width // apart).any():
        return None
    means: Floats = np.bincount(at[within], weights=values[within], minlength=len(steps)) / count
    return means


def _as_measured(course: Floats, hourly: Floats, most: float) -> Floats:
    """Return a course (step,) such that its hours have the means `hourly` (hour,) and no step is above `most`."""
    shape = course.reshape(len(hourly), -1)
    mean = shape.mean(axis=1)
    factor = np.divide(hourly, mean, out=np.zeros(len(hourly)), where=mean > 0.0)
    scaled = (shape * factor[:, None])[:, :, None]
    return held_between(hourly[:, None], scaled, np.array([most]))[:, 0]
