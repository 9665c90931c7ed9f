"""The pots along a schedule, followed with the full model of their heat: no schedule is published without."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from holin.dispatch.breaches import Breach
from holin.dispatch.window import Window
from holin.errors import CheckFailed
from holin.kernel.linear import Floats
from holin.park import out_of_service
from holin.potline.heat import heat_envelope, pot_of, shell_setpoints, simulate_heat

SHOWN = ("bath_temp_c", "superheat_min_c", "superheat_max_c", "ledge_m", "metal_t")
TOLERANCE_C = 1e-3
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


def over_c(window: Window, ahead: xr.Dataset, breaches: Sequence[Breach]) -> dict[str, float]:
    """Return by how many K the full model leaves the window of superheat that the schedule says it keeps, by potline.

    A line that has a planned outage, or leaves the window as a breach, says so already.
    """
    told = {b.element for b in breaches if b.kind in TOLD}
    over: dict[str, float] = {}
    for potline in window.case.park.potlines:
        figures = pot_of(potline).figures
        low = ahead.superheat_min_c.sel(potline=potline.id).values
        high = ahead.superheat_max_c.sel(potline=potline.id).values
        if potline.id in told or np.isnan(low).any():
            continue
        beyond = max(figures.superheat_min_c - low.min(), high.max() - figures.superheat_max_c)
        if beyond > TOLERANCE_C:
            over[potline.id] = float(beyond)
    return over


def check_pots(window: Window, ahead: xr.Dataset, breaches: Sequence[Breach]) -> None:
    """Raise CheckFailed where the full model leaves the window of superheat that the schedule says it keeps."""
    for potline, beyond in over_c(window, ahead, breaches).items():
        raise CheckFailed(
            f"the pots of {potline} leave their window of superheat by {beyond:.2f} K in the full model of their heat, "
            "though the schedule says that they stay in it; do not use this schedule"
        )
