"""What a planned stage must have built in its grid: measures against what the plan brings, as things of the park."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import xarray as xr

from holin.connection import Change, Measure, all_of, changes, harmful, largest, reinforced
from holin.connection.chosen import ENOUGH, minimal, worthiest
from holin.connection.measures import TABLES, element_of, parallel, svg
from holin.connection.strength import sk_mva
from holin.flow import Violation, ViolationKind, n1
from holin.park import Park, Stage, free_id

TRIED = 6
"""Of so many of the worst violations cures are tried at a time."""

SVG_LEAST_MVAR = 5
"""Sizes of static var generators are multiples of it."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What a stage is held against: `reference` are the violations that are not the plan's doing, `renamed` loads and
    potlines that stand in the plan under another id, `units` the units whose outages are looked at, `taken` all ids of
    the whole park."""

    stage: Stage
    reference: tuple[Violation, ...]
    renamed: tuple[str, ...]
    units: tuple[str, ...]
    taken: frozenset[str]


def strengthened(at: Park, states: xr.Dataset, frame: Frame) -> tuple[Measure, ...]:
    """Return the measures with which the fewest violations are new or worse in some states; `()` where none helps.

    `at` is the park frozen at the stage, `states` its schedule in the hours that matter.
    """
    seen: dict[tuple[str, ...], tuple[Change, ...]] = {}

    def left(measures: tuple[Measure, ...]) -> tuple[Change, ...]:
        key = tuple(thing.id for m in measures for thing in m.things)
        if key not in seen:
            seen[key] = grown(reinforced(at, measures), states, frame)
        return seen[key]

    return worthiest(
        lambda taken: options(reinforced(at, taken), left(taken), frame),
        lambda taken: sum(change.excess for change in left(taken)),
        lambda measure: measure.cost,
    )


def needed(at: Park, states: xr.Dataset, measures: Sequence[Measure], frame: Frame) -> tuple[Measure, ...]:
    """Return those of the measures that stand in the park without which more is new or worse in some states."""
    left = sum(change.excess for change in grown(at, states, frame))

    def badness(kept: tuple[Measure, ...]) -> float:
        gone = [m for m in measures if m not in kept]
        return sum(change.excess for change in grown(without(at, gone), states, frame))

    return minimal(tuple(measures), badness, lambda measure: measure.cost, left=left + ENOUGH)


def without(park: Park, measures: Sequence[Measure]) -> Park:
    """Return the park without what some measures built."""
    gone = {thing.id for measure in measures for thing in measure.things}
    tables = {name: tuple(t for t in getattr(park, name) if t.id not in gone) for name in TABLES.values()}
    return replace(park, **tables) if gone else park  # type: ignore[arg-type]


def grown(at: Park, states: xr.Dataset, frame: Frame) -> tuple[Change, ...]:
    """Return what is new or worse in some states with nothing out, any branch, or any of the frame's units out."""
    found = [*all_of(n1(at, states))]
    if frame.units:
        found += n1(at, states, elements=list(frame.units)).violations
    return harmful(changes(frame.reference, found, frame.renamed))


def options(at: Park, found: Sequence[Change], frame: Frame) -> list[Measure]:
    """Return what could cure the worst of some violations.

    Beside what is overloaded or out, one more of the same type; where a voltage is outside its band, a static var
    generator of the size that the short-circuit power there asks for (dQ = dU S_k), and of twice that size.
    """
    worst = sorted(found, key=lambda c: -c.excess)[:TRIED]
    elements: dict[str, None] = {}
    voltages: dict[str, float] = {}
    for change in worst:
        elements |= dict.fromkeys([change.outage])
        if change.kind is ViolationKind.OVERLOAD:
            elements |= dict.fromkeys([element_of(at, change.element)])
        elif change.kind is ViolationKind.VOLTAGE:
            off = abs(change.value - change.limit)
            voltages[change.element] = max(voltages.get(change.element, 0.0), off)
    day = frame.stage.as_of
    made = [m for e in elements if e and (m := parallel(at, e, day)) is not None]
    made += [svg(at, bus, mvar, day) for bus, off in voltages.items() for mvar in _sizes(at, bus, off)]
    return [_named(m, at, frame) for m in made]


def _sizes(at: Park, bus: str, off_pu: float) -> tuple[float, float]:
    [circuit] = [c for c in largest(at) if c.bus == bus]
    least = max(ceil(off_pu * sk_mva(circuit.v_nom_kv, circuit.ikss_ka) / SVG_LEAST_MVAR), 1) * SVG_LEAST_MVAR
    return float(least), float(2 * least)


def _named(measure: Measure, at: Park, frame: Frame) -> Measure:
    """Return the measure with things of the plan: ids, a reference, and retired with what they stand beside."""
    beside = {thing.id: thing for table in TABLES.values() for thing in getattr(at, table)}.get(measure.of)
    taken = set(frame.taken)
    things: list[Any] = []
    for thing in measure.things:
        id_ = free_id(at, f"reinforce-{measure.of}", taken)
        taken.add(id_)
        told = f"reinforcement for stage {frame.stage.name}, decided by holin plan; cost and lead time assumed"
        things.append(replace(thing, id=id_, reference=told, retired=beside.retired if beside else None))
    return replace(measure, things=tuple(things))


def told_of_breakers(measure: Measure, stage: Stage) -> Measure:
    """Return a measure of switchgear whose bus says from when its rating holds."""

    def of(bus: Any) -> Any:
        note = f"breakers of {measure.size:g} kA from stage {stage.name} on, decided by holin plan"
        return replace(bus, reference=f"{bus.reference}; {note}" if bus.reference else note)

    return replace(measure, things=tuple(of(bus) for bus in measure.things))
