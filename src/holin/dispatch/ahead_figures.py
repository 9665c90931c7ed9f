"""A schedule of the hours ahead as plain values: what `holin dispatch --day --json` prints."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from holin.calendar import local
from holin.dispatch.ahead import Ahead
from holin.dispatch.breaches import Breach, in_words
from holin.kernel.linear import Floats

KIND_GROUPS = {
    "wind": ("wind_farm",),
    "pv": ("pv_plant",),
    "thermal": ("thermal_unit",),
    "other": ("generator",),
    "storage": ("storage",),
    "grid": ("grid",),
    "load": ("load",),
    "potline": ("potline",),
}
"""What a table of a day sums up -> kinds of units; users are negative."""


def ahead_figures(made: Ahead, steps: int) -> dict[str, Any]:
    """Return a schedule's proof, breaches and its first `steps` steps as plain values (times are UTC with a Z)."""
    return {
        "objective": made.objective,
        "objective_recomputed": made.objective_recomputed,
        "bound": made.bound,
        "mip_gap": made.mip_gap,
        "status": made.status,
        "cost": {name: float(value) for name, value in made.cost.items()} | {"wishes": made.wishes_cost},
        "balance_error_mw_max": made.balance_error_mw_max,
        "breaches": [breach_figures(made, b) for b in made.breaches],
        "explanation": [in_words(made.window, b) for b in made.breaches],
        "schedule": schedule_plain(made, steps),
        "solver": made.solution.linear.solver,
        "solves": made.solves,
        "seconds": made.seconds,
    }


def breach_figures(made: Ahead, breach: Breach) -> dict[str, Any]:
    """Return a breach as plain values, in both languages."""
    time = made.window.case.hours.time
    return {
        "kind": breach.kind,
        "element": breach.element,
        "unit": breach.unit,
        "duty": breach.duty,
        "amount": breach.amount,
        "total": breach.total,
        "steps": breach.steps,
        "first": _z(time[breach.first]),
        "worst": _z(time[breach.worst]),
        "cost": breach.cost,
        "en": in_words(made.window, breach),
        "zh": in_words(made.window, breach, "zh"),
    }


def schedule_plain(made: Ahead, steps: int) -> dict[str, Any]:
    """Return the first steps of a schedule as lists by unit."""
    plan, beside = made.schedule.isel(time=slice(0, steps)), made.ahead.isel(time=slice(0, steps))
    return {
        "time": [_z(t) for t in plan.time.values],
        "step_h": made.window.case.hours.step_h,
        "p_mw": _by(plan.p_mw, "unit"),
        "available_mw": {u: v for u, v in _by(plan.available_mw, "unit").items() if not np.isnan(v).all()},
        "committed": _by(plan.committed, "thermal_unit"),
        "soc_mwh": _by(plan.soc_mwh, "storage"),
        "heat_mw": _by(plan.heat_mw, "thermal_unit"),
        "shed_mw": {name: v for name, v in _by(plan.shed_mw, "load").items() if max(v) > 0},
        "price_per_mwh": beside.price_per_mwh.values.tolist(),
        "reserve_asked_mw": _by(beside.reserve_asked_mw, "reserve"),
        "reserve_held_mw": _by(beside.reserve_held_mw, "reserve"),
    }


def _by(column: Any, dim: str) -> dict[str, list[float]]:
    return {str(name): column.sel({dim: name}).values.tolist() for name in column[dim].values}


def _z(time: np.datetime64) -> str:
    return f"{np.datetime_as_string(time, unit='s')}Z"


def day_table(made: Ahead, steps: int, *, every_h: float = 1.0) -> pd.DataFrame:
    """Return the first steps of a schedule as means over `every_h` hours by group of units (MW), price and storage.

    Index: local time. Columns: those of KIND_GROUPS that the park has, `soc_mwh`, `price_per_mwh`, `units_on`.
    """
    window = made.window
    plan, beside = made.schedule.isel(time=slice(0, steps)), made.ahead.isel(time=slice(0, steps))
    kinds = plan.kind.values
    columns: dict[str, Floats] = {
        group: plan.p_mw.values[:, np.isin(kinds, names)].sum(axis=1)
        for group, names in KIND_GROUPS.items()
        if np.isin(kinds, names).any()
    }
    columns["soc_mwh"] = plan.soc_mwh.values.sum(axis=1)
    columns["price_per_mwh"] = beside.price_per_mwh.values
    columns["units_on"] = (plan.committed.values > 0.5).sum(axis=1).astype(float)
    count = max(1, round(every_h / window.case.hours.step_h))
    clock = local(plan.time.values, window.case.park.facts.time_zone)
    table = pd.DataFrame(columns, index=clock)
    grouped = table.groupby(np.arange(len(table)) // count)
    means = grouped.mean()
    means["soc_mwh"] = grouped["soc_mwh"].last()
    means.index = clock[::count]
    return means
