"""The state that one window hands to the next: taken from a schedule, or from nothing but the park."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from holin.calendar import local
from holin.carbon import fuel_gj, import_t_per_mwh
from holin.kernel.linear import Floats
from holin.operation import (
    Hours,
    PotlineState,
    State,
    ThermalState,
    bands_of,
    first_potline_state,
    hours_of,
    potline_state_after,
    renewables_of,
    start_powers_mw,
    wished_end_mwh,
)
from holin.park import Park, ThermalUnit, by_id, out_of_service
from holin.tariff import demand_bands

LONG_H = 1000.0
"""How long a unit of which nothing else is known has been on or off."""


def first_state(park: Park, time: np.datetime64) -> State:
    """Return the state of a park of which nothing is measured: units on for long at a power that is not known,
    storages at the content they wish for, heat stores half full, no draw in the month so far, yards as the park gives
    them."""
    return State(
        time=time,
        thermal={
            u.id: ThermalState(on=True, in_state_h=LONG_H, heat_stored_mwh=u.heat_store_mwh / 2)
            for u in park.thermal_units
        },
        soc_mwh={s.id: wished_end_mwh(s) for s in park.storages},
        peak_mw={g.id: dict.fromkeys(_band_ids(park, g.id), 0.0) for g in park.grids},
        stock_gj={f.id: f.stock_gj for f in park.fuels if f.stock_gj is not None},
        potline={p.id: first_potline_state(p) for p in park.potlines},
    )


def _band_ids(park: Park, grid: str) -> list[str]:
    tariff = by_id(park.grids)[grid].tariff
    if tariff is None:
        return []
    moment = np.array(["2025-01-01"], dtype="datetime64[ns]")
    return [b.id for b in demand_bands(by_id(park.tariffs)[tariff], park.tariff_demands, moment, "UTC")]


def completed(park: Park, given: State) -> State:
    """Return the state with what it does not name as `first_state` has it."""
    first = first_state(park, given.time)
    return State(
        time=given.time,
        thermal={**first.thermal, **given.thermal},
        soc_mwh={**first.soc_mwh, **given.soc_mwh},
        peak_mw={g: {**bands, **given.peak_mw.get(g, {})} for g, bands in first.peak_mw.items()},
        stock_gj={**first.stock_gj, **given.stock_gj},
        potline={**first.potline, **given.potline},
        year_mwh=dict(given.year_mwh),
    )


def assumed_parts(park: Park, given: State | None) -> dict[str, tuple[str, ...]]:
    """Return what `completed` takes as `first_state` has it: part of a state -> ids; {} where all is given.

    What the park's own tables say of the beginning (a yard's stock) is not assumed.
    """
    known = given or State(time=np.datetime64("NaT", "ns"))
    parts: dict[str, tuple[Mapping[str, object], list[str]]] = {
        "thermal": (known.thermal, [u.id for u in park.thermal_units]),
        "soc_mwh": (known.soc_mwh, [s.id for s in park.storages]),
        "potline": (known.potline, [p.id for p in park.potlines]),
        "peak_mw": (known.peak_mw, [g.id for g in park.grids if _band_ids(park, g.id)]),
    }
    missing = {part: tuple(i for i in ids if i not in named) for part, (named, ids) in parts.items()}
    return {part: ids for part, ids in missing.items() if ids}


def state_after(
    park: Park, state: State, schedule: xr.Dataset, ahead: xr.Dataset, *, step_h: float, steps: int
) -> State:
    """Return the state after the first `steps` steps of a schedule (tables SCHEDULE and AHEAD) begun in `state`."""
    part = schedule.isel(time=slice(0, steps))
    time = part.time.values
    end = time[-1] + np.timedelta64(round(step_h * 3600), "s")
    hours = hours_of(time, park.facts.time_zone, step_h=step_h)
    return State(
        time=end,
        thermal={
            u.id: _thermal_after(
                state.thermal[u.id],
                schedule,
                u,
                step_h,
                steps,
                float(ahead.heat_stored_mwh.sel(thermal_unit=u.id).values[steps - 1]),
            )
            for u in park.thermal_units
        },
        soc_mwh={s.id: float(part.soc_mwh.sel(storage=s.id).values[-1]) for s in park.storages},
        peak_mw=_peaks_after(park, state, part, hours, end),
        stock_gj=_stocks_after(park, state, part, hours),
        potline=_potlines_after(park, state, part, ahead, step_h),
        year_mwh=_year_after(park, state, part, hours, end),
    )


def _thermal_after(
    before: ThermalState, schedule: xr.Dataset, unit: ThermalUnit, step_h: float, steps: int, heat_stored_mwh: float
) -> ThermalState:
    on = schedule.committed.sel(thermal_unit=unit.id).values > 0.5
    gross = schedule.gross_mw.sel(thermal_unit=unit.id).values
    now, later = bool(on[steps - 1]), on[steps:]
    changed = np.flatnonzero(np.diff(np.concatenate([[before.on], on[:steps]]).astype(int)))
    in_state_h = (steps - changed[-1]) * step_h if len(changed) else before.in_state_h + steps * step_h
    due_h = None
    if not now and later.any() and int(np.argmax(later)) < len(start_powers_mw(unit, step_h)):  # it is being started
        due_h = float(np.argmax(later)) * step_h
    elif not now and before.synchronised_in_h is not None and not len(changed):
        due_h = max(before.synchronised_in_h - steps * step_h, 0.0)
    return ThermalState(
        on=now,
        in_state_h=float(in_state_h),
        gross_mw=float(gross[steps - 1]),
        synchronised_in_h=due_h,
        heat_stored_mwh=heat_stored_mwh,
    )


def _peaks_after(
    park: Park, state: State, part: xr.Dataset, hours: Hours, end: np.datetime64
) -> dict[str, dict[str, float]]:
    """The highest draw so far of the month that the end lies in; a new month begins with none."""
    months = _month_of(np.append(part.time.values, end), park.facts.time_zone)
    same = months[:-1] == months[-1]
    carries = bool(_month_of(np.array([state.time]), park.facts.time_zone)[0] == months[-1])
    peaks: dict[str, dict[str, float]] = {}
    for grid in park.grids:
        taken = np.maximum(part.p_mw.sel(unit=grid.id).values, 0.0)
        peaks[grid.id] = {
            band.id: max(
                float(taken[same & band.counts].max(initial=0.0)),
                state.peak_mw.get(grid.id, {}).get(band.id, 0.0) if carries else 0.0,
            )
            for band in bands_of(park, grid, hours)
        }
    return peaks


def _month_of(time: np.ndarray, zone: str) -> np.ndarray:
    clock = local(time, zone)
    return np.asarray(clock.year.to_numpy() * 12 + clock.month.to_numpy())


def _potlines_after(
    park: Park, state: State, part: xr.Dataset, ahead: xr.Dataset, step_h: float
) -> dict[str, PotlineState]:
    """The heat and the metal as the full model has them after the steps of the schedule."""
    time, steps = part.time.values, part.sizes["time"]
    planned = out_of_service(park, time)
    return {
        p.id: potline_state_after(
            p,
            state.potline[p.id],
            time=time,
            time_zone=park.facts.time_zone,
            step_h=step_h,
            power_mw=np.maximum(-part.p_mw.sel(unit=p.id).values, 0.0),
            cooling_mw=ahead.cooling_mw.sel(potline=p.id).values[:steps],
            out=planned.get(p.id),
        )
        for p in park.potlines
    }


def _stocks_after(park: Park, state: State, part: xr.Dataset, hours: Hours) -> dict[str, float]:
    """What each yard holds: step by step, for what is missing in one step does not lessen what comes later."""
    burnt = fuel_gj(park, part) * hours.step_h
    stocks = {}
    for fuel in (f for f in park.fuels if f.id in state.stock_gj):
        units = [u.id for u in park.thermal_units if u.fuel == fuel.id]
        used = burnt.sel(thermal_unit=units).sum("thermal_unit").values
        stock = state.stock_gj[fuel.id]
        for gone in used.tolist():
            stock = max(stock + fuel.delivery_gj_per_day * hours.step_h / 24 - gone, 0.0)
        stocks[fuel.id] = stock
    return stocks


def _year_after(park: Park, state: State, part: xr.Dataset, hours: Hours, end: np.datetime64) -> dict[str, float]:
    """The year's quantities so far; a new local year begins with none."""
    years = local(np.append(part.time.values, end), park.facts.time_zone).year.to_numpy()
    same = (years[:-1] == years[-1]).astype(float) * hours.step_h
    carries = int(local(np.array([state.time]), park.facts.time_zone).year[0]) == int(years[-1])
    before: Mapping[str, float] = state.year_mwh if carries else {}
    made = {name: float(values @ same) for name, values in year_quantities_mw(park, part).items()}
    return {name: before.get(name, 0.0) + made[name] for name in made}


