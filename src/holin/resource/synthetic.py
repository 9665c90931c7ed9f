"""The seeded synthetic weather year of a park."""

from __future__ import annotations

from functools import partial

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times, hours_of_year, local
from holin.errors import BadInput, Fault
from holin.park import Climate, Park
from holin.resource.air import pressure_at_altitude_pa
from holin.resource.season import MONTHS, drawn_by_year
from holin.resource.sites import Site, climate_of, site_coords, sites_of
from holin.resource.sky import beam_and_diffuse, clear_sky_ghi, clearness, sun_position
from holin.resource.synthetic_air import air_temperatures, snow_cover
from holin.resource.synthetic_wind import wind_speeds
from holin.tables import WEATHER, checked

Floats = NDArray[np.float64]

COLUMNS = tuple(c.name for c in WEATHER.columns)
SYNTHETIC = "synthetic"


def weather_year(park: Park, time: Times, *, seed: int | None = None) -> xr.Dataset:
    """Return the table WEATHER, drawn from the park's first climate, at all wind farms, PV plants and climates.

    `time` holds hour starts in naive UTC (`holin.calendar`); any part of a local year has the values of the whole
    year, and every year has the same weather, so that stages differ by the park alone. The weather at a place depends
    on the place and the seed, not on what else stands in the park. `seed` is the climate's own where None.
    Raises BadInput where the climate, a month or coordinates are missing, Mismatch where a time is not an hour's start.
    """
    climate = climate_of(park)
    faults = _faults_of(climate)
    if faults:
        raise BadInput(faults)
    used = climate.seed if seed is None else seed
    sites = sites_of(park)
    values = drawn_by_year(time, park.facts.time_zone, partial(_year, climate, sites, park.facts.time_zone, used))
    table = xr.Dataset(
        {name: (("time", "site"), values[:, i]) for i, name in enumerate(COLUMNS)},
        coords={"time": ("time", time.astype("datetime64[ns]")), **site_coords(sites)},
        attrs={
            "origin": SYNTHETIC,
            "seed": used,
            "climate": climate.id,
            "note": f"synthetic weather drawn from climate '{climate.id}' with seed {used}",
        },
    )
    return checked(WEATHER, table)


def _faults_of(climate: Climate) -> list[Fault]:
    return [
        Fault(
            file="climate.csv",
            field=name,
            value=";".join(map(str, getattr(climate, name))),
            problem=f"'{climate.id}' has {len(getattr(climate, name))} values",
            right=f"give {MONTHS}, January first",
        )
        for name in ("monthly_wind_factor", "monthly_temp_c", "monthly_clearness")
        if len(getattr(climate, name)) != MONTHS
    ]


def _year(climate: Climate, sites: tuple[Site, ...], time_zone: str, seed: int, year: int) -> Floats:
    """Return shape (hours, column, site) of one whole local year, columns in the order of WEATHER."""
    time = hours_of_year(year, time_zone)
    index = local(time, time_zone)
    temp = air_temperatures(climate, sites, index, seed=seed)
    ghi, dni, dhi = _irradiance(climate, sites, time, clearness(climate, sites, index, seed=seed))
    columns = {
        "wind_speed_m_per_s": wind_speeds(climate, sites, index, seed=seed),
        "temp_air_c": temp,
        "pressure_pa": np.full_like(temp, pressure_at_altitude_pa(climate.altitude_m)),
        "ghi": ghi,
        "dni": dni,
        "dhi": dhi,
        "snow": snow_cover(temp),
    }
    return np.stack([columns[c] for c in COLUMNS], axis=1)


def _irradiance(climate: Climate, sites: tuple[Site, ...], time: Times, clear: Floats) -> tuple[Floats, Floats, Floats]:
    parts: list[tuple[Floats, Floats, Floats]] = []
    for i, site in enumerate(sites):
        sun = sun_position(time, latitude=site.latitude, longitude=site.longitude)
        ghi = clear[:, i] * clear_sky_ghi(
            sun, latitude=site.latitude, longitude=site.longitude, altitude_m=climate.altitude_m
        )
        parts.append((ghi, *beam_and_diffuse(ghi, sun)))
    ghi_all, dni_all, dhi_all = (np.column_stack([p[n] for p in parts]) for n in range(3))
    return ghi_all, dni_all, dhi_all
