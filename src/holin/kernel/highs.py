"""HiGHS: the only place that knows the solver."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from holin.errors import HolinError, SolverFailed
from holin.kernel.linear import Floats, LinearProblem

Statuses = NDArray[np.int8]
BASIC = int(highspy.HighsBasisStatus.kBasic)


@dataclass(frozen=True, kw_only=True)
class Basis:
    """Which columns and rows are basic or at which bound, by the names of their blocks: a start for a like problem."""

    variables: dict[str, Statuses]
    rows: dict[str, Statuses]


@dataclass(frozen=True, kw_only=True)
class Solution:
    """The optimum: `values` by column; `row_duals` and `column_duals` are costs per unit of a bound.

    `basis` is None after an interior point.
    """

    values: Floats
    row_duals: Floats
    column_duals: Floats
    basis: Basis | None
    objective: float
    solver: str
    iterations: int
    seconds: float


class ProvenInfeasible(HolinError):
    """The solver proved that no point meets all rows; `Infeasible` with names is made from it upstairs."""


def highs_version() -> str:
    """Return the version of the solver, for manifests."""
    return str(highspy.Highs().version())


SECOND = {"simplex": "ipx", "ipx": "simplex", "hipo": "simplex"}
"""What is tried where an algorithm ends without an answer."""


def solve_linear(
    problem: LinearProblem,
    *,
    algorithm: str = "simplex",
    threads: int = 1,
    options: Mapping[str, Any] | None = None,
    start: Basis | None = None,
    on_progress: Callable[[str], None] | None = None,
) -> Solution:
    """Solve a linear problem with HiGHS: `simplex` (a vertex), `hipo` or `ipx` (interior point without crossover).

    With fixed capacities the dual simplex is the fastest for a year of hours (5 s against 15 s on the 2025 park); an
    interior point that ends without proof is followed by simplex, a simplex that loses its way by an interior point. A
    `start` from a like problem (the same blocks, other bounds or costs) saves most of the simplex's work; it changes no
    answer.
    Raises ProvenInfeasible, or SolverFailed with the solver's own words.
    """
    if problem.quadratic.any():
        raise ValueError("the problem has quadratic costs; `convex.solve_convex` takes them")
    for name in (algorithm, SECOND[algorithm]):
        settings: dict[str, Any] = {"output_flag": False, "threads": threads, "solver": name}
        if name != "simplex":
            settings["run_crossover"] = "off"
        solver = loaded(problem, settings | dict(options or {}), on_progress)
        if start is not None and name == "simplex":
            begin_at(solver, problem, start)
        began = time.perf_counter()
        run_status = solver.run()
        seconds = time.perf_counter() - began
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            raise ProvenInfeasible("the solver proved the problem infeasible")
        if status == highspy.HighsModelStatus.kOptimal:
            info = solver.getInfo()
            iterations = info.simplex_iteration_count if name == "simplex" else info.ipm_iteration_count
            basis = basis_of(solver, problem) if name == "simplex" else None
            return _solution(solver, name, basis=basis, iterations=iterations, seconds=seconds)
        if name == "simplex" and status != highspy.HighsModelStatus.kUnknown:
            break
    raise SolverFailed(f"HiGHS ended with {solver.modelStatusToString(status)} ({run_status})")


def solve_quadratic(problem: LinearProblem, *, iterations_max: int, threads: int = 1) -> Solution:
    """Solve a problem with quadratic costs by HiGHS's active-set method, which ends on the optimum itself.

    Raises ProvenInfeasible, or SolverFailed where it has no optimum after `iterations_max` steps: it is known to go
    round in circles where many optima lie side by side.
    """
    settings = {"output_flag": False, "threads": threads, "solver": "qpasm"}
    settings |= {
        "qp_iteration_limit": iterations_max,
        "qp_regularization_value": 0.0,
    }  # its own is 1e-7: seen in prices
    solver = loaded(problem, settings)
    began = time.perf_counter()
    solver.run()
    seconds = time.perf_counter() - began
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        raise ProvenInfeasible("the solver proved the problem infeasible")
    if status != highspy.HighsModelStatus.kOptimal:
        raise SolverFailed(f"HiGHS ended with {solver.modelStatusToString(status)}")
    iterations = solver.getInfo().qp_iteration_count
    return _solution(solver, "active set", basis=None, iterations=iterations, seconds=seconds)


def _solution(
    solver: highspy.Highs, algorithm: str, *, basis: Basis | None, iterations: int, seconds: float
) -> Solution:
    solution = solver.getSolution()
    return Solution(
        values=np.asarray(solution.col_value),
        row_duals=np.asarray(solution.row_dual),
        column_duals=np.asarray(solution.col_dual),
        basis=basis,
        objective=float(solver.getInfo().objective_function_value),
        solver=f"HiGHS {solver.version()} {algorithm}",
        iterations=int(iterations),
        seconds=seconds,
    )


def loaded(
    problem: LinearProblem,
    settings: Mapping[str, Any],
    on_progress: Callable[[str], None] | None = None,
    *,
    whole: bool = False,
) -> highspy.Highs:
    """Return a solver that holds the problem; `whole` keeps its integer columns so, else they are relaxed.

    Raises SolverFailed where HiGHS refuses an option or the problem.
    """
    check_numbers(problem)
    highspy.Highs.resetGlobalScheduler(True)  # threads are process-global: a later call may ask for another number
    solver = highspy.Highs()
    for name, value in settings.items():
        if solver.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise SolverFailed(
                f"HiGHS refused the option {name} = {value!r}; HiPO needs highspy-extras of the same version"
            )
    if on_progress is not None:
        solver.cbLogging += lambda event: on_progress(event.message)
        solver.setOptionValue("output_flag", True)
        solver.setOptionValue("log_to_console", False)
    if solver.passModel(_as_highs(problem, whole)) == highspy.HighsStatus.kError:
        raise SolverFailed("HiGHS refused the problem; a bound or coefficient is infinite where it may not be")
    return solver


def check_numbers(problem: LinearProblem) -> None:
    """HiGHS takes NaN without a word: as a cost it gives an answer, as a coefficient a proof of infeasibility."""
    columns = (problem.cost, problem.quadratic, problem.lower, problem.upper)
    empty = np.any([np.isnan(c) for c in columns], axis=0)
    entries = problem.matrix.indptr[:-1][np.diff(problem.matrix.indptr) > 0]
    empty_rows = np.isnan(problem.row_lower) | np.isnan(problem.row_upper)
    if len(entries):
        spoilt = np.add.reduceat(np.isnan(problem.matrix.data), entries) > 0
        empty_rows[np.flatnonzero(np.diff(problem.matrix.indptr) > 0)[spoilt]] = True
    blocks = [name for name, columns in problem.variables.items() if empty[columns].any()]
    blocks += [name for name, rows in problem.rows.items() if empty_rows[rows].any()]
    if blocks:
        raise SolverFailed(f"a cost, bound or coefficient is not a number in {', '.join(blocks)}; complete the inputs")


def _as_highs(problem: LinearProblem, whole: bool) -> highspy.HighsModel:
    model = highspy.HighsModel()
    lp = model.lp_
    lp.num_row_, lp.num_col_ = problem.matrix.shape
    lp.offset_ = problem.constant
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = problem.cost, problem.lower, problem.upper
    lp.row_lower_, lp.row_upper_ = problem.row_lower, problem.row_upper
    if whole and problem.integer.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(i)] for i in problem.integer]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = problem.matrix.indptr
    lp.a_matrix_.index_ = problem.matrix.indices
    lp.a_matrix_.value_ = problem.matrix.data
    squared = problem.quadratic != 0
    if squared.any():  # HiGHS minimises x' Q x / 2
        model.hessian_.dim_ = len(squared)
        model.hessian_.format_ = highspy.HessianFormat.kTriangular
        model.hessian_.start_ = np.concatenate([[0], np.cumsum(squared)])
        model.hessian_.index_ = np.flatnonzero(squared)
        model.hessian_.value_ = 2 * problem.quadratic[squared]
    return model


def basis_of(solver: highspy.Highs, problem: LinearProblem) -> Basis:
    """Return the solver's basis by the names of the blocks."""
    found = solver.getBasis()
    columns = np.array([int(s) for s in found.col_status], dtype=np.int8)
    rows = np.array([int(s) for s in found.row_status], dtype=np.int8)
    return Basis(
        variables={name: columns[where] for name, where in problem.variables.items()},
        rows={name: rows[where] for name, where in problem.rows.items()},
    )


