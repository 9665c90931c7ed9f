"""The terms on which investments are financed and taxed, one row per set of terms."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from holin.columns import column
from holin.thing import Thing


class Repayment(StrEnum):
    """How a loan is paid back (等额本金, 等额本息)."""

    EQUAL_PRINCIPAL = "equal_principal"
    ANNUITY = "annuity"


class TaxLaws(StrEnum):
    """Whose dated tax rates hold where the terms give none of their own."""

    CHINA = "china"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class FinanceTerms(Thing):
    """How investments of the park are financed, depreciated and taxed; the discount rate is that of `park.toml`.

    An empty rate is that of the dated laws (`holin.finance.TAX_LAWS`), year by year.
    """

    loan_share: float = column("1", "of each investment that a loan pays", default=0.0, ge=0, le=1)
    loan_rate: float = column("1/a", "interest", default=0.0, ge=0, lt=0.5, usual=(0, 0.15))
    loan_years: int = column("a", "until it is paid back, from the year that an investment runs", default=15, ge=1)
    repayment: Repayment = column(
        meaning="equal_principal: the same repayment each year; annuity: the same sum of repayment and interest",
        default=Repayment.EQUAL_PRINCIPAL,
    )
    depreciation_years: int = column("a", "in a straight line, at most a thing's lifetime", default=20, ge=1, le=60)
    residual_share: float = column("1", "of the cost that is left at the end of its life", default=0.05, ge=0, lt=1)
    tax_laws: TaxLaws = column(meaning="whose dated rates hold where a rate is empty", default=TaxLaws.CHINA)
    prices_include_vat: bool = column(meaning="true: investment, cost and income are given with VAT", default=True)
    vat_rate: float | None = column("1", "VAT on income, fuel and power bought", default=None, ge=0, lt=1)
    vat_rate_investment: float = column(
        "1", "mean VAT on an investment that may be offset, of its price without VAT", default=0.0, ge=0, lt=1
    )
    vat_rate_costs: float = column(
        "1", "mean VAT on operation and maintenance that may be offset", default=0.0, ge=0, lt=1
    )
    surcharge_rate: float | None = column("1", "surcharges on the VAT paid", default=None, ge=0, lt=1)
    income_tax_rate: float | None = column("1", "on the taxable profit", default=None, ge=0, lt=1)
    western: bool = column(
        meaning="true: an encouraged industry in the western regions, whose income tax rate is lower while that holds",
        default=False,
    )
    tax_holiday: bool = column(
        meaning="true: wind and PV are public infrastructure projects, three years free of income tax, three at half",
        default=False,
    )
    loss_years: int = column("a", "for how many years a loss lowers later profits", default=5, ge=0, le=99)
