"""One block of states to its end, its check against the admittances, and all blocks of a range of states."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holin.kernel.compiling import FASTMATH, compiled, register_jitable
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
from holin.kernel.lanes.system import LANES, Changers, Droops, Factor, Flexible, Keepers, System, Turned

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
Index = NDArray[np.int64]
Flags = NDArray[np.bool_]

CLOSER = 0.1
"""The iteration goes on to this share of the tolerance, so that the check from the voltages passes with rounding."""

LOST = 1e12
"""A mismatch (MVA, squared and summed) beyond which a state is given up."""


@register_jitable(error_model="numpy")
def begin_block(
    s: Complex, order: Index, live: Flags, no_load: Complex, keepers: Keepers, first: int, p: Real, q: Real, v_r: Real,
    v_i: Real, kept: Real,
) -> None:  # pragma: no cover  # fmt: skip
    """Write the powers of the states from `first` on and the voltages at no load; lanes without a state repeat the
    last one. Nodes that are not `live` have no power."""
    last = len(s) - 1
    for lane in range(LANES):
        state = min(first + lane, last)
        for i in range(len(order)):
            power = s[state, order[i]] if live[i] else 0j
            p[i, lane], q[i, lane] = power.real, power.imag
    for i in range(len(order)):
        a, b = no_load[i].real, no_load[i].imag
        for lane in range(LANES):
            v_r[i, lane], v_i[i, lane] = a, b
    for k in range(len(keepers.node)):
        if live[keepers.node[k]]:
            for lane in range(LANES):
                state = min(first + lane, last)
                kept[k, lane] = min(max(0.0, keepers.lower[state, k]), keepers.upper[state, k])
                q[keepers.node[k], lane] += kept[k, lane]


@compiled(by_python=False, fastmath=FASTMATH)
def iterate(
    lu: Factor, system: System, keepers: Keepers, droops: Droops, flexible: Flexible, turned: Turned,
    changers: Changers, first: int, states: int, p: Real, q: Real, start_r: Real, start_i: Real, kept: Real,
    drooped: Real, tolerance: float, most: int, error: Real,
) -> tuple[int, Real, Real]:  # pragma: no cover  # fmt: skip
    """Solve one block of states from the voltages `start` (node, lane), which are overwritten; return the iterations
    and the voltages. `error` (lane,) is each one's last mismatch.

    The mismatch of a voltage that solves Y V = J is |V| |J - conj(S(V) / V) - c|: known once the next currents are.
    """
    n, m, w = len(p), len(keepers.node), min(LANES, states - first)
    x_r, x_i, old_r, old_i = np.empty((n, LANES)), np.empty((n, LANES)), np.zeros((n, LANES)), np.zeros((n, LANES))
    v_r, v_i = start_r, start_i
    at_limit = np.zeros(kept.shape, dtype=np.int64)
    settled = np.zeros(LANES, dtype=np.int64)
    row, count = rows_of_more(n, flexible, turned)
    more = np.zeros((4, count, LANES))
    g, b = block_of(turned, first, states)
    before, moves = np.zeros((len(changers.node), LANES)), np.zeros(LANES, dtype=np.int64)
    real, whole, a = np.empty((5, m)), np.empty((3, m), dtype=np.int64), np.empty((m, m + 1))
    limit = tolerance * tolerance
    used = most
    for iteration in range(most + 1):
        load_and_compare(p, q, v_r, v_i, system.c, x_r, x_i, old_r, old_i, error)
        if count > 1:
            for r in range(count):
                for lane in range(LANES):
                    more[0, r, lane], more[1, r, lane] = 0.0, 0.0
            add_flexible(flexible, first, states, v_r, v_i, row, more[0], more[1])
            add_turned(turned, g, b, v_r, v_i, row, more[0], more[1])
            add_and_compare(row, more, v_r, v_i, x_r, x_i, error)
        busy = False
        for lane in range(w):
            busy |= (error[lane] > limit or settled[lane] == 0) and (error[lane] < LOST or iteration == 0)
        if not busy or iteration == most:
            used = iteration
            break
        solve_triangles(lu, x_r, x_i)
        v_r, x_r = x_r, v_r
        v_i, x_i = x_i, v_i
        for lane in range(LANES):
            settled[lane] = 1
        if m > 0:
            steer_keepers(keepers, first, w, v_r, v_i, kept, at_limit, q, settled, real, whole, a)
        steer_droops(droops, first, w, v_r, v_i, drooped, q, settled)
        if len(before) > 0:
            steer_changers(changers, turned, g, b, first, w, v_r, v_i, before, moves, settled)
    for lane in range(w):
        error[lane] = np.sqrt(error[lane]) if settled[lane] == 1 else np.inf
    return used, v_r, v_i


@compiled(by_python=False, fastmath=FASTMATH)
def mismatch_of(
    system: System, flexible: Flexible, turned: Turned, first: int, states: int, p: Real, q: Real, v_r: Real, v_i: Real,
    mismatch: Real,
) -> None:  # pragma: no cover  # fmt: skip
    """Write the largest |V conj(Y V) - S| of each lane in MVA, from the admittances themselves."""
    row, count = rows_of_more(len(p), flexible, turned)
    j_r, j_i = np.zeros((count, LANES)), np.zeros((count, LANES))
    if count > 1:
        add_flexible(flexible, first, states, v_r, v_i, row, j_r, j_i)
        g, b = block_of(turned, first, states)
        add_turned(turned, g, b, v_r, v_i, row, j_r, j_i)
    i_r, i_i = np.empty(LANES), np.empty(LANES)
    for lane in range(LANES):
        mismatch[lane] = 0.0
    for i in range(len(p)):
        c_r, c_i, m = system.c[i].real, system.c[i].imag, row[i]
        for lane in range(LANES):
            i_r[lane], i_i[lane] = -c_r - j_r[m, lane], -c_i - j_i[m, lane]
        for z in range(system.row[i], system.row[i + 1]):
            j, a, b = system.column[z], system.y[z].real, system.y[z].imag
            for lane in range(LANES):
                i_r[lane] += a * v_r[j, lane] - b * v_i[j, lane]
                i_i[lane] += a * v_i[j, lane] + b * v_r[j, lane]
        for lane in range(LANES):
            d_p = v_r[i, lane] * i_r[lane] + v_i[i, lane] * i_i[lane] - p[i, lane]
            d_q = v_i[i, lane] * i_r[lane] - v_r[i, lane] * i_i[lane] - q[i, lane]
            gap = d_p * d_p + d_q * d_q
            mismatch[lane] = gap if gap > mismatch[lane] or gap != gap else mismatch[lane]  # NaN stays
    for lane in range(LANES):
        mismatch[lane] = np.sqrt(mismatch[lane])


@register_jitable(fastmath=FASTMATH, error_model="numpy")
def slack_power(system: System, first: int, w: int, v_r: Real, v_i: Real, s_slack: Complex) -> None:  # pragma: no cover
    """Write V conj(I) of the slack nodes (state, slack), without what turned branches draw there."""
    i_r, i_i = np.empty(LANES), np.empty(LANES)
    for k in range(len(system.v_slack)):
        for lane in range(LANES):
            i_r[lane], i_i[lane] = system.slack_own[k].real, system.slack_own[k].imag
        for z in range(system.slack_row[k], system.slack_row[k + 1]):
            j, a, b = system.slack_column[z], system.slack_y[z].real, system.slack_y[z].imag
            for lane in range(LANES):
                i_r[lane] += a * v_r[j, lane] - b * v_i[j, lane]
                i_i[lane] += a * v_i[j, lane] + b * v_r[j, lane]
        for lane in range(w):
            s_slack[first + lane, k] = system.v_slack[k] * complex(i_r[lane], -i_i[lane])


@compiled()
def solve_states(
    lu: Factor, system: System, keepers: Keepers, droops: Droops, flexible: Flexible, turned: Turned,
    changers: Changers, order: Index, s: Complex, begin: int, end: int, tolerance: float, most: int, v: Complex,
    q_kept: Real, q_droop: Real, s_slack: Complex, iterations: Index, mismatch: Real,
) -> None:  # pragma: no cover  # fmt: skip
    """Solve the states begin .. end of `s` (state, unknown) in blocks; write `v` (state, unknown), the reactive power
    of keepers and droops in Mvar, the slack nodes' power in MVA (see `slack_power`), the iterations and the mismatch
    in MVA (infinite where a control did not settle). `turned` and the positions of `changers` are moved."""
    n, states = len(order), len(s)
    m, d = len(keepers.node), len(droops.node)
    live, gap, error = np.ones(n, dtype=np.bool_), np.empty(LANES), np.empty(LANES)
    for first in range(begin, end, LANES):
        w = min(LANES, end - first)
        p, q, v_r, v_i = np.empty((n, LANES)), np.empty((n, LANES)), np.empty((n, LANES)), np.empty((n, LANES))
        kept, drooped = np.empty((m, LANES)), np.zeros((d, LANES))
        begin_block(s, order, live, system.v, keepers, first, p, q, v_r, v_i, kept)
        used, v_r, v_i = iterate(
            lu, system, keepers, droops, flexible, turned, changers, first, states, p, q, v_r, v_i, kept, drooped,
            CLOSER * tolerance, most, error,
        )  # fmt: skip
        mismatch_of(system, flexible, turned, first, states, p, q, v_r, v_i, gap)
        slack_power(system, first, w, v_r, v_i, s_slack)
        for lane in range(w):
            iterations[first + lane] = used
            mismatch[first + lane] = gap[lane] if error[lane] < np.inf else np.inf
            for i in range(n):
                v[first + lane, order[i]] = complex(v_r[i, lane], v_i[i, lane])
            for k in range(m):
                q_kept[first + lane, k] = kept[k, lane]
            for k in range(d):
                q_droop[first + lane, k] = drooped[k, lane]
