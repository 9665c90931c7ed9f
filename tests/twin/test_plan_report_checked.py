"""A plan's report of two checked stages: which rules it keeps, what they cost, and whether the grid carries it."""

import copy
import dataclasses
import json
import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from planning_parks import planning_park

from holin.plan import PlanWishes, asked_rule
from holin.twin.plan import Planned, plan
from holin.twin.plan_against import against
from holin.twin.plan_check import grid_checked
from holin.twin.plan_figures import planned_figures
from holin.twin.plan_report import plan_report
from holin.twin.plan_rule_costs import rule_costs

DAY = {"start": date(2028, 3, 4), "end": date(2028, 3, 5)}
WISHES = PlanWishes(years=(2026, 2028), rules=(asked_rule("green_share_min", 0.8),))
LABEL = re.compile(r'<span class="label">(?:<span[^>]*>[^<]*</span>|[^<]*)</span>')
Made = tuple[Planned, dict[str, Any]]


@pytest.fixture(scope="module")
def made() -> Made:
    planned = grid_checked(plan(planning_park(), WISHES, **DAY))
    return planned, planned_figures(planned)


def page_of(made: Made, language: str = "en") -> str:
    return plan_report(*made, None, language=language)


@pytest.fixture(scope="module")
def html(made: Made) -> str:
    return page_of(made)


