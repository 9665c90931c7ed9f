"""Where everything stands from top to bottom: the room above and below the busbars of each row, and the channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holin.picture.diagram.columns import Columns
from holin.picture.diagram.order import Order
from holin.picture.diagram.parts import Link
from holin.picture.diagram.routes import Route
from holin.picture.diagram.runs import runs_of
from holin.picture.diagram.sheet import Sheet
from holin.picture.diagram.sizes import (
    FIGURE_PX,
    LINE,
    STUB,
    SYMBOL,
    TITLE_LINE,
    Sizes,
    switch_reach,
    transformer_middle,
)
from holin.picture.diagram.tracks import tracks_of

MARGIN = 7.0
"""Between the room of a row and the first wire sideways."""

STAR_REACH = 22.0
TRANSFORMER_REACH = 25.0


@dataclass(frozen=True, kw_only=True)
class Heights:
    """All heights in px: `y` of each row's busbars and `over` the room above them, `sideways` of each wire (by link and
    channel's place on its way), `above` and `below` each busbar's own room."""

    y: tuple[float, ...]
    over: tuple[float, ...]
    sideways: Mapping[tuple[int, int], float]
    above: Mapping[str, float]
    below: Mapping[str, float]


def heights_of(sheet: Sheet, routes: Sequence[Route], order: Order, columns: Columns, *, track_px: float) -> Heights:
    """Return all heights; wires sideways are `track_px` apart."""
    above, below = (_room(sheet, order, up=up) for up in (True, False))
    framed = [s for s in sheet.segments.values() if s.group]
    first = {n for s in framed for n in s.nodes if sheet.row_of[n] == sheet.reach[s.id][0]}
    last = {n for s in framed for n in s.nodes if sheet.row_of[n] == sheet.reach[s.id][1]}
    runs = runs_of(sheet, routes, columns)
    y: list[float] = []
    over: list[float] = []
    sideways: dict[tuple[int, int], float] = {}
    edge = LINE if runs.get(-1) else 0.0
    for channel in range(-1, len(sheet.rows.nodes)):
        depth, tall = tracks_of(runs.get(channel, []), track_px)
        sideways |= {key: edge + MARGIN + middle for key, middle in depth.items()}
        edge += tall + 2 * MARGIN if depth else 0.0
        if channel + 1 < len(sheet.rows.nodes):
            row = sheet.rows.nodes[channel + 1]
            over.append(max(above[n] + (6.0 if n in first else 0.0) for n in row))
            y.append(edge + over[-1])
            edge = y[-1] + max(below[n] + (8.0 if n in last else 0.0) for n in row)
    return Heights(y=tuple(y), over=tuple(over), sideways=sideways, above=above, below=below)


def _room(sheet: Sheet, order: Order, *, up: bool) -> dict[str, float]:
    """Return the room that each busbar needs above or below it."""
    parts, sizes = sheet.parts, sheet.sizes
    room = dict.fromkeys(parts.nodes, 8.0)
    for n, node in parts.nodes.items():
        if node.star:
            room[n] = STAR_REACH
        elif order.names_up[n] == up:
            room[n] += LINE * len(sizes.node_label[n])
        if up and n in sheet.top_nodes:
            room[n] += TITLE_LINE * len(sizes.title[sheet.top_nodes[n]]) + 4.0
    for (n, side), items in order.sides.items():
        for kind, k in items if side == up else ():
            need = feeder_reach(sizes, k) if kind == "feeder" else link_reach(parts.links[k], kind == "b", sizes)
            room[n] = max(room[n], need)
    return room


def feeder_reach(sizes: Sizes, k: int) -> float:
    """Return how far a feeder reaches from its busbar."""
    return STUB + SYMBOL + 10.0 + sizes.feeders[k].long


def link_reach(link: Link, at_b: bool, sizes: Sizes) -> float:
    """Return how far the symbols and figures of a link's end reach from its busbar."""
    need = max(10.0, switch_reach(link.switches_b if at_b else link.switches_a) + 6.0)
    if link.kind == "switch":
        need = STUB + 12.0
    if link.transforms and at_b:
        need = transformer_middle(link) + TRANSFORMER_REACH
    if not at_b:
        need += 12.0 if link.bundled and not link.transforms else 0.0
        need += FIGURE_PX if sizes.figures and link.flows else 0.0
    return need
