"""Whole-number problems against enumeration: the optimum, its bound, and prices with the integers held."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.errors import CheckFailed
from holin.kernel.highs import ProvenInfeasible, solve_linear
from holin.kernel.linear import LinearProblem, ProblemBuilder
from holin.kernel.mixed import solve_fixed, solve_mixed


def committed(load: list[float], cost: list[float], idle: list[float]) -> LinearProblem:
    """Units of 10 MW that run at 4 MW or more, or not at all; what is missing costs 100."""
    builder = ProblemBuilder()
    steps, units = len(load), len(cost)
    on = builder.add_variables("on", (steps, units), upper=1.0, cost=np.array(idle), integer=True)
    power = builder.add_variables("power", (steps, units), cost=np.array(cost))
    short = builder.add_variables("short", (steps,), cost=100.0)
    spill = builder.add_variables("spill", (steps,), cost=100.0)
    builder.add_rows("low", [(power, 1.0), (on, -4.0)], lower=0.0)
    builder.add_rows("high", [(power, 1.0), (on, -10.0)], upper=0.0)
    terms = [(power[:, k], 1.0) for k in range(units)]
    builder.add_rows("balance", [*terms, (short, 1.0), (spill, -1.0)], lower=load, upper=load)
    return builder.built()


def by_enumeration(load: list[float], cost: list[float], idle: list[float]) -> float:
    total = 0.0
    for need in load:
        best = np.inf
        for on in itertools.product((0, 1), repeat=len(cost)):
            used, rest = np.array(on) * 4.0, need
            rest -= used.sum()
            price = float(np.dot(used, cost) + np.dot(on, idle))
            for k in np.argsort(cost):
                more = min(max(rest, 0.0), 6.0 * on[k])
                price, rest = price + more * cost[k], rest - more
            best = min(best, price + 100.0 * abs(rest))
        total += best
    return total


figures = st.integers(min_value=1, max_value=30).map(float)


@settings(max_examples=60, deadline=None)
@given(st.lists(figures, min_size=1, max_size=4), st.lists(st.tuples(figures, figures), min_size=1, max_size=3))
def test_optimum_is_that_of_enumeration_and_the_bound_is_never_above_it(load, units):
    cost, idle = [c for c, _ in units], [i for _, i in units]
    problem, best = committed(load, cost, idle), by_enumeration(load, cost, idle)
    loose = solve_mixed(problem, mip_gap=0.05)
    exact = solve_mixed(problem, mip_gap=0.0)
    assert exact.objective == pytest.approx(best, rel=1e-7)
    assert loose.bound <= best * (1 + 1e-9) and loose.objective >= best * (1 - 1e-9)
    assert loose.mip_gap <= 0.05 + 1e-9 and exact.proven
    on = exact.linear.values[problem.variables["on"]]
    assert np.array_equal(on, np.round(on))


def test_prices_are_those_of_the_fixed_commitment():
    problem = committed([7.0], [3.0, 5.0], [1.0, 1.0])
    solved = solve_mixed(problem, mip_gap=0.0)
    assert solved.linear.row_duals[problem.rows["balance"]] == pytest.approx([3.0])


def test_a_start_saves_nothing_of_the_answer():
    problem = committed([7.0, 15.0], [3.0, 5.0], [1.0, 1.0])
    bad = np.zeros(len(problem.cost))
    assert solve_mixed(problem, start=bad, mip_gap=0.0).objective == solve_mixed(problem, mip_gap=0.0).objective


def test_relaxation_is_what_solve_linear_gives():
    problem = committed([2.0], [3.0], [1.0])
    assert solve_linear(problem).objective < solve_mixed(problem).objective


def test_no_point_is_said_to_be_proven_infeasible():
    builder = ProblemBuilder()
    x = builder.add_variables("x", (1,), upper=1.0, integer=True)
    builder.add_rows("half", [(x, 1.0)], lower=0.4, upper=0.6)
    with pytest.raises(ProvenInfeasible):
        solve_mixed(builder.built())


def test_a_point_that_is_not_whole_is_refused():
    problem = committed([7.0], [3.0], [1.0])
    with pytest.raises(CheckFailed, match="not whole"):
        solve_fixed(problem, np.full(len(problem.cost), 0.5))
