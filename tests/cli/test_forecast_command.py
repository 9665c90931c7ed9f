"""`holin forecast`: a file made, checked and scored; faults with their rows; questions that contradict themselves."""

from pathlib import Path

import numpy as np
import pytest
from cli_answers import Answer, holin

from holin.park import at_stage, stage_of
from holin.parkfile import example_park, read_forecast, write_park

DAY = "2025-03-03"


@pytest.fixture(scope="module")
def park(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forecast") / "park"
    write_park(example_park("forecast"), folder)
    return folder


@pytest.fixture(scope="module")
def made(park: Path) -> tuple[Path, Answer]:
    file = park.parent / "f.csv"
    return file, holin("forecast", park, "--day", DAY, "--hours", 30, "--out", file, "--json")


def test_a_file_is_made_that_reads_back(park: Path, made: tuple[Path, Answer]) -> None:
    file, answer = made
    assert answer.code == 0
    said = answer.json
    assert said["method"] == "blend" and said["basis"] == "synthetic" and said["written"] == str(file)
    assert said["issued"] == ["2025-03-02T16:00:00Z"] and len(said["time"]) == 30
    whole = example_park("forecast")
    table = read_forecast(file, at_stage(whole, stage_of(whole)))
    assert table.sizes["issued"] == 1 and table.sizes["lead"] == 30
    unit = next(iter(said["available_mw"]))
    np.testing.assert_allclose(table.available_mw.sel(unit=unit).values[0], said["available_mw"][unit])
    assert said["rows"] == 30 * 7 * (table.sizes["unit"] + table.sizes["load"])
    assert min(said["reserve_up_mw"]) >= 0 and max(said["reserve_up_mw"]) > 1


def test_it_is_checked_and_scored(park: Path, made: tuple[Path, Answer]) -> None:
    file, _ = made
    checked = holin("forecast", park, "--check", file, "--json")
    assert checked.code == 0 and checked.json["errors"] == 0 and checked.json["sizes"]["lead"] == 30
    assert "1 issue(s), 30 interval(s)" in holin("forecast", park, "--check", file).out
    scored = holin("forecast", park, "--score", file, "--json").json
    wind = [row for row in scored["skill"] if row["element"].startswith("wind") and row["count"]]
    assert [row["lead_h"] for row in wind][:3] == [0, 1, 3]
    assert all(0 <= row["rmse"] < row["nominal_mw"] for row in wind)
    shown = holin("forecast", park, "--score", file)
    assert "pinball" in shown.out and "90 % is asked for" in shown.out


def test_it_is_scored_against_a_run(park: Path, made: tuple[Path, Answer], tmp_path: Path) -> None:
    """The run has the park's own synthetic weather, so both ways give the same figures."""
    run = tmp_path / "run"
    assert holin("run", park, "--start", DAY, "--end", "2025-03-05", "--out", run).code == 0
    one, two = (
        holin("forecast", park, "--score", made[0], *more, "--json").json["skill"] for more in ((), ("--against", run))
    )
    assert [r["element"] for r in one] == [r["element"] for r in two]
    np.testing.assert_allclose([r["rmse"] for r in one], [r["rmse"] for r in two], rtol=1e-6)


def test_people_read_hours_and_reserves(park: Path) -> None:
    answer = holin("forecast", park, "--day", f"{DAY} 18:00", "--method", "service", "--issues", 2, "--hours", 24)
    assert answer.code == 0
    assert "method service, issued 2025-03-03 18:00" in answer.out and "The first of 2 issues." in answer.out
    assert "reserve up" in answer.out and "Synthetic" in answer.out and "03-04 17:00" in answer.out


def test_in_chinese(park: Path) -> None:
    answer = holin("forecast", park, "--day", DAY, "--method", "climatology", "--hours", 6, "--language", "zh")
    assert answer.code == 0 and "向上备用" in answer.out and "合成数据" in answer.out


def test_faults_of_a_file_are_listed_with_their_rows(park: Path, made: tuple[Path, Answer], tmp_path: Path) -> None:
    lines = made[0].read_text().splitlines()
    cells = lines[8].split(",")
    lines[8] = ",".join([*cells[:4], "9e4", cells[5]])
    lines[9] = lines[9].replace("+08:00", "")
    file = tmp_path / "bad.csv"
    file.write_text("\n".join(lines) + "\n")
    answer = holin("forecast", park, "--check", file)
    assert answer.code == 1 and "bad.csv:10 issued" in answer.out and "no offset" in answer.out
    found = holin("forecast", park, "--check", file, "--json")
    assert found.code == 1 and found.json["errors"] >= 1
    assert {f["row"] for f in found.json["faults"]} == {10}
    lines[9] = made[0].read_text().splitlines()[9]
    file.write_text("\n".join(lines) + "\n")
    answer = holin("forecast", park, "--check", file)
    assert (
        answer.code == 1 and "bad.csv:9 value = '90000'" in answer.out and "more than its nominal power" in answer.out
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no day is named"),
        (("--day", "tomorrow"), "not a local day or hour"),
        (("--day", "2025-03-03 06:10"), "no step of 60 minutes starts then"),
        (("--day", DAY, "--out", "f.txt"), "neither CSV nor Parquet"),
        (("--day", DAY, "--against", "run"), "does not go with --day"),
        (("--check", "f.csv", "--score", "f.csv"), "does not go with --check"),
        (("--score", "gone.csv"), "there is no such file"),
    ],
)
def test_questions_that_cannot_be_answered(park: Path, arguments: tuple[str, ...], said: str) -> None:
    answer = holin("forecast", park, *arguments)
    assert answer.code == 1 and said in answer.err


def test_a_fan_chart_is_drawn(park: Path, tmp_path: Path) -> None:
    file = tmp_path / "fan.svg"
    answer = holin("forecast", park, "--day", DAY, "--hours", 24, "--element", "pv", "--draw", file, "--json")
    assert answer.code == 0 and answer.json["drawing"] == str(file)
    drawing = file.read_text(encoding="utf-8")
    assert drawing.startswith("<svg") and "all PV plants" in drawing and drawing.count('class="band" points') == 3
    wrong = holin("forecast", park, "--day", DAY, "--hours", 24, "--element", "wind-99", "--draw", file)
    assert wrong.code == 1 and "wind, pv, loads, or one of" in wrong.err
