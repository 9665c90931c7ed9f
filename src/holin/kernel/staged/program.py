"""One stage's elimination, ordered once: symmetric, by minimum degree, what the next stage and the border need last."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from holin.kernel.linear import Columns


class Program(NamedTuple):
    """What the sweeps do in one stage. Nodes are its own unknowns, then the rows of the next stage that it touches
    (links), then the border; slots hold the values of pairs of nodes, those of two border nodes first.

    `order` (pivot,) names the unknowns as they go; `diagonal` (unknown,) has their slots; entries of pivot q are
    `entry[q]` .. `entry[q + 1]`, each with its `node` and `slot`; `target` has the slots that the products of a pivot's
    entries are taken from; `given` the slots of the stage's coefficients; `incoming` and `outgoing` the slots of what
    the stage before leaves to this one, and this one to the next, in the same order.
    """

    order: Columns
    diagonal: Columns
    entry: Columns
    node: Columns
    slot: Columns
    target: Columns
    given: Columns
    incoming: Columns
    outgoing: Columns


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Number of a stage's unknowns, the unknowns that are its links to the stage before, and the border's size."""

    unknowns: int
    links: tuple[int, ...]
    border: int

    @property
    def first_border(self) -> int:
        """The first node of the border."""
        return self.unknowns + len(self.links)

    @property
    def nodes(self) -> int:
        """Number of all nodes."""
        return self.first_border + self.border

    @property
    def border_slots(self) -> int:
        """Number of slots for pairs of border nodes."""
        return self.border * (self.border + 1) // 2


class _Slots:
    def __init__(self, shape: Shape) -> None:
        self.shape, self.found = shape, dict[tuple[int, int], int]()

    def of(self, a: int, b: int) -> int:
        a, b = min(a, b), max(a, b)
        first, size = self.shape.first_border, self.shape.border
        if a >= first:
            i, j = a - first, b - first
            return i * size - i * (i - 1) // 2 + (j - i)
        return self.found.setdefault((a, b), self.shape.border_slots + len(self.found))


def program_of(shape: Shape, edges: Sequence[tuple[int, int]], *, incoming: bool) -> tuple[Program, int]:
    """Return the program of a stage with coefficients at `edges` (pairs of nodes), and the number of its slots.

    With `incoming` the stage before leaves values between all its links, and between these and the whole border.
    """
    slots, links = _Slots(shape), shape.links
    near: list[set[int]] = [set() for _ in range(shape.nodes)]
    border = range(shape.first_border, shape.nodes)
    before = [(a, b) for k, a in enumerate(links) for b in (*links[k:], *border)] if incoming else []
    for a, b in (*edges, *before):
        if a != b:
            near[a].add(b)
            near[b].add(a)
    diagonal = [slots.of(u, u) for u in range(shape.unknowns)]
    given = [slots.of(a, b) for a, b in edges]
    order, entry, node, slot, target = list[int](), [0], list[int](), list[int](), list[int]()
    for pivot, rest in _eliminated(near, shape.unknowns):
        order.append(pivot)
        node += rest
        slot += [slots.of(pivot, a) for a in rest]
        target += [slots.of(a, b) for k, a in enumerate(rest) for b in rest[k:]]
        entry.append(len(node))
    ahead = range(shape.unknowns, shape.first_border)
    into = [slots.of(a, b) for a, b in before]
    out = [slots.of(a, b) for k, a in enumerate(ahead) for b in (*ahead[k:], *border)]
    parts = (order, diagonal, entry, node, slot, target, given, into, out)
    made = Program(*(np.array(part, dtype=np.int64) for part in parts))
    return made, shape.border_slots + len(slots.found)


def _eliminated(near: list[set[int]], count: int) -> list[tuple[int, list[int]]]:
    """Return the first `count` nodes in the order of least degree, each with the nodes that it is then joined to."""
    found, gone = [], [False] * count
    heap = [(len(near[u]), u) for u in range(count)]
    heapq.heapify(heap)
    while heap:
        degree, pivot = heapq.heappop(heap)
        if gone[pivot] or degree != len(near[pivot]):
            continue
        gone[pivot] = True
        rest = sorted(near[pivot])
        for a in rest:
            near[a].discard(pivot)
            near[a].update(b for b in rest if b != a)
            if a < count:
                heapq.heappush(heap, (len(near[a]), a))
        found.append((pivot, rest))
    return found
