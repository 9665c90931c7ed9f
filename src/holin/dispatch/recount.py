"""The proof of a window: its cost from the schedule alone, its balance, and every row of the problem once more."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import xarray as xr

from holin.dispatch.limits import units_at_buses
from holin.dispatch.window import Window
from holin.errors import CheckFailed
from holin.kernel.linear import Floats, LinearProblem
from holin.operation import (
    Hours,
    Peaks,
    StartKind,
    State,
    nominal_potline_mw,
    operating_cost,
    potline_line,
    slice_costs_per_mwh,
    start_kinds,
    start_powers_mw,
)
from holin.park import Park, Storage, ThermalUnit

ROW_TOLERANCE = 1e-5
"""By how much a row of the problem may be missed, relative to its size."""


def running_cost(
    park: Park, hours: Hours, state: State, schedule: xr.Dataset, *, counted: Peaks | None = None
) -> dict[str, float]:
    """Return what a schedule costs to run, by part (currency), from its figures and the state it began in.

    The parts of `operating_cost` (`counted` is its own); starts by the time that the unit was off before, stops, and
    storage wear by the depth of cycles; anode effects of potlines' rises.
    """
    parts = operating_cost(park, schedule, hours, counted=counted)
    parts["start"] = parts["stop"] = 0.0
    for unit in park.thermal_units:
        on = schedule.committed.sel(thermal_unit=unit.id).values > 0.5
        before = state.thermal[unit.id]
        parts["start"] += start_cost(unit, on, before.on, before.in_state_h, hours.step_h)
        stops = int(before.on and not on[0]) + int(np.sum(on[:-1] & ~on[1:]))
        parts["stop"] += unit.stop_cost * stops
    parts["anode_effect"] = _anode_effect_cost(park, hours, state, schedule)
    parts["storage_wear"] = sum(
        wear_cost(
            unit,
            state.soc_mwh[unit.id],
            schedule.charge_mw.sel(storage=unit.id).values * hours.step_h,
            schedule.discharge_mw.sel(storage=unit.id).values * hours.step_h,
        )
        for unit in park.storages
    )
    return parts


def start_cost(unit: ThermalUnit, on: np.ndarray, was_on: bool, in_state_h: float, step_h: float) -> float:
    """Return the cost of the starts of one unit (time,), each by how long it was off."""
    return sum(kind.cost for kind in starts_of(unit, on, was_on, in_state_h, step_h) if kind is not None)


def starts_of(
    unit: ThermalUnit, on: np.ndarray, was_on: bool, in_state_h: float, step_h: float
) -> list[StartKind | None]:
    """Return the kind of start in each step of a path (time,), None where there is none."""
    found: list[StartKind | None] = []
    off_h, running = 0.0 if was_on else in_state_h, was_on
    for now in on:
        fits = (k for k in start_kinds(unit) if off_h < k.off_to_h or math.isinf(k.off_to_h))
        found.append(next(fits) if now and not running else None)
        off_h = 0.0 if now else off_h + step_h
        running = bool(now)
    return found


def _anode_effect_cost(park: Park, hours: Hours, state: State, schedule: xr.Dataset) -> float:
    """Return what the rises of potlines' power cost: of what is drawn above nominal, which is none out of service."""
    nominal, total = nominal_potline_mw(park, hours), 0.0
    for k, potline in enumerate(park.potlines):
        above = -schedule.p_mw.sel(unit=potline.id).values - nominal[:, k]
        was = state.potline[potline.id].power_mw
        first = above[0] if was is None else was - float(potline_line(potline).p_nom_mw)
        rises = np.maximum(np.diff(above, prepend=first), 0.0)
        total += potline.anode_effect_cost_per_mw * float(rises.sum())
    return total


