"""Schedules and flows written by hand, as `tables` declares them."""

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from holin.park import EmissionFactor, Fuel, Grid, Park, ParkFacts, PvPlant, Series, Storage, ThermalUnit, WindFarm

START = np.datetime64("2025-01-01T00", "ns")

UNIT_KINDS = {
    "wind": "wind_farm",
    "pv": "pv_plant",
    "coal": "thermal_unit",
    "tank": "storage",
    "grid": "grid",
    "load": "load",
    "pots": "potline",
}


def hours(count: int) -> np.ndarray:
    return START + np.arange(count) * np.timedelta64(1, "h")


def flows_of(
    units: Mapping[str, tuple[str, Sequence[float]]],
    branches: Mapping[str, tuple[str, str, Sequence[float], Sequence[float]]],
    *,
    nodes: Mapping[str, int] | None = None,
    shunt_loss_mw: Mapping[str, Sequence[float]] | None = None,
) -> xr.Dataset:
    """Write FLOWS: units as id -> (bus, p_mw), branches as id -> (from, to, p_from_mw, p_to_mw).

    A unit's id begins with its kind; its enterprise is `works` for loads and potlines.
    """
    buses = list(dict.fromkeys([u[0] for u in units.values()] + [e for b in branches.values() for e in b[:2]]))
    count = len(next(iter(units.values()))[1])
    kinds = [UNIT_KINDS[u.partition("-")[0]] for u in units]

    def stacked(rows):
        return np.array([list(r) for r in rows], dtype=float).reshape(-1, count).T

    p_unit = stacked(u[1] for u in units.values())
    ends = [stacked(b[k] for b in branches.values()) for k in (2, 3)]
    shunts = stacked((shunt_loss_mw or {}).get(b, [0.0] * count) for b in buses)
    ones = np.ones((count, len(buses)))
    return xr.Dataset(
        {
            "v_pu": (("time", "bus"), ones),
            "v_angle_rad": (("time", "bus"), 0 * ones),
            "p_from_mw": (("time", "branch"), ends[0]),
            "q_from_mvar": (("time", "branch"), 0 * ends[0]),
            "p_to_mw": (("time", "branch"), ends[1]),
            "q_to_mvar": (("time", "branch"), 0 * ends[1]),
            "loading": (("time", "branch"), 0 * ends[0]),
            "p_mw": (("time", "unit"), p_unit),
            "q_mvar": (("time", "unit"), 0 * p_unit),
            "shunt_loss_mw": (("time", "bus"), shunts),
            "converged": ("time", np.ones(count)),
            "iterations": ("time", np.ones(count)),
            "mismatch_pu": ("time", np.zeros(count)),
        },
        coords={
            "time": hours(count),
            "bus": buses,
            "node": ("bus", [(nodes or {}).get(b, 100 + k) for k, b in enumerate(buses)]),
            "branch": np.array(list(branches), dtype=str),
            "bus_from": ("branch", np.array([b[0] for b in branches.values()], dtype=str)),
            "bus_to": ("branch", np.array([b[1] for b in branches.values()], dtype=str)),
            "unit": list(units),
            "kind": ("unit", kinds),
            "unit_bus": ("unit", [u[0] for u in units.values()]),
            "enterprise": ("unit", ["works" if k in ("load", "potline") else "" for k in kinds]),
        },
    )


def schedule_of(
    count: int,
    storages: Mapping[str, tuple[Sequence[float], Sequence[float], Sequence[float]]] | None = None,
    gross_mw: Mapping[str, Sequence[float]] | None = None,
    committed: Mapping[str, Sequence[float]] | None = None,
) -> xr.Dataset:
    """Write what trace and carbon read of SCHEDULE: storages as id -> (charge, discharge, soc), gross of units."""
    tanks, gross = storages or {}, gross_mw or {}
    on = committed or {unit: [float(p > 0) for p in row] for unit, row in gross.items()}

    def stacked(rows):
        return np.array([list(r) for r in rows], dtype=float).reshape(-1, count).T

    return xr.Dataset(
        {
            "charge_mw": (("time", "storage"), stacked(s[0] for s in tanks.values())),
            "discharge_mw": (("time", "storage"), stacked(s[1] for s in tanks.values())),
            "soc_mwh": (("time", "storage"), stacked(s[2] for s in tanks.values())),
            "gross_mw": (("time", "thermal_unit"), stacked(gross.values())),
            "committed": (("time", "thermal_unit"), stacked(on.values())),
            "heat_mw": (("time", "thermal_unit"), 0 * stacked(gross.values())),
        },
        coords={
            "time": hours(count),
            "storage": np.array(list(tanks), dtype=str),
            "thermal_unit": np.array(list(gross), dtype=str),
        },
    )


def tank(id: str, *, efficiency: float = 1.0, standing_loss_per_h: float = 0.0) -> Storage:
    return Storage(
        id=id,
        bus="b",
        p_nom_mw=100.0,
        e_nom_mwh=100.0,
        efficiency_charge=efficiency,
        efficiency_discharge=efficiency,
        standing_loss_per_h=standing_loss_per_h,
    )


def coal(id: str, *, points: str = "1:10", auxiliary: float = 0.0, **more: float) -> ThermalUnit:
    return ThermalUnit(
        id=id,
        bus="b",
        p_nom_mw=100.0,
        p_min_mw=40.0,
        ramp_up_mw_per_h=100.0,
        ramp_down_mw_per_h=100.0,
        heat_rate_points=tuple((float(a), float(b)) for a, b in (p.split(":") for p in points.split(";"))),
        auxiliary=auxiliary,
        fuel="lignite",
        **more,
    )


def park_of(*things: object, **facts: object) -> Park:
    """Return a park of the given things; lignite of 0.1 t/GJ and a grid factor of 0.6 t/MWh stand in every one."""

    def all_of(kind):
        return tuple(t for t in things if isinstance(t, kind))

    return Park(
        facts=ParkFacts(id="case", **facts),
        fuels=(Fuel(id="lignite", price_per_gj=15.0, emission_factor_t_per_gj=0.1),),
        emission_factors=(EmissionFactor(id="average", t_per_mwh=0.6), *all_of(EmissionFactor)),
        storages=all_of(Storage),
        thermal_units=all_of(ThermalUnit),
        grids=all_of(Grid),
        wind_farms=all_of(WindFarm),
        pv_plants=all_of(PvPlant),
        series=all_of(Series),
    )


def grid(id: str = "grid", **more: object) -> Grid:
    return Grid(id=id, bus="b", sk_max_mva=1000.0, import_max_mw=500.0, **{"emission_factor": "average", **more})


def series(id: str, values: Sequence[float]) -> Series:
    return Series(id=id, file="s.csv", header=id, time=hours(len(values)), values=np.array(values, dtype=float))
