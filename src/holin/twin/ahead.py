"""The path of the hours ahead: a park and a moment -> what is known -> a window -> its schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from holin.calendar import local
from holin.dispatch import (
    Ahead,
    Change,
    Difference,
    Window,
    Wishes,
    case_of,
    changed,
    check_plan,
    completed,
    difference_of,
    dispatch_or_fall_back,
    first_state,
    islands_of,
    left_as_they_are,
    likely_state,
    topologies_of,
)
from holin.errors import BadInput, CheckFailed, Fault, NotConverged, SolverFailed
from holin.forecast import Method
from holin.operation import State
from holin.park import Outage, Park, Reserve, ReserveKind, Stage, at_stage, stage_of, stage_on
from holin.parkfile import read_park
from holin.twin.budget import YearPlan, begun_year, budget_figures, check_year, targets, year_plan
from holin.twin.expectation import Expectation, counted_mw, expectation_of
from holin.twin.forecasts import foreseen
from holin.twin.outlook import Horizon, Outlook, moment_utc, outlook_of
from holin.twin.part_year import part_figures, without_year_rules
from holin.twin.run import Progress
from holin.twin.secure import ROUNDS, Secured, secured

FORECAST_RESERVE = Reserve(id="forecast", kind=ReserveKind.UP)
"""What is kept in hand for the spread of forecasts where the park's own table has no reserve up."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A schedule of the hours ahead: the whole park, it frozen at its stage, what was decided for, and the schedule.

    `state_out` is the state after the decided steps, `stood_in` what the climatology stood in for,
    `secured` what AC flow and N-1 said where they were asked, or `unheld` why they could not be. Where something was
    changed, `difference` is the schedule without and with it, both before the grid had its say. `budgets` is where the
    rules of the year stand (`budget_figures`), with a plan of the year only; without one `rules` is what its hours
    reach of those that only a year can keep (`part_figures`).
    """

    park: Park
    frozen: Park
    stage: Stage
    horizon: Horizon
    outlook: Outlook
    expected: Expectation
    made: Ahead
    state_out: State
    stood_in: tuple[dict[str, object], ...] = ()
    secured: Secured | None = None
    unheld: str = ""
    difference: Difference | None = None
    budgets: tuple[dict[str, Any], ...] = ()
    rules: tuple[dict[str, Any], ...] = ()

    @property
    def day(self) -> str:
        """The local day on which it begins."""
        return f"{local(self.horizon.time[:1], self.frozen.facts.time_zone)[0]:%Y-%m-%d}"


def planned(
    park: Park | str | Path,
    *,
    stage: str | None = None,
    day: date | datetime,
    horizon_h: float = 24.0,
    lookahead_h: float = 24.0,
    step_h: float = 0.25,
    state: State | None = None,
    forecast: str | Path | xr.Dataset | Method | None = None,
    weather: str | Path | None = None,
    seed: int | None = None,
    budget: YearPlan | xr.Dataset | None = None,
    wishes: Wishes | None = None,
    grid: bool = True,
    n_minus_1: bool = True,
    last: Ahead | xr.Dataset | None = None,
    changes: Sequence[Change | Outage] = (),
    mip_gap: float = 1e-3,
    seconds_max: float = 120.0,
    on_progress: Progress | None = None,
) -> Planned:
    """Return the schedule of a park from a local day or moment on, in steps of `step_h`.

    It begins in `state` (as `first_state` and `likely_state` have it where nothing is given), decides `horizon_h` hours
    and sees `lookahead_h` more. With a `forecast` (a file, a table FORECAST, or the method of a baseline) only what was
    known at its start is planned for, and its spread asks for reserve; `weather` and `seed`, those of `run`, are then
    what is measured until the start. With `grid` the AC flow of every step, and with `n_minus_1` every branch out in
    turn, come back as losses, limits and cuts (`secured`). `last`, an earlier plan or its table SCHEDULE, is where the
    search begins. Where the solver fails or is late, `last` adjusted or a priority list takes its place
    (`dispatch_or_fall_back`); it is held against the grid as well, but not cured. With a `budget`, a plan of the year
    or its table SCHEDULE, the year's enforced rules have targets at the window's end (`targets`); without one those
    that only a year can keep are judged, not enforced. With `changes` (what if) and outages (what trips) the schedule
    is made without them first, which then is the `last`. Without a `stage` it is the newest that stands in the day's
    year. Raises BadInput where the moment is no start of a step or lies before
    the state's, the budget is not of its year, or a change names nothing.
    """
    say = on_progress or (lambda what, share: None)
    whole = park if isinstance(park, Park) else read_park(park)
    at = stage_of(whole, stage) if stage else stage_on(whole, day)
    frozen = at_stage(whole, at)
    horizon = Horizon(
        start=moment_utc(frozen, day, step_h), horizon_h=horizon_h, lookahead_h=lookahead_h, step_h=step_h
    )
    say("weather", 0.0)
    known = outlook_of(frozen, horizon, weather=weather, seed=seed)
    told: list[dict[str, object]] = []
    if forecast is not None:
        known, told = foreseen(frozen, horizon, known, forecast, weather=weather, seed=seed)
    say("dispatch", 0.0)
    expected = expectation_of(frozen, horizon.time, seed=seed)
    yearly = year_plan(frozen, budget) if isinstance(budget, xr.Dataset) else budget
    asked = without_year_rules(frozen) if yearly is None else frozen
    window = window_of(asked, horizon, known, expected, state=state, wishes=wishes, budget=yearly)
    if isinstance(last, xr.Dataset):
        check_plan(window, last)
    made, differs = dispatch_or_fall_back(window, mip_gap=mip_gap, seconds_max=seconds_max, last=last), None
    if changes:
        before = made
        made = dispatch_or_fall_back(
            changed(window, changes), mip_gap=mip_gap, seconds_max=seconds_max, last=replace(before, watched={})
        )
        differs = difference_of(before, made)
    held, unheld = None, ""
    if grid:
        fell_back = made.status.startswith("fallback")  # held against the grid too, but not sent through it again
        try:
            held = secured(
                made.window, n_minus_1=n_minus_1, mip_gap=mip_gap, seconds_max=seconds_max, start=made, on_progress=say,
                rounds=0 if fell_back else ROUNDS,
            )  # fmt: skip
        except (SolverFailed, CheckFailed, NotConverged) as failure:  # the plan stands, its grid is not known
            unheld = str(failure)
        else:
            if fell_back:
                held = replace(held, unmet=left_as_they_are([u.violation for u in held.unmet]))
            else:
                made = held.made
    return Planned(
        park=whole, frozen=frozen, stage=at, horizon=horizon, outlook=known, expected=expected, made=made,
        state_out=made.state_after(horizon.decided),
        stood_in=tuple(told), secured=held, unheld=unheld, difference=differs,
        budgets=() if yearly is None else tuple(
            budget_figures(frozen, yearly, made.window.state.year_mwh, made.schedule, step_h=step_h)
        ),
        rules=() if yearly is not None else tuple(
            part_figures(frozen, made.schedule.isel(time=slice(0, horizon.decided)), step_h=step_h)
        ),
    )  # fmt: skip


def window_of(
    park: Park,
    horizon: Horizon,
    known: Outlook,
    expected: Expectation,
    *,
    state: State | None = None,
    losses: xr.DataArray | None = None,
    wishes: Wishes | None = None,
    budget: YearPlan | None = None,
) -> Window:
    """Return the window of a park frozen at a stage: its arrays, its state, and what is expected beyond it.

    Thermal units of which the state says nothing begin as the first hour lets expect (`likely_state`). A park that asks
    for no reserve up keeps what the forecasts' spread asks for (`FORECAST_RESERVE`). With a `budget` the year's
    enforced rules have targets at the window's end (`budget.targets`); where the state names nothing of the year so
    far, it went as planned.
    """
    time, step_h = horizon.time, horizon.step_h
    begun = completed(park, state) if state is not None else first_state(park, time[0])
    if begun.time != time[0]:
        problem = f"the state is of {begun.time}Z, the schedule begins at {time[0]}Z"
        raise BadInput([Fault(file="state", field="time", problem=problem, right="begin the schedule at the state")])
    if known.spread_up_mw is not None and not any(r.kind is ReserveKind.UP for r in park.reserves):
        park = replace(park, reserves=(*park.reserves, FORECAST_RESERVE))
    margins: dict[str, float] = {}
    if budget is not None:
        check_year(budget, park, time[0])
        begun = replace(begun, year_mwh=begun_year(begun, budget))
        margins = targets(park, budget, time[-1] + np.timedelta64(round(3600 * step_h), "s"))

    def first(steps: int, margins: Mapping[str, float]) -> Window:
        part = slice(0, steps)
        available, demand = known.available.isel(time=part), known.demand.isel(time=part)
        islands = islands_of(topologies_of(park, time[part]), steps)
        lost = None if losses is None else losses.isel(time=part)
        case = case_of(park, available, demand, islands=islands, losses=lost, step_h=step_h)
        return Window(
            case=case,
            state=begun,
            counted=counted_mw(park, case.hours, begun, expected),
            end_per_mwh={s.id: expected.price_per_mwh * s.efficiency_discharge for s in park.storages},
            margins=margins,
            spread_up_mw=None if known.spread_up_mw is None else known.spread_up_mw[part],
            spread_down_mw=None if known.spread_down_mw is None else known.spread_down_mw[part],
            wishes=wishes or Wishes(),
        )

    window, told = first(len(time), margins), set(state.thermal if state is not None else ())
    if {unit.id for unit in park.thermal_units} <= told:
        return window
    return replace(window, state=likely_state(first(min(round(1.0 / step_h), len(time)), {}), told))
