# /// script
# requires-python = ">=3.11"
# dependencies = ["pypsa==1.4.0", "linopy==0.10.1", "highspy[extras]==1.15.1", "numpy>=2.1"]
# ///
"""Solve a case of `export_case.py` with PyPSA and print the objective, times and memory as JSON.

    uv run --script benchmarks/peers/pypsa_dispatch.py case.npz --solver simplex

PyPSA's own components wherever it has them: Bus, Line and Transformer with Kirchhoff's laws by cycles, Load, Generator
(wind, PV, import, export, shed load, committable thermal units with the linear relaxation), Store and Link (storages,
potlines). `extra_functionality` adds what it has no component for: the charge on each month's peak, the potlines'
production duty and ramps, the heat duty, commitment and ramps from the last step back to the first, planned outages
of branches, and the rules. This file knows nothing of Holin but the exported data.
"""

from __future__ import annotations

import time

BEGAN = time.perf_counter()

import argparse
import importlib.metadata
import json
import logging
import os
import resource
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pypsa
import xarray as xr

IMPORTED = time.perf_counter()
Tables = dict[str, Any]
Arrays = dict[str, np.ndarray]

BRANCH_TYPES = {"line": "Line", "transformer": "Transformer", "transformer3": "Transformer"}


def read(path: Path) -> tuple[Tables, Arrays]:
    with np.load(path, allow_pickle=False) as file:
        return json.loads(str(file["tables"])), {name: file[name] for name in file.files if name != "tables"}


def frame(values: np.ndarray, names: list[str], n: pypsa.Network) -> pd.DataFrame:
    return pd.DataFrame(values, index=n.snapshots, columns=names)


def column(rows: list[dict[str, Any]], name: str) -> np.ndarray:
    return np.array([row[name] for row in rows], dtype=float)


def per_unit(values: np.ndarray, nominal: np.ndarray) -> np.ndarray:
    return np.divide(values, nominal, out=np.zeros_like(values, dtype=float), where=nominal > 0)


# ---- what PyPSA has components for ------------------------------------------------------------------------------


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


# ---- what PyPSA has no component for ----------------------------------------------------------------------------


def add_the_rest(n: pypsa.Network, tables: Tables, arrays: Arrays) -> None:
    add_monthly_peaks(n, tables, arrays)
    if tables["thermal_units"]:
        bound_commitment(n, tables, arrays)
        close_thermal_year(n, tables)
        add_heat_duty(n, tables, arrays)
    add_potline_duty(n, tables)
    add_branch_outages(n, tables, arrays)
    add_rules(n, tables, arrays)


def add_monthly_peaks(n: pypsa.Network, tables: Tables, arrays: Arrays) -> None:
    m, share = n.model, column(tables["months"], "share")
    months = pd.RangeIndex(len(share), name="month")
    of_step = xr.DataArray(arrays["month"], coords={"snapshot": n.snapshots}, dims="snapshot")
    for grid in tables["grids"]:
        charge = grid["demand_charge_per_mw_month"]
        if charge > 0:
            peak = m.add_variables(0, grid["import_max_mw"], coords=[months], name=f"peak {grid['id']}")
            taken = m["Generator-p"].sel(name=f"import {grid['id']}", drop=True)
            m.add_constraints(taken - (1.0 * peak).sel(month=of_step).drop_vars("month") <= 0, name=f"peak {grid['id']}")
            weight = xr.DataArray(charge * share, coords={"month": months}, dims="month")
            m.objective = m.objective.expression + (weight * peak).sum()


def bound_commitment(n: pypsa.Network, tables: Tables, arrays: Arrays) -> None:
    """Planned outages and must-run bound the status; a unit without start cost needs none of PyPSA's tightening."""
    m, units = n.model, tables["thermal_units"]
    names = [u["id"] for u in units]
    service = xr.DataArray(frame(arrays["thermal_in_service"].astype(float), names, n), dims=("snapshot", "name"))
    must = xr.DataArray(column(units, "must_run"), coords={"name": names}, dims="name")
    status = m.variables["Generator-status"]
    order = list(status.indexes["name"])
    status.upper = service.sel(name=order)
    status.lower = (service * must).sel(name=order)
    for tightening in ("p-before", "p-current", "partly-start-up", "partly-shut-down"):
        if f"Generator-com-{tightening}" in m.constraints:
            m.remove_constraints(f"Generator-com-{tightening}")


def close_thermal_year(n: pypsa.Network, tables: Tables) -> None:
    """The step before the first is the last. PyPSA's own first rows do not bind: it assumes all units on before."""
    m, last, first = n.model, n.snapshots[-1], n.snapshots[0]
    for unit in tables["thermal_units"]:
        on = m["Generator-status"].sel(name=unit["id"], drop=True)
        power = m["Generator-p"].sel(name=unit["id"], drop=True)
        before, now = on.sel(snapshot=last, drop=True), on.sel(snapshot=first, drop=True)
        start = m["Generator-start_up"].sel(name=unit["id"], snapshot=first, drop=True)
        m.add_constraints(start - now + before >= 0, name=f"first start {unit['id']}")
        p_nom = unit["p_nom_mw"] * (1.0 - unit["auxiliary"])
        change = power.sel(snapshot=first, drop=True) - power.sel(snapshot=last, drop=True)
        up, down = (
            n.c.generators.static.at[unit["id"], f"ramp_limit_{side}"] * p_nom for side in ("up", "down")
        )
        if np.isfinite(up):
            m.add_constraints(change - (up - p_nom) * before - p_nom * now <= 0, name=f"first ramp up {unit['id']}")
        if np.isfinite(down):
            m.add_constraints(
                change + (down - p_nom) * now + p_nom * before >= 0, name=f"first ramp down {unit['id']}"
            )


