"""Where the things of a park stand on its map: the projection, the symbols and the lines between stations."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from holin.park import ATTRIBUTES, Bus, Line, Load, Park, Potline, by_id
from holin.picture.texts import Language, beside, text
from holin.thing import Thing

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""

MARGIN_PX = 46.0

RANKS = {"grid": 0, "wind_farm": 1, "pv_plant": 1, "thermal_unit": 1, "potline": 2, "substation": 3, "storage": 4}
"""Which labels choose their place first; enterprises come last."""

REACH_PX = {"substation": 9.0, "enterprise": 6.0}

Place = tuple[float, float]
"""(latitude, longitude) in degrees."""


@dataclass(frozen=True, kw_only=True)
class Marker:
    """A symbol of the map: what it is, where, what is written beside it and what its hover title says.

    `wrapped` is what is written, in two lines, where name and size are.
    """

    kind: str
    place: Place
    label: str
    title: str
    rank: int
    p_nom_mw: float = 0.0
    wrapped: str = ""

    @property
    def reach(self) -> float:
        """How far its symbol reaches, in px."""
        return REACH_PX.get(self.kind, 11.0)


@dataclass(frozen=True, kw_only=True)
class Span:
    """A circuit between two places; `lane` sets parallel circuits beside each other (0 is the middle).

    `line` is its id; `forward` whether it goes from its own first end to its second.
    """

    start: Place
    end: Place
    v_nom_kv: float
    cable: bool
    title: str
    line: str = ""
    lane: float = 0.0
    forward: bool = True


@dataclass(frozen=True, kw_only=True)
class Projection:
    """An equirectangular map about a middle, with one scale (px per km) for both directions."""

    middle: Place
    px_per_km: float
    width: float
    height: float
    left_km: float
    top_km: float

    def at(self, place: Place) -> tuple[float, float]:
        """Return x (to the right) and y (downwards) in px."""
        x, y = kilometres(place, self.middle)
        return (
            MARGIN_PX + (x - self.left_km) * self.px_per_km,
            MARGIN_PX + (self.top_km - y) * self.px_per_km,
        )


def kilometres(place: Place, middle: Place) -> tuple[float, float]:
    """Return km to the east and north of the middle."""
    per_degree = EARTH_RADIUS_KM * math.pi / 180
    return (
        (place[1] - middle[1]) * per_degree * math.cos(math.radians(middle[0])),
        (place[0] - middle[0]) * per_degree,
    )


def projection_of(markers: Iterable[Marker], width: float, *, spare: float = 0.0) -> Projection:
    """Return the projection that shows all markers in the given width, no higher than 0.8 of it (1.3 when narrow).

    `spare` px above and below, together, are left to the labels beside the margins.
    """
    places = [m.place for m in markers]
    middle = middle_of(places)
    if middle is None:
        raise ValueError("a map without a place")
    points = [kilometres(p, middle) for p in places]
    left, right = min(p[0] for p in points), max(p[0] for p in points)
    bottom, top = min(p[1] for p in points), max(p[1] for p in points)
    highest = width * (0.8 if width > 600 else 1.3)
    room_x, room_y = width - 2 * MARGIN_PX, highest - 2 * MARGIN_PX
    scale = min(room_x / max(right - left, 0.5), room_y / max(top - bottom, 0.5))
    spare_km = (room_x / scale - (right - left)) / 2
    height = max((top - bottom) * scale + 2 * MARGIN_PX, 0.3 * width) + spare
    rise_km = (height - 2 * MARGIN_PX) / scale - (top - bottom)
    return Projection(
        middle=middle,
        px_per_km=scale,
        width=width,
        height=height,
        left_km=left - spare_km,
        top_km=top + rise_km / 2,
    )


def place_of_bus(park: Park) -> dict[str, Place]:
    """Return the place of every bus that has one: its own, or its substation's."""
    stations = {s.id: (s.latitude, s.longitude) for s in park.substations}
    found: dict[str, Place] = {}
    for bus in park.buses:
        own = (bus.latitude, bus.longitude)
        latitude, longitude = stations.get(bus.substation or "", own) if None in own else own
        if latitude is not None and longitude is not None:
            found[bus.id] = (latitude, longitude)
    return found


