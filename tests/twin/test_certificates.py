"""Certificates of a run and of its meters: the sums are the run's, doubtful readings bring none, kinds never mix."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from holin.errors import BadInput
from holin.ledger import claims, opened, verify
from holin.metering import readings_of_run, write_readings
from holin.park import at_stage
from holin.parkfile import example_park
from holin.twin import metered_run, run
from holin.twin.certificates import issued_run, retired_run, run_for_ledger, used_of_devices, uses
from holin.twin.run import Result, saved

PARK = example_park("example")


@pytest.fixture(scope="module")
def days() -> Result:
    return run(PARK, start=date(2025, 3, 3), end=date(2025, 3, 6))


@pytest.fixture(scope="module")
def run_folder(days: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(days, tmp_path_factory.mktemp("runs") / "days")


@pytest.fixture(scope="module")
def readings(days: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run's readings, said to be metered: what a park's own meters would have written."""
    path = tmp_path_factory.mktemp("readings") / "r.csv"
    rows = readings_of_run(at_stage(PARK, days.stage), days.tables["schedule"], days.tables["flows"], interval_min=60)
    write_readings(rows, path, time_zone="Asia/Shanghai")
    path.write_text(path.read_text().replace(",demo\n", ",metered\n"))
    return path


def green_wh(days: Result) -> dict[str, int]:
    """Return what wind and sun fed in, hour by hour rounded down to whole Wh."""
    flows = days.tables["flows"]
    kinds = dict(zip(flows["unit"].values.tolist(), flows["kind"].values.tolist(), strict=True))
    return {
        unit: int(np.floor(np.maximum(flows["p_mw"].sel(unit=unit).values, 0.0) * 1e6 + 1e-3).sum())
        for unit, kind in kinds.items()
        if kind in ("wind_farm", "pv_plant")
    }


def test_issued_is_what_wind_and_sun_fed_in(days: Result, run_folder: Path, tmp_path: Path) -> None:
    told = issued_run(run_folder, tmp_path / "a.ledger")
    by_unit = {name.rpartition(":")[2]: round(mwh * 1e6) for name, mwh in told["by_device_mwh"].items()}
    assert by_unit == {unit: wh for unit, wh in green_wh(days).items() if wh}
    assert told["kind"] == "demo" and told["withheld_mwh"] == {}


