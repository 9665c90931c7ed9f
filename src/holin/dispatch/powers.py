"""The powers of units whose switching is given: linear problems, made anew while that cures something in time."""

from __future__ import annotations

import time as clock
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import xarray as xr

from holin.dispatch.ahead import Ahead, ahead_checked, both_ways
from holin.dispatch.breaches import LEAST
from holin.dispatch.dispatch import bus_prices
from holin.dispatch.heat_apart import damped, heat_rows, lines_apart, outside, with_heat
from holin.dispatch.limits import Watched, branch_limits, bus_injections, same_watched, topologies_of, violated
from holin.dispatch.schedule import schedule_of
from holin.dispatch.window import Apart, Window, window_problem
from holin.errors import SolverFailed
from holin.kernel.highs import Basis, ProvenInfeasible, Solution, solve_linear
from holin.kernel.linear import Floats, LinearProblem
from holin.kernel.mixed import MixedSolution
from holin.kernel.parts import with_all_rows, without_rows
from holin.operation import BranchLimit

ROUNDS = 4
AGAIN, TO_MEND = 1 / 6, 1 / 2
"""No round but the first begins after this part of the time: of three seconds half a one, so that the whole is there
within a second where the machine is not busy; but three halves where a limit is still broken."""

METAL_T = 0.1
"""Metal short for the heat of the pots that is worth another round."""


