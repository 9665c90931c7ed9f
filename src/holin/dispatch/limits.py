"""Which branches need a row in the optimum, and in which hours: solve without, then add what is violated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times
from holin.dispatch.problem import Case, fixed_mw
from holin.flow import DcNetwork, dc_network, outage_hours
from holin.kernel.linear import Floats
from holin.operation import BranchLimit, Islands
from holin.park import Park

NEAR = 0.9
"""A branch that overloads is watched in all hours in which it carries at least this share of its limit."""


@dataclass(frozen=True, kw_only=True)
class Topology:
    """The DC network of some hours: the same elements in service."""

    hours: NDArray[np.int64]
    network: DcNetwork


def topologies_of(park: Park, time: Times) -> tuple[Topology, ...]:
    """Return the DC networks of the horizon, one for each set of planned outages."""
    return tuple(
        Topology(hours=np.flatnonzero(mask), network=dc_network(park, out=out))
        for mask, out in outage_hours(park, time)
    )


def islands_of(topologies: Sequence[Topology], count: int) -> Islands:
    """Return which buses balance together in each of `count` steps."""
    buses = tuple(str(b) for b in topologies[0].network.buses)
    number = np.zeros((count, len(buses)), dtype=np.int64)
    for topology in topologies:
        number[topology.hours] = topology.network.island
    return Islands(buses=buses, number=number)


def dc_flows(topology: Topology, injection_mw: xr.DataArray) -> Floats:
    """Return the DC flow of every branch (hour, branch) in the topology's hours from injections (time, bus)."""
    network = topology.network
    power = injection_mw.sel(bus=list(network.buses)).values[topology.hours]
    flows: Floats = power @ network.ptdf.T
    return flows


def bus_injections(case: Case, schedule: xr.Dataset) -> xr.DataArray:
    """Return the net injection of every bus (time, bus), losses deducted, of a schedule."""
    net: xr.DataArray = units_at_buses(schedule) - schedule.loss_mw
    return net


def units_at_buses(schedule: xr.Dataset) -> xr.DataArray:
    """Sum the power of all units to the buses of the schedule, of shape (time, bus)."""
    buses = [str(b) for b in schedule.bus.values]
    where = np.array([buses.index(str(b)) for b in schedule.unit_bus.values], dtype=int)
    total = np.zeros((schedule.sizes["time"], len(buses)))
    np.add.at(total.T, where, schedule.p_mw.values.T)
    return xr.DataArray(total, dims=("time", "bus"), coords={"time": schedule.time.values, "bus": buses})


LOSS_TOLERANCE_MW = 0.05
"""What the grid connection may still take up in an hour after the last round."""

MARGIN = 0.998
"""A tightened branch is aimed a little below its rating, so that the next flow is within it."""


def tightened(
    park: Park, schedule: xr.Dataset, flows: xr.Dataset, limit_factor: Mapping[str, float]
) -> dict[str, float]:
    """Return lower DC limits for the branches that the AC flow found over their rating; unchanged when none is.

    A branch that carries the share `used` of its rating in the DC model while its AC current is `loading` of its
    rating gets the factor used / loading in its worst such hour; parallel twins share the lowest.
    """
    factor = dict(limit_factor)
    injection = units_at_buses(schedule) - schedule.loss_mw
    loading = flows.loading.values
    position = {str(name): k for k, name in enumerate(flows.branch.values)}
    for topology in topologies_of(park, schedule.time.values):
        network = topology.network
        used = np.abs(dc_flows(topology, injection)) / network.rating_mva
        for b, name in enumerate(map(str, network.branches)):
            found = loading[topology.hours, position[name]]
            over = np.flatnonzero(found > 1.0)
            if len(over):
                learnt = float((used[over, b] / found[over]).min()) * MARGIN
                factor[name] = min(factor.get(name, 1.0), learnt)
        for group in _parallel(network):
            lowest = min(factor.get(name, 1.0) for name in group)
            factor.update({str(name): lowest for name in group if lowest < 1.0})
    return factor


def settled_losses(before: xr.DataArray, after: xr.DataArray) -> bool:
    """Return whether no hour's network losses changed by more than LOSS_TOLERANCE_MW from one flow to the next."""
    change = after.sum("bus").values - before.sum("bus").values
    return bool(np.abs(change).max(initial=0.0) <= LOSS_TOLERANCE_MW)


def _parallel(network: DcNetwork) -> list[list[str]]:
    _, group = np.unique(np.round(np.column_stack([network.ptdf, network.rating_mva]), 9), axis=0, return_inverse=True)
    names = np.array([str(name) for name in network.branches])
    return [list(names[group == g]) for g in np.unique(group)]


Watched = dict[tuple[int, str], NDArray[np.int64]]
"""(topology, branch) -> hours in which its limit stands in the optimum."""


def violated(
    topologies: Sequence[Topology],
    injection_mw: xr.DataArray,
    limit_factor: Mapping[str, float],
    watched: Watched,
    slack: float = 1e-6,
) -> Watched:
    """Return the watched hours enlarged by those of branches over their limit; unchanged when none is."""
    grown = dict(watched)
    for k, topology in enumerate(topologies):
        network = topology.network
        limit = limits_mw(network, limit_factor)
        used = np.abs(dc_flows(topology, injection_mw)) / limit
        for b in _representatives(network, limit):
            name, seen = str(network.branches[b]), watched.get((k, str(network.branches[b])))
            over = used[:, b] > 1.0 + slack
            if seen is not None:
                over[np.isin(topology.hours, seen)] = False
            if over.any():
                near = topology.hours[used[:, b] >= NEAR]
                grown[k, name] = near if seen is None else np.union1d(seen, near)
    return grown


def limits_mw(network: DcNetwork, limit_factor: Mapping[str, float]) -> Floats:
    """Return what each branch may carry: its rating times the factor learnt from AC flows (1 where none)."""
    factors = np.array([limit_factor.get(str(name), 1.0) for name in network.branches])
    limits: Floats = network.rating_mva * factors
    return limits


def _representatives(network: DcNetwork, limit: Floats) -> Iterable[int]:
    """Return one branch of each group of identical parallel ones (same shares, same limit)."""
    _, first = np.unique(np.round(np.column_stack([network.ptdf, limit]), 9), axis=0, return_index=True)
    return sorted(int(i) for i in first)


def branch_limits(
    case: Case, topologies: Sequence[Topology], watched: Watched, limit_factor: Mapping[str, float]
) -> list[BranchLimit]:
    """Return the rows for the watched branches, with the flows of fixed loads and losses as their base."""
    fixed = fixed_mw(case)
    rows = []
    for (k, name), hours in watched.items():
        network = topologies[k].network
        b = list(network.branches).index(name)
        share = dict(zip(map(str, network.buses), network.ptdf[b], strict=True))
        vector = np.array([share.get(bus, 0.0) for bus in case.islands.buses])
        limit = limits_mw(network, limit_factor)[b]
        rows.append(
            BranchLimit(
                branch=f"{name}.{k}" if k else name,
                hours=hours,
                share=share,
                base_mw=-fixed[hours] @ vector,
                limit_mw=np.full(len(hours), limit),
            )
        )
    return rows
