"""Mass in whole grams: read from kilograms, printed as kilograms, divided without a gram lost."""

from __future__ import annotations

import re
from collections.abc import Sequence

GRAMS_PER_KG = 1000
GRAMS_PER_T = 1_000_000

KG = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,3}))?")


def grams_of(kg: str) -> int:
    """Return whole grams of a text in kilograms; raises ValueError with what would be right."""
    found = KG.fullmatch(kg.strip())
    if not found:
        raise ValueError("no mass: write kilograms with a point and at most three decimals, such as 6250.5")
    return int(found[1]) * GRAMS_PER_KG + int((found[2] or "").ljust(3, "0"))


def kg_of(grams: int) -> str:
    """Return grams as a decimal text in kilograms, exactly, without trailing zeros."""
    sign, whole = ("-" if grams < 0 else ""), abs(grams)
    return f"{sign}{whole // GRAMS_PER_KG}.{whole % GRAMS_PER_KG:03d}".rstrip("0").rstrip(".")


def part_of(whole: int, first: int, last: int, of: int) -> int:
    """Return what falls to the part from `first` to `last` of `of`: floor(w l / o) - floor(w f / o).

    Parts that follow each other add up to the whole exactly, whatever they are cut into later.
    """
    return whole * last // of - whole * first // of


def largest_remainder(total: int, weights: Sequence[float]) -> list[int]:
    """Divide a whole number by weights: each its share rounded down, the rest to the largest remainders.

    The sum is `total` exactly. Raises ValueError where something is to be divided and no weight is above 0.
    """
    whole = sum(weights)
    if whole <= 0:
        if total:
            raise ValueError("nothing to divide by: no weight is above 0")
        return [0] * len(weights)
    exact = [total * w / whole for w in weights]
    made = [int(e) for e in exact]
    order = sorted(range(len(weights)), key=lambda k: (made[k] - exact[k], k))
    for k in order[: total - sum(made)]:
        made[k] += 1
    return made
