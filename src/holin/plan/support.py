"""What an optimum at one value of a rule proves about all other values: a cost that no plan lies below."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holin.kernel.linear import Floats
from holin.kernel.staged import implied_bounds
from holin.operation.block import quantities_of
from holin.plan.moving import GWH, LOST, moved_by
from holin.plan.plan import Plan
from holin.plan.problem import PlanStage
from holin.plan.year import lost_mwh
from holin.rules import Rule


@dataclass(frozen=True, kw_only=True, eq=False)
class Support:
    """The bound that the duals of one optimum give at any value of the rule.

    Where the value moves only the right side of the rule's row it is a straight line, the frontier's tangent. Where it
    moves coefficients (a load that follows the wind, sizes) the reduced costs of their columns move with it:
    bound(v) = bound + flat (v - value) + sum over columns of what their least part (r + per_value (v - value)) x
    becomes within their bounds. Arrays are (column,), of the columns concerned.
    """

    value: float
    bound: float
    flat: float
    reduced: Floats
    per_value: Floats
    lower: Floats
    upper: Floats

    def at(self, value: float) -> float:
        """Return what no plan that keeps the rule at a value costs less than."""
        away = value - self.value
        then = _least(self.reduced + away * self.per_value, self.lower, self.upper)
        now = _least(self.reduced, self.lower, self.upper)
        if not np.isfinite(then).all() or not np.isfinite(now).all():
            return -np.inf
        return self.bound + away * self.flat + float((then - now).sum())


def _least(reduced: Floats, lower: Floats, upper: Floats) -> Floats:
    """Return the least of reduced cost times value for each column within its bounds."""
    bound = np.where(reduced > 0.0, lower, upper)
    found: Floats = np.where(reduced == 0.0, 0.0, reduced * np.where(reduced == 0.0, 0.0, bound))
    return found


def support_of(plan: Plan, rule: Rule) -> Support:
    """Return what a plan that was solved with the rule (or without: then its cost is a bound at all values) proves."""
    linear, duals = plan.problem.linear, plan.solution.linear.row_duals
    duals = np.where(np.isfinite(np.where(duals > 0, linear.row_lower, linear.row_upper)), duals, 0.0)
    per_value, flat = np.zeros(len(linear.cost)), 0.0
    for stage in plan.stages:
        price = price_of(plan, stage, rule)
        for name, change in moved_by(rule, stage.case.hours.years).items() if price else ():
            if name in ("", LOST):
                flat -= price * GWH * change * (lost_mwh(stage) if name else 1.0)
                continue
            quantity = quantities_of(plan.problem.blocks[stage.name], name)
            flat -= price * GWH * change * quantity.constant
            for columns, values in quantity.terms:
                factor = np.broadcast_to(np.asarray(values, dtype=float), np.shape(columns))
                np.add.at(per_value, np.asarray(columns).ravel(), -price * GWH * change * factor.ravel())
    moved = np.flatnonzero(per_value)
    lower, upper = linear.lower[moved], linear.upper[moved]
    if not (np.isfinite(lower).all() and np.isfinite(upper).all()):
        lower, upper = (bounds[moved] for bounds in implied_bounds(linear))
    return Support(
        value=rule.value, bound=plan.bound, flat=flat,
        reduced=linear.cost[moved] - (linear.matrix.T.tocsr()[moved] @ duals if len(moved) else 0.0),
        per_value=per_value[moved], lower=lower, upper=upper,
    )  # fmt: skip


def price_of(plan: Plan, stage: PlanStage, rule: Rule) -> float:
    """Return the dual of the rule's row at a stage (discounted, per thousand), 0 where it has none."""
    name = f"{stage.prefix}rule.{rule.id}"
    return max(float(plan.dual(name)[0]), 0.0) if name in plan.problem.linear.rows else 0.0


def meeting(one: Support, other: Support) -> float:
    """Return the value between those of two supports where they are equal: there the frontier is known least.

    Halfway where neither says anything of the other's side.
    """
    if not np.isfinite([one.at(other.value), other.at(one.value)]).any():
        return 0.5 * (one.value + other.value)
    low, high = one.value, other.value
    for _ in range(60):
        middle = 0.5 * (low + high)
        if one.at(middle) > other.at(middle):
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
