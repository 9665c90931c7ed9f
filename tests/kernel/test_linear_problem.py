"""The builder of linear problems: shapes broadcast, duplicates add up, names lead back to columns and rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holin.kernel.linear import LinearProblem, ProblemBuilder


def dense(problem: LinearProblem) -> np.ndarray:
    return problem.matrix.toarray()


# ---- variables --------------------------------------------------------------------------------------------------


def test_variables_are_numbered_in_the_order_they_came_in_their_shape() -> None:
    builder = ProblemBuilder()
    first, second = builder.add_variables("p", (2, 3)), builder.add_variables("soc", (2,))
    assert first.tolist() == [[0, 1, 2], [3, 4, 5]] and second.tolist() == [6, 7]
    assert builder.columns("p") is first
    problem = builder.built()
    assert problem.matrix.shape == (0, 8)
    assert {name: columns.tolist() for name, columns in problem.variables.items()} == {
        "p": first.tolist(), "soc": second.tolist(),
    }  # fmt: skip


def test_bounds_and_cost_broadcast_to_the_shape() -> None:
    builder = ProblemBuilder()
    builder.add_variables("p", (2, 3), lower=-1.0, upper=np.array([10.0, 20.0, 30.0]), cost=np.array([[5.0], [6.0]]))
    builder.add_variables("q", (1,))
    problem = builder.built()
    assert problem.lower.tolist() == [-1.0] * 6 + [0.0]
    assert problem.upper.tolist() == [10.0, 20.0, 30.0, 10.0, 20.0, 30.0, np.inf]
    assert problem.cost.tolist() == [5.0, 5.0, 5.0, 6.0, 6.0, 6.0, 0.0]


def test_what_does_not_fit_the_shape_is_refused() -> None:
    builder = ProblemBuilder()
    with pytest.raises(ValueError, match="broadcast"):
        builder.add_variables("p", (2, 3), upper=np.ones(2))
    columns = builder.add_variables("q", (3,))
    with pytest.raises(ValueError, match="broadcast"):
        builder.add_rows("r", [(columns, np.ones(2))])


def test_no_variables_and_no_rows_are_a_problem_too() -> None:
    builder = ProblemBuilder(constant=3.0)
    assert builder.add_variables("none", (0, 4)).shape == (0, 4)
    assert builder.add_rows("none", [(builder.columns("none"), 1.0)]).shape == (0, 4)
    problem = builder.built()
    assert (problem.matrix.shape, problem.constant, len(problem.cost)) == ((0, 0), 3.0, 0)
    assert ProblemBuilder().built().matrix.shape == (0, 0)


# ---- rows -------------------------------------------------------------------------------------------------------


def test_rows_take_the_common_shape_of_terms_and_bounds() -> None:
    """p[t] - 2 peak <= limit[t] for three hours: one peak for all of them."""
    builder = ProblemBuilder()
    p, peak = builder.add_variables("p", (3,)), builder.add_variables("peak", (1,))
    rows = builder.add_rows("peak", [(p, 1.0), (peak, -2.0)], upper=np.array([1.0, 2.0, 3.0]))
    problem = builder.built()
    assert rows.tolist() == [0, 1, 2]
    assert dense(problem).tolist() == [[1, 0, 0, -2], [0, 1, 0, -2], [0, 0, 1, -2]]
    assert problem.row_upper.tolist() == [1.0, 2.0, 3.0] and set(problem.row_lower) == {-np.inf}
    assert problem.rows["peak"] is rows


def test_a_column_that_comes_twice_in_a_row_has_the_sum_of_its_coefficients() -> None:
    builder = ProblemBuilder()
    x = builder.add_variables("x", (2,))
    builder.add_rows("r", [(x, 1.0), (x[::-1], 10.0), (x, 0.5)])
    builder.add_sum("s", [(x, 1.0), (x[[0, 0]], 2.0)])
    assert dense(builder.built()).tolist() == [[1.5, 10.0], [10.0, 1.5], [5.0, 1.0]]


def test_a_coefficient_of_zero_is_no_entry() -> None:
    builder = ProblemBuilder()
    x = builder.add_variables("x", (3,))
    builder.add_rows("r", [(x, np.array([1.0, 0.0, 2.0]))])
    assert builder.built().matrix.nnz == 2


def test_a_sum_is_one_row_over_all_elements() -> None:
    builder = ProblemBuilder()
    x, y = builder.add_variables("x", (2, 2)), builder.add_variables("y", (1,))
    row = builder.add_sum("sum", [(x, np.array([1.0, 2.0])), (y, -1.0)], lower=4.0, upper=5.0)
    problem = builder.built()
    assert row == 0 and problem.rows["sum"].tolist() == [0]
    assert dense(problem).tolist() == [[1, 2, 1, 2, -1]]
    assert (problem.row_lower.tolist(), problem.row_upper.tolist()) == ([4.0], [5.0])


def test_an_empty_sum_still_has_its_bounds() -> None:
    """A rule that finds nothing of its quantity must not vanish: 0 >= 1 stays in the problem, and cannot be met."""
    builder = ProblemBuilder()
    builder.add_sum("rule", [], lower=1.0)
    problem = builder.built()
    assert problem.matrix.shape == (1, 0) and problem.row_lower.tolist() == [1.0]


# ---- names ------------------------------------------------------------------------------------------------------


def test_shared_variables_are_the_same_columns() -> None:
    builder = ProblemBuilder()
    builder.add_variables("unit.1", (3,))
    builder.share_variables("unit.2", "unit.1")
    builder.share_variables("start.2", "start.1")
    problem = builder.built()
    assert problem.variables["unit.2"] is problem.variables["unit.1"]
    assert "start.2" not in problem.variables and problem.matrix.shape == (0, 3)


def test_a_name_is_given_once() -> None:
    builder = ProblemBuilder()
    builder.add_variables("p", (1,))
    builder.add_variables("q", (1,))
    with pytest.raises(ValueError, match="a block named p stands in the problem already"):
        builder.add_variables("p", (1,))
    with pytest.raises(ValueError, match="a block named p stands in the problem already"):
        builder.share_variables("p", "q")
    builder.share_variables("p", "p")
    builder.add_rows("p", [(builder.columns("p"), 1.0)])  # rows have names of their own
    with pytest.raises(ValueError, match="a block named p stands in the problem already"):
        builder.add_sum("p", [])


def test_what_was_built_does_not_change_with_the_builder() -> None:
    builder = ProblemBuilder()
    builder.add_variables("p", (1,))
    problem = builder.built()
    builder.add_variables("q", (1,))
    assert list(problem.variables) == ["p"] and len(problem.cost) == 1


# ---- property ---------------------------------------------------------------------------------------------------


@given(st.data(), st.integers(1, 4), st.integers(1, 5))
def test_the_matrix_is_what_the_terms_say(data: st.DataObject, hours: int, units: int) -> None:
    """Any rows of any terms evaluate at any point as the terms do by themselves."""
    builder = ProblemBuilder()
    columns = builder.add_variables("x", (hours, units))
    seed = np.random.default_rng(data.draw(st.integers(0, 2**31)))
    terms = [
        (columns[:, seed.integers(units, size=1)], seed.normal(size=(hours, 1))),
        (np.roll(columns, 1, axis=0), seed.normal(size=units)),
        (columns[:1], seed.integers(-2, 3)),
    ]
    rows = builder.add_rows("r", terms)
    total = builder.add_sum("s", terms)
    x = seed.normal(size=hours * units)
    left = builder.built().matrix @ x
    by_hand = sum(coefficients * x[at] for at, coefficients in terms) * np.ones((hours, units))
    assert np.allclose(left[rows], by_hand, atol=1e-12)
    each = sum(float(np.sum(coefficients * x[at])) for at, coefficients in terms)
    assert left[total] == pytest.approx(each, abs=1e-9)
