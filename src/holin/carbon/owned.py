"""What an enterprise makes itself: its carbon is scope 1, so it may stand in no scope 2 of the same enterprise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.carbon.accounting import followed_t
from holin.carbon.ratios import part_of
from holin.carbon.sources import intensities
from holin.park import Park

Array = NDArray[np.float64]

MAKERS = ("wind_farm", "pv_plant", "thermal_unit", "generator")
FIRED = ("thermal_unit", "generator")


@dataclass(frozen=True, kw_only=True, eq=False)
class Own:
    """Own power in the users' power: `all_mwh`, `fired_mwh` and `t`, each (hour, user), and `burnt_t` (hour, owner)."""

    all_mwh: Array
    fired_mwh: Array
    t: Array
    burnt_t: Array


def netted(used_mwh: Array, user_owner: Array, owners: list[str], flows: xr.Dataset, emitted: xr.DataArray) -> Own:
    """Return what each owner's units feed in for its own users, as its meters say: hour by hour, never more than used.

    own = min(used by the owner's users, fed in by its units); each of its users has the same part of own power, and
    each of its units the same part used by itself. What it feeds in beyond is sold. No tracing: only the owner's own
    energy counts, as in net purchase. `used_mwh` (hour, user) belongs to `user_owner` (user,).
    """
    zero = np.zeros_like(used_mwh)
    own = Own(all_mwh=zero, fired_mwh=zero.copy(), t=zero.copy(), burnt_t=np.zeros((len(used_mwh), len(owners))))
    kinds, unit_owner = flows["kind"].values, flows["enterprise"].values
    power = np.maximum(np.nan_to_num(flows["p_mw"].values), 0.0)
    source_owner = dict(zip(flows["unit"].values.tolist(), unit_owner.tolist(), strict=True))
    source_kind = dict(zip(flows["unit"].values.tolist(), kinds.tolist(), strict=True))
    makes = np.array([source_kind[s] in MAKERS for s in emitted["source"].values], dtype=bool)
    emitting = np.array([source_owner[s] for s in emitted["source"].values])
    for k, owner in enumerate(owners):
        fed = power[:, np.isin(kinds, MAKERS) & (unit_owner == owner)].sum(axis=1)
        fired = power[:, np.isin(kinds, FIRED) & (unit_owner == owner)].sum(axis=1)
        own.burnt_t[:, k] = emitted.values[:, makes & (emitting == owner)].sum(axis=1)
        mine = user_owner == owner
        if not owner or not mine.any():
            continue
        used = used_mwh[:, mine]
        whole = used.sum(axis=1)
        kept = np.minimum(whole, fed)
        of_use = part_of(kept, whole)[:, None] * used
        own.all_mwh[:, mine] = of_use
        own.fired_mwh[:, mine] = part_of(fired, fed)[:, None] * of_use
        own.t[:, mine] = part_of(own.burnt_t[:, k], fed)[:, None] * of_use
    return own


def own_traced_t(
    park: Park, emitted: xr.DataArray, flows: xr.Dataset, trace: xr.Dataset, owners: list[str]
) -> xr.DataArray:
    """Return the traced carbon of each sink that comes from units of its own enterprise, (time, sink) in t.

    Carbon is linear in the sources' intensities, stored energy too: each enterprise's units are followed by themselves.
    """
    per_mwh = intensities(emitted, flows, trace, park)
    unit_owner = dict(zip(flows["unit"].values.tolist(), flows["enterprise"].values.tolist(), strict=True))
    kinds = trace["source_kind"].values
    source_owner = np.array([unit_owner.get(s, "") for s in trace["source"].values.tolist()])
    found = np.zeros((trace.sizes["time"], trace.sizes["sink"]))
    for owner in owners:
        theirs, mine = (source_owner == owner) & np.isin(kinds, FIRED), trace["enterprise"].values == owner
        if owner and theirs.any() and mine.any() and per_mwh[:, theirs].any():
            found[:, mine] = followed_t(park, trace, np.where(theirs, per_mwh, 0.0))[0][:, mine]
    return xr.DataArray(found, coords={"time": trace["time"], "sink": trace["sink"]}, dims=("time", "sink"))
