"""Published figures against a run, the must-run what-if, load not served, and the verdicts at a glance."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from picture_sample import Sample, sample_park, sample_run

from holin.park import Claim, ClaimedFigure
from holin.picture import report_html
from holin.picture.glance import glance
from holin.picture.inventory import inventory
from holin.picture.printed import Page, checks, energy, energy_shown, provenance, rules
from holin.picture.published import RANGE_WIDTH, claims, must_run, must_run_rows, must_run_table, range_svg
from holin.picture.report import words_of
from holin.picture.scene import Scene, scene_of
from holin.picture.texts import Language, texts


@pytest.fixture(scope="module")
def week() -> Sample:
    return sample_run(sample_park(enterprises=3), days=7)


def scene_with(run: Sample, **changed: Any) -> Scene:
    return scene_of(run.park, run.stage, run.tables, {**run.summary, **changed})


def page_of(scene: Scene, language: Language = "en") -> Page:
    return Page(words=words_of(scene), language=language)


def plain(html: str) -> str:
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


# ---- published figures -------------------------------------------------------------------------------------------


def test_every_figure_that_can_be_claimed_has_a_text() -> None:
    assert {f"figure.{figure}" for figure in ClaimedFigure} <= set(texts())


def test_a_claim_is_printed_with_range_result_verdict_and_source(week: Sample) -> None:
    """By hand: 0.512 >= 0.5 agrees; 0.34 is 0.02 below 0.36; a figure that the run has not is neither."""
    scene = scene_with(week)
    share, price, metal = re.findall(r"<tr>(.*?)</tr>", claims(scene, page_of(scene)).split("<tbody>")[1])
    assert "≥ 50.0\u202f%" in share and "51.2\u202f%" in share and ">agrees<" in share
    assert "0.3600 – 0.4000" in price and "0.3400" in price and ">differs<" in price
    assert "below by 0.0200 CNY/kWh" in plain(price)
    assert ">not in this run<" in metal and ">agrees<" not in metal and ">differs<" not in metal
    assert all("Sample Gazette, 2024" in plain(row) for row in (share, price, metal))


def test_the_source_of_a_claim_is_said_in_the_readers_language(week: Sample) -> None:
    scene = scene_with(week)
    share, _, metal = re.findall(r"<tr>(.*?)</tr>", claims(scene, page_of(scene, "zh")).split("<tbody>")[1])
    assert "来源： 《示例日报》，2024年" in plain(share) and "Sample Gazette" not in plain(share)
    assert 'data-en="Sample Gazette, 2024"' in share
    assert "Sample Gazette, 2024" in plain(metal), "one without a Chinese source keeps the other"


def test_nothing_was_tuned_is_said_in_both_languages(week: Sample) -> None:
    for language, says in (("zh", "均未按这些数据调校"), ("en", "Nothing in the park or the run was tuned")):
        assert says in report_html(*week, language=language)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("figure", "low", "high", "reached", "english", "chinese"),
    [
        ("green_mwh", 2_328_000.0, 2_472_000.0, 2_454_490.0, "2\u202f328 – 2\u202f472 GWh", "23.28 – 24.72 亿千瓦时"),
        ("metal_t", 851_400.0, 868_600.0, 860_000.0, "851.4 – 868.6 kt", "85.14 – 86.86 万吨"),
        ("curtailed_share", 0.06, 0.11, 0.065, "6.0 – 11.0\u202f%", "6.0 – 11.0\u202f%"),
        ("carbon_t_per_t", 13.63, 14.19, 13.9, "13.63 – 14.19 t CO₂/t Al", "13.63 – 14.19 t CO₂/t Al"),
        ("all_in_price_per_kwh", None, 0.37, 0.3, "≤ 0.3700 CNY/kWh", "≤ 0.3700 元/kWh"),
    ],
)
def test_a_range_is_printed_in_the_units_that_people_count_in(
    week: Sample, figure: str, low: float | None, high: float, reached: float, english: str, chinese: str
) -> None:
    """1 亿 kWh = 100 GWh, 1 万吨 = 10 kt."""
    row = {"claim": "x", "name": "A", "name_zh": "甲", "figure": figure, "low": low, "high": high}
    scene = scene_with(week, claims=[{**row, "reached": reached, "agrees": True, "reference": "B"}])
    for language, says in (("en", english), ("zh", chinese)):
        assert says in plain(claims(scene, page_of(scene, language)))  # type: ignore[arg-type]


def test_a_share_that_differs_is_off_by_points_not_by_per_cent(week: Sample) -> None:
    """By hand: 38.9 % against at least 39.0 % is 0.10 points below."""
    row = {"claim": "x", "name": "A", "figure": "green_share", "low": 0.39, "high": 0.42, "reached": 0.389}
    scene = scene_with(week, claims=[{**row, "agrees": False}])
    assert "below by 0.10\u202f points" in plain(claims(scene, page_of(scene)))


finite = st.floats(0.001, 1e7)


@given(finite, finite, finite)
def test_the_dot_lies_in_the_band_exactly_when_the_value_lies_in_the_range(a: float, b: float, value: float) -> None:
    low, high = min(a, b), max(a, b)
    drawn = range_svg(low, high, value, low <= value <= high)
    left, width = (float(re.search(rf'{k}="([-\d.]+)"', drawn.split("<rect")[1])[1]) for k in ("x", "width"))  # type: ignore[index]
    dot = float(re.search(r'cx="([-\d.]+)"', drawn)[1])  # type: ignore[index]
    assert left >= 0 and left + width <= RANGE_WIDTH + 0.2 and 0 <= dot <= RANGE_WIDTH
    if low <= value <= high:
        assert left - 0.15 <= dot <= left + width + 0.15 and 'class="inside"' in drawn
    else:
        assert (dot <= left + 0.15 or dot >= left + width - 0.15) and 'class="outside"' in drawn


def test_a_range_without_an_end_is_open_and_one_without_a_value_has_no_dot() -> None:
    """Drawn by hand: span 0.5 .. 0.6, so 0.47 .. 0.63 with the margin; low at 6 + 156 * 0.03 / 0.16 = 35.2 px."""
    drawn = range_svg(0.5, None, 0.6, True)
    assert 'x="35.2"' in drawn and f'width="{RANGE_WIDTH - 35.25:.1f}"' in drawn
    assert "<circle" not in range_svg(0.5, 0.6, None, None)
    assert range_svg(None, None, None, None) == ""


# ---- if captive coal may not stop --------------------------------------------------------------------------------


def test_the_must_run_table_says_what_is_lost_against_coal_that_may_stop(week: Sample) -> None:
    """By hand: 2388 - 2454 = -66.0 GWh, 2284 - 2454 = -170.0 GWh."""
    scene = scene_with(week)
    says = plain(must_run_table(scene, page_of(scene)))
    assert (
        "60 MW 2\u202f388 GWh 53.1\u202f% −66.0 GWh" in says and "120 MW 2\u202f284 GWh 47.0\u202f% −170.0 GWh" in says
    )


def test_the_promised_share_is_a_line_unless_it_speaks_of_other_hours(week: Sample) -> None:
    figure = must_run(scene_with(week))
    assert figure is not None
    assert figure.data[0]["x"] == ["0 MW", "60 MW", "120 MW"]
    assert [trace["y"] for trace in figure.data[1:]] == [[0.5, 0.5, 0.5]]
    unknown = [{**row, "reached": None, "agrees": None} for row in week.summary["claims"]]
    part_of_a_year = must_run(scene_with(week, claims=unknown))
    assert part_of_a_year is not None and len(part_of_a_year.data) == 1
    winter = Claim(id="c-share", stage="2025", figure=ClaimedFigure.GREEN_SHARE, low=0.5, months=(1, 2))
    without = must_run(scene_with(week._replace(park=replace(week.park, claims=(winter,)))))
    assert without is not None and len(without.data) == 1


def test_without_captive_units_there_is_no_must_run(week: Sample) -> None:
    scene = replace(scene_with(week), park=replace(week.park, thermal_units=()))
    assert must_run_rows(scene) == [] and must_run(scene) is None and must_run_table(scene, page_of(scene)) == ""


# ---- at a glance -------------------------------------------------------------------------------------------------


def test_the_verdicts_count_what_can_be_judged(week: Sample) -> None:
    """One of two rules holds, one of two known claims agrees; a rule of certificates is not the run's to judge."""
    certificates = {"rule": "al", "kind": "aluminium_certificate_min", "value": 0.3, "reached": None, "holds": None}
    scene = scene_with(week, rules=[*week.summary["rules"], certificates])
    says = plain(glance(scene, page_of(scene)))
    assert "Rules met 1 / 2 · 1 needs retired certificates" in says
    assert "Published figures that agree 1 / 2" in says
    assert "AC power flow solved 168 / 168 h · 3 h with a branch over its rating" in says
    table = rules(scene, page_of(scene))
    assert plain(table).count("not met") == 1 and ">needs retired certificates<" in table


