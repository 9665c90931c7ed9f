"""A plan as a park: what is built stands from its stage on, what makes way is retired, and all else is as it was."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

from holin.columns import Basis
from holin.park import ATTRIBUTES, Choice, Grid, Park, templates_of
from holin.plan.offers import BRANCHES, ELEMENTS, Offer, full_size, nominal_mw, wider
from holin.plan.plan import Plan, Sizes
from holin.plan.problem import PlanStage
from holin.plan.whole import HALF, circuits

LEAST_MW = 1e-3
"""Less than this is not built."""


def built_park(whole: Park, plan: Plan, as_of: Mapping[str, date]) -> Park:
    """Return the park with a plan carried out; `as_of` is the date of each stage.

    What candidate C builds at stage S is a thing of its own, `C-S` (circuits `C-S-1` ...). A refitted or retired unit
    ends at the stage's date. Candidates stay with what is left of them.
    """
    tables: dict[str, list[Any]] = {}

    def rows(table: str) -> list[Any]:
        attribute = ATTRIBUTES[table]
        return tables.setdefault(attribute, list(getattr(whole, attribute)))

    for stage in plan.stages:
        day, sizes = as_of[stage.name], plan.sizes[stage.name]
        for offer in (o for o in stage.offers if o.builds):
            mw = sizes.built_mw.get(offer.id, 0.0)
            if mw <= LEAST_MW:
                continue
            if isinstance(offer.thing, Grid):
                _widen(rows("grid"), stage, offer, mw, day)
            else:
                rows(offer.table).extend(_made(whole, stage, offer, sizes, day))
            if offer.candidate.choice is Choice.RETROFIT and offer.candidate.replaces:
                _retire(rows(offer.table), offer.candidate.replaces, day)
        for offer in (o for o in stage.offers if not o.builds):
            if sizes.kept_mw[offer.candidate.element] < HALF * nominal_mw(offer.thing):
                _retire(rows(offer.table), offer.candidate.element, day)
    left = _left(whole, plan)
    gone = templates_of(whole.candidates) - templates_of(left)
    for table in ELEMENTS if gone else ():
        tables[ATTRIBUTES[table]] = [thing for thing in rows(table) if thing.id not in gone]
    named: dict[str, Any] = {attribute: tuple(found) for attribute, found in tables.items()}
    return dataclasses.replace(whole, **named, candidates=left)


def _made(whole: Park, stage: PlanStage, offer: Offer, sizes: Sizes, day: date) -> list[Any]:
    """Return the things that an offer makes at a stage."""
    mw, id_ = sizes.built_mw[offer.id], f"{offer.id}-{stage.name}"
    if offer.table in BRANCHES:
        made: list[Any] = list(circuits(offer, whole, mw, id_))
    else:
        unit: Any = offer.thing
        refit = offer.candidate.choice is Choice.RETROFIT
        made = [dataclasses.replace(unit if refit else full_size(unit, mw, sizes.built_mwh.get(offer.id, 0.0)), id=id_)]
    told = {
        "name": offer.candidate.name or offer.thing.name,
        "name_zh": offer.candidate.name_zh or offer.thing.name_zh,
        "built": day,
        "retired": _end_of_life(day, offer),
        "basis": Basis.DERIVED,
        "reference": f"size decided by holin plan for stage {stage.name}; other data as {offer.candidate.element}",
    }
    if offer.candidate.cost and hasattr(offer.thing, "cost"):
        told["cost"] = offer.candidate.cost
    return [dataclasses.replace(thing, **told) for thing in made]


def _end_of_life(day: date, offer: Offer) -> date | None:
    year = day.year + int(offer.lifetime_years)
    return date(year, day.month, min(day.day, 28)) if year <= date.max.year - 1 else None


def _widen(grids: list[Any], stage: PlanStage, offer: Offer, mw: float, day: date) -> None:
    """Retire the connection that stands and put a wider one in its place."""
    place = next(
        k for k in range(len(grids) - 1, -1, -1)
        if grids[k].id == offer.candidate.element or grids[k].id.startswith(f"{offer.id}-")
    )  # fmt: skip
    now = grids[place]
    more = dataclasses.replace(
        wider(now, mw), id=f"{offer.id}-{stage.name}", built=day, basis=Basis.DERIVED,
        reference=f"import limit raised by {mw:.6g} MW at stage {stage.name}, decided by holin plan",
    )  # fmt: skip
    grids[place] = dataclasses.replace(now, retired=day)
    grids.insert(place + 1, more)


def _retire(rows: list[Any], id_: str, day: date) -> None:
    place = next(k for k, thing in enumerate(rows) if thing.id == id_)
    if rows[place].retired is None or rows[place].retired > day:
        rows[place] = dataclasses.replace(rows[place], retired=day)


def _left(whole: Park, plan: Plan) -> tuple[Any, ...]:
    """Return the candidates with what has not been built of them."""
    built: dict[str, float] = {}
    done = set()
    for stage in plan.stages:
        for id_, mw in plan.sizes[stage.name].built_mw.items():
            built[id_] = built.get(id_, 0.0) + mw
        for offer in stage.offers:
            if not offer.builds and plan.sizes[stage.name].kept_mw[offer.candidate.element] < HALF * offer.p_max_mw:
                done.add(offer.id)
    left = []
    for candidate in whole.candidates:
        mw = built.get(candidate.id, 0.0)
        if candidate.id in done or (candidate.choice is Choice.RETROFIT and mw > LEAST_MW):
            continue
        if candidate.p_max_mw is None or mw <= LEAST_MW:
            left.append(candidate)
        elif candidate.p_max_mw - mw > LEAST_MW:
            left.append(dataclasses.replace(candidate, p_max_mw=candidate.p_max_mw - mw, p_min_mw=0.0))
    return tuple(left)
