"""The wires of each channel, and which of their ends have to come apart so that no two of them lie on each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from holin.picture.diagram.columns import Columns, Pin
from holin.picture.diagram.routes import Route
from holin.picture.diagram.sheet import Sheet
from holin.picture.diagram.sizes import circuit_reach, circuit_rise
from holin.picture.diagram.tracks import TOUCH_PX, Run, overlaps, sideways_order


def runs_of(sheet: Sheet, routes: Sequence[Route], columns: Columns) -> dict[int, list[Run]]:
    """Return the wires of each channel."""
    found: defaultdict[int, list[Run]] = defaultdict(list)
    for k, (link, route) in enumerate(zip(sheet.parts.links, routes, strict=True)):
        if route.direct:
            continue
        xs = [columns.items["a", k], *(columns.lanes[k, p] for p in range(len(route.passes))), columns.items["b", k]]
        rows = [sheet.row_of[link.a], *(p.row for p in route.passes), sheet.row_of[link.b]]
        for p, channel in enumerate(route.channels):
            found[channel].append(
                Run(
                    key=(k, p), x1=xs[p], top1=rows[p] <= channel, x2=xs[p + 1], top2=rows[p + 1] <= channel,
                    half=circuit_reach(link), thick=circuit_rise(link),
                )
            )  # fmt: skip
    return found


def tangles_of(sheet: Sheet, routes: Sequence[Route], columns: Columns) -> list[tuple[Pin, Pin]]:
    """Return the pairs of pins that have to come apart: (the left one, the right one).

    Two wires that change places between two rows lie on each other whichever runs above; each pair goes apart towards
    where the upper wire is bound for.
    """
    found: list[tuple[Pin, Pin]] = []
    for _, runs in sorted(runs_of(sheet, routes, columns).items()):
        order = sideways_order(runs)
        for k, lower in enumerate(order):
            for upper in order[:k]:
                if overlaps(upper, lower):
                    found += _pairs(upper, lower, columns)
    return found


def _pairs(upper: Run, lower: Run, columns: Columns) -> Iterator[tuple[Pin, Pin]]:
    touch = TOUCH_PX + upper.half + lower.half
    for pin, x, top, bound in _pins(upper, columns):
        for other, y, other_top, _ in _pins(lower, columns):
            if not top and other_top and abs(x - y) < touch:
                yield (other, pin) if bound > x else (pin, other)


def _pins(run: Run, columns: Columns) -> Iterator[tuple[Pin, float, bool, float]]:
    """Yield a run's ends: what stands there, where, whether at the channel's upper edge, and where the other end is."""
    k, p = run.key
    first: Pin = ("a", k) if p == 0 else (k, p - 1)
    last: Pin = (k, p) if (k, p) in columns.lanes else ("b", k)
    yield first, run.x1, run.top1, run.x2
    yield last, run.x2, run.top2, run.x1
