"""What a storage holds, from what went in and out: metered where it is, else followed by its efficiencies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holin.calendar import Times, stamp
from holin.errors import Mismatch
from holin.park import Storage

Floats = NDArray[np.float64]

TOLERANCE_MWH = 1e-5
"""Metered energies are whole Wh: so much may be missing at the bottom of a storage."""


def followed(storage: Storage, time: Times, charge_mwh: Floats, discharge_mwh: Floats, metered_mwh: Floats) -> Floats:
    """Return the content at the end of each hour (time,) in MWh.

    content = before (1 - standing loss) + charge efficiency_charge - discharge / efficiency_discharge, not above
    soc_max: what does not fit is lost. The first content is the least with which it never falls below soc_min, or that
    from which the first metered one follows. A metered content (NaN: none) stands, but never above what was there and
    came in: the rest would come from nowhere. Raises Mismatch where more is given than was there.
    """
    kept = 1 - storage.standing_loss_per_h
    change = storage.efficiency_charge * charge_mwh - discharge_mwh / storage.efficiency_discharge
    most = storage.soc_max * storage.e_nom_mwh
    before = _first(storage, kept, change, metered_mwh)
    content = np.empty(len(change))
    for hour, gain in enumerate(change):
        after = min(kept * before + gain, most)
        if np.isfinite(metered_mwh[hour]):
            after = min(float(metered_mwh[hour]), before + charge_mwh[hour] - discharge_mwh[hour])
        if after < -TOLERANCE_MWH - 1e-6 * storage.e_nom_mwh:
            raise Mismatch(
                f"storage {storage.id} gives {-after:.6g} MWh more than it can hold by its efficiencies, in the hour "
                f"{stamp(time[hour])}; correct efficiency_charge and efficiency_discharge in storage.csv, or its meter"
            )
        before = content[hour] = max(after, 0.0)
    return content


def _first(storage: Storage, kept: float, change: Floats, metered_mwh: Floats) -> float:
    """Return the content before the first hour."""
    power = kept ** np.arange(1, len(change) + 1)
    alone = power * np.cumsum(change / power)
    known = np.flatnonzero(np.isfinite(metered_mwh))
    if len(known):
        start = (metered_mwh[known[0]] - alone[known[0]]) / power[known[0]]
        return float(np.clip(start, 0.0, storage.e_nom_mwh))
    least = storage.soc_min * storage.e_nom_mwh
    start = max(((least - alone) / power).max(initial=least), least)
    return float(min(start, storage.soc_max * storage.e_nom_mwh))
