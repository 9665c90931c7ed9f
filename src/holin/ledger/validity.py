"""How long a certificate is valid, and the local months that count."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

MOST_WH = 100_000_000_000
"""No interval holds more: 100 GWh, four times what the largest plant makes in an hour. Sums stay far below 2^63."""

DAY_S = 86_400

LAST_START = 2**33
"""Intervals begin in s since 1970; later than this (the year 2242) are milliseconds or a slip."""


def wrong_interval(start: int, out_wh: int, in_wh: int) -> tuple[str, str]:
    """Return what is wrong with a measured interval and what would be right; empty where nothing is."""
    if type(start) is not int or not 0 <= start < LAST_START:
        return f"starts at {start}", "whole seconds since 1970, UTC"
    for wh in (out_wh, in_wh):
        if type(wh) is not int:
            return f"has {wh!r} Wh", "whole Wh, rounded down"
        if not 0 <= wh <= MOST_WH:
            return f"has {out_wh} Wh out and {in_wh} Wh in", f"both 0 or more, and at most {MOST_WH}"
    return "", ""


@lru_cache(maxsize=100_000)
def expiry(start: int, valid_months: int, time_zone: str) -> int:
    """Return when a certificate of an interval ends to be valid: so many months after its local month, in s (UTC)."""
    made = datetime.fromtimestamp(start, ZoneInfo(time_zone))
    return month_start(made.year, made.month + 1 + valid_months, time_zone)


def month_start(year: int, month: int, time_zone: str) -> int:
    """Return the start of a local month in s (UTC); months beyond 12 are those of later years."""
    years, rest = divmod(month - 1, 12)
    return int(datetime(year + years, rest + 1, 1, tzinfo=ZoneInfo(time_zone)).timestamp())


def local_month(start: int, time_zone: str) -> tuple[int, int]:
    """Return the local year and month of a moment in s (UTC)."""
    moment = datetime.fromtimestamp(start, ZoneInfo(time_zone))
    return moment.year, moment.month
