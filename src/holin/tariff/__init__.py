"""Tariffs: one object gives the optimum its prices and the bill its amounts."""

from holin.tariff.tariff import (
    ALL_HOURS,
    DemandBand,
    Period,
    PriceParts,
    Tariff,
    TariffDemand,
    TariffPeriod,
    demand_bands,
    import_price_parts,
    period_of,
)

__all__ = [
    "ALL_HOURS",
    "DemandBand",
    "Period",
    "PriceParts",
    "Tariff",
    "TariffDemand",
    "TariffPeriod",
    "demand_bands",
    "import_price_parts",
    "period_of",
]
