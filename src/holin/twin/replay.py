"""A year rolled through window by window with what was known then, and what it cost against knowing everything."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from holin.calendar import Times, local
from holin.dispatch import (
    Ahead,
    Breach,
    Window,
    dispatch_ahead,
    fallback,
    first_state,
    running_cost,
)
from holin.errors import BadInput, CheckFailed, Fault, SolverFailed
from holin.forecast import Fit, History, Method, fitted, forecast_of
from holin.operation import State, hours_of
from holin.park import Park, Stage, at_stage, out_of_service, stage_of
from holin.parkfile import read_park
from holin.resource import available, demand
from holin.twin.ahead import window_of
from holin.twin.budget import YearPlan, begun_year, budget_figures, expected_year, steered, year_plan
from holin.twin.expectation import Expectation, expectation_of
from holin.twin.history import known_history
from holin.twin.met import SEEN, Met, Truth, met, met_as_planned
from holin.twin.outlook import Horizon, Outlook, expected_outlook
from holin.twin.run import Progress, hours_of_run, weather_of

MET_GAP = 1e-2
"""Beyond the decided hours, whose units are held, what runs is only looked ahead to."""

PERFECT = SEEN
"""The forecast that knows what comes."""


@dataclass(frozen=True, kw_only=True)
class Replay:
    """A replay: what was done (`schedule`, table SCHEDULE, over all hours), what it cost by part, each window's row.

    `windows` has per window its start and local day, status, gap, seconds, breaches and the duties among them; `cost`
    is worked out from the whole schedule at the end, demand charges by the months' peaks. `state_out` is what it
    leaves: a content or metal owed at the end is not in the cost.
    """

    park: Park
    stage: Stage
    method: str
    schedule: xr.Dataset
    state_out: State
    cost: dict[str, float]
    windows: tuple[dict[str, Any], ...]
    seconds: float
    budgets: tuple[dict[str, Any], ...] = ()

    @property
    def total(self) -> float:
        """The cost of all that was done (currency)."""
        return sum(self.cost.values())


def replay(
    park: Park | str | Path,
    *,
    stage: str | None = None,
    start: date | None = None,
    end: date | None = None,
    method: str = Method.BLEND.value,
    horizon_h: int = 24,
    lookahead_h: int = 24,
    weather: str | Path | None = None,
    seed: int | None = None,
    budget: YearPlan | xr.Dataset | None = None,
    mip_gap: float = 1e-3,
    redispatch_h: int = 1,
    seconds_max: float = 30.0,
    on_progress: Progress | None = None,
) -> Replay:
    """Roll through a stage's local year (or from `start` to `end`, excluded), hour by hour in windows of `horizon_h`.

    At each window's start a forecast (`forecast.Method`, or "perfect") of what was known then makes a plan; then the
    weather that comes is met with the units that the plan has on: every `redispatch_h` hours, with these hours known
    and a new forecast of those after them, their power, storage, potlines and import are steered anew, as a dispatcher
    would. The state goes on from what happened, not from the plan. Nothing a forecast uses lies beyond its start. Rules
    of the year that the park enforces have targets at each window's end (`budget.targets`), from a plan of the year
    (`budget`, or its table SCHEDULE); without one it is made on another draw of the climate.
    Raises BadInput where `redispatch_h` does not divide `horizon_h`.
    """
    began = clock.perf_counter()
    if redispatch_h < 1 or horizon_h % redispatch_h:
        problem = f"windows of {horizon_h} h are no multiple of it"
        right = "give a whole number of hours that divides the horizon"
        fault = Fault(file="replay", field="redispatch", value=str(redispatch_h), problem=problem, right=right)
        raise BadInput([fault])
    say = on_progress or (lambda what, share: None)
    whole = park if isinstance(park, Park) else read_park(park)
    at = stage_of(whole, stage)
    frozen = at_stage(whole, at)
    truth = _truth(frozen, hours_of_run(frozen, at, start, end), lookahead_h, weather, seed)
    source = _source(frozen, truth, method, seed)
    state, parts, rows = first_state(frozen, truth.hours[0]), list[xr.Dataset](), list[dict[str, Any]]()
    first = state
    year_plan_at = _year_plans(frozen, budget, seed)
    expected: dict[str, Expectation] = {}
    last: Ahead | None = None
    count = len(truth.hours)
    for step in range(0, count, horizon_h):
        horizon = Horizon(
            start=truth.hours[step], horizon_h=float(min(horizon_h, count - step)), lookahead_h=float(lookahead_h),
            step_h=1.0,
        )  # fmt: skip
        months = f"{_month(frozen, horizon.start)} {_month(frozen, horizon.time[-1])}"
        if months not in expected:
            expected[months] = expectation_of(frozen, horizon.time, seed=seed)
        yearly = year_plan_at(horizon.start)
        window = window_of(frozen, horizon, source(horizon), expected[months], state=state, budget=yearly)
        state = window.state
        plan = _solved(window, last, mip_gap=mip_gap, seconds_max=seconds_max)
        if method == PERFECT:
            done = met_as_planned(plan, horizon.decided)
        else:
            window_at = partial(_window, frozen, expected[months], yearly)
            solve = partial(_solved, mip_gap=MET_GAP, seconds_max=seconds_max)
            done = met(plan, horizon, truth, source, every=redispatch_h, window_at=window_at, solve=solve)
        state, last = done.state, plan
        parts.append(done.schedule)
        rows.append(_row(horizon, plan, done, _day(frozen, horizon.start)))
        say("replay", min(1.0, (step + horizon_h) / count))
    schedule = xr.concat(parts, dim="time", coords="minimal", compat="override")
    cost = _cost(frozen, schedule, first)
    yearly = year_plan_at(truth.hours[0])
    budgets = (
        () if yearly is None else tuple(budget_figures(frozen, yearly, begun_year(first, yearly), schedule, step_h=1.0))
    )
    return Replay(
        park=whole, stage=at, method=method, schedule=schedule, state_out=state, cost=cost, windows=tuple(rows),
        seconds=clock.perf_counter() - began, budgets=budgets,
    )  # fmt: skip


def _truth(park: Park, hours: Times, lookahead_h: int, weather: str | Path | None, seed: int | None) -> Truth:
    beyond = hours[-1] + np.arange(1, lookahead_h + 1) * np.timedelta64(1, "h")
    all_hours = np.concatenate([hours, beyond]).astype("datetime64[ns]")
    sky = weather_of(park, all_hours, weather, seed)
    return Truth(available=available(park, sky), demand=demand(park, all_hours, sky), hours=hours)


def _source(park: Park, truth: Truth, method: str, seed: int | None) -> Callable[[Horizon], Outlook]:
    """Return what is known at a horizon's start, by the method."""
    if method == PERFECT:
        return lambda horizon: truth.seen(horizon.time)
    way = Method(method)
    history = known_history(park, truth.available, truth.demand, seed=seed)
    fits: dict[str, Fit] = {}

    def known(horizon: Horizon) -> Outlook:
        month = _month(park, horizon.start)
        if month not in fits:  # anew each month, of the past alone
            fits[month] = fitted(history, horizon.start)
        return _forecast(history, way, horizon, fits[month], truth)

    return known


