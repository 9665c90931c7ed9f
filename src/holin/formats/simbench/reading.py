"""A SimBench folder as a park."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from holin.formats.building import building
from holin.formats.imported import Faults, Imported
from holin.formats.records import Record
from holin.formats.simbench.branches import read_line, read_switch, read_transformer, read_transformer3
from holin.formats.simbench.making import Making
from holin.formats.simbench.nodes import read_nodes
from holin.formats.simbench.profiles import read_profiles
from holin.formats.simbench.tables import (
    AT_NODES,
    COLUMNS,
    TYPES,
    Tables,
    read_tables,
    rows,
    types_of,
    unknown_columns,
)
from holin.formats.simbench.units import (
    CALC_TYPES,
    read_external,
    read_load,
    read_power_plant,
    read_renewable,
    read_shunt,
    read_storage,
)
from holin.formats.surroundings import AS_OF

UNREAD: dict[str, set[str]] = {
    "Node": {"type"},
    "Substation": set(),
    "Switch": {"type", "substation"},
    "Transformer": {"substation"},
    "Transformer3W": {"autoTapSide", "substation"},
    "Transformer3WType": {"tapside", *(f"dVa{s}" for s in ("HV", "MV", "LV")), "dVmMV", "dVmLV"},
    "DCLineType": {"pMax"},
    "ExternalNet": {"dspf"},
    "PowerPlant": {"dspf", "type"},
    "RES": {"type", "sR"},
    "Load": {"sR"},
    "Storage": {"type", "chargeLevel", "qMin", "qMax"},
}
"""Table -> the columns that a park has not, but `subnet`; `voltLvl` says no more than the voltages do."""

NOTHING = {"0", "0.0", "HV"}
"""Values of those columns that say nothing: no step at a winding, taps at the first one."""

READERS: dict[str, Callable[[Record, Making], Any]] = {
    "ExternalNet": read_external, "PowerPlant": read_power_plant, "RES": read_renewable, "Load": read_load,
    "Storage": read_storage, "Shunt": read_shunt,
}  # fmt: skip

SOURCES = {"ExternalNet": "vavm", "PowerPlant": "pq", "RES": "pq"}
"""Tables with a calc_type, and which one it is where it is missing."""


def read_simbench(path: str | Path) -> Imported:
    """Read a folder of SimBench's CSV tables as a park.

    Nodes, substations, lines, transformers, switches, and what stands at the nodes with its static powers. Active
    profiles of loads, and those of wind and sun, become series of the park. Raises BadInput with every fault, each with
    its file, line and column. Source: SimBench documentation EN 1.1.0; simbench 1.6, csv_pp_converter.py.
    """
    folder = Path(path)
    faults = Faults(folder.name)
    tables, others = read_tables(folder, faults)
    making = Making(**building(), tables_read=tables)
    read_nodes(making)
    faults.stop()
    making.profiles, making.zone = read_profiles(folder, _wanted(tables), faults, making.left_out)
    line_types, dc_types = types_of(tables, "LineType"), types_of(tables, "DCLineType")
    two, three = types_of(tables, "TransformerType"), types_of(tables, "Transformer3WType")
    for record in rows(tables, "Line"):
        read_line(record, making, line_types, dc_types)
    for record in rows(tables, "Transformer"):
        read_transformer(record, making, two)
    for record in rows(tables, "Transformer3W"):
        read_transformer3(record, making, three)
    for record in rows(tables, "Switch"):
        read_switch(record, making)
    for name in AT_NODES:
        for record in rows(tables, name):
            READERS[name](record, making)
    faults.stop()
    making.without_loops()
    _name_set_points(making)
    _name_the_rest(tables, others, making)
    _name_profiles(making)
    origin = f"imported from the SimBench folder {folder.name}"
    zone = making.zone if making.profiles else "UTC"
    return making.imported(name=folder.name, origin=origin, currency="EUR", time_zone=zone, as_of=_as_of(making))


def _wanted(tables: Tables) -> dict[str, set[str]]:
    """Return the columns that a park may use of the tables of profiles."""
    loads, renewables = ({r.text("profile", "") for r in rows(tables, t)} for t in ("Load", "RES"))
    return {"LoadProfile": {f"{p}_{x}load" for p in loads for x in "pq"}, "RESProfile": renewables - {""}}


def _as_of(making: Making) -> date:
    """The end of the profiles' year."""
    series = making.tables.get("series")
    year = int(series[0].time[len(series[0].time) // 2].astype("datetime64[Y]").astype(int)) + 1970 if series else 0
    return date(min(max(year or AS_OF.year, 1930), 2199), 12, 31)


# ---- what is left out -------------------------------------------------------------------------------------------


def _name_set_points(making: Making) -> None:
    unused = [n for n in making.v_set if n not in making.held]
    making.left_out.names("voltages that are set at nodes (vmSetp) and nothing holds are left out", unused)
    sources = [(r, d) for t, d in SOURCES.items() for r in rows(making.tables_read, t)]
    at = {r.text("node") for r, default in sources if CALC_TYPES[r.text("calc_type", default)] == "vavm"}
    angles = {r.text("id"): r.number("vaSetp", 0.0) for r in rows(making.tables_read, "Node") if r.text("id") in at}
    if len(set(angles.values())) > 1:
        sentence = "angles of voltage sources (vaSetp) are all 0 here, though they differ: so do the flows between them"
    else:
        sentence = "angles of voltage sources are 0 here, which shifts all angles of their network alike"
    making.left_out.names(sentence, (f"{n} ({a:g} degrees)" for n, a in angles.items() if a))
    balancing = [g.id for g in making.tables.get("grids", ())]
    balancing += [g.id for g in making.tables.get("generators", ()) if g.balances]
    if len(balancing) > 1:
        sentence = (
            "of these only the first in each part of the network balances it, others hold their voltage and power"
        )
        making.left_out.names(sentence, balancing)


def _name_the_rest(tables: Tables, others: list[str], making: Making) -> None:
    for name, table in tables.items():
        for column in unknown_columns(name, table.columns) if name in COLUMNS else ():
            told = [r.text("id", "") for r in table.records if r.has(column)]
            making.left_out.names(f"{name}.{column} is no column of SimBench and is left out", told)
        for column in (*sorted(UNREAD.get(name, ())), "subnet"):
            values = {str(r.values[column]) for r in table.records if column in table.columns and r.has(column)}
            alike = column in ("subnet", "dspf") and len(values) == 1
            if values - NOTHING and not alike and name not in ("Coordinates", "Measurement"):
                making.left_out.name("columns that a park has not are left out", f"{name}.{column}")
    for name, users in TYPES.items():
        used = {r.text("type", "") for user in users for r in rows(tables, user)}
        unused = [t for t in types_of(tables, name) if t not in used]
        making.left_out.names(f"types of {name} that nothing uses are left out", unused)
    meters = Counter(r.text("variable", "?") for r in rows(tables, "Measurement"))
    sentence = "meters are left out: SimBench tells where they stand, not what they show"
    making.left_out.names(sentence, (f"{v} at {n} places" for v, n in meters.items()))
    cases = dict.fromkeys(r.text("Study Case", r.text("Study Cases", "?")) for r in rows(tables, "StudyCases"))
    making.left_out.names("study cases are left out: the park holds the state that they are factors of", cases)
    if rows(tables, "NodePFResult"):
        count = f"{len(rows(tables, 'NodePFResult'))} nodes"
        making.left_out.name("results of a power flow are left out: holin flow reckons its own", count)
    making.left_out.names("files that are no table of SimBench are left out", others)


def _name_profiles(making: Making) -> None:
    for table, profiles in making.profiles.items():
        unused = [c for c in profiles.columns if c not in profiles.values and c != "time"]
        made = table in ("LoadProfile", "RESProfile")
        sentence = f"profiles that nothing uses are left out: {table}" if made else f"{table} is left out"
        making.left_out.names(sentence, unused)
    if making.profiles and making.zone == "UTC":
        making.left_out.say("times of profiles are taken as UTC, for they do not fit German local time")
