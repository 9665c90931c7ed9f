"""The fixed point V <- Y^-1 (conj(S / V) + c) of many states at once: one sparse LU, states as SIMD lanes.

Every scalar of the triangular solves acts on a block of states that stays in the L2 cache. All nodes are named by
their places in the elimination order. What a state has beyond constant power at constant admittances enters as current:
loads that go with the voltage, voltage droops, ratios that differ from state to state; nodes that keep a voltage move
their reactive power in the same iteration.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from holin.kernel.elimination import FASTMATH, Elimination

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
Index = NDArray[np.int64]

LANES = 32
"""States per block: four AVX-512 or eight AVX2 vectors; more would leave the L2 cache on networks of 200 nodes."""

LOST = 1e12
"""A mismatch (MVA, squared and summed) beyond which a state is given up."""


class Factor(NamedTuple):
    """An LU split into real and imaginary parts: lower and upper entries (entry,), inverse pivots (node,)."""

    start: Index
    columns: Index
    lower_r: Real
    lower_i: Real
    upper_r: Real
    upper_i: Real
    pivot_r: Real
    pivot_i: Real


class System(NamedTuple):
    """What all states share: the current `c` (node,) that the slack nodes send, the voltage at no load `v` (node,)
    from which states start, and the rows of the admittance matrix (CSR) for the check of the result; those of the
    slack nodes give what these feed in, beside the current `slack_own` (slack,) between them and to earth."""

    c: Complex
    v: Complex
    row: Index
    column: Index
    y: Complex
    slack_row: Index
    slack_column: Index
    slack_y: Complex
    slack_own: Complex
    v_slack: Complex


class Keepers(NamedTuple):
    """Nodes (keeper,) that keep a voltage: `sensitivity` = Im(conj(u) Z u) (keeper, keeper) in p.u. per Mvar, and its
    inverse; `lower`, `upper` (state, keeper) in Mvar."""

    node: Index
    v_set: Real
    sensitivity: Real
    inverse: Real
    lower: Real
    upper: Real


class Droops(NamedTuple):
    """Reactive power over voltage (droop,): points `v`, `q` (droop, point), voltages rising; q times `scale`
    (state, droop) in Mvar; `sensitivity` (droop,) of the own voltage."""

    node: Index
    v: Real
    q: Real
    scale: Real
    sensitivity: Real


class Flexible(NamedTuple):
    """Powers (state, node of `node`) in MVA at 1 p.u. that go with the voltage (`linear`) and its square."""

    node: Index
    linear: Complex
    square: Complex


class Turned(NamedTuple):
    """Branches (turned,) whose admittances differ from the factored ones, by `ff`, `ft`, `tf`, `tt` (state, turned).

    `node_from`, `node_to` are places, -1 at a slack node, whose voltage stands in `v_from`, `v_to` (turned,).
    """

    node_from: Index
    node_to: Index
    v_from: Complex
    v_to: Complex
    ff: Complex
    ft: Complex
    tf: Complex
    tt: Complex


class Branches(NamedTuple):
    """Branches (branch,) by the places of their ends, -1 at slack nodes, whose voltages stand in `v_from`, `v_to`.

    `live_from`, `live_to` say whether the ends have a voltage when nothing is out. `per_rating_from`, `per_rating_to`
    are one over the rated currents in p.u.; `slots` (branch, 2) the slots of their entries from-to and to-from.
    """

    node_from: Index
    node_to: Index
    live_from: NDArray[np.bool_]
    live_to: NDArray[np.bool_]
    v_from: Complex
    v_to: Complex
    y_ff: Complex
    y_ft: Complex
    y_tf: Complex
    y_tt: Complex
    per_rating_from: Real
    per_rating_to: Real
    slots: Index


def split(pattern: Elimination, values: Complex) -> Factor:
    """Return factorised values (see `factorise`) as the parts that the lanes read."""
    n, m = pattern.size, len(pattern.columns)
    lower, upper, pivot = values[n + m :], values[n : n + m], values[:n]
    parts = [np.ascontiguousarray(a) for x in (lower, upper, pivot) for a in (x.real, x.imag)]
    return Factor(pattern.start, pattern.columns, *parts)


TOLERANCE_V_PU = 1e-9


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def solve_triangles(lu: Factor, x_r: Real, x_i: Real) -> None:  # pragma: no cover
    """Solve for all lanes in place; `x_r`, `x_i` (node, lane)."""
    n, w = x_r.shape
    for k in range(n):
        for z in range(lu.start[k], lu.start[k + 1]):
            i = lu.columns[z]
            a, b = lu.lower_r[z], lu.lower_i[z]
            for lane in range(w):
                x_r[i, lane] -= a * x_r[k, lane] - b * x_i[k, lane]
                x_i[i, lane] -= a * x_i[k, lane] + b * x_r[k, lane]
    for k in range(n - 1, -1, -1):
        for z in range(lu.start[k], lu.start[k + 1]):
            j = lu.columns[z]
            a, b = lu.upper_r[z], lu.upper_i[z]
            for lane in range(w):
                x_r[k, lane] -= a * x_r[j, lane] - b * x_i[j, lane]
                x_i[k, lane] -= a * x_i[j, lane] + b * x_r[j, lane]
        a, b = lu.pivot_r[k], lu.pivot_i[k]
        for lane in range(w):
            re = a * x_r[k, lane] - b * x_i[k, lane]
            x_i[k, lane] = a * x_i[k, lane] + b * x_r[k, lane]
            x_r[k, lane] = re


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def load_currents(p: Real, q: Real, v_r: Real, v_i: Real, c: Complex, j_r: Real, j_i: Real) -> None:  # pragma: no cover
    """Write conj(S / V) + c of every node and lane."""
    n, w = p.shape
    for i in range(n):
        c_r, c_i = c[i].real, c[i].imag
        for lane in range(w):
            a, b = v_r[i, lane], v_i[i, lane]
            s = 1.0 / (a * a + b * b)
            j_r[i, lane] = (p[i, lane] * a + q[i, lane] * b) * s + c_r
            j_i[i, lane] = (p[i, lane] * b - q[i, lane] * a) * s + c_i


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def compare(
    v_r: Real, v_i: Real, j_r: Real, j_i: Real, old_r: Real, old_i: Real, error: Real
) -> None:  # pragma: no cover
    """Write the squared mismatch |V|^2 |J - J_old|^2 of each lane, summed over nodes, and keep J as J_old.

    A sum, not a maximum: it bounds the maximum and keeps NaN.
    """
    n, w = v_r.shape
    error[:] = 0.0
    for i in range(n):
        for lane in range(w):
            d_r, d_i = j_r[i, lane] - old_r[i, lane], j_i[i, lane] - old_i[i, lane]
            a, b = v_r[i, lane], v_i[i, lane]
            error[lane] += (d_r * d_r + d_i * d_i) * (a * a + b * b)
            old_r[i, lane], old_i[i, lane] = j_r[i, lane], j_i[i, lane]


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def load_and_compare(
    p: Real, q: Real, v_r: Real, v_i: Real, c: Complex, j_r: Real, j_i: Real, old_r: Real, old_i: Real, error: Real
) -> None:  # pragma: no cover
    """`load_currents` and `compare` in one pass: with d = J - J_old, |V|^2 |d|^2 = |d|^2 / s."""
    n, w = p.shape
    error[:] = 0.0
    for i in range(n):
        c_r, c_i = c[i].real, c[i].imag
        for lane in range(w):
            a, b = v_r[i, lane], v_i[i, lane]
            size = a * a + b * b
            s = 1.0 / size
            re = (p[i, lane] * a + q[i, lane] * b) * s + c_r
            im = (p[i, lane] * b - q[i, lane] * a) * s + c_i
            d_r, d_i = re - old_r[i, lane], im - old_i[i, lane]
            error[lane] += (d_r * d_r + d_i * d_i) * size
            old_r[i, lane], old_i[i, lane] = re, im
            j_r[i, lane], j_i[i, lane] = re, im


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def add_flexible(
    flexible: Flexible, first: int, states: int, v_r: Real, v_i: Real, j_r: Real, j_i: Real
) -> None:  # pragma: no cover
    """Add conj((S_linear |V| + S_square |V|^2) / V) of every lane."""
    w = v_r.shape[1]
    for f in range(len(flexible.node)):
        i = flexible.node[f]
        if i < 0:
            continue
        for lane in range(w):
            state = min(first + lane, states - 1)
            v = complex(v_r[i, lane], v_i[i, lane])
            size = abs(v)
            s = flexible.linear[state, f] * size + flexible.square[state, f] * (size * size)
            j = (s / v).conjugate()
            j_r[i, lane] += j.real
            j_i[i, lane] += j.imag


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def add_turned(
    turned: Turned, first: int, states: int, v_r: Real, v_i: Real, j_r: Real, j_i: Real
) -> None:  # pragma: no cover
    """Add the currents that turned branches draw beside what the factored admittances say."""
    w = v_r.shape[1]
    for b in range(len(turned.node_from)):
        f, t = turned.node_from[b], turned.node_to[b]
        for lane in range(w):
            state = min(first + lane, states - 1)
            v_f, v_t = turned.v_from[b], turned.v_to[b]
            if f >= 0:
                v_f = complex(v_r[f, lane], v_i[f, lane])
            if t >= 0:
                v_t = complex(v_r[t, lane], v_i[t, lane])
            if f >= 0:
                j = turned.ff[state, b] * v_f + turned.ft[state, b] * v_t
                j_r[f, lane] -= j.real
                j_i[f, lane] -= j.imag
            if t >= 0:
                j = turned.tf[state, b] * v_f + turned.tt[state, b] * v_t
                j_r[t, lane] -= j.real
                j_i[t, lane] -= j.imag


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


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def iterate(
    lu: Factor, system: System, keepers: Keepers, droops: Droops, flexible: Flexible, turned: Turned, first: int,
    states: int, p: Real, q: Real, start_r: Real, start_i: Real, kept: Real, drooped: Real, tolerance: float, most: int,
    error: Real,
) -> tuple[int, Real, Real]:  # pragma: no cover  # fmt: skip
    """Solve one block of states from the voltages `start` (node, lane), which are overwritten; return the iterations
    and the voltages. `error` (lane,) is each one's last mismatch.

    The mismatch of a voltage that solves Y V = J is |V| |J - conj(S(V) / V) - c|: known once the next currents are.
    """
    n, w = p.shape
    x_r, x_i, old_r, old_i = np.empty((n, w)), np.empty((n, w)), np.zeros((n, w)), np.zeros((n, w))
    v_r, v_i = start_r, start_i
    at_limit = np.zeros(kept.shape, dtype=np.int64)
    settled = np.zeros(w, dtype=np.int64)
    plain = len(flexible.node) == 0 and len(turned.node_from) == 0
    limit = tolerance * tolerance
    used = most
    for iteration in range(most + 1):
        if plain:
            load_and_compare(p, q, v_r, v_i, system.c, x_r, x_i, old_r, old_i, error)
        else:
            load_currents(p, q, v_r, v_i, system.c, x_r, x_i)
            add_flexible(flexible, first, states, v_r, v_i, x_r, x_i)
            add_turned(turned, first, states, v_r, v_i, x_r, x_i)
            compare(v_r, v_i, x_r, x_i, old_r, old_i, error)
        busy = False
        for lane in range(w):
            busy |= (error[lane] > limit or settled[lane] == 0) and (error[lane] < LOST or iteration == 0)
        if not busy or iteration == most:
            used = iteration
            break
        solve_triangles(lu, x_r, x_i)
        v_r, x_r = x_r, v_r
        v_i, x_i = x_i, v_i
        settled[:] = 1
        steer_keepers(keepers, first, states, v_r, v_i, kept, at_limit, q, settled)
        steer_droops(droops, first, states, v_r, v_i, drooped, q, settled)
    for lane in range(w):
        error[lane] = np.sqrt(error[lane]) if settled[lane] == 1 else np.inf
    return used, v_r, v_i


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def mismatch_of(
    system: System, flexible: Flexible, turned: Turned, first: int, states: int, p: Real, q: Real, v_r: Real, v_i: Real,
    mismatch: Real,
) -> None:  # pragma: no cover  # fmt: skip
    """Write the largest |V conj(Y V) - S| of each lane in MVA, from the admittances themselves."""
    n, w = p.shape
    j_r, j_i = np.zeros((n, w)), np.zeros((n, w))
    add_flexible(flexible, first, states, v_r, v_i, j_r, j_i)
    add_turned(turned, first, states, v_r, v_i, j_r, j_i)
    mismatch[:] = 0.0
    i_r, i_i = np.empty(w), np.empty(w)
    for i in range(n):
        for lane in range(w):
            i_r[lane] = -system.c[i].real - j_r[i, lane]
            i_i[lane] = -system.c[i].imag - j_i[i, lane]
        for z in range(system.row[i], system.row[i + 1]):
            j, a, b = system.column[z], system.y[z].real, system.y[z].imag
            for lane in range(w):
                i_r[lane] += a * v_r[j, lane] - b * v_i[j, lane]
                i_i[lane] += a * v_i[j, lane] + b * v_r[j, lane]
        for lane in range(w):
            d_p = v_r[i, lane] * i_r[lane] + v_i[i, lane] * i_i[lane] - p[i, lane]
            d_q = v_i[i, lane] * i_r[lane] - v_r[i, lane] * i_i[lane] - q[i, lane]
            gap = d_p * d_p + d_q * d_q
            if gap > mismatch[lane] or gap != gap:  # NaN stays
                mismatch[lane] = gap
    for lane in range(w):
        mismatch[lane] = np.sqrt(mismatch[lane])


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def slack_power(system: System, first: int, v_r: Real, v_i: Real, s_slack: Complex) -> None:  # pragma: no cover
    """Write V conj(I) of the slack nodes (state, slack), without what turned branches draw there."""
    w = v_r.shape[1]
    i_r, i_i = np.empty(w), np.empty(w)
    for k in range(len(system.v_slack)):
        i_r[:], i_i[:] = system.slack_own[k].real, system.slack_own[k].imag
        for z in range(system.slack_row[k], system.slack_row[k + 1]):
            j, a, b = system.slack_column[z], system.slack_y[z].real, system.slack_y[z].imag
            for lane in range(w):
                i_r[lane] += a * v_r[j, lane] - b * v_i[j, lane]
                i_i[lane] += a * v_i[j, lane] + b * v_r[j, lane]
        for lane in range(w):
            s_slack[first + lane, k] = system.v_slack[k] * complex(i_r[lane], -i_i[lane])


@numba.njit(cache=True, nogil=True, error_model="numpy")
def solve_states(
    lu: Factor, system: System, keepers: Keepers, droops: Droops, flexible: Flexible, turned: Turned, order: Index,
    s: Complex, begin: int, end: int, lanes: int, tolerance: float, most: int, v: Complex, q_kept: Real, q_droop: Real,
    s_slack: Complex, iterations: Index, mismatch: Real,
) -> None:  # pragma: no cover  # fmt: skip
    """Solve the states begin .. end of `s` (state, unknown) in blocks; write `v` (state, unknown), the reactive power
    of keepers and droops in Mvar, the slack nodes' power in MVA (see `slack_power`), the iterations and the mismatch
    in MVA (infinite where a control did not settle)."""
    n, states = len(order), s.shape[0]
    m, d = len(keepers.node), len(droops.node)
    for first in range(begin, end, lanes):
        w = min(lanes, end - first)
        p, q, v_r, v_i = np.empty((n, w)), np.empty((n, w)), np.empty((n, w)), np.empty((n, w))
        kept, drooped, error = np.empty((m, w)), np.zeros((d, w)), np.empty(w)
        for i in range(n):
            a, b = system.v[i].real, system.v[i].imag
            for lane in range(w):
                power = s[first + lane, order[i]]
                p[i, lane], q[i, lane] = power.real, power.imag
                v_r[i, lane], v_i[i, lane] = a, b
        for k in range(m):
            for lane in range(w):
                kept[k, lane] = min(max(0.0, keepers.lower[first + lane, k]), keepers.upper[first + lane, k])
                q[keepers.node[k], lane] += kept[k, lane]
        used, v_r, v_i = iterate(
            lu, system, keepers, droops, flexible, turned, first, states, p, q, v_r, v_i, kept, drooped, tolerance,
            most, error,
        )  # fmt: skip
        mismatch_of(system, flexible, turned, first, states, p, q, v_r, v_i, mismatch[first : first + w])
        slack_power(system, first, v_r, v_i, s_slack)
        for lane in range(w):
            iterations[first + lane] = used
            if not error[lane] < np.inf:
                mismatch[first + lane] = np.inf
            for i in range(n):
                v[first + lane, order[i]] = complex(v_r[i, lane], v_i[i, lane])
            for k in range(m):
                q_kept[first + lane, k] = kept[k, lane]
            for k in range(d):
                q_droop[first + lane, k] = drooped[k, lane]
