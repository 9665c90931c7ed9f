"""Proportional sharing on solved active flows: arrays only, hours on the last axis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.trace.elimination import Order, minimum_degree, solve_dominant

Array = NDArray[np.float64]
Index = NDArray[np.intp]

NO_FLOW_MW = 1e-9
"""Flows below are rounding of the power flow; they carry nothing."""

CHUNK_BYTES = 32_000_000
"""Memory of one chunk's solution; the whole sharing takes a few times as much beside its result."""


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """What flows in a network of `nodes` nodes, hour by hour.

    Branches: `node_from`, `node_to` (branch,); `from_mw`, `to_mw` (branch, hour), the power into the branch at each
    end. Sources: `source_node` (source,), `source_mw` (source, hour) >= 0. Sinks: `sink_node`, `sink_mw` >= 0 alike.
    """

    nodes: int
    node_from: Index
    node_to: Index
    from_mw: Array
    to_mw: Array
    source_node: Index
    source_mw: Array
    sink_node: Index
    sink_mw: Array


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Who got what from whom: `energy_mw` and `loss_mw` (hour, source, sink), `gross_mw` (node, hour).

    `energy_mw` is the source's part of the sink's own power, `loss_mw` the network loss assigned to it; both together
    are the gross demand. `gross_mw` is what would pass each node in a network without losses.
    """

    energy_mw: Array
    loss_mw: Array
    gross_mw: Array


def shared(exchange: Exchange) -> Shares:
    """Share every source among the sinks by upstream-looking proportional sharing on gross flows.

    At each node all outflows have the node's one mixture of sources. Gross flows satisfy, per source s,
    `G_is = P_is + sum over j of (sent_ji / T_j) G_js` with sent_ji the power that leaves j towards i and T_j all that
    leaves node j usefully. With y = G / T this is an M-matrix with column sums equal to the sinks, and a sink D at
    node i has the gross demand `D sum_s y_is`, its loss `D (sum_s y_is - 1)`, both in the mixture `y_is / sum y_is`.

    A loss is borne by those downstream of it. Where nobody is (an idle transformer, a cable open at its far end) it
    is a loss of the node that feeds it; the output of sources that feed nobody but losses is a loss of all sinks in
    proportion to their power, of all alike in an hour in which none draws. Every MW of every source so ends at a sink,
    as energy or as loss.

    Source: J. Bialek, Tracing the flow of electricity, IEE Proc. Gener. Transm. Distrib. 143(4), 1996, 313-320
    (gross flows); D. Kirschen, R. Allan, G. Strbac, Contributions of individual generators to loads and flows, IEEE
    Trans. Power Syst. 12(1), 1997. Solved as a linear system, so circulating flows are exact.
    """
    hours = exchange.sink_mw.shape[1]
    cases, sinks = len(exchange.source_node), len(exchange.sink_node)
    energy, loss = np.zeros((hours, cases, sinks)), np.zeros((hours, cases, sinks))
    gross = np.zeros((exchange.nodes, hours))
    for chunk in chunks_of(exchange):
        write_shares(part_of(exchange, chunk), order_of(exchange), energy[chunk], loss[chunk], gross[:, chunk])
    return Shares(energy_mw=energy, loss_mw=loss, gross_mw=gross)


def downstream(exchange: Exchange) -> Shares:
    """Share every sink among the sources by downstream-looking sharing on net flows: `shared` with time reversed.

    Sources and sinks change places in the result: `energy_mw` (hour, sink, source) is what the sink draws of each
    source's own power, `loss_mw` <= 0 what is lost of that on the way, and both together the net generation that
    arrives; `gross_mw` is the net power through each node. Source: Bialek 1996, section on net flows.
    """
    return shared(
        Exchange(
            nodes=exchange.nodes,
            node_from=exchange.node_to,
            node_to=exchange.node_from,
            from_mw=-exchange.to_mw,
            to_mw=-exchange.from_mw,
            source_node=exchange.sink_node,
            source_mw=exchange.sink_mw,
            sink_node=exchange.source_node,
            sink_mw=exchange.source_mw,
        )
    )


def order_of(exchange: Exchange) -> Order:
    """Return the elimination order of the network."""
    ends = zip(exchange.node_from.tolist(), exchange.node_to.tolist(), strict=True)
    return minimum_degree(exchange.nodes, ends)


def chunks_of(exchange: Exchange) -> Iterator[slice]:
    """Yield the hours in slices whose solution stays below CHUNK_BYTES."""
    hours = exchange.sink_mw.shape[1]
    size = max(1, CHUNK_BYTES // (8 * max(1, exchange.nodes * max(1, len(exchange.source_node)))))
    for start in range(0, hours, size):
        yield slice(start, min(start + size, hours))


def part_of(exchange: Exchange, hours: slice) -> Exchange:
    """Return the exchange of some of its hours."""
    return Exchange(
        nodes=exchange.nodes,
        node_from=exchange.node_from,
        node_to=exchange.node_to,
        from_mw=exchange.from_mw[:, hours],
        to_mw=exchange.to_mw[:, hours],
        source_node=exchange.source_node,
        source_mw=exchange.source_mw[:, hours],
        sink_node=exchange.sink_node,
        sink_mw=exchange.sink_mw[:, hours],
    )


def write_shares(exchange: Exchange, order: Order, energy: Array, loss: Array, gross: Array) -> None:
    """Solve the hours of `exchange` and write into the given arrays (hour, source, sink) and (node, hour)."""
    leaving = _at_nodes(exchange.nodes, exchange.sink_node, exchange.sink_mw)
    forward, backward = _useful(exchange, leaving)
    links: dict[tuple[int, int], Array] = {}
    for k, (a, b) in enumerate(zip(exchange.node_from.tolist(), exchange.node_to.tolist(), strict=True)):
        if a != b:
            links[b, a] = links.get((b, a), 0.0) + forward[k]
            links[a, b] = links.get((a, b), 0.0) + backward[k]
    passing = leaving.copy()
    for (_, sender), sent in links.items():
        passing[sender] += sent
    feeds = (passing > 0)[exchange.source_node]
    right = np.zeros((exchange.nodes, len(exchange.source_node), leaving.shape[1]))
    for s, node in enumerate(exchange.source_node.tolist()):
        right[node, s] = np.where(feeds[s], exchange.source_mw[s], 0.0)
    per_mw = solve_dominant(order, links, leaving, right)
    gross[...] = per_mw.sum(axis=1) * passing
    _write_sinks(exchange, per_mw, energy, loss)
    _spread_stranded(exchange, np.where(feeds, 0.0, exchange.source_mw), loss)


def _at_nodes(nodes: int, node: Index, power_mw: Array) -> Array:
    total = np.zeros((nodes, power_mw.shape[1]))
    np.add.at(total, node, power_mw)
    return total


def _useful(exchange: Exchange, sinks_mw: Array) -> tuple[Array, Array]:
    """Return what each branch sends forward and backward (branch, hour), zero where no sink lies downstream."""
    forward = np.where((exchange.from_mw > NO_FLOW_MW) & (exchange.to_mw < -NO_FLOW_MW), exchange.from_mw, 0.0)
    backward = np.where((exchange.to_mw > NO_FLOW_MW) & (exchange.from_mw < -NO_FLOW_MW), exchange.to_mw, 0.0)
    reaches = sinks_mw > 0
    while True:
        before = reaches.copy()
        np.logical_or.at(reaches, exchange.node_from, (forward > 0) & reaches[exchange.node_to])
        np.logical_or.at(reaches, exchange.node_to, (backward > 0) & reaches[exchange.node_from])
        if (before == reaches).all():
            break
    return forward * reaches[exchange.node_to], backward * reaches[exchange.node_from]


def _write_sinks(exchange: Exchange, per_mw: Array, energy: Array, loss: Array) -> None:
    for k, node in enumerate(exchange.sink_node.tolist()):
        mixture = per_mw[node]
        total = mixture.sum(axis=0)
        delivered = exchange.sink_mw[k] * np.divide(mixture, total, out=np.zeros_like(mixture), where=total > 0)
        energy[:, :, k] = delivered.T
        loss[:, :, k] = (delivered * (total - 1.0)).T


def _spread_stranded(exchange: Exchange, stranded_mw: Array, loss: Array) -> None:
    hours = np.flatnonzero(stranded_mw.sum(axis=0) > 0)
    if len(hours) == 0:
        return
    sink_mw = exchange.sink_mw[:, hours]
    total = sink_mw.sum(axis=0)
    alike = np.full_like(sink_mw, 1.0 / max(1, len(sink_mw)))
    part = np.divide(sink_mw, total, out=alike, where=total > 0)
    loss[hours] += stranded_mw[:, hours].T[:, :, None] * part.T[:, None, :]
