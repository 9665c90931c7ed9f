"""External networks, power plants, renewables, loads, storage and shunts of a SimBench folder.

Signs are those of simbench's own converter: loads, storage, shunts and wards take their powers, all others give them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from holin.formats.assumed import SK_MAX_MVA
from holin.formats.records import Record
from holin.formats.simbench.making import Making
from holin.formats.surroundings import P_NOM_MW
from holin.park import (
    Bus,
    EquivalentBranch,
    Generator,
    Grid,
    Load,
    LoadShape,
    PvPlant,
    Shunt,
    ShuntKind,
    Storage,
    WindFarm,
)

CALC_TYPES = {n: n.lower() for n in ("vavm", "pvm", "pq", "Ward", "xWard", "VaVm", "PVm", "PQ", "ward", "xward")}
WARDS = ("ward", "xward")
WITHOUT_V_SET = "nodes of voltage sources without vmSetp got 1 p.u."


def _calc_type(record: Record, default: str) -> str:
    return str(record.one_of("calc_type", CALC_TYPES, "calc_type (vavm, pvm, pq, Ward, xWard)", default))


def _held(record: Record, id_: str, making: Making) -> float:
    v_set = making.set_point(record)
    if v_set is None:
        making.left_out.name(WITHOUT_V_SET, id_)
    return 1.0 if v_set is None else v_set


def read_external(record: Record, making: Making) -> None:
    """A grid connection where it sets voltage and angle, else a generator, or what a ward is made of."""
    id_, bus = making.id_of(record, "grid"), making.bus(record, "node")
    kind, name = _calc_type(record, "vavm"), making.name_of(record, id_)
    p, q = record.number("pExtNet", 0.0), record.number("qExtNet", 0.0)
    if kind in WARDS:
        return _ward(record, id_, bus, making, extended=kind == "xward")
    if kind == "pq":
        return making.add("generators", _fixed(id_, name, bus, p, q))
    v_set = _held(record, id_, making)
    if kind == "pvm":
        return making.add(
            "generators",
            Generator(id=id_, name=name, bus=bus.id, p_nom_mw=max(p, 0.0), p_min_mw=p, p_mw=p, v_set_pu=v_set),
        )
    sentence = f"external networks without a short-circuit power got {SK_MAX_MVA:g} MVA"
    making.assumed.figure("grid", id_, "sk_max_mva", sentence)
    making.assumed.figure("grid", id_, "export_max_mw", f"grid connections got an export limit of {P_NOM_MW:g} MW")
    return making.add(
        "grids",
        Grid(
            id=id_, name=name, bus=bus.id, v_set_pu=v_set, sk_max_mva=SK_MAX_MVA,
            import_max_mw=making.assumed.import_limit(id_), export_max_mw=P_NOM_MW,
            emission_factor=making.assumed.carbon(id_),
        ),
    )  # fmt: skip


def _fixed(id_: str, name: str, bus: Bus, p: float, q: float) -> Generator:
    return Generator(id=id_, name=name, bus=bus.id, p_nom_mw=max(p, 0.0), p_min_mw=p, p_mw=p, q_mvar=q)


def _ward(record: Record, id_: str, bus: Bus, making: Making, *, extended: bool) -> None:
    """A constant power and a constant impedance; an extended one has a voltage behind an impedance too."""
    powers = [record.number(n, 0.0) for n in ("pExtNet", "qExtNet", "pWardShunt", "qWardShunt")]
    making.left_out.name("wards became a load, a shunt, and a source behind an impedance", id_)
    if any(powers[:2]):
        making.add_power(making.ids.new(f"{id_}-power", "load"), bus.id, powers[0], powers[1])
    if any(powers[2:]):
        _add_shunt(making.ids.new(f"{id_}-impedance", "shunt"), bus, powers[2], -powers[3], making)
    if not extended:
        return
    z = complex(record.number("rXWard", 0.0), record.number("xXWard", 0.0)) / bus.v_nom_kv**2
    v_set = record.number("vmXWard", 1.0, above=0.8)
    if z == 0:
        return record.fault("xXWard", "no impedance", "give xXWard in ohm, or calc_type Ward")
    if v_set >= 1.2:
        return record.fault("vmXWard", "outside its bounds", "a voltage below 1.2 p.u.")
    inner = Bus(id=making.ids.new(f"{id_}-inner", "bus"), v_nom_kv=bus.v_nom_kv)
    making.add("buses", inner)
    branch = making.ids.new(f"{id_}-branch", "branch")
    pi = EquivalentBranch(id=branch, bus_from=inner.id, bus_to=bus.id, r_pu=z.real, x_pu=z.imag)
    making.add("equivalent_branches", pi)
    making.add("generators", Generator(id=making.ids.new(id_, "gen"), bus=inner.id, p_nom_mw=0.0, v_set_pu=v_set))


def read_power_plant(record: Record, making: Making) -> None:
    """It holds the voltage of its node (pvm), balances (vavm) or gives a fixed power (pq)."""
    id_, bus = making.id_of(record, "gen"), making.bus(record, "node")
    kind = _calc_type(record, "pq")
    if kind in WARDS:
        return record.fault("calc_type", "a power plant is no ward", "vavm, pvm or pq")
    p, q = record.number("pPP", 0.0), record.number("qPP", 0.0)
    low, high = record.number("pMin", min(p, 0.0)), record.number("pMax", max(p, 0.0))
    q_min, q_max = record.number("qMin", None), record.number("qMax", None)
    if low > high:
        record.fault("pMin", f"above pMax = {high:g}", "pMin is not above pMax")
    if q_min is not None and q_max is not None and q_min > q_max:
        making.left_out.name("reactive limits of which the lower is above the upper are left out", id_)
        q_min = q_max = None
    if record.has("profile"):
        making.left_out.name("profiles of power plants are left out", id_)
    making.add(
        "generators",
        Generator(
            id=id_, name=making.name_of(record, id_), bus=bus.id, p_nom_mw=max(high, 0.0), p_min_mw=low, p_mw=p,
            q_mvar=q, v_set_pu=_held(record, id_, making) if kind != "pq" else None, balances=kind == "vavm",
            q_min_mvar=q_min, q_max_mvar=q_max, s_nom_mva=record.number("sR", None, above=0),
        ),
    )  # fmt: skip
    return None


def read_renewable(record: Record, making: Making) -> None:
    """Wind and sun with a profile are wind farms and PV plants of its power, all others generators of that power."""
    id_, bus = making.id_of(record, "res"), making.bus(record, "node")
    p, q, name = record.number("pRES", 0.0), record.number("qRES", 0.0), making.name_of(record, id_)
    calc_type, profile = _calc_type(record, "pq"), record.text("profile", "")
    if calc_type in WARDS:
        return record.fault("calc_type", "a renewable is no ward", "vavm, pvm or pq")
    kind = _kind_of(record.text("type", ""))
    series = making.series_of("RES", profile, profile) if profile and kind and p > 0 and calc_type == "pq" else None
    if kind is None or series is None:
        if profile:
            making.left_out.name("profiles of renewables that are neither wind nor sun, or not held, are left out", id_)
        v_set = _held(record, id_, making) if calc_type != "pq" else None
        fixed = {"p_nom_mw": max(p, 0.0), "p_min_mw": p, "p_mw": p, "q_mvar": q, "balances": calc_type == "vavm"}
        return making.add("generators", Generator(id=id_, name=name, bus=bus.id, v_set_pu=v_set, **fixed))
    if record.text("type", "").lower() == LOW_VOLTAGE:
        making.left_out.name("lv_RES are PV plants: SimBench's low-voltage grids have no other renewables", id_)
    factor = math.copysign(p / math.hypot(p, q), q) if q else 1.0
    making.left_out.name("wind farms and PV plants give what their hours say, and nothing in the snapshot", id_)
    common: dict[str, Any] = {"id": id_, "name": name, "bus": bus.id, "p_nom_mw": p, "power_factor": factor}
    if kind == "wind":
        making.add("wind_farms", WindFarm(**common, series=series))
    else:
        making.add("pv_plants", PvPlant(**common, p_dc_mw=p, series=series))
    return None


LOW_VOLTAGE = "lv_res"
"""All renewables of a low-voltage grid together; in SimBench these are PV alone (tables RES of the three scenarios)."""


def _kind_of(type_: str) -> str | None:
    """Return wind or sun, as simbench tells them for its study cases, and for the sums of low-voltage grids."""
    lower = type_.lower()
    if "wind" in lower or lower.startswith("wp"):
        return "wind"
    return "sun" if "pv" in lower or lower == LOW_VOLTAGE else None


def read_load(record: Record, making: Making) -> None:
    """Its power at the profile's 1, with its active profile as a series where there is one."""
    id_, bus = making.id_of(record, "load"), making.bus(record, "node")
    p, q = record.number("pLoad"), record.number("qLoad", 0.0)
    profile, name = record.text("profile", ""), making.name_of(record, id_)
    series = making.series_of("Load", profile, f"{profile}_pload") if profile and p > 0 else None
    if profile and series is None:
        making.left_out.name("profiles of loads that the folder has not, or a park cannot hold, are left out", id_)
    if series is None:
        return making.add_power(id_, bus.id, p, q, name=name)
    of_q = making.profiles["LoadProfile"].values.get(f"{profile}_qload")
    values = next(s.values for s in making.tables["series"] if s.id == series)
    if q and (of_q is None or not np.array_equal(np.maximum(of_q, 0.0), values)):
        making.left_out.say("reactive profiles of loads are left out: reactive power goes with active power")
    return making.add(
        "loads",
        Load(
            id=id_, name=name, bus=bus.id, enterprise=making.enterprise.id, load_mw=p, q_mvar=q, shape=LoadShape.FLAT,
            load_factor=min(max(float(np.mean(values)), 1e-6), 1.0), series=series,
        ),
    )  # fmt: skip


