"""What it costs to emit less: between two plans, and along the cheapest plans of many."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from holin.errors import Mismatch


@dataclass(frozen=True, kw_only=True)
class PlanPoint:
    """A plan as a point: its cost (currency) and its emission (t CO2), over the same period for all."""

    name: str
    cost: float
    emission_t: float


@dataclass(frozen=True, kw_only=True)
class AbatementStep:
    """One step of an abatement cost curve: from a plan to the next, what it abates and what each tonne costs."""

    from_plan: str
    to_plan: str
    abated_t: float
    cost: float

    @property
    def cost_per_t(self) -> float:
        """The marginal abatement cost (currency/t)."""
        return self.cost / self.abated_t


def abatement_cost(reference: PlanPoint, plan: PlanPoint) -> float | None:
    """Return what a tonne less costs against a reference (currency/t): more cost / less emission.

    None where emission does not fall. Negative where the plan is also cheaper.
    """
    abated = reference.emission_t - plan.emission_t
    return (plan.cost - reference.cost) / abated if abated > 0.0 else None


def abatement_curve(plans: Sequence[PlanPoint]) -> tuple[AbatementStep, ...]:
    """Return the marginal abatement cost curve: the lower convex hull from the cheapest plan to the cleanest.

    Each step is dearer per tonne than the one before. A plan that is not on the hull costs more than a mixture of two
    others with its emission, and is left out. Of equally cheap plans the cleanest begins. Raises Mismatch for two plans
    of one name.
    """
    if len({p.name for p in plans}) < len(plans):
        raise Mismatch("two plans have the same name; a step could not say which it leads to")
    if not plans:
        return ()
    start = min(plans, key=lambda p: (p.cost, p.emission_t))
    hull = [start]
    for plan in sorted((p for p in plans if p.emission_t < start.emission_t), key=lambda p: (-p.emission_t, p.cost)):
        if plan.emission_t == hull[-1].emission_t:
            continue
        while len(hull) > 1 and _slope(hull[-2], hull[-1]) >= _slope(hull[-1], plan):
            hull.pop()
        hull.append(plan)
    return tuple(
        AbatementStep(from_plan=a.name, to_plan=b.name, abated_t=a.emission_t - b.emission_t, cost=b.cost - a.cost)
        for a, b in itertools.pairwise(hull)
    )


def _slope(a: PlanPoint, b: PlanPoint) -> float:
    return (b.cost - a.cost) / (a.emission_t - b.emission_t)
