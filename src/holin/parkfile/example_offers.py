"""What a new park offers its planner: more wind, PV and storage beside what stands, at assumed costs."""

from __future__ import annotations

from typing import Any

from holin.columns import Basis
from holin.park import Candidate, Choice, Cost

ASSUMED: dict[str, Any] = {"basis": Basis.ASSUMED, "reference": "an example; replace it by your own figure"}

COSTS_TO_BUILD = (
    Cost(
        id="cost-wind-new", name="Onshore wind, to be built", name_zh="新建陆上风电", capital_cost_per_mw=4.6e6,
        fixed_cost_per_mw_year=69_000.0, lifetime_years=25.0, **ASSUMED,
    ),
    Cost(
        id="cost-pv-new", name="Fixed PV, to be built", name_zh="新建固定式光伏", capital_cost_per_mw=2.48e6,
        fixed_cost_per_mw_year=39_700.0, lifetime_years=25.0, **ASSUMED,
    ),
    Cost(
        id="cost-battery-new", name="Lithium-ion storage, to be built", name_zh="新建锂电储能",
        capital_cost_per_mw=350_000.0, capital_cost_per_mwh=450_000.0, fixed_cost_per_mw_year=20_000.0,
        lifetime_years=15.0, **ASSUMED,
    ),
)  # fmt: skip
"""As the reference park huolinguole has them, without their change from year to year."""


def example_offers() -> tuple[Candidate, ...]:
    """Return the candidates of the example park.

    They name what stands, and no template: whoever deletes such a row takes back an offer, where a template without
    its row would stand.
    """
    return (
        Candidate(
            id="more-wind", name="More wind", name_zh="增建风电", element="wind-1", choice=Choice.BUILD, p_max_mw=100.0,
            cost="cost-wind-new", **ASSUMED,
        ),
        Candidate(
            id="more-pv", name="More PV", name_zh="增建光伏", element="pv-1", choice=Choice.BUILD, p_max_mw=60.0,
            cost="cost-pv-new", **ASSUMED,
        ),
        Candidate(
            id="more-battery", name="More storage of 2-4 h", name_zh="增建2-4小时储能", element="battery-1",
            choice=Choice.BUILD, p_max_mw=40.0, duration_min_h=2.0, duration_max_h=4.0, cost="cost-battery-new",
            **ASSUMED,
        ),
    )  # fmt: skip
