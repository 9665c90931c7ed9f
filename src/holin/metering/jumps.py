"""Where a feed contradicts itself: the clock of its meter may have jumped, and what follows is not believed.

A clock that falls back by an hour says the hour before anew, with other values, and goes on an hour wrong. That looks
like a correction; what follows tells them apart: the new readings of a jump come late as the contradiction does, those
of a feed that corrected itself do not.
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
HALF_HOUR_NS = 1800 * NS
FAR_NS = int(np.iinfo(np.int64).max) // 4
SOON_NS = 3 * 3600 * NS
"""A contradiction after which nothing new came is taken for a jump where it came within three hours."""

Flags = NDArray[np.bool_]
Index = NDArray[np.int64]
FEED = ORIGINS.index("feed")


def said_again(rows: pd.DataFrame, same_key: Flags, other_value: Flags) -> Flags:
    """Return which rows say another value of an interval than the same feed had said before.

    `same_key` marks rows of the interval of the row before them, `other_value` those that differ from it. Only rows
    whose file says since when they are known count, and none that takes the place of a claim on the future.
    """
    feed = _told(rows)
    known = rows["known_since"].to_numpy("datetime64[ns]").astype(np.int64)
    before = np.r_[False, feed[:-1] & ~_early(rows)[:-1] & (known[1:] > known[:-1])]
    return np.asarray(same_key & other_value & feed & before)


def jumped(kept: pd.DataFrame, again: Flags, first: pd.DataFrame) -> Flags:
    """Return which of the readings that stand, sorted by meter and time, are of a clock that jumped.

    `again` marks intervals that `said_again` found. A reading is delayed by `known_since` less the end of its interval,
    and slow where that is more than the least of its meter and five minutes: the least of what was said `first` of each
    interval, for of a clock that fell back again and again all that stands may be wrong. Of a jump are

    - readings that were known before their interval ended: a clock that is fast;
    - slow neighbours of which some contradict what was said before and others are new, or that are the last that came.
      Contradictions alone are corrections;
    - neighbours that come one by one, all slower by the same whole half hours (what a line held back comes at once),
      and a contradiction that is so within three hours.
    """
    early, feed, delay = _early(kept), _told(kept), _delay(kept)
    if not feed.any():
        return early
    meter = kept["meter"].to_numpy(np.int64)
    least = np.full(int(meter.max()) + 1, FAR_NS)
    for rows, usual in ((kept, feed & ~early & ~again), (first, _told(first) & ~_early(first))):
        np.minimum.at(least, rows["meter"].to_numpy(np.int64)[usual], _delay(rows)[usual])
    behind = delay - least[meter]
    slow = ~feed | early | (behind > SAME_DELAY_NS)
    keys = kept[["meter", "what"]].to_numpy(np.int64)
    other = np.r_[True, (keys[1:] != keys[:-1]).any(axis=1)]
    run = np.cumsum(other | np.r_[True, slow[1:] != slow[:-1]]) - 1
    last = np.r_[other[1:], True]
    soon = again & (delay <= SOON_NS)
    some = np.bincount(run, weights=again) > 0
    new = np.bincount(run, weights=feed & ~again) > 0
    ends = (np.bincount(run, weights=last) > 0) & (np.bincount(run, weights=soon) > 0)
    contradicting = feed & slow & (some & (new | ends))[run]
    return np.asarray(early | contradicting | (feed & slow & _by_half_hours(kept, other, behind, soon)))


def _by_half_hours(kept: pd.DataFrame, other: Flags, behind: Index, soon: Flags) -> Flags:
    """Return readings that are behind by whole half hours, as a neighbour is that did not come with them, or that
    contradict what was said soon before."""
    near = np.abs((behind + HALF_HOUR_NS // 2) % HALF_HOUR_NS - HALF_HOUR_NS // 2) <= SAME_DELAY_NS
    known = kept["known_since"].to_numpy("datetime64[ns]").astype(np.int64)
    alike = ~other[1:] & (np.abs(np.diff(behind)) <= 60 * NS) & (np.diff(known) > 60 * NS)
    return np.asarray(near & (soon | np.r_[alike, False] | np.r_[False, alike]))


def _told(rows: pd.DataFrame) -> Flags:
    """Return which rows are of a feed whose file says since when they are known."""
    feed = rows["origin"].to_numpy() == FEED
    return np.asarray(feed & rows["said"].to_numpy(bool) & (rows["what"].to_numpy() != CONTENT))


def _delay(rows: pd.DataFrame) -> Index:
    known, time = (rows[c].to_numpy("datetime64[ns]").astype(np.int64) for c in ("known_since", "time"))
    return np.asarray(known - time - rows["length_s"].to_numpy(np.int64) * NS)


def _early(rows: pd.DataFrame) -> Flags:
    return _told(rows) & (_delay(rows) < -SAME_DELAY_NS)


def run_on(kept: pd.DataFrame, meters: Sequence[MeterOf]) -> pd.DataFrame:
    """Return readings with JUMP on those around two values of a feed of which nobody said since when they are known.

    Nothing then tells a jump of the clock from a correction, nor of what hour its neighbours are: from the gap in the
    meter's readings before it (where there is one) to the next gap none is believed. What a person wrote is.
    """
    flags = kept["flags"].to_numpy(np.int64).copy()
    feed = (kept["origin"].to_numpy() == FEED) & (kept["what"].to_numpy() != CONTENT)
    two = feed & ~kept["said"].to_numpy(bool) & ((flags & int(Flag.CONTRADICTED)) > 0)
    if not two.any():
        return kept
    own = np.array([m.interval_s for m in meters], dtype=np.int64)[kept["meter"].to_numpy()]
    length = np.where(kept["what"].to_numpy() == ENERGY, kept["length_s"].to_numpy(), own)
    time = kept["time"].to_numpy("datetime64[ns]").astype(np.int64)
    keys = kept[["meter", "what"]].to_numpy(np.int64)
    other = np.r_[True, (keys[1:] != keys[:-1]).any(axis=1)]
    gap = np.r_[False, time[1:] > time[:-1] + length[:-1] * NS * 3 // 2]
    segment = np.cumsum(other | gap) - 1
    row = np.arange(len(kept))
    first = np.full(segment[-1] + 1, len(kept))
    np.minimum.at(first, segment[two], row[two])
    begins = np.flatnonzero(other | gap)
    first = np.where(gap[begins] & ~other[begins] & (first < len(kept)), begins, first)
    flags[feed & (row >= first[segment])] |= int(Flag.JUMP)
    return kept.assign(flags=flags)
