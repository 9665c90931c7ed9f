"""The park with the new things in it: named, dated, with data taken from the park's own, and listed as assumed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import cos, hypot, log, radians
from typing import Any, TypeVar

from holin.columns import Basis
from holin.connection.assumed import Assumed
from holin.connection.request import Request
from holin.errors import ARGUMENT, BadInput, Fault
from holin.park import (
    Bus,
    Contract,
    Enterprise,
    Load,
    LoadShape,
    Park,
    PvPlant,
    Storage,
    WindFarm,
    by_id,
    free_id,
)
from holin.thing import Thing

T = TypeVar("T", bound=Thing)

LOAD_FACTORS = {LoadShape.FLAT: 1.0}
LOAD_FACTOR = 0.7
"""Mean over peak of a new load that is not flat: the usual one of the park's processing works (assumed)."""

KM_PER_DEG = 111.195
REFERENCE = "Assumed by the connection study"
OWN_CONTROL: dict[str, Any] = {"v_set_pu": None, "q_min_mvar": None, "q_max_mvar": None}
"""What a new source does not take over from the one that it is like."""


@dataclass(frozen=True, kw_only=True)
class Added:
    """The park with the new things, the ids of its new units by kind, and what was assumed of them."""

    park: Park
    load: str = ""
    sources: tuple[str, ...] = ()
    storage: str = ""
    enterprise: str = ""
    tariff: str = ""
    assumed: tuple[Assumed, ...] = ()

    @property
    def units(self) -> tuple[str, ...]:
        """The ids of all new units."""
        return tuple(u for u in (self.load, *self.sources, self.storage) if u)


def with_new(park: Park, whole: Park, bus: Bus, request: Request) -> Added:
    """Return the park (frozen at the date) with what the request asks for at a bus.

    A wind farm, PV plant or storage is like the nearest one of the park, or of the `whole` park where none stands yet:
    type, site and cost data. Raises BadInput for a wind farm where the park knows no turbine.
    """
    at = place_on_earth(park, bus)
    common = {
        "bus": bus.id, "built": request.day, "latitude": at[0] if at else None, "longitude": at[1] if at else None,
        "retired": None, "diagram_x": None, "diagram_y": None, "basis": Basis.ASSUMED, "reference": REFERENCE,
    }  # fmt: skip
    firm = Enterprise(
        id=free_id(park, "new-enterprise"), name="New customer", name_zh="新接入用户", built=request.day,
        basis=Basis.ASSUMED, reference=REFERENCE,
    )  # fmt: skip
    tables: dict[str, Any] = {"enterprises": (*park.enterprises, firm)}
    assumed: list[Assumed] = []
    sources, load, storage, tariff = list[str](), "", "", ""
    if request.load_mw:
        thing, tariff, told = _load(park, bus, common, firm.id, request)
        tables["loads"], load = (*park.loads, thing), thing.id
        assumed += told
        if tariff:
            paper = Contract(id=free_id(park, "new-contract"), enterprise=firm.id, tariff=tariff, built=request.day)
            tables["contracts"] = (*park.contracts, paper)
    if request.wind_mw:
        model = _model(park.wind_farms, whole.wind_farms, park, at, request.wind_mw)
        wind = _like_wind(model, park, common, firm.id, request.wind_mw)
        tables |= _with_turbine(park, whole, model) | {"wind_farms": (*park.wind_farms, wind)}
        sources.append(wind.id)
        assumed.append(Assumed(key="like_wind", value=model.id))
    if request.solar_mw:
        plant, model_id = _pv(park, whole, at, common, firm.id, request.solar_mw)
        tables["pv_plants"] = (*park.pv_plants, plant)
        sources.append(plant.id)
        assumed.append(Assumed(key="like_pv", value=model_id))
    if request.storage_mw:
        battery, model_id = _storage(park, whole, at, common, firm.id, request)
        tables["storages"] = (*park.storages, battery)
        storage = battery.id
        assumed += [
            Assumed(key="like_storage", value=model_id), Assumed(key="storage_h", value=request.storage_h, unit="h")
        ]  # fmt: skip
    if at is None and (request.wind_mw or request.solar_mw):
        assumed.append(Assumed(key="no_place", value="climate"))
    tables |= _costs(park, whole, tables)
    return Added(
        park=replace(park, **tables), load=load, sources=tuple(sources), storage=storage, enterprise=firm.id,
        tariff=tariff, assumed=tuple(assumed),
    )  # fmt: skip


def _load(park: Park, bus: Bus, common: dict[str, Any], firm: str, request: Request) -> tuple[Load, str, list[Assumed]]:
    """Return the new load, the tariff that it would pay by, and what was assumed of both."""
    tariff, factor = tariff_at(park, bus), LOAD_FACTORS.get(request.shape, LOAD_FACTOR)
    load = Load(
        id=free_id(park, "new-load"), name="New load", name_zh="新增负荷", enterprise=firm, load_mw=request.load_mw,
        load_factor=factor, shape=request.shape, power_factor=request.power_factor, **_without_retired(common),
    )  # fmt: skip
    return load, tariff, [
        Assumed(key="shape", value=request.shape.value), Assumed(key="load_factor", value=factor, unit="1"),
        Assumed(key="power_factor", value=request.power_factor, unit="1"), Assumed(key="tariff", value=tariff),
    ]  # fmt: skip


def _without_retired(common: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in common.items() if k not in ("retired", "diagram_x", "diagram_y")}


# ---- models -----------------------------------------------------------------------------------------------------


