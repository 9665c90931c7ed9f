"""Stages of unequal length, as a leap year stands beside others, are one staged problem."""

import dataclasses

import numpy as np
import pytest
from plan_parks import PARK, stage_with, wind_cost, with_

from holin.kernel.staged import layout_of
from holin.kernel.staged.layout import BESIDE
from holin.park import Candidate, Choice, Cost, Stage, Storage
from holin.plan import solve_plan, worths_of
from holin.rules import Rule, RuleKind

OWN = "Holin staged interior point"


def test_two_and_three_days_are_planned_as_one() -> None:
    rng = np.random.default_rng(5)
    bess = Storage(id="bess", bus="B", p_nom_mw=10, e_nom_mwh=20, efficiency_charge=0.9, efficiency_discharge=0.9,
                   cost="b")  # fmt: skip
    later = Stage(name="2028", as_of=PARK.stages[0].as_of.replace(year=2028))
    park = with_(
        PARK, storages=(bess,), stages=(*PARK.stages, later),
        costs=(wind_cost(60.0), Cost(id="b", capital_cost_per_mwh=8760 * 20.0 * 20, lifetime_years=20)),
        candidates=(
            PARK.candidates[0],
            Candidate(id="more-bess", element="bess", choice=Choice.BUILD, template=True, p_max_mw=500.0,
                      duration_min_h=0.5, duration_max_h=4.0),
        ),
    )  # fmt: skip
    green = Rule(id="green", kind=RuleKind.GREEN_SHARE_MIN, value=0.9, enforced=True)
    made = [
        stage_with(park, {"more-wind": rng.random(hours).tolist()}, [50.0] * hours, stage=stage, weight=weight)
        for stage, hours, weight in ((PARK.stages[0], 48, 3.0), (later, 72, 7.0))
    ]
    stages, watches = [dataclasses.replace(s, rules=(green,)) for s, _ in made], [w for _, w in made]
    found, by_simplex = (solve_plan(stages, watches, solver=solver) for solver in ("staged", "simplex"))
    assert found.solver == OWN and found.gap < 1e-6
    assert found.objective == pytest.approx(by_simplex.objective, rel=1e-6)
    linear = found.problem.linear
    layout = layout_of(linear, {48, 72})
    assert layout.stages == 72
    bound = [name for name, where in linear.variables.items() if where.ndim and len(where) in (48, 72)]
    assert {len(linear.variables[name]) for name in bound} == {48, 72}
    assert all((layout.column_stage[linear.variables[name][1:-1]] != BESIDE).all() for name in bound)
    wind = {w.stage: w for w in worths_of(found) if w.offer == "more-wind"}
    assert {name: w.income.sizes["time"] for name, w in wind.items()} == {"2025": 48, "2028": 72}
    assert found.sizes["2025"].built_mw["more-wind"] > 1.0
    for name, worth in wind.items():
        if found.sizes[name].built_mw["more-wind"] > 1.0:
            assert worth.life_earns == pytest.approx(worth.costs, rel=1e-4)
