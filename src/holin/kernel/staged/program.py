"""One stage's elimination, ordered once: symmetric, by minimum degree, what the next stage and the border need last."""

from __future__ import annotations

import functools
import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from holin.kernel.linear import Columns

CLASSES = 3
"""The first stage of a lane, those in the middle, and the last."""

GROUP_MAX = 8
"""Most pivots that are eliminated as one: their panel stays in the nearest cache."""


class Program(NamedTuple):
    """What the sweeps do in one stage. Nodes are its own unknowns, then those of the next stage that it touches
    (links), then the border; slots hold the values of pairs of nodes, those of two border nodes first.

    Stages have one of CLASSES programs, which stand behind each other: class c has the groups `group[c]` ..
    `group[c + 1]`. Pivots go in groups with the same nodes left after them (`rest`); those of a group are all joined
    (`joined`) or not at all. Group g has the pivots `pivot[g]` .. `pivot[g + 1]` of `order`; its rest stands from
    `rest[g]` on in `node`, what is not of the border first, up to `inner[g]`; its entries from `entry[g]` on in the
    factor: those between its pivots, row by row, then for each of the rest one of each pivot. `slot` has for each pivot
    the slots of its diagonal, its group's later pivots if joined, and the rest, from `row[g]` on; `target` the slots of
    pairs of the rest from `pair[g]` on.

    Coefficients `given[c]` .. `given[c + 1]` have slots in `given_slot` and nodes in `low` and `high`; those up to
    `given_inner[c]` touch no border. `incoming` and `outgoing` (class, place) are the slots of what the stage before
    leaves to a stage, and it to the next, in the same order.
    """

    group: Columns
    order: Columns
    pivot: Columns
    joined: Columns
    rest: Columns
    inner: Columns
    node: Columns
    entry: Columns
    row: Columns
    slot: Columns
    pair: Columns
    target: Columns
    given: Columns
    given_inner: Columns
    given_slot: Columns
    low: Columns
    high: Columns
    incoming: Columns
    outgoing: Columns


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Number of a stage's unknowns, the unknowns that are its links to the stage before, and the border's size: of
    its nodes the first `carried` are touched before a lane's last stage."""

    unknowns: int
    links: tuple[int, ...]
    border: int
    carried: int

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


@functools.lru_cache(maxsize=16)
def program_of(
    shape: Shape, edges: tuple[tuple[tuple[int, int], ...], ...], late: tuple[int, ...]
) -> tuple[Program, int, int]:
    """Return the program of stages with coefficients at `edges` (pairs of nodes, by class), the number of its slots,
    and the most nodes that are left after a pivot.

    The unknowns in `late` have no diagonal of their own: they wait until one that they are joined to is gone. From the
    second class on, the stage before leaves values between all links, and between these and the carried border. It is
    kept: the points of a frontier, the scenarios of a sweep have the same one.
    """
    parts: dict[str, list[int]] = {name: [] for name in Program._fields}
    for name in ("group", "pivot", "rest", "entry", "given"):
        parts[name].append(0)
    most = max(_add(parts, shape, edges[c], late, incoming=c > 0) for c in range(CLASSES))
    arrays = {name: np.array(part, dtype=np.int64) for name, part in parts.items()}
    for name in ("incoming", "outgoing"):
        arrays[name] = arrays[name].reshape(CLASSES, -1)
    return Program(**arrays), most, int(np.diff(arrays["rest"]).max(initial=0))


