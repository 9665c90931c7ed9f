"""Who feeds in and who draws: sources and sinks of every hour, read from the solved flows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times
from holin.errors import Mismatch
from holin.park import Grid, Park, by_id, values_at
from holin.trace.sharing import NO_FLOW_MW, Exchange

Array = NDArray[np.float64]
Index = NDArray[np.intp]

SOURCE_KINDS = ("wind_farm", "pv_plant", "thermal_unit", "generator", "grid")
GREEN_KINDS = ("wind_farm", "pv_plant", "grid_renewable")
SINK_KINDS = ("load", "potline", "storage")
UNBALANCED_MAX_MW = 1e-3
"""Above, flows and units do not belong together; below, it is what the power flow's iteration left."""


@dataclass(frozen=True, kw_only=True)
class End:
    """One label of the dimension `source` or `sink`: its id, kind, owner, and the number of its unit."""

    id: str
    kind: str
    enterprise: str
    unit: int


@dataclass(frozen=True, kw_only=True)
class Ends:
    """The sources, the storages as sources, and the sinks, with the exchange in that order: sources then storages.

    Where sinks are merged, `sink_group` (sink,) names the one of `sinks` to which each sink of the exchange belongs.
    """

    sources: tuple[End, ...]
    storages: tuple[End, ...]
    sinks: tuple[End, ...]
    exchange: Exchange
    sink_group: Index | None = None

    @property
    def demand_mw(self) -> Array:
        """The power of each of `sinks` (hour, sink)."""
        if self.sink_group is None:
            return self.exchange.sink_mw.T
        joined = np.zeros((self.exchange.sink_mw.shape[1], len(self.sinks)))
        np.add.at(joined.T, self.sink_group, self.exchange.sink_mw)
        return joined


def ends_of(park: Park, flows: xr.Dataset) -> Ends:
    """Read sources, sinks and branch flows from the table `flows`.

    Raises Mismatch where hours are not solved, a value is missing at an energised bus, a load feeds in, a label is
    unknown, or the flows do not balance at a node.
    """
    _solved(flows)
    units = _units(flows)
    unit_mw = _unit_power(flows)
    _loads_draw(units, unit_mw, flows)
    sources = tuple(u for u in units if u.kind in SOURCE_KINDS)
    storages = tuple(u for u in units if u.kind == "storage")
    sinks = _sinks(units, unit_mw)
    source_mw = np.maximum(unit_mw[[u.unit for u in sources + storages]], 0.0)
    sink_mw = np.maximum(-unit_mw[[u.unit for u in sinks]], 0.0)
    sources, source_mw = _split_by_mix(park, flows["time"].values, sources, source_mw)
    exchange = _exchange(flows, sources + storages, source_mw, sinks, sink_mw)
    _balanced(flows, exchange)
    return Ends(sources=sources, storages=storages, sinks=sinks, exchange=exchange)


def by_enterprise(ends: Ends) -> Ends:
    """Return the ends with an enterprise's sinks as one, named after it; storages and what has none stay apart."""
    merged: dict[tuple[str, str], End] = {}
    group = []
    for sink in ends.sinks:
        own = not sink.enterprise or sink.kind == "storage"
        kind, name = ("unit", sink.id) if own else ("enterprise", sink.enterprise)
        merged.setdefault((kind, name), sink if own else End(id=name, kind=kind, enterprise=name, unit=-1))
        group.append(list(merged).index((kind, name)))
    return replace(ends, sinks=tuple(merged.values()), sink_group=np.array(group, dtype=np.intp))


def _solved(flows: xr.Dataset) -> None:
    failed = flows["converged"].values != 1
    if failed.any():
        raise Mismatch(
            f"{int(failed.sum())} hours of the flows are not solved, the first {flows['time'].values[failed][0]}; "
            "energy cannot be traced there: solve them or leave them out of schedule and flows"
        )


def _units(flows: xr.Dataset) -> tuple[End, ...]:
    labels = (flows[c].values.tolist() for c in ("unit", "kind", "enterprise"))
    return tuple(End(id=i, kind=k, enterprise=e, unit=n) for n, (i, k, e) in enumerate(zip(*labels, strict=True)))


def _unit_power(flows: xr.Dataset) -> Array:
    """Return the units' power (unit, hour), 0 at buses without voltage."""
    dark = np.isnan(flows["v_pu"].values)
    bus = _places(flows["bus"].values, flows["unit_bus"].values, "unit_bus")
    return _known(flows["p_mw"].values, dark[:, bus], flows, "p_mw", "unit").T


def _known(values: Array, dark: NDArray[np.bool_], flows: xr.Dataset, column: str, of: str) -> Array:
    """Return values (hour, label) with 0 where a bus is dark; a gap elsewhere raises, rounding becomes 0."""
    gaps = np.isnan(values) & ~dark
    if gaps.any():
        hour, label = np.argwhere(gaps)[0]
        raise Mismatch(
            f"flows: {column} of {flows[of].values[label]} is missing in the hour {flows['time'].values[hour]}; "
            "missing is not zero: solve the power flow of that hour again"
        )
    known = np.where(np.isnan(values), 0.0, values)
    return np.where(np.abs(known) < NO_FLOW_MW, 0.0, known)


