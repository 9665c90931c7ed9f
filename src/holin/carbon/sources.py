"""What each source emits per hour and per MWh: fuel burnt, import, and nothing for wind and sun (operation only)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times
from holin.errors import BadInput, Fault, Mismatch
from holin.park import Generator, Grid, Park, by_id, fuel_curve, fuel_gj_per_h, values_at

Array = NDArray[np.float64]

NO_EMISSION_T = 1e-6
"""An hour's emission below is the solver's rounding."""


def fuel_gj(park: Park, schedule: xr.Dataset) -> xr.DataArray:
    """Return the fuel of every thermal unit and hour in GJ, dimensions (time, thermal_unit), by its `fuel_curve`.

    What is on runs at its own loading: a relaxed commitment smaller than gross / p_nom is raised to it, an unknown one
    is 1 where power is made. All fuel counts for power; heat that is extracted costs full load, not fuel.
    Raises Mismatch where the gross power is missing or the units are not the park's.
    """
    gross, committed = schedule["gross_mw"], schedule["committed"]
    units = by_id(park.thermal_units)
    ids = schedule["thermal_unit"].values.tolist()
    unknown = sorted(set(ids) ^ set(units))
    if unknown or bool(np.isnan(gross).any()):
        what = f"thermal units differ: {', '.join(unknown)}" if unknown else "gross_mw has gaps"
        raise Mismatch(f"fuel cannot be reckoned: {what}; give schedule and park of one stage, without gaps")
    fuel = np.zeros(gross.shape)
    for k, unit_id in enumerate(ids):
        unit, made = units[unit_id], gross.values[:, k]
        on = np.where(np.isnan(committed.values[:, k]), made > 0, np.minimum(committed.values[:, k], 1.0))
        fuel[:, k] = fuel_gj_per_h(fuel_curve(unit), made, np.maximum(on, made / unit.p_nom_mw))
    return xr.DataArray(fuel, coords=gross.coords, dims=gross.dims, name="fuel_gj", attrs={"units": "GJ"})


def emissions(
    park: Park, schedule: xr.Dataset, flows: xr.Dataset, *, heat_share: Mapping[str, float] | None = None
) -> xr.DataArray:
    """Return the CO2 of every source and hour in t, dimensions (time, source), sources in the order of `flows`.

    Thermal units: fuel times the fuel's factor, gross power from the schedule. `heat_share` is the part of a unit's
    fuel that is counted for its heat; by default all of it is counted for power, which is the larger figure for
    power: a unit that gives 20 % of its fuel to heat has an intensity 1 / 0.8 too high for power alone. Grids: import
    times the emission factor (`import_factor`, the renewable part of a known mix counted as zero). Wind and PV: 0.
    """
    kinds = flows["kind"].values.tolist()
    rows = [k for k, kind in enumerate(kinds) if kind in ("wind_farm", "pv_plant", "thermal_unit", "generator", "grid")]
    sources = flows["unit"].values[rows]
    burnt = _burnt(park, schedule, dict(heat_share or {}))
    grids, generators = by_id(park.grids), by_id(park.generators)
    tonnes = np.zeros((flows.sizes["time"], len(rows)))
    for k, row in enumerate(rows):
        if kinds[row] == "thermal_unit":
            tonnes[:, k] = burnt[str(sources[k])]
        elif kinds[row] == "generator":
            made = np.maximum(np.nan_to_num(flows["p_mw"].values[:, row]), 0.0)
            tonnes[:, k] = made * generator_t_per_mwh(generators[str(sources[k])]) if made.any() else 0.0
        elif kinds[row] == "grid":
            imported = np.maximum(np.nan_to_num(flows["p_mw"].values[:, row]), 0.0)
            if imported.any():
                tonnes[:, k] = imported * import_t_per_mwh(park, grids[str(sources[k])], flows["time"].values)
    coords = {"time": flows["time"].values, "source": sources}
    return xr.DataArray(tonnes, coords=coords, dims=("time", "source"), name="emissions_t", attrs={"units": "t"})


def generator_t_per_mwh(generator: Generator) -> float:
    """Return the CO2 of a generator in t/MWh; raises BadInput where it is not known."""
    if generator.emission_t_per_mwh is None:
        fault = Fault(
            file="generator.csv",
            field="emission_t_per_mwh",
            value="",
            problem=f"generator {generator.id} gives power, but the carbon of its energy is not known",
            right="give t CO2 per MWh; 0 where there is none",
        )
        raise BadInput([fault])
    return generator.emission_t_per_mwh


def import_t_per_mwh(park: Park, grid: Grid, time: Times) -> Array:
    """Return the CO2 in t per MWh of import at each hour, of shape (time,): the renewable part of a known mix has none.

    Raises BadInput where the grid names no factor, Mismatch where the mix has no value for an hour.
    """
    rest = 1.0 if grid.mix is None else 1 - values_at(by_id(park.series)[grid.mix], time)
    return np.broadcast_to(rest * import_factor_t_per_mwh(park, grid), (len(time),)).copy()


def import_factor_t_per_mwh(park: Park, grid: Grid) -> float:
    """Return the CO2 in t per MWh of import that is not known to be renewable.

    Without a mix this is the emission factor itself. With one, an average factor (any method but `fossil`) is spread
    over the non-renewable part, factor / (1 - mean mix of the series), so that the public grid's own average remains
    the published one. Raises BadInput where the grid names no factor.
    """
    factors = by_id(park.emission_factors)
    if grid.emission_factor is None or grid.emission_factor not in factors:
        raise BadInput(
            [
                Fault(
                    file="grid.csv",
                    field="emission_factor",
                    value=grid.emission_factor or "",
                    problem=f"grid {grid.id} imports, but the carbon of its energy is not known",
                    right=f"one of {', '.join(factors) or 'the ids of emission_factor.csv'}",
                )
            ]
        )
    factor = factors[grid.emission_factor]
    if grid.mix is None or factor.method == "fossil":
        return factor.t_per_mwh
    mean = float(np.nanmean(by_id(park.series)[grid.mix].values))
    return factor.t_per_mwh / (1 - mean) if mean < 1 else 0.0


def intensities(emitted: xr.DataArray, flows: xr.Dataset, trace: xr.Dataset, park: Park) -> Array:
    """Return t CO2 per net MWh of every hour and source of the trace, array (hour, source); 0 where it feeds nothing.

    The renewable part of an import with a known mix has 0, its rest the full `import_factor_t_per_mwh`. The source
    `unknown` (a storage's first content in a table that is not cyclic) has the largest intensity of all: nothing
    speaks for less. Raises Mismatch where a thermal unit burns fuel and feeds nothing in.
    """
    power = flows["p_mw"].sel(unit=emitted["source"].values).values
    fed = np.maximum(np.nan_to_num(power), 0.0)
    _no_idle_fire(emitted, fed)
    per_mwh = np.divide(emitted.values, fed, out=np.zeros_like(fed), where=fed > 0)
    column = {s: k for k, s in enumerate(emitted["source"].values.tolist())}
    grids = by_id(park.grids)
    found = np.zeros((flows.sizes["time"], trace.sizes["source"]))
    for k, (source, kind) in enumerate(zip(trace["source"].values, trace["source_kind"].values, strict=True)):
        if kind in ("unknown", "grid_renewable"):
            continue
        found[:, k] = per_mwh[:, column[source]]
        if kind == "grid" and fed[:, column[source]].any():
            factor = import_factor_t_per_mwh(park, grids[source])
            found[:, k] = np.where(fed[:, column[source]] > 0, factor, 0.0)
    found[:, trace["source_kind"].values == "unknown"] = found.max(initial=0.0)
    return found


def _burnt(park: Park, schedule: xr.Dataset, heat_share: dict[str, float]) -> dict[str, Array]:
    fuels, units = by_id(park.fuels), by_id(park.thermal_units)
    wrong = sorted(set(heat_share) - set(units)) + [u for u, s in heat_share.items() if not 0 <= s <= 1]
    if wrong:
        raise Mismatch(f"heat_share: {', '.join(wrong)}: give thermal units of the park and shares within 0..1")
    fuel = fuel_gj(park, schedule)
    return {
        unit: fuel.values[:, k] * fuels[units[unit].fuel].emission_factor_t_per_gj * (1 - heat_share.get(unit, 0.0))
        for k, unit in enumerate(fuel["thermal_unit"].values.tolist())
    }


def _no_idle_fire(emitted: xr.DataArray, fed: Array) -> None:
    idle = (emitted.values > NO_EMISSION_T) & (fed <= 0)
    if idle.any():
        hour, source = np.argwhere(idle)[0]
        raise Mismatch(
            f"{emitted['source'].values[source]} burns fuel and feeds nothing in, in the hour "
            f"{emitted['time'].values[hour]}; give schedule and flows of one run"
        )
