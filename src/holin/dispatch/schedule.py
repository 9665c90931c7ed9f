"""The optimum read back as the table `schedule`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from holin.dispatch.case import Case
from holin.kernel.highs import Solution
from holin.kernel.linear import Floats, LinearProblem
from holin.operation import load_buses, nominal_potline_mw, renewables_of
from holin.park import Park, units_of
from holin.tables import SCHEDULE, checked


def schedule_of(case: Case, problem: LinearProblem, solution: Solution, bus_price: Floats) -> xr.Dataset:
    """Return the schedule of a solved problem; `bus_price` is (time, bus) in currency/MWh."""
    park, time = case.park, case.hours.time

    def value(name: str) -> Floats:
        columns = problem.variables.get(name)
        return solution.values[columns] if columns is not None else np.zeros(len(time))

    shed = _shed(case, value("shed"))
    gross = _stack(
        [
            value(f"on.{u.id}") * u.p_min_mw + value(f"above.{u.id}") + value(f"starting.{u.id}")
            for u in park.thermal_units
        ],
        time,
    )
    heat = [
        value(f"heat.{u.id}") if f"heat.{u.id}" in problem.variables else case.heat_mw[:, k]
        for k, u in enumerate(park.thermal_units)
    ]
    change = _stack(
        [
            value(f"up.{p.id}") - value(f"down.{p.id}") - value(f"deep_cut.{p.id}") - value(f"full_stop.{p.id}")
            for p in park.potlines
        ],
        time,
    )
    unknown = np.full(len(time), np.nan)
    deviation = [
        value(f"deviation.{p.id}") if f"deviation.{p.id}" in problem.variables else unknown for p in park.potlines
    ]
    generators = _stack([value(f"generator.{g.id}") for g in park.generators], time)
    charge = _stack([value(f"charge.{s.id}") for s in park.storages], time)
    discharge = _stack([value(f"discharge.{s.id}") for s in park.storages], time)
    grid = _stack([value(f"import.{g.id}") - value(f"export.{g.id}") for g in park.grids], time)
    power = np.hstack(
        [
            value("renewable").reshape(len(time), -1),
            gross * (1.0 - np.array([u.auxiliary for u in park.thermal_units])),
            generators,
            discharge - charge,
            grid,
            shed - case.load_mw,
            -(nominal_potline_mw(park, case.hours) + change),
        ]
    )
    table = xr.Dataset(
        {
            "p_mw": (("time", "unit"), power),
            "available_mw": (("time", "unit"), _available(case, power.shape[1])),
            "charge_mw": (("time", "storage"), charge),
            "discharge_mw": (("time", "storage"), discharge),
            "soc_mwh": (("time", "storage"), _stack([value(f"soc.{s.id}") for s in park.storages], time)),
            "gross_mw": (("time", "thermal_unit"), gross),
            "committed": (("time", "thermal_unit"), _stack([value(f"on.{u.id}") for u in park.thermal_units], time)),
            "start_up": (("time", "thermal_unit"), _stack([value(f"start.{u.id}") for u in park.thermal_units], time)),
            "heat_mw": (("time", "thermal_unit"), _stack(heat, time)),
            "deviation_mwh": (("time", "potline"), _stack(deviation, time)),
            "shed_mw": (("time", "load"), shed + case.unfed_mw),
            "loss_mw": (("time", "bus"), case.loss_mw),
            "shadow_price_per_mwh": (("time", "bus"), bus_price),
        },
        coords=schedule_coordinates(park, time) | {"bus": list(case.islands.buses)},
    )
    return checked(SCHEDULE, table)


def schedule_coordinates(park: Park, time: np.ndarray) -> dict[str, object]:
    """Return the coordinates of a schedule but its buses."""
    units = units_of(park)
    return {
        "time": time,
        "unit": [u.id for u in units],
        "kind": ("unit", [u.kind for u in units]),
        "unit_bus": ("unit", [u.bus for u in units]),
        "enterprise": ("unit", [u.enterprise for u in units]),
        "storage": [s.id for s in park.storages],
        "thermal_unit": [u.id for u in park.thermal_units],
        "potline": [p.id for p in park.potlines],
        "load": [load.id for load in park.loads],
    }


def _stack(columns: Sequence[Floats], time: np.ndarray) -> Floats:
    return np.column_stack(columns) if columns else np.zeros((len(time), 0))


def _available(case: Case, units: int) -> Floats:
    table = np.full((case.hours.count, units), np.nan)
    table[:, : len(renewables_of(case.park))] = case.available_mw
    return table


def _shed(case: Case, at_bus: Floats) -> Floats:
    """Share each bus's shed load among its loads in proportion to what they ask for."""
    if not case.park.loads:
        return np.zeros((case.hours.count, 0))
    shed = np.zeros_like(case.load_mw)
    for k, bus in enumerate(load_buses(case.park)):
        here = [i for i, load in enumerate(case.park.loads) if load.bus == bus]
        asked = case.load_mw[:, here]
        total = asked.sum(axis=1, keepdims=True)
        shed[:, here] = at_bus[:, [k]] * np.divide(asked, total, out=np.zeros_like(asked), where=total > 0)
    return shed
