"""Typical weeks: one of each quarter, the one most like its mean."""

import numpy as np

from holin.calendar import hours_of_year, local
from holin.connection import typical_weeks
from holin.connection.figures import spans_of

ZONE = "Asia/Shanghai"


def test_the_week_that_is_like_the_quarter_is_taken() -> None:
    """All weeks are odd but the third of the first quarter and the ninth of the last, which have the mean."""
    clock = local(hours_of_year(2025, ZONE), ZONE)
    load = np.where(np.arange(8760) // 168 % 2 == 0, 80.0, 120.0)
    green = np.full(8760, 10.0)
    first, last = 2 * 168, 24 * 273 + 8 * 168
    for start in (first, last):
        load[start : start + 168] = 100.0
    weeks = typical_weeks(clock, load, green)
    assert [w.start for w in (weeks[0], weeks[3])] == [first, last]
    assert [int(clock[w.start].quarter) for w in weeks] == [1, 2, 3, 4]
    assert all(clock[w.start].hour == 0 and w.stop - w.start == 168 for w in weeks)


def test_spans_end_where_hours_are_missing() -> None:
    clock = local(hours_of_year(2025, ZONE), ZONE)
    some = clock[[*range(24), *range(48, 72)]]
    assert spans_of(some) == [["2025-01-01 00:00", "2025-01-01 23:00"], ["2025-01-03 00:00", "2025-01-03 23:00"]]
