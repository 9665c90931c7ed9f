"""An input document of power-grid-model as a park."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable
from pathlib import Path

from holin.formats.assumed import SK_MAX_MVA
from holin.formats.building import building
from holin.formats.ids import clean_name
from holin.formats.imported import Imported
from holin.formats.power_grid_model.branches import ASYMMETRIC, BRANCH_READERS, add_regulators
from holin.formats.power_grid_model.document import read_document
from holin.formats.power_grid_model.making import Reading
from holin.formats.records import Record
from holin.park import (
    Bus,
    EquivalentBranch,
    Generator,
    Grid,
    Shunt,
    ShuntKind,
)

RX_MAX = 2.0
IDEAL_SK_VA = 1e15
"""Above it a source is held to be ideal."""

CONST_POWER, CONST_IMPEDANCE, CONST_CURRENT = 0, 1, 2
SENSORS = ("power_sensor", "voltage_sensor", "current_sensor")


def read_power_grid_model(path: str | Path) -> Imported:
    """Read an input document of power-grid-model (JSON, version 1.0, compact lists too) as a park.

    A folder is its validation case: `input.json` in it. Ids are those in `extra`, else component and number. Raises
    BadInput with every fault, each with its line and field. Source: power-grid-model 1.12, "Components".
    """
    source = Path(path)
    if source.is_dir():
        source = source / "input.json"
    document = read_document(source, "input")
    if document.is_batch:
        document.faults.add("a batch of inputs", "one input: is_batch false", field="is_batch", value=True)
        document.faults.stop()
    components = dict(document.scenarios[0])
    reading, faults = Reading(**building()), document.faults
    numbers: dict[int, str] = {}
    for component, records in components.items():
        for record in records:
            _number(record, component, numbers, reading)
    readers: dict[str, Callable[[Record, str, Reading], None]] = {"node": _node, **BRANCH_READERS, **UNIT_READERS}
    for component, read in readers.items():
        for record in components.pop(component, ()):
            read(record, reading.id_of.get(record.integer("id"), "?"), reading)
    if not reading.nodes:
        faults.add("there is no node", 'give data a list "node"', field="data.node")
    faults.stop()
    add_regulators(components.pop("transformer_tap_regulator", ()), reading)
    _hold_voltages(components.pop("voltage_regulator", ()), reading)
    faults.stop()
    reading.without_loops()
    for component, records in components.items():
        if records:
            what = "measurements" if component.endswith(SENSORS) else "components"
            reading.left_out.name(f"{what} are left out", f"{component} ({len(records)})")
    name = source.parent.name if source.name == "input.json" and source.parent.name else source.stem
    return reading.imported(name=name, origin=f"imported from the power-grid-model document {source.name}")


def _number(record: Record, component: str, numbers: dict[int, str], reading: Reading) -> None:
    """Give an object its id in the park; numbers stand once in a document."""
    number = record.integer("id")
    if number in numbers:
        record.fault("id", f"the number stands already in {numbers[number]}", "number each object once")
        return
    numbers[number] = component
    extra = record.values.get("extra")
    said = extra.get("id") if isinstance(extra, dict) else None
    wanted = said if isinstance(said, str) and said.strip() else f"{component}-{number}"
    reading.id_of[number] = reading.ids.new(wanted, component)
    for name in record.values.keys() - KNOWN.get(component, record.values.keys()):
        if record.has(name):
            reading.left_out.name(f"{component}.{name} is left out", reading.id_of[number])


# ---- nodes, sources, users --------------------------------------------------------------------------------------


def _node(record: Record, id_: str, reading: Reading) -> None:
    extra = record.values.get("extra")
    name = extra.get("name", "") if isinstance(extra, dict) else ""
    v_nom = record.number("u_rated", above=0) / 1e3
    reading.nodes[record.integer("id")] = bus = Bus(id=id_, name=clean_name(name), v_nom_kv=v_nom)
    reading.add("buses", bus)


def _source(record: Record, id_: str, reading: Reading) -> None:
    """A voltage behind the impedance of its short-circuit power; the first of an island balances."""
    bus, sk = reading.node(record, "node"), record.number("sk", 1e10, above=0, infinite=True)
    v_set, rx = record.number("u_ref", above=0.8, at_most=1.2), record.number("rx_ratio", 0.1, at_least=0)
    x0 = record.number("z01_ratio", 1.0, above=0)
    if not record.flag("status"):
        return reading.left_out.name("sources out of service are left out", id_)
    if record.number("u_ref_angle", 0.0) != 0:
        sentence = "angles of sources are 0 here, which shifts all angles alike"
        reading.left_out.name(sentence, f"{id_} ({math.degrees(record.number('u_ref_angle')):g} degrees)")
    ideal, stiff = sk > IDEAL_SK_VA, rx > RX_MAX
    if ideal:
        sentence = f"ideal sources got a short-circuit power of {SK_MAX_MVA:g} MVA, which the flow does not use"
        reading.assumed.figure("grid", id_, "sk_max_mva", sentence)
    at = _bus_behind(id_, bus, sk / 1e6, rx, reading) if stiff and not ideal else bus
    reading.add(
        "grids",
        Grid(
            id=id_, bus=at.id, v_set_pu=v_set, behind_impedance=not ideal and not stiff,
            sk_max_mva=SK_MAX_MVA if ideal else sk / 1e6,
            rx_ratio=min(rx, RX_MAX), x0_x1_ratio=x0 if record.has("z01_ratio") else None,
            import_max_mw=reading.assumed.import_limit(id_), emission_factor=reading.assumed.carbon(id_),
        ),
    )  # fmt: skip
    return None


def _bus_behind(id_: str, bus: Bus, sk_mva: float, rx: float, reading: Reading) -> Bus:
    """A park's connection has R/X up to 2: a larger one stands as a branch to a bus of its own."""
    reading.left_out.name("sources of more resistance than a grid connection may have stand behind a branch", id_)
    at = Bus(id=reading.ids.new(f"{id_}-source", "node"), v_nom_kv=bus.v_nom_kv)
    x = 1 / sk_mva / math.hypot(1.0, rx)
    reading.add("buses", at)
    reading.add(
        "equivalent_branches",
        EquivalentBranch(
            id=reading.ids.new(f"{id_}-z", "branch"), bus_from=at.id, bus_to=bus.id, r_pu=x * rx, x_pu=x
        ),
    )  # fmt: skip
    return at