@dataclass(frozen=True, kw_only=True)
class _Try:
    """What one round is solved for: branches watched, storages kept apart, potlines whose heat is in the problem
    (`warm`), the power of others that would leave their window (`damped`, column's name -> values), and the current
    efficiency that lines lose (`lost`), as the round before found it."""

    watch: Watched
    apart: Apart = field(default_factory=dict)
    charging: Mapping[str, Floats] = field(default_factory=dict)
    warm: frozenset[str] = frozenset()
    damped: Mapping[str, Floats] = field(default_factory=dict)
    lost: Mapping[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What a round gave; `covered` are lines whose metal is made where their pots lose what `tried` says."""

    problem: LinearProblem
    solution: Solution
    schedule: xr.Dataset
    limits: tuple[BranchLimit, ...]
    tried: _Try
    covered: frozenset[str]
    solves: int


def powered(
    window: Window,
    whole: Mapping[str, Floats],
    *,
    watch: Watched,
    basis: Basis | None,
    limits_mw: Mapping[str, Floats],
    cuts: Sequence[BranchLimit],
    seconds_max: float,
) -> Ahead:
    """Return the cheapest schedule with whole numbers (column's name -> values) as given.

    The heat of pots is left out at first and worked out from the powers. The power of a line that leaves its window is
    damped in the next round, and where that does not do, its heat is in the problem. So are branches that were
    overloaded, and storages that did both are kept to one. What is left when rounds or their time (AGAIN, TO_MEND)
    end is a breach. SolverFailed where not even the first round ends in `seconds_max`.
    """
    began = clock.perf_counter()
    topologies = topologies_of(window.case.park, window.case.hours.time)
    tried, problem, limits = _Try(watch=watch), None, tuple[BranchLimit, ...]()
    best: _Found | None = None
    for solves in range(1, ROUNDS + 1):
        left = seconds_max - (clock.perf_counter() - began)
        if problem is None:
            limits = (*branch_limits(window.case, topologies, tried.watch, limits_mw), *cuts)
            problem = window_problem(window, limits, tried.apart)
        try:
            solution, covered = _solved(problem, {**whole, **tried.charging}, tried, basis, left)
        except (SolverFailed, ProvenInfeasible):
            if best is None:
                raise
            break
        prices = bus_prices(problem, solution, window.case, limits)
        schedule = schedule_of(window.case, problem, solution, prices)
        best = _Found(
            problem=problem, solution=solution, schedule=schedule, limits=limits, tried=tried, covered=covered,
            solves=solves,
        )  # fmt: skip
        grown = violated(topologies, bus_injections(window.case, schedule), limits_mw, tried.watch)
        following = _following(best, grown)
        if following is None:
            break
        others = not same_watched(following.watch, tried.watch) or following.apart is not tried.apart
        mends = others or following.warm != tried.warm or following.damped.keys() != tried.damped.keys()
        if clock.perf_counter() - began > (TO_MEND if mends else AGAIN) * seconds_max:
            break
        if others:
            problem = None
        tried, basis = following, solution.basis
    assert best is not None
    mixed = MixedSolution(
        linear=best.solution, objective=best.solution.objective, bound=-np.inf, mip_gap=np.inf, proven=False, nodes=0,
        seconds=clock.perf_counter() - began,
    )  # fmt: skip
    made = ahead_checked(window, best.problem, mixed, best.schedule, best.limits)
    return replace(made, watched=best.tried.watch, solves=best.solves)


def _following(found: _Found, grown: Watched) -> _Try | None:
    """Return what the next round is to mend; None where nothing is left to."""
    tried, problem, values = found.tried, found.problem, found.solution.values
    cool = lines_apart(problem) - tried.warm
    both = both_ways(found.schedule, tried.apart)
    grows = any(len(both[s]) > len(tried.apart.get(s, ())) for s in both)
    calmed, warm = dict(tried.damped), tried.warm
    for line in sorted(outside(problem, values, cool, LEAST)):
        less = damped(problem, values, line)
        if less is None or less.keys() <= calmed.keys():
            warm |= {line}
        else:
            calmed |= less
    short = [x for x in found.covered - warm if values[problem.variables[f"metal_short.{x}"]].sum() > METAL_T]
    lost = {line: values[problem.variables[f"efficiency_loss.{line}"]] for line in short}
    if (
        same_watched(grown, tried.watch)
        and not grows
        and warm == tried.warm
        and calmed.keys() == tried.damped.keys()
        and not short
    ):
        return None
    charging = dict(tried.charging)
    if grows:
        net = found.schedule.charge_mw - found.schedule.discharge_mw
        charging = {f"charging.{s}": (net.sel(storage=s).values[at] > 0).astype(float) for s, at in both.items()}
    return _Try(
        watch=grown,
        apart=both if grows else tried.apart,
        charging=charging,
        warm=warm,
        damped=calmed,
        lost={**tried.lost, **lost},
    )


def _solved(
    problem: LinearProblem, whole: Mapping[str, Floats], tried: _Try, basis: Basis | None, seconds: float
) -> tuple[Solution, frozenset[str]]:
    """Solve with the whole numbers held, without the heat of lines that may do without; and which of them make what
    they owe so, before their heat is known."""
    lower, upper = problem.lower.copy(), problem.upper.copy()
    for name, values in whole.items():
        lower[problem.variables[name]] = upper[problem.variables[name]] = values
    if (lower[problem.integer] != upper[problem.integer]).any():
        raise SolverFailed("a whole number other than on and off has no value without a search")
    cool = lines_apart(problem) - tried.warm
    for line in cool & tried.lost.keys():
        lower[problem.variables[f"efficiency_loss.{line}"]] = tried.lost[line]
    for name, values in tried.damped.items():
        if name.partition(".")[2] in cool:
            lower[problem.variables[name]] = upper[problem.variables[name]] = values
    left_out = heat_rows(problem, cool)
    held = without_rows(replace(problem, lower=lower, upper=upper), left_out)
    found = solve_linear(held, start=basis, options={"time_limit": max(seconds, 0.05)})
    values = with_heat(problem, found.values, cool)
    owing = {line for line in cool if found.values[problem.variables[f"metal_short.{line}"]].sum() > METAL_T}
    objective = float(problem.cost @ values + problem.constant)
    return replace(with_all_rows(found, left_out), values=values, objective=objective), frozenset(cool - owing)
