"""What can be built where a connection does not fit: each measure puts things into the park, at a cost, in months."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from math import ceil, isfinite

from holin.columns import Basis
from holin.connection.assumed import (
    BREAKER_MONTHS,
    SVG_COST_PER_MVAR,
    SVG_MONTHS,
    TRANSFORMER_MONTHS,
    bay_cost,
    line_cost,
    next_breaker_ka,
    transformer_cost,
)
from holin.connection.changes import Change
from holin.flow import ViolationKind
from holin.park import Bus, Line, Park, Shunt, ShuntKind, Transformer, Transformer3, by_id, free_id, units_of
from holin.thing import Thing

SVG_SHARES = (0.2, 0.4, 0.8)
"""Sizes of a static var generator that are tried, of the power to be connected."""


class MeasureKind(StrEnum):
    """What a measure is."""

    LINE = "line"
    TRANSFORMER = "transformer"
    SVG = "svg"
    BREAKERS = "breakers"
    CONNECTION = "connection"


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One thing to build: `of` is the element that it stands beside or the bus it stands at, `things` what is new.

    `size` is in `unit`; `cost` in the park's currency and `months` until it runs are assumed (`assumed.py`).
    """

    kind: MeasureKind
    of: str
    things: tuple[Thing, ...]
    size: float
    unit: str
    cost: float
    months: int


TABLES = {Line: "lines", Transformer: "transformers", Transformer3: "transformers3", Shunt: "shunts", Bus: "buses"}


def reinforced(park: Park, measures: Iterable[Measure]) -> Park:
    """Return the park with the measures built; a thing of an id that stands replaces it."""
    for measure in measures:
        for thing in measure.things:
            table = TABLES[type(thing)]
            rest = getattr(park, table)
            standing = tuple(thing if t.id == thing.id else t for t in rest)
            park = replace(park, **{table: standing if thing.id in by_id(rest) else (*rest, thing)})  # type: ignore[arg-type]
    return park


def options(
    park: Park, found: Iterable[Change], taken: Sequence[Measure], *, bus: str, power_mw: float, day: date
) -> list[Measure]:
    """Return the measures that could cure some violations in the park, those `taken` apart.

    A parallel circuit or transformer of the same type beside what is overloaded, and beside what is out; a static var
    generator where a voltage is outside its band, or at the new bus; for load that others lose, a second way beside
    what is out.
    """
    elements: dict[str, None] = {}
    buses: dict[str, None] = {}
    for change in found:
        match change.kind:
            case ViolationKind.OVERLOAD:
                elements |= dict.fromkeys([element_of(park, change.element), change.outage])
            case ViolationKind.VOLTAGE:
                elements |= dict.fromkeys([change.outage])
                buses |= dict.fromkeys([bus, change.element])
            case _:
                elements |= dict.fromkeys([change.outage])
                buses |= dict.fromkeys([bus])
    made = [m for e in elements if e and (m := parallel(park, e, day)) is not None]
    made += [svg(park, b, ceil(power_mw * share), day) for b in buses if b in by_id(park.buses) for share in SVG_SHARES]
    return [m for m in made if m not in taken]


def parallel(park: Park, element: str, day: date) -> Measure | None:
    """Return one more circuit or transformer of the same type beside an element; None for what has no type."""
    kv = {b.id: b.v_nom_kv for b in park.buses}
    if (line := by_id(park.lines).get(element)) is not None:
        cost, months = line_cost(kv[line.bus_from], line.length_km, cable=line.cable)
        twin = replace(line, **_fresh(park, line.id, day))  # type: ignore[arg-type]
        return Measure(kind=MeasureKind.LINE, of=element, things=(twin,), size=line.length_km, unit="km", cost=cost,
                       months=months)  # fmt: skip
    if (transformer := by_id(park.transformers).get(element)) is not None:
        t = transformer
        cost = transformer_cost(kv[t.bus_from], kv[t.bus_to], t.s_nom_mva)
        second = replace(t, **_fresh(park, t.id, day))  # type: ignore[arg-type]
        return Measure(kind=MeasureKind.TRANSFORMER, of=element, things=(second,), size=t.s_nom_mva, unit="MVA",
                       cost=cost, months=TRANSFORMER_MONTHS)  # fmt: skip
    if (three := by_id(park.transformers3).get(element)) is not None:
        cost = transformer_cost(kv[three.bus_1], kv[three.bus_2], three.s_nom_1_mva) + bay_cost(kv[three.bus_3])
        second3 = replace(three, **_fresh(park, three.id, day))  # type: ignore[arg-type]
        return Measure(kind=MeasureKind.TRANSFORMER, of=element, things=(second3,), size=three.s_nom_1_mva, unit="MVA",
                       cost=cost, months=TRANSFORMER_MONTHS)  # fmt: skip
    return None


