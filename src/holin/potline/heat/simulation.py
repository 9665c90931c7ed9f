"""The full heat model through time: many trajectories of power at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from holin.errors import Mismatch
from holin.potline.heat.flows import HeatFlows, changes_per_h, heat_flows
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
    frozen: NDArray[np.bool_] = liquid_share(pot, stacked[2]) < pot.figures.liquid_share_min
    records = []
    for t in range(power.shape[-1]):
        current = np.asarray(amperage_ka(pot.potline, power[..., t]))
        stacked, record = _step(pot, stacked, current, asked[..., t], step_h, substep_h)
        record["power_mw"] = power[..., t]
        frozen = frozen | (record["liquid_share"] < pot.figures.liquid_share_min)
        records.append(record | {"frozen": frozen})
    dims = ("trajectory", "time")[-power.ndim :]
    steps = {n: (dims, np.stack([r[n] for r in records], axis=-1), {"meaning": OUTPUTS[n]}) for n in OUTPUTS}
    return HeatRun(steps=xr.Dataset(steps, attrs=_facts(pot, step_h)), state=state_of(stacked))


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


def _step(
    pot: Pot, stacked: Floats, current_ka: Floats, command: Floats, step_h: float, substep_h: float
) -> tuple[Floats, dict[str, NDArray[Any]]]:
    """Return the state at the end of one step of constant current, and what the step has to report."""
    count = max(1, math.ceil(step_h / substep_h - 1e-9))
    h = step_h / count
    passed = np.zeros((6, *stacked.shape[1:]))
    flows = heat_flows(pot, stacked, current_ka)
    low, high = np.full_like(current_ka, np.inf), np.full_like(current_ka, -np.inf)
    thin, thick = low.copy(), high.copy()
    for _ in range(count):
        stacked, mean = _runge_kutta(pot, stacked, flows, current_ka, command, h)
        passed += mean * h
        flows = heat_flows(pot, stacked, current_ka)
        low, high = np.minimum(low, flows.superheat_c), np.maximum(high, flows.superheat_c)
        thin, thick = np.minimum(thin, stacked[2]), np.maximum(thick, stacked[2])
    f, pots = pot.figures, pot.potline.pots
    energy_mwh = passed[1:] * (pots / 1e6)
    with np.errstate(invalid="ignore", divide="ignore"):
        efficiency = passed[0] / (FARADAY_KG_PER_KAH * current_ka * step_h)
    inside = (low >= f.superheat_min_c) & (high <= f.superheat_max_c)
    record = {
        "bath_temp_c": stacked[0],
        "liquidus_temp_c": flows.liquidus_c,
        "superheat_c": flows.superheat_c,
        "superheat_min_c": low,
        "superheat_max_c": high,
        "lining_temp_c": stacked[1],
        "ledge_m": stacked[2],
        "shell_factor": stacked[3],
        "metal_t": passed[0] * (pots / 1000),
        "current_efficiency": np.where(current_ka > 0, efficiency, np.nan),
        "in_window": inside & (thin >= f.ledge_min_m) & (thick <= f.ledge_max_m),
        "liquid_share": liquid_share(pot, thick),
    }
    names = ("dc_energy_mwh", "reaction_mwh", "top_mwh", "side_mwh", "lining_mwh")
    return stacked, record | dict(zip(names, energy_mwh, strict=True))


def _runge_kutta(
    pot: Pot, stacked: Floats, flows: HeatFlows, current_ka: Floats, command: Floats, h: float
) -> tuple[Floats, Floats]:
    """Return the state h hours on, and the mean flows on the way: the same weights, so that the balance closes."""
    slope, passing = changes_per_h(pot, stacked, flows, command), _passing(flows)
    change, mean = slope / 6, passing / 6
    for reach, weight in ((h / 2, 1 / 3), (h / 2, 1 / 3), (h, 1 / 6)):
        at = stacked + reach * slope
        flows = heat_flows(pot, at, current_ka)
        slope = changes_per_h(pot, at, flows, command)
        change += weight * slope
        mean += weight * _passing(flows)
    return stacked + h * change, mean


def _passing(flows: HeatFlows) -> Floats:
    """Return what is summed over a step: metal in kg/h, and W of power, reaction, top, side and lining."""
    shape = np.shape(flows.superheat_c)
    parts = (
        flows.metal_kg_per_h,
        flows.power_w,
        flows.reaction_w,
        flows.top_w,
        flows.side_to_air_w,
        flows.lining_to_air_w,
    )
    return np.stack([np.broadcast_to(p, shape) for p in parts])
