"""One topology with its units, as a state estimator sees it: who feeds in where, and what can move."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.calendar import Times, local
from holin.flow.estimate.readings import Readings
from holin.flow.network import Network, holds_voltage, network_of
from holin.kernel.topology import islands_of
from holin.park import Park, Quantity, Transformer, units_of

Flags = NDArray[np.bool_]
Index = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Injector:
    """A unit, or a shunt that keeps a voltage (`p_is_zero`): what can feed in at a bus."""

    id: str
    bus: str
    node: int
    p_is_zero: bool
    balances: bool
    in_service: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Layout:
    """A network with its injectors: units first, in the park's order, then shunts that keep a voltage.

    `reference` (node,) marks the node of each live island whose angle is 0; `island` (node,) numbers the islands.
    """

    network: Network
    injectors: tuple[Injector, ...]
    reference: Flags
    island: Index

    def at_node(self) -> dict[int, list[int]]:
        """Return the injectors in service at each live node that has any."""
        found: dict[int, list[int]] = {}
        for k, injector in enumerate(self.injectors):
            if injector.in_service and self.network.energised[injector.node]:
                found.setdefault(injector.node, []).append(k)
        return found


def layout_of(park: Park, out: frozenset[str]) -> Layout:
    """Return the layout of a park with the elements in `out` (branches, buses, shunts, units) out of service."""
    network = network_of(park, out=out)
    bus, balancing = network.bus_index(), network.balancing()
    injectors = [
        Injector(id=u.id, bus=u.bus, node=int(network.node[bus[u.bus]]), p_is_zero=False,
                 balances=u.id in balancing, in_service=not out & {u.id, u.bus})
        for u in units_of(park)
    ]  # fmt: skip
    injectors += [
        Injector(id=s.id, bus=s.bus, node=int(network.node[bus[s.bus]]), p_is_zero=True, balances=False,
                 in_service=not out & {s.id, s.bus})
        for s in park.shunts
        if holds_voltage(s)
    ]  # fmt: skip
    reference = np.zeros(network.topology.nodes, dtype=bool)
    reference[network.topology.slack] = True
    return Layout(network=network, injectors=tuple(injectors), reference=reference, island=islands_of(network.topology))


def regulating(park: Park) -> list[Transformer]:
    """Return the transformers whose tap changer keeps a voltage: their position is not what the park says."""
    return [t for t in park.transformers if t.v_set_pu is not None and t.tap_step > 0 and t.tap_min < t.tap_max]


def layouts(park: Park, readings: Readings) -> list[tuple[Index, Layout]]:
    """Return the times grouped by topology: planned outages at the moment, switches and taps as they are reported.

    An element whose state is not reported stands as the park says.
    """
    out = _out_at(park, readings.time)
    reported = [k for k, q in enumerate(readings.quantity) if readings.exact[k]]
    states = readings.value[:, reported]
    elements = tuple(out)
    key = np.column_stack([np.nan_to_num(states, nan=-1e9), *(out[e].astype(float) for e in elements)])
    key = key.reshape(len(readings.time), -1)
    patterns, of_time = np.unique(key, axis=0, return_inverse=True)
    found = []
    for k, pattern in enumerate(patterns):
        as_reported = {
            (readings.element[m], readings.quantity[m]): value
            for m, value in zip(reported, pattern[: len(reported)], strict=True)
            if value > -1e9
        }
        gone = frozenset(e for e, is_out in zip(elements, pattern[len(reported) :], strict=True) if is_out)
        found.append((np.flatnonzero(of_time.ravel() == k), layout_of(_as_reported(park, as_reported), gone)))
    return found


def _out_at(park: Park, time: Times) -> dict[str, Flags]:
    """Return which elements are out at which moment; unlike an hour of a run, a snapshot is out only at its moment."""
    if not park.outages:
        return {}
    clock = local(time, park.facts.time_zone).tz_localize(None).to_numpy()
    out: dict[str, Flags] = {}
    for outage in park.outages:
        now = (clock >= np.datetime64(outage.start)) & (clock < np.datetime64(outage.end))
        if now.any():
            out[outage.element] = out.get(outage.element, np.zeros(len(time), dtype=bool)) | now
    return out


def _as_reported(park: Park, states: dict[tuple[str, Quantity], float]) -> Park:
    if not states:
        return park
    taps = {e: round(value) for (e, q), value in states.items() if q is Quantity.TAP_POS}
    closed = {e: value > 0.5 for (e, q), value in states.items() if q is Quantity.CLOSED}
    return dataclasses.replace(
        park,
        transformers=tuple(dataclasses.replace(t, tap_pos=taps.get(t.id, t.tap_pos)) for t in park.transformers),
        transformers3=tuple(dataclasses.replace(t, tap_pos=taps.get(t.id, t.tap_pos)) for t in park.transformers3),
        switches=tuple(dataclasses.replace(s, closed=closed.get(s.id, s.closed)) for s in park.switches),
    )
