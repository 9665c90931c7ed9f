"""The arithmetic behind the drawings."""

from __future__ import annotations

import base64

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from picture_sample import Sample

from holin.errors import Mismatch
from holin.park import units_of
from holin.picture.figure import packed, packed_16
from holin.picture.scene import figure_of, scene_of
from holin.picture.series import (
    averaged,
    branch_losses_mwh,
    day_hour_grid,
    days_of,
    density,
    duration,
    extremes,
    greenness,
    hourly_mw,
    marked_weeks,
    months_of,
    network_loss_mw,
    step_h,
    summed,
    weeks_of,
)

finite = st.floats(-1e4, 1e4, allow_nan=False)
with_gaps = st.floats(-1e4, 1e4) | st.just(float("nan"))


def hours(start: str, count: int, zone: str = "Asia/Shanghai") -> pd.DatetimeIndex:
    return pd.date_range(start, periods=count, freq="h", tz=zone)


# ---- energy and groups -------------------------------------------------------------------------------------------


def test_unit_powers_become_the_hourly_balance() -> None:
    """By hand, one hour: wind 30 of 50 MW, PV 10 of 10, coal 20, import 5; load 40, potline 20, charging 5."""
    kinds = {
        "w": "wind_farm",
        "s": "pv_plant",
        "c": "thermal_unit",
        "b": "storage",
        "g": "grid",
        "l": "load",
        "p": "potline",
    }
    power = xr.DataArray([[30.0, 10, 20, -5, 5, -40, -20]], dims=("time", "unit"), coords={"unit": list(kinds)})
    available = xr.DataArray(
        [[50.0, 10, np.nan, np.nan, np.nan, np.nan, np.nan]], dims=("time", "unit"), coords={"unit": list(kinds)}
    )
    balance = hourly_mw({"schedule": xr.Dataset({"p_mw": power, "available_mw": available})}, kinds)
    expected = {"wind": 30, "solar": 10, "coal": 20, "discharge": 0, "charge": 5, "import": 5, "export": 0}
    expected |= {"load": 40, "potline": 20, "demand": 60, "residual": 20, "available": 60, "curtailed": 20}
    assert {name: float(v[0]) for name, v in balance.items()} == expected


def test_the_final_flow_goes_before_the_schedule(run: Sample) -> None:
    kinds = {u.id: u.kind for u in units_of(run.park)}
    doubled = run.tables["flows"].assign(p_mw=run.tables["flows"]["p_mw"] * 2)
    twice = hourly_mw({**run.tables, "flows": doubled}, kinds)["demand"]
    np.testing.assert_allclose(twice, 2 * hourly_mw({"schedule": run.tables["schedule"]}, kinds)["demand"])


def test_a_unit_that_the_park_does_not_have_is_refused(run: Sample) -> None:
    with pytest.raises(Mismatch, match="wind-1"):
        hourly_mw(run.tables, {u.id: u.kind for u in units_of(run.park) if u.id != "wind-1"})


def test_unknown_hours_are_left_out_and_never_read_as_zero() -> None:
    values, index = np.array([1.0, np.nan, 3.0, np.nan]), np.array([0, 0, 1, 2])
    np.testing.assert_array_equal(summed(values, index, 3), [1, 3, np.nan])
    np.testing.assert_array_equal(averaged(values, index, 3), [1, 3, np.nan])
    np.testing.assert_array_equal(extremes(values, index, 3), ([1, 3, np.nan], [1, 3, np.nan]))


@given(arrays(float, 72, elements=finite))
def test_daily_and_monthly_sums_keep_the_total(values: np.ndarray) -> None:
    local = hours("2025-01-30", 72)
    for names, index in (days_of(local), months_of(local)):
        assert summed(values, index, len(names)).sum() == pytest.approx(values.sum(), abs=1e-6)


