"""A PyPSA network as a park."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

from holin.formats.building import building
from holin.formats.imported import Imported
from holin.formats.nodes import grouped
from holin.formats.pypsa.branches import read_line, read_link, read_transformer
from holin.formats.pypsa.carried import KNOWN, RESULTS
from holin.formats.pypsa.making import Making, has_hours
from holin.formats.pypsa.network import Network, read_network
from holin.formats.pypsa.units import read_generator, read_load, read_shunt, read_storage, slack_generators
from holin.formats.records import Record
from holin.formats.surroundings import AS_OF
from holin.park import Bus


def read_pypsa(path: str | Path) -> Imported:
    """Read a PyPSA network (a folder of CSV tables, or a netCDF file) as a park.

    Its AC buses, lines, transformers, generators, loads, storage units and shunts. Hourly series of loads, and of what
    wind and sun allow, become series of the park; of all other series the first snapshot stands. Raises BadInput with
    every fault, each with its file, line and column. Source: PyPSA 1.4, "Components", "Power flow".
    """
    source = Path(path)
    network = read_network(source)
    making = Making(**building(), network=network, has_hours=has_hours(network))
    faults = network.faults
    for record in network.lists.get("carriers", ()):
        making.carbon[record.text("name")] = record.number("co2_emissions", 0.0, at_least=0)
    voltages = {r.text("name"): _bus(r, making) for r in network.lists.get("buses", ())}
    if not making.buses:
        faults.add("there is no AC bus", "buses with carrier AC", field="buses")
    faults.stop()
    for record in network.lists.get("lines", ()):
        read_line(record, making)
    for record in network.lists.get("transformers", ()):
        read_transformer(record, making)
    for record in network.lists.get("links", ()):
        read_link(record, making)
    generators = network.lists.get("generators", ())
    slacks = slack_generators(generators, _islands(network, making), making)
    for record in generators:
        read_generator(record, making, voltages, slacks)
    for table, read in (("loads", read_load), ("storage_units", read_storage), ("shunt_impedances", read_shunt)):
        for record in network.lists.get(table, ()):
            read(record, making)
    faults.stop()
    making.without_loops()
    _name_the_rest(network, making)
    origin = f"imported from the PyPSA network {source.name}"
    return making.imported(name=network.name, origin=origin, currency="EUR", as_of=_as_of(network))


def _as_of(network: Network) -> date:
    """The end of the snapshots' year."""
    times = network.snapshots
    year = AS_OF.year if times is None or not len(times) else int(times[0].year)
    return date(min(max(year, 1930), 2199), 12, 31)


def _bus(record: Record, making: Making) -> float:
    """Add an AC bus and return the voltage that is set there."""
    name, carrier = record.text("name"), record.text("carrier", "AC")
    v_nom = record.number("v_nom", 1.0, above=0)
    v_set = making.first("buses", "v_mag_pu_set", record, 1.0)
    if carrier != "AC":
        making.others.add(name)
        making.left_out.name("buses that are not of AC are left out", f"{name} ({carrier})")
        return v_set
    id_ = making.id_of(record, "bus")
    low, high = record.number("v_mag_pu_min", 0.0), record.number("v_mag_pu_max", math.inf, infinite=True)
    limits = {}
    if 0 < low <= 1 <= high < math.inf and low < high:
        limits = {"v_min_pu": low, "v_max_pu": high}
    elif low > 0 or high < math.inf:
        sentence = "voltage limits that do not lie around 1 p.u. are replaced by 0.9 to 1.1"
        making.left_out.name(sentence, f"{id_} ({low:g} to {high:g})")
    x, y = record.number("x", 0.0), record.number("y", 0.0)
    place = {}
    if (x or y) and abs(x) <= 180 and abs(y) <= 90:
        place = {"longitude": x, "latitude": y}
    elif x or y:
        place = {"diagram_x": x, "diagram_y": -y}
    bus = Bus(id=id_, name=making.name_of(record, id_), v_nom_kv=v_nom, **limits, **place)
    making.buses[name] = bus
    making.add("buses", bus)
    return v_set


def _islands(network: Network, making: Making) -> dict[str, str]:
    """Return for each AC bus the first bus of the part of the network that lines and transformers make."""
    pairs = [
        (r.text("bus0", ""), r.text("bus1", ""))
        for table in ("lines", "transformers")
        for r in network.lists.get(table, ())
        if r.flag("active", True)
    ]
    return grouped(list(making.buses), [p for p in pairs if p[0] in making.buses and p[1] in making.buses])


def _name_the_rest(network: Network, making: Making) -> None:
    for table, records in network.lists.items():
        if not records or table in ("carriers", "sub_networks", "line_types", "transformer_types"):
            continue
        if table not in KNOWN:
            making.left_out.name("components are left out", f"{table} ({len(records)})")
            continue
        for column in network.columns.get(table, ()):
            known = KNOWN[table].get(column)
            if known is True or column in RESULTS:
                continue
            told = [r.text("name") for r in records if r.has(column) and not _is_default(r.values[column], known)]
            making.left_out.names(f"{table}.{column} is left out", told)
    for table, attribute in network.series:
        if table in KNOWN and attribute in RESULTS:
            making.left_out.say("results of a solved network are left out")
        elif table in KNOWN and KNOWN[table].get(attribute) is not True:
            making.left_out.name("series are left out", f"{table}.{attribute}")
    making.left_out.names("files and variables that are no component are left out", network.others)
    if network.count > 1 and not making.has_hours:
        making.left_out.say("snapshots that are not an hour apart: of all series the first snapshot stands")


def _is_default(value: object, default: object) -> bool:
    """Whether a value is what PyPSA takes where nothing is given."""
    text = str(value).strip().lower()
    if text in ("", "nan", "false", str(default).lower()):
        return True
    try:
        number = float(text)
    except ValueError:
        return False
    return number == 0 or (isinstance(default, int | float) and number == default) or math.isinf(number)
