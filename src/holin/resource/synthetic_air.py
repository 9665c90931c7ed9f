"""Synthetic air: temperature with season, day and passing weather; snow that follows from it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.signal import lfilter

from holin.park import Climate
from holin.resource.field import field, memory_of_hours
from holin.resource.season import monthly_course, year_fraction
from holin.resource.sites import Site, places_km

Floats = NDArray[np.float64]

AIR_MASSES = memory_of_hours(60.0, 6.0)
AIR_MASS_REACH = 4.0
"""Correlation length of the temperature / that of the wind."""

AIR_MASS_K = (3.6, 1.2)
"""Standard deviation of passing weather: yearly mean, and how much more in winter than that (assumed)."""

WARMEST_SOLAR_HOUR = 15.0
SNOW_MEMORY_H = 240.0
SNOW_FULL_C = -8.0


def air_temperatures(climate: Climate, sites: Sequence[Site], year: pd.DatetimeIndex, *, seed: int) -> Floats:
    """Return shape (hours, site): air temperature in degC for one whole local year.

    T = month + amplitude cos(2 pi (solar hour - 15) / 24) + passing weather of standard deviation 2.4 K in summer to
    4.8 K in winter. The expected monthly means are `monthly_temp_c`.
    """
    month = monthly_course(year, climate.monthly_temp_c)
    utc_hour = year.tz_convert("UTC").hour.to_numpy() + 0.5
    solar = utc_hour[:, None] + np.array([s.longitude for s in sites]) / 15
    day = climate.diurnal_temp_amplitude_c * np.cos(2 * np.pi * (solar - WARMEST_SOLAR_HOUR) / 24)
    north = -1.0 if (climate.latitude or 0.0) < 0 else 1.0
    swing = AIR_MASS_K[0] + north * AIR_MASS_K[1] * np.cos(2 * np.pi * year_fraction(year))
    passing = field(
        places_km(tuple(sites), climate.latitude or 0.0),
        len(year),
        AIR_MASSES,
        length_km=AIR_MASS_REACH * climate.correlation_length_km,
        seed=seed,
        name="air masses",
    )
    return np.asarray(month[:, None] + day + swing[:, None] * passing, dtype=float)


def snow_cover(temp_air_c: Floats) -> Floats:
    """Return how much snow lies, 0..1, of the shape (time, ...) of the temperatures in degC.

    None while the air of the last ten days was above 0 degC, all below -8 degC, linear between (assumed): a
    stand-in where no snow was measured.
    """
    pole = np.exp(-1 / SNOW_MEMORY_H)
    start = temp_air_c[: int(SNOW_MEMORY_H)].mean(axis=0, keepdims=True) * pole
    past, _ = lfilter([1 - pole], [1, -pole], temp_air_c, axis=0, zi=start)
    return np.asarray(np.clip(past / SNOW_FULL_C, 0.0, 1.0), dtype=float)
