"""A month settled: all customers' bills, what the operator pays the public grid, and its margin, closing to the fen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from holin.settle.bill import Bill, Context, Contracted, bill
from holin.settle.demand import peak_w
from holin.settle.usage import Usage, Whole, months_of, of_month


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """A month of a park: `bills` are what customers pay the operator, `purchases` what it pays at grid connections.

    A customer that feeds in is paid in its own bill. `margin_fen` = bills - purchases: what is left to the operator for
    its network, its people and its own generation. `unbilled` are those with energy and no contract: customer -> Wh
    taken and fed in, which nobody pays for.
    """

    month: str
    bills: tuple[Bill, ...]
    purchases: tuple[Bill, ...]
    unbilled: Mapping[str, tuple[int, int]]

    @property
    def billed_fen(self) -> int:
        """Return the sum of all customers' bills."""
        return sum(b.total_fen for b in self.bills)

    @property
    def purchased_fen(self) -> int:
        """Return the sum of what is paid at the grid connections."""
        return sum(b.total_fen for b in self.purchases)

    @property
    def margin_fen(self) -> int:
        """Return what is left."""
        return self.billed_fen - self.purchased_fen

    def by_kind(self) -> dict[str, int]:
        """Return the fen of all customers' lines by their kind."""
        found: Counter[str] = Counter()
        for one in self.bills:
            for line in one.lines:
                found[line.kind] += line.amount_fen
        return dict(found)


def settlement(
    usages: Sequence[Usage],
    contracts: Mapping[str, Contracted],
    grids: Sequence[Usage],
    grid_contracts: Mapping[str, Contracted],
    context: Context,
    *,
    peaks_before_w: Mapping[str, Mapping[str, Fraction]] | None = None,
) -> tuple[Settlement, ...]:
    """Settle every month that the usages have, in order: each customer's bill, and the operator's at each grid.

    `contracts` customer -> what it has agreed to; `grids` are the grid connections as customers of the public grid.
    Demand of earlier months counts for ratchets: of `peaks_before_w` (customer -> month -> W), then of those settled
    here.
    """
    zone = context.time_zone
    before = {name: dict(peaks) for name, peaks in (peaks_before_w or {}).items()}
    park_wh: Whole | None = np.sum([u.taken_wh for u in usages], axis=0, dtype=np.int64) if usages else None
    settled = []
    everybody = [*usages, *grids]
    for month in months_of(everybody[0], zone) if everybody else ():
        inside = np.isin(everybody[0].time, of_month(everybody[0], month, zone).time)
        here = replace(
            context, park_wh=None if park_wh is None else park_wh[inside],
            spot_per_mwh={name: prices[inside] for name, prices in context.spot_per_mwh.items()},
            export_per_mwh={name: prices[inside] for name, prices in context.export_per_mwh.items()},
        )  # fmt: skip
        sides: dict[bool, list[Bill]] = {True: [], False: []}
        unbilled: dict[str, tuple[int, int]] = {}
        customers = [(u, contracts, True) for u in usages]
        for usage, known, buys in [*customers, *((u, grid_contracts, False) for u in grids)]:
            part = usage.within(inside)
            contract = known.get(usage.customer)
            if contract is None:
                if part.taken_wh.any() or part.fed_wh.any():
                    unbilled[usage.customer] = int(part.taken_wh.sum()), int(part.fed_wh.sum())
                continue
            peaks = before.setdefault(usage.customer, {})
            sides[buys].append(bill(part, contract, replace(here, peaks_before_w=dict(peaks)), month))
            peaks[month] = peak_w(part)
        settled.append(
            Settlement(month=month, bills=tuple(sides[True]), purchases=tuple(sides[False]), unbilled=unbilled)
        )
    return tuple(settled)
