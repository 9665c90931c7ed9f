"""Nodes and substations of a SimBench folder."""

from __future__ import annotations

from typing import Any

from holin.formats.records import Record
from holin.formats.simbench.making import Making
from holin.formats.simbench.tables import rows
from holin.park import Bus, Substation


def read_nodes(making: Making) -> None:
    """Read substations and nodes; auxiliary nodes between a switch and a branch are no buses."""
    tables = making.tables_read
    places = {r.text("id"): (r.number("x"), r.number("y")) for r in rows(tables, "Coordinates")}
    for record in rows(tables, "Substation"):
        id_ = making.id_of(record, "substation")
        making.substations[record.text("id")] = id_
        making.add("substations", Substation(id=id_, name=making.name_of(record, id_)))
    for record in rows(tables, "Node"):
        if record.text("id") in making.inner:
            record.number("vmR", above=0)
        else:
            _node(record, making, places)
        if record.has("vmSetp"):
            making.v_set[record.text("id")] = record.number("vmSetp", above=0)
    if making.inner:
        making.left_out.say(
            f"{len(making.inner)} auxiliary nodes are no buses: the switch there stands at the end of the branch"
        )


def _node(record: Record, making: Making, places: dict[str, tuple[float, float]]) -> None:
    id_ = making.id_of(record, "node")
    low, high = record.number("vmMin", 0.9), record.number("vmMax", 1.1)
    limits: dict[str, Any] = {"v_min_pu": low, "v_max_pu": high} if 0 < low <= 1 <= high and low < high else {}
    if not limits:
        sentence = "voltage limits that do not lie around 1 p.u. are replaced by 0.9 to 1.1"
        making.left_out.name(sentence, f"{id_} ({low:g} to {high:g})")
    substation = record.one_of("substation", making.substations, "substation of Substation.csv", None)
    x, y = record.one_of("coordID", places, "place of Coordinates.csv", None) or (None, None)
    place: dict[str, Any] = {}
    if x is not None and y is not None:
        on_earth = abs(x) <= 180 and abs(y) <= 90
        place = {"longitude": x, "latitude": y} if on_earth else {"diagram_x": x, "diagram_y": -y}
    bus = Bus(
        id=id_, name=making.name_of(record, id_), v_nom_kv=record.number("vmR", above=0), substation=substation,
        **limits, **place,
    )  # fmt: skip
    making.buses[record.text("id")] = bus
    making.add("buses", bus)
