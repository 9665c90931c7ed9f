"""Initial, peak and breaking currents at many nodes at once.

The equivalent voltage source c U_n / sqrt(3) stands at the fault, all others are short-circuited (IEC 60909-0:2016,
clauses 7 to 9). All arrays have the shape (fault,) or end in it; currents are p.u. of 1 MVA at nominal voltage.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from holin.flow.fault import factors
from holin.flow.fault.positive import Positive, terminal_impedances
from holin.flow.fault.sources import PEAK_FREQUENCY, Converters, UnitTerminal
from holin.flow.fault.zero import Zero

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
Index = NDArray[np.int64]
Flags = NDArray[np.bool_]

A = np.exp(2j * np.pi / 3)
SHORTED = 1e-9
"""Of a transfer impedance: what is left of it when the fault lies on every path."""
METHOD_B = 1.15
METHOD_B_RX = 0.3
PEAK_MAX_LOW_VOLTAGE, PEAK_MAX = 1.8, 2.0


class FaultKind(StrEnum):
    """Which conductors meet."""

    THREE_PHASE = "3ph"
    TWO_PHASE = "2ph"
    TWO_PHASE_EARTH = "2ph-earth"
    ONE_PHASE = "1ph"


@dataclass(frozen=True, kw_only=True, eq=False)
class Faulted:
    """What all kinds of fault at the same nodes share.

    `node` (fault,); `z_own` (fault,), `z_source` (source, fault), `z_converter` (converter, fault) are the nodal
    impedances between each fault and itself, the sources, the converters; `terminal` has the faults at a power station
    unit's terminal. `e` (fault,) is the equivalent voltage c U_n (c U_rG inside a unit), `kappa`, `kappa_b` (fault,)
    the peak factors of methods C and B, `z_peak` (fault,) the own impedance behind the first. `y_source`, `x_source`
    (source, fault) are the sources as they stand in each fault.
    """

    positive: Positive
    converters: Converters
    node: Index
    z_own: Complex
    z_peak: Complex
    z_source: Complex
    z_converter: Complex
    terminal: dict[int, UnitTerminal]
    e: Real
    kappa: Real
    kappa_b: Real
    y_source: Complex
    x_source: Real


@dataclass(frozen=True, kw_only=True, eq=False)
class Currents:
    """The currents of one kind of fault, p.u.; NaN where no source reaches, 0 where no earthed neutral does.

    `i_1`, `i_2`, `i_0` (fault,) are the symmetrical components at the fault with converters, `i_1_passive` is i_1
    without them, `i_1_converter` (converter, fault) what each adds to it and `i_converter` its own current. `ikss`,
    `ip`, `ip_b`, `ib` (fault,) are magnitudes in the phase that `weights` (3, fault) makes of the components;
    `ip_breaker`, `ib_breaker` what one breaker carries of them at most. `mu` (source, fault) is the decay of each
    machine.
    """

    kind: FaultKind
    ikss: Real
    ip: Real
    ip_b: Real
    ib: Real
    ip_breaker: Real
    ib_breaker: Real
    i_1: Complex
    i_2: Complex
    i_0: Complex
    i_1_passive: Complex
    i_1_converter: Complex
    i_converter: Complex
    weights: Complex
    mu: Real


@np.errstate(divide="ignore", invalid="ignore")
def faulted(p: Positive, converters: Converters, node: Index) -> Faulted:
    """Return what the faults at `node` (fault,) share; a node that is a power station unit's terminal is taken so."""
    here = p.fed[node]
    z_own = np.where(here, p.z.diagonal()[node], np.nan)
    z_peak = np.where(here, p.z_peak.diagonal()[node], np.nan)
    z_source = p.z.columns(p.sources.node)[node].T
    z_converter = p.z.columns(converters.node)[node].T
    e = p.c[node].copy()
    y = np.tile(p.sources.y[:, None], len(node))
    x = np.tile(p.sources.x_pu[:, None], len(node))
    terminal = {int(k): unit for unit in p.terminals for k in np.flatnonzero(node == unit.node)}
    for k, unit in terminal.items():
        at = np.array([unit.node])
        z_own[k] = terminal_impedances(p, unit, at, at)[0, 0]
        z_peak[k] = terminal_impedances(p, unit, at, at, peak=True)[0, 0]
        z_source[:, k] = terminal_impedances(p, unit, p.sources.node, at)[:, 0]
        z_converter[:, k] = terminal_impedances(p, unit, converters.node, at)[:, 0]
        e[k] *= unit.v_pu
        y[unit.source, k], x[unit.source, k] = unit.y, unit.x_pu
    kappa = factors.peak_factor(z_peak.real / z_peak.imag * PEAK_FREQUENCY)
    plain = factors.peak_factor(z_own.real / z_own.imag)
    node_kv = np.zeros(p.network.topology.nodes)
    node_kv[p.network.node] = p.network.v_nom_kv
    low = node_kv[node] <= factors.LOW_VOLTAGE_KV
    spread = np.where(_needs_margin(p)[p.island[node]], METHOD_B, 1.0)
    return Faulted(
        positive=p,
        converters=converters,
        node=node,
        z_own=z_own,
        z_peak=z_peak,
        z_source=z_source,
        z_converter=z_converter,
        terminal=terminal,
        e=e,
        kappa=kappa,
        kappa_b=np.minimum(spread * plain, np.where(low, PEAK_MAX_LOW_VOLTAGE, PEAK_MAX)),
        y_source=y,
        x_source=x,
    )


