"""What a MW earns, against parks whose prices are known by hand and against its cost wherever its size is open."""

import dataclasses
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_parks import PARK, REFIT, STAGE, stage_with, wind_cost, with_

from holin.park import Candidate, Choice, Cost, Grid, Park, Stage, Storage
from holin.plan import solve_plan
from holin.plan.value import Standing, Worth, worths_of
from holin.rules import Rule, RuleKind

SHARES = {"more-wind": [0.5, 1.0]}
LOAD = [50.0, 50.0]
YEARS = 2.0 / 8760.0


def worth_of(park: Park, shares: dict[str, list[float]], load: list[float], offer: str = "more-wind") -> Worth:
    stage, watch = stage_with(park, shares, load)
    return next(w for w in worths_of(solve_plan([stage], [watch])) if w.offer == offer)


def test_wind_that_is_not_built_says_what_it_would_earn() -> None:
    """450 in two hours of 2 x 250 that it costs: it pays from nine tenths of its capital cost or 10/9 of the price."""
    worth = worth_of(with_(PARK, costs=(wind_cost(250.0),)), SHARES, LOAD)
    assert worth.standing is Standing.NONE
    assert worth.earns * YEARS == pytest.approx(450.0, rel=1e-5)
    assert worth.costs * YEARS == pytest.approx(500.0)
    assert worth.gain * YEARS == pytest.approx(-50.0, rel=1e-4)
    assert worth.pays_from_investment == pytest.approx(0.9 * 250.0 * 8760 * 20, rel=1e-5)
    assert worth.pays_from_import_factor == pytest.approx(10.0 / 9.0, rel=1e-5)
    assert worth.income.sel(limit="import").values * YEARS == pytest.approx([150.0, 300.0], rel=1e-5)


def test_the_capital_cost_from_which_it_pays_is_the_one_at_which_it_is_built() -> None:
    for factor, built in ((0.99, True), (1.01, False)):
        stage, watch = stage_with(with_(PARK, costs=(wind_cost(225.0 * factor),)), SHARES, LOAD)
        plan = solve_plan([stage], [watch])
        assert (plan.sizes["2025"].mw["more-wind"] > 1.0) is built


def test_wind_at_its_limit_says_what_a_further_mw_is_worth() -> None:
    small = with_(PARK, costs=(wind_cost(100.0),), candidates=(dataclasses.replace(PARK.candidates[0], p_max_mw=20.0),))
    worth = worth_of(small, SHARES, LOAD)
    assert worth.standing is Standing.ALL
    assert worth.gain * YEARS == pytest.approx(450.0 - 200.0, rel=1e-5)


def test_the_last_mw_of_wind_earns_its_cost_and_is_curtailed_in_the_hour_of_plenty() -> None:
    """At 100 MW the first hour is just met and the second curtailed: 0.5 MW earn 120 of 2 x 60 there."""
    park = with_(PARK, costs=(wind_cost(60.0),))
    stage, watch = stage_with(park, {"more-wind": [0.5, 1.0]}, [50.0, 40.0])
    worth = worths_of(solve_plan([stage], [watch]))[0]
    assert worth.standing is Standing.BETWEEN
    assert worth.earns == pytest.approx(worth.costs, rel=1e-5)
    assert worth.source is not None
    assert worth.source.taken.tolist() == [True, False]


def test_a_green_rule_pays_wind_what_import_does_not() -> None:
    rule = Rule(id="share", kind=RuleKind.GREEN_SHARE_MIN, value=0.8, enforced=True)
    worth = worth_of(with_(PARK, costs=(wind_cost(100.0),), rules=(rule,)), SHARES, LOAD)
    by_limit = worth.income.sum("time") * YEARS
    assert float(by_limit.sel(limit="rule.share")) == pytest.approx(50.0, rel=1e-4)
    assert float(by_limit.sel(limit="import")) == pytest.approx(150.0, rel=1e-4)
    assert worth.gain * YEARS == pytest.approx(0.0, abs=1e-2)


