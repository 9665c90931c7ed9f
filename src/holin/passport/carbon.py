"""The carbon of a batch by scope and by count, in whole grams, and per tonne of product as decimal text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

COUNTS = ("location", "market", "traced")
"""Counts of the power: GHG Protocol's two, and the physical one. Side by side, never added, never mixed."""


@dataclass(frozen=True, kw_only=True)
class Carbon:
    """What a batch emitted, in grams of CO2e.

    `pfc` is by the IPCC's AR4, as aluminium reports; `pfc_by` the same gases by AR5 and AR6, where these are asked for.
    `own_power` (by count) is scope 1: own units' fuel for its power. `bought_power` and `casting` are scope 2 by count.
    `upstream` (alumina, anode making) is scope 3 and None where nobody declared it. `inputs` is what suppliers declare
    of the other metal, `unknown_grams` metal without a figure.
    """

    anodes: int
    pfc: int
    own_power: dict[str, int]
    bought_power: dict[str, int]
    casting: dict[str, int]
    upstream: int | None
    inputs: int
    unknown_grams: int
    pfc_by: dict[str, int]

    @property
    def scope_1(self) -> dict[str, int]:
        """Return scope 1 by count: the process, and own units' fuel."""
        return {c: self.anodes + self.pfc + self.own_power[c] for c in COUNTS}

    @property
    def scope_2(self) -> dict[str, int]:
        """Return scope 2 by count."""
        return {c: self.bought_power[c] + self.casting[c] for c in COUNTS}

    @property
    def gate(self) -> dict[str, int]:
        """Return scopes 1 and 2: from the smelter's gate to its gate."""
        return {c: self.scope_1[c] + self.scope_2[c] for c in COUNTS}

    @property
    def cradle(self) -> dict[str, int] | None:
        """Return cradle to gate: upstream and the other metal too; None where a part of that is not known."""
        if self.upstream is None or self.unknown_grams:
            return None
        return {c: self.gate[c] + self.upstream + self.inputs for c in COUNTS}

    def part(self, of: Callable[[int], int]) -> Carbon:
        """Return the carbon of a part of the batch, each amount divided by `of`."""

        def each(amounts: dict[str, int]) -> dict[str, int]:
            return {count: of(grams) for count, grams in amounts.items()}

        return Carbon(
            anodes=of(self.anodes), pfc=of(self.pfc), own_power=each(self.own_power),
            bought_power=each(self.bought_power), casting=each(self.casting),
            upstream=None if self.upstream is None else of(self.upstream), inputs=of(self.inputs),
            unknown_grams=of(self.unknown_grams), pfc_by=each(self.pfc_by),
        )  # fmt: skip


def covered_part(uncovered_g: int, coverable_wh: int, covered_wh: int) -> int:
    """Return what is left of market-based grams when certificates cover so much of the energy.

    Raises ValueError where more is covered than there is.
    """
    if covered_wh > coverable_wh:
        raise ValueError(f"{covered_wh} Wh cannot cover {coverable_wh} Wh")
    return uncovered_g * (coverable_wh - covered_wh) // coverable_wh if coverable_wh else 0


def grams_of_power(wh: int, factor_t_per_mwh: Fraction) -> int:
    """Return grams of CO2e of so many Wh: t/MWh is g/Wh."""
    return int(wh * factor_t_per_mwh + Fraction(1, 2))


def per(amount: int, of: int, digits: int = 3) -> str:
    """Return amount / of as decimal text with so many digits, rounded half to even; empty where there is nothing."""
    return "" if of == 0 else decimal(Fraction(amount, of), digits)


def decimal(value: Fraction, digits: int) -> str:
    """Return a fraction as decimal text, rounded half to even, exactly."""
    scaled = Decimal(value.numerator * 10**digits) / Decimal(value.denominator)
    return f"{scaled.quantize(Decimal(1), rounding=ROUND_HALF_EVEN).scaleb(-digits):.{digits}f}"
