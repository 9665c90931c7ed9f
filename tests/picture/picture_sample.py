"""A run of the made-up park with seeded numbers, in the shapes that `holin.tables` declares: something to draw."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from picture_park import STAGE, sample_park

from holin.park import Park, Stage, units_of

__all__ = ["Sample", "sample_park", "sample_run"]


class Sample(NamedTuple):
    park: Park
    stage: Stage
    tables: dict[str, xr.Dataset]
    summary: dict[str, Any]


def sample_run(park: Park, *, days: int = 365, seed: int = 1, traced: bool = True) -> Sample:
    random = np.random.default_rng(seed)
    start = np.datetime64("2024-12-31T16:00", "ns")
    time = start + np.arange(days * 24) * np.timedelta64(1, "h")
    hours, units = len(time), units_of(park)
    power = {u.id: np.zeros(hours) for u in units}
    available = {u.id: np.full(hours, np.nan) for u in units}
    wind, sun = _weather(hours, random)
    for farm in park.wind_farms:
        available[farm.id] = farm.p_nom_mw * np.clip(wind + 0.08 * random.standard_normal(hours), 0, 1)
    for plant in park.pv_plants:
        available[plant.id] = plant.p_nom_mw * sun
    for load in park.loads:
        power[load.id] = -load.load_mw * (0.7 + 0.1 * random.random(hours))
    for potline in park.potlines:
        power[potline.id] = -251.0 * (1 + 0.05 * (wind - wind.mean()))
    for unit in park.thermal_units:
        power[unit.id] = np.where(wind < 0.25, 90.0, 0.0)
    green = sum((available[u.id] for u in (*park.wind_farms, *park.pv_plants)), np.zeros(hours))
    taken = -sum((power[u.id] for u in (*park.loads, *park.potlines)), np.zeros(hours))
    spare = green - taken
    charge, discharge, content = _storage(spare, len(park.storages))
    for unit in park.storages:
        power[unit.id] = discharge - charge
    used_share = np.divide(np.minimum(green, taken + charge), green, out=np.zeros(hours), where=green > 0)
    for unit in (*park.wind_farms, *park.pv_plants):
        power[unit.id] = available[unit.id] * used_share
    loss = 0.015 * taken
    power["tie"] = np.maximum(loss - sum(power[u.id] for u in units if u.id != "tie"), 0.0)
    tables = {
        "schedule": _schedule(park, time, power, available, charge, discharge, content, random),
        "flows": _flows(park, time, power, wind, random),
    }
    if traced:
        tables |= _trace(park, time, power, taken, loss, charge)
    return Sample(park, STAGE, tables, _summary(park, power, available, taken, loss, tables))


def _weather(hours: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    drive = random.standard_normal(hours)
    state = np.zeros(hours)
    for i in range(1, hours):
        state[i] = 0.95 * state[i - 1] + 0.31 * drive[i]
    day = np.arange(hours) / 24
    wind = np.clip(0.36 + 0.26 * state + 0.08 * np.sin(2 * np.pi * day / 365), 0, 1)
    height = np.sin(2 * np.pi * (day % 1 - 0.25)) - 0.25 * np.cos(2 * np.pi * (day + 10) / 365)
    return wind, np.clip(height, 0, 1) * (0.7 + 0.3 * random.random(hours))


def _storage(spare: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    charge, discharge, content = np.zeros(len(spare)), np.zeros(len(spare)), np.zeros(len(spare))
    held = 200.0
    for i, left in enumerate(spare if count else []):
        charge[i] = min(max(left, 0.0), 138.0, (552.0 - held) / 0.93)
        discharge[i] = min(max(-left, 0.0), 138.0, held * 0.93)
        held += charge[i] * 0.93 - discharge[i] / 0.93
        content[i] = held
    return charge, discharge, content


def _coordinates(park: Park) -> dict[str, Any]:
    units = units_of(park)
    return {"unit": [u.id for u in units], "kind": ("unit", [u.kind for u in units])}


def _schedule(
    park: Park,
    time: np.ndarray,
    power: dict[str, np.ndarray],
    available: dict[str, np.ndarray],
    charge: np.ndarray,
    discharge: np.ndarray,
    content: np.ndarray,
    random: np.random.Generator,
) -> xr.Dataset:
    units, buses = [u.id for u in units_of(park)], [b.id for b in park.buses]
    price = 300 + 120 * random.random((len(time), 1)) + np.zeros((1, len(buses)))
    stores = [s.id for s in park.storages]
    columns: dict[str, Any] = {
        "p_mw": (("time", "unit"), np.column_stack([power[u] for u in units])),
        "available_mw": (("time", "unit"), np.column_stack([available[u] for u in units])),
        "shadow_price_per_mwh": (("time", "bus"), price),
        "loss_mw": (("time", "bus"), np.zeros((len(time), len(buses)))),
    }
    if stores:
        columns |= {
            "charge_mw": (("time", "storage"), charge[:, None]),
            "discharge_mw": (("time", "storage"), discharge[:, None]),
            "soc_mwh": (("time", "storage"), content[:, None]),
        }
    return xr.Dataset(
        columns, coords=_coordinates(park) | {"time": time, "bus": buses} | ({"storage": stores} if stores else {})
    )


def _flows(
    park: Park, time: np.ndarray, power: dict[str, np.ndarray], wind: np.ndarray, random: np.random.Generator
) -> xr.Dataset:
    units, buses, lines = [u.id for u in units_of(park)], [b.id for b in park.buses], [line.id for line in park.lines]
    hours = len(time)
    loading = np.clip(
        wind[:, None] * np.linspace(0.3, 1.05, len(lines)) + 0.05 * random.random((hours, len(lines))), 0, 2
    )
    sent = 100 * loading
    return xr.Dataset(
        {
            "v_pu": (("time", "bus"), 1.0 + np.linspace(-0.03, 0.03, len(buses)) * (0.5 + wind[:, None])),
            "p_from_mw": (("time", "branch"), sent),
            "p_to_mw": (("time", "branch"), -sent * 0.99),
            "loading": (("time", "branch"), loading),
            "p_mw": (("time", "unit"), np.column_stack([power[u] for u in units])),
            "converged": (("time",), np.ones(hours)),
        },
        coords={"time": time, "unit": units, "bus": buses, "branch": lines},
    )


def _trace(
    park: Park, time: np.ndarray, power: dict[str, np.ndarray], taken: np.ndarray, loss: np.ndarray, charge: np.ndarray
) -> dict[str, xr.Dataset]:
    """Everybody takes the park's mix of the hour: the share of each source in what is fed in."""
    sources = [u.id for u in (*park.wind_farms, *park.pv_plants, *park.thermal_units, *park.grids)]
    sinks = [u.id for u in (*park.loads, *park.potlines, *park.storages)]
    fed = np.column_stack([np.maximum(power[s], 0) for s in sources])
    mix = np.divide(
        fed, fed.sum(axis=1, keepdims=True), out=np.zeros_like(fed), where=fed.sum(axis=1, keepdims=True) > 0
    )
    use = np.column_stack([np.maximum(-power[s], 0) for s in sinks])
    energy = mix[:, :, None] * use[:, None, :]
    share = loss / np.maximum(taken, 1e-9)
    renewable = len(park.wind_farms) + len(park.pv_plants)
    green = np.repeat(mix[:, :renewable].sum(axis=1)[:, None], len(sinks), axis=1)
    intensity = np.array([0.0] * renewable + [1.0] * len(park.thermal_units) + [0.68] * len(park.grids))
    traced = (energy * intensity[None, :, None]).sum(axis=1)
    coords = {"time": time, "source": sources, "sink": sinks}
    trace = xr.Dataset(
        {
            "energy_mwh": (("time", "source", "sink"), energy),
            "loss_mwh": (("time", "source", "sink"), energy * share[:, None, None]),
        },
        coords=coords,
    )
    stores = [s.id for s in park.storages]
    if stores:
        lost = mix[:, None, :] * (0.14 * charge)[:, None, None]
        trace = trace.assign(storage_loss_mwh=(("time", "storage", "source"), lost)).assign_coords(storage=stores)
    carbon = xr.Dataset(
        {
            "green_share": (("time", "sink"), green),
            "traced_t": (("time", "sink"), traced),
            "location_t": (("time", "sink"), traced * 1.05),
        },
        coords={"time": time, "sink": sinks},
    )
    return {"trace": trace, "carbon": carbon}


