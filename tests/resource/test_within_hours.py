"""Hours in quarter-hours: what was measured so as it is, the rest drawn through, each hour's energy kept."""

import dataclasses

import numpy as np
import pytest

from holin.calendar import steps_of
from holin.park import Park, Series
from holin.parkfile import example_park
from holin.resource import available, demand, weather_year, within_hours

HOURS = np.datetime64("2025-03-02T16:00", "ns") + np.arange(48) * np.timedelta64(1, "h")
QUARTERS = steps_of(HOURS, 0.25)


def measured(id_: str, time: np.ndarray, values: np.ndarray) -> Series:
    return Series(id=id_, file="measured.csv", header=id_, time=time, values=values)


def park_with(wind: Series, load: Series, *, full_load_hours: float | None = None) -> Park:
    """The example park with a wind farm and a load that follow series."""
    park = example_park("quarters")
    farm = dataclasses.replace(park.wind_farms[0], series=wind.id, full_load_hours=full_load_hours)
    mill = dataclasses.replace(park.loads[0], series=load.id)
    return dataclasses.replace(park, wind_farms=(farm,), loads=(mill, *park.loads[1:]), series=(wind, load))


def tables(park: Park, step_h: float):
    sky = weather_year(park, HOURS)
    may, must = available(park, sky), demand(park, HOURS, sky)
    return (may, must), within_hours(park, may, must, step_h)


def drawn(seed: int, count: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.0, 1.0, count)


def test_series_of_the_step_go_in_as_they_are_and_all_else_keeps_its_hours_energy() -> None:
    wind, load = drawn(1, 192), drawn(2, 192)
    park = park_with(measured("wind", QUARTERS, wind), measured("load", QUARTERS, load))
    (may, must), (finer, firm) = tables(park, 0.25)
    np.testing.assert_array_equal(finer.time.values, QUARTERS)
    np.testing.assert_allclose(finer.available_mw.sel(unit="wind-1").values, 80.0 * wind, rtol=1e-12)
    np.testing.assert_allclose(firm.load_mw.sel(load="load-rolling").values, 14.0 * load, rtol=1e-12)
    for hourly, fine in ((may.available_mw, finer.available_mw), (must.load_mw, firm.load_mw)):
        np.testing.assert_allclose(fine.values.reshape(48, 4, -1).mean(axis=1), hourly.values, rtol=1e-9, atol=1e-9)
    sun = finer.available_mw.sel(unit="pv-1").values
    assert len(np.unique(sun)) > 2 * len(np.unique(may.available_mw.sel(unit="pv-1").values))  # no stairs of hours


def test_finer_series_are_averaged_and_hourly_ones_drawn_through() -> None:
    fives = HOURS[0] + np.arange(48 * 12) * np.timedelta64(5, "m")
    wind, load = drawn(3, 48 * 12), drawn(4, 48)
    park = park_with(measured("wind", fives, wind), measured("load", HOURS, load))
    (_, must), (finer, firm) = tables(park, 0.25)
    expected = 80.0 * wind.reshape(-1, 3).mean(axis=1)
    np.testing.assert_allclose(finer.available_mw.sel(unit="wind-1").values, expected, rtol=1e-12)
    mill = firm.load_mw.sel(load="load-rolling").values.reshape(48, 4)
    np.testing.assert_allclose(mill.mean(axis=1), must.load_mw.sel(load="load-rolling").values, rtol=1e-12)
    assert np.ptp(mill, axis=1).max() > 1.0


def test_a_yield_scales_quarter_hours_as_their_hour_up_to_nominal_power() -> None:
    year = np.datetime64("2024-12-31T16:00", "ns") + np.arange(8760 * 4) * np.timedelta64(15, "m")
    wind = drawn(5, len(year)) ** 2
    park = park_with(measured("wind", year, wind), measured("load", year, wind), full_load_hours=3500.0)
    (may, _), (finer, _) = tables(park, 0.25)
    hourly, fine = (t.available_mw.sel(unit="wind-1").values for t in (may, finer))
    np.testing.assert_allclose(fine.reshape(48, 4).mean(axis=1), hourly, rtol=1e-12)
    assert fine.max() <= 80.0 + 1e-9
    raw = wind[np.searchsorted(year, QUARTERS)].reshape(48, 4)
    free = (raw * (hourly / raw.mean(axis=1))[:, None]).max(axis=1) <= 80.0  # hours that reach no limit
    assert 10 < free.sum() < 48
    np.testing.assert_allclose(
        fine.reshape(48, 4)[free], (raw * (hourly / raw.mean(axis=1))[:, None])[free], rtol=1e-9
    )  # fmt: skip


@pytest.mark.parametrize("minutes", [10, 30])
def test_series_whose_step_does_not_go_into_the_step_count_by_their_hours(minutes: int) -> None:
    time = HOURS[0] + np.arange(48 * 60 // minutes) * np.timedelta64(minutes, "m")
    load = drawn(6, len(time))
    park = park_with(measured("wind", time, load), measured("load", time, load))
    (may, _), (finer, _) = tables(park, 0.25)
    fine = finer.available_mw.sel(unit="wind-1").values.reshape(48, 4)
    np.testing.assert_allclose(fine.mean(axis=1), may.available_mw.sel(unit="wind-1").values, rtol=1e-9)
    assert not np.allclose(fine, 80.0 * load[np.searchsorted(time, QUARTERS, side="right") - 1].reshape(48, 4))


def test_whole_hours_stay_as_they_are() -> None:
    park = park_with(measured("wind", QUARTERS, drawn(7, 192)), measured("load", QUARTERS, drawn(8, 192)))
    (may, must), (same, firm) = tables(park, 1.0)
    assert same is may and firm is must
