"""What was known when: later knowledge supersedes earlier, nothing is lost, and the order of arrival means nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pandas as pd

from holin.metering.flags import Flag
from holin.metering.jumps import jumped, run_on, said_again
from holin.metering.readings import COLUMNS, ORIGINS, Readings

KEY = ["meter", "what", "time"]
VALUE = ["origin", "out", "into", "content", "flags", "length_s"]


def as_known(readings: Readings, at: datetime | np.datetime64 | None = None) -> Readings:
    """Return of each meter and interval the one reading that was known at a moment (None: of all that is known).

    The reading with the latest `known_since` stands. The same reading twice is one. Of two different ones that are
    known since the same moment, the one by hand stands before that of a feed, then the larger figures; it is flagged
    CONTRADICTED. One that took the place of another value is flagged CORRECTED, one by hand BY_HAND, one of the origin
    estimate ESTIMATED; where a feed contradicts itself, see `holin.metering.jumps`. The result is sorted and does not
    depend on the order of the readings.
    """
    rows = readings.rows
    if at is not None:
        rows = rows[rows["known_since"].to_numpy() <= moment_utc(at)]
    rows = _ordered(rows)
    if rows.empty:
        return replace(readings, rows=rows)
    key, value = rows[KEY].to_numpy(np.int64), _values(rows)
    same_key = np.r_[False, (key[1:] == key[:-1]).all(axis=1)]
    same_value = np.r_[False, (value[1:] == value[:-1]).all(axis=1)]
    known = rows["known_since"].to_numpy()
    same_moment = np.r_[False, known[1:] == known[:-1]]
    group = np.cumsum(~same_key) - 1
    last = np.r_[~same_key[1:], True]
    newest = known == known[last][group]
    two = np.bincount(group, weights=same_key & same_moment & newest & ~same_value) > 0
    earlier = np.bincount(group, weights=same_key & ~same_value & ~(same_moment & newest)) > 0
    again = np.bincount(group, weights=said_again(rows, same_key, ~same_value)) > 0
    said_first = np.maximum.accumulate(np.where(same_key & same_value, 0, np.arange(len(rows))))[last]
    kept = rows.iloc[said_first].reset_index(drop=True)
    jump = jumped(kept, again, rows[~same_key])
    flags = kept["flags"].to_numpy() | np.where(two, int(Flag.CONTRADICTED), 0) | np.where(jump, int(Flag.JUMP), 0)
    flags |= np.where(earlier, int(Flag.CORRECTED), 0)
    flags |= np.where(kept["origin"] == ORIGINS.index("hand"), int(Flag.BY_HAND), 0)
    flags |= np.where(kept["origin"] == ORIGINS.index("estimate"), int(Flag.ESTIMATED), 0)
    return replace(readings, rows=run_on(kept.assign(flags=flags), readings.meters))


def history_of(readings: Readings, meter: str, time: datetime | np.datetime64) -> pd.DataFrame:
    """Return all that was ever said of one interval or moment of a meter, in the order in which it became known.

    Columns: what, known_since, out_kwh, in_kwh, content_mwh, flags, origin; energies as the meter gave them.
    """
    place = next((k for k, m in enumerate(readings.meters) if m.id == meter), -1)
    rows = readings.rows
    found = _ordered(rows[(rows["meter"] == place) & (rows["time"].to_numpy() == moment_utc(time))])
    found = found.drop_duplicates(["what", "known_since", *VALUE])
    energies = {
        name: found[column].where(found[column] >= 0) / 1_000_000
        for name, column in (("out_kwh", "out"), ("in_kwh", "into"))
    }
    said = found[["what", "known_since", "content", "flags", "origin"]].rename(columns={"content": "content_mwh"})
    return said.assign(**energies, origin=[ORIGINS[k] for k in found["origin"]]).reset_index(drop=True)


def moment_utc(moment: datetime | np.datetime64) -> np.datetime64:
    """Return a moment with a zone (or one of NumPy, which is UTC) as UTC; raises ValueError without a zone."""
    if isinstance(moment, np.datetime64):
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no zone, so it may be local or UTC; give one")
    return np.datetime64(round(moment.timestamp() * 1_000_000), "us")


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    columns = [
        rows[c].to_numpy() for c in (*KEY, "known_since", "origin", "out", "into", "content", "flags", "length_s")
    ]
    order = np.lexsort(columns[::-1])
    return rows.iloc[order].reset_index(drop=True).astype(COLUMNS)


def _values(rows: pd.DataFrame) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    content = rows["content"].to_numpy(np.float64).view(np.int64)
    content = np.where(np.isnan(rows["content"]), 0, content)
    flags = rows["flags"].to_numpy(np.int64) & ~int(Flag.CLOCK)
    others = [rows[c].to_numpy(np.int64) for c in ("out", "into", "length_s")]
    return np.column_stack([content, flags, *others])
