"""Which unknown meets which in an estimation: order, fill and the places of every product, worked out once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from holin.kernel.elimination import elimination
from holin.kernel.estimation_model import Meters, Sees, ends_of
from holin.kernel.topology import Flags, Index, Topology

Places = NDArray[np.int64]


class Pattern(NamedTuple):
    """A gain with constraints, unknowns in elimination order.

    `angle`, `size` (node,) and `multiplier` (constraint,) are the places of the unknowns, -1 for none. Values stand in
    slots: the diagonal, then the columns of the factor below it, `row[start[k]:start[k + 1]]`. `target` lists, for each
    column and each pair of its entries, the slot that their product is taken from, from `target_start[k]` on.

    Slopes of row r are `slope_start[r]` .. `slope_start[r + 1]`, for the unknowns `slope_place`. `end_row`, `end` and
    `end_slope` (part, 4) say which ends add to which row, and to which of its slopes (angle and size here, there; -1
    for none); `own_slope` (row,) is the slope by the size of the row's own node (by the angle where it is an angle).
    `pair_slot`, from `pair_start[r]` on, are the slots of the products of a row's slopes, each with itself and the
    later ones; `cross_slot` (slope of a constraint,), from the first constraint's first slope on, where a constraint's
    slope stands itself.
    """

    angle: Places
    size: Places
    multiplier: Places
    start: Places
    row: Places
    target: Places
    target_start: Places
    slope_start: Places
    slope_place: Places
    end_row: Places
    end: Places
    end_slope: Places
    own_slope: Places
    pair_start: Places
    pair_slot: Places
    cross_slot: Places


def pattern_of(topology: Topology, rows: Meters, constraints: int, unknown: Flags) -> Pattern:
    """Return the pattern of meters and, last among the `rows`, constraints; `unknown` (2 node,) marks what may move.

    Nodes are ordered by minimum degree. The multipliers of a node's constraints follow its angle and size at once, so
    that no pivot is small.
    """
    nodes_of, parts = _reach(topology, rows)
    first = len(rows.kind) - constraints
    order = elimination(topology.nodes, [(i, j) for around in nodes_of for i in around for j in around if i < j])
    angle = np.full(topology.nodes, -1, dtype=np.int64)
    size, multiplier = angle.copy(), np.full(constraints, -1, dtype=np.int64)
    of_node: list[list[int]] = [[] for _ in range(topology.nodes)]
    owned: dict[int, list[int]] = {}
    for c in range(constraints):
        owned.setdefault(int(rows.at[first + c]), []).append(c)
    count = 0
    for node in order.order:
        for places, moves in ((angle, unknown[node]), (size, unknown[topology.nodes + node])):
            if moves:
                places[node] = count
                of_node[node].append(count)
                count += 1
        for c in owned.get(int(node), []):
            multiplier[c] = count
            of_node[node].append(count)
            count += 1
    below = _columns(order.order, order.start, order.columns, of_node, count)
    slot = {(k, k): k for k in range(count)}
    start = np.zeros(count + 1, dtype=np.int64)
    for k in range(count):
        start[k + 1] = start[k] + len(below[k])
        slot |= {(k, j): count + int(start[k]) + z for z, j in enumerate(below[k])}
    target = [slot[a, b] for column in below for n, a in enumerate(column) for b in column[n:]]
    sizes = [len(column) * (len(column) + 1) // 2 for column in below]
    slopes = _slopes(topology, rows, nodes_of, parts, angle, size)
    pair_slot, pair_start = _pairs(slopes, slot)
    cross = [
        slot[min(p, m), max(p, m)]
        for c, m in enumerate(multiplier.tolist())
        for p in slopes.places[slopes.start[first + c] : slopes.start[first + c + 1]].tolist()
    ]
    return Pattern(
        angle=angle, size=size, multiplier=multiplier,
        start=start, row=_indices([j for column in below for j in column]),
        target=_indices(target), target_start=_indices([0, *np.cumsum(sizes).tolist()]),
        slope_start=slopes.start, slope_place=slopes.places,
        end_row=_indices([r for r, _ in parts]), end=_indices([e for _, e in parts]),
        end_slope=slopes.of_part, own_slope=slopes.own,
        pair_start=pair_start, pair_slot=pair_slot, cross_slot=_indices(cross),
    )  # fmt: skip


class _Slopes(NamedTuple):
    start: Places
    places: Places
    of_part: Places
    own: Places


def _indices(values: list[int]) -> Places:
    return np.array(values, dtype=np.int64)


def _reach(topology: Topology, rows: Meters) -> tuple[list[list[int]], list[tuple[int, int]]]:
    """Return the nodes of each row and the (row, end) pairs that add up to the rows."""
    ends = ends_of(topology)
    at: list[list[int]] = [[] for _ in range(topology.nodes)]
    for e, node in enumerate(ends.node.tolist()):
        at[node].append(e)
    nodes, parts = [], []
    for r, (kind, place) in enumerate(zip(rows.kind.tolist(), rows.at.tolist(), strict=True)):
        if kind in (Sees.V, Sees.ANGLE):
            nodes.append([place])
            continue
        of_row = at[place] if kind in (Sees.P_NODE, Sees.Q_NODE) else [place]
        here = place if kind in (Sees.P_NODE, Sees.Q_NODE) else int(ends.node[place])
        joined = [e for e in of_row if ends.mutual[e] != 0 or ends.own[e] != 0]
        nodes.append(list(dict.fromkeys([here, *(int(ends.other[e]) for e in joined)])))
        parts += [(r, e) for e in joined]
    return nodes, parts


def _columns(order: Index, start: Index, columns: Index, of_node: list[list[int]], count: int) -> list[list[int]]:
    """Return for each unknown the later ones of its node and of the nodes that its node meets, rising."""
    below: list[list[int]] = [[] for _ in range(count)]
    for k, node in enumerate(order.tolist()):
        later = [p for j in columns[start[k] : start[k + 1]].tolist() for p in of_node[int(order[j])]]
        own = of_node[node]
        for n, place in enumerate(own):
            below[place] = sorted(own[n + 1 :] + later)
    return below


def _slopes(
    topology: Topology, rows: Meters, nodes_of: list[list[int]], parts: list[tuple[int, int]], angle: Index, size: Index
) -> _Slopes:
    ends = ends_of(topology)
    start, places, own = [0], [], []
    where: list[dict[int, int]] = []
    for r, around in enumerate(nodes_of):
        kind = int(rows.kind[r])
        wanted = [p for n in around for p in ((angle[n],) if kind == Sees.ANGLE else (angle[n], size[n]))]
        if kind == Sees.V:
            wanted = [size[around[0]]]
        mine = {int(p): start[-1] + z for z, p in enumerate(q for q in dict.fromkeys(wanted) if q >= 0)}
        where.append(mine)
        places += list(mine)
        start.append(start[-1] + len(mine))
        own.append(mine.get(int(angle[around[0]] if kind == Sees.ANGLE else size[around[0]]), -1))
    of_part = np.full((len(parts), 4), -1, dtype=np.int64)
    for k, (r, e) in enumerate(parts):
        a, b = int(ends.node[e]), int(ends.other[e])
        of_part[k] = [where[r].get(int(p), -1) for p in (angle[a], size[a], angle[b], size[b])]
    return _Slopes(start=_indices(start), places=_indices(places), of_part=of_part, own=_indices(own))


def _pairs(slopes: _Slopes, slot: dict[tuple[int, int], int]) -> tuple[Places, Places]:
    slots: list[int] = []
    start = [0]
    for r in range(len(slopes.start) - 1):
        mine = slopes.places[slopes.start[r] : slopes.start[r + 1]].tolist()
        slots += [slot[min(i, j), max(i, j)] for n, i in enumerate(mine) for j in mine[n:]]
        start.append(len(slots))
    return _indices(slots), _indices(start)
