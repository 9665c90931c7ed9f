"""Tariffs: one object gives the optimum its prices and the bill its amounts."""

from holin.tariff.tariff import Period, PriceParts, Tariff, TariffPeriod, import_price_parts, period_of

__all__ = ["Period", "PriceParts", "Tariff", "TariffPeriod", "import_price_parts", "period_of"]
