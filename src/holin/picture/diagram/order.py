"""In which order wires and feeders stand on the sides of busbars, and passing wires in the gaps of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holin.picture.diagram.parts import Feeder, Parts
from holin.picture.diagram.routes import Route
from holin.picture.diagram.sheet import Sheet
from holin.picture.diagram.sizes import feeder_room, link_room

Item = tuple[str, int]
"""What stands on a busbar: ("a", link), ("b", link) or ("feeder", feeder)."""

Lane = tuple[int, int]
"""A wire that passes a row: its link, and which of the link's passes it is."""

Side = tuple[str, bool]
"""A node and whether its upper side is meant."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What stands on each side of each busbar and passes in each gap (row, gap) of the rows, from left to right.

    `names_up` says of each busbar whether its name stands above it, at its left end.
    """

    sides: Mapping[Side, Sequence[Item]]
    gaps: Mapping[tuple[int, int], Sequence[Lane]]
    names_up: Mapping[str, bool]


def ordered(
    sheet: Sheet,
    routes: Sequence[Route],
    ends: Mapping[Item, float],
    lanes: Mapping[Lane, float],
    middles: Mapping[str, float],
) -> Order:
    """Return the order on every side of every busbar and in every gap.

    `ends`, `lanes` and `middles` (of nodes) are rough places, or those of an earlier solution.
    """
    sides: defaultdict[Side, list[tuple[tuple[float, ...], Item]]] = defaultdict(list)
    gaps: defaultdict[tuple[int, int], list[tuple[float, Lane]]] = defaultdict(list)
    for k, (link, route) in enumerate(zip(sheet.parts.links, routes, strict=True)):
        if route.direct:
            continue
        way = [ends["a", k], *(lanes[k, p] for p in range(len(route.passes))), ends["b", k]]
        rows = [sheet.row_of[link.a], *(p.row for p in route.passes), sheet.row_of[link.b]]
        sides[link.a, route.up_a].append((_rank(way[0], way[1], rows[0] == rows[1], k), ("a", k)))
        sides[link.b, route.up_b].append((_rank(way[-1], way[-2], rows[-1] == rows[-2], k), ("b", k)))
        for p, passed in enumerate(route.passes):
            gaps[passed.row, passed.gap].append((sum(way) / len(way), (k, p)))
    _add_feeders(sides, sheet.parts, feeders_up(sheet.parts, routes), middles)
    found = {side: [item for _, item in sorted(items)] for side, items in sides.items()}
    return Order(
        sides=found,
        gaps={gap: [lane for _, lane in sorted(passing)] for gap, passing in gaps.items()},
        names_up=_names_up(sheet, found),
    )


def _rank(here: float, then: float, turns: bool, k: int) -> tuple[float, ...]:
    """Return the key of a wire on a busbar: those that turn back to their own row outside and nested, others by where
    they go."""
    if not turns:
        return 1.0, then, float(k)
    return (2.0, -then, float(k)) if then >= here else (0.0, -then, float(-k))


def feeders_up(parts: Parts, routes: Sequence[Route]) -> list[bool]:
    """Return for each feeder whether it stands on the upper side: as placed by hand, else where no wire is, else
    sources above and the rest below."""
    used: set[Side] = set()
    for link, route in zip(parts.links, routes, strict=True):
        if not route.direct:
            used |= {(link.a, route.up_a), (link.b, route.up_b)}
    return [_up(feeder, parts, used) for feeder in parts.feeders]


def _up(feeder: Feeder, parts: Parts, used: set[Side]) -> bool:
    bus_y = parts.nodes[feeder.node].y
    if feeder.y is not None and bus_y is not None and feeder.y != bus_y:
        return feeder.y < bus_y
    above, below = (feeder.node, True) in used, (feeder.node, False) in used
    return feeder.source if above == below else below


def _add_feeders(
    sides: defaultdict[Side, list[tuple[tuple[float, ...], Item]]],
    parts: Parts,
    up: Sequence[bool],
    middles: Mapping[str, float],
) -> None:
    """Put the feeders of each side together, on the far side of where most of its wires go."""
    where: dict[Side, float] = {}
    for side, items in sides.items():
        going = [rank[1] for rank, _ in items if rank[0] == 1.0]
        if going:
            where[side] = -1e9 if sum(going) / len(going) > middles[side[0]] else 1e9
    for k, feeder in enumerate(parts.feeders):
        side = (feeder.node, up[k])
        placed = feeder.x if feeder.x is not None else float(k)
        sides[side].append(((1.0, where.get(side, 1e9), placed, float(k)), ("feeder", k)))


def _names_up(sheet: Sheet, sides: Mapping[Side, Sequence[Item]]) -> dict[str, bool]:
    """Return on which side each busbar's name stands: the emptier one; in the first row of a substation above, under
    the substation's name."""
    parts, room = sheet.parts, defaultdict[Side, float](float)
    for side, items in sides.items():
        for kind, k in items:
            if kind == "feeder":
                room[side] += feeder_room(parts.feeders[k], sheet.sizes.feeders[k])
            else:
                room[side] += link_room(parts.links[k], kind == "b")
    top = {n for s in sheet.segments.values() if s.group for n in sheet.in_row(s.id, sheet.reach[s.id][0])}
    return {n: n in top or room[n, True] <= room[n, False] for n in parts.nodes}
