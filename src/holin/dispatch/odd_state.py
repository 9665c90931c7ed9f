"""States and windows that cannot be: each figure that is wrong, what would be right, and the nearest state that can."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from holin.dispatch.carry import first_state
from holin.dispatch.window import Window
from holin.errors import BadInput, Fault
from holin.operation import State, ThermalState
from holin.park import Park, ThermalUnit
from holin.potline.heat import outside_window, pot_of
from holin.rules import QUANTITIES

TOLERANCE = 1e-6
"""By how much a figure may pass its limit, relative to it: rounding of what one window hands to the next."""


def faults_of_state(park: Park, state: State) -> list[Fault]:
    """Return all that cannot be in a state: numbers missing, beyond what a thing can hold, or at odds with each other.

    `[]` is good. A warning is a figure that can be but is not allowed (a content outside its range); it is kept. What
    an error names is clamped in `possible_state`.
    """
    return _examined(park, state).faults


def possible_state(park: Park, state: State) -> State:
    """Return the nearest state that can be: what `faults_of_state` calls an error is moved to what would be right."""
    return _examined(park, state).state


@dataclass
class _Found:
    state: State
    faults: list[Fault] = field(default_factory=list)

    def say(
        self, name: str, value: object, problem: str, right: str, severity: Literal["error", "warning"] = "error"
    ) -> None:
        self.faults.append(
            Fault(file="state", field=name, value=f"{value}", problem=problem, right=right, severity=severity)
        )

    def within(self, name: str, value: float, low: float, high: float, unit: str, otherwise: float) -> float:
        """Return a value within its limits, and say so where it was not; `otherwise` where it is no number."""
        room = TOLERANCE * max(1.0, abs(high) if math.isfinite(high) else 1.0)
        if math.isnan(value):
            self.say(name, value, "is no number", f"{otherwise:g} {unit} is taken")
            return otherwise
        if value < low - room:
            self.say(name, f"{value:g}", f"below {low:g} {unit}", f"at least {low:g}: that is taken")
        elif value > high + room:
            self.say(name, f"{value:g}", f"above {high:g} {unit}", f"at most {high:g}: that is taken")
        return min(max(value, low), high)


def _examined(park: Park, state: State) -> _Found:
    first = first_state(park, state.time)
    found = _Found(state=state)
    thermal = {u.id: _thermal(found, u, state.thermal.get(u.id), first.thermal[u.id]) for u in park.thermal_units}
    _unknown(found, "thermal", state.thermal, first.thermal)
    soc = {}
    for s in park.storages:
        name = f"soc_mwh.{s.id}"
        held = _named(found, name, state.soc_mwh, s.id, first.soc_mwh[s.id])
        soc[s.id] = found.within(name, held, 0.0, s.e_nom_mwh, "MWh", first.soc_mwh[s.id])
        low, high = s.soc_min * s.e_nom_mwh, s.soc_max * s.e_nom_mwh
        if not low - TOLERANCE * s.e_nom_mwh <= soc[s.id] <= high + TOLERANCE * s.e_nom_mwh:
            right = "kept: the schedule brings it back into its range as soon as it can"
            found.say(name, f"{soc[s.id]:g}", f"outside its range {low:g} .. {high:g} MWh", right, "warning")
    _unknown(found, "soc_mwh", state.soc_mwh, first.soc_mwh)
    peaks: dict[str, dict[str, float]] = {}
    for grid, bands in first.peak_mw.items():
        given = state.peak_mw.get(grid, {})
        peaks[grid] = {
            b: found.within(f"peak_mw.{grid}.{b}", given.get(b, 0.0), 0.0, math.inf, "MW", 0.0) for b in bands
        }
    stocks = {f.id: state.stock_gj.get(f.id, f.stock_gj) for f in park.fuels}
    stock_gj = {
        name: found.within(f"stock_gj.{name}", held, 0.0, math.inf, "GJ", first.stock_gj.get(name, 0.0))
        for name, held in stocks.items()
        if held is not None
    }
    _unknown(found, "stock_gj", state.stock_gj, stocks)
    year = {
        name: found.within(f"year_mwh.{name}", value, 0.0, math.inf, "MWh or t", 0.0)
        for name, value in state.year_mwh.items()
        if name in QUANTITIES
    }
    _unknown(found, "year_mwh", state.year_mwh, QUANTITIES)
    lines = {**first.potline, **state.potline}
    for potline in park.potlines:
        superheat_c, ledge_cm = outside_window(pot_of(potline), lines[potline.id].heat.model)
        right = "kept: the schedule brings the pots back as soon as it can"
        if superheat_c > 0.0:
            found.say(
                f"potline.{potline.id}.heat", f"{superheat_c:.2g} K", "superheat outside its window", right, "warning"
            )
        if ledge_cm > 0.0:
            found.say(f"potline.{potline.id}.heat", f"{ledge_cm:.2g} cm", "ledge outside its window", right, "warning")
    found.state = State(
        time=state.time, thermal=thermal, soc_mwh=soc, peak_mw=peaks, stock_gj=stock_gj, year_mwh=year,
        potline=lines,
    )  # fmt: skip
    return found


def _named(found: _Found, name: str, given: Mapping[str, float], key: str, otherwise: float) -> float:
    if key not in given:
        found.say(name, "", "is not given", f"{otherwise:g} is taken, as of a park of which nothing is measured")
    return given.get(key, otherwise)


def _unknown(found: _Found, part: str, given: Mapping[str, object], known: Mapping[str, object]) -> None:
    for name in given:
        if name not in known:
            found.say(f"{part}.{name}", name, "no such thing in the park at this stage", "left out: mend the id")


def _thermal(found: _Found, unit: ThermalUnit, given: ThermalState | None, first: ThermalState) -> ThermalState:
    name = f"thermal.{unit.id}"
    if given is None:
        found.say(name, "", "is not given", "on is taken, at a power that is not known")
        return first
    in_state_h = found.within(f"{name}.in_state_h", given.in_state_h, 0.0, math.inf, "h", first.in_state_h)
    heat_mwh = found.within(
        f"{name}.heat_stored_mwh", given.heat_stored_mwh, 0.0, unit.heat_store_mwh, "MWh", first.heat_stored_mwh
    )
    due_h = _due_h(found, unit, given)
    if due_h is not None and in_state_h + due_h < unit.min_down_h - TOLERANCE:
        problem = f"a start due in {due_h:g} h would end less than {unit.min_down_h:g} h off"
        in_state_h = unit.min_down_h - due_h
        found.say(f"{name}.in_state_h", f"{given.in_state_h:g}", problem, f"{in_state_h:g} h off at least: taken")
    gross_mw = given.gross_mw
    if gross_mw is None:
        gross_mw = None if given.on else 0.0
    elif given.on:
        gross_mw = found.within(f"{name}.gross_mw", gross_mw, unit.p_min_mw, unit.p_nom_mw, "MW", unit.p_min_mw)
    elif due_h is None:
        if not abs(gross_mw) <= TOLERANCE * unit.p_nom_mw:
            problem = "a unit that is off and not being started gives no power"
            found.say(f"{name}.gross_mw", f"{gross_mw:g}", problem, "0, or give synchronised_in_h: 0 is taken")
        gross_mw = 0.0
    else:
        gross_mw = found.within(f"{name}.gross_mw", gross_mw, 0.0, unit.p_min_mw, "MW", 0.0)
    return ThermalState(
        on=given.on, in_state_h=in_state_h, gross_mw=gross_mw, synchronised_in_h=due_h, heat_stored_mwh=heat_mwh
    )  # fmt: skip


def _due_h(found: _Found, unit: ThermalUnit, given: ThermalState) -> float | None:
    """Return when a start under way is due; None where there is none."""
    due_h = given.synchronised_in_h
    if due_h is None:
        return None
    name = f"thermal.{unit.id}.synchronised_in_h"
    if given.on:
        found.say(name, f"{due_h:g}", "the unit is on already", "leave it out: that is done")
        return None
    longest = unit.start_points[-1][0] if unit.start_points else math.inf
    return found.within(name, due_h, 0.0, longest, "h", 0.0 if math.isinf(longest) else longest)


def check_window(window: Window) -> None:
    """Raise BadInput, with all faults, where a series of a window is missing in some step or below 0.

    The numbers of steps and units are those of `case_of`, which compares the hours.
    """
    case, faults = window.case, []
    series = {
        "available_mw": case.available_mw, "load_mw": case.load_mw, "heat_mw": case.heat_mw, "loss_mw": case.loss_mw,
        "spread_up_mw": window.spread_up_mw, "spread_down_mw": window.spread_down_mw,
        **{f"counted.{grid}.{band}": peaks for (grid, band), peaks in window.counted.items()},
    }  # fmt: skip
    for name, values in series.items():
        if values is None:
            continue
        wrong = ~(values >= (-np.inf if name == "loss_mw" else 0.0)) | np.isinf(values)
        if wrong.any():
            place = np.argwhere(wrong)[0]
            when = f"step {place[0]}" + (f", column {place[1]}" if len(place) > 1 else "")
            problem = f"{int(wrong.sum())} value(s) are below 0 or missing, the first in {when}"
            value, right = f"{values[tuple(place)]:g}", "give a number of at least 0 in every step"
            faults.append(Fault(file="window", field=name, value=value, problem=problem, right=right))
    missing = [s.id for s in case.park.storages if s.id not in window.end_per_mwh]
    for name in missing:
        problem, right = "no price for what is missing at the end", "give one, 0 for none"
        faults.append(Fault(file="window", field=f"end_per_mwh.{name}", problem=problem, right=right))
    if faults:
        raise BadInput(faults)


def with_possible_state(window: Window) -> tuple[Window, tuple[Fault, ...]]:
    """Return the window with a state that can be, and what was wrong with its own."""
    found = _examined(window.case.park, window.state)
    return replace(window, state=found.state), tuple(found.faults)
