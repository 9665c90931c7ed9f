"""What an interior point does to all unknowns at once, compiled: one pass through the memory for each of its thoughts.

All arrays are by seat (`pattern.Pattern`); an unbounded side has an infinite bound and a price of 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from holin.kernel.compiling import FASTMATH, compiled
from holin.kernel.linear import Columns, Floats

EMPTY, COLUMN, EQUATION, ROW = 0, 1, 2, 3
"""What a seat holds: nothing, a column, a row that is an equation, one that has its own activity."""

NEAREST = 1e-20
"""A distance to a bound that rounding took away counts as this."""

SIGMA_MAX = 1e12
"""Beyond it a row's activity is as good as free."""

WEIGHTS = 5
"""So many weights of a correction are tried at once."""

TICKS = 256
"""In so many parts of the whole step it is counted how many unknowns reach a bound."""


class Seated(NamedTuple):
    """min c x, A x = s: what each seat holds, its cost (of columns), and the bounds of w: x of columns, s of rows.

    s of an equation is its right-hand side and never moves.
    """

    kind: NDArray[np.int8]
    cost: Floats
    lower: Floats
    upper: Floats


class Point(NamedTuple):
    """w within its bounds, v: x of columns and duals y of rows, the prices of lower and upper bounds (0 where there is
    none), and the product: A'y at columns and A x at rows."""

    w: Floats
    v: Floats
    below: Floats
    above: Floats
    product: Floats


class Step(NamedTuple):
    """Changes of w, of y (at rows), and of the prices."""

    w: Floats
    y: Floats
    below: Floats
    above: Floats


@compiled(by_python=False)
def _low(seated: Seated, point: Point, i: int) -> float:
    distance: float = max(point.w[i] - seated.lower[i], NEAREST)
    return distance


@compiled(by_python=False)
def _high(seated: Seated, point: Point, i: int) -> float:
    distance: float = max(seated.upper[i] - point.w[i], NEAREST)
    return distance


@compiled(fastmath=FASTMATH)
def measure(seated: Seated, point: Point) -> tuple[float, float, float, float, float]:
    """Return the sum of prices times distances, the costs, those of the duals, and the largest residuals of rows and of
    reduced costs."""
    kind, (w, v, below, above, product) = seated.kind, point
    products = primal = dual = rows = duals = 0.0
    for i in range(len(kind)):
        prices = above[i] - below[i]
        if kind[i] == COLUMN:
            primal += seated.cost[i] * w[i]
            duals = max(duals, abs(seated.cost[i] - product[i] + prices))
        elif kind[i] != EMPTY:
            rows = max(rows, abs(w[i] - product[i]))
            if kind[i] == ROW:
                duals = max(duals, abs(v[i] + prices))
            else:
                dual += w[i] * v[i]
        if below[i] > 0.0:
            products += below[i] * _low(seated, point, i)
            dual += below[i] * seated.lower[i]
        if above[i] > 0.0:
            products += above[i] * _high(seated, point, i)
            dual -= above[i] * seated.upper[i]
    return products, primal, dual, rows, duals


@compiled(fastmath=FASTMATH)
def diagonal_of(seated: Seated, point: Point, diagonal: Floats) -> None:
    """Write -theta at columns and sigma at rows."""
    for i in range(len(diagonal)):
        kind = seated.kind[i]
        if kind in (COLUMN, ROW):
            curve = point.below[i] / _low(seated, point, i) + point.above[i] / _high(seated, point, i)
            diagonal[i] = -curve if kind == COLUMN else min(1.0 / curve, SIGMA_MAX)
        else:
            diagonal[i] = 1.0 if kind == EMPTY else 0.0


@compiled(fastmath=FASTMATH)
def predicted_right(seated: Seated, point: Point, diagonal: Floats, right: Floats) -> None:
    """Write the right-hand side of the step that takes all products to 0."""
    for i in range(len(right)):
        kind = seated.kind[i]
        if kind == COLUMN:
            right[i] = seated.cost[i] - point.product[i]
        elif kind == ROW:
            right[i] = point.w[i] - point.product[i] - point.v[i] * diagonal[i]
        else:
            right[i] = 0.0 if kind == EMPTY else point.w[i] - point.product[i]


@compiled(fastmath=FASTMATH)
def predicted(seated: Seated, point: Point, diagonal: Floats, solution: Floats, step: Step) -> tuple[float, float]:
    """Fill `step` from the solution of the predicted right-hand side; return how far w and the prices may go."""
    by_w = by_price = 1.0
    for i in range(len(solution)):
        kind = seated.kind[i]
        dw = solution[i] if kind == COLUMN else 0.0
        if kind == ROW:
            dw = (-point.v[i] - solution[i]) * diagonal[i]
        step.w[i], step.y[i] = dw, solution[i]
        ratio = dw / _low(seated, point, i)
        step.below[i] = -point.below[i] * (1.0 + ratio)
        by_w, by_price = max(by_w, -ratio), max(by_price, 1.0 + ratio if point.below[i] > 0.0 else 0.0)
        ratio = dw / _high(seated, point, i)
        step.above[i] = -point.above[i] * (1.0 - ratio)
        by_w, by_price = max(by_w, ratio), max(by_price, 1.0 - ratio if point.above[i] > 0.0 else 0.0)
    return 1.0 / by_w, 1.0 / by_price


