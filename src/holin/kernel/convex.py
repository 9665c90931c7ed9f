"""Problems with quadratic costs, column by column: their exact optimum, and a proof of it that trusts no solver."""

from __future__ import annotations

import dataclasses

import numpy as np
import scipy.sparse as sp

from holin.errors import SolverFailed
from holin.kernel.highs import Solution, check_numbers, solve_linear, solve_quadratic
from holin.kernel.linear import Columns, Floats, LinearProblem

GAP = 1e-9
"""Tangents are added until cost and bound agree by this share."""

ROUNDS = 200
FIRST_TANGENTS = 9
TOLERANCE = 1e-9
"""By this the solver may leave a cost below its tangents; its own 1e-7 would keep cost and bound apart."""

STRICT = {"primal_feasibility_tolerance": TOLERANCE, "dual_feasibility_tolerance": TOLERANCE}


def solve_convex(problem: LinearProblem, *, threads: int = 1) -> Solution:
    """Return the optimum of a problem whose columns may have quadratic costs.

    Simplex where none has, else HiGHS's active-set method; where that ends without an optimum, `solve_by_tangents`.
    Raises ProvenInfeasible or SolverFailed.
    """
    check_numbers(problem)
    if not problem.quadratic.any():
        return solve_linear(problem, threads=threads)
    try:
        return solve_quadratic(problem, iterations_max=1000 + 20 * sum(problem.matrix.shape), threads=threads)
    except SolverFailed:
        return solve_by_tangents(problem, threads=threads)


def solve_by_tangents(problem: LinearProblem, *, threads: int = 1) -> Solution:
    """Return the same optimum by linear problems alone.

    Each squared column has a cost column above its tangents; where the optimum lies a tangent is added, until the true
    cost there exceeds the linear one, which bounds it from below, by no more than GAP and rounding. The columns with
    quadratic costs must be bounded. Raises ProvenInfeasible or SolverFailed. Source: Kelley, J. SIAM 8 (1960) 703.
    """
    squared = np.flatnonzero(problem.quadratic)
    low, high = problem.lower[squared], problem.upper[squared]
    if not (np.isfinite(low) & np.isfinite(high)).all():
        raise SolverFailed("a column with a quadratic cost has no bounds, so no tangent can begin")
    points = [low + share * (high - low) for share in np.linspace(0, 1, FIRST_TANGENTS)]
    start, iterations, seconds = None, 0, 0.0
    for _ in range(ROUNDS):
        tangents = _with_tangents(problem, squared, points)
        found = solve_linear(tangents, threads=threads, options=STRICT, start=start)
        start, iterations, seconds = found.basis, iterations + found.iterations, seconds + found.seconds
        values = found.values[: len(problem.cost)]
        cost = cost_of(problem, values)
        if cost - found.objective <= GAP * max(1.0, abs(cost)) + len(squared) * TOLERANCE:
            return dataclasses.replace(
                found,
                values=values,
                row_duals=found.row_duals[: len(problem.row_lower)],
                column_duals=found.column_duals[: len(problem.cost)],
                basis=None,
                objective=cost,
                solver=f"{found.solver} on tangents",
                iterations=iterations,
                seconds=seconds,
            )
        points.append(values[squared])
    raise SolverFailed(f"cost and bound still differ after {ROUNDS} rounds of tangents")


def _with_tangents(problem: LinearProblem, squared: Columns, points: list[Floats]) -> LinearProblem:
    """Add a column w >= q (2 p0 p - p0^2) for each squared column p and each point p0, at a cost of 1."""
    height, width, count = len(problem.row_lower), len(problem.cost), len(squared)
    q, each = problem.quadratic[squared], np.arange(count)
    blocks = [problem.matrix.copy()]
    blocks[0].resize(height, width + count)
    rows = dict(problem.rows)
    for k, point in enumerate(points):
        values = np.concatenate([-2 * q * point, np.ones(count)])
        places = (np.concatenate([each, each]), np.concatenate([squared, width + each]))
        blocks.append(sp.csr_matrix((values, places), shape=(count, width + count)))
        rows[f"tangent.{k}"] = height + k * count + each
    tangents = np.concatenate([-q * point**2 for point in points])
    return dataclasses.replace(
        problem,
        cost=np.concatenate([problem.cost, np.ones(count)]),
        quadratic=np.zeros(width + count),
        lower=np.concatenate([problem.lower, np.zeros(count)]),
        upper=np.concatenate([problem.upper, np.full(count, np.inf)]),
        matrix=sp.vstack(blocks, format="csr"),
        row_lower=np.concatenate([problem.row_lower, tangents]),
        row_upper=np.concatenate([problem.row_upper, np.full(len(tangents), np.inf)]),
        variables={**problem.variables, "above_tangents": width + each},
        rows=rows,
    )


def cost_of(problem: LinearProblem, values: Floats) -> float:
    """Return cost x + quadratic x^2 + constant."""
    return float(problem.cost @ values + problem.quadratic @ values**2 + problem.constant)


def dual_bound(problem: LinearProblem, row_duals: Floats, *, tolerance: float = 1e-6) -> float:
    """Return what no feasible point can cost less than, by the prices of the rows alone (Lagrange).

        min over lower <= x <= upper of (cost - A'y) x + quadratic x^2, plus y times the bound of each row that y holds

    A price against a bound that is not there, and what a column without bounds would earn, are -inf, but for rounding:
    up to `tolerance` of the largest price.
    """
    tiny = tolerance * max(1.0, float(np.abs(row_duals).max(initial=0.0)))
    held = np.where(row_duals > 0, problem.row_lower, problem.row_upper)
    price = np.where(np.isinf(held) & (np.abs(row_duals) <= tiny), 0.0, row_duals)
    rows = np.where(price == 0, 0.0, price * np.where(price == 0, 0.0, held))
    slope = problem.cost - problem.matrix.T @ price
    reach = np.asarray(abs(problem.matrix).T @ np.ones(len(price)))
    q = problem.quadratic
    with np.errstate(divide="ignore", invalid="ignore"):
        bend = np.clip(np.where(q > 0, -slope / (2 * q), 0.0), problem.lower, problem.upper)
    best = np.where(q > 0, bend, np.where(slope > 0, problem.lower, problem.upper))
    rounding = np.abs(slope) <= tiny * np.maximum(reach, 1.0)
    endless = np.isinf(best) & ~rounding
    best = np.where(np.isinf(best), 0.0, best)
    least = np.where(endless, -np.inf, slope * best + q * best**2)
    return float(rows.sum() + least.sum() + problem.constant)
