"""Which branches need a row in the optimum, and in which hours: solve without, then add what is violated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times
from holin.dispatch.case import Case, fixed_mw
from holin.flow import DcNetwork, dc_network, headroom_mw, outage_hours
from holin.kernel.linear import Floats
from holin.operation import BranchLimit, Islands
from holin.park import Park

NEAR = 0.9
"""A branch that overloads is watched in all hours in which it carries at least this share of its limit."""

PATIENCE = 5
"""After so many rounds it is watched in all hours: where many optima lie side by side, each round's overloads another
hour, and would go on to do so."""


@dataclass(frozen=True, kw_only=True)
class Topology:
    """The DC network of some hours: the same elements in service."""

    hours: NDArray[np.int64]
    network: DcNetwork


def topologies_of(park: Park, time: Times, *, out: frozenset[str] = frozenset()) -> tuple[Topology, ...]:
    """Return the DC networks of the horizon, one for each set of planned outages, without the elements in `out`."""
    return tuple(
        Topology(hours=np.flatnonzero(mask), network=dc_network(park, out=planned | out))
        for mask, planned in outage_hours(park, time)
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


def units_at_buses(schedule: xr.Dataset, *, out: frozenset[str] = frozenset()) -> xr.DataArray:
    """Sum the power of all units, but those in `out`, to the buses of the schedule, of shape (time, bus)."""
    buses = [str(b) for b in schedule.bus.values]
    where = np.array([buses.index(str(b)) for b in schedule.unit_bus.values], dtype=int)
    total = np.zeros((schedule.sizes["time"], len(buses)))
    runs = ~np.isin(schedule.unit.values, list(out))
    np.add.at(total.T, where[runs], schedule.p_mw.values.T[runs])
    return xr.DataArray(total, dims=("time", "bus"), coords={"time": schedule.time.values, "bus": buses})


LOSS_TOLERANCE_MW = 0.05
"""What the grid connection may still take up in an hour after the last round."""

LOSS_TOLERANCE = 2e-6
"""What it may take up over the horizon, of all that was delivered: well below the tolerance of a rule's verdict."""

MARGIN = 0.998
"""A tightened branch is aimed a little below its rating, so that the next flow is within it."""

BUSY = 0.3
"""Loading from which the power factor of a branch's flow is a figure to go by."""


def tightened(
    park: Park,
    schedule: xr.Dataset,
    flows: xr.Dataset,
    limits_mw: Mapping[str, Floats],
    *,
    out: frozenset[str] = frozenset(),
) -> dict[str, Floats]:
    """Return lower DC limits, branch -> MW (time,), for the branches that the AC flow found over their rating.

    `flows` are those with the elements `out` out of service, and the limits are for then.

    An overloaded hour gets what the branch may carry if its reactive power falls with its active power, as that of
    loads and of sources with a power factor does: DC flow / loading. Where that was tried and did not do, the reactive
    power found then stays (`headroom_mw`). Where reactive power alone exceeds the rating even so, less active power
    does not cure it: the hour is given up (an infinite limit) rather than loads shed in vain. So that the next
    dispatch does not overload another hour, those in which the branch carries `BUSY` of its rating get the first kind
    too. Limits are not raised but where given up; parallel twins share the lowest. Unchanged when none is over.
    """
    limits = dict(limits_mw)
    injection = units_at_buses(schedule, out=out) - schedule.loss_mw
    room, loading = headroom_mw(park, flows).values, flows.loading.values
    position = {str(name): k for k, name in enumerate(flows.branch.values)}
    for topology in topologies_of(park, schedule.time.values, out=out):
        network, hours = topology.network, topology.hours
        used = np.abs(dc_flows(topology, injection))
        for b, name in enumerate(map(str, network.branches)):
            known = limit_of(limits, name, network.rating_mva[b], schedule.sizes["time"])
            found, rating = loading[hours, position[name]], float(network.rating_mva[b])
            if not ((found > 1.0) & np.isfinite(known[hours])).any():
                continue
            known[hours] = _learnt(known[hours], rating, used[:, b], found, room[hours, position[name]])
            limits[name] = known
        for group in identical_branches(network):
            if limited := [limits[name] for name in group if name in limits]:
                lowest = np.where(np.isinf(limited).any(axis=0), np.inf, np.min(limited, axis=0))
                limits.update(dict.fromkeys(group, lowest))
    return limits


def _learnt(known_mw: Floats, rating_mva: float, used_mw: Floats, loading: Floats, room_mw: Floats) -> Floats:
    """Return the next limits (hour,) of one branch: see `tightened`."""
    over, tried = loading > 1.0, known_mw < rating_mva * (1 - 1e-9)
    with np.errstate(divide="ignore", invalid="ignore"):
        by_power_factor = used_mw / loading * MARGIN
    by_reactive = np.maximum(used_mw + room_mw, 0.0) * MARGIN
    first = (over | (loading >= BUSY)) & ~tried
    limits = np.where(first, np.fmin(known_mw, by_power_factor), known_mw)
    again = over & tried & np.isfinite(known_mw)
    return np.where(again, np.where(np.isnan(room_mw), np.inf, np.fmin(known_mw, by_reactive)), limits)


