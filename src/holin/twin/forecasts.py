"""The paths of forecasts: a park and moments -> its past -> forecasts of what comes; a forecast against what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times
from holin.errors import BadInput, Fault, Mismatch
from holin.forecast import (
    QUANTILES,
    History,
    Method,
    fitted,
    forecast_of,
    issues_of,
    known_at,
    skill,
    stood_in,
    weather_service,
)
from holin.park import Park, Stage, at_stage, stage_of
from holin.parkfile import read_forecast, read_park
from holin.resource import as_measured, available, demand
from holin.twin.history import PAST_YEARS, known_history
from holin.twin.outlook import Horizon, Outlook, expected_outlook, moment_utc
from holin.twin.run import Progress, weather_of

Floats = NDArray[np.float64]

SERVICE = "service"
OWN_DAYS = 35
HOUR = np.timedelta64(1, "h")


@dataclass(frozen=True, kw_only=True)
class Foretold:
    """Forecasts of a park at a stage (table FORECAST), the history that they were made from, and by what method."""

    park: Park
    stage: Stage
    method: str
    forecast: xr.Dataset
    history: History


def foretold(
    park: Park | str | Path,
    *,
    stage: str | None = None,
    first: date | datetime,
    issues: int = 1,
    every_h: float = 24.0,
    horizon_h: float = 48.0,
    method: Method | str = Method.BLEND,
    weather: str | Path | None = None,
    seed: int | None = None,
    past_years: int = PAST_YEARS,
    on_progress: Progress | None = None,
) -> Foretold:
    """Return forecasts of a park: `issues` of them from a local day or hour on, one every `every_h` hours.

    A baseline knows the weather (the park's synthetic year, drawn by `seed`, or a file) until each issue, and past
    years of other draws; "service" is a synthetic weather service, which knows the truth. Raises BadInput where the
    issue is no start of an hour, Mismatch where the past is too short.
    """
    say = on_progress or (lambda what, share: None)
    whole = park if isinstance(park, Park) else read_park(park)
    at = stage_of(whole, stage)
    frozen = at_stage(whole, at)
    if not frozen.climates:
        right = "add a row to climate.csv, or forecast with your own history (holin.forecast)"
        raise BadInput([Fault(file="climate.csv", problem="the park has no climate, so it has no past", right=right)])
    issued = moment_utc(frozen, first, 1.0) + (np.arange(issues) * round(every_h * 3600)).astype("timedelta64[s]")
    moments: Times = issued.astype("datetime64[ns]")
    say("weather", 0.0)
    history = history_around(frozen, moments, horizon_h, weather=weather, seed=seed, past_years=past_years)
    say("forecast", 0.0)
    fit = fitted(history, moments[0])
    used = frozen.climates[0].seed if seed is None else seed
    made = (
        weather_service(frozen, history, moments, horizon_h=horizon_h, seed=used, fit=fit)
        if method == SERVICE
        else issues_of(method, history, moments, horizon_h=horizon_h, fit=fit)
    )
    return Foretold(park=whole, stage=at, method=str(method), forecast=made, history=history)


def history_around(
    park: Park,
    issued: Times,
    horizon_h: float,
    *,
    weather: str | Path | None = None,
    seed: int | None = None,
    past_years: int = PAST_YEARS,
) -> History:
    """Return the history from past years to the last hour that any issue reaches, of a park frozen at a stage.

    The park's own weather begins OWN_DAYS before the first issue, which is as far back as a single forecast looks. A
    measured series may end with the first issue: what is not measured yet is NaN.
    """
    last = issued[-1] + np.timedelta64(round(horizon_h * 3600), "s")
    hours: Times = np.arange(issued[0] - np.timedelta64(OWN_DAYS, "D"), last, HOUR).astype("datetime64[ns]")
    sky = weather_of(park, hours, weather, seed)
    may, must = as_measured(park, hours, sky)
    return known_history(park, may, must, past_years=past_years, seed=seed)


def foreseen(
    park: Park,
    horizon: Horizon,
    seen: Outlook,
    forecast: str | Path | xr.Dataset | Method,
    *,
    weather: str | Path | None = None,
    seed: int | None = None,
    local_times: bool = False,
) -> tuple[Outlook, list[dict[str, object]]]:
    """Return what was known at a horizon's start: by a forecast (a file, a table FORECAST) or a baseline's method.

    Where the newest issues do not reach, the climatology stands in; for what, the second value says (`stood_in`).
    `seen` gives what a forecast does not speak of.
    """
    time = horizon.time
    hours: Times = np.unique(time.astype("datetime64[h]")).astype("datetime64[ns]")
    issued = horizon.start.astype("datetime64[h]")  # within an hour, what was known at its start
    moments = np.array([issued])

    def baseline(method: Method, quantiles: Sequence[float] = QUANTILES) -> xr.Dataset:
        history = history_around(park, moments, horizon.horizon_h + horizon.lookahead_h + 1, weather=weather, seed=seed)
        return forecast_of(method, history, issued, hours, quantiles=quantiles)

    if isinstance(forecast, Method):
        return expected_outlook(seen, baseline(forecast), source=forecast.value), []
    table = forecast if isinstance(forecast, xr.Dataset) else read_forecast(forecast, park, local_times=local_times)
    try:
        window = known_at(table, horizon.start, hours)
    except Mismatch:
        stand_in = baseline(Method.CLIMATOLOGY, table["quantile"].values.tolist())
        window = known_at(table, horizon.start, hours, fallback=stand_in)
    return expected_outlook(seen, window, source="forecast"), stood_in(window)


def came_of(history: History) -> xr.Dataset:
    """Return what a history holds as `available_mw` (time, unit), `load_mw` (time, load), for `skill`."""
    columns, coords = {}, {"time": history.time}
    for column, dim in (("available_mw", "unit"), ("load_mw", "load")):
        chosen = [k for k, s in enumerate(history.signals) if s.column == column]
        columns[column] = (("time", dim), history.value[:, chosen])
        coords[dim] = np.array([history.signals[k].id for k in chosen], dtype=object)
    return xr.Dataset(columns, coords=coords)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One element of a window, or a sum of them: quantiles (time, quantile), what came (time,), nominal power; MW."""

    values: xr.DataArray
    came_mw: Floats
    nominal_mw: float


SUMS = {"wind": "wind_farm", "pv": "pv_plant", "loads": "load"}


def part_of(made: Foretold, window: xr.Dataset, element: str) -> Part:
    """Return an element of a window by its id, or the sum of "wind", "pv" or "loads": the sum of each quantile.

    Raises BadInput where there is none.
    """
    chosen = [k for k, s in enumerate(made.history.signals) if s.id == element or s.kind == SUMS.get(element)]
    if not chosen:
        known = ", ".join(s.id for s in made.history.signals[:12])
        problem, right = "the park has nothing to forecast of this name", f"wind, pv, loads, or one of {known}"
        raise BadInput([Fault(file="forecast", field="element", value=element, problem=problem, right=right)])
    signals = [made.history.signals[k] for k in chosen]
    column, dim = signals[0].column, signals[0].dim
    rows = np.searchsorted(made.history.time, window["time"].values)
    return Part(
        values=window[column].sel({dim: [s.id for s in signals]}).sum(dim).transpose("time", "quantile"),
        came_mw=made.history.value[rows][:, chosen].sum(axis=1),
        nominal_mw=sum(s.nominal or 0.0 for s in signals),
    )


def scored(
    forecast: str | Path | xr.Dataset,
    park: Park,
    came: xr.Dataset | None = None,
    *,
    weather: str | Path | None = None,
    seed: int | None = None,
    local_times: bool = False,
) -> xr.Dataset:
    """Return the skill of a forecast (a file or a table) against what came, for a park frozen at a stage.

    `came` has the columns of AVAILABLE and DEMAND, as a run has them; without it the park's own weather counts.
    """
    table = forecast if isinstance(forecast, xr.Dataset) else read_forecast(forecast, park, local_times=local_times)
    if came is None:
        moments = table["issued"].values
        first, last = moments[0], moments[-1] + table["lead"].values[-1]
        hours: Times = np.arange(first.astype("datetime64[h]"), last + HOUR, HOUR).astype("datetime64[ns]")
        sky = weather_of(park, hours, weather, seed)
        came = xr.merge([available(park, sky)[["available_mw"]], demand(park, hours, sky)[["load_mw"]]])
    return skill(table, came)
