"""From a plan to geometry: busbars, wires with their circuits, symbols, frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from holin.park import Park, Switch
from holin.picture.diagram.geometry import Arrow, Bar, Diagram, Frame, Piece, Point, Symbol, Text, Wire
from holin.picture.diagram.lettering import frame_box, lettering
from holin.picture.diagram.order import feeders_up
from holin.picture.diagram.parts import Feeder, Link, Node, parts_of
from holin.picture.diagram.plan import Plan, plan_of
from holin.picture.diagram.sizes import CIRCUIT, STAR, STUB, SWITCH, SYMBOL, arrow_reach, spread, transformer_middle
from holin.picture.diagram.words import speech_of

TWO_WINDINGS = 30.0
"""Height of a two-winding transformer."""


def diagram_of(park: Park, *, language: str = "zh", figures: bool = False, width_px: float = 2100.0) -> Diagram:
    """Return the single-line diagram of a park (already frozen at a stage) as geometry.

    The same park gives the same geometry. `language` is zh, en or both; with `figures` there is room for those of a
    run. `width_px` is what an automatic layout aims at. Raises BadInput for another language, for a park without
    buses or with too many, and where something stands at a bus that does not.
    """
    parts = parts_of(park, speech_of(language), figures=figures)
    return composed(plan_of(parts, figures=figures, width_px=width_px))


def composed(plan: Plan) -> Diagram:
    """Return the geometry of a plan."""
    sheet = plan.sheet
    pieces = [*_links(plan), *_stars(plan), *_feeders(plan)]
    frames = tuple(
        Frame(id=s.group, title=sheet.parts.groups[s.group].title, box=frame_box(plan, s))
        for s in sheet.segments.values()
        if s.group
    )
    bars = tuple(
        Bar(id=n, title=node.title, x1=plan.columns.bars[n][0], x2=plan.columns.bars[n][1], y=plan.y(n),
            v_nom_kv=node.v_nom_kv)
        for n, node in sheet.parts.nodes.items() if not node.star
    )  # fmt: skip
    return _sized(frames, bars, pieces, tuple(lettering(plan, pieces)))


def _sized(frames: Sequence[Frame], bars: Sequence[Bar], pieces: Sequence[Piece], texts: Sequence[Text]) -> Diagram:
    """Return the drawing with its size."""
    xs = [0.0, *(b.x2 for b in bars), *(f.box.right for f in frames), *(t.box.right for t in texts)]
    ys = [0.0, *(b.y for b in bars), *(f.box.bottom for f in frames), *(t.box.bottom for t in texts)]
    for piece in pieces:
        xs += [p[0] for w in piece.wires for p in w.points]
        ys += [p[1] for w in piece.wires for p in w.points]
    return Diagram(
        width=max(xs), height=max(ys), frames=tuple(frames), bars=tuple(bars), pieces=tuple(pieces), texts=tuple(texts)
    )


# ---- links ------------------------------------------------------------------------------------------------------


def way_of(plan: Plan, k: int) -> tuple[Point, ...]:
    """Return the corners of a link's way, from its `a` to its `b` end."""
    link, route = plan.sheet.parts.links[k], plan.routes[k]
    y_a, y_b = plan.y(link.a), plan.y(link.b)
    if route.direct:
        bars = plan.columns.bars
        left, right = sorted((link.a, link.b), key=lambda n: bars[n][0])
        ends: tuple[Point, Point] = ((bars[left][1], y_a), (bars[right][0], y_b))
        return ends if left == link.a else ends[::-1]
    xs = [
        plan.columns.items["a", k],
        *(plan.columns.lanes[k, p] for p in range(len(route.passes))),
        plan.columns.items["b", k],
    ]
    corners: list[Point] = [(xs[0], y_a)]
    for p, (x, then) in enumerate(pairwise(xs)):
        if (k, p) in plan.heights.sideways:
            corners += [(x, plan.heights.sideways[k, p]), (then, plan.heights.sideways[k, p])]
    corners.append((xs[-1], y_b))
    if plan.sheet.parts.nodes[link.b].star:
        corners[-1] = (corners[-1][0], y_b + (-14.0 if route.up_b else 14.0))
    return tuple(corners)


