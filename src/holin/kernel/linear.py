"""A linear problem assembled block by block into sparse arrays; column by column its costs may be quadratic and its
values whole numbers.

minimise  cost x + quadratic x^2 + constant   subject to   row_lower <= A x <= row_upper,  lower <= x <= upper
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Columns = NDArray[np.int64]
Term = tuple[ArrayLike, ArrayLike]
"""Columns and their coefficients; both broadcast to the shape of the rows."""


@dataclass(frozen=True, kw_only=True)
class LinearProblem:
    """A linear problem; `variables` and `rows` tell which columns and rows each named block has.

    `quadratic` (column,) >= 0 is the cost of each column's square: 0 throughout for `highs.solve_linear`. `integer`
    (column,) says which columns take whole numbers only; `solve_linear` relaxes them, `mixed.solve_mixed` does not.
    """

    cost: Floats
    quadratic: Floats
    lower: Floats
    upper: Floats
    integer: NDArray[np.bool_]
    matrix: sp.csr_matrix
    row_lower: Floats
    row_upper: Floats
    constant: float
    variables: dict[str, Columns]
    rows: dict[str, Columns]


@dataclass
class ProblemBuilder:
    """Collects variables and rows; the only mutable thing here, and gone once `built`.

    `prefix` stands before the names of blocks and `cost_factor` on the costs given while they hold: a problem of
    several stages is made of the same blocks, stage by stage.
    """

    constant: float = 0.0
    prefix: str = ""
    cost_factor: float = 1.0
    _cost: list[Floats] = field(default_factory=list)
    _quadratic: list[Floats] = field(default_factory=list)
    _lower: list[Floats] = field(default_factory=list)
    _upper: list[Floats] = field(default_factory=list)
    _integer: list[NDArray[np.bool_]] = field(default_factory=list)
    _more_cost: list[tuple[Columns, Floats]] = field(default_factory=list)
    _row_lower: list[Floats] = field(default_factory=list)
    _row_upper: list[Floats] = field(default_factory=list)
    _entries: list[tuple[Columns, Columns, Floats]] = field(default_factory=list)
    _variables: dict[str, Columns] = field(default_factory=dict)
    _rows: dict[str, Columns] = field(default_factory=dict)
    _width: int = 0
    _height: int = 0

    def add_variables(
        self,
        name: str,
        shape: tuple[int, ...],
        *,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
        cost: ArrayLike = 0.0,
        quadratic: ArrayLike = 0.0,
        integer: bool = False,
    ) -> Columns:
        """Add variables of the given shape and return their column numbers; bounds and costs broadcast to it.

        With `integer` they take whole numbers only.

        Raises ValueError when the name is taken.
        """
        name = self.prefix + name
        _check_free(name, self._variables)
        count = int(np.prod(shape))
        columns = np.arange(self._width, self._width + count, dtype=np.int64).reshape(shape)
        for store, value in ((self._lower, lower), (self._upper, upper)):
            store.append(np.broadcast_to(np.asarray(value, dtype=float), shape).ravel())
        for store, value in ((self._cost, cost), (self._quadratic, quadratic)):
            store.append(self.cost_factor * np.broadcast_to(np.asarray(value, dtype=float), shape).ravel())
        self._integer.append(np.full(count, integer))
        self._width += count
        self._variables[name] = columns
        return columns

    def __contains__(self, name: str) -> bool:
        """Whether variables of this name were added."""
        return self.prefix + name in self._variables

    def names(self) -> tuple[str, ...]:
        """Return the names of all variables added so far, in order."""
        return tuple(self._variables)

    def columns(self, name: str) -> Columns:
        """Return the columns of variables added before."""
        return self._variables[self.prefix + name]

    def add_cost(self, columns: Columns, cost: ArrayLike) -> None:
        """Let variables added before cost so much more each; `cost` broadcasts to the columns."""
        more = self.cost_factor * np.broadcast_to(np.asarray(cost, dtype=float), columns.shape).ravel()
        self._more_cost.append((columns.ravel(), more))

    def share_variables(self, name: str, other: str) -> None:
        """Let `name` stand for the columns that `other` has, where it has any.

        Raises ValueError when the name stands for other columns already.
        """
        name, other = self.prefix + name, self.prefix + other
        if other in self._variables and other != name:
            _check_free(name, self._variables)
            self._variables[name] = self._variables[other]

    def add_rows(
        self, name: str, terms: Iterable[Term], *, lower: ArrayLike = -np.inf, upper: ArrayLike = np.inf
    ) -> Columns:
        """Add one row for each element of the terms' common shape and return the row numbers in that shape.

        Raises ValueError when the name is taken.
        """
        name = self.prefix + name
        pairs = [(np.asarray(c, dtype=np.int64), np.asarray(v, dtype=float)) for c, v in terms]
        shape = np.broadcast_shapes(*(a.shape for pair in pairs for a in pair), np.shape(lower), np.shape(upper))
        rows = np.arange(self._height, self._height + int(np.prod(shape)), dtype=np.int64).reshape(shape)
        for columns, values in pairs:
            self._enter(rows, np.broadcast_to(columns, shape), np.broadcast_to(values, shape))
        self._close(name, rows, lower, upper)
        return rows

    def add_sum(self, name: str, terms: Iterable[Term], *, lower: float = -np.inf, upper: float = np.inf) -> int:
        """Add a single row that sums over all elements of its terms and return its number.

        Raises ValueError when the name is taken.
        """
        name = self.prefix + name
        row = np.array([self._height], dtype=np.int64)
        for columns, values in terms:
            columns, values = np.broadcast_arrays(np.asarray(columns, dtype=np.int64), np.asarray(values, dtype=float))
            self._enter(np.broadcast_to(row, (columns.size,)), columns.ravel(), values.ravel())
        self._close(name, row, lower, upper)
        return int(row[0])

    def scale_columns(self, name: str, columns: Columns, size: int, nominal: float) -> None:
        """Let the bounds of `columns` (step,) hold per unit of the column `size`: lower and upper times size / nominal.

        Bounds become rows `NAME.least` and `NAME.most`; 0 and infinite bounds stay as they are. No column is left
        without a bound: one below 0 stays as wide as the largest size makes it.
        """
        lower, upper = self._joined(self._lower), self._joined(self._upper)
        most = upper[size] / nominal
        for bound, label, side, sign in (
            (lower, "least", {"lower": 0.0}, 1.0),
            (upper, "most", {"upper": 0.0}, -1.0),
        ):
            amount = bound[columns]
            where = np.flatnonzero((amount != 0.0) & np.isfinite(amount))
            if len(where):
                each, amount = columns[where], amount[where]
                self.add_rows(f"{name}.{label}", [(each, 1.0), (size, -amount / nominal)], **side)
                outside = sign * amount < 0.0  # a lower bound below 0, an upper one above
                wide = amount * most if label == "least" else np.inf
                bound[each] = np.where(outside, wide, 0.0)

    def scale_rows(self, name: str, size: int, nominal: float) -> None:
        """Let both sides of the rows `name` hold per unit of the column `size`: times size / nominal.

        A row with two unequal sides passes through a column of its own (`NAME.within`).
        """
        rows = self._rows[self.prefix + name].ravel()
        lower, upper = self._joined(self._row_lower), self._joined(self._row_upper)
        low, high = lower[rows].copy(), upper[rows].copy()
        both = np.isfinite(low) & np.isfinite(high) & (low != high)
        if both.any():
            within = self.add_variables(f"{name}.within", (int(both.sum()),), lower=low[both], upper=high[both])
            self._enter(rows[both], within, np.full(len(within), -1.0))
            lower[rows[both]] = upper[rows[both]] = 0.0
            self.scale_columns(f"{name}.within", within, size, nominal)
        side = np.where(np.isfinite(low), low, high)
        plain = ~both & np.isfinite(side) & (side != 0.0)
        self._enter(rows[plain], np.full(int(plain.sum()), size), -side[plain] / nominal)
        lower[rows[plain]] = np.where(np.isfinite(low[plain]), 0.0, -np.inf)
        upper[rows[plain]] = np.where(np.isfinite(high[plain]), 0.0, np.inf)

    def add_terms(self, name: str, terms: Iterable[Term]) -> None:
        """Add terms, in the rows' shape, to rows that stand already."""
        rows = self._rows[self.prefix + name]
        for columns, values in terms:
            columns, values = np.asarray(columns, dtype=np.int64), np.asarray(values, dtype=float)
            self._enter(rows, np.broadcast_to(columns, rows.shape), np.broadcast_to(values, rows.shape))

    def has_rows(self, name: str) -> bool:
        """Whether rows of this name were added."""
        return self.prefix + name in self._rows

    def _joined(self, parts: list[Floats]) -> Floats:
        """Return all parts as one array that can be changed in place."""
        whole = _joined(parts)
        parts[:] = [whole]
        return whole

    def _enter(self, rows: Columns, columns: Columns, values: Floats) -> None:
        keep = values.ravel() != 0.0
        self._entries.append((rows.ravel()[keep], columns.ravel()[keep], values.ravel()[keep]))

    def _close(self, name: str, rows: Columns, lower: ArrayLike, upper: ArrayLike) -> None:
        _check_free(name, self._rows)
        for store, value in ((self._row_lower, lower), (self._row_upper, upper)):
            store.append(np.broadcast_to(np.asarray(value, dtype=float), rows.shape).ravel())
        self._height += rows.size
        self._rows[name] = rows

    def built(self) -> LinearProblem:
        """Return the problem as sparse arrays."""
        entries = self._entries or [(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))]
        rows, columns, values = (np.concatenate(part) for part in zip(*entries, strict=True))
        matrix = sp.csr_matrix((values, (rows, columns)), shape=(self._height, self._width))
        matrix.eliminate_zeros()  # terms that cancel: what flows from a bus to another one of the same balance
        cost = _joined(self._cost)
        for where, more in self._more_cost:
            np.add.at(cost, where, more)
        return LinearProblem(
            cost=cost,
            quadratic=_joined(self._quadratic),
            lower=_joined(self._lower),
            upper=_joined(self._upper),
            integer=np.concatenate(self._integer) if self._integer else np.zeros(0, dtype=bool),
            matrix=matrix,
            row_lower=_joined(self._row_lower),
            row_upper=_joined(self._row_upper),
            constant=self.constant,
            variables=dict(self._variables),
            rows=dict(self._rows),
        )


def _check_free(name: str, names: dict[str, Columns]) -> None:
    """Two blocks of one name would hide the first from results, starts and files."""
    if name in names:
        raise ValueError(f"a block named {name} stands in the problem already; name it after its kind and id")


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.zeros(0)
