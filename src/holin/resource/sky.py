"""Sun and sky: the sun's position, the clear sky, what clouds leave of it, and how it splits into beam and diffuse."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pvlib
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr

from holin.calendar import Times
from holin.park import Climate
from holin.resource.air import pressure_at_altitude_pa
from holin.resource.field import field, memory_of_hours
from holin.resource.season import monthly_course
from holin.resource.sites import Site, places_km

Floats = NDArray[np.float64]

HALF_HOUR = np.timedelta64(30, "m")


@contextmanager
def quiet_pandas() -> Iterator[None]:
    """Silence what pandas 3.1 says to pvlib 0.16, whose `DatetimeIndex.dayofyear` it renamed; nothing else."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="DatetimeIndex.dayofyear is deprecated")
        yield


@dataclass(frozen=True, kw_only=True)
class SunPosition:
    """Where the sun stands in the middle of each hour; angles in degrees, azimuth from north, clockwise."""

    middle: pd.DatetimeIndex
    zenith_deg: Floats
    apparent_zenith_deg: Floats
    azimuth_deg: Floats


def sun_position(time: Times, *, latitude: float, longitude: float) -> SunPosition:
    """Return the sun's position in the middle of the hours that start at `time` (UTC); latitude, longitude in degrees.

    Source: Astronomical Almanac algorithm as in pvlib `ephemeris`, within 0.02 deg of NREL's SPA, ten times as fast.
    """
    middle = pd.DatetimeIndex(time.astype("datetime64[ns]") + HALF_HOUR, tz="UTC")
    with quiet_pandas():
        sun = pvlib.solarposition.ephemeris(middle, latitude, longitude)
    return SunPosition(
        middle=middle,
        zenith_deg=sun["zenith"].to_numpy(),
        apparent_zenith_deg=sun["apparent_zenith"].to_numpy(),
        azimuth_deg=sun["azimuth"].to_numpy(),
    )


def clear_sky_ghi(sun: SunPosition, *, latitude: float, longitude: float, altitude_m: float) -> Floats:
    """Return the clear sky's global horizontal irradiance in W/m2, shape (time,).

    Source: Ineichen and Perez, Solar Energy 73 (2002) 151, with the monthly Linke turbidity of SoDa (pvlib).
    """
    with quiet_pandas():
        turbidity = pvlib.clearsky.lookup_linke_turbidity(sun.middle, latitude, longitude)
    airmass = pvlib.atmosphere.get_absolute_airmass(
        pvlib.atmosphere.get_relative_airmass(sun.apparent_zenith_deg), pressure_at_altitude_pa(altitude_m)
    )
    with np.errstate(divide="ignore", invalid="ignore"):  # the sun below the horizon: no clear sky, set to zero
        clear = pvlib.clearsky.ineichen(
            sun.apparent_zenith_deg,
            airmass,
            turbidity.to_numpy(),
            altitude=altitude_m,
            dni_extra=pvlib.irradiance.get_extra_radiation(sun.middle.day_of_year.to_numpy()),
        )
    return np.asarray(np.nan_to_num(clear["ghi"], nan=0.0), dtype=float)


def beam_and_diffuse(ghi: Floats, sun: SunPosition) -> tuple[Floats, Floats]:
    """Return direct normal and diffuse horizontal irradiance in W/m2 from the global horizontal one.

    Source: Erbs, Klein and Duffie, Solar Energy 28 (1982) 293. A missing global irradiance stays missing.
    """
    split = pvlib.irradiance.erbs(ghi, sun.zenith_deg, sun.middle.day_of_year.to_numpy())
    dni = np.asarray(split["dni"], dtype=float)
    dhi = np.asarray(split["dhi"], dtype=float)
    return np.where(np.isnan(ghi), np.nan, dni), np.where(np.isnan(ghi), np.nan, dhi)


CLOUD_SYSTEMS = memory_of_hours(28.0)
CLOUDS = memory_of_hours(2.0)
CLOUDS_SHARE = 0.25
CLOUDS_REACH = 1 / 6
SPREAD = 0.33
"""Variance of the hourly clearness / m (1 - m): broken and clear skies are likelier than a grey mean."""


def clearness(climate: Climate, sites: Sequence[Site], year: pd.DatetimeIndex, *, seed: int) -> Floats:
    """Return shape (hours, site): global irradiance / clear sky, 0..1, for one whole local year.

    A beta distribution whose mean is `monthly_clearness`, on a random field of cloud systems, which last for a day
    (autocorrelation 0.43 of daily sums, Inner Mongolia 2020, source as in `synthetic_wind`), and of single clouds.
    The wind is drawn independently: in the same data daily wind and clearness correlate by 0.06 only.
    """
    places = places_km(tuple(sites), climate.latitude or 0.0)
    reach = climate.correlation_length_km
    systems = field(places, len(year), CLOUD_SYSTEMS, length_km=reach, seed=seed, name="cloud systems")
    clouds = field(places, len(year), CLOUDS, length_km=CLOUDS_REACH * reach, seed=seed, name="clouds")
    latent = np.sqrt(1 - CLOUDS_SHARE) * systems + np.sqrt(CLOUDS_SHARE) * clouds
    mean = np.clip(monthly_course(year, climate.monthly_clearness), 0.02, 0.98)
    return _beta_quantile(latent, mean)


def _beta_quantile(latent: Floats, mean: Floats) -> Floats:
    # The exact inverse is slow; a table over rank and mean is within 0.002 of it and a hundred times as fast.
    ranks = np.linspace(-4.5, 4.5, 121)
    means = np.linspace(0.02, 0.98, 49)
    strength = 1 / SPREAD - 1
    table = betaincinv(means[:, None] * strength, (1 - means[:, None]) * strength, ndtr(ranks)[None, :])
    row = (mean - means[0]) / (means[1] - means[0])
    low = np.minimum(row.astype(int), len(means) - 2)
    weight = (row - low)[:, None]
    column = (np.clip(latent, ranks[0], ranks[-1]) - ranks[0]) / (ranks[1] - ranks[0])
    left = np.minimum(column.astype(int), len(ranks) - 2)
    right_weight = column - left
    upper, lower = low[:, None] + 1, low[:, None]
    at_low = table[lower, left] * (1 - right_weight) + table[lower, left + 1] * right_weight
    at_high = table[upper, left] * (1 - right_weight) + table[upper, left + 1] * right_weight
    return np.asarray(at_low * (1 - weight) + at_high * weight, dtype=float)
