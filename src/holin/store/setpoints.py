"""The set points of a schedule as a file for a control centre: a proposal, exported and never sent.

One row per step and unit, times as starts of steps in UTC, signs as everywhere (+ into the network). The form is a
plain table such as a forward isolation device lets pass: sequence number, time, unit, quantity, value, unit of measure,
and a check sum over all rows at the end. The quantities are those of set-point commands of IEC 60870-5-104 (short
floating point, type 50) and of single commands (type 45); addresses belong to the control centre, which maps units to
them.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import xarray as xr

HEADER = ("sequence", "time", "unit", "quantity", "type_id", "value", "unit_of_measure")
SETPOINT, STEP, SINGLE = 50, 49, 45
"""Type identifications of IEC 60870-5-104 that such a value would be sent with: short floating point, scaled, single
command."""

Row = tuple[str, str, str, int, str, str]

KEEPING = ("thermal_unit", "generator", "storage", "wind_farm", "pv_plant")
STEERED = ("thermal_unit", "generator", "storage", "wind_farm", "pv_plant", "potline")


def write_setpoints(path: Path, schedule: xr.Dataset, grid: xr.Dataset | None = None) -> int:
    """Write the set points of a schedule (table SCHEDULE) as CSV and return how many rows; the last line is `sha256`.

    Thermal units, generators, storages and potlines have a power, thermal units besides on or off; wind and PV have a
    highest power in the steps in which they are curtailed. With `grid` (table SETPOINTS of the same steps) they have
    the voltage that they keep or their reactive power as well, transformers a tap position, shunts their switched
    steps.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    count = 0
    for count, row in enumerate(_sorted(schedule, grid), start=1):
        writer.writerow((count, *row))
    body = text.getvalue()
    digest = hashlib.sha256(body.encode("utf-8")).hexdigest()
    path.write_text(f"{body}# sha256 {digest}\n", encoding="utf-8")
    return count


def _sorted(schedule: xr.Dataset, grid: xr.Dataset | None) -> list[Row]:
    """Return all rows step by step."""
    rows = [*_rows(schedule), *(_grid_rows(schedule, grid) if grid is not None else ())]
    return sorted(rows, key=lambda row: row[0])


def _grid_rows(schedule: xr.Dataset, grid: xr.Dataset) -> Iterator[Row]:
    steered = {str(u) for u, kind in zip(schedule.unit.values, schedule.kind.values, strict=True) if kind in KEEPING}
    for t, time in enumerate(grid.time.values):
        stamp, row = f"{np.datetime_as_string(time, unit='s')}Z", grid.isel(time=t)
        for unit in map(str, grid.unit.values):
            one = row.sel(unit=unit)
            if unit in steered and np.isfinite(float(one.v_set_pu)):
                yield stamp, unit, "v_set_pu", SETPOINT, f"{float(one.v_set_pu):.4f}", "p.u."
            elif unit in steered and np.isfinite(float(one.q_mvar)):
                yield stamp, unit, "q_mvar", SETPOINT, f"{float(one.q_mvar) + 0.0:.3f}", "Mvar"
        for dim, column in (("transformer", "tap_pos"), ("shunt", "steps")):
            for element, value in zip(map(str, grid[dim].values), row[column].values.tolist(), strict=True):
                if np.isfinite(value):
                    yield stamp, element, column, STEP, f"{value:.0f}", "1"


def _rows(schedule: xr.Dataset) -> Iterator[Row]:
    units, kinds = schedule.unit.values.astype(str), schedule.kind.values.astype(str)
    thermal = set(map(str, schedule.thermal_unit.values))
    for t, time in enumerate(schedule.time.values):
        stamp = f"{np.datetime_as_string(time, unit='s')}Z"
        for u, (unit, kind) in enumerate(zip(units, kinds, strict=True)):
            if kind not in STEERED:
                continue
            power = float(schedule.p_mw.values[t, u])
            if kind in ("wind_farm", "pv_plant"):
                if float(schedule.available_mw.values[t, u]) - power > 1e-3:
                    yield stamp, unit, "p_max_mw", SETPOINT, f"{power:.3f}", "MW"
                continue
            if unit in thermal:
                on = float(schedule.committed.sel(thermal_unit=unit).values[t]) > 0.5
                yield stamp, unit, "committed", SINGLE, str(int(on)), "1"
            yield stamp, unit, "p_mw", SETPOINT, f"{power + 0.0:.3f}", "MW"