def test_intervals_that_differ_are_refused() -> None:
    time = np.array(["2025-01-01T00", "2025-01-01T01", "2025-01-01T03"], dtype="datetime64[ns]")
    assert step_h(time[:2]) == 1.0
    assert step_h(time[:1]) == 1.0
    with pytest.raises(Mismatch, match="intervals differ"):
        step_h(time)


# ---- duration curves and grids -----------------------------------------------------------------------------------


@given(arrays(float, st.integers(1, 900), elements=with_gaps), st.integers(2, 50))
def test_a_duration_curve_falls_and_keeps_both_ends(values: np.ndarray, points: int) -> None:
    share, curve = duration(values, points)
    known = values[np.isfinite(values)]
    assert len(curve) == min(points, len(known))
    if len(known):
        assert (curve[0], curve[-1]) == (known.max(), known.min())
        assert (np.diff(curve) <= 0).all() and (np.diff(share) > 0).all()
        assert share[0] == 0 and share[-1] <= 1


def test_a_duration_curve_by_hand() -> None:
    """Values 4, 1, 3, 2: a quarter-point grid of the ordered values 4, 3, 2, 1."""
    share, curve = duration(np.array([4.0, 1, 3, 2]))
    np.testing.assert_allclose(share, [0, 1 / 3, 2 / 3, 1])
    np.testing.assert_array_equal(curve, [4, 3, 2, 1])


def test_clock_changes_leave_a_gap_and_average_the_doubled_hour() -> None:
    """Berlin: 30 March 2025 has no 02:00, 26 October 2025 has it twice."""
    spring = hours("2025-03-30", 23, "Europe/Berlin")
    _, grid = day_hour_grid(np.arange(23.0), spring)
    assert np.isnan(grid[2, 0]) and grid[3, 0] == 2
    autumn = hours("2025-10-26", 25, "Europe/Berlin")
    _, grid = day_hour_grid(np.arange(25.0), autumn)
    assert grid[2, 0] == 2.5 and grid[3, 0] == 4


def test_density_counts_every_hour_once() -> None:
    x, y = np.array([0.0, 0, 1, 1, np.nan]), np.array([0.0, 1, 1, 3, 1])
    _, _, counts, mean = density(x, y, bins=2)
    assert np.nansum(counts) == 4
    np.testing.assert_allclose(mean, [0.5, 2.0])


# ---- weeks -------------------------------------------------------------------------------------------------------


def test_weeks_begin_on_monday_and_cover_the_period() -> None:
    """1 January 2025 is a Wednesday: five days, then whole weeks."""
    weeks = weeks_of(hours("2025-01-01", 24 * 21))
    assert [(w.first_day, w.last_day, w.whole) for w in weeks] == [
        ("2025-01-01", "2025-01-05", False),
        ("2025-01-06", "2025-01-12", True),
        ("2025-01-13", "2025-01-19", True),
        ("2025-01-20", "2025-01-21", False),
    ]
    assert [(w.start, w.stop) for w in weeks] == [(0, 120), (120, 288), (288, 456), (456, 504)]


def test_best_median_and_worst_week_by_energy_not_by_mean_of_shares() -> None:
    """By hand, whole weeks 2, 3 and 4: green 10, 90, 50 of 100."""
    weeks = weeks_of(hours("2025-01-01", 24 * (5 + 21)))
    green = np.concatenate([np.full(120, 1.0), *[np.full(168, v) for v in (0.1, 0.9, 0.5)]])
    assert marked_weeks(weeks, green, np.ones(len(green))) == {"worst": 1, "best": 2, "median": 3}
    assert marked_weeks(weeks, green, np.zeros(len(green))) == {}


# ---- green, losses -----------------------------------------------------------------------------------------------


def trace_of(energy: list[list[float]], sinks: list[str]) -> xr.Dataset:
    return xr.Dataset(
        {"energy_mwh": (("time", "source", "sink"), [energy])},
        coords={"source": ["w", "c"], "sink": sinks},
    )


