"""A case of `export_case.py` as a PyPSA network, as far as PyPSA has components for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pypsa

Tables = dict[str, Any]
Arrays = dict[str, np.ndarray]

BRANCH_TYPES = {"line": "Line", "transformer": "Transformer", "transformer3": "Transformer"}


def frame(values: np.ndarray, names: list[str], n: pypsa.Network) -> pd.DataFrame:
    return pd.DataFrame(values, index=n.snapshots, columns=names)


def column(rows: list[dict[str, Any]], name: str) -> np.ndarray:
    return np.array([row[name] for row in rows], dtype=float)


def per_unit(values: np.ndarray, nominal: np.ndarray) -> np.ndarray:
    return np.divide(values, nominal, out=np.zeros_like(values, dtype=float), where=nominal > 0)


def network_of(tables: Tables, arrays: Arrays) -> pypsa.Network:
    n = pypsa.Network()
    n.set_snapshots(pd.DatetimeIndex(arrays["time"]))
    n.snapshot_weightings.loc[:, :] = tables["step_h"]
    node = {bus["id"]: bus["node"] for bus in tables["buses"]}
    add_wires(n, tables, arrays, node)
    add_loads(n, tables, arrays, node)
    add_renewables(n, tables, arrays, node)
    add_grids(n, tables, arrays, node)
    add_thermal_units(n, tables, arrays, node)
    add_storages(n, tables, arrays, node)
    add_potlines(n, tables, arrays, node)
    return n


def add_wires(n: pypsa.Network, tables: Tables, arrays: Arrays, node: dict[str, str]) -> None:
    """Reactances are in per unit on 1 MVA, so that a line's is x_pu v_nom^2 ohm."""
    v_nom = {bus["id"]: bus["v_nom_kv"] for bus in tables["buses"]}
    nodes = list(dict.fromkeys(node.values()))
    n.add("Bus", nodes, v_nom=[v_nom[b] for b in nodes])
    in_service = arrays["branch_in_service"]
    for kind in ("Line", "Transformer"):
        where = [k for k, b in enumerate(tables["branches"]) if BRANCH_TYPES[b["kind"]] == kind]
        rows = [tables["branches"][k] for k in where]
        if not rows:
            continue
        x_pu, limit = column(rows, "x_pu"), column(rows, "limit_mw")
        volts = np.array([v_nom[r["bus_from"]] for r in rows])
        names = [r["id"] for r in rows]
        n.add(
            kind,
            names,
            bus0=[node[r["bus_from"]] for r in rows],
            bus1=[node[r["bus_to"]] for r in rows],
            x=x_pu * volts**2 if kind == "Line" else x_pu * limit,
            s_nom=limit,
        )
        out = [k for k in where if not in_service[:, k].all()]
        if out:
            n.c[kind].dynamic.s_max_pu = frame(
                in_service[:, out].astype(float), [tables["branches"][k]["id"] for k in out], n
            )


def add_loads(n: pypsa.Network, tables: Tables, arrays: Arrays, node: dict[str, str]) -> None:
    """Firm loads (which may be shed, bus by bus), losses, and the potlines at nominal current."""
    loads, potlines = tables["loads"], tables["potlines"]
    if loads:
        n.add("Load", [r["id"] for r in loads], bus=[node[r["bus"]] for r in loads])
    nominal = arrays["potline_in_service"] * column(potlines, "p_nom_mw")
    if potlines:
        n.add("Load", [f"nominal {r['id']}" for r in potlines], bus=[node[r["bus"]] for r in potlines])
    n.add("Load", [f"loss {b['id']}" for b in tables["buses"]], bus=[node[b["id"]] for b in tables["buses"]])
    n.c.loads.dynamic.p_set = frame(
        np.hstack([arrays["load_mw"], nominal, arrays["loss_mw"]]), list(n.c.loads.static.index), n
    )
    asked = pd.DataFrame(arrays["load_mw"].T, index=[node[r["bus"]] for r in loads]).groupby(level=0).sum().T
    if len(asked.columns):
        peak = asked.max().to_numpy()
        names = [f"shed {bus}" for bus in asked.columns]
        n.add("Generator", names, bus=list(asked.columns), p_nom=peak, marginal_cost=tables["voll_per_mwh"])
        join_series(n, "generators", "p_max_pu", per_unit(asked.to_numpy(), np.broadcast_to(peak, asked.shape)), names)


def join_series(n: pypsa.Network, table: str, field: str, values: np.ndarray, names: list[str]) -> None:
    dynamic = n.components[table].dynamic
    setattr(dynamic, field, pd.concat([getattr(dynamic, field), frame(values, names, n)], axis=1))


def add_renewables(n: pypsa.Network, tables: Tables, arrays: Arrays, node: dict[str, str]) -> None:
    rows = tables["renewables"]
    if not rows:
        return
    names, p_nom = [r["id"] for r in rows], column(rows, "p_nom_mw")
    n.add(
        "Generator",
        names,
        bus=[node[r["bus"]] for r in rows],
        p_nom=p_nom,
        marginal_cost=column(rows, "marginal_cost_per_mwh"),
    )
    join_series(n, "generators", "p_max_pu", arrays["available_mw"] / p_nom, names)


