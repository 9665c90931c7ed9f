"""Parts of a linear problem: rows left out while others are solved, and columns that equality rows then give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import spsolve

from holin.kernel.highs import Solution
from holin.kernel.linear import Columns, Floats, LinearProblem


def without_rows(problem: LinearProblem, left_out: NDArray[np.bool_]) -> LinearProblem:
    """Return the problem without some of its rows (row,); blocks that lose a row are named no more."""
    kept = np.flatnonzero(~left_out)
    place = np.cumsum(~left_out) - 1
    return replace(
        problem,
        matrix=problem.matrix[kept],
        row_lower=problem.row_lower[kept],
        row_upper=problem.row_upper[kept],
        rows={name: place[rows] for name, rows in problem.rows.items() if not left_out[rows].any()},
    )


def with_all_rows(solution: Solution, left_out: NDArray[np.bool_]) -> Solution:
    """Return the solution of a problem without rows as one of the whole: rows that were left out bind nothing."""
    duals = np.zeros(len(left_out))
    duals[~left_out] = solution.row_duals
    return replace(solution, row_duals=duals)


def columns_by_rows(problem: LinearProblem, values: Floats, columns: Columns, rows: Columns) -> Floats:
    """Return the values of some columns at which as many equality rows hold, all other columns as they are."""
    part = problem.matrix[rows.ravel()]
    own = part[:, columns.ravel()]
    rest = values.copy()
    rest[columns.ravel()] = 0.0
    found: Floats = spsolve(own.tocsc(), problem.row_lower[rows.ravel()] - part @ rest)
    return found.reshape(columns.shape)
