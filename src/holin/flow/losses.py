"""Where the network's losses arise, by bus."""

from __future__ import annotations

import numpy as np
import xarray as xr

from holin.errors import Mismatch
from holin.flow.network import Network
from holin.park import Park


def network_loss_mw(flows: xr.Dataset) -> xr.DataArray:
    """Return the network's active losses, of shape (time,): branches and shunts; NaN in hours without solution."""
    return branch_loss_mw(flows) + shunt_mw(flows)


def branch_loss_mw(flows: xr.Dataset) -> xr.DataArray:
    """Return the active losses of all branches (time,): what network cases call losses; NaN where unsolved."""
    loss: xr.DataArray = (flows.p_from_mw + flows.p_to_mw).sum("branch")
    return loss.where(flows.converged > 0)


def shunt_mw(flows: xr.Dataset) -> xr.DataArray:
    """Return what all shunts take (time,): little in capacitors, a load in network cases; NaN where unsolved."""
    taken: xr.DataArray = flows.shunt_loss_mw.sum("bus")
    return taken.where(flows.converged > 0)


def losses_by_bus(park: Park | Network, flows: xr.Dataset) -> xr.DataArray:
    """Return loss_mw (time, bus) in MW, >= 0, over the park's buses: half of each branch's loss at each of its ends.

    loss = p_from + p_to; the half at the inner bus of a three-winding transformer goes to the bus of its first
    winding. Losses of shunts stand at their bus. The sum over buses is the network's loss of the hour; hours without
    solution stay NaN. Raises Mismatch when the flows are of another park.
    """
    buses = _buses_of(park)
    place = {bus: k for k, bus in enumerate(buses)}
    first_winding = _first_windings(flows)
    if missing := [b for b in map(str, flows["bus"].values) if b not in place and b not in first_winding]:
        raise Mismatch(f"the flows are of another park or stage: unknown buses {missing[:5]}")
    branch_loss = flows["p_from_mw"].values + flows["p_to_mw"].values
    loss = np.zeros((flows.sizes["time"], len(buses)))
    for ends in ("bus_from", "bus_to"):
        at = [place[first_winding.get(str(b), str(b))] for b in flows[ends].values]
        np.add.at(loss.T, at, branch_loss.T / 2)
    at = [place[first_winding.get(str(b), str(b))] for b in flows["bus"].values]
    np.add.at(loss.T, at, flows["shunt_loss_mw"].values.T)
    return xr.DataArray(
        loss,
        dims=("time", "bus"),
        coords={"time": flows["time"].values, "bus": buses},
        name="loss_mw",
        attrs={"units": "MW", "long_name": "network losses by bus, >= 0"},
    )


def _buses_of(park: Park | Network) -> list[str]:
    if isinstance(park, Park):
        return [b.id for b in park.buses]
    inner = {t for t, kind in zip(park.branches.bus_to, park.branches.kind, strict=True) if kind == "transformer3"}
    return [b for b in park.buses if b not in inner]


def _first_windings(flows: xr.Dataset) -> dict[str, str]:
    """Return for the inner bus of each three-winding transformer the bus of its first winding."""
    first: dict[str, str] = {}
    kinds, starts, ends = (map(str, flows[c].values) for c in ("branch_kind", "bus_from", "bus_to"))
    for kind, start, end in zip(kinds, starts, ends, strict=True):
        if kind == "transformer3":
            first.setdefault(end, start)
    return first
