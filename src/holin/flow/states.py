"""The solved states of one topology: voltages, branch flows and what every unit really gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.errors import Mismatch
from holin.flow.network import Network
from holin.flow.taps import ROUNDS_MAX, ROUNDS_OF_LEAPS, tap_changers
from holin.flow.units import Behaviour, kept
from holin.kernel.powerflow import Prepared, prepared, solve_power_flow
from holin.kernel.taps import Taps, tap_changes
from holin.park import Park

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
Flags = NDArray[np.bool_]

NO_POWER = complex(np.nan, np.nan)


@dataclass(frozen=True, kw_only=True, eq=False)
class States:
    """States first in every array; NaN throughout a state that was not solved.

    `v` (state, bus) in p.u., NaN where not energised; `s_from`, `s_to` (state, branch) in MVA into the branch;
    `loading` (state, branch); `s_unit` (state, unit) in MVA into the network, 0 for units without voltage;
    `shunt_loss_mw` (state, bus).
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


def solve_states(park: Park, network: Network, behaviour: Behaviour, p_mw: Real, out: Flags) -> States:
    """Solve the power flow of one topology for `p_mw` (state, unit); the grid connection that balances an island takes
    the rest, and its power may be NaN.

    `out` (state, unit) marks the units with an outage: they keep no voltage. On-load tap changers move from the
    park's positions until their voltage is within the dead band or they are at their end, at most ROUNDS_MAX times;
    only the states in which one moved are solved again.
    """
    ready, changers = prepared(network.topology), tap_changers(park, network)
    position = np.tile(changers.start, (len(p_mw), 1))
    states = _solved_states(ready, network, behaviour, p_mw, out, changers.taps(position))
    if not len(changers.branch):
        return states
    bus_of_node = np.unique(network.node, return_index=True)[1]
    rows, part = np.arange(len(p_mw)), states
    for number in range(ROUNDS_MAX):
        v = np.abs(part.v[:, bus_of_node[changers.node]])
        wanted = changers.moved(position[rows], v, leap=number < ROUNDS_OF_LEAPS)
        again = (wanted != position[rows]).any(axis=1)
        if not again.any():
            break
        rows = rows[again]
        position[rows] = wanted[again]
        part = _solved_states(ready, network, behaviour, p_mw[rows], out[rows], changers.taps(position[rows]))
        for name in States.__dataclass_fields__:
            getattr(states, name)[rows] = getattr(part, name)
    return states


def _solved_states(
    ready: Prepared, network: Network, behaviour: Behaviour, p_mw: Real, out: Flags, taps: Taps
) -> States:
    bus = network.bus_index()
    node = np.array([network.node[bus[u.bus]] for u in behaviour.units], dtype=np.int64)
    idle = np.array([u.id in network.balancing() | network.out for u in behaviour.units], dtype=bool)
    p = np.where(idle | ~network.energised[node], 0.0, p_mw)
    _check_scheduled(behaviour, p)
    keepers = kept(network, behaviour, p, out)
    s_unit = p + 1j * behaviour.q_mvar(p)
    s_node = _at_nodes(s_unit, node, network.topology.nodes)
    flow = solve_power_flow(ready, s_node, keepers.control, taps)
    q = keepers.q_mvar(flow.q_control_mvar)
    s_keeper = np.zeros((len(p), network.topology.nodes), dtype=np.complex128)
    for k, keeper in enumerate(keepers.keepers):
        s_keeper[:, network.node[bus[keeper.bus]]] += 1j * q[:, k]
        if keeper.unit is not None:
            s_unit[:, keeper.unit] += 1j * q[:, k]
    rest = flow.s_slack_mva - (s_node + s_keeper)[:, network.topology.slack]
    s_unit = _with_grids(network, behaviour, s_unit, rest)
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
    )


def _check_scheduled(behaviour: Behaviour, p_mw: Real) -> None:
    """The first connection of an island takes the rest; what any further one takes must be said."""
    if np.isnan(p_mw).any():
        names = [u.id for k, u in enumerate(behaviour.units) if np.isnan(p_mw[:, k]).any()]
        raise Mismatch(f"{', '.join(names)} shares its island with another grid connection: give its power in p_mw")


def _at_nodes(s_unit: Complex, node: NDArray[np.int64], nodes: int) -> Complex:
    s = np.zeros((nodes, len(s_unit)), dtype=np.complex128)
    np.add.at(s, node, s_unit.T)
    return np.ascontiguousarray(s.T)


def _with_grids(network: Network, behaviour: Behaviour, s_unit: Complex, rest: Complex) -> Complex:
    """Give the balancing anchors what their slack nodes must feed in."""
    place = {u.id: k for k, u in enumerate(behaviour.units)}
    for anchor, slack in zip(network.anchors, network.slack_of_anchor, strict=True):
        if slack >= 0:
            s_unit[:, place[anchor.id]] = rest[:, slack]
    return s_unit


def _branch_flows(network: Network, v_node: Complex, converged: Flags, taps: Taps) -> tuple[Complex, Complex, Real]:
    """S = V conj(I) at both ends, and the larger of the two currents over its rating."""
    t, b = network.topology, network.branches
    v = np.where(np.isnan(v_node), 0, v_node)
    v_from, v_to = v[:, t.node_from], v[:, t.node_to]
    i_from = t.y_ff * v_from + t.y_ft * v_to
    i_to = t.y_tf * v_from + t.y_tt * v_to
    k = taps.branch
    d_ff, d_ft, d_tf, d_tt = tap_changes(t, taps)
    i_from[:, k] += d_ff * v_from[:, k] + d_ft * v_to[:, k]
    i_to[:, k] += d_tf * v_from[:, k] + d_tt * v_to[:, k]
    loading = np.maximum(np.abs(i_from) / b.i_nom_from_pu, np.abs(i_to) / b.i_nom_to_pu)
    s_from, s_to = v_from * i_from.conj(), v_to * i_to.conj()
    s_from[~converged] = s_to[~converged] = NO_POWER
    loading[~converged] = np.nan
    return s_from, s_to, loading


def _shunt_loss(network: Network, v_node: Complex) -> Real:
    """g |V|^2 of the shunts, at the first bus of each node; 0 where nothing is energised."""
    first = np.unique(network.node, return_index=True)[1]
    loss = np.zeros((len(v_node), len(network.buses)))
    taken = network.topology.y_shunt.real * np.abs(v_node) ** 2
    loss[:, first] = np.where(network.energised, taken, 0.0)
    return loss
