"""In which order the wires of one channel, the space between two rows, run sideways: with the fewest crossings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TOUCH_PX = 5.0
"""Wires of two links nearer than this would be taken for one."""

OVERLAP = 1000.0
"""What two wires on top of each other cost, in crossings."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A wire in a channel, from a place at its upper or lower edge to another; it may be several circuits.

    `half` is half its width where it runs upright, `thick` half its height where it runs sideways.
    """

    key: tuple[int, int]
    x1: float
    top1: bool
    x2: float
    top2: bool
    half: float = 0.0
    thick: float = 0.0

    @property
    def straight(self) -> bool:
        """Whether it needs no piece sideways."""
        return self.top1 != self.top2 and abs(self.x1 - self.x2) < 0.05

    @property
    def low(self) -> float:
        """Its left end."""
        return min(self.x1, self.x2) - self.half

    @property
    def high(self) -> float:
        """Its right end."""
        return max(self.x1, self.x2) + self.half

    def pins(self, top: bool) -> list[float]:
        """Return where it leaves the channel at its upper (`top`) or lower edge."""
        return [x for x, at_top in ((self.x1, self.top1), (self.x2, self.top2)) if at_top == top]


def tracks_of(runs: Sequence[Run], pitch: float) -> tuple[dict[tuple[int, int], float], float]:
    """Return how far below the channel's upper edge each run that is not straight goes sideways, and the height needed.

    Runs whose extents meet get different heights, in an order found by moving single runs as long as crossings are
    saved; two runs on one vertical line are ordered so that they do not lie on each other.
    """
    order = sideways_order(runs)
    depth: dict[tuple[int, int], float] = {}
    placed: list[tuple[Run, float]] = []
    lowest = 0.0
    for run in order:
        above = [
            bottom + pitch
            for other, bottom in placed
            if other.low < run.high + TOUCH_PX and run.low < other.high + TOUCH_PX
        ]
        middle = max(above, default=0.0) + run.thick
        placed.append((run, middle + run.thick))
        depth[run.key] = middle
        lowest = max(lowest, middle + run.thick)
    return depth, lowest


def sideways_order(runs: Sequence[Run]) -> list[Run]:
    """Return the runs that are not straight from top to bottom."""
    return _improved(_first_order([r for r in runs if not r.straight]))


def _first_order(runs: list[Run]) -> list[Run]:
    """Return runs from the top edge back to it first (the narrow above the wide), those of the bottom edge last."""

    def key(run: Run) -> tuple[float, ...]:
        if run.top1 and run.top2:
            return 0.0, run.high - run.low
        if not run.top1 and not run.top2:
            return 2.0, run.low - run.high
        top, bottom = (run.x1, run.x2) if run.top1 else (run.x2, run.x1)
        return (1.0, -top) if bottom > top else (1.0, top)

    return sorted(runs, key=lambda run: (*key(run), run.key))


def crossings(upper: Run, lower: Run) -> float:
    """Return how often two runs cross when one lies above the other; wires on top of each other count OVERLAP."""
    if upper.low > lower.high + TOUCH_PX or lower.low > upper.high + TOUCH_PX:
        return 0.0
    found = float(sum(upper.low < x < upper.high for x in lower.pins(top=True)))
    found += sum(lower.low < x < lower.high for x in upper.pins(top=False))
    return found + OVERLAP * overlaps(upper, lower)


def overlaps(upper: Run, lower: Run) -> int:
    """Return how often upright pieces of two runs lie on each other when one runs above the other."""
    touch = TOUCH_PX + upper.half + lower.half
    return sum(abs(x - y) < touch for x in upper.pins(top=False) for y in lower.pins(top=True))


def _improved(order: list[Run]) -> list[Run]:
    count = len(order)
    cost = [[crossings(a, b) for b in order] for a in order]
    places = list(range(count))
    for _ in range(6):
        changed = False
        for run in range(count):
            here = places.index(run)
            rest = [r for r in places if r != run]
            running = sum(cost[run][r] for r in rest)
            best, best_cost, at_here = 0, running, running
            for k, r in enumerate(rest):
                running += cost[r][run] - cost[run][r]
                if k + 1 == here:
                    at_here = running
                if running < best_cost - 1e-9:
                    best, best_cost = k + 1, running
            if best_cost < at_here - 1e-9:
                places = [*rest[:best], run, *rest[best:]]
                changed = True
        if not changed:
            break
    return [order[k] for k in places]
