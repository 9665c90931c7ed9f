"""Plans that cannot be: which rules conflict, by how much they would have to give, and what would cure it."""

import dataclasses

import numpy as np
import pytest
from plan_parks import PARK, REFIT, stage_with, wind_cost, with_

from holin.errors import Infeasible
from holin.park import Cost, Park
from holin.plan import solve_plan
from holin.plan.conflict import Conflict, conflict_of
from holin.plan.conflict_words import NoPlan, conflict_in_words, give_in_words
from holin.plan.gives import Give, Party, gives_of
from holin.plan.problem import PlanElastic, plan_problem
from holin.rules import Rule, RuleKind, rule_words

SHARES = {"more-wind": [0.5, 1.0]}
LOAD = [50.0, 50.0]
SMALL = dataclasses.replace(PARK.candidates[0], p_max_mw=20.0)
GREEN = Rule(id="share", kind=RuleKind.GREEN_SHARE_MIN, value=0.8, enforced=True)


def conflict(park: Park, **asked: float) -> Conflict | None:
    return conflict_of([stage_with(park, SHARES, LOAD, **asked)[0]])  # type: ignore[arg-type]


def test_a_rule_beyond_all_that_is_on_offer_says_how_far_it_can_be_met_and_what_would_do() -> None:
    """20 MW give 30 of 100 MWh; 80 need 60 MW: 50 in the second hour and 30 in the first."""
    found = conflict(with_(PARK, costs=(wind_cost(1.0),), rules=(GREEN,), candidates=(SMALL,)))
    assert found is not None
    assert found.set_ == (("2025", Party.RULE, "share"),)
    assert found.bound == pytest.approx(50.0, rel=1e-3)
    (alone,) = found.alone
    assert alone.amount == pytest.approx(50.0, rel=1e-3)
    assert (alone.asked, alone.reached) == (0.8, pytest.approx(0.3, rel=1e-3))
    (hold,) = found.held_by
    assert (hold.party, hold.element) == (Party.SIZE, "more-wind")
    assert hold.mwh_per_mw * 2 / 8760 == pytest.approx(1.5, rel=1e-3)
    (cure,) = found.cures
    assert (cure.party, cure.element, cure.unit) == (Party.SIZE, "more-wind", "MW")
    assert cure.amount == pytest.approx(40.0, rel=1e-3)
    assert found.costs == pytest.approx(2 * 20.0 + 300.0 * 70.0, rel=1e-3)
    assert "such a plan costs at least 21,0" in conflict_in_words(found)  # further branches may make it dearer
    assert "不低于 21,0" in conflict_in_words(found, "zh")
    assert "losses" not in conflict_in_words(found)


def test_a_plan_that_exists_has_no_conflict() -> None:
    assert conflict(with_(PARK, costs=(wind_cost(1.0),), rules=(GREEN,))) is None


def test_two_rules_conflict_and_a_third_takes_no_part() -> None:
    """80 % green need 60 MW, of which 10 MWh of 90 are curtailed; nothing may be curtailed beyond 5 %."""
    kept = Rule(id="kept", kind=RuleKind.CURTAILMENT_SHARE_MAX, value=0.05, enforced=True)
    land = Rule(id="land", kind=RuleKind.LAND_MAX_HA, value=1000.0, enforced=True)
    found = conflict(with_(PARK, costs=(wind_cost(1.0),), rules=(land, GREEN, kept)))
    assert found is not None
    assert {element for _, _, element in found.set_} == {"share", "kept"}
    gives = {give.element: give for give in found.alone}
    assert gives["kept"].reached == pytest.approx(10.0 / 90.0, rel=1e-3)
    # with 5 % curtailed: 1.5 m x 0.95 are used, 0.5 m + 50 of it: m = 50 / 0.925
    assert gives["share"].reached == pytest.approx((0.5 * 50.0 / 0.925 + 50.0) / 100.0, rel=1e-3)
    assert len(found.together) == 1


def test_a_budget_conflicts_with_a_rule_and_says_how_much_more_it_would_take() -> None:
    per_mw = 100.0 * 8760 * 20
    found = conflict(with_(PARK, costs=(wind_cost(100.0),), rules=(GREEN,)), investment_max=30 * per_mw)
    assert found is not None
    assert {party for _, party, _ in found.set_} == {Party.RULE, Party.BUDGET}
    gives = {give.party: give for give in found.alone}
    assert gives[Party.BUDGET].amount == pytest.approx(30 * per_mw, rel=1e-3)
    assert gives[Party.RULE].reached == pytest.approx(0.45, rel=1e-3)


def test_a_branch_that_cannot_carry_the_share_is_named_with_what_it_lacks() -> None:
    """The load stands at A, the wind at B behind 20 MVA: 40 of 100 MWh at most."""
    line = dataclasses.replace(PARK.lines[0], i_nom_ka=20.0 / 110.0 / 3**0.5)
    load = dataclasses.replace(PARK.loads[0], bus="A")
    park = with_(PARK, costs=(wind_cost(1.0),), rules=(GREEN,), loads=(load,), lines=(line,))
    stage, watch = stage_with(park, SHARES, LOAD)
    with pytest.raises(NoPlan) as caught:
        solve_plan([stage], [watch])
    found = caught.value.conflict
    assert found.set_ == (("2025", Party.RULE, "share"),)
    assert found.alone[0].reached == pytest.approx(0.4, rel=1e-3)
    assert {hold.element for hold in found.held_by} == {"AB"}
    (cure,) = found.cures
    assert (cure.party, cure.element) == (Party.BRANCH, "AB")
    assert cure.amount == pytest.approx(20.0, rel=1e-3)


