"""The linear system of an interior point's step, factored stage by stage with a dense border."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from holin.kernel.compiling import FASTMATH, compiled
from holin.kernel.linear import Columns, Floats
from holin.kernel.staged.crew import Crew
from holin.kernel.staged.layout import Layout
from holin.kernel.staged.pattern import Mask, Pattern, coefficients_of, pattern_of
from holin.kernel.staged.sweep import Factor, backward, factorise, forward, multiply, rows_of
from holin.kernel.vectors import LANES

REFINED_MAX = 4
"""So often at most a solution is corrected by its own residual."""

ENOUGH = 1e-8
"""A residual of so much of its own equation's parts (at least 1) is small enough."""

REGULAR_COLUMN, REGULAR_ROW = 1e-11, 1e-9
"""Keep every pivot away from zero: the system is quasi-definite, whatever the order of elimination. A store may move
its energy by weeks at no cost: with 1e-9 at its columns, too, each step went a hundredth of its way."""

FIRMER, FIRMEST = 100.0, 1e4
"""Where a factor lost its digits, it is made anew with so many times these, up to so many times."""


@dataclass(kw_only=True)
class SeatedSystem:
    """[-theta A'; A sigma] in the seats of a pattern: `diagonal` (seat,) holds -theta and sigma; empty seats have 1.

    Pivots are kept away from zero by `REGULAR_COLUMN` and `REGULAR_ROW`; solutions are corrected by their residuals, so
    that these are not in them. Each team of the pattern is one thread's.
    """

    pattern: Pattern
    given: Floats
    beside: Floats
    diagonal: Floats = field(init=False)
    crew: Crew = field(init=False)
    _links: Columns = field(init=False)
    _factors: list[Factor] = field(init=False)
    _border: Floats = field(init=False)
    _swaps: Columns = field(init=False)
    _room: tuple[Floats, Floats] = field(init=False)
    missed: float = field(init=False, default=0.0)
    """By how much the last solution misses some equation, relative to its parts."""

    _firm: float = field(init=False, default=1.0)

    def __post_init__(self) -> None:
        p = self.pattern
        entries = rows_of(p.stages, np.diff(p.program.entry[p.program.group]))
        self._factors = [
            Factor(np.zeros((entries, LANES)), np.zeros((p.stages, p.shape.unknowns, LANES))) for _ in range(p.teams)
        ]
        self.crew = Crew(p.teams)
        self._links = np.array(p.shape.links, dtype=np.int64)
        self._border, self._swaps = np.zeros((p.border, p.border)), np.zeros(p.border, dtype=np.int64)
        self._room = np.zeros(p.seats), np.zeros(p.seats)

    def factorise(self, diagonal: Floats) -> None:
        """Factor the system anew."""
        p, self.diagonal, regular = self.pattern, diagonal, self._room[0]
        regular[:] = np.where(np.signbit(diagonal), -REGULAR_COLUMN, REGULAR_ROW)
        regular *= self._firm
        regular += diagonal
        lanes = self._lanes(regular)
        slots = p.slots, p.shape.border_slots
        left = self.crew.each(lambda t: factorise(p.program, *slots, self.given[t], lanes[t], self._factors[t]))
        self._border[:] = self.beside
        self._border[np.diag_indices(p.border)] += regular[p.inside :]
        for t in range(p.teams):
            _gather(left[t], np.ascontiguousarray(p.node_seat[:, t]), self._border)
        _factor_border(self._border, self._swaps)

    def firmer(self) -> bool:
        """Keep pivots farther from zero from now on; say whether that can be done."""
        if self._firm >= FIRMEST:
            return False
        self._firm *= FIRMER
        return True

    def solve(self, values: Floats) -> int:
        """Turn a right-hand side (seat,) into the solution, corrected by its residual while that helps; return how
        often it was."""
        right, left = self._room
        right[:] = values
        self.solve_once(values)
        self.missed = self._left(right, values, left)
        for number in range(REFINED_MAX):
            if self.missed < ENOUGH:
                return number
            step = left.copy()
            self.solve_once(step)
            values += step
            before, self.missed = self.missed, self._left(right, values, left)
            if not self.missed < before:
                values -= step
                self.missed = before
            if not self.missed < 0.3 * before:
                return number + 1
        return REFINED_MAX

    def solve_once(self, values: Floats) -> None:
        """Turn a right-hand side into the solution as the factor gives it."""
        p, inside, lanes = self.pattern, self.pattern.inside, self._lanes(values)
        border = np.zeros((p.teams, p.shape.border, LANES))
        self.crew.each(lambda t: forward(p.program, self._links, self._factors[t], lanes[t], border[t]))
        values[inside:] += self._summed(border)
        _solve_border(self._border, self._swaps, values[inside:])
        known = self._in_lanes(values[inside:])
        self.crew.each(lambda t: backward(p.program, self._links, self._factors[t], lanes[t], known[t]))

    def multiply(self, values: Floats, product: Floats) -> None:
        """Write A'y at columns and A x at rows."""
        p, inside = self.pattern, self.pattern.inside
        product[:] = 0.0
        border = np.zeros((p.teams, p.shape.border, LANES))
        given, lanes, known, made = (
            self.given,
            self._lanes(values),
            self._in_lanes(values[inside:]),
            self._lanes(product),
        )
        self.crew.each(lambda t: multiply(p.program, self._links, given[t], lanes[t], known[t], made[t], border[t]))
        product[inside:] = self.beside @ values[inside:] + self._summed(border)

    def _left(self, right: Floats, values: Floats, left: Floats) -> float:
        self.multiply(values, left)
        missed = _residual(right, self.diagonal, values, left)
        return missed if np.isfinite(values.sum()) else np.inf  # a pivot of 0

    def _lanes(self, values: Floats) -> Floats:
        p = self.pattern
        return values[: p.inside].reshape(p.teams, p.stages, p.shape.unknowns, LANES)

    def _summed(self, border: Floats) -> Floats:
        """Return the sum over all lanes of what their nodes have; `border` is (team, node, lane)."""
        seat = self.pattern.node_seat.transpose(1, 0, 2)
        there = seat >= 0
        sums = np.zeros(self.pattern.border)
        np.add.at(sums, seat[there], border[there])
        return sums

    def _in_lanes(self, border: Floats) -> Floats:
        """Return what each lane knows of the border (team, node, lane)."""
        seat = self.pattern.node_seat.transpose(1, 0, 2)
        known = np.where(seat >= 0, border[seat], 0.0) if len(border) else np.zeros(seat.shape)
        return np.ascontiguousarray(known)


