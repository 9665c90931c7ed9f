"""What a dispatch says in figures, for programs and for people."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from holin.dispatch.dispatch import Dispatch
from holin.dispatch.snapshot import SnapshotDispatch

USERS = ("load", "potline")


def snapshot_figures(optimum: SnapshotDispatch) -> dict[str, Any]:
    """Return the optimum of one hour: cost and its proof, then what feeds in, buses and branches, in park order.

    Prices are per MWh; `loading` is |flow| / rating. What is not known or has no limit is NaN.
    """
    table, p_mw = optimum.network.isel(time=0), optimum.schedule.p_mw.isel(time=0)
    kinds, price = table.kind.values.astype(str), table.shadow_price_per_mwh
    return {
        "dc_model": str(optimum.dc_model),
        "objective": optimum.objective,
        "objective_recomputed": optimum.objective_recomputed,
        "bound": optimum.bound,
        "balance_error_mw_max": optimum.balance_error_mw_max,
        "cost": {part: value for part, value in optimum.cost.items() if value},
        "load_mw": float(-p_mw.values[np.isin(kinds, USERS)].sum()),
        "unfed_mw": optimum.unfed_mw,
        "shadow_price_per_mwh": {"min": float(price.min()), "max": float(price.max())},
        "generators": _generators(optimum, kinds),
        "buses": _rows(table, "bus", ("fixed_mw", "v_angle_rad", "shadow_price_per_mwh")),
        "branches": _branches(table),
        "solver": optimum.solver,
        "iterations": optimum.iterations,
        "seconds": optimum.seconds,
    }


def _generators(optimum: SnapshotDispatch, kinds: np.ndarray) -> list[dict[str, Any]]:
    whole = optimum.network.isel(time=0)
    table = whole.isel(unit=~np.isin(kinds, USERS))
    price = whole.shadow_price_per_mwh.sel(bus=table.unit_bus.values).values
    table = table.assign(p_mw=optimum.schedule.p_mw.isel(time=0).sel(unit=table.unit.values))
    rows = _rows(table, "unit", ("p_mw", "p_min_mw", "p_max_mw", "marginal_cost_per_mwh"), ("kind", "unit_bus"))
    return [row | {"shadow_price_per_mwh": float(p)} for row, p in zip(rows, price, strict=True)]


def _branches(table: xr.Dataset) -> list[dict[str, Any]]:
    loading = np.abs(table.p_from_mw) / table.rating_mw
    table = table.assign(loading=loading.where(np.isfinite(table.rating_mw)))
    columns = (
        "p_from_mw", "rating_mw", "loading", "flow_shadow_price_per_mwh", "angle_rad", "angle_min_rad", "angle_max_rad",
        "angle_shadow_price_per_deg",
    )  # fmt: skip
    return _rows(table, "branch", columns, ("bus_from", "bus_to"))


def _rows(table: xr.Dataset, dim: str, columns: tuple[str, ...], words: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    names = (dim, *words, *columns)
    values = [table[n].values.astype(str) if n in (dim, *words) else table[n].values.astype(float) for n in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*(v.tolist() for v in values), strict=True)]


def schedule_figures(optimum: Dispatch) -> dict[str, Any]:
    """Return the optimum of some hours: cost by part and its proof, each unit's energy, the spread of the prices."""
    schedule = optimum.schedule
    p_mw, price = schedule.p_mw, schedule.shadow_price_per_mwh
    return {
        "hours": schedule.sizes["time"],
        "first": str(schedule.time.values[0].astype("datetime64[m]")),
        "last": str(schedule.time.values[-1].astype("datetime64[m]")),
        "objective": optimum.objective,
        "objective_recomputed": optimum.objective_recomputed,
        "balance_error_mw_max": optimum.balance_error_mw_max,
        "cost": {part: value for part, value in optimum.cost.items() if value},
        "shed_mwh": float(schedule.shed_mw.sum()),
        "curtailed_mwh": float((schedule.available_mw - p_mw).sum()),
        "shadow_price_per_mwh": {"min": float(price.min()), "mean": float(price.mean()), "max": float(price.max())},
        "units": [
            {
                "unit": str(unit),
                "kind": str(p_mw.kind.values[k]),
                "energy_mwh": float(p_mw.values[:, k].sum()),
                "p_min_mw": float(p_mw.values[:, k].min()),
                "p_max_mw": float(p_mw.values[:, k].max()),
            }
            for k, unit in enumerate(schedule.unit.values)
        ],
        "solver": optimum.solver,
        "iterations": optimum.iterations,
        "seconds": optimum.seconds,
    }
