"""Readings made from a run, to try things with: `demo` in every row, as is all that is made from them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from holin.errors import Mismatch
from holin.metering.row import Kind
from holin.park import Park

WH_PER_MWH = 1_000_000
REGISTER_KINDS = ("wind_farm", "pv_plant", "thermal_unit", "generator", "storage", "grid")
"""Of these the file holds registers, of users energies of intervals: one of each manner."""


def readings_of_run(park: Park, schedule: xr.Dataset, flows: xr.Dataset, *, interval_min: int = 60) -> pd.DataFrame:
    """Return rows of readings (columns of ReadingRow, times UTC) that the meters of a run's units would have given.

    `park` is frozen at the run's stage. Energy is that of `flows`, even within the hour, in whole Wh: sources,
    storages and grid connections as registers from 0 on, users as energies; contents of storages beside them. A unit
    goes by its meter in meter.csv, else by its own id. Raises Mismatch for an interval that divides no hour.
    """
    if interval_min not in (5, 10, 15, 20, 30, 60):
        raise Mismatch(f"{interval_min} min divide no hour evenly; give 5, 10, 15, 20, 30 or 60")
    parts = 60 // interval_min
    step = np.timedelta64(interval_min, "m")
    starts = (flows["time"].values[:, None] + step * np.arange(parts)[None, :]).ravel()
    meter_of = {m.element: m.id for m in reversed(park.meters)}
    storages = set(map(str, schedule["storage"].values))
    found = []
    for unit, kind in zip(map(str, flows["unit"].values), map(str, flows["kind"].values), strict=True):
        energy = _parts_wh(flows["p_mw"].sel(unit=unit).values, parts)
        columns: dict[str, object] = {"meter": meter_of.get(unit, unit), "interval_min": interval_min}
        if kind in REGISTER_KINDS:
            ends = np.r_[starts[:1], starts + step]
            out, into = (np.r_[0, np.cumsum(np.maximum(sign * energy, 0))] / 1000 for sign in (1, -1))
            columns |= {"time": ends, "register_out_kwh": out, "register_in_kwh": into, "known_since": ends}
            if unit in storages:
                columns["soc_mwh"] = _contents(schedule["soc_mwh"].sel(storage=unit).values, parts)
        else:
            out, into = (np.maximum(sign * energy, 0) / 1000 for sign in (1, -1))
            columns |= {"time": starts, "e_out_kwh": out, "e_in_kwh": into, "known_since": starts + step}
        found.append(pd.DataFrame(columns))
    rows = pd.concat(found, ignore_index=True)
    return rows.assign(quality="good", origin="feed", kind=Kind.DEMO.value)


def _parts_wh(
    power_mw: np.ndarray[tuple[int], np.dtype[np.float64]], parts: int
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the energy of the parts of every hour in whole Wh, whose sum is that of the hour."""
    if np.isnan(power_mw).any():
        raise Mismatch("the run has hours without a solved power flow; no meter could have read them")
    hour = np.rint(power_mw * WH_PER_MWH).astype(np.int64)
    upto = hour[:, None] * np.arange(parts + 1)[None, :] // parts
    made: np.ndarray[tuple[int], np.dtype[np.int64]] = np.diff(upto, axis=1).ravel()
    return made


def _contents(
    content_mwh: np.ndarray[tuple[int], np.dtype[np.float64]], parts: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return contents at the registers' moments: known at the end of each hour, NaN within it and before the first."""
    made = np.full(len(content_mwh) * parts + 1, np.nan)
    made[parts::parts] = content_mwh
    return made
