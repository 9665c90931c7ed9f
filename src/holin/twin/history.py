"""The past of a park as a forecast may know it: other years' weather behind it, the run's own until now."""

from __future__ import annotations

import numpy as np
import xarray as xr

from holin.calendar import Times, hours_of_year
from holin.forecast import History, history_of
from holin.park import Park
from holin.resource import available, clear_sky_mw, demand, weather_year
from holin.resource.season import years_of

PAST_YEARS = 4
"""Local years before the first hour that a forecast learns from."""


def known_history(
    park: Park,
    may: xr.Dataset,
    must: xr.Dataset,
    *,
    past_years: int = PAST_YEARS,
    seed: int | None = None,
) -> History:
    """Return the history of a frozen park over the hours of its tables AVAILABLE and DEMAND, and past years before.

    The past years are synthetic: the park's own climate drawn with other seeds, `seed` + 1, `seed` + 2, ... (the
    climate's seed where None), never the weather of the year itself. They fill every hour from the beginning of the
    first past year to the first hour of the tables, so that the local year of that hour holds another draw too.
    """
    own: Times = may["time"].values
    base = park.climates[0].seed if seed is None else seed
    first = years_of(own[:1], park.facts.time_zone)[0]
    parts = [_year(park, first - n, base + n) for n in range(past_years, 0, -1)]
    if hours_of_year(first, park.facts.time_zone)[0] < own[0]:
        until = own[0] - np.timedelta64(1, "ns")
        drawn, load = _year(park, first, base + past_years + 1)
        parts.append((drawn.sel(time=slice(None, until)), load.sel(time=slice(None, until))))
    parts.append((may, must))
    all_may = _in_a_row([m for m, _ in parts], "available_mw")
    all_must = _in_a_row([m for _, m in parts], "load_mw")
    return history_of(park, all_may, all_must, clear_mw=clear_sky_mw(park, all_may["time"].values))


def _in_a_row(tables: list[xr.Dataset], column: str) -> xr.Dataset:
    return xr.concat([t[[column]] for t in tables], dim="time", coords="minimal", compat="override")


def _year(park: Park, year: int, seed: int) -> tuple[xr.Dataset, xr.Dataset]:
    hours = hours_of_year(year, park.facts.time_zone)
    sky = weather_year(park, hours, seed=seed)
    return available(park, sky), demand(park, hours, sky)