def _shunt(record: Record, id_: str, reading: Reading) -> None:
    bus, g, b = reading.node(record, "node"), record.number("g1"), record.number("b1")
    if not record.flag("status"):
        return reading.left_out.name("shunts out of service are left out", id_)
    square = bus.v_nom_kv**2
    kind = ShuntKind.REACTOR if b < 0 else ShuntKind.CAPACITOR
    reading.add("shunts", Shunt(id=id_, bus=bus.id, kind=kind, q_nom_mvar=b * square, p_nom_mw=g * square))
    return None


def _load(record: Record, id_: str, reading: Reading) -> None:
    _user(record, id_, reading, -1)


def _gen(record: Record, id_: str, reading: Reading) -> None:
    _user(record, id_, reading, 1)


def _user(record: Record, id_: str, reading: Reading, sign: int) -> None:
    """A load where power is taken, a generator of fixed power where it is given."""
    bus = reading.node(record, "node")
    p, q = (sign * _total(record, name, id_, reading) / 1e6 for name in ("p_specified", "q_specified"))
    shares = {CONST_POWER: (0.0, 0.0), CONST_IMPEDANCE: (1.0, 0.0), CONST_CURRENT: (0.0, 1.0)}
    z, i = record.one_of("type", shares, "type of load (0 power, 1 impedance, 2 current)")
    if not record.flag("status"):
        return reading.left_out.name("loads and generators out of service are left out", id_)
    if p == 0 and sign > 0:
        return reading.add("generators", Generator(id=id_, bus=bus.id, p_nom_mw=0.0, q_mvar=q))
    return reading.add_power(id_, bus.id, -p, -q, z=z, i=i)


