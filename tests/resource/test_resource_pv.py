"""Sun to power."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pvlib
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from resource_parks import YEAR, park, plant

from holin.calendar import hours_of_year
from holin.errors import Mismatch
from holin.park import PvPlant, Tracking
from holin.resource import at_sites, on_hours, pv_power, read_weather, weather_year
from holin.resource.pv import cell_temperature_c, inverter_power_mw, module_power_mw, plane_of, poa_global, row_shade
from holin.resource.sky import clear_sky_ghi, sun_position

PLACE = {"latitude": 45.5, "longitude": 119.6}


@pytest.fixture(scope="module")
def weather() -> xr.Dataset:
    return weather_year(park(pv_plants=(plant(),)), YEAR).sel(site="pv")


def yearly(which: PvPlant, weather: xr.Dataset, **changed: np.ndarray) -> float:
    columns = {n: weather[n].values for n in ("ghi", "dni", "dhi", "temp_air_c", "wind_speed_m_per_s", "snow")}
    return float(pv_power(YEAR, which, **PLACE, **(columns | changed)).sum())


def test_cell_temperature() -> None:
    # Faiman at NOCT conditions (800 W/m2, 20 degC, 1 m/s): 20 + 800 / (25 + 6.84) = 45.13 degC; the data sheets of
    # common modules say 45 +- 2.
    cell = cell_temperature_c(np.array([800.0]), temp_air_c=np.array([20.0]), wind_speed_m_per_s=np.array([1.0]))
    assert cell[0] == pytest.approx(45.13, abs=0.01)


def test_module_power() -> None:
    # By hand: 120 MW x 0.8 x (1 - 0.0035 x (45 - 25)) x 0.9 = 80.352 MW; colder than 25 degC gives more than nominal.
    dc = module_power_mw(plant(), np.array([800.0, 1000.0]), np.array([45.0, -5.0]))
    assert dc == pytest.approx([80.352, 120 * 1.105 * 0.9])


def test_inverter() -> None:
    # PVWatts v5 (NREL/TP-6A20-62641), eq. 9: at x = 1 the efficiency is nominal, since -0.0162 - 0.0059 + 0.9858 =
    # 0.9637; at x = 0.1: (-0.00162 - 0.059 + 0.9858) / 0.9637 = 0.96003 of nominal; above the rating it clips.
    rating = 100 / 0.985
    ac = inverter_power_mw(plant(), np.array([rating, 0.1 * rating, 1.2 * rating, 0.0]))
    assert ac == pytest.approx([100.0, 10 * 0.96003, 100.0, 0.0], abs=1e-3)


def test_greensboro_as_published() -> None:
    # The typical year of Greensboro (NSRDB TMY3 723170, shipped with pvlib). North Carolina at latitude tilt: 4.37 to
    # 5.15, mean 4.88 kWh/m2 and day (NREL, National Solar PV map 1998-2005, SUNY model); in front of the glass.
    path = Path(pvlib.__file__).parent / "data" / "723170TYA.CSV"
    zone = "America/New_York"
    hours = hours_of_year(2023, zone)
    fixed = plant(latitude=36.1, longitude=-79.95, surface_tilt_deg=36.1, ground_coverage=0.01)
    here = on_hours(at_sites(read_weather(path, time_zone=zone), park(pv_plants=(fixed,))), hours, zone).sel(site="pv")
    sun = sun_position(hours, latitude=36.1, longitude=-79.95)
    # The file's own parts only close when its hours are taken as they are meant (ends, eastern standard time).
    cosine = np.maximum(np.cos(np.radians(sun.zenith_deg)), 0)
    assert np.abs(here["dni"].values * cosine + here["dhi"].values - here["ghi"].values).mean() < 1.0
    irradiance = {name: here[name].values for name in ("ghi", "dni", "dhi")}
    behind_glass = poa_global(fixed, sun, albedo=np.full(8760, 0.2), **irradiance).sum() / 365_000
    assert 0.97 * 4.75 < behind_glass < 4.95
    # PVWatts' default: 14 % losses, 96 % inverter, -0.47 %/K: 1,300 to 1,450 kWh/kW are usual for North Carolina.
    common = replace(fixed, p_dc_mw=110.0, system_loss=0.14, inverter_efficiency=0.96)
    common = replace(common, temperature_coefficient_per_k=-0.0047)
    columns = {n: here[n].values for n in ("ghi", "dni", "dhi", "temp_air_c", "wind_speed_m_per_s", "snow")}
    energy = pv_power(hours, common, latitude=36.1, longitude=-79.95, **columns).sum() / 110
    assert 1300 < energy < 1450


def test_the_region_s_yield(weather: xr.Dataset) -> None:
    # Domain figure for 45.5 N, 119.6 E (assumed there): 1,800 to 1,950 kWh/kWp on the tilted module, before losses.
    lossless = plant(system_loss=0.0, p_nom_mw=130.0, p_dc_mw=100.0, inverter_efficiency=0.999)
    assert 1750 < yearly(lossless, weather) / 100 < 2050


def test_inverter_clips(weather: xr.Dataset) -> None:
    columns = {n: weather[n].values for n in ("ghi", "dni", "dhi", "temp_air_c", "wind_speed_m_per_s", "snow")}
    power = pv_power(YEAR, plant(p_dc_mw=150.0), **PLACE, **columns)
    assert power.max() == pytest.approx(100.0)
    assert (power > 99.99).sum() > 100


def test_gains(weather: xr.Dataset) -> None:
    # With a wide inverter, so that no clipping hides them. Usual ranges: bifacial 5 to 15 % (IEA-PVPS T13-14:2021),
    # one-axis tracking 5 to 25 % over fixed by latitude.
    fixed = plant(p_nom_mw=200.0)
    plain = yearly(fixed, weather)
    bifacial = yearly(replace(fixed, bifaciality=0.7), weather)
    tracked = yearly(replace(fixed, tracking=Tracking.SINGLE_AXIS), weather)
    assert 1.05 < bifacial / plain < 1.15
    assert 1.03 < tracked / plain < 1.25
    bare = np.zeros(len(YEAR))
    assert yearly(fixed, weather) > yearly(fixed, weather, snow=bare)
    gain = yearly(replace(fixed, bifaciality=0.7), weather) / yearly(
        replace(fixed, bifaciality=0.7), weather, snow=bare
    )
    assert gain > yearly(fixed, weather) / yearly(fixed, weather, snow=bare)


def test_trackers_turn_and_backtrack() -> None:
    day = YEAR[24 * 171 : 24 * 172]
    sun = sun_position(day, **PLACE)
    up = sun.zenith_deg < 88
    dense, sparse = (
        plane_of(plant(tracking=Tracking.SINGLE_AXIS, ground_coverage=g), sun).surface_tilt_deg[up] for g in (0.5, 0.01)
    )
    assert sparse.max() == pytest.approx(60.0)
    # Low sun: dense rows turn back towards flat; high sun: both follow alike.
    assert dense[0] < sparse[0] - 20
    noon = int(np.argmin(sun.zenith_deg[up]))
    assert dense[noon] == pytest.approx(sparse[noon], abs=1e-6)


def test_rows_shade_each_other_in_low_sun_only() -> None:
    # By hand at noon: rows of 0.4 at 35 deg leave 1 - 0.4 cos 35 = 0.672 of the pitch free; their height 0.229 throws
    # no longer shade than that while the sun is above atan(0.229 / 0.672) = 18.8 deg; December noon here is 21 deg.
    december = YEAR[24 * 355 : 24 * 356]
    sun = sun_position(december, **PLACE)
    noon = int(np.argmin(sun.zenith_deg))
    assert 90 - sun.zenith_deg[noon] == pytest.approx(21.0, abs=0.5)
    assert row_shade(plant(), sun)[noon] == 0
    assert row_shade(plant(ground_coverage=0.7), sun)[noon] > 0.1
    assert (row_shade(plant(tracking=Tracking.SINGLE_AXIS), sun) == 0).all()


def test_clear_sky() -> None:
    # June noon at 45.5 N, 880 m: about 950 W/m2 (Ineichen with Linke turbidity 3.3; Haurwitz 1945 gives
    # 1098 cos z exp(-0.059 / cos z) = 952 at z = 22.1 deg).
    day = YEAR[24 * 171 : 24 * 172]
    sun = sun_position(day, **PLACE)
    peak = clear_sky_ghi(sun, **PLACE, altitude_m=880).max()
    assert peak == pytest.approx(952, rel=0.05)


def test_no_power_at_night(weather: xr.Dataset) -> None:
    columns = {n: weather[n].values for n in ("ghi", "dni", "dhi", "temp_air_c", "wind_speed_m_per_s", "snow")}
    power = pv_power(YEAR, plant(bifaciality=0.7), **PLACE, **columns)
    night = sun_position(YEAR, **PLACE).zenith_deg > 90
    assert (power[night] == 0).all()
    assert power.min() == 0


def test_missing_sun_is_not_night(weather: xr.Dataset) -> None:
    gap = weather["ghi"].values.copy()
    gap[7] = np.nan
    with pytest.raises(Mismatch, match="ghi at 1 of 8760 hours"):
        yearly(plant(), weather, ghi=gap)


@settings(max_examples=25, deadline=None)
@given(
    tilt=st.floats(0, 90),
    azimuth=st.floats(0, 359),
    coverage=st.floats(0.05, 0.9),
    bifaciality=st.floats(0, 1),
    tracking=st.sampled_from(Tracking),
    day=st.integers(0, 364),
)
def test_any_plant_on_any_day_gives_between_nothing_and_its_rating(
    weather: xr.Dataset,
    tilt: float,
    azimuth: float,
    coverage: float,
    bifaciality: float,
    tracking: Tracking,
    day: int,
) -> None:
    some = plant(
        surface_tilt_deg=tilt,
        surface_azimuth_deg=azimuth,
        ground_coverage=coverage,
        bifaciality=bifaciality,
        tracking=tracking,
    )
    hours = slice(24 * day, 24 * day + 24)
    columns = {n: weather[n].values[hours] for n in ("ghi", "dni", "dhi", "temp_air_c", "wind_speed_m_per_s", "snow")}
    power = pv_power(YEAR[hours], some, **PLACE, **columns)
    assert np.isfinite(power).all()
    assert (power >= 0).all() and (power <= 100 + 1e-9).all()
