"""What a schedule costs to run, recomputed from its figures alone: the check on every optimum."""

from __future__ import annotations

import numpy as np
import xarray as xr

from holin.carbon import fuel_gj
from holin.kernel.linear import Floats
from holin.operation.block import Hours, in_service
from holin.operation.grid import Peaks, bands_of, export_price, import_price
from holin.operation.renewables import renewables_of
from holin.park import Grid, Park, by_id, cost_curve, cost_per_h, exact_cost_per_h
from holin.tariff import DemandBand


def operating_cost(
    park: Park, schedule: xr.Dataset, hours: Hours, *, exact: bool = False, counted: Peaks | None = None
) -> dict[str, float]:
    """Return the running cost of a schedule by part (currency, over its horizon); their sum is the objective.

    Parts: fuel, co2, start, generator, variable, storage_wear, import_energy, demand_charge, export_income (negative),
    shed. Annuities and fixed costs do not depend on the schedule and are not among them. With `exact` a quadratic cost
    of a generator is one, instead of its chords; `counted` is that of `add_grids`.
    """
    return {
        **_thermal_cost(park, schedule, hours),
        "generator": _generator_cost(park, schedule, hours, exact),
        "variable": _variable_cost(park, schedule, hours),
        "storage_wear": sum(
            s.cycle_cost_per_mwh * _sum(schedule.discharge_mw.sel(storage=s.id)) * hours.step_h for s in park.storages
        ),
        **_grid_cost(park, schedule, hours, counted),
        "shed": park.facts.voll_per_mwh * _sum(schedule.shed_mw) * hours.step_h,
    }


def _thermal_cost(park: Park, schedule: xr.Dataset, hours: Hours) -> dict[str, float]:
    fuels, parts = by_id(park.fuels), {"fuel": 0.0, "co2": 0.0, "start": 0.0}
    burnt_gj = fuel_gj(park, schedule).sum("time") * hours.step_h
    for unit in park.thermal_units:
        fuel, burnt = fuels[unit.fuel], float(burnt_gj.sel(thermal_unit=unit.id))
        parts["fuel"] += burnt * fuel.price_per_gj
        parts["co2"] += burnt * fuel.emission_factor_t_per_gj * park.facts.co2_price_per_t
        parts["start"] += unit.start_cost * _sum(schedule.start_up.sel(thermal_unit=unit.id))
    return parts


def _generator_cost(park: Park, schedule: xr.Dataset, hours: Hours, exact: bool) -> float:
    service, total = in_service(hours, [g.id for g in park.generators]), 0.0
    for k, unit in enumerate(park.generators):
        p_mw = schedule.p_mw.sel(unit=unit.id).values
        cost = np.array([exact_cost_per_h(unit, p) for p in p_mw]) if exact else cost_per_h(cost_curve(unit), p_mw)
        total += float(cost @ service[:, k]) * hours.step_h
    return total


def _variable_cost(park: Park, schedule: xr.Dataset, hours: Hours) -> float:
    costs, total = by_id(park.costs), 0.0
    for unit in (*renewables_of(park), *park.thermal_units, *park.storages):
        if unit.cost is None:
            continue
        made = schedule.discharge_mw.sel(storage=unit.id) if unit in park.storages else schedule.p_mw.sel(unit=unit.id)
        total += costs[unit.cost].marginal_cost_per_mwh * _sum(made) * hours.step_h
    return total


def _grid_cost(park: Park, schedule: xr.Dataset, hours: Hours, counted: Peaks | None) -> dict[str, float]:
    parts = {"import_energy": 0.0, "demand_charge": 0.0, "export_income": 0.0}
    for grid in (g for g in park.grids if g.tariff):
        net = schedule.p_mw.sel(unit=grid.id).values
        taken, given = np.maximum(net, 0.0), np.maximum(-net, 0.0)
        parts["import_energy"] += float(taken @ import_price(park, grid, hours)) * hours.step_h
        parts["export_income"] -= float(given @ export_price(park, grid, hours)) * hours.step_h
        for band in bands_of(park, grid, hours):
            parts["demand_charge"] += _demand_charge(grid, band, taken, hours, counted)
    return parts


def _demand_charge(grid: Grid, band: DemandBand, taken_mw: Floats, hours: Hours, counted: Peaks | None) -> float:
    """What the months' highest draws cost: their part of the month, or all above what counts already."""
    peak = monthly_peak(np.where(band.counts, taken_mw, 0.0), hours)
    if counted is None:
        return float(peak @ hours.month_share) * band.charge_per_mw_month
    return float(np.maximum(peak - counted[grid.id, band.id], 0.0).sum()) * band.charge_per_mw_month


def monthly_peak(taken_mw: Floats, hours: Hours) -> Floats:
    """Return the highest draw of each month of the horizon, of shape (month,)."""
    peak = np.zeros(len(hours.month_share))
    np.maximum.at(peak, hours.month, taken_mw)
    return peak


def _sum(table: xr.DataArray) -> float:
    return float(table.values.sum())
