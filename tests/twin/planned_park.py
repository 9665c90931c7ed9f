"""The example park with something to build, planned for two days."""

from __future__ import annotations

import dataclasses
from datetime import date

from holin.park import Candidate, Choice, Cost, FinanceTerms, Park
from holin.parkfile import example_park
from holin.plan import PlanWishes
from holin.twin.plan import Planned, plan

YEAR = 2028
DAYS = {"start": date(2028, 3, 2), "end": date(2028, 3, 4)}


def park_to_plan() -> Park:
    """Return the example park with wind, storage and a circuit on offer, a CO2 price, and terms of finance."""
    park = example_park("example")
    costs = (
        Cost(
            id="cost-new-wind", capital_cost_per_mw=4.5e6, fixed_cost_per_mw_year=9e4, marginal_cost_per_mwh=5.0,
            lifetime_years=20.0, price_year=2025, change_per_year=-0.02,
        ),
        Cost(id="cost-line", capital_cost_per_mw=2e4, fixed_cost_per_mw_year=300.0, lifetime_years=30.0),
    )  # fmt: skip
    choices = (
        Candidate(
            id="more-wind", name="More wind", name_zh="新建风电", element="wind-1", choice=Choice.BUILD, p_min_mw=60.0,
            p_max_mw=120.0, unit_mw=5.0, cost="cost-new-wind",
        ),
        Candidate(
            id="more-battery", name="More storage", name_zh="新建储能", element="battery-1", choice=Choice.BUILD,
            p_min_mw=5.0, p_max_mw=40.0,
        ),
        Candidate(
            id="more-line", element="l-wind-1", choice=Choice.BUILD, p_min_mw=10.0, p_max_mw=200.0, cost="cost-line"
        ),
    )  # fmt: skip
    terms = FinanceTerms(id="terms", loan_share=0.7, loan_rate=0.04, vat_rate_investment=0.11, vat_rate_costs=0.09)
    facts = dataclasses.replace(park.facts, co2_price_per_t=60.0)
    return dataclasses.replace(
        park, facts=facts, costs=(*park.costs, *costs), candidates=choices, finances=(terms,)
    )  # fmt: skip


def planned_example() -> Planned:
    """Return the plan of two days of a windy March."""
    return plan(park_to_plan(), PlanWishes(years=(YEAR,)), **DAYS)
