"""A park as a PyPSA network."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from holin.formats.admittances import of_loop, of_open_branch
from holin.formats.carried import name_the_rest
from holin.formats.imported import LeftOut
from holin.formats.nodes import Nodes, balance_of, nodes_of
from holin.formats.powers import Powers, powers_of, reactive_mvar
from holin.formats.target import write_whole
from holin.park import (
    EquivalentBranch,
    Generator,
    Grid,
    Load,
    Park,
    Storage,
    ThermalUnit,
    equivalents,
    with_ideal_grids,
)

Row = dict[str, Any]
Tables = dict[str, list[Row]]

_SOURCE = ("bus", "p_nom_mw", "power_factor", "v_set_pu")
_NAMEPLATE = ("bus_from", "bus_to", "s_nom_mva", "v_from_kv", "v_to_kv", "uk", "pk_kw", "i0", "p0_kw", "vector_group")
CARRIED: dict[str, tuple[str, ...]] = {
    "bus": ("v_nom_kv", "v_min_pu", "v_max_pu", "latitude", "longitude"),
    "line": (
        "bus_from", "bus_to", "length_km", "r_ohm_per_km", "x_ohm_per_km", "c_nf_per_km", "tan_delta", "i_nom_ka",
    ),
    "transformer": (*_NAMEPLATE, "tap_side", "tap_pos", "tap_neutral", "tap_step"),
    "transformer3": (
        *(f"{name}{k}{unit}" for k in (1, 2, 3) for name, unit in (("bus_", ""), ("s_nom_", "_mva"), ("v_", "_kv"))),
        *(f"{name}{pair}{unit}" for pair in (12, 23, 31) for name, unit in (("uk_", ""), ("pk_", "_kw"))),
        "i0", "p0_kw", "vector_group", "tap_pos", "tap_neutral", "tap_step",
    ),
    "equivalent_branch": ("bus_from", "bus_to", "r_pu", "x_pu", "g_pu", "b_pu", "ratio", "shift_deg", "s_nom_mva"),
    "switch": ("bus", "element", "closed"),
    "shunt": ("bus", "kind", "q_nom_mvar", "p_nom_mw", "v_set_pu"),
    "grid": ("bus", "v_set_pu", "behind_impedance", "import_max_mw", "export_max_mw"),
    "load": ("bus", "load_mw", "power_factor", "q_mvar"),
    "generator": (*_SOURCE, "p_min_mw", "p_mw", "q_mvar", "balances", "cost_c2", "cost_c1"),
    "wind_farm": _SOURCE,
    "pv_plant": _SOURCE,
    "thermal_unit": (*_SOURCE, "p_min_mw", "auxiliary"),
    "storage": (
        *_SOURCE, "e_nom_mwh", "efficiency_charge", "efficiency_discharge", "standing_loss_per_h", "cycle_cost_per_mwh",
    ),
    "potline": ("bus", "pots", "amperage_ka", "back_emf_v", "pot_resistance_uohm", "power_factor"),
}  # fmt: skip


def write_pypsa(park: Park, path: str | Path, *, p_mw: Powers | None = None, q_mvar: Powers | None = None) -> list[str]:
    """Write a park, frozen at a stage, as a PyPSA network; return what it leaves out, in words.

    A path that ends in .nc is a netCDF file, another one a folder of CSV tables. `p_mw`, `q_mvar` give each unit's
    power into the network (`powers_of`, `reactive_mvar` say what stands without them). Buses that closed switches join
    become one; transformers are pi models. Source: PyPSA 1.4, "Components", "Power flow".
    """
    left_out = LeftOut()
    network = equivalents(with_ideal_grids(park))
    nodes, power = nodes_of(network), powers_of(network, p_mw, left_out)
    lengths = {x.id: x.length_km for x in park.lines}
    tables: Tables = {"buses": [], "lines": [], "transformers": [], "shunt_impedances": []}
    joined = [_branch(b, network, nodes, lengths, tables, left_out) for b in network.equivalent_branches]
    anchors = balance_of(network, nodes.node, [pair for pair in joined if pair is not None]).anchor
    _add_shunts(network, nodes, tables)
    tables["generators"] = _generators(network, nodes, set(anchors.values()), power, q_mvar or {}, left_out)
    tables["storage_units"] = [
        _storage(s, nodes, power[s.id], reactive_mvar(s, power[s.id], q_mvar)) for s in network.storages
    ]
    tables["loads"] = _loads(network, nodes, power, q_mvar or {})
    tables["buses"] = _buses(network, nodes, tables)
    tables["carriers"] = [{"name": "AC"}, *({"name": c} for c in sorted({r["carrier"] for r in tables["generators"]}))]
    _name_lost(park, nodes, left_out)
    facts = {"name": park.facts.name or park.facts.id, "pypsa_version": "1.0.0", "srid": 4326}
    snapshot = f"{park.stages[-1].as_of} 00:00:00" if park.stages else "2025-12-31 00:00:00"
    target = Path(path)
    write = _netcdf if target.suffix.lower() == ".nc" else _folder
    kept = {name: rows for name, rows in tables.items() if rows}
    write_whole(target, lambda beside: write(beside, kept, facts, snapshot))
    return list(left_out.sentences())


def _buses(park: Park, nodes: Nodes, tables: Tables) -> list[Row]:
    """The voltage that is held at a bus stands at the bus."""
    held = {row["bus"]: row.pop("v_set") for row in tables["generators"]}
    rows = []
    for b in park.buses:
        if nodes.node[b.id] == b.id:
            row = {"name": b.id, "v_nom": b.v_nom_kv, "carrier": "AC", "v_mag_pu_set": held.get(b.id) or 1.0}
            row |= {"v_mag_pu_min": b.v_min_pu, "v_mag_pu_max": b.v_max_pu}
            rows.append(row | {"x": b.longitude or 0.0, "y": b.latitude or 0.0})
    return rows


def _branch(
    b: EquivalentBranch, park: Park, nodes: Nodes, lengths: dict[str, float], tables: Tables, left_out: LeftOut
) -> tuple[str, str] | None:
    """Add a branch, a line in ohm or a transformer in p.u.; return the nodes it joins, None where it does not."""
    v_nom = {bus.id: bus.v_nom_kv for bus in park.buses}
    first, second = nodes.node[b.bus_from], nodes.node[b.bus_to]
    closed = ((b.id, b.bus_from) not in nodes.opened, (b.id, b.bus_to) not in nodes.opened)
    if all(closed) and first == second:
        left_out.name("branches whose ends closed switches join are left out", b.id)
        tables["shunt_impedances"].append(_shunt(f"{b.id}-charging", first, of_loop(b), v_nom[first]))
        return None
    if closed[0] != closed[1]:
        left_out.name("branches open at one end are not active, their charging is a shunt", b.id)
        node = first if closed[0] else second
        y = of_open_branch(b, at_from=closed[0])
        tables["shunt_impedances"].append(_shunt(f"{b.id}-charging", node, y, v_nom[node]))
    row: Row = {"name": b.id, "bus0": first, "bus1": second, "active": all(closed)}
    if b.ratio == 1 and b.shift_deg == 0 and v_nom[first] == v_nom[second]:
        square = v_nom[first] ** 2
        values: Row = {"r": b.r_pu * square, "x": b.x_pu * square, "g": b.g_pu / square, "b": b.b_pu / square}
        tables["lines"].append(row | values | {"s_nom": b.s_nom_mva or 0.0, "length": lengths.get(b.id, 0.0)})
    else:
        s = b.s_nom_mva or 1.0
        values = {"r": b.r_pu * s, "x": b.x_pu * s, "g": b.g_pu / s, "b": b.b_pu / s, "s_nom": s, "model": "pi"}
        taps = {"tap_ratio": b.ratio, "tap_side": 0, "phase_shift": b.shift_deg}
        tables["transformers"].append(row | values | taps)
    return (first, second) if all(closed) else None


def _shunt(name: str, node: str, y: complex, v_nom_kv: float) -> Row:
    return {"name": name, "bus": node, "g": y.real / v_nom_kv**2, "b": y.imag / v_nom_kv**2}


def _add_shunts(park: Park, nodes: Nodes, tables: Tables) -> None:
    v_nom = {bus.id: bus.v_nom_kv for bus in park.buses}
    for s in park.shunts:
        if s.v_set_pu is None:
            y = complex(s.p_nom_mw, s.q_nom_mvar)
            tables["shunt_impedances"].append(_shunt(s.id, nodes.node[s.bus], y, v_nom[s.bus]))


def _generators(
    park: Park, nodes: Nodes, slack: set[str], power: Powers, q_mvar: Powers, left_out: LeftOut
) -> list[Row]:
    rows = []
    kinds = {"wind_farms": "wind", "pv_plants": "solar", "thermal_units": "thermal", "generators": "generator"}
    for g in park.grids:
        rows.append(_generator(g.id, nodes.node[g.bus], "grid", power.get(g.id, 0.0), 0.0, g.v_set_pu, g.id in slack))
        rows[-1] |= _limits(-g.export_max_mw, g.import_max_mw)
    for attribute, carrier in kinds.items():
        for s in getattr(park, attribute):
            p, balances = power[s.id], s.id in slack
            v_set = s.v_set_pu or (1.0 if balances else None)
            q = reactive_mvar(s, p, q_mvar) if v_set is None else 0.0
            rows.append(_generator(s.id, nodes.node[s.bus], carrier, p, q, v_set, balances))
            net = 1 - s.auxiliary if isinstance(s, ThermalUnit) else 1.0
            rows[-1] |= _limits(getattr(s, "p_min_mw", 0.0) * net, s.p_nom_mw * net)
            if isinstance(s, Generator):
                rows[-1] |= {"marginal_cost": s.cost_c1, "marginal_cost_quadratic": s.cost_c2}
    for s in park.shunts:
        if s.v_set_pu is not None:
            rows.append(_generator(s.id, nodes.node[s.bus], "compensator", 0.0, 0.0, s.v_set_pu, False))
            left_out.name("shunts that hold a voltage are generators of no power", s.id)
    return sorted(rows, key=lambda r: r["control"] != "Slack")  # PyPSA takes the first Slack of a network


def _generator(name: str, node: str, carrier: str, p: float, q: float, v_set: float | None, slack: bool) -> Row:
    control = "Slack" if slack else "PQ" if v_set is None else "PV"
    row = {"name": name, "bus": node, "control": control, "carrier": carrier, "p_set": p, "q_set": q, "v_set": v_set}
    return row | {"p_nom": 0.0, "p_min_pu": 0.0, "p_max_pu": 1.0, "marginal_cost": 0.0, "marginal_cost_quadratic": 0.0}


def _limits(low: float, high: float) -> Row:
    size = max(abs(low), abs(high))
    return {"p_nom": size, "p_min_pu": low / size if size else 0.0, "p_max_pu": high / size if size else 1.0}


def _storage(s: Storage, nodes: Nodes, p: float, q: float) -> Row:
    row = {"name": s.id, "bus": nodes.node[s.bus], "p_nom": s.p_nom_mw, "max_hours": s.e_nom_mwh / s.p_nom_mw}
    row |= {"efficiency_store": s.efficiency_charge, "efficiency_dispatch": s.efficiency_discharge}
    return row | {
        "standing_loss": s.standing_loss_per_h,
        "marginal_cost": s.cycle_cost_per_mwh,
        "p_set": p,
        "q_set": q,
    }


def _loads(park: Park, nodes: Nodes, power: Powers, q_mvar: Powers) -> list[Row]:
    users: tuple[Any, ...] = (*park.loads, *park.potlines)
    return [
        {"name": x.id, "bus": nodes.node[x.bus], "p_set": -power[x.id], "q_set": -reactive_mvar(x, power[x.id], q_mvar)}
        for x in users
    ]


def _name_lost(park: Park, nodes: Nodes, left_out: LeftOut) -> None:
    joined = (f"{' + '.join(buses)} is {node}" for node, buses in nodes.joined().items())
    left_out.names("buses that closed switches join are one bus", joined)
    left_out.names("transformers are pi models at their tap: no nameplate, no tap changer", _ids(park.transformers))
    left_out.names("three-winding transformers are three transformers and an inner bus", _ids(park.transformers3))
    left_out.names("switches are not kept, only what they join or open", _ids(park.switches))
    left_out.names("potlines are loads of the power that they take", _ids(park.potlines))
    ranged = [s for s in (*park.generators, *park.wind_farms, *park.pv_plants, *park.thermal_units) if s.q_min_mvar]
    left_out.names("PyPSA has no reactive limits: those of sources are left out", _ids(ranged))
    held = [s.id for s in park.storages if s.v_set_pu is not None]
    left_out.names("storages that hold a voltage give the reactive power of the state", held)
    behind = [g for g in park.grids if isinstance(g, Grid) and g.behind_impedance]
    left_out.names("grid connections behind an impedance stand at a bus and a branch of their own", _ids(behind))
    shared = [x for x in park.loads if isinstance(x, Load) and (x.z_share or x.i_share)]
    left_out.names("loads take a constant power", _ids(shared))
    name_the_rest(park, CARRIED, left_out)


def _ids(things: Iterable[Any]) -> list[str]:
    return [t.id for t in things]


# ---- files ------------------------------------------------------------------------------------------------------


def _folder(folder: Path, tables: Tables, facts: Row, snapshot: str) -> None:
    folder.mkdir()
    _csv(folder / "network.csv", [facts])
    _csv(folder / "snapshots.csv", [{"": 0, "snapshot": snapshot, "objective": 1, "stores": 1, "generators": 1}])
    for name, rows in tables.items():
        _csv(folder / f"{name}.csv", rows)


def _csv(file: Path, rows: list[Row]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({k: repr(v) if isinstance(v, float) else v for k, v in row.items()} for row in rows)


def _netcdf(file: Path, tables: Tables, facts: Row, snapshot: str) -> None:
    import numpy as np
    import xarray as xr

    variables: dict[str, Any] = {
        "snapshots_snapshot": (("snapshots",), [np.datetime64(snapshot.replace(" ", "T"), "ns")])
    }
    variables |= {f"snapshots_{w}": (("snapshots",), [1]) for w in ("objective", "stores", "generators")}
    coords: dict[str, Any] = {"snapshots": [0]}
    for name, rows in tables.items():
        coords[f"{name}_i"] = [row["name"] for row in rows]
        for column in rows[0]:
            if column != "name":
                variables[f"{name}_{column}"] = ((f"{name}_i",), [_plain(row[column]) for row in rows])
    dataset = xr.Dataset(variables, coords=coords, attrs={f"network_{k}": v for k, v in facts.items()})
    dataset.to_netcdf(file)


def _plain(value: Any) -> Any:
    """netCDF knows no booleans; xarray writes them as bytes with an attribute, which PyPSA reads."""
    return math.nan if value is None else value
