"""Buses that closed switches join are one node where a format has no switch; each island has one that balances it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from holin.park import Generator, Grid, Park


@dataclass(frozen=True, kw_only=True)
class Nodes:
    """`node` maps each bus to the first bus of its node; `opened` are the (branch, bus) ends that stand open."""

    node: dict[str, str]
    opened: frozenset[tuple[str, str]]

    def joined(self) -> dict[str, list[str]]:
        """Return the nodes of more than one bus, with their buses."""
        buses: dict[str, list[str]] = {}
        for bus, node in self.node.items():
            buses.setdefault(node, []).append(bus)
        return {node: members for node, members in buses.items() if len(members) > 1}


def nodes_of(park: Park) -> Nodes:
    """Return the nodes of a park whose closed switches between buses are closed for good."""
    buses = [b.id for b in park.buses]
    known = set(buses)
    pairs = [(s.bus, s.element) for s in park.switches if s.closed and s.element in known]
    return Nodes(
        node=grouped(buses, pairs), opened=frozenset((s.element, s.bus) for s in park.switches if not s.closed)
    )


def grouped(members: Sequence[str], pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return for each member the first one of those that pairs join it with."""
    above = {m: m for m in members}
    rank = {m: k for k, m in enumerate(members)}

    def root(member: str) -> str:
        while above[member] != member:
            above[member] = above[above[member]]
            member = above[member]
        return member

    for first, second in pairs:
        a, b = root(first), root(second)
        if rank[a] <= rank[b]:
            above[b] = a
        else:
            above[a] = b
    return {m: root(m) for m in members}


@dataclass(frozen=True, kw_only=True)
class Balance:
    """`anchor` maps nodes to the grid connection or generator that balances there, `fed` are the nodes these reach."""

    anchor: dict[str, str]
    fed: frozenset[str]


def balance_of(park: Park, node: dict[str, str], branches: Iterable[tuple[str, str]]) -> Balance:
    """Return what balances each island; `branches` are the pairs of nodes joined in service.

    The first grid connection of an island balances it, else its first generator that `balances`, as in the flow.
    """
    island = grouped(list(dict.fromkeys(node.values())), branches)
    anchors: list[Grid | Generator] = [*park.grids, *(g for g in park.generators if g.balances)]
    found: dict[str, str] = {}
    taken: set[str] = set()
    for anchor in anchors:
        at = node[anchor.bus]
        if island[at] not in taken:
            taken.add(island[at])
            found[at] = anchor.id
    return Balance(anchor=found, fed=frozenset(n for n, i in island.items() if i in taken))