def storage_park(mw_hour: float, mwh_hour: float) -> Park:
    bess = Storage(id="bess", bus="B", p_nom_mw=10, e_nom_mwh=20, efficiency_charge=1, efficiency_discharge=1, cost="b")
    cost = Cost(id="b", capital_cost_per_mw=20 * 8760 * mw_hour, capital_cost_per_mwh=20 * 8760 * mwh_hour,
                lifetime_years=20)  # fmt: skip
    more = Candidate(id="more-bess", element="bess", choice=Choice.BUILD, template=True, p_max_mw=500.0,
                     duration_min_h=0.5, duration_max_h=4.0)  # fmt: skip
    wind = dataclasses.replace(PARK.candidates[0], p_max_mw=100.0)
    return with_(PARK, costs=(wind_cost(0.0), cost), storages=(bess,), candidates=(wind, more))


@pytest.mark.parametrize("mw_hour", [20.0, 200.0])
def test_a_storage_earns_what_a_moved_mwh_saves_whether_it_is_built_or_not(mw_hour: float) -> None:
    """A MW with a MWh moves free wind to an hour of import at 300, for 2 x (its cost + 10)."""
    worth = worth_of(storage_park(mw_hour, 10.0), {"more-wind": [0.0, 1.0]}, LOAD, "more-bess")
    assert worth.standing is (Standing.NONE if mw_hour == 200.0 else Standing.BETWEEN)
    assert worth.mwh_per_mw == pytest.approx(1.0, rel=1e-5)
    built = 2 * (mw_hour + 10.0)
    assert worth.costs * YEARS == pytest.approx(built, rel=1e-5)
    assert worth.earns * YEARS == pytest.approx(300.0 if mw_hour == 200.0 else built, rel=1e-4)


def test_a_tie_earns_what_the_load_behind_it_would_pay() -> None:
    tie = Candidate(id="tie", element="G", choice=Choice.BUILD, p_max_mw=50.0, cost="tie")
    park = with_(
        PARK,
        costs=(wind_cost(1e5), Cost(id="tie", capital_cost_per_mw=8760 * 20 * 10.0, lifetime_years=20)),
        grids=(Grid(id="G", bus="A", sk_max_mva=5000.0, import_max_mw=30.0, tariff="T"),),
        candidates=(*PARK.candidates, tie),
    )
    worth = worth_of(park, SHARES, [50.0, 40.0], "tie")
    assert worth.gain == pytest.approx(0.0, abs=1e-4 * worth.costs)
    assert worth.income.sel(limit="tie_import.G").values * YEARS == pytest.approx([20.0, 0.0], abs=1e-2)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    wind=st.floats(5.0, 300.0),
    store=st.floats(1.0, 60.0),
    share=st.sampled_from([0.0, 0.6]),
)
def test_where_a_size_is_open_a_mw_earns_what_it_costs(seed: int, wind: float, store: float, share: float) -> None:
    """Complementary slackness: earned = cost between the limits, no more at nothing, no less at all."""
    random = np.random.default_rng(seed)
    rules = (Rule(id="share", kind=RuleKind.GREEN_SHARE_MIN, value=share, enforced=True),) if share else ()
    park = storage_park(store, 0.3 * store)
    park = with_(park, costs=(wind_cost(wind), park.costs[1]), rules=rules)
    stage, watch = stage_with(park, {"more-wind": random.uniform(0.0, 1.0, 24).tolist()},
                              random.uniform(10.0, 60.0, 24).tolist())  # fmt: skip
    plan = solve_plan([stage], [watch])
    for worth in worths_of(plan):
        near = 1e-3 * worth.costs
        match worth.standing:
            case Standing.BETWEEN:
                assert worth.gain == pytest.approx(0.0, abs=near)
            case Standing.NONE:
                assert worth.gain <= near
            case Standing.ALL:
                assert worth.gain >= -near
        reduced = -float(
            plan.solution.linear.column_duals[plan.problem.linear.variables[f"2025:size.{worth.offer}"]][0]
        )
        if worth.standing is Standing.ALL and worth.table != "storage":
            assert worth.gain * 24 / 8760 == pytest.approx(reduced, abs=near)


