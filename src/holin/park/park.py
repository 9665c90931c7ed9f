"""The park: all its things in one frozen object, and the same park frozen at a stage."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from holin.columns import column
from holin.errors import BadInput, Fault
from holin.park.candidates import Candidate, templates_of
from holin.park.capital import Capital
from holin.park.facts import Claim, Climate, Cost, EmissionFactor, Outage, Provenance
from holin.park.finance import FinanceTerms
from holin.park.network import Bus, EquivalentBranch, Grid, Line, Shunt, Substation, Switch, Transformer, Transformer3
from holin.park.reserves import Reserve
from holin.park.series import Series
from holin.park.sources import Fuel, Generator, PvPlant, Storage, ThermalUnit, Turbine, WindFarm
from holin.park.users import Contract, Enterprise, Load, Meter, Motor, Potline
from holin.rules import Rule
from holin.tariff import Tariff, TariffDemand, TariffPeriod, Tariffs, TariffTier, as_of
from holin.thing import Thing

T = TypeVar("T", bound=Thing)


def _table(name: str) -> Any:
    return dataclasses.field(default=(), metadata={"table": name})


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A named date of the park; a run freezes the park at it."""

    name: str = column(meaning="such as 2025")
    as_of: date = column(meaning="the date; a year alone means its 31 December")
    title: str = column(meaning="English title", default="")
    title_zh: str = column(meaning="Chinese title", default="")


@dataclass(frozen=True, kw_only=True)
class ParkFacts:
    """What `park.toml` says of the park as a whole."""

    id: str = column(meaning="short name, used for run folders")
    name: str = column(meaning="English name", default="")
    name_zh: str = column(meaning="Chinese name", default="")
    currency: str = column(meaning="ISO code; all money of the park is in it", default="CNY")
    time_zone: str = column(meaning="IANA name; days, months, years and tariffs are local", default="Asia/Shanghai")
    default_stage: str = column(meaning="stage of a run that names none (empty: the last)", default="")
    discount_rate: float = column("1", "for annuities", default=0.06, ge=0, lt=0.5)
    co2_price_per_t: float = column("currency/t", "price on captive CO2", default=0.0, ge=0)
    voll_per_mwh: float = column("currency/MWh", "price of load not served", default=50_000.0, gt=0)
    must_run_levels_mw: tuple[float, ...] = column(
        "MW", "levels of captive power that may not stop, for which a run also prints the green share", default=(), ge=0
    )
    distribution_per_mwh: float = column(
        "currency/MWh", "cost of running the park's own network, per MWh delivered", default=0.0, ge=0
    )
    synthetic: str = column(
        meaning="what of this park is synthetic, one English sentence shown wherever it is printed", default=""
    )
    synthetic_zh: str = column(meaning="the same sentence in Chinese", default="")
    basis: str = column(meaning="where these figures come from", default="")
    reference: str = column(meaning="outlet, document and date, or the reason for an assumption", default="")


@dataclass(frozen=True, kw_only=True)
class Park:
    """A green-power industrial park. It stands still; tables travel through it.

    Each tuple is one table of the park folder, in file order.
    """

    facts: ParkFacts
    stages: tuple[Stage, ...] = ()
    substations: tuple[Substation, ...] = _table("substation")
    buses: tuple[Bus, ...] = _table("bus")
    lines: tuple[Line, ...] = _table("line")
    transformers: tuple[Transformer, ...] = _table("transformer")
    transformers3: tuple[Transformer3, ...] = _table("transformer3")
    equivalent_branches: tuple[EquivalentBranch, ...] = _table("equivalent_branch")
    switches: tuple[Switch, ...] = _table("switch")
    shunts: tuple[Shunt, ...] = _table("shunt")
    grids: tuple[Grid, ...] = _table("grid")
    turbines: tuple[Turbine, ...] = _table("turbine")
    wind_farms: tuple[WindFarm, ...] = _table("wind_farm")
    pv_plants: tuple[PvPlant, ...] = _table("pv_plant")
    fuels: tuple[Fuel, ...] = _table("fuel")
    thermal_units: tuple[ThermalUnit, ...] = _table("thermal_unit")
    generators: tuple[Generator, ...] = _table("generator")
    storages: tuple[Storage, ...] = _table("storage")
    enterprises: tuple[Enterprise, ...] = _table("enterprise")
    loads: tuple[Load, ...] = _table("load")
    motors: tuple[Motor, ...] = _table("motor")
    potlines: tuple[Potline, ...] = _table("potline")
    meters: tuple[Meter, ...] = _table("meter")
    contracts: tuple[Contract, ...] = _table("contract")
    tariffs: tuple[Tariff, ...] = _table("tariff")
    tariff_periods: tuple[TariffPeriod, ...] = _table("tariff_period")
    tariff_demands: tuple[TariffDemand, ...] = _table("tariff_demand")
    tariff_tiers: tuple[TariffTier, ...] = _table("tariff_tier")
    reserves: tuple[Reserve, ...] = _table("reserve")
    rules: tuple[Rule, ...] = _table("rule")
    emission_factors: tuple[EmissionFactor, ...] = _table("emission_factor")
    costs: tuple[Cost, ...] = _table("cost")
    capitals: tuple[Capital, ...] = _table("capital")
    candidates: tuple[Candidate, ...] = _table("candidate")
    finances: tuple[FinanceTerms, ...] = _table("finance")
    outages: tuple[Outage, ...] = _table("outage")
    climates: tuple[Climate, ...] = _table("climate")
    series: tuple[Series, ...] = _table("series")
    claims: tuple[Claim, ...] = _table("claim")
    provenance: tuple[Provenance, ...] = _table("provenance")


