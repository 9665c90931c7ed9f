"""How much more active power a branch could carry, its reactive power being what it is."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.flow.branches import branches_of
from holin.park import Park

Real = NDArray[np.float64]


def headroom_mw(park: Park, flows: xr.Dataset) -> xr.DataArray:
    """Return by how much the active power of each branch may rise before its current meets its rating (time, branch).

        room = min over both ends of sqrt((v i_nom)^2 - q^2) - |p|

    Negative where a branch is over its rating; NaN where it is not energised, was not solved, or where reactive power
    alone exceeds the rating of an end.
    `flows` is the table FLOWS of this park and stage.
    """
    branches = branches_of(park)
    place = {str(b): k for k, b in enumerate(flows["bus"].values)}
    ends = (
        _room_mw(flows, "from", [place[b] for b in branches.bus_from], branches.i_nom_from_pu),
        _room_mw(flows, "to", [place[b] for b in branches.bus_to], branches.i_nom_to_pu),
    )
    return xr.DataArray(
        np.minimum(*ends),
        dims=("time", "branch"),
        coords={"time": flows["time"].values, "branch": flows["branch"].values},
        name="headroom_mw",
        attrs={"units": "MW"},
    )


def _room_mw(flows: xr.Dataset, end: str, bus: list[int], i_nom_pu: Real) -> Real:
    p, q = flows[f"p_{end}_mw"].values, flows[f"q_{end}_mvar"].values
    with np.errstate(invalid="ignore"):
        room: Real = np.sqrt((flows["v_pu"].values[:, bus] * i_nom_pu) ** 2 - q**2) - np.abs(p)
    return room


def overloaded_by_reactive(park: Park, flows: xr.Dataset) -> dict[str, int]:
    """Return the hours in which each branch is over its rating by reactive power alone; branches without are absent."""
    beyond = (flows["loading"].values > 1.0) & np.isnan(headroom_mw(park, flows).values)
    hours = beyond.sum(axis=0)
    return {str(flows["branch"].values[k]): int(hours[k]) for k in np.flatnonzero(hours)}
