"""A park as a SimBench folder."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from holin.formats.carried import name_the_rest
from holin.formats.imported import LeftOut
from holin.formats.powers import Powers, powers_of, reactive_mvar
from holin.formats.simbench.branch_rows import Row, Rows, add_branches, said
from holin.formats.simbench.profiles import ZONE, texts_of
from holin.formats.simbench.tables import COLUMNS, PROFILES
from holin.formats.simbench.unit_rows import add_units
from holin.formats.target import write_whole
from holin.park import ATTRIBUTES, KINDS, UNIT_KINDS, Bus, Park, Series, with_ideal_grids

_SOURCE = ("name", "bus", "p_nom_mw", "power_factor", "v_set_pu")
_MACHINE = (*_SOURCE, "p_min_mw", "q_min_mvar", "q_max_mvar", "s_nom_mva")
CARRIED: dict[str, tuple[str, ...]] = {
    "substation": ("name",),
    "bus": ("name", "v_nom_kv", "v_min_pu", "v_max_pu", "substation", "latitude", "longitude"),
    "line": (
        "name", "bus_from", "bus_to", "length_km", "r_ohm_per_km", "x_ohm_per_km", "c_nf_per_km", "i_nom_ka", "cable",
    ),
    "transformer": (
        "name", "bus_from", "bus_to", "s_nom_mva", "v_from_kv", "v_to_kv", "uk", "pk_kw", "i0", "p0_kw",
        "vector_group", "tap_side", "tap_pos", "tap_neutral", "tap_min", "tap_max", "tap_step", "v_set_pu",
    ),
    "transformer3": (
        "name",
        *(f"{name}{k}{unit}" for k in (1, 2, 3) for name, unit in (("bus_", ""), ("s_nom_", "_mva"), ("v_", "_kv"))),
        *(f"{name}{pair}{unit}" for pair in (12, 23, 31) for name, unit in (("uk_", ""), ("pk_", "_kw"))),
        "i0", "p0_kw", "vector_group", "tap_pos", "tap_neutral", "tap_min", "tap_max", "tap_step",
    ),
    "equivalent_branch": (
        "name", "bus_from", "bus_to", "r_pu", "x_pu", "g_pu", "b_pu", "ratio", "shift_deg", "s_nom_mva",
    ),
    "switch": ("name", "bus", "element", "closed"),
    "shunt": ("name", "bus", "kind", "q_nom_mvar", "p_nom_mw", "v_set_pu"),
    "grid": ("name", "bus", "v_set_pu", "behind_impedance"),
    "load": ("name", "bus", "load_mw", "power_factor", "q_mvar", "series"),
    "generator": (*_MACHINE, "p_mw", "q_mvar", "balances"),
    "wind_farm": (*_SOURCE, "series"),
    "pv_plant": (*_SOURCE, "series"),
    "thermal_unit": _MACHINE,
    "storage": (*_SOURCE, "e_nom_mwh", "efficiency_charge", "efficiency_discharge", "standing_loss_per_h"),
    "potline": ("name", "bus", "pots", "amperage_ka", "back_emf_v", "pot_resistance_uohm", "power_factor"),
    "series": ("file", "header"),
}  # fmt: skip


def write_simbench(
    park: Park, path: str | Path, *, p_mw: Powers | None = None, q_mvar: Powers | None = None
) -> list[str]:
    """Write a park, frozen at a stage, as a folder of SimBench's CSV tables; return what it leaves out, in words.

    `p_mw`, `q_mvar` give each unit's power into the network (`powers_of`, `reactive_mvar` say what stands without
    them). Series of loads, wind farms and PV plants become profiles. Source: SimBench documentation EN 1.1.0.
    """
    left_out = LeftOut()
    network = with_ideal_grids(park)
    power = powers_of(network, p_mw, left_out)
    things = {t.id: t for kind in UNIT_KINDS for t in getattr(network, ATTRIBUTES[kind])}
    q = {u: reactive_mvar(things[u], p, q_mvar) for u, p in power.items()}
    substations = {s.id: said(s) for s in network.substations}
    buses = {b.id: b for b in network.buses}
    rows = Rows(left_out=left_out, buses=buses, substations=substations, subnet=park.facts.id)
    for s in network.substations:
        rows.add("Substation", {"id": said(s)}, MEDIUM)
    for b in network.buses:
        rows.add("Node", _node(b, rows), b.id)
    add_branches(network, rows)
    profiled = add_units(network, power, q, rows)
    for b, node in zip(network.buses, rows.tables["Node"], strict=False):  # auxiliary nodes stand behind the buses
        node |= {"vmSetp": rows.v_set.get(b.id), "vaSetp": 0.0 if b.id in rows.v_set else None}
    if profiled:
        left_out.say(f"times of profiles are local time of {ZONE}, as in SimBench")
    tables = rows.tables | {PROFILES[t]: _profile_rows(of, left_out) for t, of in profiled.items()}
    _name_lost(park, left_out)
    write_whole(Path(path), lambda beside: _folder(beside, tables))
    return list(left_out.sentences())


MEDIUM = 4
"""The level of a substation, for SimBench has them between high and medium voltage."""


def _node(b: Bus, rows: Rows) -> Row:
    row = {"id": said(b), "type": "busbar", "vmR": b.v_nom_kv, "vmMin": b.v_min_pu, "vmMax": b.v_max_pu}
    if b.longitude is not None and b.latitude is not None:
        row["coordID"] = f"coord_{len(rows.tables.get('Coordinates', ()))}"
        rows.add("Coordinates", {"id": row["coordID"], "x": b.longitude, "y": b.latitude}, b.id)
    return row | {"substation": rows.substation_of(b.id)}


def _profile_rows(profiled: dict[str, Series], left_out: LeftOut) -> list[Row]:
    """A table of profiles has one column of times: that of the first series, others are named."""
    first = next(iter(profiled.values()))
    kept = {}
    for column, series in profiled.items():
        if np.array_equal(series.time, first.time):
            kept[column] = series.values
        else:
            left_out.name("series whose times are not those of the first one are left out", series.id)
    texts = texts_of(first.time)
    return [{"time": text} | {c: float(v[k]) for c, v in kept.items()} for k, text in enumerate(texts)]


def _name_lost(park: Park, left_out: LeftOut) -> None:
    things = [t for table in CARRIED if table in KINDS for t in getattr(park, ATTRIBUTES[table])]
    lost = (t.id for t in things if t.name and said(t) != t.name)
    left_out.names("names beside ids have no place", lost)
    left_out.names("potlines are loads of the power that they take", (x.id for x in park.potlines))
    behind = (g.id for g in park.grids if g.behind_impedance)
    left_out.names("grid connections behind an impedance stand at a bus and a branch of their own", behind)
    name_the_rest(park, CARRIED, left_out)


def _folder(folder: Path, tables: dict[str, list[Row]]) -> None:
    folder.mkdir()
    for name, rows in tables.items():
        columns = COLUMNS.get(name) or tuple(rows[0])
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, delimiter=";", lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([_cell(row.get(c)) for c in columns] for row in rows)


def _cell(value: Any) -> Any:
    """NULL is SimBench's word for what is not known."""
    return "NULL" if value is None else repr(value) if isinstance(value, float) else value
