"""Wind to power."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from resource_parks import TURBINE, farm

from holin.errors import Mismatch
from holin.resource import (
    air_density_kg_per_m3,
    pressure_at_altitude_pa,
    wind_farm_power_mw,
    wind_power,
    wind_speed_at_height,
)
from holin.resource.wind import stopped

MILD = 10.0


def mild(count: int) -> np.ndarray:
    return np.full(count, MILD)


def test_density_of_the_standard_atmosphere() -> None:
    # ISO 2533: 15 degC and 101,325 Pa is 1.225 kg/m3.
    assert air_density_kg_per_m3(np.array([15.0]), np.array([101_325.0]))[0] == pytest.approx(1.225, abs=1e-4)
    # By hand: 91,200 / (287.05 x 253.15) = 1.2550 at -20 degC.
    assert air_density_kg_per_m3(np.array([-20.0]), np.array([91_200.0]))[0] == pytest.approx(1.2550, abs=1e-4)


def test_pressure_of_the_standard_atmosphere() -> None:
    # ISO 2533 table: 89,875 Pa at 1,000 m; 54,020 Pa at 5,000 m.
    assert pressure_at_altitude_pa(1000) == pytest.approx(89_875, abs=5)
    assert pressure_at_altitude_pa(5000) == pytest.approx(54_020, abs=8)


def test_wind_rises_with_height() -> None:
    # 5 m/s at 10 m, exponent 1/7: 5 x 10^(1/7) = 6.947 m/s at 100 m.
    higher = wind_speed_at_height(np.array([5.0]), from_m=10, to_m=100, shear_exponent=1 / 7)
    assert higher[0] == pytest.approx(6.947, abs=1e-3)


@pytest.mark.parametrize("density", [1.225, 1.0, 1.3])
def test_as_windpowerlib(density: float) -> None:
    # windpowerlib 0.2 is the peer. Its exponent of the density is that of IEC, 1/3, up to 7.5 m/s of the curve, and
    # grows to 2/3 from there (Svenningsen 2010), so with other densities only that part is compared.
    from windpowerlib.power_output import power_curve

    curve = np.array(TURBINE.power_curve)
    speeds = np.arange(3.1, 24.9, 0.1)
    theirs = power_curve(
        pd.Series(speeds),
        pd.Series(curve[:, 0]),
        pd.Series(curve[:, 1]),
        density=pd.Series(np.full(len(speeds), density)),
        density_correction=density != 1.225,
    )
    ours = wind_power(speeds, TURBINE, air_density_kg_per_m3=density, temp_air_c=mild(len(speeds)))
    compared = speeds < (25 if density == 1.225 else 6.8)
    assert ours[compared] == pytest.approx(np.asarray(theirs)[compared], abs=2e-4)
    assert compared.sum() > 30


def test_thin_air_shifts_the_curve() -> None:
    # By hand: rho = 1.05, v = 9: v' = 9 (1.05 / 1.225)^(1/3) = 8.5492, between the points 8.5 and 9.0 of the curve:
    # p(8.5) = (614.125 - 27) / 1493.875 = 0.39302, p(9) = 0.46992; 0.39302 + 0.0984 x 0.0769 = 0.40059.
    power = wind_power(np.array([9.0]), TURBINE, air_density_kg_per_m3=1.05, temp_air_c=mild(1))
    assert power[0] == pytest.approx(0.40059, abs=1e-4)


def test_storm_stops_until_the_restart_speed() -> None:
    speeds = np.array([24.0, 25.5, 24.0, 22.5, 21.5, 24.0])
    power = wind_power(speeds, TURBINE, air_density_kg_per_m3=1.225, temp_air_c=mild(6))
    assert power.tolist() == [1, 0, 0, 0, 1, 1]


def test_cold_stops_until_the_restart_temperature() -> None:
    temp = np.array([-29.5, -30.5, -29.0, -27.5, -29.5])
    power = wind_power(np.full(5, 15.0), TURBINE, air_density_kg_per_m3=1.225, temp_air_c=temp)
    assert power.tolist() == [1, 0, 0, 1, 1]


def test_between_the_curve_s_end_and_cut_out_it_holds() -> None:
    short = replace(TURBINE, power_curve=((3.0, 0.0), (12.0, 1.0)))
    power = wind_power(np.array([2.0, 20.0]), short, air_density_kg_per_m3=1.225, temp_air_c=mild(2))
    assert power.tolist() == [0, 1]


def test_losses_of_a_farm() -> None:
    # Full wind at hub height: 100 MW x (1 - 0.08) x 0.97 = 89.24; below 0 degC times (1 - 0.02) = 87.4552.
    losses = farm("a", wake_loss=0.08, availability=0.97, icing_loss=0.02)
    power = wind_farm_power_mw(
        losses,
        TURBINE,
        wind_speed_m_per_s=np.full(2, 15.0),
        height_m=110,
        temp_air_c=np.array([5.0, -5.0]),
        pressure_pa=np.full(2, 101_325.0),
    )
    assert power == pytest.approx([89.24, 87.4552])


def test_wind_from_a_mast_is_lifted_to_the_hub() -> None:
    kwargs = {"temp_air_c": mild(1), "pressure_pa": np.array([95_000.0])}
    low = wind_farm_power_mw(farm("a"), TURBINE, wind_speed_m_per_s=np.array([6.0]), height_m=10, **kwargs)
    hub = 6.0 * 11**0.14
    high = wind_farm_power_mw(farm("a"), TURBINE, wind_speed_m_per_s=np.array([hub]), height_m=110, **kwargs)
    assert low == pytest.approx(high)


def test_missing_wind_is_not_calm() -> None:
    with pytest.raises(Mismatch, match="wind_speed_m_per_s at 1 of 2 hours"):
        wind_power(np.array([5.0, np.nan]), TURBINE, air_density_kg_per_m3=1.2, temp_air_c=mild(2))


@given(arrays(bool, 40), arrays(bool, 40))
def test_a_stop_lasts_until_a_restart(stop: np.ndarray, restart: np.ndarray) -> None:
    # The same rule as a plain loop with a state.
    state, expected = False, []
    for s, r in zip(stop, restart, strict=True):
        state = True if s else (False if r else state)
        expected.append(state)
    assert stopped(stop=stop, restart=restart).tolist() == expected


@given(arrays(float, 30, elements=st.floats(0, 45)), st.floats(0.8, 1.5), st.floats(-45, 40))
def test_power_lies_between_nothing_and_nominal(speeds: np.ndarray, density: float, temp: float) -> None:
    power = wind_power(speeds, TURBINE, air_density_kg_per_m3=density, temp_air_c=np.full(30, temp))
    assert ((power >= 0) & (power <= 1)).all()
