"""A rule as a family over its value: what its row gains per unit of it, and which value a year reaches."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence

from holin.plan.problem import PlanStage
from holin.plan.year import PlanYear
from holin.rules import AT_MOST, Rule, margin_of, over_years, terms_of

GWH = 1e-3
"""Rows of rules are in thousands of their quantities (`operation.add_rules`)."""

LOST = "lost_mwh"
"""Losses count against a green share in proportion to it (`dispatch.quantities.green_delivered`)."""


def with_rule(stages: Sequence[PlanStage], rule: Rule | None, id_: str) -> tuple[PlanStage, ...]:
    """Return the stages with a rule in the place of the one of the same id, without it where it is None."""
    more = () if rule is None else (dataclasses.replace(rule, id=id_, enforced=True),)
    return tuple(dataclasses.replace(s, rules=(*(r for r in s.rules if r.id != id_), *more)) for s in stages)


def tightening(rule: Rule, year: PlanYear) -> float:
    """Return by how much the sum of the rule's terms grows per unit of its value (MWh or t); less than 0 where a
    larger value is harder to keep."""
    change = moved_by(rule, year.years)
    return sum(c * (year.quantities[n] if n else 1.0) for n, c in change.items())


def moved_by(rule: Rule, years: float) -> dict[str, float]:
    """Return what the sum of the rule's terms gains of each quantity ("" is a constant) per unit of its value."""
    now, then = (
        terms_of(over_years(dataclasses.replace(rule, value=value), years)) for value in (rule.value, rule.value + 1.0)
    )
    change = {n: then.get(n, 0.0) - now.get(n, 0.0) for n in {*now, *then} if then.get(n, 0.0) != now.get(n, 0.0)}
    return change | {LOST: -1.0} if "green_traced_mwh" in now else change


def reached(rule: Rule, year: PlanYear) -> float:
    """Return the value at which a year just keeps a rule; NaN where any value does."""
    by_value = tightening(rule, year)
    at_none = margin_of(dataclasses.replace(rule, value=0.0), year.quantities)
    return -at_none / by_value if by_value else math.nan


def weakest(rule: Rule, years: Mapping[str, PlanYear]) -> float:
    """Return the value that all stages together reach."""
    found = [v for year in years.values() if not math.isnan(v := reached(rule, year))]
    if not found:
        return math.nan
    return max(found) if rule.kind in AT_MOST else min(found)
