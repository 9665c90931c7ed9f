"""The least breach: by how little rules, budgets or limits would have to give, with a proof that it is not less."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holin.dispatch.case import fixed_mw
from holin.errors import SolverFailed
from holin.kernel.highs import ProvenInfeasible, Solution, solve_linear
from holin.kernel.linear import Floats, LinearProblem
from holin.kernel.staged import Stalled, Steps, certified_bound, solve_staged
from holin.plan.problem import Fixed, PlanElastic, PlanProblem, PlanStage, plan_problem, steps_of

SLACKS = ("rule_short.", "over_budget.", "beyond.", "wider.", "surplus.", "missing.", "metal_short.")
"""How the names of columns begin by which limits give way."""

ROWS_OF_GIVING = {"rule_short.": "rule.", "over_budget.": "budget."}
"""Columns by which a rule or budget gives way -> the row of it."""

PART = 1e-3
"""A breach is counted in this part of the load, so that it is none below a thousandth of that."""

GAP = 1e-3
"""A breach is found to so much of its unit, or relative."""

SMALL_ROWS = 30_000
"""Up to here simplex is quick."""

BALANCE_MAX_MW = 1e6
"""No park misses more: a bound that the certificate needs, as surplus and missing power stand in one row."""

PATIENCE_S = 900.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Breach:
    """The least breach of a problem: `amounts` by column that gives way, and `bound`, below which none is (both of
    `unit`, which is in prices of the elastic problem); `proven` says that some breach there must be."""

    problem: PlanProblem
    linear: LinearProblem
    solution: Solution
    amounts: dict[str, float]
    total: float
    bound: float
    unit: float

    @property
    def proven(self) -> bool:
        """Whether no plan is without a breach."""
        return self.bound > 0.0 and self.total > GAP


@dataclass(frozen=True, kw_only=True, eq=False)
class Elastics:
    """A plan's problem in which something may give way at a price, built once and asked several times."""

    problem: PlanProblem
    steps: Steps
    unit: float
    threads: int

    @property
    def slacks(self) -> tuple[str, ...]:
        """The columns by which something may give way, without those that stand for nothing."""
        return tuple(name for name in self.problem.linear.variables if kind_of(name))

    def least(self, *, left_out: Sequence[str] = (), hard: Sequence[str] = (), behind: bool = True) -> Breach | None:
        """Return the least breach with what `left_out` names not asked for and what `hard` names not giving way.

        None where what is hard cannot hold. Raises SolverFailed where no solver finds an answer; with nothing `behind`
        a large problem is left to the staged solver alone.
        """
        linear = _asked(self.problem.linear, left_out, hard)
        cost = np.zeros(len(linear.cost))
        for name in self.slacks:
            cost[linear.variables[name]] = linear.cost[linear.variables[name]] / self.unit
        linear = dataclasses.replace(linear, cost=cost, constant=0.0)
        found = solved(linear, self.steps, self.threads, behind=behind)
        if found is None:
            return None
        solution, bound = found
        return Breach(
            problem=self.problem, linear=linear, solution=solution, amounts=amounts_of(linear, solution.values),
            total=solution.objective, bound=bound, unit=self.unit,
        )  # fmt: skip

    def cheapest(self, *, left_out: Sequence[str] = (), hard: Sequence[str] = ()) -> Solution | None:
        """Return the least-cost plan at the prices of giving way; None where what is hard cannot hold."""
        found = solved(_asked(self.problem.linear, left_out, hard), self.steps, self.threads, gap=1e-5, behind=False)
        return None if found is None else found[0]


def elastics_of(
    stages: Sequence[PlanStage], elastic: PlanElastic, *, fixed: Fixed | None = None, threads: int = 1
) -> Elastics:
    """Return the elastic problem of some stages."""
    load = sum(s.weight * float(fixed_mw(s.case).sum()) * s.case.hours.step_h for s in stages)
    return Elastics(
        problem=plan_problem(stages, fixed=fixed, elastic=elastic), steps=steps_of(stages),
        unit=(elastic.rule_per_mwh or 1e4) * PART * max(load, 1.0), threads=threads,
    )  # fmt: skip


def kind_of(name: str) -> str:
    """Return how a column begins by which something gives way, its stage left out; "" for others."""
    bare = name.split(":", 1)[1] if ":" in name else name
    return next((kind for kind in SLACKS if bare.startswith(kind)), "")


def row_of(name: str) -> str:
    """Return the rows of the rule or budget that gives way by a column."""
    kind = kind_of(name)
    return name.replace(kind, ROWS_OF_GIVING[kind], 1)


def amounts_of(linear: LinearProblem, values: Floats) -> dict[str, float]:
    """Return by how much each thing gives way: the sum of its columns."""
    return {name: float(values[at].sum()) for name, at in linear.variables.items() if kind_of(name) and at.size}


def _asked(linear: LinearProblem, left_out: Sequence[str], hard: Sequence[str]) -> LinearProblem:
    """Return the problem without some rules and budgets, and with some that must hold."""
    upper, row_lower, row_upper = linear.upper.copy(), linear.row_lower.copy(), linear.row_upper.copy()
    for name, at in linear.variables.items():
        if kind_of(name) in ("surplus.", "missing."):
            upper[at] = np.minimum(upper[at], BALANCE_MAX_MW)
    for name in (*left_out, *hard):
        upper[linear.variables[name]] = 0.0
    for name in left_out:
        row_lower[linear.rows[row_of(name)]], row_upper[linear.rows[row_of(name)]] = -np.inf, np.inf
    return dataclasses.replace(linear, upper=upper, row_lower=row_lower, row_upper=row_upper)


def solved(
    linear: LinearProblem, steps: Steps, threads: int, *, gap: float = GAP, behind: bool = True
) -> tuple[Solution, float] | None:
    """Return the optimum and its bound by the staged solver, or by HiGHS where that stalls; None where there is none.

    Raises SolverFailed where neither finds an answer in time; HiGHS is asked about large problems only if `behind`.
    """
    try:
        found = solve_staged(linear, steps, gap_max=gap, threads=threads, behind=False)
        return found.linear, found.bound
    except Stalled:
        pass
    if not behind and len(linear.row_lower) > SMALL_ROWS:
        raise SolverFailed("the staged search stalled")
    algorithm = "simplex" if len(linear.row_lower) <= SMALL_ROWS else "ipx"
    try:
        solution = solve_linear(linear, algorithm=algorithm, threads=threads, options={"time_limit": PATIENCE_S})
    except ProvenInfeasible:
        return None
    bound = certified_bound(linear, solution.row_duals)
    if solution.objective - bound > gap * max(1.0, abs(solution.objective)):
        raise SolverFailed("the breach that was found is not proven to be the least")
    return solution, bound
