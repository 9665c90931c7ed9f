"""Where a short-circuit current comes from: what joins the faulted bus, and the sources behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from holin.flow.fault.currents import Currents, Faulted, FaultKind
from holin.flow.fault.positive import Positive, terminal_impedances
from holin.flow.fault.zero import Zero

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
Index = NDArray[np.int64]
Flags = NDArray[np.bool_]

LEAST_SHARE = 1e-9
"""Of the whole current: what is below it is no contribution."""


@dataclass(frozen=True, kw_only=True)
class Ohm:
    """An impedance in ohm."""

    r: float
    x: float


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """What one element gives to the current of one short circuit.

    `role` is `at_bus` for a branch or source that joins the faulted bus: its current in the faulted phase; all of them
    add up to the whole. `role` is `source` for a source anywhere: its share of the positive-sequence current; they add
    up to the whole as well. `i_ka` counts at the voltage of the faulted bus, `angle_rad` against the whole current.
    `z_ohm` is the impedance of the path at that voltage: all paths in parallel are the impedance of the fault.
    `i_terminal_ka` is the current at a source's own terminals and voltage in a three-phase fault, `decay` what remains
    of it when the contacts part (mu, mu q).
    """

    element: str
    kind: str
    role: Literal["at_bus", "source"]
    i_ka: float
    angle_rad: float
    z_ohm: Ohm | None
    i_terminal_ka: float | None = None
    decay: float | None = None


@np.errstate(divide="ignore", invalid="ignore")
def contributions(f: Faulted, c: Currents, zero: Zero | None) -> list[tuple[Contribution, ...]]:
    """Return the contributions to each fault, largest first, those at the bus before the sources behind them."""
    p = f.positive
    node_kv = np.zeros(p.network.topology.nodes)
    node_kv[p.network.node] = p.network.v_nom_kv
    base_ka, base_ohm = 1 / (3**0.5 * node_kv), node_kv**2
    found: list[list[Contribution]] = [[] for _ in f.node]
    whole = _phase_current(c)

    def add(fault: int, element: str, kind: str, role: Literal["at_bus", "source"], i: complex, part: complex | None,
            **more: float | None) -> None:  # fmt: skip
        if abs(i) <= LEAST_SHARE * abs(whole[fault]) or whole[fault] == 0:
            return
        z = (
            None
            if part is None or abs(part) < LEAST_SHARE
            else complex(f.z_own[fault] / part) * base_ohm[f.node[fault]]
        )
        found[fault].append(
            Contribution(
                element=element,
                kind=kind,
                role=role,
                i_ka=float(abs(i) * base_ka[f.node[fault]]),
                angle_rad=float(np.angle(i / whole[fault])),
                z_ohm=None if z is None else Ohm(r=z.real, x=z.imag),
                **more,
            )
        )

    branches = p.network.branches
    at = _joins(f)
    for branch, fault, i, part in zip(at.branch, at.fault, *_branch_currents(f, c, zero, at), strict=True):
        add(int(fault), branches.label[branch], branches.kind[branch], "at_bus", i, part)
    i_here, i_share, part = _source_currents(f, c, zero)
    three_phase = c.kind is FaultKind.THREE_PHASE
    terminal = np.abs(f.y_source * f.z_source * c.i_1_passive) * base_ka[p.sources.node, None]
    for s, fault in np.argwhere((f.node == p.sources.node[:, None]) & p.fed[f.node]):
        add(int(fault), p.sources.id[s], p.sources.kind[s], "at_bus", i_here[s, fault], part[s, fault])
    for s, fault in np.argwhere(np.isfinite(part) & (part != 0)):
        rotating = three_phase and bool(np.isfinite(p.sources.i_nom_pu[s]))
        add(
            int(fault), p.sources.id[s], p.sources.kind[s], "source", i_share[s, fault], part[s, fault],
            i_terminal_ka=float(terminal[s, fault]) if three_phase else None,
            decay=float(c.mu[s, fault]) if rotating else None,
        )  # fmt: skip
    i_converter = _per_positive(c) * c.i_1_converter
    for k, fault in np.argwhere(np.abs(c.i_converter) > 0):
        own = float(abs(c.i_converter[k, fault]) * base_ka[f.converters.node[k]])
        name, kind = f.converters.id[k], f.converters.kind[k]
        if f.node[fault] == f.converters.node[k]:
            add(int(fault), name, kind, "at_bus", c.weights[0, fault] * c.i_converter[k, fault], None)
        add(int(fault), name, kind, "source", i_converter[k, fault], None, i_terminal_ka=own if three_phase else None)
    return [tuple(sorted(rows, key=lambda x: (x.role, -x.i_ka, x.element))) for rows in found]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Joins:
    """Branch ends at faults (end,): which branch, which fault, and whether it is the branch's first end."""

    branch: Index
    fault: Index
    first: Flags


