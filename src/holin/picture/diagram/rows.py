"""Which row each busbar stands in, and in which order: by distance from the grid connection, with few crossings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holin.picture.diagram.parts import Parts
from holin.picture.diagram.segments import Segment, distances

GAP_PX = 26.0
SWEEPS = 14


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The rows of nodes from top to bottom, each from left to right.

    `segments` are the segments of each row from left to right, those too that only pass through it; `spans` roughly
    where they reach from and to. `wished` holds the middles of nodes that were placed by hand. All in px.
    """

    nodes: tuple[tuple[str, ...], ...]
    segments: tuple[tuple[str, ...], ...]
    spans: Mapping[str, tuple[float, float]]
    wished: Mapping[str, float]


def automatic_rows(parts: Parts, segments: Mapping[str, Segment], widths: Mapping[str, float], width_px: float) -> Rows:
    """Return the rows of a drawing that is about `width_px` wide; `widths` are what the segments take, in px.

    Segments are layered by their distance from the grid connection. A layer that is too wide first gives the segments
    that hang on one neighbour only to the row on the neighbour's other side, then is split.
    """
    ties = _ties(parts, segments)
    depth = _depths(parts, segments, ties)
    layers: defaultdict[int, list[str]] = defaultdict(list)
    for s in segments:
        layers[2 * depth[s]].append(s)
    _lift(layers, ties, widths, width_px, parts, segments)
    rows = [part for _, layer in sorted(layers.items()) for part in _split(layer, ties, widths, width_px)]
    ordered, middles = ordered_rows(rows, ties, widths)
    nodes: list[tuple[str, ...]] = []
    passing: list[tuple[str, ...]] = []
    for row in ordered:
        for level in range(max(len(segments[s].levels) for s in row)):
            deep = [s for s in row if len(segments[s].levels) > level]
            nodes.append(tuple(n for s in deep for n in segments[s].levels[level]))
            passing.append(tuple(deep))
    spans = {s: (x - widths[s] / 2, x + widths[s] / 2) for s, x in middles.items()}
    return Rows(nodes=tuple(nodes), segments=tuple(passing), spans=spans, wished={})


Ties = dict[str, dict[str, float]]
"""Segment -> neighbour -> how many links join them."""


def _ties(parts: Parts, segments: Mapping[str, Segment]) -> Ties:
    of_node = {n: s.id for s in segments.values() for n in s.nodes}
    ties: Ties = {s: {} for s in segments}
    for link in parts.links:
        a, b = of_node[link.a], of_node[link.b]
        if a != b:
            ties[a][b] = ties[a].get(b, 0.0) + 1.0
            ties[b][a] = ties[b].get(a, 0.0) + 1.0
    return ties


def _depths(parts: Parts, segments: Mapping[str, Segment], ties: Ties) -> dict[str, int]:
    """Return how many segments away from its root each is; a part without a grid connection has a root of its own."""
    of_node = {n: s.id for s in segments.values() for n in s.nodes}
    grids = [of_node[f.node] for f in parts.feeders if f.kind == "grid"]
    balancing = [of_node[f.node] for f in parts.feeders if f.balances]
    highest = {s.id: max(parts.nodes[n].v_nom_kv for n in s.nodes) for s in segments.values()}
    by_weight = sorted(segments, key=lambda s: (-len(ties[s]), -highest[s]))
    neighbours = {s: [(t, 1) for t in others] for s, others in ties.items()}
    depth: dict[str, int] = {}
    for roots in (grids, *([s] for s in balancing), *([s] for s in by_weight)):
        if roots and not any(s in depth for s in roots):
            depth |= distances(roots, neighbours)
    return depth


