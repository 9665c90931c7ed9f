"""On/off paths of thermal units without a search: a wanted path made possible, and the merit order's wish."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times
from holin.dispatch.case import fixed_mw
from holin.dispatch.window import Window
from holin.errors import BadInput, Fault
from holin.kernel.linear import Floats
from holin.operation import (
    import_limit_mw,
    import_price,
    in_service,
    on_bounds,
    renewables_of,
    running_costs,
    steps_down,
)
from holin.operation.on_bounds import steps_in
from holin.park import ThermalUnit, by_id

MARGIN = 1.05
"""Of what is asked for, that units and import together are to be able to give under the merit order."""

Paths = dict[str, Floats]
"""thermal unit -> on (1) or off (0) at each step, (time,)."""


def possible_paths(window: Window, wanted: Mapping[str, Floats]) -> Paths:
    """Return paths as near to the wanted ones (0..1, (time,)) as state, outages, times, starts and last loads allow."""
    return {u.id: _possible(window, u, np.asarray(wanted[u.id]) > 0.5) for u in window.case.park.thermal_units}


def steps_of_plan(window: Window, planned: Times) -> NDArray[np.intp] | None:
    """Return which step of a plan stands at each step of the window, its last one beyond its end; None where they do
    not meet."""
    time = window.case.hours.time
    if not len(planned) or planned[-1] < time[0]:
        return None
    return np.clip(np.searchsorted(planned, time, side="right") - 1, 0, len(planned) - 1)


def paths_of_plan(window: Window, plan: xr.Dataset) -> Paths | None:
    """Return the commitment of a plan (table SCHEDULE) at the window's times, its last one held on; None where they do
    not meet, or a unit is not in it."""
    place = steps_of_plan(window, plan.time.values)
    known = set(map(str, plan.thermal_unit.values))
    if place is None or not {u.id for u in window.case.park.thermal_units} <= known:
        return None
    return {u.id: plan.committed.sel(thermal_unit=u.id).values[place] for u in window.case.park.thermal_units}


def check_plan(window: Window, plan: xr.Dataset, *, file: str = "last plan") -> None:
    """Raise BadInput where a plan says nothing of a window: other units, or it ends before the window begins."""
    faults = []
    if missing := sorted({u.id for u in window.case.park.thermal_units} - set(map(str, plan.thermal_unit.values))):
        problem, right = "the plan does not know these units", "give a plan of this park and stage"
        faults.append(Fault(file=file, field="thermal_unit", value=", ".join(missing), problem=problem, right=right))
    if steps_of_plan(window, plan.time.values) is None:
        end = f"{plan.time.values[-1]}Z" if plan.sizes["time"] else ""
        problem = f"the plan has no step at or after {window.case.hours.time[0]}Z, where the schedule begins"
        faults.append(Fault(file=file, field="time", value=end, problem=problem, right="give a later plan"))
    if faults:
        raise BadInput(faults)


def _possible(window: Window, unit: ThermalUnit, wanted: np.ndarray) -> Floats:
    hours, state = window.case.hours, window.state.thermal[unit.id]
    step_h, service = hours.step_h, in_service(hours, [unit.id])[:, 0]
    bounds = on_bounds(unit, service, state, step_h)
    up, down = steps_in(unit.min_up_h, step_h), steps_down(unit, step_h)
    last_mw = np.inf if unit.stop_max_mw is None else max(unit.stop_max_mw, unit.p_min_mw)
    running, since, least = state.on, int(state.in_state_h / step_h + 1e-9), state.gross_mw or unit.p_min_mw
    path = np.zeros(hours.count)
    for t in range(hours.count):
        if running:
            young = since < up or bool(bounds.lower[t : t + down].any()) or least > last_mw + 1e-6
            stays = bool(bounds.upper[t] > 0.5) and (bool(wanted[t]) or young)
        else:
            may = bool(bounds.upper[t] > 0.5 and bounds.start_upper[t] > 0.5)
            rested = bool(wanted[t]) and _may_start(t, since, down, state.on, path)
            stays = may and (bool(bounds.lower[t] > 0.5) or rested)
        if stays != running:
            running, since, least = stays, 0, unit.p_min_mw
        since += 1
        least = max(unit.p_min_mw, least - unit.ramp_down_mw_per_h * step_h)
        path[t] = running
    return path


def _may_start(t: int, since: int, down: int, was_on: bool, path: Floats) -> bool:
    """A stop within the window asks for the whole time off; what is left of one before it stands in the bounds."""
    return since >= down or not (was_on or path[:t].any())


def merit_order(window: Window, given: Mapping[str, Floats] | None = None) -> Paths:
    """Return the wish of a priority list: units that must run or give heat, then the cheapest at full load, until they
    and the import can carry what is asked for; a unit that is cheaper than import is wished for as well, as far as the
    lowest loads find users. Where paths are `given` they are kept, and units are added only where power is short."""
    case, park = window.case, window.case.park
    units, hours = park.thermal_units, case.hours
    wish = {u.id: np.zeros(hours.count) if given is None else np.array(given[u.id]) for u in units}
    service = in_service(hours, [u.id for u in units])
    ranked = sorted(range(len(units)), key=lambda k: (not units[k].must_run, full_load_cost(window, units[k])))
    for island in range(int(case.islands.number.max(initial=0)) + 1):
        need, bought, price, out = _asked_of_units(window, island)
        here = {k: (case.islands.of(units[k].bus) == island) & (service[:, k] > 0.5) for k in ranked}
        net = {k: 1.0 - units[k].auxiliary for k in ranked}
        able, least = bought, np.zeros(hours.count)
        if given is not None:
            able = able + sum(here[k] * (wish[units[k].id] > 0.5) * net[k] * units[k].p_nom_mw for k in ranked)
        for k in ranked:
            unit, planned = units[k], wish[units[k].id] > 0.5
            if given is None:
                pays = (full_load_cost(window, unit) < price) & (least + net[k] * unit.p_min_mw <= need + out)
                wanted = unit.must_run | (case.heat_mw[:, k] > 0) | pays
            else:
                wanted = planned
            on = here[k] & (wanted | (able < MARGIN * need))
            wish[unit.id] = np.where(on, 1.0, wish[unit.id])
            able, least = able + (on & ~planned) * net[k] * unit.p_nom_mw, least + on * net[k] * unit.p_min_mw
    return wish


def _asked_of_units(window: Window, island: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return what an island asks for beyond wind and PV, what import can give, at which price, and what export takes,
    each (time,)."""
    case, park, hours = window.case, window.case.park, window.case.hours
    need = np.where(case.islands.number == island, fixed_mw(case), 0.0).sum(axis=1)
    for k, source in enumerate(renewables_of(park)):
        need = need - case.available_mw[:, k] * (case.islands.of(source.bus) == island)
    bought, price, out = np.zeros(hours.count), np.full(hours.count, np.inf), np.zeros(hours.count)
    for grid in park.grids:
        here = (case.islands.of(grid.bus) == island) * in_service(hours, [grid.id])[:, 0]
        bought += import_limit_mw(park, grid, hours) * here
        out += grid.export_max_mw * here
        price = np.where(here > 0, np.minimum(price, import_price(park, grid, hours)), price)
    return need, bought, price, out


def full_load_cost(window: Window, unit: ThermalUnit) -> float:
    """Return what a net MWh costs at full load (currency/MWh), by the first line of the fuel curve."""
    park = window.case.park
    per_h, per_mwh = running_costs(park, unit, by_id(park.fuels)[unit.fuel])
    return (per_h + per_mwh * (unit.p_nom_mw - unit.p_min_mw)) / (unit.p_nom_mw * (1.0 - unit.auxiliary))
