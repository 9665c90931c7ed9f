"""The money of a plan: present values, loans, taxes, cash flows, prices, abatement, and their workbook."""

from holin.finance.depreciation import remaining_value, straight_line
from holin.finance.discounting import (
    InternalRates,
    annuity,
    discount_factors,
    internal_rates,
    irr,
    lcoe_per_mwh,
    npv,
    payback_years,
    present_value,
)
from holin.finance.loans import LoanCourse, loan_course
from holin.finance.taxes import (
    HOLIDAY,
    TAX_LAWS,
    Tax,
    TaxHoliday,
    TaxLaw,
    holiday_relief,
    income_tax_rate,
    rate_of_year,
    surcharge_rate,
    vat_rate,
    wind_refund_share,
)

__all__ = [
    "HOLIDAY",
    "TAX_LAWS",
    "InternalRates",
    "LoanCourse",
    "Tax",
    "TaxHoliday",
    "TaxLaw",
    "annuity",
    "discount_factors",
    "holiday_relief",
    "income_tax_rate",
    "internal_rates",
    "irr",
    "lcoe_per_mwh",
    "loan_course",
    "npv",
    "payback_years",
    "present_value",
    "rate_of_year",
    "remaining_value",
    "straight_line",
    "surcharge_rate",
    "vat_rate",
    "wind_refund_share",
]
