"""The report of a plan: complete in both languages, self-contained, tolerant of what a plan does not have."""

import copy
import json
import re
from typing import Any

import pytest
from planned_park import YEAR, planned_example

from holin.picture.texts import texts
from holin.twin.plan import Planned
from holin.twin.plan_figures import planned_figures
from holin.twin.plan_money import PlanMoney, money_figures, plan_money
from holin.twin.plan_report import plan_report

Made = tuple[Planned, dict[str, Any], PlanMoney]
CHARTS = {
    "plan_capacity", "plan_invest", "plan_energy", "plan_price", "plan_cash", f"plan_residual_{YEAR}",
    f"plan_only_{YEAR}",
}  # fmt: skip


@pytest.fixture(scope="module")
def made() -> Made:
    planned = planned_example()
    figures = planned_figures(planned)
    money = plan_money(planned, figures)
    return planned, figures | {"money": money_figures(money)}, money


@pytest.fixture(scope="module")
def html(made: Made) -> str:
    return plan_report(*made, language="en")


def data_in(html: str) -> dict[str, Any]:
    match = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert match
    data: dict[str, Any] = json.loads(match[1])
    return data


def figure_in(html: str, identity: str) -> dict[str, Any]:
    return next(f for f in data_in(html)["figures"] if f["id"] == identity)


def sections_in(html: str) -> list[str]:
    return re.findall(r'<section id="(\w+)">', html)


def test_every_panel_is_there_and_every_word_in_both_languages(html: str) -> None:
    assert {f["id"] for f in data_in(html)["figures"]} == CHARTS
    assert sections_in(html) == [
        "glance",
        "plan_years",
        "plan_rules",
        "plan_why",
        "plan_hours",
        "plan_money",
        "map",
        "proof",
    ]
    words = data_in(html)["words"]
    body = html.split('id="data"', maxsplit=1)[0]
    used = set(re.findall(r'data-(?:t|aria)="([^"]+)"', body))
    used |= set(re.findall(r"\{\{(.+?)\}\}", json.dumps(data_in(html)["figures"], ensure_ascii=False)))
    assert not {key for key in used if key not in words}
    assert all(chinese and english for chinese, english in (words[key] for key in used if not key.startswith("name.")))


def test_every_axis_has_a_title(html: str) -> None:
    for figure in data_in(html)["figures"]:
        axes = [value for name, value in figure["layout"].items() if re.match("[xy]axis", name)]
        assert len(axes) >= 2 and all(a["title"]["text"] for a in axes), figure["id"]
    assert all("，" in texts()[f"axis.{k}"][0] for k in ("capacity_mw", "energy_gwh", "power_mw", "content_mwh"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ("规划报告", "建设内容", "新建风电", "示例园区", "仅规划了")),
        ("en", ("Plan for", "More wind", "scaled up")),
    ],
)
def test_it_opens_in_the_language_asked_for(made: Made, language: str, said: tuple[str, ...]) -> None:
    page = plan_report(*made, language=language)
    before = page.split('id="data"', maxsplit=1)[0]
    assert f'data-language="{language}"' in page and all(word in before for word in said)
    assert "default-src 'none'" in page and not re.search(r"<(?:link|img|script) [^>]*(?:src|href)=", before)


def test_the_bars_are_the_figures(made: Made, html: str) -> None:
    """Capacity: what stands + what is new = the park as planned; the price's bars sum to the price; cash to capex."""
    planned, figures, _ = made
    bars = {trace["name"]: trace for trace in figure_in(html, "plan_capacity")["data"]}
    stands, new = (bars["{{kind_" + key + ".wind}}"]["y"][0] for key in ("stands", "new"))
    assert (stands, stands + new) == pytest.approx((80.0, sum(w.p_nom_mw for w in planned.park.wind_farms)))
    assert "pattern" in bars["{{kind_new.wind}}"]["marker"] and "pattern" not in bars["{{kind_stands.wind}}"]["marker"]
    price = [t for t in figure_in(html, "plan_price")["data"] if t["type"] == "bar"]
    money = figures["money"]
    wanted = [money["reference"][str(YEAR)]["price_per_kwh"], money["prices"][str(YEAR)]["per_kwh"]]
    assert [sum(t["y"][k] for t in price) for k in (0, 1)] == pytest.approx(wanted)
    cash = {t["name"]: t for t in figure_in(html, "plan_cash")["data"]}
    assert cash["{{cash.capex}}"]["y"][0] == pytest.approx(-money["cash_flow"]["capex"][0] / 1e6)
    total = [sum(t["y"][k] for t in cash.values() if t["type"] == "bar") for k in range(26)]
    assert total == pytest.approx([v / 1e6 for v in money["cash_flow"]["project"]], abs=1e-6)


def test_the_energy_bars_are_those_of_both_worlds(made: Made, html: str) -> None:
    _, figures, _ = made
    traces = {t["name"]: t for t in figure_in(html, "plan_energy")["data"]}
    energy = figures["by_year"][str(YEAR)]["energy_mwh"]
    assert traces["{{energy.wind}}"]["y"][1] == pytest.approx(energy["wind"] / 1e3, rel=1e-6)
    assert traces["{{energy.import}}"]["y"][0] > traces["{{energy.import}}"]["y"][1]
    assert traces["{{energy.wind}}"]["x"] == [[str(YEAR)] * 2, ["{{plan.without}}", "{{plan.with}}"]]


def test_without_money_the_page_still_stands(made: Made) -> None:
    planned, figures, _ = made
    poor = copy.deepcopy(figures) | {"money": {"why_not": "the park cannot run without it"}}
    page = plan_report(planned, poor, None, language="zh")
    assert {f["id"] for f in data_in(page)["figures"]} == CHARTS - {"plan_price", "plan_cash"}
    assert "plan_money" not in sections_in(page)
    assert "tile.plan_investment" in page and "tile.plan_npv" not in page.split('id="data"', maxsplit=1)[0]
