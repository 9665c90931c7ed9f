"""A plan's shadow prices by row: whose block each row is, its step, and what a column earns in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from holin.kernel.linear import Columns, Floats, LinearProblem
from holin.kernel.staged import named_stages
from holin.plan.plan import Plan
from holin.plan.problem import steps_of

Numbers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Prices:
    """Rows and columns of a plan with their prices; a step is -1 where a row or column has none of its own.

    `duals` (row,) are discounted currency per unit of a row's side, `by_column` is the matrix with columns first.
    """

    plan: Plan
    by_column: sp.csc_matrix
    rows: tuple[str, ...]
    block: Numbers
    row_step: Numbers
    column_step: Numbers
    duals: Floats

    @property
    def linear(self) -> LinearProblem:
        """The plan's problem."""
        return self.plan.problem.linear


def prices_of(plan: Plan) -> Prices:
    """Return a plan's shadow prices, made ready to be asked for."""
    linear = plan.problem.linear
    steps = steps_of(plan.stages)
    column_step = named_stages(linear.variables, len(linear.cost), steps)
    row_step = named_stages(linear.rows, len(linear.row_lower), steps)
    block = np.full(len(row_step), -1, dtype=np.int64)
    for k, rows in enumerate(linear.rows.values()):
        block[rows] = k
    entries = linear.matrix.tocoo()
    at = column_step[entries.col] >= 0
    low, high = np.full(len(row_step), max(steps), dtype=np.int64), np.full(len(row_step), -1, dtype=np.int64)
    np.minimum.at(low, entries.row[at], column_step[entries.col[at]])
    np.maximum.at(high, entries.row[at], column_step[entries.col[at]])
    row_step = np.where(row_step >= 0, row_step, np.where(low == high, high, -1))
    return Prices(
        plan=plan, by_column=linear.matrix.tocsc(), rows=tuple(linear.rows), block=block, row_step=row_step,
        column_step=column_step, duals=plan.solution.linear.row_duals,
    )  # fmt: skip


def earned(prices: Prices, column: int, duals: Floats | None = None) -> dict[str, tuple[Numbers, Floats]]:
    """Return what one unit more of a column saves in each block of rows that it stands in: steps and amounts.

    A column's cost less all that it earns is its reduced cost. `duals` stand for those of the plan.
    """
    matrix, y = prices.by_column, prices.duals if duals is None else duals
    part = slice(matrix.indptr[column], matrix.indptr[column + 1])
    rows, amounts = matrix.indices[part], matrix.data[part] * y[matrix.indices[part]]
    blocks = prices.block[rows]
    return {
        prices.rows[k]: (prices.row_step[rows[blocks == k]], amounts[blocks == k]) for k in np.unique(blocks).tolist()
    }


def earned_by_step(prices: Prices, columns: Columns) -> dict[str, Floats]:
    """Return what one unit more of each column (step,) saves in each block of rows: block -> (step,)."""
    entries = prices.by_column[:, columns].tocoo()
    amounts, blocks = entries.data * prices.duals[entries.row], prices.block[entries.row]
    found: dict[str, Floats] = {}
    for k in np.unique(blocks).tolist():
        here = blocks == k
        summed = np.bincount(entries.col[here], weights=amounts[here], minlength=len(columns))
        found[prices.rows[k]] = summed.astype(float)
    return found