def element_of(park: Park, label: str) -> str:
    """Return the element that a branch label is of: windings of three-winding transformers have their number behind."""
    element, _, winding = label.rpartition(".")
    return element if winding in ("1", "2", "3") and element in by_id(park.transformers3) else label


def svg(park: Park, bus: str, mvar: float, day: date) -> Measure:
    """Return a static var generator at a bus that keeps the voltage in the middle of the upper half of its band."""
    at = by_id(park.buses)[bus]
    keep = min(max(1.0, at.v_min_pu + 0.01), at.v_max_pu - 0.01)
    thing = Shunt(
        id=free_id(park, f"new-svg-{bus}"), bus=bus, kind=ShuntKind.SVC, q_nom_mvar=mvar, v_set_pu=keep, built=day,
        name=f"New SVG {bus}", name_zh=f"新增SVG {bus}", basis=Basis.ASSUMED,
    )  # fmt: skip
    return Measure(kind=MeasureKind.SVG, of=bus, things=(thing,), size=float(mvar), unit="Mvar",
                   cost=mvar * SVG_COST_PER_MVAR, months=SVG_MONTHS)  # fmt: skip


def breakers(park: Park, bus: str, current_ka: float, peak_ka: float, bays: int) -> Measure | None:
    """Return breakers at a bus that hold a breaking and a peak current; None where no standard rating does."""
    at = by_id(park.buses)[bus]
    rated = next_breaker_ka(max(current_ka, peak_ka / 2.5))
    if rated is None:
        return None
    stronger = replace(at, ik_max_ka=rated, ip_max_ka=None)
    return Measure(kind=MeasureKind.BREAKERS, of=bus, things=(stronger,), size=rated, unit="kA",
                   cost=bays * bay_cost(at.v_nom_kv), months=BREAKER_MONTHS)  # fmt: skip


def bays_at(park: Park, bus: str) -> int:
    """Return how many bays a bus has: one per end of a branch and per unit that stands there."""
    ends = [b for line in park.lines for b in (line.bus_from, line.bus_to)]
    ends += [b for t in park.transformers for b in (t.bus_from, t.bus_to)]
    ends += [b for t in park.transformers3 for b in (t.bus_1, t.bus_2, t.bus_3)]
    return max(ends.count(bus) + sum(u.bus == bus and u.kind != "load" for u in units_of(park)), 1)


def connecting_line(park: Park, bus: Bus, length_km: float, power_mva: float, day: date) -> Measure | None:
    """Return a line from a bus to the new site, of the type of the park's longest at that voltage, as many circuits
    as carry the power; None where the park has no such line."""
    kv = {b.id: b.v_nom_kv for b in park.buses}
    like = max((x for x in park.lines if kv[x.bus_from] == bus.v_nom_kv), key=lambda x: x.length_km, default=None)
    if like is None or not isfinite(length_km):
        return None
    circuits = max(ceil(power_mva / (3**0.5 * bus.v_nom_kv * like.i_nom_ka)), 1)
    cost, months = line_cost(bus.v_nom_kv, length_km, cable=like.cable)
    site = Bus(id=free_id(park, "new-site"), name="New site", name_zh="新接入点", v_nom_kv=bus.v_nom_kv,
               v_min_pu=bus.v_min_pu, v_max_pu=bus.v_max_pu, built=day, basis=Basis.ASSUMED)  # fmt: skip
    lines = tuple(
        replace(like, id=free_id(park, f"new-line-{k + 1}"), name=f"New line {k + 1}", name_zh=f"新建线路{k + 1}",
                bus_from=bus.id, bus_to=site.id, length_km=length_km, built=day, retired=None, basis=Basis.ASSUMED)
        for k in range(circuits)
    )  # fmt: skip
    return Measure(kind=MeasureKind.CONNECTION, of=bus.id, things=(site, *lines), size=length_km, unit="km",
                   cost=circuits * cost, months=months)  # fmt: skip


def _fresh(park: Park, of: str, day: date) -> dict[str, object]:
    return {"id": free_id(park, f"new-{of}"), "built": day, "retired": None, "basis": Basis.ASSUMED, "diagram_x": None,
            "diagram_y": None, "name": f"New, beside {of}", "name_zh": f"新增，与{of}并列"}  # fmt: skip
