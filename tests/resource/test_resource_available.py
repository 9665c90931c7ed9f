"""What the weather lets each source give, and the scaling to a year's yield."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import xarray as xr
from resource_parks import YEAR, ZONE, farm, park, plant

from holin.calendar import hours_between, hours_of_year
from holin.errors import BadInput, Mismatch
from holin.park import Park, Series, Tracking
from holin.resource import available, weather_year
from holin.tables import AVAILABLE, checked

MARCH = hours_between(date(2025, 3, 1), date(2025, 4, 1), ZONE)


def wanted(**more: object) -> Park:
    """Yields of the Holingol plan: 3,200 h of wind (assumed), 2,000 h of PV (Xinhua, 2024)."""
    farms = (
        farm("w1", full_load_hours=3200.0, wake_loss=0.08, availability=0.97, icing_loss=0.02),
        farm("w2", latitude=46.0, full_load_hours=3200.0),
    )
    return park(wind_farms=farms, pv_plants=(plant(full_load_hours=2000.0),), **more)


@pytest.fixture(scope="module")
def weather() -> xr.Dataset:
    return weather_year(wanted(), YEAR)


@pytest.fixture(scope="module")
def table(weather: xr.Dataset) -> xr.Dataset:
    return available(wanted(), weather)


def series(time: np.ndarray, values: np.ndarray) -> Series:
    return Series(id="metered", file="metered.csv", header="p", time=time, values=values)


def test_the_table(table: xr.Dataset) -> None:
    checked(AVAILABLE, table)
    assert list(table["unit"].values) == ["w1", "w2", "pv"]
    assert list(table["kind"].values) == ["wind_farm", "wind_farm", "pv_plant"]
    assert list(table["bus"].values) == ["b", "b", "b"]
    assert table["available_mw"].attrs["units"] == "MW"


def test_a_year_yields_the_published_hours(table: xr.Dataset) -> None:
    hours = table["available_mw"].sum("time") / 100
    assert hours.values == pytest.approx([3200, 3200, 2000], abs=1e-3)
    assert "w1: wind speed x" in table.attrs["scaling"] and "pv: power x" in table.attrs["scaling"]


def test_scaling_never_passes_nominal(table: xr.Dataset) -> None:
    # w1 at full wind: 100 MW x 0.92 x 0.97 = 89.24 MW, unchanged by the scaling of its speeds.
    largest = table["available_mw"].max("time").values
    assert largest[0] == pytest.approx(89.24)
    assert largest[1] == pytest.approx(100)
    assert largest[2] <= 100


def test_a_month_is_that_month_of_the_year(table: xr.Dataset) -> None:
    month = available(wanted(), weather_year(wanted(), MARCH))
    xr.testing.assert_allclose(
        month["available_mw"].drop_attrs(), table["available_mw"].sel(time=MARCH).drop_attrs(), rtol=1e-12
    )


def test_leap_years_meet_them_too() -> None:
    leap = hours_of_year(2024, ZONE)
    hours = available(wanted(), weather_year(wanted(), leap))["available_mw"].sum("time") / 100
    assert hours.values == pytest.approx([3200, 3200, 2000], abs=1e-3)


def test_over_new_year_each_year_has_its_factor(table: xr.Dataset) -> None:
    turn = hours_between(date(2024, 12, 30), date(2025, 1, 2), ZONE)
    both = available(wanted(), weather_year(wanted(), turn))
    inside = np.isin(turn, YEAR)
    np.testing.assert_allclose(
        both["available_mw"].values[inside], table["available_mw"].sel(time=turn[inside]).values, rtol=1e-9
    )


def test_given_weather_shorter_than_a_year_is_not_scaled(weather: xr.Dataset) -> None:
    given = weather.sel(time=MARCH).assign_attrs(origin="file")
    plain = available(wanted(), given)
    unscaled = park(
        wind_farms=tuple(replace(f, full_load_hours=None) for f in wanted().wind_farms),
        pv_plants=tuple(replace(p, full_load_hours=None) for p in wanted().pv_plants),
    )
    xr.testing.assert_equal(plain["available_mw"], available(unscaled, given)["available_mw"])
    assert plain.attrs["scaling"].count("not scaled, the weather does not hold the whole of 2025") == 3


def test_given_weather_of_a_year_is_scaled(weather: xr.Dataset) -> None:
    table = available(wanted(), weather.assign_attrs(origin="file"))
    assert (table["available_mw"].sum("time") / 100).values == pytest.approx([3200, 3200, 2000], abs=1e-3)


def test_hours_out_of_reach_are_refused_with_what_can_be(weather: xr.Dataset) -> None:
    greedy = replace(wanted(), pv_plants=(plant(full_load_hours=5000.0),))
    with pytest.raises(BadInput, match=r"full_load_hours = '5000.0': 'pv' reaches \d+ to \d+ h"):
        available(greedy, weather)


def test_tracking_and_bifacial_reach_the_table(weather: xr.Dataset) -> None:
    plants = tuple(
        replace(plant(p_nom_mw=200.0), tracking=t, bifaciality=b)
        for t, b in ((Tracking.FIXED, 0.0), (Tracking.SINGLE_AXIS, 0.7))
    )
    energies = [available(park(pv_plants=(p,)), weather)["available_mw"].sum().item() for p in plants]
    assert energies[1] > 1.08 * energies[0]


# Measured power


def test_measured_power_is_taken(weather: xr.Dataset) -> None:
    # Half hours of 0.2 and 0.6 make hours of 0.4 x 100 MW = 40 MW; a meter's night draw of -0.01 is nothing to give.
    halves = np.arange(MARCH[0], MARCH[-1] + np.timedelta64(1, "h"), np.timedelta64(30, "m"))
    values = np.tile([0.2, 0.6], len(MARCH))
    values[:2] = -0.01
    metered = park(wind_farms=(farm("w", series="metered", turbine=None),), series=(series(halves, values),))
    power = available(metered, weather.sel(time=MARCH))["available_mw"].values[:, 0]
    assert power[0] == 0
    assert power[1:] == pytest.approx(40)


def test_hours_that_the_series_misses_are_named(weather: xr.Dataset) -> None:
    time = np.delete(MARCH, [5, 6])
    metered = park(wind_farms=(farm("w", series="metered"),), series=(series(time, np.full(len(time), 0.5)),))
    with pytest.raises(BadInput, match=r"metered.csv p = 'metered': misses 2 of 744 hours, first 2025-02-28T21:00"):
        available(metered, weather.sel(time=MARCH))


def test_half_an_hour_missing_is_an_hour_missing(weather: xr.Dataset) -> None:
    halves = np.arange(MARCH[0], MARCH[-1] + np.timedelta64(1, "h"), np.timedelta64(30, "m"))
    values = np.full(len(halves), 0.5)
    values[11] = np.nan
    metered = park(pv_plants=(plant(series="metered"),), series=(series(halves, values),))
    with pytest.raises(BadInput, match="misses 1 of 744 hours"):
        available(metered, weather.sel(time=MARCH))


def test_a_whole_year_of_measured_power_is_scaled_and_clipped(weather: xr.Dataset) -> None:
    shape = np.clip(np.sin(np.arange(8760) / 24 * 2 * np.pi), 0, 1)
    metered = park(wind_farms=(farm("w", series="metered", full_load_hours=3200.0),), series=(series(YEAR, shape),))
    whole = available(metered, weather)
    assert whole["available_mw"].sum().item() / 100 == pytest.approx(3200, abs=1e-3)
    assert whole["available_mw"].max().item() == pytest.approx(100)
    part = available(metered, weather.sel(time=MARCH))
    xr.testing.assert_allclose(part["available_mw"], whole["available_mw"].sel(time=MARCH))


def test_an_unknown_series_is_named(weather: xr.Dataset) -> None:
    with pytest.raises(BadInput, match="no such series, but 'w' refers to it"):
        available(park(wind_farms=(farm("w", series="lost"),)), weather)


# Refusals


def test_an_unknown_turbine_is_named(weather: xr.Dataset) -> None:
    with pytest.raises(BadInput, match=r"turbine = 'V999': 'w1' has neither.*\(turbine\)"):
        available(park(wind_farms=(farm("w1", turbine="V999"),)), weather)


def test_a_site_without_weather_is_named(weather: xr.Dataset) -> None:
    with pytest.raises(BadInput, match="the weather has no such site; it has w1, w2, pv, steppe"):
        available(park(wind_farms=(farm("elsewhere"),)), weather)


def test_weather_with_gaps_is_refused(weather: xr.Dataset) -> None:
    gap = weather.copy(deep=True)
    gap["wind_speed_m_per_s"][3] = np.nan
    with pytest.raises(Mismatch, match="misses wind_speed_m_per_s at 1 of 8760 hours"):
        available(park(wind_farms=(farm("w1"),)), gap)


def test_a_park_without_sources_has_an_empty_table(weather: xr.Dataset) -> None:
    assert available(park(), weather)["available_mw"].shape == (8760, 0)
