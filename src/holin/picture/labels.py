"""Labels of a map that never overlap: greedy placement by rank, eight positions around each symbol."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

FONT_PX = 12.0
LINE_PX = 15.0


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle in px, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Whether the two share any area."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def inside(self, frame: Box) -> bool:
        """Whether it lies wholly in the frame."""
        return (
            self.left >= frame.left
            and self.right <= frame.right
            and self.top >= frame.top
            and self.bottom <= frame.bottom
        )


@dataclass(frozen=True, kw_only=True)
class Label:
    """A text wanted at a point, `reach` px away from it; a lower `rank` chooses first."""

    text: str
    x: float
    y: float
    rank: int
    reach: float


Wire = tuple[float, float, float, float]
"""A straight line from (x1, y1) to (x2, y2) in px."""


def width_px(text: str) -> float:
    """Return the width of a text in px, on the safe side: a wide (CJK) character is one em, others 0.6 em."""
    return sum(FONT_PX if unicodedata.east_asian_width(c) in "WF" else 0.6 * FONT_PX for c in text)


def placed(labels: Sequence[Label], wires: Sequence[Wire], frame: Box) -> list[tuple[Label, Box]]:
    """Return the labels that have room, with their boxes: none overlaps another, a symbol, or the frame's edge.

    Each label takes the free position that crosses the fewest wires (right, left, above, below, then the corners);
    one without a free position is left out.
    """
    symbols = [_symbol(label) for label in labels]
    taken: list[Box] = []
    found: list[tuple[Label, Box]] = []
    for label in sorted(labels, key=lambda one: one.rank):
        own = _symbol(label)
        blocked = [s for s in symbols if s != own]
        free = [
            (crossings(box, wires), order, box)
            for order, box in enumerate(_positions(label))
            if box.inside(frame) and not any(box.overlaps(b) for b in (*taken, *blocked))
        ]
        if free and label.text:
            box = min(free, key=lambda f: f[:2])[2]
            taken.append(box)
            found.append((label, box))
    return found


def _symbol(label: Label) -> Box:
    size = label.reach - 2
    return Box(left=label.x - size, top=label.y - size, right=label.x + size, bottom=label.y + size)


def _positions(label: Label) -> list[Box]:
    wide, tall, r = width_px(label.text) + 4, LINE_PX, label.reach
    x, y = label.x, label.y
    corners = [
        (x + r, y - tall / 2),
        (x - r - wide, y - tall / 2),
        (x - wide / 2, y - r - tall),
        (x - wide / 2, y + r),
        (x + r * 0.7, y - r * 0.7 - tall),
        (x + r * 0.7, y + r * 0.7),
        (x - r * 0.7 - wide, y - r * 0.7 - tall),
        (x - r * 0.7 - wide, y + r * 0.7),
    ]
    return [Box(left=left, top=top, right=left + wide, bottom=top + tall) for left, top in corners]


def crossings(box: Box, wires: Sequence[Wire]) -> int:
    """Return how many wires run through the box."""
    return sum(_cuts(box, wire) for wire in wires)


def _cuts(box: Box, wire: Wire) -> bool:
    """Whether a line meets a box, by clipping its parameter to each side (Liang and Barsky 1984)."""
    x1, y1, x2, y2 = wire
    low, high = 0.0, 1.0
    for step, near, far in ((x2 - x1, box.left - x1, box.right - x1), (y2 - y1, box.top - y1, box.bottom - y1)):
        if step == 0:
            if near > 0 or far < 0:
                return False
            continue
        a, b = sorted((near / step, far / step))
        low, high = max(low, a), min(high, b)
    return low <= high
