"""A primal-dual interior point method with predictor, corrector and centring corrections, for any factored system.

Rows with two sides have their own activity s as a variable beside x; w = (x, s) stays strictly within its bounds.
Sources: S. Mehrotra, SIAM J. Optim. 2 (1992) 575; J. Gondzio, Comput. Optim. Appl. 6 (1996) 137; quasi-definite systems
after R. J. Vanderbei, SIAM J. Optim. 5 (1995) 100.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from holin.kernel.linear import Floats

ITERATIONS_MAX = 150
STALLED_AFTER = 25
LOST_BY = 1e4
"""So many steps without a better gap end the search, or a step to so much worse a point: its digits were lost."""

CORRECTIONS = 4
NEAREST = 1e-20
"""A distance to a bound that rounding took away counts as this."""

START_ROOM = 100.0
"""How far within its bounds w begins, in a scaled problem, where they leave so much."""

SIGMA_MAX = 1e12
"""Beyond it a row's activity is as good as free."""

Mask = NDArray[np.bool_]


class System(Protocol):
    """What a step asks of the linear algebra (`system.StagedSystem`)."""

    def factorise(self, theta: Floats, sigma: Floats) -> None:
        """Factor [-theta A'; A sigma]."""

    def solve(self, p: Floats, q: Floats) -> tuple[Floats, Floats]:
        """Return x and y."""


@dataclass(frozen=True, kw_only=True)
class Standard:
    """min c x, A x = b in `equal` rows, A x = s in the others; `lower` and `upper` are those of w = (x, s)."""

    cost: Floats
    matrix: sp.csr_matrix
    transposed: sp.csr_matrix
    right: Floats
    equal: Mask
    lower: Floats
    upper: Floats

    @property
    def columns(self) -> int:
        """Number of columns of x."""
        return len(self.cost)

    @property
    def has_lower(self) -> Mask:
        """Where w has a lower bound."""
        return np.isfinite(self.lower)

    @property
    def has_upper(self) -> Mask:
        """Where w has an upper bound."""
        return np.isfinite(self.upper)


@dataclass(frozen=True, kw_only=True)
class Point:
    """w within its bounds, row duals y, and the prices of lower and upper bounds (0 where there is none)."""

    w: Floats
    y: Floats
    below: Floats
    above: Floats


@dataclass(frozen=True, kw_only=True)
class Interior:
    """Where the method ended: the best point, its relative gap, and whether the asked one was reached."""

    point: Point
    gap: float
    converged: bool
    iterations: int


@dataclass(frozen=True, kw_only=True)
class _Measures:
    """A point's distances to its bounds, residuals and gap."""

    low: Floats
    high: Floats
    rows: Floats
    duals: Floats
    mu: float
    gap: float
    error: float


@dataclass(frozen=True, kw_only=True)
class _Step:
    w: Floats
    y: Floats
    below: Floats
    above: Floats


def solve_interior(
    problem: Standard,
    system: System,
    *,
    tolerance: float = 1e-8,
    on_progress: Callable[[int, float], None] | None = None,
) -> Interior:
    """Return the optimum within a relative gap and residuals of `tolerance`, or the best point where it stalls."""
    point = _start(problem, system)
    best, best_gap, best_at = point, np.inf, 0
    for number in range(ITERATIONS_MAX):
        m = _measured(problem, point)
        worst = max(m.gap, m.error)
        if on_progress is not None:
            on_progress(number, worst)
        if worst < best_gap:
            best, best_gap, best_at = point, worst, number
        if worst < tolerance or number - best_at > STALLED_AFTER or not worst <= LOST_BY * best_gap:
            break
        point = _moved(problem, system, point, m)
    return Interior(point=best, gap=best_gap, converged=best_gap < tolerance, iterations=number)


def _inside(problem: Standard, w: Floats, room: float) -> Floats:
    """Return w moved within its bounds, `room` away from them where they leave so much."""
    width = problem.upper - problem.lower
    room_here = np.minimum(room, 0.3 * np.where(np.isfinite(width), width, np.inf))
    w = np.where(problem.has_lower, np.maximum(w, problem.lower + room_here), w)
    return np.where(problem.has_upper, np.minimum(w, problem.upper - room_here), w)


def _start(problem: Standard, system: System) -> Point:
    """Return a beginning: the point nearest to the middle that meets the rows, and the duals nearest to the costs."""
    n, free = problem.columns, ~problem.equal
    w = _inside(problem, np.zeros(len(problem.lower)), START_ROOM)
    system.factorise(np.ones(n), np.where(free, 1.0, 0.0))
    x, y = system.solve(np.zeros(n), _row_residual(problem, w))
    w = _inside(problem, w + np.concatenate([x, np.where(free, -y, 0.0)]), START_ROOM)
    _, y = system.solve(problem.cost, np.zeros(len(problem.equal)))
    left = np.concatenate([problem.cost - problem.transposed @ y, np.where(free, y, 0.0)])
    return Point(
        w=w, y=y,
        below=np.where(problem.has_lower, np.maximum(left, 0.0) + 1.0, 0.0),
        above=np.where(problem.has_upper, np.maximum(-left, 0.0) + 1.0, 0.0),
    )  # fmt: skip


def _row_residual(problem: Standard, w: Floats) -> Floats:
    n = problem.columns
    residual: Floats = np.where(problem.equal, problem.right, w[n:]) - problem.matrix @ w[:n]
    return residual


