"""The network as arrays: nodes, branches, shunts and slack, with switches and outages resolved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from holin.errors import BadInput, Fault
from holin.flow.branches import Branches, branches_of, star_bus
from holin.kernel.topology import Topology, islands_of, live_nodes
from holin.park import Generator, Grid, Park, Shunt, Switch
from holin.thing import Thing

Complex = NDArray[np.complex128]
Index = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Network:
    """One topology of a park.

    `buses` are the park's buses, then the inner buses of three-winding transformers; `node` (bus,) is the node of
    each: buses joined by closed switches share one. `closed_from`, `closed_to` (branch,) say which ends are
    connected. `topology` holds the admittances as the nodes see them, open ends eliminated. `anchors` are the units
    that can give an island its voltage: grid connections, then generators that balance, then those that do so while one
    of these is out; `slack_of_anchor` (anchor,) is
    each one's place in `topology.slack`, -1 for one that does not balance its island, because one before it does.
    `energised` (node,) marks the nodes that a balancing anchor reaches. `y_of_anchor` (anchor,) is the admittance in
    p.u. behind which an anchor that balances holds its voltage, 0 where it holds it at its bus; the node behind stands
    after those of the buses, its branch after the others.
    """

    buses: tuple[str, ...]
    node: Index
    v_nom_kv: NDArray[np.float64]
    branches: Branches
    closed_from: Flags
    closed_to: Flags
    topology: Topology
    energised: Flags
    shunts: tuple[Shunt, ...]
    node_of_shunt: Index
    anchors: tuple[Grid | Generator, ...]
    slack_of_anchor: Index
    y_of_anchor: Complex
    out: frozenset[str]

    def bus_index(self) -> dict[str, int]:
        """Return each bus's place in `buses`."""
        return {bus: k for k, bus in enumerate(self.buses)}

    def balancing(self) -> frozenset[str]:
        """Return the grid connections and generators that balance their islands."""
        return frozenset(a.id for a, slack in zip(self.anchors, self.slack_of_anchor, strict=True) if slack >= 0)

    def node_names(self) -> tuple[str, ...]:
        """Return for each bus (bus,) the first bus of its node."""
        first = np.unique(self.node, return_index=True)[1]
        return tuple(self.buses[first[n]] for n in self.node)


def network_of(park: Park, *, out: frozenset[str] = frozenset(), finite: bool = False) -> Network:
    """Return the network of a park without the elements in `out` (ids of branches, buses, shunts, grid connections).

    Closed switches between buses merge them; an open switch at a branch opens that end, and the branch still draws
    its charging at the other. An outage opens both ends of a branch; an outage of a bus opens all that stands at it.
    The first grid connection in service of each island balances it; in an island without one the first generator that
    `balances`, or while one of these is out the largest other one that holds a voltage. With `finite` grid connections
    `behind_impedance` hold their voltage there. Raises BadInput when a closed switch joins two voltages, when grid
    connections of one node keep different voltages, or when a loop of transformers does not add up to no phase shift.
    """
    branches = branches_of(park)
    buses = (*(b.id for b in park.buses), *(star_bus(t) for t in park.transformers3))
    v_nom = {b.id: b.v_nom_kv for b in park.buses}
    v_nom |= {star_bus(t): v_nom[t.bus_1] for t in park.transformers3}
    place = {bus: k for k, bus in enumerate(buses)}
    node = _nodes(park.switches, place, v_nom, out)
    from_bus = np.array([place[b] for b in branches.bus_from], dtype=np.int64)
    to_bus = np.array([place[b] for b in branches.bus_to], dtype=np.int64)
    opened = {(s.element, s.bus) for s in park.switches if not s.closed}
    in_service = np.array(
        [not out & {e, f, t} for e, f, t in zip(branches.element, branches.bus_from, branches.bus_to, strict=True)],
        dtype=bool,
    )
    closed_from, closed_to = (
        in_service & np.array([(e, b) not in opened for e, b in zip(branches.element, ends, strict=True)], dtype=bool)
        for ends in (branches.bus_from, branches.bus_to)
    )
    shunts = tuple(s for s in park.shunts if not out & {s.id, s.bus})
    anchors = _anchors(park, out)
    topology = _topology(branches, node, from_bus, to_bus, closed_from & in_service, closed_to & in_service)
    topology = _with_shunts(topology, shunts, node, place)
    topology, slack_of_anchor = _with_slack(topology, anchors, node, place, branches)
    y_of_anchor = np.array([_source_admittance(a) if finite else 0j for a in anchors], dtype=np.complex128)
    y_of_anchor[slack_of_anchor < 0] = 0
    topology = _with_sources(topology, slack_of_anchor, y_of_anchor)
    return Network(
        buses=buses,
        node=node,
        v_nom_kv=np.array([v_nom[b] for b in buses]),
        branches=branches,
        closed_from=closed_from,
        closed_to=closed_to,
        topology=topology,
        energised=live_nodes(topology),
        shunts=shunts,
        node_of_shunt=node[[place[s.bus] for s in shunts]] if shunts else np.zeros(0, dtype=np.int64),
        anchors=anchors,
        slack_of_anchor=slack_of_anchor,
        y_of_anchor=y_of_anchor,
        out=out,
    )