def add_grids(n: pypsa.Network, tables: Tables, arrays: Arrays, node: dict[str, str]) -> None:
    """Import and export are two generators, the second with the sign of a load."""
    for k, grid in enumerate(tables["grids"]):
        service = arrays["grid_in_service"][:, [k]]
        taken, given, bus = f"import {grid['id']}", f"export {grid['id']}", node[grid["bus"]]
        n.add("Generator", taken, bus=bus, p_nom=grid["import_max_mw"])
        join_series(n, "generators", "marginal_cost", arrays["import_price_per_mwh"][:, [k]], [taken])
        join_series(n, "generators", "p_max_pu", service, [taken])
        if grid["export_max_mw"] > 0:
            price = grid["export_price_per_mwh"]
            n.add("Generator", given, bus=bus, sign=-1.0, p_nom=grid["export_max_mw"], marginal_cost=-price)
            join_series(n, "generators", "p_max_pu", service, [given])


def add_thermal_units(n: pypsa.Network, tables: Tables, arrays: Arrays, node: dict[str, str]) -> None:
    """Units in net power: everything per gross MW is divided by 1 - auxiliary.

    Ramps are given only where minimum and full load do not imply them already; both tools then solve fewer rows.
    """
    for unit in tables["thermal_units"]:
        net = 1.0 - unit["auxiliary"]
        per_gj = unit["fuel_price_per_gj"] + tables["co2_price_per_t"] * unit["emission_factor_t_per_gj"]
        span, ramps = unit["p_nom_mw"] - unit["p_min_mw"], {}
        for side in ("up", "down"):
            ramp = unit[f"ramp_{side}_mw_per_h"] * tables["step_h"]
            if ramp < span:
                ramps[f"ramp_limit_{side}"] = ramp / unit["p_nom_mw"]
        n.add(
            "Generator",
            unit["id"],
            bus=node[unit["bus"]],
            committable=True,
            p_nom=unit["p_nom_mw"] * net,
            p_min_pu=unit["p_min_mw"] / unit["p_nom_mw"],
            marginal_cost=unit["gj_per_mwh"] * per_gj / net + unit["marginal_cost_per_net_mwh"],
            stand_by_cost=unit["idle_gj_per_h"] * per_gj,
            start_up_cost=unit["start_cost"],
            **ramps,
        )


def add_storages(n: pypsa.Network, tables: Tables, arrays: Arrays, node: dict[str, str]) -> None:
    """A Store with a Link each way: content has a lower limit, which a StorageUnit does not know."""
    for k, unit in enumerate(tables["storages"]):
        name, bus, service = unit["id"], node[unit["bus"]], arrays["storage_in_service"][:, [k]]
        n.add("Bus", f"content {name}")
        n.add(
            "Store",
            name,
            bus=f"content {name}",
            e_nom=unit["e_nom_mwh"],
            e_min_pu=unit["soc_min"],
            e_max_pu=unit["soc_max"],
            e_cyclic=True,
            standing_loss=unit["standing_loss_per_h"],
        )
        into, out_of = unit["efficiency_charge"], unit["efficiency_discharge"]
        n.add("Link", f"charge {name}", bus0=bus, bus1=f"content {name}", p_nom=unit["p_nom_mw"], efficiency=into)
        n.add(
            "Link",
            f"discharge {name}",
            bus0=f"content {name}",
            bus1=bus,
            p_nom=unit["p_nom_mw"] / out_of,
            efficiency=out_of,
            marginal_cost=unit["discharge_cost_per_mwh"] * out_of,
        )
        if not service.all():
            join_series(n, "links", "p_max_pu", np.hstack([service] * 2), [f"charge {name}", f"discharge {name}"])


def add_potlines(n: pypsa.Network, tables: Tables, arrays: Arrays, node: dict[str, str]) -> None:
    """The energy deviation from thermal balance is a Store between two limits; Links raise and lower the power."""
    for k, line in enumerate(tables["potlines"]):
        name, bus, service = line["id"], node[line["bus"]], arrays["potline_in_service"][:, [k]]
        n.add("Bus", f"heat {name}")
        n.add(
            "Store",
            f"heat {name}",
            bus=f"heat {name}",
            e_nom=line["heat_window_mwh"],
            e_min_pu=-1.0,
            e_cyclic=True,
            standing_loss=line["heat_leak_per_h"],
        )
        up, down = line["p_max_mw"] - line["p_nom_mw"], line["p_nom_mw"] - line["p_min_mw"]
        n.add("Link", f"up {name}", bus0=bus, bus1=f"heat {name}", p_nom=up)
        n.add("Link", f"down {name}", bus0=f"heat {name}", bus1=bus, p_nom=down)
        if not service.all():
            join_series(n, "links", "p_max_pu", np.hstack([service] * 2), [f"up {name}", f"down {name}"])
