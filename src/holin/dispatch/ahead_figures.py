"""A schedule of the hours ahead as plain values: what `holin dispatch --day --json` prints."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from holin.calendar import local
from holin.dispatch.ahead import Ahead, status_of
from holin.dispatch.breaches import Breach, in_words, within
from holin.dispatch.causes import spans_of
from holin.dispatch.explanations import explanations_of, in_full
from holin.dispatch.pot_course import pot_figures, pot_summary
from holin.dispatch.reason_words import reason_in_words
from holin.dispatch.reasons import Reason, reasons_of
from holin.dispatch.what_if import Difference
from holin.dispatch.wishes import wishes_by_kind
from holin.kernel.linear import Floats

LEAST_MOVED_MWH = 0.1

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
    """Return a schedule's proof, and of its first `steps` steps cost, breaches and figures as plain values.

    `cost` and `cost_beyond` (that of the steps after the first) and `wishes` add up to the objective. Times are UTC
    with a Z. `status` and `breaches` are those of the first steps, `breaches_beyond` says what gives way after them.
    """
    cost = made.cost_of_first(steps)
    first = replace(made, breaches=within(made.breaches, steps))
    alike = {(b.kind, b.element) for b in first.breaches}
    told_before = made.status.startswith("fallback")
    return {
        "objective": made.objective,
        "objective_recomputed": made.objective_recomputed,
        "bound": made.bound,
        "mip_gap": made.mip_gap,
        "status": made.status if told_before else status_of(first.breaches, proven=made.solution.proven),
        "cost": {name: float(value) for name, value in cost.items()},
        "cost_beyond": {name: float(value - cost[name]) for name, value in made.cost.items()},
        "wishes": made.wishes_cost,
        "wishes_by_kind": wishes_by_kind(made.window, made.problem, made.solution.linear.values, made.limits),
        "balance_error_mw_max": made.balance_error_mw_max,
        "breaches": [breach_figures(made, b) for b in first.breaches],
        "breaches_beyond": [breach_figures(made, b) for b in made.breaches if (b.kind, b.element) not in alike],
        "reason": made.reason,
        "state_faults": [str(fault) for fault in made.state_faults],
        **explanation_figures(first),
        "reasons": [reason_figures(made, r) for r in reasons_of(made) if r.step < steps],
        "schedule": schedule_plain(made, steps),
        "pots": pot_summary(made, steps),
        "solver": made.solution.linear.solver,
        "solves": made.solves,
        "seconds": made.seconds,
    }


def difference_figures(found: Difference, steps: int) -> dict[str, Any]:
    """Return what differs in the first steps of two schedules as plain values: after less before.

    `cost` is by part; `energy_mwh` by unit (+ into the network), where it moves by more than 0.1 MWh; `switched` names
    each run of steps in which a unit is on in one schedule only.
    """
    before, after = found.before, found.after
    costs = [made.cost_of_first(steps) for made in (before, after)]
    hours = before.window.case.hours
    energy = found.p_mw.isel(time=slice(0, steps)).sum("time") * hours.step_h
    moved = {str(unit): float(mwh) for unit, mwh in zip(energy.unit.values, energy.values, strict=True)}
    switched = [
        {
            "unit": str(unit),
            "on": bool(turn.values[first] > 0),
            "from": _z(hours.time[first]),
            "hours": (last + 1 - first) * hours.step_h,
        }
        for unit in found.committed.thermal_unit.values
        for turn in [found.committed.sel(thermal_unit=unit).isel(time=slice(0, steps)).round()]
        for first, last in spans_of(tuple(np.flatnonzero(turn.values).tolist()))
    ]
    return {
        "cost": {name: float(costs[1][name] - costs[0].get(name, 0.0)) for name in costs[1]},
        "energy_mwh": {unit: mwh for unit, mwh in moved.items() if abs(mwh) > LEAST_MOVED_MWH},
        "switched": switched,
        "new": [breach_figures(after, b) for b in within(found.new, steps)],
        "gone": [breach_figures(before, b) for b in within(found.gone, steps)],
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
        "binding": [
            {"kind": b.kind, "element": b.element, "saves": b.saves, "unit": b.unit, "passed": b.passed}
            for b in reason.binding
        ],
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
        "potline": pot_figures(made, steps),
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
