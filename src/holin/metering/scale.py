"""Energies that look as if they were written in another unit: MWh in a column of kWh."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holin.metering.metered import Metering
from holin.metering.readings import Readings

WH_PER_MWH = 1e6
LEAST_SHARE = 0.002
"""Assumed: MWh read as kWh are at most a thousandth of nominal power, or twice that of a load above its planned peak;
a device in operation that never reaches a five-hundredth of its nominal power is rare."""

USERS = ("load", "potline")
UNJUDGED = ("grid",)
"""A connection may be almost unused all year: what it may carry says nothing of what it does."""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A device whose highest mean power in an interval, `p_max_mw`, is far below its nominal power."""

    device: str
    p_max_mw: float
    p_nom_mw: float


def far_below_nominal(readings: Readings, made: Metering) -> list[Scale]:
    """Return the devices with energy in some interval, but in none above LEAST_SHARE of nominal power times its length.

    Sources and storages are judged by what they give, loads and potlines by what they take; grid connections are not.
    """
    table = made.table
    nominal = {m.device: m.nominal_mw for m in readings.meters}
    found = []
    for device, kind in zip(table["device"].values.tolist(), table["device_kind"].values.tolist(), strict=True):
        column = "energy_in_wh" if kind in USERS else "energy_out_wh"
        energy = table[column].sel(device=device).values
        highest = float(np.nan_to_num(energy).max(initial=0.0)) / WH_PER_MWH / table.attrs["step_h"]
        if kind not in UNJUDGED and 0 < highest < LEAST_SHARE * nominal[device]:
            found.append(Scale(device=device, p_max_mw=highest, p_nom_mw=nominal[device]))
    return found
