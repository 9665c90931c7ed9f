"""The report page as text: complete, self-contained, both languages, tolerant of what a run does not have."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from picture_sample import Sample, sample_park, sample_run

from holin.errors import BadInput
from holin.picture import account_charts, map_svg, operation_charts, report_html
from holin.picture.printed import number, percent, rounded, share
from holin.picture.report import data_of, words_of
from holin.picture.scene import scene_of
from holin.picture.texts import names_of, texts
from holin.rules import RuleKind

ALL_CHARTS = {
    *("year", "week", "durations", "storage", "potline", "monthly", "sankey", "green", "enterprises", "price"),
    *("must_run", "carbon", "loading", "voltage", "losses", "branch_losses"),
}


class Resources(HTMLParser):
    """Collects what a page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("src", "srcset", "poster", "data", "action") or (name == "href" and tag != "a"):
                self.loaded.append(f"{tag} {name}={value}")


def data_in(html: str) -> dict[str, Any]:
    match = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert match
    data: dict[str, Any] = json.loads(match[1])
    return data


def keys_in(value: Any) -> set[str]:
    text = json.dumps(value, ensure_ascii=False)
    return set(re.findall(r"\{\{(.+?)\}\}", text))


def charts_in(html: str) -> set[str]:
    return set(re.findall(r'id="plot-(\w+)"', html))


# ---- texts -------------------------------------------------------------------------------------------------------


def test_every_text_has_both_languages() -> None:
    assert all(chinese.strip() and english.strip() for chinese, english in texts().values())
    switch = "hall.language"  # the button names the other language in its own letters
    assert not [k for k, (_, english) in texts().items() if re.search("[\u4e00-\u9fff]", english) and k != switch]
    same = {k for k, (chinese, english) in texts().items() if chinese == english}
    assert all(k.startswith(("unit.", "map.kv", "axis.price", "table.per_kwh")) for k in same), same


def test_every_kind_of_rule_has_a_text() -> None:
    assert {f"rule.{kind}" for kind in RuleKind} <= set(texts())


def test_every_key_of_the_page_has_a_word(html: str) -> None:
    data = data_in(html)
    marked = re.findall(r'data-(?:t|aria)="([^"]+)"', html.split('id="data"', maxsplit=1)[0])
    used = keys_in(data["figures"]) | set(marked)
    assert not {key for key in used if key not in data["words"]}


# ---- the page ----------------------------------------------------------------------------------------------------


def test_a_whole_year_draws_every_chart_in_less_than_nine_megabytes(html: str) -> None:
    assert charts_in(html) == ALL_CHARTS
    assert len(html.encode()) < 9e6


def test_the_page_loads_nothing(html: str) -> None:
    reader = Resources()
    reader.feed(re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL))
    assert reader.loaded == []
    style = "".join(re.findall(r"<style>(.*?)</style>", html, re.DOTALL))
    assert "url(" not in style and "@import" not in style
    assert "default-src 'none'" in html


@pytest.mark.parametrize(("language", "title"), [("zh", "示例园区 · 运行报告"), ("en", "Sample park · Run report")])
def test_the_page_opens_in_the_language_asked_for(run: Sample, language: Any, title: str) -> None:
    page = report_html(run.park, run.stage, run.tables, run.summary, language=language)
    assert f"<title>{title}</title>" in page
    assert f'data-language="{language}"' in page


def test_what_is_synthetic_stands_at_the_top(html: str) -> None:
    assert html.index("电网拓扑、气象和全部负荷均为合成数据。") < html.index("<main>")


@pytest.mark.parametrize(("language", "said"), [("zh", "按本次运行阶段内"), ("en", "what stands at the run's stage")])
def test_the_shares_of_provenance_are_said_to_be_those_of_the_stage(run: Sample, language: str, said: str) -> None:
    page = report_html(run.park, run.stage, run.tables, run.summary, language=language)
    note = page.partition('data-t="table.provenance_note"')[2].partition("</p>")[0].replace("&#x27;", "'")
    assert said in note and "holin provenance" in note


