"""What meters see of a block of states and how they pull at it, states as SIMD lanes: arrays (node, lane), (end, lane).

The formulas are those of `estimation_model`; here they are written out in real numbers, one loop over the lanes at a
time, so that they compile to vector instructions.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from holin.kernel.estimation_pattern import Pattern

Real = NDArray[np.float64]
Index = NDArray[np.int64]

FASTMATH = {"contract", "reassoc", "nsz", "arcp"}
"""What keeps NaN a NaN and infinity infinite."""

TINY_MVA = 1e-9
"""A power below it has no direction: a meter of the current says nothing about the state there."""

V, ANGLE, P_END, Q_END, I_END, P_NODE, Q_NODE = range(7)


class Net(NamedTuple):
    """Branches and shunts: the node of each end and the other one (end,), own and mutual admittance (end,), that of the
    shunt (node,), split into real and imaginary parts. First ends come first."""

    node: Index
    other: Index
    own_r: Real
    own_i: Real
    mutual_r: Real
    mutual_i: Real
    shunt_r: Real
    shunt_i: Real


class Rows(NamedTuple):
    """Meters (row,) sorted by kind, `begin[kind]` .. `begin[kind + 1]`: places and weights 1 / sigma^2. Constraints
    (constraint,) that powers at nodes are 0: which node, whether reactive, a weight that is a penalty and vanishes with
    them, and `delta`, which keeps their pivots off zero."""

    begin: Index
    at: Index
    weight: Real
    zero_at: Index
    zero_reactive: Index
    zero_weight: Real
    delta: Real


class Seen(NamedTuple):
    """What can be seen of a block: |v|^2 and powers into the network (node, lane), powers into the ends (end, lane)."""

    square: Real
    p_node: Real
    q_node: Real
    p: Real
    q: Real


class Pull(NamedTuple):
    """Weighted residuals: at the powers of ends (end, lane) and nodes (node, lane), and what they come to by angle and
    by relative voltage (node, lane)."""

    p: Real
    q: Real
    p_node: Real
    q_node: Real
    by_angle: Real
    by_size: Real


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def see(net: Net, v_r: Real, v_i: Real, seen: Seen) -> None:  # pragma: no cover
    """Write what can be seen of a block of voltages (node, lane)."""
    n, w = v_r.shape
    branches = len(net.node) // 2
    for k in range(n):
        g, b = net.shunt_r[k], net.shunt_i[k]
        for lane in range(w):
            s = v_r[k, lane] * v_r[k, lane] + v_i[k, lane] * v_i[k, lane]
            seen.square[k, lane] = s
            seen.p_node[k, lane] = g * s
            seen.q_node[k, lane] = -b * s
    for e in range(branches):
        f, t, o = net.node[e], net.other[e], e + branches
        ff_r, ff_i, ft_r, ft_i = net.own_r[e], net.own_i[e], net.mutual_r[e], net.mutual_i[e]
        tt_r, tt_i, tf_r, tf_i = net.own_r[o], net.own_i[o], net.mutual_r[o], net.mutual_i[o]
        for lane in range(w):
            u_r = v_r[f, lane] * v_r[t, lane] + v_i[f, lane] * v_i[t, lane]
            u_i = v_i[f, lane] * v_r[t, lane] - v_r[f, lane] * v_i[t, lane]
            a, b = seen.square[f, lane], seen.square[t, lane]
            p_f = a * ff_r + u_r * ft_r + u_i * ft_i
            q_f = -a * ff_i + u_i * ft_r - u_r * ft_i
            p_t = b * tt_r + u_r * tf_r - u_i * tf_i
            q_t = -b * tt_i - u_i * tf_r - u_r * tf_i
            seen.p[e, lane], seen.q[e, lane] = p_f, q_f
            seen.p[o, lane], seen.q[o, lane] = p_t, q_t
            seen.p_node[f, lane] += p_f
            seen.q_node[f, lane] += q_f
            seen.p_node[t, lane] += p_t
            seen.q_node[t, lane] += q_t


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def gaps(net: Net, rows: Rows, value: Real, v_r: Real, v_i: Real, seen: Seen, left: Real) -> None:  # pragma: no cover
    """Write the residuals value - shown (row, lane), angles within half a turn."""
    w = v_r.shape[1]
    for r in range(rows.begin[V], rows.begin[V + 1]):
        k = rows.at[r]
        for lane in range(w):
            left[r, lane] = value[r, lane] - np.sqrt(seen.square[k, lane])
    for r in range(rows.begin[ANGLE], rows.begin[ANGLE + 1]):
        k = rows.at[r]
        for lane in range(w):
            gap = value[r, lane] - np.arctan2(v_i[k, lane], v_r[k, lane])
            left[r, lane] = gap - 2.0 * np.pi * np.rint(gap / (2.0 * np.pi))
    for r in range(rows.begin[P_END], rows.begin[P_END + 1]):
        k = rows.at[r]
        for lane in range(w):
            left[r, lane] = value[r, lane] - seen.p[k, lane]
    for r in range(rows.begin[Q_END], rows.begin[Q_END + 1]):
        k = rows.at[r]
        for lane in range(w):
            left[r, lane] = value[r, lane] - seen.q[k, lane]
    for r in range(rows.begin[I_END], rows.begin[I_END + 1]):
        k = rows.at[r]
        node = net.node[k]
        for lane in range(w):
            power = seen.p[k, lane] * seen.p[k, lane] + seen.q[k, lane] * seen.q[k, lane]
            left[r, lane] = value[r, lane] - np.sqrt(power / seen.square[node, lane])
    for r in range(rows.begin[P_NODE], rows.begin[P_NODE + 1]):
        k = rows.at[r]
        for lane in range(w):
            left[r, lane] = value[r, lane] - seen.p_node[k, lane]
    for r in range(rows.begin[Q_NODE], rows.begin[Q_NODE + 1]):
        k = rows.at[r]
        for lane in range(w):
            left[r, lane] = value[r, lane] - seen.q_node[k, lane]


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def pull(
    net: Net, rows: Rows, pattern: Pattern, seen: Seen, left: Real, multiplier: Real, pulls: Pull, x: Real
) -> None:  # pragma: no cover
    """Write the right-hand side of the step (unknown, lane) from the residuals and the multipliers.

    With y = conj(force) M and S = D + M at an end towards b: by angle -Im y at a, +Im y at b; by relative voltage
    Re(conj(force) (2 D + M)) at a, Re y at b.
    """
    n, w = seen.square.shape
    branches = len(net.node) // 2
    for e in range(2 * branches):
        for lane in range(w):
            pulls.p[e, lane] = pulls.q[e, lane] = 0.0
    for k in range(n):
        for lane in range(w):
            pulls.p_node[k, lane] = pulls.q_node[k, lane] = pulls.by_angle[k, lane] = pulls.by_size[k, lane] = 0.0
    for r in range(rows.begin[V], rows.begin[V + 1]):
        k, a = rows.at[r], rows.weight[r]
        for lane in range(w):
            pulls.by_size[k, lane] += a * left[r, lane] * np.sqrt(seen.square[k, lane])
    for r in range(rows.begin[ANGLE], rows.begin[ANGLE + 1]):
        k, a = rows.at[r], rows.weight[r]
        for lane in range(w):
            pulls.by_angle[k, lane] += a * left[r, lane]
    for r in range(rows.begin[P_END], rows.begin[P_END + 1]):
        k, a = rows.at[r], rows.weight[r]
        for lane in range(w):
            pulls.p[k, lane] += a * left[r, lane]
    for r in range(rows.begin[Q_END], rows.begin[Q_END + 1]):
        k, a = rows.at[r], rows.weight[r]
        for lane in range(w):
            pulls.q[k, lane] += a * left[r, lane]
    for r in range(rows.begin[I_END], rows.begin[I_END + 1]):
        k, a = rows.at[r], rows.weight[r]
        node = net.node[k]
        for lane in range(w):
            here, p, q = seen.square[node, lane], seen.p[k, lane], seen.q[k, lane]
            size = np.sqrt((p * p + q * q) / here)
            part = a * left[r, lane] / (max(size, TINY_MVA) * here)
            pulls.p[k, lane] += part * p
            pulls.q[k, lane] += part * q
            pulls.by_size[node, lane] -= a * left[r, lane] * size
    for r in range(rows.begin[P_NODE], rows.begin[P_NODE + 1]):
        k, a = rows.at[r], rows.weight[r]
        for lane in range(w):
            pulls.p_node[k, lane] += a * left[r, lane]
    for r in range(rows.begin[Q_NODE], rows.begin[Q_NODE + 1]):
        k, a = rows.at[r], rows.weight[r]
        for lane in range(w):
            pulls.q_node[k, lane] += a * left[r, lane]
    for c in range(len(rows.zero_at)):
        k, a, z = rows.zero_at[c], rows.zero_weight[c], pattern.multiplier[c]
        if rows.zero_reactive[c]:
            for lane in range(w):
                pulls.q_node[k, lane] += multiplier[c, lane] - a * seen.q_node[k, lane]
                x[z, lane] = seen.q_node[k, lane]
        else:
            for lane in range(w):
                pulls.p_node[k, lane] += multiplier[c, lane] - a * seen.p_node[k, lane]
                x[z, lane] = seen.p_node[k, lane]
    for e in range(branches):
        f, t, o = net.node[e], net.other[e], branches + e
        ff_r, ff_i, tt_r, tt_i = net.own_r[e], net.own_i[e], net.own_r[o], net.own_i[o]
        for lane in range(w):
            a_p, a_q = pulls.p[e, lane] + pulls.p_node[f, lane], pulls.q[e, lane] + pulls.q_node[f, lane]
            b_p, b_q = pulls.p[o, lane] + pulls.p_node[t, lane], pulls.q[o, lane] + pulls.q_node[t, lane]
            d_r, d_i = seen.square[f, lane] * ff_r, -seen.square[f, lane] * ff_i
            e_r, e_i = seen.square[t, lane] * tt_r, -seen.square[t, lane] * tt_i
            m_r, m_i = seen.p[e, lane] - d_r, seen.q[e, lane] - d_i
            o_r, o_i = seen.p[o, lane] - e_r, seen.q[o, lane] - e_i
            turn = b_p * o_i - b_q * o_r - a_p * m_i + a_q * m_r
            both = a_p * m_r + a_q * m_i + b_p * o_r + b_q * o_i
            pulls.by_angle[f, lane] += turn
            pulls.by_angle[t, lane] -= turn
            pulls.by_size[f, lane] += both + 2.0 * (a_p * d_r + a_q * d_i)
            pulls.by_size[t, lane] += both + 2.0 * (b_p * e_r + b_q * e_i)
    for k in range(n):
        a, b, g, y = pattern.angle[k], pattern.size[k], net.shunt_r[k], net.shunt_i[k]
        if a >= 0:
            for lane in range(w):
                x[a, lane] = pulls.by_angle[k, lane]
        if b >= 0:
            for lane in range(w):
                earth = g * pulls.p_node[k, lane] - y * pulls.q_node[k, lane]
                x[b, lane] = pulls.by_size[k, lane] + 2.0 * seen.square[k, lane] * earth


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def slopes_of(net: Net, rows: Rows, pattern: Pattern, seen: Seen, h: Real) -> None:  # pragma: no cover
    """Write the slopes of all rows, constraints last (slope, lane)."""
    w = seen.square.shape[1]
    m_r, m_i = np.empty(seen.p.shape), np.empty(seen.p.shape)
    for e in range(len(net.node)):
        k, y_r, y_i = net.node[e], net.own_r[e], net.own_i[e]
        for lane in range(w):
            m_r[e, lane] = seen.p[e, lane] - seen.square[k, lane] * y_r
            m_i[e, lane] = seen.q[e, lane] + seen.square[k, lane] * y_i
    for z in range(len(h)):
        for lane in range(w):
            h[z, lane] = 0.0
    for r in range(rows.begin[V], rows.begin[V + 1]):
        z, k = pattern.own_slope[r], rows.at[r]
        if z >= 0:
            for lane in range(w):
                h[z, lane] = np.sqrt(seen.square[k, lane])
    for r in range(rows.begin[ANGLE], rows.begin[ANGLE + 1]):
        if pattern.own_slope[r] >= 0:
            for lane in range(w):
                h[pattern.own_slope[r], lane] = 1.0
    first = rows.begin[Q_NODE + 1]
    for r in range(rows.begin[P_NODE], first + len(rows.zero_at)):
        z = pattern.own_slope[r]
        reactive = r >= rows.begin[Q_NODE] if r < first else rows.zero_reactive[r - first] == 1
        k = rows.at[r] if r < first else rows.zero_at[r - first]
        y = -net.shunt_i[k] if reactive else net.shunt_r[k]
        if z >= 0 and y != 0.0:
            for lane in range(w):
                h[z, lane] = 2.0 * y * seen.square[k, lane]
    for part in range(len(pattern.end)):
        r, e = pattern.end_row[part], pattern.end[part]
        here, turn = pattern.end_slope[part, 1], pattern.end_slope[part, 0]
        there, back = pattern.end_slope[part, 3], pattern.end_slope[part, 2]
        if rows.begin[I_END] <= r < rows.begin[I_END + 1]:
            _slopes_of_current(net, seen, e, m_r, m_i, turn, here, back, there, h)
            continue
        if r < first:
            reactive = rows.begin[Q_END] <= r < rows.begin[Q_END + 1] or r >= rows.begin[Q_NODE]
        else:
            reactive = rows.zero_reactive[r - first] == 1
        along, across = (m_i, m_r) if reactive else (m_r, m_i)
        s = seen.q if reactive else seen.p
        sign = 1.0 if reactive else -1.0
        if turn >= 0:
            for lane in range(w):
                h[turn, lane] += sign * across[e, lane]
        if back >= 0:
            for lane in range(w):
                h[back, lane] -= sign * across[e, lane]
        if here >= 0:
            for lane in range(w):
                h[here, lane] += 2.0 * s[e, lane] - along[e, lane]
        if there >= 0:
            for lane in range(w):
                h[there, lane] += along[e, lane]


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def _slopes_of_current(
    net: Net, seen: Seen, e: int, m_r: Real, m_i: Real, turn: int, here: int, back: int, there: int, h: Real
) -> None:  # pragma: no cover
    """d|i| = Re(conj(s) ds) / (|s| |v|) - |i| dlog|v|; no slope where there is no current."""
    node = net.node[e]
    for lane in range(seen.square.shape[1]):
        p, q, square = seen.p[e, lane], seen.q[e, lane], seen.square[node, lane]
        size = np.sqrt(p * p + q * q)
        if size <= TINY_MVA:
            continue
        a, b = p / (size * np.sqrt(square)), q / (size * np.sqrt(square))
        if turn >= 0:
            h[turn, lane] += b * m_r[e, lane] - a * m_i[e, lane]
        if back >= 0:
            h[back, lane] += a * m_i[e, lane] - b * m_r[e, lane]
        if here >= 0:
            h[here, lane] += a * (2.0 * p - m_r[e, lane]) + b * (2.0 * q - m_i[e, lane]) - size / np.sqrt(square)
        if there >= 0:
            h[there, lane] += a * m_r[e, lane] + b * m_i[e, lane]
