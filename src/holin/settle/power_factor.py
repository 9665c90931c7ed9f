"""The power-factor adjustment of Chinese bills (功率因数调整电费办法, 水电财字〔1983〕215号).

The monthly power factor is rounded to two decimals; the table says by how many percent the bill falls or rises. The
steps for the standard 0.90 are those of the rule as collected for Holin; those for 0.85 and 0.80 are recalled from
the same rule and were not read again in its text.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

_BONUS: dict[int, tuple[tuple[int, int], ...]] = {
    90: ((91, 15), (92, 30), (93, 45), (94, 60), (95, 75)),
    85: ((86, 10), (87, 20), (88, 30), (89, 40), (90, 50), (91, 65), (92, 80), (93, 95), (94, 110)),
    80: ((81, 10), (82, 20), (83, 30), (84, 40), (85, 50), (86, 60), (87, 70), (88, 80), (89, 90), (90, 100),
         (91, 115), (92, 130)),
}  # fmt: skip
"""Standard -> (power factor in hundredths, reduction in hundredths of a percent); beyond the last it stays."""

HALF_STEPS, WHOLE_STEPS = 20, 5
"""Hundredths below the standard at 0.5 % each, then at 1 % each; 2 % each below that."""


def power_factor(active_wh: int, reactive_varh: int) -> Decimal | None:
    """Return the monthly power factor to two decimals, half up; None where no active energy was taken."""
    if active_wh <= 0:
        return None
    active, reactive = Decimal(active_wh), Decimal(reactive_varh)
    return (active / (active * active + reactive * reactive).sqrt()).quantize(Decimal("0.01"), ROUND_HALF_UP)


def adjustment(factor: Decimal, standard: float) -> Fraction:
    """Return by which part of itself the bill rises (positive) or falls; raises KeyError for an unknown standard."""
    at, aim = int(factor * 100), round(standard * 100)
    bonus = _BONUS[aim]
    if at > aim:
        return -Fraction(max(cut for above, cut in bonus if above <= at), 10_000)
    below = aim - at
    half = min(below, HALF_STEPS)
    whole = min(max(0, below - HALF_STEPS), WHOLE_STEPS)
    double = max(0, below - HALF_STEPS - WHOLE_STEPS)
    return Fraction(5 * half + 10 * whole + 20 * double, 1000)
