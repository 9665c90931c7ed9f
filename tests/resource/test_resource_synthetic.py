"""The synthetic weather year, measured against figures of a real one."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from derived_figures import (
    CORRELATION_LENGTH_KM,
    PV_DAY_RATIO,
    PV_DAY_RATIO_WITH_WIND,
    WIND_AUTOCORRELATION,
    WIND_AUTOCORRELATION_ANOMALY,
    WIND_DAY,
    WIND_DAY_SPRING,
    WIND_DAY_SUMMER,
    WIND_MEAN,
    WIND_QUANTILES,
    WIND_STD,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from resource_parks import CLIMATE, TEMPERATURES, WIND_FACTORS, YEAR, ZONE, farm, park, plant, spread_farms

from holin.calendar import hours_between, hours_of_year, local
from holin.errors import BadInput, Mismatch
from holin.park import Park
from holin.resource import sites_of, weather_year
from holin.resource.field import HOURS_MAX, field, memory_of_hours, noise
from holin.resource.season import monthly_course
from holin.resource.sky import sun_position
from holin.resource.synthetic_wind import CURVE_POWER, CURVE_SPEEDS, wind_speeds
from holin.tables import WEATHER, checked

PROVINCE = replace(CLIMATE, correlation_length_km=CORRELATION_LENGTH_KM, wind_speed_mean_m_per_s=6.9)
LOCAL = pd.DatetimeIndex(YEAR) + pd.Timedelta(hours=8)


def wind(of: Park, seed: int) -> np.ndarray:
    """The wind alone of a whole year, shape (hours, site): `weather_year` without its sky and air."""
    return wind_speeds(of.climates[0], sites_of(of), local(YEAR, ZONE), seed=seed)


def power(speeds: np.ndarray) -> np.ndarray:
    return np.interp(speeds, CURVE_SPEEDS, CURVE_POWER)


def lag(series: np.ndarray, hours: int) -> float:
    return float(np.corrcoef(series[hours:], series[:-hours])[0, 1])


def anomaly(series: np.ndarray) -> np.ndarray:
    frame = pd.Series(series, index=LOCAL)
    return (frame - frame.groupby([LOCAL.month, LOCAL.hour]).transform("mean")).to_numpy()


@pytest.fixture(scope="module")
def province() -> np.ndarray:
    """Mean power of 25 distant farms, three years, shape (year, hours)."""
    wide = park(wind_farms=spread_farms(), climates=(PROVINCE,))
    years = [wind(wide, s)[:, :25] for s in (1, 2, 3)]
    return np.array([power(y).mean(axis=1) for y in years])


@pytest.fixture(scope="module")
def one_farm() -> np.ndarray:
    """Power of one farm, five years, shape (year, hours)."""
    single = park(wind_farms=(farm("a"),))
    return np.array([power(wind(single, s)[:, 0]) for s in range(5)])


@pytest.fixture(scope="module")
def year() -> xr.Dataset:
    return weather_year(park(wind_farms=(farm("a"),), pv_plants=(plant(),)), YEAR)


# Wind: against the province and against a farm


@pytest.mark.parametrize("hours", [1, 3, 6, 12, 24, 48])
def test_many_farms_remember_as_the_province_does(province: np.ndarray, hours: int) -> None:
    found = np.mean([lag(y, hours) for y in province])
    assert found == pytest.approx(WIND_AUTOCORRELATION[hours], abs=0.01 if hours == 1 else 0.07)


@pytest.mark.parametrize("hours", [1, 3, 6, 12, 24, 48])
def test_so_does_what_is_left_without_mean_day_and_month(province: np.ndarray, hours: int) -> None:
    found = np.mean([lag(anomaly(y), hours) for y in province])
    assert found == pytest.approx(WIND_AUTOCORRELATION_ANOMALY[hours], abs=0.01 if hours == 1 else 0.09)


def test_one_farm_is_rougher_than_the_province(one_farm: np.ndarray, province: np.ndarray) -> None:
    # A single farm's lag-1 h is near 0.95 (README of the calibration data); the climate declares 0.95.
    each = [lag(y, 1) for y in one_farm]
    assert all(0.93 <= r <= 0.97 for r in each)
    assert np.mean(each) == pytest.approx(CLIMATE.wind_lag1, abs=0.008)
    assert np.mean([lag(y, 1) for y in province]) > np.mean(each) + 0.02


def test_one_farm_has_a_steeper_duration_curve(one_farm: np.ndarray, province: np.ndarray) -> None:
    shares = list(WIND_QUANTILES)
    farm_curve, province_curve = (np.quantile(x, shares) for x in (one_farm.ravel(), province.ravel()))
    assert province.std() / province.mean() == pytest.approx(WIND_STD / WIND_MEAN, rel=0.12)
    assert one_farm.std() / one_farm.mean() > 1.5 * WIND_STD / WIND_MEAN
    assert farm_curve[0] < 0.01 < province_curve[0]
    assert farm_curve[-1] > 0.99 > province_curve[-1]
    real = np.array(list(WIND_QUANTILES.values()))
    assert province_curve / province.mean() == pytest.approx(real / WIND_MEAN, abs=0.25)


def test_a_farm_has_any_declared_lag1() -> None:
    for declared in (0.92, 0.97):
        rough = park(climates=(replace(CLIMATE, wind_lag1=declared),))
        found = [lag(power(wind(rough, s)[:, 0]), 1) for s in range(3)]
        assert np.mean(found) == pytest.approx(declared, abs=0.01)


def test_a_lag1_out_of_reach_is_refused() -> None:
    with pytest.raises(BadInput, match=r"wind_lag1 = '0.4'.*a value from 0\.\d+ to 0\.\d+"):
        weather_year(park(climates=(replace(CLIMATE, wind_lag1=0.4),)), YEAR)


def test_months_yield_as_declared() -> None:
    # Over 24 seeds the mean of each month comes near its factor; one month of one year varies by 20 %.
    years = [power(wind(park(), s)[:, 0]) for s in range(24)]
    months = pd.Series(np.mean(years, axis=0), index=LOCAL).groupby(LOCAL.month).mean()
    found = months / months.mean()
    assert found.to_numpy() == pytest.approx(np.array(WIND_FACTORS) / np.mean(WIND_FACTORS), abs=0.12)
    assert found[4] > found[1] > found[8]


@pytest.mark.parametrize(
    ("months", "real"), [(range(1, 13), WIND_DAY), ((6, 7, 8), WIND_DAY_SUMMER), ((3, 4, 5), WIND_DAY_SPRING)]
)
def test_the_day_has_the_province_s_shape(province: np.ndarray, months: object, real: tuple[float, ...]) -> None:
    mean = pd.Series(province.mean(axis=0), index=LOCAL)[LOCAL.month.isin(list(months))]
    found = (mean.groupby(mean.index.hour).mean() / mean.mean()).to_numpy()
    assert np.corrcoef(found, real)[0, 1] > 0.85
    assert np.ptp(found) == pytest.approx(np.ptp(real), rel=0.45)


def test_speeds_are_weibull() -> None:
    # Without seasons and days: mean and P(v > mean) = exp(-Gamma(1 + 1/k)^k) = 0.4572 for k = 2.1 (Weibull by hand).
    plain = replace(CLIMATE, monthly_wind_factor=(1.0,) * 12, diurnal_wind_amplitude=0.0)
    speeds = np.array([wind(park(climates=(plain,)), s) for s in range(12)])
    assert speeds.mean() == pytest.approx(7.6, rel=0.015)
    assert (speeds > 7.6).mean() == pytest.approx(0.4572, abs=0.012)
    # Second moment: Gamma(1 + 2/k) / Gamma(1 + 1/k)^2 = 1.2503 for k = 2.1.
    assert (speeds**2).mean() / speeds.mean() ** 2 == pytest.approx(1.2503, rel=0.015)


def test_correlation_falls_with_distance() -> None:
    # One degree of latitude is 111.2 km; length 450 km: 0.95 exp(-d / 450) for the latent wind.
    lengths = [0.0, 0.45, 1.35, 4.0]
    farms = tuple(farm(f"f{i}", latitude=45.5 + d) for i, d in enumerate(lengths))
    found = []
    for seed in range(6):
        speeds = wind(park(wind_farms=farms), seed)[:, :4]
        found.append(np.corrcoef(speeds.T)[0])
    expected = 0.95 * np.exp(-np.array(lengths[1:]) * 111.195 / 450)
    assert np.mean(found, axis=0)[1:] == pytest.approx(expected, abs=0.12)
    same_place = farms[0], replace(farms[0], id="twin")
    pair = weather_year(park(wind_farms=same_place), YEAR)["wind_speed_m_per_s"].values[:, :2]
    assert np.corrcoef(pair.T)[0, 1] == pytest.approx(0.95, abs=0.02)


# Sun


def test_the_sky_s_year(year: xr.Dataset) -> None:
    # Domain figure: 1,500 to 1,600 kWh/m2 a year at 45.5 N, 119.6 E (assumed there); one drawn year varies by 4 %.
    yearly = year["ghi"].sel(site="steppe").sum().item() / 1000
    assert 1440 <= yearly <= 1660
    assert (year["ghi"].values >= 0).all() and (year["dni"].values >= 0).all() and (year["dhi"].values >= 0).all()


def test_irradiance_closes(year: xr.Dataset) -> None:
    # ghi = dni cos(zenith) + dhi, by definition.
    here = year.sel(site="pv")
    sun = sun_position(YEAR, latitude=45.5, longitude=119.6)
    cosine = np.maximum(np.cos(np.radians(sun.zenith_deg)), 0)
    assert np.abs(here["dni"].values * cosine + here["dhi"].values - here["ghi"].values).max() < 1e-6


def test_sun_position_is_that_of_spa() -> None:
    # NREL's solar position algorithm (Reda and Andreas 2004), as in pvlib, is the reference: within 0.03 deg.
    import pvlib

    hours = YEAR[::97]
    ours = sun_position(hours, latitude=45.5, longitude=119.6)
    spa = pvlib.solarposition.get_solarposition(ours.middle, 45.5, 119.6, method="nrel_numpy")
    assert np.abs(spa["zenith"].to_numpy() - ours.zenith_deg).max() < 0.03
    day = ours.zenith_deg < 89
    assert np.abs(spa["azimuth"].to_numpy() - ours.azimuth_deg)[day].max() < 0.03


def test_daily_clearness_has_the_memory_of_the_province() -> None:
    wide = park(wind_farms=spread_farms(9), climates=(PROVINCE,))
    found, with_wind = [], []
    for seed in range(3):
        weather = weather_year(wide, YEAR, seed=seed).isel(site=slice(0, 9))
        days = pd.Series(weather["ghi"].mean("site").values, index=LOCAL).groupby(LOCAL.date).sum()
        ratio = days / days.rolling(31, center=True, min_periods=15).max()
        blown = pd.Series(power(weather["wind_speed_m_per_s"].values).mean(axis=1), index=LOCAL)
        found.append((ratio.mean(), ratio.std(), ratio.autocorr(1)))
        with_wind.append(np.corrcoef(ratio, blown.groupby(LOCAL.date).mean())[0, 1])
    mean, spread, memory = np.mean(found, axis=0)
    assert mean == pytest.approx(PV_DAY_RATIO[0], abs=0.06)
    assert spread == pytest.approx(PV_DAY_RATIO[1], abs=0.05)
    assert memory == pytest.approx(PV_DAY_RATIO[2], abs=0.12)
    assert np.mean(with_wind) == pytest.approx(PV_DAY_RATIO_WITH_WIND, abs=0.15)


# Air


def test_monthly_courses_keep_their_means() -> None:
    course = monthly_course(pd.DatetimeIndex(LOCAL), TEMPERATURES)
    means = pd.Series(course).groupby(LOCAL.month.to_numpy()).mean().to_numpy()
    assert means == pytest.approx(np.array(TEMPERATURES), abs=1e-9)
    assert abs(course[0] - course[-1]) < 0.05
    assert np.abs(np.diff(course)).max() < 0.05


def test_the_air_s_year(year: xr.Dataset) -> None:
    temp = pd.Series(year["temp_air_c"].sel(site="steppe").values, index=LOCAL)
    months = temp.groupby(LOCAL.month).mean().to_numpy()
    # Passing weather moves a month's mean by about 1.7 K (60 h memory, 3.6 K): three times that bounds it.
    assert months == pytest.approx(np.array(TEMPERATURES), abs=5.0)
    hours = temp.groupby(LOCAL.hour).mean()
    assert hours.idxmax() in (14, 15)
    assert np.ptp(hours.to_numpy()) / 2 == pytest.approx(CLIMATE.diurnal_temp_amplitude_c, rel=0.05)


def test_snow_lies_in_winter_only(year: xr.Dataset) -> None:
    snow = year["snow"].sel(site="steppe").values
    assert ((snow >= 0) & (snow <= 1)).all()
    assert snow[LOCAL.month == 1].mean() > 0.9
    assert snow[LOCAL.month == 7].max() == 0


def test_the_table_holds_that_wind(year: xr.Dataset) -> None:
    alone = wind(park(wind_farms=(farm("a"),), pv_plants=(plant(),)), CLIMATE.seed)
    assert np.array_equal(year["wind_speed_m_per_s"].values, alone)


def test_pressure_is_that_of_the_altitude(year: xr.Dataset) -> None:
    # ISO 2533 at 880 m: 101325 (1 - 2.25577e-5 x 880)^5.25588 = 91,183 Pa, by hand.
    assert year["pressure_pa"].values == pytest.approx(91_183, abs=15)


# Same place, same seed, same weather


def test_a_part_of_the_year_is_that_part(year: xr.Dataset) -> None:
    part = weather_year(
        park(wind_farms=(farm("a"),), pv_plants=(plant(),)), hours_between(date(2025, 3, 3), date(2025, 3, 5), ZONE)
    )
    xr.testing.assert_equal(part.drop_attrs(), year.sel(time=part["time"]).drop_attrs())


def test_another_farm_changes_nobody_s_weather(year: xr.Dataset) -> None:
    more = weather_year(park(wind_farms=(farm("new", latitude=46.0), farm("a")), pv_plants=(plant(),)), YEAR)
    for site in ("a", "pv", "steppe"):
        np.testing.assert_allclose(
            more["wind_speed_m_per_s"].sel(site=site), year["wind_speed_m_per_s"].sel(site=site), rtol=1e-9
        )


def test_stages_share_their_weather(year: xr.Dataset) -> None:
    leap = weather_year(park(wind_farms=(farm("a"),), pv_plants=(plant(),)), hours_of_year(2024, ZONE))
    assert leap.sizes["time"] == 8784
    later = slice(1000, 8000)
    both = [t["wind_speed_m_per_s"].sel(site="a").values[later] for t in (leap, year)]
    assert np.corrcoef(both)[0, 1] > 0.999


def test_the_year_closes_on_itself() -> None:
    wraps = [noise(8760, memory_of_hours(24.0), seed=s, name="x")[[-1, 0], 0] for s in range(400)]
    # AR(1) with 24 h: neighbours correlate by exp(-1/24) = 0.959, also over new year.
    assert np.corrcoef(np.array(wraps).T)[0, 1] == pytest.approx(0.959, abs=0.02)


def test_seeds_differ_and_repeat() -> None:
    first, again, other = (weather_year(park(), YEAR[:100], seed=s)["wind_speed_m_per_s"].values for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)
    assert weather_year(park(), YEAR[:24]).attrs["seed"] == CLIMATE.seed


def test_the_table_is_complete(year: xr.Dataset) -> None:
    checked(WEATHER, year)
    assert list(year["site"].values) == ["a", "pv", "steppe"]
    assert list(year["kind"].values) == ["wind_farm", "pv_plant", "climate"]
    assert list(year["height_m"].values) == [110.0, 10.0, 110.0]
    assert not any(np.isnan(year[name].values).any() for name in year.data_vars)


@settings(max_examples=8, deadline=None)
@given(start=st.integers(0, 8700), length=st.integers(1, 60), seed=st.integers(0, 50))
def test_any_window_of_any_seed_is_physical(start: int, length: int, seed: int) -> None:
    window = weather_year(park(), YEAR[start : start + length], seed=seed)
    assert (window["wind_speed_m_per_s"].values >= 0).all()
    assert (window["wind_speed_m_per_s"].values < 60).all()
    assert (window["ghi"].values <= 1250).all()
    assert window.sizes["time"] == min(length, 8760 - start)


@settings(max_examples=25, deadline=None)
@given(
    where=st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), min_size=1, max_size=6),
    length=st.floats(20, 400),
)
def test_a_field_is_standard_normal_anywhere(where: list[tuple[float, float]], length: float) -> None:
    values = field(np.array(where), 3000, memory_of_hours(0.5), length_km=length, seed=3, name="test")
    assert np.abs(values.mean(axis=0)).max() < 0.15
    assert np.abs(values.std(axis=0) - 1).max() < 0.12


def test_a_leap_year_is_the_longest() -> None:
    assert HOURS_MAX == 8784


# Refusals


def test_no_climate_no_weather() -> None:
    with pytest.raises(BadInput, match="the park has no climate"):
        weather_year(Park(facts=park().facts), YEAR)


def test_all_units_without_a_place_are_named() -> None:
    nowhere = replace(CLIMATE, latitude=None, longitude=None)
    farms = (farm("a", latitude=None), farm("b", longitude=None))
    with pytest.raises(BadInput) as refusal:
        weather_year(park(climates=(nowhere,), wind_farms=farms), YEAR)
    assert [f.value for f in refusal.value.faults] == ["a", "b", "steppe"]


def test_a_unit_without_a_place_lies_at_the_climate_s() -> None:
    weather = weather_year(park(wind_farms=(farm("a", latitude=None, longitude=None),)), YEAR[:5])
    assert weather["latitude"].sel(site="a").item() == 45.5


def test_a_farm_shares_the_weather_that_its_key_names() -> None:
    farms = (farm("a"), farm("b"), farm("c", weather_key="a"), farm("d", weather_key="a", latitude=46.5))
    wind = weather_year(park(wind_farms=farms), YEAR)["wind_speed_m_per_s"]
    assert np.array_equal(wind.sel(site="c"), wind.sel(site="a"))
    assert not np.allclose(wind.sel(site="b"), wind.sel(site="a"))
    assert not np.allclose(wind.sel(site="d"), wind.sel(site="a"))  # the key is not the place


def test_half_hours_are_refused() -> None:
    with pytest.raises(Mismatch, match="not the start of an hour"):
        weather_year(park(), YEAR[:3] + np.timedelta64(30, "m"))


def test_eleven_months_are_refused_all_at_once() -> None:
    short = replace(CLIMATE, monthly_wind_factor=(1.0,) * 11, monthly_temp_c=(1.0,), monthly_clearness=(0.8,) * 13)
    with pytest.raises(BadInput) as refusal:
        weather_year(park(climates=(short,)), YEAR)
    assert [f.field for f in refusal.value.faults] == ["monthly_wind_factor", "monthly_temp_c", "monthly_clearness"]


def test_no_hours_are_refused() -> None:
    with pytest.raises(Mismatch, match="no hours"):
        weather_year(park(), YEAR[:0])
