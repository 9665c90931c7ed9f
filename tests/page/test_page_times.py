"""The page's local times and numbers, held against pandas and against what people write."""

from __future__ import annotations

import pandas as pd
import pytest
from page_modules import called

HOUR_MS = 3_600_000
BLANK = "\u202f"


def hours(first: str, zone: str, count: int) -> pd.DatetimeIndex:
    return pd.date_range(pd.Timestamp(first, tz=zone).tz_convert("UTC"), periods=count, freq="h")


@pytest.mark.parametrize(
    ("zone", "first", "count"),
    [
        ("Asia/Shanghai", "2025-01-01", 8760),
        ("Europe/Berlin", "2025-01-01", 8760),
        ("Asia/Shanghai", "2025-03-03 07:00", 50),
    ],
)
def test_days_begin_where_the_park_begins_them(zone: str, first: str, count: int) -> None:
    """Berlin's year has a day of 23 and one of 25 hours."""
    times = hours(first, zone, count)
    days = times.tz_convert(zone).strftime("%Y-%m-%d")
    expected = [k for k in range(count) if k == 0 or days[k] != days[k - 1]] + [count]
    start = int(times[0].timestamp() * 1000)
    assert called("times.ts", "dayBounds", [[start, HOUR_MS, count, zone]]) == [expected]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/St_Johns"])
def test_every_hour_is_found_by_its_own_local_time(zone: str) -> None:
    times = hours("2025-01-01", zone, 8760)
    start = int(times[0].timestamp() * 1000)
    chosen = range(0, 8760, 137)
    told = called("times.ts", "localTime", [[start + k * HOUR_MS, zone] for k in chosen])
    for k, local in zip(chosen, told, strict=True):
        there = times[k].tz_convert(zone)
        assert local == {"day": f"{there:%Y-%m-%d}", "clock": f"{there:%H:%M}", "weekday": there.weekday()}
    texts = called("times.ts", "addressTime", [[local] for local in told])
    found = called("times.ts", "hourOf", [[text, start, HOUR_MS, 8760, zone] for text in texts])
    again = called("times.ts", "localTime", [[start + k * HOUR_MS, zone] for k in found])
    assert again == told  # an hour that a clock change doubles may be found as the other one


def test_an_hour_of_another_year_is_that_of_the_same_day_and_what_is_no_time_is_none() -> None:
    start = int(pd.Timestamp("2030-01-01", tz="Asia/Shanghai").timestamp() * 1000)
    asked = ["2025-03-03T18", "2030-12-31T23", "2025-02-29T00", "nonsense", "2025-13-40T99"]
    found = called("times.ts", "hourOf", [[text, start, HOUR_MS, 8760, "Asia/Shanghai"] for text in asked])
    assert found == [(31 + 28 + 2) * 24 + 18, 8759, None, None, None]


def test_numbers_are_written_as_people_read_them() -> None:
    written = called(
        "numbers.ts",
        "plain",
        [[1950], [1234567.8], [99.94], [99.96], [9.994], [0.0], [-0.001], [-1859.1], ["NaN"], [None]],
    )
    assert written == [
        f"1{BLANK}950", f"1{BLANK}234{BLANK}568", "99.9", "100", "9.99", "0.00", "0.00", f"−1{BLANK}859", "–", "–"
    ]  # fmt: skip
    units = [[0.532, "1"], [1.00789, "p.u."], [221.7358, "kV"], [12.34, "MW"], ["NaN", "MW"], [None, "1"]]
    assert called("numbers.ts", "withUnit", units) == [
        f"53.2{BLANK}%", f"1.0079{BLANK}p.u.", f"221.74{BLANK}kV", f"12.3{BLANK}MW", "–", "–"
    ]  # fmt: skip
    assert called("numbers.ts", "given", [[1950], [0.0125], [-2.5], [5e-05]]) == [
        f"1{BLANK}950",
        "0.0125",
        "−2.5",
        "0.00005",
    ]


def test_names_are_broken_at_blanks_and_never_within_a_number() -> None:
    names = ["Public grid, 220 kV, 2 circuits", "蒙东电网220kV接入点", "电解一系列（前120台槽）", "Potline"]
    halves = called("drawing/labels.ts", "halves", [[name] for name in names])
    assert halves[:2] == [["Public grid,", "220 kV, 2 circuits"], ["蒙东电网", "220kV接入点"]]
    assert halves[2:] == [["电解一系列", "（前120台槽）"], ["Potline"]]


def test_a_line_through_a_box_is_seen() -> None:
    box = [10, 10, 20, 20]
    lines = [[0, 15, 30, 15], [0, 0, 30, 30], [0, 0, 9, 30], [12, 12, 13, 13], [15, 0, 15, 9], [0, 25, 25, 0]]
    assert called("drawing/labels.ts", "crosses", [[box, line] for line in lines]) == [
        True,
        True,
        False,
        True,
        False,
        True,
    ]