@dataclass
class StagedSystem:
    """[-theta A'; A sigma] [x; y] = [p; q] of a matrix, with theta by column and sigma by row."""

    matrix: sp.csr_matrix
    layout: Layout
    bare: Mask | None = None
    teams: int = 1
    _seated: SeatedSystem = field(init=False)

    def __post_init__(self) -> None:
        pattern = pattern_of(self.matrix, self.layout, self.bare, teams=self.teams)
        rows, columns = self.matrix.shape
        given, beside = coefficients_of(pattern, self.matrix, np.ones(rows), np.ones(columns))
        self._seated = SeatedSystem(pattern=pattern, given=given, beside=beside)

    def factorise(self, theta: Floats, sigma: Floats) -> None:
        """Factor the system anew."""
        diagonal = np.ones(self._seated.pattern.seats)
        diagonal[self._seated.pattern.seat] = np.concatenate([-theta, sigma])
        self._seated.factorise(diagonal)

    def solve(self, p: Floats, q: Floats) -> tuple[Floats, Floats]:
        """Return x and y."""
        right = np.zeros(self._seated.pattern.seats)
        right[self._seated.pattern.seat] = np.concatenate([p, q])
        self._seated.solve(right)
        solution = right[self._seated.pattern.seat]
        return solution[: len(p)], solution[len(p) :]


@compiled(fastmath=FASTMATH)
def _residual(right: Floats, diagonal: Floats, solution: Floats, product: Floats) -> float:
    """Turn the product into what is left of the right-hand side; return the largest part of an equation's parts."""
    most = 0.0
    for i in range(len(right)):
        own = diagonal[i] * solution[i]
        left = right[i] - product[i] - own
        product[i] = left
        most = max(most, abs(left) / max(1.0, abs(right[i]), abs(own)))
    return most


@compiled()
def _gather(left: Floats, node_seat: Columns, border: Floats) -> None:
    """Add what the lanes leave to pairs of their border nodes."""
    nodes = len(node_seat)
    for lane in range(LANES):
        slot = 0
        for a in range(nodes):
            i = node_seat[a, lane]
            for b in range(a, nodes):
                j = node_seat[b, lane]
                if i >= 0 and j >= 0:
                    border[i, j] += left[slot, lane]
                    if a != b:
                        border[j, i] += left[slot, lane]
                slot += 1


@compiled()
def _factor_border(a: Floats, swaps: Columns) -> None:
    """Factor a dense matrix in place by rows, the largest of a column as its pivot."""
    n = len(a)
    for k in range(n):
        pivot = k
        for i in range(k + 1, n):
            if abs(a[i, k]) > abs(a[pivot, k]):
                pivot = i
        swaps[k] = pivot
        if pivot != k:
            for j in range(n):
                a[k, j], a[pivot, j] = a[pivot, j], a[k, j]
        for i in range(k + 1, n):
            factor = a[i, k] / a[k, k]
            a[i, k] = factor
            if factor != 0.0:
                for j in range(k + 1, n):
                    a[i, j] -= factor * a[k, j]


@compiled()
def _solve_border(a: Floats, swaps: Columns, x: Floats) -> None:
    n = len(a)
    for k in range(n):
        x[k], x[swaps[k]] = x[swaps[k]], x[k]
    for i in range(n):
        for j in range(i):
            x[i] -= a[i, j] * x[j]
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            x[i] -= a[i, j] * x[j]
        x[i] /= a[i, i]
