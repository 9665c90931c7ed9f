"""`holin frontier` and `holin alternatives` on two days of a small park: tables in both languages, JSON, pictures."""

import dataclasses
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from cli_answers import Answer, holin

from holin.park import Candidate, Choice
from holin.parkfile import example_park, read_park, write_park
from holin.picture import frontier_svg

DAYS = ("--start", "2025-03-03", "--end", "2025-03-05", "--no-export", "--solver", "simplex")


@pytest.fixture(scope="module")
def park(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("frontier") / "park"
    more = (
        Candidate(id="more-wind", element="wind-1", choice=Choice.BUILD, p_max_mw=300.0),
        Candidate(id="more-sun", element="pv-1", choice=Choice.BUILD, p_max_mw=200.0),
        Candidate(id="more-bess", element="battery-1", choice=Choice.BUILD, p_max_mw=100.0, duration_min_h=1.0,
                  duration_max_h=6.0),
    )  # fmt: skip
    write_park(dataclasses.replace(example_park("small"), candidates=more), folder)
    return folder


@pytest.fixture(scope="module")
def shares(park: Path) -> Answer:
    """Six points of the green share, with the pictures."""
    return holin("frontier", park, "--points", "6", *DAYS, "--json", "-o", park.parent / "frontier")


@pytest.fixture(scope="module")
def ranges(park: Path) -> Answer:
    """Wind, storage and import within 2 and 10 %, with the pictures."""
    asked = [p for name in ("wind", "storage", "import_energy") for p in ("--technology", name)]
    return holin(
        "alternatives", park, *DAYS, "--share", "0.6", "--within", "0.02,0.1", *asked, "--json", "-o",
        park.parent / "alternatives",
    )  # fmt: skip


def test_each_point_reaches_its_share_and_costs_more(shares: Answer) -> None:
    found = shares.json
    assert found["by"] == "green_share_physical_min"
    assert len(found["points"]) == 6
    values = [p["value"] for p in found["points"]]
    costs = [p["cost"] for p in found["points"]]
    assert values == sorted(values) and values[-1] <= found["reach"] <= 1.0 + 1e-6
    assert costs == sorted(costs)
    for point in found["points"]:
        year = point["by_year"]["2025"]
        assert year["green_share"]["physical"] >= point["value"] - 1e-6
        assert point["bound"] <= point["cost"] * (1 + 1e-9)
        assert year["capacity_mw"]["wind"] == pytest.approx(80.0 + year["sizes_mw"]["more-wind"])
        assert year["export_mwh"] == pytest.approx(0.0, abs=1e-6)
    first, last = (found["points"][k]["by_year"]["2025"] for k in (0, -1))
    assert last["co2_t"] < first["co2_t"]
    assert last["all_in_price_per_kwh"] > first["all_in_price_per_kwh"]


def test_a_tonne_less_costs_what_the_points_say(park: Path, shares: Answer) -> None:
    """Each step is the difference of two solved points, dearer per tonne than the one before; all are drawn."""
    found, facts = shares.json, read_park(park).facts
    costs_of = {p["value"]: p["cost"] for p in found["points"]}
    years = {p["value"]: p["by_year"]["2025"] for p in found["points"] if p["solved"]}
    steps = found["abatement"]["2025"]
    assert len(steps) >= 2
    for step in steps:
        a, b = years[step["from"]], years[step["to"]]
        assert step["co2_less_t"] == pytest.approx(a["co2_t"] - b["co2_t"]) and step["co2_less_t"] > 0.0
        short = b["unserved_mwh"] - a["unserved_mwh"]
        assert step["extra_cost"] == pytest.approx(b["cost"] - a["cost"] + facts.voll_per_mwh * short)
        optima = costs_of[step["to"]] - costs_of[step["from"]] - facts.distribution_per_mwh * short
        assert step["extra_cost"] == pytest.approx(optima, rel=1e-4)  # the park's network is not in it
        assert step["cost_per_t"] == pytest.approx(step["extra_cost"] / step["co2_less_t"])
    costs = [s["cost_per_t"] for s in steps]
    assert costs == sorted(costs)
    for language in ("en", "zh"):
        drawn = (park.parent / "frontier" / f"abatement-{language}.svg").read_text(encoding="utf-8")
        bars = [e for e in ElementTree.fromstring(drawn).iter() if e.tag.endswith("rect") and len(e)]
        assert len(bars) == len(steps) and "nan" not in drawn
        assert ("减碳成本" in drawn) == (language == "zh")


def test_with_more_between_fewer_are_solved(park: Path, shares: Answer) -> None:
    wide = holin("frontier", park, "--points", "6", "--tolerance", "0.05", *DAYS, "--json").json
    assert wide["solves"] < shares.json["solves"] and len(wide["points"]) == 6
    assert wide["gap"] <= 0.05 and any(not p["solved"] for p in wide["points"])


def test_ranges_hold_their_optimum_and_widen(ranges: Answer) -> None:
    found = ranges.json
    assert {r["technology"] for r in found["ranges"]} == {"wind", "storage", "import_energy"}
    for name in ("wind", "storage", "import_energy"):
        small, large = (r for r in found["ranges"] if r["technology"] == name)
        assert (small["within"], large["within"]) == (0.02, 0.1)
        assert large["least"]["total"] <= small["least"]["total"] + 1e-3
        assert large["most"]["total"] >= small["most"]["total"] - 1e-3
        for each in (small, large):
            assert each["least"]["total"] - 1e-3 <= each["optimum"] <= each["most"]["total"] + 1e-3
            for end in ("least", "most"):
                assert each[end]["cost"] <= found["cost"] * (1 + each["within"]) * (1 + 1e-6)
                assert each[end]["by_year"]["2025"]["green_share"]["physical"] >= 0.6 - 1e-6


@pytest.mark.parametrize("name", ["frontier", "alternatives"])
def test_pictures_and_figures_lie_in_the_folder(park: Path, shares: Answer, ranges: Answer, name: str) -> None:
    folder = park.parent / name
    pictures = {f"{name}-{lang}.svg" for lang in ("en", "zh")}
    pictures |= {f"abatement-{lang}.svg" for lang in ("en", "zh") if name == "frontier"}
    assert {p.name for p in folder.iterdir()} == {f"{name}.json"} | pictures
    asked = shares if name == "frontier" else ranges
    assert json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["solves"] == asked.json["solves"]
    for language in ("en", "zh"):
        drawn = (folder / f"{name}-{language}.svg").read_text(encoding="utf-8")
        ElementTree.fromstring(drawn)
        assert ("风电" in drawn) == (language == "zh")
        assert "nan" not in drawn and (
            "48" in drawn and ("仅运行" in drawn if language == "zh" else "Only 48 hours" in drawn)
        )
        assert str(asked.json.get("by", "")) not in drawn or name == "alternatives"


def test_a_price_beyond_the_panel_is_an_arrow_with_its_price(shares: Answer) -> None:
    """Of five points one costs a hundred times the others: its mark is none that stands at the panel's edge."""
    figures = json.loads(json.dumps(shares.json))
    prices = [0.0, 50.0, 100.0, 150.0, 200.0, 20_000.0]
    for point, price in zip(figures["points"], prices, strict=True):
        point["by_year"]["2025"]["shadow_price"] = price
    marks = [e for e in ElementTree.fromstring(frontier_svg(figures)).iter() if e.get("class") == "beyond"]
    assert [mark[0].text for mark in marks] == ["20,000"]
    for point in figures["points"]:
        point["by_year"]["2025"]["shadow_price"] = 100.0
    assert 'class="beyond"' not in frontier_svg(figures)


def test_two_arrows_beside_each_other_both_have_their_price_written(shares: Answer) -> None:
    """The last two of 21 points lie beyond the axis: their prices stand below each other, and near no other."""
    figures = json.loads(json.dumps(shares.json))
    point, count = figures["points"][0], 21
    figures["points"] = [{**json.loads(json.dumps(point)), "value": 0.5 + 0.01 * k} for k in range(count)]
    prices = [100.0] * (count - 2) + [12_345.0, 20_000.0]
    for each, price in zip(figures["points"], prices, strict=True):
        each["by_year"]["2025"]["shadow_price"] = price
    words = [e for e in ElementTree.fromstring(frontier_svg(figures)).iter() if e.tag.endswith("text")]
    first, second = (next(w for w in words if w.text == said) for said in ("▲ 12,345", "▲ 20,000"))
    assert float(second.attrib["y"]) - float(first.attrib["y"]) >= 14.0
    others = [float(w.attrib["x"]) for w in words if w.text == "100" and w.attrib["class"] == "mid"]
    assert len(others) >= 3 and all(abs(float(first.attrib["x"]) - x) > 90.0 for x in others)


def test_the_json_says_what_was_asked(shares: Answer, ranges: Answer) -> None:
    for found, rules in ((shares.json, []), (ranges.json, [("green_share_physical_min", 0.6)])):
        asked = found["asked"]
        assert [(rule["kind"], rule["value"]) for rule in asked["rules"]] == rules
        assert (asked["export"], asked["start"], asked["end"]) == (False, "2025-03-03", "2025-03-05")
        assert (asked["solver"], asked["changes"], asked["seed"]) == ("simplex", [], None)


def test_a_folder_that_is_full_is_not_written_over(park: Path, shares: Answer) -> None:
    again = holin("frontier", park, "--points", "2", "--until", "0.6", *DAYS, "-o", park.parent / "frontier")
    assert again.code == 1
    assert "holds files already" in again.err


def test_people_read_tables_in_their_language(park: Path) -> None:
    cap = holin("frontier", park, "--by", "co2_max_t", "--points", "3", *DAYS)
    assert "what each step costs. CO2, at most (t):" in cap.out and "next t" in cap.out
    assert "Operated for 48 hours of the year only" in cap.out
    assert "optima in" in cap.out and "what a tonne of CO2 less costs, step by step" in cap.out
    chinese = holin("frontier", park, "--points", "2", *DAYS, "--language", "zh")
    assert "规则每严一步的代价。绿电占用电量（逐小时追踪），不低于：" in chinese.out
    assert "任何方案所能达到的极限" in chinese.out
    assert "All figures without losses" in cap.out and "以上数据均不计网损" in chinese.out
    near = holin("alternatives", park, *DAYS, "--within", "0.05", "--technology", "wind", "--language", "zh")
    assert "风电（MW）" in near.out
    assert "+5.0 %" in near.out and "以上数据均不计网损" in near.out


def test_what_is_wrong_is_told(park: Path) -> None:
    for arguments, said in (
        (("frontier", park, "--by", "greenness"), "one of green_share_min"),
        (("frontier", park, *DAYS, "--by", "aluminium_certificate_min"), "certificate_mwh"),
        (("alternatives", park, "--within", "one"), "write 0.01,0.03,0.05"),
        (("alternatives", park, *DAYS, "--technology", "nuclear"), "one of wind, solar"),
    ):
        answer = holin(*arguments)
        assert answer.code == 1
        assert said in answer.err
