"""Synthetic wind speeds: a Weibull marginal on a random field, with the shapes of the year and of the day.

Two processes make the wind. The synoptic one (weather systems) remembers for about a day and reaches far; the local
one (squalls, fronts, terrain) forgets within hours and ends within some ten kilometres. A single farm has both; the
mean of many farms has only the first, which is why a province's curve is smooth and a farm's is not. The share of the
local one follows from `wind_lag1`. Time constants and the shape of the day were fitted to the hourly wind power
of Inner Mongolia in 2020 (ERA5, Copernicus Climate Change Service, through atlite, as published with the PyPSA-China
model by R. Lyu): autocorrelation without its mean day and month 0.989, 0.927, 0.805, 0.608, 0.359 at 1, 3, 6, 12, 24 h.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import gamma, ndtr

from holin.errors import BadInput, Fault
from holin.park import Climate
from holin.resource.field import field, memory_of_hours, noise
from holin.resource.season import monthly_course, year_fraction
from holin.resource.sites import Site, places_km

Floats = NDArray[np.float64]

SYNOPTIC = memory_of_hours(24.0, 3.0)
LOCAL = memory_of_hours(4.0)
LOCAL_SHARE_MAX = 0.6
LOCAL_REACH = 1 / 6
"""Correlation length of the local wind / that of the whole."""

DAY_SHAPE = {
    "winter": (0.1278, 0.0607, -0.0014, -0.0038),
    "spring": (0.0219, -0.0392, 0.0157, 0.0938),
    "summer": (0.2051, -0.0187, 0.0618, 0.0757),
    "autumn": (0.0757, -0.0011, 0.0189, 0.0470),
}
"""Per season cos and sin of 24 h, then of 12 h, of wind power / its mean in solar time: strongest at night in summer
and in the afternoon in spring (source: module docstring)."""

# Curve of a present-day turbine for weak winds (cubic between 3 and 11.5 m/s), only to translate power into speed.
CURVE_SPEEDS = np.linspace(0.0, 40.0, 801)
CURVE_POWER = np.where(CURVE_SPEEDS > 25, 0.0, np.clip((CURVE_SPEEDS**3 - 27) / (11.5**3 - 27), 0, 1))


def wind_speeds(climate: Climate, sites: Sequence[Site], year: pd.DatetimeIndex, *, seed: int) -> Floats:
    """Return shape (hours, site): wind speed in m/s at each site's height, for one whole local year.

    v = lambda (-ln(1 - Phi(z)))^(1/k) x month x day x (height / reference height)^shear, where z is the latent field,
    and lambda follows from the yearly mean (Weibull: mean = lambda Gamma(1 + 1/k)).
    """
    latent = wind_field(climate, tuple(sites), len(year), seed=seed)
    month = monthly_course(year, month_speed_factors(climate))
    speed = weibull(latent, climate) * month[:, None] * day_factors(climate, sites, year)
    height = np.array([(s.height_m / climate.reference_height_m) ** s.shear_exponent for s in sites])
    return np.asarray(speed * height, dtype=float)


def wind_field(climate: Climate, sites: tuple[Site, ...], hours: int, *, seed: int) -> Floats:
    """Return shape (hours, site): standard normal, the wind's rank among all hours.

    Correlation of two sites `wind_correlation` at no distance, falling to 1/e of that at `correlation_length_km`.
    """
    share = local_share(climate)
    places = places_km(sites, climate.latitude or 0.0)
    # Solved so that both parts together fall to 1/e at the declared length.
    synoptic_reach = -1 / np.log((np.exp(-1) - share * np.exp(-1 / LOCAL_REACH)) / (1 - share))
    parts = []
    for name, memory, reach in (("synoptic", SYNOPTIC, synoptic_reach), ("local", LOCAL, LOCAL_REACH)):
        shared = field(
            places, hours, memory, length_km=reach * climate.correlation_length_km, seed=seed, name=f"wind {name}"
        )
        own = np.column_stack(
            [noise(hours, memory, seed=seed, name=f"wind {name} {s.weather_key}")[:, 0] for s in sites]
        )
        parts.append(np.sqrt(climate.wind_correlation) * shared + np.sqrt(1 - climate.wind_correlation) * own)
    return np.asarray(np.sqrt(1 - share) * parts[0] + np.sqrt(share) * parts[1], dtype=float)


def local_share(climate: Climate) -> float:
    """Return the share of the local process in the latent variance, such that a farm's power has `wind_lag1`.

    Raises BadInput where no share gives that autocorrelation.
    """
    low, high = (power_correlation(climate, _latent_lag1(share)) for share in (LOCAL_SHARE_MAX, 0.0))
    if not low <= climate.wind_lag1 <= high:
        raise BadInput(
            [
                Fault(
                    file="climate.csv",
                    field="wind_lag1",
                    value=str(climate.wind_lag1),
                    problem=f"no wind of '{climate.id}' has this autocorrelation at one hour",
                    right=f"a value from {low:.3f} to {high:.3f}; one farm has about 0.95",
                )
            ]
        )
    return float(
        brentq(lambda s: power_correlation(climate, _latent_lag1(s)) - climate.wind_lag1, 0.0, LOCAL_SHARE_MAX)
    )


def _latent_lag1(share: float) -> float:
    return (1 - share) * SYNOPTIC.lag1 + share * LOCAL.lag1


def power_correlation(climate: Climate, latent_correlation: float) -> float:
    """Return the correlation of the powers f(z) of two hours or farms whose latent values have the given one.

    sum_n a_n^2 r^n / sum_n a_n^2 for n >= 1, with a_n = E[f(z) He_n(z)] / sqrt(n!) (Mehler's formula).
    """
    squares = _hermite_squares(climate)
    orders = np.arange(1, len(squares) + 1)
    return float(np.sum(squares * latent_correlation**orders) / squares.sum())


HERMITE_ORDERS = 60


def _hermite_squares(climate: Climate) -> Floats:
    z = np.linspace(-8, 8, 6401)
    weight = np.exp(-(z**2) / 2)
    weighted = weight / weight.sum() * np.interp(weibull(z, climate), CURVE_SPEEDS, CURVE_POWER)
    previous, current = np.ones_like(z), z  # He_n / sqrt(n!) by its recurrence
    squares = []
    for n in range(1, HERMITE_ORDERS + 1):
        squares.append(np.sum(weighted * current) ** 2)
        previous, current = current, (z * current - np.sqrt(n) * previous) / np.sqrt(n + 1)
    return np.array(squares)


def weibull(latent: Floats, climate: Climate) -> Floats:
    """Return wind speeds in m/s of the climate's Weibull distribution, of the shape of the latent normal values."""
    scale = climate.wind_speed_mean_m_per_s / gamma(1 + 1 / climate.weibull_k)
    return np.asarray(scale * (-np.log(ndtr(-latent))) ** (1 / climate.weibull_k), dtype=float)


def month_speed_factors(climate: Climate) -> Floats:
    """Return twelve factors on the speed, mean 1, whose power yields stand to each other as `monthly_wind_factor`.

    The yield at a factor is the mean of a present-day turbine's curve over the Weibull distribution.
    """
    z = np.linspace(-4.5, 4.5, 901)
    weight = np.exp(-(z**2) / 2)
    factors = np.linspace(0.3, 2.0, 341)
    speeds = weibull(z, climate)
    yields = np.array([np.sum(weight * np.interp(f * speeds, CURVE_SPEEDS, CURVE_POWER)) for f in factors])
    rising = slice(0, int(np.argmax(yields)) + 1)
    wanted = np.asarray(climate.monthly_wind_factor, dtype=float)
    at_one = np.interp(1.0, factors, yields)
    speed = np.interp(wanted / wanted.mean() * at_one, yields[rising], factors[rising])
    return np.asarray(speed / speed.mean(), dtype=float)


def day_factors(climate: Climate, sites: Sequence[Site], year: pd.DatetimeIndex) -> Floats:
    """Return shape (hours, site): factors on the speed over the solar day, mean 1, of `diurnal_wind_amplitude`."""
    coefficients = np.array(list(DAY_SHAPE.values()))
    season = year_fraction(year) + (0.5 if (climate.latitude or 0.0) < 0 else 0.0)
    course = np.column_stack([np.interp(season, SEASON_MIDDLES, c, period=1.0) for c in coefficients.T])
    utc_hour = year.tz_convert("UTC").hour.to_numpy() + 0.5
    solar = 2 * np.pi / 24 * (utc_hour[:, None] + np.array([s.longitude for s in sites]) / 15)
    shape = sum(
        course[:, [2 * n]] * np.cos((n + 1) * solar) + course[:, [2 * n + 1]] * np.sin((n + 1) * solar)
        for n in range(2)
    )
    return np.asarray(1 + climate.diurnal_wind_amplitude / _mean_day_amplitude() * shape, dtype=float)


SEASON_MIDDLES = np.array([15.0, 105.0, 196.0, 288.0]) / 365


def _mean_day_amplitude() -> float:
    """Half of the swing of the year's mean day, which `diurnal_wind_amplitude` declares."""
    mean = np.mean(list(DAY_SHAPE.values()), axis=0)
    angle = np.linspace(0, 2 * np.pi, 288, endpoint=False)
    waves = np.stack([np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)])
    return float(np.ptp(mean @ waves) / 2)
