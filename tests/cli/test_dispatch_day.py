"""`holin dispatch --day`: a plan from a state on, and the day after from where it ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from cli_answers import holin

DAY = ["dispatch", "huolinguole", "--step", "1h", "--look-ahead", "6h", "--mip-gap", "0.01", "--no-grid"]


def printed(*options: str) -> Any:
    result = holin(*DAY, *options, "--json")
    assert result.code == 0, result.out + result.err
    return result.json


def test_a_day_follows_the_day_before(tmp_path: Path) -> None:
    end = tmp_path / "monday.json"
    monday = printed("--day", "2025-03-03", "--state-out", str(end))
    assert monday["status"] == "optimal" and monday["written"] == [str(end)]
    assert monday["objective_recomputed"] == pytest.approx(monday["objective"], rel=1e-9)
    parts = sum(monday["cost"].values()) + sum(monday["cost_beyond"].values()) + monday["wishes"]
    assert parts == pytest.approx(monday["objective"], rel=1e-9)
    bought = sum(monday["schedule"]["p_mw"]["grid-2025"])
    assert 200.0 < monday["cost"]["import_energy"] / bought < 700.0  # CNY/MWh: of these 24 hours, not of the look-ahead
    assert len(monday["schedule"]["time"]) == 24 and monday["schedule"]["time"][0] == "2025-03-02T16:00:00Z"
    tuesday = printed("--day", "2025-03-04", "--state", str(end))
    assert tuesday["schedule"]["time"][0] == monday["state_out"]["time"]
    assert tuesday["state_out"]["peak_mw"]["grid-2025"][""] >= monday["state_out"]["peak_mw"]["grid-2025"][""]
    assert tuesday["state_out"]["year_mwh"]["load_mwh"] > monday["state_out"]["year_mwh"]["load_mwh"]


def test_people_get_a_table_in_their_language() -> None:
    result = holin(*DAY, "--day", "2025-03-03", "--language", "zh")
    assert result.code == 0 and "调度计划" in result.out and "03-03" in result.out


def test_wind_halves_and_a_unit_trips_what_now(tmp_path: Path) -> None:
    """The day's plan; its state when a unit trips at 18:10; from there on without the unit, and with half the wind."""
    at_trip = tmp_path / "now.json"
    printed("--day", "2025-03-03", "--state-out", str(at_trip), "--state-at", "18:10")
    assert json.loads(at_trip.read_text())["time"] == "2025-03-03T11:00:00Z"  # the hour in which it trips has ended
    options = ["--day", "2025-03-03T19:00", "--state", str(at_trip), "--horizon", "5h"]
    now = printed(*options, "--outage", "coal-2", "--change", "wind=0.5@20:00/22:00")
    assert not any(now["schedule"]["committed"]["coal-2"])
    wind = now["schedule"]["available_mw"]["wind-1"]
    as_it_was = printed(*options)["schedule"]["available_mw"]["wind-1"]
    assert wind == pytest.approx([w * f for w, f in zip(as_it_was, (1, 0.5, 0.5, 1, 1), strict=True)])
    differs = now["difference"]
    assert differs["energy_mwh"]["coal-2"] < -600.0 and differs["energy_mwh"]["grid-2025"] > 0.0
    assert differs["switched"] == [{"unit": "coal-2", "on": False, "from": "2025-03-03T11:00:00Z", "hours": 5.0}]
    assert sum(differs["cost"].values()) > 0.0
    told = holin(*DAY, *options, "--outage", "coal-2")
    assert told.code == 0 and "coal-2 stands still 5 h more from 2025-03-03 19:00 on" in told.out


def test_the_stage_is_that_of_the_day() -> None:
    assert printed("--day", "2024-03-04", "--horizon", "2h")["stage"] == "2024"
    assert printed("--day", "2031-03-03", "--horizon", "2h")["stage"] == "2030"


