"""A primal-dual interior point method with predictor, corrector and centring corrections, each taken with the weight
that lets the step go farthest.

Rows with two sides have their own activity s as a variable beside x; w = (x, s) stays strictly within its bounds.
Sources: S. Mehrotra, SIAM J. Optim. 2 (1992) 575; J. Gondzio, Comput. Optim. Appl. 6 (1996) 137; M. Colombo,
J. Gondzio, Comput. Optim. Appl. 41 (2008) 277; quasi-definite systems after R. J. Vanderbei, SIAM J. Optim. 5 (1995)
100.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from holin.kernel.linear import Columns, Floats
from holin.kernel.staged.crew import Crew
from holin.kernel.staged.passes import (
    COLUMN,
    EQUATION,
    ROW,
    TICKS,
    WEIGHTS,
    Point,
    Seated,
    Step,
    add,
    corrected,
    corrected_right,
    diagonal_of,
    measure,
    move,
    predicted,
    predicted_right,
    products_after,
)
from holin.kernel.staged.system import SeatedSystem

Result = TypeVar("Result")

ITERATIONS_MAX = 250
STALLED_AFTER = 25
NEARER = 0.9
"""A step that leaves so much of the products, or less, goes on, even where rows are missed by more on the way."""

LOST_BY = 1e4
"""So many steps without a better gap end the search, or a step to so much worse a point: its digits were lost."""

LOST = 1e-3
"""A solution that misses an equation by so much of its parts is none."""

CORRECTIONS = 3
FARTHER = 0.3
"""A centring correction looks so much farther than the step can go."""

WORTH = 0.02
"""A correction that lets the step go no farther than this is the last one."""

STOPPED = 1e-4
"""So many of all bounds may stop their own unknowns while the others go on: a few hours would hold up the year. What
that costs in rows and prices is left to the next step."""

STOPPED_ABOVE = 1e-2
"""While the relative gap is above this: then each step counts."""

KEPT = 0.1
"""What is stopped keeps so much of its distance or price."""

ROUGH = (1e-2, 1e-4)
"""Points within these gaps tell which limits an optimum needs."""

START_ROOM = 10.0
"""So many times the typical side of a row w begins within its bounds, where they leave so much: a system of 10,000 MW
is not begun a hundred MW from nothing."""


@dataclass(frozen=True, kw_only=True)
class Interior:
    """Where the method ended: v of the best point, its relative gap, whether the asked one was reached, and whether a
    rough point was enough."""

    v: Floats
    gap: float
    converged: bool
    iterations: int
    rough: bool = False


@dataclass(frozen=True, kw_only=True)
class _Part:
    """What a thread makes steps in, of all seats or of its own: a right-hand side becomes its solution, which is the
    change of y that it leads to."""

    seated: Seated
    point: Point
    diagonal: Floats
    right: Floats
    step: Step
    more: Step
    reached: Floats
    ticks: Columns

    def of(self, where: slice) -> _Part:
        """Return the same of some seats."""
        of = self.seated
        return _Part(
            seated=Seated(of.kind[where], of.cost[where], of.lower[where], of.upper[where]),
            point=Point(*(a[where] for a in self.point)), diagonal=self.diagonal[where], right=self.right[where],
            step=Step(*(a[where] for a in self.step)), more=Step(*(a[where] for a in self.more)),
            reached=self.reached.copy(), ticks=self.ticks.copy(),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Room:
    """All seats, the part of each thread, and how many bounds there are."""

    whole: _Part
    parts: list[_Part]
    crew: Crew
    bounds: int

    def each(self, work: Callable[[_Part], Result]) -> list[Result]:
        """Do the work of all parts at once."""
        return self.crew.each(lambda k: work(self.parts[k]))


def _room(seated: Seated, point: Point, crew: Crew) -> _Room:
    size, right = len(seated.kind), np.zeros(len(seated.kind))
    whole = _Part(
        seated=seated, point=point, diagonal=np.zeros(size), right=right,
        step=Step(*(np.zeros(size) for _ in range(4))),
        more=Step(w=np.zeros(size), y=right, below=np.zeros(size), above=np.zeros(size)),
        reached=np.ones((2, WEIGHTS)), ticks=np.zeros((2, WEIGHTS, TICKS + 1), dtype=np.int64),
    )  # fmt: skip
    moves = (seated.kind == COLUMN) | (seated.kind == ROW)
    bounds = int((moves & np.isfinite(seated.lower)).sum() + (moves & np.isfinite(seated.upper)).sum())
    return _Room(whole=whole, parts=[whole.of(s) for s in crew.slices(size)], crew=crew, bounds=max(bounds, 1))


def solve_interior(
    seated: Seated,
    system: SeatedSystem,
    *,
    tolerance: float = 1e-8,
    on_progress: Callable[[int, float], None] | None = None,
    enough: Callable[[Floats], bool] | None = None,
    accepted: Callable[[Floats], bool] = lambda v: True,
) -> Interior:
    """Return the optimum within a relative gap and residuals of `tolerance`, or the best point where it stalls.

    `enough` is asked with v of the first point within each gap of ROUGH; where it says so, that point is the answer.
    Points within the tolerance are left for better ones while they are not `accepted`.
    """
    point = _start(seated, system)
    room = _room(seated, point, system.crew)
    largest_side = 1.0 + np.abs(point.w[seated.kind == EQUATION]).max(initial=0.0)
    largest_cost = 1.0 + np.abs(seated.cost).max(initial=0.0)
    best, best_gap, least, went_on, asked = point.v.copy(), np.inf, np.inf, 0, 0
    for number in range(ITERATIONS_MAX):
        system.multiply(point.v, point.product)
        products, primal, dual, rows, duals = _measured(room)
        gap = abs(primal - dual) / (1.0 + abs(primal))
        worst = max(gap, rows / largest_side, duals / largest_cost)
        if on_progress is not None:
            on_progress(number, worst)
        if worst < best_gap:
            best_gap, went_on = worst, number
            best[:] = point.v
        if products < NEARER * least:
            least, went_on = products, number
        if enough is not None and asked < len(ROUGH) and tolerance <= worst < ROUGH[asked]:
            asked = sum(worst < near for near in ROUGH)
            if enough(point.v):
                return Interior(v=point.v, gap=worst, converged=False, iterations=number, rough=True)
        if worst < tolerance and accepted(point.v):
            return Interior(v=point.v, gap=worst, converged=True, iterations=number)
        if number - went_on > STALLED_AFTER or not worst <= LOST_BY * best_gap:
            break
        _move(system, room, products / room.bounds, gap)
    return Interior(v=best, gap=best_gap, converged=False, iterations=number)


def _inside(seated: Seated, w: Floats, room: float) -> None:
    """Move w within its bounds, `room` away from them where they leave so much."""
    here = np.minimum(room, 0.3 * (seated.upper - seated.lower))
    bounded = (seated.kind == COLUMN) | (seated.kind == ROW)
    np.copyto(w, np.maximum(w, seated.lower + here), where=bounded & np.isfinite(seated.lower))
    np.copyto(w, np.minimum(w, seated.upper - here), where=bounded & np.isfinite(seated.upper))


def _typical_side(seated: Seated) -> float:
    """Return the median side of equations that have one, at least 1."""
    sides = np.abs(seated.lower[(seated.kind == EQUATION) & (seated.lower != 0.0)])
    return max(float(np.median(sides)), 1.0) if len(sides) else 1.0


def _start(seated: Seated, system: SeatedSystem) -> Point:
    """Return a beginning: the point nearest to the middle that meets the rows, and the duals nearest to the costs."""
    column, row = seated.kind == COLUMN, seated.kind == ROW
    equation = seated.kind == EQUATION
    w = np.where(equation, seated.lower, 0.0)
    far = START_ROOM * _typical_side(seated)
    _inside(seated, w, far)
    diagonal = np.where(column, -1.0, np.where(equation, 0.0, 1.0))
    system.factorise(diagonal)
    v = np.where(column, w, 0.0)
    change = np.zeros(len(w))
    system.multiply(v, change)
    change = np.where(row | equation, w - change, 0.0)
    system.solve(change)
    w += np.where(column, change, np.where(row, -change, 0.0))
    _inside(seated, w, far)
    v[:] = np.where(column, seated.cost, 0.0)
    system.solve(v)
    system.multiply(np.where(column, 0.0, v), change)
    left = np.where(column, seated.cost - change, np.where(row, v, 0.0))
    v[column] = w[column]
    below = np.where((column | row) & np.isfinite(seated.lower), np.maximum(left, 0.0) + 1.0, 0.0)
    above = np.where((column | row) & np.isfinite(seated.upper), np.maximum(-left, 0.0) + 1.0, 0.0)
    return Point(w=w, v=v, below=below, above=above, product=np.zeros(len(w)))


def _measured(room: _Room) -> tuple[float, float, float, float, float]:
    """Return what `measure` does, of all parts: sums of products and costs, the largest residuals."""
    found = np.array(room.each(lambda part: measure(part.seated, part.point)))
    products, primal, dual = found[:, :3].sum(axis=0).tolist()
    rows, duals = found[:, 3:].max(axis=0).tolist()
    return products, primal, dual, rows, duals


def _move(system: SeatedSystem, room: _Room, mu: float, gap: float) -> None:
    """Go to the next point: predicted, corrected, centred, and a safe part of the way."""
    right = room.whole.right
    refined = _predict(system, room)
    reaches = room.each(lambda p: predicted(p.seated, p.point, p.diagonal, p.right, p.step))
    far = (min(r[0] for r in reaches), min(r[1] for r in reaches))
    after = sum(room.each(lambda p: products_after(p.seated, p.point, p.step, *far))) / room.bounds
    target = max((after / mu) ** 3, 1e-6) * mu
    stopped = int(STOPPED * room.bounds) if gap > STOPPED_ABOVE else 0
    exact = far
    for number in range(1 + CORRECTIONS):
        ahead = (0.0, 0.0) if number == 0 else (min(1.0, 1.08 * far[0] + FARTHER), min(1.0, 1.08 * far[1] + FARTHER))
        _ask(room, target, ahead)
        weights = np.linspace(min(max(far[0] * far[1], 0.1), 0.9), 1.0, WEIGHTS)
        if refined:
            system.solve(right)
        else:
            system.solve_once(right)
        lengths, reached = _corrected(room, weights, stopped)
        of_w, of_price = int(lengths[0].argmax()), int(lengths[1].argmax())
        reach = (float(lengths[0, of_w]), float(lengths[1, of_price]))
        if number > 0 and sum(reach) <= sum(far) + WORTH:
            break
        _add(room, float(weights[of_w]), float(weights[of_price]))
        far, exact = reach, (float(reached[0, of_w]), float(reached[1, of_price]))
    safe = min(max(0.9, 1.0 - 10.0 * mu), 0.9995)
    by_w, by_price = (min(1.0, safe * length) if length < 1.0 else 1.0 for length in far)
    kept = KEPT if far != exact else 0.0
    room.each(lambda p: move(p.seated, p.point, p.step, by_w, by_price, kept))


def _predict(system: SeatedSystem, room: _Room) -> int:
    """Solve for the predicted step; return how often its solution was corrected."""
    room.each(lambda p: diagonal_of(p.seated, p.point, p.diagonal))
    while True:
        system.factorise(room.whole.diagonal)
        room.each(lambda p: predicted_right(p.seated, p.point, p.diagonal, p.right))
        refined = system.solve(room.whole.right)
        if system.missed <= LOST or not system.firmer():
            return refined


def _ask(room: _Room, target: float, ahead: tuple[float, float]) -> None:
    """Write the right-hand side of a correction."""
    room.each(lambda p: corrected_right(p.seated, p.point, p.diagonal, p.step, target, *ahead, p.right, p.more))


def _add(room: _Room, by_w: float, by_price: float) -> None:
    """Add so much of the correction to the step."""
    room.each(lambda p: add(p.step, p.more, by_w, by_price))


def _corrected(room: _Room, weights: Floats, stopped: int) -> tuple[Floats, Floats]:
    """Take a correction from its solution. Return how far w and the prices may go (2, weight) where so many of them may
    be stopped on the way, and where none may."""
    room.each(lambda p: corrected(p.seated, p.point, p.diagonal, p.step, p.more, weights, p.reached, p.ticks))
    reached: Floats = np.min([part.reached for part in room.parts], axis=0)
    more = np.cumsum(sum(part.ticks for part in room.parts), axis=2) > stopped
    first = np.where(more.any(axis=2), more.argmax(axis=2) / TICKS, 1.0)
    return np.maximum(reached, first), reached
