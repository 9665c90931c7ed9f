"""What one MWh more at a bus emits: the optimal basis read with emissions in the place of costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp
import xarray as xr
from numpy.typing import NDArray

from holin.dispatch.case import Case
from holin.dispatch.dispatch import bus_prices, case_of, check_voltage, dispatch
from holin.dispatch.limits import Watched, branch_limits, islands_of, topologies_of
from holin.dispatch.problem import problem_and_emissions
from holin.errors import CheckFailed
from holin.kernel.highs import Basis, solve_linear
from holin.kernel.linear import Floats, LinearProblem
from holin.kernel.vertex import Vertex, basis_holds, row_sensitivity, vertex_of
from holin.operation import BranchLimit
from holin.park import Park
from holin.tables import MARGINAL, checked

Wholes = NDArray[np.int64]

DUAL_TOLERANCE = 1e-6
TIE = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Marginal:
    """The table MARGINAL of an optimum that costs `objective` and emits `emitted_t`.

    `ties` counts choices that would cost the same and emit otherwise: where there are any, other optima of the same
    cost have other marginal emissions.
    """

    table: xr.Dataset
    objective: float
    emitted_t: float
    ties: int


def marginal(
    park: Park,
    available: xr.Dataset,
    demand: xr.Dataset,
    *,
    losses: xr.DataArray | None = None,
    limits_mw: Mapping[str, Floats] | None = None,
    watched: Watched | None = None,
    start: Basis | None = None,
    exported_t_per_mwh: float = 0.0,
) -> Marginal:
    """Return the marginal emissions of a park's least-cost operation; the arguments are those of `dispatch`.

    With B the basis of the optimum and e what each column emits, e_B B^-1 is by row what the price c_B B^-1 is by cost:
    t per MWh more of demand. Storage, ramps and monthly peaks are in it: what a MWh more now changes in other hours
    counts. It is exact as long as the basis holds; `one_more` and `one_less` say where it does for the next MWh of
    either sign. `exported_t_per_mwh` is what an exported MWh is held to save elsewhere; 0: nothing.

    Raises what `dispatch` raises, and CheckFailed where the basis does not give back the solver's own prices.
    """
    optimum = dispatch(park, available, demand, losses=losses, limits_mw=limits_mw, watched=watched, start=start)
    topologies = topologies_of(park, available.time.values)
    islands = islands_of(topologies, available.sizes["time"])
    check_voltage(islands)
    case = case_of(park, available, demand, islands=islands, losses=losses)
    limits = branch_limits(case, topologies, optimum.watched, dict(limits_mw or {}))
    problem, emitted = problem_and_emissions(case, limits)
    for grid in park.grids if exported_t_per_mwh else ():
        if f"export.{grid.id}" in problem.variables:
            emitted[problem.variables[f"export.{grid.id}"]] -= exported_t_per_mwh * case.hours.step_h
    solution = solve_linear(problem, start=optimum.basis)
    vertex = vertex_of(problem, solution)
    duals = row_sensitivity(vertex, problem.cost)
    gap = float(np.abs(duals - solution.row_duals).max(initial=0.0))
    if gap > DUAL_TOLERANCE * (1.0 + float(np.abs(solution.row_duals).max(initial=0.0))):
        raise CheckFailed(f"the basis gives other prices than the solver, by up to {gap:.3g}; do not use this")
    moved = row_sensitivity(vertex, emitted)
    tonnes = bus_prices(problem, replace(solution, row_duals=moved), case, limits)
    prices = bus_prices(problem, solution, case, limits)
    directions, which = _directions(problem, case, limits)
    more, less = (np.where(which >= 0, held[which].astype(float), np.nan) for held in basis_holds(vertex, directions))
    columns = {"marginal_t_per_mwh": tonnes, "shadow_price_per_mwh": prices, "one_more": more, "one_less": less}
    table = xr.Dataset(
        {name: (("time", "bus"), values) for name, values in columns.items()},
        coords={"time": case.hours.time, "bus": list(islands.buses)},
    )
    return Marginal(
        table=checked(MARGINAL, table),
        objective=solution.objective,
        emitted_t=float(emitted @ solution.values),
        ties=_ties(vertex, duals, moved, emitted),
    )


def _directions(problem: LinearProblem, case: Case, limits: Sequence[BranchLimit]) -> tuple[sp.csc_matrix, Wholes]:
    """Return the right-hand sides that a MWh more at a bus moves, (row, direction), and each bus's direction then,
    (time, bus), -1 without voltage. Buses of one island that no limited branch tells apart share one."""
    number, buses = case.islands.number, case.islands.buses
    which = np.full(number.shape, -1)
    entries: list[tuple[int, int, float]] = []
    bound: dict[int, list[tuple[int, Floats]]] = {}
    for limit in limits:
        share = np.array([limit.share.get(bus, 0.0) for bus in buses])
        for row, step in zip(problem.rows[f"branch.{limit.branch}"], limit.hours.tolist(), strict=True):
            bound.setdefault(step, []).append((int(row), share))
    count = 0
    for island in range(int(number.max(initial=-1)) + 1):
        steps = np.flatnonzero((number == island).any(axis=1))
        for row, step in zip(problem.rows[f"balance.{island}"].tolist(), steps.tolist(), strict=True):
            members = np.flatnonzero(number[step] == island)
            rows = bound.get(step, [])
            shares = np.array([share[members] for _, share in rows]).reshape(len(rows), len(members)).T
            alike, of = np.unique(shares, axis=0, return_inverse=True) if rows else (shares[:1], np.zeros(1, int))
            which[step, members] = count + of.ravel()
            for k, each in enumerate(alike):
                entries.append((row, count + k, 1.0))
                entries += [(at, count + k, float(v)) for (at, _), v in zip(rows, each, strict=True) if v]
            count += len(alike)
    at_row, direction, value = zip(*entries, strict=True) if entries else ((), (), ())
    shape = (problem.matrix.shape[0], count)
    return sp.csc_matrix((value, (at_row, direction)), shape=shape), which


def _ties(vertex: Vertex, costs: Floats, tonnes: Floats, emitted: Floats) -> int:
    """Count non-basic columns and rows that could move at no cost and would change the emissions.

    `costs` and `tonnes` (row,) are the sensitivities of both, `emitted` (column,) what each column emits.
    """
    problem = vertex.problem
    free = problem.upper > problem.lower
    free[vertex.columns] = False
    dear, dirty = problem.cost - problem.matrix.T @ costs, emitted - problem.matrix.T @ tonnes
    columns = free & (np.abs(dear) < TIE) & (np.abs(dirty) > TIE)
    loose = problem.row_upper > problem.row_lower
    rows = loose[vertex.rows] & (np.abs(costs[vertex.rows]) < TIE) & (np.abs(tonnes[vertex.rows]) > TIE)
    return int(columns.sum() + rows.sum())


def marginal_figures(made: Marginal, used_mwh: xr.DataArray, bus_of: Mapping[str, str]) -> dict[str, Any]:
    """Return what the marginal emissions of the users' energy come to, by enterprise too.

    `used_mwh` (time, user) carries `enterprise`; `bus_of` (user -> bus). A mean is weighted by the energy used; the
    share that holds is of the energy for which the basis holds for a MWh more and for one less.
    """
    at = made.table.sel(bus=[bus_of[u] for u in used_mwh["user"].values.tolist()])
    rate, used = at["marginal_t_per_mwh"].values, used_mwh.values
    holds = at["one_more"].values * at["one_less"].values
    counted = np.isfinite(rate) & (used > 0)

    def mean(of: Floats, who: Any) -> float | None:
        weight = np.where(counted, used, 0.0)[:, who]
        return float((np.nan_to_num(of[:, who]) * weight).sum() / weight.sum()) if weight.any() else None

    enterprises = used_mwh["enterprise"].values
    seen = rate[counted]
    return {
        "mean_t_per_mwh": mean(rate, slice(None)),
        "least_t_per_mwh": float(seen.min()) if seen.size else None,
        "highest_t_per_mwh": float(seen.max()) if seen.size else None,
        "share_that_holds": mean(holds, slice(None)),
        "by_enterprise_t_per_mwh": {e: mean(rate, enterprises == e) for e in dict.fromkeys(enterprises.tolist())},
        "ties": made.ties,
        "objective": made.objective,
    }
