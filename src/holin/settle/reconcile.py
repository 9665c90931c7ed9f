"""Whether everything closes: energy metered = billed + lost + stored, green = certified + not, money to the fen.

A check holds two sums against each other that were come by in different ways, in whole units, with what roundings may
leave between them. Nothing is made to fit: what does not close is named with by how much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holin.settle.bill import Bill
from holin.settle.money import in_fen
from holin.settle.settlement import Settlement


@dataclass(frozen=True, kw_only=True)
class Check:
    """Two sides that must be equal within `allowed`, each of named parts that add up to it; `unit` is Wh or fen.

    Where the sides are sums of many, `apart` is the sum of the differences one by one: two that cancel do not close.
    """

    name: str
    month: str
    unit: str
    left: Mapping[str, int]
    right: Mapping[str, int]
    allowed: int
    apart: int | None = None

    @property
    def difference(self) -> int:
        """Return left less right."""
        return sum(self.left.values()) - sum(self.right.values())

    @property
    def closes(self) -> bool:
        """Return whether both sides are equal within what is allowed."""
        return max(abs(self.difference), self.apart or 0) <= self.allowed


def money_checks(month: Settlement, energy_wh: Mapping[str, int]) -> list[Check]:
    """Return the checks of a month's money: every line tried again, totals, energy billed, and how the park closes.

    `energy_wh` is what each billed customer took by its meters or the flow, found apart from the bills.
    """
    bills = (*month.bills, *month.purchases)
    written = sum(line.amount_fen for b in bills for line in b.lines)
    tried = {id(line): in_fen(line.worth) for b in bills for line in b.lines}
    lines_apart = sum(abs(line.amount_fen - tried[id(line)]) for b in bills for line in b.lines)
    totals_apart = sum(abs(b.total_fen - sum(line.amount_fen for line in b.lines)) for b in bills)
    billed = _billed(month.bills)
    energy_apart = sum(abs(billed.get(n, 0) - energy_wh.get(n, 0)) for n in billed.keys() | energy_wh.keys())
    again = {n: sum(tried[id(line)] for b in side for line in b.lines)
             for n, side in (("customers", month.bills), ("purchases", month.purchases))}  # fmt: skip
    return [
        Check(name="lines", month=month.month, unit="fen", left={"lines": written},
              right={"tried again": sum(tried.values())}, allowed=0, apart=lines_apart),
        Check(name="totals", month=month.month, unit="fen", left={"bills": sum(b.total_fen for b in bills)},
              right={"lines": written}, allowed=0, apart=totals_apart),
        Check(name="billed_energy", month=month.month, unit="Wh", left=billed, right=dict(energy_wh), allowed=0,
              apart=energy_apart),
        Check(name="money", month=month.month, unit="fen", left={"lines of customers": again["customers"]},
              right={"lines of purchases": again["purchases"], "margin": month.margin_fen}, allowed=0),
    ]  # fmt: skip


def _billed(bills: Sequence[Bill]) -> dict[str, int]:
    """Return the energy that each bill has lines for."""
    kinds = ("energy", "green_energy", "own_energy")
    return {b.customer: int(sum(line.quantity for line in b.lines if line.kind in kinds)) for b in bills}
