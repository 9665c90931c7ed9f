"""What `holin dispatch --day` puts on paper: where it began, the heat of the pots, workbook and charts."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cli_answers import holin

from holin.cli.dispatch_grid import print_grid
from holin.cli.dispatch_paper import origin_in_words

DAY = ["dispatch", "huolinguole", "--day", "2025-03-03", "--step", "1h", "--horizon", "6h", "--look-ahead", "0"]
FAST = ["--mip-gap", "0.01", "--no-grid"]


def test_the_heat_of_the_pots_is_printed_and_drawn(tmp_path: Path) -> None:
    chart = tmp_path / "heat.svg"
    result = holin(*DAY, *FAST, "--heat-chart", str(chart), "--json")
    assert result.code == 0, result.out + result.err
    pots = result.json["schedule"]["potline"]["potline-1a"]
    assert {len(v) for v in pots.values()} == {6} and all(2 < v < 12 for v in pots["ledge_cm"])
    (row,) = result.json["pots"]
    assert row["superheat_c"] == [min(pots["superheat_min_c"]), max(pots["superheat_max_c"])]
    assert result.json["written"] == [str(chart)]
    said = " ".join(ET.parse(chart).getroot().itertext())
    assert "superheat, K" in said and "Potline 1" in said
    people = holin(*DAY, *FAST, "--language", "zh")
    assert "电解槽热平衡" in people.out and "过热度" in people.out and "potline-1a" in people.out


def test_where_the_state_came_from_is_said_on_screen_in_json_and_on_paper(tmp_path: Path) -> None:
    end, book = tmp_path / "end.json", tmp_path / "plan.xlsx"
    first = holin(*DAY, *FAST, "--state-out", str(end), "--excel", str(book), "--json")
    assert first.json["state_in"]["thermal"]["coal-1"]["gross_mw"] is None
    assert first.json["state_from"] == "assumed" and first.json["state_assumed"]["thermal"] == ["coal-1", "coal-2"]
    notes = " ".join(str(c.value) for row in openpyxl.load_workbook(book)["Notes"].iter_rows() for c in row)
    assert "ASSUMED" in notes and "on at a power not known: Captive coal unit 1, Captive coal unit 2" in notes
    assert "known exactly" in notes
    next_day = [*DAY[:3], "2025-03-03T06:00", *DAY[4:], *FAST, "--state", str(end)]
    given = holin(*next_day, "--json")
    assert given.json["state_from"] == "given" and given.json["state_assumed"] == {}
    assert given.json["state_in"]["soc_mwh"] == first.json["state_out"]["soc_mwh"]
    known = json.loads(end.read_text())
    del known["thermal"]["coal-2"]
    end.write_text(json.dumps(known))
    partly = holin(*next_day)
    assert (
        f"given by {end}" in partly.out and "assumed" in partly.out and "on at a power not known: coal-2" in partly.out
    )
    assert "ASSUMED" not in partly.out


def grid_of(unmet: list[str], permanent: list[tuple[str, float]], rounds: int = 3) -> dict[str, Any]:
    told = [{"outage": o, "unfed_mw_max": mw, "en": f"after {o}", "zh": f"{o} 停运后"} for o, mw in permanent]
    return {
        "secure": not unmet and not permanent, "carried": not unmet, "settled": True, "rounds": rounds, "cases": 100,
        "v_min_pu": 0.98, "v_max_pu": 1.03, "loading_max": 0.8, "unmet": unmet, "unmet_zh": unmet,
        "permanent": told,
    }  # fmt: skip


def test_what_no_schedule_cures_is_one_line_and_hides_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Ten radial transformers every night: one line, and the screen does not call the schedule unsafe for them."""
    radial = [(f"T-{k}", float(k)) for k in range(10)]
    print_grid(grid_of([], radial), "en")
    said = capsys.readouterr().out
    assert said.strip().count("\n") == 1 and "carries it" in said and "10 branch(es) feed load alone" in said
    assert "T-9 9 MW, T-8 8 MW" in said and "T-3" not in said  # the largest, six of them
    print_grid(grid_of(["branch L is loaded 120 %"], radial), "en")
    said = capsys.readouterr().out
    assert "does not keep every limit" in said and "branch L" in said and "10 branch(es)" in said
    print_grid(grid_of([], []), "zh")
    assert "结构性" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("known", "said"), [("weather", "known exactly"), ("forecast", "a forecast file"), ("blend", "a forecast by blend")]
)
def test_what_is_known_of_the_weather_is_said(known: str, said: str) -> None:
    lacks = [{"element": e, "hours": 4, "first": "2025-03-04 02:00", "by": "climatology"} for e in ("wind-1", "pv-1")]
    stood_in = lacks if known == "forecast" else []
    figures = {
        "state_from": "given", "state_assumed": {}, "state_in": {}, "known_by": known, "stood_in": stood_in,
    }  # fmt: skip
    told = origin_in_words(figures, "en", Path("s.json"))
    assert said in told["weather and loads"] and told["state at the beginning"] == "given by s.json"
    assert ("wind-1, pv-1: the forecast does not reach 4 hour(s)" in told["weather and loads"]) == bool(stood_in)
    assert origin_in_words(figures, "zh", None)["气象与负荷"] != told["weather and loads"]
