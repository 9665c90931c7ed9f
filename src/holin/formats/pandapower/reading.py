"""A net of pandapower as a park."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from holin.formats.building import building
from holin.formats.ids import clean_name
from holin.formats.imported import Imported
from holin.formats.pandapower.branches import BRANCH_READERS, read_switches
from holin.formats.pandapower.carried import KNOWN, NEUTRAL
from holin.formats.pandapower.making import FREQUENCY_HZ, Reading, index_of
from holin.formats.pandapower.net import Net, read_net
from holin.formats.pandapower.units import UNIT_READERS, add_costs
from holin.formats.records import Record
from holin.park import Bus

NOT_OF_THE_GRID = ("std_types", "user_pf_options", "version", "format_version", "converged", "OPF_converged", "name")


def read_pandapower(path: str | Path) -> Imported:
    """Read a net that pandapower wrote (`to_json`), without pandapower, as a park.

    Loads, generators and transformers stand as the net's power flow sees them, tables that have no place in a park are
    named. Parallel elements become elements of their own. Raises BadInput with every fault, each with the line of its
    table, its index and column. Source: pandapower 3.5, "Data structure and elements".
    """
    source = Path(path)
    net = read_net(source)
    reading = Reading(**building())
    reading.frequency_hz = _frequency(net)
    reading.tap_types = "tap_changer_type" in net.columns.get("trafo", frozenset())
    for record in net.tables.get("bus", ()):
        _bus(record, reading)
    if not reading.buses:
        net.faults.add("there is no bus", "a net has a table bus", field="bus")
    net.faults.stop()
    readers: dict[str, Callable[[Record, Reading], None]] = {**BRANCH_READERS, **UNIT_READERS}
    for table, read in readers.items():
        for record in net.tables.get(table, ()):
            read(record, reading)
    read_switches(net.tables.get("switch", ()), reading)
    add_costs(net, reading)
    net.faults.stop()
    reading.without_loops()
    _name_the_rest(net, reading)
    said = net.facts.get("name")
    name = said if isinstance(said, str) and said.strip() else source.stem
    return reading.imported(name=name, origin=f"imported from the pandapower net {source.name}", currency="EUR")


def _frequency(net: Net) -> float:
    value = net.facts.get("f_hz", FREQUENCY_HZ)
    if isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value <= 1000:
        return float(value)
    net.faults.add("not a frequency", "50 or 60", field="f_hz", value=value)
    return FREQUENCY_HZ


def _bus(record: Record, reading: Reading) -> None:
    id_ = reading.id_of(record, "bus")
    low, high = record.number("min_vm_pu", 0.9), record.number("max_vm_pu", 1.1)
    limits = {"v_min_pu": low, "v_max_pu": high} if 0 < low <= 1 <= high and low < high else {}
    if not limits:
        sentence = "voltage limits that do not lie around 1 p.u. are replaced by 0.9 to 1.1"
        reading.left_out.name(sentence, f"{id_} ({low:g} to {high:g})")
    x, y = _place(record.values.get("geo"))
    bus = Bus(
        id=id_, name=clean_name(record.text("name", "")), v_nom_kv=record.number("vn_kv", above=0), diagram_x=x,
        diagram_y=None if y is None else -y, **limits,
    )  # fmt: skip
    reading.buses[index_of(record)] = bus
    reading.add("buses", bus)
    if not record.flag("in_service", True):
        reading.dead.add(id_)
        reading.left_out.name("buses out of service stand without what was connected to them", id_)


def _place(geo: Any) -> tuple[float | None, float | None]:
    """Return the place of a bus, of which a net does not say whether it is one of the earth or of a drawing."""
    if isinstance(geo, str):
        try:
            geo = json.loads(geo)
        except (ValueError, RecursionError):
            return None, None
    point = geo.get("coordinates") if isinstance(geo, dict) else None
    if isinstance(point, list) and len(point) >= 2 and all(type(c) in (int, float) and abs(c) < 1e9 for c in point[:2]):
        return float(point[0]), float(point[1])
    return None, None


def _name_the_rest(net: Net, reading: Reading) -> None:
    """Name tables and columns that a park does not carry; what says nothing is not mentioned."""
    results = [t for t, rows in net.tables.items() if t.startswith("res_") and rows]
    if results:
        reading.left_out.say("results of a solved net are left out")
    for table, records in net.tables.items():
        if not records or table in results:
            continue
        if table not in KNOWN:
            reading.left_out.name("tables are left out", f"{table} ({len(records)} rows)")
            continue
        for column in sorted(net.columns[table] - KNOWN[table]):
            told = [r for r in records if r.has(column) and r.values[column] not in NEUTRAL.get(column, (False,))]
            names = (str(r.values["index"]) for r in told)
            reading.left_out.names(f"{table}.{column} is left out", names)
    for name, value in net.facts.items():
        if name not in (*NOT_OF_THE_GRID, "f_hz", "sn_mva") and value not in (None, "", [], {}, False):
            reading.left_out.name("further facts of the net are left out", clean_name(name))
    if reading.frequency_hz != FREQUENCY_HZ:
        sentence = f"a frequency of {reading.frequency_hz:g} Hz: capacitances are those of the same charging at 50 Hz"
        reading.left_out.say(sentence)
