"""A lower bound that holds whatever the duals are and however they were found.

Any row duals y bound a linear problem with finite bounds of its columns: b'y + sum of the least (c - A'y)_j x_j within
these bounds. Rounding is counted against it.
Source: A. Neumaier, O. Shcherbina, Safe bounds in linear and mixed-integer linear programming, Mathematical
Programming 99 (2004) 283.
"""

from __future__ import annotations

import numpy as np

from holin.kernel.linear import Columns, Floats, LinearProblem

ULP = np.finfo(np.float64).eps / 2
ROOM = 1e-9
SHORT = 4
"""Rows of no more entries are asked first: most bounds are in them, and long ones take memory."""

ROUNDS = 5
"""So often bounds are carried through the rows: a park's infinite columns stand in rows with finite ones."""


def certified_bound(problem: LinearProblem, row_duals: Floats) -> float:
    """Return what no point of the problem costs less than; -inf where some column is bounded neither by itself nor
    through the rows (`implied_bounds`) and its reduced cost needs the bound."""
    duals = np.where(row_duals > 0, np.where(np.isfinite(problem.row_lower), row_duals, 0.0), row_duals)
    duals = np.where(duals < 0, np.where(np.isfinite(problem.row_upper), duals, 0.0), duals)
    size = np.abs(problem.matrix).T @ np.abs(duals) + np.abs(problem.cost)
    entries = np.bincount(problem.matrix.indices, minlength=len(problem.cost))
    reduced = problem.cost - problem.matrix.T @ duals
    wrong = (entries + 3) * ULP * size
    lower, upper = problem.lower, problem.upper
    if np.any((reduced + wrong > 0) & ~np.isfinite(lower)) or np.any((reduced - wrong < 0) & ~np.isfinite(upper)):
        lower, upper = implied_bounds(problem)
    least = np.minimum(_times(reduced - wrong, lower), _times(reduced + wrong, lower))
    least = np.minimum(least, np.minimum(_times(reduced - wrong, upper), _times(reduced + wrong, upper)))
    sides = np.where(duals > 0, problem.row_lower, problem.row_upper)
    paid = np.where(duals != 0, duals * np.where(duals != 0, sides, 0.0), 0.0)
    parts = np.concatenate([paid, least, [problem.constant]])
    if not np.isfinite(parts).all():
        return -np.inf
    return float(parts.sum() - (len(parts) + 3) * ULP * np.abs(parts).sum())


def _times(factor: Floats, bound: Floats) -> Floats:
    """Return the products; none where the factor is nothing."""
    with np.errstate(invalid="ignore"):
        return np.where(factor == 0.0, 0.0, factor * bound)


def implied_bounds(problem: LinearProblem) -> tuple[Floats, Floats]:
    """Return bounds of the columns (lower, upper) within which some optimum lies, where a column has none of its own.

    Each row leaves a column what its other columns cannot take: their least sums within their own bounds. A column that
    costs and only loosens rows as it grows (a monthly peak) need not be larger than its rows can ever ask. Widened by
    a rounding's worth.
    """
    lower, upper = problem.lower.copy(), problem.upper.copy()
    short = np.diff(problem.matrix.indptr) <= SHORT
    for number in range(ROUNDS):
        missing = ~(np.isfinite(lower) & np.isfinite(upper))
        if not missing.any():
            break
        touched = abs(problem.matrix) @ missing.astype(np.float64) > 0  # other rows say nothing about these columns
        _carry(problem, lower, upper, np.flatnonzero(touched & short if number == 0 else touched), whole=number > 0)
    return lower, upper


