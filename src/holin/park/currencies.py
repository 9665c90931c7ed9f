"""What currencies are called."""

from __future__ import annotations

CURRENCIES: dict[str, tuple[str, str]] = {"CNY": ("CNY", "元"), "EUR": ("EUR", "欧元"), "USD": ("USD", "美元")}
"""Code (ISO 4217) -> English, Chinese."""


def currency_words(code: str) -> tuple[str, str]:
    """Return what a currency is called in English and Chinese; its code where that is not known."""
    return CURRENCIES.get(code, (code, code))
