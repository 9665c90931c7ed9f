"""Shadow prices of rules, budgets, sizes and branches, against plans made again with a little more of each."""

import dataclasses

import pytest
from plan_parks import PARK, stage_with, wind_cost, with_

from holin.park import Park
from holin.plan import Plan, solve_plan
from holin.plan.limit_prices import LimitKind, LimitPrice, limit_prices, with_export, without_rule
from holin.rules import Rule, RuleKind
from holin.tariff import Tariff

SHARES = {"more-wind": [0.5, 1.0]}
LOAD = [50.0, 50.0]
YEARS = 2.0 / 8760.0
SHARE = Rule(id="share", kind=RuleKind.GREEN_SHARE_MIN, value=0.8, enforced=True)
PER_MWH = (2 * 100.0 - 0.5 * 300.0) / 0.5
"""What the next green MWh costs beyond 75 %: a MW gives half of it in the hour that still buys."""


def solved(park: Park, load: list[float] = LOAD, **asked: float) -> Plan:
    stage, watch = stage_with(park, SHARES, load, **asked)  # type: ignore[arg-type]
    return solve_plan([stage], [watch])


def price_of(plan: Plan, kind: LimitKind, element: str) -> LimitPrice:
    return next(p for p in limit_prices(plan) if p.kind is kind and p.element == element)


@pytest.mark.parametrize("weight", [1.0, 7.0])
def test_a_share_has_its_price_per_mwh_and_per_point_whatever_its_year_weighs(weight: float) -> None:
    """A percentage point of 100 MWh in two hours is a MWh: so much in each of 4,380 such spans of a year."""
    plan = solved(with_(PARK, costs=(wind_cost(100.0),), rules=(SHARE,)), weight=weight)
    price = price_of(plan, LimitKind.RULE, "share")
    assert price.unit == "MWh"
    assert price.price == pytest.approx(PER_MWH, rel=1e-5)
    assert price.margin == pytest.approx(0.0, abs=1e-4)
    assert price.per_point is not None
    assert price.per_point * YEARS == pytest.approx(PER_MWH, rel=1e-5)
    assert price.per_kwh == pytest.approx(PER_MWH / 100e3, rel=1e-5)
    assert price.per_tonne is None


def test_what_a_rule_costs_in_all_is_what_the_plan_without_it_saves() -> None:
    """Without the rule 50 MW are built: 10 MW less, 5 MWh bought more."""
    plan = solved(with_(PARK, costs=(wind_cost(100.0),), rules=(SHARE,)))
    cost = without_rule(plan, "share")
    assert cost.plan.sizes["2025"].mw["more-wind"] == pytest.approx(50.0, rel=1e-5)
    assert cost.saves == pytest.approx(10 * 200.0 - 5 * 300.0, rel=1e-4)
    assert cost.per_kwh == pytest.approx(500.0 / 100e3, rel=1e-4)
    assert cost.per_year * YEARS == pytest.approx(500.0, rel=1e-4)
    easy = without_rule(
        solved(with_(PARK, costs=(wind_cost(100.0),), rules=(dataclasses.replace(SHARE, value=0.5),))), "share"
    )
    assert easy.saves == 0.0


def test_what_a_ban_on_export_costs_in_all() -> None:
    """50 MW are built; 30 MW of export at 150 make 80 of them: each of the 30 saves 150 and sells 150 of 200."""
    tariff = Tariff(id="T", energy_price_per_mwh=300.0, export_price_per_mwh=150.0)
    plan = solved(with_(PARK, costs=(wind_cost(100.0),), tariffs=(tariff,)))
    cost = with_export(plan, {"2025": {"G": 30.0}}, "no-export")
    assert cost.plan.sizes["2025"].mw["more-wind"] == pytest.approx(80.0, rel=1e-5)
    assert cost.saves == pytest.approx(30 * 100.0, rel=1e-4)
    nothing = with_export(plan, {"2025": {"G": 0.0}}, "no-export")
    assert nothing.saves == 0.0 and nothing.plan is plan


def test_a_rule_that_holds_anyhow_costs_nothing() -> None:
    easy = dataclasses.replace(SHARE, value=0.5)
    price = price_of(solved(with_(PARK, costs=(wind_cost(100.0),), rules=(easy,))), LimitKind.RULE, "share")
    assert price.price == pytest.approx(0.0, abs=1e-3)
    assert price.margin == pytest.approx(25.0, rel=1e-3)


def test_a_cap_of_co2_or_land_is_priced_by_its_own_unit() -> None:
    """A ha holds half a MW, which earns 450 of 200 in two hours."""
    land = Rule(id="land", kind=RuleKind.LAND_MAX_HA, value=40.0, enforced=True)
    wind = dataclasses.replace(PARK.candidates[0], land_ha_per_mw=2.0)
    plan = solved(with_(PARK, costs=(wind_cost(100.0),), rules=(land,), candidates=(wind,)))
    price = price_of(plan, LimitKind.RULE, "land")
    assert plan.sizes["2025"].mw["more-wind"] == pytest.approx(20.0, rel=1e-5)
    assert price.unit == "ha year"
    assert price.price * YEARS == pytest.approx(125.0, rel=1e-4)
    assert price.per_value == pytest.approx(price.price, rel=1e-9)
    assert price.per_point is None


def test_a_budget_a_size_and_a_branch_say_what_more_of_them_would_save() -> None:
    wind = with_(PARK, costs=(wind_cost(100.0),))
    budget = 20.0 * 100.0 * 8760 * 20
    price = price_of(solved(wind, investment_max=budget), LimitKind.BUDGET, "2025")
    # of a MW in two hours, which stand for a year
    assert price.price * 100.0 * 8760 * 20 * YEARS == pytest.approx(250.0, rel=1e-4)
    small = with_(wind, candidates=(dataclasses.replace(PARK.candidates[0], p_max_mw=20.0),))
    assert price_of(solved(small), LimitKind.SIZE, "more-wind").price * YEARS == pytest.approx(250.0, rel=1e-4)


def test_a_branch_is_worth_what_a_wider_one_saves_in_the_hours_in_which_it_binds() -> None:
    """20 MVA to the load: 20 MW of wind fill it in the second hour, and a 21st MW would be of use there only."""

    def narrow(mva: float) -> Plan:
        line = dataclasses.replace(PARK.lines[0], i_nom_ka=mva / 110.0 / 3**0.5)
        load = dataclasses.replace(PARK.loads[0], bus="A")
        return solved(with_(PARK, costs=(wind_cost(100.0),), loads=(load,), lines=(line,)))

    branch = price_of(narrow(20.0), LimitKind.BRANCH, "AB")
    assert branch.price * YEARS == pytest.approx(narrow(20.0).objective - narrow(21.0).objective, rel=1e-4)
    assert branch.hours == 1
