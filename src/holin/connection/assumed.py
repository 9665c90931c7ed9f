"""What a connection study assumes: sizes per voltage, limits, costs and lead times. Each with its basis; change here.

The costs are orders of magnitude of Chinese grid works for a first answer, not offers: no public price list was used.
"""

from __future__ import annotations

from dataclasses import dataclass

from holin.finance import annuity

LARGEST_MW = ((1.0, 0.4), (20.0, 10.0), (40.0, 40.0), (80.0, 80.0), (130.0, 120.0))
"""Up to which nominal voltage (kV) how much power (MW) is usually connected; above without limit. Assumed, after the
bands of the State Grid guide for supply plans of new customers (recalled, not checked)."""

STEP_LIMIT_LOW, STEP_LIMIT_HIGH = 0.03, 0.025
"""Largest voltage change when the new load is switched, up to 35 kV and above: a few changes an hour, GB/T 12326-2008
(recalled, not checked); planners use 2 to 3 %."""

SCR_LIMIT = 3.0
"""Short-circuit ratio below which a grid is called weak for converters. Source: NERC, Integrating Inverter-Based
Resources into Low Short Circuit Strength Systems, 2017 (strong above 3, very weak below 2)."""

LIFETIME_YEARS = 30.0
"""Of grid equipment, for the annuity (assumed)."""

BREAKER_KA = (20.0, 25.0, 31.5, 40.0, 50.0, 63.0, 80.0)
"""Rated short-circuit breaking currents in the series of IEC 62271-100 (R10), from 20 kA."""

SVG_COST_PER_MVAR = 150_000.0
SVG_MONTHS, BREAKER_MONTHS, TRANSFORMER_MONTHS = 8, 8, 14

LINE_COSTS = ((20.0, 600_000.0, 9), (40.0, 800_000.0, 10), (80.0, 1_100_000.0, 12), (130.0, 1_300_000.0, 14))
"""(up to kV, cost per km of one circuit, months until it runs); above the last: LINE_HIGH."""
LINE_HIGH = (1_800_000.0, 18)
CABLE_FACTOR = 3.0

BAY_COSTS = ((20.0, 500_000.0), (40.0, 900_000.0), (80.0, 1_800_000.0), (130.0, 3_000_000.0))
BAY_HIGH = 6_000_000.0
"""One bay with breaker, disconnectors, protection."""

TRANSFORMER_COSTS = ((40.0, 100_000.0), (130.0, 90_000.0))
"""(up to kV of the upper side, cost per MVA with foundation and neutral equipment); above: the last figure here."""
TRANSFORMER_HIGH = 80_000.0

ROUTE_FACTOR = 1.2
"""Length of a line over the straight distance."""
SAME_SITE_KM = 0.5


@dataclass(frozen=True, kw_only=True)
class Assumed:
    """One figure that the study assumed: which (`key`), how much, in what unit."""

    key: str
    value: float | str
    unit: str = ""


def largest_mw(v_nom_kv: float) -> float:
    """Return how much is usually connected at a nominal voltage."""
    return next((mw for kv, mw in LARGEST_MW if v_nom_kv <= kv), float("inf"))


def line_cost(v_nom_kv: float, length_km: float, *, cable: bool = False) -> tuple[float, int]:
    """Return cost and months of one circuit with a bay at either end."""
    per_km, months = next(((c, m) for kv, c, m in LINE_COSTS if v_nom_kv <= kv), LINE_HIGH)
    return per_km * length_km * (CABLE_FACTOR if cable else 1.0) + 2 * bay_cost(v_nom_kv), months


def bay_cost(v_nom_kv: float) -> float:
    """Return the cost of a bay at a nominal voltage."""
    return next((c for kv, c in BAY_COSTS if v_nom_kv <= kv), BAY_HIGH)


def transformer_cost(v_from_kv: float, v_to_kv: float, s_nom_mva: float) -> float:
    """Return the cost of a transformer with its two bays."""
    high = max(v_from_kv, v_to_kv)
    per_mva = next((c for kv, c in TRANSFORMER_COSTS if high <= kv), TRANSFORMER_HIGH)
    return per_mva * s_nom_mva + bay_cost(v_from_kv) + bay_cost(v_to_kv)


def works_per_year(cost: float, discount_rate: float) -> float:
    """Return the annuity (currency a year) of grid works that cost so much, over LIFETIME_YEARS."""
    return cost * annuity(discount_rate, LIFETIME_YEARS)


def step_limit(v_nom_kv: float) -> float:
    """Return the largest voltage change (1) when the new load is switched."""
    return STEP_LIMIT_LOW if v_nom_kv <= 35.0 else STEP_LIMIT_HIGH


def next_breaker_ka(current_ka: float) -> float | None:
    """Return the next rated breaking current not below a current; None beyond the series."""
    return next((rated for rated in BREAKER_KA if rated >= current_ka), None)
