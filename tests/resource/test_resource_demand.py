"""Firm loads and heat duty."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from resource_parks import YEAR, ZONE, park

from holin.calendar import hours_between
from holin.errors import BadInput, Mismatch
from holin.park import Load, LoadShape, Park, Series, ThermalUnit
from holin.resource import demand, weather_year
from holin.resource.demand import heat_course
from holin.resource.load_shapes import to_load_factor
from holin.tables import DEMAND, checked

LOCAL = pd.DatetimeIndex(YEAR) + pd.Timedelta(hours=8)
MARCH = hours_between(date(2025, 3, 1), date(2025, 4, 1), ZONE)


def load(name: str = "l", **more: object) -> Load:
    return replace(Load(id=name, bus="b", enterprise="e", load_mw=20.0, load_factor=0.685), **more)


def unit(**more: object) -> ThermalUnit:
    plain = ThermalUnit(
        id="chp",
        bus="b",
        p_nom_mw=300.0,
        p_min_mw=120.0,
        ramp_up_mw_per_h=200.0,
        ramp_down_mw_per_h=200.0,
        heat_rate_points=((1.0, 9.9),),
        fuel="coal",
        heat_nom_mw=250.0,
    )
    return replace(plain, **more)


def served(*loads: Load, units: tuple[ThermalUnit, ...] = (), **more: object) -> Park:
    return park(loads=loads, thermal_units=units, **more)


@pytest.fixture(scope="module")
def weather() -> xr.Dataset:
    return weather_year(park(), YEAR)


@pytest.mark.parametrize("shape", LoadShape)
@pytest.mark.parametrize("load_factor", [0.3, 0.685, 0.9, 1.0])
def test_peak_and_mean_are_exact(weather: xr.Dataset, shape: LoadShape, load_factor: float) -> None:
    # The park of 2024: 600 GWh / (100 MW x 8,760 h) = 0.685 (regional press, August 2024).
    found = demand(served(load(shape=shape, load_factor=load_factor)), YEAR, weather)["load_mw"].values[:, 0]
    assert found.max() == pytest.approx(20, rel=1e-12)
    assert found.mean() == pytest.approx(20 * load_factor, rel=1e-9)
    assert found.min() >= 0


def test_shifts_show(weather: xr.Dataset) -> None:
    loads = [load(s.value, shape=s, load_factor=0.6) for s in LoadShape]
    table = demand(served(*loads), YEAR, weather)["load_mw"]
    day = table.sel(load="day_shift").values
    night = table.sel(load="night_shift").values
    noon, midnight = LOCAL.hour == 10, LOCAL.hour == 2
    assert day[noon].mean() > 1.4 * day[midnight].mean()
    assert night[midnight].mean() > 1.4 * night[noon].mean()
    weekend = LOCAL.day_of_week >= 5
    assert day[~weekend & noon].mean() > 1.2 * day[weekend & noon].mean()
    flat = table.sel(load="flat").values
    assert flat[noon].mean() == pytest.approx(flat[midnight].mean(), rel=0.03)


def test_a_month_is_that_month_of_the_year(weather: xr.Dataset) -> None:
    some = served(load(), units=(unit(),))
    month = demand(some, MARCH, weather.sel(time=MARCH))
    xr.testing.assert_allclose(month, demand(some, YEAR, weather).sel(time=MARCH))


def test_loads_wobble_by_themselves(weather: xr.Dataset) -> None:
    table = demand(served(load("a"), load("b")), YEAR, weather)["load_mw"]
    again = demand(served(load("b")), YEAR, weather)["load_mw"]
    assert not np.allclose(table.sel(load="a"), table.sel(load="b"))
    assert np.array_equal(table.sel(load="b"), again.sel(load="b"))


def test_a_measured_load_is_taken_as_it_is(weather: xr.Dataset) -> None:
    quarters = np.arange(MARCH[0], MARCH[-1] + np.timedelta64(1, "h"), np.timedelta64(15, "m"))
    values = np.tile([0.4, 0.5, 0.6, 0.9], len(MARCH))
    metered = Series(id="m", file="m.csv", header="p", time=quarters, values=values)
    found = demand(served(load(series="m"), series=(metered,)), MARCH, weather.sel(time=MARCH))["load_mw"].values
    assert found == pytest.approx(20 * 0.6)


def test_a_measured_load_with_gaps_is_refused(weather: xr.Dataset) -> None:
    metered = Series(id="m", file="m.csv", header="p", time=MARCH[1:], values=np.ones(len(MARCH) - 1))
    with pytest.raises(BadInput, match="misses 1 of 744 hours"):
        demand(served(load(series="m"), series=(metered,)), MARCH, weather.sel(time=MARCH))


# Heat


def test_heat_follows_the_cold(weather: xr.Dataset) -> None:
    heat = demand(served(units=(unit(),)), YEAR, weather)["heat_mw"].values[:, 0]
    assert heat.max() == pytest.approx(250)
    assert heat.min() == pytest.approx(25)
    assert heat[LOCAL.month == 7] == pytest.approx(25)
    # The heating season of Inner Mongolia's east lasts about half a year (15 October to 15 April by statute).
    assert 150 < (heat > 25.001).sum() / 24 < 215


def test_heat_by_hand() -> None:
    # Two days: mean -10 degC (hours at -20 and 0), mean 10 degC. 38 K is the largest difference, 18 / 38 = 0.4737.
    temp = np.r_[np.full(12, -20.0), np.full(12, 0.0), np.full(24, 10.0)]
    course = heat_course(np.repeat([1, 2], 24), temp)
    assert course[0] == 1
    assert course[12] == pytest.approx(18 / 38)
    assert course[24:] == pytest.approx(0.1)


def test_a_year_that_is_never_cold_still_has_its_largest_hour() -> None:
    assert heat_course(np.repeat([1, 2], 24), np.full(48, 25.0)).max() == 1


def test_given_heat_is_taken(weather: xr.Dataset) -> None:
    given_heat = Series(id="h", file="h.csv", header="q", time=MARCH, values=np.full(len(MARCH), 0.3))
    some = served(units=(unit(heat_series="h"),), series=(given_heat,))
    assert demand(some, MARCH, weather.sel(time=MARCH))["heat_mw"].values == pytest.approx(75)


def test_a_unit_without_heat_has_none(weather: xr.Dataset) -> None:
    assert (demand(served(units=(unit(heat_nom_mw=0.0),)), YEAR, weather)["heat_mw"].values == 0).all()


def test_given_weather_of_a_month_is_held_against_the_climate_s_year(weather: xr.Dataset) -> None:
    given_weather = weather.sel(time=MARCH).assign_attrs(origin="file")
    some = served(units=(unit(),))
    typical = demand(some, YEAR, weather).sel(time=MARCH)["heat_mw"].values
    assert demand(some, MARCH, given_weather)["heat_mw"].values == pytest.approx(typical)


def test_a_month_without_a_climate_cannot_know_the_coldest_hour(weather: xr.Dataset) -> None:
    given_weather = weather.sel(time=MARCH).assign_attrs(origin="file")
    with pytest.raises(BadInput, match="the coldest hour of the year is not known"):
        demand(replace(served(units=(unit(),)), climates=()), MARCH, given_weather)


# The table


def test_the_table(weather: xr.Dataset) -> None:
    table = demand(served(load(), units=(unit(),)), YEAR, weather)
    checked(DEMAND, table)
    assert table["load_mw"].dims == ("time", "load")
    assert list(table["thermal_unit"].values) == ["chp"]
    assert demand(park(), YEAR, weather)["load_mw"].shape == (8760, 0)


def test_other_hours_are_refused(weather: xr.Dataset) -> None:
    with pytest.raises(Mismatch, match="the hours differ"):
        demand(served(load()), MARCH, weather)


def test_an_impossible_load_factor_is_refused(weather: xr.Dataset) -> None:
    with pytest.raises(BadInput, match="near zero for most hours"):
        demand(served(load(load_factor=0.0005)), YEAR, weather)


@settings(max_examples=60, deadline=None)
@given(
    raw=st.lists(st.floats(0.05, 1.0), min_size=5, max_size=60).filter(lambda r: max(r) > 1.05 * min(r)),
    load_factor=st.floats(0.3, 0.99),
)
def test_any_course_keeps_its_order(raw: list[float], load_factor: float) -> None:
    course = np.array(raw)
    # A course that spends a larger share of its hours at its peak cannot have a smaller mean than that share.
    if np.mean(course > 0.99 * course.max()) >= load_factor:
        return
    mapped = to_load_factor(course, load_factor, load_id="x")
    assert mapped.mean() == pytest.approx(load_factor, abs=1e-6)
    assert mapped.max() == pytest.approx(1.0)
    assert mapped.min() >= 0
    assert (np.diff(mapped[np.argsort(course, kind="stable")]) >= -1e-12).all()
