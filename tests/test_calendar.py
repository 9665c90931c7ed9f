"""Hours: all of a year, 23- and 25-hour days, and both ways between local time and UTC."""

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holin.calendar import hours_between, hours_of_year, local, utc

HOUR = np.timedelta64(1, "h")
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Chatham", "UTC")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("year", "count"), [(2024, 8784), (2025, 8760), (2000, 8784), (2100, 8760)])
def test_a_year_keeps_all_its_hours(zone: str, year: int, count: int) -> None:
    hours = hours_of_year(year, zone)
    assert len(hours) == len(np.unique(hours)) == count
    assert (np.diff(hours) == HOUR).all()
    clock = local(hours, zone)
    assert (clock[0].month, clock[0].day, clock[0].hour) == (1, 1, 0)
    assert set(clock.year) == {year}


def test_a_year_of_shanghai_begins_eight_hours_before_that_of_utc() -> None:
    # China Standard Time is UTC+8 without summer time since 1991.
    assert hours_of_year(2025, "Asia/Shanghai")[0] == np.datetime64("2024-12-31T16:00")
    assert hours_of_year(2025, "Asia/Shanghai").dtype == np.dtype("datetime64[ns]")


# Directive 2000/84/EC: summer time from the last Sunday of March, 01:00 UTC, to the last Sunday of October, 01:00 UTC.
@pytest.mark.parametrize(
    ("day", "count", "midnight"),
    [
        (date(2025, 3, 29), 24, "2025-03-28T23:00"),
        (date(2025, 3, 30), 23, "2025-03-29T23:00"),
        (date(2025, 6, 1), 24, "2025-05-31T22:00"),
        (date(2025, 10, 26), 25, "2025-10-25T22:00"),
    ],
)
def test_days_of_berlin(day: date, count: int, midnight: str) -> None:
    hours = hours_between(day, day + timedelta(days=1), "Europe/Berlin")
    assert len(hours) == count
    assert hours[0] == np.datetime64(midnight)
    assert set(local(hours, "Europe/Berlin").day) == {day.day}


def test_the_hour_that_comes_twice_is_the_first_unless_folded() -> None:
    def start(fold: int) -> np.datetime64:
        return hours_between(datetime(2025, 10, 26, 2, fold=fold), datetime(2025, 10, 26, 5), "Europe/Berlin")[0]

    assert start(0) == np.datetime64("2025-10-26T00:00")
    assert start(1) == np.datetime64("2025-10-26T01:00")


def test_the_hour_that_the_clocks_skip_is_the_one_after_it() -> None:
    skipped = hours_between(datetime(2025, 3, 30, 2), datetime(2025, 3, 30, 5), "Europe/Berlin")
    assert skipped[0] == np.datetime64("2025-03-30T01:00")  # 03:00 summer time
    assert len(skipped) == 2


def test_a_day_whose_midnight_the_clocks_skip_begins_an_hour_later() -> None:
    # Havana goes from 00:00 to 01:00 on the second Sunday of March (tz database, rule Cuba since 2013).
    hours = hours_between(date(2025, 3, 9), date(2025, 3, 10), "America/Havana")
    assert len(hours) == 23
    assert list(local(hours, "America/Havana").hour[:2]) == [1, 2]


def test_half_hour_zones_have_whole_local_hours() -> None:
    hours = hours_between(date(2025, 3, 3), date(2025, 3, 4), "Asia/Kolkata")
    assert hours[0] == np.datetime64("2025-03-02T18:30")
    assert list(local(hours, "Asia/Kolkata").hour) == list(range(24))


def test_a_time_with_its_own_zone_is_that_instant() -> None:
    berlin = datetime(2025, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    assert hours_between(berlin, date(2025, 1, 2), "Asia/Shanghai")[0] == np.datetime64("2025-01-01T00:00")


@pytest.mark.parametrize("edge", [datetime(2025, 1, 1, 6, 30), datetime(2025, 1, 1, 6, 0, 1)])
def test_part_hours_are_refused(edge: datetime) -> None:
    for start, end in ((edge, date(2025, 1, 2)), (date(2025, 1, 1), edge)):
        with pytest.raises(ValueError, match="not the start of a local hour of Asia/Shanghai; give whole hours"):
            hours_between(start, end, "Asia/Shanghai")


def test_a_day_of_half_an_hour_more_has_no_whole_hours() -> None:
    # Lord Howe's summer time is half an hour (tz database, rule LH); it begins on the first Sunday of October.
    with pytest.raises(ValueError, match="change by less than an hour between 2025-10-05 and 2025-10-06"):
        hours_between(date(2025, 10, 5), date(2025, 10, 6), "Australia/Lord_Howe")


def test_nothing_lies_between_a_day_and_the_day_before() -> None:
    assert len(hours_between(date(2025, 1, 2), date(2025, 1, 1), "UTC")) == 0
    assert len(hours_between(date(2025, 1, 2), date(2025, 1, 2), "UTC")) == 0


@given(st.sampled_from(ZONES), st.dates(date(1995, 1, 1), date(2049, 12, 1)), st.integers(0, 30), st.integers(0, 30))
def test_neighbouring_spans_join_without_gap_or_overlap(zone: str, day: date, first: int, second: int) -> None:
    middle, last = day + timedelta(days=first), day + timedelta(days=first + second)
    joined = np.concatenate([hours_between(day, middle, zone), hours_between(middle, last, zone)])
    assert np.array_equal(joined, hours_between(day, last, zone))


@given(st.sampled_from(ZONES), st.integers(1995, 2049), st.integers(0, 8759), st.integers(1, 200))
def test_local_and_back_is_the_same(zone: str, year: int, first: int, count: int) -> None:
    hours = hours_of_year(year, zone)[first : first + count]
    assert np.array_equal(utc(local(hours, zone)), hours)


def test_local_time_is_the_instant_on_the_parks_clock() -> None:
    (here,) = local(np.array(["2025-07-01T04:00"], dtype="datetime64[ns]"), "Asia/Shanghai")
    assert here == datetime(2025, 7, 1, 4, tzinfo=UTC)
    assert (here.hour, here.utcoffset()) == (12, timedelta(hours=8))
