"""How much of each enterprise's use its retired certificates cover: hour by hour, and over the whole time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from holin.carbon.claims import Matching, matched


@dataclass(frozen=True, kw_only=True)
class Certified:
    """An enterprise's use and the certificates retired for it, in MWh of the hours of a run; count: certificate.

    `hourly_mwh` is what certificates of the very hour cover of its use, never more than was used in it.
    """

    used_mwh: float
    claimed_mwh: float
    hourly_mwh: float

    @property
    def hourly_share(self) -> float:
        """Return the share of the use that certificates of its own hours cover; NaN without any use."""
        return self.hourly_mwh / self.used_mwh if self.used_mwh else math.nan

    @property
    def annual_share(self) -> float:
        """Return certificates over use, whatever their hours: what a yearly balance says; NaN without any use."""
        return self.claimed_mwh / self.used_mwh if self.used_mwh else math.nan


def certified(
    claims: pd.DataFrame, users: xr.Dataset, owners: Sequence[str], *, time_zone: str
) -> dict[str, Certified]:
    """Return what retired certificates cover of the use of each owner that has any.

    `claims` has the columns CLAIMS; `users` is the table TRACE of loads and potlines only. What was claimed of hours
    outside of the table counts nowhere.
    """
    used, owner = users["energy_mwh"].sum("source").transpose("time", "sink").values, users["enterprise"].values
    held = matched(claims, used, owner, owners, users["time"].values, matching=Matching.HOUR, time_zone=time_zone)
    found = {}
    for k, name in enumerate(owners):
        mine = owner == name
        if mine.any():
            found[name] = Certified(
                used_mwh=float(used[:, mine].sum()),
                claimed_mwh=float(held.claimed_mwh[:, k].sum()),
                hourly_mwh=float(np.sum(held.covered_mwh[:, mine])),
            )
    return found
