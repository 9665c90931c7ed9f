"""No command: every unit goes on as it is, the grid connection takes the rest, and what that breaks is named.

It needs no solver. Its point is worked out column by column; where a row of the problem then still misses something
that has a price (a reserve, a rule, a duty), that column takes it.
"""

from __future__ import annotations

import numpy as np

from holin.dispatch.ahead import Ahead
from holin.dispatch.ahead_table import ahead_table, let_off
from holin.dispatch.breaches import breaches_of
from holin.dispatch.case import fixed_mw
from holin.dispatch.heat_apart import with_heat
from holin.dispatch.paths import Paths, possible_paths
from holin.dispatch.recount import ROW_TOLERANCE, balance_error_mw, check_commitment, running_cost, starts_of
from holin.dispatch.schedule import schedule_of
from holin.dispatch.window import Window, window_problem
from holin.dispatch.wishes import WISHES, wishes_cost
from holin.kernel.highs import Solution
from holin.kernel.linear import Floats, LinearProblem
from holin.kernel.mixed import MixedSolution
from holin.operation import (
    import_limit_mw,
    in_service,
    load_buses,
    renewables_of,
    start_kinds,
    start_powers_mw,
)
from holin.operation.demand import load_at_buses
from holin.park import ThermalUnit

FILLED = (*WISHES, "extra", "peak", "cost")
"""First names of the columns that take up what a row misses."""


def no_command(window: Window) -> tuple[Ahead, list[str]]:
    """Return the schedule in which nothing is commanded, and the names of rows that it does not keep.

    Units that are on stay on at their power while they are in service, those off stay off unless a start is under way;
    storages stand still, potlines draw their nominal power, wind and PV give all that finds a user. A shortage is
    met by import, then by generators, then by shedding; a surplus by curtailment, then by export.
    """
    problem = window_problem(window)
    values = np.where(np.isfinite(problem.lower), np.maximum(problem.lower, 0.0), 0.0)
    paths = possible_paths(window, {u: np.full(window.case.hours.count, s.on) for u, s in window.state.thermal.items()})
    for unit in window.case.park.thermal_units:
        _go_on(window, problem, values, unit, paths)
    _stand_still(window, problem, values)
    _balance(window, problem, values)
    values = with_heat(problem, values, [p.id for p in window.case.park.potlines])
    _fill(problem, values)
    return _as_ahead(window, problem, values)


def _set(problem: LinearProblem, values: Floats, name: str, given: Floats) -> Floats:
    """Set a column within its bounds and return what it became; nothing where the problem has none of this name."""
    columns = problem.variables.get(name)
    if columns is None:
        return np.zeros_like(np.asarray(given, dtype=np.float64))
    values[columns] = np.clip(given, problem.lower[columns], problem.upper[columns])
    return np.asarray(values[columns])


def _go_on(window: Window, problem: LinearProblem, values: Floats, unit: ThermalUnit, paths: Paths) -> None:
    """Let a unit run on at the power that it has, with its heat and its start under way."""
    hours, state, path = window.case.hours, window.state.thermal[unit.id], paths[unit.id]
    turns = np.diff(np.concatenate([[float(state.on)], path]))
    _set(problem, values, f"on.{unit.id}", path)
    _set(problem, values, f"start.{unit.id}", np.maximum(turns, 0.0))
    _set(problem, values, f"stop.{unit.id}", np.maximum(-turns, 0.0))
    starts = starts_of(unit, path > 0.5, state.on, state.in_state_h, hours.step_h)
    for kind in start_kinds(unit):
        _set(problem, values, f"start_{kind.name}.{unit.id}", np.array([float(k == kind) for k in starts]))
    powers, starting = start_powers_mw(unit, hours.step_h), np.zeros(hours.count)
    for t in np.flatnonzero(turns > 0).tolist():
        first = max(t - len(powers), 0)
        starting[first:t] = powers[len(powers) - (t - first) :]
    _set(problem, values, f"starting.{unit.id}", starting)
    duty = window.case.heat_mw[:, list(window.case.park.thermal_units).index(unit)]
    gross = np.full(hours.count, max((state.gross_mw or 0.0) if state.on else 0.0, unit.p_min_mw))
    heat = np.minimum(duty, unit.heat_nom_mw) * path
    if unit.power_loss_per_heat > 0:
        heat = np.minimum(heat, (unit.p_nom_mw - unit.p_min_mw) / unit.power_loss_per_heat)
        gross = np.minimum(gross, unit.p_nom_mw - unit.power_loss_per_heat * heat)
    if unit.power_per_heat > 0:
        heat = np.minimum(heat, gross / unit.power_per_heat)
    _set(problem, values, f"above.{unit.id}", (gross - unit.p_min_mw) * path)
    given = _set(problem, values, f"heat.{unit.id}", heat)
    held, kept = min(state.heat_stored_mwh, unit.heat_store_mwh), (1.0 - unit.heat_store_loss_per_h) ** hours.step_h
    stored, short = np.zeros(hours.count), np.zeros(hours.count)
    for t in range(hours.count):
        left = kept * held + (given[t] - duty[t]) * hours.step_h
        held = min(max(left, 0.0), unit.heat_store_mwh)
        stored[t], short[t] = held, max(-left, 0.0) / hours.step_h
    _set(problem, values, f"heat_stored.{unit.id}", stored)
    _set(problem, values, f"heat_short.{unit.id}", short)


