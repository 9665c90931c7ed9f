"""What a month would have cost under another tariff: the same energy, settled again; no bill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from holin.errors import ARGUMENT, BadInput, Fault
from holin.park import tariffs_of
from holin.settle import Bill, Settlement, Usage, of_month, settlement
from holin.tariff import TariffChange, changed
from holin.twin.bills import SettledRun, context_of, contracts_of


@dataclass(frozen=True, kw_only=True, eq=False)
class MonthUsed:
    """A month's usages out of a settled run, kept apart because every what-if of the month begins with them."""

    settled: SettledRun
    billed: Settlement
    usages: tuple[Usage, ...]
    peaks_before_w: Mapping[str, Mapping[str, Fraction]]


@dataclass(frozen=True, kw_only=True, eq=False)
class WhatIf:
    """A month's bills as they are and as they would be, in the same order of customers; purchases stay."""

    month: str
    change: TariffChange
    before: tuple[Bill, ...]
    after: tuple[Bill, ...]
    purchased_fen: int


def month_used(settled: SettledRun, month: str) -> MonthUsed:
    """Return a month of a settled run, 2025-06; raises BadInput where the run has not this month."""
    billed = next((m for m in settled.months if m.month == month), None)
    if billed is None:
        right = f"one of {', '.join(m.month for m in settled.months)}"
        raise BadInput(
            [Fault(file=ARGUMENT, field="month", value=month, problem="the run has not this month", right=right)]
        )
    zone = settled.park.facts.time_zone
    peaks = {name: dict(of) for name, of in settled.peaks_before_w.items()}
    for one in settled.months:
        for bill in one.bills if one.month < month else ():
            peaks.setdefault(bill.customer, {})[one.month] = bill.peak_w
    usages = tuple(of_month(u, month, zone) for u in settled.usages)
    return MonthUsed(settled=settled, billed=billed, usages=usages, peaks_before_w=peaks)


def tariff_what_if(used: MonthUsed, change: TariffChange) -> WhatIf:
    """Settle a month again under changed tariffs of the park's customers.

    What everybody used stays as it was: nobody is taken to move load because of a price. What the park pays at its grid
    connections stays, too.
    """
    settled = used.settled
    contracts = contracts_of(settled.park)
    tariffs = changed(tariffs_of(settled.whole), {c.tariff for c in contracts.values()}, change)
    after: tuple[Bill, ...] = ()
    if used.usages:
        context = context_of(settled.whole, used.usages[0].time, tariffs)
        [again] = settlement(used.usages, contracts, (), {}, context, peaks_before_w=used.peaks_before_w)
        after = again.bills
    return WhatIf(
        month=used.billed.month, change=change, before=used.billed.bills, after=after,
        purchased_fen=used.billed.purchased_fen,
    )  # fmt: skip
