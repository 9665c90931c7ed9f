"""Frontiers whose corners can be worked out by hand, and what must hold for every frontier."""

import dataclasses
import math
from collections.abc import Sequence
from datetime import date
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_parks import PARK, stage_with, wind_cost, with_

from holin.errors import BadInput, Infeasible
from holin.park import Candidate, Choice, Cost, EmissionFactor, Park, Stage, Storage
from holin.parkfile import reference_park
from holin.plan import PlanStage, PlanWishes, Watch, frontier, plan_year, solve_plan
from holin.plan.support import Support, between_supports, meeting
from holin.plan.year import decided_cost
from holin.rules import Rule, RuleKind
from holin.twin.plan import stages_of
from holin.twin.plan_setting import settings_of

SHARES = {"more-wind": [0.25, 0.5, 1.0]}
LOAD = [50.0, 50.0, 50.0]


def three_hours(per_mw_hour: float, **changes: object) -> tuple[PlanStage, Watch]:
    """A MW of wind gives 1.75 MWh of use up to 50 MW, 0.75 up to 100, 0.25 up to 200; import costs 300."""
    return stage_with(with_(PARK, costs=(wind_cost(per_mw_hour),), **changes), SHARES, LOAD)


@pytest.mark.parametrize("solver", ["staged", "simplex"])
def test_corners_and_slopes_of_a_green_share(solver: str) -> None:
    """At 300 a MW: 50 MW pay (0.58333). To 0.83333 a MWh costs (300 - 225) / 0.75 = 100, to 1 (300 - 75) / 0.25."""
    stage, watch = three_hours(100.0)
    found = frontier(
        [stage], [watch], RuleKind.GREEN_SHARE_MIN, points=9, tolerance=1e-9, solve=partial(solve_plan, solver=solver)
    )
    assert found.reach == pytest.approx(1.0, abs=1e-6)
    assert found.solves <= 7
    assert len(found.points) == 9
    assert found.gap < 1e-6
    first, last = found.points[0], found.points[-1]
    assert (first.value, first.objective) == pytest.approx((87.5 / 150, 33750.0), rel=1e-6)
    assert first.slope == 0.0
    assert last.value == pytest.approx(1.0, abs=1e-3)
    corner = np.array([[87.5 / 150, 33750.0], [125.0 / 150, 37500.0], [1.0, 60000.0]])
    for point in found.points:
        assert point.objective == pytest.approx(np.interp(point.value, *corner.T), rel=1e-6)
        assert point.bound == pytest.approx(point.objective, rel=1e-6)
        if min(abs(point.value - value) for value in corner[:, 0]) > 1e-5:
            per_mwh = 100.0 if point.value < 125 / 150 else 900.0
            assert point.slope == pytest.approx(150 * per_mwh, rel=1e-4)
            assert point.shadow_price["2025"] == pytest.approx(per_mwh, rel=1e-4)
    assert {100.0, 900.0} <= {round(p.shadow_price["2025"], 3) for p in found.points}


def test_points_between_are_plans_of_their_value() -> None:
    stage, watch = three_hours(100.0)
    found = frontier([stage], [watch], RuleKind.GREEN_SHARE_MIN, points=12, tolerance=1e-9)
    between = [p for p in found.points if not p.solved]
    assert between
    for point in between:
        mw, year = point.sizes["2025"].mw["more-wind"], point.years["2025"]
        assert year.green_share_annual == pytest.approx(point.value, abs=1e-9)
        green = np.minimum(np.array(SHARES["more-wind"]) * mw, LOAD).sum()
        assert green / 150 == pytest.approx(point.value, rel=1e-6)


