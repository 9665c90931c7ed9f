"""A rule at 99.9 % of what can be reached: planned for as asked, said in figures, print and report, and judged."""

import dataclasses
from datetime import date

import pytest
from planning_parks import planning_park

from holin.cli.plan import print_plan
from holin.cli.plan_cramped import print_cramped
from holin.plan import PlanWishes, asked_rule
from holin.rules import RuleKind
from holin.twin.frontier import alternatives_of_park, frontier_of_park
from holin.twin.plan import plan, planning_of
from holin.twin.plan_figures import planned_figures
from holin.twin.plan_report import plan_report

DAY = {"start": date(2028, 3, 4), "end": date(2028, 3, 5)}
KIND = RuleKind.GREEN_SHARE_MIN


@pytest.fixture(scope="module")
def park():
    """Little is on offer, so that the share has an end."""
    whole = planning_park()
    small = tuple(dataclasses.replace(c, p_max_mw=0.2 * c.p_max_mw, unit_mw=None) for c in whole.candidates)
    return dataclasses.replace(whole, candidates=small)


@pytest.fixture(scope="module")
def wishes(park):
    reach = frontier_of_park(planning_of(park, PlanWishes(years=(2028,)), **DAY), by=KIND, points=2)["reach"]
    assert 0.2 < reach < 0.999
    return PlanWishes(years=(2028,), rules=(asked_rule(KIND, 0.999 * reach),))


@pytest.fixture(scope="module")
def made(park, wishes):
    found = plan(park, wishes, **DAY)
    return found, planned_figures(found)


def test_it_is_planned_and_the_verdict_is_that_of_the_year_as_operated(made, wishes):
    _, figures = made
    assert figures["flows_leave_no_plan"] is None
    (cramped,) = figures["rules_without_room"]
    assert (cramped["stage"], cramped["rule"]) == ("2028", wishes.rules[0].id)
    (judged,) = [r for r in figures["by_year"]["2028"]["rules"] if r["rule"] == wishes.rules[0].id]
    assert judged["value"] == wishes.rules[0].value
    assert judged["reached"] == pytest.approx(judged["value"], rel=3e-3)
    assert judged["holds"] is (judged["reached"] >= judged["value"] * (1.0 - 1e-5))


@pytest.mark.parametrize(("language", "said"), [("en", "Kept just as asked"), ("zh", "只按要求值遵守")])
def test_terminal_and_report_say_so(made, language, said, capsys):
    planned, figures = made
    print_plan(planned, figures | {"money": {"why_not": "not asked"}}, language)
    printed = capsys.readouterr().out
    assert said in printed and figures["rules_without_room"][0]["name_zh" if language == "zh" else "name"] in printed
    assert said in plan_report(planned, figures, None, language=language)


def test_what_losses_put_out_of_reach_is_planned_without_them_and_told_with_what_can_be_reached(park, capsys):
    """Losses count against the physical share: the first optimum keeps it, the one that knows the flows cannot."""
    by = RuleKind.GREEN_SHARE_PHYSICAL_MIN
    reach = frontier_of_park(planning_of(park, PlanWishes(years=(2028,)), **DAY), by=by, points=2)["reach"]
    wishes = PlanWishes(years=(2028,), rules=(asked_rule(by, 0.999 * reach),))
    found = plan(park, wishes, **DAY)
    assert found.refused is not None
    (alone,) = found.refused.conflict.alone
    assert alone.asked == pytest.approx(0.999 * reach) and 0.99 * reach < alone.reached < alone.asked
    figures = planned_figures(found)
    (judged,) = [r for r in figures["by_year"]["2028"]["rules"] if r["rule"] == wishes.rules[0].id]
    assert judged["holds"] is False and 0.99 * reach < judged["reached"] < judged["value"]
    for language, said in (
        ("en", "losses of the AC flows of an earlier plan are counted"),
        ("zh", "已计入前一次方案的交流网损"),
    ):
        assert said in figures["flows_leave_no_plan"][language]
        print_plan(found, figures | {"money": {"why_not": "not asked"}}, language)
        assert said in capsys.readouterr().out
        assert said in plan_report(found, figures, None, language=language)


def test_nothing_is_said_where_all_have_room(capsys):
    print_cramped({"rules_without_room": [], "flows_leave_no_plan": None}, "en")
    assert capsys.readouterr().out == ""


def test_frontier_and_alternatives_have_it_too(park, wishes):
    planning = planning_of(park, wishes, **DAY)
    more = frontier_of_park(planning, by=RuleKind.CURTAILMENT_SHARE_MAX, points=2)
    others = alternatives_of_park(planning, within=[0.05], technologies=["wind"])
    for found in (more, others):
        assert [row["rule"] for row in found["rules_without_room"]] == [wishes.rules[0].id]
