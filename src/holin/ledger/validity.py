"""How long a certificate is valid, and the local months that count."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=100_000)
def expiry(start: int, valid_months: int, time_zone: str) -> int:
    """Return when a certificate of an interval ends to be valid: so many months after its local month, in s (UTC)."""
    made = datetime.fromtimestamp(start, ZoneInfo(time_zone))
    return month_start(made.year, made.month + 1 + valid_months, time_zone)


def month_start(year: int, month: int, time_zone: str) -> int:
    """Return the start of a local month in s (UTC); months beyond 12 are those of later years."""
    years, rest = divmod(month - 1, 12)
    return int(datetime(year + years, rest + 1, 1, tzinfo=ZoneInfo(time_zone)).timestamp())