def _anchors(park: Park, out: frozenset[str]) -> tuple[Grid | Generator, ...]:
    """Return what may balance an island, in the order in which it does.

    An island that its balancing generator leaves does not go dark while others of its generators hold their voltage.
    """
    declared: tuple[Grid | Generator, ...] = (*park.grids, *(g for g in park.generators if g.balances))
    gone = [a for a in declared if isinstance(a, Generator) and out & {a.id, a.bus}]
    others = [g for g in park.generators if gone and not g.balances and g.v_set_pu is not None and g.p_nom_mw > 0]
    others.sort(key=lambda g: -g.p_nom_mw)
    return tuple(a for a in (*declared, *others) if not out & {a.id, a.bus})


def branch_tables(park: Park) -> tuple[tuple[Thing, ...], ...]:
    """Return the park's tables of branches, in the order of the branches."""
    return park.lines, park.transformers, park.transformers3, park.equivalent_branches


def holds_voltage(shunt: Shunt) -> bool:
    """Return whether the shunt regulates a voltage, and is then a source of reactive power, not an admittance."""
    return shunt.v_set_pu is not None


def _nodes(switches: Iterable[Switch], place: dict[str, int], v_nom: dict[str, float], out: frozenset[str]) -> Index:
    pairs = [(s.bus, s.element) for s in switches if s.closed and s.element in place and not out & {s.bus, s.element}]
    faults = [
        Fault(
            file="switch.csv",
            field="element",
            value=b,
            problem=f"a closed switch joins {a} ({v_nom[a]:g} kV) and {b} ({v_nom[b]:g} kV)",
            right="join buses of one nominal voltage",
        )
        for a, b in pairs
        if v_nom[a] != v_nom[b]
    ]
    if faults:
        raise BadInput(faults)
    rows, columns = [place[a] for a, _ in pairs], [place[b] for _, b in pairs]
    graph = coo_array((np.ones(len(pairs)), (rows, columns)), shape=(len(place), len(place)))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _topology(
    b: Branches, node: Index, from_bus: Index, to_bus: Index, closed_from: Flags, closed_to: Flags
) -> Topology:
    """Admittances of the branches; an open end carries no current: y = y_tt - y_tf y_ft / y_ff remains at the other."""
    own = b.y_series + b.y_shunt / 2
    y_ff, y_tt = own / np.abs(b.ratio) ** 2, own.copy()
    y_ft, y_tf = -b.y_series / b.ratio.conj(), -b.y_series / b.ratio
    both = closed_from & closed_to
    with np.errstate(divide="ignore", invalid="ignore"):
        only_from = np.where(y_tt != 0, y_ff - y_ft * y_tf / y_tt, 0)
        only_to = np.where(y_ff != 0, y_tt - y_tf * y_ft / y_ff, 0)
    return Topology(
        nodes=int(node.max(initial=-1)) + 1,
        node_from=node[from_bus],
        node_to=node[to_bus],
        y_ff=np.where(both, y_ff, np.where(closed_from, only_from, 0)),
        y_ft=np.where(both, y_ft, 0),
        y_tf=np.where(both, y_tf, 0),
        y_tt=np.where(both, y_tt, np.where(closed_to, only_to, 0)),
        y_shunt=np.zeros(int(node.max(initial=-1)) + 1, dtype=np.complex128),
        slack=np.zeros(0, dtype=np.int64),
        v_slack=np.zeros(0, dtype=np.complex128),
    )


def _with_shunts(topology: Topology, shunts: tuple[Shunt, ...], node: Index, place: dict[str, int]) -> Topology:
    """A fixed shunt of p MW and q Mvar at nominal voltage is the admittance p + j q (+ capacitive) on 1 MVA."""
    y = topology.y_shunt.copy()
    for shunt in shunts:
        if not holds_voltage(shunt):
            y[node[place[shunt.bus]]] += complex(shunt.p_nom_mw, shunt.q_nom_mvar)
    return Topology(**{**vars(topology), "y_shunt": y})


