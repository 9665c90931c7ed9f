"""Tiny parks and windows for the hours ahead: one bus or two, given hours, all figures round."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from holin.calendar import Times
from holin.dispatch.ahead import Ahead, dispatch_ahead
from holin.dispatch.carry import completed, first_state
from holin.dispatch.dispatch import case_of
from holin.dispatch.limits import islands_of, topologies_of
from holin.dispatch.window import Window
from holin.operation import State, ThermalState, bands_of, renewables_of
from holin.park import Bus, Cost, Fuel, Grid, Load, Park, ParkFacts, ThermalUnit

FIRST = np.datetime64("2025-03-03T00", "ns")
FREE = {"ramp_up_mw_per_h": 1e4, "ramp_down_mw_per_h": 1e4, "heat_rate_points": ((1.0, 1.0),), "fuel": "coal"}


def park_of(*units: ThermalUnit, **more: Any) -> Park:
    """A bus A with a load L and a grid connection G that gives nothing, in UTC."""
    things: dict[str, Any] = {
        "facts": ParkFacts(id="tiny", time_zone="UTC", voll_per_mwh=5_000.0),
        "buses": (Bus(id="A", v_nom_kv=110.0),),
        "fuels": (Fuel(id="coal", price_per_gj=1.0, emission_factor_t_per_gj=0.0),),
        "grids": (Grid(id="G", bus="A", sk_max_mva=1e4, import_max_mw=0.0),),
        "loads": (Load(id="L", bus="A", enterprise="E", load_mw=1.0),),
        "thermal_units": units,
    }
    return Park(**(things | more))


def unit(id_: str, **more: Any) -> ThermalUnit:
    """A unit of 100 MW at bus A that burns 1 GJ/MWh at 1 each."""
    return ThermalUnit(**(FREE | {"id": id_, "p_nom_mw": 100.0, "p_min_mw": 0.0, "bus": "A"} | more))


def costs(*per_mwh: float) -> tuple[Cost, ...]:
    return tuple(Cost(id=f"c{c:g}", marginal_cost_per_mwh=c) for c in per_mwh)


def times(count: int, step_h: float = 1.0) -> Times:
    return FIRST + np.arange(count) * np.timedelta64(round(step_h * 3600), "s")


def window_of(
    park: Park,
    load: Any,
    state: State | None = None,
    *,
    available: Any = (),
    heat: Any = (),
    step_h: float = 1.0,
    must_run_mw: float = 0.0,
    end_per_mwh: float = 1.0,
    **more: Any,
) -> Window:
    """A window over as many steps as `load` has rows, (time,) for one load or (time, load)."""
    load = np.asarray(load, dtype=float)
    load = load[:, None] if load.ndim == 1 else load
    time = times(len(load), step_h)
    renewable, thermal = [u.id for u in renewables_of(park)], [u.id for u in park.thermal_units]
    given = np.asarray(available, dtype=float).reshape(-1, len(renewable)) if renewable else np.zeros((len(load), 0))
    may = np.broadcast_to(given, (len(load), len(renewable)))
    warm = np.zeros((len(load), len(thermal)))
    if len(heat):
        warm = np.asarray(heat, dtype=float).reshape(len(load), len(thermal))
    supply = xr.Dataset({"available_mw": (("time", "unit"), may)}, coords={"time": time, "unit": renewable})
    must = xr.Dataset(
        {"load_mw": (("time", "load"), load), "heat_mw": (("time", "thermal_unit"), warm)},
        coords={"time": time, "load": [x.id for x in park.loads], "thermal_unit": thermal},
    )
    islands = islands_of(topologies_of(park, time), len(time))
    case = case_of(park, supply, must, islands=islands, step_h=step_h, must_run_mw=must_run_mw)
    months = len(case.hours.month_share)
    counted = {(g.id, b.id): np.zeros(months) for g in park.grids for b in bands_of(park, g, case.hours)}
    begun = completed(park, state) if state is not None else first_state(park, time[0])
    ends = dict.fromkeys((s.id for s in park.storages), end_per_mwh)
    return Window(case=case, state=begun, **({"counted": counted, "end_per_mwh": ends} | more))


def solved(park: Park, load: Any, state: State | None = None, **more: Any) -> Ahead:
    return dispatch_ahead(window_of(park, load, state, **more), mip_gap=0.0)


def off(hours: float = 1000.0, **more: Any) -> ThermalState:
    return ThermalState(on=False, in_state_h=hours, **more)


def running(gross_mw: float, hours: float = 1000.0, **more: Any) -> ThermalState:
    return ThermalState(on=True, in_state_h=hours, gross_mw=gross_mw, **more)


def state(soc: dict[str, float] | None = None, **units: ThermalState) -> State:
    return State(time=FIRST, thermal=units, soc_mwh=soc or {})
