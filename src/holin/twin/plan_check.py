"""The grid of a plan, held against every outage and short circuit, and made to carry what the plan brings."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from holin.connection import (
    Change,
    MeasureKind,
    all_of,
    changes,
    harmful,
    hours_of_changes,
    largest,
    reinforced,
    worst_hours,
    worst_of,
)
from holin.connection.chosen import MOST
from holin.errors import Infeasible
from holin.flow import N1, ShortCircuit, Violation, n1
from holin.park import Park, at_stage, stage_of, things_of
from holin.resource import available, demand
from holin.twin.grid_check import GridCheck
from holin.twin.plan import Planned
from holin.twin.plan_breakers import with_gear
from holin.twin.plan_capital import with_works_paid
from holin.twin.plan_operated import as_planned, operated
from holin.twin.plan_reinforce import Frame, needed, strengthened, without
from holin.twin.plan_setting import Setting
from holin.twin.run import Progress, Settled, settled, weather_of

ROUNDS = 3
"""How often measures are sought anew when other hours, or the operation with the measures, bring other violations."""


@dataclass(frozen=True, kw_only=True)
class Base:
    """The park as it stands at the base stage, in the hours of the first planned year."""

    park: Park
    violations: tuple[Violation, ...]
    currents: tuple[ShortCircuit, ...]


def grid_checked(
    planned: Planned,
    *,
    weather: str | Path | None = None,
    seed: int | None = None,
    reinforce: bool = True,
    base: Base | None = None,
    on_progress: Progress | None = None,
) -> Planned:
    """Return a plan with the check of each stage's grid (`checks`), reinforced where the plan needs it.

    Every state of each year is solved by AC power flow with any one branch out, the worst ones with any one unit out,
    and the largest short circuits are held against the breakers, which are changed once for all stages to come. What is
    new or worse than at the base stage is the plan's doing, unless the park's own later stages bring it without the
    plan. With `reinforce` measures against it are built at the stage (`reinforce-...`), and the year is operated again
    with them; they come beside those of an earlier check (`planned.checks`), and the park's table `capital` gets their
    cost. `weather` and `seed` are those of the plan, `base` is `base_of` where it is known already. A plan without
    flows (`held` empty) is returned as it is.
    """
    if not planned.held:
        return planned
    say = on_progress or (lambda what, share: None)
    base = base or base_of(planned, weather, seed, say)
    park, held, checks = planned.park, dict(planned.held), dict[str, GridCheck]()
    for setting in planned.settings:
        name = setting.stage.name
        if park is not planned.park:
            held[name] = operated(park, setting, planned.wishes.rules, say)
        park, held[name], checks[name] = _stage(planned, park, setting, held[name], base, reinforce, say)
    park, gear = with_gear(planned, park, base.currents, reinforce)
    for name, found in gear.items():
        checks[name] = dataclasses.replace(
            checks[name], weak=found.weak, weak_left=found.weak_left, weak_before=found.weak_before,
            measures=(*checks[name].measures, *found.measures),
        )  # fmt: skip
    as_of = {s.stage.name: s.stage.as_of for s in planned.settings}
    park = with_works_paid(park, {name: check.measures for name, check in checks.items()}, as_of)
    return dataclasses.replace(planned, park=park, held=held, checks=checks)


def base_of(planned: Planned, weather: str | Path | None, seed: int | None, say: Progress) -> Base:
    """Return the base stage as it is: operated in the hours of the first planned year."""
    park = unruled(at_stage(planned.whole, stage_of(planned.whole, planned.wishes.base)))
    hours = planned.settings[0].available.time.values
    sky = weather_of(park, hours, weather, seed)
    held = settled(park, available(park, sky), demand(park, hours, sky), on_progress=say)
    found, units = studied(park, held, (), say)
    return Base(
        park=park, violations=worst_of(all_of(found), units.violations), currents=tuple(largest(park))
    )  # fmt: skip


def unruled(park: Park) -> Park:
    """Return the park with rules that are only judged."""
    return dataclasses.replace(park, rules=tuple(dataclasses.replace(r, enforced=False) for r in park.rules))


def studied(park: Park, held: Settled, extra: Sequence[Change], say: Progress) -> tuple[N1, N1]:
    """Return N-1 of the branches in all states, and of the units in the worst ones."""
    schedule = held.optimum.schedule
    found = n1(park, schedule, on_progress=lambda share: say("n1", share))
    units = _units(park)
    hours = worst_hours([held.flows], units, [v.time for v in found.violations] + [c.time for c in extra])
    return found, n1(park, schedule.sel(time=hours), elements=list(units))


def _units(park: Park) -> tuple[str, ...]:
    """Return the units whose sudden loss the grid must bear."""
    sources = (*park.wind_farms, *park.pv_plants, *park.thermal_units, *park.generators, *park.storages)
    return tuple(unit.id for unit in sources)


def _stage(
    planned: Planned, park: Park, setting: Setting, held: Settled, base: Base, reinforce: bool, say: Progress
) -> tuple[Park, Settled, GridCheck]:
    """Return the park with this stage's measures, its operation with them, and the check but for short circuits."""
    at = as_planned(park, setting)
    found, units = studied(at, held, (), say)
    frame = frame_of(planned, at, setting, base, (found, units), say)
    caused = left = _caused(frame, found, units)
    earlier = planned.checks.get(setting.stage.name)
    measures = tuple(m for m in earlier.measures if m.kind is not MeasureKind.BREAKERS) if earlier else ()
    if reinforce and measures and not left:
        hours = worst_hours([held.flows], frame.units)
        kept = needed(at, held.optimum.schedule.sel(time=hours), measures, frame)
        if kept != measures:
            park, measures = without(park, [m for m in measures if m not in kept]), kept
            held = operated(park, setting, planned.wishes.rules, say)
            at = as_planned(park, setting)
            found, units = studied(at, held, (), say)
            left = _caused(frame, found, units)
    for _ in range(ROUNDS if reinforce else 0):
        if not left:
            break
        say("reinforce", min(len(measures) / MOST, 1.0))
        more = strengthened(at, held.optimum.schedule.sel(time=hours_of_changes(left)), frame)
        if not more:
            break
        measures = (*measures, *more)
        park = reinforced(park, more)
        held = operated(park, setting, planned.wishes.rules, say)
        at = as_planned(park, setting)
        found, units = studied(at, held, left, say)
        left = _caused(frame, found, units)
    known = {(c.outage, c.kind, c.element) for c in left}
    if earlier:  # with its measures in the network: what there would be without any was seen before
        caused = earlier.caused or caused
    return park, held, GridCheck(
        stage=setting.stage, n1=found, units=units, caused=caused, left=left, weak=(), weak_left=(), weak_before=(),
        before=tuple(v for v in (*all_of(found), *units.violations) if (v.outage, v.kind, v.element) not in known),
        measures=measures, settled=held.settled,
    )  # fmt: skip


