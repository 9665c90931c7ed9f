"""Plans whose optimum can be worked out by hand, by both solvers."""

import dataclasses
from datetime import date

import numpy as np
import pytest
from plan_parks import PARK, REFIT, STAGE, stage_with, wind_cost, with_

from holin.errors import Infeasible
from holin.park import Candidate, Choice, Cost, Grid, Stage, Storage
from holin.plan import SOLVERS, solve_plan
from holin.rules import Rule, RuleKind

SHARES = {"more-wind": [0.5, 1.0]}
LOAD = [50.0, 50.0]


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(("per_mw_hour", "built_mw"), [(250.0, 0.0), (100.0, 50.0), (60.0, 100.0)])
def test_wind_is_built_until_its_next_mw_no_longer_pays(solver: str, per_mw_hour: float, built_mw: float) -> None:
    """A MW earns 300 x (0.5 + 1) = 450 in two hours up to 50 MW, 150 up to 100 MW, then nothing."""
    stage, watch = stage_with(with_(PARK, costs=(wind_cost(per_mw_hour),)), SHARES, LOAD)
    plan = solve_plan([stage], [watch], solver=solver)
    assert plan.sizes["2025"].mw["more-wind"] == pytest.approx(built_mw, abs=1e-4)
    bought = {0.0: 100.0, 50.0: 25.0, 100.0: 0.0}[built_mw]
    assert plan.objective == pytest.approx(300.0 * bought + 2 * per_mw_hour * built_mw, rel=1e-7)
    assert 0 <= plan.gap < 1e-6


def test_a_storage_is_as_large_as_its_hours_ask_for() -> None:
    """Free wind of 100 MW in one hour of two: 50 MWh moved into the other one save 300 x 50."""
    bess = Storage(id="bess", bus="B", p_nom_mw=10, e_nom_mwh=20, efficiency_charge=1, efficiency_discharge=1, cost="b")
    park = with_(
        PARK,
        costs=(wind_cost(0.0), Cost(id="b", capital_cost_per_mw=20 * 8760 * 20.0, capital_cost_per_mwh=8760 * 200.0,
                                    lifetime_years=20)),
        storages=(bess,),
        candidates=(
            Candidate(id="more-wind", element="W", choice=Choice.BUILD, template=True, p_max_mw=100.0),
            Candidate(id="more-bess", element="bess", choice=Choice.BUILD, template=True, p_max_mw=500.0,
                      duration_min_h=0.5, duration_max_h=4.0),
        ),
    )  # fmt: skip
    stage, watch = stage_with(park, {"more-wind": [0.0, 1.0]}, LOAD)
    plan = solve_plan([stage], [watch])
    sizes = plan.sizes["2025"]
    assert sizes.mw["more-bess"] == pytest.approx(50.0, rel=1e-6)
    assert sizes.mwh["more-bess"] == pytest.approx(50.0, rel=1e-6)
    assert plan.objective == pytest.approx(2 * (50 * 20 + 50 * 10), rel=1e-6)


def test_power_and_energy_of_a_storage_may_be_of_any_size() -> None:
    """Free wind of 140 MW in one hour of three: the 50 MW and 50 MWh that can be charged then pay, or 4 MWh if no more
    may be built, and no more power than these need. The first size is 1 h of power, the element's own 2 h hold none."""
    bess = Storage(id="bess", bus="B", p_nom_mw=10, e_nom_mwh=20, efficiency_charge=1, efficiency_discharge=1, cost="b")
    park = with_(
        PARK,
        costs=(wind_cost(0.0), Cost(id="b", capital_cost_per_mw=8760 * 10.0, capital_cost_per_mwh=8760 * 1.0)),
        storages=(bess,),
        candidates=(
            Candidate(id="more-wind", element="W", choice=Choice.BUILD, template=True, p_max_mw=140.0),
            Candidate(id="more-bess", element="bess", choice=Choice.BUILD, template=True, p_max_mw=50.0,
                      e_max_mwh=100.0),
        ),
    )  # fmt: skip
    stage, watch = stage_with(park, {"more-wind": [0.0, 1.0, 0.0]}, [50.0, 50.0, 50.0])
    sizes = solve_plan([stage], [watch]).sizes["2025"]
    assert (sizes.mw["more-bess"], sizes.mwh["more-bess"]) == pytest.approx((50.0, 50.0), rel=1e-6)
    small = [dataclasses.replace(c, e_max_mwh=4.0) if c.id == "more-bess" else c for c in park.candidates]
    stage, watch = stage_with(with_(park, candidates=tuple(small)), {"more-wind": [0.0, 1.0, 0.0]}, [50.0, 50.0, 50.0])
    sizes = solve_plan([stage], [watch]).sizes["2025"]
    assert (sizes.mw["more-bess"], sizes.mwh["more-bess"]) == pytest.approx((4.0, 4.0), rel=1e-6)


def test_a_line_is_widened_where_wind_behind_it_pays_for_it() -> None:
    """The load stands at A: wind of B beyond the line's 190.5 MVA needs more of it."""
    park = with_(
        PARK,
        loads=(dataclasses.replace(PARK.loads[0], bus="A"),),
        grids=(dataclasses.replace(PARK.grids[0], import_max_mw=500.0),),
        costs=(wind_cost(50.0), Cost(id="line", capital_cost_per_mw=8760 * 20 * 100.0, lifetime_years=20)),
        candidates=(
            *PARK.candidates,
            Candidate(id="wider", element="AB", choice=Choice.BUILD, p_max_mw=300.0, cost="line"),
        ),
    )
    stage, watch = stage_with(park, {"more-wind": [1.0, 1.0]}, [400.0, 400.0])
    plan = solve_plan([stage], [watch])
    rating = np.sqrt(3) * 110.0 * 1.0
    assert plan.sizes["2025"].mw["more-wind"] == pytest.approx(400.0, rel=1e-6)
    assert plan.sizes["2025"].mw["wider"] == pytest.approx(400.0 - rating, rel=1e-5)
    assert plan.solves > 1


