"""A staged problem solved and certified: scaled, by the interior point, with HiGHS behind it where that stalls."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass

from holin.errors import SolverFailed
from holin.kernel.highs import Solution, solve_linear
from holin.kernel.linear import Floats, LinearProblem
from holin.kernel.staged.certificate import certified_bound, worst_row
from holin.kernel.staged.interior import Interior, solve_interior
from holin.kernel.staged.layout import NotStaged, Steps, longest
from holin.kernel.staged.seating import seating_of

ROWS_TOLERANCE = 1e-7
"""By how much a row may be missed, relative to its parts: HiGHS's own tolerance."""

TEAM_STEPS_MIN = 1000
"""A thread takes no fewer steps: each adds its share to the border, and the border is one thread's work."""


class Stalled(SolverFailed):
    """The staged search ended without an optimum that its certificate confirms."""


@dataclass(frozen=True, kw_only=True)
class StagedSolution:
    """The optimum and what no point costs less than (`bound`, certified from the duals alone); `gap` is the relative
    distance between, `row_error` the largest miss of a row, relative to its parts. What is `rough` is neither confirmed
    nor an optimum: the search was left where its caller had enough."""

    linear: Solution
    bound: float
    gap: float
    row_error: float
    rough: bool = False


def solve_staged(
    problem: LinearProblem,
    steps: Steps,
    *,
    tolerance: float = 1e-8,
    gap_max: float = 1e-6,
    threads: int = 1,
    behind: bool = True,
    on_progress: Callable[[int, float], None] | None = None,
    enough: Callable[[Floats], bool] | None = None,
) -> StagedSolution:
    """Return the optimum of a problem whose blocks have `steps` as first dimension, certified to `gap_max`.

    What has not the shape (`NotStaged`), what stalls, and what the certificate does not confirm goes to HiGHS, and
    `linear.solver` says so. Raises ProvenInfeasible or SolverFailed as `highs.solve_linear` does; with nothing `behind`
    it raises Stalled instead, which a problem without any point does, too. Long problems use as many cores as
    `threads`. `enough` is asked about the values of rough points (gap 1e-2, 1e-4): where it says so, that point is
    returned as `rough`.
    """
    began = time.perf_counter()
    if problem.quadratic.any():
        raise ValueError("the problem has quadratic costs; `convex.solve_convex` takes them")
    try:
        found = _by_stages(problem, steps, tolerance, threads, on_progress, enough)
    except NotStaged:
        found = None
    if found is not None:
        values, duals, ended = found
        solution = _judged(problem, values, duals, ended.iterations, time.perf_counter() - began)
        if ended.rough:
            return dataclasses.replace(solution, rough=True)
        if solution.gap <= gap_max and solution.row_error <= ROWS_TOLERANCE:
            return solution
    if not behind:
        raise Stalled("the staged interior point found no optimum; the problem may have none")
    linear = solve_linear(problem, threads=threads)
    bound = certified_bound(problem, linear.row_duals)
    return StagedSolution(
        linear=linear, bound=bound, gap=_gap(linear.objective, bound), row_error=worst_row(problem, linear.values)
    )


def _judged(problem: LinearProblem, values: Floats, duals: Floats, iterations: int, seconds: float) -> StagedSolution:
    objective = float(problem.cost @ values) + problem.constant
    bound = certified_bound(problem, duals)
    linear = Solution(
        values=values, row_duals=duals, column_duals=problem.cost - problem.matrix.T @ duals, basis=None,
        objective=objective, solver="Holin staged interior point", iterations=iterations, seconds=seconds,
    )  # fmt: skip
    return StagedSolution(linear=linear, bound=bound, gap=_gap(objective, bound), row_error=worst_row(problem, values))


def _gap(objective: float, bound: float) -> float:
    return (objective - bound) / max(1.0, abs(objective))


def _by_stages(
    problem: LinearProblem,
    steps: Steps,
    tolerance: float,
    threads: int,
    on_progress: Callable[[int, float], None] | None,
    enough: Callable[[Floats], bool] | None,
) -> tuple[Floats, Floats, Interior]:
    """Return values and row duals by the staged interior point, and where it ended."""
    teams = max(min(threads, longest(steps) // TEAM_STEPS_MIN), 1)
    seating = seating_of(problem, steps, teams)
    seated, system = seating.seated(problem)
    asked = None if enough is None else lambda v: enough(seating.unseated(problem, v)[0])
    ended = solve_interior(
        seated, system, tolerance=tolerance, on_progress=on_progress, enough=asked,
        accepted=lambda v: worst_row(problem, seating.unseated(problem, v)[0]) <= ROWS_TOLERANCE,
    )  # fmt: skip
    return *seating.unseated(problem, ended.v), ended
