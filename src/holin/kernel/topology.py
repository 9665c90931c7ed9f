"""The admittances of one topology: which node meets which, and with what."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
Index = NDArray[np.int64]
Flags = NDArray[np.bool_]


def _no_index() -> Index:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True, eq=False)
class Topology:
    """Nodes, two-ended branches and shunts, all in p.u. on 1 MVA.

    `node_from`, `node_to` (branch,) are node indices; `y_ff`, `y_ft`, `y_tf`, `y_tt` (branch,) map the voltages of
    the two ends to the currents into the branch: i_from = y_ff v_from + y_ft v_to, and the same at the other end.
    A branch with y_ft = y_tf = 0 joins nothing. `y_shunt` (node,) is to earth. `slack` (slack,) are the nodes whose
    voltage `v_slack` (slack,) is given.
    """

    nodes: int
    node_from: Index
    node_to: Index
    y_ff: Complex
    y_ft: Complex
    y_tf: Complex
    y_tt: Complex
    y_shunt: Complex
    slack: Index
    v_slack: Complex


@dataclass(frozen=True, kw_only=True, eq=False)
class Control:
    """Nodes (control,) that keep a voltage magnitude `v_set_pu` (control,) by reactive power within limits.

    `q_min_mvar`, `q_max_mvar` have the shape (control,) or (state, control); infinite means no limit.
    """

    node: Index = field(default_factory=_no_index)
    v_set_pu: Real = field(default_factory=lambda: np.zeros(0))
    q_min_mvar: Real = field(default_factory=lambda: np.zeros(0))
    q_max_mvar: Real = field(default_factory=lambda: np.zeros(0))


def admittance(topology: Topology) -> Complex:
    """Return the node admittance matrix Y (node, node), p.u. on 1 MVA: i = Y v, i into the network.

    Source: R. D. Zimmerman, C. E. Murillo-Sánchez, MATPOWER User's Manual, chapter 3.
    """
    y: Complex = sparse_admittance(topology).toarray()
    return y


def sparse_admittance(topology: Topology) -> csr_array:
    """Return the node admittance matrix as a sparse one, of entries that are not 0."""
    f, t, n = topology.node_from, topology.node_to, topology.nodes
    own = np.arange(n)
    values = np.concatenate([topology.y_ff, topology.y_ft, topology.y_tf, topology.y_tt, topology.y_shunt])
    rows, columns = np.concatenate([f, f, t, t, own]), np.concatenate([f, t, f, t, own])
    y = coo_array((values.astype(np.complex128), (rows, columns)), shape=(n, n)).tocsr()
    y.eliminate_zeros()
    return y


def islands_of(topology: Topology) -> Index:
    """Return the island (node,) of each node, numbered from 0: nodes that a path of branches joins share one."""
    joins = (topology.y_ft != 0) | (topology.y_tf != 0)
    f, t = topology.node_from[joins], topology.node_to[joins]
    n = topology.nodes
    graph = coo_array((np.ones(len(f)), (f, t)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def live_nodes(topology: Topology) -> Flags:
    """Return which nodes (node,) a path of branches joins to a slack node; the others are without voltage."""
    island = islands_of(topology)
    live: Flags = np.isin(island, island[topology.slack])
    return live