def place_on_earth(park: Park, thing: Bus) -> tuple[float, float] | None:
    """Return latitude and longitude of a bus, or of its substation; None where neither is known."""
    station = by_id(park.substations).get(thing.substation or "")
    for known in (thing, station):
        if known is not None and known.latitude is not None and known.longitude is not None:
            return known.latitude, known.longitude
    return None


def distance_km(a: tuple[float, float] | None, b: tuple[float, float] | None) -> float | None:
    """Return the distance of two places on a plane that is true between them; None where one is not known."""
    if a is None or b is None:
        return None
    east = (a[1] - b[1]) * cos(radians((a[0] + b[0]) / 2))
    return KM_PER_DEG * hypot(a[0] - b[0], east)


def nearest(things: Iterable[T], at: tuple[float, float] | None) -> T | None:
    """Return the nearest of some things, the first where no place is known; None of none."""

    def away(thing: T) -> float:
        there = None if thing.latitude is None or thing.longitude is None else (thing.latitude, thing.longitude)
        found = distance_km(at, there)
        return float("inf") if found is None else found

    return min(things, key=away, default=None)


def _model(
    standing: tuple[WindFarm, ...], planned: tuple[WindFarm, ...], park: Park, at: tuple[float, float] | None,
    mw: float,
) -> WindFarm:  # fmt: skip
    model = nearest(standing or planned, at)
    if model is None:
        problem = f"no wind farm of {park.facts.id} has a turbine and a site that a new one could be like"
        raise BadInput(
            [Fault(file=ARGUMENT, field="wind_mw", value=f"{mw:g}", problem=problem, right="add a wind farm first")]
        )
    return model


def _like_wind(model: WindFarm, park: Park, common: dict[str, Any], firm: str, mw: float) -> WindFarm:
    made = {**common, **_own_place(common, model)}
    return replace(
        model, id=free_id(park, "new-wind"), name="New wind farm", name_zh="新增风电场", enterprise=firm, p_nom_mw=mw,
        **OWN_CONTROL, **made,
    )  # fmt: skip


def _own_place(common: dict[str, Any], model: Thing) -> dict[str, Any]:
    """The weather of the model where the bus has no place."""
    if common["latitude"] is not None:
        return {}
    return {"latitude": model.latitude, "longitude": model.longitude}


def _with_turbine(park: Park, whole: Park, model: WindFarm) -> dict[str, Any]:
    if model.turbine is None or model.turbine in {t.id for t in park.turbines}:
        return {}
    return {"turbines": (*park.turbines, by_id(whole.turbines)[model.turbine])}


def _pv(
    park: Park, whole: Park, at: tuple[float, float] | None, common: dict[str, Any], firm: str, mw: float
) -> tuple[PvPlant, str]:
    model = nearest(park.pv_plants or whole.pv_plants, at)
    named = {
        "id": free_id(park, "new-pv"), "name": "New PV plant", "name_zh": "新增光伏电站", "enterprise": firm,
        "p_nom_mw": mw,
    }  # fmt: skip
    if model is None:
        return PvPlant(p_dc_mw=1.2 * mw, **named, **common), ""  # type: ignore[arg-type]
    made = {**common, **_own_place(common, model)}
    dc = mw * model.p_dc_mw / model.p_nom_mw
    return replace(model, p_dc_mw=dc, **named, **made, **OWN_CONTROL), model.id  # type: ignore[arg-type]


def _storage(
    park: Park, whole: Park, at: tuple[float, float] | None, common: dict[str, Any], firm: str, request: Request
) -> tuple[Storage, str]:
    model = nearest(park.storages or whole.storages, at)
    named = {
        "id": free_id(park, "new-storage"), "name": "New storage", "name_zh": "新增储能", "enterprise": firm,
        "p_nom_mw": request.storage_mw, "e_nom_mwh": request.storage_mw * request.storage_h,
    }  # fmt: skip
    if model is None:
        return Storage(**named, **common), ""  # type: ignore[arg-type]
    return replace(model, **named, **common, **OWN_CONTROL), model.id  # type: ignore[arg-type]


def _costs(park: Park, whole: Park, tables: dict[str, Any]) -> dict[str, Any]:
    """Return the table of costs with those that only the new things name."""
    have, known = {c.id for c in park.costs}, by_id(whole.costs)
    things = (t for name in ("wind_farms", "pv_plants", "storages") for t in tables.get(name, ()))
    named = dict.fromkeys(str(c) for t in things if (c := getattr(t, "cost", None)))
    missing = tuple(known[c] for c in named if c not in have)
    return {"costs": (*park.costs, *missing)} if missing else {}


def tariff_at(park: Park, bus: Bus) -> str:
    """Return the tariff by which a customer at a bus would pay, of those by which the park's customers do.

    One whose id or name says the bus's voltage, such as 66kv; else that of most enterprises with loads at the nearest
    voltage; else the grid connection's, where nobody has a contract; "" where there is none.
    """
    paid = {c.enterprise: c.tariff for c in park.contracts}
    said = re.compile(rf"(?<![\d.]){bus.v_nom_kv:g} ?kv", re.IGNORECASE)
    tariffs = by_id(park.tariffs)
    for tariff in dict.fromkeys(paid.values()):
        if tariff in tariffs and said.search(f"{tariff} {tariffs[tariff].name}"):
            return tariff
    kv = {b.id: b.v_nom_kv for b in park.buses}
    found = [(abs(log(kv[u.bus] / bus.v_nom_kv)), paid[u.enterprise]) for u in park.loads if u.enterprise in paid]
    if not found:
        return next((str(g.tariff) for g in park.grids if g.tariff), "")
    closest = min(away for away, _ in found)
    return Counter(tariff for away, tariff in found if away == closest).most_common(1)[0][0]
