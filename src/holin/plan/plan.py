"""The optimum of a development: sizes of all stages at once, with branch limits added where they bind."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import xarray as xr

from holin.errors import CheckFailed, Infeasible, SolverFailed
from holin.kernel.compiling import cores
from holin.kernel.highs import ProvenInfeasible, solve_linear
from holin.kernel.linear import Floats, LinearProblem
from holin.kernel.staged import StagedSolution, Stalled, certified_bound, solve_staged, worst_row
from holin.plan.breach import SMALL_ROWS
from holin.plan.conflict import conflict_of
from holin.plan.conflict_words import NoPlan
from holin.plan.cuts import Watch, bus_injections_mw, grown, injections_mw, limits_of, parallel_branches
from holin.plan.offers import BRANCHES
from holin.plan.problem import Fixed, PlanProblem, PlanStage, offer_at, plan_problem, steps_of

CUT_ROUNDS = 15
BALANCE_TOLERANCE_MW = 1e-3
CERTIFIED = 1e-5
"""How far a plan may be from its proven bound at most; most are within 1e-6. HiGHS takes a year's plan many minutes."""

UNPROVEN = 1e-3
"""What HiGHS found and its duals prove no better than this is no answer."""

CERTIFIED_SMALL = 1e-6
"""The same of a problem that HiGHS takes at once."""

SOLVERS = ("staged", "simplex", "ipx", "hipo")

