"""Held to the grid: what is new or worse with the new units, which works cure it, what goes without any."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from holin.calendar import Times
from holin.connection import (
    Added,
    Change,
    Checked,
    Flexible,
    Measure,
    Operated,
    Place,
    Request,
    Works,
    all_of,
    bay_cost,
    beyond_breakers,
    changes,
    checked,
    cure,
    harmful,
    held_back,
    hours_of_changes,
    largest,
    moved,
    other_sites,
    pushed,
    silent,
    stronger_breakers,
    tripped,
    wish_mwh,
    worst_hours,
    worst_of,
)
from holin.flow import N1, Violation, flow, n1
from holin.park import Bus, Park, units_of
from holin.twin.run import Progress

ROUNDS = 3
"""How often works are sought anew when other hours than those looked at turn out to matter."""

Operate = Callable[[Park], Operated]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the grid says: the operation after all (with the works), where the new units stand, N-1 without works
    (`unaided`) and with them (`final`), the works, other ways that fit, and what a flexible connection gives."""

    after: Operated
    added: Added
    bus: str
    unaided: Checked
    final: Checked
    works: Works | None
    alternatives: tuple[Works, ...]
    flexible: Flexible | None


def held_to_the_grid(
    whole: Park, added: Added, bus: Bus, request: Request, before: Operated, n1_before: N1, place: Place, *,
    operate: Operate, say: Progress,
) -> Seen:  # fmt: skip
    """Operate the park with the new units, hold it against the grid, and find works where it does not fit."""
    first = operate(added.park)
    full = _full(first, added, bus.id)
    flows = flow(added.park, full)
    worst = worst_hours([before.flows, flows], added.units, [v.time for v in all_of(n1_before)])
    solved = bool((flows["converged"] > 0).all())
    some = full.sel(time=worst)
    unaided = checked(added.park, some, n1_before, added.units, outages=None if solved else [])
    if solved and unaided.fits:
        unaided = _all_hours(added.park, full, n1_before, added, say)
    base = bay_cost(bus.v_nom_kv)
    over = beyond_breakers(largest(before.park), largest(added.park))
    if unaided.fits and not over:
        works = Works(bus=bus.id, measures=(), connection_cost=base)
        return Seen(after=first, added=added, bus=bus.id, unaided=unaided, final=unaided, works=works,
                    alternatives=(), flexible=None)  # fmt: skip
    # Where the wish has no solution with everything in service, outages are looked at in what the optimum lets it have.
    held = unaided if solved else _all_hours(added.park, first.schedule, n1_before, added, say)
    flexible = _flexible(added, first, full, n1_before, held, [c.bus for c in over])
    say("works", 0.0)
    found = _sought(
        whole, added, bus, request, before, n1_before, place, full, worst, unaided, solved, operate=operate, say=say
    )
    if found is None:
        return Seen(after=first, added=added, bus=bus.id, unaided=unaided, final=unaided, works=None, alternatives=(),
                    flexible=flexible)  # fmt: skip
    return replace(found, unaided=unaided, flexible=flexible)


def _sought(
    whole: Park, added: Added, bus: Bus, request: Request, before: Operated, n1_before: N1, place: Place,
    full: xr.Dataset, worst: Times, unaided: Checked, solved: bool, *, operate: Operate, say: Progress,
) -> Seen | None:  # fmt: skip
    """Return the park operated with the cheapest works that are carried in all hours; None where none are found.

    Works at the bus are sought in the hours in which something is wrong, other sites are held against the `worst` ones.
    A bus at which the power has no solution with everything in service (not `solved`) needs more than works beside it.
    """
    hours, ruled_out = hours_of_changes(harmful(unaided.caused)), set[str]()
    elsewhere = _other_sites(whole, added, bus, request, before, place, full.sel(time=worst), n1_before)
    for _ in range(ROUNDS):
        here = _at_the_bus(added, bus, request, full.sel(time=hours), n1_before) if solved else []
        ways = _held(here + elsewhere, whole, added, before, request)
        ways = [way for way in ways if way.bus not in ruled_out]
        if not ways:
            return None
        best, others = ways[0], tuple(ways[1:])
        built = moved(added, whole, before.park, best, request)
        after = operate(built.park)
        say("works", 0.5)
        site = _site(built)
        schedule = _full(after, built, site)
        final = _all_hours(built.park, schedule, n1_before, built, say)
        seen = Seen(after=after, added=built, bus=site, unaided=unaided, final=final, works=best, alternatives=others,
                    flexible=None)  # fmt: skip
        if final.fits:
            return seen
        new = hours_of_changes(harmful(final.caused))
        if best.bus != bus.id or np.isin(new, hours).all():
            ruled_out.add(best.bus)
        hours = np.union1d(hours, new)
    return None


