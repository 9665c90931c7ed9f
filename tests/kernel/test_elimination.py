"""One pattern, many values: the LU solves what NumPy solves, fill and order included."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.kernel.elimination import elimination, factorise, substitute


def solved(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    rows, columns = np.nonzero(matrix)
    pattern = elimination(len(matrix), list(zip(rows.tolist(), columns.tolist(), strict=True)))
    values = np.zeros(pattern.slots, dtype=complex)
    values[pattern.slots_of(rows, columns)] = matrix[rows, columns]
    factorise(values, pattern.start, pattern.target, pattern.target_start)
    x = right[pattern.order].astype(complex)
    substitute(values, pattern.start, pattern.columns, x)
    answer = np.empty_like(x)
    answer[pattern.order] = x
    return answer


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(0, 40))
def test_it_solves_what_numpy_solves(seed: int, size: int, loops: int) -> None:
    rng = np.random.default_rng(seed)
    pairs = [(i, int(rng.integers(0, i))) for i in range(1, size)]
    pairs += [(int(a), int(b)) for a, b in rng.integers(0, size, (loops, 2)) if a != b]
    matrix = np.zeros((size, size), dtype=complex)
    for i, j in pairs:
        matrix[i, j], matrix[j, i] = rng.normal(size=2) + 1j * rng.normal(size=2)
    matrix += np.diag(np.abs(matrix).sum(axis=1) + np.abs(matrix).sum(axis=0) + 1)
    right = rng.normal(size=size) + 1j * rng.normal(size=size)
    np.testing.assert_allclose(matrix @ solved(matrix, right), right, atol=1e-11)


def test_a_tree_has_no_fill() -> None:
    pattern = elimination(7, [(0, 1), (0, 2), (1, 3), (1, 4), (2, 5), (2, 6)])
    assert len(pattern.columns) == 6


def test_an_entry_outside_the_pattern_is_an_error() -> None:
    pattern = elimination(3, [(0, 1)])
    with pytest.raises(KeyError):
        pattern.slots_of(np.array([0]), np.array([2]))
    assert pattern.slots_of(np.array([-1, 0]), np.array([0, -1])).tolist() == [-1, -1]


def test_an_empty_matrix_has_an_empty_answer() -> None:
    assert solved(np.zeros((0, 0)), np.zeros(0)).shape == (0,)