def limit_of(limits_mw: Mapping[str, Floats], name: str, rating_mva: float, count: int) -> Floats:
    """Return what a branch may carry at each of `count` steps (a copy): what is known of it, else its rating."""
    known = limits_mw.get(name)
    return np.full(count, rating_mva) if known is None else np.array(known, dtype=float)


def same_limits(a: Mapping[str, Floats], b: Mapping[str, Floats]) -> bool:
    """Return whether two sets of limits are equal."""
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


def delivered_mw(schedule: xr.Dataset) -> Floats:
    """Return what loads and potlines take at each step, of shape (time,)."""
    users = np.isin(schedule.kind.values, ("load", "potline"))
    return np.asarray(-schedule.p_mw.values[:, users].sum(axis=1))


def settled_losses(before: xr.DataArray, after: xr.DataArray, delivered_mw: Floats) -> bool:
    """Return whether the network's losses have settled from one flow to the next: in every hour (LOSS_TOLERANCE_MW),
    and over the horizon as a share of what was delivered (time,) (LOSS_TOLERANCE)."""
    change = after.sum("bus").values - before.sum("bus").values
    hourly = np.abs(change).max(initial=0.0) <= LOSS_TOLERANCE_MW
    return bool(hourly and np.abs(change).sum() <= LOSS_TOLERANCE * np.abs(delivered_mw).sum())


def identical_branches(network: DcNetwork) -> list[list[str]]:
    """Return the branches in groups of identical parallel ones: the same shares and rating."""
    _, group = np.unique(np.round(np.column_stack([network.ptdf, network.rating_mva]), 9), axis=0, return_inverse=True)
    names = np.array([str(name) for name in network.branches])
    return [list(names[group == g]) for g in np.unique(group)]


def _twins(network: DcNetwork) -> dict[str, list[str]]:
    return {name: [n for n in group if n != name] for group in identical_branches(network) for name in group}


Watched = dict[tuple[int, str], NDArray[np.int64]]
"""(topology, branch) -> hours in which its limit stands in the optimum."""


def same_watched(a: Watched, b: Watched) -> bool:
    """Return whether two sets of watched branches name the same hours."""
    return a.keys() == b.keys() and all(len(a[k]) == len(b[k]) for k in a)


def violated(
    topologies: Sequence[Topology],
    injection_mw: xr.DataArray,
    limits_mw: Mapping[str, Floats],
    watched: Watched,
    slack_mw: float = 1e-6,
    rounds: int = 0,
    wide: bool = False,
) -> Watched:
    """Return the watched hours enlarged by those of branches over their limit; unchanged when none is.

    `rounds` were made before: after PATIENCE of them a branch is watched in all hours. A `wide` watch takes all hours
    at once, and with the first branch that overloads those that are near it: for a solver to which another round costs
    more than rows.
    """
    share = NEAR if rounds < PATIENCE and not wide else 0.0
    grown, close = dict(watched), dict[tuple[int, str], NDArray[np.int64]]()
    count = injection_mw.sizes["time"]
    for k, topology in enumerate(topologies):
        network = topology.network
        used = np.abs(dc_flows(topology, injection_mw))
        for b, name in _representatives(network, limits_mw):
            limit = limit_of(limits_mw, name, network.rating_mva[b], count)[topology.hours]
            seen = watched.get((k, name))
            over = used[:, b] > limit * (1.0 + 1e-6) + slack_mw
            if seen is not None:
                over[np.isin(topology.hours, seen)] = False
            if over.any():
                near = topology.hours[used[:, b] >= share * limit]
                grown[k, name] = near if seen is None else np.union1d(seen, near)
            elif wide and seen is None and (used[:, b] > NEAR * limit).any():
                close[k, name] = topology.hours
    return grown if same_watched(grown, watched) else close | grown


def _representatives(network: DcNetwork, limits_mw: Mapping[str, Floats]) -> Iterable[tuple[int, str]]:
    """Return one branch of each group of identical parallel ones (same shares, rating and limit)."""
    seen = set()
    for group in identical_branches(network):
        for name in group:
            limit = limits_mw.get(name)
            key = (group[0], None if limit is None else limit.tobytes())
            if key not in seen:
                seen.add(key)
                yield list(network.branches).index(name), name


def branch_limits(
    case: Case, topologies: Sequence[Topology], watched: Watched, limits_mw: Mapping[str, Floats]
) -> list[BranchLimit]:
    """Return the rows for the watched branches, with the flows of fixed loads and losses as their base.

    A row stands for the branch's parallel twins too, which have the same limit (`_representatives`).
    """
    fixed = fixed_mw(case)
    rows, twins = [], [_twins(t.network) for t in topologies]
    for (k, name), hours in watched.items():
        network = topologies[k].network
        b = list(network.branches).index(name)
        share = dict(zip(map(str, network.buses), network.ptdf[b], strict=True))
        vector = np.array([share.get(bus, 0.0) for bus in case.islands.buses])
        rows.append(
            BranchLimit(
                branch=f"{name}.{k}" if k else name,
                hours=hours,
                share=share,
                base_mw=-fixed[hours] @ vector,
                limit_mw=limit_of(limits_mw, name, network.rating_mva[b], case.hours.count)[hours],
                element=name,
                also=tuple(("", twin) for twin in twins[k][name] if (k, twin) not in watched),
            )
        )
    return rows
