"""Parks drawn from a seed for plans: networks, units, prices, rules, offers, stages, the odd ones among them.

Every figure is made up. What a draw may hold: two to seven buses in a tree or a mesh with ample or tight lines; wind
that stands still for days; prices that are all alike, nothing, or by period; units with ramps, start costs, heat, bent
fuel; standing and offered storage; potlines; offers of every kind; rules on or off; one to three stages with budgets;
limits after outages.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import xarray as xr

from holin.calendar import hours_of_year
from holin.operation import renewables_of
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
    Potline,
    PvPlant,
    Stage,
    Storage,
    ThermalUnit,
    WindFarm,
    at_stage,
)
from holin.plan import PlanStage, Watch, offers_of, stage_of_plan, with_offers
from holin.rules import Rule, RuleKind
from holin.tariff import Period, Tariff, TariffPeriod

Rng = np.random.Generator
YEARS = (2025, 2028, 2032)

COSTS = (
    Cost(id="wind", capital_cost_per_mw=5e6, fixed_cost_per_mw_year=6e4, marginal_cost_per_mwh=3.0, lifetime_years=20,
         price_year=2025, change_per_year=-0.02),
    Cost(id="pv", capital_cost_per_mw=3e6, fixed_cost_per_mw_year=3e4, lifetime_years=25),
    Cost(id="bess", capital_cost_per_mw=4e5, capital_cost_per_mwh=6e5, lifetime_years=12),
    Cost(id="coal", capital_cost_per_mw=4e6, fixed_cost_per_mw_year=2e5, marginal_cost_per_mwh=8.0, lifetime_years=30),
    Cost(id="refit", capital_cost_per_mw=3e5, lifetime_years=15),
    Cost(id="line", capital_cost_per_mw=1e5, lifetime_years=40),
    Cost(id="free", lifetime_years=20),
)  # fmt: skip

RULES = (
    (RuleKind.GREEN_SHARE_MIN, 0.1, 0.5),
    (RuleKind.SELF_USE_MIN, 0.3, 0.9),
    (RuleKind.EXPORT_SHARE_MAX, 0.0, 0.3),
    (RuleKind.EXPORT_OF_USED_MAX, 0.0, 0.3),
    (RuleKind.CURTAILMENT_SHARE_MAX, 0.05, 0.4),
    (RuleKind.STORAGE_POWER_MIN, 0.05, 0.2),
    (RuleKind.CO2_MAX_T, 2e5, 2e6),
    (RuleKind.GREEN_SHARE_PHYSICAL_MIN, 0.1, 0.4),
)


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Stages and what they watch."""

    stages: tuple[PlanStage, ...]
    watches: tuple[Watch, ...]


def drawn(seed: int) -> Drawn:
    """Return the plan of a seed."""
    rng = np.random.default_rng(seed)
    step_h = float(rng.choice([1.0, 1.0, 0.25]))
    count = int(rng.choice([48, 72, 96, 168]))
    years = YEARS[: int(rng.choice([1, 1, 1, 2, 2, 3]))]
    whole = park_drawn(rng, years)
    secure = rng.random() < 0.2
    stages = []
    for k, year in enumerate(years):
        standing = at_stage(whole, whole.stages[k])
        offers = offers_of(whole, standing, year)
        full = with_offers(standing, offers)
        tables = tables_drawn(rng, full, year, count, step_h, growth=1.0 + 0.15 * k)
        budget = float(rng.uniform(2e8, 2e9)) if rng.random() < 0.3 else None
        stages.append(
            stage_of_plan(
                standing, offers, *tables, name=str(year), year=year, weight=float(rng.uniform(0.8, 8.0)),
                investment_max=budget, secure=secure, step_h=step_h, ring=bool(rng.random() < 0.8),
            )
        )  # fmt: skip
    return Drawn(stages=tuple(s for s, _ in stages), watches=tuple(w for _, w in stages))


