"""Other sites for a connection: the substation's other buses, and those of its neighbours by a line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from holin.connection.added import Added, distance_km, place_on_earth
from holin.connection.assumed import ROUTE_FACTOR, SAME_SITE_KM, bay_cost, largest_mw
from holin.connection.measures import MeasureKind, connecting_line, reinforced
from holin.connection.place import Place, own_buses
from holin.connection.request import Request
from holin.connection.study import Works
from holin.park import Bus, Park

NEIGHBOURS = 4
"""So many other sites are looked at."""


def other_sites(park: Park, bus: Bus, place: Place, request: Request) -> list[Works]:
    """Return the ways to connect elsewhere: each other bus of the substation that suits the size, and the nearest ones
    of other substations, each with a line to it; the nearest first, none checked against the grid."""
    here = place_on_earth(park, bus)
    own = own_buses(park)
    found: list[tuple[float, Bus]] = []
    for other in park.buses:
        if other.id == bus.id or other.id in own or largest_mw(other.v_nom_kv) < request.power_mw:
            continue
        if other.substation is not None and other.substation == bus.substation:
            found.append((SAME_SITE_KM, other))
            continue
        away = distance_km(here, place_on_earth(park, other))
        if away is not None:
            found.append((max(away * ROUTE_FACTOR, SAME_SITE_KM), other))
    nearest = sorted(found, key=lambda f: (f[0], f[1].id))[:NEIGHBOURS]
    mva = request.power_mw / request.power_factor
    ways = []
    for km, other in nearest:
        line = connecting_line(park, other, km, mva, request.day)
        if line is not None:
            ways.append(Works(bus=other.id, measures=(line,), connection_cost=bay_cost(other.v_nom_kv)))
    return ways


def moved(added: Added, whole: Park, park: Park, works: Works, request: Request) -> Added:
    """Return the park with the works built, and the new units at the end of their line where they have one.

    The units keep their place, and so their weather: the site stays where it is, the line goes to another bus.
    """
    line = next((m for m in works.measures if m.kind is MeasureKind.CONNECTION), None)
    if line is None:
        return replace(added, park=reinforced(added.park, works.measures))
    site = next(t for t in line.things if isinstance(t, Bus))
    built = reinforced(added.park, works.measures)
    tables: dict[str, Any] = {
        table: tuple(replace(t, bus=site.id) if t.id in added.units else t for t in getattr(built, table))
        for table in ("loads", "wind_farms", "pv_plants", "storages")
    }
    return replace(added, park=replace(built, **tables))