def _needs_margin(p: Positive) -> Flags:
    """Return for each island (island,) whether method B takes 1.15: meshed, and not all branches below R/X = 0.3.

    An island with one source and no loop is fed through one path, whose R/X is exact.
    """
    count = int(p.island.max(initial=-1)) + 1
    f, t = p.network.topology.node_from, p.network.topology.node_to
    counts = p.joined & (f != t)
    of_branch, of_source = p.island[f], p.island[p.sources.node]
    z_source = 1 / p.sources.y
    resistive = np.zeros(count, dtype=bool)
    resistive[of_branch[counts & (p.z_branch.real >= METHOD_B_RX * np.abs(p.z_branch.imag))]] = True
    resistive[of_source[z_source.real >= METHOD_B_RX * z_source.imag]] = True
    loops = np.bincount(of_branch[counts], minlength=count) - np.bincount(p.island, minlength=count) + 1
    several = np.bincount(of_source, minlength=count) > 1
    margin: Flags = resistive & ((loops > 0) | several)
    return margin


@np.errstate(divide="ignore", invalid="ignore")
def currents(f: Faulted, kind: FaultKind, zero: Zero | None, *, t_min_s: float = 0.1) -> Currents:
    """Return the currents of one kind of fault; `zero` is needed by the kinds with earth.

    With Z_2 = Z_1 and y = 1 / Z_0 (0 without earthed neutral):

        3ph  I_1 = E / Z_1                     2ph  I_1 = E / (2 Z_1),  I_2 = -I_1
        1ph  I_1 = E y / (2 Z_1 y + 1) = I_2 = I_0
        2ph-earth  w = Z_1 y / (1 + Z_1 y),  I_1 = E / (Z_1 (2 - w)),  I_2 = -(1 - w) I_1,  I_0 = -w I_1

    A converter adds abs(Z_kj) I_j to E (7.2): its current is taken in phase. Unbalanced faults do not decay: Ib = Ik''.
    Source: IEC 60909-0:2016, clauses 7 to 9.
    """
    p, count = f.positive, len(f.node)
    y_0 = np.zeros(count, dtype=np.complex128)
    if zero is not None:
        at = zero.earthed[f.node]
        y_0[at] = 1 / zero.z.diagonal()[f.node[at]]
    one = np.ones(count, dtype=np.complex128)
    w = f.z_own * y_0 / (1 + f.z_own * y_0)
    if kind is FaultKind.THREE_PHASE:
        per_e, second, zeroth = 1 / f.z_own, 0 * one, 0 * one
        weights = np.array([one, one, one])
    elif kind is FaultKind.TWO_PHASE:
        per_e, second, zeroth = 1 / (2 * f.z_own), -one, 0 * one
        weights = np.array([A**2 * one, A * one, one])
    elif kind is FaultKind.ONE_PHASE:
        per_e, second, zeroth = y_0 / (2 * f.z_own * y_0 + 1), one, one
        weights = np.array([one, one, one])
    else:
        per_e, second, zeroth = 1 / (f.z_own * (2 - w)), w - 1, -w
        phase_b, phase_c = (np.abs(a + a.conjugate() * second + zeroth) for a in (A**2, A))
        turn = np.where(phase_b >= phase_c, A**2, A)
        weights = np.array([turn, turn.conj(), one])
    injected = f.converters.i_pu[:, None] * np.exp(-1j * np.angle(f.z_converter)) * (p.fed[f.node] & p.largest)
    phase = np.abs(weights[0] + weights[1] * second + weights[2] * zeroth)
    passive, by_converter = per_e * f.e, per_e * f.z_converter * injected
    driven = by_converter.sum(axis=0)
    rotating, converted = phase * np.abs(passive), phase * np.abs(driven)
    decay = _decay(f, np.abs(passive), t_min_s)
    ib = rotating.copy()
    if kind is FaultKind.THREE_PHASE:
        ib = _breaking(f, passive, decay)
    i_1, ip = passive + driven, 2**0.5 * (f.kappa * rotating + converted)
    ip_breaker, ib_breaker = _of_one_breaker(f, kind, rotating, converted, decay, ip, ib + converted)
    return Currents(
        kind=kind,
        ikss=rotating + converted,
        ip=ip,
        ip_b=2**0.5 * (f.kappa_b * rotating + converted),
        ib=ib + converted,
        ip_breaker=ip_breaker,
        ib_breaker=ib_breaker,
        i_1=i_1,
        i_2=second * i_1,
        i_0=zeroth * i_1,
        i_1_passive=passive,
        i_1_converter=by_converter,
        i_converter=injected,
        weights=weights,
        mu=decay,
    )


