"""Nodes that keep a voltage, and reactive power that follows it, in the same iteration as the voltages."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holin.kernel.compiling import FASTMATH, register_jitable
from holin.kernel.lanes.system import Droops, Keepers

Real = NDArray[np.float64]
Index = NDArray[np.int64]

TOLERANCE_V_PU = 1e-9

ROUNDING_PU = 1e-12
"""A voltage that misses by no more stands on the right side of its limit."""

ROUNDS_MAX = 100
PATIENCE = 4
"""Rounds in which keepers that are wrong may stay as many before they change one by one."""


@register_jitable(fastmath=FASTMATH, error_model="numpy")
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


@register_jitable(fastmath=FASTMATH, error_model="numpy")
def steer_droops(
    droops: Droops, first: int, lanes: int, v_r: Real, v_i: Real, given: Real, q: Real, settled: Index
) -> None:  # pragma: no cover
    """Move `given` (droop, lane) to what the curve asks for: the slope meets that of the network (a secant step)."""
    for d in range(len(droops.node)):
        i = droops.node[d]
        if i < 0:
            continue
        for lane in range(lanes):
            state = first + lane
            v = np.sqrt(v_r[i, lane] ** 2 + v_i[i, lane] ** 2)
            asked, slope = curve_at(droops.v[d], droops.q[d], v)
            scale = droops.scale[state, d]
            gap = asked * scale - given[d, lane]
            move = gap / (1.0 - min(slope * scale, 0.0) * droops.sensitivity[d] / v)
            given[d, lane] += move
            q[i, lane] += move
            if abs(gap) > 1e-9 * max(1.0, abs(scale)):
                settled[lane] = 0


@register_jitable(error_model="numpy")
def _solved_free(
    sensitivity: Real, gap: Real, place: Index, move: Real, a: Real, at: Index
) -> None:  # pragma: no cover
    """Solve A move = gap for the keepers with `place` 0, the others' moves given, by elimination with pivots in `a`."""
    n = 0
    for k in range(len(gap)):
        if place[k] == 0:
            at[n] = k
            n += 1
    for r in range(n):
        a[r, n] = gap[at[r]]
        for j in range(len(gap)):
            if place[j] != 0:
                a[r, n] -= sensitivity[at[r], j] * move[j]
        for c in range(n):
            a[r, c] = sensitivity[at[r], at[c]]
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
    for k in range(n - 1, -1, -1):
        x = a[k, n]
        for c in range(k + 1, n):
            x -= a[k, c] * move[at[c]]
        move[at[k]] = x / a[k, k]


@register_jitable(error_model="numpy")
def solved_within(
    sensitivity: Real, gap: Real, low: Real, high: Real, place: Index, move: Real, a: Real, at: Index, wanted: Index
) -> None:  # pragma: no cover
    """Find `move` in [low, high] (keeper,) whose voltages A move meet `gap`, fall short of it at the upper limit only,
    and exceed it at the lower only; `place` (+1 upper, -1 lower, 0 between) is where to begin, and what is found. `a`
    (keeper, keeper + 1), `at` and `wanted` (keeper,) are room to work in.

    A linear complementarity problem with one solution, for A is a P-matrix. All keepers that are wrong change their
    place at once; when that does not help for some rounds, the last of them alone does, which ends in any case.
    Source: J. J. Judice, F. M. Pires, Computers & Operations Research 21 (1994) 587 (block principal pivoting).
    """
    m = len(gap)
    fewest, patience = m + 1, PATIENCE
    for _ in range(ROUNDS_MAX):
        for k in range(m):
            if place[k] != 0:
                move[k] = high[k] if place[k] > 0 else low[k]
        _solved_free(sensitivity, gap, place, move, a, at)
        wrong, last = 0, 0
        for k in range(m):
            wanted[k] = place[k]
            if place[k] == 0:
                if move[k] > high[k]:
                    wanted[k] = 1
                elif move[k] < low[k]:
                    wanted[k] = -1
            else:
                short = gap[k]
                for j in range(m):
                    short -= sensitivity[k, j] * move[j]
                if short * place[k] < -ROUNDING_PU:
                    wanted[k] = 0 if low[k] < high[k] else -place[k]
            if wanted[k] != place[k]:
                wrong, last = wrong + 1, k
        if wrong == 0:
            return
        if wrong < fewest:
            fewest, patience = wrong, PATIENCE
        elif patience > 0:
            patience -= 1
        else:
            place[last] = wanted[last]
            continue
        for k in range(m):
            place[k] = wanted[k]
    for k in range(m):
        move[k] = min(max(move[k], low[k]), high[k])


@register_jitable(error_model="numpy")
def steer_keepers(
    keepers: Keepers, first: int, lanes: int, v_r: Real, v_i: Real, given: Real, at_limit: Index, q: Real,
    settled: Index, real: Real, whole: Index, a: Real,
) -> None:  # pragma: no cover  # fmt: skip
    """Move the keepers' reactive power `given` (keeper, lane) towards their voltages, within their limits.

    `at_limit` is +1 at the upper limit, -1 at the lower, 0 between. A lane whose voltages are kept, or lie on the side
    of them that a limit explains, is settled and not moved. `real` (5, keeper), `whole` (3, keeper) and `a` (keeper,
    keeper + 1) are room to work in.
    """
    m = len(keepers.node)
    gap, size, move, low, high = real[0], real[1], real[2], real[3], real[4]
    place, at, wanted_place = whole[0], whole[1], whole[2]
    for lane in range(lanes):
        state = first + lane
        held, free = True, True
        for k in range(m):
            i = keepers.node[k]
            size[k] = np.sqrt(v_r[i, lane] ** 2 + v_i[i, lane] ** 2)
            gap[k], place[k] = keepers.v_set[k] - size[k], at_limit[k, lane]
            held &= abs(gap[k]) <= TOLERANCE_V_PU or place[k] * gap[k] > 0
            free &= place[k] == 0
        if held:
            continue
        for k in range(m):
            low[k] = (keepers.lower[state, k] - given[k, lane]) / size[k]
            high[k] = (keepers.upper[state, k] - given[k, lane]) / size[k]
            move[k] = 0.0
            for j in range(m):
                move[k] += keepers.inverse[k, j] * gap[j]
            free &= low[k] <= move[k] <= high[k]
        if not free:
            solved_within(keepers.sensitivity, gap, low, high, place, move, a, at, wanted_place)
        settled[lane] = 0
        for k in range(m):
            wanted = min(max(given[k, lane] + size[k] * move[k], keepers.lower[state, k]), keepers.upper[state, k])
            q[keepers.node[k], lane] += wanted - given[k, lane]
            given[k, lane], at_limit[k, lane] = wanted, place[k]
