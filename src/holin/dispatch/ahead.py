"""The schedule of the hours ahead: whole-number commitment to a proven gap, branch limits added where they bind."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from holin.dispatch.ahead_table import ahead_table, let_off
from holin.dispatch.breaches import Breach, breaches_of
from holin.dispatch.carry import state_after
from holin.dispatch.dispatch import BALANCE_TOLERANCE_MW, OBJECTIVE_TOLERANCE, bus_prices
from holin.dispatch.limits import Watched, branch_limits, bus_injections, same_watched, topologies_of, violated
from holin.dispatch.odd_state import check_window, with_possible_state
from holin.dispatch.paths import paths_of_plan, possible_paths
from holin.dispatch.pots import check_pots, over
from holin.dispatch.recount import balance_error_mw, check_commitment, check_rows, running_cost
from holin.dispatch.schedule import schedule_of
from holin.dispatch.smooth import smoothed
from holin.dispatch.window import Apart, Window, window_problem
from holin.dispatch.wishes import wishes_cost
from holin.errors import CheckFailed, Fault, SolverFailed
from holin.kernel.highs import Basis, ProvenInfeasible, solve_linear
from holin.kernel.linear import Floats, LinearProblem
from holin.kernel.mixed import MixedSolution, solve_mixed
from holin.kernel.switching import solve_switching
from holin.operation import (
    BranchLimit,
    HeatSpare,
    State,
    hours_of,
    switches_of,
)

ROUNDS = 12
NARROWED_MAX = 4
"""So often a schedule is made anew that the full model of the pots' heat does not confirm."""

SPARE = HeatSpare(superheat_c=0.05, ledge_cm=0.02)
"""What a window is narrowed by beyond what the full model was outside."""

BOTH_MW = 1e-5
"""A storage that charges and discharges by more than this in one step does both."""


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """The schedule of a window: tables SCHEDULE and AHEAD, what it costs, what gave way, and how sure that is.

    `objective` is running cost and the prices of all breaches and wishes, `bound` what no schedule can cost less than,
    `cost` the running cost by part, worked out from the schedule alone; `objective_recomputed` is its sum and the
    priced wishes. `status` is optimal (the gap was reached), feasible (time ran out), or breached: a duty gives way.
    Or it says how far a `fallback` went, and `reason` why. `state_faults` is what could not be in the state given;
    `window` has the nearest one that can.
    """

    window: Window
    problem: LinearProblem
    solution: MixedSolution
    schedule: xr.Dataset
    ahead: xr.Dataset
    objective: float
    objective_recomputed: float
    bound: float
    mip_gap: float
    status: str
    cost: dict[str, float]
    wishes_cost: float
    breaches: tuple[Breach, ...]
    balance_error_mw_max: float
    watched: Watched
    limits: tuple[BranchLimit, ...]
    solves: int
    seconds: float
    state_faults: tuple[Fault, ...] = ()
    reason: str = ""

    def state_after(self, steps: int) -> State:
        """Return the state after so many steps of the schedule: what the next window begins in."""
        window = self.window
        return state_after(
            window.case.park, window.state, self.schedule, self.ahead, step_h=window.case.hours.step_h, steps=steps
        )

    def cost_of_first(self, steps: int) -> dict[str, float]:
        """Return what so many steps cost to run, by part; the rest of `cost` belongs to the steps after them."""
        if steps >= self.schedule.sizes["time"]:
            return self.cost
        case, part = self.window.case, slice(0, steps)
        out = {name: mask[part] for name, mask in case.hours.out.items()}
        hours = hours_of(case.hours.time[part], case.park.facts.time_zone, step_h=case.hours.step_h, out=out)
        first = self.schedule.isel(time=part)
        months = int(hours.month.max()) + 1
        counted = {key: peaks[:months] for key, peaks in self.window.counted.items()}
        return running_cost(case.park, hours, self.window.state, first, counted=counted)