def _forecast(history: History, way: Method, horizon: Horizon, fit: Fit, truth: Truth) -> Outlook:
    window = forecast_of(way, history, horizon.start, horizon.time, fit=fit)
    seen = truth.seen(horizon.time)  # heat duty and the tables' labels; its weather and loads are put aside
    return expected_outlook(seen, window, source=way.value)


def _window(
    park: Park, expected: Expectation, yearly: YearPlan | None, horizon: Horizon, known: Outlook, state: State
) -> Window:
    return window_of(park, horizon, known, expected, state=state, budget=yearly)


def _year_plans(
    park: Park, budget: YearPlan | xr.Dataset | None, seed: int | None
) -> Callable[[np.datetime64], YearPlan | None]:
    """Return the plan of the year, by a window's start, that rules are steered by; None where there is none to steer.

    The plan that is given, or one of each year that begins, made when it does.
    """
    given = year_plan(park, budget) if isinstance(budget, xr.Dataset) else budget
    made: dict[int, YearPlan] = {}

    def plan(start: np.datetime64) -> YearPlan | None:
        if given is not None or not steered(park) or not park.climates:
            return given
        year = int(local(np.array([start]), park.facts.time_zone).year[0])
        if year not in made:
            made[year] = expected_year(park, year, seed=seed)
        return made[year]

    return plan


