"""A park that `peers/pypsa_park.py --export-data` wrote, as a Park with candidates and rules, and its plan.

Nothing here is a problem: the figures become the tables of a park folder, and the plan is made of them by the same
blocks as any other. What each figure becomes:

- Wind, PV and the battery are templates with candidates: up to `ren_max`, `bat_p_max` and `bat_e_max`, power and energy
  each of any size; the capital cost of the horizon is that of a year at no discount.
- Coal burns a fuel of its own, whose price gives its marginal cost. Commitment is relaxed, units were on before the
  first step at any power (no ring: the peer has it so), a start or a stop is `coal_ramp_su` of nominal at most.
- A potline is 300 pots whose resistance is next to nothing, so that metal is as good as linear in power (to 1e-10).
- The battery's cost per MWh charged is one per MWh discharged: over a ring the two are in the ratio of its
  efficiencies.
- Import and export have prices by the step; the charge on a month's peak is one figure, or one for each month.
- Lines by their reactance in ohm, transformers as equivalent branches: the peer's rating is not the one of their
  reactance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times, hours_of_year, local
from holin.park import (
    Bus,
    Candidate,
    Choice,
    Cost,
    Enterprise,
    EquivalentBranch,
    Fuel,
    Grid,
    Line,
    Load,
    Park,
    ParkFacts,
    Potline,
    PvPlant,
    Series,
    Stage,
    Storage,
    ThermalUnit,
    WindFarm,
    at_stage,
)
from holin.plan import PlanStage, Watch, offers_of, with_offers
from holin.plan.stage import stage_of_plan
from holin.rules import Rule, RuleKind
from holin.tariff import Tariff, TariffDemand

Data = Mapping[str, Any]
Floats = NDArray[np.float64]

YEAR, ZONE = 2025, "Asia/Shanghai"
STAGE = Stage(name=str(YEAR), as_of=date(YEAR, 12, 31))
LIFE, HEAT_RATE = 20.0, 10.0
"""Years over which capital is spread at no discount, and GJ per MWh: figures that cancel out."""

POTS, POT_V, NO_RESISTANCE_UOHM = 300, 4.2, 1e-9
ANY_KA_PER_MIN = 1e4


def read_exported(path: Path) -> Data:
    """Read an exported park. Raises ValueError for a file that is none, or was made for a dispatch."""
    with np.load(path, allow_pickle=False) as file:
        data = {name: file[name] for name in file.files}
    missing = [n for n in ("ren_cap_cost", "bat_e_max", "coal_ramp_su", "export_price", "br_x") if n not in data]
    if missing or not bool(data.get("plan", False)):
        lacks = f" (it lacks {', '.join(missing)})" if missing else ""
        raise ValueError(f"{path} is no park for a plan{lacks}; write it with pypsa_park.py --export-data")
    if np.any(data["ren_min"] > 0):
        raise ValueError(f"{path}: least sizes of wind and PV are not read")
    return data


def times_of(data: Data) -> Times:
    """Return steps of YEAR whose local months are those of the data: the file says no more of its time.

    Raises ValueError where no steps in a row have these months.
    """
    step_h, month = float(data["dt"]), np.asarray(data["month"]) + 1
    hours = hours_of_year(YEAR, ZONE)
    per_hour = round(1 / step_h)
    shifts = (np.arange(per_hour) * round(step_h * 3600)).astype("timedelta64[s]")
    time = (hours[:, None] + shifts[None, :]).ravel()
    months = local(time, ZONE).month.to_numpy()
    first_of_month = int(np.flatnonzero(months == month[0])[0])
    turns = np.flatnonzero(month != month[0])
    ahead = int(turns[0]) if len(turns) else 0
    end_of_month = int(np.flatnonzero(months == month[0])[-1]) + 1
    first = end_of_month - ahead if len(turns) else first_of_month
    found = time[first : first + len(month)]
    if len(found) != len(month) or not np.array_equal(months[first : first + len(month)], month):
        raise ValueError(f"no {len(month)} steps of {YEAR} in a row have the months of the data")
    return found


def park_of(data: Data, time: Times) -> Park:
    """Return the park: all tables, with what stands and what may be built."""
    years = len(time) * float(data["dt"]) / len(hours_of_year(YEAR, ZONE))
    kinds = [(str(name), k) for k, name in enumerate(data["ren_name"])]
    winds = len(np.atleast_2d(data["wind"]).T)
    base = Park(
        facts=ParkFacts(id="exported", time_zone=ZONE, discount_rate=0.0, synthetic="every figure is assumed"),
        stages=(STAGE,),
        buses=tuple(Bus(id=_bus(k), v_nom_kv=float(kv)) for k, kv in enumerate(data["kv"])),
        lines=tuple(_line(data, k) for k in np.flatnonzero(data["br_kind"] == "line")),
        equivalent_branches=tuple(_transformer(data, k) for k in np.flatnonzero(data["br_kind"] != "line")),
        enterprises=(Enterprise(id="E"),),
        wind_farms=tuple(_renewable(WindFarm, data, name, k) for name, k in kinds[:winds]),
        pv_plants=tuple(_renewable(PvPlant, data, name, k) for name, k in kinds[winds:]),
        fuels=tuple(_fuel(data, k) for k in range(len(data["coal_pnom"]))),
        thermal_units=tuple(_coal(data, k) for k in range(len(data["coal_pnom"]))),
        storages=(_battery(data),),
        potlines=tuple(_potline(data, k) for k in range(len(data["pot_nom"]))),
        loads=tuple(
            Load(id=f"load{j}", bus=_bus(bus), enterprise="E", load_mw=float(data["load"][:, j].max()))
            for j, bus in enumerate(data["load_bus"])
        ),
        grids=(_grid(data),),
        rules=_rules(data),
        costs=tuple(_costs(data, years)),
        candidates=tuple(_candidates(data)),
        series=tuple(
            Series(id=name, file="exported", header=name, unit="currency/MWh", time=time, values=np.asarray(values))
            for name, values in (("import", data["imp_mc"]), ("export", data["export_price"]))
        ),
    )
    return _with_tariff(base, data, time)


def plan_stage(data: Data) -> tuple[PlanStage, Watch]:
    """Return the one stage of the plan, and the branches that it watches."""
    time = times_of(data)
    standing = at_stage(whole := park_of(data, time), STAGE)
    offers = offers_of(whole, standing, YEAR)
    full = with_offers(standing, offers)
    shares = np.hstack([data["wind"], data["pv"]])
    sources = [unit.id for unit in (*full.wind_farms, *full.pv_plants)]
    size = np.array([unit.p_nom_mw for unit in (*full.wind_farms, *full.pv_plants)])
    available = xr.Dataset({"available_mw": (("time", "unit"), shares * size)}, coords={"time": time, "unit": sources})
    thermal = [unit.id for unit in full.thermal_units]
    demand = xr.Dataset(
        {
            "load_mw": (("time", "load"), np.asarray(data["load"], dtype=float)),
            "heat_mw": (("time", "thermal_unit"), np.zeros((len(time), len(thermal)))),
        },
        coords={"time": time, "load": [load.id for load in full.loads], "thermal_unit": thermal},
    )
    return stage_of_plan(
        standing, offers, available, demand, name=STAGE.name, year=YEAR, step_h=float(data["dt"]), ring=False
    )


def _bus(number: int) -> str:
    return f"b{int(number)}"


def _line(data: Data, k: int) -> Line:
    rating, kv = float(data["br_rate"][k]), float(data["kv"][data["br_f"][k]])
    return Line(
        id=f"br{k}", bus_from=_bus(data["br_f"][k]), bus_to=_bus(data["br_t"][k]), length_km=1.0, r_ohm_per_km=0.0,
        x_ohm_per_km=float(data["br_xohm"][k]), i_nom_ka=rating / (sqrt(3) * kv),
    )  # fmt: skip


def _transformer(data: Data, k: int) -> EquivalentBranch:
    return EquivalentBranch(
        id=f"br{k}", bus_from=_bus(data["br_f"][k]), bus_to=_bus(data["br_t"][k]), x_pu=float(data["br_x"][k]),
        s_nom_mva=float(data["br_rate"][k]),
    )  # fmt: skip


def _renewable(kind: Any, data: Data, name: str, k: int) -> Any:
    more = {"p_dc_mw": float(data["ren_max"][k])} if kind is PvPlant else {}
    return kind(
        id=f"type-{name}", bus=_bus(data["ren_bus"][k]), p_nom_mw=float(data["ren_max"][k]), cost=f"cost-{name}", **more
    )


def _fuel(data: Data, k: int) -> Fuel:
    return Fuel(id=f"fuel{k}", price_per_gj=float(data["coal_mc"][k]) / HEAT_RATE, emission_factor_t_per_gj=0.0)


def _coal(data: Data, k: int) -> ThermalUnit:
    p_nom, ramp = float(data["coal_pnom"][k]), float(data["coal_ramp"][k]) / float(data["dt"])
    edge = float(data["coal_ramp_su"][k]) * p_nom
    return ThermalUnit(
        id=f"coal{k}", bus=_bus(data["coal_bus"][k]), p_nom_mw=p_nom, p_min_mw=float(data["coal_pmin"][k]) * p_nom,
        ramp_up_mw_per_h=ramp * p_nom, ramp_down_mw_per_h=ramp * p_nom, start_max_mw=edge, stop_max_mw=edge,
        start_cost=float(data["coal_startup"][k]), heat_rate_points=((1.0, HEAT_RATE),), fuel=f"fuel{k}",
    )  # fmt: skip


def _battery(data: Data) -> Storage:
    into, out = map(float, data["bat_eta"])
    return Storage(
        id="type-battery", bus=_bus(data["bat_bus"]), p_nom_mw=float(data["bat_p_max"]),
        e_nom_mwh=float(data["bat_e_max"]), efficiency_charge=into, efficiency_discharge=out,
        cycle_cost_per_mwh=float(data["bat_mc"]) / (into * out), cost="cost-battery",
    )  # fmt: skip


def _potline(data: Data, k: int) -> Potline:
    nominal = float(data["pot_nom"][k])
    amperage = nominal * 1000 / (POTS * POT_V)
    return Potline(
        id=f"pot{k}", bus=_bus(data["pot_bus"][k]), enterprise="E", pots=POTS, amperage_ka=amperage, back_emf_v=POT_V,
        pot_resistance_uohm=NO_RESISTANCE_UOHM, current_efficiency=0.94, rectifier_efficiency=1.0, auxiliary=0.0,
        amperage_min_ka=float(data["pot_lo"]) * amperage, amperage_max_ka=float(data["pot_hi"]) * amperage,
        heat_window_h=float(data["pot_e"][k]) / nominal, heat_leak_per_h=float(data["pot_leak"]),
        ramp_ka_per_min=ANY_KA_PER_MIN, production_duty=float(data["pot_req"]),
    )  # fmt: skip


def _grid(data: Data) -> Grid:
    return Grid(
        id="grid", bus=_bus(data["imp_bus"]), sk_max_mva=10_000.0, import_max_mw=float(data["imp_max"]),
        export_max_mw=float(data["exp_max"]), tariff="trade",
    )  # fmt: skip


def _rules(data: Data) -> tuple[Rule, ...]:
    return (
        Rule(id="green", kind=RuleKind.GREEN_SHARE_MIN, value=float(data["green_share"]), enforced=True),
        Rule(id="export", kind=RuleKind.EXPORT_OF_USED_MAX, value=float(data["export_share"]), enforced=True),
    )


def _costs(data: Data, years: float) -> list[Cost]:
    """Capital is given for the horizon: a year of it, times the years of life at no discount."""
    scale = LIFE / years
    costs = [
        Cost(
            id=f"cost-{name}", capital_cost_per_mw=float(data["ren_cap_cost"][k]) * scale,
            marginal_cost_per_mwh=float(data["ren_mc"][k]), lifetime_years=LIFE,
        )
        for k, name in enumerate(data["ren_name"])
    ]  # fmt: skip
    per_mw, per_mwh = float(data["bat_p_cost"]) * scale, float(data["bat_e_cost"]) * scale
    return [
        *costs,
        Cost(id="cost-battery", capital_cost_per_mw=per_mw, capital_cost_per_mwh=per_mwh, lifetime_years=LIFE),
    ]


def _candidates(data: Data) -> list[Candidate]:
    """The battery's converters are `bat_p_max` / 0.95 at most, on either side; at the bus that of the discharge counts
    less what it loses."""
    links = float(data["bat_p_max"]) / 0.95
    found = [
        Candidate(id=str(name), element=f"type-{name}", choice=Choice.BUILD, template=True,
                  p_max_mw=float(data["ren_max"][k]))
        for k, name in enumerate(data["ren_name"])
    ]  # fmt: skip
    battery = Candidate(
        id="battery", element="type-battery", choice=Choice.BUILD, template=True,
        p_max_mw=min(links, links * float(data["bat_eta"][1])), e_max_mwh=float(data["bat_e_max"]),
    )  # fmt: skip
    return [*found, battery]


def _with_tariff(park: Park, data: Data, time: Times) -> Park:
    """Return the park with its tariff: one charge on every month's peak, or one for each month where they differ."""
    months, step_h = np.asarray(data["months"]), float(data["dt"])
    hours_in = np.array([np.sum(np.asarray(data["month"]) == m) * step_h for m in months])
    calendar = local(hours_of_year(YEAR, ZONE), ZONE).month.to_numpy()
    share = hours_in / np.array([np.sum(calendar == m + 1) for m in months])
    charges = np.asarray(data["demand_price"]) / share
    alike = bool(np.ptp(charges) <= 1e-9 * charges.max(initial=0.0))
    tariff = Tariff(
        id="trade", energy_price_per_mwh=0.0, energy_series="import", export_series="export",
        demand_charge_per_mw_month=float(charges[0]) if alike else 0.0,
    )  # fmt: skip
    rows = [
        TariffDemand(id=f"peak{m + 1}", tariff="trade", hour_from=0, hour_to=24, month_from=int(m) + 1,
                     month_to=int(m) + 1, charge_per_mw_month=float(charge))
        for m, charge in zip(months, charges, strict=True)
    ]  # fmt: skip
    return replace(park, tariffs=(tariff,), tariff_demands=() if alike else tuple(rows))
