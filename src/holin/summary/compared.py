"""Two summaries beside each other: the figures that tell two operations of a park apart, with their differences."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

FIGURES = (
    "green_share.physical", "green_share.annual", "all_in_price_per_kwh", "cost", "carbon.total_t", "carbon.t_per_t_al",
    "energy_mwh.load", "energy_mwh.wind", "energy_mwh.solar", "energy_mwh.coal", "energy_mwh.other",
    "energy_mwh.import", "energy_mwh.export", "energy_mwh.curtailed", "energy_mwh.storage_loss",
    "energy_mwh.network_loss", "energy_mwh.shed", "metal_t", "green_metal_t", "flow.loading_max", "flow.v_min_pu",
    "flow.v_max_pu", "flow.hours_overloaded",
)  # fmt: skip
"""Where they stand in a summary; `cost` is the sum of `price_parts`."""


def compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return FIGURES that at least one summary has, each with `before`, `after` and `difference` (after - before; None
    where either is not known)."""
    return list(_rows(before, after))


def _rows(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path in FIGURES:
        a, b = _value(before, path), _value(after, path)
        if a is not None or b is not None:
            difference = None if a is None or b is None else b - a
            yield {"path": path, "before": a, "after": b, "difference": difference}


def _value(summary: Mapping[str, Any], path: str) -> float | None:
    if path == "cost":
        parts = summary.get("price_parts")
        return math.fsum(parts.values()) if parts else None
    found: Any = summary
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return float(found) if isinstance(found, int | float) and math.isfinite(found) else None