def _solved(window: Window, last: Ahead | None, *, mip_gap: float, seconds_max: float) -> Ahead:
    """Return the schedule of a window; where the solver fails, `last` adjusted or a priority list: the year goes on."""
    try:
        return dispatch_ahead(window, mip_gap=mip_gap, seconds_max=seconds_max, start=last)
    except (SolverFailed, CheckFailed) as failure:
        return fallback(window, last, seconds_max=seconds_max, reason=str(failure))


def _row(horizon: Horizon, plan: Ahead, done: Met, day: str) -> dict[str, Any]:
    said: dict[str, float] = {}
    for breach in done.breaches:
        name = f"{breach.kind} {breach.element}".strip()
        said[name] = said.get(name, 0.0) + breach.total
    return {
        "day": day,
        "start": f"{np.datetime_as_string(horizon.start, unit='s')}Z",
        "hours": horizon.decided,
        "status": plan.status,
        "mip_gap": plan.mip_gap,
        "seconds": plan.seconds + done.seconds,
        "duties_broken": len({(b.kind, b.element) for b in done.breaches if b.duty}),
        "duties": _duties(done.breaches),
        "breaches": said,
    }


def _duties(breaches: Sequence[Breach]) -> list[dict[str, Any]]:
    """Return the duties that gave way, the dearest first: the most in any step in `unit`, and of power the energy."""
    alike: dict[tuple[str, str], list[Breach]] = {}
    for breach in (b for b in breaches if b.duty):
        alike.setdefault((breach.kind, breach.element), []).append(breach)
    ranked = sorted(alike.items(), key=lambda item: -sum(b.cost for b in item[1]))
    return [
        {
            "kind": kind, "element": element, "unit": some[0].unit, "most": max(b.amount for b in some),
            "energy_mwh": sum(b.total for b in some) if some[0].unit == "MW" else None,
        }
        for (kind, element), some in ranked
    ]  # fmt: skip


def _cost(park: Park, schedule: xr.Dataset, first: State) -> dict[str, float]:
    """Return the running cost of the whole, a part of a month bearing its part of the demand charge."""
    time = schedule.time.values
    hours = hours_of(time, park.facts.time_zone, out=out_of_service(park, time))
    return running_cost(park, hours, first, schedule, counted=None)


def _day(park: Park, moment: np.datetime64) -> str:
    return f"{local(np.array([moment]), park.facts.time_zone)[0]:%Y-%m-%d}"


def _month(park: Park, moment: np.datetime64) -> str:
    return f"{local(np.array([moment]), park.facts.time_zone)[0]:%Y-%m}"


def _left(made: Replay) -> dict[str, float]:
    """What a replay leaves beside its cost: energy in store, and metal that is still owed."""
    left = made.state_out
    return {
        "stored_mwh": float(sum(left.soc_mwh.values())),
        "metal_owed_t": float(sum(line.metal_owed_t for line in left.potline.values())),
    }


def replay_figures(made: Replay, perfect: Replay | None = None) -> dict[str, Any]:
    """Return a replay as plain values, beside the same hours replayed with a perfect forecast where given."""
    time = made.schedule.time.values
    figures: dict[str, Any] = {
        "method": made.method,
        "hours": len(time),
        "cost": {name: float(value) for name, value in made.cost.items()},
        "total": made.total,
        "shed_mwh": float(made.schedule.shed_mw.values.sum()),
        "windows": len(made.windows),
        **_left(made),
        "duties_broken": sum(w["duties_broken"] for w in made.windows),
        "mip_gap_max": max((w["mip_gap"] for w in made.windows), default=0.0),
        "mip_gap_mean": float(np.mean([w["mip_gap"] for w in made.windows])) if made.windows else 0.0,
        "seconds": made.seconds,
        "budgets": list(made.budgets),
        "rows": list(made.windows),
    }
    if perfect is not None:
        figures["perfect_total"] = perfect.total
        figures["above_perfect"] = made.total / perfect.total - 1.0 if perfect.total else None
        figures["perfect_cost"] = {name: float(value) for name, value in perfect.cost.items()}
        figures["perfect_seconds"] = perfect.seconds
        figures |= {f"perfect_{name}": value for name, value in _left(perfect).items()}
    return figures
