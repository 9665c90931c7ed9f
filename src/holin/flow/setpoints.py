"""What units, tap changers and shunts are to be set to so that the AC power flow of a schedule comes about."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.flow.hours import outage_hours, powers_of, units_out
from holin.flow.network import Network, network_of
from holin.flow.states import States, solve_states, tap_positions
from holin.flow.taps import tap_changers
from holin.flow.units import Behaviour, behaviour_of
from holin.park import Park, Shunt, ShuntKind
from holin.tables import SETPOINTS, checked

Real = NDArray[np.float64]
Flags = NDArray[np.bool_]
Index = NDArray[np.int64]


def setpoints(park: Park, schedule: xr.Dataset) -> xr.Dataset:
    """Return the table SETPOINTS of a schedule (its `p_mw`), from the AC power flow of every step, as `flow` has it.

    Steps without solution are NaN. The powers are what the flow gives: the grid connection takes the rest.
    """
    behaviour, time = behaviour_of(park), schedule["time"].values
    p_mw, out = powers_of(behaviour.units, schedule), units_out(park, time, behaviour.units)
    transformers = (*park.transformers, *park.transformers3)
    count = {"unit": len(behaviour.units), "transformer": len(transformers), "shunt": len(park.shunts)}
    columns = {c: np.full((len(time), count[dims[1]]), np.nan) for c, dims in SETPOINTS.dims.items()}
    for mask, gone in outage_hours(park, time):
        steps, network = np.flatnonzero(mask), network_of(park, out=gone, finite=True)
        states = solve_states(park, network, behaviour, p_mw[steps], out[steps])
        columns["p_mw"][steps], columns["q_mvar"][steps] = states.s_unit.real, states.s_unit.imag
        columns["v_set_pu"][steps] = _kept(network, behaviour, p_mw[steps], out[steps], states)
        columns["tap_pos"][steps] = _tap_positions(park, network, states)
        columns["steps"][steps], columns["shunt_mvar"][steps] = _shunts(park, network, behaviour, states)
    labels = {
        "unit": [u.id for u in behaviour.units],
        "transformer": [t.id for t in transformers],
        "shunt": [s.id for s in park.shunts],
    }
    table = xr.Dataset({c: (SETPOINTS.dims[c], values) for c, values in columns.items()}, {"time": time, **labels})
    return checked(SETPOINTS, table)


def _kept(network: Network, behaviour: Behaviour, p_mw: Real, out: Flags, states: States) -> Real:
    """The voltage that each unit keeps (state, unit); NaN where it keeps none: idle, out or without voltage."""
    kept, bus = np.full((len(p_mw), len(behaviour.units)), np.nan), network.bus_index()
    for keeper in behaviour.keepers:
        if keeper.unit is None or network.out & {keeper.id, keeper.bus}:
            continue
        runs = ~out[:, keeper.unit] & states.converged & network.energised[network.node[bus[keeper.bus]]]
        if keeper.only_running:
            runs &= p_mw[:, keeper.unit] > 0
        kept[runs, keeper.unit] = keeper.v_set_pu
    return kept


def _tap_positions(park: Park, network: Network, states: States) -> Real:
    moved = tap_positions(network, tap_changers(park, network), states.tap_pos)
    columns = []
    fixed = [(t.id, t.tap_pos) for t in park.transformers] + [(t.id, t.tap_pos) for t in park.transformers3]
    for id_, tap_pos in fixed:
        position = moved[id_].astype(np.float64) if id_ in moved else np.full(len(states.v), float(tap_pos))
        in_service = id_ not in network.out
        columns.append(np.where(states.converged & in_service, position, np.nan))
    return np.column_stack(columns) if columns else np.zeros((len(states.v), 0))


def _shunts(park: Park, network: Network, behaviour: Behaviour, states: States) -> tuple[Real, Real]:
    """Steps in service and reactive power of each shunt, (state, shunt) both."""
    place = {k.id: n for n, k in enumerate(k for k in behaviour.keepers if k.unit is None)}
    steps, mvar = np.full((2, len(states.v), len(park.shunts)), np.nan)
    bus = network.bus_index()
    for k, shunt in enumerate(park.shunts):
        if network.out & {shunt.id, shunt.bus} or not network.energised[network.node[bus[shunt.bus]]]:
            continue
        if shunt.id in place:
            mvar[:, k] = states.shunt_mvar[:, place[shunt.id]]
            steps[:, k] = _steps_in(shunt, states.shunt_steps[:, place[shunt.id]])
        else:
            mvar[:, k] = shunt.q_nom_mvar * np.abs(states.v[:, bus[shunt.bus]]) ** 2
            steps[:, k] = np.where(states.converged, float(shunt.steps), np.nan)
    return steps, mvar


def _steps_in(shunt: Shunt, found: Real) -> Real:
    """A compensator has no steps; a bank of one step that keeps a voltage is steered without them."""
    return np.full(len(found), np.nan) if shunt.kind is ShuntKind.SVC or shunt.steps == 1 else found
