"""Quadratic costs: active set, tangents and a hand calculation agree; the bound by prices proves the optimum."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.errors import SolverFailed
from holin.kernel import convex
from holin.kernel.convex import cost_of, dual_bound, solve_by_tangents, solve_convex
from holin.kernel.highs import ProvenInfeasible, Solution, solve_linear, solve_quadratic, written_lp
from holin.kernel.linear import LinearProblem, ProblemBuilder


def two_units(demand: float) -> LinearProblem:
    """Two units of 0.1 p^2 + 10 p and 0.2 p^2 + 20 p, at most 100 each: equal slopes of 10 + 0.2 p = 20 + 0.4 q."""
    builder = ProblemBuilder(constant=5.0)
    p = builder.add_variables("p", (2,), upper=100.0, cost=[10.0, 20.0], quadratic=[0.1, 0.2])
    builder.add_sum("demand", [(p, 1.0)], lower=demand, upper=demand)
    return builder.built()


def random_problem(seed: int) -> LinearProblem:
    """A bounded convex problem that a known point meets; some columns are linear, one has no bounds."""
    numbers = np.random.default_rng(seed)
    width, height = int(numbers.integers(2, 9)), int(numbers.integers(1, 7))
    inside = numbers.uniform(0, 5, width)
    matrix = numbers.integers(-3, 4, (height, width)) * (numbers.random((height, width)) < 0.7)
    room = numbers.uniform(0, 3, height) * (numbers.random(height) < 0.7)
    q = numbers.uniform(0.05, 2, width) * (numbers.random(width) < 0.7)
    q[0] = 0.5
    builder = ProblemBuilder(constant=7.0)
    x = builder.add_variables("x", (width,), lower=-1.0, upper=6.0, cost=numbers.normal(0, 3, width), quadratic=q)
    free = builder.add_variables("free", (1,), lower=-np.inf)
    at = matrix @ inside
    builder.add_rows("r", [(x[[k]], matrix[:, k]) for k in range(width)], lower=at - room, upper=at + room)
    builder.add_rows("f", [(free, 1.0), (x[[0]], -1.0)], lower=0.0, upper=0.0)
    return builder.built()


@pytest.mark.parametrize("solve", [solve_convex, solve_by_tangents])
@pytest.mark.parametrize(
    ("demand", "p", "price"), [(100.0, (250 / 3, 50 / 3), 10 + 0.2 * 250 / 3), (150.0, (100, 50), 40)]
)
def test_two_units_share_by_their_slopes(solve: object, demand: float, p: tuple[float, float], price: float) -> None:
    assert callable(solve)
    problem = two_units(demand)
    found: Solution = solve(problem)
    assert found.values == pytest.approx(p, rel=1e-4)
    assert found.row_duals == pytest.approx([price], rel=1e-4)
    cost = 5 + 10 * p[0] + 0.1 * p[0] ** 2 + 20 * p[1] + 0.2 * p[1] ** 2
    assert found.objective == pytest.approx(cost, rel=1e-8)
    assert cost_of(problem, found.values) == pytest.approx(found.objective, rel=1e-12)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_active_set_and_tangents_agree_and_prove_themselves(seed: int) -> None:
    problem = random_problem(seed)
    exact, tangents = solve_convex(problem), solve_by_tangents(problem)
    size = max(1.0, abs(exact.objective))
    assert exact.objective == pytest.approx(tangents.objective, abs=2e-8 * size)
    assert cost_of(problem, exact.values) == pytest.approx(exact.objective, abs=1e-9 * size)
    assert dual_bound(problem, exact.row_duals) == pytest.approx(exact.objective, abs=1e-6 * size)
    rows = problem.matrix @ exact.values
    assert (rows >= problem.row_lower - 1e-7).all() and (rows <= problem.row_upper + 1e-7).all()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), shift=st.floats(-3, 3))
def test_no_prices_prove_more_than_the_optimum(seed: int, shift: float) -> None:
    problem = random_problem(seed)
    exact = solve_convex(problem)
    wrong = exact.row_duals + shift
    wrong[-1] = 0.0  # the row of the column without bounds
    assert dual_bound(problem, wrong) <= exact.objective + 1e-7 * max(1.0, abs(exact.objective))


def test_a_price_on_a_column_without_bounds_proves_nothing() -> None:
    problem = random_problem(3)
    prices = solve_convex(problem).row_duals.copy()
    prices[-1] += 1.0
    assert dual_bound(problem, prices) == -np.inf


def test_linear_problems_go_to_simplex_and_quadratic_ones_not(monkeypatch: pytest.MonkeyPatch) -> None:
    builder = ProblemBuilder()
    builder.add_variables("x", (1,), lower=2.0, cost=3.0)
    assert solve_convex(builder.built()).solver.endswith("simplex")
    with pytest.raises(ValueError, match="quadratic costs"):
        solve_linear(two_units(10.0))
    assert solve_convex(two_units(10.0)).solver.endswith("active set")


def test_where_the_active_set_gives_up_tangents_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SolverFailed, match=r"[Ii]teration"):
        solve_quadratic(random_problem(5), iterations_max=0)

    def never(problem: LinearProblem, **options: object) -> Solution:
        raise SolverFailed("iteration limit")

    monkeypatch.setattr(convex, "solve_quadratic", never)
    found = solve_convex(two_units(100.0))
    assert found.solver.endswith("on tangents") and found.objective == pytest.approx(2255.0 + 100 * 10 / 6, rel=1)
    assert found.basis is None and len(found.values) == 2 and len(found.row_duals) == 1


@pytest.mark.parametrize("solve", [solve_convex, solve_by_tangents])
def test_what_cannot_be_met_is_proved(solve: object) -> None:
    assert callable(solve)
    with pytest.raises(ProvenInfeasible):
        solve(two_units(300.0))


def test_tangents_need_bounds() -> None:
    builder = ProblemBuilder()
    builder.add_variables("x", (1,), lower=-np.inf, quadratic=1.0)
    with pytest.raises(SolverFailed, match="no bounds"):
        solve_by_tangents(builder.built())


def test_a_quadratic_cost_that_is_no_number_is_named() -> None:
    builder = ProblemBuilder()
    builder.add_variables("x", (1,), upper=1.0, quadratic=np.nan)
    with pytest.raises(SolverFailed, match="not a number in x"):
        solve_convex(builder.built())


def test_the_readable_file_has_the_squares(tmp_path: Path) -> None:
    file = tmp_path / "squares.lp"
    written_lp(two_units(100.0), str(file))
    assert "[ +0.2 p.t0 * p.t0 +0.4 p.t1 * p.t1  ]/2" in file.read_text()