def dispatch_ahead(
    window: Window,
    *,
    limits_mw: Mapping[str, Floats] | None = None,
    cuts: Sequence[BranchLimit] = (),
    watched: Watched | None = None,
    mip_gap: float = 1e-3,
    seconds_max: float | None = None,
    start: Ahead | xr.Dataset | None = None,
    held: bool = False,
    threads: int = 1,
    on_progress: Callable[[str], None] | None = None,
) -> Ahead:
    """Return the least-cost schedule of a window; it always has one, for what cannot be kept gives way at its price.

    `limits_mw` (branch -> (time,)) stands for ratings where AC flows taught a lower limit, `cuts` are further limits
    (of branches after an outage), `watched` those in the problem from the start, `start` a schedule of a like window
    whose commitment is tried first, and with `held` kept: the rest is then optimal for that commitment. A `start` that
    is a mere table SCHEDULE is taken at its times, as near as the state allows. SolverFailed
    where no point was found in `seconds_max`; CheckFailed where the schedule does not stand up to being worked out
    anew.
    """
    began = clock.perf_counter()
    check_window(window)
    window, faults = with_possible_state(window)
    case = window.case
    topologies = topologies_of(case.park, case.hours.time)
    lowered, watch, apart, basis = dict(limits_mw or {}), dict(watched or {}), dict[str, np.ndarray](), None
    if isinstance(start, Ahead):
        watch, basis = {**start.watched, **watch}, start.solution.linear.basis
    narrowed, before = 0, None
    for solves in range(1, ROUNDS + NARROWED_MAX + 1):
        limits = (*branch_limits(case, topologies, watch, lowered), *cuts)
        problem = window_problem(window, limits, apart)
        left = None if seconds_max is None else max(seconds_max - (clock.perf_counter() - began), 0.1)
        switches = switches_of(case.park, case.hours, window.state.thermal, problem.variables)
        if held and isinstance(start, Ahead):
            solution = _solve_held(problem, _Solved.of(start), mip_gap, left, basis, threads)
        else:
            again = None if before is None else _still_good(problem, before, apart, mip_gap, left, basis, threads)
            solution = again or solve_switching(
                problem, switches, mip_gap=mip_gap, seconds_max=left,
                start=point_of(window, problem, start if before is None else before), basis=basis, threads=threads,
                on_progress=on_progress,
            )  # fmt: skip
        before = _Solved(problem=problem, solution=solution)
        schedule = schedule_of(case, problem, solution.linear, bus_prices(problem, solution.linear, case, limits))
        grown = violated(topologies, bus_injections(case, schedule), lowered, watch)
        both = both_ways(schedule, apart)
        if same_watched(grown, watch) and not _grows(both, apart):
            calm = smoothed(window, problem, solution)
            if calm is not solution:
                even = schedule_of(case, problem, calm.linear, bus_prices(problem, calm.linear, case, limits))
                if same_watched(violated(topologies, bus_injections(case, even), lowered, watch), watch):
                    solution, schedule = calm, even
            made = ahead_checked(window, problem, solution, schedule, limits)
            if (left_by := over(window, made.ahead, made.breaches)) and narrowed < NARROWED_MAX:
                window, narrowed = _narrowed(window, left_by), narrowed + 1
                continue
            check_pots(window, made.ahead, made.breaches)
            seconds = clock.perf_counter() - began
            return replace(made, watched=watch, state_faults=faults, solves=solves, seconds=seconds)
        watch, apart, basis = grown, both, solution.linear.basis
    raise CheckFailed(f"branch limits still violated after {ROUNDS} rounds of added rows: {sorted(grown)}")


@dataclass(frozen=True, kw_only=True)
class _Solved:
    """A problem and its solution."""

    problem: LinearProblem
    solution: MixedSolution

    @classmethod
    def of(cls, made: Ahead) -> _Solved:
        return cls(problem=made.problem, solution=made.solution)


def _still_good(
    problem: LinearProblem,
    before: _Solved,
    apart: Apart,
    mip_gap: float,
    seconds_max: float | None,
    basis: Basis | None,
    threads: int,
) -> MixedSolution | None:
    """Return the optimum for what ran before in a problem with further limits, where the bound of before proves it.

    Limits only take points away and prices only rise: what no point could cost less than, none can now. A storage that
    is now kept `apart` goes the way that it went on balance.
    """
    values, blocks = before.solution.linear.values, before.problem.variables
    ways = {
        f"charging.{s}": (values[blocks[f"charge.{s}"][at]] > values[blocks[f"discharge.{s}"][at]]).astype(float)
        for s, at in apart.items()
    }
    bound = before.solution.bound
    try:
        held = _solve_held(problem, before, mip_gap, seconds_max, basis, threads, ways)
    except (ProvenInfeasible, SolverFailed):
        return None  # with other units on, or another way of a storage, there may be a point
    gap = (held.objective - bound) / max(abs(held.objective), 1e-12)
    return replace(held, bound=bound, mip_gap=gap, proven=True) if gap <= mip_gap else None


def point_of(window: Window, problem: LinearProblem, start: Ahead | _Solved | xr.Dataset | None) -> Floats | None:
    """Return a point with the commitment of a like window, by the names of its columns; None without one.

    Of a table SCHEDULE the commitment at the window's times, all else not known (NaN).
    """
    if start is None:
        return None
    if isinstance(start, xr.Dataset):
        return _point_of_plan(window, problem, start)
    point = np.zeros(len(problem.cost))
    values = start.solution.linear.values
    for name, columns in problem.variables.items():
        other = start.problem.variables.get(name)
        if other is not None and other.shape == columns.shape:
            point[columns] = values[other]
    return point


def _point_of_plan(window: Window, problem: LinearProblem, plan: xr.Dataset) -> Floats | None:
    wanted = paths_of_plan(window, plan)
    if wanted is None:
        return None
    point = np.full(len(problem.cost), np.nan)
    for unit, path in possible_paths(window, wanted).items():
        point[problem.variables[f"on.{unit}"]] = path
    return point


