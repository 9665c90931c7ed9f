"""Small parks for plans: one or two buses, hours and costs by hand."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import numpy as np
import xarray as xr

from holin.calendar import Times, hours_of_year
from holin.park import (
    Bus,
    Candidate,
    Choice,
    Cost,
    Enterprise,
    Fuel,
    Grid,
    Line,
    Load,
    Park,
    ParkFacts,
    Stage,
    ThermalUnit,
    WindFarm,
    at_stage,
)
from holin.plan import PlanStage, Watch, offers_of, with_offers
from holin.plan.stage import stage_of_plan
from holin.tariff import Tariff

STAGE = Stage(name="2025", as_of=date(2025, 12, 31))
HOURS = 8760.0

PARK = Park(
    facts=ParkFacts(id="planned", voll_per_mwh=20_000.0, discount_rate=0.0),
    stages=(STAGE,),
    buses=(Bus(id="A", v_nom_kv=110.0), Bus(id="B", v_nom_kv=110.0)),
    lines=(Line(id="AB", bus_from="A", bus_to="B", length_km=10, r_ohm_per_km=0.1, x_ohm_per_km=0.4, i_nom_ka=1.0),),
    grids=(Grid(id="G", bus="A", sk_max_mva=5000.0, import_max_mw=200.0, tariff="T"),),
    tariffs=(Tariff(id="T", energy_price_per_mwh=300.0),),
    enterprises=(Enterprise(id="E"),),
    loads=(Load(id="L", bus="B", enterprise="E", load_mw=50.0),),
    wind_farms=(WindFarm(id="W", bus="B", p_nom_mw=60.0, cost="wind"),),
    candidates=(Candidate(id="more-wind", element="W", choice=Choice.BUILD, template=True, p_max_mw=400.0),),
)


def with_(park: Park, **changes: Any) -> Park:
    """Return the park with other tables."""
    return dataclasses.replace(park, **changes)


LIGNITE = Fuel(id="lignite", price_per_gj=20.0, emission_factor_t_per_gj=0.1)
DEEP = Candidate(id="deep", element="coal-deep", choice=Choice.RETROFIT, replaces="coal", template=True, cost="refit")


def coal(id_: str, p_min_mw: float, **more: Any) -> ThermalUnit:
    """Return a coal unit of 40 MW: 10 GJ a MWh at any load, 200 a MWh."""
    return ThermalUnit(
        id=id_, bus="B", p_nom_mw=40, p_min_mw=p_min_mw, ramp_up_mw_per_h=400, ramp_down_mw_per_h=400, fuel="lignite",
        heat_rate_points=((0.5, 10.0), (1.0, 10.0)), **more,
    )  # fmt: skip


def coal_park() -> Park:
    """Return the park with a coal unit and its refit that runs lower, on offer."""
    return with_(
        PARK, fuels=(LIGNITE,), thermal_units=(coal("coal", 30.0), coal("coal-deep", 10.0)),
        costs=(Cost(id="refit", lifetime_years=20),), candidates=(DEEP,),
    )  # fmt: skip


BOUND = {"must_run": True, "cost": "coal"}
"""Of a unit that may not stop, with a cost of its own."""

REFIT = with_(
    PARK, fuels=(LIGNITE,), thermal_units=(coal("coal", 30.0, **BOUND), coal("coal-deep", 10.0, **BOUND)),
    wind_farms=(dataclasses.replace(PARK.wind_farms[0], p_nom_mw=50.0),), candidates=(DEEP,),
)  # fmt: skip
"""50 MW of wind beside a coal unit that must run, with its refit on offer."""


def wind_cost(per_mw_hour: float) -> Cost:
    """Return a cost whose annuity is so much per MW and hour of a year, at no discount."""
    return Cost(id="wind", capital_cost_per_mw=per_mw_hour * HOURS * 20, lifetime_years=20)


def times(count: int, year: int = 2025) -> Times:
    """Return the first hours of a year, local."""
    return hours_of_year(year, "Asia/Shanghai")[:count]


def stage_with(
    park: Park,
    shares: dict[str, list[float]],
    load_mw: list[float],
    *,
    stage: Stage = STAGE,
    weight: float = 1.0,
    investment_max: float | None = None,
    secure: bool = False,
    closed: tuple[Candidate, ...] = (),
    circuits_mva: dict[str, float] | None = None,
) -> tuple[PlanStage, Watch]:
    """Return a stage from each source's output per MW (standing and on offer) and the load, hour by hour."""
    standing = at_stage(park, stage)
    offers = offers_of(park, standing, stage.as_of.year, closed)
    full = with_offers(standing, offers)
    sources = (*full.wind_farms, *full.pv_plants)
    time = times(len(load_mw), stage.as_of.year)
    may = np.array([np.asarray(shares[u.id]) * u.p_nom_mw for u in sources]).reshape(len(sources), len(time)).T
    thermal = [u.id for u in full.thermal_units]
    available = xr.Dataset(
        {"available_mw": (("time", "unit"), may)}, coords={"time": time, "unit": [u.id for u in sources]}
    )
    demand = xr.Dataset(
        {
            "load_mw": (("time", "load"), np.asarray(load_mw, dtype=float)[:, None]),
            "heat_mw": (("time", "thermal_unit"), np.zeros((len(time), len(thermal)))),
        },
        coords={"time": time, "load": [load.id for load in full.loads], "thermal_unit": thermal},
    )
    return stage_of_plan(
        standing, offers, available, demand, name=stage.name, year=stage.as_of.year, weight=weight,
        investment_max=investment_max, secure=secure, circuits_mva=circuits_mva,
    )  # fmt: skip
