"""The past of a park as a forecast may know it: other years' weather behind it, the run's own until now."""

from __future__ import annotations

from dataclasses import replace

import xarray as xr

from holin.calendar import Times, hours_of_year
from holin.forecast import History, history_of
from holin.park import Park
from holin.resource import as_then, available, clear_sky_mw, demand, weather_year
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
    first past year to the first hour of the tables, so that the local year of that hour holds another draw too. A
    measured series that reaches over a past year is that year's; where it does not, the weather model stands in and
    `modelled` of the history names the unit. Raises BadInput where a wind farm has neither.
    """
    own: Times = may["time"].values
    modelled: set[str] = set()
    base = park.climates[0].seed if seed is None else seed
    first = years_of(own[:1], park.facts.time_zone)[0]
    years = [(first - n, base + n) for n in range(past_years, 0, -1)] + [(first, base + past_years + 1)]
    parts = []
    for year, drawn in years:
        hours = hours_of_year(year, park.facts.time_zone)
        if len(hours := hours[hours < own[0]]):
            parts.append(_past(park, hours, drawn, modelled))
    parts.append((may, must))
    all_may = _in_a_row([m for m, _ in parts], "available_mw")
    all_must = _in_a_row([m for _, m in parts], "load_mw")
    history = history_of(park, all_may, all_must, clear_mw=clear_sky_mw(park, all_may["time"].values))
    return replace(history, modelled=tuple(sorted(modelled)))


def _in_a_row(tables: list[xr.Dataset], column: str) -> xr.Dataset:
    return xr.concat([t[[column]] for t in tables], dim="time", coords="minimal", compat="override")


def _past(park: Park, hours: Times, seed: int, modelled: set[str]) -> tuple[xr.Dataset, xr.Dataset]:
    """Return AVAILABLE and DEMAND of past hours; adds to `modelled` what was measured at other times alone."""
    then, late = as_then(park, hours)
    modelled.update(late)
    sky = weather_year(then, hours, seed=seed)
    return available(then, sky), demand(then, hours, sky)
