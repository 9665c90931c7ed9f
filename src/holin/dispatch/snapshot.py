"""One hour at least cost on the linear network with its angles: the DC optimal power flow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from holin.dispatch.case import Case, fixed_mw
from holin.dispatch.dispatch import BALANCE_TOLERANCE_MW, OBJECTIVE_TOLERANCE, WITHIN_A_UNIT, case_of, check_voltage
from holin.dispatch.explain import snapshot_explanation
from holin.dispatch.limits import bus_injections
from holin.dispatch.problem import Elastic
from holin.dispatch.schedule import schedule_of
from holin.errors import CheckFailed, Infeasible
from holin.flow import DcBranches, DcModel, dc_branches, outage_hours, snapshot
from holin.kernel.convex import dual_bound, solve_convex
from holin.kernel.highs import ProvenInfeasible, Solution, solve_linear
from holin.kernel.linear import Floats, LinearProblem, ProblemBuilder
from holin.operation import (
    ANGLE_UNIT_RAD,
    Islands,
    add_angle_limits,
    add_angles,
    add_flow_limits,
    add_generators,
    add_grids,
    add_node_balances,
    add_potlines,
    add_renewables,
    add_shedding,
    add_storages,
    add_thermal_units,
    limited,
    operating_cost,
    renewables_of,
)
from holin.park import Park, by_id, marginal_cost_per_mwh, units_of
from holin.tables import DC_OPTIMUM, checked

RAD_PER_DEG = np.pi / 180


@dataclass(frozen=True, kw_only=True)
class SnapshotDispatch:
    """A proven optimum of one hour: `schedule` (table SCHEDULE) and `network` (table DC_OPTIMUM).

    `objective` is the solver's, `objective_recomputed` the cost of the schedule by the true cost curves (`cost` is it
    by part), `bound` what no schedule can cost less than, by the prices alone; the three agree. `unfed_mw` is asked
    for at buses that no voltage reaches.
    """

    schedule: xr.Dataset
    network: xr.Dataset
    dc_model: DcModel
    objective: float
    objective_recomputed: float
    bound: float
    balance_error_mw_max: float
    cost: dict[str, float]
    unfed_mw: float
    solver: str
    iterations: int
    seconds: float


def dispatch_snapshot(park: Park, *, dc_model: DcModel = DcModel.MATPOWER) -> SnapshotDispatch:
    """Return the DC optimal power flow of a park frozen at a stage: loads at their `load_mw`, potlines as they may be,
    generators, thermal units and grid connections at least cost; wind, PV and heat give and ask nothing.

    Quadratic costs are exact. Loads are not shed: Infeasible says which buses, branches or angles stand against it.
    Rules are not held, for one hour is no year. CheckFailed means that the answer must not be used. Source: MATPOWER
    8.1 User's Manual, section on the DC optimal power flow.
    """
    case, network = _case(park, dc_model)
    problem = snapshot_problem(case, network)
    try:
        solution = solve_convex(problem)
    except ProvenInfeasible as proof:
        raise Infeasible(_reason(case, network)) from proof
    schedule = schedule_of(case, problem, solution, _bus_prices(problem, solution, network))
    return _checked(case, network, problem, solution, schedule)


def snapshot_problem(case: Case, network: DcBranches, elastic: Elastic | None = None) -> LinearProblem:
    """Return the operation of one hour on a network of angles as a problem with quadratic costs.

    With `elastic` balances and limits may be broken at a price, and costs follow their chords.
    """
    builder, park, hours = ProblemBuilder(), case.park, case.hours
    blocks = [
        add_renewables(builder, hours, park, case.available_mw),
        add_thermal_units(builder, hours, park, case.heat_mw),
        add_generators(builder, hours, park, exact=elastic is None),
        add_storages(builder, hours, park),
        add_potlines(builder, hours, park, shortfall_per_t=elastic.duty_per_t if elastic else None),
        add_grids(builder, hours, park),
        add_shedding(builder, hours, park, np.zeros_like(case.load_mw), case.unfed_mw),
    ]
    add_angles(builder, hours, network)
    balance = elastic.balance_per_mwh if elastic else None
    branch = elastic.branch_per_mwh if elastic else None
    steepest = float(np.abs(network.susceptance).max(initial=0.0))
    add_node_balances(builder, blocks, network, fixed_mw(case), mismatch_per_mwh=balance)
    add_flow_limits(builder, network, overload_per_mwh=branch)
    add_angle_limits(builder, network, breach_per_rad=branch * steepest if branch else None)
    return builder.built()


def _case(park: Park, dc_model: DcModel) -> tuple[Case, DcBranches]:
    time = snapshot(park).time.values
    ((_, out),) = outage_hours(park, time)
    network = dc_branches(park, model=dc_model, out=out)
    islands = Islands(buses=network.buses, number=network.island[None, :])
    check_voltage(islands)
    renewable, loads, thermal = renewables_of(park), park.loads, park.thermal_units
    nothing = np.zeros((1, len(renewable)))
    available = xr.Dataset(
        {"available_mw": (("time", "unit"), nothing)}, coords={"time": time, "unit": [u.id for u in renewable]}
    )
    demand = xr.Dataset(
        {
            "load_mw": (("time", "load"), np.array([[x.load_mw for x in loads]], dtype=float)),
            "heat_mw": (("time", "thermal_unit"), np.zeros((1, len(thermal)))),
        },
        coords={"time": time, "load": [x.id for x in loads], "thermal_unit": [u.id for u in thermal]},
    )
    losses = xr.DataArray(
        _conductances(park, network, out), dims=("time", "bus"), coords={"time": time, "bus": list(network.buses)}
    )
    return case_of(park, available, demand, islands=islands, losses=losses), network


def _conductances(park: Park, network: DcBranches, out: frozenset[str]) -> Floats:
    """What fixed shunts take at 1 p.u., of shape (1, bus)."""
    taken, position = np.zeros((1, len(network.buses))), {bus: k for k, bus in enumerate(network.buses)}
    for shunt in park.shunts:
        if shunt.v_set_pu is None and not out & {shunt.id, shunt.bus} and network.island[position[shunt.bus]] >= 0:
            taken[0, position[shunt.bus]] += shunt.p_nom_mw
    return taken


def _reason(case: Case, network: DcBranches) -> str:
    relaxed = snapshot_problem(case, network, Elastic())
    try:
        breaches = solve_linear(relaxed)  # a vertex: few breaches, not a little everywhere
    except ProvenInfeasible:
        return WITHIN_A_UNIT
    return snapshot_explanation(network, relaxed, breaches)


def _bus_prices(problem: LinearProblem, solution: Solution, network: DcBranches) -> Floats:
    """Return the dual of each bus's node, (1, bus); NaN without voltage."""
    price = np.full((1, network.nodes), np.nan)
    for node in np.flatnonzero(network.island_of_node >= 0).tolist():
        price[:, node] = solution.row_duals[problem.rows[f"balance.{node}"]]
    return price[:, network.node]


