"""`--budget`: a plan of the year gives the rules of the year their targets, by day and in a replay."""

from pathlib import Path

import pytest
from cli_answers import holin

DAY = ["--day", "2025-03-03", "--step", "1h", "--look-ahead", "0", "--no-grid", "--mip-gap", "0.01"]


@pytest.fixture(scope="module")
def park(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("budget") / "park"
    assert holin("new", folder).code == 0
    rules = folder / "rule.csv"
    text = rules.read_text(encoding="utf-8")
    assert "self_use_min,0.6,false" in text
    rules.write_text(text.replace("self_use_min,0.6,false", "self_use_min,0.6,true"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def year(park: Path) -> Path:
    file = park.parent / "year.nc"
    made = holin("dispatch", park, "--start", "2025-01-01", "--end", "2026-01-01", "--out", file, "--json")
    assert made.code == 0, made.err
    return file


def test_a_day_says_where_the_year_stands(park: Path, year: Path) -> None:
    made = holin("dispatch", park, *DAY, "--budget", year, "--json").json
    told = {b["rule"]: b for b in made["budgets"]}
    assert set(told) == {"self-use", "green-share", "export-share"}
    own = told["self-use"]
    assert own["steered"] and not told["green-share"]["steered"] and own["end"] == "2025-03-03T16:00:00Z"
    assert own["reached_margin"] >= own["target_margin"] - 1e-3 and own["short"] == pytest.approx(0.0, abs=1e-3)
    assert 0.6 <= own["expected"] <= 1.0 and own["expected_margin"] >= -1e-3
    assert own["planned"] == pytest.approx(own["expected"], abs=0.02)  # one day of 365 differs from the plan
    assert made["state_out"]["year_mwh"]["load_mwh"] > 60 * 24  # two months as planned and a day
    bare = holin("dispatch", park, *DAY, "--json").json
    assert bare["budgets"] == []
    assert [rule["rule"] for rule in bare["rules"]] == ["self-use"] and made["rules"] == []


def test_without_a_plan_of_the_year_a_day_only_judges_what_a_year_can_keep(park: Path) -> None:
    for language, said in (("en", "self-use ≥ 60 %: reached"), ("zh", "self-use ≥ 60 %：达到")):
        assert said in holin("dispatch", park, *DAY, "--language", language).out


def test_people_read_it_in_their_language(park: Path, year: Path) -> None:
    result = holin("dispatch", park, *DAY, "--budget", year, "--language", "zh")
    assert "年度规则" in result.out and "self-use ≥ 60" in result.out and "仅评判" in result.out


def test_a_replay_is_steered_by_it_too(park: Path, year: Path) -> None:
    days = ["--start", "2025-03-03", "--end", "2025-03-05", "--look-ahead", "0", "--no-perfect", "--redispatch", "24h"]
    made = holin("replay", park, *days, "--budget", year, "--json").json
    told = {b["rule"]: b for b in made["budgets"]}
    assert told["export-share"]["end"] == "2025-03-04T16:00:00Z" and told["export-share"]["steered"]
    assert told["export-share"]["expected"] <= 0.2 + 1e-6
    assert "rules of the year" in holin("replay", park, *days, "--budget", year).out.lower()


def test_what_is_no_year_is_said(park: Path, tmp_path: Path) -> None:
    file = tmp_path / "days.nc"
    assert holin("dispatch", park, "--start", "2025-03-03", "--end", "2025-03-05", "--out", file).code == 0
    result = holin("dispatch", park, *DAY, "--budget", file, "--json")
    (fault,) = result.json["faults"]
    assert fault["problem"] == "no local year, but 48 hours of 2025" and "holin run" in fault["right"]
    result = holin("dispatch", park, "--budget", file)
    assert result.code != 0 and "an option of --day" in result.out + result.err
