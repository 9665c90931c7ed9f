"""A schedule when the solver gives none in time: the last plan adjusted, then a priority list, then no command at all.

No search for the best commitment takes place: it is given, and one linear problem sets the powers.
"""

from __future__ import annotations

import threading
import time as clock
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from holin.dispatch.ahead import Ahead, ahead_checked, both_ways, dispatch_ahead
from holin.dispatch.breaches import Breach, breach_by_step
from holin.dispatch.dispatch import bus_prices, same_watched
from holin.dispatch.limits import (
    Topology,
    Watched,
    branch_limits,
    bus_injections,
    dc_flows,
    limit_of,
    topologies_of,
    violated,
)
from holin.dispatch.no_command import no_command
from holin.dispatch.odd_state import check_window, with_possible_state
from holin.dispatch.paths import Paths, merit_order, possible_paths
from holin.dispatch.schedule import schedule_of
from holin.dispatch.window import Apart, Window, window_problem
from holin.errors import BadInput, HolinError, Mismatch, SolverFailed
from holin.kernel.highs import Basis, Solution, solve_linear
from holin.kernel.linear import Floats, LinearProblem
from holin.kernel.mixed import MixedSolution
from holin.operation import BranchLimit

LAST_PLAN, RULES, GRID_ONLY = "fallback: last plan", "fallback: rules", "fallback: grid only"
"""Values of `Ahead.status`: how far a schedule had to fall back."""

ROUNDS = 3
GRACE_S = 1.0
"""How long after its time a solver may still answer: its last linear problem is not cut off."""


class TooLate(HolinError):
    """The time for a schedule is over; raised in the solver's progress to end it."""


def dispatch_or_fall_back(
    window: Window,
    *,
    seconds_max: float,
    last: Ahead | None = None,
    limits_mw: Mapping[str, Floats] | None = None,
    cuts: Sequence[BranchLimit] = (),
    mip_gap: float = 1e-3,
    grace_s: float = GRACE_S,
    **more: Any,
) -> Ahead:
    """Return the schedule of `dispatch_ahead`, or that of `fallback` where it fails or is not there in time.

    The solver has `seconds_max` and `grace_s`; then it is left alone, and told to end when it next reports progress.
    `last` is a plan of this window or of an earlier one, `more` goes to `dispatch_ahead`. What fell back says so in
    `status` and why in `reason`. BadInput and Mismatch are the caller's to mend, and raised.
    """
    answer: dict[str, Any] = {}
    ended = threading.Event()

    def progress(message: str) -> None:
        if ended.is_set():
            raise TooLate(message)

    def work() -> None:
        try:
            answer["made"] = dispatch_ahead(
                window, limits_mw=limits_mw, cuts=cuts, mip_gap=mip_gap, seconds_max=seconds_max, start=last,
                on_progress=progress, **more,
            )  # fmt: skip
        except Exception as failure:
            answer["failure"] = failure

    worker = threading.Thread(target=work, daemon=True, name="dispatch")
    worker.start()
    worker.join(seconds_max + grace_s)
    ended.set()
    if "made" in answer:
        made: Ahead = answer["made"]
        return made
    failure = answer.get("failure")
    if isinstance(failure, BadInput | Mismatch):
        raise failure
    reason = f"no answer within {seconds_max:g} s" if failure is None else f"{type(failure).__name__}: {failure}"
    return fallback(window, last, limits_mw=limits_mw, cuts=cuts, reason=reason)


def fallback(
    window: Window,
    last: Ahead | None = None,
    *,
    limits_mw: Mapping[str, Floats] | None = None,
    cuts: Sequence[BranchLimit] = (),
    seconds_max: float = 3.0,
    reason: str = "",
) -> Ahead:
    """Return a schedule without a search: always one, its breaches named, worked out anew as every schedule is.

    First the commitment of `last` at the same times, as near as state and outages allow, its end held on, with units
    added in merit order where what tripped leaves too little; then all by a priority list (`paths.merit_order`); powers
    by one linear problem each, as long as `seconds_max` lasts. Last of all no command (`no_command`): everything goes
    on as it is, and the grid connection takes the rest. No bound is known: `bound` is minus infinity.
    """
    began = clock.perf_counter()
    check_window(window)
    window, faults = with_possible_state(window)
    tries: list[tuple[str, Paths]] = []
    if last is not None and (wanted := _of_last(window, last)) is not None:
        tries.append((LAST_PLAN, merit_order(window, wanted)))
    tries.append((RULES, merit_order(window)))
    why = [reason] if reason else []
    for status, wanted in tries:
        left = seconds_max - (clock.perf_counter() - began)
        if left <= 0:
            why.append(f"no time was left for {status.partition(': ')[2]}")
            continue
        try:
            made = _powered(window, _columns(possible_paths(window, wanted)), last, limits_mw or {}, cuts, left)
        except HolinError as failure:
            why.append(f"{status.partition(': ')[2]}: {failure}")
            continue
        return replace(
            made, status=status, reason="; ".join(why), state_faults=faults, seconds=clock.perf_counter() - began
        )  # fmt: skip
    made, unkept = no_command(window)
    if unkept:
        why.append(f"not kept: {', '.join(unkept)}")
    made = _with_overloads(made, limits_mw or {}, {})
    return replace(
        made, status=GRID_ONLY, reason="; ".join(why), state_faults=faults, seconds=clock.perf_counter() - began
    )  # fmt: skip


