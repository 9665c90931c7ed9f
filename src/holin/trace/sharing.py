"""Proportional sharing on solved active flows: losses borne by sinks (gross) or by sources (net)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.kernel.sharing import Network, Shared, share

Array = NDArray[np.float64]
Index = NDArray[np.intp]

NO_FLOW_MW = 1e-9
"""Flows below are rounding of the power flow; they carry nothing."""

LOSSES = ("gross", "net")
"""Who bears the losses: the sinks, by Bialek's gross flows, or the sources, by his net flows."""


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
class Groups:
    """The number of the group (source,) or (sink,) of each, numbered from 0 without gaps; None: each is its own."""

    source: Index | None = None
    sink: Index | None = None


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Who got what from whom: `energy_mw` and `loss_mw` (hour, source, sink), `node_mw` (node, hour).

    The energies of a sink add up to its power, energy and loss of a source to its power. `node_mw` is what would pass
    each node in a network without losses: the gross flow of `shared`, the net flow of `downstream`. `unfed_mw` (hour,)
    is the power of sinks that no source reaches, which all sources are taken to have given.
    """

    energy_mw: Array
    loss_mw: Array
    node_mw: Array
    unfed_mw: Array


def shared(
    exchange: Exchange,
    *,
    losses: str = "gross",
    groups: Groups | None = None,
    threads: int | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Shares:
    """Share every source among the sinks, in groups where these are given.

    `gross`: upstream-looking sharing of gross flows. Per source s, `G_is = P_is + sum over j of (sent_ji / T_j) G_js`
    with sent_ji the power that leaves j towards i and T_j all that leaves node j usefully. With y = G / T a sink D at
    node i has the gross demand `D sum_s y_is`, its loss `D (sum_s y_is - 1)`, both in the mixture `y_is / sum y_is`.
    `net`: downstream-looking sharing of net flows, the same with the arrows reversed: a source P has the net generation
    `P sum_k z_ik` over the sinks k, and bears the rest of P as its loss.

    A loss is borne by those downstream of it (gross) or upstream (net). Where nobody is downstream (an idle
    transformer, a cable open at its far end) it is a loss of the node that feeds it; the output of sources that feed
    nobody but losses is a loss of all sinks in proportion to their power, of all alike in an hour in which none draws.
    Every MW of every source so ends at a sink, as energy or as loss.

    Source: J. Bialek, Tracing the flow of electricity, IEE Proc. Gener. Transm. Distrib. 143(4), 1996, 313-320
    (gross and net flows); D. Kirschen, R. Allan, G. Strbac, Contributions of individual generators to loads and flows,
    IEEE Trans. Power Syst. 12(1), 1997. Solved as a linear system, so circulating flows are exact.
    """
    groups = groups or Groups()
    if losses == "gross":
        found = _all_ends(exchange, groups, threads, on_progress)
        unfed = found.unfed.sum(axis=1)
        return Shares(energy_mw=found.energy, loss_mw=found.loss, node_mw=found.gross.T, unfed_mw=unfed)
    if losses != "net":
        raise ValueError(f"losses are shared by {' or '.join(LOSSES)}, not {losses!r}")
    found = _all_ends(_reversed(exchange), Groups(source=groups.sink, sink=groups.source), threads, on_progress)
    return Shares(
        energy_mw=(found.energy + found.loss).transpose(0, 2, 1),
        loss_mw=-found.loss.transpose(0, 2, 1),
        node_mw=found.gross.T,
        unfed_mw=found.stranded.sum(axis=1),
    )


def downstream(exchange: Exchange) -> Shares:
    """Share every sink among the sources by downstream-looking sharing on net flows: `shared` with arrows reversed.

    Sources and sinks change places in the result: `energy_mw` (hour, sink, source) is what the sink draws of each
    source's own power, `loss_mw` <= 0 what is lost of that on the way, and both together the net generation that
    arrives; `node_mw` is the net power through each node. Source: Bialek 1996, section on net flows.
    """
    return shared(_reversed(exchange))


def _reversed(exchange: Exchange) -> Exchange:
    return Exchange(
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


def gross_shared(
    exchange: Exchange,
    groups: Groups,
    threads: int | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Shared:
    """Share by gross flows as the kernel does: what reaches nobody, or comes from nobody, is left as it is."""
    network = Network(
        nodes=exchange.nodes,
        node_from=exchange.node_from,
        node_to=exchange.node_to,
        source_node=exchange.source_node,
        sink_node=exchange.sink_node,
        source_group=groups.source,
        sink_group=groups.sink,
    )
    return share(
        network, exchange.from_mw.T, exchange.to_mw.T, exchange.source_mw.T, exchange.sink_mw.T, no_flow=NO_FLOW_MW,
        with_gross=True, threads=threads, on_progress=on_progress,
    )  # fmt: skip


def _all_ends(
    exchange: Exchange, groups: Groups, threads: int | None, on_progress: Callable[[float], None] | None
) -> Shared:
    """Share by gross flows, and give what reaches nobody, or comes from nobody, to all in proportion."""
    found = gross_shared(exchange, groups, threads, on_progress)
    hours = np.flatnonzero(found.stranded.any(axis=1))
    found.loss[hours] += found.stranded[hours, :, None] * _parts(exchange.sink_mw, groups.sink, hours)[:, None, :]
    hours = np.flatnonzero(found.unfed.any(axis=1))
    given = _parts(exchange.source_mw, groups.source, hours)[:, :, None] * found.unfed[hours, None, :]
    found.energy[hours] += given
    found.loss[hours] -= given
    return found


def _parts(power_mw: Array, group: Index | None, hours: Index) -> Array:
    """Return each group's part of all power (hour, group), of the labels alike where there is none."""
    chosen = power_mw[:, hours].T
    total = chosen.sum(axis=1, keepdims=True)
    part: Array = np.divide(chosen, total, out=np.full_like(chosen, 1.0 / max(1, chosen.shape[1])), where=total > 0)
    if group is None:
        return part
    joined = np.zeros((len(hours), int(group.max()) + 1 if len(group) else 0))
    np.add.at(joined.T, group, part.T)
    return joined
