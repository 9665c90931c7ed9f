"""What is known of the steps ahead: from the weather, or from forecasts as they stood then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from holin.calendar import Times, utc
from holin.errors import BadInput, Fault
from holin.forecast import quantile_of, reserve_by_quantile
from holin.kernel.linear import Floats
from holin.operation import renewables_of
from holin.park import Park
from holin.resource import available, demand, in_steps
from holin.twin.run import weather_of

LOW = 0.1
"""Reserve is kept for what the median forecast lies above this quantile, and below its mirror image."""


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


def expected_outlook(seen: Outlook, window: xr.Dataset, *, source: str) -> Outlook:
    """Return an outlook with the medians of a forecast's window (time, unit or load, quantile) in place of the weather.

    What the forecast does not speak of (heat duty, units or loads that it does not name) stays as `seen`; the spread of
    its quantiles asks for reserve (`reserve_by_quantile`). An hourly window holds over the steps of its hours.
    """
    time = seen.available.time.values
    kept = reserve_by_quantile(window, LOW)
    return replace(
        seen,
        available=_with(seen.available, "available_mw", quantile_of(window["available_mw"], 0.5), time),
        demand=_with(seen.demand, "load_mw", quantile_of(window["load_mw"], 0.5), time),
        spread_up_mw=_held(kept["reserve_up_mw"], time),
        spread_down_mw=_held(kept["reserve_down_mw"], time),
        source=source,
    )


def _with(table: xr.Dataset, column: str, values: xr.DataArray, time: Times) -> xr.Dataset:
    """Return a table with other values in one column, in the table's own order, where there are such."""
    _, dim = table[column].dims
    changed = np.array(table[column].values, dtype=float)
    known = list(map(str, values[dim].values))
    rows = np.searchsorted(values["time"].values, time, side="right") - 1
    for k, label in enumerate(map(str, table[dim].values)):
        if label in known:
            changed[:, k] = values.transpose("time", dim).values[rows, known.index(label)]
    return table.assign({column: (table[column].dims, changed)})


def _held(column: xr.DataArray, time: Times) -> Floats:
    rows = np.searchsorted(column["time"].values, time, side="right") - 1
    return np.asarray(column.values[rows], dtype=float)
