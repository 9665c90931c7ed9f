"""Limits of branches with nothing out are kept, if need be by shedding load, whatever a load is worth."""

import dataclasses

import numpy as np
import pytest
from ahead_parks import park_of, window_of
from planted import LINE, TWO, grid

from holin.dispatch import dispatch_ahead
from holin.dispatch.explanations import explanations_of, in_full
from holin.dispatch.secure import kept_where_paid, paid_steps
from holin.dispatch.window import balance_price, branch_price, window_problem
from holin.park import Bus, Generator, Line, ParkFacts
from holin.tariff import Tariff

RATED_KA = 0.2
RATING = 3**0.5 * 110.0 * RATED_KA


def behind(circuits: int, voll: float, **more):
    """20 MW at A, and at B 30 MW more than so many circuits carry."""
    lines = tuple(dataclasses.replace(LINE, id=f"AB{k}", i_nom_ka=RATED_KA) for k in range(circuits))
    things = {
        **TWO, "lines": lines, "grids": (grid(import_max_mw=900.0, tariff="T"),),
        "tariffs": (Tariff(id="T", energy_price_per_mwh=300.0, demand_charge_per_mw_month=40_000.0),),
        "facts": ParkFacts(id="tiny", time_zone="UTC", voll_per_mwh=voll),
    }  # fmt: skip
    load = np.tile([20.0, circuits * RATING + 30.0], (4, 1))
    return window_of(park_of(**(things | more)), load, step_h=0.25)


@pytest.mark.parametrize("voll", [5_000.0, 50_000.0, 300_000.0])
@pytest.mark.parametrize("circuits", [1, 2, 4])
def test_load_is_shed_rather_than_a_circuit_overloaded(circuits, voll):
    """Each of n circuits carries 1/n of a MW: a MW shed relieves the one row that stands for all by so much."""
    made = dispatch_ahead(behind(circuits, voll))
    assert [(b.kind, b.element) for b in made.breaches] == [("load", "B")]
    assert made.breaches[0].amounts == pytest.approx([30.0] * 4, abs=1e-6)


def test_nothing_is_taken_from_nowhere_to_keep_a_limit():
    """Power missing in the balance has no place: it is dearer than any limit, so only load at B can give way."""
    window = behind(4, 300_000.0)
    limits = dispatch_ahead(window).limits
    prices = [branch_price(window, limit) for limit in limits]
    assert prices == pytest.approx([2.0 * 4 * 300_000.0])
    assert balance_price(window, prices) == pytest.approx(1.25 * prices[0])
    problem = window_problem(window, limits)
    (over,) = (c for name, c in problem.variables.items() if name.startswith("over."))
    assert problem.cost[problem.variables["missing.0"]].min() > problem.cost[over].max()


def must_run_behind(circuits, least_mw):
    """A generator at C that gives at least so much, no load, and so many circuits to B."""
    more = [
        Line(**{**vars(LINE), "id": f"BC{k}", "bus_from": "B", "bus_to": "C", "i_nom_ka": RATED_KA})
        for k in range(circuits)
    ]
    return behind(
        1, 50_000.0, buses=(*TWO["buses"], Bus(id="C", v_nom_kv=110.0)), lines=(LINE, *more),
        generators=(Generator(id="E", bus="C", p_min_mw=least_mw, p_nom_mw=least_mw + 10.0),),
    )  # fmt: skip


def test_a_limit_that_no_load_relieves_keeps_its_own_price():
    """What must run at C gives more than the line to it takes, and no load is there."""
    window = must_run_behind(1, RATING + 10.0)
    made = dispatch_ahead(window)
    assert [(b.kind, b.element) for b in made.breaches] == [("branch", "BC0")]
    assert made.breaches[0].amounts == pytest.approx([10.0] * 4, abs=1e-6)
    assert branch_price(window, made.limits[0]) == window.wishes.branch_per_mwh
    (told,) = explanations_of(made, cures=False)
    assert told.holds[0].kind != "branch" and f"its limit is {RATING:.4g} MW" in in_full(window, told)


def test_twins_keep_one_limit_where_it_is_broken():
    """One row stands for both circuits: the flow teaches neither a lower limit where it is paid for."""
    made = dispatch_ahead(must_run_behind(2, 2 * RATING + 10.0))
    (limit,) = made.limits
    assert {element for _, element in limit.stands_for} == {"BC0", "BC1"}
    paid, twins = paid_steps(made), ("BC0", "BC1")
    assert [paid["", name].tolist() for name in twins] == [[0, 1, 2, 3]] * 2
    before, lower = dict.fromkeys(twins, np.full(4, 30.0)), dict.fromkeys(twins, np.full(4, 25.0))
    assert all(kept.tolist() == [30.0] * 4 for kept in kept_where_paid(lower, before, paid, "").values())
