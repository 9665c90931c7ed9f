"""Load that grows: the park's own way, each load retired at a planned year's date and a larger one in its place."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from holin.columns import Basis, columns_of
from holin.park import ATTRIBUTES, KINDS, Load, Park, Stage, stage_of, things_of
from holin.plan.wishes import PlanWishes, planned_years, stage_at


def with_growth(whole: Park, wishes: PlanWishes) -> Park:
    """Return the park with its firm loads grown as asked: at each planned year (1 + growth) to the power of the years
    since the base stage."""
    if not wishes.load_growth:
        return whole
    since = stage_of(whole, wishes.base).as_of.year
    years = planned_years(whole, wishes)
    return grown_park(whole, {stage_at(whole, y): float((1.0 + wishes.load_growth) ** (y - since)) for y in years})


def grown_park(whole: Park, factors: Mapping[Stage, float]) -> Park:
    """Return the park with its firm loads larger by a factor from each stage's date on, until the next one's.

    A load that stands over such a date ends there and `LOAD-STAGE` takes its place: so many times its power, the same
    course. Its meters and outages go on with it. A load that first stands at a later stage begins grown, as itself.
    """
    steps = sorted(((s, f) for s, f in factors.items() if f != 1.0), key=lambda step: step[0].as_of)
    days = sorted({s.as_of for s in (*whole.stages, *factors)})
    taken = {thing.id for _, thing in things_of(whole)}
    parts = {load.id: _parts(load, steps, days, taken) for load in whole.loads}
    changed: dict[str, Any] = {"loads": tuple(part for load in whole.loads for part in parts[load.id])}
    for table, kind in KINDS.items():
        for name in (c.name for c in columns_of(kind) if "load" in c.refers_to):
            rows = getattr(whole, ATTRIBUTES[table])
            followed = (part for row in rows for part in _followed(row, name, parts, days, taken))
            changed[ATTRIBUTES[table]] = tuple(followed)
    return dataclasses.replace(whole, **changed)


def _parts(load: Load, steps: Sequence[tuple[Stage, float]], days: Sequence[date], taken: set[str]) -> tuple[Load, ...]:
    """Return a load as one thing for each time in which it has grown by another factor; `days` are the stages'."""
    first = next((day for day in days if load.stands_at(day)), None)
    if first is None:
        return (load,)
    over = [(s, f) for s, f in steps if load.stands_at(s.as_of) and s.as_of > first]
    begun = [(s, f) for s, f in steps if s.as_of <= first][-1:]
    ends = [*(s.as_of for s, _ in over), load.retired]
    parts = [_grown(load, *step) for step in begun] or [load]
    for stage, factor in over:
        id_ = _free(f"{load.id}-{stage.name}", taken)
        larger = _grown(load, stage, factor)
        parts.append(dataclasses.replace(larger, id=id_, shape_key=load.shape_key or load.id, built=stage.as_of))
    return tuple(dataclasses.replace(part, retired=end) for part, end in zip(parts, ends, strict=True))


def _grown(load: Load, stage: Stage, factor: float) -> Load:
    return dataclasses.replace(
        load, load_mw=load.load_mw * factor, q_mvar=None if load.q_mvar is None else load.q_mvar * factor,
        basis=Basis.ASSUMED,
        reference=f"{load.id} x {factor:.6g} from stage {stage.name} on, the load growth asked of holin plan",
    )  # fmt: skip


def _followed(
    row: Any, name: str, parts: Mapping[str, Sequence[Load]], days: Sequence[date], taken: set[str]
) -> list[Any]:
    """Return a row that names a load once for each part of it, for as long as both stand, where that is at a stage."""
    first, *later = parts.get(getattr(row, name), (None,))
    if first is None or not later:
        return [row]
    rows: list[Any] = []
    for part in (first, *later):
        built = row.built if part is first else max(filter(None, (row.built, part.built)))
        retired = min(filter(None, (row.retired, part.retired)), default=None)
        here = dataclasses.replace(row, built=built, retired=retired, **{name: part.id})
        if any(here.stands_at(day) for day in days):
            id_ = row.id if not rows else _free(f"{row.id}{part.id.removeprefix(first.id)}", taken)
            rows.append(dataclasses.replace(here, id=id_))
    return rows or [row]


def _free(wanted: str, taken: set[str]) -> str:
    """Return an id that no thing has, the one wanted or that with a letter, and take it."""
    id_ = next(i for i in (wanted, *(f"{wanted}-{chr(97 + k)}" for k in range(26))) if i not in taken)
    taken.add(id_)
    return id_
