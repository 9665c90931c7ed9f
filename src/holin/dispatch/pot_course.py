"""How the heat of each potline's pots goes along a schedule: curves for a chart, figures for a table."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from holin.dispatch.ahead import Ahead
from holin.operation import potline_line
from holin.potline.heat import heat_envelope, pot_of, shell_setpoints, simulate_heat

CM_PER_M = 100.0
CURVES = (
    "bath_temp_c", "liquidus_temp_c", "superheat_c", "superheat_min_c", "superheat_max_c", "ledge_m", "metal_t",
)  # fmt: skip


def pot_courses(made: Ahead, steps: int) -> dict[str, xr.Dataset]:
    """Return the full model's steps (`simulate_heat`) of the first `steps` steps of a schedule, by potline.

    Columns of CURVES, `power_mw` and `in_window`, with the attributes that `picture.heat_chart_svg` asks for: the heat
    that the schedule was checked with (table AHEAD). In planned outages all but the power is missing, as there.
    """
    case, ahead = made.window.case, made.ahead.isel(time=slice(0, steps))
    courses = {}
    for potline in case.park.potlines:
        power = np.maximum(-made.schedule.p_mw.sel(unit=potline.id).values[:steps], 0.0)
        cooling = ahead.cooling_mw.sel(potline=potline.id).values
        begun = made.window.state.potline[potline.id].heat.model
        factors = shell_setpoints(potline, heat_envelope(potline, case.hours.step_h), power, cooling, start=begun)
        run = simulate_heat(pot_of(potline), power, step_h=case.hours.step_h, shell_factor=factors, start=begun)
        known = ahead.bath_temp_c.sel(potline=potline.id).notnull().values
        told = run.steps[list(CURVES)].where(xr.DataArray(known, dims="time"))
        inside = run.steps.in_window.values | ~known
        courses[potline.id] = told.assign(power_mw=("time", power), in_window=("time", inside))
    return courses


def pot_figures(made: Ahead, steps: int) -> dict[str, dict[str, Any]]:
    """Return by potline what its pots come to at each of the first `steps` steps, as plain lists (None: outage)."""
    part, figures = made.ahead.isel(time=slice(0, steps)), {}
    for potline in map(str, part.potline.values):
        line = part.sel(potline=potline)
        columns = {
            "bath_temp_c": line.bath_temp_c, "superheat_min_c": line.superheat_min_c,
            "superheat_max_c": line.superheat_max_c, "ledge_cm": line.ledge_m * CM_PER_M, "metal_t": line.metal_t,
        }  # fmt: skip
        figures[potline] = {name: column.values.tolist() for name, column in columns.items()}
    return figures


def pot_summary(made: Ahead, steps: int) -> list[dict[str, Any]]:
    """Return by potline the extremes of power and heat over the first `steps` steps, their windows, and the metal.

    `metal_nominal_t` is what nominal power would make in steps without a planned outage; extremes are None where a
    line is out all the time.
    """
    rows, courses = [], pot_courses(made, steps)
    for potline in made.window.case.park.potlines:
        course, figures = courses[potline.id], pot_of(potline).figures
        on_h = float(course.bath_temp_c.notnull().sum()) * made.window.case.hours.step_h
        rows.append(
            {
                "potline": potline.id,
                "power_mw": _span(course.power_mw),
                "bath_temp_c": _span(course.bath_temp_c),
                "superheat_c": [_span(course.superheat_min_c)[0], _span(course.superheat_max_c)[1]],
                "superheat_window_c": [figures.superheat_min_c, figures.superheat_max_c],
                "ledge_cm": _span(course.ledge_m * CM_PER_M),
                "ledge_window_cm": [figures.ledge_min_m * CM_PER_M, figures.ledge_max_m * CM_PER_M],
                "metal_t": float(course.metal_t.sum()),
                "metal_nominal_t": potline_line(potline).metal_nom_t_per_h * on_h,
                "in_window": bool(course.in_window.all()),
            }
        )
    return rows


def _span(column: xr.DataArray) -> list[float | None]:
    known = column.values[np.isfinite(column.values)]
    return [float(known.min()), float(known.max())] if len(known) else [None, None]
