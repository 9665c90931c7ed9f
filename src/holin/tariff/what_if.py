"""A tariff changed to ask what would be: the same bill under other peak and valley factors, network price, demand."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from holin.tariff.tariff import Period, Tariff, TariffPeriod
from holin.tariff.versions import Tariffs

HIGH = (Period.PEAK, Period.CRITICAL_PEAK)
LOW = (Period.VALLEY, Period.DEEP_VALLEY)


@dataclass(frozen=True, kw_only=True)
class TariffChange:
    """What is asked of tariffs; None leaves a tariff's own.

    `peak_factor` and `valley_factor` are those of each tariff's first peak and first valley row: critical peak, deep
    valley and rows of other months keep their proportion to it (内发改价费字〔2023〕1631号: critical peak is 1.2 times
    the peak factor, deep valley 0.8 times that of the valley). `transmission_change_per_mwh` is added to the network
    price, which does not fall below 0. `green_price_per_mwh` is for traced green energy, in place of the energy part.
    """

    peak_factor: float | None = None
    valley_factor: float | None = None
    transmission_change_per_mwh: float = 0.0
    demand_charge_per_mw_month: float | None = None
    green_price_per_mwh: float | None = None
    green_premium_per_mwh: float | None = None


def changed(tariffs: Tariffs, names: Iterable[str], change: TariffChange) -> Tariffs:
    """Return tariffs with a change made to those of `names` and to their versions; the others stay as they are."""
    wanted = set(names)
    ids = {t.id for t in tariffs.tariffs if t.id in wanted or t.version_of in wanted}
    return dataclasses.replace(
        tariffs,
        tariffs=tuple(_priced(t, change) if t.id in ids else t for t in tariffs.tariffs),
        periods=_periods(tariffs.periods, ids, change),
    )


def _priced(tariff: Tariff, change: TariffChange) -> Tariff:
    def asked(wanted: float | None, own: float) -> float:
        return own if wanted is None else wanted

    green = change.green_price_per_mwh
    return dataclasses.replace(
        tariff,
        demand_charge_per_mw_month=asked(change.demand_charge_per_mw_month, tariff.demand_charge_per_mw_month),
        green_price_per_mwh=tariff.green_price_per_mwh if green is None else green,
        green_premium_per_mwh=asked(change.green_premium_per_mwh, tariff.green_premium_per_mwh),
        transmission_per_mwh=_sum(tariff.transmission_per_mwh, change.transmission_change_per_mwh),
    )


def _sum(price: float, change: float) -> float:
    """Return a price and its change, added as decimals: 60.1 + 0.2 is 60.3, and so it stands on the bill."""
    return float(max(Decimal(repr(float(price))) + Decimal(repr(float(change))), Decimal(0)))


def _periods(rows: tuple[TariffPeriod, ...], ids: set[str], change: TariffChange) -> tuple[TariffPeriod, ...]:
    for periods, wanted in ((HIGH, change.peak_factor), (LOW, change.valley_factor)):
        if wanted is None:
            continue
        first = first_factors(rows, periods[0])
        rows = tuple(
            dataclasses.replace(row, factor=_scaled(row.factor, wanted, first[row.tariff]))
            if row.tariff in ids and row.period in periods and first.get(row.tariff) else row
            for row in rows
        )  # fmt: skip
    return rows


def first_factors(rows: Iterable[TariffPeriod], period: Period) -> dict[str, float]:
    """Return the factor of each tariff's first row of a period, tariff -> factor: what a change of it starts from."""
    found: dict[str, float] = {}
    for row in rows:
        if row.period is period:
            found.setdefault(row.tariff, row.factor)
    return found


def _scaled(factor: float, wanted: float, first: float) -> float:
    """Return factor * wanted / first, as decimals where they end: 2.016 * 1.5 / 1.68 is 1.8."""
    of, to, by = (Fraction(Decimal(repr(float(v)))) for v in (factor, wanted, first))
    return float(of * to / by)
