"""One block of states to its end, its check against the admittances, and all blocks of a range of states."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from holin.kernel.elimination import FASTMATH
from holin.kernel.lanes.changing import steer_changers
from holin.kernel.lanes.currents import (
    add_and_compare,
    add_flexible,
    add_turned,
    block_of,
    load_and_compare,
    rows_of_more,
    solve_triangles,
)
from holin.kernel.lanes.steering import steer_droops, steer_keepers
from holin.kernel.lanes.system import Changers, Droops, Factor, Flexible, Keepers, System, Turned

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
Index = NDArray[np.int64]

LOST = 1e12
"""A mismatch (MVA, squared and summed) beyond which a state is given up."""


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def iterate(
    lu: Factor, system: System, keepers: Keepers, droops: Droops, flexible: Flexible, turned: Turned,
    changers: Changers, first: int, states: int, p: Real, q: Real, start_r: Real, start_i: Real, kept: Real,
    drooped: Real, tolerance: float, most: int, error: Real,
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
    row, count = rows_of_more(n, flexible, turned)
    more_r, more_i, was_r, was_i = (
        np.empty((count, w)),
        np.empty((count, w)),
        np.zeros((count, w)),
        np.zeros((count, w)),
    )
    g, b = block_of(turned, first, states, w)
    before, moves = np.zeros((len(changers.node), w)), np.zeros(w, dtype=np.int64)
    limit = tolerance * tolerance
    used = most
    for iteration in range(most + 1):
        load_and_compare(p, q, v_r, v_i, system.c, x_r, x_i, old_r, old_i, error)
        if count > 1:
            more_r[:], more_i[:] = 0.0, 0.0
            add_flexible(flexible, first, states, v_r, v_i, row, more_r, more_i)
            add_turned(turned, g, b, v_r, v_i, row, more_r, more_i)
            add_and_compare(row, more_r, more_i, was_r, was_i, v_r, v_i, x_r, x_i, error)
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
        steer_changers(changers, turned, g, b, first, v_r, v_i, before, moves, settled)
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
    row = np.arange(n)
    j_r, j_i = np.zeros((n, w)), np.zeros((n, w))
    add_flexible(flexible, first, states, v_r, v_i, row, j_r, j_i)
    add_turned(turned, *block_of(turned, first, states, w), v_r, v_i, row, j_r, j_i)
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
    lu: Factor, system: System, keepers: Keepers, droops: Droops, flexible: Flexible, turned: Turned,
    changers: Changers, order: Index, s: Complex, begin: int, end: int, lanes: int, tolerance: float, most: int,
    v: Complex, q_kept: Real, q_droop: Real, s_slack: Complex, iterations: Index, mismatch: Real,
) -> None:  # pragma: no cover  # fmt: skip
    """Solve the states begin .. end of `s` (state, unknown) in blocks; write `v` (state, unknown), the reactive power
    of keepers and droops in Mvar, the slack nodes' power in MVA (see `slack_power`), the iterations and the mismatch
    in MVA (infinite where a control did not settle). `turned` and the positions of `changers` are moved."""
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
            lu, system, keepers, droops, flexible, turned, changers, first, states, p, q, v_r, v_i, kept, drooped,
            tolerance, most, error,
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