def add_heat_duty(n: pypsa.Network, tables: Tables, arrays: Arrays) -> None:
    """Heat takes gross power from full load (extraction), and asks for a least power (heat-led)."""
    m, units = n.model, tables["thermal_units"]
    names, heat = [u["id"] for u in units], arrays["heat_mw"]
    net = 1.0 - column(units, "auxiliary")
    lost = xr.DataArray(frame(heat * column(units, "power_loss_per_heat") * net, names, n), dims=("snapshot", "name"))
    led = xr.DataArray(frame(heat * column(units, "power_per_heat") * net, names, n), dims=("snapshot", "name"))
    if lost.any():
        full = m.constraints["Generator-com-p-upper"]
        full.rhs = -lost.sel(name=full.indexes["name"])
    if led.any():
        power = m.variables["Generator-p"]
        order = power.indexes["name"]
        power.lower = power.lower.where(~order.isin(names), led.where(led > 0, -np.inf).reindex(name=order))


def add_potline_duty(n: pypsa.Network, tables: Tables) -> None:
    """Metal by the chords above and below nominal, over the whole horizon; and the ramp where it binds."""
    m, step_h = n.model, tables["step_h"]
    for line in tables["potlines"]:
        up, down = (m["Link-p"].sel(name=f"{way} {line['id']}", drop=True) for way in ("up", "down"))
        metal = (line["metal_up_t_per_mwh"] * up - line["metal_down_t_per_mwh"] * down).sum() * step_h
        owed = (line["production_duty"] - 1.0) * line["metal_nom_t_per_h"] * len(n.snapshots) * step_h
        m.add_constraints(metal >= owed, name=f"duty {line['id']}")
        ramp = line["ramp_mw_per_h"] * step_h
        if ramp < line["p_max_mw"] - line["p_min_mw"]:
            change = up - down - up.roll(snapshot=1) + down.roll(snapshot=1)
            m.add_constraints(change <= ramp, name=f"ramp up {line['id']}")
            m.add_constraints(change >= -ramp, name=f"ramp down {line['id']}")


def add_branch_outages(n: pypsa.Network, tables: Tables, arrays: Arrays) -> None:
    """In steps in which branches are out, Kirchhoff's voltage law holds for the cycles of what is left."""
    m, in_service = n.model, arrays["branch_in_service"]
    whole = in_service.all(axis=1)
    if whole.all():
        return
    names = [b["id"] for b in tables["branches"]]
    if "Kirchhoff-Voltage-Law" in m.constraints:
        law = m.constraints["Kirchhoff-Voltage-Law"].lhs
        m.remove_constraints("Kirchhoff-Voltage-Law")
        if whole.any():
            m.add_constraints(law.sel(snapshot=n.snapshots[whole]) == 0, name="Kirchhoff-Voltage-Law")
    patterns, of_step = np.unique(in_service[~whole], axis=0, return_inverse=True)
    for k, pattern in enumerate(patterns):
        steps = n.snapshots[~whole][of_step.ravel() == k]
        rest = pypsa.Network()
        rest.add("Bus", n.c.buses.static.index, v_nom=n.c.buses.static.v_nom)
        standing = {name for name, stands in zip(names, pattern, strict=True) if stands}
        for kind in ("Line", "Transformer"):
            rows = n.c[kind].static
            rows = rows[rows.index.isin(standing)]
            if len(rows):
                rest.add(kind, rows.index, bus0=rows.bus0, bus1=rows.bus1, x=rows.x, s_nom=rows.s_nom)
        cycles = rest.cycle_matrix(apply_weights=True)
        if cycles.empty:
            continue
        law = sum(
            m[f"{kind}-s"].sel(snapshot=steps, name=list(part.index)) @ xr.DataArray(part, dims=("name", "cycle")) * 1e5
            for kind in cycles.index.unique(0)
            for part in [cycles.loc[kind]]
        )
        m.add_constraints(law == 0, name=f"Kirchhoff-Voltage-Law {k}")


def add_rules(n: pypsa.Network, tables: Tables, arrays: Arrays) -> None:
    """Each rule: the sum of coefficient x quantity is not negative. In GWh, for the scale of the matrix."""
    for rule in tables["rules"]:
        total: Any = 0.0
        constant = rule["terms"].get("", 0.0)
        for name, factor in rule["terms"].items():
            if name:
                expression, fixed = quantity(n, tables, arrays, name)
                constant += factor * fixed
                total = total if expression is None else total + 1e-3 * factor * expression
        n.model.add_constraints(total >= -1e-3 * constant, name=f"rule {rule['id']}")


