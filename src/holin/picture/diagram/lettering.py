"""Where words stand on a single-line diagram: each in the room kept for it, lengths of lines where there is some."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from holin.picture.diagram.geometry import Piece, Point, Text
from holin.picture.diagram.metrics import SMALL_PX, text_px
from holin.picture.diagram.order import feeders_up
from holin.picture.diagram.plan import Plan
from holin.picture.diagram.segments import Segment
from holin.picture.diagram.sizes import (
    CIRCUIT,
    FIGURE_PX,
    LINE,
    POWER,
    STAR,
    STUB,
    SYMBOL,
    TITLE_LINE,
    TITLE_PX,
    VOLTAGE,
    arrow_reach,
    circuit_reach,
    transformer_middle,
)
from holin.picture.labels import Box

TINY_PX = 9.5
"""Font size of lengths on lines, of ratings and of figures beside wires."""


def frame_box(plan: Plan, segment: Segment) -> Box:
    """Return the frame of a substation."""
    left, right = plan.columns.frames[segment.id]
    first, _ = plan.sheet.reach[segment.id]
    top = plan.heights.y[first] - plan.heights.over[first] + 1.0
    bottom = max(plan.y(n) + plan.heights.below[n] for n in segment.nodes) + 5.0
    return Box(left=left, top=top, right=right, bottom=bottom)


def lettering(plan: Plan, pieces: Sequence[Piece]) -> Iterator[Text]:
    """Yield all words, and with the plan's figures the room for each; no two of them overlap."""
    kept = [*_titles(plan), *_names(plan), *_feeders(plan), *_ratings(plan), *_counts(plan)]
    if plan.sheet.sizes.figures:
        kept += _figures(plan)
    yield from kept
    yield from _lengths(plan, pieces, [t.box for t in kept])


def _level(words: str, x: float, y: float, size: float, look: str) -> Text:
    """Return a level text whose line begins at x and stands on y."""
    long = text_px(words, size, bold=look == "title")
    return Text(words=words, x=x, y=y, box=_level_box(x, y, long, size), size=size, look=look)


def _level_box(left: float, y: float, long: float, size: float) -> Box:
    return Box(left=left, top=y - 0.95 * size, right=left + long, bottom=y + 0.25 * size)


def _upright(words: str, x: float, start: float, long: float, sign: float, size: float, look: str) -> Text:
    """Return a text that is read away from its busbar: downwards below it, upwards above it."""
    top, bottom = (start, start + long) if sign > 0 else (start - long, start)
    box = Box(left=x - size / 2, top=top, right=x + size / 2, bottom=bottom)
    return Text(words=words, x=x, y=start, box=box, size=size, look=look, turn="down" if sign > 0 else "up")


def _figure(room: Text, figure: str, keys: tuple[str, ...]) -> Text:
    """Return the room of a text as that of a figure of a run."""
    return Text(
        words="", x=room.x, y=room.y, box=room.box, size=room.size, look="figure", anchor=room.anchor, turn=room.turn,
        figure=figure, keys=keys,
    )  # fmt: skip


def _titles(plan: Plan) -> Iterator[Text]:
    for segment in plan.sheet.segments.values():
        if segment.group:
            box = frame_box(plan, segment)
            for k, words in enumerate(plan.sheet.sizes.title[segment.group]):
                yield _level(words, box.left + 6.0, box.top + 3.0 + TITLE_LINE * (k + 0.8), TITLE_PX, "title")


def _names(plan: Plan) -> Iterator[Text]:
    """Yield the names of busbars, each at the bar's left end; an empty last line is for the voltage."""
    for n, node in plan.sheet.parts.nodes.items():
        lines = plan.sheet.sizes.node_label[n]
        if node.star:
            continue
        left, y = plan.columns.bars[n][0], plan.y(n)
        first = y - 7.0 - LINE * (len(lines) - 1) if plan.order.names_up[n] else y + 5.0 + SMALL_PX
        for k, words in enumerate(lines):
            text = _level(words or VOLTAGE, left, first + LINE * k, SMALL_PX, "name")
            yield text if words else _figure(text, "bus", (n,))


def _feeders(plan: Plan) -> Iterator[Text]:
    parts, sizes = plan.sheet.parts, plan.sheet.sizes
    for k, (feeder, up) in enumerate(zip(parts.feeders, feeders_up(parts, plan.routes), strict=True)):
        x, sign, text = plan.columns.items["feeder", k], -1.0 if up else 1.0, sizes.feeders[k]
        start = plan.y(feeder.node) + sign * (STUB + SYMBOL + 4.0)
        measured = sizes.figures and not feeder.size
        if text.upright:
            longest = max((text_px(w) + 4.0 for w in text.lines), default=0.0)
            for c, words in enumerate(text.lines):
                off = LINE * (c - (len(text.lines) - 1) / 2)
                yield _upright(words, x + off, start, text_px(words), sign, SMALL_PX, "name")
            if measured:
                room = _upright("", x, start + sign * longest, FIGURE_PX - 4.0, sign, SMALL_PX, "figure")
                yield _figure(room, "unit", feeder.ids)
            continue
        lines = (*text.lines, "") if measured else text.lines
        first = start + 8.0 if sign > 0 else start - LINE * (len(lines) - 1) - 2.0
        for c, words in enumerate(lines):
            level, long = first + LINE * c, text_px(words or POWER)
            box = _level_box(x - long / 2, level, long, SMALL_PX)
            centred = Text(words=words, x=x, y=level, box=box, size=SMALL_PX, look="name", anchor="middle")
            yield centred if words else _figure(centred, "unit", feeder.ids)


