"""A point of a frontier: the least cost at one value of a rule, what stands there, and what the next bit costs."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass

from holin.plan.moving import GWH, tightening, weakest
from holin.plan.plan import Plan, Sizes
from holin.plan.support import Support, price_of, support_of
from holin.plan.year import PlanYear, mixed, plan_year
from holin.rules import Rule


@dataclass(frozen=True, kw_only=True)
class FrontierPoint:
    """The least cost of all plans that keep a rule at `value`, discounted over all stages; no plan costs less than
    `bound`.

    `slope` is what the cost grows by per unit of the value, `shadow_price` (stage -> currency of the year per MWh or t)
    what the rule's last unit costs.

    Without a `support` the point lies between two solved ones: a plan that exists, of so much of the one and of the
    other, whose cost is above the least one by no more than its distance to `bound`.
    """

    value: float
    objective: float
    bound: float
    slope: float
    shadow_price: Mapping[str, float]
    sizes: Mapping[str, Sizes]
    years: Mapping[str, PlanYear]
    support: Support | None

    @property
    def solved(self) -> bool:
        """Whether an optimum was found at this very value."""
        return self.support is not None


def point_of(plan: Plan, rule: Rule) -> FrontierPoint:
    """Return a solved point; where the plan was not asked for the rule the value is what it reached."""
    years = {s.name: plan_year(plan, s) for s in plan.stages}
    asked = all(f"{s.prefix}rule.{rule.id}" in plan.problem.linear.rows for s in plan.stages)
    prices = {s.name: GWH * price_of(plan, s, rule) for s in plan.stages}
    rule = rule if asked else dataclasses.replace(rule, value=weakest(rule, years))
    return FrontierPoint(
        value=rule.value,
        objective=plan.objective,
        bound=plan.bound,
        slope=0.0 - sum(prices[s.name] * tightening(rule, years[s.name]) for s in plan.stages),
        shadow_price={s.name: prices[s.name] / s.weight for s in plan.stages},
        sizes=plan.sizes,
        years=years,
        support=support_of(plan, rule),
    )


def between(one: FrontierPoint, other: FrontierPoint, part: float, rule: Rule) -> FrontierPoint:
    """Return the plan that is so much of one and of the other: it meets all limits that both meet.

    Its shadow prices are those that the cost between the two points shows, in the proportions of theirs.
    """
    years = {name: mixed(year, other.years[name], part) for name, year in one.years.items()}
    first, last = one.objective, other.objective
    slope = (last - first) / (other.value - one.value)
    prices = {n: (1.0 - part) * p + part * other.shadow_price[n] for n, p in one.shadow_price.items()}
    told = (1.0 - part) * one.slope + part * other.slope
    return FrontierPoint(
        value=weakest(rule, years),
        objective=(1.0 - part) * first + part * last,
        bound=-math.inf,
        slope=slope,
        shadow_price={n: p * slope / told if told else 0.0 for n, p in prices.items()},
        sizes={name: _mixed_sizes(sizes, other.sizes[name], part) for name, sizes in one.sizes.items()},
        years=years,
        support=None,
    )


def _mixed_sizes(one: Sizes, other: Sizes, part: float) -> Sizes:
    def mix(a: Mapping[str, float], b: Mapping[str, float]) -> dict[str, float]:
        return {name: (1.0 - part) * mw + part * b[name] for name, mw in a.items()}

    return Sizes(
        mw=mix(one.mw, other.mw), mwh=mix(one.mwh, other.mwh), built_mw=mix(one.built_mw, other.built_mw),
        built_mwh=mix(one.built_mwh, other.built_mwh), kept_mw=mix(one.kept_mw, other.kept_mw),
    )  # fmt: skip