def beside(corners: Sequence[Point], across: float, along: float) -> tuple[Point, ...]:
    """Return a way parallel to another: pieces upright are moved by `across`, those sideways by `along`, always to the
    same hand, so that parallel circuits never cross."""
    moved: list[Point] = []
    shifts = [_shift(one, other, across, along) for one, other in pairwise(corners)]
    for k, (x, y) in enumerate(corners):
        before, after = shifts[max(k - 1, 0)], shifts[min(k, len(shifts) - 1)]
        dx = before[0] if before[0] else after[0]
        dy = before[1] if before[1] else after[1]
        moved.append((x + dx, y if k in (0, len(corners) - 1) else y + dy))
    return tuple(moved)


def _shift(one: Point, other: Point, across: float, along: float) -> Point:
    (x1, y1), (x2, y2) = one, other
    if abs(x2 - x1) < 1e-9:
        return (across if y2 > y1 else -across), 0.0
    return 0.0, (-along if x2 > x1 else along)


def _links(plan: Plan) -> Iterator[Piece]:
    for k, link in enumerate(plan.sheet.parts.links):
        corners = way_of(plan, k)
        if link.kind == "winding":
            yield from _switches(plan, link, corners)
            continue
        yield from _switches(plan, link, corners)
        if plan.routes[k].direct or link.kind == "switch":
            yield _coupler(plan, link, corners, direct=plan.routes[k].direct)
        elif link.bundled:
            yield _branch(plan, link, link.ids, corners, corners, link.flows)
        else:
            for c, identity in enumerate(link.ids):
                off = c - (len(link.ids) - 1) / 2
                own = beside(corners, off * spread(link), off * CIRCUIT)
                yield _branch(plan, link, (identity,), corners, own, (link.flows[c],))


def _branch(
    plan: Plan, link: Link, ids: tuple[str, ...], middle: Sequence[Point], corners: tuple[Point, ...],
    flows: tuple[tuple[str, int], ...],
) -> Piece:  # fmt: skip
    v_a, v_b = plan.sheet.parts.nodes[link.a].v_nom_kv, plan.sheet.parts.nodes[link.b].v_nom_kv
    titles = dict(zip(link.ids, link.title.split("\n"), strict=True))
    flow = flows[0][0] if len(flows) == 1 else ""
    symbols: tuple[Symbol, ...] = ()
    wires: tuple[Wire, ...] = (Wire(points=corners, v_nom_kv=v_a, flow=flow),)
    if link.transforms:
        (x, y), (_, before) = corners[-1], corners[-2]
        sign = -1.0 if before < y else 1.0
        centre = y + sign * transformer_middle(link)
        symbols = (
            Symbol(kind="transformer", x=x, y=centre, up=sign > 0, volts=(v_a, v_b), flows=tuple(f for f, _ in flows)),
        )
        near, far = centre - sign * TWO_WINDINGS / 2, centre + sign * TWO_WINDINGS / 2
        wires = (
            Wire(points=(*corners[:-1], (x, far)), v_nom_kv=v_a, flow=flow),
            Wire(points=((x, near), (x, y)), v_nom_kv=v_b, flow=flow),
        )
    arrow = replace(_arrow(link, corners), flows=flows)
    if link.bundled and not link.transforms:
        (x, y) = corners[0]
        symbols = (*symbols, Symbol(kind="bundle", x=x, y=y + arrow.down * STUB))
    return Piece(
        ids=ids, kind=link.kind, title="\n".join(titles[i] for i in ids),
        wires=wires, symbols=symbols, arrows=(arrow,) if flows else (), ends=(link.a, link.b), open=link.open_end,
    )  # fmt: skip


def _switches(plan: Plan, link: Link, corners: Sequence[Point]) -> Iterator[Piece]:
    """Yield the switches at a link's ends, each a piece of its own on the wire of its circuit."""
    for switches, (x, y), (_, then), node in (
        (link.switches_a, corners[0], corners[1], link.a),
        (link.switches_b, corners[-1], corners[-2], link.b),
    ):
        for k, switch in enumerate(switches):
            sign = 1.0 if then > y else -1.0
            yield _switch(plan, switch, x, y + sign * (STUB + SWITCH * k), node)


