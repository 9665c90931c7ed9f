"""Where everything stands from left to right: one linear problem that makes the wires as straight as the order allows.

Unknown are the ends of busbars and frames, and the wires' places on the busbars and in the gaps of the rows. The order
on every busbar and in every row is given; least is made of the sum of weight |x - x'| over the two ends of every piece
of wire between rows, so that most pieces come out exactly upright.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from holin.kernel.highs import Basis
from holin.picture.diagram.order import Item, Lane, Order
from holin.picture.diagram.parts import Link
from holin.picture.diagram.routes import Route
from holin.picture.diagram.sheet import Sheet
from holin.picture.diagram.sizes import (
    BAR_GAP,
    COUPLER,
    END,
    FIGURE_WIDE,
    FRAME,
    GAP,
    LANE,
    STAR,
    circuit_reach,
    feeder_room,
    link_room,
)
from holin.picture.diagram.unknowns import Unknowns

Pin = Item | Lane
"""An end of a wire on a busbar, or a passing wire."""

WISH, MIDDLE_WISH = 40.0, 3.0
"""What a px costs by which a busbar misses the place that it was given, and by which its middle does."""

FREE_BAR, BAR, BOX = 0.3, 2.5, 0.1
"""What a px of a busbar on its own, of one in a substation, and of a frame costs."""

PAGE = 2.0
"""What a px of the whole width costs."""

INSIDE, TRANSFORMS, JOG = 6.0, 1.5, 4.0
"""How much more a px sideways costs inside a substation, at a transformer, and between two gaps."""

STEP, STEP_PX = 25.0, 16.0
"""How much more a px sideways costs where it was only a small step, and how small."""

CENTRED = 0.02
"""What a px costs by which a feeder misses the middle of its busbar."""

ASIDE, ASIDE_COST = 6.0, 400.0
"""How far apart wires stand that would lie on each other."""


@dataclass(frozen=True, kw_only=True)
class Columns:
    """All places in px: busbars and, by segment, frames (left, right); wires' ends and feeders; passing wires."""

    bars: Mapping[str, tuple[float, float]]
    frames: Mapping[str, tuple[float, float]]
    items: Mapping[Item, float]
    lanes: Mapping[Lane, float]
    basis: Basis | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class _Named:
    """The unknowns by what they are."""

    left: Mapping[str, int]
    right: Mapping[str, int]
    item: Mapping[Item, int]
    lane: Mapping[Lane, int]
    frame: Mapping[str, tuple[int, int]]
    page: int

    def pin(self, pin: Pin) -> int:
        kind, k = pin
        return self.item[kind, k] if isinstance(kind, str) else self.lane[kind, k]


def columns_of(
    sheet: Sheet,
    routes: Sequence[Route],
    order: Order,
    *,
    straight: Set[tuple[int, int]] = frozenset(),
    apart: Sequence[tuple[Pin, Pin]] = (),
    start: Basis | None = None,
) -> Columns:
    """Return the places of all parts for one order.

    The pieces of wire in `straight` (link, piece) should by all means be upright; the pins of each pair in `apart` keep
    apart, the first one left. A `start` from a like problem saves time.
    """
    x = Unknowns()
    tie = 1e-4 / len(sheet.parts.nodes)
    named = _Named(
        left={n: x.new(tie * (k + 1)) for k, n in enumerate(sheet.parts.nodes)},
        right={n: x.new() for n in sheet.parts.nodes},
        item={i: x.new() for items in order.sides.values() for i in items},
        lane={lane: x.new() for lanes in order.gaps.values() for lane in lanes},
        frame={s.id: (x.new(), x.new()) for s in sheet.segments.values() if s.group},
        page=x.new(PAGE),
    )
    _add_bars(x, named, sheet)
    for (node, up), items in order.sides.items():
        _add_side(x, named, sheet, node, items, up=up, named_here=order.names_up[node] == up)
    _add_frames(x, named, sheet)
    _add_rows(x, named, sheet, order)
    for one, other, weight in _pieces(named, sheet, routes, straight):
        x.near(((one, 1.0), (other, -1.0)), 0.0, weight)
    for first, second in apart:
        reach = sum(circuit_reach(_link_of(pin, sheet)) for pin in (first, second))
        x.at_most(((named.pin(first), 1.0), (named.pin(second), -1.0)), -(ASIDE + reach), ASIDE_COST, "aside")
    values, basis = x.solved(start)
    lows = (*named.left.values(), *(low for low, _ in named.frame.values()), *named.lane.values())
    places = np.round(values - min(values[v] for v in lows), 1).tolist()
    return Columns(
        bars={n: (places[named.left[n]], places[named.right[n]]) for n in sheet.parts.nodes},
        frames={s: (places[low], places[high]) for s, (low, high) in named.frame.items()},
        items={i: places[v] for i, v in named.item.items()},
        lanes={lane: places[v] for lane, v in named.lane.items()},
        basis=basis,
    )


def _link_of(pin: Pin, sheet: Sheet) -> Link:
    kind, k = pin
    return sheet.parts.links[k if isinstance(kind, str) else kind]


