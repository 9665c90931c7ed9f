"""Times as they are written in files: with offset, or local; the clocks' changes told apart or refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from holin.calendar import Times, utc

OFFSET = re.compile(r"(Z|[+-]\d\d:?\d\d)$")
FORM = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?")
LEAP_SECOND = re.compile(r"(:\d\d):60")
YEARS = (1990, 2200)
AS_TIME = f"write 2025-01-01 13:00+08:00, or local time as 2025-01-01 13:00, in the years {YEARS[0]} to {YEARS[1]}"


@dataclass(frozen=True, kw_only=True)
class Moments:
    """Distinct texts as UTC (text,), NaT where there is none or more than one.

    `zoned` have an offset. Of a local time that comes twice (`twice`) `time` is the first and `second` the later one;
    `never` marks local times that the clocks skip.
    """

    time: Times
    second: Times
    zoned: NDArray[np.bool_]
    twice: NDArray[np.bool_]
    never: NDArray[np.bool_]


def moments_of(texts: Sequence[str], time_zone: str) -> Moments:
    """Return texts as moments: ISO 8601 with offset or Z, or local time of the zone.

    A leap second (23:59:60) is the second after 23:59:59, the moment that Unix time has for it.
    """
    zoned = np.array([bool(OFFSET.search(t[10:])) for t in texts], dtype=bool)
    leap = np.array([bool(LEAP_SECOND.search(t)) for t in texts], dtype=bool)
    good = [
        LEAP_SECOND.sub(r"\1:59", t) if FORM.fullmatch(t) and YEARS[0] <= int(t[:4]) <= YEARS[1] else None
        for t in texts
    ]
    parsed = pd.to_datetime(pd.Series(good, dtype=object), format="ISO8601", errors="coerce", utc=True)
    index = pd.DatetimeIndex(pd.DatetimeIndex(parsed).as_unit("ns") + pd.to_timedelta(leap.astype(np.int64), unit="s"))
    clock = pd.DatetimeIndex(index.tz_localize(None).where(~zoned))
    early, late = (
        clock.tz_localize(time_zone, ambiguous=np.full(len(texts), summer), nonexistent="NaT")
        for summer in (True, False)
    )
    never = np.asarray(clock.notna()) & np.asarray(early.isna())
    time = np.where(zoned, utc(index), utc(early))
    second = np.where(zoned, utc(index), utc(late))
    return Moments(
        time=time, second=second, zoned=zoned, twice=~never & (time != second) & ~np.isnat(time), never=never
    )


def told_apart_by_order(rows: NDArray[np.int64], key: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which rows are the second of their key, and which cannot be told apart: their key is not there twice.

    `rows` are places in file order, `key` (row,) is the same for the same local time of the same meter.
    """
    _, place, count = np.unique(key, return_inverse=True, return_counts=True)
    order = np.lexsort((rows, place))
    sorted_place = place[order]
    first = np.r_[True, sorted_place[1:] != sorted_place[:-1]] if len(rows) else np.zeros(0, dtype=bool)
    later = np.zeros(len(rows), dtype=bool)
    later[order] = ~first
    return later, count[place] != 2
