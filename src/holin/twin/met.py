"""How a plan meets the weather that comes: steered anew as it becomes known, with the units that the plan has on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from holin.calendar import Times
from holin.dispatch import Ahead, Breach, Window, within
from holin.operation import State
from holin.twin.outlook import Horizon, Outlook

SEEN = "perfect"
"""The source of an outlook that is what comes."""


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What comes: tables AVAILABLE and DEMAND over the hours of the replay and the look-ahead beyond it."""

    available: xr.Dataset
    demand: xr.Dataset
    hours: Times

    def seen(self, time: Times) -> Outlook:
        """Return what comes at these steps as an outlook."""
        return Outlook(available=self.available.sel(time=time), demand=self.demand.sel(time=time), source=SEEN)


@dataclass(frozen=True, kw_only=True)
class Met:
    """What came of a plan: table SCHEDULE of its decided steps, the state after them, what gave way in them."""

    schedule: xr.Dataset
    state: State
    breaches: tuple[Breach, ...]
    seconds: float


def met_as_planned(plan: Ahead, decided: int) -> Met:
    """Return what comes of a plan that knew everything: the plan."""
    return Met(
        schedule=plan.schedule.isel(time=slice(0, decided)),
        state=plan.state_after(decided),
        breaches=within(plan.breaches, decided),
        seconds=0.0,
    )


def met(
    plan: Ahead,
    horizon: Horizon,
    truth: Truth,
    known: Callable[[Horizon], Outlook],
    *,
    every: int,
    window_at: Callable[[Horizon, Outlook, State], Window],
    solve: Callable[[Window, Ahead], Ahead],
) -> Met:
    """Meet what comes in a plan's decided steps, `every` so many anew: these are seen, those after them are forecast.

    Power, storage, potlines and import follow what comes; units stay on and off as planned, for they are ordered the
    day before. Each time the problem reaches to the plan's own end, `known` says what is forecast then, and the state
    goes on from what happened. `window_at` makes the window of a horizon, `solve` its schedule.
    """
    time, state = horizon.time, plan.window.state
    parts, breaches, seconds = list[xr.Dataset](), list[Breach](), 0.0
    for first in range(0, horizon.decided, every):
        count = min(every, horizon.decided - first)
        rest = Horizon(
            start=time[first], horizon_h=count * horizon.step_h,
            lookahead_h=(len(time) - first - count) * horizon.step_h, step_h=horizon.step_h,
        )  # fmt: skip
        window = window_at(rest, _come(known(rest), truth.seen(rest.time), count), state)
        done = solve(replace(window, held_on=_held(plan, first, horizon.decided)), plan)
        state, seconds = done.state_after(count), seconds + done.seconds
        parts.append(done.schedule.isel(time=slice(0, count)))
        breaches += within(done.breaches, count)
    whole = xr.concat(parts, dim="time", coords="minimal", compat="override")
    return Met(schedule=whole, state=state, breaches=tuple(breaches), seconds=seconds)


def _come(forecast: Outlook, seen: Outlook, count: int) -> Outlook:
    """Return an outlook whose first steps are what comes: nothing has to be kept in hand for their forecast."""

    def spread(kept: np.ndarray | None) -> np.ndarray | None:
        return None if kept is None else np.where(np.arange(len(kept)) < count, 0.0, kept)

    def joined(come: xr.Dataset, then: xr.Dataset) -> xr.Dataset:
        at = xr.DataArray(np.arange(come.sizes["time"]) < count, dims="time", coords={"time": come.time})
        columns = {name: come[name].where(at, then[name]) for name in come.data_vars if "time" in come[name].dims}
        return come.assign(columns)

    return replace(
        forecast,
        available=joined(seen.available, forecast.available),
        demand=joined(seen.demand, forecast.demand),
        spread_up_mw=spread(forecast.spread_up_mw),
        spread_down_mw=spread(forecast.spread_down_mw),
    )


def _held(plan: Ahead, first: int, decided: int) -> dict[str, np.ndarray]:
    """Return what is on in the rest of the decided steps; open where it was only looked ahead to."""
    on = np.round(plan.schedule.committed.values[first:])
    on[decided - first :] = np.nan
    return {str(unit): on[:, k] for k, unit in enumerate(plan.schedule.thermal_unit.values)}