def test_a_cap_on_co2_costs_per_tonne() -> None:
    """Import of 0.5 t/MWh: a tonne costs twice what a MWh does; caps are those of a whole year."""
    grid = dataclasses.replace(PARK.grids[0], emission_factor="coal")
    stage, watch = three_hours(100.0, grids=(grid,), emission_factors=(EmissionFactor(id="coal", t_per_mwh=0.5),))
    found = frontier([stage], [watch], RuleKind.CO2_MAX_T, points=8, tolerance=1e-9)
    values = [p.value for p in found.points]
    assert values == sorted(values)
    assert found.reach == pytest.approx(0.0, abs=1e-3)
    assert found.points[-1].value == pytest.approx(0.5 * 62.5 * 8760 / 3, rel=1e-6)
    prices = {round(p.shadow_price["2025"], 2) for p in found.points}
    assert {200.0, 1800.0} <= prices
    year = found.points[0].years["2025"]
    assert year.quantities["co2_t"] * 8760 / 3 == pytest.approx(found.points[0].value, rel=1e-6)


def test_a_share_of_what_is_built_is_no_straight_line_and_yet_bounded() -> None:
    """Self-use reads the available energy, which grows with the plan: its chords are no optima, its bounds hold."""
    stage, watch = three_hours(60.0)
    few = frontier([stage], [watch], RuleKind.SELF_USE_MIN, points=3, tolerance=1e-9)
    many = frontier([stage], [watch], RuleKind.SELF_USE_MIN, points=9, tolerance=1e-9)
    assert many.points[0].value == pytest.approx(125 / 175, rel=1e-6)
    assert many.points[-1].value == pytest.approx(1.0, abs=1e-3)
    for point in many.points:
        least = max(p.bound for p in few.points if p.solved and p.value <= point.value)
        assert least <= point.objective * (1 + 1e-7)
    assert [p.slope for p in many.points][-1] == pytest.approx(3941.4, rel=1e-2)


def test_the_figures_of_a_year_are_those_of_the_sums_by_hand() -> None:
    facts = dataclasses.replace(PARK.facts, distribution_per_mwh=20.0)
    candidates = (dataclasses.replace(PARK.candidates[0], cost="wind"),)
    stage, watch = three_hours(100.0, facts=facts, candidates=candidates)
    year = plan_year(solve_plan([stage], [watch]), stage)
    assert year.cost == pytest.approx(62.5 * 300 + 50 * 300 + 150 * 20, rel=1e-6)
    assert year.all_in_price_per_kwh == pytest.approx(year.cost / 150e3, rel=1e-12)
    assert year.quantities["import_mwh"] == pytest.approx(62.5, rel=1e-6)
    assert year.green_share_annual == pytest.approx(87.5 / 150, rel=1e-6)
    assert year.green_share_physical == pytest.approx(87.5 / 150, rel=1e-6)
    assert year.quantities["matched_mwh"] == pytest.approx(87.5, rel=1e-6)
    assert year.curtailed_share == pytest.approx(0.0, abs=1e-6)


def test_costs_of_all_stages_add_up_to_the_objective() -> None:
    first, second = two_stages()
    plan = solve_plan([first[0], second[0]], [first[1], second[1]])
    total = sum(stage.weight * decided_cost(plan, stage) for stage in plan.stages)
    assert total == pytest.approx(plan.objective, rel=1e-9)


def two_stages() -> tuple[tuple[PlanStage, Watch], tuple[PlanStage, Watch]]:
    later = Stage(name="2030", as_of=PARK.stages[0].as_of.replace(year=2030))
    cost = dataclasses.replace(wind_cost(100.0), price_year=2025, change_per_year=-0.03)
    park = with_(PARK, costs=(cost,), stages=(*PARK.stages, later))
    return (
        stage_with(park, SHARES, LOAD, weight=5.0),
        stage_with(park, SHARES, [80.0, 80.0, 80.0], stage=later, weight=10.0),
    )


def test_a_share_of_all_stages_is_that_of_the_least_one() -> None:
    first, second = two_stages()
    found = frontier([first[0], second[0]], [first[1], second[1]], RuleKind.GREEN_SHARE_MIN, points=6, tolerance=1e-9)
    for point in found.points[1:]:
        assert min(y.green_share_annual for y in point.years.values()) >= point.value - 1e-6
    slopes = [p.slope for p in found.points if p.solved]
    assert slopes == sorted(slopes)