@compiled(fastmath=FASTMATH)
def products_after(seated: Seated, point: Point, step: Step, by_w: float, by_price: float) -> float:
    """Return the sum of prices times distances after part of a step."""
    total = 0.0
    for i in range(len(step.w)):
        if point.below[i] > 0.0:
            total += (point.below[i] + by_price * step.below[i]) * (_low(seated, point, i) + by_w * step.w[i])
        if point.above[i] > 0.0:
            total += (point.above[i] + by_price * step.above[i]) * (_high(seated, point, i) - by_w * step.w[i])
    return total


@compiled(by_python=False)
def _wanted(product: float, target: float) -> float:
    """Return what brings a product back between a tenth of the target and ten times it, no more than that down."""
    if product < 0.1 * target:
        return 0.1 * target - product
    return max(10.0 * target - product, -10.0 * target) if product > 10.0 * target else 0.0


@compiled(fastmath=FASTMATH)
def corrected_right(
    seated: Seated, point: Point, diagonal: Floats, step: Step, target: float, by_w: float, by_price: float,
    right: Floats, more: Step,
) -> None:  # fmt: skip
    """Write the right-hand side of a correction of `step`, and into the prices of `more` by how much it wants the
    products changed.

    Where it goes by no part of the step (`by_w` 0), it takes all products to the target and makes up for what the step
    neglects; else it brings back those that the step, gone so far, takes too far from it.
    """
    first = by_w == 0.0
    for i in range(len(right)):
        low, high = _low(seated, point, i), _high(seated, point, i)
        below = above = 0.0
        if point.below[i] > 0.0:
            if first:
                below = target - step.w[i] * step.below[i]
            else:
                below = _wanted((point.below[i] + by_price * step.below[i]) * (low + by_w * step.w[i]), target)
        if point.above[i] > 0.0:
            if first:
                above = target + step.w[i] * step.above[i]
            else:
                above = _wanted((point.above[i] + by_price * step.above[i]) * (high - by_w * step.w[i]), target)
        more.below[i], more.above[i] = below, above
        g = above / high - below / low
        kind = seated.kind[i]
        right[i] = g if kind == COLUMN else -g * diagonal[i] if kind == ROW else 0.0


@compiled(by_python=False, fastmath=FASTMATH)
def _count(distance: float, change: float, more: float, weights: Floats, far: Floats, ticks: Columns) -> None:
    """Count a distance, for each weight that takes it away, at the part of the step that does so."""
    for k in range(WEIGHTS):
        falls = -(change + weights[k] * more)
        if falls > distance:
            length = distance / falls
            far[k] = min(far[k], length)
            ticks[k, int(length * TICKS)] += 1


@compiled(fastmath=FASTMATH)
def corrected(
    seated: Seated, point: Point, diagonal: Floats, step: Step, more: Step, weights: Floats, far: Floats,
    ticks: Columns,
) -> None:  # fmt: skip
    """Fill `more` from its y, the solution of a correction, and the changes of products that it wants.

    Write how far w and the prices may go (2, weight) with so much of it added to the step, and how many of them end at
    which part of the step (2, weight, tick). `weights` ascend.
    """
    far[:], ticks[:] = 1.0, 0
    least, most = weights[0], weights[WEIGHTS - 1]
    for i in range(len(more.w)):
        kind, low, high = seated.kind[i], _low(seated, point, i), _high(seated, point, i)
        by_low, by_high = 1.0 / low, 1.0 / high
        dw = more.y[i] if kind == COLUMN else 0.0
        if kind == ROW:
            dw = (more.below[i] * by_low - more.above[i] * by_high - more.y[i]) * diagonal[i]
        below = (more.below[i] - point.below[i] * dw) * by_low
        above = (more.above[i] + point.above[i] * dw) * by_high
        more.w[i], more.below[i], more.above[i] = dw, below, above
        changes = min(step.w[i] + least * dw, step.w[i] + most * dw)
        if changes < -low:
            _count(low, step.w[i], dw, weights, far[0], ticks[0])
        changes = max(step.w[i] + least * dw, step.w[i] + most * dw)
        if changes > high:
            _count(high, -step.w[i], -dw, weights, far[0], ticks[0])
        changes = min(step.below[i] + least * below, step.below[i] + most * below)
        if changes < -point.below[i]:
            _count(point.below[i], step.below[i], below, weights, far[1], ticks[1])
        changes = min(step.above[i] + least * above, step.above[i] + most * above)
        if changes < -point.above[i]:
            _count(point.above[i], step.above[i], above, weights, far[1], ticks[1])


@compiled(fastmath=FASTMATH)
def add(step: Step, more: Step, by_w: float, by_price: float) -> None:
    """Add so much of a correction to the step."""
    for i in range(len(step.w)):
        step.w[i] += by_w * more.w[i]
        step.y[i] += by_price * more.y[i]
        step.below[i] += by_price * more.below[i]
        step.above[i] += by_price * more.above[i]


@compiled(fastmath=FASTMATH)
def move(seated: Seated, point: Point, step: Step, by_w: float, by_price: float, kept: float) -> None:
    """Go so far along a step; what would lose more keeps the part `kept` of its distance or price."""
    for i in range(len(step.w)):
        kind, w = seated.kind[i], point.w[i] + by_w * step.w[i]
        if kind in (COLUMN, ROW):
            least = seated.lower[i] + kept * _low(seated, point, i)
            most = seated.upper[i] - kept * _high(seated, point, i)
            w = min(max(w, least), most)
            point.w[i] = w
        if kind == COLUMN:
            point.v[i] = w
        elif kind != EMPTY:
            point.v[i] += by_price * step.y[i]
        point.below[i] = max(point.below[i] + by_price * step.below[i], kept * point.below[i])
        point.above[i] = max(point.above[i] + by_price * step.above[i], kept * point.above[i])
