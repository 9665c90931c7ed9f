"""A run in figures: energy, shares, money, carbon and metal of its final AC schedule."""

from holin.summary.balance import EnergyBalance, energy_balances
from holin.summary.compared import compared
from holin.summary.energy import energy_mwh, matched_mwh, potline_mwh, quantities
from holin.summary.enterprise_hours import EnterpriseHours, enterprise_hours
from holin.summary.green_hours import green_hours
from holin.summary.money import capital_by_part, money_by_part, price_per_kwh
from holin.summary.people import enterprises, green_mwh, monthly, shares_by_enterprise, users_of
from holin.summary.summary import scheduled_share, summary
from holin.summary.usage import grid_usages, usages_of

__all__ = [
    "EnergyBalance",
    "EnterpriseHours",
    "capital_by_part",
    "compared",
    "energy_balances",
    "energy_mwh",
    "enterprise_hours",
    "enterprises",
    "green_hours",
    "green_mwh",
    "grid_usages",
    "matched_mwh",
    "money_by_part",
    "monthly",
    "potline_mwh",
    "price_per_kwh",
    "quantities",
    "scheduled_share",
    "shares_by_enterprise",
    "summary",
    "usages_of",
    "users_of",
]
