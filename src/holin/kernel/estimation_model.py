"""What meters see of a network: predictions and their derivatives by angle and relative voltage of every node."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from scipy.sparse import csr_array

from holin.kernel.topology import Complex, Flags, Index, Real, Topology

NO_CURRENT_PU = 1e-9
"""A current below it (p.u. of 1 MVA) has no direction, so a meter of its magnitude says nothing about the state."""


class Sees(IntEnum):
    """What a meter sees, and of what: a node (voltage, angle, injection) or an end (power into it, current)."""

    V = 0
    ANGLE = 1
    P_END = 2
    Q_END = 3
    I_END = 4
    P_NODE = 5
    Q_NODE = 6


@dataclass(frozen=True, kw_only=True, eq=False)
class Meters:
    """Meters (meter,): `kind` is a value of Sees, `at` a node, or an end: b is branch b at its first end, B + b at its
    second one, B the number of branches."""

    kind: Index
    at: Index

    def of(self, rows: Index | Flags | slice) -> Meters:
        """Return some of the meters."""
        return Meters(kind=self.kind[rows], at=self.at[rows])

    def and_also(self, others: Meters) -> Meters:
        """Return these meters, then the others."""
        return Meters(kind=np.concatenate([self.kind, others.kind]), at=np.concatenate([self.at, others.at]))


def meters(kind: list[int], at: list[int]) -> Meters:
    """Return meters from lists."""
    return Meters(kind=np.array(kind, dtype=np.int64), at=np.array(at, dtype=np.int64))


@dataclass(frozen=True, kw_only=True, eq=False)
class Ends:
    """Both ends of every branch, first ends first, (end,): own and other node, own and mutual admittance."""

    node: Index
    other: Index
    own: Complex
    mutual: Complex


def ends_of(topology: Topology) -> Ends:
    """Return both ends of every branch."""
    t = topology
    return Ends(
        node=np.concatenate([t.node_from, t.node_to]),
        other=np.concatenate([t.node_to, t.node_from]),
        own=np.concatenate([t.y_ff, t.y_tt]),
        mutual=np.concatenate([t.y_ft, t.y_tf]),
    )


def powers(topology: Topology, v: Complex) -> tuple[Complex, Complex]:
    """Return the power into every end (state, end) and into the network at every node (state, node), in MVA."""
    ends = ends_of(topology)
    s_end = v[:, ends.node] * (ends.own * v[:, ends.node] + ends.mutual * v[:, ends.other]).conj()
    count = len(ends.node)
    at_node = csr_array((np.ones(count), (ends.node, np.arange(count))), shape=(topology.nodes, count))
    s_node: Complex = np.abs(v) ** 2 * topology.y_shunt.conj() + np.asarray((at_node @ s_end.T).T)
    return s_end, s_node


def predicted(topology: Topology, meters: Meters, v: Complex) -> Real:
    """Return what the meters would show (state, meter) at voltages `v` (state, node): p.u., rad, MW, Mvar, p.u. of
    1 MVA."""
    s_end, s_node = powers(topology, v)
    ends = ends_of(topology)
    shown = np.empty((len(v), len(meters.kind)))
    for kind in np.unique(meters.kind):
        rows = np.flatnonzero(meters.kind == kind)
        at = meters.at[rows]
        match Sees(kind):
            case Sees.V:
                value = np.abs(v[:, at])
            case Sees.ANGLE:
                value = np.angle(v[:, at])
            case Sees.P_END:
                value = s_end[:, at].real
            case Sees.Q_END:
                value = s_end[:, at].imag
            case Sees.I_END:
                value = np.abs(ends.own[at] * v[:, ends.node[at]] + ends.mutual[at] * v[:, ends.other[at]])
            case Sees.P_NODE:
                value = s_node[:, at].real
            case _:
                value = s_node[:, at].imag
        shown[:, rows] = value
    return shown


def residual(meters: Meters, value: Real, shown: Real) -> Real:
    """Return value - shown, angles within half a turn."""
    gap = value - shown
    angles = meters.kind == Sees.ANGLE
    gap[..., angles] = np.angle(np.exp(1j * gap[..., angles]))
    return gap


def slopes(topology: Topology, meters: Meters, v: Complex) -> csr_array:
    """Return dh/dx (meter, 2 node) at the voltages `v` (node,) of one state, x = (angles, log of the magnitudes).

    With D = |v_a|^2 conj(y_own), M = v_a conj(y_mutual v_b), S = D + M the power into an end at node a towards b:
    dS = (2 D + M) dlog|v_a| + M dlog|v_b| + j M (da - db).
    """
    n, ends = topology.nodes, ends_of(topology)
    own = np.abs(v[ends.node]) ** 2 * ends.own.conj()
    mutual = v[ends.node] * (ends.mutual * v[ends.other]).conj()
    count = len(ends.node)
    e, k = np.arange(count), np.arange(n)
    column = np.concatenate([ends.node, ends.other, n + ends.node, n + ends.other])
    value = np.concatenate([1j * mutual, -1j * mutual, 2 * own + mutual, mutual])
    earth = 2 * np.abs(v) ** 2 * topology.y_shunt.conj()
    # all ends, then the powers, magnitudes and angles of all nodes
    rows = np.concatenate([*(e,) * 4, *(count + ends.node,) * 4, count + k, count + n + k, count + 2 * n + k])
    columns = np.concatenate([column, column, n + k, n + k, k])
    values = np.concatenate([value, value, earth, np.abs(v), np.ones(n)])
    everything = csr_array((values, (rows, columns)), shape=(count + 3 * n, 2 * n))
    offset = np.array([count + n, count + 2 * n, 0, 0, 0, count, count])
    chosen = csr_array(everything[offset[meters.kind] + meters.at])
    reactive = np.isin(meters.kind, (Sees.Q_END, Sees.Q_NODE))
    of_row = np.repeat(reactive, np.diff(chosen.indptr))
    found = csr_array(
        (np.where(of_row, chosen.data.imag, chosen.data.real), chosen.indices, chosen.indptr), chosen.shape
    )
    currents = np.flatnonzero(meters.kind == Sees.I_END)
    if not len(currents):
        return found
    by_current = _current_slopes(ends, own + mutual, csr_array(everything[:count]), v)[meters.at[currents]]
    keep = np.ones(len(meters.kind))
    keep[currents] = 0.0
    place = csr_array((np.ones(len(currents)), (currents, np.arange(len(currents)))), shape=(len(keep), len(currents)))
    return csr_array(found * keep[:, None] + place @ by_current)


def _current_slopes(ends: Ends, s: Complex, d_end: csr_array, v: Complex) -> csr_array:
    """d|i| = Re(conj(s) ds) / (|s| |v_a|) - |i| dlog|v_a|; no slope where there is no current."""
    n, size, here = len(v), np.abs(s), np.abs(v[ends.node])
    flows = size > NO_CURRENT_PU
    weight = np.divide(s.conj(), size * here, out=np.zeros(len(s), dtype=np.complex128), where=flows)
    current = np.divide(size, here, out=np.zeros(len(s)), where=flows)
    e = np.arange(len(s))
    by_power = (csr_array((weight, (e, e)), shape=(len(s), len(s))) @ d_end).real
    return csr_array(by_power - csr_array((current, (e, n + ends.node)), shape=(len(s), 2 * n)))


def curvature(topology: Topology, meters: Meters, force: Real, v: Complex) -> csr_array:
    """Return sum_r force_r d2h_r / dx2 (2 node, 2 node) at the voltages `v` (node,) of one state.

    Powers are exponentials of x: D goes with exp(2 log|v_a|), M with exp(log|v_a| + log|v_b| + j (a - b)). A current
    is i = exp(Re log S - log|v_a|): with w = dS / S and dg = Re w - dlog|v_a|,
    d2i = Re(i / S d2S) + i (dg dg^T - Re(w w^T)).
    """
    n, ends = topology.nodes, ends_of(topology)
    count = len(ends.node)

    def at(kinds: tuple[Sees, ...], size: int) -> Complex:
        total = np.zeros(size, dtype=np.complex128)
        for kind, part in zip(kinds, (1.0, 1j), strict=False):
            rows = meters.kind == kind
            np.add.at(total, meters.at[rows], part * force[rows])
        return total

    of_node = at((Sees.P_NODE, Sees.Q_NODE), n)
    pull = (at((Sees.P_END, Sees.Q_END), count) + of_node[ends.node]).conj()
    mutual = v[ends.node] * (ends.mutual * v[ends.other]).conj()
    s = np.abs(v[ends.node]) ** 2 * ends.own.conj() + mutual
    some = np.abs(s) > NO_CURRENT_PU  # without current there is no slope either
    over_s = np.divide(1.0, s, out=np.zeros_like(s), where=some)
    by_size = at((Sees.I_END,), count).real * np.divide(
        np.abs(s), np.abs(v[ends.node]), out=np.zeros(count), where=some
    )
    pull += by_size * over_s
    own = 4 * (pull * (s - mutual)).real
    y = pull * mutual
    bent = np.zeros(n)
    volts = meters.kind == Sees.V
    np.add.at(bent, meters.at[volts], force[volts] * np.abs(v[meters.at[volts]]))
    bent += 4 * np.abs(v) ** 2 * (of_node.conj() * topology.y_shunt.conj()).real
    a, b, k = ends.node, ends.other, np.arange(n)
    m = mutual * over_s
    w = {0: (a, 1j * m), 1: (b, -1j * m), 2: (n + a, 2 - m), 3: (n + b, m)}
    found = [(n + a, n + a, own + by_size), (n + k, n + k, bent)]
    for i, (at_i, w_i) in w.items():
        found += [(at_i, n + a, -by_size * w_i.real), (n + a, at_i, -by_size * w_i.real)]
        for j, (at_j, w_j) in w.items():
            turn = (1j, -1j, 1.0, 1.0)[i] * (1j, -1j, 1.0, 1.0)[j]
            found.append((at_i, at_j, (turn * y).real + by_size * w_i.imag * w_j.imag))
    rows, columns, values = (np.concatenate(part) for part in zip(*found, strict=True))
    return csr_array((values, (rows, columns)), shape=(2 * n, 2 * n))
