"""Currents into the nodes of all lanes, and the triangular solves that make voltages of them."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from holin.kernel.elimination import FASTMATH
from holin.kernel.lanes.system import Factor, Flexible, Turned

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]


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
