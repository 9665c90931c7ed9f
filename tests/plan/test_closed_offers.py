"""What was built of an offer stands on after it has closed, and costs as long as it stands."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from plan_parks import PARK, STAGE, stage_with, wind_cost, with_

from holin.park import Stage
from holin.plan import solve_plan

SHARES, LOAD = {"more-wind": [0.5, 1.0]}, [50.0, 50.0]
LATER = Stage(name="2030", as_of=date(2030, 12, 31))
CLOSING = dataclasses.replace(PARK.candidates[0], retired=date(2028, 1, 1))
SOON_CLOSED = with_(PARK, costs=(wind_cost(100.0),), stages=(STAGE, LATER), candidates=(CLOSING,))


def test_an_offer_that_has_closed_is_built_no_more_but_stands() -> None:
    """A MW costs 200 in two hours of each year and earns 450: 50 MW at once, and still 50 MW after the closing."""
    first = stage_with(SOON_CLOSED, SHARES, LOAD, weight=5.0)
    second = stage_with(SOON_CLOSED, SHARES, LOAD, stage=LATER, weight=10.0, closed=(CLOSING,))
    plan = solve_plan([first[0], second[0]], [first[1], second[1]])
    assert plan.sizes["2025"].built_mw["more-wind"] == pytest.approx(50.0, rel=1e-5)
    assert plan.sizes["2030"].mw["more-wind"] == pytest.approx(50.0, rel=1e-5)
    assert plan.sizes["2030"].built_mw["more-wind"] == pytest.approx(0.0, abs=1e-6)
    assert plan.objective == pytest.approx(15.0 * (300.0 * 25.0 + 2 * 100.0 * 50.0), rel=1e-6)


def test_where_nothing_of_it_stands_later_it_costs_nothing_later() -> None:
    first, second = (
        stage_with(SOON_CLOSED, SHARES, LOAD, weight=5.0),
        stage_with(SOON_CLOSED, SHARES, LOAD, stage=LATER, weight=10.0),
    )
    assert second[0].offers == ()
    plan = solve_plan([first[0], second[0]], [first[1], second[1]])
    assert plan.objective == pytest.approx(5.0 * (300.0 * 25.0 + 2 * 100.0 * 50.0) + 10.0 * 300.0 * 100.0, rel=1e-6)
