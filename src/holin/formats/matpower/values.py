"""Values of MATLAB as far as case files use them, the operations on them, and how much of both is allowed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Matrix: TypeAlias = NDArray[np.float64]
"""Always two-dimensional; a scalar is 1 by 1."""

Value: TypeAlias = Any
"""A Matrix, a str, a list of rows (a cell array) or a dict (a struct)."""

ELEMENTS_MAX = 5_000_000
WORK_MAX = 50_000_000


class NotDefined(Exception):
    """An operation that MATLAB refuses too; the text says why."""


class Budget:
    """Bounds the elements made while a file is read, so that a few hostile lines cannot take hours or all memory."""

    def __init__(self) -> None:
        self._left = WORK_MAX

    def spend(self, elements: int) -> None:
        """Count elements before they are made."""
        self._left -= max(elements, 1)
        if elements > ELEMENTS_MAX or self._left < 0:
            raise NotDefined("the file computes far more than a case needs")


def scalar(number: float) -> Matrix:
    """Return a number as a matrix."""
    return np.array([[number]], dtype=np.float64)


def numeric(value: Value) -> Matrix:
    """Return a value as a matrix; a text is no number here."""
    if isinstance(value, np.ndarray):
        return value
    raise NotDefined(f"{kind_of(value)} is no number")


def kind_of(value: Value) -> str:
    """Say what a value is."""
    names: dict[type, str] = {str: "a text", list: "a cell array", dict: "a struct"}
    return names.get(type(value), "a matrix")


def number_of(value: Value) -> float:
    """Return a 1 by 1 matrix as a number."""
    matrix = numeric(value)
    if matrix.size != 1:
        raise NotDefined(f"a single number is needed, not {size_of(matrix)}")
    return float(matrix[0, 0])


def size_of(matrix: Matrix) -> str:
    """Return the size in words, such as 3 by 13."""
    return f"{matrix.shape[0]} by {matrix.shape[1]}"


def is_true(value: Value) -> bool:
    """Return whether a condition holds: all elements are other than 0, and there is one."""
    matrix = numeric(value)
    return bool(matrix.size) and bool((matrix != 0).all())


def binary(sign: str, left: Value, right: Value, budget: Budget) -> Matrix:
    """Apply an operator of two sides."""
    a, b = numeric(left), numeric(right)
    if a.size == b.size == 1:
        budget.spend(1)
        return scalar(float(OPERATIONS[sign](a[0, 0], b[0, 0])))
    if sign in "*/\\" and min(a.size, b.size) != 1 and not (sign == "/" and b.size == 1):
        if sign == "/":
            raise NotDefined("division by a matrix")
        if a.shape[1] != b.shape[0]:
            raise NotDefined(f"{size_of(a)} times {size_of(b)}")
        budget.spend(a.shape[0] * a.shape[1] * b.shape[1])
        return np.asarray(a @ b)
    if sign == "^" and (a.size != 1 or b.size != 1):
        raise NotDefined("the power of a matrix")
    try:
        shape = np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        raise NotDefined(f"{size_of(a)} and {size_of(b)} do not fit") from None
    budget.spend(math.prod(shape))
    return np.asarray(OPERATIONS[sign](a, b), dtype=np.float64)


def _power(a: Matrix, b: Matrix) -> Matrix:
    if np.any((a < 0) & (b != np.rint(b))):
        raise NotDefined("a root of a negative number")
    return np.asarray(a**b)


OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, ".*": np.multiply, "/": np.divide, "./": np.divide,
    "^": _power, ".^": _power, "==": np.equal, "~=": np.not_equal, "!=": np.not_equal, "<": np.less,
    ">": np.greater, "<=": np.less_equal, ">=": np.greater_equal, "&": lambda a, b: (a != 0) & (b != 0),
    "|": lambda a, b: (a != 0) | (b != 0), "&&": lambda a, b: (a != 0) & (b != 0),
    "||": lambda a, b: (a != 0) | (b != 0),
}  # fmt: skip


def span(first: Value, step: Value, last: Value, budget: Budget) -> Matrix:
    """Return first:step:last as a row."""
    a, d, b = number_of(first), number_of(step), number_of(last)
    if not (math.isfinite(a) and math.isfinite(b) and math.isfinite(d)):
        raise NotDefined("a range without end")
    count = 0 if d == 0 or (b - a) / d < 0 else (b - a) / d * (1 + 1e-12) + 1
    budget.spend(min(int(min(count, 1e18)), 2 * ELEMENTS_MAX))
    return a + d * np.arange(int(count), dtype=np.float64).reshape(1, -1)


def joined(rows: list[list[Value]], budget: Budget) -> Value:
    """Return the value of a matrix literal: blocks side by side, rows below each other; texts are joined."""
    if rows and all(isinstance(x, str) for row in rows for x in row):
        if len(rows) > 1:
            raise NotDefined("texts below each other")
        return "".join(rows[0])
    parts = [[numeric(x) for x in row] for row in rows]
    budget.spend(sum(x.size for row in parts for x in row))
    filled = [[x for x in row if x.size] for row in parts]
    lines = []
    for row in filled:
        if len({x.shape[0] for x in row}) > 1:
            raise NotDefined("parts of different heights side by side")
        if row:
            lines.append(np.hstack(row))
    if len({x.shape[1] for x in lines}) > 1:
        widths = [x.shape[1] for x in lines]
        odd = next(k for k, w in enumerate(widths) if w != widths[0])
        raise NotDefined(f"row {odd + 1} of the matrix has {widths[odd]} values, the rows before it {widths[0]}")
    return np.vstack(lines) if lines else np.zeros((0, 0))


def _extreme(pick: Callable[..., Any]) -> Callable[..., Any]:
    def extreme(a: Matrix, *more: Matrix) -> Matrix:
        if len(more) == 1 and more[0].size:
            return np.asarray(pick([a + 0 * more[0], more[0] + 0 * a], axis=0))
        if more or not a.size:
            raise NotDefined("max and min of one or two matrices only")
        return np.asarray(pick(a, axis=None if 1 in a.shape else 0)).reshape(1, -1)

    return extreme


def _made(fill: float) -> Callable[..., Matrix]:
    def make(*sizes: Matrix) -> Matrix:
        wanted = [s for matrix in sizes for s in matrix.ravel().tolist()] or [1.0]
        rows, columns = (wanted * 2)[:2]
        if len(wanted) > 2 or not all(math.isfinite(s) and 0 <= s <= ELEMENTS_MAX for s in wanted):
            raise NotDefined("a matrix of such a size")
        if rows * columns > ELEMENTS_MAX:
            raise NotDefined("a matrix of such a size")
        return np.full((int(rows), int(columns)), fill)

    return make


def _root(a: Matrix) -> Matrix:
    if (a < 0).any():
        raise NotDefined("a root of a negative number")
    return np.sqrt(a)


def _arc(of: Callable[[Matrix], Matrix]) -> Callable[[Matrix], Matrix]:
    def arc(a: Matrix) -> Matrix:
        if (np.abs(a) > 1).any():
            raise NotDefined("an angle whose cosine or sine is above 1")
        return of(a)

    return arc


def _size(a: Matrix, *dim: Matrix) -> Matrix:
    if not dim:
        return np.array([a.shape], dtype=np.float64)
    which = number_of(dim[0])
    if which not in (1, 2):
        raise NotDefined(f"dimension {which:g} of a matrix")
    return scalar(a.shape[int(which) - 1])


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sqrt": _root, "sin": np.sin, "cos": np.cos, "tan": np.tan, "atan": np.arctan, "exp": np.exp, "abs": np.abs,
    "acos": _arc(np.arccos), "asin": _arc(np.arcsin), "round": np.rint, "floor": np.floor, "ceil": np.ceil,
    "isinf": lambda a: np.isinf(a).astype(float), "isnan": lambda a: np.isnan(a).astype(float),
    "isempty": lambda a: scalar(float(a.size == 0)), "any": lambda a: scalar(float((a != 0).any())),
    "all": lambda a: scalar(float((a != 0).all())), "numel": lambda a: scalar(a.size),
    "length": lambda a: scalar(max(a.shape) if a.size else 0), "size": _size,
    "sum": lambda a: np.asarray(a.sum(axis=None if 1 in a.shape else 0)).reshape(1, -1),
    "find": lambda a: (np.flatnonzero(a.ravel(order="F")) + 1.0).reshape((1, -1) if a.shape[0] == 1 else (-1, 1)),
    "max": _extreme(np.max), "min": _extreme(np.min), "zeros": _made(0.0), "ones": _made(1.0),
    "pi": lambda: scalar(math.pi), "Inf": lambda: scalar(math.inf), "inf": lambda: scalar(math.inf),
    "NaN": lambda: scalar(math.nan), "nan": lambda: scalar(math.nan), "eps": lambda: scalar(2.0**-52),
    "true": lambda: scalar(1.0), "false": lambda: scalar(0.0),
}  # fmt: skip
"""Functions that case files call; each takes and gives matrices."""


def called(name: str, arguments: list[Value], budget: Budget) -> Matrix:
    """Call one of FUNCTIONS."""
    matrices = [numeric(a) for a in arguments]
    budget.spend(sum(m.size for m in matrices))
    try:
        made: Matrix = np.asarray(FUNCTIONS[name](*matrices), dtype=np.float64)
    except TypeError:
        raise NotDefined(f"{name} with {len(arguments)} arguments") from None
    except ValueError:
        raise NotDefined(f"{name} of matrices that do not fit each other") from None
    budget.spend(made.size)
    return made


def places(index: Value, size: int, what: str) -> NDArray[np.int64]:
    """Return an index (a matrix of whole numbers from 1, or ":") as places from 0."""
    if isinstance(index, str):
        return np.arange(size)
    wanted = numeric(index).ravel(order="F")
    if not np.isfinite(wanted).all() or (wanted != np.rint(wanted)).any() or (wanted < 1).any():
        raise NotDefined(f"{what} {_first(wanted, lambda w: not w >= 1 or w != np.rint(w))} is no whole number from 1")
    if (wanted > size).any():
        raise NotDefined(f"{what} {wanted.max():.0f}, where there are {size}")
    return np.asarray(wanted, dtype=np.int64) - 1


def _first(values: Matrix, wrong: Callable[[float], bool]) -> str:
    return next(f"{v:g}" for v in values.tolist() if wrong(v))
