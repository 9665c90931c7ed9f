"""What each step of a rule costs: the least cost over the values of one rule, all else equal, in few optima.

The least cost of a linear problem is convex and piecewise linear in the right side of a row, and the row's dual is its
slope: every optimum gives a line that no cost lies below (its tangent), and between two optima lie plans that cost no
more than their chord. The next optimum is solved where chord and tangents are farthest apart; where they meet, the
frontier between is known without one. Source of the method: sandwich algorithms, e.g. G. Rote, The convergence rate of
the sandwich algorithm for approximating convex functions, Computing 48 (1992) 337.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import scipy.sparse as sp

from holin.errors import BadInput, Infeasible
from holin.plan.cuts import Watch
from holin.plan.frontier_faults import check_asked, no_step, of_nothing
from holin.plan.moving import GWH, tightening, weakest, with_rule
from holin.plan.plan import Aim, Plan, solve_plan
from holin.plan.point import FrontierPoint, between, point_of
from holin.plan.problem import PlanProblem, PlanStage
from holin.plan.support import between_supports, meeting
from holin.plan.year import PlanYear, plan_year
from holin.rules import AT_MOST, Rule, RuleKind

ID = "frontier"
"""The id of the rule whose value is moved."""

TOLERANCE = 5e-3
"""How far a point that was not solved may be off the frontier, unless more or less is asked: so much of the cost above
it, or so much of all values beside it."""

EDGE = 1e-3
"""So much of the way to the largest value that can be reached is left: at the very end the price has no limit."""

VALUE_MAX = 100.0
"""No rule asks for more than this (shares, hours)."""

PARTS = (0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875)
"""Between two solved points these are looked at, and where their tangents meet."""

SAME = 1e-9
"""Values nearer to each other than this are one."""

PRICE_MAX = 1e6
"""The farthest value is where the next MWh (or t) costs more than this (currency, years discounted): nobody pays it. An
aim without any costs would find the very end, and take ten times as long."""

REACH_ROUNDS = 4
REACH_TOLERANCE = 1e-6


class Solve(Protocol):
    """What solves a plan: `solve_plan`, or one that keeps something from problem to problem."""

    def __call__(self, stages: Sequence[PlanStage], watches: Sequence[Watch], *, aim: Aim | None = None) -> Plan:
        """Return the plan."""


Progress = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True)
class Frontier:
    """Points in the order of their values, from what is best without the rule to the farthest one.

    `reach` is the farthest value that any plan reaches (None where it was not asked for), `solves` how many plans were
    solved. No point is farther from the true frontier than `gap`: by so much of the cost it lies above, or so much of
    the values from first to last beside it, where the frontier is steep.
    """

    rule: RuleKind
    points: tuple[FrontierPoint, ...]
    reach: float | None
    gap: float
    solves: int
    seconds: float


def frontier(
    stages: Sequence[PlanStage],
    watches: Sequence[Watch],
    kind: RuleKind,
    *,
    points: int = 20,
    until: float | None = None,
    tolerance: float = TOLERANCE,
    solve: Solve = solve_plan,
    on_progress: Progress | None = None,
) -> Frontier:
    """Return the least cost over the values of a rule of a kind that holds at all stages.

    It begins at what the least-cost plan without the rule reaches and ends at `until`, or just before the farthest
    value that any plan reaches. At most `points` plans are solved; with fewer, where nothing between them is farther
    off than `tolerance`, points between are added until there are as many. Raises BadInput for a kind that no optimum
    knows and an `until` that the plan without the rule goes beyond, Infeasible where it cannot be reached.
    """
    check_asked(kind, points, until)
    search = _Search(list(stages), list(watches), Rule(id=ID, kind=kind, value=0.0, enforced=True), solve, on_progress)
    free = search.solved(None, 0.05)
    if math.isnan(free.value):
        raise BadInput([of_nothing(kind)])
    search.add(free)
    reach = None
    if until is None:
        reach = search.reach(free)
        until = free.value + (1.0 - EDGE) * (reach - free.value)
    far = abs(until - free.value) > REACH_TOLERANCE * max(1.0, abs(free.value))
    if far and search.harder(until, free.value):
        search.add(search.at(until, 0.1))
        search.refine(points, tolerance)
    elif far and reach is None:
        raise BadInput([no_step(until, free.value)])
    return search.frontier(points, reach)


class _Search:
    """The points found so far, in the order of their values, and what is kept from one plan to the next."""

    def __init__(
        self, stages: list[PlanStage], watches: list[Watch], rule: Rule, solve: Solve, say: Progress | None
    ) -> None:
        self.stages, self.watches, self.rule, self.solve = stages, watches, rule, solve
        self.say = say or (lambda what, share: None)
        self.points: list[FrontierPoint] = []
        self.between_them: dict[tuple[float, float], FrontierPoint] = {}
        self.solves, self.seconds = 0, 0.0

    def plan(self, rule: Rule | None, aim: Aim | None = None) -> Plan:
        """Return a plan; the branch limits that it needed stay for the next one."""
        plan = self.solve(with_rule(self.stages, rule, ID), self.watches, aim=aim)
        self.watches = list(plan.watches)
        self.solves, self.seconds = self.solves + plan.solves, self.seconds + plan.seconds
        return plan

    def solved(self, value: float | None, share: float) -> FrontierPoint:
        self.say("frontier", share)
        rule = None if value is None else self.with_value(value)
        plan = self.plan(rule)
        return point_of(plan, self.with_value(value or 0.0))

    def at(self, value: float, share: float) -> FrontierPoint:
        """Return the solved point of a value; raises Infeasible with what can be reached."""
        try:
            return self.solved(value, share)
        except Infeasible as error:
            reach = self.reach(self.points[0])
            raise Infeasible(
                f"no plan reaches {self.rule.kind} {value:g} with what is on offer: {reach:.4g} at most"
            ) from error

    def with_value(self, value: float) -> Rule:
        return dataclasses.replace(self.rule, value=value)

    def harder(self, value: float, than: float) -> bool:
        return value < than if self.rule.kind in AT_MOST else value > than

    def add(self, point: FrontierPoint) -> None:
        self.points = sorted([*self.points, point], key=lambda p: p.value)

    def reach(self, free: FrontierPoint) -> float:
        """Return the farthest value that any plan reaches, in rounds where the plan decides the rule's whole."""
        self.say("frontier", 0.1)
        years, value = free.years, free.value
        for _ in range(REACH_ROUNDS):
            if self.rule.kind in AT_MOST and value <= REACH_TOLERANCE:
                return value
            rule = self.with_value(value)
            plan = self.plan(rule, lambda problem: _farthest(problem, rule, self.stages, years))  # noqa: B023
            years = {s.name: plan_year(plan, s) for s in plan.stages}
            before, value = value, weakest(rule, years)
            if not self.harder(value, before):
                return before
            if abs(value - before) <= REACH_TOLERANCE * max(1.0, abs(value)):
                break
        return value

    def refine(self, points: int, tolerance: float) -> None:
        """Solve where chord and tangents are farthest apart until nothing is left to find or all points are spent."""
        while len(self.points) < points:
            worst = max((self.apart(a, b) for a, b in itertools.pairwise(self.points)), key=self.off)
            known = min(abs(worst.value - p.value) for p in self.points)
            if self.off(worst) <= tolerance or known <= SAME * max(1.0, abs(worst.value)):
                return
            self.add(self.solved(worst.value, 0.1 + 0.85 * len(self.points) / points))

    def apart(self, a: FrontierPoint, b: FrontierPoint) -> FrontierPoint:
        """Return the plan between two solved ones that may be farthest off the frontier."""
        if (a.value, b.value) not in self.between_them:
            where = meeting(a.support, b.support) if a.support and b.support else a.value
            part = (where - a.value) / (b.value - a.value) if b.value > a.value else 0.0
            found = [self.between(a, b, p) for p in (part, *PARTS)]
            self.between_them[a.value, b.value] = max(found, key=self.off)
        return self.between_them[a.value, b.value]

    def between(self, a: FrontierPoint, b: FrontierPoint, part: float) -> FrontierPoint:
        """Return the plan that is so much of a and of b, with what no plan of its value costs less than."""
        point = between(a, b, part, self.rule)
        both = between_supports(a.support, b.support, point.value) if a.support and b.support else -math.inf
        return dataclasses.replace(point, bound=min(max(self.least(point.value), both), point.objective))

    def off(self, point: FrontierPoint) -> float:
        """Return how far a point may be off the frontier, as a part of the cheapest plan's cost or of all values.

        A known plan costs no more than the point's `bound` where the value is nearer by `above / across` of all values.
        """
        above = max(point.objective - point.bound, 0.0)
        across = abs(point.slope) * abs(self.points[-1].value - self.points[0].value)
        scale = max(1.0, min(abs(p.objective) for p in self.points))
        return min(above / scale, math.inf if point.solved or not across else above / across)

    def frontier(self, points: int, reach: float | None) -> Frontier:
        found = self.filled(self.points, points)
        gap = max(self.off(p) for p in found)
        return Frontier(
            rule=self.rule.kind, points=tuple(found), reach=reach, gap=gap, solves=self.solves, seconds=self.seconds
        )

    def filled(self, found: list[FrontierPoint], points: int) -> list[FrontierPoint]:
        """Return the points with others between them, where they are farthest apart, until there are enough."""
        if len(found) < 2:
            return found
        parts = [1] * (len(found) - 1)
        widths = [b.value - a.value for a, b in itertools.pairwise(found)]
        while sum(parts) < points - 1:
            parts[int(np.argmax([w / n for w, n in zip(widths, parts, strict=True)]))] += 1
        all_of = [found[0]]
        for (a, b), count in zip(itertools.pairwise(found), parts, strict=True):
            all_of += [self.between(a, b, k / count) for k in range(1, count)]
            all_of.append(b)
        return all_of

    def least(self, value: float) -> float:
        """Return what no plan of a value costs less than, by all that is proven."""
        return max(p.support.at(value) for p in self.points if p.support)


