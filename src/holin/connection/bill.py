"""What the new customer pays and what it leaves for the others, from the park's tariffs and the run's own figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.operation import Hours
from holin.park import Park, by_id
from holin.tariff import demand_bands, import_price_parts, period_of

Real = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Bill:
    """The bill of one customer over the horizon, by part (currency), and the energy it takes from the park (MWh).

    `periods` is energy (MWh) and energy charge (currency) by time-of-use period, `demand_mw` the mean of the months'
    highest draws.
    """

    taken_mwh: float
    parts: dict[str, float]
    periods: dict[str, tuple[float, float]]
    demand_mw: float

    @property
    def total(self) -> float:
        """All parts together."""
        return sum(self.parts.values())


def bill(park: Park, tariff: str, draw_mw: Real, hours: Hours) -> Bill:
    """Return what a draw (time,) in MW costs by a tariff of the park: parts of energy, and the demand charge.

    The demand charge counts each month's highest draw for the part of the month that the hours hold.
    """
    terms, zone = by_id(park.tariffs)[tariff], park.facts.time_zone
    prices = import_price_parts(terms, park.tariff_periods, hours.time, zone)
    parts = {name: float(draw_mw @ price) * hours.step_h for name, price in prices.items()}
    months = len(hours.month_share)
    peak = np.zeros(months)
    charge = 0.0
    for band in demand_bands(terms, park.tariff_demands, hours.time, zone):
        peaks = np.zeros(months)
        np.maximum.at(peaks, hours.month, np.where(band.counts, draw_mw, 0.0))
        charge += float(peaks @ hours.month_share) * band.charge_per_mw_month
    np.maximum.at(peak, hours.month, draw_mw)
    names, _ = period_of(terms, park.tariff_periods, hours.time, zone)
    return Bill(
        taken_mwh=float(draw_mw.sum()) * hours.step_h,
        parts={**parts, "demand_charge": charge},
        periods={
            str(name): (
                float(draw_mw[names == name].sum()) * hours.step_h,
                float((draw_mw * prices["energy"])[names == name].sum()) * hours.step_h,
            )
            for name in dict.fromkeys(names)
        },
        demand_mw=float(peak.mean()) if months else 0.0,
    )


def others_price_per_mwh(
    before: Mapping[str, float], after: Mapping[str, float], paid: float, others_mwh: float, before_mwh: float
) -> tuple[float, float]:
    """Return the all-in price (currency/MWh) of everybody else before and after the connection.

    Before: all money over all energy. After: all money less what the newcomer pays (`paid`: its bill and what it bears
    of its own sources), over the energy of the others.
    """
    was = sum(before.values()) / before_mwh if before_mwh else float("nan")
    now = (sum(after.values()) - paid) / others_mwh if others_mwh else float("nan")
    return was, now


def net_draw(load_mw: Real, own_mw: Real) -> tuple[Real, Real]:
    """Return what a customer draws from the park and what it gives to it, each (time,) in MW, hour by hour."""
    net = load_mw - own_mw
    return np.maximum(net, 0.0), np.maximum(-net, 0.0)


def value_of(given_mw: Real, schedule: xr.Dataset, bus: str, step_h: float) -> float:
    """Return what energy given to the park is worth at the marginal price of its bus (currency)."""
    price = np.nan_to_num(schedule["shadow_price_per_mwh"].sel(bus=bus).values)
    return float(given_mw @ price) * step_h
