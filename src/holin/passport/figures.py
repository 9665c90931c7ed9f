"""A figure of a passport: decimal text with its unit, its count and its basis."""

from __future__ import annotations


def figure(value: str, unit: str, count: str, basis: str) -> dict[str, str]:
    """Return a figure; an empty value says that it is not known."""
    return {"value": value, "unit": unit, "count": count, "basis": basis}
