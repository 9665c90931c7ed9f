"""What stands in a park, thing by thing: where, how large, whose, and where each figure comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from holin.columns import columns_of
from holin.thing import Thing
from holin.web.answers import Figure, Label
from holin.web.words import label_of, words

if TYPE_CHECKING:
    from holin.park import Load, Park, Potline
    from holin.parkfile import FigureProvenance

SHOWN = (
    "substation", "bus", "line", "transformer", "transformer3", "equivalent_branch", "switch", "shunt", "grid",
    "wind_farm", "pv_plant", "thermal_unit", "generator", "storage", "enterprise", "load", "motor", "potline",
)  # fmt: skip
"""The tables of a park whose rows stand somewhere."""

PLACES = ("latitude", "longitude", "diagram_x", "diagram_y")
ENDS = ("bus", "bus_from", "bus_to", "bus_1", "bus_2", "bus_3")

Place = tuple[float, float]


class ThingFigure(BaseModel):
    """One figure of a thing: a number, or a curve as a list of numbers or of points."""

    field: str = Field(description="column of the park's table", examples=["p_nom_mw"])
    label: Label
    value: float | list[float] | list[list[float]]
    unit: str = Field(description='"1" is a ratio; `currency` stands for the park\'s own', examples=["MW"])


class ThingFact(BaseModel):
    """One fact that is no figure, such as the sector of an enterprise."""

    field: str
    label: Label
    value: str
    said: Label = Field(description="the value in words")


class ThingSource(BaseModel):
    """Where some figures of a thing come from."""

    fields: list[str]
    basis: str | None = Field(description="published, derived, assumed, synthetic or measured; null: not said")
    reference: str


class ThingShown(BaseModel):
    """A thing of the park."""

    id: str
    kind: str = Field(description="its table in the park folder", examples=["wind_farm"])
    name: Label
    enterprise: str | None = Field(description="id of its owner; of an enterprise its own")
    substation: str | None = Field(description="id of where it stands; of a line null")
    buses: list[str] = Field(description="of a branch its ends in order, of an enterprise those of its loads")
    place: Place | None = Field(description="[latitude, longitude] in degrees: its own, or its bus's; of a line null")
    built: date | None = Field(description="first day that it stands; null: it always stood")
    retired: date | None = Field(description="first day that it no longer stands; null: not planned")
    v_nom_kv: Figure = Field(description="kV: nominal voltage of its bus (the highest of several)")
    p_nom_mw: Figure = Field(
        description="MW: nominal power; of a load its yearly peak, of a potline what it takes at nominal current"
    )
    figures: list[ThingFigure]
    facts: list[ThingFact]
    sources: list[ThingSource]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What every thing of a park is placed by."""

    park: Park
    volts: Mapping[str, float]
    station: Mapping[str, str | None]
    places: Mapping[str, Place]
    used: Mapping[str, tuple[str, ...]]
    figures: Mapping[tuple[str, str], Sequence[FigureProvenance]]


def ground_of(park: Park) -> Ground:
    """Return voltages, stations and places of a park's buses, the buses of its enterprises, and its figures."""
    from holin.parkfile import provenance_of
    from holin.picture import place_of_bus

    used: defaultdict[str, dict[str, None]] = defaultdict(dict)
    users: tuple[Potline | Load, ...] = (*park.potlines, *park.loads)
    for user in users:
        used[user.enterprise][user.bus] = None
    figures: defaultdict[tuple[str, str], list[FigureProvenance]] = defaultdict(list)
    for figure in provenance_of(park):
        figures[figure.table, figure.id].append(figure)
    return Ground(
        park=park,
        volts={b.id: b.v_nom_kv for b in park.buses},
        station={b.id: b.substation for b in park.buses},
        places=place_of_bus(park),
        used={name: tuple(buses) for name, buses in used.items()},
        figures=figures,
    )


