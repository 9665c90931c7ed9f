"""A linear problem with whole-number columns: branch and bound, then the same problem with these columns fixed."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np

from holin.errors import CheckFailed, SolverFailed
from holin.kernel.highs import ProvenInfeasible, Solution, loaded, solve_linear
from holin.kernel.linear import Floats, LinearProblem

WHOLE = 1e-6
"""How far from a whole number an integer column may lie."""


@dataclass(frozen=True, kw_only=True)
class MixedSolution:
    """The best point found and what no point can cost less than (`bound`), gap = (objective - bound) / |objective|.

    `linear` is the optimum with the integer columns held at their values: its duals are prices for small changes that
    switch nothing. `proven` says that the gap asked for was reached; else the time ran out.
    """

    linear: Solution
    objective: float
    bound: float
    mip_gap: float
    proven: bool
    nodes: int
    seconds: float


def solve_mixed(
    problem: LinearProblem,
    *,
    mip_gap: float = 1e-3,
    seconds_max: float | None = None,
    threads: int = 1,
    start: Floats | None = None,
    on_progress: Callable[[str], None] | None = None,
) -> MixedSolution:
    """Solve with HiGHS's branch and bound to a relative gap; a problem without integer columns is solved as it is.

    `start` (column,) is a point to begin with; only its integer columns are read, and a point that fits nowhere does no
    harm. Raises ProvenInfeasible, SolverFailed where no point was found in `seconds_max`, and CheckFailed where the
    point found does not stand when its integer columns are fixed.
    """
    began = time.perf_counter()
    if not problem.integer.any():
        solved = solve_linear(problem, threads=threads, on_progress=on_progress)
        return MixedSolution(
            linear=solved, objective=solved.objective, bound=solved.objective, mip_gap=0.0, proven=True, nodes=0,
            seconds=time.perf_counter() - began,
        )  # fmt: skip
    settings = {"output_flag": False, "threads": threads, "mip_rel_gap": mip_gap, "mip_feasibility_tolerance": WHOLE}
    if seconds_max is not None:
        settings["time_limit"] = float(seconds_max)
    solver = loaded(problem, settings, on_progress, whole=True)
    if start is not None:
        _begin_at(solver, problem, start)
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        raise ProvenInfeasible("the solver proved the problem infeasible")
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        raise SolverFailed(f"HiGHS ended with {solver.modelStatusToString(status)} and no feasible point")
    found = solve_fixed(problem, np.asarray(solver.getSolution().col_value), threads=threads)
    bound = min(float(info.mip_dual_bound), found.objective)
    return MixedSolution(
        linear=found,
        objective=found.objective,
        bound=bound,
        mip_gap=(found.objective - bound) / max(abs(found.objective), 1e-12),
        proven=status == highspy.HighsModelStatus.kOptimal,
        nodes=int(info.mip_node_count),
        seconds=time.perf_counter() - began,
    )


def solve_fixed(problem: LinearProblem, point: Floats, *, threads: int = 1) -> Solution:
    """Return the optimum with the integer columns held at the (rounded) values of `point`, of shape (column,).

    Raises CheckFailed where that is infeasible or a column is not whole.
    """
    whole = np.round(point[problem.integer])
    if np.abs(whole - point[problem.integer]).max(initial=0.0) > 10 * WHOLE:
        raise CheckFailed("the solver's point has an integer column that is not whole")
    lower, upper = problem.lower.copy(), problem.upper.copy()
    lower[problem.integer] = upper[problem.integer] = whole
    try:
        return solve_linear(dataclasses.replace(problem, lower=lower, upper=upper), threads=threads)
    except ProvenInfeasible as proof:
        raise CheckFailed("the solver's point is infeasible once its integer columns are rounded and fixed") from proof


def _begin_at(solver: highspy.Highs, problem: LinearProblem, start: Floats) -> None:
    whole = np.flatnonzero(problem.integer)
    solver.setSolution(len(whole), whole.astype(np.int32), np.round(start[whole]))
