"""Labels of a map that never overlap: each as near to its symbol and as clear of lines as room can be made for it."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FONT_PX = 12.0
LINE_PX = 15.0
CLEAR_PX = 2.0
"""How far a wire's stroke reaches to either side of its middle."""

FAR_PX = (0.0, 5.0, 12.0, 20.0, 30.0, 42.0, 56.0, 72.0, 90.0)
LEADER_PX = 9.0
"""From this distance on a label is joined to its symbol by a thin line."""

DIRECTIONS = 24
ROUNDS = 6
TRIES, ASIDE_MAX = 100, 2
"""How many ways of a label are tried at a time, and how many others may have to move aside for one."""

MANY_TRIES, MANY_ASIDE_MAX = 200, 3
"""The same for a label that has no room yet."""

FEW = 6
"""With so few labels without room all are written anew in other orders, in case one has room for all."""

LONG_PX = 70.0
"""A text may be broken into two lines where one would be longer."""


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

    def nearest(self, x: float, y: float) -> tuple[float, float]:
        """Return the point of the box that is nearest to a point."""
        return min(max(x, self.left), self.right), min(max(y, self.top), self.bottom)


@dataclass(frozen=True, kw_only=True)
class Label:
    """A text wanted at a point, `reach` px away from it; a lower `rank` chooses first.

    `wrapped` is the text in two lines, where their break is known.
    """

    text: str
    x: float
    y: float
    rank: int
    reach: float
    wrapped: str = ""


Wire = tuple[float, float, float, float]
"""A straight line from (x1, y1) to (x2, y2) in px."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
OUTWARDS = np.array([-1.0, -1.0, 1.0, 1.0])
NOWHERE: Wire = (math.nan, math.nan, math.nan, math.nan)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A label as it is written: its lines, where, and the line to its symbol where it stands away from that."""

    label: Label
    lines: tuple[str, ...]
    box: Box
    leader: Wire | None = None


def width_px(text: str) -> float:
    """Return the width of a text in px, on the safe side: a wide (CJK) character is one em, others 0.6 em."""
    return sum(FONT_PX if unicodedata.east_asian_width(c) in "WF" else 0.6 * FONT_PX for c in text)


def placed(labels: Sequence[Label], wires: Sequence[Wire], frame: Box) -> list[tuple[Label, Box]]:
    """Return the labels that have room, with their boxes: none overlaps another, a symbol, or the frame's edge."""
    return [(one.label, one.box) for one in written(labels, wires, frame)]


def written(labels: Sequence[Label], wires: Sequence[Wire], frame: Box, *, soft: Sequence[Wire] = ()) -> list[Written]:
    """Return the labels that have room: none overlaps another, its leader, a symbol, or the frame's edge.

    Each takes the free way of least cost: beside its symbol rather than away from it, right rather than left, above
    and below, clear of `wires` and, less so, of `soft` ones, in one line rather than in two. One without a free way
    has others moved aside for it, if they find one of their own; else it is left out.
    """
    wanted = sorted((label for label in labels if label.text), key=lambda one: one.rank)
    symbols = [_symbol(label) for label in labels]
    ways = [_ways(label, symbols, wires, soft, frame) for label in wanted]
    by_rank = range(len(wanted))
    orders = (by_rank, sorted(by_rank, key=lambda k: len(ways[k].cost)), sorted(by_rank, key=lambda k: wanted[k].y))
    met: dict[tuple[int, int, int], Flags] = {}
    first: dict[int, int] | None = None
    for order in orders:
        taken = _Taken(ways=ways, met=met)
        for k in order:
            taken.improve(k)
        for _ in range(ROUNDS):
            if not any([taken.improve(k) for k in order]):
                break
        if first is None or len(taken.chosen) == len(wanted):
            first = taken.chosen
        if not 0 < len(wanted) - len(first) <= FEW:
            break
    return [ways[k].written(way) for k, way in (first or {}).items()]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Ways:
    """All ways to write one label, by rising `cost` (way,): `lines`, `boxes` and, where `led`, `leaders` (way, 4)."""

    label: Label
    lines: tuple[tuple[str, ...], ...]
    boxes: Floats
    leaders: Floats
    cost: Floats
    led: Flags

    def written(self, way: int) -> Written:
        left, top, right, bottom = self.boxes[way].tolist()
        x1, y1, x2, y2 = self.leaders[way].tolist()
        box = Box(left=left, top=top, right=right, bottom=bottom)
        leader = (x1, y1, x2, y2) if self.led[way] else None
        return Written(label=self.label, lines=self.lines[way], box=box, leader=leader)


