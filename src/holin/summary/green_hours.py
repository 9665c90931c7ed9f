"""How green each enterprise's use is, hour by hour."""

from __future__ import annotations

import numpy as np
import xarray as xr

from holin.kernel.linear import Floats
from holin.summary.people import green_mwh, users_of


def green_hours(trace: xr.Dataset) -> dict[str, Floats]:
    """Return the green share (1) of each enterprise that used energy, in each interval; count: physical.

    Each array has the shape (time,); NaN in an interval in which the enterprise used nothing.
    """
    users = users_of(trace)
    used = users.energy_mwh.sum("source").transpose("time", "sink").values
    green = green_mwh(users).transpose("time", "sink").values
    owner = users.enterprise.values
    found = {}
    for name in dict.fromkeys(owner.tolist()):
        mine = owner == name
        whole, part = used[:, mine].sum(axis=1), green[:, mine].sum(axis=1)
        if name and whole.any():
            found[str(name)] = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return found
