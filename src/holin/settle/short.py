"""A bill in short: what it cost of what, in all and per kWh."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from holin.settle.bill import MICRO, Bill

PRICE_STEP = Decimal("0.0001")
"""To which prices per kWh are rounded, half up."""


@dataclass(frozen=True, kw_only=True)
class InShort:
    """Bills by kind of line: `by_kind_fen` adds up to their total.

    Prices are currency/kWh of all energy that was taken, each rounded by itself; None and empty without any.
    """

    total_fen: int
    taken_wh: int
    by_kind_fen: Mapping[str, int]
    price_per_kwh: Decimal | None
    by_kind_per_kwh: Mapping[str, Decimal]


def in_short(*bills: Bill) -> InShort:
    """Return one bill, or several together, in short."""
    kinds: Counter[str] = Counter()
    for line in (line for bill in bills for line in bill.lines):
        kinds[line.kind] += line.amount_fen
    total_fen, taken_wh = sum(b.total_fen for b in bills), sum(b.taken_wh for b in bills)
    prices = {kind: price_per_kwh(fen, taken_wh) for kind, fen in kinds.items()}
    return InShort(
        total_fen=total_fen, taken_wh=taken_wh, by_kind_fen=dict(kinds),
        price_per_kwh=price_per_kwh(total_fen, taken_wh),
        by_kind_per_kwh={kind: price for kind, price in prices.items() if price is not None},
    )  # fmt: skip


def price_per_kwh(fen: int, wh: int) -> Decimal | None:
    """Return the currency/kWh of an amount over an energy, None without energy: 1 fen per Wh is 10 per kWh."""
    return (Decimal(fen) * 10 / Decimal(wh)).quantize(PRICE_STEP, ROUND_HALF_UP) if wh else None


def green_share(bill: Bill) -> float | None:
    """Return the part of what was taken that was traced to wind and sun, 0..1; None without energy. Count: physical."""
    return bill.green_wh / bill.taken_wh if bill.taken_wh else None


def peak_mw(bill: Bill) -> float:
    """Return the month's highest draw in MW, for showing; the bill counts in whole W."""
    return float(bill.peak_w / MICRO)


def difference_fen(total_fen: int, before_fen: int | None) -> int | None:
    """Return how much more an amount is than an earlier one, None without it."""
    return None if before_fen is None else total_fen - before_fen


@dataclass(frozen=True, kw_only=True)
class Compared:
    """An amount in whole fen as it is and as it would be."""

    before_fen: int
    after_fen: int

    @property
    def difference_fen(self) -> int:
        """Return how much more it would be."""
        return self.after_fen - self.before_fen


def compared(before: Sequence[Bill], after: Sequence[Bill], *, kind: str | None = None, less_fen: int = 0) -> Compared:
    """Return the sums of two lists of bills, or of their lines of one kind, each less `less_fen`."""

    def total(bills: Sequence[Bill]) -> int:
        return sum(b.total_fen if kind is None else b.of_kind(kind) for b in bills) - less_fen

    return Compared(before_fen=total(before), after_fen=total(after))
