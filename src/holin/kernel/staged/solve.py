"""A staged problem solved and certified: scaled, by the interior point, with HiGHS behind it where that stalls."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from holin.errors import SolverFailed
from holin.kernel.compiling import compiled
from holin.kernel.highs import Solution, solve_linear
from holin.kernel.linear import Columns, Floats, LinearProblem
from holin.kernel.staged.certificate import certified_bound, worst_row
from holin.kernel.staged.interior import Interior, solve_interior
from holin.kernel.staged.layout import GONE, NotStaged, layout_of
from holin.kernel.staged.passes import COLUMN, EMPTY, EQUATION, ROW, Seated
from holin.kernel.staged.pattern import Mask, coefficients_of, pattern_of
from holin.kernel.staged.system import SeatedSystem

SCALINGS = 8
ROWS_TOLERANCE = 1e-7
"""By how much a row may be missed, relative to its parts: HiGHS's own tolerance."""


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
    steps: int,
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
    it raises Stalled instead, which a problem without any point does, too. `enough` is asked once about the values of a
    rough point (gap 1e-5): where it says so, that point is returned as `rough`.
    """
    began = time.perf_counter()
    if problem.quadratic.any():
        raise ValueError("the problem has quadratic costs; `convex.solve_convex` takes them")
    try:
        found = _by_stages(problem, steps, tolerance, on_progress, enough)
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
    steps: int,
    tolerance: float,
    on_progress: Callable[[int, float], None] | None,
    enough: Callable[[Floats], bool] | None,
) -> tuple[Floats, Floats, Interior] | None:
    """Return values and row duals by the staged interior point."""
    layout = layout_of(problem, steps)
    fixed = np.isfinite(problem.lower) & (problem.upper - problem.lower <= 0.0)
    values = np.where(fixed, problem.lower, 0.0)
    used = problem.matrix @ values
    row_lower, row_upper = problem.row_lower - used, problem.row_upper - used
    by_row, by_column = scales_of(problem.matrix, fixed)
    idle = (by_row == 0.0) | ~(np.isfinite(row_lower) | np.isfinite(row_upper))
    if idle.all() or fixed.all():
        raise NotStaged("nothing is left to solve")
    scale = np.where(idle, 1.0, by_row)
    layout.column_stage[fixed] = GONE
    layout.row_stage[idle] = GONE
    row_lower, row_upper, equal = _sides(
        np.where(idle, -np.inf, row_lower) * scale, np.where(idle, np.inf, row_upper) * scale
    )
    lower, upper = problem.lower / by_column, problem.upper / by_column
    bare = np.concatenate([~(np.isfinite(lower) | np.isfinite(upper)), equal])
    pattern = pattern_of(problem.matrix, layout, bare)
    given, beside = coefficients_of(pattern, problem.matrix, by_row, by_column)
    cost = problem.cost * by_column
    unit = float(np.median(np.abs(cost[cost != 0]))) if (cost != 0).any() else 1.0
    n, m = len(cost), len(equal)
    seated = Seated(
        kind=pattern.seated(
            np.concatenate([np.full(n, COLUMN), np.where(equal, EQUATION, ROW)]).astype(np.int8), EMPTY
        ),
        cost=pattern.seated(np.concatenate([cost / unit, np.zeros(m)]), 0.0),
        lower=pattern.seated(np.concatenate([lower, row_lower]), -np.inf),
        upper=pattern.seated(np.concatenate([upper, row_upper]), np.inf),
    )
    system = SeatedSystem(pattern=pattern, given=given, beside=beside)
    there = pattern.seat >= 0

    def values_at(seats: Floats) -> tuple[Floats, Floats]:
        v = np.where(there, seats[np.where(there, pattern.seat, 0)], 0.0)
        return np.where(fixed, values, np.clip(v[:n] * by_column, problem.lower, problem.upper)), v[n:] * by_row * unit

    asked = None if enough is None else lambda seats: enough(values_at(seats)[0])
    ended = solve_interior(seated, system, tolerance=tolerance, on_progress=on_progress, enough=asked)
    return *values_at(ended.v), ended


def _sides(lower: Floats, upper: Floats) -> tuple[Floats, Floats, Mask]:
    """Return the sides of rows, and which are equations: their sides meet."""
    both = np.isfinite(lower) & np.isfinite(upper)
    low, high = np.where(both, lower, 0.0), np.where(both, upper, 1.0)
    return lower, upper, both & (high - low <= 1e-12 * np.maximum(1.0, np.abs(low)))


def scales_of(matrix: sp.csr_matrix, fixed: Mask) -> tuple[Floats, Floats]:
    """Return scales (by row, by column) that bring the largest entries of rows and columns near 1, fixed columns left
    out; 0 for a row without entries.

    Source: D. Ruiz, A scaling algorithm to equilibrate both rows and columns norms in matrices (2001).
    """
    by_row, by_column = np.ones(matrix.shape[0]), np.where(fixed, 0.0, 1.0)
    for _ in range(SCALINGS):
        most_row, most_column = np.zeros(len(by_row)), np.zeros(len(by_column))
        _largest(matrix.indptr, matrix.indices, matrix.data, by_row, by_column, most_row, most_column)
        by_row *= np.where(most_row > 0, 1.0 / np.sqrt(np.where(most_row > 0, most_row, 1.0)), 0.0)
        by_column /= np.sqrt(np.where(most_column > 0, most_column, 1.0))
    return by_row, np.where(fixed, 1.0, by_column)


@compiled()
def _largest(
    indptr: Columns, indices: Columns, data: Floats, by_row: Floats, by_column: Floats, most_row: Floats,
    most_column: Floats,
) -> None:  # fmt: skip
    """Write the largest scaled entry of each row and column."""
    for r in range(len(by_row)):
        for z in range(indptr[r], indptr[r + 1]):
            c = indices[z]
            size = abs(data[z]) * by_row[r] * by_column[c]
            most_row[r] = max(most_row[r], size)
            most_column[c] = max(most_column[c], size)