def _lift(
    layers: dict[int, list[str]],
    ties: Ties,
    widths: Mapping[str, float],
    width_px: float,
    parts: Parts,
    segments: Mapping[str, Segment],
) -> None:
    """Move segments with one neighbour from too wide a layer to the row on the other side of that neighbour."""
    feeding = {f.node for f in parts.feeders if f.source}
    for layer in sorted(layers):
        leaves = [s for s in layers[layer] if len(ties[s]) == 1 and next(iter(ties[s])) in layers.get(layer - 2, ())]
        leaves.sort(key=lambda s: not any(n in feeding for n in segments[s].nodes))
        target = layer - 4 if layer >= 4 else -2
        for s in leaves:
            if _wide(layers[layer], widths) <= width_px:
                break
            if _wide([*layers.get(target, []), s], widths) <= width_px:
                layers[layer].remove(s)
                layers.setdefault(target, []).append(s)


def _wide(row: Sequence[str], widths: Mapping[str, float]) -> float:
    return sum(widths[s] + GAP_PX for s in row)


def _split(layer: list[str], ties: Ties, widths: Mapping[str, float], width_px: float) -> list[list[str]]:
    """Return a layer as rows that are narrow enough: those with the fewest neighbours first."""
    count = max(1, -(-int(_wide(layer, widths)) // int(width_px)))
    if count == 1 or len(layer) < 2:
        return [layer]
    rows: list[list[str]] = [[]]
    share = _wide(layer, widths) / count
    for s in sorted(layer, key=lambda s: len(ties[s])):
        if rows[-1] and _wide([*rows[-1], s], widths) > share + widths[s] / 2 and len(rows) < count:
            rows.append([])
        rows[-1].append(s)
    return [[s for s in layer if s in row] for row in rows]


# ---- order ------------------------------------------------------------------------------------------------------


def ordered_rows(
    rows: Sequence[Sequence[str]], ties: Ties, widths: Mapping[str, float]
) -> tuple[list[list[str]], dict[str, float]]:
    """Return the rows in an order with short links and few crossings, and the segments' rough middles.

    Barycentre sweeps, then swaps of neighbours.
    """
    row_of = {s: r for r, row in enumerate(rows) for s in row}
    current = [list(row) for row in rows]
    at: dict[str, float] = {}
    for row in current:
        at |= _spread(row, {}, widths)
    best, best_cost = [list(row) for row in current], _cost(current, at, ties, row_of)
    for sweep in range(SWEEPS):
        order = range(len(current)) if sweep % 2 == 0 else range(len(current) - 1, -1, -1)
        for r in order:
            pull = _pull(current[r], at, ties, row_of, downwards=sweep % 2 == 0 if sweep < SWEEPS - 4 else None)
            current[r] = sorted(current[r], key=lambda s: pull[s])
            at |= _spread(current[r], pull, widths)
        cost = _cost(current, at, ties, row_of)
        if cost < best_cost - 1e-9:
            best, best_cost = [list(row) for row in current], cost
    return _swapped(best, ties, widths, row_of)


def _pull(
    row: Sequence[str], at: Mapping[str, float], ties: Ties, row_of: Mapping[str, int], *, downwards: bool | None
) -> dict[str, float]:
    """Return where each segment of a row is drawn to: the mean of its neighbours above (below, or all)."""
    found: dict[str, float] = {}
    for s in row:
        pairs = [
            (at[t], weight if row_of[t] != row_of[s] else 0.6 * weight)
            for t, weight in ties[s].items()
            if downwards is None or row_of[t] == row_of[s] or (row_of[t] < row_of[s]) == downwards
        ]
        total = sum(w for _, w in pairs)
        found[s] = sum(x * w for x, w in pairs) / total if total else at[s]
    return found


def _spread(row: Sequence[str], pull: Mapping[str, float], widths: Mapping[str, float]) -> dict[str, float]:
    """Return the middles of a row's segments, in its order, nearest to where they are drawn (isotonic regression)."""
    offsets: list[float] = []
    edge = 0.0
    for s in row:
        offsets.append(edge + widths[s] / 2)
        edge += widths[s] + GAP_PX
    blocks: list[list[float]] = []
    for s, offset in zip(row, offsets, strict=True):
        blocks.append([pull.get(s, offset - edge / 2) - offset, 1.0])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            mean, count = blocks.pop()
            blocks[-1] = [
                (blocks[-1][0] * blocks[-1][1] + mean * count) / (blocks[-1][1] + count),
                blocks[-1][1] + count,
            ]
    starts = [mean for mean, count in blocks for _ in range(int(count))]
    return {s: start + offset for s, start, offset in zip(row, starts, offsets, strict=True)}


CROSSING_PX = 25.0
"""How much longer links may get to spare one crossing."""


def _cost(rows: Sequence[Sequence[str]], at: Mapping[str, float], ties: Ties, row_of: Mapping[str, int]) -> float:
    length = sum(w * abs(at[s] - at[t]) for s, others in ties.items() for t, w in others.items() if s < t)
    return length + CROSSING_PX * sum(_crossings(rows[r], at, ties, row_of) for r in range(len(rows)))


def _crossings(row: Sequence[str], at: Mapping[str, float], ties: Ties, row_of: Mapping[str, int]) -> float:
    """Return how often the links from a row to the next rows below cross."""
    ends = [(at[s], at[t], w) for s in row for t, w in ties[s].items() if row_of[t] > row_of[s]]
    ends.sort()
    return sum(
        ends[i][2] * ends[j][2]
        for i in range(len(ends))
        for j in range(i + 1, len(ends))
        if ends[i][0] < ends[j][0] and ends[i][1] > ends[j][1]
    )


def _swapped(
    rows: list[list[str]], ties: Ties, widths: Mapping[str, float], row_of: Mapping[str, int]
) -> tuple[list[list[str]], dict[str, float]]:
    """Swap neighbours in a row as long as that makes links shorter or spares crossings."""
    at: dict[str, float] = {}
    for row in rows:
        at |= _spread(row, {}, widths)
    at = settled(rows, at, ties, widths, row_of)
    for _ in range(6):
        changed = False
        for row in rows:
            for k in range(len(row) - 1):
                one, other = row[k], row[k + 1]
                if _local(one, other, at, ties, row_of) > _local(other, one, at, ties, row_of) + 1e-9:
                    row[k], row[k + 1] = other, one
                    left = at[one] - widths[one] / 2
                    right = at[other] + widths[other] / 2
                    at[other], at[one] = left + widths[other] / 2, right - widths[one] / 2
                    changed = True
        at = settled(rows, at, ties, widths, row_of)
        if not changed:
            break
    return rows, at


def settled(
    rows: Sequence[Sequence[str]],
    at: dict[str, float],
    ties: Ties,
    widths: Mapping[str, float],
    row_of: Mapping[str, int],
) -> dict[str, float]:
    """Return the middles after some rounds in which every segment follows all its neighbours, orders kept."""
    for sweep in range(12):
        for r in range(len(rows)) if sweep % 2 == 0 else range(len(rows) - 1, -1, -1):
            at = at | _spread(rows[r], _pull(rows[r], at, ties, row_of, downwards=None), widths)
    return at


def _local(left: str, right: str, at: Mapping[str, float], ties: Ties, row_of: Mapping[str, int]) -> float:
    """Return the cost of two neighbours' links with `left` to the left of `right`, their two places taken in order."""
    places = sorted((at[left], at[right]))
    here = {left: places[0], right: places[1]}
    length = sum(w * abs(here[s] - here.get(t, at[t])) for s in (left, right) for t, w in ties[s].items())
    crossed = sum(
        w1 * w2
        for t1, w1 in ties[left].items()
        for t2, w2 in ties[right].items()
        if (row_of[t1] - row_of[left]) * (row_of[t2] - row_of[right]) > 0 and at[t1] > at[t2] and t1 != right
    )
    return length + CROSSING_PX * crossed
