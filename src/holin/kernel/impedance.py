"""Nodal impedances: the entries of the inverse of the node admittances that are asked for, by one sparse factorisation.

The entries on the factor's own pattern come from Takahashi's equations, in time proportional to the fill; whole columns
from a substitution each. Source: K. Takahashi, J. Fagan, M.-S. Chen, Formation of a sparse bus impedance matrix and its
application to short circuit study, PICA 1973; A. M. Erisman, W. F. Tinney, CACM 18 (1975) 177.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numba
import numpy as np
from numpy.typing import NDArray

from holin.kernel.compiling import FASTMATH
from holin.kernel.elimination import Elimination, elimination, factorise
from holin.kernel.topology import Topology, admittance

Complex = NDArray[np.complex128]
Index = NDArray[np.int64]
Flags = NDArray[np.bool_]

RESIDUAL_MAX = 1e-9
"""Of a solved right-hand side of ones: beyond it a pivot was too small, and the inverse is worked out densely."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Pattern:
    """The order in which the `wanted` nodes (node,) of a topology are eliminated; `place` (node,) is -1 for others."""

    wanted: Flags
    place: Index
    plan: Elimination


@dataclass(frozen=True, kw_only=True, eq=False)
class Impedances:
    """Z = Y^-1 in p.u. on 1 MVA among the wanted nodes of a pattern, 0 elsewhere.

    `factors`, `inverse` are values in the slots of the elimination; `dense` (wanted, wanted) stands in for both where a
    pivot was too small.
    """

    pattern: Pattern
    factors: Complex
    inverse: Complex
    dense: Complex | None

    def diagonal(self) -> Complex:
        """Return Z_ii of all nodes (node,)."""
        nodes = np.arange(len(self.pattern.place))
        return self.between(nodes, nodes)

    def between(self, rows: Index, columns: Index) -> Complex:
        """Return Z_ij (pair,) of nodes that are the same or that a branch joins. Raises KeyError for others."""
        i, j = self.pattern.place[rows], self.pattern.place[columns]
        inside = (i >= 0) & (j >= 0)
        if self.dense is not None:
            return np.where(inside, self.dense[i, j], 0)
        slots = self.pattern.plan.slots_of(np.where(inside, i, -1), np.where(inside, j, -1))
        return np.where(inside, self.inverse[slots], 0) if len(self.inverse) else np.zeros(len(i), np.complex128)

    def columns(self, nodes: Index) -> Complex:
        """Return the columns Z_:n of some nodes, shape (node, len(nodes))."""
        wanted, place, plan = self.pattern.wanted, self.pattern.place, self.pattern.plan
        z = np.zeros((len(wanted), len(nodes)), dtype=np.complex128)
        if self.dense is not None:
            z[wanted] = np.where(place[nodes] >= 0, self.dense[:, place[nodes]], 0)
            return z
        known = place[nodes] >= 0
        x = np.zeros((plan.size, len(nodes)), dtype=np.complex128)
        x[plan.place[place[nodes[known]]], np.flatnonzero(known)] = 1.0
        substitute_columns(self.factors, plan.start, plan.columns, x)
        z[wanted] = x[plan.place]
        return z


def pattern_of(topology: Topology, wanted: Flags) -> Pattern:
    """Return the elimination of the nodes that are `wanted` (node,): whole islands of the topology."""
    place = np.where(wanted, np.cumsum(wanted) - 1, -1)
    joins = (topology.y_ft != 0) & (place[topology.node_from] >= 0) & (place[topology.node_to] >= 0)
    f, t = place[topology.node_from[joins]], place[topology.node_to[joins]]
    pairs = np.unique(np.stack([np.minimum(f, t), np.maximum(f, t)], axis=1), axis=0)
    plan = elimination(int(wanted.sum()), [(int(i), int(j)) for i, j in pairs])
    return Pattern(wanted=wanted, place=place, plan=plan)


