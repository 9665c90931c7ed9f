"""Hours: UTC inside, local days, months and years at the doors."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Times = NDArray[np.datetime64]


def hours_between(start: date | datetime, end: date | datetime, time_zone: str) -> Times:
    """Return the starts of all hours from local `start` to local `end` (excluded), in UTC; a date is its midnight.

    A year keeps all its hours: 8,784 in a leap year, and 23- and 25-hour days where the zone has them.
    """
    edges = [pd.Timestamp(day).tz_localize(ZoneInfo(time_zone)).tz_convert("UTC") for day in (start, end)]
    return _naive(pd.date_range(edges[0], edges[1], freq="h", inclusive="left"))


def hours_of_year(year: int, time_zone: str) -> Times:
    """Return the starts of all hours of a local calendar year, in UTC."""
    return hours_between(date(year, 1, 1), date(year + 1, 1, 1), time_zone)


def local(time: Times, time_zone: str) -> pd.DatetimeIndex:
    """Return UTC times as local ones, for months, days and hours of the day."""
    return pd.DatetimeIndex(time).tz_localize("UTC").tz_convert(ZoneInfo(time_zone))


def utc(local_time: pd.DatetimeIndex) -> Times:
    """Return time-zone-aware times as naive UTC, the form that tables carry."""
    return _naive(local_time.tz_convert("UTC"))


def _naive(index: pd.DatetimeIndex) -> Times:
    times: Times = index.tz_localize(None).to_numpy(dtype="datetime64[ns]")
    return times
