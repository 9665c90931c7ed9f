"""Put one station's weather on the hours of a run and on the sites of a park."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times
from holin.errors import Mismatch
from holin.park import Park
from holin.resource.air import pressure_at_altitude_pa
from holin.resource.sites import Site, site_coords, sites_of
from holin.resource.sky import beam_and_diffuse, sun_position
from holin.resource.synthetic_air import snow_cover
from holin.tables import WEATHER, checked

Floats = NDArray[np.float64]

HOURS_OF_LEAP_YEAR = 8784
SHOWN = 3


def on_hours(weather: xr.Dataset, time: Times, time_zone: str) -> xr.Dataset:
    """Return the weather at the hours `time` (UTC) of a run.

    Weather that has these hours gives them. A typical or another year gives the hour of the same month, day and
    standard (not summer) time, so that the sun stands right; 28 February serves for the 29th. The attribute `hours`
    says which of both. Raises Mismatch that counts and names hours which the weather lacks.
    """
    time = time.astype("datetime64[ns]")
    have: Times = weather["time"].values.astype("datetime64[ns]")
    if np.isin(time, have).all():
        return weather.sel(time=time).assign_attrs(hours="as given")
    if len(have) > HOURS_OF_LEAP_YEAR:
        raise Mismatch(
            f"the weather holds {have[0]} to {have[-1]}, more than a year, but not all hours of the run "
            f"({time[0]} to {time[-1]}); cut it to the one year that is meant"
        )
    at = _same_calendar_hour(have, time, time_zone)
    moved = weather.isel(time=at).assign_coords(time=time)
    return moved.assign_attrs(hours=f"by calendar from {have[0].astype('datetime64[h]')} on")


def _same_calendar_hour(have: Times, time: Times, time_zone: str) -> NDArray[np.int_]:
    offset = _standard_offset(time_zone, int(pd.Timestamp(time[0]).year))
    known, wanted = (_calendar_hour(t + offset) for t in (have, time))
    keys, first = np.unique(known, return_index=True)
    leap_day = (wanted // 100 == 229) & ~np.isin(wanted, keys)
    wanted = np.where(leap_day, wanted - 100, wanted)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    lacking = keys[at] != wanted
    if lacking.any():
        named = ", ".join(str(t.astype("datetime64[m]")) for t in time[lacking][:SHOWN])
        raise Mismatch(
            f"the weather ({have[0]} to {have[-1]}, {len(have)} h) lacks {int(lacking.sum())} of {len(time)} hours, "
            f"first {named} (UTC); give a longer file, or run only the hours that it has"
        )
    return np.asarray(first[at], dtype=int)


def _standard_offset(time_zone: str, year: int) -> np.timedelta64:
    zone = ZoneInfo(time_zone)
    offsets = [datetime(year, month, 1, tzinfo=zone).utcoffset() for month in (1, 7)]
    return np.timedelta64(int(min(o.total_seconds() for o in offsets if o is not None)), "s")


def _calendar_hour(time: Times) -> NDArray[np.int_]:
    """Month, day and hour as one number: 22813 is 28 February, 13:00."""
    index = pd.DatetimeIndex(time)
    return np.asarray(index.month * 10_000 + index.day * 100 + index.hour, dtype=int)


def at_sites(weather: xr.Dataset, park: Park) -> xr.Dataset:
    """Return one station's weather at all sites of the park, in the order of `sites_of`.

    Wind keeps the station's height; the farms' shear lifts it to their hubs. What the file lacks altogether and can be
    derived is derived, and the attribute `derived` names it: beam and diffuse irradiance from the global one (Erbs)
    with each site's sun, pressure from the altitude (standard atmosphere), snow from ten days of air temperature.
    Raises Mismatch when the weather has more than one site.
    """
    if weather.sizes["site"] != 1:
        raise Mismatch(f"the weather has {weather.sizes['site']} sites; at_sites spreads the weather of one station")
    sites = sites_of(park)
    station = weather.isel(site=0)
    columns = {c.name: np.repeat(station[c.name].values[:, None], len(sites), axis=1) for c in WEATHER.columns}
    lacking = {name for name, values in columns.items() if np.isnan(values).all()}
    derived: list[str] = []
    if {"dni", "dhi"} <= lacking and "ghi" not in lacking:
        columns["dni"], columns["dhi"] = _split(station["ghi"].values, weather["time"].values, sites)
        derived += ["dni", "dhi"]
    if "pressure_pa" in lacking:
        columns["pressure_pa"] = np.full_like(columns["ghi"], pressure_at_altitude_pa(_altitude(weather, park)))
        derived.append("pressure_pa")
    if "snow" in lacking and "temp_air_c" not in lacking:
        columns["snow"] = snow_cover(columns["temp_air_c"])
        derived.append("snow")
    coords = {"time": weather["time"].values, **site_coords(sites)}
    coords["height_m"] = ("site", np.full(len(sites), float(station["height_m"])))
    table = xr.Dataset(
        {name: (("time", "site"), values) for name, values in columns.items()},
        coords=coords,
        attrs={**weather.attrs, "derived": ", ".join(derived)},
    )
    return checked(WEATHER, table)


def _split(ghi: Floats, time: Times, sites: tuple[Site, ...]) -> tuple[Floats, Floats]:
    suns = [sun_position(time, latitude=s.latitude, longitude=s.longitude) for s in sites]
    parts = [beam_and_diffuse(ghi, sun) for sun in suns]
    return np.column_stack([p[0] for p in parts]), np.column_stack([p[1] for p in parts])


def _altitude(weather: xr.Dataset, park: Park) -> float:
    of_file = float(weather.attrs.get("altitude_m", np.nan))
    if not np.isnan(of_file):
        return of_file
    return park.climates[0].altitude_m if park.climates else 0.0