def impedances(topology: Topology, pattern: Pattern) -> Impedances:
    """Return the nodal impedances of a topology with real ratios (Y is symmetric) on a pattern made for it.

    Each island of the pattern has an admittance to earth.
    """
    plan, place = pattern.plan, pattern.place
    f, t = place[topology.node_from], place[topology.node_to]
    joins = (topology.y_ft != 0) & (f >= 0)
    values = np.zeros(plan.slots, dtype=np.complex128)
    everywhere = np.flatnonzero(pattern.wanted)
    np.add.at(values, plan.place[place[everywhere]], topology.y_shunt[everywhere])
    for ends, other, own, mutual in ((f, t, topology.y_ff, topology.y_ft), (t, f, topology.y_tt, topology.y_tf)):
        np.add.at(values, plan.place[ends[joins]], own[joins])
        np.add.at(values, plan.slots_of(ends[joins], other[joins]), mutual[joins])
    found = Impedances(pattern=pattern, factors=values, inverse=np.zeros(0, np.complex128), dense=None)
    try:
        factorise(values, plan.start, plan.target, plan.target_start)
        solved = _solves(found, topology)
    except ZeroDivisionError:  # a pivot of 0: a star's branches may cancel
        solved = False
    if not solved:
        y = admittance(topology)[np.ix_(everywhere, everywhere)]
        return replace(found, dense=np.asarray(np.linalg.inv(y), dtype=np.complex128))
    inverse = values.copy()
    invert(inverse, plan.start, plan.columns, plan.target, plan.target_start)
    return replace(found, inverse=inverse)


def _solves(found: Impedances, topology: Topology) -> bool:
    """Whether Y x = 1 is solved to `RESIDUAL_MAX`: a product with the branches' admittances, apart from the factors."""
    wanted, plan = found.pattern.wanted, found.pattern.plan
    x = np.ones((plan.size, 1), dtype=np.complex128)
    substitute_columns(found.factors, plan.start, plan.columns, x)
    v = np.zeros(topology.nodes, dtype=np.complex128)
    v[wanted] = x[plan.place, 0]
    i = topology.y_shunt * v
    f, t = topology.node_from, topology.node_to
    np.add.at(i, f, topology.y_ff * v[f] + topology.y_ft * v[t])
    np.add.at(i, t, topology.y_tt * v[t] + topology.y_tf * v[f])
    return bool(np.abs(i[wanted] - 1).max(initial=0.0) <= RESIDUAL_MAX)


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def substitute_columns(values: Complex, start: Index, columns: Index, x: Complex) -> None:  # pragma: no cover
    """Solve for the right-hand sides x (place, column), in place, with the factors of `factorise`."""
    n = len(start) - 1
    m = start[n]
    width = x.shape[1]
    for k in range(n):
        for z in range(start[k], start[k + 1]):
            factor, row = values[n + m + z], columns[z]
            for c in range(width):
                x[row, c] -= factor * x[k, c]
    for k in range(n - 1, -1, -1):
        for z in range(start[k], start[k + 1]):
            factor, row = values[n + z], columns[z]
            for c in range(width):
                x[k, c] -= factor * x[row, c]
        for c in range(width):
            x[k, c] *= values[k]


@numba.njit(cache=True, nogil=True, fastmath=FASTMATH, error_model="numpy")
def invert(
    values: Complex, start: Index, columns: Index, target: Index, target_start: Index
) -> None:  # pragma: no cover
    """Turn the factors of a symmetric matrix into the entries of its inverse on their pattern, in place.

    From the last row k upwards, with L_ik of the lower factor: Z_kj = -sum_i L_ik Z_ij, Z_kk = 1 / d_k - sum_i L_ik
    Z_ik.
    """
    n = len(start) - 1
    m = start[n]
    row = np.zeros(n, dtype=np.complex128)
    for k in range(n - 1, -1, -1):
        first, last = start[k], start[k + 1]
        count = last - first
        for q in range(count):
            total = 0j
            for p in range(count):
                total -= values[n + m + first + p] * values[target[target_start[k] + p * count + q]]
            row[q] = total
        own = values[k]
        for q in range(count):
            own -= values[n + m + first + q] * row[q]
        values[k] = own
        for q in range(count):
            values[n + first + q] = row[q]
            values[n + m + first + q] = row[q]
