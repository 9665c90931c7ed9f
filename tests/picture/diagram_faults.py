"""What could be wrong with a laid-out single-line diagram: things on top of each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from holin.picture.diagram import Diagram
from holin.picture.diagram.geometry import Piece, Point

Segment = tuple[Point, Point]
NEAR_PX = 3.0


def faults_of_drawing(diagram: Diagram) -> list[tuple[object, ...]]:
    """Return every overlap, `[]` is good."""
    return [
        *_texts(diagram), *_bars(diagram), *_wires_on_bars_and_texts(diagram), *_wires_on_wires(diagram),
        *_symbols(diagram), *_frames(diagram), *_outside(diagram),
    ]  # fmt: skip


def segments_of(piece: Piece) -> Iterator[Segment]:
    for wire in piece.wires:
        yield from (pair for pair in pairwise(wire.points) if pair[0] != pair[1])


def reach(segment: Segment) -> tuple[float, float, float, float]:
    (x1, y1), (x2, y2) = segment
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _texts(diagram: Diagram) -> Iterator[tuple[object, ...]]:
    for one, other in combinations(diagram.texts, 2):
        if one.box.overlaps(other.box):
            yield "text on text", one.words or one.keys, other.words or other.keys


def _bars(diagram: Diagram) -> Iterator[tuple[object, ...]]:
    for one, other in combinations(diagram.bars, 2):
        if abs(one.y - other.y) < 5.0 and one.x1 < other.x2 + 4.0 and other.x1 < one.x2 + 4.0:
            yield "bar on bar", one.id, other.id


def _wires_on_bars_and_texts(diagram: Diagram) -> Iterator[tuple[object, ...]]:
    for piece in diagram.pieces:
        for left, top, right, bottom in map(reach, segments_of(piece)):
            for bar in diagram.bars:
                meets = left <= bar.x2 + 2 and right >= bar.x1 - 2 and top <= bar.y + 2 and bottom >= bar.y - 2
                if meets and bar.id not in piece.ends:
                    yield "wire on bar", piece.ids, bar.id
            for text in diagram.texts:
                box = text.box
                if (
                    left < box.right - 0.5
                    and right > box.left + 0.5
                    and top < box.bottom - 0.5
                    and bottom > box.top + 0.5
                ):
                    yield "wire on text", piece.ids, text.words or text.keys


def _wires_on_wires(diagram: Diagram) -> Iterator[tuple[object, ...]]:
    """Two wires may cross, but never run on each other."""
    wires = [(piece.ids, reach(s)) for piece in diagram.pieces for s in segments_of(piece)]
    for (one, (l1, t1, r1, b1)), (other, (l2, t2, r2, b2)) in combinations(wires, 2):
        if one == other:
            continue
        if l1 == r1 and l2 == r2 and abs(l1 - l2) < NEAR_PX and t1 < b2 - 1 and t2 < b1 - 1:
            yield "upright wires on each other", one, other
        if t1 == b1 and t2 == b2 and abs(t1 - t2) < NEAR_PX and l1 < r2 - 1 and l2 < r1 - 1:
            yield "level wires on each other", one, other


def _symbols(diagram: Diagram) -> Iterator[tuple[object, ...]]:
    symbols = [(piece.ids, s) for piece in diagram.pieces for s in piece.symbols]
    for (one, a), (other, b) in combinations(symbols, 2):
        if abs(a.x - b.x) < 8.0 and abs(a.y - b.y) < 8.0:
            yield "symbols on one spot", one, other


def _frames(diagram: Diagram) -> Iterator[tuple[object, ...]]:
    for one, other in combinations(diagram.frames, 2):
        if one.box.overlaps(other.box):
            yield "frame on frame", one.id, other.id


def _outside(diagram: Diagram) -> Iterator[tuple[object, ...]]:
    for text in diagram.texts:
        box = text.box
        if box.left < -1 or box.top < -1 or box.right > diagram.width + 1 or box.bottom > diagram.height + 1:
            yield "outside", text.words or text.keys
