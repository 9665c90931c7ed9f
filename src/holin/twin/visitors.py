"""What visitors of a park are shown of a run: green metal and avoided CO2 by the hour, and a what-if of one week."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from holin.calendar import local
from holin.carbon import ChosenFactor, grid_region
from holin.carbon.factors import LOCATION
from holin.carbon.scope_counts import factors_by_hour
from holin.errors import ARGUMENT, BadInput, Fault
from holin.kernel.linear import Floats
from holin.park import Park, Stage, at_stage, stage_of
from holin.parkfile import read_park
from holin.picture.series import marked_weeks, weeks_of
from holin.potline import metal_t
from holin.resource import sites_of, weather_year
from holin.store import open_table, read_run
from holin.summary import compared, green_mwh, users_of
from holin.twin.knobs import knobs_of, turned
from holin.twin.part_year import without_year_rules
from holin.twin.run import run

OWN_GREEN = ("wind_farm", "pv_plant")
"""Kinds of source whose energy stands in for the public grid's: what the grid itself brings that is renewable is in the
grid's factor already."""

FIGURES = ("green_share.physical", "energy_mwh.curtailed", "carbon.total_t", "all_in_price_per_kwh")
"""What a what-if tells of the summary of its hours."""

METAL_PER_DAY, AVOIDED_PER_DAY = "green_metal_t_per_day", "avoided_t_per_day"
"""What it tells besides: sums of `visitor_hours`, by the day of 24 h."""


@dataclass(frozen=True, kw_only=True, eq=False)
class VisitorHours:
    """Of each hour (time,): t of metal, t of green-power metal, t of CO2 avoided (NaN where no factor is known).

    Count of both green figures: physical. `factors` are those of the public grid, location-based, one a year.
    """

    metal_t: Floats
    green_metal_t: Floats
    avoided_t: Floats
    factors: tuple[ChosenFactor, ...]


def visitor_hours(park: Park, flows: xr.Dataset, trace: xr.Dataset) -> VisitorHours:
    """Return what a park that is frozen at its stage made and avoided in each hour of FLOWS and TRACE.

    green_metal_t(h) = green energy traced to a potline in the hour / that potline's AC energy per metal over all hours,
    so that the hours add up to the run's green metal. avoided_t(h) = energy of the park's own wind and sun that its
    users took x the public grid's location-based factor of the year: what the same energy from the public grid would
    have counted for (GHG Protocol Scope 2 Guidance, 2015, ch. 6). Neither is a certificate.
    """
    made = metal_t(park, flows)
    green = green_mwh(trace)
    of_green = np.zeros(flows.sizes["time"])
    for line in park.potlines:
        metal = float(np.nansum(made.sel(potline=line.id).values))
        energy = float(np.nansum(-flows["p_mw"].sel(unit=line.id).values))
        of_green += green.sel(sink=line.id).values * (metal / energy if energy else 0.0)
    users = users_of(trace)
    own = np.flatnonzero(np.isin(trace["source_kind"].values.astype(str), OWN_GREEN))
    taken = users["energy_mwh"].isel(source=own).sum(("source", "sink"), skipna=False).values
    factor, factors = _factors(park, flows)
    return VisitorHours(
        metal_t=made.sum("potline", skipna=False).values, green_metal_t=of_green, avoided_t=taken * factor,
        factors=factors,
    )  # fmt: skip


def _factors(park: Park, flows: xr.Dataset) -> tuple[Floats, tuple[ChosenFactor, ...]]:
    hours = flows["time"].values
    try:
        found, chosen = factors_by_hour(park, grid_region(park), LOCATION, hours)
    except BadInput:  # the park names none: then nothing can be said of what was avoided
        return np.full(len(hours), np.nan), ()
    return found, chosen


