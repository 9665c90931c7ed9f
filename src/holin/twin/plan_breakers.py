"""The breakers of a plan's grid: what the plan brings beyond them is changed once, for all planned stages to come."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holin.connection import Measure, MeasureKind, largest, reinforced
from holin.connection.assumed import next_breaker_ka
from holin.connection.measures import bays_at, breakers
from holin.flow import ShortCircuit
from holin.park import Park, by_id
from holin.twin.grid_check import GridCheck
from holin.twin.plan import Planned
from holin.twin.plan_operated import as_planned
from holin.twin.plan_reinforce import told_of_breakers
from holin.twin.plan_setting import Setting


@dataclass(frozen=True, kw_only=True)
class Gear:
    """Short circuits and breakers of a stage, as `GridCheck` tells them: `measures` are built at it."""

    weak: tuple[ShortCircuit, ...]
    weak_left: tuple[ShortCircuit, ...]
    weak_before: tuple[ShortCircuit, ...]
    measures: tuple[Measure, ...]


def with_gear(
    planned: Planned, park: Park, base: Sequence[ShortCircuit], reinforce: bool
) -> tuple[Park, dict[str, Gear]]:
    """Return the park with the breakers that its planned stages need, and each stage's short circuits.

    `park` has all other works of the plan, `base` are the largest currents at the base stage. Breakers that an earlier
    check found (`planned.checks`) stay, but are as large as is needed now.
    """
    park = _with_own_ratings(planned, park)
    currents = {s.stage.name: {c.bus: c for c in largest(as_planned(park, s))} for s in planned.settings}
    found, changed = dict[str, Gear](), set[str]()
    for number, setting in enumerate(planned.settings):
        name, at = setting.stage.name, as_planned(park, setting)
        now = largest(at) if changed else list(currents[name].values())
        before, earlier = _before(base, setting), planned.checks.get(name)
        weak = _weak(before, now)
        known = {m.of: m for m in earlier.measures if _of_breakers(m) and m.of not in changed} if earlier else {}
        ahead = [currents[s.stage.name] for s in planned.settings[number:]]
        gear: tuple[Measure, ...] = ()
        if reinforce:
            asked = dict.fromkeys([*known, *(c.bus for c in weak)])
            made = (_for_all(at, bus, ahead, known.get(bus)) for bus in asked)
            gear = tuple(told_of_breakers(m, setting.stage) for m in made if m is not None)
            park, changed = reinforced(park, gear), changed | {m.of for m in gear}
        left = _weak(before, largest(as_planned(park, setting)) if gear else now)
        found[name] = Gear(
            weak=(*weak, *_no_longer(earlier, weak, known)), weak_left=left, measures=gear,
            weak_before=tuple(c for c in now if c.within is False and c not in weak),
        )  # fmt: skip
    return park, found


def sized_for(needs: Sequence[ShortCircuit]) -> ShortCircuit | None:
    """Return the short circuit that breakers are to be rated for, the first of `needs` being that of the stage at which
    they are changed: the largest that a standard rating holds. None where the first is beyond the series."""
    if not needs or next_breaker_ka(_need_ka(needs[0])) is None:
        return None
    return max((c for c in needs if next_breaker_ka(_need_ka(c)) is not None), key=_need_ka)


def _need_ka(circuit: ShortCircuit) -> float:
    """Return the breaking current that a rating must have for a short circuit: peaks are 2.5 times it at most."""
    return max(circuit.ib_breaker_ka, circuit.ip_breaker_ka / 2.5)


def _for_all(at: Park, bus: str, ahead: Sequence[Mapping[str, ShortCircuit]], known: Measure | None) -> Measure | None:
    """Return breakers at a bus for the stages from here on, no smaller than those that were found before."""
    rated = sized_for([currents[bus] for currents in ahead if bus in currents])
    if rated is None:
        return None
    least = max(rated.ib_breaker_ka, known.size if known else 0.0)
    return breakers(at, bus, least, rated.ip_breaker_ka, bays_at(at, bus))


def _with_own_ratings(planned: Planned, park: Park) -> Park:
    """Return the park with the ratings that its buses had before an earlier check changed them."""
    own, of = by_id(planned.whole.buses), {m.of for c in planned.checks.values() for m in c.measures if _of_breakers(m)}
    if not of:
        return park
    return dataclasses.replace(park, buses=tuple(own[b.id] if b.id in of and b.id in own else b for b in park.buses))


def _of_breakers(measure: Measure) -> bool:
    return measure.kind is MeasureKind.BREAKERS


def _no_longer(
    earlier: GridCheck | None, weak: Sequence[ShortCircuit], known: Mapping[str, Measure]
) -> list[ShortCircuit]:
    """Return what was beyond the breakers in an earlier check, is not now, and still has its measure."""
    return [c for c in earlier.weak if c.bus in known and c.bus not in {w.bus for w in weak}] if earlier else []


def _before(base: Sequence[ShortCircuit], setting: Setting) -> dict[str, ShortCircuit]:
    """Return the largest currents before the plan: at the base stage, of later buses without what is planned."""
    return {c.bus: c for c in (*largest(setting.standing), *base)}


def _weak(before: Mapping[str, ShortCircuit], now: Sequence[ShortCircuit]) -> tuple[ShortCircuit, ...]:
    return tuple(
        c for c in now if c.within is False and (c.bus not in before or before[c.bus].within is not False)
    )  # fmt: skip
