"""What PV plants would give under a clear sky: known for all time from place and plane alone."""

from __future__ import annotations

import numpy as np
import xarray as xr

from holin.calendar import Times
from holin.park import Park, PvPlant
from holin.resource.pv import pv_power
from holin.resource.sites import climate_of, sites_of
from holin.resource.sky import HALF_HOUR, beam_and_diffuse, clear_sky_ghi, sun_position

TEMP_AIR_C = 10.0
WIND_M_PER_S = 3.0
"""A fixed air (assumed): a clear-sky index measured against it takes up what the season's temperature does."""


def clear_sky_mw(park: Park, time: Times, *, step_h: float = 1.0) -> xr.DataArray:
    """Return the clear-sky power in MW of every PV plant, dims (time, unit), for intervals that start at `time` (UTC).

    The sun stands as in the middle of each interval; air of 10 degC, no snow, no scaling to full-load hours. It is the
    same for every year but for the calendar, so that a forecast may know it. Raises BadInput where a plant has no
    place. Source of the sky: `clear_sky_ghi`.
    """
    plants = park.pv_plants
    columns = [_plant(park, plant, time, step_h) for plant in plants]
    return xr.DataArray(
        np.column_stack(columns) if columns else np.zeros((len(time), 0)),
        dims=("time", "unit"),
        coords={"time": time.astype("datetime64[ns]"), "unit": np.array([p.id for p in plants], dtype=object)},
        name="clear_mw",
        attrs={"units": "MW"},
    )


def _plant(park: Park, plant: PvPlant, time: Times, step_h: float) -> np.ndarray:
    site = next(s for s in sites_of(park) if s.id == plant.id)
    # `sun_position` looks half an hour after the start; other steps have their middle elsewhere.
    middle: Times = np.asarray(time + (np.timedelta64(round(step_h * 1800), "s") - HALF_HOUR), dtype="datetime64[ns]")
    sun = sun_position(middle, latitude=site.latitude, longitude=site.longitude)
    altitude = climate_of(park).altitude_m if park.climates else 0.0
    ghi = clear_sky_ghi(sun, latitude=site.latitude, longitude=site.longitude, altitude_m=altitude)
    dni, dhi = beam_and_diffuse(ghi, sun)
    return pv_power(
        middle,
        plant,
        latitude=site.latitude,
        longitude=site.longitude,
        ghi=ghi,
        dni=dni,
        dhi=dhi,
        temp_air_c=np.full(len(time), TEMP_AIR_C),
        wind_speed_m_per_s=np.full(len(time), WIND_M_PER_S),
        snow=np.zeros(len(time)),
    )