def _carry(problem: LinearProblem, lower: Floats, upper: Floats, rows: Columns, *, whole: bool) -> None:
    """Write into missing bounds what some rows say; `whole` where these are all rows of their columns."""
    entries = problem.matrix[rows].tocoo()
    row, column, value = entries.row, entries.col, entries.data
    sides = (problem.row_lower[rows][row], problem.row_upper[rows][row])
    at_low = np.where(value > 0, value * lower[column], value * upper[column])
    at_high = np.where(value > 0, value * upper[column], value * lower[column])
    least, most = _others(len(rows), row, at_low, -1.0), _others(len(rows), row, at_high, 1.0)
    above, below = _left(sides[1], least) / value, _left(sides[0], most) / value
    up, down = _tightest(len(upper), column, np.where(value > 0, above, below), np.where(value > 0, below, above))
    if whole:
        ever_asked, ever_allowed = _left(sides[0], least) / value, _left(sides[1], most) / value
        needed_up, needed_down = _widest(
            problem, column, value, sides, np.where(value > 0, ever_asked, ever_allowed),
            np.where(value > 0, ever_allowed, ever_asked),
        )  # fmt: skip
        up, down = np.minimum(up, needed_up), np.maximum(down, needed_down)
    for mine, best, outward in ((upper, up, ROOM), (lower, down, -ROOM)):
        missing = ~np.isfinite(mine)
        mine[missing] = (best + outward * np.abs(np.where(np.isfinite(best), best, 0.0)))[missing]


def _left(side: Floats, others: Floats) -> Floats:
    """Return what a side of a row leaves beside the others; a side that is not there asks for nothing."""
    there = np.isfinite(side)
    return np.where(there, np.where(there, side, 0.0) - others, side)


def _tightest(count: int, column: np.ndarray, above: Floats, below: Floats) -> tuple[Floats, Floats]:
    """Return the least of what bounds each column from above, and the most of what bounds it from below."""
    upper, lower = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(upper, column, np.where(np.isnan(above), np.inf, above))
    np.maximum.at(lower, column, np.where(np.isnan(below), -np.inf, below))
    return upper, lower


def _widest(
    problem: LinearProblem, column: np.ndarray, value: Floats, sides: tuple[Floats, Floats], asked: Floats,
    allowed: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return how large (and how small) a column need be at most that costs and only loosens rows on its way there.

    `asked` is from which value on each row is met whatever the others do, `allowed` up to which.
    """
    from_below, from_above = np.isfinite(sides[0]), np.isfinite(sides[1])
    tightens_up, tightens_down = (
        np.where(value > 0, from_above, from_below),
        np.where(value > 0, from_below, from_above),
    )
    count = len(problem.cost)
    grows = (np.bincount(column, weights=tightens_up, minlength=count) == 0) & (problem.cost >= 0)
    shrinks = (np.bincount(column, weights=tightens_down, minlength=count) == 0) & (problem.cost <= 0)
    most, least = (
        np.where(np.isfinite(problem.lower), problem.lower, 0.0),
        np.where(np.isfinite(problem.upper), problem.upper, 0.0),
    )
    np.maximum.at(most, column, np.where(np.isnan(asked), np.inf, asked))
    np.minimum.at(least, column, np.where(np.isnan(allowed), -np.inf, allowed))
    return np.where(grows, most, np.inf), np.where(shrinks, least, -np.inf)


def _others(rows: int, row: np.ndarray, parts: Floats, outward: float) -> Floats:
    """Return for each entry the sum of the other parts of its row, infinite where one of them is.

    What rounding may have cost, which goes by the whole row and not by what is left of it, is added `outward` (-1, 1).
    """
    finite = np.isfinite(parts)
    sums = np.bincount(row, weights=np.where(finite, parts, 0.0), minlength=rows)
    open_ones = np.bincount(row, weights=~finite, minlength=rows)
    rest = open_ones[row] - ~finite
    sign = np.where(finite, 1.0, np.sign(np.where(finite, 1.0, parts)))
    several = np.bincount(row, weights=np.where(finite, 0.0, sign), minlength=rows)
    infinite = np.where(several[row] - np.where(finite, 0.0, sign) < 0, -np.inf, np.inf)
    size = np.bincount(row, weights=np.where(finite, np.abs(parts), 0.0), minlength=rows)
    wrong = (np.bincount(row, minlength=rows) + 3) * ULP * size
    return np.where(rest > 0, infinite, sums[row] - np.where(finite, parts, 0.0) + outward * wrong[row])


def worst_row(problem: LinearProblem, values: Floats) -> float:
    """Return by how much a point misses a row at most, relative to the size of the row's parts (at least 1)."""
    used = problem.matrix @ values
    size = np.maximum(1.0, abs(problem.matrix) @ np.abs(values))
    missed = np.maximum(problem.row_lower - used, used - problem.row_upper) / size
    return float(np.maximum(missed, 0.0).max(initial=0.0))
