"""The bill of one customer and month: lines of quantity times price, each rounded once to whole fen.

A line can be recomputed from what it says: `amount_fen` is `quantity` (in millionths of MWh, MW or MVA) times `price`
times `share`, rounded half away from nothing; the total is the sum of the lines. A tariff that changes within a month
splits it at the day; demand and capacity are charged in proportion to the time of each version.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from holin.calendar import local
from holin.settle.demand import billed_w, coincident_w, peak_w, tiered
from holin.settle.money import FEN, exact, in_fen
from holin.settle.power_factor import adjustment, power_factor
from holin.settle.usage import Usage, Whole
from holin.tariff import Period, Tariff, Tariffs, TierOf, first_days, hours_of_demand, in_force, period_of

MICRO = 1_000_000
"""Wh in a MWh, W in a MW, VA in a MVA."""

ADJUSTED = ("energy", "green_energy", "own_energy", "tier", "line_loss", "transmission", "demand", "capacity")
"""Kinds of line that the power factor adjusts: energy, network and demand; neither funds nor the system fee (assumed:
the rule names the charge for energy and the basic charge)."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a bill: `kind` and `of` (a period, a band, a tier) say what; `quantity` is in Wh, W or VA.

    `price` is currency per MWh, per MW and month, or per MVA and month; of what is charged by the month `share` is the
    part of it that the tariff held or that is billed, else 1. Of a power-factor line the quantity is the adjusted
    amount in fen, and the price the part of it. `tariff` is the version of the tariff.
    """

    kind: str
    of: str
    tariff: str
    quantity: Fraction
    unit: str
    price: Fraction
    amount_fen: int
    share: Fraction = Fraction(1)

    @property
    def worth(self) -> Fraction:
        """Return the amount in currency, before it is rounded."""
        return self.quantity * self.share * self.price / (FEN if self.unit == "fen" else MICRO)


@dataclass(frozen=True, kw_only=True)
class Contracted:
    """What a customer has agreed to: the tariff by its id, and the capacity that is charged."""

    customer: str
    tariff: str
    capacity_mva: float | None = None


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a bill needs to know beside usage and contract.

    `peaks_before_w` are the customer's peaks of earlier months (2025-02 -> W); `park_wh` what all customers
    together took in the month's intervals; `spot_per_mwh` tariff -> prices (time,) where a series stands for the energy
    part, `export_per_mwh` likewise for what is fed in.
    """

    tariffs: Tariffs
    time_zone: str
    peaks_before_w: Mapping[str, Fraction] = field(default_factory=dict)
    park_wh: Whole | None = None
    spot_per_mwh: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    export_per_mwh: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Bill:
    """A bill: its lines, the total, the tax in it, and what a reader wants to see of the month.

    `days` of the month are billed of `days_of_month`. `power_factor` is None without active energy.
    """

    customer: str
    month: str
    first: date
    days: int
    days_of_month: int
    step_s: int
    tariffs: tuple[str, ...]
    lines: tuple[Line, ...]
    total_fen: int
    vat_fen: int
    taken_wh: int
    green_wh: int
    own_wh: int
    loss_wh: int
    fed_wh: int
    reactive_varh: int
    doubtful_wh: int
    peak_w: Fraction
    billed_w: Fraction
    power_factor: Decimal | None

    def of_kind(self, *kinds: str) -> int:
        """Return the fen of lines of some kinds."""
        return sum(line.amount_fen for line in self.lines if line.kind in kinds)


def bill(usage: Usage, contract: Contracted, context: Context, month: str) -> Bill:
    """Return the bill of a local month (2025-03) of which `usage` has the intervals, and only these.

    Raises KeyError where the contract's tariff does not exist, ValueError where there is no interval of the month.
    """
    days = _days(usage, context.time_zone)
    parts = list(_parts(contract.tariff, context.tariffs, usage, days, month, context.time_zone))
    if not parts:
        raise ValueError(f"{usage.customer} has no interval of {month}")
    lines: list[Line] = []
    peak = peak_w(usage)
    demand = peak
    before_wh = 0
    for version, mask, share in parts:
        part = usage.within(mask)
        lines += _energy_lines(part, version, context, mask, before_wh)
        before_wh += int(part.taken_wh.sum()) - (int(part.own_wh.sum()) if version.wheeling_per_mwh is not None else 0)
        share_min, months = version.demand_ratchet_share, version.demand_ratchet_months
        demand = billed_w(peak, context.peaks_before_w, month, share_min, months)
        lines += _demand_lines(usage, version, contract, context, demand, share)
    for version, _, _ in parts:
        lines += _power_factor_lines(usage, version, [line for line in lines if line.tariff == version.id])
    for version, mask, _ in parts:
        lines += _export_lines(usage.within(mask), version, context, mask)
    total = sum(line.amount_fen for line in lines)
    vat = sum((_vat(version, lines) for version, _, _ in parts), Fraction(0))
    first, after = _bounds(month)
    return Bill(
        customer=contract.customer, month=month, first=first, days=len(set(days.tolist())),
        days_of_month=(after - first).days, step_s=usage.step_s, tariffs=tuple(v.id for v, _, _ in parts),
        lines=tuple(lines), total_fen=total, vat_fen=in_fen(vat),
        taken_wh=int(usage.taken_wh.sum()), green_wh=int(usage.green_wh.sum()), own_wh=int(usage.own_wh.sum()),
        loss_wh=int(usage.loss_wh.sum()), fed_wh=int(usage.fed_wh.sum()),
        reactive_varh=reactive_of(usage), doubtful_wh=int(usage.taken_wh[usage.doubtful].sum()),
        peak_w=peak, billed_w=demand,
        power_factor=power_factor(int(usage.taken_wh.sum()), reactive_of(usage)),
    )  # fmt: skip


