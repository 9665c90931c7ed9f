"""A schedule of the hours ahead as plain values: what `holin dispatch --day --json` prints."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from holin.calendar import local
from holin.dispatch.ahead import Ahead
from holin.dispatch.breaches import Breach, in_words
from holin.dispatch.explanations import explanations_of, in_full
from holin.dispatch.reason_words import reason_in_words
from holin.dispatch.reasons import Reason, reasons_of
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
        "reason": made.reason,
        "state_faults": [str(fault) for fault in made.state_faults],
        **explanation_figures(made),
        "reasons": [reason_figures(made, r) for r in reasons_of(made) if r.step < steps],
        "schedule": schedule_plain(made, steps),
        "solver": made.solution.linear.solver,
        "solves": made.solves,
        "seconds": made.seconds,
    }


def explanation_figures(made: Ahead) -> dict[str, Any]:
    """Return why a schedule breaks what it breaks, in both languages."""
    told = explanations_of(made)
    return {
        "explanation": [in_full(made.window, x) for x in told],
        "explanation_zh": [in_full(made.window, x, "zh") for x in told],
    }


def reason_figures(made: Ahead, reason: Reason) -> dict[str, Any]:
    """Return why a step has its price as plain values, in both languages; `parts` add up to the price."""
    return {
        "time": _z(made.window.case.hours.time[reason.step]),
        "place": reason.place,
        "price_per_mwh": reason.price_per_mwh,
        "unit": reason.unit,
        "parts": [{"kind": p.kind, "element": p.element, "per_mwh": p.per_mwh} for p in reason.parts],
        "binding": [{"kind": b.kind, "element": b.element, "saves": b.saves} for b in reason.binding],
        "en": reason_in_words(made.window, reason),
        "zh": reason_in_words(made.window, reason, "zh"),
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