def year_quantities_mw(park: Park, schedule: xr.Dataset) -> dict[str, Floats]:
    """Return the parts of the year's quantities (`rules.QUANTITIES`) at each step (time,), in MW or t/h."""
    power = schedule.p_mw
    renewable = [u.id for u in renewables_of(park)]
    grid = power.sel(unit=[g.id for g in park.grids]).values
    potline = -power.sel(unit=[p.id for p in park.potlines]).values.sum(axis=1)
    load = -power.sel(unit=[x.id for x in park.loads]).values.sum(axis=1)
    unserved = schedule.shed_mw.values.sum(axis=1)
    fuels = by_id(park.fuels)
    burnt = fuel_gj(park, schedule)
    co2 = sum(
        (burnt.sel(thermal_unit=u.id).values * fuels[u.fuel].emission_factor_t_per_gj for u in park.thermal_units),
        start=np.zeros(len(load)),
    )
    for k, thing in ((k, g) for k, g in enumerate(park.grids) if g.emission_factor):
        co2 = co2 + np.maximum(grid[:, k], 0.0) * import_t_per_mwh(park, thing, schedule.time.values)
    return {
        "renewable_used_mwh": power.sel(unit=renewable).values.sum(axis=1),
        "renewable_available_mwh": np.nansum(schedule.available_mw.sel(unit=renewable).values, axis=1),
        "import_mwh": np.maximum(grid, 0.0).sum(axis=1),
        "export_mwh": np.maximum(-grid, 0.0).sum(axis=1),
        "load_mwh": load + unserved + potline,
        "aluminium_load_mwh": potline,
        "co2_t": co2,
    }