def test_load_not_served_comes_first_and_only_where_there_is_some(week: Sample) -> None:
    """By hand: 10 MWh of 990 + 10 MWh wanted are 1.00 %."""
    without = scene_with(week)
    assert "alert" not in glance(without, page_of(without)) and "All load served" in glance(without, page_of(without))
    assert "not served" not in energy(without, page_of(without))
    short = scene_with(week, energy_mwh={**week.summary["energy_mwh"], "load": 990.0, "shed": 10.0})
    says = glance(short, page_of(short))
    assert says.startswith('<p class="alert" role="alert">') and "10.00 MWh (1.00\u202f%)" in says
    assert "All load served" not in says
    assert "Load not served (in none of the above)" in energy(short, page_of(short))


def test_the_sources_of_the_energy_add_up_to_all_of_it(week: Sample) -> None:
    """By hand: wind 30, PV 10, coal 40, import 20 of 100 MWh."""
    supply = {"load": 100.0, "wind": 30.0, "solar": 10.0, "coal": 40.0, "import": 20.0}
    scene = scene_with(week, energy_mwh=supply)
    bars = re.findall(r"flex-grow:([\d.]+);background:var\(--(\w+)\)", glance(scene, page_of(scene)))
    assert bars == [("0.300000", "wind"), ("0.100000", "solar"), ("0.400000", "coal"), ("0.200000", "import")]


