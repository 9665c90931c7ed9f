"""All states with some branches out: the pattern factorised anew, extremes found block by block."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from holin.kernel.elimination import FASTMATH, factorise, substitute
from holin.kernel.lanes.solving import iterate, mismatch_of
from holin.kernel.lanes.system import (
    Bounds,
    Branches,
    CaseExtremes,
    Changers,
    Droops,
    Factor,
    Flexible,
    Keepers,
    System,
    Turned,
)

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
Index = NDArray[np.int64]
Flags = NDArray[np.bool_]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _reached(branches: Branches, removed: Flags, n: int) -> Flags:  # pragma: no cover
    """Return which places a path of remaining branches joins to a slack node."""
    reached = np.zeros(n, dtype=np.bool_)
    grown = True
    while grown:
        grown = False
        for b in range(len(removed)):
            joins = branches.y_ft[b] != 0 or branches.y_tf[b] != 0
            if removed[b] or not joins or not (branches.live_from[b] and branches.live_to[b]):
                continue
            f, t = branches.node_from[b], branches.node_to[b]
            at_f, at_t = f < 0 or reached[f], t < 0 or reached[t]
            if at_f and not at_t:
                reached[t] = True
                grown = True
            elif at_t and not at_f:
                reached[f] = True
                grown = True
    return reached


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _without(own: Complex, c: Complex, branches: Branches, removed: Flags, reached: Flags) -> None:  # pragma: no cover
    """Take the removed branches out of the values and the slack current, and make dead nodes stand alone at 1 p.u."""
    for b in range(len(removed)):
        f, t = branches.node_from[b], branches.node_to[b]
        live = branches.live_from[b] and branches.live_to[b]
        if removed[b]:
            if f >= 0:
                own[f] -= branches.y_ff[b]
            if t >= 0:
                own[t] -= branches.y_tt[b]
            if f >= 0 and t >= 0:
                own[branches.slots[b, 0]] -= branches.y_ft[b]
                own[branches.slots[b, 1]] -= branches.y_tf[b]
            elif f >= 0 and live:
                c[f] += branches.y_ft[b] * branches.v_to[b]
            elif t >= 0 and live:
                c[t] += branches.y_tf[b] * branches.v_from[b]
        elif f >= 0 and t >= 0 and not (reached[f] and reached[t]):
            own[branches.slots[b, 0]] -= branches.y_ft[b]
            own[branches.slots[b, 1]] -= branches.y_tf[b]
    for i in range(len(reached)):
        if not reached[i]:
            own[i], c[i] = 1.0, 1.0


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _sensitivity(values: Complex, start: Index, columns: Index, v: Complex, node: Index) -> Real:  # pragma: no cover
    """Im(conj(u) Z u) between keepers, u the direction of the voltages at no load."""
    m, n = len(node), len(v)
    a = np.empty((m, m))
    x = np.empty(n, dtype=np.complex128)
    for k in range(m):
        x[:] = 0.0
        x[node[k]] = 1.0
        substitute(values, start, columns, x)
        u_k = v[node[k]] / abs(v[node[k]])
        for j in range(m):
            u_j = v[node[j]] / abs(v[node[j]])
            a[j, k] = (u_j.conjugate() * x[node[j]] * u_k).imag
    return a


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def _find_extremes(
    branches: Branches, removed: Flags, reached: Flags, order: Index, turned: Turned, turned_branch: Index,
    first: int, states: int, v_r: Real, v_i: Real, bounds: Bounds, found: CaseExtremes,
) -> None:  # pragma: no cover  # fmt: skip
    """Raise the extremes (squared) by those of one block that violate their bounds."""
    w, by_state = v_r.shape[1], bounds.loading.shape[1] > 1
    for i in range(len(order)):
        if not reached[i]:
            continue
        node = order[i]
        for lane in range(w):
            if not found.solved[first + lane]:
                continue
            size = v_r[i, lane] * v_r[i, lane] + v_i[i, lane] * v_i[i, lane]
            at = first + lane if by_state else 0
            if size < bounds.v_low[node, at]:
                found.low_count[node] += 1
                if size < found.v_min[node]:
                    found.v_min[node], found.v_min_state[node] = size, first + lane
            elif size > bounds.v_high[node, at]:
                found.high_count[node] += 1
                if size > found.v_max[node]:
                    found.v_max[node], found.v_max_state[node] = size, first + lane
    square = np.empty(w)
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
                state = min(first + lane, states - 1)
                i_f += turned.ff[state, k] * v_f + turned.ft[state, k] * v_t
                i_t += turned.tf[state, k] * v_f + turned.tt[state, k] * v_t
            i_f *= branches.per_rating_from[b]
            i_t *= branches.per_rating_to[b]
            at_f, at_t = i_f.real**2 + i_f.imag**2, i_t.real**2 + i_t.imag**2
            square[lane] = max(at_f, at_t)
        for lane in range(w):
            if not found.solved[first + lane]:
                continue
            if square[lane] > bounds.loading[b, first + lane if by_state else 0]:
                found.loading_count[b] += 1
                if square[lane] > found.loading[b]:
                    found.loading[b], found.loading_state[b] = square[lane], first + lane


@numba.njit(cache=True, nogil=True, error_model="numpy")
def extremes_of_case(
    base: Complex, start: Index, columns: Index, target: Index, target_start: Index, system: System, keepers: Keepers,
    droops: Droops, flexible: Flexible, turned: Turned, still: Changers, turned_branch: Index, branches: Branches,
    removed: Flags, order: Index, s: Complex, width: int, tolerance: float, most: int, bounds: Bounds,
    found: CaseExtremes, iterations: Real, v_out: Complex,
) -> None:  # pragma: no cover  # fmt: skip
    """Solve all states of one case and write its extremes; tap changers stand `still`."""
    n, states, keep = len(order), s.shape[0], v_out.shape[0] > 0
    own, c = base.copy(), system.c.copy()
    reached = _reached(branches, removed, n)
    _without(own, c, branches, removed, reached)
    rows = _rows(own, start, columns)
    factorise(own, start, target, target_start)
    no_load = c.copy()
    substitute(own, start, columns, no_load)
    lu = Factor(
        start, columns, own[n + len(columns) :].real.copy(), own[n + len(columns) :].imag.copy(),
        own[n : n + len(columns)].real.copy(), own[n : n + len(columns)].imag.copy(), own[:n].real.copy(),
        own[:n].imag.copy(),
    )  # fmt: skip
    here = System(
        c, no_load, rows[0], rows[1], rows[2], system.slack_row, system.slack_column, system.slack_y, system.slack_own,
        system.v_slack,
    )  # fmt: skip
    a = _sensitivity(own, start, columns, no_load, keepers.node)
    v_set = keepers.v_set.copy()
    for k in range(len(v_set)):
        if not reached[keepers.node[k]]:
            v_set[k] = 1.0
            a[k, :] = 0.0
            a[:, k] = 0.0
            a[k, k] = 1.0
    kept_here = Keepers(keepers.node, v_set, a, np.linalg.inv(a).astype(np.float64), keepers.lower, keepers.upper)
    droop_node, flexible_node = droops.node.copy(), flexible.node.copy()
    for k in range(len(droop_node)):
        if not reached[droop_node[k]]:
            droop_node[k] = -1
    for k in range(len(flexible_node)):
        if not reached[flexible_node[k]]:
            flexible_node[k] = -1
    droops_here = Droops(droop_node, droops.v, droops.q, droops.scale, droops.sensitivity)
    flexible_here = Flexible(flexible_node, flexible.linear, flexible.square)
    turned_from, turned_to = turned.node_from.copy(), turned.node_to.copy()
    for b in range(len(removed)):
        k = turned_branch[b]
        if k < 0:
            continue
        f, t = branches.node_from[b], branches.node_to[b]
        if removed[b] or (f >= 0 and not reached[f]) or (t >= 0 and not reached[t]):
            turned_from[k], turned_to[k] = -1, -1
    turned_here = Turned(turned_from, turned_to, turned.v_from, turned.v_to, turned.ff, turned.ft, turned.tf, turned.tt)
    mismatch = np.empty(width)
    total = 0
    for first in range(0, states, width):
        w = min(width, states - first)
        p, q, v_r, v_i = np.empty((n, w)), np.empty((n, w)), np.empty((n, w)), np.empty((n, w))
        kept, drooped, error = np.zeros((len(v_set), w)), np.zeros((len(droop_node), w)), np.empty(w)
        for i in range(n):
            for lane in range(w):
                power = s[first + lane, order[i]] if reached[i] else 0j
                p[i, lane], q[i, lane] = power.real, power.imag
                v_r[i, lane], v_i[i, lane] = no_load[i].real, no_load[i].imag
        for k in range(len(v_set)):
            if reached[keepers.node[k]]:
                for lane in range(w):
                    kept[k, lane] = min(max(0.0, keepers.lower[first + lane, k]), keepers.upper[first + lane, k])
                    q[keepers.node[k], lane] += kept[k, lane]
        used, v_r, v_i = iterate(
            lu, here, kept_here, droops_here, flexible_here, turned_here, still, first, states, p, q, v_r, v_i, kept,
            drooped, 0.1 * tolerance, most, error,
        )  # fmt: skip
        mismatch_of(here, flexible_here, turned_here, first, states, p, q, v_r, v_i, mismatch[:w])
        total += used * w
        for lane in range(w):
            found.solved[first + lane] = error[lane] < np.inf and mismatch[lane] <= tolerance
        _find_extremes(
            branches, removed, reached, order, turned_here, turned_branch, first, states, v_r, v_i, bounds, found
        )
        if keep:
            for i in range(n):
                for lane in range(w):
                    v_out[first + lane, order[i]] = complex(v_r[i, lane], v_i[i, lane]) if reached[i] else 0j
    iterations[0] = total / max(states, 1)
    found.loading[:] = np.sqrt(found.loading)
    for i in range(n):
        node = order[i]
        found.dead[node] = not reached[i]
        found.v_min[node], found.v_max[node] = np.sqrt(found.v_min[node]), np.sqrt(found.v_max[node])


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _rows(values: Complex, start: Index, columns: Index) -> tuple[Index, Index, Complex]:  # pragma: no cover
    """Return the values that are not 0 as rows (CSR), for the check of results."""
    n, m = len(start) - 1, len(columns)
    count = np.zeros(n + 1, dtype=np.int64)
    for k in range(n):
        count[k + 1] += 1
        for z in range(start[k], start[k + 1]):
            if values[n + z] != 0:
                count[k + 1] += 1
            if values[n + m + z] != 0:
                count[columns[z] + 1] += 1
    row = np.cumsum(count)
    at = row[:-1].copy()
    column, y = np.empty(row[n], dtype=np.int64), np.empty(row[n], dtype=np.complex128)
    for k in range(n):
        column[at[k]], y[at[k]] = k, values[k]
        at[k] += 1
        for z in range(start[k], start[k + 1]):
            if values[n + z] != 0:
                column[at[k]], y[at[k]] = columns[z], values[n + z]
                at[k] += 1
            if values[n + m + z] != 0:
                j = columns[z]
                column[at[j]], y[at[j]] = k, values[n + m + z]
                at[j] += 1
    return row, column, y