@pytest.mark.parametrize(("per_mw_hour", "refitted_mw"), [(40.0, 40.0), (60.0, 0.0)])
def test_a_unit_is_refitted_where_running_lower_pays(per_mw_hour: float, refitted_mw: float) -> None:
    """Full wind: the unit that must run burns 30 MW for nothing, refitted 10: 100 an hour and MW of unit."""
    costs = (wind_cost(0.0), Cost(id="coal"), Cost(id="refit", capital_cost_per_mw=per_mw_hour * 2.0 * 8760 * 20,
                                                   lifetime_years=20))  # fmt: skip
    stage, watch = stage_with(with_(REFIT, costs=costs), {"W": [1.0, 1.0]}, LOAD)
    plan = solve_plan([stage], [watch])
    assert plan.sizes["2025"].mw["deep"] == pytest.approx(refitted_mw, abs=1e-4)
    assert plan.sizes["2025"].kept_mw["coal"] == pytest.approx(40.0 - refitted_mw, abs=1e-4)


def test_a_unit_that_earns_less_than_its_upkeep_is_retired() -> None:
    park = with_(
        REFIT,
        costs=(wind_cost(0.0), Cost(id="coal", fixed_cost_per_mw_year=8760 * 10.0)),
        candidates=(Candidate(id="stop", element="coal", choice=Choice.RETIRE),),
        thermal_units=REFIT.thermal_units[:1],
    )
    stage, watch = stage_with(park, {"W": [1.0, 1.0]}, LOAD)
    assert solve_plan([stage], [watch]).sizes["2025"].kept_mw["coal"] == pytest.approx(0.0, abs=1e-4)


def test_a_tie_is_widened_where_load_cannot_be_served_otherwise() -> None:
    park = with_(
        PARK,
        costs=(wind_cost(1e5), Cost(id="tie", capital_cost_per_mw=8760 * 20 * 10.0, lifetime_years=20)),
        grids=(Grid(id="G", bus="A", sk_max_mva=5000.0, import_max_mw=30.0, tariff="T"),),
        candidates=(*PARK.candidates, Candidate(id="tie", element="G", choice=Choice.BUILD, p_max_mw=50.0, cost="tie")),
    )
    stage, watch = stage_with(park, SHARES, [50.0, 40.0])
    assert solve_plan([stage], [watch]).sizes["2025"].mw["tie"] == pytest.approx(20.0, rel=1e-5)


def test_a_rule_costs_what_its_shadow_price_says() -> None:
    """75 % green of 100 MWh: the first 50 MW give it; 80 % needs 5 MWh more, of 10 MW that give 0.5 each."""
    rule = Rule(id="share", kind=RuleKind.GREEN_SHARE_MIN, value=0.8, enforced=True)
    stage, watch = stage_with(with_(PARK, costs=(wind_cost(100.0),), rules=(rule,)), SHARES, LOAD)
    plan = solve_plan([stage], [watch])
    assert plan.sizes["2025"].mw["more-wind"] == pytest.approx(60.0, rel=1e-6)
    per_mwh = (2 * 100.0 - 0.5 * 300.0) / 0.5
    assert 1e-3 * float(plan.dual("2025:rule.share")[0]) == pytest.approx(per_mwh, rel=1e-5)


def test_no_plan_is_said_to_be_none() -> None:
    rule = Rule(id="all", kind=RuleKind.GREEN_SHARE_MIN, value=1.0, enforced=True)
    small = dataclasses.replace(PARK.candidates[0], p_max_mw=20.0)
    stage, watch = stage_with(with_(PARK, costs=(wind_cost(1.0),), rules=(rule,), candidates=(small,)), SHARES, LOAD)
    with pytest.raises(Infeasible):
        solve_plan([stage], [watch])


def test_stages_wait_for_the_cheaper_price_and_keep_their_budgets() -> None:
    """The load grows from 50 to 100; wind is cheaper later, and a budget allows 30 MW at the first stage."""
    later = Stage(name="2030", as_of=date(2030, 12, 31))
    cost = Cost(id="wind", capital_cost_per_mw=100.0 * 8760 * 20, lifetime_years=20, price_year=2025,
                change_per_year=-0.03)  # fmt: skip
    park = with_(PARK, costs=(cost,), stages=(STAGE, later))
    budget = 30.0 * 100.0 * 8760 * 20
    first = stage_with(park, SHARES, LOAD, weight=5.0, investment_max=budget)
    second = stage_with(park, SHARES, [100.0, 100.0], stage=later, weight=10.0)
    plan = solve_plan([first[0], second[0]], [first[1], second[1]])
    assert plan.sizes["2025"].built_mw["more-wind"] == pytest.approx(30.0, rel=1e-5)
    assert plan.sizes["2030"].mw["more-wind"] == pytest.approx(100.0, rel=1e-5)
    assert plan.sizes["2030"].built_mw["more-wind"] == pytest.approx(70.0, rel=1e-5)
    price = [100.0, 100.0 * 0.97**5]
    capital = 2 * (15.0 * 30.0 * price[0] + 10.0 * 70.0 * price[1])
    bought = 5.0 * (35.0 + 20.0) + 10.0 * (50.0 + 0.0)
    assert plan.objective == pytest.approx(capital + 300.0 * bought, rel=1e-6)