def wear_cost(unit: Storage, start_mwh: float, charged_mwh: Floats, discharged_mwh: Floats) -> float:
    """Return the ageing of a path of charges and discharges (step,) at the bus: cheap slices of depth go first."""
    costs = slice_costs_per_mwh(unit)
    size = unit.e_nom_mwh / len(costs) if len(costs) > 1 else math.inf
    held = np.clip(start_mwh - size * np.arange(len(costs)), 0.0, size) if len(costs) > 1 else np.array([math.inf])
    total = 0.0
    for into, out in zip(charged_mwh, discharged_mwh, strict=True):
        rest = into * unit.efficiency_charge
        for j in range(len(costs)):
            more = min(rest, size - held[j]) if len(costs) > 1 else 0.0
            held[j], rest = held[j] + more, rest - more
        rest = out / unit.efficiency_discharge
        for j in range(len(costs)):
            less = min(rest, held[j])
            held[j], rest = held[j] - less, rest - less
            total += less * unit.efficiency_discharge * costs[j]
        total += max(rest, 0.0) * unit.efficiency_discharge * costs[-1]
    return total


def check_rows(problem: LinearProblem, values: Floats) -> None:
    """Raise CheckFailed where the point misses a bound or a row of the problem, or a whole number is not whole."""
    used = problem.matrix @ values
    size = np.maximum(1.0, abs(problem.matrix) @ np.abs(values)) * ROW_TOLERANCE
    wrong = (used < problem.row_lower - size) | (used > problem.row_upper + size)
    room = ROW_TOLERANCE * np.maximum(1.0, np.abs(values))
    out = (values < problem.lower - room) | (values > problem.upper + room)
    broken = [name for name, rows in problem.rows.items() if wrong[rows].any()]
    broken += [name for name, columns in problem.variables.items() if out[columns].any()]
    whole = values[problem.integer]
    if np.abs(whole - np.round(whole)).max(initial=0.0) > 1e-5:
        broken.append("whole numbers")
    if broken:
        raise CheckFailed(f"the solver's point does not meet {', '.join(broken)}; do not use it")


def balance_error_mw(window: Window, schedule: xr.Dataset, missing: Sequence[Floats]) -> float:
    """Return the largest power that is nowhere accounted for in an island and step; `missing` (time,) by island is what
    the balance was let off."""
    case = window.case
    net = (units_at_buses(schedule) - schedule.loss_mw).values
    errors = [
        float(np.abs(np.where(case.islands.number == k, net, 0.0).sum(axis=1) + off).max(initial=0.0))
        for k, off in enumerate(missing)
    ]
    return max(errors, default=0.0)


def check_commitment(window: Window, schedule: xr.Dataset) -> None:
    """Raise CheckFailed where minimum times or a start's trajectory are not kept, told from the schedule alone."""
    step_h, wrong = window.case.hours.step_h, []
    for unit in window.case.park.thermal_units:
        on = schedule.committed.sel(thermal_unit=unit.id).values > 0.5
        out = window.case.hours.out.get(unit.id, np.zeros(len(on), dtype=bool))
        state = window.state.thermal[unit.id]
        wrong += _short_times(unit, on, out, state.on, state.in_state_h, step_h)
        powers = start_powers_mw(unit, step_h)
        gross = schedule.gross_mw.sel(thermal_unit=unit.id).values
        for t in np.flatnonzero(on & ~np.concatenate([[state.on], on[:-1]])).tolist():
            first = max(t - len(powers), 0)
            asked = powers[len(powers) - (t - first) :] if t > first else np.zeros(0)
            if np.abs(gross[first:t] - asked).max(initial=0.0) > 1e-4:
                wrong.append(f"{unit.id} does not follow its start trajectory before step {t}")
    if wrong:
        raise CheckFailed("; ".join(wrong))


def _short_times(
    unit: ThermalUnit, on: np.ndarray, out: np.ndarray, was_on: bool, in_state_h: float, step_h: float
) -> list[str]:
    """Return where a unit stays on or off for less than it must, unless an outage ended or the window cut it off."""
    wrong, since, running = [], in_state_h, was_on
    for t, now in enumerate(on):
        if bool(now) != running:
            least = unit.min_up_h if running else unit.min_down_h
            if since < least - 1e-6 and not (running and out[t]):
                wrong.append(f"{unit.id} changes at step {t} after {since:g} h, not {least:g} h")
            running, since = bool(now), 0.0
        since += step_h
    return wrong