def middle_of(places: Iterable[Place]) -> Place | None:
    """Return the middle between the outermost places, None without any."""
    latitudes, longitudes = [], []
    for latitude, longitude in places:
        latitudes.append(latitude)
        longitudes.append(longitude)
    if not latitudes:
        return None
    return (min(latitudes) + max(latitudes)) / 2, (min(longitudes) + max(longitudes)) / 2


def name_of(thing: Thing, language: Language) -> str:
    """Return the thing's name in the language, else in the other one, else its id."""
    if language == "both":
        return beside(thing.name_zh, thing.name) or thing.id
    names = (thing.name_zh, thing.name) if language == "zh" else (thing.name, thing.name_zh)
    return names[0] or names[1] or thing.id


def markers_of(park: Park, language: Language, spread: float = 0.022) -> list[Marker]:
    """Return a symbol for each substation, source, storage, potline, grid connection and enterprise with a place.

    What has no place of its own stands at its bus; where several would stand on one spot they are set around it on
    rings that are `spread` (share of the park's extent) apart; things of one kind nearer than that are drawn as one.
    """
    stations = list(_stations(park, language))
    others = [*_units(park, language), *_enterprises(park, language)]
    ring = spread * _extent([*stations, *others])
    return _apart([*stations, *_gathered(others, ring, language)], ring)


def _stations(park: Park, language: Language) -> Iterator[Marker]:
    for station in park.substations:
        if station.latitude is not None and station.longitude is not None:
            levels = sorted({b.v_nom_kv for b in park.buses if b.substation == station.id}, reverse=True)
            volts = "/".join(f"{v:g}" for v in levels or station.v_levels_kv)
            name = name_of(station, language)
            yield Marker(
                kind="substation",
                place=(station.latitude, station.longitude),
                label=name,
                title=f"{name} {volts} kV" if volts else name,
                rank=RANKS["substation"],
            )


def _units(park: Park, language: Language) -> Iterator[Marker]:
    buses = place_of_bus(park)
    for kind in ("grid", "wind_farm", "pv_plant", "thermal_unit", "potline", "storage"):
        for thing in getattr(park, ATTRIBUTES[kind]):
            place = _own_place(thing) or buses.get(thing.bus)
            if place is None:
                continue
            size = _size(thing)
            name = name_of(thing, language)
            yield Marker(
                kind=kind,
                place=place,
                label=f"{name} {size}".strip() if kind != "grid" else name,
                title=f"{name} {size}".strip(),
                rank=RANKS[kind],
                p_nom_mw=getattr(thing, "p_nom_mw", 0.0),
                wrapped=f"{name}\n{size}" if size and kind != "grid" else "",
            )


def _size(thing: Thing) -> str:
    power = getattr(thing, "p_nom_mw", None)
    energy = getattr(thing, "e_nom_mwh", None)
    if power is None:
        return ""
    return f"{_tenths(power)} MW" + (f" / {_tenths(energy)} MWh" if energy is not None else "")


def _tenths(value: float) -> str:
    """Return a size with a tenth at most (below one with two figures), for a plan's sizes are not round."""
    rounded = round(value, 1) if abs(value) >= 1.0 else float(f"{value:.2g}")
    return f"{rounded:,.10g}".replace(",", "\u202f")


def _own_place(thing: Thing) -> Place | None:
    return None if thing.latitude is None or thing.longitude is None else (thing.latitude, thing.longitude)


def _enterprises(park: Park, language: Language) -> Iterator[Marker]:
    buses = place_of_bus(park)
    users: tuple[Load | Potline, ...] = (*park.potlines, *park.loads)
    first_bus = {user.enterprise: user.bus for user in reversed(users)}
    smelters = {p.enterprise for p in park.potlines}
    demand: defaultdict[str, float] = defaultdict(float)
    for load in park.loads:
        demand[load.enterprise] += load.load_mw * load.load_factor
    for enterprise in sorted(park.enterprises, key=lambda e: -demand[e.id]):
        place = _own_place(enterprise) or buses.get(first_bus.get(enterprise.id, ""))
        if place is None or enterprise.id not in first_bus or enterprise.id in smelters:
            continue
        name = name_of(enterprise, language)
        yield Marker(kind="enterprise", place=place, label=name, title=name, rank=5)


