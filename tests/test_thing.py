"""What every thing has: when it stands, and where its figures come from."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holin.columns import columns_of
from holin.park import KINDS
from holin.thing import Thing

DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))


def test_the_day_it_is_built_counts_and_the_day_it_is_retired_does_not() -> None:
    thing = Thing(id="a", built=date(2020, 1, 1), retired=date(2030, 1, 1))
    stands = {
        day: thing.stands_at(day)
        for day in (date(2019, 12, 31), date(2020, 1, 1), date(2029, 12, 31), date(2030, 1, 1))
    }
    assert list(stands.values()) == [False, True, True, False]


def test_without_dates_it_always_stands() -> None:
    assert Thing(id="a").stands_at(date.min) and Thing(id="a").stands_at(date.max)


@given(DAYS, DAYS, DAYS)
def test_it_stands_in_one_unbroken_span(built: date, retired: date, day: date) -> None:
    thing = Thing(id="a", built=built, retired=retired)
    assert thing.stands_at(day) == (built <= day < retired)
    if thing.stands_at(day) and thing.stands_at(day + timedelta(days=30)):
        assert all(thing.stands_at(day + timedelta(days=k)) for k in range(30))


@given(DAYS, DAYS)
def test_one_that_replaces_another_stands_when_that_one_does_not(turn: date, day: date) -> None:
    old, new = Thing(id="old", retired=turn), Thing(id="new", built=turn)
    assert old.stands_at(day) != new.stands_at(day)


@pytest.mark.parametrize("table", [t for t in KINDS if issubclass(KINDS[t], Thing)])
def test_every_thing_has_id_names_dates_place_and_provenance(table: str) -> None:
    names = [c.name for c in columns_of(KINDS[table])]
    assert names[:3] == ["id", "name", "name_zh"]
    late = ["built", "retired", "latitude", "longitude", "diagram_x", "diagram_y", "basis", "reference"]
    assert names[-len(late) :] == late