def representative_week(park: Park, trace: xr.Dataset) -> tuple[int, int]:
    """Return the first hour and the number of hours of the week whose green share is the median of all whole weeks.

    Where no week is whole, of the parts that there are.
    """
    users = users_of(trace)
    weeks = weeks_of(local(trace["time"].values, park.facts.time_zone))
    green = green_mwh(users).sum("sink", skipna=False).values
    used = users["energy_mwh"].sum(("source", "sink"), skipna=False).values
    marked = marked_weeks(weeks, green, used)
    week = weeks[marked.get("median", 0)]
    return week.start, week.stop - week.start


def visitor_wanted(park: Park, stage: Stage, *, wind: float, storage: float) -> dict[str, float]:
    """Return the knobs to be turned for positions of the two sliders: power and energy of storages move together.

    What does not stand at the stage cannot be moved, and 1 is what stands.
    """
    times = {"wind_mw": wind, "storage_mw": storage, "storage_mwh": storage}
    return {k.id: k.value * times[k.id] for k in knobs_of(park, stage) if times.get(k.id, 1.0) != 1.0 and not k.fixed}


def visitor_what_if(
    *, folder: str, first: int, count: int, wind: float, storage: float, at: str | None = None
) -> Mapping[str, Any]:
    """Run some hours of a run's park with so many times its wind and storage, and return FIGURES and sums by the day.

    In the run's weather and with the rules that only a whole year can keep not enforced; the grid stays as it is. `at`
    names another stage of the park than the run's. Raises BadInput where the run holds no weather, or none of the
    places where something is built by then; Infeasible where the park cannot be operated so.
    """
    found = read_run(folder, verify=False)
    if "weather" not in found.tables:
        problem, right = "holds no weather, which the changed park would have to be run in", "name a run of a park"
        raise BadInput([Fault(file=ARGUMENT, field="run", value=Path(folder).name, problem=problem, right=right)])
    whole = read_park(found.park_folder)
    stage = stage_of(whole, at or str(found.summary["stage"]))
    wanted = visitor_wanted(whole, stage, wind=wind, storage=storage)
    changed = without_year_rules(turned(whole, stage, wanted) if wanted else whole)
    sky = open_table(found.tables.path, "weather").isel(time=slice(first, first + count)).load()
    made = run(changed, stage=stage.name, sky=_sky_at(at_stage(whole, stage), sky))
    rows = {row["path"]: row["after"] for row in compared({}, made.summary)}
    figures = {path: rows.get(path) for path in FIGURES} | _by_day(at_stage(changed, stage), made.tables)
    return {"figures": figures, "seconds": made.summary["seconds"]["total"]}


def _by_day(park: Park, tables: Mapping[str, xr.Dataset]) -> dict[str, float | None]:
    hours = visitor_hours(park, tables["flows"], tables["trace"])
    days = len(hours.metal_t) / 24.0
    sums = {
        METAL_PER_DAY: float(hours.green_metal_t.sum()) / days,
        AVOIDED_PER_DAY: float(hours.avoided_t.sum()) / days,
    }
    return {name: value if math.isfinite(value) else None for name, value in sums.items()}


def _sky_at(park: Park, sky: xr.Dataset) -> xr.Dataset:
    """Return a run's weather at the places of another stage of its park.

    Drawn weather depends on place and seed alone (`weather_year`), so at new places it is drawn as it would have been.
    """
    lacking = [site.id for site in sites_of(park) if site.id not in sky["site"].values]
    if not lacking:
        return sky
    if sky.attrs.get("origin") != "synthetic":
        problem = f"its weather was measured and holds nothing for {', '.join(lacking)}"
        raise BadInput(
            [Fault(file=ARGUMENT, field="at", value=park.facts.id, problem=problem, right="name its own stage")]
        )
    return weather_year(park, sky["time"].values, seed=int(sky.attrs["seed"]))


def visitor_sizes(park: Park, stage: Stage) -> dict[str, float]:
    """Return the MW of wind, the MW and the MWh of storage that stand at a stage."""
    at = at_stage(park, stage)
    return {
        "wind_mw": sum(farm.p_nom_mw for farm in at.wind_farms),
        "storage_mw": sum(one.p_nom_mw for one in at.storages),
        "storage_mwh": sum(one.e_nom_mwh for one in at.storages),
    }  # fmt: skip