def _hold_voltages(records: Iterable[Record], reading: Reading) -> None:
    """A voltage regulator makes its generator hold a voltage; a load that it regulates is a generator that takes."""
    for record in records:
        id_, v_set = reading.id_of.get(record.integer("regulated_object"), "?"), record.number("u_ref", above=0.8)
        q_min, q_max = (record.number(n, None, infinite=True) for n in ("q_min", "q_max"))
        if v_set >= 1.2:
            record.fault("u_ref", "outside its bounds", "a voltage below 1.2 p.u.")
        loads, generators = reading.tables.get("loads", []), reading.tables.setdefault("generators", [])
        load = next((x for x in loads if x.id == id_), None)
        if load is not None:
            loads.remove(load)
            reading.left_out.name("loads that hold a voltage became generators that take power", id_)
            p = -load.load_mw
            generators.append(Generator(id=id_, bus=load.bus, p_nom_mw=0.0, p_min_mw=p, p_mw=p, q_mvar=-load.q_mvar))
        k = next((k for k, g in enumerate(generators) if g.id == id_), None)
        if k is None or not record.flag("status"):
            reading.left_out.name("voltage regulators out of service, or of other objects, are left out", id_)
            continue
        limits = {"q_min_mvar": q_min, "q_max_mvar": q_max}
        known = {n: None if q is None or math.isinf(q) else q / 1e6 for n, q in limits.items()}
        generators[k] = dataclasses.replace(generators[k], v_set_pu=v_set, **known)


def _total(record: Record, name: str, id_: str, reading: Reading) -> float:
    """The power of a symmetric user, or the sum of three phases."""
    value = record.values.get(name)
    if isinstance(value, list):
        reading.left_out.name("loads and generators of three phases became symmetric ones of the same sum", id_)
        inner = [Record({name: v}, record.faults, record.place) for v in value]
        if len(inner) != 3:
            record.fault(name, f"{len(inner)} values", "three phases")
        return float(sum(r.number(name) for r in inner))
    return float(record.number(name))


UNIT_READERS: dict[str, Callable[[Record, str, Reading], None]] = {
    "source": _source, "shunt": _shunt, "sym_load": _load, "asym_load": _load, "sym_gen": _gen, "asym_gen": _gen,
}  # fmt: skip

_COMMON = {"id", "extra"}
_ENDS = _COMMON | {"from_node", "to_node", "from_status", "to_status"}
KNOWN: dict[str, set[str]] = {
    "node": _COMMON | {"u_rated"},
    "source": _COMMON | {"node", "status", "u_ref", "u_ref_angle", "sk", "rx_ratio", "z01_ratio"},
    "shunt": _COMMON | {"node", "status", "g1", "b1"},
    "sym_load": _COMMON | {"node", "status", "type", "p_specified", "q_specified"},
    "line": _ENDS | {"r1", "x1", "c1", "tan1", "r0", "x0", "c0", "i_n"},
    "link": _ENDS,
    "voltage_regulator": _COMMON | {"regulated_object", "status", "u_ref", "q_min", "q_max"},
    "asym_line": _ENDS | ASYMMETRIC | {"c0", "c1", "i_n"},
    "generic_branch": _ENDS | {"r1", "x1", "g1", "b1", "k", "theta", "sn"},
    "transformer": _ENDS | {
        "u1", "u2", "sn", "uk", "pk", "i0", "p0", "winding_from", "winding_to", "clock", "tap_side", "tap_pos",
        "tap_min", "tap_max", "tap_nom", "tap_size",
    },
    "three_winding_transformer": _COMMON | {
        *(f"{name}{k}" for name in ("node_", "status_", "u", "sn_", "winding_") for k in (1, 2, 3)),
        *(f"{name}_{pair}" for name in ("uk", "pk") for pair in (12, 13, 23)),
        "i0", "p0", "clock_12", "clock_13", "tap_side", "tap_pos", "tap_min", "tap_max", "tap_nom", "tap_size",
    },
}  # fmt: skip
"""The attributes that a park carries; others that an object gives are named."""
KNOWN |= {kind: KNOWN["sym_load"] for kind in ("asym_load", "sym_gen", "asym_gen")}