def _vat(version: Tariff, lines: Sequence[Line]) -> Fraction:
    """Return the tax in the lines of a version of a tariff, in currency."""
    rate = exact(version.vat_rate)
    return Fraction(sum(line.amount_fen for line in lines if line.tariff == version.id), FEN) * rate / (1 + rate)


def reactive_of(usage: Usage) -> int:
    """Return the varh of the power factor: taken and given back, both by their amounts (水电财字〔1983〕215号)."""
    return int(np.abs(usage.reactive_varh).sum())


def _bounds(month: str) -> tuple[date, date]:
    first = date.fromisoformat(f"{month}-01")
    return first, (first + timedelta(days=32)).replace(day=1)


def _days(usage: Usage, time_zone: str) -> NDArray[np.datetime64]:
    return np.asarray(local(usage.time, time_zone).tz_localize(None).values.astype("datetime64[D]"))


def _parts(
    name: str, tariffs: Tariffs, usage: Usage, days: NDArray[np.datetime64], month: str, time_zone: str
) -> Iterator[tuple[Tariff, NDArray[np.bool_], Fraction]]:
    """Yield each version of a tariff that holds in the month, with its intervals and its share of the month.

    The share is that of the intervals: a week of a month bears a week's share of what is charged by the month.
    """
    first, after = _bounds(month)
    begins, ends = (pd.Timestamp(day, tz=time_zone).timestamp() for day in (first, after))
    edges = [first, *(d for d in first_days(tariffs.tariffs, name) if first < d < after), after]
    for start, end in itertools.pairwise(edges):
        inside = (days >= np.datetime64(start)) & (days < np.datetime64(end))
        if inside.any():
            share = Fraction(int(inside.sum()) * usage.step_s, round(ends - begins))
            yield in_force(tariffs.tariffs, name, start), inside, share


SHOWN_AT_NOTHING = ("energy", "green_energy", "own_energy")
"""Kinds whose lines stand on a bill even where they cost nothing: together they are all that was taken."""


def _per_mwh(kind: str, of: str, tariff: str, wh: int, price: Fraction) -> Iterator[Line]:
    if wh and (price or kind in SHOWN_AT_NOTHING):
        quantity = Fraction(wh)
        yield Line(kind=kind, of=of, tariff=tariff, quantity=quantity, unit="Wh", price=price,
                   amount_fen=in_fen(quantity * price / MICRO))  # fmt: skip


def _energy_lines(
    usage: Usage, tariff: Tariff, context: Context, mask: NDArray[np.bool_], before_wh: int
) -> Iterator[Line]:
    """Yield the lines on energy: by period, green at its own price, own at the wheeling price, then the network's.

    `before_wh` was taken earlier in the month, under another version: tiers go on from there.
    """
    own = usage.own_wh if tariff.wheeling_per_mwh is not None else np.zeros_like(usage.own_wh)
    bought = usage.taken_wh - own
    green = usage.green_wh - usage.own_green_wh  # own wind and sun is not bought, and pays no premium
    at_green_price = green if tariff.green_price_per_mwh is not None else np.zeros_like(green)
    yield from _period_lines(usage, bought - at_green_price, tariff, context, mask)
    if tariff.green_price_per_mwh is not None:
        yield from _per_mwh("green_energy", "", tariff.id, int(green.sum()), exact(tariff.green_price_per_mwh))
    yield from _per_mwh("green_premium", "", tariff.id, int(green.sum()), exact(tariff.green_premium_per_mwh))
    if tariff.wheeling_per_mwh is not None:
        yield from _per_mwh("own_energy", "", tariff.id, int(own.sum()), exact(tariff.wheeling_per_mwh))
    tiers = [t for t in context.tariffs.tiers if t.tariff == tariff.id and t.tier_of is TierOf.ENERGY]
    until = before_wh + int(bought.sum())
    for tier, mwh in tiered(Fraction(until, MICRO), tiers, above=Fraction(before_wh, MICRO)):
        yield from _per_mwh("tier", tier.id, tariff.id, int(mwh * MICRO), exact(tier.price))
    for kind, wh, price in (
        ("line_loss", int(bought.sum()), tariff.line_loss_per_mwh),
        ("transmission", int(bought.sum()), tariff.transmission_per_mwh),
        ("system_fee", int(usage.taken_wh.sum()), tariff.system_fee_per_mwh),
        ("levies", int(usage.taken_wh.sum()), tariff.levies_per_mwh),
        ("network_loss", int(usage.loss_wh.sum()), tariff.network_loss_per_mwh),
    ):
        yield from _per_mwh(kind, "", tariff.id, wh, exact(price))


