"""A staged problem solved and certified: scaled, by the interior point, with HiGHS behind it where that stalls."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from holin.errors import SolverFailed
from holin.kernel.highs import Solution, solve_linear
from holin.kernel.linear import Columns, Floats, LinearProblem
from holin.kernel.staged.certificate import certified_bound, worst_row
from holin.kernel.staged.interior import Interior, Standard, solve_interior
from holin.kernel.staged.layout import Layout, NotStaged, layout_of
from holin.kernel.staged.system import StagedSystem

SCALINGS = 8
ROWS_TOLERANCE = 1e-7
"""By how much a row may be missed, relative to its parts: HiGHS's own tolerance."""


class Stalled(SolverFailed):
    """The staged search ended without an optimum that its certificate confirms."""


@dataclass(frozen=True, kw_only=True)
class StagedSolution:
    """The optimum and what no point costs less than (`bound`, certified from the duals alone); `gap` is the relative
    distance between, `row_error` the largest miss of a row, relative to its parts."""

    linear: Solution
    bound: float
    gap: float
    row_error: float


def solve_staged(
    problem: LinearProblem,
    steps: int,
    *,
    tolerance: float = 1e-8,
    gap_max: float = 1e-6,
    threads: int = 1,
    behind: bool = True,
    on_progress: Callable[[int, float], None] | None = None,
) -> StagedSolution:
    """Return the optimum of a problem whose blocks have `steps` as first dimension, certified to `gap_max`.

    What has not the shape (`NotStaged`), what stalls, and what the certificate does not confirm goes to HiGHS, and
    `linear.solver` says so. Raises ProvenInfeasible or SolverFailed as `highs.solve_linear` does; with nothing `behind`
    it raises Stalled instead, which a problem without any point does, too.
    """
    began = time.perf_counter()
    if problem.quadratic.any():
        raise ValueError("the problem has quadratic costs; `convex.solve_convex` takes them")
    try:
        found = _by_stages(problem, steps, tolerance, on_progress)
    except NotStaged:
        found = None
    if found is not None:
        values, duals, ended = found
        solution = _judged(problem, values, duals, ended.iterations, time.perf_counter() - began)
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
    problem: LinearProblem, steps: int, tolerance: float, on_progress: Callable[[int, float], None] | None
) -> tuple[Floats, Floats, Interior] | None:
    """Return values and row duals by the staged interior point, or None where nothing is left to solve."""
    layout = layout_of(problem, steps)
    fixed = np.isfinite(problem.lower) & (problem.upper - problem.lower <= 0.0)
    values = np.where(fixed, problem.lower, 0.0)
    columns = np.flatnonzero(~fixed)
    matrix = problem.matrix.tocsc()[:, columns].tocsr()
    row_lower, row_upper = (side - problem.matrix @ values for side in (problem.row_lower, problem.row_upper))
    rows = np.flatnonzero((np.diff(matrix.indptr) > 0) & (np.isfinite(row_lower) | np.isfinite(row_upper)))
    if not len(rows) or not len(columns):
        raise NotStaged("nothing is left to solve")
    matrix, by_row, by_column = scaled(matrix[rows])
    cost = problem.cost[columns] * by_column
    unit = float(np.median(np.abs(cost[cost != 0]))) if (cost != 0).any() else 1.0
    standard = standard_of(
        cost / unit, matrix, row_lower[rows] * by_row, row_upper[rows] * by_row,
        problem.lower[columns] / by_column, problem.upper[columns] / by_column,
    )  # fmt: skip
    system = StagedSystem(matrix=matrix, layout=_kept(layout, columns, rows))
    ended = solve_interior(standard, system, tolerance=tolerance, on_progress=on_progress)
    values[columns] = np.clip(ended.point.w[: len(columns)] * by_column, problem.lower[columns], problem.upper[columns])
    duals = np.zeros(len(problem.row_lower))
    duals[rows] = ended.point.y * by_row * unit
    return values, duals, ended


def _kept(layout: Layout, columns: Columns, rows: Columns) -> Layout:
    return Layout(
        stages=layout.stages, column_stage=layout.column_stage[columns], column_kind=layout.column_kind[columns],
        row_stage=layout.row_stage[rows], row_kind=layout.row_kind[rows],
    )  # fmt: skip


def standard_of(
    cost: Floats, matrix: sp.csr_matrix, row_lower: Floats, row_upper: Floats, lower: Floats, upper: Floats
) -> Standard:
    """Return a problem in the form that the interior point takes; a row whose sides meet is an equation."""
    both = np.isfinite(row_lower) & np.isfinite(row_upper)
    low, high = np.where(both, row_lower, 0.0), np.where(both, row_upper, 1.0)
    equal = both & (high - low <= 1e-12 * np.maximum(1.0, np.abs(low)))
    return Standard(
        cost=cost, matrix=matrix, transposed=matrix.T.tocsr(), right=np.where(equal, low, 0.0), equal=equal,
        lower=np.concatenate([lower, np.where(equal, -np.inf, row_lower)]),
        upper=np.concatenate([upper, np.where(equal, np.inf, row_upper)]),
    )  # fmt: skip


def scaled(matrix: sp.csr_matrix) -> tuple[sp.csr_matrix, Floats, Floats]:
    """Return the matrix with rows and columns scaled to largest entries near 1, and the scales: by row, by column.

    Source: D. Ruiz, A scaling algorithm to equilibrate both rows and columns norms in matrices (2001).
    """
    by_row, by_column = np.ones(matrix.shape[0]), np.ones(matrix.shape[1])
    matrix = matrix.copy()
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    for _ in range(SCALINGS):
        size = np.abs(matrix.data)
        most_row, most_column = np.zeros(matrix.shape[0]), np.zeros(matrix.shape[1])
        np.maximum.at(most_row, rows, size)
        np.maximum.at(most_column, matrix.indices, size)
        of_row = 1.0 / np.sqrt(np.where(most_row > 0, most_row, 1.0))
        of_column = 1.0 / np.sqrt(np.where(most_column > 0, most_column, 1.0))
        matrix.data *= of_row[rows] * of_column[matrix.indices]
        by_row, by_column = by_row * of_row, by_column * of_column
    return matrix, by_row, by_column