def quantity(n: pypsa.Network, tables: Tables, arrays: Arrays, name: str) -> tuple[Any, float]:
    """Return a year's quantity as an expression (or None) and a constant."""
    m, step_h = n.model, tables["step_h"]
    generators = list(m["Generator-p"].indexes["name"])

    def energy(names: list[str], factor: Any = 1.0) -> Any:
        return (m["Generator-p"].sel(name=names) * factor).sum() * step_h if names else None

    lines = tables["potlines"]
    if name == "renewable_used_mwh":
        return energy([r["id"] for r in tables["renewables"]]), 0.0
    if name == "renewable_available_mwh":
        return None, float(arrays["available_mw"].sum()) * step_h
    if name in ("import_mwh", "export_mwh"):
        return energy([g for g in generators if g.startswith(f"{name[:6]} ")]), 0.0
    if name in ("load_mwh", "aluminium_load_mwh"):
        nominal = float((arrays["potline_in_service"] * column(lines, "p_nom_mw")).sum()) * step_h
        moved = None
        if lines:
            up, down = ([f"{way} {r['id']}" for r in lines] for way in ("up", "down"))
            moved = (m["Link-p"].sel(name=up).sum() - m["Link-p"].sel(name=down).sum()) * step_h
        if name == "aluminium_load_mwh":
            return moved, nominal
        shed = energy([g for g in generators if g.startswith("shed ")], -1.0)
        parts = [part for part in (moved, shed) if part is not None]
        return (sum(parts) if parts else None), nominal + float(arrays["load_mw"].sum()) * step_h
    if name == "co2_t":
        return co2(n, tables), 0.0
    if name in ("storage_mw", "storage_mwh", "renewable_mw"):
        table, field = {
            "storage_mw": ("storages", "p_nom_mw"),
            "storage_mwh": ("storages", "e_nom_mwh"),
            "renewable_mw": ("renewables", "p_nom_mw"),
        }[name]
        return None, float(column(tables[table], field).sum())
    raise ValueError(f"this file does not know the quantity {name}; add it here")


def co2(n: pypsa.Network, tables: Tables) -> Any:
    m, step_h = n.model, tables["step_h"]
    parts = []
    for unit in tables["thermal_units"]:
        t_per_gj = unit["emission_factor_t_per_gj"]
        on, power = (m[f"Generator-{v}"].sel(name=unit["id"]).sum() for v in ("status", "p"))
        parts.append(on * (unit["idle_gj_per_h"] * t_per_gj * step_h))
        parts.append(power * (unit["gj_per_mwh"] * t_per_gj * step_h / (1.0 - unit["auxiliary"])))
    for grid in tables["grids"]:
        if grid["emission_factor_t_per_mwh"]:
            taken = m["Generator-p"].sel(name=f"import {grid['id']}").sum()
            parts.append(taken * (grid["emission_factor_t_per_mwh"] * step_h))
    return sum(parts) if parts else None


# ---- one run ----------------------------------------------------------------------------------------------------


def clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def peak_memory_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


@contextmanager
def quiet() -> Iterator[None]:
    """HiGHS prints its banner before it has read that it should not: standard output is for the JSON alone."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def solved(path: Path, solver: str) -> dict[str, Any]:
    imported_mb = peak_memory_mb()
    tables, arrays = read(path)
    marks = [clocks()]
    n = network_of(tables, arrays)
    marks.append(clocks())
    n.optimize.create_model(linearized_unit_commitment=True, include_objective_constant=False, consistency_check=False)
    add_the_rest(n, tables, arrays)
    marks.append(clocks())
    options = {"solver": solver, "threads": 1, "log_to_console": False, "output_flag": False}
    if solver != "simplex":
        options["run_crossover"] = "off"
    status, condition = n.model.solve(solver_name="highs", io_api="direct", set_names=False, **options)
    marks.append(clocks())
    run_time = n.model.solver_model.getRunTime()
    if status == "ok":
        n.optimize.assign_solution()
    marks.append(clocks())
    steps = ("network", "model", "solve", "read_back")
    spans = {s: [b - a for a, b in zip(marks[k], marks[k + 1], strict=True)] for k, s in enumerate(steps)}
    return {
        "status": condition,
        "objective": float(n.model.objective.value) if status == "ok" else None,
        "wall_s": {step: span[0] for step, span in spans.items()},
        "cpu_s": {step: span[1] for step, span in spans.items()},
        "solver_s": float(run_time),
        "import_s": IMPORTED - BEGAN,
        "memory_after_import_mb": imported_mb,
        "peak_memory_mb": peak_memory_mb(),
        "rows": int(n.model.ncons),
        "columns": int(n.model.nvars),
        "versions": {p: importlib.metadata.version(p) for p in ("pypsa", "linopy", "highspy", "numpy", "pandas")},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", type=Path)
    parser.add_argument("--solver", choices=("simplex", "ipx", "hipo"), default="simplex")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    with quiet():
        result = solved(arguments.case, arguments.solver)
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
