"""Where a feed contradicts itself: the clock of its meter may have jumped, and nothing from there on is believed.

A clock that falls back by an hour says the hour before anew, with other values, and goes on an hour wrong. That looks
like a correction; what tells them apart is what comes after it. Deliveries with the delay of the contradiction that
go on behind it are a jump; a correction stands alone, for the feed goes on as before it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from holin.metering.clock import NS
from holin.metering.devices import MeterOf
from holin.metering.flags import Flag
from holin.metering.readings import CONTENT, ENERGY, ORIGINS

SAME_DELAY_NS = 300 * NS
SOON_NS = 3 * 3600 * NS
"""A contradiction with which a feed ends is taken for a jump where it came within three hours."""

Flags = NDArray[np.bool_]
FEED = ORIGINS.index("feed")


def jumped(rows: pd.DataFrame, other_than_before: Flags) -> Flags:
    """Return which rows belong to a jump of a clock, of all that is known, sorted as `as_known` sorts it.

    `other_than_before` marks rows that differ from the one that was known before them of the same interval. A row is
    delayed by `known_since` less the end of its interval. Only rows whose file says since when they are known count.
    """
    known = rows["known_since"].to_numpy("datetime64[ns]").astype(np.int64)
    end = rows["time"].to_numpy("datetime64[ns]").astype(np.int64) + rows["length_s"].to_numpy(np.int64) * NS
    feed = (rows["origin"].to_numpy() == FEED) & rows["said"].to_numpy(bool) & (rows["what"].to_numpy() != CONTENT)
    meter, delay = rows["meter"].to_numpy(np.int64), known - end
    before = np.r_[False, feed[:-1] & (known[1:] > known[:-1])]
    contradicts = other_than_before & feed & before
    found = np.zeros(len(rows), dtype=bool)
    for one in np.unique(meter[contradicts]):
        mine = np.flatnonzero(feed & (meter == one))
        arrived = mine[np.lexsort((end[mine], known[mine]))]
        found[arrived] = _runs(known[arrived], delay[arrived], contradicts[arrived])
    return found


def _runs(known: NDArray[np.int64], delay: NDArray[np.int64], contradicts: Flags) -> Flags:
    """Return which rows of one meter, in order of arrival, go on with the delay of a contradiction."""
    found = np.zeros(len(known), dtype=bool)
    for first in np.flatnonzero(contradicts):
        if found[first]:
            continue
        later = int(np.searchsorted(known, known[first], side="right"))
        if later == len(known):
            found[first] = delay[first] <= SOON_NS
            continue
        same = np.abs(delay[later:] - delay[first]) <= SAME_DELAY_NS
        length = int(np.argmin(same)) if not same.all() else len(same)
        if length:
            found[first] = True
            found[later : later + length] = True
    return found


def run_on(kept: pd.DataFrame, meters: Sequence[MeterOf]) -> pd.DataFrame:
    """Return readings with JUMP on those after two values of a feed that are known since the same moment.

    Nothing then tells which of both is right, nor of what hour the following ones are: until the next gap in the
    meter's readings none is believed. What a person wrote is.
    """
    flags = kept["flags"].to_numpy(np.int64).copy()
    feed = (kept["origin"].to_numpy() == FEED) & (kept["what"].to_numpy() != CONTENT)
    start = feed & ((flags & int(Flag.CONTRADICTED)) > 0)
    if not start.any():
        return kept
    own = np.array([m.interval_s for m in meters], dtype=np.int64)[kept["meter"].to_numpy()]
    length = np.where(kept["what"].to_numpy() == ENERGY, kept["length_s"].to_numpy(), 0)
    time = kept["time"].to_numpy("datetime64[ns]").astype(np.int64)
    reach = time + np.where(length > 0, length, own) * NS
    keys = kept[["meter", "what"]].to_numpy(np.int64)
    breaks = np.r_[True, (keys[1:] != keys[:-1]).any(axis=1) | (time[1:] > reach[:-1] + own[:-1] * NS // 2)]
    segment = np.cumsum(breaks) - 1
    seen = np.cumsum(start)
    at_start = seen[np.flatnonzero(breaks)] - start[np.flatnonzero(breaks)]
    flags[(seen > at_start[segment]) & feed] |= int(Flag.JUMP)
    return kept.assign(flags=flags)