def test_every_green_chart_says_its_count(run: Sample) -> None:
    scene = scene_of(run.park, run.stage, run.tables, run.summary)
    greens = (
        account_charts.monthly,
        account_charts.sankey,
        account_charts.enterprise_bars,
        operation_charts.green_heat,
    )
    assert all((figure := make(scene)) is not None and figure.count for make in greens)


def test_names_cannot_break_out_of_the_page(run: Sample) -> None:
    evil = '</script><script>alert("x")</script><img src=x>'
    facts = replace(run.park.facts, name=evil, name_zh=evil)
    enterprises = tuple(replace(e, name=evil, name_zh=evil) for e in run.park.enterprises)
    summary = {**run.summary, "notes": [{"en": evil, "zh": evil}], "price_parts": {evil: 1.0}}
    summary["enterprises"] = [{**e, "name": evil, "name_zh": evil} for e in run.summary["enterprises"]]
    page = report_html(replace(run.park, facts=facts, enterprises=enterprises), run.stage, run.tables, summary)
    assert "<script>alert" not in page and "<img" not in page.split('id="data"')[0]
    assert data_in(page)["words"]["park.name"] == [evil, evil]


# ---- what a run does not have ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "missing"),
    [
        ({"days": 1}, {"year", "storage", "potline", "monthly", "green", "loading", "voltage", "losses"}),
        ({"days": 10}, {"year", "storage", "monthly", "losses"}),
        ({"traced": False}, {"sankey", "green", "carbon", "enterprises"}),
    ],
)
def test_a_short_or_untraced_run_leaves_charts_out(options: dict[str, Any], missing: set[str]) -> None:
    run = sample_run(sample_park(enterprises=4), **options)
    assert charts_in(report_html(*run)) == ALL_CHARTS - missing


def test_a_park_without_wind_storage_and_potlines_still_has_a_report() -> None:
    run = sample_run(sample_park(enterprises=3, renewables=False, potlines=0), days=40)
    page = report_html(*run, language="en")
    assert charts_in(page) == ALL_CHARTS - {"storage", "potline", "carbon"}
    assert "tile.metal" not in page.split("<main>")[1].split("</main>")[0]


def test_a_schedule_alone_is_enough() -> None:
    run = sample_run(sample_park(enterprises=3), days=20)
    page = report_html(run.park, run.stage, {"schedule": run.tables["schedule"]}, {})
    assert charts_in(page) == {"year", "week", "durations", "storage", "potline"}


# ---- the figures -------------------------------------------------------------------------------------------------


def test_the_sankey_keeps_all_energy(run: Sample) -> None:
    """What leaves the sources = what users, metal and losses take; an enterprise gives on no more than it got."""
    scene = scene_of(run.park, run.stage, run.tables, run.summary)
    figure = account_charts.sankey(scene)
    assert figure is not None
    link, labels = figure.data[0]["link"], figure.data[0]["node"]["label"]
    flows = list(zip(link["source"], link["target"], link["value"], strict=True))
    out = sum(v for a, _, v in flows if labels[a].startswith("{{kind."))
    trace = run.tables["trace"]
    users = [s for s in trace["sink"].values if s != "bess"]
    expected = float(
        trace["energy_mwh"].sel(sink=users).sum() + trace["loss_mwh"].sum() + trace["storage_loss_mwh"].sum()
    )
    assert out == pytest.approx(expected / 1000, rel=1e-4)
    metal = sum(v for _, b, v in flows if "metal" in labels[b])
    assert metal == pytest.approx(float(trace["energy_mwh"].sel(sink="PL1").sum()) / 1000, rel=1e-4)


def test_the_price_parts_end_at_the_all_in_price(run: Sample) -> None:
    figure = account_charts.price(scene_of(run.park, run.stage, run.tables, run.summary))
    assert figure is not None
    assert sum(figure.data[0]["x"]) == pytest.approx(run.summary["all_in_price_per_kwh"])