@pytest.mark.parametrize("per_mw_hour", [40.0, 60.0])
def test_a_refit_earns_what_running_lower_saves_whether_it_is_done_or_not(per_mw_hour: float) -> None:
    """Full wind: each MW of unit burns three quarters of a MW for nothing, refitted a quarter, at 200 a MWh."""
    costs = (wind_cost(0.0), Cost(id="coal"), Cost(id="refit", capital_cost_per_mw=per_mw_hour * 2.0 * 8760 * 20,
                                                   lifetime_years=20))  # fmt: skip
    worth = worth_of(with_(REFIT, costs=costs), {"W": [1.0, 1.0]}, LOAD, "deep")
    assert worth.standing is (Standing.ALL if per_mw_hour == 40.0 else Standing.NONE)
    assert worth.costs * YEARS == pytest.approx(4 * per_mw_hour)
    assert worth.earns * YEARS == pytest.approx(200.0, rel=1e-4)


def test_a_unit_that_may_be_retired_earns_what_it_saves_beside_its_upkeep() -> None:
    """Kept, a MW burns three quarters of a MWh at 200 in each of two hours for nothing, beside its upkeep of 10."""
    park = with_(
        REFIT,
        costs=(wind_cost(0.0), Cost(id="coal", fixed_cost_per_mw_year=8760 * 10.0)),
        candidates=(Candidate(id="stop", element="coal", choice=Choice.RETIRE),),
        thermal_units=REFIT.thermal_units[:1],
    )
    worth = worth_of(park, {"W": [1.0, 1.0]}, LOAD, "stop")
    assert worth.standing is Standing.NONE
    assert worth.costs * YEARS == pytest.approx(20.0)
    assert worth.earns * YEARS == pytest.approx(-300.0, rel=1e-4)


def test_over_stages_a_mw_earns_its_cost_for_as_long_as_it_stands_and_a_budget_takes_the_rest() -> None:
    later = Stage(name="2030", as_of=date(2030, 12, 31))
    park = with_(PARK, costs=(wind_cost(100.0),), stages=(STAGE, later))
    budget = 30.0 * 100.0 * 8760 * 20
    first = stage_with(park, SHARES, LOAD, weight=5.0, investment_max=budget)
    second = stage_with(park, SHARES, [100.0, 100.0], stage=later, weight=10.0)
    early, late = worths_of(solve_plan([first[0], second[0]], [first[1], second[1]]))
    assert early.earns * YEARS == pytest.approx(450.0, rel=1e-4)
    assert late.earns * YEARS == pytest.approx(200.0, rel=1e-4)
    assert early.life_earns * YEARS == pytest.approx((5.0 * 450.0 + 10.0 * 200.0) / 15.0, rel=1e-4)
    assert early.budget * YEARS == pytest.approx((5.0 * 450.0 + 10.0 * 200.0) / 15.0 - 200.0, rel=1e-4)
    assert early.gain == pytest.approx(0.0, abs=1e-4 * early.costs)
    assert late.gain == pytest.approx(0.0, abs=1e-4 * late.costs)


def two_stages(early_load: list[float], later_load: list[float], per_mw_hour: float) -> tuple[Worth, Worth]:
    """What a MW of wind is worth in 2025 and 2030, 20 MW on offer, its cost a fifth of today's in 2030."""
    later = Stage(name="2030", as_of=date(2030, 12, 31))
    cost = dataclasses.replace(wind_cost(per_mw_hour), price_year=2025, change_per_year=0.2**0.2 - 1.0)
    small = dataclasses.replace(PARK.candidates[0], p_max_mw=20.0)
    park = with_(PARK, costs=(cost,), stages=(STAGE, later), candidates=(small,))
    first = stage_with(park, SHARES, early_load, weight=1.0)
    second = stage_with(park, SHARES, later_load, stage=later, weight=10.0)
    early, late = worths_of(solve_plan([first[0], second[0]], [first[1], second[1]]))
    return early, late


def test_what_pays_and_is_not_built_takes_the_place_of_what_is_built_later() -> None:
    """A MW of 2025 earns 450 and costs 400; all 20 MW wait for 2030, when they earn as much and cost 80."""
    early, late = two_stages(LOAD, LOAD, 200.0)
    assert early.standing is Standing.NONE
    assert (early.full_at, late.full_at) == ("2030", None)
    assert early.gain * YEARS == pytest.approx(450.0 - 400.0, rel=1e-3)
    assert late.standing is Standing.ALL
    assert late.gain * YEARS == pytest.approx(450.0 - 80.0, rel=1e-3)