def _farthest(
    problem: PlanProblem, rule: Rule, stages: Sequence[PlanStage], years: Mapping[str, PlanYear]
) -> PlanProblem:
    """Return the problem whose aim is the farthest value: the rule's rows with a column for how far it goes beyond, at
    the most that a MWh or t may cost."""
    linear = problem.linear
    sign = -1.0 if rule.kind in AT_MOST else 1.0
    unit = max(abs(rule.value), 1e-9) if rule.kind in AT_MOST else 1.0
    rows = np.array([int(linear.rows[f"{s.prefix}rule.{rule.id}"][0]) for s in stages])
    gained = np.array([tightening(rule, years[s.name]) * sign * unit for s in stages])
    column = sp.csr_matrix((GWH * gained, (rows, np.zeros(len(rows), dtype=int))), shape=(linear.matrix.shape[0], 1))
    most = abs(rule.value) / unit if rule.kind in AT_MOST else VALUE_MAX
    width = len(linear.cost)
    wider = dataclasses.replace(
        linear,
        cost=np.append(linear.cost, -PRICE_MAX * float(np.abs(gained) @ [s.weight for s in stages])),
        quadratic=np.append(linear.quadratic, 0.0),
        lower=np.append(linear.lower, -1.0),  # the last round finds nothing beyond: it needs room to find that out in
        upper=np.append(linear.upper, most),
        integer=np.append(linear.integer, False),
        matrix=sp.hstack([linear.matrix, column], format="csr"),
        variables={**linear.variables, "beyond": np.array([width], dtype=np.int64)},
    )
    return dataclasses.replace(problem, linear=wider)
