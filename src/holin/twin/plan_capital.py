"""What a planned year pays beside its sources that stand: networks, refitted potlines, and what made way."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

from holin.connection.assumed import works_per_year
from holin.finance import SOURCES
from holin.park import Park
from holin.plan import Plan, plan_figures
from holin.summary import capital_by_part

BESIDE = ("network", "potline")
"""Kinds of what is built that are no source: lines, transformers, grid connections; refits of potlines."""


def beside_sources(
    plan: Plan, whole: Park, as_of: Mapping[str, date], works: Mapping[str, float], stage: str
) -> dict[str, float]:
    """Return annuity and fixed cost (currency a year) of networks, their reinforcement by the grid check, and refitted
    potlines: what no source of the park carries.

    `as_of` is the date of each planned stage, `works` (currency) what the grid check adds at it.
    """
    year = as_of[stage].year
    offers = {(s.name, o.id) for s in plan.stages for o in s.offers}  # not those whose element has gone
    found: dict[str, float] = {}
    for row in plan_figures(plan)["built"]:
        kind, since = row["kind"], as_of[row["stage"]].year
        if kind in BESIDE and since <= year < since + row["lifetime_years"] and (stage, row["candidate"]) in offers:
            both = {f"annuity_{kind}": row["yearly_cost"] - row["fixed_cost"], f"fixed_{kind}": row["fixed_cost"]}
            found |= {name: found.get(name, 0.0) + amount for name, amount in both.items()}
    paid = sum(cost for name, cost in works.items() if as_of[name].year <= year)
    if paid:
        yearly = works_per_year(paid, whole.facts.discount_rate)
        found["annuity_network"] = found.get("annuity_network", 0.0) + yearly
    return found


def sunk_annuities(standing: Park, at: Park) -> dict[str, float]:
    """Return the annuities (currency a year) of sources that stand without the plan (`standing`) and made way by it.

    They are sunk: retiring or refitting a unit spares its fixed cost, never what is still owed for it. A unit bears
    its annuity for as long as it would have stood.
    """
    left = {name: {unit.id for unit in getattr(at, name)} for name in SOURCES.values()}
    gone: dict[str, Any] = {
        name: tuple(unit for unit in getattr(standing, name) if unit.id not in left[name]) for name in SOURCES.values()
    }
    parts = capital_by_part(dataclasses.replace(standing, **gone), 1.0)
    return {name: amount for name, amount in parts.items() if name.startswith("annuity_") and amount}


def full_parts(
    parts: Mapping[str, float], plan: Plan, whole: Park, as_of: Mapping[str, date], works: Mapping[str, float],
    stage: str, standing: Park, at: Park, *, years: float,
) -> dict[str, float]:  # fmt: skip
    """Return the parts of a run's price (currency) with what `beside_sources` and `sunk_annuities` add in so many
    years."""
    found = dict(parts)
    for more in (beside_sources(plan, whole, as_of, works, stage), sunk_annuities(standing, at)):
        found |= {name: found.get(name, 0.0) + amount * years for name, amount in more.items()}
    return found
