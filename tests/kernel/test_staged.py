"""Staged problems: the layout found, the optimum that of HiGHS, the bound one that holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from staged_problems import staged_problem

from holin.kernel.highs import ProvenInfeasible, solve_linear
from holin.kernel.linear import ProblemBuilder
from holin.kernel.staged import (
    NotStaged,
    certified_bound,
    implied_bounds,
    interior,
    layout_of,
    solve,
    solve_staged,
    system,
)
from holin.kernel.staged.interior import solve_interior
from holin.kernel.staged.layout import BESIDE
from holin.kernel.staged.seating import seating_of
from holin.kernel.staged.system import StagedSystem

OWN = "Holin staged interior point"


# ---- layout ------------------------------------------------------------------------------------------------------


def test_every_hour_has_its_columns_and_rows_and_the_border_what_all_share():
    problem = staged_problem(1, 48)
    layout = layout_of(problem, 48)
    stage = {name: layout.column_stage[columns] for name, columns in problem.variables.items()}
    assert (stage["unit"] == np.arange(48)[:, None]).all()
    assert (stage["capacity"] == BESIDE).all() and (stage["peak"] == BESIDE).all()
    assert stage["held"][:-1].tolist() == list(range(47)) and stage["held"][-1] == BESIDE  # the ring goes through it
    rows = {name: layout.row_stage[numbers] for name, numbers in problem.rows.items()}
    assert rows["ramp"][:, 0].tolist() == list(range(1, 48)) and rows["held.first"].tolist() == [0]
    assert rows["green"].tolist() == [BESIDE]
    kinds = layout.column_kind[problem.variables["unit"]]
    assert (kinds == kinds[0]).all() and kinds[0, 0] != kinds[0, 1]


def test_columns_of_some_hours_belong_to_these():
    builder = ProblemBuilder()
    x = builder.add_variables("x", (30,), upper=1.0)
    some = builder.add_variables("some", (4,), upper=1.0)
    at = np.array([3, 5, 6, 29])
    builder.add_rows("row", [(x[at], 1.0), (some, 1.0)], lower=1.0)
    layout = layout_of(builder.built(), 30)
    assert layout.column_stage[some].tolist() == at.tolist() and layout.row_stage.tolist() == at.tolist()


def test_what_joins_all_hours_with_all_is_no_staged_problem():
    builder = ProblemBuilder()
    x = builder.add_variables("x", (800,), upper=1.0)
    window = (np.arange(800)[:, None] + np.arange(24)[None, :]) % 800
    for k in range(700):
        builder.add_sum(f"row.{k}", [(x[window[k]], 1.0)], lower=1.0)
    with pytest.raises(NotStaged, match="join distant stages"):
        layout_of(builder.built(), 800)


# ---- the system --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("steps", "teams"), [(24, 1), (25, 1), (47, 1), (64, 1), (64, 2), (99, 3), (100, 4)])
def test_the_factor_solves_the_whole_system(steps: int, teams: int):
    problem = staged_problem(3, steps)
    whole = StagedSystem(matrix=problem.matrix, layout=layout_of(problem, steps), teams=teams)
    rng = np.random.default_rng(0)
    m, n = problem.matrix.shape
    theta, sigma = rng.lognormal(0.0, 3.0, n), np.where(rng.random(m) < 0.5, 0.0, rng.lognormal(0.0, 3.0, m))
    whole.factorise(theta, sigma)
    p, q = rng.normal(size=n), rng.normal(size=m)
    x, y = whole.solve(p, q)
    dense = np.block([[-np.diag(theta), problem.matrix.toarray().T], [problem.matrix.toarray(), np.diag(sigma)]])
    assert np.abs(dense @ np.concatenate([x, y]) - np.concatenate([p, q])).max() < 1e-8


# ---- the optimum -------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10_000), steps=st.integers(24, 90), ring=st.booleans(), budget=st.booleans(), free=st.booleans()
)
def test_it_is_that_of_highs_and_its_bound_holds(seed: int, steps: int, ring: bool, budget: bool, free: bool):
    problem = staged_problem(seed, steps, ring=ring, budget=budget, free=free)
    best = solve_linear(problem)
    found = solve_staged(problem, steps)
    assert found.linear.solver == OWN
    assert found.linear.objective == pytest.approx(best.objective, rel=1e-6)
    assert found.bound <= best.objective * (1 + 1e-9) and found.gap < 1e-6 and found.row_error < 1e-7
    values = found.linear.values
    assert (values >= problem.lower).all() and (values <= problem.upper).all()


def test_a_factor_that_lost_its_digits_is_made_anew(monkeypatch: pytest.MonkeyPatch):
    """With next to nothing beside its pivots a factor is no number; it is made anew with more, and only so."""
    problem = staged_problem(770, 96)
    monkeypatch.setattr(system, "REGULAR_COLUMN", 1e-40)
    monkeypatch.setattr(system, "REGULAR_ROW", 1e-40)
    monkeypatch.setattr(system, "FIRMEST", 1.0)
    lost = solve_interior(*seating_of(problem, 96).seated(problem))
    monkeypatch.setattr(system, "FIRMEST", 1e40)
    found = solve_interior(*seating_of(problem, 96).seated(problem))
    assert found.converged and not lost.converged


@pytest.mark.parametrize(("seed", "steps", "ring"), [(770, 35, True), (770, 35, False)])
def test_a_step_that_loses_its_digits_ends_the_search_at_the_best_point(seed: int, steps: int, ring: bool):
    problem = staged_problem(seed, steps, ring=ring)
    found = solve_staged(problem, steps)
    assert found.linear.solver == OWN and found.gap < 1e-6 and found.linear.iterations < 20


def test_a_search_goes_on_while_its_products_fall(monkeypatch: pytest.MonkeyPatch):
    """Rows may be missed by more for many steps where some unknowns are stopped on the way: that is no stall."""
    problem, told, begun = staged_problem(12, 60), interior.measure, []

    def missing_rows(*asked: object) -> tuple[float, ...]:
        products, primal, dual, rows, duals = told(*asked)
        begun.append(products)
        return products, primal, dual, rows + (1e9 * len(begun) if len(begun) < 12 else 0.0), duals

    monkeypatch.setattr(interior, "measure", missing_rows)
    monkeypatch.setattr(interior, "STALLED_AFTER", 4)
    assert solve_interior(*seating_of(problem, 60).seated(problem)).converged and len(begun) > 12
    begun.clear()
    monkeypatch.setattr(interior, "NEARER", 0.0)
    assert not solve_interior(*seating_of(problem, 60).seated(problem)).converged and len(begun) < 12


def test_prices_are_those_of_highs_where_there_is_one_optimum():
    problem = staged_problem(5, 72)
    unlike = replace(problem, cost=problem.cost + np.random.default_rng(1).random(len(problem.cost)))
    best, found = solve_linear(unlike), solve_staged(unlike, 72)
    balance = problem.rows["balance"]
    assert found.linear.row_duals[balance] == pytest.approx(best.row_duals[balance], abs=1e-2)


def test_fixed_columns_and_empty_rows_are_borne():
    problem = staged_problem(6, 40)
    unit = problem.variables["unit"]
    lower, upper = problem.lower.copy(), problem.upper.copy()
    lower[unit[10:20]] = upper[unit[10:20]] = 5.0
    fixed = replace(problem, lower=lower, upper=upper)
    found = solve_staged(fixed, 40)
    assert found.linear.objective == pytest.approx(solve_linear(fixed).objective, rel=1e-6)
    assert (found.linear.values[unit[10:20]] == 5.0).all()


def test_the_impossible_is_proven_so_by_highs():
    problem = staged_problem(7, 30)
    lower = problem.lower.copy()
    lower[problem.variables["spill"]] = 1e4
    with pytest.raises(ProvenInfeasible):
        solve_staged(replace(problem, lower=lower), 30)


def test_too_few_hours_go_to_highs_and_say_so():
    found = solve_staged(staged_problem(8, 12), 12)
    assert found.linear.solver.startswith("HiGHS") and found.gap < 1e-7


# ---- shapes and threads ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [0.3, 1.02, 30.0])
def test_like_problems_share_their_program_and_each_has_its_own_optimum(factor: float):
    problem = staged_problem(12, 60)
    other = replace(problem, cost=problem.cost * np.where(problem.cost == 200.0, factor, 1.0))
    assert seating_of(other, 60).pattern.program is seating_of(problem, 60).pattern.program
    found = solve_staged(other, 60)
    assert found.linear.solver == OWN and found.gap < 1e-6 and found.row_error < 1e-7
    assert found.linear.objective == pytest.approx(solve_linear(other).objective, rel=1e-6)


def test_a_column_that_is_fixed_gives_another_shape():
    problem = staged_problem(12, 60)
    upper = problem.upper.copy()
    upper[problem.variables["charge"][:, ...]] = 0.0
    fixed = replace(problem, upper=upper)
    assert seating_of(fixed, 60).pattern.program is not seating_of(problem, 60).pattern.program
    found = solve_staged(fixed, 60)
    assert (found.linear.values[problem.variables["charge"]] == 0.0).all()
    assert found.linear.objective == pytest.approx(solve_linear(fixed).objective, rel=1e-6)


@pytest.mark.parametrize(("threads", "steps"), [(2, 90), (3, 101), (8, 96)])
def test_more_threads_find_the_same_optimum(monkeypatch: pytest.MonkeyPatch, threads: int, steps: int):
    """Each thread has segments of its own; where there are too few steps for all, fewer threads work."""
    monkeypatch.setattr(solve, "TEAM_STEPS_MIN", 30)
    problem = staged_problem(21, steps)
    alone, found = solve_staged(problem, steps), solve_staged(problem, steps, threads=threads)
    assert found.linear.solver == OWN and found.gap < 1e-6 and found.row_error < 1e-7
    assert found.linear.objective == pytest.approx(alone.linear.objective, rel=1e-7)


# ---- the certificate ---------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), spread=st.sampled_from([0.0, 1e-6, 1.0, 300.0]))
def test_any_duals_give_a_bound_that_holds(seed: int, spread: float):
    problem = staged_problem(seed % 7, 24)
    best = solve_linear(problem)
    duals = best.row_duals + np.random.default_rng(seed).normal(0.0, 1.0, len(best.row_duals)) * spread
    bound = certified_bound(problem, duals)
    assert bound <= best.objective
    if spread <= 1e-6:
        assert bound == pytest.approx(best.objective, rel=1e-5)


def test_bounds_follow_from_rows():
    problem = staged_problem(2, 24)
    lower, upper = implied_bounds(problem)
    assert np.isfinite(upper[problem.variables["wind"]]).all()  # no more than the capacity makes
    assert (upper[problem.variables["wind"]] <= 150.0 * (1 + 1e-6)).all()
    values = solve_linear(problem).values
    assert (values >= lower - 1e-7).all() and (values <= upper + 1e-7).all()


def test_what_rounding_costs_a_long_row_is_not_taken_from_a_column():
    """0.1 + 1e12 - 1e12 leaves no 0.1 in doubles: the bound that follows must still let x = 0.1 pass."""
    builder = ProblemBuilder()
    small = builder.add_variables("small", (1,), lower=0.1, upper=0.1)
    large = builder.add_variables("large", (2,), lower=[1e12, -1e12], upper=[1e12, -1e12])
    x = builder.add_variables("x", (1,))
    builder.add_sum("row", [(small, 1.0), (large, 1.0), (x, -1.0)], lower=0.0, upper=0.0)
    lower, upper = implied_bounds(builder.built())
    assert lower[x[0]] <= 0.1 <= upper[x[0]]


def test_an_unbounded_column_with_a_wrong_price_gives_no_bound():
    builder = ProblemBuilder()
    builder.add_variables("x", (2,), cost=-1.0)
    assert certified_bound(builder.built(), np.zeros(0)) == -np.inf