def things_shown(park: Park) -> list[ThingShown]:
    """Return everything of a park that stands somewhere, table by table."""
    from holin.park import ATTRIBUTES

    ground = ground_of(park)
    return [_shown(kind, thing, ground) for kind in SHOWN for thing in getattr(park, ATTRIBUTES[kind])]


def _shown(kind: str, thing: Thing, ground: Ground) -> ThingShown:
    buses = _buses(kind, thing, ground)
    figures = ground.figures.get((kind, thing.id), ())
    volts = [ground.volts[b] for b in buses if b in ground.volts]
    return ThingShown(
        id=thing.id,
        kind=kind,
        name=Label(en=thing.name or thing.name_zh or thing.id, zh=thing.name_zh or thing.name or thing.id),
        enterprise=thing.id if kind == "enterprise" else getattr(thing, "enterprise", None),
        substation=thing.id if kind == "substation" else _station(buses, ground),
        buses=list(buses),
        place=None if kind == "line" else _place(thing, buses, ground),
        built=thing.built,
        retired=thing.retired,
        v_nom_kv=getattr(thing, "v_nom_kv", max(volts, default=None)),
        p_nom_mw=_power(thing),
        figures=[_figure(thing, f) for f in figures if f.field not in PLACES],
        facts=list(_facts(thing)),
        sources=_sources(figures),
    )


def _power(thing: Thing) -> float | None:
    from holin.park import Load, Potline
    from holin.potline import ac_power_mw

    if isinstance(thing, Potline):
        return float(ac_power_mw(thing, thing.amperage_ka))
    return thing.load_mw if isinstance(thing, Load) else getattr(thing, "p_nom_mw", None)


def _buses(kind: str, thing: Thing, ground: Ground) -> tuple[str, ...]:
    if kind == "bus":
        return (thing.id,)
    if kind == "enterprise":
        return ground.used.get(thing.id, ())
    if kind == "substation":
        return tuple(b for b, station in ground.station.items() if station == thing.id)
    ends = [str(getattr(thing, end)) for end in ENDS if getattr(thing, end, None) is not None]
    if kind == "switch" and getattr(thing, "element", None) in ground.volts:
        ends.append(str(getattr(thing, "element")))  # noqa: B009
    return tuple(ends)


def _station(buses: Sequence[str], ground: Ground) -> str | None:
    """Return the one substation at which all the buses stand, None where it is not one."""
    stations = {ground.station.get(b) for b in buses}
    return stations.pop() if len(stations) == 1 else None


def _place(thing: Thing, buses: Sequence[str], ground: Ground) -> Place | None:
    if thing.latitude is not None and thing.longitude is not None:
        return thing.latitude, thing.longitude
    return next((ground.places[b] for b in buses if b in ground.places), None)


def _figure(thing: Thing, told: FigureProvenance) -> ThingFigure:
    value = getattr(thing, told.field)
    curve = isinstance(value, tuple)
    listed = [list(v) if isinstance(v, tuple) else v for v in value] if curve else float(value)
    return ThingFigure(field=told.field, label=label_of("figure", told.field), value=listed, unit=told.unit)


def _facts(thing: Thing) -> Iterator[ThingFact]:
    kind: Any = type(thing)
    for column in columns_of(kind):
        value = getattr(thing, column.name)
        if column.name not in words()["fact"] or value is None or value == "":
            continue
        text = str(value.value if isinstance(value, Enum) else value).lower() if _worded(value) else str(value)
        said = label_of("value", text) if _worded(value) else Label(en=text, zh=text)
        yield ThingFact(field=column.name, label=label_of("fact", column.name), value=text, said=said)


def _worded(value: Any) -> bool:
    return isinstance(value, Enum | bool)


def _sources(figures: Sequence[FigureProvenance]) -> list[ThingSource]:
    """Return where figures come from, those of one origin together."""
    fields: dict[tuple[str | None, str], list[str]] = {}
    for f in figures:
        fields.setdefault((f.basis.value if f.basis else None, f.reference), []).append(f.field)
    return [ThingSource(fields=names, basis=basis, reference=text) for (basis, text), names in fields.items()]
