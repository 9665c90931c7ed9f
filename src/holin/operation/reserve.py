"""What is kept in hand: spinning reserve up and down, primary response, inertia; short of it only at a price."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import xarray as xr

from holin.kernel.linear import Columns, Floats, LinearProblem, ProblemBuilder, Term
from holin.operation.block import Hours, in_service
from holin.operation.grid import import_limit_mw
from holin.park import Grid, Park, Reserve, ReserveKind, Storage, ThermalUnit


def add_reserves(
    builder: ProblemBuilder,
    hours: Hours,
    park: Park,
    renewable: Columns,
    load_mw: Floats,
    *,
    forecast_up_mw: Floats | None = None,
    forecast_down_mw: Floats | None = None,
) -> None:
    """Add what the park's `reserve` table asks for, and what the spread of the forecasts (time,) asks for where that is
    more than a requirement's share of wind and PV.

    A thermal unit gives what lies between its power and its limits while it is on, within its ramp over the time that
    the reserve is to be held; storage what its power and content allow for that time; a grid connection the room left
    to its limits. Columns `up.R.U`, `down.R.U`, `primary.R.U` by reserve and provider, `short.R` by step. The same room
    serves the requirements of one kind together, not the sum of them: the largest counts. Primary response is kept
    beside the spinning reserve. `load_mw` (time,) is what all loads and potlines ask for.
    """
    for reserve in sorted(park.reserves, key=lambda r: r.kind is ReserveKind.PRIMARY):  # primary beside the others
        if reserve.kind is ReserveKind.INERTIA:
            _add_inertia(builder, hours, park, reserve)
            continue
        extra = {ReserveKind.UP: forecast_up_mw, ReserveKind.DOWN: forecast_down_mw}.get(reserve.kind)
        needed = reserve.fixed_mw + reserve.load_share * load_mw
        given = _providers(builder, hours, park, reserve)
        short = builder.add_variables(f"short.{reserve.id}", (hours.count,), cost=reserve.short_per_mwh * hours.step_h)
        terms: list[Term] = [*((columns, 1.0) for columns in given.values()), (short, 1.0)]
        spared = 1.0 if reserve.kind is ReserveKind.DOWN else 0.0  # wind and PV can be curtailed at once
        terms += [(renewable[:, k], spared - reserve.renewable_share) for k in range(renewable.shape[1])]
        builder.add_rows(f"reserve.{reserve.id}", terms, lower=needed)
        if extra is not None:
            without_share = [*terms[: len(given) + 1], *((renewable[:, k], spared) for k in range(renewable.shape[1]))]
            builder.add_rows(f"reserve_spread.{reserve.id}", without_share, lower=needed + extra)
        if reserve.largest_unit:
            _add_largest(builder, park, reserve, given, short)


def _providers(builder: ProblemBuilder, hours: Hours, park: Park, reserve: Reserve) -> dict[str, Columns]:
    """Add what each unit gives to a reserve, by unit."""
    given: dict[str, Columns] = {}
    for unit in park.thermal_units:
        given[unit.id] = _of_thermal_unit(builder, hours, reserve, unit)
    if reserve.storage_counts:
        service = in_service(hours, [s.id for s in park.storages])
        for k, storage in enumerate(park.storages):
            given[storage.id] = _of_storage(builder, hours, reserve, storage, service[:, k])
    if reserve.grid_counts and reserve.kind is not ReserveKind.PRIMARY:
        service = in_service(hours, [g.id for g in park.grids])
        for k, grid in enumerate(park.grids):
            given[grid.id] = _of_grid(builder, hours, park, reserve, grid, service[:, k])
    return given


def _of_thermal_unit(builder: ProblemBuilder, hours: Hours, reserve: Reserve, unit: ThermalUnit) -> Columns:
    """What a unit adds or takes back while it is on: net of its own use.

    up: above + r + primary <= (p_nom - p_min) on - loss by heat;  down: r <= above - what its heat asks for
    """
    net, span = 1.0 - unit.auxiliary, unit.p_nom_mw - unit.p_min_mw
    on, above = builder.columns(f"on.{unit.id}"), builder.columns(f"above.{unit.id}")
    kind = reserve.kind
    fastest = {
        ReserveKind.UP: unit.ramp_up_mw_per_h * reserve.hold_h,
        ReserveKind.DOWN: unit.ramp_down_mw_per_h * reserve.hold_h,
        ReserveKind.PRIMARY: unit.primary_response * unit.p_nom_mw,
    }[kind]
    name = f"{kind.value}.{reserve.id}.{unit.id}"
    given = builder.add_variables(name, (hours.count,), upper=net * min(span, fastest))
    builder.add_rows(f"{name}.on", [(given, 1.0), (on, -net * min(span, fastest))], upper=0.0)
    heat = f"heat.{unit.id}"
    if kind is ReserveKind.DOWN:
        terms: list[Term] = [(given, 1.0), (above, -net)]
        if unit.power_per_heat > 0 and heat in builder:
            terms += [(on, -net * unit.p_min_mw), (builder.columns(heat), net * unit.power_per_heat)]
            builder.add_rows(f"{name}.heat", terms, upper=0.0)
            terms = terms[:2]
        builder.add_rows(name, terms, upper=0.0)
        return given
    terms = [(given, 1.0), (above, net), (on, -net * span)]
    if heat in builder:
        terms.append((builder.columns(heat), net * unit.power_loss_per_heat))
    _add_room(builder, name, reserve, unit.id, terms, 0.0)
    return given


def _add_room(
    builder: ProblemBuilder, name: str, reserve: Reserve, unit: str, terms: list[Term], upper: float | Floats
) -> None:
    """Add terms <= upper; primary response besides the spinning reserve of the unit, which takes over from it."""
    ups = [n for n in builder.names() if n.startswith("up.") and n.endswith(f".{unit}")]
    if reserve.kind is not ReserveKind.PRIMARY or not ups:
        builder.add_rows(name, terms, upper=upper)
        return
    for k, other in enumerate(ups):
        builder.add_rows(f"{name}.{k}", [*terms, (builder.columns(other), 1.0)], upper=upper)


def _of_storage(builder: ProblemBuilder, hours: Hours, reserve: Reserve, unit: Storage, service: Floats) -> Columns:
    """What a storage adds (by charging less or discharging more) or takes.

    What it adds beyond stopping to charge must last for `hold_h` from the content at the end of the step, what it takes
    beyond stopping to discharge must find room there.
    """
    charge, discharge, soc = (builder.columns(f"{n}.{unit.id}") for n in ("charge", "discharge", "soc"))
    name = f"{reserve.kind.value}.{reserve.id}.{unit.id}"
    given = builder.add_variables(name, (hours.count,), upper=2 * unit.p_nom_mw * service)
    if reserve.kind is ReserveKind.DOWN:
        builder.add_rows(name, [(given, 1.0), (charge, 1.0), (discharge, -1.0)], upper=unit.p_nom_mw)
        held = reserve.hold_h * unit.efficiency_charge
        terms: list[Term] = [(given, held), (discharge, -held), (soc, 1.0)]
        if f"soc_high.{unit.id}" in builder:
            terms.append((builder.columns(f"soc_high.{unit.id}"), -1.0))
        builder.add_rows(f"{name}.content", terms, upper=unit.soc_max * unit.e_nom_mwh)
        return given
    _add_room(
        builder, name, reserve, unit.id, [(given, 1.0), (discharge, 1.0), (charge, -1.0)], unit.p_nom_mw
    )  # fmt: skip
    held = reserve.hold_h / unit.efficiency_discharge
    low = unit.soc_min * unit.e_nom_mwh
    terms = [(given, held), (charge, -held), (soc, -1.0)]
    if f"soc_low.{unit.id}" in builder:
        terms.append((builder.columns(f"soc_low.{unit.id}"), -1.0))
    builder.add_rows(f"{name}.content", terms, upper=-low)
    return given


def _of_grid(
    builder: ProblemBuilder, hours: Hours, park: Park, reserve: Reserve, grid: Grid, service: Floats
) -> Columns:
    taken = builder.columns(f"import.{grid.id}")
    exported: list[Term] = []
    if f"export.{grid.id}" in builder:
        exported = [(builder.columns(f"export.{grid.id}"), -1.0)]
    name = f"{reserve.kind.value}.{reserve.id}.{grid.id}"
    given = builder.add_variables(name, (hours.count,))
    if reserve.kind is ReserveKind.DOWN:
        backward = [(columns, 1.0) for columns, _ in exported]
        builder.add_rows(name, [(given, 1.0), (taken, -1.0), *backward], upper=grid.export_max_mw * service)
    else:
        limit = import_limit_mw(park, grid, hours) * service
        builder.add_rows(name, [(given, 1.0), (taken, 1.0), *exported], upper=limit)
    return given


def _add_largest(
    builder: ProblemBuilder, park: Park, reserve: Reserve, given: dict[str, Columns], short: Columns
) -> None:
    """Add for each thermal unit: what the others keep in hand replaces it."""
    for unit in park.thermal_units:
        net = 1.0 - unit.auxiliary
        terms: list[Term] = [(columns, 1.0) for name, columns in given.items() if name != unit.id]
        terms += [
            (short, 1.0),
            (builder.columns(f"on.{unit.id}"), -net * unit.p_min_mw),
            (builder.columns(f"above.{unit.id}"), -net),
            (builder.columns(f"starting.{unit.id}"), -net),
        ]
        builder.add_rows(f"largest.{reserve.id}.{unit.id}", terms, lower=0.0)


def _add_inertia(builder: ProblemBuilder, hours: Hours, park: Park, reserve: Reserve) -> None:
    """Add stored energy of what turns: sum of H x rating of the units that are on, and of the public network."""
    service = in_service(hours, [g.id for g in park.grids])
    outside = service @ np.array([g.inertia_mw_s for g in park.grids]) if reserve.grid_counts else np.zeros(hours.count)
    short = builder.add_variables(f"short.{reserve.id}", (hours.count,), cost=reserve.short_per_mwh * hours.step_h)
    terms: list[Term] = [(builder.columns(f"on.{u.id}"), stored_mw_s(u)) for u in park.thermal_units]
    builder.add_rows(f"reserve.{reserve.id}", [*terms, (short, 1.0)], lower=reserve.fixed_mw - outside)


def stored_mw_s(unit: ThermalUnit) -> float:
    """Return the energy stored in a unit's turning masses in MW s: H x rated apparent power."""
    return unit.inertia_s * (unit.s_nom_mva or unit.p_nom_mw / 0.85)


