"""Hours: UTC inside, local days, months and years at the doors."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Times = NDArray[np.datetime64]


def hours_between(start: date | datetime, end: date | datetime, time_zone: str) -> Times:
    """Return the starts of all hours from local `start` to local `end` (excluded), in UTC; a date is its midnight.

    A year keeps all its hours: 8,784 in a leap year, and 23- and 25-hour days where the zone has them. A local time
    that comes twice is the first of both unless its `fold` is 1, one that the clocks skip is as long after the change
    as it is after the skipped hour's start (PEP 495); a time with a zone of its own is taken as that instant. Raises
    ValueError where `start` or `end` is not the start of a local hour, or no whole hours lie between them.
    """
    first, last = (_instant(edge, time_zone) for edge in (start, end))
    if (last - first) % timedelta(hours=1):
        raise ValueError(f"the clocks of {time_zone} change by less than an hour between {start} and {end}")
    return _naive(pd.date_range(first, last, freq="h", inclusive="left"))


def _instant(edge: date | datetime, time_zone: str) -> datetime:
    moment = edge if isinstance(edge, datetime) else datetime(edge.year, edge.month, edge.day)
    zone = ZoneInfo(time_zone)
    here = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
    if (here.minute, here.second, here.microsecond) != (0, 0, 0):
        raise ValueError(f"{edge} is not the start of a local hour of {time_zone}; give whole hours")
    return here.astimezone(UTC)


def steps_of(hours: Times, step_h: float) -> Times:
    """Return the starts of the steps of `step_h` that hours (UTC starts) are divided into, one whole part of an hour.

    Raises ValueError where an hour is not a whole number of steps.
    """
    parts = round(1.0 / step_h)
    if parts < 1 or abs(parts * step_h - 1.0) > 1e-9:
        raise ValueError(f"a step of {step_h:g} h is no whole part of an hour; give 1, 0.5 or 0.25")
    within = np.arange(parts) * np.timedelta64(round(3600 / parts), "s")
    times: Times = (hours[:, None] + within[None, :]).ravel()
    return times


def hours_of_year(year: int, time_zone: str) -> Times:
    """Return the starts of all hours of a local calendar year, in UTC."""
    return hours_between(date(year, 1, 1), date(year + 1, 1, 1), time_zone)


def local(time: Times, time_zone: str) -> pd.DatetimeIndex:
    """Return UTC times as local ones, for months, days and hours of the day."""
    return pd.DatetimeIndex(time).tz_localize("UTC").tz_convert(ZoneInfo(time_zone))


def utc(local_time: pd.DatetimeIndex) -> Times:
    """Return time-zone-aware times as naive UTC, the form that tables carry."""
    return _naive(local_time.tz_convert("UTC"))


def stamp(moment: np.datetime64) -> str:
    """Return a UTC time to the minute with its Z, as messages show it."""
    return f"{moment.astype('datetime64[m]')}Z"


def _naive(index: pd.DatetimeIndex) -> Times:
    times: Times = index.tz_localize(None).to_numpy(dtype="datetime64[ns]")
    return times
