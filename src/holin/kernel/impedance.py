"""Nodal impedances: the inverse of the node admittances, by a sparse factorisation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.linalg import splu

from holin.kernel.topology import Topology

Complex = NDArray[np.complex128]
Flags = NDArray[np.bool_]


def nodal_impedances(topology: Topology, wanted: Flags) -> Complex:
    """Return Z = Y^-1 (node, node) in p.u. on 1 MVA among the nodes that are `wanted` (node,), 0 elsewhere.

    The wanted nodes are whole islands, each with an admittance to earth. Y is factorised once (minimum degree) and all
    columns are solved together: on networks, whose factors stay sparse, far less work than a dense inverse.
    """
    n = topology.nodes
    z = np.zeros((n, n), dtype=np.complex128)
    at = np.flatnonzero(wanted)
    if not len(at):
        return z
    place = np.cumsum(wanted) - 1
    f, t = topology.node_from, topology.node_to
    live = wanted[f] & wanted[t]
    f, t = place[f[live]], place[t[live]]
    diagonal = np.arange(len(at))
    rows, columns = np.concatenate([f, f, t, t, diagonal]), np.concatenate([f, t, f, t, diagonal])
    values = np.concatenate(
        [*(y[live] for y in (topology.y_ff, topology.y_ft, topology.y_tf, topology.y_tt)), topology.y_shunt[at]]
    )
    y = coo_array((values, (rows, columns)), shape=(len(at), len(at))).tocsc()
    lu = splu(y, permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True})
    z[np.ix_(at, at)] = lu.solve(np.eye(len(at), dtype=np.complex128))
    return z
