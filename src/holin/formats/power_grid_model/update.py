"""Update documents of power-grid-model: a batch of scenarios is the powers of a schedule, hour by hour."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from holin.errors import Mismatch
from holin.formats.imported import LeftOut
from holin.formats.power_grid_model.document import read_document
from holin.formats.power_grid_model.numbering import json_text, numbers_of
from holin.formats.powers import powers_of
from holin.formats.records import Record
from holin.formats.target import write_text
from holin.park import Park, units_of

USERS = ("sym_load", "sym_gen")
RATIO_OFF = 1e-6


def read_power_grid_model_update(path: str | Path, park: Park) -> tuple[xr.Dataset, list[str]]:
    """Read a batch of updates of an imported park; return `p_mw` (time, unit), and in words what else it updates.

    Each scenario is one hour, the first that of the park's last stage's day; what it does not name keeps the power of
    the park. The flow takes a load's reactive power in proportion to its power, whatever an update says of it. Raises
    BadInput with every fault, each with line and field.
    """
    document = read_document(Path(path), "update")
    left_out = LeftOut()
    units = {number: id_ for id_, number in numbers_of(park).items() if id_ in {u.id for u in units_of(park)}}
    base = powers_of(park, None, left_out)
    order = [u.id for u in units_of(park)]
    p = np.tile([base.get(u, np.nan) for u in order], (len(document.scenarios), 1))
    place = {u: k for k, u in enumerate(order)}
    for k, scenario in enumerate(document.scenarios):
        for component, records in scenario.items():
            for record in records:
                if component in USERS:
                    _apply(record, component, units, park, p[k], place, left_out)
                else:
                    left_out.name("updates of other things than powers are left out", component)
    document.faults.stop()
    start = np.datetime64(park.stages[-1].as_of, "ns")
    time = start + np.arange(len(p)) * np.timedelta64(1, "h")
    table = xr.Dataset({"p_mw": (("time", "unit"), p)}, coords={"time": time, "unit": order})
    return table, list(left_out.sentences())


def _apply(
    record: Record,
    component: str,
    units: dict[int, str],
    park: Park,
    p: np.ndarray[Any, Any],
    place: dict[str, int],
    left_out: LeftOut,
) -> None:
    unit = record.one_of("id", units, "load or generator")
    if unit is None or not record.has("id"):
        return
    sign = -1.0 if component == "sym_load" else 1.0
    q_before, p_before = _nominal(park, unit)
    given = record.number("p_specified", None)
    q = record.number("q_specified", None)
    if given is not None:
        p[place[unit]] = sign * given / 1e6
    if not record.flag("status", True):
        p[place[unit]] = 0.0
        if q_before and not p_before:
            left_out.name("reactive power of what an update switches off stays", unit)
    follows = q_before * p[place[unit]] / p_before if p_before else q_before
    if q is not None and abs(sign * q / 1e6 - follows) > RATIO_OFF:
        left_out.name("reactive powers that do not follow the active power are left out", unit)


def _nominal(park: Park, unit: str) -> tuple[float, float]:
    """Return reactive and active power of the snapshot, into the network; a generator's reactive power is constant."""
    for load in park.loads:
        if load.id == unit:
            return -(load.q_mvar or 0.0), -load.load_mw
    return next((g.q_mvar for g in park.generators if g.id == unit), 0.0), 0.0


def write_power_grid_model_update(park: Park, schedule: xr.Dataset, path: str | Path) -> list[str]:
    """Write the powers of a schedule, or of flows, as a batch of updates to the park's input document.

    Reads `p_mw` (time, unit), and `q_mvar` where the table has it (flows do). Each hour is one scenario. Returns in
    words what is left out. Raises Mismatch when the units are not the park's.
    """
    left_out = LeftOut()
    units, numbers = units_of(park), numbers_of(park)
    if set(map(str, schedule["unit"].values)) != {u.id for u in units}:
        raise Mismatch("the table has other units than the park; make both from the same stage")
    table = schedule.sel(unit=[u.id for u in units])
    p = table["p_mw"].transpose("time", "unit").values
    q = table["q_mvar"].transpose("time", "unit").values if "q_mvar" in table else None
    if q is None:
        left_out.say("the table has no reactive powers: an update leaves those of the input document")
    left_out.say("hours are scenarios in their order: the times are left out")
    scenarios = []
    for hour in range(len(p)):
        scenario: dict[str, list[dict[str, Any]]] = {"sym_load": [], "sym_gen": []}
        for k, unit in enumerate(units):
            if unit.kind == "grid" or not np.isfinite(p[hour, k]):
                continue
            takes = unit.kind in ("load", "potline")
            sign = -1e6 if takes else 1e6
            row = {"id": numbers[unit.id], "p_specified": sign * p[hour, k]}
            row |= {"q_specified": sign * q[hour, k]} if q is not None and np.isfinite(q[hour, k]) else {}
            scenario["sym_load" if takes else "sym_gen"].append(row)
        scenarios.append(scenario)
    document = {"version": "1.0", "type": "update", "is_batch": True, "attributes": {}, "data": scenarios}
    write_text(Path(path), json_text(document))
    return list(left_out.sentences())
