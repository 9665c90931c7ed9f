"""The layout of a single-line diagram, step by step: rows, routes, order, columns, heights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holin.picture.diagram.columns import Columns, Pin, columns_of, steps_of
from holin.picture.diagram.heights import Heights, heights_of
from holin.picture.diagram.order import Item, Lane, Order, ordered
from holin.picture.diagram.parts import Parts
from holin.picture.diagram.placed import has_places, placed_rows
from holin.picture.diagram.routes import Ground, Route, routes_of
from holin.picture.diagram.rows import automatic_rows
from holin.picture.diagram.runs import tangles_of
from holin.picture.diagram.segments import segments_of
from holin.picture.diagram.sheet import Sheet
from holin.picture.diagram.sizes import GAP, node_widths, segment_widths, sizes_of

ROUNDS, PASSES = 2, 2
"""How often routes, and for each of them orders, are chosen from the places that came out."""

STRAIGHTENINGS, UNTANGLINGS = 3, 16
"""How often small steps of wires are straightened, and wires that lie on each other set apart, anew each time."""

TRACK_PX, LABELLED_TRACK_PX = 9.0, 15.0
"""Between wires sideways; the second where circuits have their length written on them."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that is decided before anything is drawn."""

    sheet: Sheet
    routes: tuple[Route, ...]
    order: Order
    columns: Columns
    heights: Heights

    def y(self, node: str) -> float:
        """Return the height of a node's row."""
        return self.heights.y[self.sheet.row_of[node]]


def plan_of(parts: Parts, *, figures: bool, width_px: float) -> Plan:
    """Return where everything stands; with `figures` there is room for those of a run.

    `width_px` is what an automatic layout aims at, and what a crowded one that was placed by hand is pressed to.
    """
    sizes, segments = sizes_of(parts, figures=figures), segments_of(parts)
    widths, bars = segment_widths(parts, segments, sizes), node_widths(parts, sizes)
    if has_places(parts):
        rows = placed_rows(parts, segments, widths, bars, width_px)
    else:
        rows = automatic_rows(parts, segments, widths, width_px)
    sheet = Sheet(parts=parts, sizes=sizes, segments=segments, rows=rows)
    ground = _rough_ground(sheet, bars)
    for _ in range(ROUNDS):
        routes = routes_of(ground)
        order, columns = _settled(sheet, routes, ground)
        ground = _ground(sheet, columns)
    columns = _untangled(sheet, routes, order, columns)
    labelled = any(link.kind in ("line", "cable") for link in parts.links)
    heights = heights_of(sheet, routes, order, columns, track_px=LABELLED_TRACK_PX if labelled else TRACK_PX)
    return Plan(sheet=sheet, routes=tuple(routes), order=order, columns=columns, heights=heights)


def _settled(sheet: Sheet, routes: Sequence[Route], ground: Ground) -> tuple[Order, Columns]:
    """Return order and columns: once from rough places, then from those that came out."""
    ends: dict[Item, float] = {}
    lanes: dict[Lane, float] = {}
    for k, (link, route) in enumerate(zip(sheet.parts.links, routes, strict=True)):
        ends["a", k], ends["b", k] = ground.middles[link.a], ground.middles[link.b]
        lanes |= {(k, p): ground.gap_x(passed.row, passed.gap) for p, passed in enumerate(route.passes)}
    middles, start = ground.middles, None
    for _ in range(PASSES):
        order = ordered(sheet, routes, ends, lanes, middles)
        columns = columns_of(sheet, routes, order, start=start)
        start = columns.basis
        ends, lanes = {**ends, **columns.items}, dict(columns.lanes)
        middles = _middles(columns)
    return order, columns


def _untangled(sheet: Sheet, routes: Sequence[Route], order: Order, columns: Columns) -> Columns:
    """Return columns in which no two wires lie on each other, and few make a small step."""
    apart: list[tuple[Pin, Pin]] = []
    straight: set[tuple[int, int]] = set()
    for k in range(UNTANGLINGS):
        tangles = tangles_of(sheet, routes, columns)
        steps = steps_of(routes, columns) - straight if k < STRAIGHTENINGS else set()
        if not tangles and not steps:
            break
        straight |= steps
        apart = [pair for pair in apart if pair[::-1] not in tangles] + tangles
        columns = columns_of(sheet, routes, order, straight=straight, apart=apart, start=columns.basis)
    return columns


def _middles(columns: Columns) -> dict[str, float]:
    return {n: (left + right) / 2 for n, (left, right) in columns.bars.items()}


def _rough_ground(sheet: Sheet, bars: Mapping[str, float]) -> Ground:
    """Return rough places: each level of a segment in its middle."""
    middles: dict[str, float] = {}
    for s in sheet.segments.values():
        low, high = sheet.rows.spans[s.id]
        for level in s.levels:
            edge = (low + high) / 2 - sum(bars[n] + GAP for n in level) / 2
            for n in level:
                middles[n] = edge + (bars[n] + GAP) / 2
                edge += bars[n] + GAP
    return Ground(sheet=sheet, spans=sheet.rows.spans, middles={**middles, **sheet.rows.wished})


def _ground(sheet: Sheet, columns: Columns) -> Ground:
    """Return the places of a solution."""
    spans = {
        s.id: (min(columns.bars[n][0] for n in s.nodes), max(columns.bars[n][1] for n in s.nodes))
        for s in sheet.segments.values()
    }
    return Ground(sheet=sheet, spans={**spans, **columns.frames}, middles=_middles(columns))
