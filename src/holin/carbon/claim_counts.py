"""Claims counted for the rules on them: how much is claimed, of the hour, of devices that reach the user, and sold."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from holin.carbon.claims import Matching, matched

Array = NDArray[np.float64]


def claim_counts(
    claims: pd.DataFrame,
    users: xr.Dataset,
    owners: Sequence[str],
    *,
    connected: Collection[str],
    smelters: Mapping[str, str],
    time_zone: str,
) -> dict[str, float]:
    """Return the quantities of `holin.rules` that follow from retired certificates, in MWh of the hours of `users`.

    `claims` has the columns CLAIMS; `users` is the table TRACE of loads and potlines only; `connected` are the devices
    that feed the park's network; `smelters` potline -> enterprise. The clean share takes for each enterprise the
    greater of what was traced and what was certified over all hours, never both.
    """
    time, owner = users["time"].values, users["enterprise"].values
    used = users["energy_mwh"].sum("source").values
    green = users["energy_mwh"].isel(source=np.flatnonzero(users["green"].values)).sum("source").values
    of_hour = matched(claims, used, owner, owners, time, matching=Matching.HOUR, time_zone=time_zone)
    reaching = claims[claims["device"].isin(list(connected))]
    deliverable = matched(reaching, used, owner, owners, time, matching=Matching.HOUR, time_zone=time_zone)
    claimed = of_hour.claimed_mwh.sum(axis=0)
    smelting = np.isin(users["sink"].values, list(smelters))
    load, potlines, traced = (_by_owner(part, owner, owners) for part in (used, used * smelting, green))
    return {
        "certificate_mwh": float(claimed.sum()),
        "aluminium_certificate_mwh": float(np.minimum(claimed, potlines).sum()),
        "claimed_hourly_mwh": float(of_hour.covered_mwh.sum()),
        "claimed_deliverable_mwh": float(deliverable.claimed_mwh.sum()),
        "clean_mwh": float(np.minimum(load, np.maximum(traced, claimed)).sum()),
    }


def _by_owner(mwh: Array, owner: NDArray[np.str_], owners: Sequence[str]) -> Array:
    """Return the sum of (hour, user) by owner, shape (owner,)."""
    return np.array([float(mwh[:, owner == name].sum()) for name in owners])


def sold_and_used_mwh(
    sold: pd.DataFrame, made_wh: Mapping[tuple[str, int], int], used_wh: Mapping[tuple[str, int], int]
) -> float:
    """Return how much of what was used in the park is sold as certificates all the same (MWh).

    In each interval of each device (id, start in s) at most what was made less what was sold can be claimed as used;
    `sold` has the columns time, device, sold_mwh. Intervals that nothing was used of count for nothing.
    """
    starts = sold["time"].to_numpy(dtype="datetime64[s]").astype(np.int64)
    beyond = 0.0
    for device, start, mwh in zip(sold["device"], starts.tolist(), sold["sold_mwh"], strict=True):
        place = (device, start)
        beyond += max(0.0, mwh + (used_wh.get(place, 0) - made_wh.get(place, 0)) / 1e6) if place in used_wh else 0.0
    return beyond