def _network_table(
    case: Case, network: DcBranches, problem: LinearProblem, solution: Solution, schedule: xr.Dataset
) -> xr.Dataset:
    units, generators = units_of(case.park), by_id(case.park.generators)
    power = dict(zip(schedule.unit.values.tolist(), schedule.p_mw.values[0].tolist(), strict=True))
    of_units = [
        (g.p_min_mw, g.p_nom_mw, marginal_cost_per_mwh(g, power[u.id]))
        if (g := generators.get(u.id))
        else (np.nan,) * 3
        for u in units
    ]
    low, high, marginal = np.array(of_units, dtype=float).reshape(-1, 3).T
    angle = solution.values[problem.variables["angle"]][0] * ANGLE_UNIT_RAD
    rated, angled = limited(network)
    flow_price, angle_price = np.zeros(len(network.branches)), np.zeros(len(network.branches))
    flow_price[rated] = np.abs(solution.row_duals[problem.rows["flow"]][0])
    angle_price[angled] = np.abs(solution.row_duals[problem.rows["angle_across"]][0]) * RAD_PER_DEG / ANGLE_UNIT_RAD
    alive = network.island_of_node >= 0
    shown = np.where(alive, angle, np.nan)
    columns = {
        "p_min_mw": low,
        "p_max_mw": high,
        "marginal_cost_per_mwh": marginal,
        "fixed_mw": fixed_mw(case)[0],
        "v_angle_rad": shown[network.node],
        "shadow_price_per_mwh": schedule.shadow_price_per_mwh.values[0],
        "p_from_mw": network.flow_mw(angle),
        "rating_mw": network.rating_mva,
        "flow_shadow_price_per_mwh": flow_price,
        "angle_rad": shown[network.node_from] - shown[network.node_to],
        "angle_min_rad": network.angle_min_rad,
        "angle_max_rad": network.angle_max_rad,
        "angle_shadow_price_per_deg": angle_price,
    }
    table = xr.Dataset(
        {name: (DC_OPTIMUM.dims[name], values[None, :]) for name, values in columns.items()},
        coords={
            "time": case.hours.time,
            "unit": schedule.unit.values,
            "kind": ("unit", schedule.kind.values),
            "unit_bus": ("unit", schedule.unit_bus.values),
            "bus": list(network.buses),
            "branch": list(network.branches),
            "bus_from": ("branch", list(network.bus_from)),
            "bus_to": ("branch", list(network.bus_to)),
            "branch_kind": ("branch", list(network.kinds)),
            "element": ("branch", list(network.elements)),
        },
    )
    return checked(DC_OPTIMUM, table)