def read_storage(record: Record, making: Making) -> None:
    """A storage of the larger of its powers; without energy a load or generator of `pStor`, which is taken."""
    id_, bus = making.id_of(record, "storage"), making.bus(record, "node")
    p, q, name = record.number("pStor", 0.0), record.number("qStor", 0.0), making.name_of(record, id_)
    p_nom = max(record.number("pMax", 0.0), -record.number("pMin", 0.0), 0.0) or record.number("sR", 0.0)
    energy, eta = record.number("eStore", 0.0, at_least=0), record.number("etaStore", 0.95, above=0)
    loss = record.number("sdStore", 0.0, at_least=0) / 100 / 24
    if record.has("profile"):
        making.left_out.name("profiles of storages are left out: the dispatch runs them", id_)
    if not (p_nom > 0 and energy > 0 and eta <= 1 and loss < 0.1):
        if p or q:
            making.left_out.name("storages without energy became loads or generators of their power", id_)
            return making.add_power(id_, bus.id, p, q, name=name)
        return making.left_out.name("storages without power, energy or thinkable losses are left out", id_)
    if p or q:
        making.left_out.name("the powers of storages are left out: they stand still in the snapshot", id_)
    making.left_out.name("etaStore of storages is taken for there and back, half of it each way", id_)
    each = math.sqrt(eta)
    return making.add(
        "storages",
        Storage(
            id=id_, name=name, bus=bus.id, p_nom_mw=p_nom, e_nom_mwh=energy, efficiency_charge=each,
            efficiency_discharge=each, standing_loss_per_h=loss,
        ),
    )  # fmt: skip


def read_shunt(record: Record, making: Making) -> None:
    """Its powers are taken at its own rated voltage, for each step."""
    id_, bus = making.id_of(record, "shunt"), making.bus(record, "node")
    factor = record.number("step", 1.0) * (bus.v_nom_kv / record.number("vmR", bus.v_nom_kv, above=0)) ** 2
    p, q = record.number("p0", 0.0) * factor, -record.number("q0", 0.0) * factor
    _add_shunt(id_, bus, p, q, making, making.name_of(record, id_))


def _add_shunt(id_: str, bus: Bus, p_mw: float, q_mvar: float, making: Making, name: str = "") -> None:
    kind = ShuntKind.REACTOR if q_mvar < 0 else ShuntKind.CAPACITOR
    making.add("shunts", Shunt(id=id_, name=name, bus=bus.id, kind=kind, q_nom_mvar=q_mvar + 0.0, p_nom_mw=p_mw + 0.0))