@dataclass(kw_only=True)
class _Taken:
    """Which way each label is written."""

    ways: list[_Ways]
    chosen: dict[int, int] = field(default_factory=dict)
    met: dict[tuple[int, int, int], Flags] = field(default_factory=dict)

    def improve(self, label: int) -> bool:
        """Write a label, or write it in a way that is better for it and all that move aside for it together."""
        before = self.chosen.pop(label, None)
        ways = self.ways[label]
        below = math.inf if before is None else float(ways.cost[before]) - 1e-9
        count = np.zeros(len(ways.cost), dtype=np.int64)
        for other, way in self.chosen.items():
            count += self._met_by_other(label, other, way)
        best: tuple[float, dict[int, int]] | None = None
        tries, aside = (TRIES, ASIDE_MAX) if before is not None else (MANY_TRIES, MANY_ASIDE_MAX)
        for way in np.flatnonzero((ways.cost < below) & (count <= aside))[:tries].tolist():
            limit = best[0] if best else below
            if ways.cost[way] >= limit:
                break
            blockers = [k for k, w in self.chosen.items() if count[way] and self._met_by_other(label, k, w)[way]]
            moved = self._aside(label, way, blockers)
            if moved is None:
                continue
            more = [float(self.ways[k].cost[new] - self.ways[k].cost[self.chosen[k]]) for k, new in moved.items()]
            if float(ways.cost[way]) + sum(more) < limit:
                best = float(ways.cost[way]) + sum(more), {label: way, **moved}
        if best is not None:
            self.chosen |= best[1]
        elif before is not None:
            self.chosen[label] = before
        return best is not None

    def _aside(self, label: int, way: int, blockers: list[int]) -> dict[int, int] | None:
        """Return other ways for those that stand in the way, None where one has none."""
        standing = {k: w for k, w in self.chosen.items() if k not in blockers} | {label: way}
        moved: dict[int, int] = {}
        for k in blockers:
            blocked = np.zeros(len(self.ways[k].cost), dtype=bool)
            for other, w in standing.items():
                blocked |= self._met_by_other(k, other, w)
            if blocked.all():
                return None
            standing[k] = moved[k] = int(np.argmin(blocked))
        return moved

    def _met_by_other(self, label: int, other: int, way: int) -> Flags:
        """Return which ways of a label (way,) are in conflict with one way of another: boxes or leaders that meet."""
        key = label, other, way
        if key not in self.met:
            own, box, leader = self.ways[label], self.ways[other].boxes[way, None], self.ways[other].leaders[way, None]
            met = _overlap(own.boxes, box)[:, 0]
            met[own.led] |= _met_by(box, own.leaders[own.led])[0]
            if self.ways[other].led[way]:
                met |= _met_by(own.boxes, leader)[:, 0]
            self.met[key] = met
        return self.met[key]


def _symbol(label: Label) -> Box:
    size = label.reach - 2
    return Box(left=label.x - size, top=label.y - size, right=label.x + size, bottom=label.y + size)


def _array(boxes: Sequence[Box]) -> Floats:
    return np.array([(b.left, b.top, b.right, b.bottom) for b in boxes], dtype=float).reshape(-1, 4)