def _checked(
    case: Case, network: DcBranches, problem: LinearProblem, solution: Solution, schedule: xr.Dataset
) -> SnapshotDispatch:
    """Work out cost, bound, balance and limits apart from the solver; CheckFailed where they do not agree."""
    table = _network_table(case, network, problem, solution, schedule)
    objective = solution.objective
    parts = operating_cost(case.park, schedule, case.hours, exact=True)
    cost = sum(parts.values())
    bound = dual_bound(problem, solution.row_duals)
    allowed = OBJECTIVE_TOLERANCE * max(1.0, abs(objective))
    if abs(cost - objective) > allowed:
        raise CheckFailed(f"the schedule costs {cost:.8g}, the solver said {objective:.8g}")
    if not abs(cost - bound) <= allowed:
        raise CheckFailed(f"the schedule costs {cost:.8g}, its prices prove no more than {bound:.8g}")
    net, flow = np.zeros(network.nodes), table.p_from_mw.values[0]
    np.add.at(net, network.node, bus_injections(case, schedule).values[0])
    np.subtract.at(net, network.node_from, flow)
    np.add.at(net, network.node_to, flow)
    error = float(np.abs(net[network.island_of_node >= 0]).max(initial=0.0))
    if error > BALANCE_TOLERANCE_MW:
        raise CheckFailed(f"the power balance misses by {error:.3g} MW at some bus")
    over = float(np.max(np.abs(flow) - network.rating_mva, initial=0.0))
    if over > BALANCE_TOLERANCE_MW:
        raise CheckFailed(f"a branch carries {over:.3g} MW more than its rating")
    return SnapshotDispatch(
        schedule=schedule,
        network=table,
        dc_model=network.model,
        objective=objective,
        objective_recomputed=cost,
        bound=bound,
        balance_error_mw_max=error,
        cost=parts,
        unfed_mw=float(case.unfed_mw.sum()),
        solver=solution.solver,
        iterations=solution.iterations,
        seconds=solution.seconds,
    )