def _period_lines(usage: Usage, wh: Whole, tariff: Tariff, context: Context, mask: NDArray[np.bool_]) -> Iterator[Line]:
    """Yield a line for each time-of-use period, or one for all energy at the prices of a series."""
    spot = context.spot_per_mwh.get(tariff.id)
    if spot is not None:
        total = int(wh.sum())
        worth = sum((int(w) * exact(p) for w, p in zip(wh.tolist(), spot[mask].tolist(), strict=True)), Fraction(0))
        if total:
            yield Line(kind="energy", of="spot", tariff=tariff.id, quantity=Fraction(total), unit="Wh",
                       price=worth / total, amount_fen=in_fen(worth / MICRO))  # fmt: skip
        return
    names, factors = period_of(tariff, context.tariffs.periods, usage.time, context.time_zone)
    for period in Period:
        for factor in dict.fromkeys(factors[names == period.value].tolist()):
            here = (names == period.value) & (factors == factor)
            price = exact(tariff.energy_price_per_mwh) * exact(factor)
            yield from _per_mwh("energy", period.value, tariff.id, int(wh[here].sum()), price)


def _demand_lines(
    usage: Usage, tariff: Tariff, contract: Contracted, context: Context, demand: Fraction, share: Fraction
) -> Iterator[Line]:
    """Yield the charges on the month's demand, of all hours and of some, on tiers of it, and on capacity."""

    def line(kind: str, of: str, unit: str, amount: Fraction, price: float) -> Iterator[Line]:
        if amount and price:
            each = exact(price)
            yield Line(kind=kind, of=of, tariff=tariff.id, quantity=amount, unit=unit, price=each, share=share,
                       amount_fen=in_fen(amount * share * each / MICRO))  # fmt: skip

    tiers = [t for t in context.tariffs.tiers if t.tariff == tariff.id and t.tier_of is TierOf.DEMAND]
    for tier, mw in tiered(demand / MICRO, tiers):
        yield from line("demand", tier.id, "W", mw * MICRO, tier.price)
    if not tiers:
        yield from line("demand", "", "W", demand, tariff.demand_charge_per_mw_month)
    for row in (d for d in context.tariffs.demands if d.tariff == tariff.id):
        counts = hours_of_demand(row, usage.time, context.time_zone)
        if row.coincident:
            if context.park_wh is None:
                raise ValueError(f"{row.id} is on the park's peak, and what the park took is not given")
            found = coincident_w(usage, context.park_wh, counts)
        else:
            found = peak_w(usage, counts)
        yield from line("demand", row.id, "W", found, row.charge_per_mw_month)
    if contract.capacity_mva is not None:
        va = exact(contract.capacity_mva) * MICRO
        yield from line("capacity", "", "VA", va, tariff.capacity_charge_per_mva_month)


def _power_factor_lines(usage: Usage, tariff: Tariff, lines: Sequence[Line]) -> Iterator[Line]:
    if tariff.power_factor_standard is None:
        return
    factor = power_factor(int(usage.taken_wh.sum()), reactive_of(usage))
    part = Fraction(0) if factor is None else adjustment(factor, tariff.power_factor_standard)
    base = sum(line.amount_fen for line in lines if line.kind in ADJUSTED)
    if part and base:
        yield Line(kind="power_factor", of=str(factor), tariff=tariff.id, quantity=Fraction(base), unit="fen",
                   price=part, amount_fen=in_fen(Fraction(base, 100) * part))  # fmt: skip


def _export_lines(usage: Usage, tariff: Tariff, context: Context, mask: NDArray[np.bool_]) -> Iterator[Line]:
    """Yield what is paid for energy fed in: a negative line."""
    series = context.export_per_mwh.get(tariff.id)
    total = int(usage.fed_wh.sum())
    if series is None:
        for line in _per_mwh("export", "", tariff.id, total, exact(tariff.export_price_per_mwh)):
            yield replace(line, price=-line.price, amount_fen=-line.amount_fen)
    elif total:
        fed = zip(usage.fed_wh.tolist(), series[mask].tolist(), strict=True)
        worth = sum((int(w) * exact(p) for w, p in fed), Fraction(0))
        yield Line(kind="export", of="spot", tariff=tariff.id, quantity=Fraction(total), unit="Wh",
                   price=-worth / total, amount_fen=in_fen(-worth / MICRO))  # fmt: skip
