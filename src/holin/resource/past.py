"""A park at other times than its series were measured at: the model stands in before, nothing for what is to come."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times
from holin.errors import BadInput, Fault
from holin.park import Load, Park, PvPlant, WindFarm
from holin.resource.available import available
from holin.resource.demand import demand
from holin.resource.measured import hourly, phase_of, series_of

Floats = NDArray[np.float64]
Measured = TypeVar("Measured", WindFarm, PvPlant, Load)


def as_then(park: Park, hours: Times) -> tuple[Park, tuple[str, ...]]:
    """Return the park without the series that do not reach over `hours` (UTC), and the ids of what they measured.

    Its heat is left out, for it is not forecast. Raises BadInput where a wind farm has no turbine to stand in.
    """
    reaching = {s.id for s in park.series if len(s.time) and s.time[0] <= hours[0] and s.time[-1] >= hours[-1]}
    late: list[str] = []

    def kept(things: tuple[Measured, ...]) -> tuple[Measured, ...]:
        mine = [t.id for t in things if t.series and t.series not in reaching]
        late.extend(mine)
        return tuple(replace(t, series=None) if t.id in mine else t for t in things)

    then = replace(
        park, wind_farms=kept(park.wind_farms), pv_plants=kept(park.pv_plants), loads=kept(park.loads), thermal_units=()
    )
    faults = [
        Fault(
            file="wind_farm.csv", field="turbine", value=farm.id,
            problem="its series does not reach over the past years that a forecast learns from",
            right="give a longer series, or name a turbine, so that other years' weather can stand in",
        )
        for farm in then.wind_farms
        if farm.series is None and farm.turbine is None
    ]  # fmt: skip
    if faults:
        raise BadInput(faults)
    return then, tuple(late)


def as_measured(park: Park, hours: Times, sky: xr.Dataset) -> tuple[xr.Dataset, xr.Dataset]:
    """Return AVAILABLE and DEMAND of hours of which the last may be still to come: what is not measured yet is NaN.

    `sky` is the weather of the hours. Things without a series have the model's values throughout.
    """
    then, late = as_then(park, hours)
    may, must = available(then, sky), demand(then, hours, sky)
    units: list[WindFarm | PvPlant] = [*park.wind_farms, *park.pv_plants]
    for thing in units:
        if thing.id in late:
            may.available_mw.loc[{"unit": thing.id}] = thing.p_nom_mw * _known(park, thing, hours)
    for load in park.loads:
        if load.id in late:
            must.load_mw.loc[{"load": load.id}] = load.load_mw * _known(park, load, hours)
    return may, must


def _known(park: Park, thing: WindFarm | PvPlant | Load, hours: Times) -> Floats:
    """Return hourly means of a thing's series in p.u., shape (hours,); NaN where nothing was measured."""
    series = series_of(park, thing.series or "", used_by=thing.id)
    time, means = hourly(series.time, series.values, phase_of(hours))
    known = xr.DataArray(means, dims="time", coords={"time": time}).reindex(time=hours)
    return np.asarray(np.maximum(known.values, 0.0), dtype=float)