def _switch(plan: Plan, switch: Switch, x: float, y: float, node: str) -> Piece:
    volts = plan.sheet.parts.nodes[node].v_nom_kv
    kind = "closed" if switch.closed else "open"
    title = switch.name or switch.name_zh or switch.id
    return Piece(
        ids=(switch.id,), kind="switch", title=title if title == switch.id else f"{title} · {switch.id}", wires=(),
        symbols=(Symbol(kind=kind, x=x, y=y, volts=(volts,)),), ends=(node,), open=not switch.closed,
    )  # fmt: skip


def _coupler(plan: Plan, link: Link, corners: tuple[Point, ...], *, direct: bool) -> Piece:
    (x1, y1), (x2, y2) = corners[0], corners[1]
    volts = plan.sheet.parts.nodes[link.a].v_nom_kv
    x, y = ((x1 + x2) / 2, y1) if direct else (x1, y1 + (STUB if y2 > y1 else -STUB))
    return Piece(
        ids=link.ids, kind="switch", title=link.title, wires=(Wire(points=corners, v_nom_kv=volts),),
        symbols=(Symbol(kind="closed" if link.closed else "open", x=x, y=y, volts=(volts,)),),
        ends=(link.a, link.b), open=not link.closed,
    )  # fmt: skip


def _stars(plan: Plan) -> Iterator[Piece]:
    """Yield the three-winding transformers with their arms."""
    for node in plan.sheet.parts.nodes.values():
        if node.star:
            yield _star(plan, node)


def _star(plan: Plan, node: Node) -> Piece:
    parts = plan.sheet.parts
    arms = [(k, link) for k, link in enumerate(parts.links) if link.b == node.id]
    wires, arrows, sides = [], [], []
    for k, link in arms:
        corners, volts = way_of(plan, k), parts.nodes[link.a].v_nom_kv
        wires.append(Wire(points=corners, v_nom_kv=volts, flow=link.flows[0][0]))
        arrows.append(_arrow(link, corners))
        sides.append((plan.routes[k].up_b, corners[-1][0], volts))
    one_above = sum(above for above, _, _ in sides) < 2
    alone_first = sorted(sides, key=lambda side: (side[0] != one_above, side[1]))
    symbol = Symbol(
        kind="transformer3", x=plan.columns.bars[node.id][0] + STAR / 2, y=plan.y(node.id), up=not one_above,
        volts=tuple(volts for _, _, volts in alone_first), flows=tuple(link.flows[0][0] for _, link in arms),
    )  # fmt: skip
    return Piece(
        ids=(node.id,), kind="transformer3", title=node.title, wires=tuple(wires), symbols=(symbol,),
        arrows=tuple(arrows), ends=tuple(link.a for _, link in arms), open=any(link.open_end for _, link in arms),
    )  # fmt: skip


def _arrow(link: Link, corners: Sequence[Point]) -> Arrow:
    """Return where a link's direction of flow is shown, at its `a` end."""
    (x, y), (_, then) = corners[0], corners[1]
    down = 1.0 if then > y else -1.0
    return Arrow(x=x, y=y + down * arrow_reach(link), down=down, flows=link.flows)


# ---- feeders ----------------------------------------------------------------------------------------------------


def _feeders(plan: Plan) -> Iterator[Piece]:
    ups = feeders_up(plan.sheet.parts, plan.routes)
    for k, feeder in enumerate(plan.sheet.parts.feeders):
        yield _feeder(plan, k, feeder, up=ups[k])


def _feeder(plan: Plan, k: int, feeder: Feeder, *, up: bool) -> Piece:
    x, y = plan.columns.items["feeder", k], plan.y(feeder.node)
    sign = -1.0 if up else 1.0
    volts = plan.sheet.parts.nodes[feeder.node].v_nom_kv
    symbol = Symbol(kind=feeder.kind, x=x, y=y + sign * (STUB + SYMBOL / 2), up=up, volts=(volts,))
    reach = STUB if feeder.kind != "load" else STUB + SYMBOL - 7.0
    symbols = (symbol, Symbol(kind="bundle", x=x, y=y + sign * STUB / 2)) if len(feeder.ids) > 1 else (symbol,)
    return Piece(
        ids=feeder.ids, kind=feeder.kind, title=feeder.title,
        wires=(Wire(points=((x, y), (x, y + sign * reach)), v_nom_kv=volts),), symbols=symbols, ends=(feeder.node,),
    )  # fmt: skip
