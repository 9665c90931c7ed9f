"""A park as a net of pandapower."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from holin.formats.carried import name_the_rest
from holin.formats.imported import LeftOut
from holin.formats.pandapower.branch_rows import branch_rows
from holin.formats.powers import Powers, powers_of, reactive_powers
from holin.formats.target import write_text
from holin.park import Bus, Generator, Load, Park, ShuntKind, Storage, with_ideal_grids
from holin.thing import Thing

VERSION = "3.0.0"
Row = dict[str, Any]

_SOURCE = ("name", "bus", "p_nom_mw", "power_factor", "v_set_pu", "q_min_mvar", "q_max_mvar")
CARRIED: dict[str, tuple[str, ...]] = {
    "bus": ("name", "v_nom_kv", "v_min_pu", "v_max_pu", "diagram_x", "diagram_y"),
    "line": (
        "name", "bus_from", "bus_to", "length_km", "r_ohm_per_km", "x_ohm_per_km", "c_nf_per_km", "tan_delta",
        "i_nom_ka", "r0_ohm_per_km", "x0_ohm_per_km", "c0_nf_per_km", "cable",
    ),
    "transformer": (
        "name", "bus_from", "bus_to", "s_nom_mva", "v_from_kv", "v_to_kv", "uk", "pk_kw", "i0", "p0_kw",
        "vector_group", "tap_side", "tap_pos", "tap_neutral", "tap_min", "tap_max", "tap_step", "uk0", "pk0_kw",
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
    "grid": (
        "name", "bus", "v_set_pu", "behind_impedance", "sk_max_mva", "sk_min_mva", "rx_ratio", "x0_x1_ratio",
        "r0_x0_ratio", "import_max_mw", "export_max_mw",
    ),
    "load": ("name", "bus", "load_mw", "power_factor", "q_mvar", "z_share", "i_share"),
    "generator": (
        *_SOURCE, "p_min_mw", "p_mw", "q_mvar", "balances", "s_nom_mva", "xd_subtransient_pu", "cost_c2", "cost_c1",
        "cost_c0", "cost_points",
    ),
    "wind_farm": _SOURCE,
    "pv_plant": _SOURCE,
    "thermal_unit": (*_SOURCE, "p_min_mw", "s_nom_mva", "xd_subtransient_pu"),
    "storage": (*_SOURCE, "e_nom_mwh", "soc_min", "soc_max"),
    "potline": ("name", "bus", "pots", "amperage_ka", "back_emf_v", "pot_resistance_uohm", "power_factor"),
}  # fmt: skip

DTYPES = {
    "bus": "uint32", "from_bus": "uint32", "to_bus": "uint32", "hv_bus": "uint32", "mv_bus": "uint32",
    "lv_bus": "uint32", "element": "uint32", "parallel": "uint32", "in_service": "bool", "closed": "bool",
    "slack": "bool", "controllable": "bool", "name": "object", "type": "object", "std_type": "object",
    "et": "object", "geo": "object", "holin_id": "object", "tap_side": "object", "tap_changer_type": "object",
    "vector_group": "object", "tap_dependency_table": "bool", "tap_at_star_point": "bool", "power_type": "object",
    "points": "object", "step": "uint32", "max_step": "uint32", "zone": "object",
}  # fmt: skip
"""Column -> dtype; all others are float64."""


def write_pandapower(
    park: Park, path: str | Path, *, p_mw: Powers | None = None, q_mvar: Powers | None = None
) -> list[str]:
    """Write a park, frozen at a stage, as a net that `pandapower.from_json` reads; return what it leaves out, in words.

    `p_mw`, `q_mvar` give each unit's power into the network (`powers_of`, `reactive_powers` say what stands without
    them). The park's ids stand in the column `holin_id`, which pandapower keeps. Its power flow agrees with the park's
    where it is asked for the pi model of transformers and for voltage angles. Source: pandapower 3.5, "Data structure
    and elements".
    """
    left_out = LeftOut()
    network = with_ideal_grids(park)
    power = powers_of(network, p_mw, left_out)
    q = reactive_powers(network, power, q_mvar, left_out)
    at = {b.id: k for k, b in enumerate(network.buses)}
    tables = {"bus": [_bus(b) for b in network.buses], **branch_rows(network, at, left_out)}
    tables["shunt"] = [*tables["shunt"], *_shunts(network, at)]
    tables["ext_grid"] = [_grid(g, at, park) for g in network.grids]
    tables["load"] = _loads(network, at, power, q)
    tables |= _sources(network, at, power, q)
    tables["poly_cost"], tables["pwl_cost"] = _costs(network, tables["gen"], tables["sgen"], left_out)
    _name_lost(park, left_out)
    write_text(Path(path), _text(park, tables))
    return list(left_out.sentences())


def _element(thing: Thing) -> Row:
    return {"name": thing.name or None, "holin_id": thing.id, "in_service": True}


def _bus(b: Bus) -> Row:
    geo = None
    if b.diagram_x is not None and b.diagram_y is not None:
        geo = json.dumps({"coordinates": [b.diagram_x, -b.diagram_y], "type": "Point"})
    row = {"vn_kv": b.v_nom_kv, "type": "b", "zone": None, "geo": geo}
    return _element(b) | row | {"min_vm_pu": b.v_min_pu, "max_vm_pu": b.v_max_pu}


def _grid(g: Any, at: dict[str, int], park: Park) -> Row:
    """Its short-circuit power stands where the impedance is not a branch of its own."""
    behind = any(p.id == g.id and p.behind_impedance for p in park.grids)
    row = {"bus": at[g.bus], "vm_pu": g.v_set_pu, "va_degree": 0.0, "slack_weight": 1.0, "controllable": False}
    row |= {"max_p_mw": g.import_max_mw, "min_p_mw": -g.export_max_mw}
    if not behind:
        row |= {"s_sc_max_mva": g.sk_max_mva, "s_sc_min_mva": g.sk_min_mva, "rx_max": g.rx_ratio, "rx_min": g.rx_ratio}
        row |= {"x0x_max": g.x0_x1_ratio, "r0x0_max": g.r0_x0_ratio}
    return _element(g) | row


def _shunts(park: Park, at: dict[str, int]) -> list[Row]:
    v_nom = {b.id: b.v_nom_kv for b in park.buses}
    return [
        _element(s)
        | {
            "bus": at[s.bus],
            "q_mvar": -s.q_nom_mvar,
            "p_mw": s.p_nom_mw,
            "vn_kv": v_nom[s.bus],
            "step": 1,
            "max_step": 1,
        }
        for s in park.shunts
        if s.v_set_pu is None
    ]


def _loads(park: Park, at: dict[str, int], power: Powers, q: Powers) -> list[Row]:
    rows = []
    users: tuple[Any, ...] = (*park.loads, *park.potlines)
    for x in users:
        z, i = (100 * x.z_share, 100 * x.i_share) if isinstance(x, Load) else (0.0, 0.0)
        shares = {"const_z_p_percent": z, "const_z_q_percent": z, "const_i_p_percent": i, "const_i_q_percent": i}
        row = {"bus": at[x.bus], "p_mw": -power[x.id], "q_mvar": -q[x.id], "scaling": 1.0, "type": "wye"}
        rows.append(_element(x) | row | shares)
    return rows


def _sources(park: Park, at: dict[str, int], power: Powers, q: Powers) -> dict[str, list[Row]]:
    """Who holds a voltage is a generator, a storage a storage, all others are static generators."""
    tables: dict[str, list[Row]] = {"gen": [], "sgen": [], "storage": []}
    kinds = {"wind_farms": "WP", "pv_plants": "PV", "thermal_units": None, "generators": None, "storages": None}
    for attribute, kind in kinds.items():
        for s in getattr(park, attribute):
            row = _element(s) | {"bus": at[s.bus], "p_mw": power[s.id], "scaling": 1.0}
            row |= {"sn_mva": getattr(s, "s_nom_mva", None) or (None if isinstance(s, Generator) else s.p_nom_mw)}
            if s.v_set_pu is not None or getattr(s, "balances", False):
                tables["gen"].append(row | _generator(s))
            elif isinstance(s, Storage):
                content = {"min_e_mwh": s.soc_min * s.e_nom_mwh, "max_e_mwh": s.soc_max * s.e_nom_mwh}
                row |= {"p_mw": -power[s.id], "q_mvar": -q[s.id], "type": "Battery"}
                tables["storage"].append(row | content | {"soc_percent": None})
            else:
                tables["sgen"].append(row | {"q_mvar": q[s.id], "type": kind, "current_source": True})
    for shunt in park.shunts:
        if shunt.v_set_pu is not None:
            both = shunt.kind is ShuntKind.SVC
            low = -abs(shunt.q_nom_mvar) if both else min(shunt.q_nom_mvar, 0.0)
            high = abs(shunt.q_nom_mvar) if both else max(shunt.q_nom_mvar, 0.0)
            row = {"bus": at[shunt.bus], "p_mw": 0.0, "vm_pu": shunt.v_set_pu, "scaling": 1.0, "slack": False}
            row |= {"min_q_mvar": low, "max_q_mvar": high, "min_p_mw": 0.0, "max_p_mw": 0.0, "slack_weight": 0.0}
            tables["gen"].append(_element(shunt) | row | {"controllable": True, "sn_mva": None})
    return tables


def _generator(s: Any) -> Row:
    balances = isinstance(s, Generator) and s.balances
    lowest = -s.p_nom_mw if isinstance(s, Storage) else getattr(s, "p_min_mw", 0.0)
    return {
        "vm_pu": s.v_set_pu or 1.0,
        "slack": balances,
        "slack_weight": 1.0 if balances else 0.0,
        "min_q_mvar": s.q_min_mvar,
        "max_q_mvar": s.q_max_mvar,
        "min_p_mw": lowest,
        "max_p_mw": s.p_nom_mw,
        "controllable": True,
        "xdss_pu": getattr(s, "xd_subtransient_pu", None),
    }


def _costs(park: Park, gens: list[Row], sgens: list[Row], left_out: LeftOut) -> tuple[list[Row], list[Row]]:
    polynomial, piecewise = [], []
    place = {row["holin_id"]: ("gen", k) for k, row in enumerate(gens)}
    place |= {row["holin_id"]: ("sgen", k) for k, row in enumerate(sgens)}
    for g in park.generators:
        et, k = place[g.id]
        if g.cost_points:
            points = [[a[0], b[0], (b[1] - a[1]) / (b[0] - a[0])] for a, b in itertools.pairwise(g.cost_points)]
            piecewise.append({"power_type": "p", "element": k, "et": et, "points": points})
            if g.cost_points[0][1]:
                left_out.name("piecewise costs begin at 0", g.id)
        elif g.cost_c0 or g.cost_c1 or g.cost_c2:
            cost = {"cp0_eur": g.cost_c0, "cp1_eur_per_mw": g.cost_c1, "cp2_eur_per_mw2": g.cost_c2}
            reactive = {"cq0_eur": 0.0, "cq1_eur_per_mvar": 0.0, "cq2_eur_per_mvar2": 0.0}
            polynomial.append({"element": k, "et": et} | cost | reactive)
    if (polynomial or piecewise) and park.facts.currency != "EUR":
        left_out.say(f"costs in {park.facts.currency} stand in columns that are named for EUR")
    return polynomial, piecewise


def _name_lost(park: Park, left_out: LeftOut) -> None:
    regulated = (t.id for t in park.transformers if t.v_set_pu is not None)
    left_out.names("tap changers stand still: pandapower's controllers are no table", regulated)
    left_out.names("potlines are loads of the power that they take", (x.id for x in park.potlines))
    behind = (g.id for g in park.grids if g.behind_impedance)
    left_out.names("grid connections behind an impedance stand at a bus and a branch of their own", behind)
    without = (
        s.id
        for s in (*park.wind_farms, *park.pv_plants, *park.thermal_units, *park.storages)
        if s.v_set_pu is not None and s.q_min_mvar is None
    )
    left_out.names("reactive limits that a grid code gives a source without its own are left out", without)
    name_the_rest(park, CARRIED, left_out)


# ---- text -------------------------------------------------------------------------------------------------------


def _text(park: Park, tables: dict[str, list[Row]]) -> str:
    parts: dict[str, Any] = {name: _frame(rows) for name, rows in tables.items() if rows}
    facts = {"version": VERSION, "format_version": VERSION, "name": park.facts.name or park.facts.id, "f_hz": 50.0}
    net = {"_module": "pandapower.auxiliary", "_class": "pandapowerNet", "_object": parts | facts | {"sn_mva": 1}}
    return json.dumps(net, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _frame(rows: Iterable[Row]) -> Row:
    """Return a data frame of orient split, as pandas' to_json writes it; a column is one that any row has."""
    rows = list(rows)
    columns = list(dict.fromkeys(c for row in rows for c in row))
    data = [[_cell(row.get(c)) for c in columns] for row in rows]
    split = {"columns": columns, "index": list(range(len(rows))), "data": data}
    return {
        "_module": "pandas.core.frame",
        "_class": "DataFrame",
        "_object": json.dumps(split, ensure_ascii=False, allow_nan=False),
        "orient": "split",
        "dtype": {c: DTYPES.get(c, "float64") for c in columns},
        "is_multiindex": False,
        "is_multicolumn": False,
    }


def _cell(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
