"""What feeds in and takes out in a pandapower net: grids, generators, loads, storage, motors, shunts, wards, costs.

Source: pandapower 3.5, build_bus.py, build_gen.py, "Data structure and elements".
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable
from typing import Any

from holin.formats.assumed import SK_MAX_MVA
from holin.formats.ids import clean_name
from holin.formats.pandapower.making import Reading
from holin.formats.pandapower.net import Net
from holin.formats.records import Record, as_number
from holin.formats.surroundings import P_NOM_MW
from holin.park import Bus, EquivalentBranch, Generator, Grid, Motor, Shunt, ShuntKind


def _name(record: Record) -> str:
    return clean_name(record.text("name", ""))


def _voltage(record: Record, column: str) -> float:
    value = record.number(column, above=0.8)
    if value >= 1.2:
        record.fault(column, "outside its bounds", "a voltage below 1.2 p.u.")
        return 1.0
    return float(value)


def _grid(record: Record, reading: Reading) -> None:
    id_ = reading.id_of(record, "ext_grid")
    bus, v_set = reading.bus(record, "bus"), _voltage(record, "vm_pu")
    sk, sk_min = record.number("s_sc_max_mva", None, above=0), record.number("s_sc_min_mva", None, above=0)
    if reading.is_left_out(record, "ext_grid", id_, "bus"):
        return
    if record.number("va_degree", 0.0) != 0:
        sentence = "angles of external grids are 0 here, which shifts all angles of their network alike"
        reading.left_out.name(sentence, f"{id_} ({record.number('va_degree'):g} degrees)")
    if sk is None:
        sentence = f"external grids without a short-circuit power got {SK_MAX_MVA:g} MVA"
        reading.assumed.figure("grid", id_, "sk_max_mva", sentence)
    limit, least = record.number("max_p_mw", None), record.number("min_p_mw", 0.0)
    reading.add(
        "grids",
        Grid(
            id=id_, name=_name(record), bus=bus.id, v_set_pu=v_set, sk_max_mva=SK_MAX_MVA if sk is None else sk,
            sk_min_mva=sk_min if sk_min is None or sk is None else min(sk_min, sk),
            rx_ratio=record.number("rx_max", 0.1, at_least=0, at_most=2),
            x0_x1_ratio=record.number("x0x_max", None, above=0), r0_x0_ratio=record.number("r0x0_max", 0.1, at_least=0),
            import_max_mw=reading.assumed.import_limit(id_) if limit is None else min(max(limit, 0.0), P_NOM_MW),
            export_max_mw=min(max(-least, 0.0), P_NOM_MW), emission_factor=reading.assumed.carbon(id_),
        ),
    )  # fmt: skip


def _generator(record: Record, reading: Reading) -> None:
    """One of constant voltage; `slack` balances."""
    id_, bus, v_set = reading.id_of(record, "gen"), reading.bus(record, "bus"), _voltage(record, "vm_pu")
    p = record.number("p_mw") * record.number("scaling", 1.0)
    if reading.is_left_out(record, "gen", id_, "bus"):
        return
    low, high = record.number("min_p_mw", min(p, 0.0)), record.number("max_p_mw", max(p, 0.0))
    q_min, q_max = (record.number(n, None, infinite=True) for n in ("min_q_mvar", "max_q_mvar"))
    if low > high:
        record.fault("min_p_mw", f"above max_p_mw = {high:g}", "min_p_mw is not above max_p_mw")
    if q_min is not None and q_max is not None and q_min > q_max:
        reading.left_out.name("reactive limits of which the lower is above the upper are left out", id_)
        q_min = q_max = None
    reading.add(
        "generators",
        Generator(
            id=id_, name=_name(record), bus=bus.id, v_set_pu=v_set, p_mw=p, p_nom_mw=min(max(high, 0.0), P_NOM_MW),
            p_min_mw=max(low, -P_NOM_MW), balances=record.flag("slack", False),
            s_nom_mva=record.number("sn_mva", None, above=0),
            xd_subtransient_pu=record.number("xdss_pu", None, above=0, at_most=0.999),
            q_min_mvar=None if q_min is None or math.isinf(q_min) else q_min,
            q_max_mvar=None if q_max is None or math.isinf(q_max) else q_max,
        ),
    )  # fmt: skip


def _static(record: Record, reading: Reading) -> None:
    _fixed(record, reading, "sgen", -1.0)


def _storage(record: Record, reading: Reading) -> None:
    id_ = _fixed(record, reading, "storage", 1.0)
    if id_ is not None:
        reading.left_out.name("storages became loads or generators of their power, without their energy", id_)


def _fixed(record: Record, reading: Reading, table: str, sign: float) -> str | None:
    id_, bus = reading.id_of(record, table), reading.bus(record, "bus")
    scaling = record.number("scaling", 1.0)
    p, q = (sign * record.number(n, *default) * scaling for n, default in (("p_mw", ()), ("q_mvar", (0.0,))))
    if reading.is_left_out(record, table, id_, "bus"):
        return None
    if p == 0 and sign < 0:
        reading.add("generators", Generator(id=id_, name=_name(record), bus=bus.id, p_nom_mw=0.0, q_mvar=-q + 0.0))
    else:
        reading.add_power(id_, bus.id, p, q, name=_name(record))
    return id_


def _load(record: Record, reading: Reading) -> None:
    id_, bus, scaling = reading.id_of(record, "load"), reading.bus(record, "bus"), record.number("scaling", 1.0)
    p, q = record.number("p_mw") * scaling, record.number("q_mvar", 0.0) * scaling
    shares = {}
    for kind in ("z", "i"):
        both = record.number(f"const_{kind}_percent", 0.0, at_least=0, at_most=100)
        of_p, of_q = (record.number(f"const_{kind}_{x}_percent", both, at_least=0, at_most=100) for x in "pq")
        shares[kind] = of_p / 100
        if of_p != of_q and q:
            sentence = "voltage dependence of reactive power is that of active power"
            reading.left_out.name(sentence, f"{id_} (const_{kind}: {of_p:g} % and {of_q:g} %)")
    if shares["z"] + shares["i"] > 1 + 1e-9:
        record.fault("const_z_p_percent", "more than 100 % with the constant current", "parts of one load")
    if not reading.is_left_out(record, "load", id_, "bus"):
        reading.add_power(id_, bus.id, p, q, name=_name(record), **shares)


def _asymmetric_load(record: Record, reading: Reading) -> None:
    _asymmetric(record, reading, "asymmetric_load", 1.0)


def _asymmetric_static(record: Record, reading: Reading) -> None:
    _asymmetric(record, reading, "asymmetric_sgen", -1.0)


def _asymmetric(record: Record, reading: Reading, table: str, sign: float) -> None:
    id_, bus, scaling = reading.id_of(record, table), reading.bus(record, "bus"), record.number("scaling", 1.0)
    p, q = (
        sum(record.number(f"{x}_{phase}_{unit}", 0.0) for phase in "abc") for x, unit in (("p", "mw"), ("q", "mvar"))
    )
    if not reading.is_left_out(record, table, id_, "bus"):
        reading.left_out.name("elements of three phases became symmetric ones of the same sum", id_)
        reading.add_power(id_, bus.id, sign * p * scaling, sign * q * scaling, name=_name(record))


def _motor(record: Record, reading: Reading) -> None:
    """A load of what it takes, and the motor for the short circuit."""
    id_, bus = reading.id_of(record, "motor"), reading.bus(record, "bus")
    pn, loading = record.number("pn_mech_mw", above=0), record.number("loading_percent", 100.0, at_least=0) / 100
    efficiency = record.number("efficiency_percent", above=0, at_most=100) / 100
    cos_phi = record.number("cos_phi", above=0, at_most=1)
    nominal = record.number("efficiency_n_percent", 100 * efficiency, above=0, at_most=100) / 100
    p = pn * loading / efficiency * record.number("scaling", 1.0)
    if reading.is_left_out(record, "motor", id_, "bus"):
        return
    reading.add_power(
        reading.ids.new(f"{id_}-load", "load"), bus.id, p, p * math.tan(math.acos(cos_phi)), name=_name(record)
    )
    start = record.number("lrc_pu", None, above=0)
    if start is None or start <= 1 or nominal <= 0.5:
        return reading.left_out.name("motors without data for a short circuit are loads alone", id_)
    reading.add(
        "motors",
        Motor(
            id=id_, name=_name(record), bus=bus.id, p_nom_mw=pn, v_nom_kv=record.number("vn_kv", None, above=0),
            efficiency=nominal, power_factor=record.number("cos_phi_n", max(cos_phi, 0.31), above=0.3, at_most=1),
            start_ratio=start, rx_ratio=record.number("rx", None, at_least=0, at_most=2),
        ),
    )  # fmt: skip
    return None


def _shunt(record: Record, reading: Reading) -> None:
    """Its powers are taken at its own rated voltage, for each step."""
    id_, bus = reading.id_of(record, "shunt"), reading.bus(record, "bus")
    factor = record.number("step", 1.0) * (bus.v_nom_kv / record.number("vn_kv", bus.v_nom_kv, above=0)) ** 2
    p, q = record.number("p_mw", 0.0) * factor, record.number("q_mvar") * factor
    if not reading.is_left_out(record, "shunt", id_, "bus"):
        _add_shunt(id_, bus, p, -q, reading, _name(record))


def _add_shunt(id_: str, bus: Bus, p_mw: float, q_mvar: float, reading: Reading, name: str = "") -> None:
    kind = ShuntKind.REACTOR if q_mvar < 0 else ShuntKind.CAPACITOR
    shunt = Shunt(id=id_, name=name, bus=bus.id, kind=kind, q_nom_mvar=q_mvar + 0.0, p_nom_mw=p_mw)
    reading.add("shunts", shunt)


def _ward(record: Record, reading: Reading, table: str = "ward") -> str | None:
    """A constant power and a constant impedance."""
    id_, bus = reading.id_of(record, table), reading.bus(record, "bus")
    p, q, pz, qz = (record.number(n, 0.0) for n in ("ps_mw", "qs_mvar", "pz_mw", "qz_mvar"))
    if reading.is_left_out(record, table, id_, "bus"):
        return None
    reading.left_out.name("wards became a load and a shunt", id_)
    if p or q:
        reading.add_power(reading.ids.new(f"{id_}-power", "load"), bus.id, p, q, name=_name(record))
    if pz or qz:
        _add_shunt(reading.ids.new(f"{id_}-impedance", "shunt"), bus, pz, -qz, reading, _name(record))
    return id_


def _xward(record: Record, reading: Reading) -> None:
    """A ward with a voltage behind an impedance, at a bus of its own, that gives no active power."""
    bus, v_set = reading.bus(record, "bus"), _voltage(record, "vm_pu")
    z = complex(record.number("r_ohm"), record.number("x_ohm")) / bus.v_nom_kv**2
    if z == 0:
        record.fault("x_ohm", "no impedance", "give x_ohm, or use a ward")
    id_ = _ward(record, reading, "xward")
    if id_ is None:
        return
    inner = Bus(id=reading.ids.new(f"{id_}-inner", "bus"), v_nom_kv=bus.v_nom_kv)
    reading.add("buses", inner)
    branch = EquivalentBranch(
        id=reading.ids.new(f"{id_}-branch", "branch"), bus_from=inner.id, bus_to=bus.id, r_pu=z.real, x_pu=z.imag
    )
    reading.add("equivalent_branches", branch)
    reading.add("generators", Generator(id=reading.ids.new(id_, "gen"), bus=inner.id, p_nom_mw=0.0, v_set_pu=v_set))


def _dcline(record: Record, reading: Reading) -> None:
    """Two generators: one takes the power, the other gives what its losses leave; below 0 it flows backwards."""
    id_ = reading.id_of(record, "dcline")
    ends = [(reading.bus(record, f"{e}_bus"), _voltage(record, f"vm_{e}_pu"), e) for e in ("from", "to")]
    p = record.number("p_mw")
    arrives = abs(p) * (1 - record.number("loss_percent", 0.0) / 100) - record.number("loss_mw", 0.0)
    if reading.is_left_out(record, "dcline", id_, "from_bus", "to_bus"):
        return
    reading.left_out.name("DC lines became two generators of fixed power", id_)
    powers = (-p, arrives) if p > 0 else (arrives, p)
    for (bus, v_set, end), power in zip(ends, powers, strict=True):
        q_min, q_max = (record.number(f"{m}_q_{end}_mvar", None) for m in ("min", "max"))
        reading.add(
            "generators",
            Generator(
                id=reading.ids.new(f"{id_}-{end}", "gen"), bus=bus.id, v_set_pu=v_set, p_mw=power,
                p_nom_mw=max(power, 0.0), p_min_mw=power, q_min_mvar=q_min, q_max_mvar=q_max,
            ),
        )  # fmt: skip


UNIT_READERS: dict[str, Callable[[Record, Any], Any]] = {
    "ext_grid": _grid,
    "gen": _generator,
    "sgen": _static,
    "load": _load,
    "asymmetric_load": _asymmetric_load,
    "asymmetric_sgen": _asymmetric_static,
    "storage": _storage,
    "motor": _motor,
    "shunt": _shunt,
    "ward": _ward,
    "xward": _xward,
    "dcline": _dcline,
}

# ---- costs ------------------------------------------------------------------------------------------------------


def add_costs(net: Net, reading: Reading) -> None:
    """Give generators their costs; those of other elements, of reactive power, or falling ones are named."""
    generators = reading.tables.get("generators", [])
    place = {g.id: k for k, g in enumerate(generators)}
    for table, cost_of in (("poly_cost", _polynomial), ("pwl_cost", _piecewise)):
        for record in net.tables.get(table, ()):
            et, index = record.text("et"), record.integer("element")
            ids = reading.elements.get((et, index), ())
            found = [place[i] for i in ids if i in place]
            cost = cost_of(record)
            if not found or cost is None:
                reading.left_out.name("costs that no generator of a park can have are left out", f"{et} {index}")
                continue
            for k in found:
                generators[k] = dataclasses.replace(generators[k], **cost)


def _polynomial(record: Record) -> dict[str, Any] | None:
    names = {"cost_c0": "cp0_eur", "cost_c1": "cp1_eur_per_mw", "cost_c2": "cp2_eur_per_mw2"}
    cost = {ours: record.number(theirs, 0.0) for ours, theirs in names.items()}
    return cost if cost["cost_c2"] >= 0 else None


def _piecewise(record: Record) -> dict[str, Any] | None:
    """Points are [from MW, to MW, cost per MWh]; the cost at the first is 0."""
    points = record.values.get("points")
    if record.text("power_type", "p") != "p" or not isinstance(points, list) or not points:
        return None
    made: list[tuple[float, float]] = []
    for point in points:
        numbers = [as_number(x) for x in point] if isinstance(point, list) and len(point) == 3 else []
        if len(numbers) != 3 or any(n is None or not math.isfinite(n) for n in numbers):
            record.fault("points", "not points of three numbers", "[[from, to, cost per MWh], ...]")
            return None
        low, high, slope = (float(n) for n in numbers if n is not None)
        if high <= low or (made and abs(made[-1][0] - low) > 1e-9):
            return None
        made = made or [(low, 0.0)]
        made.append((high, made[-1][1] + slope * (high - low)))
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.pairwise(made)]
    rising = all(after >= before - 1e-6 * abs(before) for before, after in itertools.pairwise(slopes))
    return {"cost_points": tuple(made)} if rising else None
