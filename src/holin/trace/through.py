"""How green what passes each bus is, hour by hour; count: physical."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.errors import Mismatch
from holin.park import Park
from holin.tables import same_hours
from holin.trace.ends import GREEN_KINDS, Ends, ends_of
from holin.trace.sharing import NO_FLOW_MW, Exchange, Groups, gross_shared

Array = NDArray[np.float64]


def green_through(park: Park, flows: xr.Dataset, trace: xr.Dataset) -> xr.DataArray:
    """Return the renewable share (time, bus) of what passes each bus: of every user there, and of every branch that
    leaves it; NaN where nothing passes.

    Takes FLOWS and its TRACE, of which only what the storages gave is read. Sources count as in the trace: wind, PV and
    the renewable part of an import are green; a storage gives out what it holds, unknown content is not green. With
    proportional sharing all that leaves a node has the node's one mixture, so the share is the gross flow of the green
    sources through a node over that of all (Bialek 1996, see `shared`): two solutions of one linear system.

    Raises Mismatch when the tables do not fit each other or the park.
    """
    same_hours(flows, trace)
    ends = ends_of(park, flows)
    whole = _gross(ends.exchange)
    green = _gross(replace(ends.exchange, source_mw=ends.exchange.source_mw * _green_parts(ends, trace)))
    share_of = np.divide(green, whole, out=np.full_like(whole, np.nan), where=whole > NO_FLOW_MW)
    _, node = np.unique(flows["node"].values, return_inverse=True)
    at_bus = np.where(np.isnan(flows["v_pu"].values), np.nan, share_of[:, node])
    return xr.DataArray(
        np.clip(at_bus, 0.0, 1.0),
        dims=("time", "bus"),
        coords={"time": flows["time"].values, "bus": flows["bus"].values},
        name="green_share",
        attrs={"units": "1"},
    )


def _green_parts(ends: Ends, trace: xr.Dataset) -> Array:
    """Return how green each source and storage is in each hour (source then storage, hour)."""
    storages = [s.id for s in ends.storages]
    if trace["storage"].values.tolist() != storages:
        raise Mismatch(f"storages differ: flows {storages}, trace {trace['storage'].values.tolist()}")
    hours = ends.exchange.source_mw.shape[1]
    sources = [np.full(hours, float(s.kind in GREEN_KINDS)) for s in ends.sources]
    given = trace["discharge_mwh"].transpose("time", "storage", "source").values
    green = given[:, :, trace["green"].values.astype(bool)].sum(axis=2)
    total = given.sum(axis=2)
    of_storages = np.divide(green, total, out=np.zeros_like(green), where=total > 0)
    return np.vstack([*sources, *of_storages.T]) if hours else np.zeros_like(ends.exchange.source_mw)


def _gross(exchange: Exchange) -> Array:
    """Return what would pass each node without losses (hour, node); who gets it is not asked for."""
    all_as_one = Groups(
        source=np.zeros(len(exchange.source_node), dtype=np.intp), sink=np.zeros(len(exchange.sink_node), dtype=np.intp)
    )
    return gross_shared(exchange, all_as_one).gross