def test_an_end_beyond_what_can_be_reached_says_what_can() -> None:
    small = dataclasses.replace(PARK.candidates[0], p_max_mw=100.0)
    stage, watch = three_hours(100.0, candidates=(small,))
    with pytest.raises(Infeasible, match=r"0\.8333 at most"):
        frontier([stage], [watch], RuleKind.GREEN_SHARE_MIN, until=0.95)


def test_an_end_that_the_cheapest_plan_goes_beyond_is_told() -> None:
    """At 300 a MW 50 MW of wind pay by themselves: 87.5 of 150 MWh."""
    stage, watch = three_hours(100.0)
    with pytest.raises(BadInput, match=r"goes beyond it by itself, to 0\.58333"):
        frontier([stage], [watch], RuleKind.GREEN_SHARE_MIN, until=0.5)
    for none in (math.nan, -1.0, 1.5, math.inf):
        with pytest.raises(BadInput, match="no value of a rule"):
            frontier([stage], [watch], RuleKind.GREEN_SHARE_MIN, until=none)


def test_a_share_of_no_load_is_no_frontier() -> None:
    """Without load any value is kept, so that no value is reached."""
    stage, watch = stage_with(with_(PARK, costs=(wind_cost(100.0),)), SHARES, [0.0, 0.0, 0.0])
    for kind in (RuleKind.GREEN_SHARE_MIN, RuleKind.GREEN_SHARE_PHYSICAL_MIN):
        with pytest.raises(BadInput, match="a share of nothing: the cheapest plan has no load_mwh"):
            frontier([stage], [watch], kind)


def test_what_no_optimum_knows_is_no_frontier() -> None:
    stage, watch = three_hours(100.0)
    with pytest.raises(BadInput, match="certificate_mwh"):
        frontier([stage], [watch], RuleKind.ALUMINIUM_CERTIFICATE_MIN)
    with pytest.raises(BadInput, match="2 or more"):
        frontier([stage], [watch], RuleKind.GREEN_SHARE_MIN, points=1)


def storage_park(per_mw_hour: float, storage_per_mwh: float) -> Park:
    bess = Storage(
        id="bess", bus="B", p_nom_mw=10, e_nom_mwh=20, efficiency_charge=0.9, efficiency_discharge=0.9, cost="b"
    )
    cost = Cost(id="b", capital_cost_per_mwh=8760 * storage_per_mwh * 20, lifetime_years=20)
    return with_(
        PARK,
        costs=(wind_cost(per_mw_hour), cost),
        storages=(bess,),
        candidates=(
            Candidate(id="more-wind", element="W", choice=Choice.BUILD, template=True, p_max_mw=300.0),
            Candidate(id="more-bess", element="bess", choice=Choice.BUILD, template=True, p_max_mw=500.0,
                      duration_min_h=0.5, duration_max_h=4.0),
        ),
    )  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(
    shares=st.lists(st.floats(0.0, 1.0), min_size=4, max_size=6),
    per_mw_hour=st.floats(20.0, 200.0),
    storage_per_mwh=st.floats(5.0, 200.0),
    where=st.floats(0.05, 0.95),
)
def test_no_frontier_is_above_its_chords_or_below_its_tangents(
    shares: Sequence[float], per_mw_hour: float, storage_per_mwh: float, where: float
) -> None:
    park = storage_park(per_mw_hour, storage_per_mwh)
    stage, watch = stage_with(park, {"more-wind": list(shares)}, [50.0] * len(shares))
    solve = partial(solve_plan, solver="simplex")
    found = frontier([stage], [watch], RuleKind.GREEN_SHARE_PHYSICAL_MIN, points=5, solve=solve)
    values = np.array([p.value for p in found.points])
    costs = np.array([p.objective for p in found.points])
    assert (np.diff(values) >= -1e-9).all()
    assert (np.diff(costs) >= -1e-6 * costs[:-1]).all()
    if len(values) < 3 or values[-1] - values[0] < 1e-3:
        return
    slopes = np.diff(costs) / np.maximum(np.diff(values), 1e-12)
    apart = np.diff(values) > 1e-4
    assert (np.diff(slopes[apart]) >= -1e-3 * np.abs(slopes[apart][1:]) - 1e-2).all()
    value = values[0] + where * (values[-1] - values[0])
    rule = Rule(id="share", kind=RuleKind.GREEN_SHARE_PHYSICAL_MIN, value=float(value), enforced=True)
    alone = solve([dataclasses.replace(stage, rules=(rule,))], [watch]).objective
    assert alone <= np.interp(value, values, costs) * (1 + 1e-6)
    least = max(p.bound + p.slope * (value - p.value) for p in found.points if p.solved)
    assert alone >= least - 1e-6 * abs(least)


