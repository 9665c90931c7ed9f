"""The pots along a schedule, followed with the full model of their heat: no schedule is published without."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from holin.dispatch.breaches import Breach, breach_by_step
from holin.dispatch.window import Window
from holin.errors import CheckFailed
from holin.kernel.linear import Floats
from holin.operation import HeatSpare
from holin.park import out_of_service
from holin.potline.heat import heat_envelope, outside_window, pot_of, shell_setpoints, simulate_heat

SHOWN = ("bath_temp_c", "superheat_min_c", "superheat_max_c", "ledge_m", "metal_t")
TOLERANCE_C = 1e-3
TOLERANCE_CM = 1e-3
TOLD = ("cold", "hot", "thin", "thick", "deep_cut", "full_stop", "unfed")
"""Kinds of breach that say already what the pots bear."""


def pots_of(window: Window, schedule: xr.Dataset, cooling_mw: Floats) -> dict[str, Floats]:
    """Return what the full model makes of a schedule, each (time, potline); NaN in planned outages.

    Columns of SHOWN: bath at the end of a step, extremes of superheat within it, ledge at its end, metal made.
    """
    case = window.case
    columns = {name: np.full((case.hours.count, len(case.park.potlines)), np.nan) for name in SHOWN}
    planned = out_of_service(case.park, case.hours.time)
    for k, potline in enumerate(case.park.potlines):
        power = np.maximum(-schedule.p_mw.sel(unit=potline.id).values, 0.0)
        begun = window.state.potline[potline.id].heat.model
        envelope = heat_envelope(potline, case.hours.step_h)
        factors = shell_setpoints(potline, envelope, power, cooling_mw[:, k], start=begun)
        run = simulate_heat(pot_of(potline), power, step_h=case.hours.step_h, shell_factor=factors, start=begun)
        shown = ~planned.get(potline.id, np.zeros(case.hours.count, dtype=bool))
        for name in SHOWN:
            columns[name][:, k] = np.where(shown, run.steps[name].values, np.nan)
    return columns


def over(window: Window, ahead: xr.Dataset, breaches: Sequence[Breach]) -> dict[str, HeatSpare]:
    """Return by how much the full model leaves the window that the schedule says it keeps, by potline.

    Superheat at its extremes within the steps, ledge at their ends. A line that has a planned outage, begins outside
    its window (`faults_of_state` says so), or leaves it as a breach, is known already.
    """
    told = {b.element for b in breaches if b.kind in TOLD}
    found: dict[str, HeatSpare] = {}
    for potline in window.case.park.potlines:
        pot = pot_of(potline)
        heat = {name: ahead[name].sel(potline=potline.id).values for name in SHOWN}
        begun = outside_window(pot, window.state.potline[potline.id].heat.model)
        if potline.id in told or max(begun) > 0.0 or np.isnan(heat["ledge_m"]).any():
            continue
        f = pot.figures
        superheat_c = _outside(heat["superheat_min_c"], heat["superheat_max_c"], f.superheat_min_c, f.superheat_max_c)
        ledge_cm = 100 * _outside(heat["ledge_m"], heat["ledge_m"], f.ledge_min_m, f.ledge_max_m)
        beyond = HeatSpare(
            superheat_c=superheat_c if superheat_c > TOLERANCE_C else 0.0,
            ledge_cm=ledge_cm if ledge_cm > TOLERANCE_CM else 0.0,
        )
        if beyond != HeatSpare():
            found[potline.id] = beyond
    return found


def _outside(low: Floats, high: Floats, least: float, most: float) -> float:
    return float(max(least - low.min(), high.max() - most))


def check_pots(window: Window, ahead: xr.Dataset, breaches: Sequence[Breach]) -> None:
    """Raise CheckFailed where the full model leaves the window that the schedule says it keeps."""
    for potline, beyond in over(window, ahead, breaches).items():
        parts = [f"{beyond.superheat_c:.2f} K of superheat"] if beyond.superheat_c else []
        parts += [f"{beyond.ledge_cm:.2f} cm of ledge"] if beyond.ledge_cm else []
        raise CheckFailed(
            f"the pots of {potline} leave their window by {' and '.join(parts)} in the full model of their heat, "
            "though the schedule says that they stay in it; do not use this schedule"
        )


def pot_breaches(window: Window, ahead: xr.Dataset, breaches: Sequence[Breach]) -> tuple[Breach, ...]:
    """Return where the full model leaves the window of superheat or ledge, for lines that do not say so already.

    For a schedule that no search has confirmed: it is not refused, it says what its pots come to.
    """
    told = {b.element for b in breaches if b.kind in TOLD}
    found: list[Breach] = []
    for potline in (p for p in window.case.park.potlines if p.id not in told):
        figures, line = pot_of(potline).figures, ahead.sel(potline=potline.id)
        beyond = {
            "cold": figures.superheat_min_c - line.superheat_min_c.values,
            "hot": line.superheat_max_c.values - figures.superheat_max_c,
            "thin": 100.0 * (figures.ledge_min_m - line.ledge_m.values),
            "thick": 100.0 * (line.ledge_m.values - figures.ledge_max_m),
        }
        for kind, by in beyond.items():
            amount = np.where(by > TOLERANCE_C, by, 0.0)  # in a planned outage it is not known, and not asked
            found += breach_by_step(window, kind, potline.id, np.arange(len(by)), amount, np.zeros(len(by)))
    return tuple(found)
