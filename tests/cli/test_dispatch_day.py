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
    assert len(monday["schedule"]["time"]) == 24 and monday["schedule"]["time"][0] == "2025-03-02T16:00:00Z"
    tuesday = printed("--day", "2025-03-04", "--state", str(end))
    assert tuesday["schedule"]["time"][0] == monday["state_out"]["time"]
    assert tuesday["state_out"]["peak_mw"]["grid-2025"][""] >= monday["state_out"]["peak_mw"]["grid-2025"][""]
    assert tuesday["state_out"]["year_mwh"]["load_mwh"] > monday["state_out"]["year_mwh"]["load_mwh"]


def test_people_get_a_table_in_their_language() -> None:
    result = holin(*DAY, "--day", "2025-03-03", "--language", "zh")
    assert result.code == 0 and "调度计划" in result.out and "03-03" in result.out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--day", "2025-03-03", "--start", "2025-03-03"], "--start"),
        (["--day", "soon"], "--day"),
        (["--day", "2025-03-03", "--horizon", "48"], "not a duration"),
        (["--day", "2025-03-03T00:10"], "no step of 60 minutes starts then"),
        (["--state", "x.json"], "an option of --day"),
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
    assert all("no other path feeds it" in u for u in grid["unmet"]) and len(grid["unmet"]) == len(grid["unmet_zh"])
    assert 0.9 < grid["v_min_pu"] < grid["v_max_pu"] < 1.1 and grid["loss_mwh"] > 0