def support(bound: float, flat: float, value: float, upper: float = 0.0) -> Support:
    """A bound that loses 2 per unit of value on a column between 0 and `upper` whose reduced cost is 1."""
    one = np.ones(1)
    return Support(
        value=value, bound=bound, flat=flat, reduced=one, per_value=-2.0 * one, lower=0.0 * one, upper=upper * one
    )


def test_what_moves_with_the_value_counts_at_its_worst_bound() -> None:
    """The column costs 1 at 0.5 and 1 - 2 x 0.5 = 0 at 1; at 2 it costs -2 and lies at its upper bound of 3."""
    found = support(10.0, 4.0, 0.5, upper=3.0)
    assert found.at(1.0) == pytest.approx(12.0)
    assert found.at(2.0) == pytest.approx(10.0 + 6.0 - 2.0 * 3.0)
    assert found.at(0.0) == pytest.approx(8.0)


def test_a_column_without_a_bound_proves_nothing_rather_than_anything() -> None:
    assert support(10.0, 4.0, 0.5, upper=np.inf).at(2.0) == -np.inf
    assert support(10.0, 4.0, 0.5, upper=np.inf).at(0.5) == pytest.approx(10.0)
    assert meeting(support(10.0, 0.0, 0.0), support(20.0, 40.0, 1.0)) == pytest.approx(0.75)


def test_two_optima_together_prove_more_than_each_alone() -> None:
    """A load between 0 and 10 that costs 1 and 2 per unit of the value: halfway the one counts it at its least, the
    other at its most. With a third of the other it costs nothing: 2/3 of 10 and 1/3 of 20."""
    nothing, ten = np.zeros(1), np.full(1, 10.0)
    one = Support(value=0.0, bound=10.0, flat=0.0, reduced=nothing, per_value=nothing + 1, lower=nothing, upper=ten)
    other = Support(value=1.0, bound=20.0, flat=0.0, reduced=nothing, per_value=nothing + 2, lower=nothing, upper=ten)
    assert (one.at(0.5), other.at(0.5)) == (10.0, 10.0)
    assert between_supports(one, other, 0.5) == pytest.approx(40 / 3, rel=1e-3)
    assert between_supports(one, other, 0.5) <= 40 / 3
    assert between_supports(one, other, 0.0) == pytest.approx(10.0, rel=1e-3)


def test_a_load_that_follows_the_wind_has_its_own_optimum_between_bound_and_chord() -> None:
    """Potlines of huolinguole take what the rule asks for: its rows move coefficients of thousands of columns."""
    wishes = PlanWishes(years=(2030,), export=False)
    days = {"start": date(2030, 3, 1), "end": date(2030, 3, 4)}
    _, made = settings_of(reference_park("huolinguole"), wishes, **days)
    stages, watches = stages_of(made, wishes, {}, None)
    found = frontier(stages, watches, RuleKind.GREEN_SHARE_PHYSICAL_MIN, points=7, tolerance=0.1)
    assert found.reach is not None and found.solves < 14
    ends = found.points[0].value, found.points[-1].value
    assert ends[1] == pytest.approx(ends[0] + 0.999 * (found.reach - ends[0]))
    between = [p for p in found.points if not p.solved]
    assert between and found.gap <= 0.1
    for point in (between[0], between[-1]):
        rule = Rule(id="frontier", kind=RuleKind.GREEN_SHARE_PHYSICAL_MIN, value=point.value, enforced=True)
        alone = solve_plan([dataclasses.replace(s, rules=(*s.rules, rule)) for s in stages], watches).objective
        assert point.bound <= alone * (1 + 1e-5)
        assert alone <= point.objective * (1 + 1e-5)
