"""Currents into the nodes of all lanes, and the triangular solves that make voltages of them."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from holin.kernel.elimination import FASTMATH
from holin.kernel.lanes.system import Factor, Flexible, Turned

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
Index = NDArray[np.int64]


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
def load_and_compare(
    p: Real, q: Real, v_r: Real, v_i: Real, c: Complex, row: Index, more_r: Real, more_i: Real, j_r: Real, j_i: Real,
    old_r: Real, old_i: Real, error: Real,
) -> None:  # pragma: no cover  # fmt: skip
    """Write the current J = conj(S / V) + c + more of every node and lane, `more` (row[node], lane) where there is one.

    `error` becomes the squared mismatch |V|^2 |J - J_old|^2 of each lane, summed over nodes: a sum, not a maximum,
    bounds the maximum and keeps NaN. J is kept as J_old.
    """
    n, w = p.shape
    error[:] = 0.0
    for i in range(n):
        c_r, c_i = c[i].real, c[i].imag
        if row[i] < 0:
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
            continue
        m = row[i]
        for lane in range(w):
            a, b = v_r[i, lane], v_i[i, lane]
            size = a * a + b * b
            s = 1.0 / size
            re = (p[i, lane] * a + q[i, lane] * b) * s + c_r + more_r[m, lane]
            im = (p[i, lane] * b - q[i, lane] * a) * s + c_i + more_i[m, lane]
            d_r, d_i = re - old_r[i, lane], im - old_i[i, lane]
            error[lane] += (d_r * d_r + d_i * d_i) * size
            old_r[i, lane], old_i[i, lane] = re, im
            j_r[i, lane], j_i[i, lane] = re, im


@numba.njit(cache=True, nogil=True, error_model="numpy")
def rows_of_more(nodes: int, flexible: Flexible, turned: Turned) -> tuple[Index, int]:  # pragma: no cover
    """Return the row (node,) of each node whose current has more to it than constant power, -1 for others; how many."""
    row, count = np.full(nodes, -1, dtype=np.int64), 0
    for at in (flexible.node, turned.node_from, turned.node_to):
        for i in at:
            if i >= 0 and row[i] < 0:
                row[i] = count
                count += 1
    return row, count


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def add_flexible(
    flexible: Flexible, first: int, states: int, v_r: Real, v_i: Real, row: Index, j_r: Real, j_i: Real
) -> None:  # pragma: no cover
    """Add conj((S_linear |V| + S_square |V|^2) / V) of every lane at the rows of the nodes."""
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
            j_r[row[i], lane] += j.real
            j_i[row[i], lane] += j.imag


@numba.njit(cache=True, nogil=True, error_model="numpy")
def block_of(turned: Turned, first: int, states: int, w: int) -> tuple[Real, Real]:  # pragma: no cover
    """Return the admittances of turned branches lane by lane, real and imaginary parts: (ff ft tf tt, turned, lane)."""
    count = len(turned.node_from)
    g, b = np.empty((4, count, w)), np.empty((4, count, w))
    for lane in range(w if count else 0):
        state = min(first + lane, states - 1)
        for k in range(count):
            copy_to_block(turned, state, k, lane, g, b)
    return g, b


@numba.njit(cache=True, nogil=True, error_model="numpy")
def copy_to_block(turned: Turned, state: int, k: int, lane: int, g: Real, b: Real) -> None:  # pragma: no cover
    """Write one branch of one lane into a block of `block_of`."""
    y = (turned.ff[state, k], turned.ft[state, k], turned.tf[state, k], turned.tt[state, k])
    for part in range(4):
        g[part, k, lane], b[part, k, lane] = y[part].real, y[part].imag


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def add_turned(
    turned: Turned, g: Real, b: Real, v_r: Real, v_i: Real, row: Index, j_r: Real, j_i: Real
) -> None:  # pragma: no cover
    """Add the currents that turned branches (in a block, see `block_of`) draw beside what the factored admittances say,
    at the rows of the nodes."""
    for k in range(len(turned.node_from)):
        f, t = turned.node_from[k], turned.node_to[k]
        if f >= 0:
            _draw(g[0, k], b[0, k], v_r[f], v_i[f], j_r[row[f]], j_i[row[f]])
            if t >= 0:
                _draw(g[1, k], b[1, k], v_r[t], v_i[t], j_r[row[f]], j_i[row[f]])
            else:
                _draw_from(g[1, k], b[1, k], turned.v_to[k], j_r[row[f]], j_i[row[f]])
        if t >= 0:
            _draw(g[3, k], b[3, k], v_r[t], v_i[t], j_r[row[t]], j_i[row[t]])
            if f >= 0:
                _draw(g[2, k], b[2, k], v_r[f], v_i[f], j_r[row[t]], j_i[row[t]])
            else:
                _draw_from(g[2, k], b[2, k], turned.v_from[k], j_r[row[t]], j_i[row[t]])


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def _draw(g: Real, b: Real, v_r: Real, v_i: Real, j_r: Real, j_i: Real) -> None:  # pragma: no cover
    """j -= (g + ib) v, lane by lane."""
    for lane in range(len(g)):
        j_r[lane] -= g[lane] * v_r[lane] - b[lane] * v_i[lane]
        j_i[lane] -= g[lane] * v_i[lane] + b[lane] * v_r[lane]


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def _draw_from(g: Real, b: Real, v: complex, j_r: Real, j_i: Real) -> None:  # pragma: no cover
    """j -= (g + ib) v with one voltage for all lanes, that of a slack node."""
    for lane in range(len(g)):
        j_r[lane] -= g[lane] * v.real - b[lane] * v.imag
        j_i[lane] -= g[lane] * v.imag + b[lane] * v.real
