"""How a potline's power may change from step to step: its ramp, what a rise costs, how many changes a day."""

from __future__ import annotations

import numpy as np

from holin.calendar import local
from holin.kernel.linear import Columns, Floats, ProblemBuilder, Term
from holin.operation.block import Hours
from holin.operation.potline import PotlineLine
from holin.operation.potline_state import PotlineState
from holin.park import Potline

CHANGE_GAP_H = 2.0
"""Least time from one change to the next: not in consecutive hours (as in the open model of `holin.potline.heat`)."""

WITHIN_RANGE = (("up", 1.0), ("down", -1.0))
EMERGENCY = (("deep_cut", -1.0), ("full_stop", -1.0))


def add_ramp(builder: ProblemBuilder, hours: Hours, potline: Potline, chords: PotlineLine, state: PotlineState) -> None:
    """Hold the change of power within the range of current to the ramp; an emergency cut may be faster."""
    reach_mw = chords.p_max_mw - chords.p_min_mw
    ramp_mw = potline.ramp_ka_per_min * 60 * hours.step_h * reach_mw
    ramp_mw /= max(potline.amperage_max_ka - potline.amperage_min_ka, 1e-9)
    if ramp_mw < reach_mw:
        terms, was_mw = _change(builder, potline, WITHIN_RANGE, _before_mw(chords, state, within_range=True))
        free = np.isnan(was_mw)
        lower, upper = np.where(free, -np.inf, was_mw - ramp_mw), np.where(free, np.inf, was_mw + ramp_mw)
        builder.add_rows(f"ramp.{potline.id}", terms, lower=lower, upper=upper)


def add_rise_cost(
    builder: ProblemBuilder, hours: Hours, potline: Potline, chords: PotlineLine, state: PotlineState
) -> None:
    """Price each MW that the power rises: alumina follows late, and anode effects are 3 to 5 times as many.

    Dupuis, TMS 2002, as quoted in the guide.
    """
    cost = potline.anode_effect_cost_per_mw
    if cost == 0:
        return
    rise = builder.add_variables(f"rise.{potline.id}", (hours.count,), cost=cost)
    parts = (*WITHIN_RANGE, *EMERGENCY)
    terms, was_mw = _change(builder, potline, parts, _before_mw(chords, state, within_range=False))
    lower = np.where(np.isnan(was_mw), -np.inf, -was_mw)
    builder.add_rows(f"rise.{potline.id}", [(rise, 1.0), *((c, -np.asarray(v)) for c, v in terms)], lower=lower)


def add_changes(
    builder: ProblemBuilder,
    hours: Hours,
    potline: Potline,
    chords: PotlineLine,
    state: PotlineState,
    time_zone: str,
) -> None:
    """Let the power change in at most `changes_max_per_day` steps of a local day, not in consecutive hours.

    `change.P` is 0 or 1. Changes before the window count: `changes_today` in the first day, `since_change_h` in the
    gap. Emergency cuts are no such changes.
    """
    most = potline.changes_max_per_day
    assert most is not None
    starts_h = np.arange(hours.count) * hours.step_h
    free = state.since_change_h + starts_h >= CHANGE_GAP_H - 1e-9
    change = builder.add_variables(f"change.{potline.id}", (hours.count,), upper=free.astype(float), integer=True)
    reach_mw = chords.p_max_mw - chords.p_min_mw
    terms, was_mw = _change(builder, potline, WITHIN_RANGE, _before_mw(chords, state, within_range=True))
    first = np.isnan(was_mw)
    upper = np.where(first, np.inf, was_mw)
    builder.add_rows(f"change_up.{potline.id}", [*terms, (change, -reach_mw)], upper=upper)
    lower = np.where(first, -np.inf, was_mw)
    builder.add_rows(f"change_down.{potline.id}", [*terms, (change, reach_mw)], lower=lower)
    days = local(hours.time, time_zone).date
    for k, day in enumerate(dict.fromkeys(days)):
        so_far = state.changes_today if k == 0 else 0
        part = change[days == day]
        builder.add_sum(f"changes_{k}.{potline.id}", [(part, 1.0)], upper=float(max(most - so_far, 0)))
    near = round(CHANGE_GAP_H / hours.step_h)
    if near > 1 and hours.count > 1:
        near = min(near, hours.count)
        apart = [(change[k : hours.count - near + 1 + k], 1.0) for k in range(near)]
        builder.add_rows(f"changes_apart.{potline.id}", apart, upper=1.0)


def _before_mw(chords: PotlineLine, state: PotlineState, *, within_range: bool) -> float:
    """Return the deviation from nominal before the window; nan where it is unknown."""
    if state.power_mw is None:
        return float("nan")
    power = float(np.clip(state.power_mw, chords.p_min_mw, chords.p_max_mw)) if within_range else state.power_mw
    return power - chords.p_nom_mw


def _change(
    builder: ProblemBuilder, potline: Potline, parts: tuple[tuple[str, float], ...], before_mw: float
) -> tuple[list[Term], Floats]:
    """Return the terms of the power's change in each step, and what was there before the first (0 in later steps)."""
    terms: list[Term] = []
    count = 0
    for name, factor in parts:
        now: Columns = builder.columns(f"{name}.{potline.id}")
        count = len(now)
        then = np.full(count, -factor)
        then[0] = 0.0
        terms += [(now, factor), (np.roll(now, 1), then)]
    was_mw = np.zeros(count)
    was_mw[0] = before_mw
    return terms, was_mw