def _of_one_breaker(
    f: Faulted, kind: FaultKind, rotating: Real, converted: Real, decay: Real, ip: Real, ib: Real
) -> tuple[Real, Real]:
    """Return the peak and breaking current (fault,) of the breaker that carries most: all, for a feeder without source.

    Between a generator and its unit transformer, where nothing else stands, it is the larger side: the generator with
    its own R/X and decay, or the network, whose machines are taken not to decay. With earth both sides count, for the
    zero-sequence current has paths of its own.
    """
    ip, ib = ip.copy(), ib.copy()
    for k, unit in f.terminal.items():
        if not unit.alone or kind in (FaultKind.ONE_PHASE, FaultKind.TWO_PHASE_EARTH):
            continue
        share, y_rest = unit.y * f.z_own[k], 1 / f.z_peak[k] - unit.y_peak
        generator, network = rotating[k] * abs(share), rotating[k] * abs(1 - share)
        rx = np.array([unit.y_peak.real / -unit.y_peak.imag, y_rest.real / -y_rest.imag if y_rest.imag else 0.0])
        kappa = factors.peak_factor(rx * PEAK_FREQUENCY)
        lasting = decay[unit.source, k] if kind is FaultKind.THREE_PHASE else 1.0
        ip[k] = 2**0.5 * max(kappa[0] * generator, kappa[1] * network + converted[k])
        ib[k] = max(lasting * generator, network + converted[k])
    return ip, ib


def _decay(f: Faulted, i_1: Real, t_min_s: float) -> Real:
    """Return mu of each machine, mu q of each motor (source, fault); 1 for feeders and what is far from the fault.

    Far means at most twice the rated current (clause 9).
    """
    s = f.positive.sources
    own = np.abs(f.y_source * f.z_source) * i_1
    decay = np.ones(own.shape)
    rotating, motors = np.isfinite(s.i_nom_pu), np.isfinite(s.mw_per_pole_pair)
    if rotating.any():
        decay[rotating] = factors.mu(own[rotating] / s.i_nom_pu[rotating, None], t_min_s)
    if motors.any():
        near = own[motors] > 2 * s.i_nom_pu[motors, None]
        decay[motors] *= np.where(near, factors.q(s.mw_per_pole_pair[motors], t_min_s)[:, None], 1.0)
    return decay


def _breaking(f: Faulted, i_1: Complex, decay: Real) -> Real:
    """Return Ib (clause 9), with the decay mu or mu q of each source.

    Where every source feeds the fault through a path of its own (not meshed): Ib = sum mu q Ik''_i. Else
    Ib = Ik'' - sum dU''_i / E (1 - mu q) Ik''_i over the machines, dU''_i = j X'' Ik''_i.
    """
    s = f.positive.sources
    rotating = np.flatnonzero(np.isfinite(s.i_nom_pu))
    if not len(rotating):
        return np.abs(i_1)
    v = f.positive.v_no_load
    part = f.y_source[rotating] * f.z_source[rotating] * i_1
    referred = v[s.node[rotating], None] / v[f.node]
    drop = np.where(_not_meshed(f), referred, 1j * f.x_source[rotating] * part / f.e)
    ib: Real = np.abs(i_1 - (drop * (1 - decay[rotating]) * part).sum(axis=0))
    return ib


def _not_meshed(f: Faulted) -> Flags:
    """Return for each fault whether no two sources share a path to it (fault,).

    With the fault short-circuited the transfer impedance Z_gh - Z_gf Z_fh / Z_ff between any two sources, but those at
    the fault itself, is then 0.
    """
    p = f.positive
    nodes, count = np.unique(p.sources.node, return_counts=True)
    columns = p.z.columns(nodes)
    to_fault, between = columns[f.node].T, columns[nodes]
    apart = np.ones(len(f.node), dtype=bool)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = to_fault / p.z.diagonal()[f.node]
    for k, g in enumerate(nodes):
        shared = np.abs(between[k][:, None] - ratio[k] * to_fault) > SHORTED * np.abs(between[k][:, None])
        shared[k] = count[k] > 1
        apart &= ~shared.any(axis=0) | (f.node == g)
    return apart
