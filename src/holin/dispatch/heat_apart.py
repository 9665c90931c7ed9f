"""The heat of pots worked out after the powers: most schedules come nowhere near its limits, and solve faster without.

Only lines without exchangers: what is asked of exchangers is decided together with the heat.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from holin.kernel.linear import Floats, LinearProblem
from holin.kernel.parts import columns_by_rows

HEAT_ROWS = ("heat_", "superheat_", "ledge_", "efficiency_loss")
"""How the rows of a line's heat begin; the line's id stands behind the first full stop."""

LEFT = {"cold": "superheat_low", "hot": "superheat_high", "thin": "ledge_low", "thick": "ledge_high"}
"""Columns outside the window -> rows that they let off."""


def lines_apart(problem: LinearProblem) -> set[str]:
    """Return the potlines whose heat follows from their power alone."""
    lines = {name.partition(".")[2] for name in problem.variables if name.startswith("efficiency_loss.")}
    return {line for line in lines if f"cooling.{line}" not in problem.variables}


def heat_rows(problem: LinearProblem, lines: Collection[str]) -> NDArray[np.bool_]:
    """Return which rows (row,) are the heat of these potlines."""
    found = np.zeros(len(problem.row_lower), dtype=bool)
    for name, rows in problem.rows.items():
        kind, _, line = name.partition(".")
        if kind.startswith(HEAT_ROWS) and line in lines:
            found[rows] = True
    return found


def with_heat(problem: LinearProblem, values: Floats, lines: Collection[str]) -> Floats:
    """Return a point with the heat of these potlines as their power makes it, and what of metal is short by it."""
    values = values.copy()
    for line in sorted(lines):
        heat, loss = problem.variables[f"heat.{line}"], problem.variables[f"efficiency_loss.{line}"]
        rows = [problem.rows[f"heat_{j}.{line}"] for j in range(heat.shape[1])]
        values[heat] = columns_by_rows(problem, values, heat, np.stack(rows, axis=1))
        values[loss] = 0.0
        values[loss] = np.maximum(-_used(problem, values, problem.rows[f"efficiency_loss.{line}"]), 0.0)
        for column, row in LEFT.items():
            columns = problem.variables[f"{column}.{line}"]
            values[columns] = 0.0
            held = [rows for name, rows in problem.rows.items() if _is_of(name, row, line)]
            values[columns] = np.max([_missed(problem, values, rows) for rows in held], axis=0)
        short = problem.variables[f"metal_short.{line}"]
        values[short] = 0.0
        values[short] = _missed(problem, values, problem.rows[f"duty.{line}"])
    return values


def outside(problem: LinearProblem, values: Floats, lines: Collection[str], least: float) -> set[str]:
    """Return the potlines that leave their window by at least so many K or cm."""
    return {
        line
        for line in lines
        if any(values[problem.variables[f"{column}.{line}"]].max(initial=0.0) >= least for column in LEFT)
    }


STEPS_OF_POWER = ("up", "down")
EMERGENCY = ("deep_cut", "full_stop")
WITHIN = 1e-6
"""A damped line stays so far, as a part of its way, from the edge of its window."""


def damped(problem: LinearProblem, values: Floats, line: str) -> dict[str, Floats] | None:
    """Return the deviations from nominal power (`up.P`, `down.P`) of a line that leaves its window, made smaller by one
    factor until it keeps it; None where nominal power does not keep it either, or the line is cut.

    Heat is linear in power: between nominal power and the point's the first row that is missed says how far to go.
    """
    if any(values[problem.variables[f"{rung}.{line}"]].max(initial=0.0) > WITHIN for rung in EMERGENCY):
        return None
    moved = {f"{side}.{line}": values[problem.variables[f"{side}.{line}"]] for side in STEPS_OF_POWER}
    still = values.copy()
    for name in moved:
        still[problem.variables[name]] = 0.0
    rows = [r for name, r in problem.rows.items() if any(_is_of(name, row, line) for row in LEFT.values())]
    held = np.concatenate(rows)
    at_rest, at_point = (
        _used(problem, _unpaid(problem, with_heat(problem, v, [line]), line), held) for v in (still, values)
    )
    lower, upper = problem.row_lower[held], problem.row_upper[held]
    if (at_rest < lower).any() or (at_rest > upper).any():
        return None
    room = np.where(at_point < lower, at_rest - lower, np.where(at_point > upper, upper - at_rest, np.inf))
    way = np.maximum(np.abs(at_point - at_rest), WITHIN)
    factor = max(min(1.0, float((room / way).min(initial=np.inf))) - WITHIN, 0.0)
    return {name: factor * deviation for name, deviation in moved.items()}


def _unpaid(problem: LinearProblem, values: Floats, line: str) -> Floats:
    """Return a point without what lets its window's rows off."""
    bare = values.copy()
    for column in LEFT:
        bare[problem.variables[f"{column}.{line}"]] = 0.0
    return bare


def _is_of(name: str, row: str, line: str) -> bool:
    kind, _, its = name.partition(".")
    return kind.startswith(row) and its == line


def _used(problem: LinearProblem, values: Floats, rows: np.ndarray) -> Floats:
    used: Floats = problem.matrix[rows] @ values
    return used


def _missed(problem: LinearProblem, values: Floats, rows: np.ndarray) -> Floats:
    """By how much rows are missed on either side."""
    used = _used(problem, values, rows)
    missed: Floats = np.maximum(np.maximum(problem.row_lower[rows] - used, used - problem.row_upper[rows]), 0.0)
    return missed