def frame_of(planned: Planned, at: Park, setting: Setting, base: Base, found: tuple[N1, N1], say: Progress) -> Frame:
    """Return what a stage is held against: the base stage, and what the park's own later stages bring by themselves.

    Where something is new or worse and involves things that neither stand at the base stage nor are the plan's, the
    year is operated without the plan too.
    """
    own = {thing.id for _, thing in things_of(planned.whole)}
    frame = Frame(
        stage=setting.stage,
        reference=base.violations,
        renamed=tuple(u.id for u in (*at.loads, *at.potlines) if u.id not in own),
        units=_units(at),
        taken=frozenset(own | {thing.id for _, thing in things_of(planned.park)}),
    )
    later = own - {thing.id for _, thing in things_of(base.park)}
    if not any(_names(change) & later for change in _caused(frame, *found)):
        return frame
    alone = unplanned(setting, say)
    if alone is None:
        return frame
    theirs = [v for v in alone if _names(v) & later]
    return dataclasses.replace(frame, reference=worst_of(base.violations, theirs))


def unplanned(setting: Setting, say: Progress) -> tuple[Violation, ...] | None:
    """Return what is violated in a planned year if nothing is built; None where it cannot be operated so."""
    park = unruled(setting.standing)
    units = [u.id for u in (*park.wind_farms, *park.pv_plants)]
    heated = [u.id for u in park.thermal_units]
    may, must = setting.available.sel(unit=units), setting.demand.sel(thermal_unit=heated)
    try:
        held = settled(park, may, must, rounds=3, on_progress=say)
    except Infeasible:
        return None
    found, tripped = studied(park, held, (), say)
    return worst_of(all_of(found), tripped.violations)


def _names(found: Change | Violation) -> set[str]:
    return {found.outage, *(name.strip() for name in found.element.split(","))} - {""}


def _caused(frame: Frame, found: N1, units: N1) -> tuple[Change, ...]:
    return harmful(changes(frame.reference, (*all_of(found), *units.violations), frame.renamed))
