"""What PyPSA has no component for, added to its linopy model: the `extra_functionality` of a dispatch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pypsa
import xarray as xr
from pypsa_network import Arrays, Tables, column, frame


def add_the_rest(n: pypsa.Network, tables: Tables, arrays: Arrays) -> None:
    add_monthly_peaks(n, tables, arrays)
    if tables["thermal_units"]:
        bound_commitment(n, tables, arrays)
        close_thermal_year(n, tables)
        add_heat_duty(n, tables, arrays)
    add_potline_duty(n, tables, arrays)
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
            m.add_constraints(
                taken - (1.0 * peak).sel(month=of_step).drop_vars("month") <= 0, name=f"peak {grid['id']}"
            )
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
        up, down = (n.c.generators.static.at[unit["id"], f"ramp_limit_{side}"] * p_nom for side in ("up", "down"))
        if np.isfinite(up):
            m.add_constraints(change - (up - p_nom) * before - p_nom * now <= 0, name=f"first ramp up {unit['id']}")
        if np.isfinite(down):
            m.add_constraints(change + (down - p_nom) * now + p_nom * before >= 0, name=f"first ramp down {unit['id']}")


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


def add_potline_duty(n: pypsa.Network, tables: Tables, arrays: Arrays) -> None:
    """Metal by the chords above and below nominal, over the steps in service; and the ramp where it binds."""
    m, step_h = n.model, tables["step_h"]
    for k, line in enumerate(tables["potlines"]):
        up, down = (m["Link-p"].sel(name=f"{way} {line['id']}", drop=True) for way in ("up", "down"))
        metal = (line["metal_up_t_per_mwh"] * up - line["metal_down_t_per_mwh"] * down).sum() * step_h
        owed = (
            (line["production_duty"] - 1.0)
            * line["metal_nom_t_per_h"]
            * arrays["potline_in_service"][:, k].sum()
            * step_h
        )
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
