"""Plans that cost little more than the best one, and how far apart they are: what must be built, what may be chosen.

Within `within` of the least cost, the least and the most of each technology is found: the same problem with the row
cost <= (1 + within) least cost and the technology's total as its aim. Each end is a plan that exists, and the duals
prove how much farther no plan within the cost can go. Source of the method: Modeling to Generate Alternatives;
F. Neumann, T. Brown, The near-optimal feasible space of a renewable power system model, Electric Power Systems
Research 190 (2021) 106690.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import scipy.sparse as sp

from holin.errors import ARGUMENT, BadInput, Fault
from holin.kernel.linear import LinearProblem
from holin.plan.cuts import Watch
from holin.plan.frontier import Solve
from holin.plan.plan import Plan, Sizes, solve_plan
from holin.plan.problem import PlanProblem, PlanStage
from holin.plan.totals import Total, totals_of
from holin.plan.year import PlanYear, cost_of, plan_year

WITHIN = (0.01, 0.03, 0.05)

NOTHING = 0.01
"""Less than this part of what there could be is none."""

SOME = 0.05
"""Where the least is more than this part of the most, all plans have some of it."""

SAME = 1e-4
"""An end this near (of the span) to what is possible at all is not sought again."""

Progress = Callable[[str, float], None]


class Need(StrEnum):
    """What near-optimal plans say of a technology beyond what stands in any case: all have more, some have, none."""

    MUST_HAVE = "must_have"
    CHOICE = "choice"
    NEVER = "never"


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """The plan with the least or the most of a technology: `total` of it, and no plan within the cost goes beyond
    `bound`. `cost` is over all stages, discounted."""

    total: float
    bound: float
    cost: float
    sizes: Mapping[str, Sizes]
    years: Mapping[str, PlanYear]


@dataclass(frozen=True, kw_only=True)
class Range:
    """What plans within so much of the least cost have of a technology at the last stage, in its unit; at any cost it
    lies between `stands` and `could`."""

    technology: str
    unit: str
    within: float
    optimum: float
    stands: float
    could: float
    least: Alternative
    most: Alternative

    @property
    def need(self) -> Need:
        """What the range says."""
        least, most, could = (v - self.stands for v in (self.least.total, self.most.total, self.could))
        if most <= NOTHING * could:
            return Need.NEVER
        return Need.CHOICE if least <= SOME * most else Need.MUST_HAVE


@dataclass(frozen=True, kw_only=True)
class Alternatives:
    """The best plan's cost and proof, and the ranges around it, technology by technology, each by rising `within`."""

    objective: float
    bound: float
    optimum: Mapping[str, Sizes]
    years: Mapping[str, PlanYear]
    ranges: tuple[Range, ...]
    solves: int
    seconds: float


def alternatives(
    stages: Sequence[PlanStage],
    watches: Sequence[Watch],
    *,
    within: Sequence[float] = WITHIN,
    technologies: Sequence[str] | None = None,
    solve: Solve = solve_plan,
    on_progress: Progress | None = None,
) -> Alternatives:
    """Return the near-optimal ranges of each technology (all that the plan can change, unless some are named).

    All rules, budgets and limits hold throughout. An end that reaches what is possible at all is not sought again at a
    higher cost. Raises BadInput for costs that are not above the least one, and for unknown technologies.
    """
    say = on_progress or (lambda what, share: None)
    levels = sorted(set(within))
    say("alternatives", 0.0)
    best = solve(stages, watches)
    known = totals_of(best.problem, best.stages[-1])
    names = _checked(levels, technologies, tuple(known))
    watch, solves, seconds = best.watches, best.solves, best.seconds
    found: dict[tuple[str, float, int], Alternative] = {}
    ends = [(name, level, sign) for name in names for sign in (1, -1) for level in levels]
    before: Alternative | None = None
    for number, (name, level, sign) in enumerate(ends):
        say("alternatives", number / len(ends))
        total = known[name]
        edge = total.least if sign > 0 else total.most
        if level == levels[0] or before is None or abs(before.total - edge) > SAME * total.span:
            plan = solve(stages, watch, aim=lambda p: _aimed(p, best, name, level, sign))  # noqa: B023
            watch, solves, seconds = plan.watches, solves + plan.solves, seconds + plan.seconds
            before = _alternative(plan, total, sign)
        found[name, level, sign] = before
    ranges = [
        Range(
            technology=name, unit=known[name].unit, within=level, stands=known[name].least, could=known[name].most,
            optimum=known[name].value(best.solution.linear.values),
            least=found[name, level, 1], most=found[name, level, -1],
        )
        for name in names
        for level in levels
    ]  # fmt: skip
    return Alternatives(
        objective=best.objective, bound=best.bound, optimum=best.sizes,
        years={s.name: plan_year(best, s) for s in best.stages}, ranges=tuple(ranges), solves=solves, seconds=seconds,
    )  # fmt: skip


def _checked(levels: Sequence[float], asked: Sequence[str] | None, known: Sequence[str]) -> tuple[str, ...]:
    faults = [
        Fault(file=ARGUMENT, field="within", value=f"{level:g}", problem="is no share above the least cost",
              right="shares such as 0.01, 0.03, 0.05")
        for level in levels
        if not 0.0 < level <= 1.0
    ]  # fmt: skip
    faults += [
        Fault(file=ARGUMENT, field="technology", value=name, problem="the plan can change nothing of this name",
              right=f"one of {', '.join(known)}")
        for name in asked or ()
        if name not in known
    ]  # fmt: skip
    if not levels:
        faults.append(
            Fault(file=ARGUMENT, field="within", problem="no cost is named", right="shares such as 0.01, 0.03, 0.05")
        )
    if faults:
        raise BadInput(faults)
    return tuple(dict.fromkeys(asked or known))


def _aimed(problem: PlanProblem, best: Plan, name: str, level: float, sign: int) -> PlanProblem:
    """Return the problem with a technology's total as its aim (as a part of its span, negative for the most of it) and
    its cost as a row, in parts of what it may be above the least."""
    total = totals_of(problem, best.stages[-1])[name]
    linear, room = problem.linear, level * max(abs(best.objective), 1e-9)
    row = sp.csr_matrix(linear.cost[None, :] / room)
    limited: LinearProblem = dataclasses.replace(
        linear,
        cost=sign * total.coefficients / total.span,
        constant=sign * total.constant / total.span,
        matrix=sp.vstack([linear.matrix, row], format="csr"),
        row_lower=np.append(linear.row_lower, -np.inf),
        row_upper=np.append(linear.row_upper, (best.objective - linear.constant) / room + 1.0),
        rows={**linear.rows, "near_optimal": np.array([len(linear.row_lower)], dtype=np.int64)},
    )
    return dataclasses.replace(problem, linear=limited)


def _alternative(plan: Plan, total: Total, sign: int) -> Alternative:
    bound = sign * plan.bound * total.span
    return Alternative(
        total=total.value(plan.solution.linear.values),
        bound=min(max(bound, total.least), total.most),
        cost=cost_of(plan),
        sizes=plan.sizes,
        years={s.name: plan_year(plan, s) for s in plan.stages},
    )