def _loads_draw(units: tuple[End, ...], unit_mw: Array, flows: xr.Dataset) -> None:
    for end in units:
        feeds = unit_mw[end.unit] > 0
        if end.kind in ("load", "potline") and feeds.any():
            raise Mismatch(
                f"{end.kind} {end.id} feeds {unit_mw[end.unit].max():.6g} MW in, first in the hour "
                f"{flows['time'].values[feeds][0]}; give the plant behind it as a unit of its own"
            )


def _sinks(units: tuple[End, ...], unit_mw: Array) -> tuple[End, ...]:
    """Return users and storages, then plants that draw power in some hour, then exports."""
    users = [u for kind in SINK_KINDS for u in units if u.kind == kind]
    plants = [u for u in units if u.kind not in (*SINK_KINDS, "grid") and (unit_mw[u.unit] < 0).any()]
    exports = [End(id=f"export:{u.id}", kind="export", enterprise="", unit=u.unit) for u in units if u.kind == "grid"]
    return tuple(users + plants + exports)


def _split_by_mix(park: Park, time: Times, sources: tuple[End, ...], source_mw: Array) -> tuple[tuple[End, ...], Array]:
    """Split the import of every grid with a known hourly mix; `source_mw` holds the storages behind the sources."""
    grids, series = by_id(park.grids), by_id(park.series)
    rest, renewable, parts = source_mw.copy(), [], []
    for k, source in enumerate(sources):
        grid: Grid | None = grids.get(source.id)
        if grid is None or grid.mix is None:
            continue
        share = values_at(series[grid.mix], time)
        if ((share < 0) | (share > 1)).any():
            raise Mismatch(f"series {grid.mix} is the renewable share of {grid.id}: its values must lie within 0..1")
        parts.append(source_mw[k] * share)
        rest[k] = source_mw[k] - parts[-1]
        renewable.append(End(id=f"renewable:{source.id}", kind="grid_renewable", enterprise="", unit=source.unit))
    if not renewable:
        return sources, source_mw
    return sources + tuple(renewable), np.vstack([rest[: len(sources)], *parts, rest[len(sources) :]])


def _exchange(
    flows: xr.Dataset,
    feeding: tuple[End, ...],
    source_mw: Array,
    sinks: tuple[End, ...],
    sink_mw: Array,
) -> Exchange:
    _, node = np.unique(flows["node"].values, return_inverse=True)
    buses = flows["bus"].values
    ends = [_places(buses, flows[c].values, c) for c in ("bus_from", "bus_to")]
    unit_node = node[_places(buses, flows["unit_bus"].values, "unit_bus")]
    dark = np.isnan(flows["v_pu"].values)
    idle = dark[:, ends[0]] | dark[:, ends[1]]
    power = [_known(flows[c].values, idle, flows, c, "branch").T for c in ("p_from_mw", "p_to_mw")]
    return Exchange(
        nodes=int(node.max()) + 1,
        node_from=node[ends[0]],
        node_to=node[ends[1]],
        from_mw=power[0],
        to_mw=power[1],
        source_node=unit_node[[e.unit for e in feeding]],
        source_mw=source_mw,
        sink_node=unit_node[[e.unit for e in sinks]],
        sink_mw=sink_mw,
    )


def _places(labels: NDArray[np.str_], wanted: NDArray[np.str_], column: str) -> NDArray[np.intp]:
    place = {label: k for k, label in enumerate(labels.tolist())}
    missing = sorted({w for w in wanted.tolist() if w not in place})
    if missing:
        raise Mismatch(f"flows: {column} names buses that the table does not have: {', '.join(missing[:5])}")
    return np.array([place[w] for w in wanted.tolist()], dtype=np.intp)


def losses_of(flows: xr.Dataset) -> Array:
    """Return all losses of branches and shunts (hour,) in MW, as the power flow has them."""
    columns = [np.nan_to_num(flows[c].values) for c in ("p_from_mw", "p_to_mw", "shunt_loss_mw")]
    return np.asarray(np.sum([c.sum(axis=1) for c in columns], axis=0))


def _balanced(flows: xr.Dataset, exchange: Exchange) -> None:
    """Check every node in every hour: what its units feed in leaves by its branches or its shunts."""
    left = np.zeros((exchange.nodes, flows.sizes["time"]))
    np.add.at(left, exchange.source_node, exchange.source_mw)
    np.subtract.at(left, exchange.sink_node, exchange.sink_mw)
    np.subtract.at(left, exchange.node_from, exchange.from_mw)
    np.subtract.at(left, exchange.node_to, exchange.to_mw)
    _, node = np.unique(flows["node"].values, return_inverse=True)
    np.subtract.at(left, node, np.nan_to_num(flows["shunt_loss_mw"].values.T))
    worst, hour = np.unravel_index(np.argmax(np.abs(left)), left.shape)
    if abs(left[worst, hour]) > UNBALANCED_MAX_MW:
        bus = flows["bus"].values[np.flatnonzero(node == worst)[0]]
        raise Mismatch(
            f"flows: {left[worst, hour]:.6g} MW are left over at bus {bus} in the hour {flows['time'].values[hour]}; "
            "units and branches do not belong to the same power flow"
        )
