"""A state as plain values for JSON, and back: what one run prints as `state_out` the next one reads."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from holin.errors import BadInput, Fault
from holin.operation import PotlineHeat, PotlineState, State, ThermalState
from holin.park import Park

HEAT = tuple(f.name for f in dataclasses.fields(PotlineHeat))
POTLINE = tuple(f.name for f in dataclasses.fields(PotlineState) if f.name != "heat")
THERMAL = {f.name: f for f in dataclasses.fields(ThermalState)}
TABLES = {
    "thermal": "thermal_units",
    "potline": "potlines",
    "soc_mwh": "storages",
    "peak_mw": "grids",
    "stock_gj": "fuels",
    "year_mwh": "",
}
"""Part of a state -> the park's things that its keys name."""


def state_as_plain(state: State) -> dict[str, Any]:
    """Return a state as plain values; times are UTC with a Z."""
    return {
        "time": f"{np.datetime_as_string(state.time, unit='s')}Z",
        "thermal": {name: dataclasses.asdict(unit) for name, unit in state.thermal.items()},
        "potline": {name: dataclasses.asdict(line) for name, line in state.potline.items()},
        "soc_mwh": dict(state.soc_mwh),
        "peak_mw": {grid: dict(bands) for grid, bands in state.peak_mw.items()},
        "stock_gj": dict(state.stock_gj),
        "year_mwh": dict(state.year_mwh),
    }


def state_from_plain(given: Any, park: Park, *, file: str = "state") -> State:
    """Return the state that plain values describe; what they leave out stays out (`completed` fills it in).

    Raises BadInput with all faults: not an object, unknown keys or ids, values that are no numbers or below 0.
    """
    faults: list[Fault] = []

    def wrong(field: str, value: object, problem: str, right: str) -> None:
        faults.append(Fault(file=file, field=field, value=f"{value}", problem=problem, right=right))

    if not isinstance(given, Mapping):
        raise BadInput([Fault(file=file, problem="not an object", right="give what --json prints as state_out")])
    given = given.get("state_out", given) if "time" not in given else given
    time = _time_of(given.get("time"), wrong)
    for key in given:
        if key != "time" and key not in TABLES:
            wrong(str(key), given[key], "no part of a state", f"one of time, {', '.join(TABLES)}")
    for part, table in TABLES.items():
        values = given.get(part, {})
        if not isinstance(values, Mapping):
            wrong(part, values, "not an object", "give ids with their values")
            continue
        known = {t.id for t in getattr(park, table)} if table else set(values)
        for name in values:
            if name not in known:
                wrong(f"{part}.{name}", name, "no such thing in the park at this stage", "leave it out, or mend the id")
    if faults:
        raise BadInput(faults)
    thermal = {n: _thermal(n, v, wrong) for n, v in given.get("thermal", {}).items()}
    potline = {n: _potline(n, v, wrong) for n, v in given.get("potline", {}).items()}
    numbers = {
        part: {name: _number(f"{part}.{name}", value, wrong) for name, value in given.get(part, {}).items()}
        for part in ("soc_mwh", "stock_gj", "year_mwh")
    }
    peaks: dict[str, dict[str, float]] = {}
    for grid, bands in given.get("peak_mw", {}).items():
        if not isinstance(bands, Mapping):
            wrong(f"peak_mw.{grid}", bands, "not an object", 'give the bands\' draws, "" for all hours')
            continue
        peaks[grid] = {b: _number(f"peak_mw.{grid}.{b}", v, wrong) for b, v in bands.items()}
    if faults:
        raise BadInput(faults)
    return State(time=time, thermal=thermal, potline=potline, peak_mw=peaks, **numbers)


def _time_of(text: object, wrong: Any) -> np.datetime64:
    try:
        if not isinstance(text, str) or not text.endswith("Z"):
            raise ValueError
        return np.datetime64(text[:-1], "ns")
    except ValueError:
        wrong("time", text, "not a time in UTC", "write 2025-03-03T10:15:00Z")
        return np.datetime64("NaT", "ns")


def _thermal(name: str, given: object, wrong: Any) -> ThermalState:
    if not isinstance(given, Mapping) or not isinstance(given.get("on"), bool):
        wrong(
            f"thermal.{name}", given, "not a unit's state", f"give at least on (true or false) of {', '.join(THERMAL)}"
        )
        return ThermalState(on=False)
    values: dict[str, Any] = {"on": given["on"]}
    for key, value in given.items():
        if key not in THERMAL:
            wrong(f"thermal.{name}.{key}", value, "not a figure of a unit's state", f"one of {', '.join(THERMAL)}")
        elif key in ("synchronised_in_h", "gross_mw") and value is None:
            values[key] = None
        elif key != "on":
            values[key] = _number(f"thermal.{name}.{key}", value, wrong)
    return ThermalState(**values)


def _potline(name: str, given: object, wrong: Any) -> PotlineState:
    nothing = PotlineState(heat=PotlineHeat(bath_temp_c=0.0, lining_temp_c=0.0, ledge_m=0.0))
    heat = given.get("heat") if isinstance(given, Mapping) else None
    if not isinstance(given, Mapping) or not isinstance(heat, Mapping):
        wrong(
            f"potline.{name}", given, "not a potline's state", f"give heat ({', '.join(HEAT)}) and what else is known"
        )
        return nothing
    if missing := [key for key in HEAT if key not in heat and key != "shell_factor"]:
        wrong(f"potline.{name}.heat", dict(heat), f"without {', '.join(missing)}", "give all figures of the heat")
        return nothing
    begun = PotlineHeat(**{k: _number(f"potline.{name}.heat.{k}", v, wrong) for k, v in heat.items() if k in HEAT})
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key == "heat":
            continue
        if key not in POTLINE:
            wrong(f"potline.{name}.{key}", value, "no figure of a potline's state", f"one of {', '.join(POTLINE)}")
        elif key == "metal_owed_t":  # below 0: ahead of the duty
            values[key] = value if isinstance(value, int | float) else _number(f"potline.{name}.{key}", value, wrong)
        elif key == "power_mw" and value is None:
            values[key] = None
        else:
            number = _number(f"potline.{name}.{key}", value, wrong)
            values[key] = int(number) if key == "changes_today" else number
    return PotlineState(heat=begun, **values)


def _number(field: str, value: object, wrong: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        wrong(field, value, "not a number of at least 0", "mend the value")
        return 0.0
    return float(value)
