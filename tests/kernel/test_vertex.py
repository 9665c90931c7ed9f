"""What a basis says of any quantity, on small problems by hand and on random ones against the solver itself."""

import dataclasses

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.errors import SolverFailed
from holin.kernel.highs import Basis, ProvenInfeasible, solve_linear
from holin.kernel.linear import LinearProblem, ProblemBuilder
from holin.kernel.mixed import solve_fixed, solve_mixed
from holin.kernel.vertex import basis_holds, row_sensitivity, vertex_of


def two_plants(demand: float) -> LinearProblem:
    """A cheap plant of 10 and a dear one of 20 meet a demand."""
    builder = ProblemBuilder()
    cheap = builder.add_variables("cheap", (1,), upper=10.0, cost=1.0)
    dear = builder.add_variables("dear", (1,), upper=20.0, cost=3.0)
    builder.add_rows("demand", [(cheap, 1.0), (dear, 1.0)], lower=demand, upper=demand)
    builder.add_rows("unused", [(cheap, 1.0)], upper=50.0)
    return builder.built()


ONE_MORE = sp.csc_matrix([[1.0], [0.0]])


@pytest.mark.parametrize(("demand", "per_mwh", "emits"), [(5.0, 1.0, 0.9), (15.0, 3.0, 0.4)])
def test_the_plant_that_follows_decides(demand: float, per_mwh: float, emits: float) -> None:
    problem = two_plants(demand)
    vertex = vertex_of(problem, solve_linear(problem))
    assert row_sensitivity(vertex, problem.cost).tolist() == [per_mwh, 0.0]
    assert row_sensitivity(vertex, np.array([0.9, 0.4])).tolist() == [emits, 0.0]
    assert [h.tolist() for h in basis_holds(vertex, ONE_MORE)] == [[True], [True]]


def test_at_the_kink_a_basis_holds_to_one_side_only() -> None:
    problem = two_plants(10.0)
    vertex = vertex_of(problem, solve_linear(problem))
    up, down = basis_holds(vertex, ONE_MORE)
    cheap = row_sensitivity(vertex, problem.cost)[0] == 1.0
    assert (bool(up[0]), bool(down[0])) == ((False, True) if cheap else (True, False))


def test_a_problem_without_binding_rows_moves_nothing() -> None:
    builder = ProblemBuilder()
    x = builder.add_variables("x", (1,), upper=1.0, cost=1.0)
    builder.add_rows("loose", [(x, 1.0)], upper=5.0)
    problem = builder.built()
    vertex = vertex_of(problem, solve_linear(problem))
    assert row_sensitivity(vertex, problem.cost).tolist() == [0.0]
    up, down = basis_holds(vertex, sp.csc_matrix([[1.0]]))
    assert up.all() and down.all()


def test_of_whole_units_the_commitment_is_held() -> None:
    # A unit that is on gives 4 to 10 (cost 2 and 20 to be on, emits 1), import costs 5 and emits 0.5: 12 are met by the
    # unit at its full 10 and 2 of import, which the next MWh is, too.
    builder = ProblemBuilder()
    on = builder.add_variables("on", (1,), upper=1.0, cost=20.0, integer=True)
    power = builder.add_variables("power", (1,), upper=10.0, cost=2.0)
    bought = builder.add_variables("bought", (1,), upper=50.0, cost=5.0)
    builder.add_rows("most", [(power, 1.0), (on, -10.0)], upper=0.0)
    builder.add_rows("least", [(power, 1.0), (on, -4.0)], lower=0.0)
    builder.add_rows("demand", [(power, 1.0), (bought, 1.0)], lower=12.0, upper=12.0)
    problem = builder.built()
    found = solve_mixed(problem)
    assert found.linear.values.tolist() == [1.0, 10.0, 2.0]
    fixed = dataclasses.replace(
        problem,
        lower=np.where(problem.integer, found.linear.values, problem.lower),
        upper=np.where(problem.integer, found.linear.values, problem.upper),
    )
    vertex = vertex_of(fixed, solve_fixed(problem, found.linear.values))
    emitted = np.array([0.0, 1.0, 0.5])
    assert row_sensitivity(vertex, emitted)[problem.rows["demand"][0]] == pytest.approx(0.5)
    one_more = sp.csc_matrix([[0.0], [0.0], [1.0]])
    assert [bool(h[0]) for h in basis_holds(vertex, one_more)] == [True, True]


def test_a_basis_that_is_none_is_refused() -> None:
    problem = two_plants(5.0)
    solution = solve_linear(problem)
    assert solution.basis is not None
    rows = {name: np.zeros_like(status) for name, status in solution.basis.rows.items()}
    spoilt = dataclasses.replace(solution, basis=Basis(variables=solution.basis.variables, rows=rows))
    with pytest.raises(SolverFailed, match="not square: 1 columns, 2 rows"):
        vertex_of(problem, spoilt)


@st.composite
def problems(draw: st.DrawFn) -> tuple[LinearProblem, np.ndarray]:
    """A random problem of some rows and columns with bounds on both, and a quantity beside its cost."""
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(2, 9))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    builder = ProblemBuilder()
    x = builder.add_variables(
        "x", (columns,), upper=rng.integers(1, 9, columns), cost=rng.integers(-4, 9, columns) + 0.1
    )
    for r in range(rows):
        terms = [(x[c : c + 1], float(rng.integers(-3, 4))) for c in range(columns)]
        builder.add_rows(f"r{r}", terms, lower=-float(rng.integers(0, 12)), upper=float(rng.integers(0, 12)))
    return builder.built(), rng.random(columns).round(3)


@given(problems())
@settings(deadline=None, max_examples=150)
def test_against_the_solver(case: tuple[LinearProblem, np.ndarray]) -> None:
    problem, quantity = case
    try:
        solution = solve_linear(problem)
    except ProvenInfeasible:
        return
    vertex = vertex_of(problem, solution)
    np.testing.assert_allclose(row_sensitivity(vertex, problem.cost), solution.row_duals, atol=1e-9)
    moved = row_sensitivity(vertex, quantity)
    directions = sp.identity(problem.matrix.shape[0], format="csc")
    step, reduced = 1e-4, problem.cost - problem.matrix.T @ solution.row_duals
    resting = np.setdiff1d(np.arange(len(quantity)), vertex.columns)
    unique = (np.abs(reduced[resting]) > 1e-6).all() and (np.abs(solution.row_duals[vertex.rows]) > 1e-6).all()
    if not unique:
        return
    for sign, holds in zip((1.0, -1.0), basis_holds(vertex, directions), strict=True):
        for row in np.flatnonzero(holds):
            shift = np.zeros(problem.matrix.shape[0])
            shift[row] = sign * step
            try:
                again = solve_linear(
                    dataclasses.replace(
                        problem, row_lower=problem.row_lower + shift, row_upper=problem.row_upper + shift
                    )
                )
            except ProvenInfeasible:
                continue
            change = float(quantity @ (again.values - solution.values)) / (sign * step)
            assert change == pytest.approx(moved[row], abs=1e-5)