def test_a_plan_begins_within_an_hour_with_a_forecast_of_its_start() -> None:
    made = printed("--step", "15min", "--day", "2025-03-03T18:15", "--horizon", "2h", "--forecast", "blend")
    assert made["known_by"] == "blend" and made["schedule"]["time"][0] == "2025-03-03T10:15:00Z"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--day", "2025-03-03", "--start", "2025-03-03"], "--start"),
        (["--day", "soon"], "--day"),
        (["--day", "2025-03-03", "--horizon", "48"], "not a duration"),
        (["--day", "2025-03-03T00:10"], "no step of 60 minutes starts then"),
        (["--state", "x.json"], "an option of --day"),
        (["--outage", "coal-2"], "an option of --day"),
        (["--day", "2025-03-03", "--horizon", "90min"], "not a whole number of steps of 1h"),
        (["--day", "2025-03-03", "--step", "20min"], "give 15min, 30min or 1h"),
        (["--day", "2025-03-03", "--horizon", "400d"], "at most 336 hours at once"),
        (["--day", "2025-03-03", "--excel", "plan.txt"], "ends in .xlsx"),
        (["--day", "2025-03-03", "--chart", "plan.png"], "ends in .svg"),
        (["--day", "2025-03-03", "--change", "rain=2"], "available, wind, pv, load"),
        (["--day", "2025-03-03", "--change", "price=2@14:00"], "changed for the whole plan"),
        (["--day", "2025-03-03", "--change", "wind=0.5@14:00/14:10"], "holds no whole step of 60 minutes"),
        (["--day", "2025-03-03", "--outage", "coal-2@2026-01-01"], "does not lie in the plan"),
        (["--day", "2025-03-03", "--state-at", "2025-04-01"], "does not lie in the plan"),
    ],
)
def test_what_cannot_be_meant_is_said(options: list[str], said: str) -> None:
    result = holin(*DAY, *options)
    assert result.code != 0 and said in result.out + result.err


def test_every_fault_of_a_state_is_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text(
        json.dumps(
            {"time": "2025-03-02T16:00:00Z", "soc_mwh": {"bess-1": -4}, "thermal": {"coal-9": {"on": True}}, "heat": {}}
        )
    )
    result = holin(*DAY, "--day", "2025-03-03", "--state", str(file), "--json")
    fields = [f["field"] for f in result.json["faults"]]
    assert result.code != 0 and fields == ["heat", "thermal.coal-9"]
    file.write_text(json.dumps({"time": "2025-03-02T15:00:00Z", "soc_mwh": {"bess-1": 40}}))
    result = holin(*DAY, "--day", "2025-03-03", "--state", str(file))
    assert result.code != 0 and "the state is of 2025-03-02T15:00" in result.out + result.err
    file.write_text("{")
    result = holin(*DAY, "--day", "2025-03-03", "--state", str(file))
    assert result.code != 0 and "not JSON" in result.out + result.err


def test_a_forecast_is_planned_for_and_what_it_lacks_is_told(tmp_path: Path) -> None:
    file = tmp_path / "forecast.csv"
    made = holin("forecast", "huolinguole", "--day", "2025-03-03", "--hours", "26", "--out", str(file))
    assert made.code == 0, made.err
    seen, told = printed("--day", "2025-03-03"), printed("--day", "2025-03-03", "--forecast", str(file))
    assert told["known_by"] == "forecast" and seen["known_by"] == "weather"
    assert told["schedule"]["available_mw"]["wind-1"] != seen["schedule"]["available_mw"]["wind-1"]
    assert {(s["by"], s["hours"]) for s in told["stood_in"]} == {("climatology", 4)}  # 24 + 6 hours less 26
    people = holin(*DAY, "--day", "2025-03-03", "--forecast", str(file))
    assert "the climatology stands in" in people.out


def test_a_plan_is_held_against_the_grid_unless_told_not_to() -> None:
    """The synthetic park has transformers that feed loads alone: what N-1 cannot cure is named, the rest is kept."""
    options = ["--day", "2025-03-03", "--step", "1h", "--horizon", "6h", "--look-ahead", "0", "--mip-gap", "0.01"]
    result = holin("dispatch", "huolinguole", *options, "--json")
    assert result.code == 0, result.out + result.err
    grid = result.json["grid"]
    assert grid["settled"] and not grid["secure"] and grid["loading_max"] <= 1.0 and grid["cases"] > 100
    assert grid["carried"] and grid["unmet"] == grid["unmet_zh"] == [] and len(grid["permanent"]) > 5
    assert all("no other path feeds it" in u["en"] and "供电" in u["zh"] for u in grid["permanent"])
    assert 0.9 < grid["v_min_pu"] < grid["v_max_pu"] < 1.1 and grid["loss_mwh"] > 0
