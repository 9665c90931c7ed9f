"""The all-in price of supply, by part, by enterprise and by class of enterprise; what a tonne of metal bears of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import xarray as xr

from holin.errors import Mismatch
from holin.finance.discounting import Floats

KWH_PER_MWH = 1000.0


class Allocation(StrEnum):
    """How a part of the cost is shared out among enterprises: by their energy, or by their load at the park's peak."""

    ENERGY = "energy"
    PEAK = "peak"


ALLOCATION: Mapping[str, Allocation] = {"demand_charge": Allocation.PEAK}
"""Which parts are not shared out by energy: the demand charge is paid for the peaks, so who is in them pays it."""


@dataclass(frozen=True, kw_only=True)
class Users:
    """Who takes power: ids, their classes (sector), their energy (MWh), and their part of the park's monthly peaks.

    `peak_share` (enterprise,) sums to 1: see `coincident_peak_shares`.
    """

    enterprise: tuple[str, ...]
    sector: tuple[str, ...]
    energy_mwh: Floats
    peak_share: Floats


def coincident_peak_shares(load_mw: Floats, import_mw: Floats, month: Sequence[int] | Floats) -> Floats:
    """Return each enterprise's share of the demand charge, (enterprise,), by its load at the park's monthly peaks.

    `load_mw` is (time, enterprise), `import_mw` (time,) what the charge is on, `month` (time,) the local month. In each
    month the step of the highest import counts, in proportion to the load then; months weigh as their peaks do. Raises
    Mismatch where the shapes differ or there is no load at a peak.
    """
    load, drawn, months = np.asarray(load_mw), np.asarray(import_mw), np.asarray(month)
    if load.ndim != 2 or drawn.shape != load.shape[:1] or months.shape != drawn.shape:
        raise Mismatch(f"load of shape {load.shape}, import {drawn.shape}, month {months.shape}: give one row a step")
    total = np.zeros(load.shape[1])
    for each in np.unique(months):
        steps = np.nonzero(months == each)[0]
        at = steps[np.argmax(drawn[steps])]
        if drawn[at] <= 0.0:
            continue
        if not load[at].sum() > 0.0:
            raise Mismatch(f"no enterprise takes power at the peak of month {each}: its demand charge has no payer")
        total += drawn[at] * load[at] / load[at].sum()
    return total / total.sum() if total.sum() > 0.0 else np.zeros(load.shape[1])


def all_in_price(
    parts: Mapping[str, float], users: Users, *, allocation: Mapping[str, Allocation] = ALLOCATION
) -> xr.Dataset:
    """Return what supply costs each enterprise: `cost` (part, enterprise) in currency, `energy_mwh`, `peak_share`.

    `parts` are yearly amounts (income negative), as `holin.summary.money_by_part` gives them. A part is shared out by
    energy unless `allocation` says otherwise. What is shared out sums to the parts. Raises Mismatch where there is
    nobody to bear a part.
    """
    count = len(users.enterprise)
    shapes = (len(users.sector), len(users.energy_mwh), len(users.peak_share))
    if shapes != (count,) * 3:
        raise Mismatch(f"{count} enterprises, but sectors, energies and peak shares of {shapes}")
    energy = np.asarray(users.energy_mwh, dtype=float)
    if not energy.sum() > 0.0:
        raise Mismatch("no enterprise takes energy: there is no price per kWh")
    shares = {Allocation.ENERGY: energy / energy.sum(), Allocation.PEAK: np.asarray(users.peak_share, dtype=float)}
    by = [allocation.get(name, Allocation.ENERGY) for name in parts]
    if any(abs(shares[rule].sum() - 1.0) > 1e-9 and amount for rule, amount in zip(by, parts.values(), strict=True)):
        raise Mismatch("a part is shared out by peak, but the enterprises' shares of the peaks do not sum to 1")
    cost = np.array([amount * shares[rule] for amount, rule in zip(parts.values(), by, strict=True)])
    return xr.Dataset(
        {
            "cost": (("part", "enterprise"), cost.reshape(len(parts), count)),
            "energy_mwh": ("enterprise", energy),
            "peak_share": ("enterprise", shares[Allocation.PEAK]),
        },
        coords={
            "part": list(parts),
            "enterprise": list(users.enterprise),
            "sector": ("enterprise", list(users.sector)),
            "allocation": ("part", [rule.value for rule in by]),
        },
    )


def price_by_class(shared: xr.Dataset) -> xr.DataArray:
    """Return the price per kWh by part and class of enterprise (part, sector); NaN where a class takes no energy."""
    cost = shared.cost.groupby("sector").sum()
    energy = shared.energy_mwh.groupby("sector").sum()
    price: xr.DataArray = cost / energy.where(energy > 0.0) / KWH_PER_MWH
    return price.transpose("part", "sector").rename("price_per_kwh")


def price_by_enterprise(shared: xr.Dataset) -> xr.DataArray:
    """Return the price per kWh by part and enterprise (part, enterprise); NaN where one takes no energy."""
    price: xr.DataArray = shared.cost / shared.energy_mwh.where(shared.energy_mwh > 0.0) / KWH_PER_MWH
    return price.rename("price_per_kwh")


def cost_per_t_metal(cost: float, metal_t: float) -> float | None:
    """Return what a tonne of metal bears of a cost (currency/t), None where no metal is made.

    With the cost of a smelter's supply it is price per kWh x AC energy per tonne: 0.35 CNY/kWh and 13,250 kWh/t give
    4,637.5 CNY/t.
    """
    return cost / metal_t if metal_t > 0.0 else None
