"""The grid around a bus: the part of a park within some branches of it, and one hour of it for a drawing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr

from holin.calendar import local
from holin.park import ATTRIBUTES, Park
from holin.picture.moment import Moment

MOST_BUSES = 12
"""So many buses are drawn at most: whole rings around the bus, the nearest first."""


def around(park: Park, buses: Iterable[str], *, most: int = MOST_BUSES, name: tuple[str, str] = ("", "")) -> Park:
    """Return the part of a park around some buses: rings of neighbours as long as not more than `most` buses stand in
    it, with the branches between them and what stands at them. Nothing in it has a place on the diagram; it has a
    `name` (English, Chinese) of its own, and no synthetic note, for the page around it has one."""
    near = _neighbours(park)
    inside = set(buses)
    while True:
        ring = {b for bus in inside for b in near.get(bus, ())} - inside
        if not ring or len(inside) + len(ring) > most:
            break
        inside |= ring
    kept: dict[str, Any] = {}
    for attribute in ATTRIBUTES.values():
        rows = tuple(
            replace(t, diagram_x=None, diagram_y=None) if hasattr(t, "diagram_x") else t
            for t in getattr(park, attribute)
            if _inside(t, inside)
        )
        kept[attribute] = rows
    stations = {b.substation for b in kept["buses"]}
    kept["substations"] = tuple(s for s in kept["substations"] if s.id in stations)
    elements = {
        t.id for a in ("buses", "lines", "transformers", "transformers3", "equivalent_branches") for t in kept[a]
    }
    kept["switches"] = tuple(s for s in kept["switches"] if s.element in elements)
    facts = replace(park.facts, name=name[0], name_zh=name[1], synthetic="", synthetic_zh="")
    return replace(park, facts=facts, stages=(), **kept)


def _neighbours(park: Park) -> dict[str, set[str]]:
    near: dict[str, set[str]] = {}
    for ends in _ends(park):
        for bus in ends:
            near.setdefault(bus, set()).update(ends)
    return near


def _ends(park: Park) -> Iterable[tuple[str, ...]]:
    for branch in (*park.lines, *park.transformers, *park.equivalent_branches):
        yield branch.bus_from, branch.bus_to  # type: ignore[attr-defined]
    for t in park.transformers3:
        yield t.bus_1, t.bus_2, t.bus_3
    buses = {b.id for b in park.buses}
    for switch in park.switches:
        if switch.element in buses:
            yield switch.bus, switch.element


def _inside(thing: Any, buses: set[str]) -> bool:
    """Whether all buses that a thing names are inside; a thing that names none is kept."""
    if type(thing).__name__ == "Bus":
        return thing.id in buses
    names = ("bus", "bus_from", "bus_to", "bus_1", "bus_2", "bus_3")
    return all(getattr(thing, name) in buses for name in names if hasattr(thing, name))


def busiest_hour(flows: xr.Dataset, park: Park) -> int:
    """Return the place of the hour in which the branches of a part of the park are loaded most."""
    mine = [t.id for t in (*park.lines, *park.transformers, *park.equivalent_branches)]
    here = np.isin(flows["element"].values, [*mine, *(t.id for t in park.transformers3)])
    loading = np.nan_to_num(flows["loading"].values[:, here], nan=-1.0)
    return int(loading.max(axis=1, initial=-1.0).argmax())


def moment_at(flows: xr.Dataset, hour: int, time_zone: str) -> Moment:
    """Return one hour of FLOWS for a drawing of any part of its park."""
    row = flows.isel(time=hour)

    def by(column: str, dimension: str) -> Mapping[str, float]:
        return dict(zip(map(str, row[dimension].values), map(float, row[column].values), strict=True))

    return Moment(
        time=local(flows["time"].values[hour : hour + 1], time_zone)[0].strftime("%Y-%m-%d %H:%M"),
        solved=bool(row["converged"] == 1), v_pu=by("v_pu", "bus"), loading=by("loading", "branch"),
        p_from_mw=by("p_from_mw", "branch"), p_to_mw=by("p_to_mw", "branch"), p_mw=by("p_mw", "unit"),
        out=frozenset(),
    )  # fmt: skip