def _joins(f: Faulted) -> _Joins:
    p = f.positive
    node_from, node_to = p.network.topology.node_from, p.network.topology.node_to
    two = node_from != node_to
    ends = [
        np.argwhere((node[:, None] == f.node) & (closed & two)[:, None])
        for node, closed in ((node_from, p.network.closed_from), (node_to, p.network.closed_to))
    ]
    pairs = np.concatenate(ends)
    return _Joins(branch=pairs[:, 0], fault=pairs[:, 1], first=np.arange(len(pairs)) < len(ends[0]))


def _nodal(f: Faulted, nodes: Index, fault: Index) -> Complex:
    """Return the nodal impedances (pair,) between nodes at a fault, or one branch from it, and that fault's node."""
    z = f.positive.z.between(nodes, f.node[fault])
    for k, unit in f.terminal.items():
        at = fault == k
        if at.any():
            z[at] = terminal_impedances(f.positive, unit, nodes[at], f.node[[k]])[:, 0]
    return z


def _by_converters(f: Faulted, c: Currents, nodes: Index, fault: Index) -> Complex:
    """Return the voltages (pair,) that the converters' currents make at nodes, the fault's own current left out."""
    p = f.positive
    v = (p.z.columns(f.converters.node)[nodes] * c.i_converter[:, fault].T).sum(axis=1)
    for k, unit in f.terminal.items():
        at = fault == k
        if at.any():
            v[at] = terminal_impedances(p, unit, nodes[at], f.converters.node) @ c.i_converter[:, k]
    return np.asarray(v)


def _branch_currents(f: Faulted, c: Currents, zero: Zero | None, at: _Joins) -> tuple[Complex, Complex]:
    """Return each joining branch's current into the fault and its share of the positive sequence (end,).

    The voltages are V_1 = Z i_converter - Z_f I_1, V_2 = -Z_f I_2, V_0 = -Z_0f I_0.
    """
    p, own = f.positive, f.node[at.fault]
    topology = p.network.topology
    far = np.where(at.first, topology.node_to[at.branch], topology.node_from[at.branch])
    far = np.where(p.joined[at.branch], far, own)
    y = np.where(p.joined[at.branch], 1 / p.z_branch[at.branch], 0)
    for k, unit in f.terminal.items():
        y[(at.fault == k) & (at.branch == unit.branch)] *= unit.k
    z_own, z_far = f.z_own[at.fault], _nodal(f, far, at.fault)
    part = _into(p, y, -z_own, -z_far, at)
    driven = _into(p, y, _by_converters(f, c, own, at.fault), _by_converters(f, c, far, at.fault), at)
    i = (c.weights[0] * c.i_1 + c.weights[1] * c.i_2)[at.fault] * part + c.weights[0, at.fault] * driven
    if zero is not None:
        far = np.where(zero.joined[at.branch], far, own)
        y_0 = np.where(zero.joined[at.branch], 1 / zero.z_branch[at.branch], 0)
        v_own, v_far = (-zero.z.between(nodes, own) * c.i_0[at.fault] for nodes in (own, far))
        to_earth = np.where(at.first, zero.y_from[at.branch], zero.y_to[at.branch]) * v_own
        i = i + c.weights[2, at.fault] * (_into(p, y_0, v_own, v_far, at) - to_earth)
    return i, part


def _into(p: Positive, y: Complex, v_own: Complex, v_far: Complex, at: _Joins) -> Complex:
    """Return the current out of each branch's end into the fault: y / n v_t - y / n^2 v_f, or y / n v_f - y v_t."""
    n = p.ratio[at.branch]
    return np.asarray(y / n * v_far - np.where(at.first, y / n**2, y) * v_own)


def _source_currents(f: Faulted, c: Currents, zero: Zero | None) -> tuple[Complex, Complex, Complex]:
    """Return each source's current where it stands at the fault, its share of the whole, and the share (source, fault).

    The share is y Z_f E, with the no-load voltages as E: what each source's own voltage drives through the fault. Where
    the rated ratios of every loop agree it is the source's current at the fault's voltage.
    """
    p, node = f.positive, f.positive.sources.node
    raw = f.y_source * f.z_source
    part = raw * p.v_no_load[node, None]
    part = part / part.sum(axis=0)
    v_1 = _by_converters(f, c, f.node, np.arange(len(f.node))) - f.z_own * c.i_1
    here = c.weights[1] * c.i_2 * raw - c.weights[0] * f.y_source * v_1
    if zero is not None:
        here = here + c.weights[2] * zero.y_source[:, None] * zero.z.diagonal()[f.node] * c.i_0
    return here, _per_positive(c) * part * c.i_1_passive, part


def _phase_current(c: Currents) -> Complex:
    return np.asarray(c.weights[0] * c.i_1 + c.weights[1] * c.i_2 + c.weights[2] * c.i_0)


def _per_positive(c: Currents) -> Complex:
    """Return the faulted phase's current over the positive-sequence one (fault,)."""
    return np.asarray(np.nan_to_num(_phase_current(c) / c.i_1))
