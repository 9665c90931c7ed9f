"""What an optimal basis says of any quantity: how it moves with a right-hand side, and how far the basis holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.linalg import SuperLU, splu

from holin.errors import SolverFailed
from holin.kernel.highs import BASIC, Solution
from holin.kernel.linear import Floats, LinearProblem

AT_BOUND = 1e-7
"""As near as that (of 1, or of the bound) a basic value lies at its bound: the solver's own tolerance."""

MOVES = 1e-9
"""A response below is what rounding leaves."""

BATCH = 8
"""Directions at a time: more of them leave the cache, and each solve takes ten times as long."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Vertex:
    """An optimum with its factored basis.

    `columns` are the basic columns and `rows` the rows that hold them: A[rows, columns] is square. Rows that are not
    among them are slack and have no dual. `values` (column,) is the optimum itself.
    """

    problem: LinearProblem
    values: Floats
    columns: NDArray[np.int64]
    rows: NDArray[np.int64]
    factors: SuperLU | None


def vertex_of(problem: LinearProblem, solution: Solution) -> Vertex:
    """Return the solution's vertex. Raises SolverFailed where it has no basis, or one that cannot be factored."""
    if solution.basis is None:
        raise SolverFailed("the optimum has no basis; solve it with the simplex algorithm")
    column_status = np.full(problem.matrix.shape[1], -1)
    row_status = np.full(problem.matrix.shape[0], -1)
    for name, where in problem.variables.items():
        column_status[where] = solution.basis.variables[name]
    for name, where in problem.rows.items():
        row_status[where] = solution.basis.rows[name]
    columns, rows = np.flatnonzero(column_status == BASIC), np.flatnonzero(row_status != BASIC)
    if len(columns) != len(rows):
        raise SolverFailed(f"the basis is not square: {len(columns)} columns, {len(rows)} rows")
    try:
        factors = splu(problem.matrix[rows][:, columns].tocsc()) if len(rows) else None
    except RuntimeError as error:
        raise SolverFailed("the basis of the optimum cannot be factored: it is singular") from error
    return Vertex(problem=problem, values=solution.values, columns=columns, rows=rows, factors=factors)


def row_sensitivity(vertex: Vertex, per_column: Floats) -> Floats:
    """Return how the quantity `per_column` x moves per unit of each row's right-hand side, (row,): q_B B^-1.

    With the costs it is the row duals; with emissions, the marginal emissions. Exact while the basis stays feasible.
    """
    moved = np.zeros(vertex.problem.matrix.shape[0])
    if vertex.factors is not None:
        moved[vertex.rows] = vertex.factors.solve(per_column[vertex.columns], trans="T")
    return moved


def basis_holds(vertex: Vertex, directions: sp.csc_matrix) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return for each direction (row, direction) of right-hand sides whether the basis stays feasible along it, and
    against it, for a step however small.

    Where it does not the vertex is degenerate: a basic value at its bound would leave it, another basis takes over,
    and the quantity's derivative to that side is another one.
    """
    problem, count = vertex.problem, directions.shape[1]
    slack = np.setdiff1d(np.arange(problem.matrix.shape[0]), vertex.rows)
    activity = problem.matrix @ vertex.values
    sides = [
        _at_bounds(vertex.values[vertex.columns], problem.lower[vertex.columns], problem.upper[vertex.columns]),
        _at_bounds(activity[slack], problem.row_lower[slack], problem.row_upper[slack]),
    ]
    tight = np.flatnonzero(sides[1][0] | sides[1][1])
    rows_of_slack = problem.matrix[slack[tight]][:, vertex.columns]
    low = np.concatenate([sides[0][0], sides[1][0][tight]])
    high = np.concatenate([sides[0][1], sides[1][1][tight]])
    up, down = np.ones(count, dtype=bool), np.ones(count, dtype=bool)
    whole = directions.tocsc()
    asked, shifted = whole[vertex.rows], whole[slack[tight]]  # a slack row's bounds may move, too
    for first in range(0, count, BATCH):
        part = slice(first, min(first + BATCH, count))
        moved = asked[:, part].toarray()
        moved = moved if vertex.factors is None else vertex.factors.solve(moved)
        moved = np.vstack([moved, rows_of_slack @ moved - shifted[:, part].toarray()])
        rising, falling = moved > MOVES, moved < -MOVES
        up[part] = ~((falling & low[:, None]) | (rising & high[:, None])).any(axis=0)
        down[part] = ~((rising & low[:, None]) | (falling & high[:, None])).any(axis=0)
    return up, down


def _at_bounds(values: Floats, lower: Floats, upper: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    return _near(values, lower), _near(values, upper)


def _near(values: Floats, bound: Floats) -> NDArray[np.bool_]:
    known = np.isfinite(bound)
    finite = np.where(known, bound, 0.0)
    near: NDArray[np.bool_] = known & (np.abs(values - finite) <= AT_BOUND * (1 + np.abs(finite)))
    return near