def rows_in(html: str, section: str, table: int = 0) -> list[list[str]]:
    """Return the texts of a table's rows, each cell without the heading that it carries for narrow pages."""
    body = html.split(f'<section id="{section}">', maxsplit=1)[1].split("</section>", maxsplit=1)[0]
    found = re.findall(r"<tbody>(.*?)</tbody>", body, re.DOTALL)[table]
    return [
        [
            unescape(re.sub(r"<[^>]+>", "", LABEL.sub("", cell)))
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", found, re.DOTALL)
    ]


def figure_in(html: str, identity: str) -> dict[str, Any]:
    match = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert match
    found: dict[str, Any] = next(f for f in json.loads(match[1])["figures"] if f["id"] == identity)
    return found


def test_a_rule_says_whether_the_plan_keeps_it_and_what_it_reaches(made: Made, html: str) -> None:
    planned, figures = made
    enforced = [rule.id for rule in planned.whole.rules if rule.enforced]
    assert figures["kept_rules"] == sorted(["asked-green-share-min", *enforced])
    table = rows_in(html, "plan_rules")
    [first] = [row for row in table if "asked of this plan" in row[0]]
    assert first[2] == "kept"
    assert first[1] == "80.00\u202f%" and all("✓" in cell for cell in first[3:])
    kept = [row[2] == "kept" for row in table]
    assert kept == sorted(kept, reverse=True) and sum(kept) == len(figures["kept_rules"])
    assert {row[2] for row in table} == {"kept", "only judged"}
    judged = copy.deepcopy(figures) | {"kept_rules": []}
    assert rows_in(page_of((planned, judged)), "plan_rules")[0][2] == "only judged"


def test_the_price_of_a_rule_is_told_by_point_and_drawn(made: Made) -> None:
    planned, figures = made[0], copy.deepcopy(made[1])
    prices = {"2026": 41.2, "2028": 1003.5}
    for limit in figures["why"]["limits"]:
        if limit["element"] == "asked-green-share-min":
            price = prices[limit["stage"]]
            limit |= {"price": price, "per_point": 1e5 * price, "per_tonne": 0.1 * price, "per_kwh": 1e-5 * price}
    page = page_of((planned, figures))
    rows = [row for row in rows_in(page, "plan_rules", 1) if "asked of this plan" in row[0]]
    assert rows[0][0].startswith("Green share of the load, at least 80\u202f%")
    assert [row[1:] for row in rows] == [
        ["2026", "41.20 CNY/MWh", "4.120", "4.12", "0.412"],
        ["2028", "1\u202f003.50 CNY/MWh", "100.350", "100.35", "10.035"],
    ]
    bars = next(t for t in figure_in(page, "plan_rule_prices")["data"] if "asked" in t["name"])
    assert bars["x"] == ["2026", "2028"] and bars["y"] == pytest.approx([4.12, 100.35])


def test_a_rule_with_room_costs_nothing_and_is_not_drawn(made: Made) -> None:
    planned, figures = made
    loose = copy.deepcopy(figures)
    for limit in loose["why"]["limits"]:
        limit["price"] = 3e-9
    page = page_of((planned, loose))
    assert rows_in(page, "plan_rules", 1)[0][2:] == ["nothing: it has room", "–", "–", "–"]
    assert '"plan_rule_prices"' not in page.split('id="data"', maxsplit=1)[1].split("</script>", maxsplit=1)[0]


def test_a_stage_that_carries_the_plan_says_what_it_did_not_carry_before(made: Made) -> None:
    planned, found = made
    stood = copy.deepcopy(found)
    first, last = (year["grid_check"] for year in stood["by_year"].values())
    violation = {"outage": "l-1", "kind": "overload", "element": "l-2", "value": 1.6, "limit": 1.0, "en": "", "zh": ""}
    first["before"], last["before"] = [], [violation] * 28
    table = {row[0]: row[1:] for row in rows_in(page_of((planned, stood)), "plan_grid")}
    told = table["One out, and short circuits: the plan brings nothing worse"]
    assert told[0] == "✓ yes" and " ".join(told[1].split()).endswith("stood before the plan and remain: 28")


def test_the_grid_check_is_told_by_stage_with_what_is_built_for_it(made: Made, html: str) -> None:
    checks = {year: y["grid_check"] for year, y in made[1]["by_year"].items()}
    table = {row[0]: row[1:] for row in rows_in(html, "plan_grid")}
    assert table["One out, and short circuits: the plan brings nothing worse"] == ["✓ yes", "✓ yes"]
    assert table["The same without reinforcement"] == ["✕ no", "✓ yes"]
    assert table["New or worse by the plan, without reinforcement"] == [
        str(len(c["caused"]) + len(c["breakers"])) for c in checks.values()
    ]
    costs = [f"{c['reinforcement_cost'] / 1e6:.1f}" for c in checks.values()]
    assert table["Reinforcement, million CNY (assumed costs)"] == costs and costs[0] != "0.0"
    measures = rows_in(html, "plan_grid", 1)
    assert sum(float(row[4]) for row in measures) == pytest.approx(float(costs[0]) + float(costs[1]), abs=0.06)
    assert {row[5] for row in measures} == {m["begin_by"] for c in checks.values() for m in c["reinforcements"]}


def test_violations_are_drawn_without_and_with_reinforcement(made: Made, html: str) -> None:
    traces = figure_in(html, "plan_violations")["data"]
    sums = [sum(t["y"][k] for t in traces) for k in range(4)]
    checks = [y["grid_check"] for y in made[1]["by_year"].values()]
    assert sums == [
        len(c[a]) + len(c[b]) for c in checks for a, b in (("caused", "breakers"), ("left", "breakers_left"))
    ]
    assert sums[0] > 0 and sums[1] == 0
    assert {row[8] for row in rows_in(html, "plan_grid", 2)} == {"cured"}


def test_each_stage_has_its_hours_and_its_duration_curve(html: str) -> None:
    ids = re.findall(r'id="plot-(\w+)"', html)
    assert [i for i in ids if i.startswith("plan_residual")] == ["plan_residual_2026", "plan_residual_2028"]
    assert [i for i in ids if i.startswith("plan_only")] == ["plan_only_2026", "plan_only_2028"]


def test_what_a_plan_was_not_checked_for_is_left_out(made: Made) -> None:
    planned, figures = made
    bare = copy.deepcopy(figures)
    for year in bare["by_year"].values():
        year["grid_check"] = None
    assert '<section id="plan_grid">' not in page_of((planned, bare))


def test_the_chinese_page_says_it_in_chinese(made: Made) -> None:
    page = page_of(made, "zh")
    assert rows_in(page, "plan_rules")[0][2] == "遵守"
    for section, table in (("plan_rules", 0), ("plan_rules", 1), ("plan_grid", 0)):
        heads = [row[0] for row in rows_in(page, section, table)]
        assert heads and all(re.search("[\u4e00-\u9fff]", head) for head in heads)


@pytest.mark.parametrize("unit", ["MWh", "t", "MW year", "MWh year", "ha year", "currency"])
def test_every_unit_of_a_price_is_told(made: Made, unit: str) -> None:
    planned, figures = made[0], copy.deepcopy(made[1])
    figures["why"]["limits"] = [figures["why"]["limits"][0] | {"price": 2.0, "unit": unit, "kind": "budget"}]
    [row] = rows_in(page_of((planned, figures)), "plan_rules", 1)
    assert row[0] == "Budget of the year" and row[2].startswith("2.00 CNY")


def test_what_rules_cost_in_all_is_worked_out_told_and_drawn(made: Made) -> None:
    """The share has room and costs nothing; without the cap of export the same park sells more."""
    planned, figures = made[0], copy.deepcopy(made[1])
    found = {row["rule"]: row for row in rule_costs(planned, solver="simplex")}
    assert found["asked-green-share-min"]["per_year"] == 0.0
    dear = found["export-share"]
    assert dear["per_year"] > 0.0 and next(iter(found)) == "export-share"
    price = max(x["per_value"] for x in figures["why"]["limits"] if x["element"] == "export-share")
    assert dear["per_year"] <= price * 0.8  # a convex cost: the first unit is the dearest, and no more is exported
    assert '"plan_rule_costs"' not in page_of((planned, figures)).split('id="data"')[1].split("</script>")[0]
    page = page_of((planned, figures | {"rule_costs": list(found.values())}))
    rows = rows_in(page, "plan_rules", 2)
    assert [row[1] for row in rows] == [
        f"{row['per_year'] / 1e6:,.2f}".replace(",", "\u202f") for row in found.values()
    ]
    [bars] = figure_in(page, "plan_rule_costs")["data"]
    assert bars["y"] == ["{{plan_cost_of.export-share}}"] and bars["x"][0] > 0.0


def test_an_earlier_plan_stands_beside_this_one(made: Made) -> None:
    planned, figures = made[0], copy.deepcopy(made[1]) | {"money": {}}
    earlier = copy.deepcopy(figures)
    for year in earlier["by_year"].values():
        year["all_in_price_per_kwh"], year["capacity_mw"]["wind"] = 0.25, 7.0
    earlier["asked"]["load_growth"] = 0.03
    page = page_of((planned, figures | {"against": against(figures, earlier, "before")}), "zh")
    table = {row[0]: row[1:] for row in rows_in(page, "plan_against")}
    now = figures["by_year"]["2026"]["all_in_price_per_kwh"]
    assert table["综合电价，元/kWh"][0] == f"0.2500 → {now:.4f}"
    assert "负荷增长" in page and "0.03" in page
    wind = next(t for t in figure_in(page, "plan_against")["data"] if t.get("name") == "{{plan_kind.wind}}")
    assert wind["y"][::2] == [7.0, 7.0] and wind["y"][1] == figures["by_year"]["2026"]["capacity_mw"]["wind"]
    assert '"plan_against.bar_then":["before","before"]' in page
    assert '<section id="plan_against">' not in page_of((planned, figures))


@pytest.mark.parametrize(("loop", "said"), [
    ({"settled": True, "passes": 2}, "asked for no more; times:</span> 2"),
    ({"settled": False, "passes": 3}, "Not settled"),
])  # fmt: skip
def test_the_grid_section_says_whether_the_plan_knew_its_works(made: Made, loop: dict[str, Any], said: str) -> None:
    planned, figures = made
    assert said in page_of((planned, figures | {"grid_loop": loop}))


def test_what_no_longer_stands_has_its_plain_name(made: Made) -> None:
    """A refit has the name of its unit: the unit that is gone is not called the second of that name."""
    planned, figures = made[0], copy.deepcopy(made[1])
    twins = tuple(
        dataclasses.replace(planned.whole.wind_farms[0], id=f"gone-{k}", name="Same", name_zh="同名") for k in (1, 2)
    )
    whole = dataclasses.replace(planned.whole, wind_farms=(*planned.whole.wind_farms, *twins))
    figures["retired"] = [{"stage": "2028", "candidate": "c", "element": "gone-2", "choice": "retire", "mw": 5.0}]
    page = page_of((dataclasses.replace(planned, whole=whole), figures), "zh")
    assert ">同名</span>: 5.0 MW, 2028" in page and "同名 #2" not in page.split('id="data"', maxsplit=1)[0]


def test_each_year_says_what_sizes_its_assets_the_last_one_open(made: Made) -> None:
    for language in ("en", "zh"):
        body = (
            page_of(made, language).split('<section id="plan_why">', maxsplit=1)[1].split("</section>", maxsplit=1)[0]
        )
        assert re.findall(r"<details( open)?><summary>(\d+)</summary>", body) == [(" open", "2028"), ("", "2026")]
        said = [unescape(text) for text in re.findall(r"<li><span[^>]*>(.*?)</span></li>", body)]
        rows = made[1]["why"]["sizing"]
        assert said == [row[language] for year in ("2028", "2026") for row in rows if row["stage"] == year]


def test_what_is_left_out_of_the_worst_is_counted(made: Made) -> None:
    planned, figures = made[0], copy.deepcopy(made[1])
    check = figures["by_year"]["2026"]["grid_check"]
    check["caused"] = [check["caused"][0]] * 15
    page = page_of((planned, figures))
    assert len(rows_in(page, "plan_grid", 2)) == 12 and "(all stand in plan.json):</span> 3<" in page
    assert "plan_grid.more" not in page_of(made).split('id="data"', maxsplit=1)[0]
