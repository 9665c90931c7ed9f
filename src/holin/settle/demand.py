"""The month's billed demand, in whole W: peaks of the intervals, those of some hours, the park's own peak, ratchets."""

from __future__ import annotations

from collections.abc import Sequence
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


def billed_w(peak: Fraction, before: Sequence[Fraction], share: float, months: int) -> Fraction:
    """Return the demand that is billed: the month's peak, or a share of the highest of the last `months` before it.

    `before` are the peaks of the months before, the last one last. A customer that has none yet has no ratchet.
    """
    recent = before[-months:]
    return max(peak, exact(share) * max(recent)) if recent else peak


def tiered(amount: Fraction, tiers: Sequence[TariffTier]) -> list[tuple[TariffTier, Fraction]]:
    """Return how much of an amount lies in each tier, those that it reaches, in order."""
    order = sorted(tiers, key=lambda t: t.above)
    ends = [exact(t.above) for t in order[1:]]
    found = []
    for k, tier in enumerate(order):
        start = exact(tier.above)
        if amount <= start:
            break
        found.append((tier, (min(amount, ends[k]) if k < len(ends) else amount) - start))
    return found
