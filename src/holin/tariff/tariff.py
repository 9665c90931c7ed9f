"""A tariff with time-of-use periods, volumetric parts and a charge on the month's peak."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holin.calendar import Times, local
from holin.columns import column
from holin.thing import Thing


class Period(StrEnum):
    """Time-of-use periods (尖 峰 平 谷 深谷)."""

    CRITICAL_PEAK = "critical_peak"
    PEAK = "peak"
    FLAT = "flat"
    VALLEY = "valley"
    DEEP_VALLEY = "deep_valley"


@dataclass(frozen=True, kw_only=True)
class Tariff(Thing):
    """What a MWh and a month's peak cost. The period's factor acts on the energy part only."""

    energy_price_per_mwh: float = column("currency/MWh", "energy in the flat period", ge=0, usual=(10, 2000))
    transmission_per_mwh: float = column(
        "currency/MWh", "volumetric transmission and distribution", default=0.0, ge=0, usual=(0, 500)
    )
    system_fee_per_mwh: float = column("currency/MWh", "system operation fee", default=0.0, ge=0, usual=(0, 200))
    levies_per_mwh: float = column("currency/MWh", "government funds and surcharges", default=0.0, ge=0, usual=(0, 200))
    line_loss_per_mwh: float = column(
        "currency/MWh", "cost of losses in the public grid (上网环节线损费用)", default=0.0, ge=0, usual=(0, 100)
    )
    demand_charge_per_mw_month: float = column(
        "currency/(MW month)", "on the month's highest draw", default=0.0, ge=0, usual=(0, 200_000)
    )
    capacity_charge_per_mva_month: float = column(
        "currency/(MVA month)", "on the contracted capacity, instead of the demand charge", default=0.0, ge=0,
        usual=(0, 100_000),
    )  # fmt: skip
    demand_ratchet_share: float = column(
        "1", "billed demand is at least this share of the highest of the months before (0: none)", default=0.0,
        ge=0, le=1,
    )  # fmt: skip
    demand_ratchet_months: int = column("1", "how many months before count for that", default=11, ge=1, le=60)
    power_factor_standard: float | None = column(
        "1", "power factor (monthly) below which the bill rises: 0.80, 0.85 or 0.90 (empty: none)", default=None,
        ge=0.8, le=0.9,
    )  # fmt: skip
    green_price_per_mwh: float | None = column(
        "currency/MWh", "internal price of traced green energy, in place of the energy part (empty: none)",
        default=None, ge=0, usual=(0, 1000),
    )  # fmt: skip
    green_premium_per_mwh: float = column(
        "currency/MWh", "on traced green energy, beside its price", default=0.0, ge=0, usual=(0, 200)
    )
    wheeling_per_mwh: float | None = column(
        "currency/MWh", "for own energy (traced from own units), in place of energy and transmission (empty: own "
        "energy is billed as all other)", default=None, ge=0, usual=(0, 300),
    )  # fmt: skip
    network_loss_per_mwh: float = column(
        "currency/MWh", "for network losses that tracing assigns to the customer", default=0.0, ge=0, usual=(0, 1000)
    )
    vat_rate: float = column("1", "value-added tax included in all prices (0: not told)", default=0.0, ge=0, lt=1)
    export_price_per_mwh: float = column(
        "currency/MWh", "paid for energy fed into the public grid", default=0.0, ge=0, usual=(0, 1000)
    )
    energy_series: str | None = column(
        meaning="series of spot prices (currency/MWh) in place of the energy part", default=None, refers_to="series"
    )
    export_series: str | None = column(
        meaning="series of prices paid for energy fed in (currency/MWh) in place of export_price_per_mwh",
        default=None,
        refers_to="series",
    )
    version_of: str | None = column(
        meaning="the tariff that this row is the next version of, from the day that it is `built` on", default=None,
        refers_to="tariff",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TariffDemand(Thing):
    """A charge on the month's highest draw in some hours of the day, beside that of the tariff on all hours.

    It may hold in some months only: rows for summer and winter give each its own charge.
    """

    tariff: str = column(meaning="the tariff it belongs to", refers_to="tariff")
    hour_from: int = column("h", "first hour of the day (after `hour_to`: over midnight)", ge=0, le=23)
    hour_to: int = column("h", "end of the last hour (excluded)", ge=1, le=24)
    charge_per_mw_month: float = column(
        "currency/(MW month)", "on the highest draw in these hours", ge=0, usual=(0, 200_000)
    )
    month_from: int = column("1", "first month (after `month_to`: over new year)", default=1, ge=1, le=12)
    month_to: int = column("1", "last month (included)", default=12, ge=1, le=12)
    coincident: bool = column(
        meaning="true: on the draw in the park's own highest hour of the month among these, not the customer's",
        default=False,
    )


class TierOf(StrEnum):
    """What a tier counts."""

    DEMAND = "demand"
    ENERGY = "energy"


@dataclass(frozen=True, kw_only=True)
class TariffTier(Thing):
    """A block of a month's demand or energy from some amount on, up to the next tier of the same tariff.

    Tiers of demand stand in place of `demand_charge_per_mw_month`; those of energy are added to the energy part. Only
    bills know tiers, ratchets and coincident peaks: no optimum does.
    """

    tariff: str = column(meaning="the tariff it belongs to", refers_to="tariff")
    tier_of: TierOf = column(meaning="demand (MW of the month's billed demand) or energy (MWh of the month)")
    above: float = column("MW or MWh", "where the block begins", default=0.0, ge=0)
    price: float = column("currency/(MW month) or currency/MWh", "of what lies in the block", ge=0, usual=(0, 200_000))


@dataclass(frozen=True, kw_only=True)
class TariffPeriod(Thing):
    """Hours of the day, within months, that belong to a period; where several rows fit, the last one holds.

    Both wrap: from November to March is the winter, from 22 to 6 the night. Each hour is judged by its own local month
    and hour, so the night after the last day of the last month ends at midnight.
    """

    tariff: str = column(meaning="the tariff it belongs to", refers_to="tariff")
    period: Period = column(meaning="critical_peak, peak, flat, valley or deep_valley")
    month_from: int = column("1", "first month (after `month_to`: over new year)", default=1, ge=1, le=12)
    month_to: int = column("1", "last month (included)", default=12, ge=1, le=12)
    hour_from: int = column("h", "first hour of the day (after `hour_to`: over midnight)", ge=0, le=23)
    hour_to: int = column("h", "end of the last hour (excluded)", ge=1, le=24)
    factor: float = column("1", "on the flat energy price", ge=0, usual=(0.1, 5))


ALL_HOURS = ""
"""The id of the tariff's own demand charge, on all hours."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DemandBand:
    """A charge on the month's highest draw in the steps that `counts` (time,) names; `id` is its row's, or ""."""

    id: str
    counts: NDArray[np.bool_]
    charge_per_mw_month: float


