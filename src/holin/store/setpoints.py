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
SETPOINT, SINGLE = 50, 45
"""Type identifications of IEC 60870-5-104 that such a value would be sent with."""

STEERED = ("thermal_unit", "generator", "storage", "wind_farm", "pv_plant", "potline")


def write_setpoints(path: Path, schedule: xr.Dataset) -> int:
    """Write the set points of a schedule (table SCHEDULE) as CSV and return how many rows; the last line is `sha256`.

    Thermal units, generators, storages and potlines have a power, thermal units besides on or off; wind and PV have a
    highest power in the steps in which they are curtailed.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    count = 0
    for count, row in enumerate(_rows(schedule), start=1):
        writer.writerow((count, *row))
    body = text.getvalue()
    digest = hashlib.sha256(body.encode("utf-8")).hexdigest()
    path.write_text(f"{body}# sha256 {digest}\n", encoding="utf-8")
    return count


def _rows(schedule: xr.Dataset) -> Iterator[tuple[str, str, str, int, str, str]]:
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
