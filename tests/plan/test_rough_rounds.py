"""Rounds that only look for branch limits may end early; the last one is certified."""

import dataclasses

import numpy as np
import pytest
from plan_parks import PARK, stage_with, wind_cost, with_

from holin.kernel.staged import solve_staged
from holin.park import Candidate, Choice, Storage
from holin.plan import PlanStage, Watch, plan_problem, solve_plan

HOURS = 96


def behind_a_line() -> tuple[PlanStage, Watch]:
    """Four days of wind behind a line that is too small for it, with a storage at each end."""
    random = np.random.default_rng(4)
    stores = tuple(
        Storage(id=f"s{bus}", bus=bus, p_nom_mw=20, e_nom_mwh=60, efficiency_charge=0.95, efficiency_discharge=0.95)
        for bus in "AB"
    )
    park = with_(
        PARK,
        costs=(wind_cost(60.0),),
        storages=stores,
        lines=(dataclasses.replace(PARK.lines[0], i_nom_ka=0.15),),
        loads=(dataclasses.replace(PARK.loads[0], bus="A"),),
        candidates=(Candidate(id="more-wind", element="W", choice=Choice.BUILD, template=True, p_max_mw=400.0),),
    )
    shares = {"more-wind": random.uniform(0.0, 1.0, HOURS).tolist()}
    return stage_with(park, shares, random.uniform(30.0, 60.0, HOURS).tolist())


def test_a_rough_point_is_said_to_be_one_and_a_plan_never_rests_on_it() -> None:
    stage, watch = behind_a_line()
    problem = plan_problem([stage]).linear
    rough = solve_staged(problem, HOURS, behind=False, enough=lambda values: True)
    exact = solve_staged(problem, HOURS, behind=False, enough=lambda values: False)
    assert rough.rough
    assert not exact.rough
    assert rough.linear.iterations < exact.linear.iterations
    assert rough.linear.objective == pytest.approx(exact.linear.objective, rel=2e-2)
    plan = solve_plan([stage], [watch])
    assert plan.solver == "Holin staged interior point"
    assert plan.solves > 1
    assert not plan.solution.rough
    assert plan.gap <= 1e-6
    assert plan.objective == pytest.approx(solve_plan([stage], [watch], solver="simplex").objective, rel=1e-6)