def park_drawn(rng: Rng, years: Sequence[int]) -> Park:
    """Return a park with what may be built in it."""
    buses = int(rng.integers(2, 8))
    tariff, periods = _tariff(rng)
    thermal = tuple(_thermal(rng, f"coal{k}", int(rng.integers(buses))) for k in range(int(rng.integers(0, 4))))
    wind = tuple(
        WindFarm(id=f"wind{k}", bus=_bus(rng, buses), p_nom_mw=float(rng.uniform(20, 150)), cost="wind")
        for k in range(int(rng.integers(1, 3)))
    )
    sun = (PvPlant(id="pv0", bus=_bus(rng, buses), p_nom_mw=50.0, p_dc_mw=60.0, cost="pv"),)
    storages = tuple(_storage(rng, f"bess{k}", _bus(rng, buses)) for k in range(int(rng.integers(0, 2))))
    storages += (_storage(rng, "type-bess", _bus(rng, buses)),)
    park = Park(
        facts=ParkFacts(
            id="drawn", voll_per_mwh=20_000.0, discount_rate=float(rng.choice([0.0, 0.06])),
            co2_price_per_t=float(rng.choice([0.0, 80.0])),
        ),
        stages=tuple(Stage(name=str(y), as_of=date(y, 12, 31)) for y in years),
        buses=tuple(Bus(id=f"B{k}", v_nom_kv=110.0) for k in range(buses)),
        lines=tuple(_lines(rng, buses)),
        grids=(
            Grid(id="G", bus="B0", sk_max_mva=5000.0, import_max_mw=float(rng.uniform(50, 250)),
                 export_max_mw=float(rng.choice([0.0, 120.0])), tariff="T"),
        ),
        tariffs=(tariff,), tariff_periods=periods, costs=COSTS, enterprises=(Enterprise(id="E"),),
        loads=tuple(
            Load(id=f"L{k}", bus=_bus(rng, buses), enterprise="E", load_mw=float(rng.uniform(5, 60)))
            for k in range(int(rng.integers(1, 5)))
        ),
        fuels=(Fuel(id="lignite", price_per_gj=float(rng.choice([0.0, 18.0, 30.0])), emission_factor_t_per_gj=0.1),),
        thermal_units=thermal, wind_farms=wind, pv_plants=sun, storages=storages,
        potlines=tuple(_potline(rng, f"pots{k}", _bus(rng, buses)) for k in range(int(rng.integers(0, 3)))),
        rules=_rules(rng),
    )  # fmt: skip
    return _with_offers_drawn(rng, park)


def _bus(rng: Rng, buses: int) -> str:
    return f"B{int(rng.integers(buses))}"


def _lines(rng: Rng, buses: int) -> list[Line]:
    ends = [(int(rng.integers(k)), k) for k in range(1, buses)]
    if buses > 2:
        ends += [tuple(sorted(map(int, rng.choice(buses, 2, replace=False)))) for _ in range(int(rng.integers(0, 3)))]
    tight = rng.random() < 0.5
    return [
        Line(
            id=f"line{n}", bus_from=f"B{a}", bus_to=f"B{b}", length_km=float(rng.uniform(3, 40)), r_ohm_per_km=0.05,
            x_ohm_per_km=float(rng.uniform(0.2, 0.5)),
            i_nom_ka=float(rng.uniform(0.1, 0.5)) if tight else float(rng.uniform(1.5, 3.0)),
        )
        for n, (a, b) in enumerate(ends)
    ]  # fmt: skip


def _tariff(rng: Rng) -> tuple[Tariff, tuple[TariffPeriod, ...]]:
    """Nothing, one price, or day and night; what is sold earns no more than the cheapest hour costs."""
    price = float(rng.choice([0.0, 300.0, 450.0]))
    factors = [(0, 8, 0.5, Period.VALLEY), (17, 22, 1.6, Period.PEAK)] if rng.random() < 0.6 else []
    cheapest = price * (0.5 if factors else 1.0)
    tariff = Tariff(
        id="T", energy_price_per_mwh=price, demand_charge_per_mw_month=float(rng.choice([0.0, 30_000.0])),
        export_price_per_mwh=float(rng.choice([0.0, 0.5, 1.0])) * cheapest,
    )  # fmt: skip
    rows = (
        TariffPeriod(id=f"P{a}", tariff="T", period=period, hour_from=a, hour_to=b, factor=factor)
        for a, b, factor, period in factors
    )
    return tariff, tuple(rows)


