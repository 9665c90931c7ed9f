"""Weighted least squares of many states at once: states as SIMD lanes, Gauss-Newton with factors kept while they do.

A state is v (complex); a step d = (da, dlog|v|) turns and stretches it: v <- v (1 + dlog|v| + j da). Constraints
c(v) = 0 have multipliers u, found in the same solve:

    G d - C^T du = H^T W r + C^T u,    -C d = c

which one LDL^T factorises, the multipliers among the other unknowns (the matrix is quasi-definite). The right-hand side
is exact in every step; the factors are those of the common start in the first step, then those of each lane, anew while
the steps are long. Source: F. C. Aschmoneit, N. M. Peterson, E. C. Adrian, PICA 1977 (equality constraints);
R. J. Vanderbei, SIAM J. Optim. 5 (1995) 100 (quasi-definite matrices).
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from holin.kernel.estimation_pattern import Pattern
from holin.kernel.estimation_view import FASTMATH, Net, Pull, Rows, Seen, gaps, pull, see, slopes_of

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
Index = NDArray[np.int64]

LONGEST_STEP = 0.3
LOST = 50.0
"""A step (p.u. or rad) beyond which a state is given up to the slow way."""

LONG = 1e-2
"""Factors are made anew after a step that is longer."""

SLOW = 0.1
"""They are also made anew when the steps shrink by less than to this share."""


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def solve_shared(pattern: Pattern, values: Real, x: Real) -> None:  # pragma: no cover
    """Solve L D L^T d = x for all lanes in place with one factor, `values` (slot, 1), `x` (unknown, lane)."""
    n, w = x.shape
    for k in range(n):
        for z in range(pattern.start[k], pattern.start[k + 1]):
            i, b = pattern.row[z], values[n + z, 0]
            for lane in range(w):
                x[i, lane] -= b * x[k, lane]
    for k in range(n - 1, -1, -1):
        a = values[k, 0]
        for lane in range(w):
            x[k, lane] *= a
        for z in range(pattern.start[k], pattern.start[k + 1]):
            i, b = pattern.row[z], values[n + z, 0]
            for lane in range(w):
                x[k, lane] -= b * x[i, lane]


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def solve_own(pattern: Pattern, values: Real, x: Real) -> None:  # pragma: no cover
    """The same with a factor for each lane, `values` (slot, lane)."""
    n, w = x.shape
    for k in range(n):
        for z in range(pattern.start[k], pattern.start[k + 1]):
            i = pattern.row[z]
            for lane in range(w):
                x[i, lane] -= values[n + z, lane] * x[k, lane]
    for k in range(n - 1, -1, -1):
        for lane in range(w):
            x[k, lane] *= values[k, lane]
        for z in range(pattern.start[k], pattern.start[k + 1]):
            i = pattern.row[z]
            for lane in range(w):
                x[k, lane] -= values[n + z, lane] * x[i, lane]


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def factorise(pattern: Pattern, values: Real) -> None:  # pragma: no cover
    """Turn the values (slot, lane) of symmetric matrices into L and inverse pivots, in place."""
    n, w = len(pattern.start) - 1, values.shape[1]
    factor = np.empty(w)
    for k in range(n):
        for lane in range(w):
            values[k, lane] = 1.0 / values[k, lane]
        t = pattern.target_start[k]
        for p in range(n + pattern.start[k], n + pattern.start[k + 1]):
            for lane in range(w):
                factor[lane] = values[p, lane] * values[k, lane]
            for o in range(p, n + pattern.start[k + 1]):
                goal = pattern.target[t]
                t += 1
                for lane in range(w):
                    values[goal, lane] -= factor[lane] * values[o, lane]
            for lane in range(w):
                values[p, lane] = factor[lane]


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def gain_into(rows: Rows, pattern: Pattern, h: Real, values: Real) -> None:  # pragma: no cover
    """Write the gain with its constraints (slot, lane) from the slopes (slope, lane)."""
    w = h.shape[1]
    for k in range(len(values)):
        for lane in range(w):
            values[k, lane] = 0.0
    first, weighted = len(rows.at), np.empty(w)
    for r in range(first + len(rows.zero_at)):
        a = rows.weight[r] if r < first else rows.zero_weight[r - first]
        k = pattern.pair_start[r]
        end = pattern.slope_start[r + 1]
        for i in range(pattern.slope_start[r], end):
            for lane in range(w):
                weighted[lane] = a * h[i, lane]
            for j in range(i, end):
                goal = pattern.pair_slot[k]
                k += 1
                for lane in range(w):
                    values[goal, lane] += weighted[lane] * h[j, lane]
    for c in range(len(rows.zero_at)):
        for z in range(pattern.slope_start[first + c], pattern.slope_start[first + c + 1]):
            goal = pattern.cross_slot[z - pattern.slope_start[first]]
            for lane in range(w):
                values[goal, lane] -= h[z, lane]
        for lane in range(w):
            values[pattern.multiplier[c], lane] = -rows.delta[c]


def room_to_see(net: Net, lanes: int) -> Seen:
    """Return arrays for what can be seen of a block."""
    n, e = len(net.shunt_r), len(net.node)
    return Seen(*(np.empty((k, lanes)) for k in (n, n, n, e, e)))


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def factors_at(net: Net, rows: Rows, pattern: Pattern, seen: Seen, values: Real) -> None:  # pragma: no cover
    """Write the factors (slot, lane) of the gain at what is seen of a block."""
    h = np.empty((len(pattern.slope_place), values.shape[1]))
    slopes_of(net, rows, pattern, seen, h)
    gain_into(rows, pattern, h, values)
    factorise(pattern, values)


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def iterate(
    net: Net, rows: Rows, pattern: Pattern, shared: Real, value: Real, seen: Seen, v_r: Real, v_i: Real,
    tolerance: float, most: int, step: Real, left: Real,
) -> int:  # pragma: no cover  # fmt: skip
    """Solve one block in place: `v_r`, `v_i` (node, lane) from `value` (row, lane); return the iterations.

    `shared` (slot, 1) are the factors of the first step. `step` (lane,) is each lane's last step, `left` (row, lane)
    the residuals and `seen` what is seen at the answer.
    """
    n, w = v_r.shape
    e = len(net.node)
    pulls = Pull(np.empty((e, w)), np.empty((e, w)), np.empty((n, w)), np.empty((n, w)), np.empty((n, w)),
                 np.empty((n, w)))  # fmt: skip
    x, share, before = np.zeros((len(pattern.start) - 1, w)), np.empty(w), np.empty(w)
    multiplier = np.zeros((len(rows.zero_at), w))
    own = np.empty((len(shared), w))
    anew = False
    for lane in range(w):
        step[lane] = np.inf
    for iteration in range(most + 1):
        see(net, v_r, v_i, seen)
        gaps(net, rows, value, v_r, v_i, seen, left)
        busy = iteration == 0
        for lane in range(w):
            busy = busy or (step[lane] > tolerance and step[lane] < LOST)
        if not busy or iteration == most:
            return iteration
        pull(net, rows, pattern, seen, left, multiplier, pulls, x)
        if anew:
            factors_at(net, rows, pattern, seen, own)
        if iteration > 0:
            solve_own(pattern, own, x)
        else:
            solve_shared(pattern, shared, x)
        for lane in range(w):
            before[lane] = step[lane]
        move(pattern, x, v_r, v_i, step, share)
        for c in range(len(rows.zero_at)):
            z = pattern.multiplier[c]
            for lane in range(w):
                multiplier[c, lane] += share[lane] * x[z, lane]
        anew = iteration == 0
        for lane in range(w):
            anew = anew or step[lane] > LONG or (step[lane] > tolerance and not step[lane] < SLOW * before[lane])
    return most


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def move(pattern: Pattern, x: Real, v_r: Real, v_i: Real, step: Real, share: Real) -> None:  # pragma: no cover
    """Take the step `x` (unknown, lane): its longest part (lane,) is written, and the `share` (lane,) that keeps it
    below LONGEST_STEP."""
    n, w = v_r.shape
    for lane in range(w):
        step[lane], share[lane] = 0.0, 1.0
    for k in range(n):
        for place in (pattern.angle[k], pattern.size[k]):
            if place >= 0:
                for lane in range(w):
                    size = abs(x[place, lane])
                    step[lane] = step[lane] if size <= step[lane] else size  # NaN stays
    for lane in range(w):
        if step[lane] > LONGEST_STEP:
            share[lane] = LONGEST_STEP / step[lane]
    for k in range(n):
        a, b = pattern.angle[k], pattern.size[k]
        if b < 0:
            continue
        for lane in range(w):
            turn = share[lane] * x[a, lane] if a >= 0 else 0.0
            grow = 1.0 + share[lane] * x[b, lane]
            re = v_r[k, lane] * grow - v_i[k, lane] * turn
            v_i[k, lane] = v_i[k, lane] * grow + v_r[k, lane] * turn
            v_r[k, lane] = re


class Solved(NamedTuple):
    """States time first: voltages (state, node), each one's last step (state,), residuals (state, row), the largest
    power at a constraint (state,) and the iterations (state,)."""

    v: Complex
    step: Real
    left: Real
    gap_mva: Real
    iterations: Index


def solve_lanes(
    net: Net, rows: Rows, pattern: Pattern, value: Real, v_start: Complex, *, lanes: int, tolerance: float, most: int,
    residuals: bool,
) -> Solved:  # fmt: skip
    """Solve all states of `value` (state, row) from `v_start` (node,), a block of `lanes` at a time; without
    `residuals` the answer has none, (state, 0)."""
    states, n = len(value), len(v_start)
    slots = len(pattern.start) - 1 + len(pattern.row)
    solved = Solved(
        v=np.empty((states, n), dtype=np.complex128),
        step=np.empty(states),
        left=np.empty((states, value.shape[1] if residuals else 0)),
        gap_mva=np.zeros(states),
        iterations=np.empty(states, dtype=np.int64),
    )
    shared, one = np.empty((slots, 1)), room_to_see(net, 1)
    see(net, np.ascontiguousarray(v_start.real[:, None]), np.ascontiguousarray(v_start.imag[:, None]), one)
    factors_at(net, rows, pattern, one, shared)
    for first in range(0, states, lanes):
        at = slice(first, min(first + lanes, states))
        w = at.stop - first
        v_r, v_i = (np.repeat(part[:, None], w, axis=1) for part in (v_start.real, v_start.imag))
        seen, left = room_to_see(net, w), np.empty((value.shape[1], w))
        part = np.ascontiguousarray(value[at].T)
        solved.iterations[at] = iterate(
            net, rows, pattern, shared, part, seen, v_r, v_i, tolerance, most, solved.step[at], left
        )
        solved.v[at].real, solved.v[at].imag = v_r.T, v_i.T
        if residuals:
            solved.left[at] = left.T
        if len(rows.zero_at):
            reactive = rows.zero_reactive[:, None] == 1
            power = np.where(reactive, seen.q_node[rows.zero_at], seen.p_node[rows.zero_at])
            solved.gap_mva[at] = np.abs(power).max(axis=0)
    return solved
