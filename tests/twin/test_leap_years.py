"""Planned years have all their hours, and each counts its own share of a year."""

import types
from datetime import date, datetime

import pytest
import xarray as xr
from planned_park import park_to_plan

from holin.calendar import local
from holin.operation import hours_of
from holin.plan import PlanWishes
from holin.twin.plan_setting import settings_of
from holin.twin.plan_years import year_shares
from holin.twin.run import hours_of_run

WISHES = PlanWishes(years=(2027, 2028))


def test_a_leap_year_is_planned_with_all_its_hours() -> None:
    """8,784 hours in 2028, its 29 February among them: a year, not 8,760 / 8,784 of one."""
    _, settings = settings_of(park_to_plan(), WISHES)
    assert [s.available.sizes["time"] for s in settings] == [8760, 8784]
    assert [s.demand.sizes["time"] for s in settings] == [8760, 8784]
    for setting in settings:
        time, zone = setting.available.time.values, setting.standing.facts.time_zone
        assert hours_of(time, zone).years == pytest.approx(1.0, abs=1e-12)
        assert hours_of(time, zone).month_share == pytest.approx(1.0)
    assert (local(settings[1].available.time.values, "Asia/Shanghai").strftime("%m-%d") == "02-29").sum() == 24


@pytest.mark.parametrize(
    ("start", "end", "shares"),
    [
        (None, None, {"2027": 1.0, "2028": 1.0}),
        (date(2028, 3, 2), date(2028, 3, 4), {"2027": 2 / 366, "2028": 2 / 366}),
        (datetime(2027, 1, 1), datetime(2027, 1, 31), {"2027": 30 / 365, "2028": 30 / 365}),
        (None, date(2028, 2, 1), {"2027": 1.0 + 31 / 366, "2028": 31 / 366}),  # from each year's own beginning
    ],
)
def test_each_year_has_its_own_share(start: date | None, end: date | None, shares: dict[str, float]) -> None:
    """Days over the days of their own calendar year; without a start each year begins with itself."""
    park, held = park_to_plan(), {}
    for year in (2027, 2028):
        stage = types.SimpleNamespace(as_of=date(year, 12, 31))
        time = hours_of_run(park, stage, start, end)  # type: ignore[arg-type]
        held[str(year)] = types.SimpleNamespace(flows=xr.Dataset(coords={"time": time}))
    planned = types.SimpleNamespace(whole=park, held=held)
    assert year_shares(planned) == pytest.approx(shares, rel=1e-12)  # type: ignore[arg-type]