def _ratings(plan: Plan) -> Iterator[Text]:
    """Yield the ratings beside the symbols of transformers."""
    for k, link in enumerate(plan.sheet.parts.links):
        if link.transforms:
            sign = -1.0 if plan.routes[k].up_b else 1.0
            centre = plan.y(link.b) + sign * transformer_middle(link)
            yield from _stacked(link.label, plan.columns.items["b", k] + circuit_reach(link) + 13.0, centre)
    for n, node in plan.sheet.parts.nodes.items():
        if node.star:
            yield from _stacked(node.label, plan.columns.bars[n][0] + STAR - 2.0, plan.y(n))


def _stacked(lines: Sequence[str], x: float, centre: float) -> Iterator[Text]:
    for k, words in enumerate(lines):
        yield _level(words, x, centre + 11.5 * (k - (len(lines) - 1) / 2) + 3.5, TINY_PX, "rating")


def _counts(plan: Plan) -> Iterator[Text]:
    """Yield how many circuits a bundle of lines stands for."""
    for k, link in enumerate(plan.sheet.parts.links):
        if link.bundled and not link.transforms:
            sign = -1.0 if plan.routes[k].up_a else 1.0
            at = plan.y(link.a) + sign * STUB + 3.5
            yield _level(f"{len(link.ids)}×", plan.columns.items["a", k] + 3.5, at, TINY_PX, "rating")


def _figures(plan: Plan) -> Iterator[Text]:
    """Yield the room for the power of each link, all circuits together, beside its arrow."""
    for k, link in enumerate(plan.sheet.parts.links):
        if not link.flows:
            continue
        sign = -1.0 if plan.routes[k].up_a else 1.0
        start = plan.y(link.a) + sign * (arrow_reach(link) - 4.0)
        beside = plan.columns.items["a", k] + circuit_reach(link) + 9.5
        keys = tuple(f"{'-' if way < 0 else '+'}{flow}" for flow, way in link.flows)
        yield _figure(_upright("", beside, start, FIGURE_PX - 14.0, sign, TINY_PX, "figure"), "branch", keys)


def _lengths(plan: Plan, pieces: Sequence[Piece], taken: list[Box]) -> Iterator[Text]:
    """Yield the lengths of lines on their longest piece sideways, where no wire and no word is in the way."""
    wires = [pair for piece in pieces for wire in piece.wires for pair in pairwise(wire.points)]
    by_id = {piece.ids[0]: piece for piece in pieces}
    for link in plan.sheet.parts.links:
        if link.kind not in ("line", "cable") or not link.label:
            continue
        drawn = [by_id[i] for i in link.ids if i in by_id]
        for text in _beside(link.label[0], drawn):
            crossed = any(_meets(text.box, pair) for pair in wires)
            if not crossed and not any(text.box.overlaps(box) for box in taken):
                taken.append(text.box)
                yield text
                break


def _beside(words: str, drawn: Sequence[Piece]) -> Iterator[Text]:
    """Yield the places for a text above and below the pieces sideways of some circuits, the longest piece first."""
    long = text_px(words, TINY_PX)
    runs = [[pair for w in piece.wires for pair in pairwise(w.points) if pair[0][1] == pair[1][1]] for piece in drawn]
    for beside in sorted(zip(*runs, strict=True), key=lambda pairs: -_extent(pairs[0])):
        if _extent(beside[0]) > long + 8.0:
            left = (beside[0][0][0] + beside[0][1][0] - long) / 2
            yield _level(words, left, min(pair[0][1] for pair in beside) - 2.5, TINY_PX, "length")
            yield _level(words, left, max(pair[0][1] for pair in beside) + 3.0 + CIRCUIT, TINY_PX, "length")


def _extent(pair: tuple[Point, Point]) -> float:
    return abs(pair[0][0] - pair[1][0])


def _meets(box: Box, pair: tuple[Point, Point]) -> bool:
    (x1, y1), (x2, y2) = pair
    return (
        min(x1, x2) < box.right + 1.0
        and max(x1, x2) > box.left - 1.0
        and min(y1, y2) < box.bottom
        and max(y1, y2) > box.top
    )
