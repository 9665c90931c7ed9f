"""All states with some branches out: the pattern factorised anew, extremes found block by block."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holin.kernel.compiling import FASTMATH, compiled, register_jitable
from holin.kernel.elimination import factorise, substitute
from holin.kernel.lanes.remaining import (
    droops_left,
    keepers_left,
    live_places,
    parts_of,
    reached_places,
    rows_of,
    sensitivity_of,
    take_out,
    turned_left,
)
from holin.kernel.lanes.solving import CLOSER, begin_block, iterate, mismatch_of
from holin.kernel.lanes.system import (
    LANES,
    Bounds,
    Branches,
    CaseExtremes,
    Changers,
    Droops,
    Factor,
    Fill,
    Flexible,
    Keepers,
    System,
    Turned,
)

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
Index = NDArray[np.int64]
Flags = NDArray[np.bool_]


@register_jitable(fastmath=FASTMATH, error_model="numpy")
def _find_extremes(
    branches: Branches, removed: Flags, reached: Flags, order: Index, turned: Turned, turned_branch: Index, case: int,
    first: int, states: int, v_r: Real, v_i: Real, bounds: Bounds, found: CaseExtremes,
) -> None:  # pragma: no cover  # fmt: skip
    """Raise the extremes (squared) by those of one block that violate their bounds."""
    w, by_state = min(LANES, states - first), bounds.loading.shape[1] > 1
    for i in range(len(order)):
        if not reached[i]:
            continue
        node = order[i]
        for lane in range(w):
            state = first + lane
            if not found.solved[case, state]:
                continue
            size = v_r[i, lane] * v_r[i, lane] + v_i[i, lane] * v_i[i, lane]
            at = state if by_state else 0
            if size < bounds.v_low[node, at]:
                found.low_count[case, node] += 1
                if size < found.v_min[case, node]:
                    found.v_min[case, node], found.v_min_state[case, node] = size, state
            elif size > bounds.v_high[node, at]:
                found.high_count[case, node] += 1
                if size > found.v_max[case, node]:
                    found.v_max[case, node], found.v_max_state[case, node] = size, state
    square = np.empty(LANES)
    for b in range(len(removed)):
        f, t = branches.node_from[b], branches.node_to[b]
        if removed[b] or not (branches.live_from[b] or branches.live_to[b]):
            continue
        if (f >= 0 and not reached[f]) or (t >= 0 and not reached[t]):
            continue
        v_f, v_t, k = branches.v_from[b], branches.v_to[b], turned_branch[b]
        for lane in range(w):
            if f >= 0:
                v_f = complex(v_r[f, lane], v_i[f, lane])
            if t >= 0:
                v_t = complex(v_r[t, lane], v_i[t, lane])
            i_f = branches.y_ff[b] * v_f + branches.y_ft[b] * v_t
            i_t = branches.y_tf[b] * v_f + branches.y_tt[b] * v_t
            if k >= 0:
                i_f += turned.ff[first + lane, k] * v_f + turned.ft[first + lane, k] * v_t
                i_t += turned.tf[first + lane, k] * v_f + turned.tt[first + lane, k] * v_t
            i_f *= branches.per_rating_from[b]
            i_t *= branches.per_rating_to[b]
            at_f, at_t = i_f.real**2 + i_f.imag**2, i_t.real**2 + i_t.imag**2
            square[lane] = max(at_f, at_t)
        for lane in range(w):
            state = first + lane
            if found.solved[case, state] and square[lane] > bounds.loading[b, state if by_state else 0]:
                found.loading_count[case, b] += 1
                if square[lane] > found.loading[case, b]:
                    found.loading[case, b], found.loading_state[case, b] = square[lane], state


@compiled()
def extremes_of_cases(
    begin: int, end: int, out_start: Index, out: Index, base: Complex, fill: Fill, system: System, keepers: Keepers,
    droops: Droops, flexible: Flexible, turned: Turned, still: Changers, turned_branch: Index, branches: Branches,
    order: Index, s: Complex, tolerance: float, most: int, bounds: Bounds, found: CaseExtremes, iterations: Real,
    v_out: Complex,
) -> None:  # pragma: no cover  # fmt: skip
    """Solve all states of the cases begin .. end and write their extremes; tap changers stand `still`.

    The branches out[out_start[case] : out_start[case + 1]] are out. `iterations` (case,); `v_out` (case, state, node)
    or empty.
    """
    n, m, states, entries = len(order), len(keepers.node), len(s), len(fill.columns)
    gap, error = np.empty(LANES), np.empty(LANES)
    for case in range(begin, end):
        removed = np.zeros(len(branches.node_from), dtype=np.bool_)
        for z in range(out_start[case], out_start[case + 1]):
            removed[out[z]] = True
        own, c = base.copy(), system.c.copy()
        reached = reached_places(branches, removed, n)
        take_out(own, c, branches, removed, reached)
        row, column, y = rows_of(own, fill.start, fill.columns)
        factorise(own, fill.start, fill.target, fill.target_start)
        no_load = c.copy()
        substitute(own, fill.start, fill.columns, no_load)
        pivot, upper, lower = parts_of(own, 0, n), parts_of(own, n, entries), parts_of(own, n + entries, entries)
        lu = Factor(fill.start, fill.columns, lower[0], lower[1], upper[0], upper[1], pivot[0], pivot[1])
        here = System(
            c, no_load, row, column, y, system.slack_row, system.slack_column, system.slack_y, system.slack_own,
            system.v_slack,
        )  # fmt: skip
        kept_here = keepers_left(keepers, sensitivity_of(own, fill, no_load, keepers.node), reached)
        droops_here = droops_left(droops, sensitivity_of(own, fill, no_load, droops.node), reached)
        flexible_here = Flexible(live_places(flexible.node, reached), flexible.linear, flexible.square)
        turned_here = turned_left(turned, turned_branch, branches, removed, reached)
        total = 0
        for first in range(0, states, LANES):
            w = min(LANES, states - first)
            p, q, v_r, v_i = np.empty((n, LANES)), np.empty((n, LANES)), np.empty((n, LANES)), np.empty((n, LANES))
            kept, drooped = np.zeros((m, LANES)), np.zeros((len(droops.node), LANES))
            begin_block(s, order, reached, no_load, keepers, first, p, q, v_r, v_i, kept)
            used, v_r, v_i = iterate(
                lu, here, kept_here, droops_here, flexible_here, turned_here, still, first, states, p, q, v_r, v_i,
                kept, drooped, CLOSER * tolerance, most, error,
            )  # fmt: skip
            mismatch_of(here, flexible_here, turned_here, first, states, p, q, v_r, v_i, gap)
            total += used * w
            for lane in range(w):
                found.solved[case, first + lane] = error[lane] < np.inf and gap[lane] <= tolerance
            _find_extremes(
                branches, removed, reached, order, turned_here, turned_branch, case, first, states, v_r, v_i, bounds,
                found,
            )  # fmt: skip
            if len(v_out) > 0:
                for lane in range(w):
                    for i in range(n):
                        v = complex(v_r[i, lane], v_i[i, lane]) if reached[i] else 0j
                        v_out[case, first + lane, order[i]] = v
        iterations[case] = total / max(states, 1)
        for b in range(len(removed)):
            found.loading[case, b] = np.sqrt(found.loading[case, b])
        for i in range(n):
            node = order[i]
            found.dead[case, node] = not reached[i]
            found.v_min[case, node] = np.sqrt(found.v_min[case, node])
            found.v_max[case, node] = np.sqrt(found.v_max[case, node])
