"""The path of a connection study: park -> operated -> with the new units -> grid -> works -> operated again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
import xarray as xr

from holin.calendar import Times, local
from holin.carbon import carbon, emissions
from holin.connection import (
    Choice,
    Headroom,
    Operated,
    Place,
    Request,
    Study,
    all_of,
    bus_currents,
    headroom,
    largest,
    place_asked,
    shed_mwh,
    strength,
    typical_weeks,
    with_new,
    worst_hours,
)
from holin.flow import N1, hosting, n1
from holin.flow.hosting import Added as Kind
from holin.park import Bus, Park, Stage, at_stage, stage_on
from holin.parkfile import read_park
from holin.resource import available, demand
from holin.summary import summary
from holin.trace import trace
from holin.twin.connect_works import held_to_the_grid
from holin.twin.run import Progress, hours_of_run, settled, weather_of


def connect(
    park: Park | str | Path,
    request: Request,
    *,
    decided: date,
    start: date | datetime | None = None,
    end: date | datetime | None = None,
    weather: str | Path | None = None,
    seed: int | None = None,
    quick: bool = False,
    on_progress: Progress | None = None,
) -> Study:
    """Study whether something can connect to a park: the operating year of the date before and after, held against
    the grid with any one branch out, with what must be built where it does not fit.

    The park is frozen at the date. `decided` is the day from which works are counted. `start` and `end` (local,
    excluded) are a part of the year instead, `quick` is a typical week of each quarter. Raises BadInput with every
    fault of the request.
    """
    say = on_progress or (lambda what, share: None)
    whole = park if isinstance(park, Park) else read_park(park)
    stage = replace(stage_on(whole, request.day), as_of=request.day)
    frozen = at_stage(whole, stage)
    place = place_asked(whole, frozen, request)
    with_new(frozen, whole, place.fitting[0], request)  # its faults come before the long work
    hours = hours_of_run(frozen, stage, start, end)
    spans = _weeks(frozen, hours, weather, seed) if quick else (hours,)
    year = Year(stage=stage, spans=spans, weather=weather, seed=seed, say=say)
    before = operated(frozen, year)
    n1_before = n1(frozen, before.schedule, on_progress=lambda share: say("n1", share))
    choices = _choices(before, place, request)
    bus = choices[0].bus
    seen = held_to_the_grid(
        whole, with_new(frozen, whole, bus, request), bus, request, before, n1_before, place,
        operate=lambda p: operated(p, year), say=say,
    )  # fmt: skip
    return Study(
        whole=whole, stage=stage, request=request, decided=decided, bus=bus, choices=choices, added=seen.added,
        beyond_last_stage=request.day > max(s.as_of for s in whole.stages), before=before, after=seen.after,
        n1_before=n1_before, unaided=seen.unaided, final=seen.final, works=seen.works, alternatives=seen.alternatives,
        flexible=seen.flexible, currents=bus_currents(largest(frozen), largest(seen.after.park), seen.bus),
        strength=strength(frozen, bus, request), hosting=_hosting(before, n1_before, bus, request, say),
        unserved_mwh=max(shed_mwh(seen.after.schedule) - shed_mwh(before.schedule), 0.0),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Year:
    """The hours that are operated, in `spans` each without a gap, and their weather."""

    stage: Stage
    spans: tuple[Times, ...]
    weather: str | Path | None
    seed: int | None
    say: Progress


def operated(park: Park, year: Year) -> Operated:
    """Return the hours of a frozen park: scheduled at least cost, solved, traced, accounted. Each span is operated by
    itself: a storage ends it as it began."""
    parts = [_span(park, year, hours) for hours in year.spans]
    tables = {name: _joined([tables[name] for tables, _ in parts]) for name in parts[0][0]}
    plan, flows = tables["schedule"], tables["flows"]
    figures = summary(
        park, year.stage, schedule=plan, flows=flows, trace=tables["trace"], carbon=tables["carbon"],
        emitted_t=float(emissions(park, plan, flows).sum()),
    )  # fmt: skip
    return Operated(park=park, summary=figures, settled=all(settled for _, settled in parts), **tables)


def _span(park: Park, year: Year, hours: Times) -> tuple[dict[str, xr.Dataset], bool]:
    sky = weather_of(park, hours, year.weather, year.seed)
    may, must = available(park, sky), demand(park, hours, sky)
    held = settled(park, may, must, on_progress=year.say)
    plan, flows = held.optimum.schedule, held.flows
    traced = trace(park, plan, flows, on_progress=lambda share: year.say("trace", share))
    emitted = carbon(park, plan, flows, traced)
    tables = {"available": may, "demand": must, "schedule": plan, "flows": flows, "trace": traced, "carbon": emitted}
    return tables, held.settled


def _joined(parts: Sequence[xr.Dataset]) -> xr.Dataset:
    if len(parts) == 1:
        return parts[0]
    return xr.concat(parts, dim="time", data_vars="minimal", coords="minimal", compat="override", join="exact")


def _weeks(park: Park, hours: Times, weather: str | Path | None, seed: int | None) -> tuple[Times, ...]:
    """Return a typical week of each quarter, by the load and the available wind and sun of all hours."""
    sky = weather_of(park, hours, weather, seed)
    load = demand(park, hours, sky)["load_mw"].sum("load").values
    green = available(park, sky)["available_mw"].sum("unit").values
    return tuple(hours[week] for week in typical_weeks(local(hours, park.facts.time_zone), load, green))


def _choices(before: Operated, place: Place, request: Request) -> tuple[Choice, ...]:
    """Return the fitting buses with what they take in the worst hours, the roomiest first."""
    hours = before.schedule.sel(time=worst_hours([before.flows], ()))
    kind = _kinds(request)[0]
    found = hosting(
        before.park, hours, added=kind, buses=[b.id for b in place.fitting], power_factor=_factor(kind, request)
    )  # fmt: skip
    room = {c.buses[0]: c.mw for c in found.by_bus}
    made = [Choice(bus=b, headroom_mw=room.get(b.id, 0.0)) for b in place.fitting]
    return tuple(sorted(made, key=lambda c: -c.headroom_mw))


def _hosting(before: Operated, n1_before: N1, bus: Bus, request: Request, say: Progress) -> tuple[Headroom, ...]:
    """Return how much load and generation the bus takes at most as it is."""
    say("hosting", 0.0)
    hours = before.schedule.sel(time=worst_hours([before.flows], (), times_of(n1_before)))
    reference = all_of(n1_before)
    return tuple(
        headroom(
            before.park, before.schedule, hours, reference, bus=bus.id, added=kind, power_factor=_factor(kind, request)
        )
        for kind in Kind
    )


def times_of(found: N1) -> list[np.datetime64]:
    """Return the worst hours of a study's violations."""
    return [v.time for v in all_of(found)]


def _kinds(request: Request) -> tuple[Kind, ...]:
    """Return what counts for the room at a bus: the larger of load and generation first."""
    load = request.load_mw >= max(request.wind_mw + request.solar_mw, request.storage_mw)
    return (Kind.LOAD, Kind.GENERATION) if load else (Kind.GENERATION, Kind.LOAD)


def _factor(kind: Kind, request: Request) -> float:
    return request.power_factor if kind is Kind.LOAD else 1.0
