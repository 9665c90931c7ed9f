"""A measured or given series that things refer to by its id."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from holin.calendar import Times
from holin.columns import column
from holin.errors import Mismatch
from holin.thing import Thing


@dataclass(frozen=True, kw_only=True, eq=False)
class Series(Thing):
    """A series over time: `values` of shape (time,) hold from each `time` (UTC) to the next."""

    file: str = column(meaning="CSV or Parquet file inside the park folder")
    header: str = column(meaning="header of its column in that file, whose first column is `time`")
    unit: str = column(meaning="unit of the values", default="1")
    time: Times = field(default_factory=lambda: np.array([], dtype="datetime64[ns]"))
    values: NDArray[np.float64] = field(default_factory=lambda: np.array([], dtype=float))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Series):
            return NotImplemented
        mine = {k: v for k, v in vars(self).items() if k not in ("time", "values")}
        theirs = {k: v for k, v in vars(other).items() if k not in ("time", "values")}
        same_data = np.array_equal(self.time, other.time) and np.array_equal(self.values, other.values, equal_nan=True)
        return mine == theirs and same_data

    def __hash__(self) -> int:
        return hash(self.id)


def values_at(series: Series, time: Times) -> NDArray[np.float64]:
    """Return a series' values in the hours `time`; each holds until the next, the last as long as the one before.

    Raises Mismatch where the series does not reach or has no value.
    """
    if len(series.time) == 0:
        raise Mismatch(f"series {series.id} is empty; fill {series.file}")
    last = series.time[-1] - series.time[-2] if len(series.time) > 1 else np.timedelta64(1, "h")
    place = np.searchsorted(series.time, time, side="right") - 1
    outside = (place < 0) | (time >= series.time[-1] + last)
    values = series.values[np.maximum(place, 0)]
    wrong = outside | np.isnan(values)
    if wrong.any():
        raise Mismatch(
            f"series {series.id} has no value in {int(wrong.sum())} of {len(time)} hours, the first {time[wrong][0]}; "
            f"complete {series.file}"
        )
    return values