def _thermal(rng: Rng, id_: str, bus: int) -> ThermalUnit:
    p_nom = float(rng.uniform(30, 120))
    heat = float(rng.choice([0.0, 0.0, 0.4])) * p_nom
    points = ((1.0, 10.0),) if rng.random() < 0.5 else ((0.4, 11.5), (0.7, 10.4), (1.0, 10.2))
    return ThermalUnit(
        id=id_, bus=f"B{bus}", p_nom_mw=p_nom, p_min_mw=float(rng.uniform(0.0, 0.6)) * p_nom,
        ramp_up_mw_per_h=float(rng.choice([0.1, 0.4, 4.0])) * p_nom,
        ramp_down_mw_per_h=float(rng.choice([0.2, 4.0])) * p_nom, start_cost=float(rng.choice([0.0, 20_000.0])),
        start_max_mw=None if rng.random() < 0.7 else 0.7 * p_nom, heat_rate_points=points, auxiliary=0.06,
        fuel="lignite", cost="coal", heat_nom_mw=heat, power_per_heat=float(rng.choice([0.0, 0.5])),
        power_loss_per_heat=float(rng.choice([0.0, 0.15])), must_run=bool(rng.random() < 0.15),
    )  # fmt: skip


def _storage(rng: Rng, id_: str, bus: str) -> Storage:
    p_nom = float(rng.uniform(5, 40))
    return Storage(
        id=id_, bus=bus, p_nom_mw=p_nom, e_nom_mwh=float(rng.choice([1.0, 2.0, 4.0])) * p_nom,
        efficiency_charge=float(rng.choice([1.0, 0.94])), efficiency_discharge=float(rng.choice([1.0, 0.94])),
        standing_loss_per_h=float(rng.choice([0.0, 0.002])), soc_min=float(rng.choice([0.0, 0.1])),
        cycle_cost_per_mwh=float(rng.choice([0.0, 40.0])), cost="bess",
    )  # fmt: skip


def _potline(rng: Rng, id_: str, bus: str) -> Potline:
    swing = float(rng.choice([0.05, 0.25]))
    return Potline(
        id=id_, bus=bus, enterprise="E", pots=int(rng.integers(10, 40)), amperage_ka=300.0, back_emf_v=1.65,
        pot_resistance_uohm=8.5, current_efficiency=0.93, amperage_min_ka=300.0 * (1 - swing),
        amperage_max_ka=300.0 * (1 + swing), heat_window_h=float(rng.choice([0.5, 2.0])),
        ramp_ka_per_min=float(rng.choice([0.3, 5.0])), production_duty=float(rng.choice([1.0, 1.0, 0.99])),
    )  # fmt: skip


def _rules(rng: Rng) -> tuple[Rule, ...]:
    return tuple(
        Rule(id=kind.value, kind=kind, value=float(rng.uniform(low, high)), enforced=True)
        for kind, low, high in RULES
        if rng.random() < 0.13
    )


