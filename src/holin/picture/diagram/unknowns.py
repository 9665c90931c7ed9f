"""Places as the unknowns of a linear problem: distances to keep, and lengths that are to be short."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from holin.kernel.highs import solve_linear
from holin.kernel.linear import ProblemBuilder

Terms = tuple[tuple[int, float], ...]
"""Up to three unknowns with their coefficients."""


@dataclass(kw_only=True)
class Unknowns:
    """Collects unknowns >= 0, the rows x_i - x_j >= distance and what is to be short; gone once solved."""

    cost: list[float] = field(default_factory=list)
    _apart: list[tuple[int, int, float]] = field(default_factory=list)
    _exactly: list[tuple[int, int, float]] = field(default_factory=list)
    _short: list[tuple[Terms, float, float, bool]] = field(default_factory=list)

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
        self._short.append((tuple(terms), constant, weight, True))

    def at_most(self, terms: Iterable[tuple[int, float]], constant: float, weight: float) -> None:
        """Let what the sum of terms exceeds `constant` by cost `weight` per px."""
        self._short.append((tuple(terms), constant, weight, False))

    def solved(self) -> NDArray[np.float64]:
        """Return the cheapest places."""
        problem = ProblemBuilder()
        x = problem.add_variables("x", (len(self.cost),), lower=0.0, cost=np.array(self.cost))
        for name, rows in (("apart", self._apart), ("exactly", self._exactly)):
            if rows:
                right, left, distance = (np.array(v) for v in zip(*rows, strict=True))
                upper = distance if name == "exactly" else np.inf
                problem.add_rows(name, [(x[right], 1.0), (x[left], -1.0)], lower=distance, upper=upper)
        if self._short:
            weight = np.array([w for _, _, w, _ in self._short])
            length = problem.add_variables("length", (len(self._short),), lower=0.0, cost=weight)
            for name, sign, which in (("over", 1.0, None), ("under", -1.0, True)):
                chosen = [k for k, short in enumerate(self._short) if which is None or short[3] is which]
                padded = [(*self._short[k][0], (0, 0.0), (0, 0.0), (0, 0.0))[:3] for k in chosen]
                terms = [
                    (x[np.array([p[n][0] for p in padded], dtype=int)], np.array([-sign * p[n][1] for p in padded]))
                    for n in range(3)
                ]
                constant = np.array([-sign * self._short[k][1] for k in chosen])
                if chosen:
                    problem.add_rows(name, [(length[chosen], 1.0), *terms], lower=constant)
        return solve_linear(problem.built()).values[: len(self.cost)]
