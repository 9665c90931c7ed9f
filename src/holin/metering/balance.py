"""Whether the meters agree among themselves: that of the grid against what the flow of all others needs there."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from holin.calendar import stamp
from holin.metering.schedule import WH_PER_MWH, hourly

METER_CLASS = 0.005
"""Meters of settlement are right within 0.5 % (class 0.5 S of IEC 62053-22)."""

HOURS_SHOWN = 10


def balance_of(metered: xr.Dataset, flows: xr.Dataset) -> dict[str, Any]:
    """Return how far the grid's own meters are from the import that the flow finds for the other meters.

    `gap_mwh` is metered less found, summed over the grid connections that have a meter. It may be as large as the
    network's losses of the hour and METER_CLASS of what was fed in; the hours in which it is larger are named, the
    worst first. `checked` is False where no connection has a meter, and then nothing can be said.
    """
    grids = flows["unit"].values[flows["kind"].values == "grid"]
    known = [g for g in grids if g in metered["device"].values]
    if not known:
        return {"checked": False, "hours": 0, "hours_off": 0, "worst": []}
    table = hourly(metered)
    said = (table["energy_out_wh"] - table["energy_in_wh"]).sel(device=known).sum("device", skipna=False) / WH_PER_MWH
    power = flows["p_mw"].values
    gap = said.values - flows["p_mw"].sel(unit=known).sum("unit").values
    lost = np.nansum(flows["p_from_mw"].values + flows["p_to_mw"].values, axis=1)
    lost += np.nansum(flows["shunt_loss_mw"].values, axis=1)
    allowed = np.maximum(lost, 0.0) + METER_CLASS * np.nansum(np.maximum(power, 0.0), axis=1)
    off = np.flatnonzero(np.abs(gap) > allowed)
    worst = off[np.argsort(-np.abs(gap[off]), kind="stable")][:HOURS_SHOWN]
    return {
        "checked": True,
        "hours": int(np.isfinite(gap).sum()),
        "hours_off": len(off),
        "gap_mwh": float(np.nansum(gap)),
        "worst": [
            {"time": stamp(flows["time"].values[k]), "gap_mwh": float(gap[k]), "allowed_mwh": float(allowed[k])}
            for k in worst
        ],
    }
