"""Currents into the nodes of all lanes, and the triangular solves that make voltages of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holin.kernel.compiling import FASTMATH, register_jitable
from holin.kernel.lanes.system import LANES, Factor, Flexible, Turned

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
Index = NDArray[np.int64]


@register_jitable(fastmath=FASTMATH, error_model="numpy")
def solve_triangles(lu: Factor, x_r: Real, x_i: Real) -> None:  # pragma: no cover
    """Solve for all lanes in place; `x_r`, `x_i` (node, lane)."""
    n = len(x_r)
    for k in range(n):
        for z in range(lu.start[k], lu.start[k + 1]):
            i = lu.columns[z]
            a, b = lu.lower_r[z], lu.lower_i[z]
            for lane in range(LANES):
                x_r[i, lane] -= a * x_r[k, lane] - b * x_i[k, lane]
                x_i[i, lane] -= a * x_i[k, lane] + b * x_r[k, lane]
    for k in range(n - 1, -1, -1):
        for z in range(lu.start[k], lu.start[k + 1]):
            j = lu.columns[z]
            a, b = lu.upper_r[z], lu.upper_i[z]
            for lane in range(LANES):
                x_r[k, lane] -= a * x_r[j, lane] - b * x_i[j, lane]
                x_i[k, lane] -= a * x_i[j, lane] + b * x_r[j, lane]
        a, b = lu.pivot_r[k], lu.pivot_i[k]
        for lane in range(LANES):
            re = a * x_r[k, lane] - b * x_i[k, lane]
            x_i[k, lane] = a * x_i[k, lane] + b * x_r[k, lane]
            x_r[k, lane] = re


@register_jitable(fastmath=FASTMATH, error_model="numpy")
def load_and_compare(
    p: Real, q: Real, v_r: Real, v_i: Real, c: Complex, j_r: Real, j_i: Real, old_r: Real, old_i: Real, error: Real
) -> None:  # pragma: no cover
    """Write the current J = conj(S / V) + c of every node and lane, and keep it as J_old.

    `error` becomes the squared mismatch |V|^2 |J - J_old|^2 of each lane, summed over nodes: a sum, not a maximum,
    bounds the maximum and keeps NaN.
    """
    for lane in range(LANES):
        error[lane] = 0.0
    for i in range(len(p)):
        c_r, c_i = c[i].real, c[i].imag
        for lane in range(LANES):
            a, b = v_r[i, lane], v_i[i, lane]
            size = a * a + b * b
            s = 1.0 / size
            re = (p[i, lane] * a + q[i, lane] * b) * s + c_r
            im = (p[i, lane] * b - q[i, lane] * a) * s + c_i
            d_r, d_i = re - old_r[i, lane], im - old_i[i, lane]
            error[lane] += (d_r * d_r + d_i * d_i) * size
            old_r[i, lane], old_i[i, lane] = re, im
            j_r[i, lane], j_i[i, lane] = re, im


@register_jitable(fastmath=FASTMATH, error_model="numpy")
def add_and_compare(
    row: Index, more: Real, v_r: Real, v_i: Real, j_r: Real, j_i: Real, error: Real
) -> None:  # pragma: no cover
    """Add to the currents what some nodes have more, `more` (part, row[node], lane), and its change to the mismatch.

    Its parts are the real and imaginary ones of now, and those of the iteration before, which become those of now. The
    two parts of a node's change are summed as if they stood at right angles: too small by sqrt(2) at most.
    """
    for i in range(len(row)):
        m = row[i]
        if m == 0:
            continue
        for lane in range(LANES):
            re, im = more[0, m, lane], more[1, m, lane]
            d_r, d_i = re - more[2, m, lane], im - more[3, m, lane]
            error[lane] += (d_r * d_r + d_i * d_i) * (v_r[i, lane] ** 2 + v_i[i, lane] ** 2)
            more[2, m, lane], more[3, m, lane] = re, im
            j_r[i, lane] += re
            j_i[i, lane] += im


@register_jitable(error_model="numpy")
def _count_rows(at: Index, row: Index, count: int) -> int:  # pragma: no cover
    """Give the nodes a row each that have none yet."""
    for i in at:
        if i >= 0 and row[i] == 0:
            row[i] = count
            count += 1
    return count


@register_jitable(error_model="numpy")
def rows_of_more(nodes: int, flexible: Flexible, turned: Turned) -> tuple[Index, int]:  # pragma: no cover
    """Return the row (node,) of what each node's current has beside constant power, and how many rows there are.

    The first row is that of all the nodes which have nothing: it stays 0.
    """
    row = np.zeros(nodes, dtype=np.int64)
    count = _count_rows(flexible.node, row, 1)
    count = _count_rows(turned.node_from, row, count)
    return row, _count_rows(turned.node_to, row, count)


@register_jitable(fastmath=FASTMATH, error_model="numpy")
def add_flexible(
    flexible: Flexible, first: int, states: int, v_r: Real, v_i: Real, row: Index, j_r: Real, j_i: Real
) -> None:  # pragma: no cover
    """Add conj((S_linear |V| + S_square |V|^2) / V) of every lane at the rows of the nodes."""
    for f in range(len(flexible.node)):
        i = flexible.node[f]
        if i < 0:
            continue
        for lane in range(LANES):
            state = min(first + lane, states - 1)
            v = complex(v_r[i, lane], v_i[i, lane])
            size = abs(v)
            s = flexible.linear[state, f] * size + flexible.square[state, f] * (size * size)
            j = (s / v).conjugate()
            j_r[row[i], lane] += j.real
            j_i[row[i], lane] += j.imag


@register_jitable(error_model="numpy")
def block_of(turned: Turned, first: int, states: int) -> tuple[Real, Real]:  # pragma: no cover
    """Return the admittances of turned branches lane by lane, real and imaginary parts: (ff ft tf tt, turned, lane)."""
    count = len(turned.node_from)
    g, b = np.empty((4, count, LANES)), np.empty((4, count, LANES))
    for lane in range(LANES if count else 0):
        state = min(first + lane, states - 1)
        for k in range(count):
            copy_to_block(turned, state, k, lane, g, b)
    return g, b


@register_jitable(error_model="numpy")
def copy_to_block(turned: Turned, state: int, k: int, lane: int, g: Real, b: Real) -> None:  # pragma: no cover
    """Write one branch of one lane into a block of `block_of`."""
    y = (turned.ff[state, k], turned.ft[state, k], turned.tf[state, k], turned.tt[state, k])
    for part in range(4):
        g[part, k, lane], b[part, k, lane] = y[part].real, y[part].imag


@register_jitable(fastmath=FASTMATH, error_model="numpy")
def add_turned(
    turned: Turned, g: Real, b: Real, v_r: Real, v_i: Real, row: Index, j_r: Real, j_i: Real
) -> None:  # pragma: no cover
    """Add the currents that turned branches (in a block, see `block_of`) draw beside what the factored admittances say,
    at the rows of the nodes."""
    for k in range(len(turned.node_from)):
        for part in range(4):
            at = turned.node_from[k] if part < 2 else turned.node_to[k]
            of = turned.node_from[k] if part % 2 == 0 else turned.node_to[k]
            if at < 0:
                continue
            m = row[at]
            if of >= 0:
                for lane in range(LANES):
                    j_r[m, lane] -= g[part, k, lane] * v_r[of, lane] - b[part, k, lane] * v_i[of, lane]
                    j_i[m, lane] -= g[part, k, lane] * v_i[of, lane] + b[part, k, lane] * v_r[of, lane]
                continue
            v = turned.v_from[k] if part % 2 == 0 else turned.v_to[k]
            for lane in range(LANES):
                j_r[m, lane] -= g[part, k, lane] * v.real - b[part, k, lane] * v.imag
                j_i[m, lane] -= g[part, k, lane] * v.imag + b[part, k, lane] * v.real