def demand_bands(
    tariff: Tariff, demands: Iterable[TariffDemand], time: Times, time_zone: str
) -> tuple[DemandBand, ...]:
    """Return the tariff's demand charges that are not 0: that on all hours first, then those of some hours.

    Those on the park's own peak are not among them: only a bill knows when that was.
    """
    bands = [
        DemandBand(
            id=ALL_HOURS, counts=np.ones(len(time), dtype=bool), charge_per_mw_month=tariff.demand_charge_per_mw_month
        )
    ]
    bands += [
        DemandBand(
            id=d.id,
            counts=hours_of_demand(d, time, time_zone),
            charge_per_mw_month=d.charge_per_mw_month,
        )
        for d in demands
        if d.tariff == tariff.id and not d.coincident
    ]
    return tuple(b for b in bands if b.charge_per_mw_month > 0)


def hours_of_demand(demand: TariffDemand, time: Times, time_zone: str) -> NDArray[np.bool_]:
    """Return whether each time lies in the hours and months that a demand charge counts, shape (time,)."""
    clock = local(time, time_zone)
    hour, month = clock.hour.to_numpy(), clock.month.to_numpy()
    inside: NDArray[np.bool_] = _between(hour, demand.hour_from, demand.hour_to) & _between(
        month, demand.month_from, demand.month_to + 1
    )
    return inside


PriceParts = dict[str, NDArray[np.float64]]


def period_of(
    tariff: Tariff, periods: Iterable[TariffPeriod], time: Times, time_zone: str
) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    """Return the period's name and its factor for each time, both of shape (time,); flat and 1 where no row fits.

    Source of the form: time-of-use tables such as 内发改价费字〔2023〕1631号 (factors on the flat price by local hour).
    """
    clock = local(time, time_zone)
    month, hour = clock.month.to_numpy(), clock.hour.to_numpy()
    name = np.full(len(time), Period.FLAT.value, dtype="<U16")
    factor = np.ones(len(time))
    for row in (p for p in periods if p.tariff == tariff.id):
        here = _between(month, row.month_from, row.month_to + 1) & _between(hour, row.hour_from, row.hour_to)
        name[here], factor[here] = row.period.value, row.factor
    return name, factor


def _between(clock: NDArray[np.integer[Any]], start: int, end: int) -> NDArray[np.bool_]:
    """Whether each clock value lies in start .. end (excluded), over the turn of the clock where end comes first."""
    after, before = clock >= start, clock < end
    return after & before if start < end else after | before


def import_price_parts(
    tariff: Tariff,
    periods: Iterable[TariffPeriod],
    time: Times,
    time_zone: str,
    *,
    spot_per_mwh: NDArray[np.float64] | None = None,
) -> PriceParts:
    """Return what a MWh costs at each time, by part (currency/MWh, each of shape (time,)); the price is their sum.

    `spot_per_mwh` (time,), where given, is the energy part: the values of the tariff's `energy_series`. The optimum
    takes the sum as cost coefficient, the bill multiplies each part by the same metered energy.
    """
    factor = period_of(tariff, periods, time, time_zone)[1]
    flat = np.ones(len(time))
    parts = {
        "energy": tariff.energy_price_per_mwh * factor if spot_per_mwh is None else spot_per_mwh,
        "transmission": tariff.transmission_per_mwh * flat,
        "system_fee": tariff.system_fee_per_mwh * flat,
        "levies": tariff.levies_per_mwh * flat,
    }
    # Few tariffs tell it apart; where none does, no table gets a row of zeros.
    return parts | ({"line_loss": tariff.line_loss_per_mwh * flat} if tariff.line_loss_per_mwh else {})
