"""How a problem takes its seats in the staged search: the places of its unknowns, and their scales."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from holin.kernel.compiling import compiled
from holin.kernel.linear import Columns, Floats, LinearProblem
from holin.kernel.staged.layout import GONE, NotStaged, Steps, layout_of
from holin.kernel.staged.passes import COLUMN, EMPTY, EQUATION, ROW, Seated
from holin.kernel.staged.pattern import Mask, Pattern, coefficients_of, pattern_of
from holin.kernel.staged.system import SeatedSystem

SCALINGS = 8


@dataclass(frozen=True, kw_only=True)
class Seating:
    """A pattern, the scales of rows and columns and the unit of costs; which columns are fixed, which rows ask for
    nothing or are equations."""

    pattern: Pattern
    by_row: Floats
    by_column: Floats
    unit: float
    fixed: Mask
    idle: Mask
    equal: Mask

    def seated(self, problem: LinearProblem) -> tuple[Seated, SeatedSystem]:
        """Return a problem as the interior point takes it."""
        row_lower, row_upper = _row_sides(problem, self.fixed, self.by_row)
        given, beside = coefficients_of(self.pattern, problem.matrix, self.by_row, self.by_column)
        of, rows = self.pattern.seated, len(self.idle)
        kinds = np.where(self.equal, EQUATION, ROW).astype(np.int8)
        seated = Seated(
            kind=of(np.concatenate([np.full(len(self.fixed), COLUMN, dtype=np.int8), kinds]), EMPTY),
            cost=of(np.concatenate([problem.cost * self.by_column / self.unit, np.zeros(rows)]), 0.0),
            lower=of(np.concatenate([problem.lower / self.by_column, row_lower]), -np.inf),
            upper=of(np.concatenate([problem.upper / self.by_column, row_upper]), np.inf),
        )
        return seated, SeatedSystem(pattern=self.pattern, given=given, beside=beside)

    def unseated(self, problem: LinearProblem, v: Floats) -> tuple[Floats, Floats]:
        """Return values of columns and duals of rows."""
        seat, columns = self.pattern.seat, len(self.fixed)
        found = np.where(seat >= 0, v[np.maximum(seat, 0)], 0.0)
        values = np.clip(found[:columns] * self.by_column, problem.lower, problem.upper)
        return np.where(self.fixed, problem.lower, values), found[columns:] * self.by_row * self.unit


def seating_of(problem: LinearProblem, steps: Steps, teams: int = 1) -> Seating:
    """Return how a problem is seated, for as many threads as teams. Raises NotStaged."""
    layout, matrix, fixed = layout_of(problem, steps), problem.matrix, _fixed(problem)
    by_row, by_column = scales_of(matrix, fixed)
    lower, upper = _row_sides(problem, fixed, by_row)
    idle = (by_row == 0.0) | _open(lower, upper)
    if idle.all() or fixed.all():
        raise NotStaged("nothing is left to solve")
    equal = _equations(lower, upper) & ~idle
    layout.column_stage[fixed] = GONE
    layout.row_stage[idle] = GONE
    cost = np.abs(problem.cost * by_column)
    return Seating(
        pattern=pattern_of(matrix, layout, np.concatenate([_open(problem.lower, problem.upper), equal]), teams=teams),
        by_row=by_row, by_column=by_column, unit=float(np.median(cost[cost != 0])) if cost.any() else 1.0,
        fixed=fixed, idle=idle, equal=equal,
    )  # fmt: skip


def _fixed(problem: LinearProblem) -> Mask:
    width: Mask = np.isfinite(problem.lower) & (problem.upper <= problem.lower)
    return width


def _open(lower: Floats, upper: Floats) -> Mask:
    """Return where neither side bounds anything."""
    return ~(np.isfinite(lower) | np.isfinite(upper))


def _equations(lower: Floats, upper: Floats) -> Mask:
    """Return which rows are equations: their sides meet."""
    both = np.isfinite(lower) & np.isfinite(upper)
    low, high = np.where(both, lower, 0.0), np.where(both, upper, 1.0)
    return both & (high - low <= 1e-12 * np.maximum(1.0, np.abs(low)))


def _row_sides(problem: LinearProblem, fixed: Mask, by_row: Floats) -> tuple[Floats, Floats]:
    """Return the scaled sides of rows without what the fixed columns use of them."""
    used, scale = problem.matrix @ np.where(fixed, problem.lower, 0.0), np.where(by_row > 0, by_row, 1.0)
    return (problem.row_lower - used) * scale, (problem.row_upper - used) * scale


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
