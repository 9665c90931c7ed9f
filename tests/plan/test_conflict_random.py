"""Conflicts of random parks and rules, each claim held against HiGHS: no plan with them, one without any of them."""

import dataclasses

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plan_parks import PARK, stage_with, wind_cost, with_

from holin.kernel.highs import ProvenInfeasible, solve_linear
from holin.park import EmissionFactor
from holin.plan import Party, PlanStage, conflict_of, plan_problem
from holin.rules import Rule, RuleKind

HOURS = 8
KINDS = {
    RuleKind.GREEN_SHARE_MIN: (0.3, 1.0), RuleKind.CURTAILMENT_SHARE_MAX: (0.0, 0.3), RuleKind.SELF_USE_MIN: (0.5, 1.0),
    RuleKind.LAND_MAX_HA: (20.0, 300.0), RuleKind.CO2_MAX_T: (0.0, 4e5),
}  # fmt: skip


def random_stage(seed: int) -> PlanStage:
    """One stage with some rules, a budget now and then, and a load behind a line."""
    random = np.random.default_rng(seed)
    chosen = random.permutation(list(KINDS))[: random.integers(1, 5)]
    rules = tuple(
        Rule(id=str(kind), kind=RuleKind(kind), value=float(random.uniform(*KINDS[RuleKind(kind)])), enforced=True)
        for kind in chosen
    )
    wind = dataclasses.replace(PARK.candidates[0], p_max_mw=float(random.uniform(20.0, 200.0)), land_ha_per_mw=1.0)
    grid = dataclasses.replace(PARK.grids[0], emission_factor="public")
    park = with_(
        PARK,
        costs=(wind_cost(50.0),),
        rules=rules,
        candidates=(wind,),
        grids=(grid,),
        emission_factors=(EmissionFactor(id="public", t_per_mwh=0.6),),
    )
    budget = float(random.uniform(20.0, 200.0)) * 50.0 * 8760 * 20 if random.random() < 0.4 else None
    shares = {"more-wind": random.uniform(0.0, 1.0, HOURS).tolist()}
    return stage_with(park, shares, random.uniform(20.0, 60.0, HOURS).tolist(), investment_max=budget)[0]


def has_plan(stage: PlanStage) -> bool:
    try:
        solve_linear(plan_problem([stage]).linear)
    except ProvenInfeasible:
        return False
    return True


def only(stage: PlanStage, parts: set[tuple[Party, str]]) -> PlanStage:
    """Return the stage with some of its rules and its budget alone."""
    rules = tuple(r for r in stage.rules if (Party.RULE, r.id) in parts)
    kept = (Party.BUDGET, stage.name) in parts
    return dataclasses.replace(stage, rules=rules, investment_max=stage.investment_max if kept else None)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_a_conflict_is_one_and_a_smallest_one_and_each_can_give_as_it_says(seed: int) -> None:
    stage = random_stage(seed)
    found = conflict_of([stage])
    assert (found is None) is has_plan(stage)
    assume(found is not None)
    assert found is not None
    parts = {(party, element) for _, party, element in found.set_}
    assert parts
    assert not has_plan(only(stage, parts))
    for part in parts:
        assert has_plan(only(stage, parts - {part}))
    for give in found.alone:
        if give.party is Party.RULE:
            rule = next(r for r in stage.rules if r.id == give.element)
            assert give.reached is not None
            others = tuple(r for r in stage.rules if r is not rule)
            for beyond, there in ((1e-2, True), (-1e-2, False)):
                eased = give.reached + beyond * (give.reached - rule.value)
                tried = dataclasses.replace(stage, rules=(*others, dataclasses.replace(rule, value=eased)))
                assert has_plan(tried) is there
        else:
            more = dataclasses.replace(stage, investment_max=(stage.investment_max or 0.0) + 1.01 * give.amount)
            assert has_plan(more)
    assert found.shortfall == pytest.approx(found.bound, rel=2e-3, abs=1e-3)
