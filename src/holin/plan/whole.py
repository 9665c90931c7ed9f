"""From sizes of any amount to whole units: rounded up, circuits set into the network, and solved again."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection
from typing import Any

from holin.park import ATTRIBUTES, Choice, Line, Park, Transformer, by_id
from holin.plan.offers import BRANCHES, Offer
from holin.plan.plan import Plan
from holin.plan.problem import Fixed, offer_at
from holin.plan.sizes import kept_units

SLIVER = 1e-3
"""So much of a unit is none: a solver's leftover, not a wish."""

HALF = 0.5


def whole_units(plan: Plan, park: Park, *, down: Collection[str] = ()) -> Fixed:
    """Return the sizes of a plan in whole units, for those that come in units: rounded up, but not beyond `p_max_mw`;
    rounded down at the stages `down`, whose budgets do not pay for more.

    Circuits are whole circuits of their element's rating unless the candidate says otherwise; refits and retirements
    are done where at least half of them was.
    """
    fixed: dict[tuple[str, str], float] = {}
    for stage in plan.stages:
        sizes = plan.sizes[stage.name]
        for offer in (o for o in stage.offers if o.builds):
            unit = unit_mw(offer, park)
            if offer.candidate.choice is Choice.RETROFIT:
                done = sizes.mw[offer.id] / offer.p_max_mw >= HALF
                fixed[stage.name, f"size.{offer.id}"] = offer.p_max_mw if done else 0.0
            elif unit is not None:
                mw = sizes.mw[offer.id]
                less = math.floor(mw / unit + SLIVER) * unit
                fixed[stage.name, f"size.{offer.id}"] = (
                    less if stage.name in down else rounded_up(mw, unit, offer.p_max_mw)
                )
        for kept in (k for k in kept_units(stage.case, stage.offers) if not k.must_stay):
            stays = sizes.kept_mw[kept.id] / kept.nominal_mw >= HALF
            fixed[stage.name, f"kept.{kept.id}"] = kept.nominal_mw if stays else 0.0
    return fixed


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