def _extent(markers: list[Marker]) -> float:
    """Return the larger of the spans in latitude and (shortened to the same length) longitude, in degrees."""
    if not markers:
        return 0.0
    latitudes, longitudes = [m.place[0] for m in markers], [m.place[1] for m in markers]
    shortened = (max(longitudes) - min(longitudes)) * math.cos(math.radians(latitudes[0]))
    return max(max(latitudes) - min(latitudes), shortened, 0.01)


def _gathered(markers: list[Marker], near: float, language: Language) -> Iterator[Marker]:
    """Yield one marker for all of one kind within `near` degrees of the first, with their number, power and names."""
    groups: list[list[Marker]] = []
    for marker in markers:
        group = next((g for g in groups if g[0].kind == marker.kind and _distance(g[0].place, marker.place) < near), [])
        if not group:
            groups.append(group)
        group.append(marker)
    for group in groups:
        if len(group) == 1:
            yield group[0]
            continue
        power_mw = sum(m.p_nom_mw for m in group)
        count = f"{len(group)} {text(f'map.{group[0].kind}', language)}"
        power = f"{_tenths(power_mw)} MW" if power_mw else ""
        label, wrapped = f"{count} {power}".strip(), f"{count}\n{power}" if power else ""
        yield replace(group[0], label=label, wrapped=wrapped, title="\n".join([label, *(m.title for m in group)]))


def _distance(one: Place, other: Place) -> float:
    east = (one[1] - other[1]) * math.cos(math.radians(one[0]))
    return math.hypot(one[0] - other[0], east)


def _apart(markers: list[Marker], ring: float) -> list[Marker]:
    """Set markers that would cover an earlier one beside it, on rings around their place; substations never move."""
    set_down: list[Marker] = []
    for marker in markers:
        spots = (_around(marker.place, order, ring) for order in range(60))
        free = (s for s in spots if all(_distance(s, m.place) > 0.85 * ring for m in set_down))
        place = marker.place if marker.kind == "substation" else next(free, marker.place)
        set_down.append(replace(marker, place=place))
    return set_down


def _around(place: Place, order: int, ring: float) -> Place:
    if order == 0:
        return place
    level, first = 1, 1
    while order >= first + 6 * level:
        first += 6 * level
        level += 1
    angle = 2 * math.pi * (order - first) / (6 * level) + 0.5
    east = ring * level * math.cos(angle) / max(math.cos(math.radians(place[0])), 0.1)
    return place[0] + ring * level * math.sin(angle), place[1] + east


def feeders_of(park: Park) -> list[tuple[Place, Place]]:
    """Return from where to where each source or storage with a place of its own is joined to its bus."""
    buses = place_of_bus(park)
    units = (*park.wind_farms, *park.pv_plants, *park.thermal_units, *park.storages)
    ends = [(own, buses[u.bus]) for u in units if (own := _own_place(u)) is not None and u.bus in buses]
    return [(start, end) for start, end in ends if start != end]


def spans_of(park: Park, language: Language) -> list[Span]:
    """Return the lines whose ends stand at different places; parallel circuits get lanes of their own."""
    places, buses = place_of_bus(park), by_id(park.buses)
    spans = [s for line in park.lines if (s := _span(line, places, buses, language)) is not None]
    routes = Counter(frozenset((s.start, s.end)) for s in spans)
    seen: Counter[frozenset[Place]] = Counter()
    lanes = []
    for span in spans:
        route = frozenset((span.start, span.end))
        start, end = sorted((span.start, span.end))
        lane = seen[route] - (routes[route] - 1) / 2
        lanes.append(replace(span, start=start, end=end, lane=lane, forward=start == span.start))
        seen[route] += 1
    return lanes


def _span(line: Line, places: dict[str, Place], buses: dict[str, Bus], language: Language) -> Span | None:
    start, end = places.get(line.bus_from), places.get(line.bus_to)
    if start is None or end is None or start == end:
        return None
    v_nom_kv = buses[line.bus_from].v_nom_kv
    length_km = line.length_km
    return Span(
        start=start,
        end=end,
        v_nom_kv=v_nom_kv,
        cable=line.cable,
        line=line.id,
        title=f"{name_of(line, language)}: {v_nom_kv:g} kV, {length_km:g} km",
    )
