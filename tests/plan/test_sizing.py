"""Which hours and limits size an asset, on parks whose hours are known by hand, and the sentences about it."""

import dataclasses

import pytest
from plan_parks import PARK, stage_with, wind_cost, with_

from holin.park import Park
from holin.plan import solve_plan
from holin.plan.sizing import Sizing, sizings_of
from holin.plan.sizing_words import PARTS, limit_in_words, sizing_in_words
from holin.plan.value import Standing
from holin.rules import Rule, RuleKind
from holin.tariff import Tariff

SHARES = {"more-wind": [0.5, 1.0]}
YEARS = 2.0 / 8760.0


def sizing(park: Park, load: list[float]) -> Sizing:
    stage, watch = stage_with(park, SHARES, load)
    return sizings_of(solve_plan([stage], [watch]))[0]


def test_the_marginal_mw_is_curtailed_where_all_have_enough() -> None:
    """100 MW: the second hour has 100 for 40, and gives two thirds of a MW's energy."""
    found = sizing(with_(PARK, costs=(wind_cost(60.0),)), [50.0, 40.0])
    assert found.curtailment is not None
    assert found.curtailment.share == pytest.approx(2.0 / 3.0)
    assert (found.curtailment.hours, found.curtailment.everywhere_h) == (1.0, 1.0)
    assert found.curtailment.behind_h == {}
    assert found.half_hours == 1.0
    assert found.by_month[1] * YEARS == pytest.approx(120.0, rel=1e-4)
    assert sum(found.by_hour) == pytest.approx(sum(found.by_month.values()))
    assert found.by_hour[0] == pytest.approx(found.worth.earns, rel=1e-4)


def test_the_marginal_mw_is_curtailed_behind_the_branch_that_is_full() -> None:
    line = dataclasses.replace(PARK.lines[0], i_nom_ka=20.0 / 110.0 / 3**0.5)
    load = dataclasses.replace(PARK.loads[0], bus="A")
    found = sizing(with_(PARK, costs=(wind_cost(60.0),), loads=(load,), lines=(line,)), [50.0, 50.0])
    assert found.curtailment is not None
    assert found.curtailment.behind_h == {"AB": 1.0}
    assert found.curtailment.everywhere_h == 0.0
    assert found.curtailment.price_per_mwh == pytest.approx(0.0, abs=0.1)
    assert "behind branch AB" in sizing_in_words(found)


def test_the_demand_charge_and_the_rule_have_their_parts_of_the_income() -> None:
    """The first hour buys its peak: a MW of wind saves half a MW of it, at its part of the month's charge."""
    tariff = Tariff(id="T", energy_price_per_mwh=300.0, demand_charge_per_mw_month=40_000.0)
    rule = Rule(id="share", kind=RuleKind.GREEN_SHARE_MIN, value=0.8, enforced=True)
    found = sizing(with_(PARK, costs=(wind_cost(150.0),), tariffs=(tariff,), rules=(rule,)), [50.0, 50.0])
    parts = {name: value * YEARS for name, value in found.by_limit.items()}
    assert parts["import"] == pytest.approx(150.0, rel=1e-3)
    assert parts["peak"] == pytest.approx(0.5 * 40_000.0 * 2 / 744, rel=1e-3)
    assert sum(parts.values()) == pytest.approx(300.0, rel=1e-3)
    assert list(parts) == sorted(parts, key=lambda n: -parts[n])


def test_what_is_not_built_says_from_when_it_pays_in_both_languages() -> None:
    found = sizing(with_(PARK, costs=(wind_cost(250.0),)), [50.0, 50.0])
    text = sizing_in_words(found, currency="CNY")
    assert "is not built: a MW would earn 1,971,000 of the 2,190,000 CNY a year" in text
    assert "11% higher" in text
    assert "未建" in sizing_in_words(found, "zh", currency="CNY")


def test_a_price_of_import_many_times_as_high_is_not_told() -> None:
    """450 earned of 2 x 800: import would have to be 3.6 times as dear, far from where the estimate holds."""
    found = sizing(with_(PARK, costs=(wind_cost(800.0),)), [50.0, 50.0])
    assert found.worth.pays_from_import_factor == pytest.approx(1600.0 / 450.0, rel=1e-4)
    assert "it would pay from a capital cost of" in sizing_in_words(found)
    assert "import's" not in sizing_in_words(found) and "购电" not in sizing_in_words(found, "zh").split("收益构成")[0]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_part_has_its_words(language: str) -> None:
    for kind in PARTS:
        said = limit_in_words(f"{kind}.x", language)
        assert said
        assert "{" not in said
        assert language == "en" or not said.isascii()
    assert limit_in_words("discharge.bess.most", language) == PARTS["discharge"][language == "zh"]


def test_words_call_offers_and_rules_by_name_and_leave_leftovers_out() -> None:
    """Parts below half a percent are not told, nor what a MW earns by a solver's leftover alone."""
    found = sizing(with_(PARK, costs=(wind_cost(60.0),)), [50.0, 40.0])
    worth = dataclasses.replace(found.worth, standing=Standing.NONE)
    told = dataclasses.replace(
        found, worth=worth, by_limit={"rule.share": 0.7, "import": 0.299, "no_return.unit@2030": 0.001}
    )
    names = {worth.offer: ("New wind", "新建风电"), "share": ("Green 70 %", "绿电 70 %")}
    english, chinese = (sizing_in_words(told, k, currency="CNY", names=names) for k in ("en", "zh"))
    assert english.startswith("New wind (") and "rule “Green 70 %” 70%, energy not bought 30%;" in english
    assert "no_return" not in english and "what is gone" not in english
    assert "新建风电" in chinese and "规则“绿电 70 %” 70%" in chinese and "CNY" not in chinese and "元" in chinese
    none = dataclasses.replace(told, worth=dataclasses.replace(worth, earns=1e-9, life_earns=1e-7 * worth.costs))
    assert "would earn 0 of the" in sizing_in_words(none, "en", currency="CNY")
    assert "Its income" not in sizing_in_words(none, "en", currency="CNY")


def of_worth(found: Sizing, **changes: object) -> Sizing:
    return dataclasses.replace(found, worth=dataclasses.replace(found.worth, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "by 2030 all on offer is built"), ("zh", "到 2030 年可建规模已全部建成")]
)
def test_what_earns_more_than_it_costs_and_waits_is_not_told_as_dear(language: str, said: str) -> None:
    """It earns 450 and costs 200: not "200 of 450", nor "just what it costs", but what takes its place."""
    found = sizing(with_(PARK, costs=(wind_cost(100.0),)), [50.0, 50.0])
    for standing in (Standing.NONE, Standing.BETWEEN):
        waits = of_worth(found, standing=standing, full_at="2030", life_earns=found.worth.costs * 2.25)
        text = sizing_in_words(waits, language)
        assert said in text
        assert f"{waits.worth.gain:,.0f}" in text
        assert "earns what it costs" not in text
        assert "低于" not in text


@pytest.mark.parametrize(("language", "said"), [("en", "from before"), ("zh", "此前已建")])
def test_what_stands_from_before_and_would_no_longer_pay_says_so(language: str, said: str) -> None:
    found = of_worth(sizing(with_(PARK, costs=(wind_cost(60.0),)), [50.0, 40.0]), life_earns=200_000.0)
    assert found.worth.standing is Standing.BETWEEN
    text = sizing_in_words(found, language)
    assert said in text
    assert "200,000" in text
