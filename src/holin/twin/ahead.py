"""The path of the hours ahead: a park and a moment -> what is known -> a window -> its schedule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from holin.calendar import Times, local, utc
from holin.dispatch import (
    Ahead,
    Window,
    Wishes,
    case_of,
    completed,
    dispatch_ahead,
    first_state,
    islands_of,
    topologies_of,
)
from holin.errors import BadInput, Fault
from holin.kernel.linear import Floats
from holin.operation import State, renewables_of
from holin.park import Park, Stage, at_stage, stage_of
from holin.parkfile import read_park
from holin.resource import available, demand, in_steps
from holin.twin.expectation import Expectation, counted_mw, expectation_of
from holin.twin.run import weather_of

Progress = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True)
class Horizon:
    """Steps of `step_h` from `start` (UTC) on: `horizon_h` are decided, `lookahead_h` beyond them are seen."""

    start: np.datetime64
    horizon_h: float = 24.0
    lookahead_h: float = 24.0
    step_h: float = 0.25

    @property
    def decided(self) -> int:
        """Number of steps that are decided."""
        return round(self.horizon_h / self.step_h)

    @property
    def time(self) -> Times:
        """Starts of all steps, decided and seen."""
        count = round((self.horizon_h + self.lookahead_h) / self.step_h)
        step = np.timedelta64(round(self.step_h * 3600), "s")
        times: Times = self.start.astype("datetime64[ns]") + np.arange(count) * step
        return times


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What is known of the steps ahead: tables AVAILABLE and DEMAND at these steps, and what forecasts may be off by.

    `spread_up_mw`, `spread_down_mw` (time,) ask for reserve; `source` says in a word where it comes from.
    """

    available: xr.Dataset
    demand: xr.Dataset
    spread_up_mw: Floats | None = None
    spread_down_mw: Floats | None = None
    source: str = "weather"


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A schedule of the hours ahead: the whole park, it frozen at its stage, what was decided for, and the schedule.

    `state_out` is the state after the decided steps.
    """

    park: Park
    frozen: Park
    stage: Stage
    horizon: Horizon
    outlook: Outlook
    expected: Expectation
    made: Ahead
    state_out: State

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
    weather: str | Path | None = None,
    seed: int | None = None,
    wishes: Wishes | None = None,
    mip_gap: float = 1e-3,
    seconds_max: float | None = 120.0,
    on_progress: Progress | None = None,
) -> Planned:
    """Return the schedule of a park from a local day or moment on, in steps of `step_h`.

    It begins in `state` (as `first_state` has it where nothing is given), decides `horizon_h` hours and sees
    `lookahead_h` more. `weather` and `seed` are those of `run`. Raises BadInput where the moment is no start of a step
    or lies before the state's.
    """
    say = on_progress or (lambda what, share: None)
    whole = park if isinstance(park, Park) else read_park(park)
    at = stage_of(whole, stage)
    frozen = at_stage(whole, at)
    horizon = Horizon(
        start=moment_utc(frozen, day, step_h), horizon_h=horizon_h, lookahead_h=lookahead_h, step_h=step_h
    )
    say("weather", 0.0)
    known = outlook_of(frozen, horizon, weather=weather, seed=seed)
    say("dispatch", 0.0)
    expected = expectation_of(frozen, horizon.time, seed=seed)
    window = window_of(frozen, horizon, known, expected, state=state, wishes=wishes)
    made = dispatch_ahead(window, mip_gap=mip_gap, seconds_max=seconds_max)
    return Planned(
        park=whole, frozen=frozen, stage=at, horizon=horizon, outlook=known, expected=expected, made=made,
        state_out=made.state_after(horizon.decided),
    )  # fmt: skip


def moment_utc(park: Park, day: date | datetime, step_h: float) -> np.datetime64:
    """Return a local day's midnight or a local moment as UTC; raises BadInput where no step starts at it."""
    moment = day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)
    zone = park.facts.time_zone
    there = pd.DatetimeIndex([moment])
    when: np.datetime64 = utc(there.tz_localize(zone) if there.tz is None else there)[0]
    minutes = (when - when.astype("datetime64[h]")) / np.timedelta64(1, "m")
    if abs(minutes / 60 / step_h - round(minutes / 60 / step_h)) > 1e-9:
        problem = f"no step of {step_h * 60:g} minutes starts then"
        raise BadInput([Fault(file="window", field="day", value=f"{day}", problem=problem, right="give a whole step")])
    return when


def outlook_of(park: Park, horizon: Horizon, *, weather: str | Path | None = None, seed: int | None = None) -> Outlook:
    """Return what the weather (a file, or the park's synthetic year) makes available and asks for in a horizon."""
    if weather is None and not park.climates:
        problem = "the park has no climate, so no weather can be drawn"
        right = "add a row, or give a weather file"
        raise BadInput([Fault(file="climate.csv", problem=problem, right=right)])
    time = horizon.time
    first, last = time[0].astype("datetime64[h]"), time[-1].astype("datetime64[h]")
    hours = np.arange(first, last + np.timedelta64(1, "h"), np.timedelta64(1, "h")).astype("datetime64[ns]")
    sky = weather_of(park, hours, weather, seed)
    may, must = available(park, sky), demand(park, hours, sky)
    nominal = np.array([u.p_nom_mw for u in renewables_of(park)])
    return Outlook(
        available=in_steps(may, horizon.step_h, highest={"available_mw": nominal}).sel(time=time),
        demand=in_steps(must, horizon.step_h).sel(time=time),
    )


def window_of(
    park: Park,
    horizon: Horizon,
    known: Outlook,
    expected: Expectation,
    *,
    state: State | None = None,
    losses: xr.DataArray | None = None,
    wishes: Wishes | None = None,
) -> Window:
    """Return the window of a park frozen at a stage: its arrays, its state, and what is expected beyond it."""
    time, step_h = horizon.time, horizon.step_h
    begun = completed(park, state) if state is not None else first_state(park, time[0])
    if begun.time != time[0]:
        problem = f"the state is of {begun.time}Z, the schedule begins at {time[0]}Z"
        raise BadInput([Fault(file="state", field="time", problem=problem, right="begin the schedule at the state")])
    islands = islands_of(topologies_of(park, time), len(time))
    case = case_of(park, known.available, known.demand, islands=islands, losses=losses, step_h=step_h)
    return Window(
        case=case,
        state=begun,
        counted=counted_mw(park, case.hours, begun, expected),
        end_per_mwh={s.id: expected.price_per_mwh * s.efficiency_discharge for s in park.storages},
        spread_up_mw=known.spread_up_mw,
        spread_down_mw=known.spread_down_mw,
        wishes=wishes or Wishes(),
    )