def _add_bars(x: Unknowns, named: _Named, sheet: Sheet) -> None:
    for n, node in sheet.parts.nodes.items():
        left, right = named.left[n], named.right[n]
        x.apart(named.page, right, 0.0)
        title = sheet.sizes.title_width.get(sheet.top_nodes.get(n, ""), 0.0)
        if node.star:
            x.exactly(right, left, STAR + sheet.sizes.label_width[n])
        else:
            x.apart(right, left, max(2 * END + 10.0, sheet.sizes.label_width[n], title))
            x.near(((right, 1.0), (left, -1.0)), 0.0, BAR if node.group else FREE_BAR)
        if n in sheet.rows.wished:
            wish = sheet.rows.wished[n]
            x.near(((left, 0.5), (right, 0.5)), wish, MIDDLE_WISH)
            x.at_most(((left, 1.0),), wish, WISH)
            x.at_most(((right, -1.0),), -wish, WISH)


def _add_side(
    x: Unknowns, named: _Named, sheet: Sheet, node: str, items: Sequence[Item], *, up: bool, named_here: bool
) -> None:
    """Keep apart what stands on one side of a busbar, to the right of the names that stand there."""
    left, right, sizes = named.left[node], named.right[node], sheet.sizes
    if sheet.parts.nodes[node].star:
        for k, i in enumerate(items):
            x.exactly(named.item[i], left, STAR / 2 + (k - (len(items) - 1) / 2) * 14.0)
        return
    before = sizes.label_width[node] if named_here else END
    if up:
        before = max(before, sizes.title_width.get(sheet.top_nodes.get(node, ""), 0.0))
    previous = left
    for i in items:
        reach_left, reach_right = item_room(i, sheet)
        x.apart(named.item[i], previous, before + reach_left)
        previous, before = named.item[i], reach_right
        if i[0] == "feeder":
            x.near(((named.item[i], 1.0), (left, -0.5), (right, -0.5)), 0.0, CENTRED)
    x.apart(right, previous, max(before, END))


def item_room(item: Item, sheet: Sheet) -> tuple[float, float]:
    """Return how far what stands on a busbar reaches to the left and to the right of its middle."""
    kind, k = item
    if kind == "feeder":
        room = feeder_room(sheet.parts.feeders[k], sheet.sizes.feeders[k])
        return room / 2, room / 2
    link = sheet.parts.links[k]
    half = link_room(link, False) / 2
    figure = circuit_reach(link) + FIGURE_WIDE if sheet.sizes.figures and kind == "a" and link.flows else 0.0
    return half, max(link_room(link, kind == "b") - half, figure)


def _add_frames(x: Unknowns, named: _Named, sheet: Sheet) -> None:
    for s, (low, high) in named.frame.items():
        title = sheet.sizes.title_width[sheet.segments[s].group]
        x.apart(named.page, high, 0.0)
        x.apart(high, low, title)
        x.near(((high, 1.0), (low, -1.0)), 0.0, BOX)
        for n in sheet.segments[s].nodes:
            beside_title = sheet.parts.nodes[n].star and n in sheet.top_nodes
            x.apart(named.left[n], low, title if beside_title else FRAME)
            x.apart(high, named.right[n], FRAME)


def _add_rows(x: Unknowns, named: _Named, sheet: Sheet, order: Order) -> None:
    """Keep apart what stands beside each other in a row."""
    coupled = {frozenset((link.a, link.b)) for link in sheet.parts.links if link.kind == "switch"}
    for r, row in enumerate(sheet.rows.segments):
        beside: list[tuple[int, int, float]] = []
        for gap in range(len(row) + 1):
            for k, p in order.gaps.get((r, gap), ()):
                half = LANE / 2 + circuit_reach(sheet.parts.links[k])
                beside.append((named.lane[k, p], named.lane[k, p], half))
            if gap == len(row):
                break
            inside = sheet.in_row(row[gap], r)
            for one, other in pairwise(inside):
                gap_px = COUPLER if frozenset((one, other)) in coupled else BAR_GAP
                x.apart(named.left[other], named.right[one], gap_px)
            if row[gap] in named.frame:
                beside.append((*named.frame[row[gap]], GAP / 2))
            elif inside:
                beside.append((named.left[inside[0]], named.right[inside[-1]], GAP / 2))
        for (_, edge, reach), (next_edge, _, next_reach) in pairwise(beside):
            x.apart(next_edge, edge, reach + next_reach)


def _pieces(
    named: _Named, sheet: Sheet, routes: Sequence[Route], straight: Set[tuple[int, int]]
) -> Iterator[tuple[int, int, float]]:
    """Yield the two ends of each piece of wire between rows, and what a px of its way sideways costs."""
    for k, (link, route) in enumerate(zip(sheet.parts.links, routes, strict=True)):
        if route.direct:
            continue
        way = [named.item["a", k], *(named.lane[k, p] for p in range(len(route.passes))), named.item["b", k]]
        weight = INSIDE if sheet.segment_of[link.a] == sheet.segment_of[link.b] else 1.0
        weight *= TRANSFORMS if link.transforms or link.kind == "winding" else 1.0
        for p, (one, other) in enumerate(pairwise(way)):
            jog = STEP if (k, p) in straight else JOG if 0 < p < len(way) - 2 else 1.0
            yield one, other, weight * jog


def steps_of(routes: Sequence[Route], columns: Columns) -> set[tuple[int, int]]:
    """Return the pieces of wire (link, piece) that go only a little sideways, which looks like a slip."""
    found: set[tuple[int, int]] = set()
    for k, route in enumerate(routes):
        if not route.direct:
            lanes = (columns.lanes[k, p] for p in range(len(route.passes)))
            way = [columns.items["a", k], *lanes, columns.items["b", k]]
            found |= {(k, p) for p, (one, other) in enumerate(pairwise(way)) if 0.0 < abs(one - other) < STEP_PX}
    return found
