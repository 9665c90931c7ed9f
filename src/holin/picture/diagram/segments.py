"""Segments: what moves as one when rows are ordered, a substation with all its busbars or a busbar on its own."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass

from holin.picture.diagram.parts import Node, Parts


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A substation, busbars that couplers join, or one busbar: `levels` are its rows of nodes, top first."""

    id: str
    group: str
    levels: tuple[tuple[str, ...], ...]

    @property
    def nodes(self) -> tuple[str, ...]:
        """All its nodes."""
        return tuple(n for level in self.levels for n in level)


Neighbours = dict[str, list[tuple[str, int]]]
"""Node -> its neighbours, each with its distance: 1, or 0 over a coupler."""


def segments_of(parts: Parts) -> dict[str, Segment]:
    """Return the segments by their ids, in the order of the park's tables.

    A level holds the nodes that are equally far from those of the highest voltage; a coupler is no distance.
    """
    of_node = {n.id: f"g:{n.group}" if n.group else f"n:{n.id}" for n in parts.nodes.values()}
    for link in parts.links:
        one, other = of_node[link.a], of_node[link.b]
        if link.kind == "switch" and one != other and one[0] != "g" and other[0] != "g":
            of_node = {n: one if s == other else s for n, s in of_node.items()}
    members: defaultdict[str, list[Node]] = defaultdict(list)
    for node in parts.nodes.values():
        members[of_node[node.id]].append(node)
    return {s: Segment(id=s, group=nodes[0].group, levels=_levels(nodes, parts)) for s, nodes in members.items()}


def _levels(nodes: list[Node], parts: Parts) -> tuple[tuple[str, ...], ...]:
    inside = {n.id for n in nodes}
    neighbours: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for link in parts.links:
        if {link.a, link.b} <= inside and link.a != link.b:
            step = 0 if link.kind == "switch" else 1
            neighbours[link.a].append((link.b, step))
            neighbours[link.b].append((link.a, step))
    highest = max(n.v_nom_kv for n in nodes)
    depth = distances([n.id for n in nodes if n.v_nom_kv == highest and not n.star], neighbours)
    while len(depth) < len(nodes):
        rest = [n for n in nodes if n.id not in depth]
        top = max(n.v_nom_kv for n in rest)
        depth |= distances([n.id for n in rest if n.v_nom_kv == top][:1], neighbours)
    found = [[n.id for n in nodes if depth[n.id] == d] for d in sorted(set(depth.values()))]
    levels = [_chained(level, neighbours) for level in found]
    for k in range(1, len(levels)):
        levels[k] = _below(levels[k], levels[k - 1], neighbours)
    return tuple(map(tuple, levels))


def distances(roots: Iterable[str], neighbours: Neighbours) -> dict[str, int]:
    """Return how far from the nearest root each node is that can be reached; a step is 0 or 1."""
    found = dict.fromkeys(roots, 0)
    queue = deque(found)
    while queue:
        here = queue.popleft()
        for other, step in neighbours.get(here, []):
            if found[here] + step < found.get(other, 1_000_000):
                found[other] = found[here] + step
                (queue.append if step else queue.appendleft)(other)
    return found


def _chained(level: list[str], neighbours: Neighbours) -> list[str]:
    """Return the nodes of a level with those that couplers join beside each other, otherwise in their order."""
    return [n for chain in _chains(level, neighbours) for n in chain]


def _chains(level: list[str], neighbours: Neighbours) -> list[list[str]]:
    """Return the nodes of a level in chains that couplers join, each from one of its ends, in the level's order."""
    coupled = {n: [m for m, step in neighbours.get(n, []) if step == 0 and m in level] for n in level}
    chains: list[list[str]] = []
    seen: set[str] = set()
    for start in level:
        if start in seen:
            continue
        members = sorted(_joined(start, coupled), key=level.index)
        chain: list[str] = []
        todo = [min(members, key=lambda n: (len(set(coupled[n])), level.index(n)))]
        while todo:
            here = todo.pop()
            if here not in chain:
                chain.append(here)
                todo += [m for m in reversed(coupled[here]) if m not in chain]
        seen.update(chain)
        chains.append(chain)
    return chains


def _joined(start: str, coupled: dict[str, list[str]]) -> set[str]:
    found, todo = {start}, [start]
    while todo:
        fresh = [m for m in coupled[todo.pop()] if m not in found]
        found.update(fresh)
        todo += fresh
    return found


def _below(level: list[str], above: list[str], neighbours: Neighbours) -> list[str]:
    """Return a level ordered by the middle of what it hangs on above, chains of coupled nodes kept together."""
    at = {n: float(k) for k, n in enumerate(above)}
    own = {n: k for k, n in enumerate(level)}

    def middle(chain: list[str]) -> tuple[float, int]:
        found = [at[m] for n in chain for m, _ in neighbours.get(n, []) if m in at]
        return (sum(found) / len(found) if found else float(len(above)), own[chain[0]])

    return [n for chain in sorted(_chains(level, neighbours), key=middle) for n in chain]
