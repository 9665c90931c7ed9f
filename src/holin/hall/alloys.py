"""Designations of aluminium alloys and tempers: whether one is written as a standard writes them."""

from __future__ import annotations

import re

ALLOYS: tuple[tuple[str, str], ...] = (
    (r"(EN AW-)?[1-8][0-9]{3}[A-Z]?", "four digits, series 1 to 8: GB/T 3190, EN 573 (EN AW-6063, 6005A)"),
    (r"[1-8][A-Z][0-9]{2}", "four characters of GB/T 3190 (5A06, 7A04)"),
    (r"EN AC-[2-7][0-9]{4}", "casting alloys of EN 1706 (EN AC-42100)"),
    (r"ZL[1-4][0-9]{2}[A-Z]?", "casting alloys of GB/T 1173 (ZL101A)"),
    (r"[A-D]?[1-8][0-9]{2}\.[0-2]", "casting alloys as the Aluminum Association counts them (A356.2)"),
    (r"Al99\.[0-9]{2}[A-Z]?[0-9]?", "primary ingots of GB/T 1196 (Al99.70)"),
)
"""How designations look, and whose they are; the second digit 1 to 9 or a letter is a modification."""

TEMPER = re.compile(r"F|O[1-3]?|W|H[1-3][1-9][0-9]?|T[1-9][0-9]{0,4}")
"""Tempers of GB/T 16475 and EN 515: as made, annealed, solution heat-treated, strain-hardened, heat-treated."""


def is_alloy(text: str) -> bool:
    """Whether a text is written as a designation of a standard; not whether the standard lists it."""
    return any(re.fullmatch(pattern, text) for pattern, _ in ALLOYS)


def is_temper(text: str) -> bool:
    """Whether a text is written as a temper of GB/T 16475 and EN 515."""
    return TEMPER.fullmatch(text) is not None


def plain_alloy(text: str) -> str:
    """Return a designation without the words `EN AW-`: EN AW-6063 and 6063 are one alloy."""
    return text.removeprefix("EN AW-")
