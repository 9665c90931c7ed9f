"""Does the grid carry the connection: N-1 before and after, what is new or worse through it, and how to cure it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import xarray as xr

from holin.connection.changes import Change, Grown, changes, same_violation
from holin.connection.chosen import chosen
from holin.connection.hours import hours_of_changes
from holin.connection.measures import Measure, options, reinforced
from holin.connection.pushed import silent
from holin.flow import N1, Violation, n1
from holin.park import Park

Say = Callable[[float], None]


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What N-1 finds with the new units: `caused` through the connection, `elsewhere` new or worse by the changed
    operation alone (it is there in the same hour without the new units too)."""

    n1: N1
    caused: tuple[Change, ...]
    elsewhere: tuple[Change, ...]

    @property
    def fits(self) -> bool:
        """Whether nothing is new or worse through the connection."""
        return not harmful(self.caused)


def harmful(found: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes that must be cured: all but those that only last longer."""
    return tuple(c for c in found if c.grown is not Grown.LONGER)


def checked(
    park: Park, schedule: xr.Dataset, before: N1, new: Collection[str], *, outages: Sequence[str] | None = None,
    on_progress: Say | None = None,
) -> Checked:  # fmt: skip
    """Solve N-1 in all states of a schedule of the park with the `new` units, and compare it with `before`.

    `outages` are all branches where None. What is new or worse is looked at again in its hours without the new units:
    what stays is not their doing.
    """
    found = n1(park, schedule, elements=outages, on_progress=on_progress)
    was = (*before.base, *before.violations)
    grown = changes(was, all_of(found), new)
    if not grown:
        return Checked(n1=found, caused=(), elsewhere=())
    caused = changes(worst_of(was, _alone(park, schedule, grown, new)), all_of(found), new)
    known = {(c.outage, c.kind, c.element) for c in caused}
    elsewhere = tuple(c for c in grown if (c.outage, c.kind, c.element) not in known)
    return Checked(n1=found, caused=caused, elsewhere=elsewhere)


def _alone(park: Park, schedule: xr.Dataset, found: Sequence[Change], new: Collection[str]) -> tuple[Violation, ...]:
    """Return what is violated without the new units, in the hours and after the outages of some changes."""
    states = silent(schedule.sel(time=hours_of_changes(found)), new)
    return all_of(n1(park, states, elements=sorted({c.outage for c in found if c.outage})))


def all_of(found: N1) -> tuple[Violation, ...]:
    """Return the violations with nothing out, and those of the outages."""
    return (*found.base, *found.violations)


def worst_of(first: Iterable[Violation], second: Iterable[Violation]) -> tuple[Violation, ...]:
    """Return the violations of two studies, the worse where both have one."""
    worst: dict[tuple[str, ...], Violation] = {}
    for v in (*first, *second):
        key = same_violation(v)
        if key not in worst or v.severity > worst[key].severity:
            hours = max(v.hours, worst[key].hours) if key in worst else v.hours
            worst[key] = replace(v, hours=hours)
    return tuple(worst.values())


def cure(
    park: Park, schedule: xr.Dataset, reference: Sequence[Violation], new: Collection[str], *, bus: str,
    power_mw: float, day: date, most: int = 6,
) -> tuple[Measure, ...] | None:  # fmt: skip
    """Return the measures with which nothing is new or worse in the states of a schedule; None where none are found.

    `reference` is what was violated before. See `chosen` for how they are found.
    """
    seen: dict[tuple[Measure, ...], tuple[Change, ...]] = {}

    def left(measures: tuple[Measure, ...]) -> tuple[Change, ...]:
        if measures not in seen:
            found = n1(reinforced(park, measures), schedule)
            seen[measures] = harmful(changes(reference, all_of(found), new))
        return seen[measures]

    return chosen(
        lambda taken: options(reinforced(park, taken), left(taken), taken, bus=bus, power_mw=power_mw, day=day),
        lambda taken: sum(c.excess for c in left(taken)),
        lambda measure: measure.cost,
        most=most,
    )


def tripped(
    park: Park, schedule: xr.Dataset, before: N1, new: Sequence[str], outages: Collection[str]
) -> tuple[Change, ...]:
    """Return what stays new or worse when the new units are tripped by each outage; `()`: tripping cures it.

    The states with nothing out are looked at as well: what is scheduled there must be carried. As in `checked`, what is
    there without the new units too is not their doing.
    """
    groups: Mapping[str, Sequence[str]] = {outage: [outage, *new] for outage in outages if outage}
    found = all_of(n1(park, schedule, elements=[], common_mode=groups))
    left = harmful(changes(all_of(before), found, new))
    if not left:
        return ()
    return harmful(changes(worst_of(all_of(before), _alone(park, schedule, left, new)), found, new))