def _with_offers_drawn(rng: Rng, park: Park) -> Park:
    """Return the park with offers: always wind, the rest by chance; elements that none of them needs may stay."""

    def maybe(share: float, **given: Any) -> list[Candidate]:
        return [Candidate(**given)] if rng.random() < share else []

    any_size = {"e_max_mwh": 400.0} if rng.random() < 0.4 else {"duration_min_h": 1.0, "duration_max_h": 4.0}
    offers = [
        Candidate(id="more-wind", element="wind0", choice=Choice.BUILD, template=bool(rng.random() < 0.5),
                  p_max_mw=float(rng.uniform(100, 600)), p_min_mw=float(rng.choice([0.0, 0.0, 20.0]))),
        *maybe(0.7, id="more-pv", element="pv0", choice=Choice.BUILD, template=True, p_max_mw=300.0,
               cost="free" if rng.random() < 0.2 else None),
        *maybe(0.8, id="more-bess", element="type-bess", choice=Choice.BUILD, template=True, p_max_mw=120.0,
               **any_size),
        *maybe(0.3, id="wider-tie", element="G", choice=Choice.BUILD, p_max_mw=150.0, cost="line"),
        *maybe(0.4, id="wider-line", element="line0", choice=Choice.BUILD, p_max_mw=200.0, cost="line"),
    ]  # fmt: skip
    units = list(park.thermal_units)
    if units and rng.random() < 0.4:
        offers += maybe(1.0, id="stop-coal", element="coal0", choice=Choice.RETIRE)
    elif units and rng.random() < 0.6:
        deep = dataclasses.replace(units[0], id="coal0-deep", p_min_mw=0.5 * units[0].p_min_mw)
        units.append(deep)
        offers += maybe(1.0, id="refit", element="coal0-deep", choice=Choice.RETROFIT, replaces="coal0", template=True,
                        cost="refit")  # fmt: skip
    lines = list(park.potlines)
    if lines and rng.random() < 0.4:
        wide = {"amperage_min_ka": 210.0, "amperage_max_ka": 330.0, "heat_window_h": 3.0}
        lines.append(dataclasses.replace(lines[0], id="pots0-wide", **wide))
        offers += maybe(1.0, id="wide-pots", element="pots0-wide", choice=Choice.RETROFIT, replaces="pots0",
                        template=True, cost="refit")  # fmt: skip
    if "more-pv" not in {o.id for o in offers}:
        offers.append(
            Candidate(id="no-pv", element="pv0", choice=Choice.BUILD, template=True, p_max_mw=1e-3, cost="pv")
        )
    if "more-bess" not in {o.id for o in offers}:
        park = dataclasses.replace(park, storages=park.storages[:-1])
    return dataclasses.replace(park, thermal_units=tuple(units), potlines=tuple(lines), candidates=tuple(offers))


def tables_drawn(
    rng: Rng, park: Park, year: int, count: int, step_h: float, *, growth: float
) -> tuple[xr.Dataset, xr.Dataset]:
    """Return what the weather allows and what is asked for, of `count` steps; the wind may stand still."""
    start = int(rng.integers(0, 8000))
    first = hours_of_year(year, "Asia/Shanghai")[start]
    time = first + (np.arange(count) * round(step_h * 3600)).astype("timedelta64[s]")
    hour = (start + np.arange(count) * step_h) % 24
    units = renewables_of(park)
    calm = rng.random() < 0.2
    share = np.empty((count, len(units)))
    blow = np.clip(np.cumsum(rng.normal(0, 0.15, count)) + rng.uniform(0, 1), 0, 1)
    sun = np.clip(np.sin((hour - 6) / 12 * np.pi), 0, None) * rng.uniform(0.3, 1.0)
    for k, unit in enumerate(units):
        own = np.clip(blow + rng.normal(0, 0.1, count), 0, 1) * (0.0 if calm else 1.0)
        share[:, k] = sun if isinstance(unit, PvPlant) else own
    nominal = np.array([u.p_nom_mw for u in units])
    loads = np.array([load.load_mw for load in park.loads]) * growth
    shape = rng.choice([0.0, 0.2]) * np.cos((hour - 15) / 24 * 2 * np.pi)
    load_mw = loads * (0.8 + shape[:, None] + rng.uniform(-0.05, 0.05, (count, len(loads))))
    thermal = list(park.thermal_units)
    heat = np.array([u.heat_nom_mw for u in thermal]) * rng.uniform(0.2, 0.6) * np.ones((count, 1))
    available = xr.Dataset(
        {"available_mw": (("time", "unit"), share * nominal)}, coords={"time": time, "unit": [u.id for u in units]}
    )
    demand = xr.Dataset(
        {"load_mw": (("time", "load"), load_mw), "heat_mw": (("time", "thermal_unit"), heat.reshape(count, -1))},
        coords={"time": time, "load": [x.id for x in park.loads], "thermal_unit": [u.id for u in thermal]},
    )
    return available, demand