def _with_slack(
    topology: Topology, anchors: tuple[Grid | Generator, ...], node: Index, place: dict[str, int], branches: Branches
) -> tuple[Topology, Index]:
    """Give the first anchor of each island its node's voltage: it balances the island.

    Islands do not see each other, so each slack node has angle 0.
    """
    nodes = np.array([node[place[a.bus]] for a in anchors], dtype=np.int64)
    _check_one_voltage(tuple(a for a in anchors if isinstance(a, Grid)), nodes)
    island = islands_of(topology)[nodes]
    balancing = np.sort(np.unique(island, return_index=True)[1])
    slack_of_anchor = np.full(len(anchors), -1, dtype=np.int64)
    slack_of_anchor[balancing] = np.arange(len(balancing))
    slack = nodes[balancing]
    _check_phases(topology, slack, branches)
    v = np.array([anchors[k].v_set_pu or 1.0 for k in balancing], dtype=np.complex128)
    return Topology(**{**vars(topology), "slack": slack, "v_slack": v}), slack_of_anchor


def _source_admittance(anchor: Grid | Generator) -> complex:
    """1 / z of a finite source: |z| = 1 / S_k, R / X as given; 0 for one that holds the voltage at its bus."""
    if not isinstance(anchor, Grid) or not anchor.behind_impedance:
        return 0j
    x = 1 / anchor.sk_max_mva / (1 + anchor.rx_ratio**2) ** 0.5
    return 1 / complex(anchor.rx_ratio * x, x)


def _with_sources(topology: Topology, slack_of_anchor: Index, y: Complex) -> Topology:
    """Move the slack of finite sources behind their impedances: a node and a branch more for each."""
    finite = np.flatnonzero(y != 0)
    if not len(finite):
        return topology
    slack = topology.slack.copy()
    at, behind = slack[slack_of_anchor[finite]], topology.nodes + np.arange(len(finite))
    slack[slack_of_anchor[finite]] = behind
    ends = {"y_ff": y[finite], "y_ft": -y[finite], "y_tf": -y[finite], "y_tt": y[finite]}
    return replace(
        topology,
        nodes=topology.nodes + len(finite),
        node_from=np.concatenate([topology.node_from, behind]),
        node_to=np.concatenate([topology.node_to, at]),
        y_shunt=np.concatenate([topology.y_shunt, np.zeros(len(finite))]),
        slack=slack,
        **{name: np.concatenate([getattr(topology, name), value]) for name, value in ends.items()},
    )


def _check_one_voltage(grids: tuple[Grid, ...], nodes: Index) -> None:
    first = {int(n): k for k, n in reversed(list(enumerate(nodes[: len(grids)])))}
    faults = [
        Fault(
            file="grid.csv",
            field="v_set_pu",
            value=f"{g.v_set_pu:g}",
            problem=f"{g.id} and {grids[first[int(n)]].id} stand at one node and keep different voltages",
            right="give both the same voltage",
        )
        for g, n in zip(grids, nodes, strict=False)  # grids come first among the anchors
        if g.v_set_pu != grids[first[int(n)]].v_set_pu
    ]
    if faults:
        raise BadInput(faults)


def _check_phases(topology: Topology, roots: Index, branches: Branches) -> None:
    """Raise BadInput where the vector groups of a loop do not add up: the phase (node,) at no load must be one.

    A shift that is no multiple of 30 degrees is no vector group but a phase shifter's, and turns its loop on purpose.
    """
    f, t = topology.node_from, topology.node_to
    shift = np.angle(branches.ratio)
    is_group = np.abs(np.exp(12j * shift) - 1) < 1e-6
    joined = np.flatnonzero((topology.y_ft != 0) & (f != t) & is_group)
    step = {(int(f[k]), int(t[k])): -shift[k] for k in joined} | {(int(t[k]), int(f[k])): shift[k] for k in joined}
    n = topology.nodes
    graph = coo_array((np.ones(len(joined)), (f[joined], t[joined])), shape=(n, n)).tocsr()
    phase = np.full(n, np.nan)
    fed = np.isin(islands_of(topology), islands_of(topology)[roots])
    part = connected_components(graph, directed=False)[1]
    starts = np.unique(part[f[joined]][fed[f[joined]]])
    for root in (int(np.argmax(part == p)) for p in starts):
        if np.isnan(phase[root]):
            order, before = breadth_first_order(graph, root, directed=False)
            phase[root] = 0.0
            for k in order[1:]:
                phase[k] = phase[before[k]] + step[int(before[k]), int(k)]
    gap = np.exp(1j * (phase[f[joined]] - shift[joined] - phase[t[joined]]))
    faults = [
        Fault(
            file=f"{branches.kind[k]}.csv",
            field="vector_group",
            value=branches.element[k],
            problem=f"{branches.element[k]} closes a loop whose vector groups do not add up to no phase shift",
            right="give parallel paths the same total clock number, or open a switch",
        )
        for k, g in zip(joined, gap, strict=True)
        if abs(g - 1) > 1e-6
    ]
    if faults:
        raise BadInput(faults)
