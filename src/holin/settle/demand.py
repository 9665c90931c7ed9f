"""The month's billed demand, in whole W: peaks of the intervals, those of some hours, the park's own peak, ratchets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from holin.settle.money import exact
from holin.settle.usage import Usage, Whole
from holin.tariff import TariffTier

HOUR_S = 3600


def peak_w(usage: Usage, counts: NDArray[np.bool_] | None = None) -> Fraction:
    """Return the highest mean power of an interval, of those that count (time,); 0 where none does."""
    energy = usage.taken_wh if counts is None else usage.taken_wh[counts]
    return Fraction(int(energy.max(initial=0)) * HOUR_S, usage.step_s)


def coincident_w(usage: Usage, park_wh: Whole, counts: NDArray[np.bool_]) -> Fraction:
    """Return the customer's power in the interval in which the park as a whole draws most, of those that count.

    The first of several equal ones.
    """
    if not counts.any():
        return Fraction(0)
    at = np.flatnonzero(counts)[int(np.argmax(park_wh[counts]))]
    return Fraction(int(usage.taken_wh[at]) * HOUR_S, usage.step_s)


def billed_w(peak: Fraction, before: Mapping[str, Fraction], month: str, share: float, months: int) -> Fraction:
    """Return the demand that is billed: the month's peak, or a share of the highest of the `months` before it.

    `before` month (2025-02) -> peak; calendar months count, whether there is a peak of them or not. A customer that has
    none yet has no ratchet.
    """
    recent = [w for name, w in before.items() if 0 < _number(month) - _number(name) <= months]
    return max(peak, exact(share) * max(recent)) if recent else peak


def _number(month: str) -> int:
    year, number = month.split("-")
    return 12 * int(year) + int(number)


def tiered(
    amount: Fraction, tiers: Sequence[TariffTier], *, above: Fraction = Fraction(0)
) -> list[tuple[TariffTier, Fraction]]:
    """Return how much of what lies between `above` and an amount is in each tier, those that it reaches, in order."""
    order = sorted(tiers, key=lambda t: t.above)
    starts = [exact(t.above) for t in order]
    found: list[tuple[TariffTier, Fraction]] = []
    for tier, start, end in zip(order, starts, [*starts[1:], amount][: len(order)], strict=True):
        inside = min(amount, max(end, start)) - max(above, start)
        if inside > 0:
            found.append((tier, inside))
    return found