def _summary(
    park: Park,
    power: dict[str, np.ndarray],
    available: dict[str, np.ndarray],
    taken: np.ndarray,
    loss: np.ndarray,
    tables: dict[str, xr.Dataset],
) -> dict[str, Any]:
    def energy(things: tuple[Any, ...]) -> float:
        return float(sum(np.maximum(power[t.id], 0).sum() for t in things))

    wind, solar, load = energy(park.wind_farms), energy(park.pv_plants), float(taken.sum())
    offered = float(sum(np.nansum(available[u.id]) for u in (*park.wind_farms, *park.pv_plants)))
    parts = {
        "annuities": 0.17,
        "operation": 0.03,
        "fuel": 0.02,
        "energy_charge": 0.08,
        "demand_charge": 0.02,
        "distribution": 0.03,
        "export_income": -0.01,
    }
    price = sum(parts.values())
    green = tables["carbon"]["green_share"].mean("time").to_series().to_dict() if "carbon" in tables else {}
    return {
        "park": "sample",
        "stage": "2025",
        "hours": len(taken),
        "currency": "CNY",
        "objective": 1.234567e9,
        "objective_recomputed": 1.234567e9,
        "balance_error_mw_max": 3.2e-9,
        "energy_mwh": {
            "load": load,
            "wind": wind,
            "solar": solar,
            "coal": energy(park.thermal_units),
            "import": energy(park.grids),
            "export": 0.0,
            "curtailed": offered - wind - solar,
            "storage_loss": wind + solar + energy(park.thermal_units) + energy(park.grids) - load - float(loss.sum()),
            "network_loss": float(loss.sum()),
            "shed": 0.0,
        },
        "green_share": {"physical": 0.512, "annual": (wind + solar) / load},
        "carbon": {"total_t": 1_234_567.0, "t_per_t_al": 7.9 if park.potlines else None},
        "metal_t": 165_800.0 if park.potlines else 0.0,
        "green_metal_t": 84_900.0 if park.potlines else 0.0,
        "flow": {
            "hours_converged": len(taken),
            "v_min_pu": 0.962,
            "v_max_pu": 1.031,
            "loading_max": 1.02,
            "hours_overloaded": 3,
            "redispatch_rounds": 2,
        },
        "all_in_price_per_kwh": price,
        "price_parts": {k: v * load * 1000 for k, v in parts.items()},
        "claims": [
            _claim("c-share", "green share above 50 %", "绿电占比超过50%", "green_share", 0.5, None, 0.512),
            _claim("c-price", "price 0.38 (± 0.02)", "电价0.38元（±0.02）", "all_in_price_per_kwh", 0.36, 0.40, price),
            _claim("c-metal", "165 kt metal", "产铝16.5万吨", "metal_t", 160_000.0, 170_000.0, float("nan")),
        ],
        "must_run": [
            {"must_run_mw": level, "green_mwh": green_mwh, "green_share_annual": share}
            for level, green_mwh, share in (
                (0.0, 2_454_000.0, 0.545),
                (60.0, 2_388_000.0, 0.531),
                (120.0, 2.284e6, 0.47),
            )
        ],
        "solver": "HiGHS 1.0 simplex",
        "seconds": {"dispatch": 12.0, "flow": 3.0},
        "peak_memory_mb": 1234.0,
        "rules": [
            {"rule": "share", "kind": "green_share_min", "value": 0.30, "reached": 0.512, "margin": 9e5, "holds": True},
            {
                "rule": "duty",
                "kind": "storage_power_min",
                "value": 0.15,
                "reached": 138 / 923,
                "margin": -0.45,
                "holds": False,
            },
        ],
        "provenance": {"published": 0.2, "derived": 0.15, "assumed": 0.35, "synthetic": 0.3},
        "enterprises": [
            {
                "id": e.id,
                "name": e.name,
                "name_zh": e.name_zh,
                "load_mwh": float(
                    -sum(power[u.id].sum() for u in (*park.loads, *park.potlines) if u.enterprise == e.id)
                ),
                "green_share_physical": green.get(f"load-{e.id}"),
                "carbon_t": 1000.0 + 10 * i,
            }
            for i, e in enumerate(park.enterprises)
        ],
        "notes": [
            {"en": "The published 2.4 TWh hold only if coal may stop.", "zh": "公开的24亿千瓦时以煤电可停为前提。"}
        ],
    }


def _claim(
    claim: str, name: str, name_zh: str, figure: str, low: float | None, high: float | None, reached: float
) -> dict[str, Any]:
    known = np.isfinite(reached)
    agrees = bool((low is None or reached >= low) and (high is None or reached <= high)) if known else None
    return {
        "claim": claim,
        "name": name,
        "name_zh": name_zh,
        "figure": figure,
        "low": low,
        "high": high,
        "reached": reached,
        "agrees": agrees,
        "reference": "Sample Gazette, 2024",
        "reference_zh": "" if claim == "c-metal" else "《示例日报》，2024年",
    }
