"""The money of a plan: present values, loans, taxes, cash flows, prices, abatement, and their workbook."""

from holin.finance.abatement import AbatementStep, PlanPoint, abatement_cost, abatement_curve
from holin.finance.cash_flow import CashFigures, CashFlow, cash_flow
from holin.finance.depreciation import remaining_value, straight_line
from holin.finance.discounting import (
    InternalRates,
    annuity,
    discount_factors,
    internal_rates,
    npv,
    payback_years,
)
from holin.finance.from_park import investments_of, running_of_parts, terms_of
from holin.finance.investments import Investment, Purchase, faults_of_investments, purchases_of, whole_years
from holin.finance.levelised import LevelisedCost, SourceYears, levelised_costs
from holin.finance.loans import LoanCourse, loan_course
from holin.finance.price import (
    ALLOCATION,
    Allocation,
    Users,
    all_in_price,
    coincident_peak_shares,
    cost_per_t_metal,
    price_by_class,
    price_by_enterprise,
)
from holin.finance.running import Running, from_stages, running_of
from holin.finance.standing import SOURCES, StandingCost, capital_cost, cost_level, standing_capital, standing_cost
from holin.finance.table import CASH_FLOW
from holin.finance.taxation import VatCourse, losses_used, relief_of_year, vat_course
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
from holin.finance.workbook import BookFacts, write_cash_flow

__all__ = [
    "ALLOCATION",
    "CASH_FLOW",
    "HOLIDAY",
    "SOURCES",
    "TAX_LAWS",
    "AbatementStep",
    "Allocation",
    "BookFacts",
    "CashFigures",
    "CashFlow",
    "InternalRates",
    "Investment",
    "LevelisedCost",
    "LoanCourse",
    "PlanPoint",
    "Purchase",
    "Running",
    "SourceYears",
    "StandingCost",
    "Tax",
    "TaxHoliday",
    "TaxLaw",
    "Users",
    "VatCourse",
    "abatement_cost",
    "abatement_curve",
    "all_in_price",
    "annuity",
    "capital_cost",
    "cash_flow",
    "coincident_peak_shares",
    "cost_level",
    "cost_per_t_metal",
    "discount_factors",
    "faults_of_investments",
    "from_stages",
    "holiday_relief",
    "income_tax_rate",
    "internal_rates",
    "investments_of",
    "levelised_costs",
    "loan_course",
    "losses_used",
    "npv",
    "payback_years",
    "price_by_class",
    "price_by_enterprise",
    "purchases_of",
    "rate_of_year",
    "relief_of_year",
    "remaining_value",
    "running_of",
    "running_of_parts",
    "standing_capital",
    "standing_cost",
    "straight_line",
    "surcharge_rate",
    "terms_of",
    "vat_course",
    "vat_rate",
    "whole_years",
    "wind_refund_share",
    "write_cash_flow",
]
