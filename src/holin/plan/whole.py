"""From sizes of any amount to whole units: rounded up, circuits set into the network, and solved again."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection
from typing import Any

from holin.park import ATTRIBUTES, Choice, Line, Park, Transformer, by_id
from holin.plan.offers import BRANCHES, Offer
from holin.plan.plan import Plan, Sizes
from holin.plan.problem import Fixed, PlanStage, offer_at
from holin.plan.sizes import kept_units

SLIVER = 1e-3
"""So much of a unit is none: a solver's leftover, not a wish."""

HALF = 0.5
"""So much of a unit at least is refitted, or stays, as a rule."""


def roundings(plan: Plan, park: Park, budgets: Collection[str] = ()) -> tuple[Fixed, ...]:
    """Return the sizes in whole units that are tried one after the other where those before leave no plan.

    First units are refitted and stay where that is half of them at least, then where it is any part of them; then both
    with sizes rounded down at the stages that have `budgets`.
    """
    found: list[Fixed] = []
    for down in ((), budgets) if budgets else ((),):
        for part in (HALF, SLIVER):
            fixed = whole_units(plan, park, down=down, part=part)
            if fixed and fixed not in found:
                found.append(fixed)
    return tuple(found)


def whole_units(plan: Plan, park: Park, *, down: Collection[str] = (), part: float = HALF) -> Fixed:
    """Return the sizes of a plan in whole units, for those that come in units: rounded up, but not beyond `p_max_mw`;
    rounded down at the stages `down`, whose budgets do not pay for more, but to no less than stands from before.

    Circuits are whole circuits of their element's rating unless the candidate says otherwise. A unit is refitted where
    its refits are at least this `part` of it, by the largest of them; else it stays where that much of it is kept.
    """
    fixed: dict[tuple[str, str], float] = {}
    refitted: frozenset[str] = frozenset()
    stood: dict[str, tuple[float, float]] = {}
    for stage in plan.stages:
        sizes = plan.sizes[stage.name]
        refitted = _refitted(stage, sizes, refitted, part)
        for offer in (o for o in stage.offers if o.builds):
            unit, mw = unit_mw(offer, park), sizes.mw[offer.id]
            if offer.candidate.choice is Choice.RETROFIT:
                fixed[stage.name, f"size.{offer.id}"] = offer.p_max_mw if offer.id in refitted else 0.0
            elif unit is not None:
                before_mw, before_whole = stood.get(offer.id, (0.0, 0.0))
                whole = rounded_up(mw, unit, offer.p_max_mw)
                if stage.name in down:
                    least = before_whole if mw >= before_mw * (1.0 - SLIVER) else 0.0
                    whole = max(math.floor(mw / unit + SLIVER) * unit, least)
                stood[offer.id] = (mw, whole)
                fixed[stage.name, f"size.{offer.id}"] = whole
        replaced = {o.candidate.replaces for o in stage.offers if o.id in refitted}
        for kept in (k for k in kept_units(stage.case, stage.offers) if not k.must_stay):
            stays = kept.id not in replaced and sizes.kept_mw[kept.id] / kept.nominal_mw >= part
            fixed[stage.name, f"kept.{kept.id}"] = kept.nominal_mw if stays else 0.0
    return fixed


def _refitted(stage: PlanStage, sizes: Sizes, before: Collection[str], part: float) -> frozenset[str]:
    """Return the refits that are carried out by a stage, one at most of each unit: what was done `before` stays for as
    long as it lives."""
    parts: dict[str | None, dict[str, float]] = {}
    for offer in (o for o in stage.offers if o.candidate.choice is Choice.RETROFIT):
        parts.setdefault(offer.candidate.replaces, {})[offer.id] = sizes.mw[offer.id] / offer.p_max_mw
    done = (of for of in parts.values() if sum(of.values()) >= part)
    return frozenset(max(of, key=lambda id_: (id_ in before and of[id_] > SLIVER, of[id_])) for of in done)


def rounded_up(mw: float, unit: float, most: float) -> float:
    """Return the least whole number of units that is not below the size, within what may be built."""
    units = math.ceil(mw / unit - SLIVER)
    return max(min(units, math.floor(most / unit + SLIVER)), 0) * unit


def unit_mw(offer: Offer, park: Park) -> float | None:
    """Return the size of one whole unit; None where any size can be built."""
    if offer.candidate.unit_mw is not None:
        return offer.candidate.unit_mw
    return rating_mva(offer.thing, park) if offer.table in BRANCHES else None


def rating_mva(branch: Any, park: Park) -> float:
    """Return what one circuit may carry."""
    if isinstance(branch, Transformer):
        return branch.s_nom_mva
    return math.sqrt(3.0) * by_id(park.buses)[branch.bus_from].v_nom_kv * float(branch.i_nom_ka)


def with_circuits(standing: Park, offers: tuple[Offer, ...], sizes_mva: dict[str, float]) -> Park:
    """Return the park with whole circuits beside those that stand: `sizes_mva` by candidate, a circuit each unit."""
    tables: dict[str, list[Any]] = {"lines": list(standing.lines), "transformers": list(standing.transformers)}
    for offer in (o for o in offers if o.table in BRANCHES):
        tables[ATTRIBUTES[offer.table]] += circuits(offer, standing, sizes_mva.get(offer.id, 0.0), offer.id)
    return dataclasses.replace(standing, lines=tuple(tables["lines"]), transformers=tuple(tables["transformers"]))


def circuits(offer: Offer, park: Park, mva: float, name: str) -> list[Line | Transformer]:
    """Return the circuits of a size, named `NAME-1`, `NAME-2` and so on; each carries its unit."""
    unit = unit_mw(offer, park)
    count = math.ceil(mva / unit - SLIVER) if unit else 0
    branch: Any = offer.thing
    return [
        dataclasses.replace(_of_rating(branch, float(unit or 0.0), park), id=f"{name}-{k + 1}") for k in range(count)
    ]


def _of_rating(branch: Any, mva: float, park: Park) -> Any:
    """Return a line or transformer of this rating; the short-circuit voltage of a transformer stays."""
    factor = mva / rating_mva(branch, park)
    names = ("s_nom_mva", "pk_kw", "p0_kw", "pk0_kw") if isinstance(branch, Transformer) else ("i_nom_ka",)
    return dataclasses.replace(
        branch, **{name: factor * value for name in names if (value := getattr(branch, name)) is not None}
    )


def sizes_of_circuits(plan: Plan, fixed: Fixed) -> dict[str, dict[str, float]]:
    """Return the sizes of circuits (MVA) that stand at each stage: stage -> candidate -> MVA."""
    found: dict[str, dict[str, float]] = {stage.name: {} for stage in plan.stages}
    for stage in plan.stages:
        for (name, block), value in fixed.items():
            offer = offer_at(stage, block.removeprefix("size."))
            if name == stage.name and offer is not None and offer.table in BRANCHES:
                found[name][offer.id] = value
    return found
