"""Proportional sharing of flows in a network: which sink takes how much of which source, in thousands of states.

At each node all that leaves has the node's one mixture. With T_j all that leaves node j for sinks, `sent_ji` what j
sends towards i and y_j what of a source comes to j per unit of T_j, `T_i y_i = P_i + sum over j of sent_ji y_j`. The
matrix is a column diagonally dominant M-matrix whose column sums are known exactly: they are the sinks. Elimination in
the form of Grassmann, Taksar and Heyman (Operations Research 33, 1985, 1107) carries these sums along instead of
subtracting on the diagonal. No step subtracts, so every share is exact to rounding (relative, element by element),
however strongly power circulates, and no pivoting is needed. One order and fill serve all states of a network.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from holin.errors import Mismatch
from holin.kernel.compiling import cores
from holin.kernel.elimination import Elimination, elimination
from holin.kernel.lanes.system import Fill
from holin.kernel.sharing_lanes import Branches, Flows, Results, Sinks, Sources, share_states
from holin.kernel.topology import Index, Real

STATES_PER_TASK = 512


@dataclass(frozen=True, kw_only=True, eq=False)
class Network:
    """Nodes, branches (branch,), and where sources and sinks stand, each with the number of its group, from 0.

    What comes out is summed over groups. Every group up to the last has a number of its own; `source_group` and
    `sink_group` may be left out: then each source and sink is a group.
    """

    nodes: int
    node_from: Index
    node_to: Index
    source_node: Index
    sink_node: Index
    source_group: Index | None = None
    sink_group: Index | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """A network made ready: the order, and the arrays that the lanes read."""

    network: Network
    pattern: Elimination
    fill: Fill
    branches: Branches
    sources: Sources
    sinks: Sinks


@dataclass(frozen=True, kw_only=True, eq=False)
class Shared:
    """Who takes what of whom: `energy` (state, source group, sink group), `gross` (state, node) or empty.

    `energy` is the sources' part of the sinks' own power, `loss` (same shape) what of the sources is lost on the way
    there. `stranded` (state, source group) is what reaches no sink, and `unfed` (state, sink group) what no source
    reaches: neither is in `energy` or `loss`. Where every group of sinks stands at one node, all sources lose the same
    part on the way there: `ratio` (state, sink group), loss over energy, of which `loss` is made when it is asked for.
    """

    energy: Real
    gross: Real
    stranded: Real
    unfed: Real
    ratio: Real
    summed_loss: Real

    @cached_property
    def loss(self) -> Real:
        """Losses (state, source group, sink group)."""
        return self.summed_loss if len(self.summed_loss) else self.energy * self.ratio[:, None, :]


def prepared(network: Network) -> Prepared:
    """Order and fill the pattern of a network."""
    ends = list(zip(network.node_from.tolist(), network.node_to.tolist(), strict=True))
    pattern = elimination(network.nodes, ends)
    return Prepared(
        network=network,
        pattern=pattern,
        fill=Fill(*(getattr(pattern, name) for name in Fill._fields)),
        branches=_branches(network, pattern),
        sources=_sources(network, pattern),
        sinks=_sinks(network, pattern),
    )


def share(
    network: Network | Prepared,
    p_from: Real,
    p_to: Real,
    source: Real,
    sink: Real,
    *,
    no_flow: float = 0.0,
    with_gross: bool = False,
    threads: int | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Shared:
    """Share every source among the sinks, in every state.

    `p_from`, `p_to` (state, branch) are the power into each end of a branch: it sends p_from forward where that is
    positive and arrives, and is a loss of its nodes where it is fed from both. `source`, `sink` (state, label) are
    >= 0. What does not exceed `no_flow` carries nothing. A sink's power and its part of the losses have the mixture of
    its node; what is sent where no sink is downstream is a loss of the node that sends it.

    `threads` (all cores by default) share the states; the answer does not depend on them. `on_progress` is called with
    the share done; raising in it cancels. Raises Mismatch when shapes do not fit or a power is negative or no number.
    """
    ready = network if isinstance(network, Prepared) else prepared(network)
    flows = Flows(*(np.ascontiguousarray(a, dtype=np.float64) for a in (p_from, p_to, source, sink)))
    _check(ready.network, flows)
    states, groups = len(flows.source), (len(ready.sources.start) - 1, len(ready.sinks.start) - 1)
    n = ready.network.nodes
    apart = len(ready.sinks.draw_place) == groups[1]
    found = Results(
        np.empty((states, *groups)),
        np.empty((0 if apart else states, *groups)),
        np.empty((states if apart else 0, groups[1])),
        np.empty((states if with_gross else 0, n)),
        np.zeros((states, groups[0])),
        np.zeros((states, groups[1])),
    )
    falling = np.arange(n - 1, -1, -1)
    say = on_progress or (lambda done: None)

    def solve(begin: int) -> float:
        end = min(begin + STATES_PER_TASK, states)
        share_states(ready.fill, ready.branches, ready.sources, ready.sinks, falling, flows, begin, end, no_flow, found)
        return end / states

    _for_all(solve, range(0, states, STATES_PER_TASK), threads or cores(), say)
    return Shared(
        energy=found.energy,
        gross=found.gross[:, ready.pattern.place],
        stranded=found.stranded,
        unfed=found.unfed,
        ratio=found.ratio,
        summed_loss=found.loss,
    )


def _for_all(solve: Callable[[int], float], begins: range, threads: int, say: Callable[[float], None]) -> None:
    if threads <= 1 or len(begins) <= 1:
        for begin in begins:
            say(solve(begin))
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in pool.map(solve, begins):
            say(done)


def _check(network: Network, flows: Flows) -> None:
    labels = (network.node_from, network.node_to, network.source_node, network.sink_node)
    for name, table, label in zip(Flows._fields, flows, labels, strict=True):
        if table.shape != (len(flows.source), len(label)):
            raise Mismatch(
                f"{name} of shape {table.shape} does not fit {len(flows.source)} states, {len(label)} labels"
            )
        if not np.isfinite(table).all():
            raise Mismatch(f"{name} holds something that is no finite number")
    for name, table in (("a source", flows.source), ("a sink", flows.sink)):
        if (table < 0).any():
            raise Mismatch(f"{name} has a negative power; what draws is a sink, what feeds a source")


def _branches(network: Network, pattern: Elimination) -> Branches:
    """Return the branches that join two nodes, by the place of their end that is eliminated first."""
    joins = np.flatnonzero(network.node_from != network.node_to)
    f, t = network.node_from[joins].astype(np.int64), network.node_to[joins].astype(np.int64)
    order = np.argsort(np.minimum(pattern.place[f], pattern.place[t]), kind="stable")
    f, t = f[order], t[order]
    return Branches(
        joins[order].astype(np.int64), pattern.place[f], pattern.place[t], pattern.slots_of(t, f),
        pattern.slots_of(f, t),
    )  # fmt: skip


def _sources(network: Network, pattern: Elimination) -> Sources:
    group = np.arange(len(network.source_node)) if network.source_group is None else network.source_group
    order, start = _by_group(group)
    place = pattern.place[network.source_node[order]]
    return Sources(start, order, place)


def _sinks(network: Network, pattern: Elimination) -> Sinks:
    group = np.arange(len(network.sink_node)) if network.sink_group is None else network.sink_group
    place = pattern.place[network.sink_node]
    n = max(network.nodes, 1)
    draws, draw = np.unique(group.astype(np.int64) * n + place, return_inverse=True)
    _, start = _by_group(draws // n)
    return Sinks(place, draw.astype(np.int64), draws % n, start, _onward(pattern, draws % n)[::-1].copy())


def _by_group(group: Index) -> tuple[Index, Index]:
    """Return the members sorted by group, and where each group starts."""
    order = np.argsort(group, kind="stable").astype(np.int64)
    count = int(group.max()) + 1 if len(group) else 0
    return order, np.searchsorted(group[order], np.arange(count + 1)).astype(np.int64)


def _onward(pattern: Elimination, places: Index) -> Index:
    """Return all places that the elimination reaches from some, these included, rising."""
    marked = np.zeros(pattern.size, dtype=bool)
    marked[places] = True
    for k in range(pattern.size):
        if marked[k]:
            marked[pattern.columns[pattern.start[k] : pattern.start[k + 1]]] = True
    return np.flatnonzero(marked).astype(np.int64)
