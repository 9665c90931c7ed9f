"""A linear problem that is solved again and again: within other bounds, from a basis near by, with rows that come late.

The dual simplex takes a changed bound up where it left off, at a tenth of the work of a fresh start. Rows that are
declared lazy stand outside the solver until a solution breaks them; then they stay in it.
"""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

from holin.errors import SolverFailed
from holin.kernel.highs import Basis, Solution, basis_of, begin_at, loaded
from holin.kernel.linear import Columns, Floats, LinearProblem

SETTINGS = {"output_flag": False, "presolve": "off", "simplex_dual_edge_weight_strategy": 1}
"""Presolve would begin anew at every solve. Devex weights need no start; exact ones are a solve per row at each new
basis, which is more than all the rest of a node."""

LARGE = 200_000
"""Entries of a problem from which on the simplex needs long for a first optimum: an interior point with a crossover
gives it in a seventh of the time for two days of quarter-hours of eight units and four potlines, all of them heated."""

INTERIOR: dict[str, str] = {"solver": "ipx", "run_crossover": "on", "presolve": "on"}
SIMPLEX: dict[str, str] = {"solver": "simplex", "presolve": "off"}

BROKEN = 1e-6
"""By how much a lazy row may be broken: HiGHS's own tolerance is 1e-7."""


class OutOfTime(Exception):
    """The time ran out within a solve."""


@dataclass(frozen=True, kw_only=True)
class Relaxed:
    """An optimum within bounds: `values` by column, and the solver's basis to go on from.

    `values` and `basis` are None where the bounds leave no point (`bound` is inf) or where the search was cut off, as
    no point costs less than the cutoff.
    """

    bound: float
    values: Floats | None = None
    basis: highspy.HighsBasis | None = None