def test_small_energies_are_megawatt_hours(week: Sample) -> None:
    scene = scene_with(week, energy_mwh={"load": 60.0, "wind": 40.0, "solar": 0.0, "curtailed": 0.0})
    assert '<b>60.0</b><span class="unit"><span data-t="unit.mwh">MWh</span>' in glance(scene, page_of(scene))


@pytest.mark.parametrize(
    ("mwh", "chinese"), [(4_501_470.8, "45.01 亿千瓦时"), (676_000.0, "6.760 亿千瓦时"), (5_000.0, "500.0 万千瓦时")]
)
def test_energies_in_the_units_that_chinese_counts_in(week: Sample, mwh: float, chinese: str) -> None:
    """1 亿 kWh = 1e5 MWh, 1 万 kWh = 10 MWh."""
    scene = scene_with(week)
    assert plain(energy_shown(mwh, page_of(scene, "zh"))) == chinese
    assert plain(energy_shown(mwh, page_of(scene, "en"))) == ""


# ---- what stands, and what stands behind it ----------------------------------------------------------------------


def test_the_park_is_counted_at_its_stage(week: Sample) -> None:
    """By hand from the sample: 250 + 200 + 200 MW wind, 273 MW PV, 150 MW coal, 138 MW / 552 MWh, import 400 MW."""
    scene = scene_with(week)
    says = plain(inventory(scene, page_of(scene)))
    for stands in (
        "Wind farms 3 650 MW",
        "PV plants (AC) 1 273 MW",
        "(gross) 1 150 MW",
        "138 MW / 552 MWh",
        "1 400 MW",
    ):
        assert stands in says
    assert "120 pots" in says and "Substations 5" in says


def test_the_proof_of_a_run_is_printed(week: Sample) -> None:
    """By hand: objectives 100 and 99.9 differ by 1e-3 of the first; 168 of 168 hours, two rounds."""
    scene = scene_with(week, objective=100.0, objective_recomputed=99.9)
    says = plain(checks(scene, page_of(scene)))
    for line in ("Difference of the two, relative 1.0e−03", "MW 3.2e−09", "168 / 168", "Rounds of dispatch and flow 2"):
        assert line in says


def test_provenance_is_a_share_by_basis(week: Sample) -> None:
    scene = scene_with(week, provenance={"published": 0.125, "assumed": 0.875})
    assert plain(provenance(scene, page_of(scene))) == "published 12.5\u202f% assumed 87.5\u202f%"


def test_a_rules_own_name_goes_before_its_id(week: Sample) -> None:
    row = {"rule": "r-1", "kind": "green_share_min", "value": 0.3, "reached": 0.4, "holds": True}
    scene = scene_with(week, rules=[row, {**row, "rule": "r-2", "name": "Own use", "name_zh": "自用"}])
    assert "r-1" in rules(scene, page_of(scene))
    assert "Own use" in rules(scene, page_of(scene)) and "r-2" not in rules(scene, page_of(scene))


def test_published_text_cannot_break_out_of_the_page(week: Sample) -> None:
    evil = "<img src=x>"
    rows = [{**row, "name": evil, "name_zh": evil, "reference": evil} for row in week.summary["claims"]]
    page = report_html(week.park, week.stage, week.tables, {**week.summary, "claims": rows, "solver": evil})
    assert "<img" not in page.split('id="data"')[0]