Progress = Callable[[str, float], None]
Aim = Callable[[PlanProblem], PlanProblem]
"""What is asked instead of the least cost: the problem with another objective, with rows or columns added behind."""


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """What stands of each offer at a stage (`mw`, `mwh` by candidate; lines and transformers in MVA), what of it was
    built there (`built_mw`, `built_mwh`), and what is left of units that may make way (`kept_mw` by unit)."""

    mw: Mapping[str, float]
    mwh: Mapping[str, float]
    built_mw: Mapping[str, float]
    built_mwh: Mapping[str, float]
    kept_mw: Mapping[str, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """A development and its proof: no plan costs less than `bound`. `objective` is over all stages, discounted."""

    stages: tuple[PlanStage, ...]
    watches: tuple[Watch, ...]
    sizes: Mapping[str, Sizes]
    objective: float
    bound: float
    gap: float
    row_error: float
    balance_error_mw_max: float
    solver: str
    iterations: int
    solves: int
    seconds: float
    problem: PlanProblem
    solution: StagedSolution

    def value(self, name: str) -> Floats:
        """Return the values of a block of columns."""
        found: Floats = self.solution.linear.values[self.problem.linear.variables[name]]
        return found

    def dual(self, name: str) -> Floats:
        """Return the duals of a block of rows (currency per unit, discounted)."""
        found: Floats = self.solution.linear.row_duals[self.problem.linear.rows[name]]
        return found


def solve_plan(
    stages: Sequence[PlanStage],
    watches: Sequence[Watch],
    *,
    fixed: Fixed | None = None,
    aim: Aim | None = None,
    solver: str = "staged",
    threads: int | None = None,
    on_progress: Progress | None = None,
) -> Plan:
    """Return the least-cost plan over the stages; `watches` names what each stage's network asks for.

    With an `aim` it is what the changed problem asks for, and `objective`, `bound` and duals are that problem's.
    `solver` is Holin's own (`staged`, with HiGHS behind it) or one of HiGHS (`simplex`, `ipx`, `hipo`), on as many
    `threads` as are given or the machine has. Raises NoPlan (an Infeasible that says which rules conflict and what
    would cure it) where rules, limits and offers leave no plan, CheckFailed where the answer must not be used.
    """
    say, began, threads = on_progress or (lambda what, share: None), time.perf_counter(), threads or cores()
    now, watch, rough = tuple(stages), tuple(watches), True
    for solves in range(1, CUT_ROUNDS + 1):
        now = tuple(_limited(s, w) for s, w in zip(now, watch, strict=True))
        say("model", 0.0)
        problem = plan_problem(now, fixed=fixed)
        if aim is not None:
            problem = aim(problem)
        look = partial(_grown, now, watch, problem, solves, solver == "staged")
        ask = partial(_asks_more, look, watch) if rough else None
        found = _solved(now, problem.linear, fixed, solver, threads, say, ask)
        after, net = look(found.linear.values)
        if not _differ(after, watch):
            if found.rough:  # nothing more is asked for after all: now in earnest
                rough = False
                continue
            error = max(_balance_error_mw(s, mw) for s, mw in zip(now, net, strict=True))
            if error > BALANCE_TOLERANCE_MW:
                raise CheckFailed(f"the power balance misses by {error:.3g} MW in some hour of the plan")
            return Plan(
                stages=now, watches=watch, sizes={s.name: _sizes(s, problem.linear, found.linear.values) for s in now},
                objective=found.linear.objective, bound=found.bound, gap=found.gap, row_error=found.row_error,
                balance_error_mw_max=error, solver=found.linear.solver, iterations=found.linear.iterations,
                solves=solves, seconds=time.perf_counter() - began, problem=problem, solution=found,
            )  # fmt: skip
        watch = after
    raise CheckFailed(f"branch limits are still violated after {CUT_ROUNDS} rounds of added rows")


def _grown(
    stages: Sequence[PlanStage], watches: Sequence[Watch], problem: PlanProblem, rounds: int, wide: bool,
    values: Floats,
) -> tuple[tuple[Watch, ...], list[xr.DataArray]]:  # fmt: skip
    """Return the watches with what a solution violates, and each stage's net injections.

    To the staged solver a branch's row costs as much in one hour as in all (`wide`), and each round all its steps.
    """
    fed = [injections_mw(problem.blocks[s.name], values, s) for s in stages]
    net = [bus_injections_mw(s, mw) for s, mw in zip(stages, fed, strict=True)]
    more = [_more_mva(s, w, _sizes(s, problem.linear, values)) for s, w in zip(stages, watches, strict=True)]
    each = zip(stages, watches, net, more, strict=True)
    return tuple(grown(s, w, mw, m, rounds=rounds, wide=wide) for s, w, mw, m in each), net


def _asks_more(
    look: Callable[[Floats], tuple[tuple[Watch, ...], Any]], before: Sequence[Watch], values: Floats
) -> bool:
    """Whether a rough solution asks for further limits: then it need not be made a better one."""
    return _differ(look(values)[0], before)


def _differ(after: Sequence[Watch], before: Sequence[Watch]) -> bool:
    return any(a is not b for a, b in zip(after, before, strict=True))


def _limited(stage: PlanStage, watch: Watch) -> PlanStage:
    return dataclasses.replace(stage, limits=limits_of(stage.case, watch), parallel=parallel_branches(watch))


def _solved(
    stages: Sequence[PlanStage], problem: LinearProblem, fixed: Fixed | None, solver: str, threads: int, say: Progress,
    enough: Callable[[Floats], bool] | None,
) -> StagedSolution:  # fmt: skip
    """Return the optimum of one round. Raises NoPlan with the reasons where there is none."""
    if solver == "staged":
        try:
            return solve_staged(
                problem, steps_of(stages), threads=threads, behind=False, enough=enough,
                gap_max=CERTIFIED_SMALL if len(problem.row_lower) <= SMALL_ROWS else CERTIFIED,
                on_progress=lambda step, gap: say("solve", min(step / 60.0, 0.99)),
            )  # fmt: skip
        except Stalled:  # a problem without any point stalls, too, and HiGHS may take very long to prove that
            _say_why_not(stages, fixed, threads, say)
        solver = "simplex" if len(problem.row_lower) <= SMALL_ROWS else "ipx"
    try:
        linear = solve_linear(problem, algorithm=solver, threads=threads)
    except ProvenInfeasible as proof:
        _say_why_not(stages, fixed, threads, say)
        raise Infeasible("no plan meets all rules, limits and budgets with what is on offer") from proof
    bound = certified_bound(problem, linear.row_duals)
    gap = (linear.objective - bound) / max(1.0, abs(linear.objective))
    if not gap <= UNPROVEN:
        raise CheckFailed(f"{linear.solver} gave a plan that may be {gap:.1e} from the best; it must not be used")
    return StagedSolution(linear=linear, bound=bound, gap=gap, row_error=worst_row(problem, linear.values))


def _say_why_not(stages: Sequence[PlanStage], fixed: Fixed | None, threads: int, say: Progress) -> None:
    """Raise NoPlan with what conflicts, where that can be proven."""
    try:
        conflict = conflict_of(stages, fixed=fixed, threads=threads, on_progress=say)
    except SolverFailed:
        return
    if conflict is not None:
        raise NoPlan(conflict, stages[0].case.park.facts.currency)


def _sizes(stage: PlanStage, problem: LinearProblem, values: Floats) -> Sizes:
    def all_of(prefix: str, suffix: str = "") -> dict[str, float]:
        return {
            name[len(prefix) : len(name) - len(suffix)]: max(float(values[columns][0]), 0.0)
            for name, columns in problem.variables.items()
            if name.startswith(prefix) and name.endswith(suffix)
        }

    return Sizes(
        mw=all_of(f"{stage.prefix}size."),
        mwh=all_of(f"{stage.prefix}size_mwh."),
        built_mw=all_of("built.", f"@{stage.name}"),
        built_mwh=all_of("built_mwh.", f"@{stage.name}"),
        kept_mw=all_of(f"{stage.prefix}kept."),
    )


def _more_mva(stage: PlanStage, watch: Watch, sizes: Sizes) -> dict[str, float]:
    """Return what the plan adds to the limit of each branch."""
    groups, more = parallel_branches(watch), dict[str, float]()
    if stage.in_network:
        return more
    for id_, mva in sizes.mw.items():
        offer = offer_at(stage, id_)
        if offer is not None and offer.table in BRANCHES:
            group = groups.get(offer.candidate.element, [offer.candidate.element])
            more.update({name: more.get(name, 0.0) + mva / len(group) for name in group})
    return more


def _balance_error_mw(stage: PlanStage, net_mw: xr.DataArray) -> float:
    """Return how far an island's injections are from summing to nothing at most; potlines that are fixed load count
    with what makes way for them."""
    islands = stage.case.islands.number
    numbers = range(int(islands.max(initial=0)) + 1)
    return max(float(np.abs(np.where(islands == k, net_mw.values, 0.0).sum(axis=1)).max()) for k in numbers)
