"""Two offers beside one thing: both add to what it carries, the cheaper first, by both solvers."""

import dataclasses

import pytest
from plan_parks import HOURS, PARK, stage_with, with_

from holin.park import Candidate, Choice, Cost, Park
from holin.plan import Plan, solve_plan

RATING_MVA = 3**0.5 * 110.0 * 0.1
LOAD = [50.0, 50.0]


def offers_beside(element: str) -> dict[str, tuple[Candidate, ...] | tuple[Cost, ...]]:
    """Return 10 MW (MVA) at 10 and 100 at 50 a MW and hour, beside one element."""
    return {
        "candidates": tuple(
            Candidate(id=id_, element=element, choice=Choice.BUILD, p_max_mw=most, cost=id_)
            for id_, most in (("cheap", 10.0), ("dear", 100.0))
        ),
        "costs": tuple(
            Cost(id=id_, capital_cost_per_mw=HOURS * 20 * price, lifetime_years=20)
            for id_, price in (("cheap", 10.0), ("dear", 50.0))
        ),
    }


def planned(park: Park, solver: str) -> Plan:
    stage, watch = stage_with(park, {}, LOAD)
    return solve_plan([stage], [watch], solver=solver)


@pytest.mark.parametrize("solver", ["staged", "simplex"])
def test_two_offers_widen_one_connection(solver: str) -> None:
    """20 MW stand, 50 are drawn: 10 more at 10 and 20 at 50, in two hours."""
    grid = dataclasses.replace(PARK.grids[0], import_max_mw=20.0)
    plan = planned(with_(PARK, grids=(grid,), wind_farms=(), **offers_beside("G")), solver)
    assert plan.sizes["2025"].mw == pytest.approx({"cheap": 10.0, "dear": 20.0}, abs=1e-4)
    assert plan.objective == pytest.approx(2 * (50 * 300.0 + 10 * 10.0 + 20 * 50.0), rel=1e-6)


@pytest.mark.parametrize("solver", ["staged", "simplex"])
def test_two_offers_widen_one_line(solver: str) -> None:
    """19.05 MVA stand and 50 MW go over the line."""
    line = dataclasses.replace(PARK.lines[0], i_nom_ka=0.1)
    plan = planned(with_(PARK, lines=(line,), wind_farms=(), **offers_beside("AB")), solver)
    more = 50.0 - RATING_MVA - 10.0
    assert plan.sizes["2025"].mw == pytest.approx({"cheap": 10.0, "dear": more}, abs=1e-4)
    assert plan.objective == pytest.approx(2 * (50 * 300.0 + 10 * 10.0 + more * 50.0), rel=1e-6)
