"""Islands: which buses hang together in which hours, what balances them, and the load at those without voltage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times
from holin.flow.hours import outage_hours
from holin.flow.network import Network, network_of
from holin.kernel.topology import islands_of
from holin.park import Park

USERS = ("load", "potline")


@dataclass(frozen=True, kw_only=True)
class Island:
    """Buses that branches and closed switches join in so many `hours`, planned outages respected.

    `balanced_by` is the grid connection or generator that gives them their voltage, None where nothing does.
    """

    buses: tuple[str, ...]
    balanced_by: str | None
    hours: int


def islands(park: Park, time: Times) -> list[Island]:
    """Return the islands of some hours (UTC starts), those without voltage first, then the largest first."""
    hours: dict[tuple[tuple[str, ...], str | None], int] = {}
    for mask, out in outage_hours(park, time):
        for found in _islands_of(network_of(park, out=out, finite=True), {b.id for b in park.buses}):
            hours[found] = hours.get(found, 0) + int(mask.sum())
    ordered = sorted(hours.items(), key=lambda item: (item[0][1] is not None, -len(item[0][0]), item[0][0]))
    return [Island(buses=buses, balanced_by=anchor, hours=count) for (buses, anchor), count in ordered]


def _islands_of(network: Network, of_park: set[str]) -> list[tuple[tuple[str, ...], str | None]]:
    number = islands_of(network.topology)
    of_bus, place = number[network.node], network.bus_index()
    anchors = zip(network.anchors, network.slack_of_anchor, strict=True)
    balanced = {int(of_bus[place[a.bus]]): a.id for a, slack in anchors if slack >= 0}
    buses: dict[int, list[str]] = {}
    for bus, island in zip(network.buses, of_bus, strict=True):
        if bus in of_park:
            buses.setdefault(int(island), []).append(bus)
    return [(tuple(members), balanced.get(island)) for island, members in buses.items()]


def balancing_mva(park: Park, flows: xr.Dataset) -> xr.DataArray:
    """Return the power (time,) in MVA of what balances the islands of each hour: P + jQ, + into the network."""
    unit = {str(u): k for k, u in enumerate(flows["unit"].values)}
    s = flows["p_mw"].values + 1j * flows["q_mvar"].values
    total = np.zeros(flows.sizes["time"], dtype=np.complex128)
    for mask, out in outage_hours(park, flows["time"].values):
        at = [unit[anchor] for anchor in sorted(network_of(park, out=out, finite=True).balancing())]
        total[mask] = s[mask][:, at].sum(axis=1)
    return xr.DataArray(total, dims=("time",), coords={"time": flows["time"]})


def lost_load_mw(schedule: xr.Dataset, flows: xr.Dataset) -> xr.DataArray:
    """Return the load (time,) in MW that the schedule asks for at buses without voltage; NaN in hours unsolved."""
    users = np.isin(flows["kind"].values, USERS)
    place = {str(bus): k for k, bus in enumerate(flows["bus"].values)}
    at = [place[str(bus)] for bus in flows["unit_bus"].values[users]]
    dead: NDArray[np.bool_] = np.isnan(flows["v_pu"].values[:, at])
    asked = -schedule["p_mw"].sel(unit=flows["unit"].values[users]).transpose("time", "unit").values
    lost = np.where(dead, asked, 0.0).sum(axis=1)
    lost[flows["converged"].values <= 0] = np.nan
    return xr.DataArray(lost, dims=("time",), coords={"time": flows["time"]})
