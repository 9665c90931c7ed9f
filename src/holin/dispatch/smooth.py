"""The same schedule with fewer moves: of all powers of thermal units that cost the same, those that change least.

Units that are alike may share their power in many ways at one cost; the simplex picks a corner of these, in which one
rises while the other falls.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from holin.dispatch.window import Window
from holin.errors import HolinError
from holin.kernel.highs import solve_linear
from holin.kernel.linear import Columns, Floats, LinearProblem
from holin.kernel.mixed import MixedSolution

LEAST_MW = 1.0
"""Moves that are less than this together are left as they are."""

WORTH = 1e-7
"""What all moves together are worth, of the objective: the smoother schedule costs no more than that much more."""


def smoothed(window: Window, problem: LinearProblem, solution: MixedSolution) -> MixedSolution:
    """Return the solution with the powers of thermal units moved among them so that they change least in all.

    Everything else stays: what is on, storages, potlines, the grid, and the cost (`WORTH`). A second, small linear
    problem of the units' columns alone; prices (duals) and the basis are those of the first, whose optimum it is too.
    """
    park, values = window.case.park, solution.linear.values
    powers = [problem.variables[f"above.{unit.id}"] for unit in park.thermal_units]
    before = moves_mw(powers, values)
    if len(powers) < 2 or before < LEAST_MW:
        return solution
    free = _free(window, problem)
    try:
        price = WORTH * max(abs(solution.objective), 1.0) / before
        found = solve_linear(_with_moves(_of_columns(problem, values, free), powers, free, price))
    except HolinError:
        return solution
    calm = values.copy()
    calm[free] = np.clip(found.values[: int(free.sum())], problem.lower[free], problem.upper[free])
    if moves_mw(powers, calm) > before - LEAST_MW:
        return solution
    objective = float(problem.cost @ calm + problem.constant)
    bound = min(solution.bound, objective)
    return replace(
        solution, linear=replace(solution.linear, values=calm, objective=objective), objective=objective, bound=bound,
        mip_gap=(objective - bound) / max(abs(objective), 1e-12) if np.isfinite(bound) else solution.mip_gap,
    )  # fmt: skip


def moves_mw(powers: list[Columns], values: Floats) -> float:
    """Return by how much all powers (time,) change from step to step, in sum."""
    return sum(float(np.abs(np.diff(values[columns])).sum()) for columns in powers)


def _free(window: Window, problem: LinearProblem) -> NDArray[np.bool_]:
    """Return the columns that may move: powers of thermal units, their fuel, and what is set aside as reserve."""
    park = window.case.park
    units, potlines = {u.id for u in park.thermal_units}, {p.id for p in park.potlines}
    free = np.zeros(len(problem.cost), dtype=bool)
    for name, columns in problem.variables.items():
        first, _, element = name.partition(".")
        of_unit = first in ("above", "extra") and element in units
        of_reserve = first in ("up", "down", "primary") and element not in potlines
        free[columns] |= of_unit or of_reserve
    return free & ~problem.integer


def _of_columns(problem: LinearProblem, values: Floats, free: NDArray[np.bool_]) -> LinearProblem:
    """Return the problem of some columns, all others held at their values; the point itself fits its rows."""
    part = problem.matrix.tocsc()[:, free].tocsr()
    rows = np.diff(part.indptr) > 0
    part, used = part[rows], part[rows] @ values[free]
    rest = problem.matrix[rows] @ values - used
    return replace(
        problem, cost=problem.cost[free], quadratic=problem.quadratic[free], lower=problem.lower[free],
        upper=problem.upper[free], integer=problem.integer[free], matrix=part,
        row_lower=np.minimum(problem.row_lower[rows] - rest, used),
        row_upper=np.maximum(problem.row_upper[rows] - rest, used), constant=0.0, variables={}, rows={},
    )  # fmt: skip


def _with_moves(
    problem: LinearProblem, powers: list[Columns], free: NDArray[np.bool_], price_per_mw: float
) -> LinearProblem:
    """Add move >= |p[t] - p[t-1]| of each unit, at a price."""
    place, width, steps = np.cumsum(free) - 1, len(problem.cost), len(powers[0]) - 1
    count, height = len(powers) * steps, len(problem.row_lower)
    later, earlier = (np.concatenate([place[c[part]] for c in powers]) for part in (slice(1, None), slice(None, -1)))
    at, one = np.arange(count), np.ones(count)
    change = sp.csr_matrix((np.r_[one, -one], (np.r_[at, at], np.r_[later, earlier])), shape=(count, width))
    move = sp.identity(count)
    matrix = sp.bmat([[problem.matrix, None], [change, -move], [-change, -move]], format="csr")
    return replace(
        problem, cost=np.r_[problem.cost, price_per_mw * one], quadratic=np.r_[problem.quadratic, 0.0 * one],
        lower=np.r_[problem.lower, 0.0 * one], upper=np.r_[problem.upper, np.full(count, np.inf)],
        integer=np.r_[problem.integer, np.zeros(count, dtype=bool)], matrix=matrix,
        row_lower=np.r_[problem.row_lower, np.full(2 * count, -np.inf)],
        row_upper=np.r_[problem.row_upper, np.zeros(2 * count)],
        variables={"move": width + at}, rows={"moves": height + np.arange(2 * count)},
    )  # fmt: skip
