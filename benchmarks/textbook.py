"""Tracing as textbooks do it: every hour's matrix built, inverted or solved; one thread, NumPy and SciPy alone.

All take the same flows and give the gross demand (hour, bus, kind): the sinks' power and their part of the losses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array
from scipy.sparse.linalg import splu

Array = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Flows:
    """Branches (branch,) and power: `p_from`, `p_to` (hour, branch), `made` (hour, bus, kind), `sink` (hour, bus)."""

    node_from: Index
    node_to: Index
    p_from: Array
    p_to: Array
    made: Array
    sink: Array

    def first(self, hours: int) -> Flows:
        """Return the first hours."""
        return replace(
            self, p_from=self.p_from[:hours], p_to=self.p_to[:hours], made=self.made[:hours], sink=self.sink[:hours]
        )


def sent(flows: Flows) -> tuple[Array, Array, Array]:
    """Return what each branch sends forward and backward, and what leaves each bus usefully."""
    forward = np.where((flows.p_from > 0) & (flows.p_to < 0), flows.p_from, 0.0)
    backward = np.where((flows.p_to > 0) & (flows.p_from < 0), flows.p_to, 0.0)
    forward, backward = _useful(flows, forward, backward)
    passing = flows.sink.copy()
    np.add.at(passing.T, flows.node_from, forward.T)
    np.add.at(passing.T, flows.node_to, backward.T)
    return forward, backward, passing


def _useful(flows: Flows, forward: Array, backward: Array) -> tuple[Array, Array]:
    """Take out what is sent where no sink is downstream."""
    reaches = flows.sink > 0
    while True:
        before = reaches.copy()
        np.logical_or.at(reaches.T, flows.node_from, ((forward > 0) & reaches[:, flows.node_to]).T)
        np.logical_or.at(reaches.T, flows.node_to, ((backward > 0) & reaches[:, flows.node_from]).T)
        if (before == reaches).all():
            return forward * reaches[:, flows.node_to], backward * reaches[:, flows.node_from]


def dense_inverse(flows: Flows) -> Array:
    """Invert each hour's matrix."""
    forward, backward, passing = sent(flows)
    found = np.empty(flows.made.shape)
    f, t = flows.node_from, flows.node_to
    for hour in range(len(found)):
        matrix = np.diag(np.where(passing[hour] > 0, passing[hour], 1.0))
        np.subtract.at(matrix, (t, f), forward[hour])
        np.subtract.at(matrix, (f, t), backward[hour])
        found[hour] = flows.sink[hour][:, None] * (np.linalg.inv(matrix) @ flows.made[hour])
    return found


def dense_batched(flows: Flows, chunk: int = 256) -> Array:
    """Solve the hours' matrices in batches."""
    forward, backward, passing = sent(flows)
    found = np.empty(flows.made.shape)
    buses, f, t = flows.sink.shape[1], flows.node_from, flows.node_to
    for begin in range(0, len(found), chunk):
        hours = slice(begin, min(begin + chunk, len(found)))
        matrix = np.zeros((hours.stop - begin, buses, buses))
        matrix[:, np.arange(buses), np.arange(buses)] = np.where(passing[hours] > 0, passing[hours], 1.0)
        for b in range(len(f)):
            matrix[:, t[b], f[b]] -= forward[hours, b]
            matrix[:, f[b], t[b]] -= backward[hours, b]
        found[hours] = flows.sink[hours][:, :, None] * np.linalg.solve(matrix, flows.made[hours])
    return found


def sparse_lu(flows: Flows) -> Array:
    """Factorise each hour's sparse matrix by SuperLU."""
    forward, backward, passing = sent(flows)
    found = np.empty(flows.made.shape)
    buses, f, t = flows.sink.shape[1], flows.node_from, flows.node_to
    rows, columns = np.r_[np.arange(buses), t, f], np.r_[np.arange(buses), f, t]
    for hour in range(len(found)):
        own = np.where(passing[hour] > 0, passing[hour], 1.0)
        matrix = csc_array((np.r_[own, -forward[hour], -backward[hour]], (rows, columns)), shape=(buses, buses))
        found[hour] = flows.sink[hour][:, None] * splu(matrix).solve(flows.made[hour])
    return found
