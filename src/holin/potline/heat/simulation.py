"""The full heat model through time: many trajectories of power at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from holin.errors import Mismatch
from holin.potline.heat.flows import numbers_of
from holin.potline.heat.formulas import (
    BATH,
    COOLEST,
    END_LIQUIDUS,
    END_SUPERHEAT,
    FACTOR,
    HOTTEST,
    LEDGE,
    LINING_NODE,
    SUMMED,
    THICKEST,
    THINNEST,
    run,
)
from holin.potline.heat.pot import HeatState, Pot, liquid_share, state_of
from holin.potline.physics import FARADAY_KG_PER_KAH, ac_power_mw, amperage_ka

Floats = NDArray[np.float64]

SUBSTEP_H = 1 / 12
"""Five minutes: the quickest time constant of the reference pot is 0.13 h (bath against lining and ledge), the method
of Runge and Kutta is stable up to 2.8 time constants, and half of it changes no superheat by 0.02 K where the power
jumps by half of nominal every quarter-hour."""

OUTPUTS = {
    "power_mw": "AC power of the whole line in the step, MW",
    "bath_temp_c": "bath and metal at the end of the step, degC",
    "liquidus_temp_c": "liquidus of the bath at the end of the step, degC",
    "superheat_c": "bath over liquidus at the end of the step, K",
    "superheat_min_c": "lowest superheat within the step, K",
    "superheat_max_c": "highest superheat within the step, K",
    "lining_temp_c": "lining node at the end of the step, degC",
    "ledge_m": "ledge at the end of the step, m",
    "liquid_share": "least liquid bath / nominal within the step",
    "shell_factor": "heat transfer of the shell / natural, at the end of the step",
    "metal_t": "metal of the whole line within the step, t",
    "current_efficiency": "metal / Faraday metal within the step; nan without current",
    "dc_energy_mwh": "energy into the pots of the line within the step, MWh",
    "reaction_mwh": "taken up by reaction and alumina, MWh",
    "top_mwh": "lost through the top, MWh",
    "side_mwh": "lost through ledge and side shell, MWh",
    "lining_mwh": "lost through lining and shell, MWh",
    "in_window": "superheat and ledge stayed in their windows within the step",
    "frozen": "the pot has frozen by the end of the step",
}


@dataclass(frozen=True, kw_only=True)
class HeatRun:
    """What the model gives: `steps` of dimensions (trajectory, time) or (time,) with `OUTPUTS`, and the last state.

    The attributes of `steps` are `step_h`, `p_nom_mw` and the bounds of the window.
    """

    steps: xr.Dataset
    state: HeatState


def simulate_heat(
    pot: Pot,
    power_mw: ArrayLike,
    *,
    step_h: float,
    shell_factor: ArrayLike = 1.0,
    start: HeatState | None = None,
    substep_h: float = SUBSTEP_H,
) -> HeatRun:
    """Follow the pots of a line through steps of constant AC power in MW, of shape (time,) or (trajectory, time).

    `shell_factor` is what the exchangers are asked for, in the same shape or broadcast to it, held within the pot's
    range; `start` defaults to the nominal state. Extremes and flags are taken at every substep. Raises Mismatch for
    shapes that do not fit or a power below zero.
    """
    power = np.asarray(power_mw, dtype=float)
    if power.ndim not in (1, 2) or not np.all(power >= 0) or not step_h > 0:
        raise Mismatch("power_mw must be (time,) or (trajectory, time) of powers from 0 on, and step_h above 0")
    try:
        asked = np.broadcast_to(np.asarray(shell_factor, dtype=float), power.shape)
        stacked = (start or pot.nominal).stacked(power.shape[:-1])
    except ValueError as error:
        raise Mismatch(f"shell_factor and start must fit power_mw of shape {power.shape}") from error
    asked = np.clip(asked, pot.figures.shell_factor_min, pot.figures.shell_factor_max)
    lanes, count = power.reshape(-1, power.shape[-1]), max(1, math.ceil(step_h / substep_h - 1e-9))
    current = np.ascontiguousarray(amperage_ka(pot.potline, lanes))
    begun, command = np.ascontiguousarray(stacked.reshape(4, -1)), np.ascontiguousarray(asked.reshape(lanes.shape))
    after, report = run(numbers_of(pot), begun, current, command, step_h, count)
    told = _told(pot, lanes, current, report, begun[2], step_h)
    dims = ("trajectory", "time")[-power.ndim :]
    steps = {n: (dims, told[n].reshape(power.shape), {"meaning": OUTPUTS[n]}) for n in OUTPUTS}
    state = state_of(after.reshape(4, *power.shape[:-1]))
    return HeatRun(steps=xr.Dataset(steps, attrs=_facts(pot, step_h)), state=state)


def _facts(pot: Pot, step_h: float) -> dict[str, float]:
    """Return what a reader of the steps needs beside them: their length, nominal power, the window."""
    f = pot.figures
    return {
        "step_h": step_h,
        "p_nom_mw": float(ac_power_mw(pot.potline, pot.potline.amperage_ka)),
        "superheat_min_c": f.superheat_min_c,
        "superheat_max_c": f.superheat_max_c,
        "ledge_min_m": f.ledge_min_m,
        "ledge_max_m": f.ledge_max_m,
    }


def _told(
    pot: Pot, power_mw: Floats, current_ka: Floats, report: Floats, ledge_m: Floats, step_h: float
) -> dict[str, NDArray[Any]]:
    """Return the `OUTPUTS` of lanes that began with a ledge in m: (lane, step) each."""
    f, pots = pot.figures, pot.potline.pots
    coolest, hottest, thinnest, thickest = (report[..., k] for k in (COOLEST, HOTTEST, THINNEST, THICKEST))
    metal_kg, *energy_wh = (report[..., THICKEST + 1 + k] for k in range(len(SUMMED)))
    with np.errstate(invalid="ignore", divide="ignore"):
        efficiency = metal_kg / (FARADAY_KG_PER_KAH * current_ka * step_h)
    in_window = (coolest >= f.superheat_min_c) & (hottest <= f.superheat_max_c)
    left = liquid_share(pot, thickest)
    least = np.minimum.accumulate(np.minimum(left, liquid_share(pot, ledge_m)[:, None]), axis=-1)
    ends = {
        name: report[..., k]
        for name, k in zip(
            ("bath_temp_c", "lining_temp_c", "ledge_m", "shell_factor", "liquidus_temp_c", "superheat_c"),
            (BATH, LINING_NODE, LEDGE, FACTOR, END_LIQUIDUS, END_SUPERHEAT),
            strict=True,
        )
    }
    names = ("dc_energy_mwh", "reaction_mwh", "top_mwh", "side_mwh", "lining_mwh")
    return ends | {
        "power_mw": power_mw,
        "superheat_min_c": coolest,
        "superheat_max_c": hottest,
        "liquid_share": left,
        "metal_t": metal_kg * (pots / 1000),
        "current_efficiency": np.where(current_ka > 0, efficiency, np.nan),
        **{name: wh * (pots / 1e6) for name, wh in zip(names, energy_wh, strict=True)},
        "in_window": in_window & (thinnest >= f.ledge_min_m) & (thickest <= f.ledge_max_m),
        "frozen": least < f.liquid_share_min,
    }
