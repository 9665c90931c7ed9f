"""Which way each link goes: out of which side of its busbars, and through which gaps of the rows between."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from holin.picture.diagram.parts import Link, Parts
from holin.picture.diagram.sheet import Sheet

TURN_PX = 40.0
"""What passing one row costs, in px of a longer way."""

BACK_PX = 150.0
"""What passing a row costs at whose busbar the way begins or ends: it goes the wrong way first."""

CROWD_PX = 9.0
"""What each wire that a side of a busbar has more than the other costs."""

BLOCKED_PX = 1e6
"""What a way through the frame of another substation costs."""


@dataclass(frozen=True, kw_only=True)
class Pass:
    """Where a link passes a row: the gap (0 is left of the row's first segment)."""

    row: int
    gap: int


@dataclass(frozen=True, kw_only=True)
class Route:
    """A link's way: `up_a`, `up_b` say out of which sides it goes; `direct` is a coupler between neighbours.

    `channels` are the spaces that it crosses sideways, one more than `passes`; channel r lies below row r, -1 above
    all rows.
    """

    up_a: bool
    up_b: bool
    passes: tuple[Pass, ...] = ()
    channels: tuple[int, ...] = ()
    direct: bool = False


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Rough places: of segments (left, right) and of nodes (middle), in px."""

    sheet: Sheet
    spans: Mapping[str, tuple[float, float]]
    middles: Mapping[str, float]

    def gap_x(self, row: int, gap: int) -> float:
        """Return the middle of a gap."""
        row_segments = self.sheet.rows.segments[row]
        if not row_segments:
            return 0.0
        if gap == 0:
            return self.spans[row_segments[0]][0] - 20.0
        if gap == len(row_segments):
            return self.spans[row_segments[-1]][1] + 20.0
        return (self.spans[row_segments[gap - 1]][1] + self.spans[row_segments[gap]][0]) / 2

    def blocked(self, channel: int, x1: float, x2: float, own: set[str]) -> float:
        """Return what it costs that frames of others lie in the way along a channel."""
        if not 0 <= channel < len(self.sheet.rows.segments) - 1:
            return 0.0
        through = set(self.sheet.rows.segments[channel]) & set(self.sheet.rows.segments[channel + 1]) - own
        low, high = min(x1, x2), max(x1, x2)
        return BLOCKED_PX * sum(self.spans[s][0] < high and self.spans[s][1] > low for s in through)


def routes_of(ground: Ground) -> list[Route]:
    """Return the route of every link, in their order: the shortest one that no frame blocks."""
    parts, row_of = ground.sheet.parts, ground.sheet.row_of
    load: defaultdict[tuple[str, bool], float] = defaultdict(float)
    routes: dict[int, Route] = {}
    joined: set[frozenset[str]] = set()
    for k, link in enumerate(parts.links):
        pair = frozenset((link.a, link.b))
        if link.kind == "switch" and pair not in joined and _neighbours(link, ground):
            joined.add(pair)
            routes[k] = Route(up_a=False, up_b=False, direct=True)
    between_rows_first = sorted(
        (k for k in range(len(parts.links)) if k not in routes),
        key=lambda k: (row_of[parts.links[k].a] == row_of[parts.links[k].b], k),
    )
    for k in between_rows_first:
        link = parts.links[k]
        routes[k] = _shortest(link, ground, load, parts)
        load[link.a, routes[k].up_a] += link.circuits
        load[link.b, routes[k].up_b] += link.circuits
    return [routes[k] for k in range(len(parts.links))]


def _neighbours(link: Link, ground: Ground) -> bool:
    row_of = ground.sheet.row_of
    if row_of[link.a] != row_of[link.b] or link.a == link.b:
        return False
    row = ground.sheet.rows.nodes[row_of[link.a]]
    same = ground.sheet.segment_of[link.a] == ground.sheet.segment_of[link.b]
    return same and abs(row.index(link.a) - row.index(link.b)) == 1


State = tuple[int, int, int]
"""Channel, the row by which it was entered (-1: the beginning), the gap of that row."""


def _shortest(
    link: Link,
    ground: Ground,
    load: Mapping[tuple[str, bool], float],
    parts: Parts,
) -> Route:
    """Return the cheapest route over channels and gaps, by the A* algorithm with what is left at least."""
    own = {ground.sheet.segment_of[link.a], ground.sheet.segment_of[link.b]}
    row_a, row_b = ground.sheet.row_of[link.a], ground.sheet.row_of[link.b]
    x_a, x_b = ground.middles[link.a], ground.middles[link.b]
    queue: list[tuple[float, int, State, float, tuple[State, ...]]] = []
    count = 0
    for up in (True, False):
        start = (row_a - 1 if up else row_a, -1, 0)
        least = _crowd(link.a, up, load, parts) + _still(start[0], x_a, row_b, x_b)
        heapq.heappush(queue, (least, count, start, x_a, (start,)))
        count += 1
    done: set[State] = set()
    best: tuple[float, Route] | None = None
    while queue:
        least, _, state, x, path = heapq.heappop(queue)
        cost = least - _still(state[0], x, row_b, x_b)
        if best is not None and least >= best[0]:
            break
        if state in done:
            continue
        done.add(state)
        channel = state[0]
        for up_b in (True, False):
            if channel == (row_b - 1 if up_b else row_b):
                total = cost + abs(x - x_b) + ground.blocked(channel, x, x_b, own) + _crowd(link.b, up_b, load, parts)
                if best is None or total < best[0] - 1e-9:
                    best = total, _route(path, row_a, up_b)
        for row, gap, next_channel in _ways(channel, ground):
            if (next_channel, row, gap) in done:
                continue
            way = ground.gap_x(row, gap)
            least = cost + abs(way - x) + (BACK_PX if row in (row_a, row_b) else TURN_PX)
            least += _still(next_channel, way, row_b, x_b)
            if best is not None and least >= best[0]:
                continue
            least += ground.blocked(channel, x, way, own)
            next_state = (next_channel, row, gap)
            heapq.heappush(queue, (least, count, next_state, way, (*path, next_state)))
            count += 1
    assert best is not None
    return best[1]


def _still(channel: int, x: float, row_b: int, x_b: float) -> float:
    """Return what the rest of a way costs at least."""
    return abs(x - x_b) + TURN_PX * max(row_b - 1 - channel, channel - row_b, 0)


def _crowd(node: str, up: bool, load: Mapping[tuple[str, bool], float], parts: Parts) -> float:
    if parts.nodes[node].star:
        return 0.0
    return CROWD_PX * max(0.0, load[node, up] - load[node, not up])


def _ways(channel: int, ground: Ground) -> Iterator[tuple[int, int, int]]:
    """Yield the gaps by which a channel can be left: (row, gap, channel beyond)."""
    for row, beyond in ((channel, channel - 1), (channel + 1, channel + 1)):
        if 0 <= row < len(ground.sheet.rows.segments):
            for gap in range(len(ground.sheet.rows.segments[row]) + 1):
                yield row, gap, beyond


def _route(path: tuple[State, ...], row_a: int, up_b: bool) -> Route:
    return Route(
        up_a=path[0][0] == row_a - 1,
        up_b=up_b,
        passes=tuple(Pass(row=row, gap=gap) for _, row, gap in path[1:]),
        channels=tuple(channel for channel, _, _ in path),
    )