def _stand_still(window: Window, problem: LinearProblem, values: Floats) -> None:
    """Let contents decay, and yards be used up by what burns."""
    hours, state = window.case.hours, window.state
    for unit in window.case.park.storages:
        kept = (1.0 - unit.standing_loss_per_h) ** hours.step_h
        decay = kept ** np.arange(1, hours.count + 1, dtype=np.float64)
        _set(problem, values, f"soc.{unit.id}", np.asarray(state.soc_mwh[unit.id] * decay, dtype=np.float64))
        before = problem.variables.get(f"soc_slice.{unit.id}.before")
        if before is not None:
            values[problem.variables[f"soc_slice.{unit.id}"]] = values[before]
    _fill(problem, values, only=("extra",))
    for fuel in window.case.park.fuels:
        rows = problem.rows.get(f"stock.{fuel.id}")
        if rows is None:
            continue
        stock, short = problem.variables[f"stock.{fuel.id}"], problem.variables[f"fuel_short.{fuel.id}"]
        held = float(values[problem.variables[f"stock.{fuel.id}.before"]][0])
        change = problem.row_lower[rows] - problem.matrix[rows] @ values  # what arrives less what burns
        change[0] -= held
        for t in range(len(rows)):
            left = held + change[t]
            held = max(left, 0.0)
            values[stock[t]], values[short[t]] = held, max(-left, 0.0)


def _balance(window: Window, problem: LinearProblem, values: Floats) -> None:
    """Meet each island's rest by import, generators and shedding, or by curtailment and export."""
    case, park = window.case, window.case.park
    renewables = renewables_of(park)
    used = np.array(case.available_mw, dtype=np.float64)
    shed: Floats = np.zeros((case.hours.count, len(load_buses(park))))
    asked_at = load_at_buses(park, case.load_mw)
    fixed = fixed_mw(case)
    for island in range(int(case.islands.number.max(initial=0)) + 1):
        rest = np.where(case.islands.number == island, fixed, 0.0).sum(axis=1)
        for unit in park.thermal_units:
            net = (1.0 - unit.auxiliary) * _gross(problem, values, unit)
            rest -= net * (case.islands.of(unit.bus) == island)
        here = np.column_stack([case.islands.of(u.bus) == island for u in renewables]) if renewables else used > 0
        rest -= np.where(here, used, 0.0).sum(axis=1)
        for generator in park.generators:
            rest -= generator.p_min_mw * _here(window, generator.id, generator.bus, island)
        spare = np.maximum(-rest, 0.0)
        total = np.where(here, used, 0.0).sum(axis=1)
        cut = np.minimum(spare, total)
        used = np.where(
            here, used * (1.0 - np.divide(cut, total, out=np.zeros_like(cut), where=total > 0))[:, None], used
        )
        rest = rest + cut
        for grid in park.grids:
            limit = import_limit_mw(park, grid, case.hours) * _here(window, grid.id, grid.bus, island)
            taken = np.minimum(np.maximum(rest, 0.0), limit)
            given = np.minimum(np.maximum(-rest, 0.0), grid.export_max_mw * _here(window, grid.id, grid.bus, island))
            _add(problem, values, f"import.{grid.id}", taken)
            _add(problem, values, f"export.{grid.id}", given)
            rest = rest - taken + given
        for generator in sorted(park.generators, key=lambda g: (not g.balances, g.cost_c1)):
            serves = _here(window, generator.id, generator.bus, island)
            more = np.minimum(np.maximum(rest, 0.0), (generator.p_nom_mw - generator.p_min_mw) * serves)
            _add(problem, values, f"generator.{generator.id}", more)
            rest = rest - more
        for k, bus in enumerate(load_buses(park)):
            off = np.minimum(np.maximum(rest, 0.0), asked_at[:, k] * (case.islands.of(bus) == island))
            shed[:, k] += off
            rest = rest - off
        steps = np.flatnonzero((case.islands.number == island).any(axis=1))
        values[problem.variables[f"missing.{island}"]] = np.maximum(rest, 0.0)[steps]
        values[problem.variables[f"surplus.{island}"]] = np.maximum(-rest, 0.0)[steps]
    _set(problem, values, "renewable", used)
    _set(problem, values, "shed", shed)


