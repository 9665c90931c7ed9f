"""Places as the unknowns of a linear problem: distances to keep, and lengths that are to be short."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from holin.kernel.highs import Basis, solve_linear
from holin.kernel.linear import Columns, ProblemBuilder

Terms = tuple[tuple[int, float], ...]
"""Up to three unknowns with their coefficients."""


@dataclass(frozen=True, kw_only=True)
class _Short:
    """What |terms - constant| costs per px, or only (`over`) what the terms exceed the constant by."""

    terms: Terms
    constant: float
    weight: float
    over: bool


@dataclass(kw_only=True)
class Unknowns:
    """Collects unknowns >= 0, the rows x_i - x_j >= distance and what is to be short; gone once solved."""

    cost: list[float] = field(default_factory=list)
    _apart: list[tuple[int, int, float]] = field(default_factory=list)
    _exactly: list[tuple[int, int, float]] = field(default_factory=list)
    _short: dict[str, list[_Short]] = field(default_factory=dict)

    def new(self, cost: float = 0.0) -> int:
        """Add an unknown that costs so much per px."""
        self.cost.append(cost)
        return len(self.cost) - 1

    def apart(self, right: int, left: int, distance: float) -> None:
        """Demand right - left >= distance."""
        self._apart.append((right, left, distance))

    def exactly(self, right: int, left: int, distance: float) -> None:
        """Demand right - left = distance."""
        self._exactly.append((right, left, distance))

    def near(self, terms: Iterable[tuple[int, float]], constant: float, weight: float) -> None:
        """Let |sum of terms - constant| cost `weight` per px."""
        self._add("near", _Short(terms=tuple(terms), constant=constant, weight=weight, over=False))

    def at_most(self, terms: Iterable[tuple[int, float]], constant: float, weight: float, name: str = "over") -> None:
        """Let what the sum of terms exceeds `constant` by cost `weight` per px; `name` is that of its block."""
        self._add(name, _Short(terms=tuple(terms), constant=constant, weight=weight, over=True))

    def _add(self, name: str, short: _Short) -> None:
        self._short.setdefault(name, []).append(short)

    def solved(self, start: Basis | None = None) -> tuple[NDArray[np.float64], Basis | None]:
        """Return the cheapest places, and the basis from which a like problem starts best."""
        problem = ProblemBuilder()
        x = problem.add_variables("x", (len(self.cost),), lower=0.0, cost=np.array(self.cost))
        for name, rows in (("apart", self._apart), ("exactly", self._exactly)):
            if rows:
                right, left, distance = (np.array(v) for v in zip(*rows, strict=True))
                upper = distance if name == "exactly" else np.inf
                problem.add_rows(name, [(x[right], 1.0), (x[left], -1.0)], lower=distance, upper=upper)
        for name, shorts in self._short.items():
            weight = np.array([short.weight for short in shorts])
            length = problem.add_variables(name, (len(shorts),), lower=0.0, cost=weight)
            _add_lengths(problem, name, x, length, shorts, 1.0)
            if not shorts[0].over:
                _add_lengths(problem, f"{name}_under", x, length, shorts, -1.0)
        solution = solve_linear(problem.built(), start=start)
        return solution.values[: len(self.cost)], solution.basis


def _add_lengths(
    problem: ProblemBuilder, name: str, x: Columns, length: Columns, shorts: list[_Short], sign: float
) -> None:
    """Add length >= sign (terms - constant)."""
    padded = [(*short.terms, (0, 0.0), (0, 0.0), (0, 0.0))[:3] for short in shorts]
    terms = [(x[np.array([p[n][0] for p in padded])], np.array([-sign * p[n][1] for p in padded])) for n in range(3)]
    constant = np.array([-sign * short.constant for short in shorts])
    problem.add_rows(name, [(length, 1.0), *terms], lower=constant)
