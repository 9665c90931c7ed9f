"""A potline before the first step of a window: its power, its heat, the metal it owes, its changes so far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.calendar import Times, local
from holin.kernel.linear import Floats
from holin.operation.potline import PotlineLine, potline_line
from holin.park import Potline
from holin.potline.heat import HeatState, heat_envelope, pot_of, shell_setpoints, simulate_heat

DEEP_CUT_PU = 0.5
"""What a deep cut leaves of nominal power."""

DEEP_CUT_H_MAX = 2.0
FULL_STOP_H_MAX = 1.0
"""Longest deep cut and full stop in a day: from the coldest state of the window both together freeze no pot
(`tests/operation/test_potline_emergency.py`); TRIMET's line stands still for up to an hour."""

LONG_H = 1000.0
"""How long ago something was of which nothing is known."""


@dataclass(frozen=True, kw_only=True)
class PotlineHeat:
    """The heat in a line's pots: what the envelope of a schedule and the full model both start from.

    Bath and lining in degC, ledge in m, heat transfer of the shell over natural.
    """

    bath_temp_c: float
    lining_temp_c: float
    ledge_m: float
    shell_factor: float = 1.0

    @property
    def model(self) -> HeatState:
        """The same as a state of the full model."""
        return HeatState(
            bath_temp_c=np.array(self.bath_temp_c),
            lining_temp_c=np.array(self.lining_temp_c),
            ledge_m=np.array(self.ledge_m),
            shell_factor=np.array(self.shell_factor),
        )


def potline_heat(state: HeatState) -> PotlineHeat:
    """Return the heat of one state of the full model. Raises TypeError for a state of several trajectories."""
    return PotlineHeat(
        bath_temp_c=float(state.bath_temp_c),
        lining_temp_c=float(state.lining_temp_c),
        ledge_m=float(state.ledge_m),
        shell_factor=float(state.shell_factor),
    )


@dataclass(frozen=True, kw_only=True)
class PotlineState:
    """A potline at the start of a window.

    `power_mw` is its AC power in the step before (None: unknown, the first step is free of ramp and change).
    `metal_owed_t` is what it is behind its duty (negative: ahead). `changes_today` counts the changes of power so far
    of the local day, `since_change_h` is the time since the last one. `deep_cut_h` and `full_stop_h` are the hours in
    the last day spent below the lowest current, and without any.
    """

    heat: PotlineHeat
    power_mw: float | None = None
    metal_owed_t: float = 0.0
    changes_today: int = 0
    since_change_h: float = LONG_H
    deep_cut_h: float = 0.0
    full_stop_h: float = 0.0


def first_potline_state(potline: Potline) -> PotlineState:
    """Return the state of a line of which nothing is measured: heat at nominal, nothing owed."""
    return PotlineState(heat=potline_heat(pot_of(potline).nominal))


def deep_cut_mw(chords: PotlineLine) -> float:
    """Return the power in MW that a deep cut leaves."""
    return min(DEEP_CUT_PU * chords.p_nom_mw, chords.p_min_mw)


def potline_state_after(
    potline: Potline,
    state: PotlineState,
    *,
    time: Times,
    time_zone: str,
    step_h: float,
    power_mw: Floats,
    cooling_mw: Floats | None = None,
    out: NDArray[np.bool_] | None = None,
) -> PotlineState:
    """Return the state after steps that start at `time` (UTC) and had `power_mw` (AC) and `cooling_mw`, each (time,).

    The heat and the metal are those of the full model. In steps that are `out` (planned outages) nothing is owed and
    the pots are kept at nominal heat. Hours of emergency cuts fade over a day.
    """
    chords, envelope = potline_line(potline), heat_envelope(potline, step_h)
    idle = np.zeros(len(power_mw), dtype=bool) if out is None else out
    power_mw = np.where(idle, chords.p_nom_mw, power_mw)
    cooling = np.zeros_like(power_mw) if cooling_mw is None else cooling_mw
    factors = shell_setpoints(potline, envelope, power_mw, cooling, start=state.heat.model)
    run = simulate_heat(pot_of(potline), power_mw, step_h=step_h, shell_factor=factors, start=state.heat.model)
    heat = potline_heat(run.state)
    if idle[-1]:
        heat = potline_heat(pot_of(potline).nominal)
    duty_t = potline.production_duty * chords.metal_nom_t_per_h * step_h * float(np.sum(~idle))
    elapsed_h = len(power_mw) * step_h
    changed = _changed(state, chords, power_mw)
    last = np.flatnonzero(changed)
    since_h = (len(power_mw) - int(last[-1])) * step_h if len(last) else state.since_change_h + elapsed_h
    return PotlineState(
        heat=heat,
        power_mw=None if idle[-1] else float(power_mw[-1]),
        metal_owed_t=state.metal_owed_t + duty_t - float(run.steps.metal_t.values[~idle].sum()),
        changes_today=_changes_today(state, changed, time, time_zone, step_h),
        since_change_h=since_h,
        deep_cut_h=_cut_h(state.deep_cut_h, power_mw, step_h, chords.p_min_mw, deep_cut_mw(chords)),
        full_stop_h=_cut_h(state.full_stop_h, power_mw, step_h, deep_cut_mw(chords), 0.0),
    )


def _changed(state: PotlineState, chords: PotlineLine, power_mw: Floats) -> NDArray[np.bool_]:
    """Return in which steps the power differs from the step before, by more than a thousandth of nominal."""
    first = power_mw[0] if state.power_mw is None else state.power_mw
    moved: NDArray[np.bool_] = np.abs(np.diff(power_mw, prepend=first)) > 1e-3 * chords.p_nom_mw
    return moved


def _changes_today(state: PotlineState, changed: NDArray[np.bool_], time: Times, time_zone: str, step_h: float) -> int:
    """Return the changes so far of the local day in which the next step begins."""
    after = time[-1] + np.timedelta64(round(step_h * 3600), "s")
    days = local(np.append(time, after), time_zone).date
    today = days[:-1] == days[-1]
    return int(changed[today].sum()) + (state.changes_today if bool(today.all()) else 0)


def _cut_h(so_far_h: float, power_mw: Floats, step_h: float, above_mw: float, below_mw: float) -> float:
    """Return the hours in the last day spent below a power, parts of the way down to another counted as parts."""
    depth = np.clip((above_mw - power_mw) / max(above_mw - below_mw, 1e-9), 0.0, 1.0)
    day = round(24 / step_h)
    return float(depth[-day:].sum() * step_h + so_far_h * max(0.0, 1 - len(power_mw) * step_h / 24))
