"""A plan as a park: what is built stands from its stage on, what makes way is retired, and all else is as it was."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from holin.columns import Basis
from holin.park import ATTRIBUTES, Candidate, Choice, Grid, Park, PvPlant, WindFarm, by_id, templates_of, things_of
from holin.plan.offers import BRANCHES, ELEMENTS, LEAST_MW, Offer, full_size, nominal_mw, wider
from holin.plan.paid import owed_for, paid_for
from holin.plan.plan import Plan, Sizes
from holin.plan.problem import PlanStage
from holin.plan.tidy import tidied
from holin.plan.whole import HALF, circuits


def built_park(whole: Park, plan: Plan, as_of: Mapping[str, date]) -> Park:
    """Return the park with a plan carried out; `as_of` is the date of each stage.

    What candidate C builds at stage S is a thing of its own, `C-S` (circuits `C-S-1` ...). A refitted or retired unit
    ends at the stage's date. Candidates stay with what is left of them. The table `capital` gets what is paid for all
    that is no source, and what is still owed for units that made way.
    """
    tables: dict[str, list[Any]] = {}
    widened: dict[str, Grid] = {}

    def rows(table: str) -> list[Any]:
        attribute = ATTRIBUTES[table]
        return tables.setdefault(attribute, list(getattr(whole, attribute)))

    def make_way(table: str, id_: str, day: date) -> None:
        for gone in _retire(rows(table), id_, day):
            rows("capital").extend(owed_for(whole, gone, day, id_=_free(f"owed-{id_}", _ids(tables, whole))))

    for stage in plan.stages:
        day, sizes = as_of[stage.name], plan.sizes[stage.name]
        for offer in (o for o in stage.offers if o.builds):
            mw = sizes.built_mw.get(offer.id, 0.0)
            least = HALF * offer.p_max_mw if offer.candidate.choice is Choice.RETROFIT else LEAST_MW
            if mw <= least:
                continue
            made: list[Any] = []
            if not isinstance(offer.thing, Grid):
                made = _made(whole, stage, offer, sizes, day, _ids(tables, whole))
                rows(offer.table).extend(made)
            paid = paid_for(
                offer, sizes, day, id_=_free(f"paid-{offer.id}-{stage.name}", _ids(tables, whole)),
                element=made[0].id if made else offer.candidate.element, retired=_end(whole, day, offer),
            )  # fmt: skip
            rows("capital").extend(paid)
            if offer.candidate.choice is Choice.RETROFIT and offer.candidate.replaces:
                make_way(offer.table, offer.candidate.replaces, day)
        for offer in (o for o in stage.offers if not o.builds):
            if sizes.kept_mw[offer.candidate.element] < HALF * nominal_mw(offer.thing):
                make_way(offer.table, offer.candidate.element, day)
        for element in dict.fromkeys(o.candidate.element for o in stage.offers if isinstance(o.thing, Grid)):
            if (wide := _widen(rows("grid"), whole, stage, element, sizes, day)) is not None:
                widened[element] = wide
    left = tuple(_beside(c, widened.get(c.element)) for c in _left(whole, plan))
    gone = templates_of(whole.candidates) - {c.element for c in left}
    described = templates_of(whole.candidates)
    left = tuple(dataclasses.replace(c, template=True) if c.element in described else c for c in left)
    for table in ELEMENTS if gone else ():
        tables[ATTRIBUTES[table]] = [thing for thing in rows(table) if thing.id not in gone]
    named: dict[str, Any] = {attribute: tuple(found) for attribute, found in tables.items()}
    built = dataclasses.replace(whole, **named, candidates=left)
    return tidied(whole, built)


def _ids(tables: Mapping[str, Sequence[Any]], whole: Park) -> set[str]:
    """Return all ids that are taken."""
    return {thing.id for _, thing in things_of(whole)} | {thing.id for rows in tables.values() for thing in rows}


def _free(wanted: str, taken: Collection[str]) -> str:
    """Return an id that neither a thing nor the circuits of one have: the one wanted, or that with a number."""

    def clashes(id_: str) -> bool:
        return id_ in taken or f"{id_}-1" in taken

    return next(i for i in (wanted, *(f"{wanted}-{chr(97 + k)}" for k in range(26))) if not clashes(i))


def _made(whole: Park, stage: PlanStage, offer: Offer, sizes: Sizes, day: date, taken: Collection[str]) -> list[Any]:
    """Return the things that an offer makes at a stage."""
    mw, id_ = sizes.built_mw[offer.id], _free(f"{offer.id}-{stage.name}", taken)
    if offer.table in BRANCHES:
        made: list[Any] = list(circuits(offer, whole, mw, id_))
    else:
        unit: Any = offer.thing
        refit = offer.candidate.choice is Choice.RETROFIT
        made = [dataclasses.replace(unit if refit else full_size(unit, mw, sizes.built_mwh.get(offer.id, 0.0)), id=id_)]
    told: dict[str, Any] = {
        "name": offer.candidate.name or offer.thing.name,
        "name_zh": offer.candidate.name_zh or offer.thing.name_zh,
        "built": day,
        "retired": _end(whole, day, offer),
        "basis": Basis.DERIVED,
        "reference": f"size decided by holin plan for stage {stage.name}; other data as {offer.candidate.element}",
    }
    if isinstance(offer.thing, WindFarm | PvPlant):
        told["weather_key"] = offer.thing.weather_key or offer.id  # the weather that it was planned with
    if offer.candidate.cost and hasattr(offer.thing, "cost"):
        told["cost"] = offer.candidate.cost
    return [dataclasses.replace(thing, **told) for thing in made]


def _end(whole: Park, day: date, offer: Offer) -> date | None:
    """Return when what is built no longer stands: at the end of its life, a refit with what it takes the place of, what
    widens a connection with that one.

    The plan counts whole years: it stands in all those that begin before its life is over.
    """
    year = day.year + math.ceil(offer.lifetime_years)
    ends = [date(year, 1, 1)] if year <= date.max.year else []
    if offer.candidate.choice is Choice.RETROFIT:
        old = next((t for t in getattr(whole, ATTRIBUTES[offer.table]) if t.id == offer.candidate.replaces), None)
        ends += [old.retired] if old is not None and old.retired else []
    if isinstance(offer.thing, Grid):
        own = by_id(whole.grids)[offer.candidate.element].retired
        ends += [own] if own else []
    return min(ends, default=None)


def _widen(grids: list[Any], whole: Park, stage: PlanStage, element: str, sizes: Sizes, day: date) -> Grid | None:
    """Put a connection in the place of one that stands where the plan has it wider, or narrower again, from a stage on.

    What stands of all that widens it counts, so that what has come to the end of its life is gone. Returns the new one.
    """
    offers = [o for o in stage.offers if isinstance(o.thing, Grid) and o.candidate.element == element]
    more = sum(sizes.mw.get(o.id, 0.0) for o in offers)
    own: Grid = by_id(whole.grids)[element]
    ids = [f"{o.id}-" for o in offers]
    mine = [k for k, g in enumerate(grids) if g.id == element or (g.bus == own.bus and g.id.startswith(tuple(ids)))]
    place = next((k for k in reversed(mine) if grids[k].stands_at(day)), None)
    if place is None:
        return None
    now = grids[place]
    if abs(own.import_max_mw + more - now.import_max_mw) <= LEAST_MW:
        return None
    told: Grid = dataclasses.replace(
        wider(own, more), id=_free(f"{offers[0].id}-{stage.name}", {g.id for g in grids}), built=day,
        retired=own.retired, basis=Basis.DERIVED,
        reference=f"import limit raised by {more:.6g} MW at stage {stage.name}, decided by holin plan",
    )  # fmt: skip
    grids[place] = dataclasses.replace(now, retired=day)
    grids.insert(place + 1, told)
    return told


def _beside(candidate: Candidate, wide: Grid | None) -> Candidate:
    """Return a choice to widen a connection as one of that which has taken its place, from then on."""
    if wide is None or wide.built is None:
        return candidate
    return dataclasses.replace(candidate, element=wide.id, built=max(candidate.built or wide.built, wide.built))


def _retire(rows: list[Any], id_: str, day: date) -> list[Any]:
    """Let a thing end at a day; return it as it was, nothing where it has come to its end before."""
    place = next(k for k, thing in enumerate(rows) if thing.id == id_)
    was = rows[place]
    if was.retired is not None and was.retired <= day:
        return []
    rows[place] = dataclasses.replace(was, retired=day)
    return [was]


def _left(whole: Park, plan: Plan) -> tuple[Candidate, ...]:
    """Return the candidates with what has not been built of them."""
    built: dict[str, float] = {}
    built_mwh: dict[str, float] = {}
    done = set()
    for stage in plan.stages:
        for id_, mw in plan.sizes[stage.name].built_mw.items():
            built[id_] = built.get(id_, 0.0) + mw
            built_mwh[id_] = built_mwh.get(id_, 0.0) + plan.sizes[stage.name].built_mwh.get(id_, 0.0)
        for offer in stage.offers:
            if not offer.builds and plan.sizes[stage.name].kept_mw[offer.candidate.element] < HALF * offer.p_max_mw:
                done.add(offer.id)
    left = []
    for candidate in whole.candidates:
        mw = built.get(candidate.id, 0.0)
        if candidate.id in done or (
            candidate.choice is Choice.RETROFIT and mw > LEAST_MW and _done(plan, candidate.id)
        ):
            continue
        if candidate.p_max_mw is None or mw <= LEAST_MW:
            left.append(candidate)
        elif candidate.p_max_mw - mw > LEAST_MW:
            e_max = candidate.e_max_mwh and candidate.e_max_mwh - built_mwh.get(candidate.id, 0.0)
            if e_max is None or e_max > LEAST_MW:
                rest = candidate.p_max_mw - mw
                unit = candidate.unit_mw if candidate.unit_mw and candidate.unit_mw <= rest * (1 + 1e-9) else None
                if candidate.unit_mw and unit is None:
                    continue  # not one whole unit more
                left.append(dataclasses.replace(candidate, p_max_mw=rest, p_min_mw=0.0, e_max_mwh=e_max))
    return tuple(left)


def _done(plan: Plan, id_: str) -> bool:
    """Whether a refit was made, at least by half."""
    offers = ((s, o) for s in plan.stages for o in s.offers if o.id == id_)
    return any(plan.sizes[s.name].built_mw.get(id_, 0.0) > HALF * o.p_max_mw for s, o in offers)