def test_carbon_per_tonne_by_hand(run: Sample) -> None:
    """Direct: 1.424 + 0.1454 = 1.5694 t/t (the potline's defaults); power: the potline's traced t over all metal."""
    figure = account_charts.carbon(scene_of(run.park, run.stage, run.tables, run.summary))
    assert figure is not None
    power, direct, totals = figure.data
    traced = float(run.tables["carbon"]["traced_t"].sel(sink="PL1").sum())
    assert power["x"][0] == pytest.approx(traced / 165_800)
    assert direct["x"] == pytest.approx([1.5694, 1.5694])
    assert totals["x"] == pytest.approx([x + 1.5694 for x in power["x"]])


def test_the_weeks_series_are_the_hours_of_the_run(run: Sample) -> None:
    scene = scene_of(run.park, run.stage, run.tables, run.summary)
    data = data_of(scene, [operation_charts.week(scene)], words_of(scene))
    wind = np.frombuffer(base64.b64decode(data["hourly"]["wind"]["bdata"]), dtype="<f4")
    np.testing.assert_allclose(wind, scene.hourly["wind"], rtol=1e-6, atol=1e-4)
    assert data["weeks"][0] == [0, 120, "2025-01-01 00:00", "2025-01-01", "2025-01-05"]


def test_heat_maps_offer_the_worst_first(run: Sample) -> None:
    grids = operation_charts.heat_grids(scene_of(run.park, run.stage, run.tables, run.summary))
    loading = [entry["worst"] for entry in grids["loading"]]
    assert loading == sorted(loading, reverse=True)
    assert loading[0] == pytest.approx(float(run.tables["flows"]["loading"].max()))


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (number(1234567.8), "1\u202f234\u202f568"),
        (number(-0.5, 2), "−0.50"),
        (number(-0.04, 1), "0.0"),
        (number(None), "–"),
        (number(float("nan")), "–"),
        (percent(0.1496), "15.0\u202f%"),
        (percent(0.1495, 2), "14.95\u202f%"),
        (rounded(2400.4), "2\u202f400"),
        (rounded(0.123456), "0.1235"),
        (rounded(0.0), "0"),
    ],
)
def test_numbers_are_printed_for_people(shown: str, expected: str) -> None:
    assert shown == expected


@pytest.mark.parametrize(
    "draw", [map_svg, lambda park, language: report_html(park, park.stages[0], {}, {}, language=language)]
)
def test_another_language_is_refused_with_those_that_exist(draw: Any) -> None:
    with pytest.raises(BadInput, match="one of zh, en"):
        draw(sample_park(), language="fr")


def test_every_part_of_the_price_is_printed(html: str, run: Sample) -> None:
    """annuities 0.17 of 0.34 CNY/kWh: the table says money and price of each part."""
    assert all(f'data-t="part.{part}"' in html for part in (*run.summary["price_parts"], "total"))
    money = run.summary["price_parts"]["annuities"]
    assert number(money) in html and ">0.1700</td>" in html


def test_things_that_share_a_name_stay_two(run: Sample) -> None:
    """Two transformers of one name would be added up as one bar of a chart."""
    lines = tuple(replace(line, name="Twin", name_zh="双回") for line in run.park.lines[:3])
    words = names_of(replace(run.park, lines=lines))
    assert [words[f"name.{line.id}"] for line in lines] == [
        ("双回", "Twin"),
        ("双回 #2", "Twin #2"),
        ("双回 #3", "Twin #3"),
    ]


def test_a_margin_too_small_to_print_does_not_look_like_none() -> None:
    """1.09e-5 is 0.00109 %: two figures; what is nearer to nothing than a millionth is about 0."""
    assert share(-0.0000109) == "−0.0011\u202f%"
    assert share(5.1e-8) == share(-5.1e-8) == "≈\u202f0\u202f%"
    assert (share(0.0), share(0.1495), share(None)) == ("0.00\u202f%", "14.95\u202f%", "–")
