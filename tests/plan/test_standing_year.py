"""What a year of a plan pays for what stands: by hand, kept and retired, and the same as a run of the park says."""

import dataclasses
from datetime import date

import pytest
from plan_parks import HOURS, LIGNITE, PARK, coal, stage_with, with_

from holin.park import Candidate, Capital, CapitalKind, Choice, Cost
from holin.plan import PlanYear, plan_year, solve_plan
from holin.summary import capital_by_part

UPKEEP = 50_000.0


def year_with(fixed_per_mw_year: float) -> tuple[PlanYear, float]:
    """Return the year of a park with a coal unit that may be retired, and what is kept of it (MW).

    4 million per MW at prices of 2020, 2 % dearer a year, built in 2022: 40 MW x 4e6 x 1.02^2 / 20 years at no discount
    = 8,323,200 a year. Its power at 200 a MWh against 300 of the grid.
    """
    unit = coal("coal", 0.0, cost="coal", built=date(2022, 1, 1))
    cost = Cost(
        id="coal", capital_cost_per_mw=4e6, fixed_cost_per_mw_year=fixed_per_mw_year, lifetime_years=20,
        price_year=2020, change_per_year=0.02,
    )  # fmt: skip
    park = with_(
        PARK, fuels=(LIGNITE,), thermal_units=(unit,),
        costs=(cost,), wind_farms=(), candidates=(Candidate(id="stop", element="coal", choice=Choice.RETIRE),),
    )  # fmt: skip
    stage, watch = stage_with(park, {}, [50.0, 50.0])
    plan = solve_plan([stage], [watch])
    assert capital_by_part(stage.case.park, 1.0)["annuity_coal"] == pytest.approx(8_323_200.0)
    return plan_year(plan, stage), plan.sizes[stage.name].kept_mw["coal"]


def test_a_unit_that_stays_pays_its_upkeep_by_decision() -> None:
    year, kept_mw = year_with(UPKEEP)
    assert kept_mw == pytest.approx(40.0)
    assert year.standing_cost == pytest.approx(8_323_200.0 * 2 / HOURS)
    assert year.decided_cost == pytest.approx(40 * UPKEEP * 2 / HOURS + 2 * (40 * 200.0 + 10 * 300.0), rel=1e-6)


def test_a_unit_that_makes_way_is_owed_on_and_has_no_upkeep() -> None:
    year, kept_mw = year_with(1e9)
    assert kept_mw == pytest.approx(0.0, abs=1e-6)
    assert year.standing_cost == pytest.approx(8_323_200.0 * 2 / HOURS)
    assert year.decided_cost == pytest.approx(2 * 50 * 300.0, rel=1e-6)


def test_what_was_paid_beside_sources_stands_whatever_is_decided() -> None:
    """A circuit of 30 million over 30 years with 0.2 million a year, paid by an earlier plan: 1.2 million a year."""
    row = Capital(
        id="paid", kind=CapitalKind.NETWORK, capital_cost=30e6, lifetime_years=30.0, fixed_cost_per_year=2e5,
        built=date(2025, 1, 1),
    )  # fmt: skip
    park = with_(PARK, costs=(Cost(id="wind"),), candidates=(), wind_farms=(), capitals=(row,))
    stage, watch = stage_with(park, {}, [50.0, 50.0])
    year = plan_year(solve_plan([stage], [watch]), stage)
    assert year.standing_cost == pytest.approx(1.2e6 * 2 / HOURS)
    assert year.standing_cost == pytest.approx(sum(capital_by_part(stage.case.park, 2 / HOURS).values()))


def test_a_unit_that_cannot_make_way_pays_both() -> None:
    park = with_(
        PARK, costs=(Cost(id="wind", capital_cost_per_mw=1e6, fixed_cost_per_mw_year=UPKEEP, lifetime_years=20),),
        candidates=(), wind_farms=tuple(dataclasses.replace(w, p_nom_mw=10.0) for w in PARK.wind_farms),
    )  # fmt: skip
    stage, watch = stage_with(park, {"W": [0.5, 0.5]}, [50.0, 50.0])
    year = plan_year(solve_plan([stage], [watch]), stage)
    assert year.standing_cost == pytest.approx(10 * (1e6 / 20 + UPKEEP) * 2 / HOURS)
    assert year.standing_cost == pytest.approx(sum(capital_by_part(park, 2 / HOURS).values()))
