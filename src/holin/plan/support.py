"""What an optimum at one value of a rule proves about all other values: a cost that no plan lies below."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from holin.kernel.linear import Floats
from holin.kernel.staged import implied_bounds
from holin.operation.block import quantities_of
from holin.plan.moving import GWH, LOST, moved_by
from holin.plan.plan import Plan
from holin.plan.problem import PlanStage
from holin.plan.year import lost_mwh
from holin.rules import Rule

PART = 3e-4
"""So exactly the part of the other is sought in a mixture."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Support:
    """The bound that the duals of one optimum give at any value of the rule.

    Where the value moves only the right side of the rule's row it is a straight line, the frontier's tangent. Where it
    moves coefficients (a load that follows the wind, sizes) the reduced costs of their columns move with it:
    bound(v) = bound + flat (v - value) + sum over columns of what their least part (r + per_value (v - value)) x
    becomes within their bounds. Arrays are (column,), of all columns that the rule's coefficients stand at.
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
        return _at(self, self, 0.0, value)


def between_supports(one: Support, other: Support, value: float) -> float:
    """Return what no plan that keeps the rule at a value between theirs costs less than, by both together.

    Any mixture of two vectors of duals bounds the problem. Where the value moves coefficients, one optimum's prices
    alone say little elsewhere; a mixture in which what the one moves up and the other down makes up for each other
    says nearly what tangents would. It is concave in its part, and any part found is a bound.
    """
    if not np.isfinite(_at(one, other, 0.5, value)):
        return max(one.at(value), other.at(value))
    found = minimize_scalar(
        lambda part: -_at(one, other, part, value), bounds=(0.0, 1.0), method="bounded", options={"xatol": PART}
    )
    return -float(found.fun)


def _at(one: Support, other: Support, part: float, value: float) -> float:
    """Return the bound of a mixture of duals, `part` of them the other's, at a value."""
    sums, reduced, now = 0.0, np.zeros(len(one.reduced)), 0.0
    lower, upper = np.minimum(one.lower, other.lower), np.maximum(one.upper, other.upper)
    for weight, support in ((1.0 - part, one), (part, other)):
        if weight:
            away = value - support.value
            sums += weight * (support.bound + away * support.flat)
            reduced += weight * (support.reduced + away * support.per_value)
            now += weight * float(_least(support.reduced, support.lower, support.upper).sum())
    bound = sums + float(_least(reduced, lower, upper).sum()) - now
    return bound if np.isfinite(bound) else -np.inf


def _least(reduced: Floats, lower: Floats, upper: Floats) -> Floats:
    """Return the least of reduced cost times value for each column within its bounds."""
    bound = np.where(reduced > 0.0, lower, upper)
    found: Floats = np.where(reduced == 0.0, 0.0, reduced * np.where(reduced == 0.0, 0.0, bound))
    return found


def support_of(plan: Plan, rule: Rule) -> Support:
    """Return what a plan that was solved with the rule (or without: then its cost is a bound at all values) proves."""
    linear, duals = plan.problem.linear, plan.solution.linear.row_duals
    duals = np.where(np.isfinite(np.where(duals > 0, linear.row_lower, linear.row_upper)), duals, 0.0)
    per_value, stands, flat = np.zeros(len(linear.cost)), np.zeros(len(linear.cost), np.bool_), 0.0
    for stage in plan.stages:
        price = price_of(plan, stage, rule)
        for name, change in moved_by(rule, stage.case.hours.years).items():
            if name in ("", LOST):
                flat -= price * GWH * change * (lost_mwh(stage) if name else 1.0)
                continue
            quantity = quantities_of(plan.problem.blocks[stage.name], name)
            flat -= price * GWH * change * quantity.constant
            for columns, values in quantity.terms:
                factor = np.broadcast_to(np.asarray(values, dtype=float), np.shape(columns))
                np.add.at(per_value, np.asarray(columns).ravel(), -price * GWH * change * factor.ravel())
                stands[np.asarray(columns).ravel()] = True
    moved = np.flatnonzero(stands)
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
