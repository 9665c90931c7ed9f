"""What the units put into one topology, state by state, as the kernel reads it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from holin.errors import Mismatch
from holin.flow.network import Network
from holin.flow.units import Behaviour, Curve, Kept, kept
from holin.kernel.flexible import Droop, VoltagePowers

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
Flags = NDArray[np.bool_]
Index = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Injections:
    """Powers of one topology in some states.

    `s_unit` (state, unit) is what units put in at 1 p.u. voltage, without what keepers, droops and banks add; 0 for
    those without voltage and for the anchors that balance. `s_node` (state, node) is its part that does not depend on
    the voltage. `flexible` are the rest, then switched banks; `flexible_unit` names the units of its first columns.
    `droop_unit` names the units of the droops. `bank` (bank,) are the places of stepped banks among the keepers, and
    `steps` (state, bank) how many of their steps are in, none before `stepped`.
    """

    s_unit: Complex
    s_node: Complex
    keepers: Kept
    droop: Droop
    droop_unit: Index
    flexible: VoltagePowers
    flexible_unit: Index
    bank: Index
    bank_node: Index
    steps: Index | None


def injections_of(
    network: Network, behaviour: Behaviour, p_mw: Real, out: Flags, *, q_limits: bool = True
) -> Injections:
    """Return the injections of `p_mw` (state, unit) into the network; `out` (state, unit) marks units with an outage.

    A balancing anchor's power may be NaN. Raises Mismatch where another unit's is.
    """
    bus, states = network.bus_index(), len(p_mw)
    node = np.array([network.node[bus[u.bus]] for u in behaviour.units], dtype=np.int64)
    idle = np.array([u.id in network.balancing() | network.out for u in behaviour.units], dtype=bool)
    dark = idle | ~network.energised[node]
    p = np.where(dark, 0.0, p_mw)
    _check_scheduled(behaviour, p)
    s_unit = p + 1j * np.where(dark, 0.0, behaviour.q_mvar(p))
    bent = np.flatnonzero(((behaviour.z_share > 0) | (behaviour.i_share > 0)) & ~dark)
    constant = s_unit * (1 - behaviour.z_share - behaviour.i_share)
    droops = [d for d in behaviour.droops if not dark[d.unit]]
    keepers = kept(network, behaviour, p, out, q_limits=q_limits)
    bank = np.array([k for k, keeper in enumerate(keepers.keepers) if keeper.step_mvar is not None], dtype=np.int64)
    return Injections(
        s_unit=s_unit,
        s_node=at_nodes(constant, node, network.topology.nodes),
        keepers=keepers,
        droop=_droop([network.node[bus[d.bus]] for d in droops], droops, out, states),
        droop_unit=np.array([d.unit for d in droops], dtype=np.int64),
        flexible=VoltagePowers(
            node=node[bent],
            linear=s_unit[:, bent] * behaviour.i_share[bent],
            square=s_unit[:, bent] * behaviour.z_share[bent],
        ),
        flexible_unit=bent,
        bank=bank,
        bank_node=np.array([network.node[bus[keepers.keepers[k].bus]] for k in bank], dtype=np.int64),
        steps=None,
    )


def _check_scheduled(behaviour: Behaviour, p_mw: Real) -> None:
    """The first connection of an island takes the rest; what any further one takes must be said."""
    if np.isnan(p_mw).any():
        names = [u.id for k, u in enumerate(behaviour.units) if np.isnan(p_mw[:, k]).any()]
        raise Mismatch(f"{', '.join(names)} shares its island with another grid connection: give its power in p_mw")


def _droop(nodes: list[int], droops: list[Curve], out: Flags, states: int) -> Droop:
    points = max((len(d.x) for d in droops), default=1)
    return Droop(
        node=np.array(nodes, dtype=np.int64),
        v_pu=np.array([_padded(d.x, points, 1.0) for d in droops]).reshape(len(droops), points),
        q=np.array([_padded(d.y, points, 0.0) for d in droops]).reshape(len(droops), points),
        scale=np.array([np.where(out[:, d.unit], 0.0, d.p_nom_mw) for d in droops]).reshape(len(droops), states).T,
    )


def _padded(x: Real, points: int, step: float) -> Real:
    """Lengthen a curve: voltages that go on rising, with the last value."""
    return np.concatenate([x, x[-1] + step * np.arange(1, points - len(x) + 1)])


def at_nodes(s_unit: Complex, node: Index, nodes: int) -> Complex:
    """Sum units (state, unit) to nodes (state, node)."""
    s = np.zeros((nodes, len(s_unit)), dtype=np.complex128)
    np.add.at(s, node, s_unit.T)
    return np.ascontiguousarray(s.T)


def stepped(injections: Injections, q_keeper_mvar: Real, v_node: Complex) -> Injections:
    """Return the injections with every stepped bank at the whole steps nearest to what it gave (state, keeper)."""
    keepers, bank = injections.keepers, injections.bank
    size = np.array([keepers.keepers[k].step_mvar for k in bank])
    most = np.array([round(_largest(keepers, k) / s) for k, s in zip(bank, size, strict=True)])
    v_square = np.abs(v_node[:, injections.bank_node]) ** 2
    wanted = np.nan_to_num(np.rint(q_keeper_mvar[:, bank] / (size * v_square)))
    steps = np.clip(wanted, 0, most).astype(np.int64)
    lower, upper = keepers.lower.copy(), keepers.upper.copy()
    lower[:, bank] = upper[:, bank] = 0.0
    flexible = injections.flexible
    return replace(
        injections,
        keepers=keepers.limited(lower, upper),
        flexible=VoltagePowers(
            node=np.concatenate([flexible.node, injections.bank_node]),
            linear=np.hstack([flexible.linear, np.zeros(steps.shape)]),
            square=np.hstack([flexible.square, 1j * steps * size]),
        ),
        steps=steps,
    )


def _largest(keepers: Kept, k: int) -> float:
    keeper = keepers.keepers[k]
    return keeper.q_max_mvar if (keeper.step_mvar or 0.0) > 0 else keeper.q_min_mvar


def unit_powers(injections: Injections, v_node: Complex, q_keeper_mvar: Real, q_droop_mvar: Real) -> Complex:
    """Return what every unit puts in (state, unit) in MVA at the solved voltages, balancing anchors aside."""
    s = injections.s_unit.copy()
    at, flexible = injections.flexible_unit, injections.flexible
    first = slice(0, len(at))
    size = np.abs(v_node[:, flexible.node[first]])
    s[:, at] += flexible.linear[:, first] * (size - 1) + flexible.square[:, first] * (size**2 - 1)
    for k, keeper in enumerate(injections.keepers.keepers):
        if keeper.unit is not None:
            s[:, keeper.unit] += 1j * q_keeper_mvar[:, k]
    np.add.at(s.T, injections.droop_unit, 1j * q_droop_mvar.T)
    return s
