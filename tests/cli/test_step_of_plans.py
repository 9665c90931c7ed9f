"""`--step 15min` of the commands that plan, on one day of a small park whose wind was measured in quarter-hours."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from cli_answers import holin

from holin.park import Candidate, Choice, Series
from holin.parkfile import example_park, write_park

DAY = ("--start", "2025-03-03", "--end", "2025-03-04", "--no-export")
LOADS = """name = "loads"
[[factor]]
quantity = "load"
distribution = "uniform"
low = 0.9
high = 1.1
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the park, without its potline, wind that comes and goes within the hour, and a scenario file."""
    where, small = tmp_path_factory.mktemp("step"), example_park("small")
    time = np.datetime64("2025-03-02T16:00", "ns") + np.arange(96) * np.timedelta64(15, "m")
    gusts = Series(id="gusts", file="gusts.csv", header="wind", time=time, values=np.tile([0.5, 0.1], 48))
    farm = dataclasses.replace(small.wind_farms[0], series="gusts", full_load_hours=None)
    more = Candidate(id="more-wind", element="wind-1", choice=Choice.BUILD, p_max_mw=60.0)
    park = dataclasses.replace(
        small, series=(gusts,), wind_farms=(farm,), candidates=(more,), potlines=(), meters=(), contracts=()
    )  # fmt: skip
    write_park(park, where / "park")
    (where / "loads.toml").write_text(LOADS, encoding="utf-8")
    return where


def test_a_plan_says_which_steps_are_whose(folder: Path) -> None:
    line = ("plan", folder / "park", *DAY, "--no-reinforce", "--any-size", "--step", "15min")
    told = holin(*line, "-o", folder / "plan", "--language", "en")
    assert told.code == 0
    assert "The optimum has steps of 15min: sizes, prices of rules and the proof are those of it." in told.out
    hourly = holin(*line[:-2], "--against", folder / "plan", "--json").json
    assert hourly["step_h"] == {"optimum": 1.0, "operated": 1.0} and hourly["asked"]["step"] == "1h"
    otherwise = [row for row in hourly["against"]["asked"] if row["what"] == "step"]
    assert [(row["then"], row["now"]) for row in otherwise] == [("15min", "")]


def test_a_frontier_in_quarter_hours_costs_more_where_the_wind_swings(folder: Path) -> None:
    line = ("frontier", folder / "park", *DAY, "--points", "2", "--solver", "simplex")
    hourly, finer = (holin(*line, "--step", step, "--json").json for step in ("1h", "15min"))
    assert (hourly["step_h"], finer["step_h"], finer["hours"], finer["asked"]["step"]) == (1.0, 0.25, [24], "15min")
    assert finer["points"][0]["cost"] > 1.01 * hourly["points"][0]["cost"]
    assert "优化时段长度为 15min。" in holin(*line, "--step", "15min", "--language", "zh").out
    assert "优化时段" not in holin(*line, "--language", "zh").out


def test_a_sweep_in_quarter_hours_is_another_than_one_in_hours(folder: Path) -> None:
    line = ("sweep", folder / "park", "--scenarios", folder / "loads.toml", *DAY, "--workers", "1", "--draws", "2")
    hourly, finer = (
        holin(*line, "--share", "0.9", "--step", step, "-o", folder / f"sweep-{step}", "--json").json
        for step in ("1h", "15min")
    )
    assert (hourly["step_h"], finer["step_h"], finer["asked"]["step"]) == (1.0, 0.25, "15min")
    price = [found["spread"]["all_in_price_per_kwh"]["p50"] for found in (hourly, finer)]
    assert price[1] > 1.001 * price[0]