ATTRIBUTES: dict[str, str] = {f.metadata["table"]: f.name for f in dataclasses.fields(Park) if "table" in f.metadata}
"""Table name -> attribute of Park."""

KINDS: dict[str, type] = {
    "substation": Substation,
    "bus": Bus,
    "line": Line,
    "transformer": Transformer,
    "transformer3": Transformer3,
    "equivalent_branch": EquivalentBranch,
    "switch": Switch,
    "shunt": Shunt,
    "grid": Grid,
    "turbine": Turbine,
    "wind_farm": WindFarm,
    "pv_plant": PvPlant,
    "fuel": Fuel,
    "thermal_unit": ThermalUnit,
    "generator": Generator,
    "storage": Storage,
    "enterprise": Enterprise,
    "load": Load,
    "motor": Motor,
    "potline": Potline,
    "meter": Meter,
    "contract": Contract,
    "tariff": Tariff,
    "tariff_period": TariffPeriod,
    "tariff_demand": TariffDemand,
    "tariff_tier": TariffTier,
    "reserve": Reserve,
    "rule": Rule,
    "emission_factor": EmissionFactor,
    "cost": Cost,
    "capital": Capital,
    "candidate": Candidate,
    "finance": FinanceTerms,
    "outage": Outage,
    "climate": Climate,
    "series": Series,
    "claim": Claim,
    "provenance": Provenance,
}
"""Table name -> class of its rows."""


def names_of(facts: ParkFacts) -> dict[str, str]:
    """Return what a park is called in English (`en`) and Chinese (`zh`): one name for both, or the id, where it has no
    other."""
    return {"en": facts.name or facts.name_zh or facts.id, "zh": facts.name_zh or facts.name or facts.id}


def things_of(park: Park) -> Iterator[tuple[str, Thing]]:
    """Yield every thing with the name of its table, in table order."""
    for table, attribute in ATTRIBUTES.items():
        for thing in getattr(park, attribute):
            if isinstance(thing, Thing):
                yield table, thing


def by_id(things: Iterable[T]) -> dict[str, T]:
    """Return things keyed by their ids."""
    return {thing.id: thing for thing in things}


def free_id(park: Park, wanted: str, taken: Collection[str] = ()) -> str:
    """Return an id that no thing of the park has, nor is `taken`: the one wanted, or that with a number behind it."""
    used = {thing.id for _, thing in things_of(park)}.union(taken)
    names = itertools.chain([wanted], (f"{wanted}-{k}" for k in itertools.count(2)))
    return next(name for name in names if name not in used)


def stage_of(park: Park, name: str | None = None) -> Stage:
    """Return the named stage, or the park's default one.

    Raises BadInput with the names that exist.
    """
    wanted = name or park.facts.default_stage or park.stages[-1].name
    for stage in park.stages:
        if stage.name == wanted:
            return stage
    names = ", ".join(s.name for s in park.stages)
    raise BadInput(
        [Fault(file="park.toml", field="stage", value=wanted, problem="no such stage", right=f"one of {names}")]
    )


def stage_on(park: Park, day: date) -> Stage:
    """Return the stage that stands on a day: the newest of its year or before, else the first."""
    by_date = sorted(park.stages, key=lambda s: s.as_of)
    return ([s for s in by_date if s.as_of.year <= day.year] or by_date[:1])[-1]


def at_stage(park: Park, stage: Stage) -> Park:
    """Return the park as it stands at the stage: every thing built by its date and not yet retired.

    A tariff has the version that is in force then, under its own name. The templates of candidates stand nowhere.
    """
    described = templates_of(park.candidates)

    def stands(thing: Any) -> bool:
        return not isinstance(thing, Thing) or (thing.stands_at(stage.as_of) and thing.id not in described)

    priced = _priced(park, as_of(tariffs_of(park), stage.as_of))
    standing: dict[str, Any] = {
        attribute: tuple(t for t in getattr(priced, attribute) if stands(t)) for attribute in ATTRIBUTES.values()
    }
    return dataclasses.replace(park, stages=(stage,), **standing)


def _priced(park: Park, found: Tariffs) -> Park:
    return dataclasses.replace(
        park, tariffs=found.tariffs, tariff_periods=found.periods, tariff_demands=found.demands,
        tariff_tiers=found.tiers,
    )  # fmt: skip


def tariffs_of(park: Park) -> Tariffs:
    """Return all tariffs of a park with their rows, every version of them."""
    return Tariffs(
        tariffs=park.tariffs, periods=park.tariff_periods, demands=park.tariff_demands, tiers=park.tariff_tiers
    )


@dataclass(frozen=True, kw_only=True)
class Unit:
    """Anything that makes, keeps or takes power: one label of the dimension `unit` of the tables."""

    id: str
    kind: str
    bus: str
    enterprise: str


UNIT_KINDS: tuple[str, ...] = (
    "wind_farm", "pv_plant", "thermal_unit", "generator", "storage", "grid", "load", "potline"
)  # fmt: skip
"""The tables whose things are units, in the order of the dimension `unit`."""


def units_of(park: Park) -> tuple[Unit, ...]:
    """Return all units in the order of UNIT_KINDS; `enterprise` is "" where the unit has none."""
    return tuple(
        Unit(id=thing.id, kind=kind, bus=thing.bus, enterprise=getattr(thing, "enterprise", None) or "")
        for kind in UNIT_KINDS
        for thing in getattr(park, ATTRIBUTES[kind])
    )
