"""Small parks for dispatch: one or two buses, given hours, all figures round."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from typing import Any

import numpy as np
import xarray as xr

from holin.calendar import Times, hours_between
from holin.park import Bus, Enterprise, Grid, Line, Load, Park, ParkFacts, WindFarm
from holin.tariff import Tariff

LINE = Line(id="AB", bus_from="A", bus_to="B", length_km=10, r_ohm_per_km=0.1, x_ohm_per_km=0.4, i_nom_ka=1.0)

PARK = Park(
    facts=ParkFacts(id="small", voll_per_mwh=20_000.0),
    buses=(Bus(id="A", v_nom_kv=110.0), Bus(id="B", v_nom_kv=110.0)),
    lines=(LINE,),
    grids=(Grid(id="G", bus="A", sk_max_mva=5000.0, import_max_mw=100.0, tariff="T"),),
    tariffs=(Tariff(id="T", energy_price_per_mwh=300.0, export_price_per_mwh=200.0),),
    enterprises=(Enterprise(id="E"),),
    loads=(Load(id="L", bus="B", enterprise="E", load_mw=50.0),),
    wind_farms=(WindFarm(id="W", bus="B", p_nom_mw=60.0),),
)


def with_(park: Park, **changes: Any) -> Park:
    """Return the park with other tables."""
    return dataclasses.replace(park, **changes)


def times(count: int) -> Times:
    """Return the first hours of 2025, local."""
    return hours_between(datetime(2025, 1, 1), date(2025, 12, 31), "Asia/Shanghai")[:count]


def tables_of(
    park: Park, available: list[list[float]], load: list[list[float]], heat: Any = None
) -> tuple[xr.Dataset, ...]:
    """Return the tables available and demand from rows of hours."""
    time = times(len(load))
    units = [u.id for u in (*park.wind_farms, *park.pv_plants)]
    thermal = [u.id for u in park.thermal_units]
    heat_mw = np.zeros((len(load), len(thermal))) if heat is None else np.asarray(heat, dtype=float)
    may = np.asarray(available, dtype=float).reshape(len(load), len(units))
    loads = [load.id for load in park.loads]
    return (
        xr.Dataset({"available_mw": (("time", "unit"), may)}, coords={"time": time, "unit": units}),
        xr.Dataset(
            {
                "load_mw": (("time", "load"), np.asarray(load, dtype=float)),
                "heat_mw": (("time", "thermal_unit"), heat_mw),
            },
            coords={"time": time, "load": loads, "thermal_unit": thermal},
        ),
    )
