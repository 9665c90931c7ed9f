"""Sparse LU of one pattern: ordered and filled once, factorised as often as the values change.

Minimum degree on a structurally symmetric pattern, no pivoting: node admittance matrices have a heavy diagonal.
Source: T. A. Davis, Direct Methods for Sparse Linear Systems, SIAM 2006, chapters 4, 6, 7.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.kernel.compiling import FASTMATH, compiled

Complex = NDArray[np.complex128]
Index = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Elimination:
    """The order and filled pattern of n unknowns.

    `order` (n,) names the unknown eliminated k-th, `place` (n,) is its inverse. Row k of the upper factor has the
    columns `columns[start[k]:start[k + 1]]`, in places, all beyond k; the lower factor has the same pattern, columns
    for rows. Values stand in slots: n diagonal ones, then the upper entries, then the lower ones. `target` lists for
    each k and each pair of its columns the slot that their product is taken from, from `target_start[k]` on.
    """

    order: Index
    place: Index
    start: Index
    columns: Index
    target: Index
    target_start: Index

    @property
    def size(self) -> int:
        """Number of unknowns."""
        return len(self.order)

    @property
    def slots(self) -> int:
        """Number of values of a matrix of this pattern, fill included."""
        return len(self.order) + 2 * len(self.columns)

    def slots_of(self, rows: Index, columns: Index) -> Index:
        """Return the slot of each entry (row, column) of the matrix, -1 where either index is negative.

        Raises KeyError when an entry is not in the pattern.
        """
        found = np.full(len(rows), -1, dtype=np.int64)
        known = np.flatnonzero((rows >= 0) & (columns >= 0))
        i, j = self.place[rows[known]], self.place[columns[known]]
        n, m = self.size, len(self.columns)
        above = np.repeat(np.arange(n), np.diff(self.start)) * n + self.columns  # rising, as rows and columns are
        wanted = np.minimum(i, j) * n + np.maximum(i, j)
        at = np.minimum(np.searchsorted(above, wanted), max(m - 1, 0))
        if bool(((i != j) & (above[at] != wanted if m else i != j)).any()):
            raise KeyError("an entry is not in the pattern")
        found[known] = np.where(i == j, i, n + at + np.where(i > j, m, 0))
        return found


def elimination(size: int, pairs: Sequence[tuple[int, int]]) -> Elimination:
    """Return the elimination of a matrix whose entries off the diagonal are `pairs` and their mirror images."""
    near: list[set[int]] = [set() for _ in range(size)]
    for i, j in pairs:
        if i != j:
            near[i].add(j)
            near[j].add(i)
    heap = [(len(near[i]), i) for i in range(size)]
    heapq.heapify(heap)
    order, rows, done = [], [], [False] * size
    while heap:
        degree, k = heapq.heappop(heap)
        if done[k] or degree != len(near[k]):
            continue
        done[k] = True
        order.append(k)
        rows.append(near[k])
        for i in near[k]:
            near[i] |= near[k]
            near[i] -= {i, k}
            heapq.heappush(heap, (len(near[i]), i))
    place = np.empty(size, dtype=np.int64)
    place[order] = np.arange(size)
    filled = [sorted(int(place[j]) for j in row) for row in rows]
    start = np.concatenate([[0], np.cumsum([len(r) for r in filled])]).astype(np.int64)
    columns = np.array([j for r in filled for j in r], dtype=np.int64)
    target, target_start = _targets(size, filled, start)
    return Elimination(
        order=np.array(order, dtype=np.int64), place=place, start=start, columns=columns, target=target,
        target_start=target_start,
    )  # fmt: skip


def _targets(size: int, filled: list[list[int]], start: Index) -> tuple[Index, Index]:
    slot = {(k, j): size + int(start[k]) + z for k, row in enumerate(filled) for z, j in enumerate(row)}
    below = int(start[-1])
    target = [i if i == j else slot[i, j] if i < j else slot[j, i] + below for row in filled for i in row for j in row]
    counts = [len(r) ** 2 for r in filled]
    return np.array(target, dtype=np.int64), np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


@compiled(fastmath=FASTMATH)
def factorise(values: Complex, start: Index, target: Index, target_start: Index) -> None:  # pragma: no cover
    """Turn the values of a matrix into its factors, in place: diagonal slots become inverse pivots.

    A = L D^-1 U with unit L and with U carrying the pivots' row; what stands in the lower slots is L, in the upper U.
    """
    n = len(start) - 1
    m = start[n]
    for k in range(n):
        d = 1.0 / values[k]
        values[k] = d
        t = target_start[k]
        for p in range(start[k], start[k + 1]):
            factor = values[n + m + p] * d
            values[n + m + p] = factor
            for q in range(start[k], start[k + 1]):
                values[target[t]] -= factor * values[n + q]
                t += 1


@compiled(fastmath=FASTMATH)
def substitute(values: Complex, start: Index, columns: Index, x: Complex) -> None:  # pragma: no cover
    """Solve for one right-hand side x in places, in place."""
    n = len(start) - 1
    m = start[n]
    for k in range(n):
        for z in range(start[k], start[k + 1]):
            x[columns[z]] -= values[n + m + z] * x[k]
    for k in range(n - 1, -1, -1):
        for z in range(start[k], start[k + 1]):
            x[k] -= values[n + z] * x[columns[z]]
        x[k] *= values[k]