def _solve_held(
    problem: LinearProblem,
    start: _Solved,
    mip_gap: float,
    seconds_max: float | None,
    basis: Basis | None,
    threads: int,
    ways: Mapping[str, Floats] | None = None,
) -> MixedSolution:
    """Return the optimum with the commitment of a like window; storage is still kept from doing both, by `ways` (name
    of its columns -> values) where given."""
    lower, upper, integer = problem.lower.copy(), problem.upper.copy(), problem.integer.copy()
    values = start.solution.linear.values
    for name, columns in problem.variables.items():
        whole = columns[problem.integer[columns]]
        if ways is not None and name in ways:
            kept = ways[name]
        elif name.startswith("charging.") or start.problem.variables.get(name, columns[:0]).shape != columns.shape:
            continue
        else:
            kept = np.round(values[start.problem.variables[name][problem.integer[columns]]])
        lower[whole] = upper[whole] = kept
        integer[whole] = False
    held = replace(problem, lower=lower, upper=upper, integer=integer)
    if integer.any():
        return solve_mixed(held, mip_gap=mip_gap, seconds_max=seconds_max, threads=threads)
    found = solve_linear(held, threads=threads, start=basis)
    return MixedSolution(
        linear=found, objective=found.objective, bound=found.objective, mip_gap=0.0, proven=True, nodes=0,
        seconds=found.seconds,
    )  # fmt: skip


def _narrowed(window: Window, left_by: Mapping[str, HeatSpare]) -> Window:
    """Return the window with more to spare for the lines that left it in the full model."""
    spare = dict(window.spare)
    for potline, beyond in left_by.items():
        so_far = spare.get(potline, HeatSpare())
        spare[potline] = HeatSpare(
            superheat_c=so_far.superheat_c + (beyond.superheat_c + SPARE.superheat_c if beyond.superheat_c else 0.0),
            ledge_cm=so_far.ledge_cm + (beyond.ledge_cm + SPARE.ledge_cm if beyond.ledge_cm else 0.0),
        )
    return replace(window, spare=spare)


def both_ways(schedule: xr.Dataset, apart: Apart) -> dict[str, np.ndarray]:
    """Return the steps in which storages do both, with those that were kept apart already.

    Where one does both again, what pays moves from step to step: then all its steps are kept apart.
    """
    found = {}
    for storage in map(str, schedule.storage.values):
        both = (schedule.charge_mw.sel(storage=storage).values > BOTH_MW) & (
            schedule.discharge_mw.sel(storage=storage).values > BOTH_MW
        )
        steps = np.union1d(apart.get(storage, np.zeros(0, dtype=np.int64)), np.flatnonzero(both))
        if storage in apart and len(steps) > len(apart[storage]):
            steps = np.arange(len(both))
        if len(steps):
            found[storage] = steps.astype(np.int64)
    return found


def _grows(both: Apart, apart: Apart) -> bool:
    return any(len(steps) > len(apart.get(storage, ())) for storage, steps in both.items())


def ahead_checked(
    window: Window,
    problem: LinearProblem,
    solution: MixedSolution,
    schedule: xr.Dataset,
    limits: Sequence[BranchLimit],
) -> Ahead:
    """Work out cost, balance, rows and commitment apart from the solver; CheckFailed where they do not agree."""
    values = solution.linear.values
    check_rows(problem, values)
    check_commitment(window, schedule)
    breaches = breaches_of(window, problem, values, limits)
    cost = running_cost(window.case.park, window.case.hours, window.state, schedule, counted=window.counted)
    wishes = wishes_cost(window, problem, values)
    recomputed = sum(cost.values()) + wishes
    if abs(recomputed - solution.objective) > OBJECTIVE_TOLERANCE * max(1.0, abs(solution.objective)):
        raise CheckFailed(f"the schedule costs {recomputed:.8g}, the solver said {solution.objective:.8g}")
    off = let_off(window, problem, values)
    error = balance_error_mw(window, schedule, off)
    if error > BALANCE_TOLERANCE_MW:
        raise CheckFailed(f"the power balance misses by {error:.3g} MW in some step")
    table = ahead_table(window, problem, solution.linear, schedule, off)
    return Ahead(
        window=window,
        problem=problem,
        solution=solution,
        schedule=schedule,
        ahead=table,
        objective=solution.objective,
        objective_recomputed=recomputed,
        bound=solution.bound,
        mip_gap=solution.mip_gap,
        status=status_of(breaches, proven=solution.proven),
        cost=cost,
        wishes_cost=wishes,
        breaches=breaches,
        balance_error_mw_max=error,
        watched={},
        limits=tuple(limits),
        solves=1,
        seconds=0.0,
    )


def status_of(breaches: Sequence[Breach], *, proven: bool) -> str:
    """Return in a word how a schedule ended: breached, where a duty gives way; optimal, where the gap was reached."""
    return "breached" if any(b.duty for b in breaches) else "optimal" if proven else "feasible"
