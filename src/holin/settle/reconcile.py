"""Whether everything closes: energy metered = billed + lost + stored, green = certified + not, money to the fen.

A check holds two sums against each other that were come by in different ways, in whole units, with what roundings may
leave between them. Nothing is made to fit: what does not close is named with by how much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from holin.settle.bill import MICRO, Bill
from holin.settle.money import in_fen
from holin.settle.settlement import Settlement


@dataclass(frozen=True, kw_only=True)
class Check:
    """Two sides that must be equal within `allowed`, each of named parts that add up to it; `unit` is Wh or fen."""

    name: str
    month: str
    unit: str
    left: Mapping[str, int]
    right: Mapping[str, int]
    allowed: int

    @property
    def difference(self) -> int:
        """Return left less right."""
        return sum(self.left.values()) - sum(self.right.values())

    @property
    def closes(self) -> bool:
        """Return whether both sides are equal within what is allowed."""
        return abs(self.difference) <= self.allowed


def money_checks(month: Settlement, energy_wh: Mapping[str, int]) -> list[Check]:
    """Return the checks of a month's money: every line tried again, totals, energy billed, and how the park closes.

    `energy_wh` is what each billed customer took by its meters or the flow, found apart from the bills.
    """
    bills = (*month.bills, *month.purchases)
    tried = sum(_again(b) for b in bills)
    written = sum(line.amount_fen for b in bills for line in b.lines)
    checks = [
        Check(name="lines", month=month.month, unit="fen", left={"lines": written}, right={"tried again": tried},
              allowed=0),
        Check(name="totals", month=month.month, unit="fen", left={"bills": sum(b.total_fen for b in bills)},
              right={"lines": written}, allowed=0),
        Check(name="billed_energy", month=month.month, unit="Wh", left=_billed(month.bills), right=dict(energy_wh),
              allowed=0),
        Check(
            name="money", month=month.month, unit="fen", left={"bills": month.billed_fen},
            right={"purchases": sum(_again(b) for b in month.purchases), "margin": month.margin_fen}, allowed=0,
        ),
    ]  # fmt: skip
    return checks


def _again(bill: Bill) -> int:
    """Return the total of a bill from the quantities and prices that its lines print, apart from its amounts."""
    total = 0
    for line in bill.lines:
        total += in_fen(line.quantity * line.price / (100 if line.unit == "fen" else MICRO))
    return total


def _billed(bills: Sequence[Bill]) -> dict[str, int]:
    """Return the energy that each bill has lines for; of a tariff without an energy price that which it states."""
    found = {}
    for bill in bills:
        lines = sum(
            (line.quantity for line in bill.lines if line.kind in ("energy", "green_energy", "own_energy")),
            Fraction(0),
        )
        found[bill.customer] = int(lines) if lines else bill.taken_wh
    return found
