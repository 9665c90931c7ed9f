"""Whole years of the reference parks, run once per test process."""

from functools import cache

import xarray as xr

from holin.calendar import hours_of_year
from holin.park import Park, at_stage, stage_of
from holin.parkfile import read_park, reference_park
from holin.resource import available, demand, weather_year
from holin.twin import Result, run


@cache
def year_of(park: str, stage: str) -> Result:
    """Return the run of a whole year, as `holin run PARK --stage STAGE` makes it."""
    return run(reference_park(park), stage=stage)


@cache
def year_in_steps(park: str, stage: str, step_h: int) -> tuple[Park, xr.Dataset, xr.Dataset]:
    """Return the park, available power and demand of a year as means over `step_h` hours: a quicker problem."""
    whole = read_park(reference_park(park))
    at = stage_of(whole, stage)
    frozen = at_stage(whole, at)
    time = hours_of_year(at.as_of.year, frozen.facts.time_zone)
    weather = weather_year(frozen, time)
    starts = time[::step_h]

    def averaged(table: xr.Dataset) -> xr.Dataset:
        return table.coarsen(time=step_h).mean().assign_coords(time=starts)

    return frozen, averaged(available(frozen, weather)), averaged(demand(frozen, time, weather))