def _measured(problem: Standard, point: Point) -> _Measures:
    n, equal = problem.columns, problem.equal
    has_low, has_high = problem.has_lower, problem.has_upper
    low = np.where(has_low, np.maximum(point.w - np.where(has_low, problem.lower, 0.0), NEAREST), 1.0)
    high = np.where(has_high, np.maximum(np.where(has_high, problem.upper, 0.0) - point.w, NEAREST), 1.0)
    rows = _row_residual(problem, point.w)
    duals = np.concatenate([problem.cost - problem.transposed @ point.y, point.y]) - point.below + point.above
    duals[n:][equal] = 0.0
    bounds = max(int(has_low.sum() + has_high.sum()), 1)
    mu = float(point.below @ low + point.above @ high) / bounds
    primal = float(problem.cost @ point.w[:n])
    dual = float(problem.right[equal] @ point.y[equal])
    dual += float(point.below[has_low] @ problem.lower[has_low] - point.above[has_high] @ problem.upper[has_high])
    error = max(
        np.abs(rows).max(initial=0.0) / (1.0 + np.abs(problem.right).max(initial=0.0)),
        np.abs(duals).max(initial=0.0) / (1.0 + np.abs(problem.cost).max(initial=0.0)),
    )
    gap = abs(primal - dual) / (1.0 + abs(primal))
    return _Measures(low=low, high=high, rows=rows, duals=duals, mu=mu, gap=gap, error=float(error))


def _moved(problem: Standard, system: System, point: Point, m: _Measures) -> Point:
    """Return the next point: predicted, corrected, centred, and a safe part of the way."""
    n, free = problem.columns, ~problem.equal
    curve = point.below / m.low + point.above / m.high
    with np.errstate(divide="ignore"):
        sigma = np.where(free, np.minimum(1.0 / curve[n:], SIGMA_MAX), 0.0)
    system.factorise(curve[:n], sigma)

    def step(below: Floats, above: Floats) -> _Step:
        """Solve for the products of prices and distances to change by so much."""
        g = m.duals - below / m.low + above / m.high
        of_rows = np.where(free, g[n:], 0.0)
        x, y = system.solve(g[:n], m.rows - of_rows * sigma)
        w = np.concatenate([x, (-of_rows - y) * sigma])
        return _Step(w=w, y=y, below=(below - point.below * w) / m.low, above=(above + point.above * w) / m.high)

    below, above = np.where(problem.has_lower, -point.below * m.low, 0.0), -point.above * m.high
    taken = step(below, above)
    far = _lengths(problem, point, m, taken)
    products = _products(point, m, taken, far)
    bounds = max(int(problem.has_lower.sum() + problem.has_upper.sum()), 1)
    share = max(float(((products[0].sum() + products[1].sum()) / bounds / m.mu) ** 3), 1e-6)
    target = share * m.mu
    below = np.where(problem.has_lower, target - point.below * m.low - taken.w * taken.below, 0.0)
    above = np.where(problem.has_upper, target - point.above * m.high + taken.w * taken.above, 0.0)
    taken = step(below, above)
    far = _lengths(problem, point, m, taken)
    for _ in range(CORRECTIONS):
        further = (min(1.0, 1.08 * far[0] + 0.1), min(1.0, 1.08 * far[1] + 0.1))
        products = _products(point, m, taken, further)
        below_too = below + np.where(problem.has_lower, _centring(products[0], target), 0.0)
        above_too = above + np.where(problem.has_upper, _centring(products[1], target), 0.0)
        other = step(below_too, above_too)
        reach = _lengths(problem, point, m, other)
        if sum(reach) <= sum(far) + 0.01:
            break
        taken, far, below, above = other, reach, below_too, above_too
    safe = min(max(0.9, 1.0 - 10.0 * m.mu), 0.9995)
    along = [min(1.0, safe * length) if length < 1.0 else 1.0 for length in far]
    return Point(
        w=point.w + along[0] * taken.w, y=point.y + along[1] * taken.y,
        below=point.below + along[1] * taken.below, above=point.above + along[1] * taken.above,
    )  # fmt: skip


def _lengths(problem: Standard, point: Point, m: _Measures, step: _Step) -> tuple[float, float]:
    """Return how far w and the prices may go before one of them reaches its bound."""
    return (
        min(_length(m.low, step.w, problem.has_lower), _length(m.high, -step.w, problem.has_upper)),
        min(_length(point.below, step.below, problem.has_lower), _length(point.above, step.above, problem.has_upper)),
    )


def _length(value: Floats, change: Floats, bounded: Mask) -> float:
    falls = bounded & (change < 0)
    return min(1.0, float((-value[falls] / change[falls]).min(initial=np.inf)))


def _products(point: Point, m: _Measures, step: _Step, far: tuple[float, float]) -> tuple[Floats, Floats]:
    """Return prices times distances after a step."""
    return (
        (point.below + far[1] * step.below) * (m.low + far[0] * step.w),
        (point.above + far[1] * step.above) * (m.high - far[0] * step.w),
    )


def _centring(products: Floats, target: float) -> Floats:
    """Return what brings products back between a tenth of the target and ten times it, no more than that down."""
    low, high = 0.1 * target, 10.0 * target
    off = np.where(products < low, low - products, np.where(products > high, high - products, 0.0))
    return np.maximum(off, -high)
