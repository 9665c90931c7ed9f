"""The solver's door: optima, duals, proofs of infeasibility, starts, options, readable files."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from holin.errors import HolinError, SolverFailed
from holin.kernel.highs import Basis, ProvenInfeasible, highs_version, solve_linear, written_lp
from holin.kernel.linear import LinearProblem, ProblemBuilder


def brewer() -> ProblemBuilder:
    """max 3 x + 5 y, x <= 4, 2 y <= 12, 3 x + 2 y <= 18: 36 at (2, 6), with duals 0, 3/2 and 1.

    Hillier and Lieberman, Introduction to Operations Research, the Wyndor Glass example.
    """
    builder = ProblemBuilder()
    made = builder.add_variables("made", (2,), cost=[-3.0, -5.0])
    builder.add_rows("plant", [(made[[0, 1]], [1.0, 2.0])], upper=[4.0, 12.0])
    builder.add_sum("third", [(made, [3.0, 2.0])], upper=18.0)
    return builder


def random_problem(seed: int, shift: float = 0.0) -> LinearProblem:
    """A problem that has an optimum: rows that a known point meets, all variables bounded."""
    numbers = np.random.default_rng(seed)
    width, height = int(numbers.integers(2, 12)), int(numbers.integers(1, 10))
    inside = numbers.uniform(0, 5, width)
    matrix = numbers.integers(-3, 4, (height, width)) * (numbers.random((height, width)) < 0.7)
    room = numbers.uniform(0, 3, height) * (numbers.random(height) < 0.8)
    builder = ProblemBuilder(constant=7.0)
    x = builder.add_variables("x", (width,), lower=-1.0, upper=6.0, cost=numbers.normal(size=width) + shift)
    at = matrix @ inside
    builder.add_rows("r", [(x[[k]], matrix[:, k]) for k in range(width)], lower=at - room, upper=at + room)
    return builder.built()


# ---- optima -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["simplex", "ipx"])
def test_a_textbook_optimum_with_its_duals(algorithm: str) -> None:
    problem = brewer().built()
    found = solve_linear(problem, algorithm=algorithm)
    assert found.objective == pytest.approx(-36.0, rel=1e-6)
    assert found.values[problem.variables["made"]] == pytest.approx([2.0, 6.0], rel=1e-5)
    assert found.row_duals[problem.rows["plant"]] == pytest.approx([0.0, -1.5], abs=1e-5)
    assert found.row_duals[problem.rows["third"]] == pytest.approx([-1.0], abs=1e-5)
    assert found.column_duals == pytest.approx([0.0, 0.0], abs=1e-5)
    assert found.solver == f"HiGHS {highs_version()} {algorithm}" and found.seconds >= 0
    assert (found.basis is None) == (algorithm == "ipx")


def test_the_constant_is_part_of_the_objective() -> None:
    builder = ProblemBuilder(constant=100.0)
    builder.add_variables("x", (1,), lower=2.0, cost=3.0)
    assert solve_linear(builder.built()).objective == pytest.approx(106.0)


def test_a_dual_is_the_cost_of_one_unit_more() -> None:
    """A load of 10 MW, met at 20 up to 8 MW and at 50 beyond: one MW more costs 50."""
    builder = ProblemBuilder()
    p = builder.add_variables("p", (2,), upper=[8.0, np.inf], cost=[20.0, 50.0])
    row = builder.add_sum("balance", [(p, 1.0)], lower=10.0, upper=10.0)
    found = solve_linear(builder.built())
    assert found.objective == pytest.approx(8 * 20 + 2 * 50)
    assert found.row_duals[row] == pytest.approx(50.0)
    assert found.column_duals[p] == pytest.approx([-30.0, 0.0])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31))
def test_any_optimum_is_that_of_another_front_end(seed: int) -> None:
    """Against scipy.optimize.linprog, which states the same problem with one-sided rows."""
    problem = random_problem(seed)
    matrix = problem.matrix.toarray()
    other = linprog(
        problem.cost,
        A_ub=np.vstack([matrix, -matrix]),
        b_ub=np.concatenate([problem.row_upper, -problem.row_lower]),
        bounds=list(zip(problem.lower, problem.upper, strict=True)),
    )
    found = solve_linear(problem)
    assert found.objective == pytest.approx(other.fun + problem.constant, rel=1e-7, abs=1e-6)
    assert found.objective == pytest.approx(problem.cost @ found.values + problem.constant, rel=1e-9, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31))
def test_interior_point_and_simplex_agree(seed: int) -> None:
    problem = random_problem(seed)
    inside, vertex = solve_linear(problem, algorithm="ipx"), solve_linear(problem)
    assert inside.objective == pytest.approx(vertex.objective, rel=1e-5, abs=1e-4)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.floats(-2, 2))
def test_a_start_changes_no_answer(seed: int, shift: float) -> None:
    """From the optimum of the same problem under other costs, and of a problem whose blocks have other shapes."""
    problem = random_problem(seed)
    plain = solve_linear(problem)
    for like in (random_problem(seed, shift), random_problem(seed + 1), problem):
        warm = solve_linear(problem, start=solve_linear(like).basis)
        assert warm.objective == pytest.approx(plain.objective, rel=1e-7, abs=1e-7)


def test_a_start_at_the_optimum_leaves_nothing_to_do() -> None:
    problem, bare = random_problem(11), {"presolve": "off"}
    first = solve_linear(problem, options=bare)
    assert first.iterations > 0
    assert solve_linear(problem, options=bare, start=first.basis).iterations == 0


def test_a_start_that_fits_nothing_is_left_alone() -> None:
    statuses = np.ones(3, dtype=np.int8)
    start = Basis(variables={"made": statuses, "gone": statuses}, rows={"other": statuses})
    assert solve_linear(brewer().built(), start=start).objective == pytest.approx(-36.0)


# ---- no optimum -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["simplex", "ipx"])
def test_what_cannot_be_met_is_proven_infeasible(algorithm: str) -> None:
    builder = brewer()
    builder.add_sum("too much", [(builder.columns("made"), [3.0, 5.0])], lower=36.5)
    with pytest.raises(ProvenInfeasible, match="proved the problem infeasible"):
        solve_linear(builder.built(), algorithm=algorithm)
    assert issubclass(ProvenInfeasible, HolinError)


def test_bounds_that_cross_and_empty_rows_are_infeasible() -> None:
    builder = ProblemBuilder()
    x = builder.add_variables("x", (1,))
    builder.add_rows("r", [(x, 1.0)], lower=2.0, upper=1.0)
    with pytest.raises(ProvenInfeasible):
        solve_linear(builder.built())
    empty = ProblemBuilder()
    empty.add_variables("x", (1,))
    empty.add_sum("rule", [], lower=1.0)
    with pytest.raises(ProvenInfeasible):
        solve_linear(empty.built())


@pytest.mark.parametrize("algorithm", ["simplex", "ipx"])
def test_without_a_bound_the_solver_says_so(algorithm: str) -> None:
    builder = ProblemBuilder()
    builder.add_variables("x", (1,), cost=-1.0)
    with pytest.raises(SolverFailed, match=r"HiGHS ended with .*[Uu]nbounded"):
        solve_linear(builder.built(), algorithm=algorithm)


def test_a_limit_of_time_is_no_answer() -> None:
    with pytest.raises(SolverFailed, match="HiGHS ended with Iteration limit reached"):
        solve_linear(random_problem(11), options={"simplex_iteration_limit": 0, "presolve": "off"})


@pytest.mark.parametrize("options", [{"no_such_option": 1}, {"presolve": "perhaps"}, {"time_limit": "long"}])
def test_an_option_that_is_refused_is_named(options: dict[str, object]) -> None:
    (name,) = options
    with pytest.raises(SolverFailed, match=f"HiGHS refused the option {name} = "):
        solve_linear(brewer().built(), options=options)


@pytest.mark.parametrize(
    ("spoilt", "block"),
    [("cost", "p.W"), ("lower", "p.W"), ("upper", "p.W"), ("row", "balance"), ("coefficient", "balance")],
)
def test_what_is_not_a_number_is_named_and_never_answered(spoilt: str, block: str) -> None:
    """HiGHS itself takes a cost that is NaN for an optimum, and a coefficient that is NaN for a proof."""
    values = {"cost": 1.0, "lower": 0.0, "upper": 5.0, "row": 1.0, "coefficient": 1.0, spoilt: np.nan}
    builder = ProblemBuilder()
    good = builder.add_variables("p.G", (2,), upper=1.0)
    bound = {"lower": values["lower"], "upper": [5.0, values["upper"]], "cost": values["cost"]}
    x = builder.add_variables("p.W", (2,), **bound)
    builder.add_rows("limit", [(good, 1.0)], upper=9.0)
    builder.add_sum("empty", [], upper=1.0)
    builder.add_rows("balance", [(good, 1.0), (x, [1.0, values["coefficient"]])], lower=values["row"])
    builder.add_sum("last", [(good, 1.0)], upper=9.0)
    with pytest.raises(SolverFailed, match=f"is not a number in {block}; complete the inputs"):
        solve_linear(builder.built())


# ---- progress, files --------------------------------------------------------------------------------------------


def test_progress_is_told_in_the_solvers_words() -> None:
    said: list[str] = []
    assert (
        solve_linear(random_problem(11), on_progress=said.append).objective
        == solve_linear(random_problem(11)).objective
    )
    assert any("HiGHS" in line for line in said)


def test_raising_in_progress_cancels() -> None:
    def stop(line: str) -> None:
        raise InterruptedError("cancelled")

    with pytest.raises(InterruptedError, match="cancelled"):
        solve_linear(random_problem(11), on_progress=stop)


def test_a_problem_is_written_with_the_names_of_its_blocks(tmp_path: Path) -> None:
    builder = ProblemBuilder()
    p = builder.add_variables("p.W-1", (2,), upper=3.0, cost=[1.0, 2.0])
    builder.add_rows("balance", [(p, 1.0)], lower=1.0, upper=1.0)
    builder.add_sum("rule.绿电 1", [(p, 1.0)], lower=0.5)
    path = tmp_path / "problem.lp"
    written_lp(builder.built(), str(path))
    text = path.read_text()
    for words in ("p.W_1.t0", "p.W_1.t1", "balance.t0", "balance.t1", "rule.___1.t0", "min", "st"):
        assert words in text, words
    assert " + 1 p.W_1.t0" in text or "1 p.W_1.t0" in text


def test_a_file_that_cannot_be_written_is_an_error_and_no_crash(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"problem\.lp"):
        written_lp(brewer().built(), str(tmp_path / "gone" / "problem.lp"))
