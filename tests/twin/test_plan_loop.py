"""A plan and its grid in a loop: works that were found stand in the network, and budgets pay for them."""

import dataclasses
from datetime import date

import pytest
from planning_parks import planning_park

from holin.errors import Infeasible
from holin.flow import n1
from holin.plan import PlanWishes, asked_rule, plan_figures
from holin.twin import plan_loop
from holin.twin.plan import plan
from holin.twin.plan_check import grid_checked
from holin.twin.plan_figures import planned_figures
from holin.twin.plan_loop import PASSES, budget_figures, grid_settled, is_settled
from holin.twin.plan_operated import as_planned
from holin.twin.plan_report import plan_report

DAY = {"start": date(2028, 3, 4), "end": date(2028, 3, 5)}
RULES = (asked_rule("green_share_min", 0.8),)


def made(**wishes):
    """2026 and 2028 planned for a windy day, before the grid has its say."""
    return plan(planning_park(), PlanWishes(years=(2026, 2028), rules=RULES, **wishes), **DAY)


@pytest.fixture(scope="module")
def bare():
    return made()


@pytest.fixture(scope="module")
def closed(bare):
    return grid_settled(bare)


def works_in(planned, stage):
    """The ids of the works in the network that the optimum of a stage knew."""
    lines = {line.id for s in planned.plan.stages if s.name == stage for line in s.case.park.lines}
    return {line for line in lines if line.startswith("reinforce-")}


def test_the_optimum_knows_the_works_and_the_grid_asks_for_no_more(bare, closed):
    assert is_settled(closed) and 1 <= closed.passes <= PASSES
    built = {t.id for m in closed.checks["2026"].measures for t in m.things}
    assert built and built <= works_in(closed, "2026") and built <= works_in(closed, "2028")
    assert not works_in(bare, "2026")
    for setting in closed.settings:
        name = setting.stage.name
        assert closed.checks[name].secure and closed.held[name].settled
        assert n1(as_planned(closed.park, setting), closed.held[name].optimum.schedule).secure
    assert closed.plan.objective < bare.plan.objective  # the first plan is still there to choose, with a better grid


def test_no_work_stands_that_is_not_needed(closed):
    setting = closed.settings[0]
    at, schedule = as_planned(closed.park, setting), closed.held["2026"].optimum.schedule
    for measure in closed.checks["2026"].measures:
        gone = {thing.id for thing in measure.things}
        less = dataclasses.replace(at, lines=tuple(x for x in at.lines if x.id not in gone))
        assert not n1(less, schedule).secure


def test_one_check_alone_is_not_settled_and_says_so(bare):
    once = grid_checked(bare)
    assert not is_settled(once)
    assert planned_figures(once)["grid_loop"] == {"passes": 0, "settled": False}


def test_a_budget_pays_for_the_works_first(bare):
    most = 600e6
    first = made(investment_max={2026: most})
    assert plan_figures(first.plan)["investment"]["2026"] == pytest.approx(most, rel=1e-4)  # it binds
    found = grid_settled(first)
    told = budget_figures(found)["2026"]
    assert told["works"] == found.checks["2026"].cost > 0 and told["over"] == 0.0
    assert told["plan"] + told["works"] == pytest.approx(most, rel=1e-4)
    assert planned_figures(found)["investment"]["2026"] == pytest.approx(most, rel=1e-4)
    assert found.settings[0].investment_max == most


def test_a_budget_that_the_works_break_is_told_with_the_amount():
    """225 million just pay for the share that is asked: nothing is left for a circuit of 15.7 million."""
    found = grid_settled(made(investment_max={2026: 225e6}))
    figures = planned_figures(found)
    told = figures["budgets"]["2026"]
    assert told["works"] > 0
    assert "exceed the budget." in plan_report(found, figures, None, language="en").split('id="data"')[0]
    assert told["over"] == pytest.approx(told["plan"] + told["works"] - 225e6) and told["over"] > 1e6
    assert told["plan"] <= 225e6 * (1 + 1e-6)


def test_where_no_plan_is_left_with_the_works_the_one_before_stays_and_is_not_settled(bare, monkeypatch):
    def refused(*asked, **how):
        raise Infeasible("no plan")

    monkeypatch.setattr(plan_loop, "carried_out", refused)
    found = grid_settled(bare)
    assert found.plan is bare.plan and found.passes == 0 and not is_settled(found)
    assert all(found.checks[s.stage.name].secure for s in found.settings)
    assert planned_figures(found)["grid_loop"] == {"passes": 0, "settled": False}


def test_nothing_is_solved_again_where_nothing_is_built(bare):
    found = grid_settled(bare, reinforce=False)
    assert found.plan is bare.plan and found.passes == 0 and is_settled(found)