def _lines(wires: Sequence[Wire]) -> Floats:
    return np.array(wires, dtype=float).reshape(-1, 4)


def _ways(label: Label, symbols: Sequence[Box], wires: Sequence[Wire], soft: Sequence[Wire], frame: Box) -> _Ways:
    """Return every way to write a label inside the frame and over no symbol of another."""
    own = _symbol(label)
    blocked = _array([s for s in symbols if s != own])
    texts = [label.text, *([label.wrapped] if label.wrapped else _broken(label.text))]
    found = [
        (tuple(text.split("\n")), box, cost + 2.0 * k)
        for k, text in enumerate(texts)
        for box, cost in _positions(label, text.split("\n"))
        if box.inside(frame)
    ]
    boxes = _array([box for _, box, _ in found])
    clear = np.flatnonzero(~_overlap(boxes, blocked).any(axis=1))
    kept = [found[k] for k in clear]
    boxes = boxes[clear]
    leaders = _lines([_leader(label, box) or NOWHERE for _, box, _ in kept])
    widened = boxes + CLEAR_PX * OUTWARDS
    cost = np.array([c for _, _, c in kept]) + _mistaken(label, boxes, blocked)
    cost += 10.0 * _met_by(widened, _lines(wires)).sum(axis=1) + 4.0 * _met_by(widened, _lines(soft)).sum(axis=1)
    cost += 1.5 * _meet(leaders, _lines(wires)).sum(axis=1)
    cost += 15.0 * _met_by(blocked + CLEAR_PX * OUTWARDS, leaders).sum(axis=0)
    order = np.argsort(cost, kind="stable")
    return _Ways(
        label=label,
        lines=tuple(kept[k][0] for k in order),
        boxes=boxes[order],
        leaders=leaders[order],
        cost=cost[order],
        led=np.isfinite(leaders[order, 0]),
    )


def _positions(label: Label, lines: Sequence[str]) -> Iterator[tuple[Box, float]]:
    """Yield boxes around a symbol, nearest first, and what direction and distance cost."""
    wide, tall = max(map(width_px, lines)) + 4, LINE_PX * len(lines)
    for far in FAR_PX:
        for k in range(DIRECTIONS):
            angle = 2 * math.pi * k / DIRECTIONS
            east, south = math.cos(angle), math.sin(angle)
            slide = [max(-1.0, min(1.0, 1.42 * part)) for part in (east, south)]
            x = label.x + (label.reach + far) * east + wide / 2 * slide[0]
            y = label.y + (label.reach + far) * south + tall / 2 * slide[1]
            box = Box(left=x - wide / 2, top=y - tall / 2, right=x + wide / 2, bottom=y + tall / 2)
            yield box, _turned(east, south) + 0.1 * far + (2.0 if far >= LEADER_PX else 0.0)


def _turned(east: float, south: float) -> float:
    """What a direction costs: right is best, then left, above, below, and what lies between."""
    level = abs(south) < 0.01
    return (0.0 if east > 0.01 else 0.4) + (0.0 if level else 0.6) + (0.1 if south > 0.01 else 0.0)


def _leader(label: Label, box: Box) -> Wire | None:
    """Return the line from a label to its symbol's edge where it stands away from it, else None."""
    x, y = box.nearest(label.x, label.y)
    away = math.hypot(x - label.x, y - label.y)
    if away < label.reach + LEADER_PX:
        return None
    share = (label.reach - 1) / away
    return x, y, label.x + share * (x - label.x), label.y + share * (y - label.y)


def _mistaken(label: Label, boxes: Floats, symbols: Floats) -> Floats:
    """What it costs (box,) that a label may be taken for that of another symbol, which is as near to it as its own."""
    own = [math.hypot(*_gap(box, label)) - label.reach for box in boxes.tolist()]
    across = np.maximum(np.maximum(boxes[:, None, 0] - symbols[:, 2], symbols[:, 0] - boxes[:, None, 2]), 0.0)
    down = np.maximum(np.maximum(boxes[:, None, 1] - symbols[:, 3], symbols[:, 1] - boxes[:, None, 3]), 0.0)
    near = np.hypot(across, down) < np.maximum(np.array(own), 0.0)[:, None] + 3.0
    return np.asarray(1.5 * near.sum(axis=1), dtype=np.float64)