def _columns(paths: Paths) -> Paths:
    return {f"on.{unit}": path for unit, path in paths.items()}


def _of_last(window: Window, last: Ahead) -> Paths | None:
    """Return the commitment of a plan at the window's times, its last one held on; None where they do not meet."""
    time, planned = window.case.hours.time, last.schedule.time.values
    if not len(planned) or planned[-1] < time[0]:
        return None
    place = np.clip(np.searchsorted(planned, time, side="right") - 1, 0, len(planned) - 1)
    known = set(map(str, last.schedule.thermal_unit.values))
    if not {u.id for u in window.case.park.thermal_units} <= known:
        return None
    return {
        u.id: last.schedule.committed.sel(thermal_unit=u.id).values[place] for u in window.case.park.thermal_units
    }  # fmt: skip


def _powered(
    window: Window,
    paths: Paths,
    last: Ahead | None,
    limits_mw: Mapping[str, Floats],
    cuts: Sequence[BranchLimit],
    seconds_max: float,
) -> Ahead:
    """Return the cheapest schedule with the units on as given; overloads left after some rounds are breaches."""
    began = clock.perf_counter()
    case = window.case
    topologies = topologies_of(case.park, case.hours.time)
    watch: Watched = _watched_from(window, last, topologies[0]) if len(topologies) == 1 else {}
    basis = None if last is None else last.solution.linear.basis
    apart: Apart = {}
    charging: dict[str, Floats] = {}
    for solves in range(1, ROUNDS + 1):
        limits = (*branch_limits(case, topologies, watch, limits_mw), *cuts)
        problem = window_problem(window, limits, apart)
        left = seconds_max - (clock.perf_counter() - began)
        solution = _solved(problem, paths | charging, basis, left)
        schedule = schedule_of(case, problem, solution, bus_prices(problem, solution, case, limits))
        grown, both = violated(topologies, bus_injections(case, schedule), limits_mw, watch), both_ways(schedule, apart)
        done = same_watched(grown, watch) and all(len(both[s]) == len(apart.get(s, ())) for s in both)
        if done or solves == ROUNDS or clock.perf_counter() - began > seconds_max / 2:
            break
        watch, apart, basis = grown, both, solution.basis
        net = schedule.charge_mw - schedule.discharge_mw
        charging = {f"charging.{s}": (net.sel(storage=s).values[at] > 0).astype(float) for s, at in both.items()}
    mixed = MixedSolution(
        linear=solution, objective=solution.objective, bound=-np.inf, mip_gap=np.inf, proven=False, nodes=0,
        seconds=clock.perf_counter() - began,
    )  # fmt: skip
    made = ahead_checked(window, problem, mixed, schedule, limits)
    return _with_overloads(replace(made, watched=watch, solves=solves), limits_mw, watch)


def _solved(problem: LinearProblem, whole: Mapping[str, Floats], basis: Basis | None, seconds: float) -> Solution:
    """Solve with the whole numbers (column's name -> values) held."""
    lower, upper = problem.lower.copy(), problem.upper.copy()
    for name, values in whole.items():
        lower[problem.variables[name]] = upper[problem.variables[name]] = values
    if (lower[problem.integer] != upper[problem.integer]).any():
        raise SolverFailed("a whole number other than on and off has no value without a search")
    held = replace(problem, lower=lower, upper=upper)
    return solve_linear(held, start=basis, options={"time_limit": max(seconds, 0.05)})


def _watched_from(window: Window, last: Ahead | None, topology: Topology) -> Watched:
    """Return the branches that an earlier plan watched, in all hours: limits cost little once they stand."""
    if last is None:
        return {}
    every, there = np.arange(window.case.hours.count), set(map(str, topology.network.branches))
    return {(0, name): every for (k, name) in last.watched if k == 0 and name in there}


def _with_overloads(made: Ahead, limits_mw: Mapping[str, Floats], watch: Watched) -> Ahead:
    """Add the overloads of branches that no row held, told from the flows of the schedule."""
    case = made.window.case
    injection = bus_injections(case, made.schedule)
    found: list[Breach] = []
    for k, topology in enumerate(topologies_of(case.park, case.hours.time)):
        flows = np.abs(dc_flows(topology, injection))
        for b, name in enumerate(map(str, topology.network.branches)):
            limit = limit_of(limits_mw, name, topology.network.rating_mva[b], case.hours.count)[topology.hours]
            over = np.maximum(flows[:, b] - limit, 0.0)
            over[np.isin(topology.hours, watch.get((k, name), np.zeros(0, dtype=np.int64)))] = 0.0
            found += breach_by_step(made.window, "over", name, topology.hours, over, np.zeros(len(over)))
    if not found:
        return made
    breaches = sorted((*made.breaches, *found), key=lambda b: (not b.duty, -b.cost))
    return replace(made, breaches=tuple(breaches))
