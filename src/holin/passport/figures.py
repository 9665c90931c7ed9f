"""A figure of a passport: decimal text with its unit, its count and its basis."""

from __future__ import annotations

import math
from collections.abc import Iterable


def figure(value: str, unit: str, count: str, basis: str) -> dict[str, str]:
    """Return a figure; an empty value says that it is not known."""
    return {"value": value, "unit": unit, "count": count, "basis": basis}


def summed(values: Iterable[float | None]) -> float | None:
    """Return the sum of figures; None where one of them is not known, for then no sum is."""
    there = list(values)
    return None if any(v is None for v in there) else math.fsum(v for v in there if v is not None)