def _here(window: Window, element: str, bus: str, island: int) -> Floats:
    serves = in_service(window.case.hours, [element])[:, 0]
    return np.asarray(serves * (window.case.islands.of(bus) == island))


def _add(problem: LinearProblem, values: Floats, name: str, more: Floats) -> None:
    if name in problem.variables:
        values[problem.variables[name]] += more


def _gross(problem: LinearProblem, values: Floats, unit: ThermalUnit) -> Floats:
    on, above, starting = (values[problem.variables[f"{n}.{unit.id}"]] for n in ("on", "above", "starting"))
    return np.asarray(unit.p_min_mw * on + above + starting)


def _fill(problem: LinearProblem, values: Floats, only: tuple[str, ...] = FILLED) -> None:
    """Raise the columns that take up what a row misses until it is met; three times, for rows that share one."""
    first = {int(c): name.partition(".")[0] for name, columns in problem.variables.items() for c in columns.ravel()}
    takes = np.array([first.get(c, "") in only for c in range(len(values))])
    matrix = problem.matrix
    helped = abs(matrix) @ takes.astype(np.float64) > 0
    for _ in range(3):
        used = matrix @ values
        miss_any = (used < problem.row_lower - 1e-9) | (used > problem.row_upper + 1e-9)
        wrong = np.flatnonzero(helped & miss_any)
        for row in wrong.tolist():
            at = slice(matrix.indptr[row], matrix.indptr[row + 1])
            columns, entries = matrix.indices[at], matrix.data[at]
            used_now = float(entries @ values[columns])
            miss = max(problem.row_lower[row] - used_now, 0.0) - max(used_now - problem.row_upper[row], 0.0)
            for c, entry in zip(columns.tolist(), entries.tolist(), strict=True):
                if takes[c] and miss / entry > 0:
                    more = min(miss / entry, problem.upper[c] - values[c])
                    values[c] += more
                    miss -= more * entry


def _unkept(problem: LinearProblem, values: Floats) -> list[str]:
    used = problem.matrix @ values
    size = np.maximum(1.0, abs(problem.matrix) @ np.abs(values)) * ROW_TOLERANCE
    wrong = (used < problem.row_lower - size) | (used > problem.row_upper + size)
    return [name for name, rows in problem.rows.items() if wrong[rows].any()]


def _as_ahead(window: Window, problem: LinearProblem, values: Floats) -> tuple[Ahead, list[str]]:
    """Recount the point as any schedule; prices are not known without a solver (NaN)."""
    case = window.case
    solution = Solution(
        values=values, row_duals=np.full(len(problem.row_lower), np.nan), column_duals=np.full(len(values), np.nan),
        basis=None, objective=float(problem.cost @ values + problem.constant), solver="none", iterations=0, seconds=0.0,
    )  # fmt: skip
    schedule = schedule_of(case, problem, solution, np.full(case.islands.number.shape, np.nan))
    check_commitment(window, schedule)
    off = let_off(window, problem, values)
    cost = running_cost(case.park, case.hours, window.state, schedule, counted=window.counted)
    wishes = wishes_cost(window, problem, values)
    error = balance_error_mw(window, schedule, off)
    mixed = MixedSolution(
        linear=solution, objective=solution.objective, bound=-np.inf, mip_gap=np.inf, proven=False, nodes=0, seconds=0.0
    )  # fmt: skip
    made = Ahead(
        window=window, problem=problem, solution=mixed, schedule=schedule,
        ahead=ahead_table(window, problem, solution, schedule, off), objective=solution.objective,
        objective_recomputed=sum(cost.values()) + wishes, bound=-np.inf, mip_gap=np.inf, status="", cost=cost,
        wishes_cost=wishes, breaches=breaches_of(window, problem, values),
        balance_error_mw_max=error, watched={}, limits=(), solves=0, seconds=0.0,
    )  # fmt: skip
    return made, _unkept(problem, values)