def reserve_asked_mw(
    park: Park,
    hours: Hours,
    load_mw: Floats,
    renewable_mw: Floats,
    gross_mw: xr.DataArray,
    forecast_up_mw: Floats | None = None,
    forecast_down_mw: Floats | None = None,
) -> Floats:
    """Return what each requirement asks for in a schedule, (time, reserve): shares or spread, and the largest unit."""
    asked = np.zeros((hours.count, len(park.reserves)))
    for k, reserve in enumerate(park.reserves):
        extra = {ReserveKind.UP: forecast_up_mw, ReserveKind.DOWN: forecast_down_mw}.get(reserve.kind)
        unsure = np.maximum(reserve.renewable_share * renewable_mw, 0.0 if extra is None else extra)
        asked[:, k] = reserve.fixed_mw
        if reserve.kind is not ReserveKind.INERTIA:
            asked[:, k] += reserve.load_share * load_mw + unsure
        if reserve.largest_unit:
            for unit in park.thermal_units:
                net = gross_mw.sel(thermal_unit=unit.id).values * (1.0 - unit.auxiliary)
                asked[:, k] = np.maximum(asked[:, k], net)
    return asked


def reserve_held_mw(park: Park, hours: Hours, problem: LinearProblem, values: Floats, asked_mw: Floats) -> Floats:
    """Return what there is in hand of each requirement at a point, of shape (time, reserve); `asked_mw` likewise.

    All that units, storages and connections could give at that point, not only what a solution sets aside: primary
    response beside the spinning reserve set aside, and the other way about. Against the loss of the largest unit its
    own room does not count. No less than what was asked for where nothing is short.
    """
    held, room_mw = np.zeros((hours.count, len(park.reserves))), _rooms(problem, values)
    service = in_service(hours, [g.id for g in park.grids])
    for k, reserve in enumerate(park.reserves):
        if reserve.kind is ReserveKind.INERTIA:
            held[:, k] = sum(stored_mw_s(u) * values[problem.variables[f"on.{u.id}"]] for u in park.thermal_units)
            if reserve.grid_counts:
                held[:, k] += service @ np.array([g.inertia_mw_s for g in park.grids])
            continue
        prefix = f"{reserve.kind.value}.{reserve.id}."
        room = {n[len(prefix) :]: room_mw(n) for n in problem.variables if n.startswith(prefix)}
        held[:, k] = sum(room.values(), start=np.zeros(hours.count))
        if reserve.kind is ReserveKind.DOWN and "renewable" in problem.variables:
            held[:, k] += values[problem.variables["renewable"]].sum(axis=1)
        if reserve.largest_unit:
            spare = [held[:, k] - room[u.id] - _net_mw(problem, values, u) for u in park.thermal_units]
            held[:, k] = np.minimum(held[:, k], asked_mw[:, k] + np.min(spare, axis=0, initial=np.inf))
    return held


OF_THE_WHOLE = ("reserve.", "reserve_spread.", "largest.")
"""How the rows begin that add up what all give."""


def _rooms(problem: LinearProblem, values: Floats) -> Callable[[str], Floats]:
    """Return what tells the most that a provider's columns (time,) may be with all else as it is, by name."""
    by_column, left = problem.matrix.tocsc(), problem.row_upper - problem.matrix @ values
    for name, rows in problem.rows.items():
        if name.startswith(OF_THE_WHOLE):
            left[rows] = np.inf

    def room_mw(name: str) -> Floats:
        columns = problem.variables[name]
        most = np.array(problem.upper[columns], dtype=np.float64)
        part = by_column[:, columns].tocoo()
        counts = part.data > 0
        more = left[part.row[counts]] / part.data[counts]
        np.minimum.at(most, part.col[counts], values[columns][part.col[counts]] + more)
        return np.maximum(most, 0.0)

    return room_mw


def _net_mw(problem: LinearProblem, values: Floats, unit: ThermalUnit) -> Floats:
    on, above, starting = (values[problem.variables[f"{part}.{unit.id}"]] for part in ("on", "above", "starting"))
    net: Floats = (1.0 - unit.auxiliary) * (on * unit.p_min_mw + above + starting)
    return net