def _gap(box: Sequence[float], label: Label) -> tuple[float, float]:
    left, top, right, bottom = box
    return max(left - label.x, label.x - right, 0.0), max(top - label.y, label.y - bottom, 0.0)


UNIT = re.compile(r"(?<=\d) (?=(?:k|M|G)?(?:V|W|A)h?\b)|(?<=/) | (?=/)")
"""Blanks at which no line may break: before a unit, around a slash."""


def _broken(text: str) -> Iterator[str]:
    """Yield a long text in two lines, broken where a reader would: after a comma, before a bracket, at a blank.

    A Chinese text may also be broken before a number, else between any two of its characters.
    """
    whole = width_px(text)
    if whole <= LONG_PX:
        return
    kept = {m.start() for m in UNIT.finditer(text)}
    wide = [unicodedata.east_asian_width(c) in "WF" for c in text]
    inner = range(2, len(text) - 1)
    sorts = (
        [k for k in inner if text[k] in "（(" or text[k - 1] in ",，、"],
        [k for k in inner if text[k] == " " and k not in kept],
        [k for k in inner if wide[k - 1] and text[k].isdigit()],
        [k for k in inner if wide[k - 1] and wide[k]],
    )
    for places in sorts:
        if places:
            at = min(places, key=lambda k: max(width_px(text[:k]), width_px(text[k:])))
            if max(width_px(text[:at]), width_px(text[at:])) <= 0.75 * whole:
                yield f"{text[:at].rstrip()}\n{text[at:].lstrip()}"
                return


def crossings(box: Box, wires: Sequence[Wire]) -> int:
    """Return how many wires run through the box."""
    return int(_met_by(_array([box]), _lines(wires)).sum())


def _overlap(one: Floats, other: Floats) -> Flags:
    """Return (one, other) whether two boxes share any area."""
    a, b = one[:, None], other[None]
    return np.asarray(((a[..., :2] < b[..., 2:]) & (b[..., :2] < a[..., 2:])).all(axis=2), dtype=bool)


def _met_by(boxes: Floats, wires: Floats) -> Flags:
    """Return (box, wire) whether a line meets a box, by clipping its parameter to each side (Liang and Barsky 1984)."""
    x1, y1, x2, y2 = wires.T
    low, high = np.zeros((len(boxes), len(wires))), np.ones((len(boxes), len(wires)))
    for start, step, near, far in (
        (x1, x2 - x1, boxes[:, :1], boxes[:, 2:3]),
        (y1, y2 - y1, boxes[:, 1:2], boxes[:, 3:]),
    ):
        with np.errstate(divide="ignore", invalid="ignore"):
            one, other = (near - start) / step, (far - start) / step
        inside = (near <= start) & (start <= far)
        low = np.maximum(low, np.where(step == 0, np.where(inside, -np.inf, np.inf), np.minimum(one, other)))
        high = np.minimum(high, np.where(step == 0, np.inf, np.maximum(one, other)))
    return np.asarray(low <= high)


def _meet(one: Floats, other: Floats) -> Flags:
    """Return (one, other) whether two lines cross, by the sides on which their ends lie."""

    def side(line: Floats, x: Floats, y: Floats) -> Floats:
        x1, y1, x2, y2 = (line[..., k] for k in range(4))
        return np.asarray((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1))

    a, b = one[:, None], other[None]
    beside = side(a, b[..., 0], b[..., 1]) * side(a, b[..., 2], b[..., 3]) < 0
    return np.asarray(beside & (side(b, a[..., 0], a[..., 1]) * side(b, a[..., 2], a[..., 3]) < 0))
