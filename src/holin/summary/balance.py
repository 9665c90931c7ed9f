"""The energy of each month in whole Wh by what it was: both sides of the balance, and what the branches lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import local
from holin.flow import network_loss_mw
from holin.park import Park, units_of
from holin.summary.usage import WH_PER_MWH, Energies, step_h_of

GENERATION = ("wind_farm", "pv_plant", "thermal_unit", "generator")


@dataclass(frozen=True, kw_only=True)
class EnergyBalance:
    """A month in whole Wh: generation and import on one side; use, export, losses and storage on the other.

    `used` is customer -> Wh of loads and potlines; `station` what sources took (their own use); `stored` what storages
    took less what they gave, `stored_change` the part of it that is in them at the end, the rest is lost there.
    `rounding` is what half a Wh of each unit and interval may leave between both sides; `worst` the interval (UTC) that
    is most apart and by how much.
    """

    month: str
    generation: dict[str, int]
    imported: int
    exported: int
    used: dict[str, int]
    station: int
    stored: int
    stored_change: int
    lost: int
    rounding: int
    worst: tuple[str, int]


def energy_balances(
    park: Park, schedule: xr.Dataset, flows: xr.Dataset, metered: xr.Dataset | None
) -> tuple[EnergyBalance, ...]:
    """Return the balance of every local month of a run; losses are those of the AC flow's branches."""
    step_h = step_h_of(flows)
    energy = Energies(flows, metered, step_h)
    fed = {u.id: energy.fed_wh([u.id]) for u in units_of(park)}
    kinds: dict[str, list[str]] = {}
    for unit in units_of(park):
        kinds.setdefault(unit.kind, []).append(unit.id)
    owner = {u.id: u.enterprise for u in units_of(park)}
    loss = np.floor(np.nan_to_num(network_loss_mw(flows).values) * (step_h * WH_PER_MWH) + 0.5).astype(np.int64)
    months = local(flows["time"].values, park.facts.time_zone).strftime("%Y-%m").to_numpy()
    left = sum((np.asarray(wh) for wh in fed.values()), np.zeros(len(months), dtype=np.int64)) - loss
    content = _content_change(schedule, months)
    balances = []
    for month in dict.fromkeys(months.tolist()):
        here = months == month
        total = {unit: int(wh[here].sum()) for unit, wh in fed.items()}
        positive = {unit: int(np.maximum(wh[here], 0).sum()) for unit, wh in fed.items()}
        at = np.flatnonzero(here)[int(np.argmax(np.abs(left[here])))]
        grids = kinds.get("grid", [])
        sources = [u for kind in GENERATION for u in kinds.get(kind, [])]
        used: dict[str, int] = {}
        for load in (*kinds.get("load", []), *kinds.get("potline", [])):
            used[owner[load]] = used.get(owner[load], 0) - total[load]
        balances.append(
            EnergyBalance(
                month=month,
                generation={k: sum(positive[u] for u in kinds.get(k, [])) for k in GENERATION if kinds.get(k)},
                imported=sum(positive[u] for u in grids),
                exported=sum(positive[u] - total[u] for u in grids),
                used=used,
                station=sum(positive[u] - total[u] for u in sources),
                stored=-sum(total[u] for u in kinds.get("storage", [])),
                stored_change=round(content.get(month, 0.0) * WH_PER_MWH),
                lost=int(loss[here].sum()),
                rounding=int(here.sum()) * (len(fed) + 1) // 2 + 1,
                worst=(str(flows["time"].values[at].astype("datetime64[m]")), int(left[at])),
            )
        )
    return tuple(balances)


def _content_change(schedule: xr.Dataset, months: NDArray[np.str_]) -> dict[str, float]:
    """Return by how much the storages hold more at a month's end than at its beginning (MWh), as far as it is told."""
    if "soc_mwh" not in schedule or not schedule.sizes.get("storage", 0):
        return {}
    total = schedule["soc_mwh"].sum("storage", skipna=False).values
    found, before = {}, float(total[0])
    for month in dict.fromkeys(months.tolist()):
        last = float(total[np.flatnonzero(months == month)[-1]])
        found[month] = last - before
        before = last
    return {month: change for month, change in found.items() if np.isfinite(change)}