def test_repeated_or_broken_off_between_charge_and_discharge_it_is_the_same(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No Wh that was charged without a certificate gets one because somebody asked again."""
    once = issued_run(run_folder, tmp_path / "once.ledger", operator="grid.example")["storage"]
    assert once["charged_mwh"] > 0 and once["charged_without_mwh"] >= 0
    again = issued_run(run_folder, tmp_path / "once.ledger")["storage"]
    assert (again["charged_mwh"], again["issued_mwh"], again["lost_mwh"]) == (0.0, 0.0, 0.0)
    with monkeypatch.context() as patched:
        patched.setattr("holin.ledger.discharge", lambda *args, **facts: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            issued_run(run_folder, tmp_path / "broken.ledger", operator="grid.example")
    later = issued_run(run_folder, tmp_path / "broken.ledger")["storage"]
    assert (later["issued_mwh"], later["lost_mwh"]) == (once["issued_mwh"], once["lost_mwh"])


def test_what_is_used_of_a_device_is_what_all_enterprises_use_of_it(run_folder: Path) -> None:
    source = run_for_ledger(run_folder)
    summed: Counter[tuple[str, int]] = Counter()
    for u in uses(source, "grid.example").used:
        summed[u.device, u.start] += u.wh
    assert summed and used_of_devices(source, "grid.example") == summed


def test_claims_are_the_trace_hour_by_hour(days: Result, run_folder: Path, tmp_path: Path) -> None:
    """What an enterprise claims of a device in an hour is what the trace says it used, to the Wh below."""
    address = tmp_path / "a.ledger"
    issued_run(run_folder, address, operator="grid.example")
    told = retired_run(run_folder, address)
    asked = uses(run_for_ledger(run_folder), "grid.example")
    with opened(address) as book:
        table, found = claims(book), verify(book)
    assert found.whole
    assert told["retired_mwh"] + told["uncovered_mwh"] == pytest.approx(sum(u.wh for u in asked.used) / 1e6)
    direct = table[table.lot_kind == "generation"].groupby(["enterprise", "device", "time"]).retired_mwh.sum()
    wanted = {(u.beneficiary, u.device, np.datetime64(u.start, "s")): u.wh for u in asked.used if ":" in u.device}
    for (enterprise, device, time), mwh in direct.items():
        assert round(mwh * 1e6) == wanted[enterprise, device, np.datetime64(time, "s")]
    trace = days.tables["trace"]
    green = trace["energy_mwh"].values[:, trace["green"].values & (trace["source_kind"].values != "grid_renewable")]
    users = ~np.isin(trace["sink_kind"].values, ["storage", "export"])
    assert told["retired_mwh"] <= green[:, :, users].sum() + 1e-9
    assert told["retired_mwh"] == pytest.approx(green[:, :, users].sum(), rel=0.02)


def test_meters_make_a_metered_ledger_with_the_same_sums(days: Result, readings: Path, tmp_path: Path) -> None:
    folder = saved(metered_run([readings], PARK), tmp_path / "metered")
    told = issued_run(folder, tmp_path / "m.ledger")
    assert told["kind"] == "metered"
    by_unit = {name.rpartition(":")[2]: mwh * 1e6 for name, mwh in told["by_device_mwh"].items()}
    assert by_unit == pytest.approx(green_wh(days), abs=72)  # a Wh an hour: readings are kept to the Wh


def test_what_a_meter_is_not_sure_of_is_not_issued_and_told(days: Result, readings: Path, tmp_path: Path) -> None:
    rows = list(csv.reader(readings.read_text().splitlines()))
    names = rows[0]
    device, quality = names.index("meter"), names.index("quality")
    flows = days.tables["flows"]
    unit = max(green_wh(days), key=lambda name: green_wh(days)[name])
    best = int(np.argmax(flows["p_mw"].sel(unit=unit).values))
    mine = [k for k, row in enumerate(rows) if unit in row[device]]
    rows[mine[best]][quality] = "invalid"  # the register at its start: that hour and the one before are not sure
    doubtful = tmp_path / "doubtful.csv"
    doubtful.write_text("\n".join(",".join(row) for row in rows) + "\n")
    folder = saved(metered_run([doubtful], PARK), tmp_path / "metered")
    told = issued_run(folder, tmp_path / "m.ledger")
    whole = green_wh(days)[unit] / 1e6
    lost = float(np.maximum(flows["p_mw"].sel(unit=unit).values[best - 1 : best + 1], 0.0).sum())
    (mwh,) = [v for name, v in told["by_device_mwh"].items() if name.endswith(f":{unit}")]
    assert mwh == pytest.approx(whole - lost, abs=1e-4)
    assert sum(told["withheld_mwh"].values()) == pytest.approx(lost, abs=1e-4)
    assert all("invalid" in reason for reason in told["withheld_mwh"])


def test_demo_and_metered_are_never_mixed(run_folder: Path, readings: Path, tmp_path: Path) -> None:
    issued_run(run_folder, tmp_path / "demo.ledger")
    folder = saved(metered_run([readings], PARK), tmp_path / "metered")
    for call in (issued_run, retired_run):
        with pytest.raises(BadInput, match="never mixed"):
            call(folder, tmp_path / "demo.ledger")


def test_a_correction_of_the_meters(readings: Path, tmp_path: Path) -> None:
    """A register that was read 500 kWh too high: the hour before made less, the hour after more."""
    address = tmp_path / "m.ledger"
    told = issued_run(saved(metered_run([readings], PARK), tmp_path / "first"), address)
    rows = list(csv.reader(readings.read_text().splitlines()))
    meter, register = rows[0].index("meter"), rows[0].index("register_out_kwh")
    unit = max(told["by_device_mwh"], key=lambda name: told["by_device_mwh"][name]).rpartition(":")[2]
    mine = [k for k, row in enumerate(rows) if unit in row[meter]]
    rise = np.diff([float(rows[k][register]) for k in mine])
    best = mine[1 + int(np.argmax(rise[:-1]))]
    rows[best][register] = f"{float(rows[best][register]) - 500:.3f}"
    later = tmp_path / "later.csv"
    later.write_text("\n".join(",".join(row) for row in rows) + "\n")
    second = saved(metered_run([later], PARK), tmp_path / "second")
    left = issued_run(second, address)
    assert (left["differing_intervals"], left["corrected"]) == (2, None)
    done = issued_run(second, address, correct="register read again")["corrected"]
    assert done["withdrawn_mwh"] + done["owed_mwh"] == pytest.approx(0.5, abs=2e-6)
    assert done["issued_mwh"] == pytest.approx(0.5, abs=2e-6)
    with opened(address) as book:
        assert verify(book).whole
