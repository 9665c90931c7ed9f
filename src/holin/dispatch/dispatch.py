"""Least-cost operation of a park over its hours, with branch limits added where they bind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times
from holin.dispatch.case import Case
from holin.dispatch.explain import explanation
from holin.dispatch.limits import (
    Watched,
    branch_limits,
    bus_injections,
    islands_of,
    same_watched,
    topologies_of,
    violated,
)
from holin.dispatch.problem import Elastic, dispatch_problem
from holin.dispatch.schedule import schedule_of
from holin.errors import BadInput, CheckFailed, Fault, Infeasible
from holin.kernel.highs import Basis, ProvenInfeasible, Solution, solve_linear
from holin.kernel.linear import Floats, LinearProblem
from holin.operation import BranchLimit, Islands, hours_of, in_service, operating_cost, renewables_of
from holin.park import Park, out_of_service, units_of
from holin.tables import same_hours

OBJECTIVE_TOLERANCE = 1e-6
BALANCE_TOLERANCE_MW = 1e-4
CUT_ROUNDS = 12
WITHIN_A_UNIT = (
    "no operation meets all limits, and none of balance, branches, duties or rules is the cause: a unit cannot meet "
    "its own limits. Look at heat duty (power_per_heat, planned outages), and at soc_min with standing loss while a "
    "storage is out"
)


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """A proven optimum: its schedule, and what was recomputed from the schedule alone (`cost` is it by part)."""

    schedule: xr.Dataset
    objective: float
    objective_recomputed: float
    balance_error_mw_max: float
    cost: dict[str, float]
    watched: Watched
    basis: Basis | None
    solves: int
    solver: str
    iterations: int
    seconds: float


def case_of(
    park: Park,
    available: xr.Dataset,
    demand: xr.Dataset,
    *,
    islands: Islands,
    losses: xr.DataArray | None = None,
    must_run_mw: float = 0.0,
    step_h: float = 1.0,
) -> Case:
    """Return the arrays of a dispatch from its tables; hours that differ raise Mismatch.

    `losses` (time, bus) are those of the last power flow; without them the network is lossless.
    """
    same_hours(available, demand)
    time: Times = available.time.values
    planned = out_of_service(park, time)
    out = either(planned, dead_units(park, islands))
    hours = hours_of(time, park.facts.time_zone, step_h=step_h, out=out)
    renewable, thermal = [u.id for u in renewables_of(park)], [u.id for u in park.thermal_units]
    loads = [load.id for load in park.loads]
    asked_mw = _arranged(demand.load_mw, "load", loads) * in_service(replace(hours, out=planned), loads)
    loss = np.zeros(islands.number.shape)
    if losses is not None:
        loss = losses.reindex(bus=list(islands.buses), fill_value=0.0).transpose("time", "bus").values
    return Case(
        park=park,
        hours=hours,
        available_mw=_arranged(available.available_mw, "unit", renewable) * in_service(hours, renewable),
        load_mw=asked_mw * in_service(hours, loads),
        unfed_mw=asked_mw * (1.0 - in_service(hours, loads)),
        heat_mw=_arranged(demand.heat_mw, "thermal_unit", thermal) * in_service(hours, thermal),
        loss_mw=loss,
        islands=islands,
        must_run_mw=must_run_mw,
    )


def check_voltage(islands: Islands) -> None:
    """Raise BadInput where no bus ever has a voltage: nothing could run, and a run would say so of every load."""
    if not (islands.number >= 0).any():
        problem = "no grid connection in service gives the network its voltage, and no generator balances it"
        right = "give a grid connection, or a generator with balances = true"
        raise BadInput([Fault(file="grid.csv", field="bus", problem=problem, right=right)])


def dead_units(park: Park, islands: Islands) -> dict[str, NDArray[np.bool_]]:
    """Return the units whose bus is without voltage in some step: they do not run then."""
    dead = {unit.id: islands.of(unit.bus) < 0 for unit in units_of(park)}
    return {name: hours for name, hours in dead.items() if hours.any()}


def either(
    first: Mapping[str, NDArray[np.bool_]], second: Mapping[str, NDArray[np.bool_]]
) -> dict[str, NDArray[np.bool_]]:
    """Return the hours in which a unit is in either of two lists."""
    both = {name: first[name] | second[name] for name in first.keys() & second.keys()}
    return {**first, **second, **both}


def _arranged(table: xr.DataArray, dim: str, ids: Sequence[str]) -> Floats:
    values: Floats = table.sel({dim: list(ids)}).transpose("time", dim).values
    return values


def dispatch(
    park: Park,
    available: xr.Dataset,
    demand: xr.Dataset,
    *,
    losses: xr.DataArray | None = None,
    limits_mw: Mapping[str, Floats] | None = None,
    watched: Watched | None = None,
    must_run_mw: float = 0.0,
    step_h: float = 1.0,
    start: Basis | None = None,
    algorithm: str = "simplex",
    threads: int = 1,
    on_progress: Callable[[str], None] | None = None,
) -> Dispatch:
    """Return the least-cost operation of a park frozen at a stage, over the hours of `available` (table AVAILABLE)
    and `demand` (table DEMAND).

    `limits_mw` (branch -> (time,)) stands for branch ratings where AC flows taught a lower limit, `watched` names the
    branches whose limits stand in the problem from the start, `must_run_mw` is what captive units must give together
    (gross), `start` is the basis of a like dispatch, which saves time and changes no answer. The objective and every
    hour's balance are recomputed from the schedule; Infeasible names what cannot be met, CheckFailed means that the
    answer must not be used.
    """
    topologies = topologies_of(park, available.time.values)
    islands = islands_of(topologies, available.sizes["time"])
    check_voltage(islands)
    case = case_of(park, available, demand, islands=islands, losses=losses, must_run_mw=must_run_mw, step_h=step_h)
    lowered, watch, solves, seconds = dict(limits_mw or {}), dict(watched or {}), 0, 0.0
    while True:
        limits = branch_limits(case, topologies, watch, lowered)
        problem = dispatch_problem(case, limits)
        solution = _solved(case, problem, limits, start, algorithm, threads, on_progress)
        solves, seconds = solves + 1, seconds + solution.seconds
        schedule = schedule_of(case, problem, solution, bus_prices(problem, solution, case, limits))
        grown = violated(topologies, bus_injections(case, schedule), lowered, watch, rounds=solves)
        if same_watched(grown, watch):
            return replace(_checked(case, schedule, solution, watch), solves=solves, seconds=seconds)
        if solves >= CUT_ROUNDS:
            raise CheckFailed(f"branch limits still violated after {solves} rounds of added rows: {sorted(grown)}")
        watch, start = grown, solution.basis


def _solved(
    case: Case,
    problem: LinearProblem,
    limits: Sequence[BranchLimit],
    start: Basis | None,
    algorithm: str,
    threads: int,
    on_progress: Callable[[str], None] | None,
) -> Solution:
    try:
        return solve_linear(problem, algorithm=algorithm, threads=threads, start=start, on_progress=on_progress)
    except ProvenInfeasible as proof:
        relaxed = dispatch_problem(case, limits, Elastic())
        try:
            breaches = solve_linear(relaxed, algorithm="ipx", threads=threads)
        except ProvenInfeasible:
            raise Infeasible(WITHIN_A_UNIT) from proof
        raise Infeasible(explanation(case, relaxed, breaches)) from proof


def bus_prices(problem: LinearProblem, solution: Solution, case: Case, limits: Sequence[BranchLimit]) -> Floats:
    """Return each bus's price per MWh (time, bus): the dual of its island's balance and its share in binding branches.

    NaN where the bus has no voltage.
    """
    islands, price = case.islands, island_prices(problem, solution, case) * case.hours.step_h
    for limit in limits:
        dual = solution.row_duals[problem.rows[f"branch.{limit.branch}"]]
        price[limit.hours] += np.outer(dual, [limit.share.get(bus, 0.0) for bus in islands.buses])
    return price / case.hours.step_h


def island_prices(problem: LinearProblem, solution: Solution, case: Case) -> Floats:
    """Return the price per MWh of each bus's island (time, bus): the dual of its balance, NaN without voltage."""
    islands = case.islands
    price = np.full(islands.number.shape, np.nan)
    for island in range(int(islands.number.max(initial=0)) + 1):
        member = islands.number == island
        steps = np.flatnonzero(member.any(axis=1))
        dual = np.zeros(case.hours.count)
        dual[steps] = solution.row_duals[problem.rows[f"balance.{island}"]]
        price = np.where(member, dual[:, None], price)
    return price / case.hours.step_h


def _checked(case: Case, schedule: xr.Dataset, solution: Solution, watched: Watched) -> Dispatch:
    parts = operating_cost(case.park, schedule, case.hours)
    cost = sum(parts.values())
    net = bus_injections(case, schedule).values
    numbers = range(int(case.islands.number.max(initial=0)) + 1)
    error = max(float(np.abs(np.where(case.islands.number == k, net, 0.0).sum(axis=1)).max()) for k in numbers)
    if abs(cost - solution.objective) > OBJECTIVE_TOLERANCE * max(1.0, abs(solution.objective)):
        raise CheckFailed(f"the schedule costs {cost:.6g}, the solver said {solution.objective:.6g}")
    if error > BALANCE_TOLERANCE_MW:
        raise CheckFailed(f"the power balance misses by {error:.3g} MW in some hour")
    return Dispatch(
        schedule=schedule,
        objective=solution.objective,
        objective_recomputed=cost,
        balance_error_mw_max=error,
        cost=parts,
        watched=watched,
        basis=solution.basis,
        solves=1,
        solver=solution.solver,
        iterations=solution.iterations,
        seconds=solution.seconds,
    )