@dataclass
class Relaxation:
    """The problem in the solver; bounds, basis and rows in it change from one solve to the next.

    `until` is when to give up, by `time.perf_counter`.
    """

    problem: LinearProblem
    lazy: NDArray[np.bool_]
    threads: int = 1
    until: float = np.inf
    iterations: int = 0
    _fresh: bool = field(init=False, default=True)
    _solver: highspy.Highs = field(init=False)
    _rows: Columns = field(init=False)
    _lower: Floats = field(init=False)
    _upper: Floats = field(init=False)

    def __post_init__(self) -> None:
        self._rows = np.flatnonzero(~self.lazy)
        part = dataclasses.replace(
            self.problem,
            matrix=self.problem.matrix[self._rows],
            row_lower=self.problem.row_lower[self._rows],
            row_upper=self.problem.row_upper[self._rows],
            rows=self._numbers(),
        )
        self._solver = loaded(part, SETTINGS | {"threads": self.threads})
        self._lower, self._upper = self.problem.lower.copy(), self.problem.upper.copy()

    def begin_at(self, start: Basis) -> None:
        """Start the next solve from a basis of a like problem, by the names of the blocks."""
        begin_at(self._solver, self._present(), start)
        self._fresh = False

    def solve(
        self, lower: Floats, upper: Floats, *, basis: highspy.HighsBasis | None = None, cutoff: float = np.inf
    ) -> Relaxed:
        """Return the optimum within the bounds (column,), or that none is below the cutoff.

        Raises OutOfTime, or SolverFailed with the solver's own words.
        """
        changed = np.flatnonzero((lower != self._lower) | (upper != self._upper)).astype(np.int32)
        if len(changed):
            self._solver.changeColsBounds(len(changed), changed, lower[changed], upper[changed])
            self._lower[changed], self._upper[changed] = lower[changed], upper[changed]
        if basis is not None:
            self._solver.setBasis(self._fitting(basis))
        elif self._fresh and self.problem.matrix.nnz >= LARGE:
            self._reach_first_basis()
        self._fresh = False
        self._solver.setOptionValue("objective_bound", min(cutoff, 1e30))
        while True:
            status = self._run()
            if status == highspy.HighsModelStatus.kInfeasible:
                return Relaxed(bound=np.inf)
            if status == highspy.HighsModelStatus.kObjectiveBound:
                return Relaxed(bound=cutoff)
            values = np.asarray(self._solver.getSolution().col_value)
            if not self._add_broken(values):
                return Relaxed(bound=self.objective, values=values, basis=self._solver.getBasis())

    def _reach_first_basis(self) -> None:
        """Find the optimum of a large problem by an interior point, for the simplex to go on from its basis.

        Where it gives none, the simplex begins without.
        """
        for name, value in INTERIOR.items():
            self._solver.setOptionValue(name, value)
        self._limit_time()
        self._solver.run()
        for name, value in SIMPLEX.items():
            self._solver.setOptionValue(name, value)
        if self._solver.getModelStatus() == highspy.HighsModelStatus.kTimeLimit:
            raise OutOfTime

    @property
    def objective(self) -> float:
        """The objective of the last optimum."""
        return float(self._solver.getInfo().objective_function_value)

    def solution(self) -> Solution:
        """Return the last optimum with its duals; rows that stand outside bind nowhere, their duals are 0."""
        found = self._solver.getSolution()
        duals = np.zeros(len(self.problem.row_lower))
        duals[self._rows] = found.row_dual
        return Solution(
            values=np.asarray(found.col_value),
            row_duals=duals,
            column_duals=np.asarray(found.col_dual),
            basis=basis_of(self._solver, self._present()),
            objective=self.objective,
            solver=f"HiGHS {self._solver.version()} simplex",
            iterations=self.iterations,
            seconds=0.0,
        )

    def _run(self) -> highspy.HighsModelStatus:
        ended = (
            highspy.HighsModelStatus.kOptimal,
            highspy.HighsModelStatus.kInfeasible,
            highspy.HighsModelStatus.kObjectiveBound,
        )
        self._limit_time()
        self._solver.run()
        self.iterations += int(self._solver.getInfo().simplex_iteration_count)
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kTimeLimit:
            raise OutOfTime
        if status not in ended:  # a basis can lead the simplex into numbers that a fresh start avoids
            self._solver.clearSolver()
            self._solver.run()
            status = self._solver.getModelStatus()
        if status not in ended:
            raise SolverFailed(f"HiGHS ended with {self._solver.modelStatusToString(status)}")
        return status

    def _limit_time(self) -> None:
        if self.until < np.inf:  # the solver's clock adds up all its runs
            left = max(self.until - time.perf_counter(), 0.0)
            self._solver.setOptionValue("time_limit", self._solver.getRunTime() + left)

    def _add_broken(self, values: Floats) -> bool:
        outside = np.ones(len(self.lazy), dtype=bool)
        outside[self._rows] = False
        where = np.flatnonzero(outside)
        if not len(where):
            return False
        activity = self.problem.matrix[where] @ values
        low, high = self.problem.row_lower[where], self.problem.row_upper[where]
        broken = where[(activity > high + BROKEN) | (activity < low - BROKEN)]
        if not len(broken):
            return False
        part = self.problem.matrix[broken]
        self._solver.addRows(
            len(broken), self.problem.row_lower[broken], self.problem.row_upper[broken], part.nnz,
            part.indptr[:-1], part.indices, part.data,
        )  # fmt: skip
        self._rows = np.concatenate([self._rows, broken])
        return True

    def _fitting(self, basis: highspy.HighsBasis) -> highspy.HighsBasis:
        """Rows that came after the basis was taken are basic in it: they bind nothing yet."""
        more = len(self._rows) - len(basis.row_status)
        if more:
            basis.row_status = [*basis.row_status, *([highspy.HighsBasisStatus.kBasic] * more)]
        return basis

    def _present(self) -> LinearProblem:
        """The problem as the solver has it: rows by their numbers there, blocks with rows outside left out."""
        return dataclasses.replace(self.problem, matrix=self.problem.matrix[self._rows], rows=self._numbers())

    def _numbers(self) -> dict[str, Columns]:
        place = np.full(len(self.problem.row_lower), -1)
        place[self._rows] = np.arange(len(self._rows))
        rows = {name: place[where] for name, where in self.problem.rows.items()}
        return {name: where for name, where in rows.items() if (where >= 0).all()}