def test_a_park_that_cannot_run_at_all_says_what_is_left_over() -> None:
    """No rule asks for anything; units must run that nobody can take."""
    park = with_(REFIT, costs=(wind_cost(0.0), Cost(id="coal")), candidates=(), thermal_units=REFIT.thermal_units[:1])
    stage, _ = stage_with(park, {"W": [1.0, 1.0]}, [10.0, 50.0])
    found = conflict_of([stage])
    assert found is not None
    assert found.set_ == ()
    (give,) = found.together
    assert (give.party, give.surplus) == (Party.BALANCE, True)
    assert give.amount == pytest.approx(20.0, rel=1e-3)


def test_the_error_of_a_plan_says_it_in_both_languages() -> None:
    park = with_(PARK, costs=(wind_cost(1.0),), rules=(GREEN,), candidates=(SMALL,))
    stage, watch = stage_with(park, SHARES, LOAD)
    with pytest.raises(Infeasible) as caught:
        solve_plan([stage], [watch])
    text = str(caught.value)
    assert "Rule “Green share of the load, at least 80 %” (2025) cannot hold" in text
    assert "at most 30.0% of the 80.0% asked" in text
    assert isinstance(caught.value, NoPlan)
    chinese = conflict_in_words(caught.value.conflict, "zh", currency="CNY")
    assert "规则“绿电占用电量，不低于 80 %”（2025）" in chinese
    assert "30.0%" in chinese


def asked_conflict(park: Park, room: float) -> Conflict | None:
    """Return the conflict of a stage whose rules are kept better than asked by a part of their value."""
    stage, _ = stage_with(park, SHARES, LOAD)
    strict = tuple(dataclasses.replace(rule, value=rule.value * (1.0 + room)) for rule in stage.rules)
    return conflict_of([dataclasses.replace(stage, rules=strict, asked={r.id: r.value for r in stage.rules})])


def test_what_is_told_is_what_was_asked_and_not_the_little_more_that_is_kept() -> None:
    """20 MW give 30 of 100 MWh where 80 were asked, though 84 are kept."""
    found = asked_conflict(with_(PARK, costs=(wind_cost(1.0),), rules=(GREEN,), candidates=(SMALL,)), 0.05)
    assert found is not None
    (alone,) = found.alone
    assert alone.asked == 0.8 and alone.reached == pytest.approx(0.3, rel=1e-3)
    assert alone.amount == pytest.approx(50.0, rel=1e-3)
    said = conflict_in_words(found, "en")
    assert "at most 30.0% of the 80.0% asked (50 MWh short)" in said and "84" not in said


def test_where_only_the_little_more_is_missing_it_says_so() -> None:
    """20 MW give exactly the 30 % asked, and not the 0.2 % more."""
    just = dataclasses.replace(GREEN, value=0.3)
    found = asked_conflict(with_(PARK, costs=(wind_cost(1.0),), rules=(just,), candidates=(SMALL,)), 2e-3)
    assert found is not None
    (alone,) = found.alone
    assert (alone.amount, alone.asked) == (0.0, 0.3)
    said = {language: conflict_in_words(found, language) for language in ("en", "zh")}
    assert "the 30.0% asked, but not the little more" in said["en"] and "交流网损" in said["zh"]


def test_a_leftover_of_the_solver_gives_nothing() -> None:
    """A breach of a hundred-thousandth of what counts in its row is told, one of a billionth is not."""
    stage, _ = stage_with(with_(PARK, costs=(wind_cost(1.0),), rules=(GREEN,), candidates=(SMALL,)), SHARES, LOAD)
    problem = plan_problem([stage], elastic=PlanElastic())
    name = "2025:rule_short.share"
    values = np.zeros(len(problem.linear.cost))
    for amount, told in ((1e-7, 0), (10.0, 1)):
        values[problem.linear.variables[name]] = amount
        assert len(gives_of([stage], problem, values, [name])) == told


def test_rules_that_cap_are_told_the_other_way_round_and_amounts_of_a_year_by_the_year() -> None:
    cap = Rule(id="co2", kind=RuleKind.CO2_MAX_T, value=500.0, enforced=True, name="Cap", name_zh="上限")
    give = Give(
        stage="2030", party=Party.RULE, element="co2", amount=12.0, unit="t", asked=500.0, reached=62_000.0,
        value_unit="t", at_most=True,
    )  # fmt: skip
    names = {"co2": rule_words(cap)}
    assert give_in_words(give, names=names) == (
        "rule “Cap” (2030): at least 62,000 t where no more than 500 t is asked"
    )
    assert give_in_words(give, "zh", names=names) == "规则“上限”（2030）：最低只能到 62,000 t，要求不超过 500 t"
    share = dataclasses.replace(give, value_unit="", asked=0.05, reached=0.0502, unit="MWh")
    assert give_in_words(share) == (
        "rule “co2” (2030): at least 5.02% where no more than 5.00% is asked (12 MWh too much)"
    )


def test_money_is_told_in_the_reader_s_words() -> None:
    give = Give(stage="2030", party=Party.BUDGET, element="2030", amount=2.5e8, unit="currency")
    assert give_in_words(give, "en", currency="CNY") == "the budget of 2030 is passed by 250,000,000 CNY"
    assert give_in_words(give, "zh", currency="CNY") == "2030 年投资上限超出 250,000,000 元"
