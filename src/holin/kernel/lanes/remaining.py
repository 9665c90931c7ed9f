"""A network without some of its branches: what is reached, the values without them, the controls that are left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holin.kernel.compiling import register_jitable
from holin.kernel.elimination import substitute
from holin.kernel.lanes.system import Branches, Droops, Fill, Keepers, Turned

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
Index = NDArray[np.int64]
Flags = NDArray[np.bool_]


@register_jitable(error_model="numpy")
def reached_places(branches: Branches, removed: Flags, n: int) -> Flags:  # pragma: no cover
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


@register_jitable(error_model="numpy")
def take_out(own: Complex, c: Complex, branches: Branches, removed: Flags, reached: Flags) -> None:  # pragma: no cover
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


@register_jitable(error_model="numpy")
def rows_of(values: Complex, start: Index, columns: Index) -> tuple[Index, Index, Complex]:  # pragma: no cover
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
    row, at = np.zeros(n + 1, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for k in range(n):
        row[k + 1], at[k] = row[k] + count[k + 1], row[k]
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


@register_jitable(error_model="numpy")
def parts_of(values: Complex, first: int, count: int) -> tuple[Real, Real]:  # pragma: no cover
    """Return some of the values as real and imaginary parts."""
    re, im = np.empty(count), np.empty(count)
    for k in range(count):
        re[k], im[k] = values[first + k].real, values[first + k].imag
    return re, im


@register_jitable(error_model="numpy")
def sensitivity_of(values: Complex, fill: Fill, v: Complex, node: Index) -> Real:  # pragma: no cover
    """Im(conj(u) Z u) between nodes, u the direction of the voltages at no load."""
    m, n = len(node), len(v)
    a = np.empty((m, m))
    x = np.empty(n, dtype=np.complex128)
    for k in range(m):
        for i in range(n):
            x[i] = 1.0 if i == node[k] else 0.0
        substitute(values, fill.start, fill.columns, x)
        u_k = v[node[k]] / abs(v[node[k]])
        for j in range(m):
            u_j = v[node[j]] / abs(v[node[j]])
            a[j, k] = (u_j.conjugate() * x[node[j]] * u_k).imag
    return a


@register_jitable(error_model="numpy")
def keepers_left(keepers: Keepers, a: Real, reached: Flags) -> Keepers:  # pragma: no cover
    """Return the keepers with their sensitivity in this case; the dead ones stand alone at 1 p.u."""
    m = len(keepers.node)
    v_set, inverse, work = np.empty(m), np.empty((m, m)), np.empty((m, m))
    for k in range(m):
        live_k = reached[keepers.node[k]]
        v_set[k] = keepers.v_set[k] if live_k else 1.0
        for j in range(m):
            own = 1.0 if j == k else 0.0
            if not (live_k and reached[keepers.node[j]]):
                a[k, j] = own
            work[k, j], inverse[k, j] = a[k, j], own
    for k in range(m):  # Gauss and Jordan, with pivots
        best = k
        for r in range(k + 1, m):
            if abs(work[r, k]) > abs(work[best, k]):
                best = r
        for c in range(m):
            work[k, c], work[best, c] = work[best, c], work[k, c]
            inverse[k, c], inverse[best, c] = inverse[best, c], inverse[k, c]
        d = 1.0 / work[k, k]
        for c in range(m):
            work[k, c] *= d
            inverse[k, c] *= d
        for r in range(m):
            f = work[r, k]
            if r != k and f != 0.0:
                for c in range(m):
                    work[r, c] -= f * work[k, c]
                    inverse[r, c] -= f * inverse[k, c]
    return Keepers(keepers.node, v_set, a, inverse, keepers.lower, keepers.upper)


@register_jitable(error_model="numpy")
def droops_left(droops: Droops, a: Real, reached: Flags) -> Droops:  # pragma: no cover
    """Return the droops with their sensitivities, the diagonal of `a`, in this case; the dead ones have no place."""
    own = np.empty(len(a))
    for k in range(len(a)):
        own[k] = a[k, k]
    return Droops(live_places(droops.node, reached), droops.v, droops.q, droops.scale, own)


@register_jitable(error_model="numpy")
def live_places(node: Index, reached: Flags) -> Index:  # pragma: no cover
    """Return the places, -1 where dead."""
    live = np.empty(len(node), dtype=np.int64)
    for k in range(len(node)):
        live[k] = node[k] if reached[node[k]] else -1
    return live


@register_jitable(error_model="numpy")
def turned_left(
    turned: Turned, turned_branch: Index, branches: Branches, removed: Flags, reached: Flags
) -> Turned:  # pragma: no cover
    """Return the turned branches; those that are out or dead have no ends."""
    at_from, at_to = turned.node_from.copy(), turned.node_to.copy()
    for b in range(len(removed)):
        k = turned_branch[b]
        if k < 0:
            continue
        f, t = branches.node_from[b], branches.node_to[b]
        if removed[b] or (f >= 0 and not reached[f]) or (t >= 0 and not reached[t]):
            at_from[k], at_to[k] = -1, -1
    return Turned(at_from, at_to, turned.v_from, turned.v_to, turned.ff, turned.ft, turned.tf, turned.tt)