def _add(
    parts: dict[str, list[int]], shape: Shape, edges: Sequence[tuple[int, int]], late: Sequence[int], *, incoming: bool
) -> int:
    """Add the program of one class; return the number of its slots."""
    slots, links = _Slots(shape), shape.links
    near: list[set[int]] = [set() for _ in range(shape.nodes)]
    border = range(shape.first_border, shape.first_border + shape.carried)
    before = [(a, b) for k, a in enumerate(links) for b in (*links[k:], *border)]
    for a, b in (*edges, *(before if incoming else ())):
        if a != b:
            near[a].add(b)
            near[b].add(a)
    parts["given_slot"] += [slots.of(a, b) for a, b in edges]
    parts["low"] += [a for a, _ in edges]
    parts["high"] += [b for _, b in edges]
    parts["given_inner"].append(parts["given"][-1] + sum(b < shape.first_border for _, b in edges))
    parts["given"].append(len(parts["low"]))
    ahead = range(shape.unknowns, shape.first_border)
    parts["incoming"] += [slots.of(a, b) for a, b in before]
    parts["outgoing"] += [slots.of(a, b) for k, a in enumerate(ahead) for b in (*ahead[k:], *border)]
    for members, joined, rest in _groups(_ordered(_eliminated(near, shape.unknowns, set(late)), shape.unknowns)):
        size = len(members)
        parts["order"] += members
        parts["pivot"].append(len(parts["order"]))
        parts["joined"].append(int(joined))
        parts["inner"].append(parts["rest"][-1] + sum(a < shape.first_border for a in rest))
        parts["node"] += rest
        parts["rest"].append(len(parts["node"]))
        parts["entry"].append(parts["entry"][-1] + (size * (size - 1) // 2 if joined else 0) + size * len(rest))
        parts["row"].append(len(parts["slot"]))
        for k, a in enumerate(members):
            parts["slot"] += [slots.of(a, b) for b in (a, *(members[k + 1 :] if joined else ()), *rest)]
        parts["pair"].append(len(parts["target"]))
        parts["target"] += [slots.of(a, b) for k, a in enumerate(rest) for b in rest[k:]]
    parts["group"].append(len(parts["joined"]))
    return shape.border_slots + len(slots.found)


def _eliminated(near: list[set[int]], count: int, late: set[int]) -> dict[int, tuple[int, ...]]:
    """Return the first `count` nodes in the order of least degree, each with the nodes that it is then joined to."""
    found, waits = dict[int, tuple[int, ...]](), {u for u in late if near[u]}
    heap = [(len(near[u]), u) for u in range(count)]
    heapq.heapify(heap)
    aside: list[int] = []
    while heap or aside:
        if not heap:
            waits.clear()
            heap, aside = [(len(near[u]), u) for u in sorted(set(aside)) if u not in found], []
            continue
        degree, pivot = heapq.heappop(heap)
        if pivot in found or degree != len(near[pivot]):
            continue
        if pivot in waits:
            aside.append(pivot)
            continue
        rest = sorted(near[pivot])
        found[pivot] = tuple(rest)
        for a in rest:
            near[a].discard(pivot)
            near[a].update(b for b in rest if b != a)
            waits.discard(a)
            if a < count:
                heapq.heappush(heap, (len(near[a]), a))
    return found


def _ordered(found: dict[int, tuple[int, ...]], count: int) -> list[tuple[int, tuple[int, ...]]]:
    """Return the same elimination in an order in which pivots with the same rest, and chains of pivots, stand together.

    Children before parents is all that an elimination needs.
    """
    place = {pivot: k for k, pivot in enumerate(found)}
    children: dict[int, list[int]] = {}
    for pivot, rest in found.items():
        parent = min((place[a] for a in rest if a < count), default=-1)
        children.setdefault(parent, []).append(pivot)
    ordered: list[tuple[int, tuple[int, ...]]] = []
    stack: list[tuple[int, bool]] = [(pivot, False) for pivot in reversed(children.get(-1, []))]
    while stack:
        pivot, opened = stack.pop()
        if opened:
            ordered.append((pivot, found[pivot]))
            continue
        stack.append((pivot, True))
        below = sorted(children.get(place[pivot], []), key=lambda c: (len(found[c]), found[c], place[c]))
        stack += [(child, False) for child in reversed(below)]
    return ordered


def _groups(ordered: list[tuple[int, tuple[int, ...]]]) -> list[tuple[list[int], bool, tuple[int, ...]]]:
    """Return groups of pivots that follow each other: their members, whether they are joined, and the common rest."""
    groups: list[tuple[list[int], bool, tuple[int, ...]]] = []
    for pivot, rest in ordered:
        if groups:
            members, joined, common = groups[-1]
            room = len(members) < GROUP_MAX
            if room and (joined or len(members) == 1) and common == tuple(sorted((pivot, *rest))):
                groups[-1] = ([*members, pivot], True, rest)
                continue
            if room and not joined and common == rest:
                members.append(pivot)
                continue
        groups.append(([pivot], False, rest))
    return groups
