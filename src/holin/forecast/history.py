"""What has been measured until now: the one thing that a forecast of this room may look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times, local
from holin.errors import Mismatch
from holin.park import Forecastable, Park, forecastable

Floats = NDArray[np.float64]
Moment = datetime | np.datetime64 | str

HOUR = np.timedelta64(1, "h")
DAY_H = 24.0

DUSK = 1e-4
"""Clear-sky power per unit of nominal below which the sun counts as down."""


@dataclass(frozen=True, kw_only=True, eq=False)
class History:
    """Measured values of all that can be forecast, at equal steps, and what they are measured by.

    `value` (time, signal) is in MW, or currency per MWh; NaN where nothing is known, as in the time to come. `scale`
    (time, signal) is the clear-sky power of a PV plant, known ahead for all hours, and 1 for everything else: a
    forecast is made of value / scale, the clear-sky index, and is zero where the scale is. `modelled` names signals
    whose past years come from a weather model although they themselves are measured.
    """

    time: Times
    signals: tuple[Forecastable, ...]
    value: Floats
    scale: Floats
    time_zone: str
    modelled: tuple[str, ...] = ()

    @property
    def step(self) -> np.timedelta64:
        """Length of one interval."""
        return np.timedelta64(self.time[1] - self.time[0], "ns")

    @property
    def step_h(self) -> float:
        """Length of one interval in hours."""
        return float(self.step / HOUR)

    @property
    def relative(self) -> Floats:
        """Value / scale, shape (time, signal); NaN where it is not known or the sun is down."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.scale > 0, self.value / self.scale, np.nan)


def history_of(
    park: Park,
    available: xr.Dataset,
    demand: xr.Dataset | None = None,
    *,
    clear_mw: xr.DataArray,
    price_per_mwh: xr.DataArray | None = None,
) -> History:
    """Return the history of a park from tables AVAILABLE and DEMAND and from `price_per_mwh` (time, grid).

    `clear_mw` (time, unit) is the clear-sky power of the PV plants (`holin.resource.clear_sky_mw`); its hours are those
    of the history and may reach beyond the tables', where nothing is measured yet. What was curtailed counts as
    available: give what the weather allowed, not what was used. Raises Mismatch where hours have no equal steps.
    """
    time: Times = clear_mw["time"].values.astype("datetime64[ns]")
    if len(time) < 2 or (np.diff(time) != time[1] - time[0]).any():
        raise Mismatch("a history needs hours at equal steps, at least two; fill its gaps with NaN")
    columns = {
        "available_mw": available["available_mw"],
        "load_mw": None if demand is None else demand["load_mw"],
        "price_per_mwh": price_per_mwh,
    }
    signals = [s for s in forecastable(park) if _has(columns[s.column], s)]
    value = [_on(columns[s.column], s, time) for s in signals]
    clear = set(map(str, clear_mw["unit"].values))
    scale = [np.ones(len(time)) for _ in signals]
    for k, signal in enumerate(signals):
        if signal.kind != "pv_plant":
            continue
        if signal.id not in clear:
            raise Mismatch(f"the clear-sky power of PV plant {signal.id} is missing")
        sky = clear_mw.sel(unit=signal.id).values
        scale[k] = np.where(sky > DUSK * signal.most, sky, 0.0)
    return History(
        time=time,
        signals=tuple(signals),
        value=np.column_stack(value) if value else np.zeros((len(time), 0)),
        scale=np.column_stack(scale) if scale else np.zeros((len(time), 0)),
        time_zone=park.facts.time_zone,
    )


def _has(table: xr.DataArray | None, signal: Forecastable) -> bool:
    return table is not None and signal.id in set(map(str, table[signal.dim].values))


def _on(table: xr.DataArray | None, signal: Forecastable, time: Times) -> Floats:
    assert table is not None
    return np.asarray(table.sel({signal.dim: signal.id}).reindex(time=time).values, dtype=float)


def moment_of(moment: Moment) -> np.datetime64:
    """Return a moment as naive UTC, as tables carry it; a datetime without a zone is refused, for it may be local."""
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise Mismatch(f"{moment} has no time zone; give an aware datetime, or a numpy datetime64 in UTC")
        return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "ns")
    utc: np.datetime64 = np.datetime64(moment).astype("datetime64[ns]")
    return utc


def known_until(history: History, now: Moment, *, days: float | None = None) -> History:
    """Return the part of a history whose intervals have ended at `now`: the last `days` of it, or all.

    Everything in this room that looks at a history looks through this function.
    """
    end = int(np.searchsorted(history.time + history.step, moment_of(now), side="right"))
    steps = end if days is None else round(days * DAY_H / history.step_h)
    kept = slice(max(end - steps, 0), end)
    return replace(history, time=history.time[kept], value=history.value[kept], scale=history.scale[kept])


def slots_of(time: Times, step_h: float, time_zone: str) -> NDArray[np.int64]:
    """Return the local month and time of day of each interval as one number, below 12 * slots."""
    clock = local(time, time_zone)
    slots = round(DAY_H / step_h)
    of_day = ((clock.hour * 60 + clock.minute) / 60 / step_h).to_numpy().astype(np.int64)
    return np.asarray((clock.month.to_numpy() - 1) * slots + of_day, dtype=np.int64)


def is_weekend(time: Times, time_zone: str) -> NDArray[np.bool_]:
    """Return whether each interval lies on a local Saturday or Sunday."""
    return np.asarray(local(time, time_zone).day_of_week.to_numpy() >= 5)


def scale_at(history: History, hours: Times) -> Floats:
    """Return the scale (hours, signal) of steps `hours`, which may be finer than the history's.

    Raises Mismatch where the history does not reach.
    """
    place = np.searchsorted(history.time, hours, side="right") - 1
    if len(hours) and (place[0] < 0 or hours[-1] >= history.time[-1] + history.step):
        raise Mismatch(
            f"the history reaches from {history.time[0]} to {history.time[-1] + history.step}, "
            f"not over {hours[0]} .. {hours[-1]}; make it longer, with NaN for what is not measured yet"
        )
    return np.asarray(history.scale[place], dtype=float)


def steps_of(history: History, hours: Times) -> Times:
    """Return the start of the history's interval that each of `hours` lies in.

    Raises Mismatch where `hours` are coarser than the history.
    """
    if len(hours) > 1 and np.diff(hours).min() > history.step:
        raise Mismatch(
            f"the hours have steps of {np.diff(hours).min() / HOUR:g} h, the history of {history.step_h:g} h; "
            "average the history first"
        )
    index = (hours - history.time[0]) // history.step
    return np.asarray(history.time[0] + index * history.step, dtype="datetime64[ns]")


def names_of(signals: Sequence[Forecastable]) -> str:
    """Return ids as a short list for messages."""
    shown = ", ".join(s.id for s in signals[:5])
    return shown if len(signals) <= 5 else f"{shown} and {len(signals) - 5} more"