def _at_the_bus(added: Added, bus: Bus, request: Request, some: xr.Dataset, n1_before: N1) -> list[Works]:
    """Return the works at the bus with which some states are carried; `[]` where none are found."""
    measures: tuple[Measure, ...] | None = ()
    if some.sizes["time"]:
        reference = _reference(added, some, n1_before)
        measures = cure(
            added.park, some, reference, added.units, bus=bus.id, power_mw=request.power_mw, day=request.day
        )  # fmt: skip
    if measures is None:
        return []
    return [Works(bus=bus.id, measures=measures, connection_cost=bay_cost(bus.v_nom_kv))]


def _other_sites(
    whole: Park, added: Added, bus: Bus, request: Request, before: Operated, place: Place, some: xr.Dataset,
    n1_before: N1,
) -> list[Works]:  # fmt: skip
    """Return the other sites at which some states are carried as they are."""
    ways = [
        (way, moved(added, whole, before.park, way, request)) for way in other_sites(before.park, bus, place, request)
    ]
    reference = _reference(added, some, n1_before) if ways else ()
    return [way for way, built in ways if not _wrong(built, some, reference)]


def _wrong(built: Added, some: xr.Dataset, reference: Sequence[Violation]) -> tuple[Change, ...]:
    """Return what is new or worse in some states; with everything in service first, which is soon told."""
    tried: tuple[list[str] | None, ...] = ([], None)
    for outages in tried:
        found = harmful(changes(reference, all_of(n1(built.park, some, elements=outages)), built.units))
        if found:
            return found
    return ()


def _held(ways: Sequence[Works], whole: Park, added: Added, before: Operated, request: Request) -> list[Works]:
    """Return the ways with the breakers that they need, the cheapest first."""
    held = [w for way in ways if (w := _with_breakers(way, whole, added, before, request)) is not None]
    return sorted(held, key=lambda w: w.cost)


def _with_breakers(way: Works, whole: Park, added: Added, before: Operated, request: Request) -> Works | None:
    """Return a way with the breakers that its short-circuit currents need; None where none hold them."""
    park = moved(added, whole, before.park, way, request).park
    stronger = stronger_breakers(park, beyond_breakers(largest(before.park), largest(park)))
    return None if stronger is None else replace(way, measures=(*way.measures, *stronger))


def _reference(added: Added, some: xr.Dataset, n1_before: N1) -> Sequence[Violation]:
    """Return what is violated before, or in the same states without the new units."""
    alone = n1(added.park, silent(some, added.units))
    return worst_of(all_of(n1_before), all_of(alone))


def _full(operated: Operated, added: Added, bus: str) -> xr.Dataset:
    grid = next((g.bus for g in operated.park.grids), bus)
    return pushed(
        operated.schedule, operated.demand, operated.available, load=added.load, sources=added.sources, bus=bus,
        grid_bus=grid,
    )  # fmt: skip


def _site(added: Added) -> str:
    """Return the bus at which the new units stand."""
    return next(u.bus for u in units_of(added.park) if u.id in added.units)


def _all_hours(park: Park, schedule: xr.Dataset, n1_before: N1, added: Added, say: Progress) -> Checked:
    return checked(park, schedule, n1_before, added.units, on_progress=lambda share: say("n1", share))


def _flexible(
    added: Added, first: Operated, full: xr.Dataset, n1_before: N1, unaided: Checked, over: Sequence[str]
) -> Flexible:
    """Return what goes without works: the optimum holds back what the grid does not carry, an outage trips the rest.

    `unaided` has looked at the outages that trip it.
    """
    found = harmful(unaided.caused)
    outages = tuple(dict.fromkeys(c.outage for c in found if c.outage))
    left = tripped(added.park, first.schedule, n1_before, added.units, outages)
    mwh, hours = held_back(added, first.schedule, full)
    return Flexible(
        curtailed_mwh=mwh, curtailed_hours=hours, wished_mwh=wish_mwh(added, first.demand, first.available),
        trips=outages, hours_at_risk=max((c.hours for c in found if c.outage), default=0), left=left,
        cures=not left and not over, breakers=tuple(over),
    )  # fmt: skip
