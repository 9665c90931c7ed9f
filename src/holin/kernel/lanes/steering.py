"""Nodes that keep a voltage, and reactive power that follows it, in the same iteration as the voltages."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from holin.kernel.elimination import FASTMATH
from holin.kernel.lanes.system import Droops, Keepers

Real = NDArray[np.float64]
Index = NDArray[np.int64]

TOLERANCE_V_PU = 1e-9


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def curve_at(x: Real, y: Real, at: float) -> tuple[float, float]:  # pragma: no cover
    """Return a piecewise linear curve and its slope; constant beyond its ends."""
    last = len(x) - 1
    if at <= x[0]:
        return y[0], 0.0
    for k in range(last):
        if at <= x[k + 1]:
            slope = (y[k + 1] - y[k]) / (x[k + 1] - x[k])
            return y[k] + slope * (at - x[k]), slope
    return y[last], 0.0


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def steer_droops(
    droops: Droops, first: int, states: int, v_r: Real, v_i: Real, given: Real, q: Real, settled: Index
) -> None:  # pragma: no cover
    """Move `given` (droop, lane) to what the curve asks for: the slope meets that of the network (a secant step)."""
    w = v_r.shape[1]
    for d in range(len(droops.node)):
        i = droops.node[d]
        if i < 0:
            continue
        for lane in range(w):
            state = min(first + lane, states - 1)
            v = np.sqrt(v_r[i, lane] ** 2 + v_i[i, lane] ** 2)
            asked, slope = curve_at(droops.v[d], droops.q[d], v)
            scale = droops.scale[state, d]
            gap = asked * scale - given[d, lane]
            move = gap / (1.0 - min(slope * scale, 0.0) * droops.sensitivity[d] / v)
            given[d, lane] += move
            q[i, lane] += move
            if abs(gap) > 1e-9 * max(1.0, abs(scale)):
                settled[lane] = 0


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _solved_free(sensitivity: Real, gap: Real, free: NDArray[np.bool_], move: Real) -> None:  # pragma: no cover
    """Solve A dq = gap on the free keepers, 0 elsewhere, by elimination with pivots (few keepers are at a limit)."""
    at = np.flatnonzero(free)
    n = len(at)
    a = np.empty((n, n + 1))
    for r in range(n):
        for c in range(n):
            a[r, c] = sensitivity[at[r], at[c]]
        a[r, n] = gap[at[r]]
    for k in range(n):
        best = k
        for r in range(k + 1, n):
            if abs(a[r, k]) > abs(a[best, k]):
                best = r
        if best != k:
            for c in range(k, n + 1):
                a[k, c], a[best, c] = a[best, c], a[k, c]
        for r in range(k + 1, n):
            f = a[r, k] / a[k, k]
            for c in range(k, n + 1):
                a[r, c] -= f * a[k, c]
    move[:] = 0.0
    for k in range(n - 1, -1, -1):
        x = a[k, n]
        for c in range(k + 1, n):
            x -= a[k, c] * move[at[c]]
        move[at[k]] = x / a[k, k]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def steer_keepers(
    keepers: Keepers, first: int, states: int, v_r: Real, v_i: Real, given: Real, at_limit: Index, q: Real,
    settled: Index,
) -> None:  # pragma: no cover  # fmt: skip
    """Move the keepers' reactive power `given` (keeper, lane) towards their voltages, clipped at their limits.

    `at_limit` is +1 at the upper limit, -1 at the lower, 0 between; a keeper at its limit is released when the voltage
    asks for it. A lane whose voltages are kept, or whose keepers stay at their limits, is settled and not moved.
    """
    m, w = len(keepers.node), v_r.shape[1]
    gap, size, move, free = np.empty(m), np.empty(m), np.empty(m), np.empty(m, dtype=np.bool_)
    for lane in range(w):
        state = min(first + lane, states - 1)
        all_free, held = True, True
        for k in range(m):
            i = keepers.node[k]
            size[k] = np.sqrt(v_r[i, lane] ** 2 + v_i[i, lane] ** 2)
            gap[k] = keepers.v_set[k] - size[k]
            place = at_limit[k, lane]
            free[k] = place == 0 or (place > 0 and gap[k] < -TOLERANCE_V_PU) or (place < 0 and gap[k] > TOLERANCE_V_PU)
            all_free &= free[k]
            held &= not free[k] or abs(gap[k]) <= TOLERANCE_V_PU
        if held:
            continue
        if all_free:
            for k in range(m):
                move[k] = 0.0
                for j in range(m):
                    move[k] += keepers.inverse[k, j] * gap[j]
        else:
            _solved_free(keepers.sensitivity, gap, free, move)
        settled[lane] = 0
        for k in range(m):
            if not free[k]:
                continue
            lower, upper = keepers.lower[state, k], keepers.upper[state, k]
            wanted = given[k, lane] + size[k] * move[k]
            place = 1 if wanted > upper else (-1 if wanted < lower else 0)
            wanted = min(max(wanted, lower), upper)
            q[keepers.node[k], lane] += wanted - given[k, lane]
            given[k, lane], at_limit[k, lane] = wanted, place
