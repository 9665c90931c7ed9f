"""Generators, loads, storage and shunts of a PyPSA network.

Source: PyPSA 1.4, network/power_flow.py: find_slack_bus, find_bus_controls; "Components".
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from holin.formats.pypsa.making import Making
from holin.formats.records import Record
from holin.formats.surroundings import P_NOM_MW
from holin.park import Bus, Cost, Generator, Load, LoadShape, PvPlant, Shunt, ShuntKind, Storage, WindFarm

CONTROLS = {"PQ": "PQ", "PV": "PV", "Slack": "Slack"}
SERIES_MAX = 1.2
SUN = ("solar", "pv", "photovoltaic")


def read_load(record: Record, making: Making) -> None:
    """Its power, or the highest of its hours with their shape as a series."""
    id_ = making.id_of(record, "load")
    bus = making.bus_of(record, id_, "loads")
    sign = -record.number("sign", -1.0)
    values, q_values = making.values("loads", "p_set", record), making.values("loads", "q_set", record)
    if bus is None:
        return
    name = making.name_of(record, id_)
    if values is not None and making.takes(sign * values, math.inf) and values.max() > values.min():
        peak = int(np.argmax(sign * values))
        p = float(sign * values[peak])
        q = sign * (float(q_values[peak]) if q_values is not None else record.number("q_set", 0.0))
        shape = np.full_like(values, q) if q_values is None else sign * q_values
        if not np.allclose(shape * p, sign * q * values, rtol=1e-6, atol=1e-9):
            making.left_out.name("reactive power of loads goes with their active power: at their peak as given", id_)
        series = making.series(id_, sign * values / p)
        making.add(
            "loads",
            Load(
                id=id_, name=name, bus=bus.id, enterprise=making.enterprise.id, load_mw=p, q_mvar=q,
                load_factor=max(float(np.mean(sign * values)) / p, 1e-6), shape=LoadShape.FLAT, series=series,
            ),
        )  # fmt: skip
        return
    p, q = (sign * making.first("loads", n, record, 0.0) for n in ("p_set", "q_set"))
    making.add_power(id_, bus.id, p, q, name=name)


def read_generator(record: Record, making: Making, v_set: dict[str, float], slacks: set[str]) -> None:
    """Wind and sun by their hours are wind farms and PV plants, all others generators of a fixed power."""
    id_ = making.id_of(record, "gen")
    bus = making.bus_of(record, id_, "generators")
    p_nom = record.number("p_nom", 0.0, at_least=0, infinite=True)
    if record.flag("p_nom_extendable", False):
        p_nom = record.number("p_nom_opt", p_nom, at_least=0)
        making.left_out.name("extendable elements have the size of the optimum where there is one, else their own", id_)
    if math.isinf(p_nom):
        making.left_out.name(f"power limits without end became {P_NOM_MW:g} MW", id_)
        p_nom = P_NOM_MW
    control = record.one_of("control", CONTROLS, "control (PQ, PV, Slack)", "PQ")
    if bus is None:
        return
    if _add_renewable(record, id_, bus, p_nom, making):
        return
    holds = control != "PQ" or record.text("name") in slacks
    sign = record.number("sign", 1.0)
    p, q = (sign * making.first("generators", n, record, 0.0) for n in ("p_set", "q_set"))
    low, high = (making.first("generators", n, record, d) for n, d in (("p_min_pu", 0.0), ("p_max_pu", 1.0)))
    co2, efficiency = (
        making.carbon.get(record.text("carrier", ""), None),
        making.first("generators", "efficiency", record, 1),
    )
    quadratic = making.first("generators", "marginal_cost_quadratic", record, 0.0)
    cost = making.first("generators", "marginal_cost", record, 0.0)
    if quadratic < 0:
        making.left_out.name("costs that rise ever more slowly are left out", id_)
        quadratic = 0.0
    voltage = v_set[record.text("bus")]
    if holds and not 0.8 < voltage < 1.2:
        record.fault("bus", f"its bus has v_mag_pu_set = {voltage:g}", "a voltage between 0.8 and 1.2 p.u.")
    making.add(
        "generators",
        Generator(
            id=id_, name=making.name_of(record, id_), bus=bus.id, p_nom_mw=max(p_nom * high, 0.0), p_mw=p, q_mvar=q,
            p_min_mw=min(p_nom * low, max(p_nom * high, 0.0)), v_set_pu=voltage if holds else None,
            balances=record.text("name") in slacks, cost_c1=cost, cost_c2=quadratic,
            emission_t_per_mwh=None if co2 is None else co2 / efficiency if efficiency > 0 else None,
        ),
    )  # fmt: skip


def _is_renewable(record: Record, making: Making) -> bool:
    """Whether a generator is wind or sun by the hours of a series, and not a fixed power."""
    values = making.values("generators", "p_max_pu", record)
    fixed = record.has("p_set") or making.values("generators", "p_set", record) is not None
    size = record.number("p_nom_opt" if record.flag("p_nom_extendable", False) else "p_nom", 0.0, infinite=True)
    known = _is_wind(record) or any(word in record.text("carrier", "").lower() for word in SUN)
    return known and values is not None and not fixed and 0 < size < P_NOM_MW and making.takes(values, SERIES_MAX)


def _is_wind(record: Record) -> bool:
    return "wind" in record.text("carrier", "").lower()


def _add_renewable(record: Record, id_: str, bus: Bus, p_nom: float, making: Making) -> bool:
    values = making.values("generators", "p_max_pu", record)
    if values is None or not _is_renewable(record, making):
        return False
    series, name, cost = making.series(id_, values), making.name_of(record, id_), _cost_of(record, id_, making)
    if _is_wind(record):
        making.add("wind_farms", WindFarm(id=id_, name=name, bus=bus.id, p_nom_mw=p_nom, series=series, cost=cost))
    else:
        making.add(
            "pv_plants",
            PvPlant(id=id_, name=name, bus=bus.id, p_nom_mw=p_nom, p_dc_mw=p_nom, series=series, cost=cost),
        )
    return True


def _cost_of(record: Record, id_: str, making: Making) -> str | None:
    """Return the id of the cost row of a wind farm or PV plant; None where its energy costs nothing."""
    per_mwh = making.first("generators", "marginal_cost", record, 0.0)
    if per_mwh < 0:
        making.left_out.name("marginal costs of wind and sun below 0 are left out", id_)
    if per_mwh <= 0:
        return None
    own = making.ids.new(f"{id_}-cost", "cost")
    making.add("costs", Cost(id=own, marginal_cost_per_mwh=per_mwh))
    return own


def read_storage(record: Record, making: Making) -> None:
    """A storage unit; its power in the snapshot has no place in a park."""
    id_ = making.id_of(record, "storage")
    bus = making.bus_of(record, id_, "storage_units")
    p_nom, hours = record.number("p_nom", 0.0, at_least=0), record.number("max_hours", 1.0, at_least=0)
    if record.flag("p_nom_extendable", False):
        p_nom = record.number("p_nom_opt", p_nom, at_least=0)
    if bus is None:
        return
    p, q = (making.first("storage_units", n, record, 0.0) for n in ("p_set", "q_set"))
    if p or q:
        making.left_out.name("storage units of a fixed power became loads or generators, without their energy", id_)
        return making.add_power(id_, bus.id, -p, -q, name=making.name_of(record, id_))
    efficiencies = [making.first("storage_units", n, record, 1.0) for n in ("efficiency_store", "efficiency_dispatch")]
    loss = making.first("storage_units", "standing_loss", record, 0.0)
    if not (p_nom > 0 and hours > 0 and all(0 < e <= 1 for e in efficiencies) and 0 <= loss < 0.1):
        return making.left_out.name("storage units without power, energy or thinkable losses are left out", id_)
    if making.values("storage_units", "inflow", record) is not None or record.number("inflow", 0.0):
        making.left_out.name("inflow of storage units is left out", id_)
    return making.add(
        "storages",
        Storage(
            id=id_, name=making.name_of(record, id_), bus=bus.id, p_nom_mw=p_nom, e_nom_mwh=p_nom * hours,
            efficiency_charge=efficiencies[0], efficiency_discharge=efficiencies[1], standing_loss_per_h=loss,
            cycle_cost_per_mwh=max(making.first("storage_units", "marginal_cost", record, 0.0), 0.0),
        ),
    )  # fmt: skip


def read_shunt(record: Record, making: Making) -> None:
    """Conductance and susceptance in siemens; a positive b gives reactive power."""
    id_ = making.id_of(record, "shunt")
    bus = making.bus_of(record, id_, "shunt_impedances")
    g, b = record.number("g", 0.0), record.number("b", 0.0)
    if bus is not None:
        square = bus.v_nom_kv**2
        kind = ShuntKind.REACTOR if b < 0 else ShuntKind.CAPACITOR
        shunt = Shunt(
            id=id_, name=making.name_of(record, id_), bus=bus.id, kind=kind, q_nom_mvar=b * square, p_nom_mw=g * square
        )
        making.add("shunts", shunt)


def slack_generators(records: Iterable[Record], island: dict[str, str], making: Making) -> set[str]:
    """Return the names of the generators that balance: the first Slack of each part of the network, else its first."""
    first: dict[str, tuple[bool, str]] = {}
    for record in records:
        bus = record.text("bus", "")
        if bus not in island or not record.flag("active", True) or _is_renewable(record, making):
            continue
        slack, part = record.text("control", "PQ") == "Slack", island[bus]
        if part not in first or (slack and not first[part][0]):
            first[part] = (slack, record.text("name"))
        elif slack:
            making.left_out.name(
                "further slack generators of one network hold their voltage, not its balance", record.text("name")
            )
    chosen = [name for slack, name in first.values() if not slack]
    making.left_out.names("generators that nobody made Slack balance their part of the network, as in PyPSA", chosen)
    return {name for _, name in first.values()}
