"""Rows from coordinates that were placed by hand, and places for what was not, beside its neighbours."""

from __future__ import annotations

import itertools
from collections import defaultdict, deque
from collections.abc import Mapping

from holin.picture.diagram.parts import Group, Node, Parts
from holin.picture.diagram.rows import Rows
from holin.picture.diagram.segments import Segment
from holin.picture.diagram.sizes import FRAME, GAP

Places = dict[str, tuple[float, float]]
"""Node -> (x, y) in the park's own units."""


def has_places(parts: Parts) -> bool:
    """Return whether anything that decides on rows was placed by hand."""
    things: list[Node | Group] = [*parts.nodes.values(), *parts.groups.values()]
    return any(thing.x is not None and thing.y is not None for thing in things)


def placed_rows(
    parts: Parts,
    segments: Mapping[str, Segment],
    widths: Mapping[str, float],
    node_widths: Mapping[str, float],
    width_px: float,
) -> Rows:
    """Return the rows of a drawing of which some or all was placed by hand.

    Equal `diagram_y` is one row, and in a row things keep the order of their `diagram_x`; a substation stays together.
    The middle of a busbar is wished at a multiple of its `diagram_x`: the least at which nothing overlaps, or the one
    that makes the drawing `width_px` wide, whichever is less.
    """
    given = _given(parts, segments)
    places = _completed(given, parts, segments)
    order = {n: k for k, n in enumerate(parts.nodes)}
    middle = {s.id: sum(places[n][0] for n in s.nodes) / len(s.nodes) for s in segments.values()}
    of_node = {n: s.id for s in segments.values() for n in s.nodes}
    levels: defaultdict[float, list[str]] = defaultdict(list)
    for n in parts.nodes:
        levels[round(places[n][1], 6)].append(n)
    rank = {s: k for k, s in enumerate(sorted(segments, key=lambda s: middle[s]))}
    nodes = tuple(
        tuple(sorted(row, key=lambda n: (rank[of_node[n]], places[n][0], order[n])))
        for _, row in sorted(levels.items())
    )
    row_of = {n: r for r, row in enumerate(nodes) for n in row}
    ranges = {s.id: (min(row_of[n] for n in s.nodes), max(row_of[n] for n in s.nodes)) for s in segments.values()}
    passing = tuple(
        tuple(sorted((s for s, (a, b) in ranges.items() if a <= r <= b), key=lambda s: rank[s]))
        for r in range(len(nodes))
    )
    scale = _scale(nodes, given, node_widths, width_px)
    spans = {s: (scale * middle[s] - widths[s] / 2, scale * middle[s] + widths[s] / 2) for s in segments}
    wished = {n: scale * x for n, (x, _) in given.items() if n in parts.nodes}
    least = min(wished.values(), default=0.0) - 400.0
    return Rows(nodes=nodes, segments=passing, wished={n: x - least for n, x in wished.items()}, spans=spans)


def _given(parts: Parts, segments: Mapping[str, Segment]) -> Places:
    """Return the places that were given: of nodes, and by a placed substation of its first busbar."""
    given: Places = {n.id: (n.x, n.y) for n in parts.nodes.values() if n.x is not None and n.y is not None}
    for s in segments.values():
        group = parts.groups.get(s.group)
        if group is not None and group.x is not None and group.y is not None and not any(n in given for n in s.nodes):
            given[s.levels[0][len(s.levels[0]) // 2]] = (group.x, group.y)
    return given


def _completed(given: Places, parts: Parts, segments: Mapping[str, Segment]) -> Places:
    """Return places for all: the rest of a substation below or above its placed nodes, the rest of the park below its
    nearest placed neighbour."""
    step_x, step_y = (_step(values) for values in zip(*given.values(), strict=True))
    places = dict(given)
    of_node = {n: s for s in segments.values() for n in s.nodes}
    level = {n: k for s in segments.values() for k, nodes in enumerate(s.levels) for n in nodes}
    deepest = max(len(s.levels) for s in segments.values())
    neighbours: defaultdict[str, list[str]] = defaultdict(list)
    for link in parts.links:
        neighbours[link.a].append(link.b)
        neighbours[link.b].append(link.a)
    queue = deque(n for n in parts.nodes if n in places)
    seen: defaultdict[tuple[float, float], int] = defaultdict(int)
    while len(places) < len(parts.nodes):
        if not queue:
            first = next(n for n in parts.nodes if n not in places)
            places[first] = (max(x for x, _ in places.values()) + step_x, min(y for _, y in places.values()))
            queue.append(first)
        here = queue.popleft()
        x, y = places[here]
        inside = [n for n in of_node[here].nodes if n not in places]
        outside = [n for n in neighbours[here] if n not in places and n not in inside]
        for n in (*inside, *dict.fromkeys(outside)):
            down = step_y * (level[n] - level[here]) / deepest if n in inside else step_y * 0.5
            seen[x, round(y + down, 6)] += 1
            places[n] = (x + 1e-3 * step_x * (seen[x, round(y + down, 6)] - 1), y + down)
            queue.append(n)
    return places


def _step(values: tuple[float, ...]) -> float:
    distinct = sorted(set(values))
    return min((b - a for a, b in itertools.pairwise(distinct)), default=1.0)


def _scale(
    rows: tuple[tuple[str, ...], ...], given: Places, node_widths: Mapping[str, float], width_px: float
) -> float:
    """Return how many px one unit of `diagram_x` is."""
    needed = [
        ((node_widths[a] + node_widths[b]) / 2 + GAP + 2 * FRAME) / (given[b][0] - given[a][0])
        for row in rows
        for placed in [[n for n in row if n in given]]
        for a, b in itertools.pairwise(placed)
        if given[b][0] > given[a][0]
    ]
    xs = [x for x, _ in given.values()]
    extent = max(xs) - min(xs)
    return min(max(needed, default=1.0), width_px / extent if extent > 0 else 1.0)
