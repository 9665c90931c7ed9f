"""The AC power flow of a schedule after an outage, and how voltages follow injections: what cuts are made from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.flow.hours import empty_columns, flows_of, outage_hours, powers_of, units_out, write_states
from holin.flow.network import Network, network_of
from holin.flow.states import States, solve_states, tap_positions
from holin.flow.taps import tap_changers
from holin.flow.units import Behaviour, behaviour_of
from holin.park import Park
from holin.tables import FLOWS, checked

Real = NDArray[np.float64]
Flags = NDArray[np.bool_]
Index = NDArray[np.int64]

NUDGE_MW = 0.1
"""Injection added at a bus to see what voltages make of it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Part:
    """Steps of one topology, their powers, and the positions at which the base case leaves the tap changers."""

    steps: Index
    gone: frozenset[str]
    network: Network
    p_mw: Real
    out: Flags
    held: dict[str, Index]
    states: States


def flow_after(park: Park, schedule: xr.Dataset, outage: Collection[str]) -> xr.Dataset:
    """Return the AC power flow (table FLOWS) of every hour of a schedule with some elements out.

    As in `n1`: tap changers stay where they are before the outage, for they do not move in the first minutes, units
    keep their voltages within their limits, and the grid connection takes the rest. Buses without voltage are NaN, and
    what stands there gives and takes nothing. `outage` are ids of branches, units or buses.
    """
    behaviour, time = behaviour_of(park), schedule["time"].values
    normal = network_of(park, finite=True)
    columns = empty_columns(len(time), normal, len(behaviour.units))
    for part in _parts(park, behaviour, schedule):
        write_states(columns, part.steps, _without(park, behaviour, part, frozenset(outage)).states)
    return checked(FLOWS, flows_of(columns, time, normal, behaviour))


def voltage_sensitivity(
    park: Park, schedule: xr.Dataset, buses: Sequence[str], outage: Collection[str] = ()
) -> xr.DataArray:
    """Return by how much the voltage of some buses (p.u.) rises with each MW put in at every bus, (time, bus, at).

    By two AC flows a small injection apart, with `outage` out as in `flow_after`: tap changers held, reactive power of
    that injection 0; units that keep a voltage go on keeping it. NaN where a step has no solution, the bus no voltage,
    or a bank was switched by it.
    """
    behaviour, every = behaviour_of(park), [b.id for b in park.buses]
    place = [every.index(bus) for bus in buses]
    found = np.full((schedule.sizes["time"], len(buses), len(every)), np.nan)
    for part in _parts(park, behaviour, schedule):
        if outage:
            part = _without(park, behaviour, part, frozenset(outage))
        nodes, inverse = np.unique(part.network.node[: len(every)], return_inverse=True)
        before = np.abs(part.states.v[:, place])
        for k, node in enumerate(nodes):
            extra = np.zeros((len(part.steps), part.network.topology.nodes))
            extra[:, node] = NUDGE_MW
            moved = solve_states(
                park, part.network, behaviour, part.p_mw, part.out, held=part.held, extra_mw=extra
            )  # fmt: skip
            change = (np.abs(moved.v[:, place]) - before) / NUDGE_MW
            change[_switched(part.states, moved)] = np.nan
            found[part.steps[:, None, None], np.arange(len(buses))[:, None], np.flatnonzero(inverse.ravel() == k)] = (
                change[:, :, None]
            )
    return xr.DataArray(
        found,
        dims=("time", "bus", "at"),
        coords={"time": schedule["time"].values, "bus": list(buses), "at": every},
        attrs={"units": "p.u./MW"},
    )


def _switched(before: States, after: States) -> Flags:
    """In which states a bank was switched by so little: no slope can be told from them."""
    switched: Flags = (np.nan_to_num(before.shunt_steps) != np.nan_to_num(after.shunt_steps)).any(axis=1)
    return switched


def _without(park: Park, behaviour: Behaviour, part: _Part, outage: frozenset[str]) -> _Part:
    """Return the same steps with an outage, solved with tap changers held."""
    lost = np.array([u.id in outage for u in behaviour.units], dtype=bool)
    network = network_of(park, out=part.gone | outage, finite=True)
    p_mw, out = np.where(lost, 0.0, part.p_mw), part.out | lost
    states = solve_states(park, network, behaviour, p_mw, out, held=part.held)
    return replace(part, network=network, p_mw=p_mw, out=out, states=states)


def _parts(park: Park, behaviour: Behaviour, schedule: xr.Dataset) -> Iterator[_Part]:
    p_mw, time = powers_of(behaviour.units, schedule), schedule["time"].values
    out = units_out(park, time, behaviour.units)
    for mask, gone in outage_hours(park, time):
        steps = np.flatnonzero(mask)
        network = network_of(park, out=gone, finite=True)
        states = solve_states(park, network, behaviour, p_mw[steps], out[steps])
        held = tap_positions(network, tap_changers(park, network), states.tap_pos)
        yield _Part(
            steps=steps, gone=gone, network=network, p_mw=p_mw[steps], out=out[steps], held=held, states=states
        )  # fmt: skip
