"""Tariffs: one object gives the optimum its prices and the bill its amounts."""

from holin.tariff.tariff import (
    ALL_HOURS,
    DemandBand,
    Period,
    PriceParts,
    Tariff,
    TariffDemand,
    TariffPeriod,
    TariffTier,
    TierOf,
    demand_bands,
    hours_of_demand,
    import_price_parts,
    period_of,
)
from holin.tariff.versions import Tariffs, as_of, first_days, in_force
from holin.tariff.what_if import TariffChange, changed, first_factors

__all__ = [
    "ALL_HOURS",
    "DemandBand",
    "Period",
    "PriceParts",
    "Tariff",
    "TariffChange",
    "TariffDemand",
    "TariffPeriod",
    "TariffTier",
    "Tariffs",
    "TierOf",
    "as_of",
    "changed",
    "demand_bands",
    "first_days",
    "first_factors",
    "hours_of_demand",
    "import_price_parts",
    "in_force",
    "period_of",
]