def begin_at(solver: highspy.Highs, problem: LinearProblem, start: Basis) -> None:
    """Start from a basis where it fits: new columns at their lower bound, new rows basic; else from nothing."""
    height, width = problem.matrix.shape
    columns = np.full(width, int(highspy.HighsBasisStatus.kLower), dtype=np.int8)
    rows = np.full(height, BASIC, dtype=np.int8)
    for statuses, blocks, all_of in ((columns, problem.variables, start.variables), (rows, problem.rows, start.rows)):
        for name, where in blocks.items():
            if name in all_of and all_of[name].shape == where.shape:
                statuses[where] = all_of[name]
    if np.sum(columns == BASIC) + np.sum(rows == BASIC) != height:
        return
    kinds = [highspy.HighsBasisStatus(k) for k in range(5)]
    basis = highspy.HighsBasis()
    basis.col_status, basis.row_status = [kinds[k] for k in columns], [kinds[k] for k in rows]
    basis.valid = True
    solver.setBasis(basis)


def written_lp(problem: LinearProblem, path: str) -> None:
    """Write the problem as a readable LP file with the blocks' names, for golden files.

    Raises OSError when the file cannot be written.
    """
    with open(path, "w", encoding="utf-8"):
        pass  # HiGHS 1.15 ends the whole process on a path that it cannot open
    solver = loaded(problem, {"output_flag": False}, whole=True)
    for name, columns in problem.variables.items():
        for position, column in np.ndenumerate(columns):
            solver.passColName(int(column), _label(name, position))
    for name, rows in problem.rows.items():
        for position, row in np.ndenumerate(rows):
            solver.passRowName(int(row), _label(name, position))
    solver.writeModel(path)


def _label(name: str, position: tuple[int, ...]) -> str:
    """Return a name that the LP format allows: letters, digits, '_' and '.', such as `soc.S1.t3`."""
    return ".".join(
        [re.sub(r"[^A-Za-z0-9_.]", "_", name), *(f"t{k}" if i == 0 else str(k) for i, k in enumerate(position))]
    )
