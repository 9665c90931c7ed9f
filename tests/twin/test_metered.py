"""The path of yesterday: readings of a run give the run again; what meters do not tell is said, not guessed."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from holin.errors import Mismatch
from holin.metering import (
    Metering,
    balance_of,
    metering_of,
    read_readings,
    readings_of_run,
    schedule_of_meters,
    write_readings,
)
from holin.park import Bus, Fuel, Grid, Load, Park, ParkFacts, ThermalUnit, at_stage
from holin.parkfile import example_park
from holin.twin import metered_run, run

PARK = example_park("example")


@pytest.fixture(scope="module")
def days():
    return run(PARK, start=date(2025, 3, 3), end=date(2025, 3, 6))


@pytest.fixture(scope="module")
def file(days, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("readings") / "r.csv"
    rows = readings_of_run(at_stage(PARK, days.stage), days.tables["schedule"], days.tables["flows"], interval_min=30)
    write_readings(rows, path, time_zone="Asia/Shanghai")
    return path


def energies(file: Path, days) -> Metering:
    return metering_of(read_readings([file], at_stage(PARK, days.stage)))


def test_flows_traces_and_carbon_of_readings_are_those_of_the_run(days, file: Path) -> None:
    again = metered_run([file], PARK)
    for table, column, most in (
        ("flows", "p_mw", 5e-6), ("flows", "v_pu", 1e-6), ("trace", "energy_mwh", 1e-4), ("carbon", "traced_t", 0.02),
        ("schedule", "soc_mwh", 1e-5),
    ):  # fmt: skip
        ours, theirs = again.tables[table][column].values, days.tables[table][column].values
        assert np.nanmax(np.abs(ours - theirs)) < most, column
    assert np.isnan(
        [again.summary["energy_mwh"]["curtailed"], again.summary["monthly"][0]["energy_mwh"]["curtailed"]]
    ).all()
    assert again.summary["metal_t"] == pytest.approx(days.summary["metal_t"], rel=1e-6)
    assert [d["coverage"] for d in again.summary["metering"]] == [1.0] * 7


def test_kinds(days, file: Path, tmp_path: Path) -> None:
    real = tmp_path / "real.csv"
    real.write_text(file.read_text().replace(",demo\n", ",metered\n"))
    assert days.summary["kind"] == "demo"
    assert metered_run([file], PARK).summary["kind"] == "demo"
    assert metered_run([real], PARK).summary["kind"] == "metered"


def test_only_what_was_known_then_and_only_the_hours_asked_for(days, file: Path) -> None:
    known = metered_run([file], PARK, at=datetime(2025, 3, 4, 16, tzinfo=UTC))
    assert known.summary["hours"] == 48 and known.summary["known_at"] == "2025-03-04T16:00:00Z"
    part = metered_run([file], PARK, start=date(2025, 3, 4), end=date(2025, 3, 5))
    assert part.summary["hours"] == 24
    assert str(part.tables["flows"].time.values[0]) == "2025-03-03T16:00:00.000000000"


def test_a_grid_meter_that_is_wrong_is_said_with_the_hour_and_the_energy(days, file: Path) -> None:
    table = energies(file, days).table.copy(deep=True)
    table["energy_out_wh"].loc[{"device": "grid", "time": np.datetime64("2025-03-03T05:00")}] += 7e6
    found = balance_of(table, days.tables["flows"])
    assert (found["checked"], found["hours"], found["hours_off"]) == (True, 72, 1)
    assert found["worst"][0]["time"] == "2025-03-03T05:00Z"
    assert found["worst"][0]["gap_mwh"] == pytest.approx(7.0, abs=1e-3)
    assert 0 < found["worst"][0]["allowed_mwh"] < 3
    without = table.isel(device=np.flatnonzero(table["device"].values != "grid"))
    assert balance_of(without, days.tables["flows"])["checked"] is False


def test_half_hours_are_added_up(days, file: Path) -> None:
    park = at_stage(PARK, days.stage)
    halves = metering_of(read_readings([file], park), step_h=0.5)
    assert halves.table.sizes["time"] == 144
    whole = energies(file, days)
    one, two = (schedule_of_meters(park, m.table) for m in (halves, whole))
    np.testing.assert_allclose(one["p_mw"].values, two["p_mw"].values, atol=1e-9)


def test_units_without_readings_and_unknown_hours_are_named(days, file: Path) -> None:
    park, table = at_stage(PARK, days.stage), energies(file, days).table
    with pytest.raises(Mismatch, match=r"no readings of 1 unit\(s\): wind-1; missing is not zero"):
        schedule_of_meters(park, table.isel(device=np.flatnonzero(table["device"].values != "wind-1")))
    gap = table.copy(deep=True)
    gap["energy_in_wh"].loc[{"device": "load-foil", "time": table["time"].values[-2:]}] = np.nan
    with pytest.raises(Mismatch, match=r"load-foil is not known in 2 hour\(s\)"):
        schedule_of_meters(park, gap)


def test_a_storage_that_gives_more_than_it_can_hold_is_named(days, file: Path) -> None:
    park, table = at_stage(PARK, days.stage), energies(file, days).table.copy(deep=True)
    table["energy_out_wh"].loc[{"device": "battery-1"}] = 30e6
    table["energy_in_wh"].loc[{"device": "battery-1"}] = 0
    with pytest.raises(Mismatch, match=r"storage battery-1 gives .* MWh more than it can hold"):
        schedule_of_meters(park, table)


def test_metered_contents_stand_but_never_rise_from_nothing(days, file: Path) -> None:
    park, made = at_stage(PARK, days.stage), energies(file, days)
    exact = days.tables["schedule"]["soc_mwh"].sel(storage="battery-1").values
    raised = made.content_mwh.copy()
    raised[10, 0] += 1.0
    content = schedule_of_meters(park, made.table, raised)["soc_mwh"].values[:, 0]
    net = (made.table["energy_in_wh"] - made.table["energy_out_wh"]).sel(device="battery-1").values / 1e6
    assert (np.diff(content) <= net[1:] + 1e-9).all()
    assert np.abs(content - exact).max() < 1.0
    assert np.abs(np.delete(content - exact, [9, 10, 11])).max() < 1e-5


def test_thermal_units_stand_still_where_they_take_power() -> None:
    park = Park(
        facts=ParkFacts(id="coal"), buses=(Bus(id="B", v_nom_kv=66.0),),
        grids=(Grid(id="G", bus="B", sk_max_mva=500.0, import_max_mw=30.0),),
        fuels=(Fuel(id="coal", price_per_gj=20.0, emission_factor_t_per_gj=0.09),),
        thermal_units=(
            ThermalUnit(id="T", bus="B", p_nom_mw=100.0, p_min_mw=40.0, ramp_up_mw_per_h=50.0, ramp_down_mw_per_h=50.0,
                        heat_rate_points=((1.0, 10.0),), auxiliary=0.1, fuel="coal"),
        ),
        loads=(Load(id="L", bus="B", enterprise="", load_mw=100.0),),
    )  # fmt: skip
    time = np.datetime64("2025-03-03T00", "ns") + np.arange(3) * np.timedelta64(1, "h")
    energy = {"energy_out_wh": [[0, 0], [45e6, 0], [90e6, 0]], "energy_in_wh": [[2e6, 1e6], [0, 1e6], [0, 1e6]]}
    table = xr.Dataset(
        {name: (("time", "device"), np.array(v)) for name, v in energy.items()},
        coords={"time": time, "device": ["T", "L"]}, attrs={"step_h": 1.0},
    )  # fmt: skip
    plan = schedule_of_meters(park, table)
    assert plan["p_mw"].sel(unit="T").values.tolist() == [-2.0, 45.0, 90.0]
    assert plan["gross_mw"].values.ravel().tolist() == [0.0, 50.0, 100.0]
    assert plan["committed"].values.ravel().tolist() == [0.0, 1.0, 1.0]
    assert plan["start_up"].values.ravel().tolist() == [0.0, 1.0, 0.0]
    assert np.isnan(plan["p_mw"].sel(unit="G").values).all()
