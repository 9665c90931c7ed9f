"""The solved states of one topology: voltages, branch flows and what every unit really gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from holin.flow.injections import Injections, at_nodes, injections_of, stepped, unit_powers
from holin.flow.network import Network
from holin.flow.taps import tap_changers
from holin.flow.units import Behaviour
from holin.kernel.powerflow import PowerFlow, Prepared, prepared, solve_power_flow
from holin.kernel.taps import TapChangers, Taps, tap_changes
from holin.park import Park

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
Flags = NDArray[np.bool_]
Index = NDArray[np.int64]

ROUNDS_MAX = 12
"""How often tap changers that did not come to rest with the voltages, or were solved by the fall-back, go on."""

NO_POWER = complex(np.nan, np.nan)


@dataclass(frozen=True, kw_only=True, eq=False)
class States:
    """States first in every array; NaN throughout a state that was not solved.

    `v` (state, bus) in p.u., NaN where not energised; `s_from`, `s_to` (state, branch) in MVA into the branch;
    `loading` (state, branch); `s_unit` (state, unit) in MVA into the network, 0 for units without voltage;
    `shunt_loss_mw` (state, bus); `by_newton` (state,) marks those that the fixed point did not solve; `tap_pos`
    (state, changer) are the positions of `tap_changers`; `shunt_mvar` and `shunt_steps` (state, shunt) are what the
    shunts that keep a voltage give and how many steps of them are in (NaN: no steps, or not in service).
    """

    v: Complex
    s_from: Complex
    s_to: Complex
    loading: Real
    s_unit: Complex
    shunt_loss_mw: Real
    converged: Flags
    iterations: Real
    mismatch_mva: Real
    by_newton: Flags
    tap_pos: Index
    shunt_mvar: Real
    shunt_steps: Real


def solve_states(
    park: Park,
    network: Network,
    behaviour: Behaviour,
    p_mw: Real,
    out: Flags,
    *,
    q_limits: bool = True,
    held: Mapping[str, Index] | None = None,
    extra_mw: Real | None = None,
) -> States:
    """Solve the power flow of one topology for `p_mw` (state, unit); the anchor that balances an island takes the rest,
    and its power may be NaN.

    `out` (state, unit) marks the units with an outage: they keep no voltage. On-load tap changers move from the
    park's positions, in the same iteration as the voltages, until theirs is within the dead band or they are at their
    end; a state in which one has not come to rest is solved again, at most ROUNDS_MAX times. Where `held` (transformer
    -> position (state,)) is given they stay there. Banks are switched in whole steps. `extra_mw` (state, node) is put
    in beside the units.
    """
    ready, changers = prepared(network.topology), tap_changers(park, network)
    position = np.tile(changers.start, (len(p_mw), 1))
    for k, branch in enumerate(changers.branch):
        position[:, k] = (held or {}).get(network.branches.label[branch], position[:, k])

    def solved(rows: Index) -> States:
        injections = injections_of(network, behaviour, p_mw[rows], out[rows], q_limits=q_limits)
        if extra_mw is not None:
            injections = replace(injections, s_node=injections.s_node + extra_mw[rows])
        taps = changers.taps(position[rows], moving=held is None and len(changers.branch) > 0)
        return _solved_states(ready, network, behaviour, injections, taps)

    states = solved(np.arange(len(p_mw)))
    if held is not None or not len(changers.branch):
        states.tap_pos[:] = position
        return states
    bus_of_node = np.unique(network.node, return_index=True)[1]
    rows, part = np.arange(len(p_mw)), states
    position[:] = states.tap_pos
    for _ in range(ROUNDS_MAX):
        v = np.abs(part.v[:, bus_of_node[changers.node]])
        wanted = changers.moved(position[rows], v)
        again = (wanted != position[rows]).any(axis=1)
        if not again.any():
            break
        rows = rows[again]
        position[rows] = wanted[again]
        part = solved(rows)
        position[rows] = part.tap_pos
        for name in States.__dataclass_fields__:
            getattr(states, name)[rows] = getattr(part, name)
    states.tap_pos[:] = position
    return states


def _solved_states(
    ready: Prepared, network: Network, behaviour: Behaviour, injections: Injections, taps: Taps
) -> States:
    flow = _flow(ready, injections, taps)
    if len(injections.bank):
        injections = stepped(injections, injections.keepers.q_mvar(flow.q_control_mvar), flow.v)
        flow = _flow(ready, injections, _where_they_stand(taps, flow))
    taps = _where_they_stand(taps, flow)
    q = injections.keepers.q_mvar(flow.q_control_mvar)
    s_unit = unit_powers(injections, flow.v, q, flow.q_droop_mvar)
    rest = flow.s_slack_mva - _beside_anchors(network, behaviour, injections, s_unit, q)
    s_unit = _with_anchors(network, behaviour, s_unit, rest, flow.v)
    s_unit[~flow.converged] = NO_POWER
    s_from, s_to, loading = _branch_flows(network, flow.v, flow.converged, taps)
    return States(
        v=flow.v[:, network.node],
        s_from=s_from,
        s_to=s_to,
        loading=loading,
        s_unit=s_unit,
        shunt_loss_mw=_shunt_loss(network, flow.v),
        converged=flow.converged,
        iterations=flow.iterations.astype(np.float64),
        mismatch_mva=flow.mismatch_mva,
        by_newton=flow.by_newton,
        tap_pos=taps.position.copy(),
        **_steered_shunts(behaviour, injections, flow, q),
    )


def _steered_shunts(behaviour: Behaviour, injections: Injections, flow: PowerFlow, q_keeper: Real) -> dict[str, Real]:
    """Return what each shunt that keeps a voltage gives, and the steps in service of those that have some."""
    place = {keeper.id: k for k, keeper in enumerate(behaviour.keepers) if keeper.unit is None}
    mvar, steps = np.full((2, len(q_keeper), len(place)), np.nan)
    column = {id_: k for k, id_ in enumerate(place)}
    for k, keeper in enumerate(injections.keepers.keepers):
        if keeper.id in column:
            mvar[:, column[keeper.id]] = q_keeper[:, k]
    if injections.steps is not None:
        for k, (bank, node) in enumerate(zip(injections.bank, injections.bank_node, strict=True)):
            keeper = injections.keepers.keepers[bank]
            at = column[keeper.id]
            steps[:, at] = injections.steps[:, k]
            mvar[:, at] = steps[:, at] * (keeper.step_mvar or 0.0) * np.abs(flow.v[:, node]) ** 2
    mvar[~flow.converged] = steps[~flow.converged] = np.nan
    return {"shunt_mvar": mvar, "shunt_steps": steps}


def _where_they_stand(taps: Taps, flow: PowerFlow) -> Taps:
    """Return the taps at the positions that a flow has left them at; those that do not move stay."""
    return taps if taps.changers is None else taps.changers.taps(flow.tap_pos, moving=True)


def tap_positions(network: Network, changers: TapChangers, tap_pos: Index) -> dict[str, Index]:
    """Return the positions (state, changer) by transformer."""
    return {network.branches.label[b]: tap_pos[:, k] for k, b in enumerate(changers.branch)}


def _flow(ready: Prepared, injections: Injections, taps: Taps) -> PowerFlow:
    return solve_power_flow(
        ready,
        injections.s_node,
        injections.keepers.control,
        taps,
        droop=injections.droop,
        flexible=injections.flexible,
    )


def _beside_anchors(
    network: Network, behaviour: Behaviour, injections: Injections, s_unit: Complex, q_keeper: Real
) -> Complex:
    """Return what stands at the slack nodes beside their anchors (state, slack) in MVA."""
    bus, slack = network.bus_index(), network.topology.slack
    node = np.array([network.node[bus[u.bus]] for u in behaviour.units], dtype=np.int64)
    beside = at_nodes(s_unit, node, network.topology.nodes)
    for k, keeper in enumerate(injections.keepers.keepers):
        if keeper.unit is None:
            beside[:, network.node[bus[keeper.bus]]] += 1j * q_keeper[:, k]
    banks = injections.flexible.of(slice(None)) if injections.steps is not None else None
    if banks is not None:
        first = len(injections.flexible_unit)
        for k, at in enumerate(injections.bank_node):
            voltage = dict(zip(slack, network.topology.v_slack, strict=True)).get(at)
            if voltage is not None:
                beside[:, at] += banks.square[:, first + k] * abs(voltage) ** 2
    return np.asarray(beside[:, slack])


def _with_anchors(network: Network, behaviour: Behaviour, s_unit: Complex, rest: Complex, v: Complex) -> Complex:
    """Give the balancing anchors what their slack nodes must feed in; behind an impedance, what arrives at the bus."""
    place = {u.id: k for k, u in enumerate(behaviour.units)}
    bus = network.bus_index()
    for k, (anchor, slack) in enumerate(zip(network.anchors, network.slack_of_anchor, strict=True)):
        if slack < 0:
            continue
        s_unit[:, place[anchor.id]] = rest[:, slack]
        y = network.y_of_anchor[k]
        if y != 0:
            at = v[:, network.node[bus[anchor.bus]]]
            s_unit[:, place[anchor.id]] = at * ((network.topology.v_slack[slack] - at) * y).conj()
    return s_unit


def _branch_flows(network: Network, v_node: Complex, converged: Flags, taps: Taps) -> tuple[Complex, Complex, Real]:
    """S = V conj(I) at both ends, and the larger of the two currents over its rating; NaN where there is no rating."""
    t, b = network.topology, network.branches
    count = len(b.label)
    v = np.where(np.isnan(v_node), 0, v_node)
    v_from, v_to = v[:, t.node_from[:count]], v[:, t.node_to[:count]]
    i_from = t.y_ff[:count] * v_from + t.y_ft[:count] * v_to
    i_to = t.y_tf[:count] * v_from + t.y_tt[:count] * v_to
    k = taps.branch
    d_ff, d_ft, d_tf, d_tt = tap_changes(t, taps)
    i_from[:, k] += d_ff * v_from[:, k] + d_ft * v_to[:, k]
    i_to[:, k] += d_tf * v_from[:, k] + d_tt * v_to[:, k]
    loading = np.maximum(np.abs(i_from) / b.i_nom_from_pu, np.abs(i_to) / b.i_nom_to_pu)
    s_from, s_to = v_from * i_from.conj(), v_to * i_to.conj()
    s_from[~converged] = s_to[~converged] = NO_POWER
    loading[~converged] = np.nan
    loading[:, ~b.rated] = np.nan
    return s_from, s_to, loading


def _shunt_loss(network: Network, v_node: Complex) -> Real:
    """g |V|^2 of the shunts, at the first bus of each node; 0 where nothing is energised."""
    first = np.unique(network.node, return_index=True)[1]
    loss = np.zeros((len(v_node), len(network.buses)))
    taken = network.topology.y_shunt.real * np.abs(v_node) ** 2
    loss[:, first] = np.where(network.energised, taken, 0.0)[:, : len(first)]
    return loss