def test_green_energy_is_that_of_users_not_of_storage() -> None:
    """By hand: load takes 6 wind + 4 coal, potline 3 + 7, the charging storage 5 wind that counts later."""
    kinds = {"w": "wind_farm", "c": "thermal_unit", "l": "load", "p": "potline", "b": "storage"}
    trace = trace_of([[6, 3, 5], [4, 7, 0]], ["l", "p", "b"])
    green = greenness({"trace": trace}, kinds)
    assert green is not None
    assert (green.green_mwh[0], green.used_mwh[0], green.share[0]) == (9, 20, 0.45)


def test_the_grids_mix_counts_through_the_carbon_table() -> None:
    """By hand: carbon says 0.8 of the load's 10 MWh and 0.5 of the potline's 10 MWh: 13 of 20."""
    kinds = {"w": "wind_farm", "c": "grid", "l": "load", "p": "potline"}
    trace = trace_of([[6, 3], [4, 7]], ["l", "p"])
    carbon = xr.Dataset({"green_share": (("time", "sink"), [[0.8, 0.5]])}, coords={"sink": ["l", "p"]})
    green = greenness({"trace": trace, "carbon": carbon}, kinds)
    assert green is not None and green.green_mwh[0] == pytest.approx(13)


def test_losses_of_the_network_are_what_units_feed_in_and_do_not_take_out() -> None:
    flows = xr.Dataset(
        {
            "p_mw": (("time", "unit"), [[10.0, -9.5], [20.0, -19.0]]),
            "p_from_mw": (("time", "branch"), [[10.0, 5.0], [20.0, 5.0]]),
            "p_to_mw": (("time", "branch"), [[-9.7, -4.8], [-19.5, -4.5]]),
        },
        coords={"time": np.array(["2025-01-01T00", "2025-01-01T01"], dtype="datetime64[ns]"), "branch": ["a", "b"]},
    )
    np.testing.assert_allclose(network_loss_mw(flows), [0.5, 1.0])
    losses = branch_losses_mwh(flows)
    assert list(losses) == ["a", "b"]
    assert losses == pytest.approx({"a": 0.8, "b": 0.7})


# ---- packing and scene -------------------------------------------------------------------------------------------


@given(arrays(float, (3, 5), elements=with_gaps))
def test_packed_grids_come_back_within_half_a_step(values: np.ndarray) -> None:
    spec = packed_16(values)
    steps = np.frombuffer(base64.b64decode(spec["bdata"]), dtype="<u2").reshape(spec["shape"])
    back = np.where(steps == 65535, np.nan, spec["offset"] + spec["scale"] * steps)
    np.testing.assert_allclose(back, values, atol=spec["scale"] * 0.51 + 1e-9)


def test_packed_numbers_are_little_endian_float32_rows_first() -> None:
    spec = packed([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert (spec["dtype"], spec["shape"]) == ("f4", "2, 3")
    np.testing.assert_array_equal(np.frombuffer(base64.b64decode(spec["bdata"]), dtype="<f4"), [1, 2, 3, 4, 5, 6])


def test_tables_with_other_hours_are_refused(run: Sample) -> None:
    shifted = run.tables["flows"].isel(time=slice(0, 100))
    with pytest.raises(Mismatch, match="hours differ"):
        scene_of(run.park, run.stage, {**run.tables, "flows": shifted}, run.summary)


def test_hours_without_a_flow_are_counted(run: Sample) -> None:
    power = run.tables["flows"]["p_mw"].copy()
    power[5:8] = np.nan
    scene = scene_of(run.park, run.stage, {**run.tables, "flows": run.tables["flows"].assign(p_mw=power)}, run.summary)
    assert scene.unsolved_hours == 3


def test_a_figure_of_the_summary_is_a_finite_number_or_none() -> None:
    summary = {"a": {"b": 1}, "c": float("nan"), "d": "text", "e": True}
    assert figure_of(summary, "a.b") == 1.0
    assert [figure_of(summary, path) for path in ("a", "a.x", "c", "d", "e", "f.g")] == [None] * 6
