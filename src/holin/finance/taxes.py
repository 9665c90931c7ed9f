"""Taxes on investments as dated, cited data, and the tax of a year from them.

Only rates are data here; how they are applied stands in `holin.finance.taxation`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from holin.columns import Basis
from holin.park import FinanceTerms, TaxLaws

RECALLED = "recalled, not read again: check before use"


class Tax(StrEnum):
    """What a dated rate is of."""

    INCOME = "income"
    INCOME_WESTERN = "income_western"
    VAT = "vat"
    VAT_REFUND_WIND = "vat_refund_wind"
    CITY_CONSTRUCTION = "city_construction"
    EDUCATION = "education"
    LOCAL_EDUCATION = "local_education"


SURCHARGES = (Tax.CITY_CONSTRUCTION, Tax.EDUCATION, Tax.LOCAL_EDUCATION)
"""What is paid on top of the VAT paid."""


@dataclass(frozen=True, kw_only=True)
class TaxLaw:
    """A rate from a day on (included) until another (excluded, None: no end is known), and where it stands."""

    tax: Tax
    rate: float
    since: date
    until: date | None
    meaning: str
    meaning_zh: str
    basis: Basis
    reference: str


TAX_LAWS: tuple[TaxLaw, ...] = (
    TaxLaw(
        tax=Tax.INCOME, rate=0.25, since=date(2008, 1, 1), until=None,
        meaning="corporate income tax, of the taxable profit", meaning_zh="企业所得税税率",
        basis=Basis.PUBLISHED,
        reference="企业所得税法 (in force 2008-01-01), article 4; summarised in PwC, Doing Business in China",
    ),
    TaxLaw(
        tax=Tax.INCOME_WESTERN, rate=0.15, since=date(2021, 1, 1), until=date(2031, 1, 1),
        meaning="corporate income tax of encouraged industries in the western regions (60 % of revenue at least)",
        meaning_zh="西部大开发鼓励类产业企业所得税税率",
        basis=Basis.PUBLISHED,
        reference="财政部 税务总局 国家发展改革委公告2020年第23号: 2021-01-01 to 2030-12-31 (quoted text read)",
    ),
    TaxLaw(
        tax=Tax.INCOME_WESTERN, rate=0.15, since=date(2011, 1, 1), until=date(2021, 1, 1),
        meaning="the same, the decade before", meaning_zh="西部大开发鼓励类产业企业所得税税率（上一阶段）",
        basis=Basis.ASSUMED, reference=f"财税〔2011〕58号; {RECALLED}",
    ),
    TaxLaw(
        tax=Tax.VAT, rate=0.17, since=date(1994, 1, 1), until=date(2018, 5, 1),
        meaning="value-added tax on electricity and goods", meaning_zh="增值税税率（电力、货物）",
        basis=Basis.ASSUMED, reference=f"增值税暂行条例; {RECALLED}",
    ),
    TaxLaw(
        tax=Tax.VAT, rate=0.16, since=date(2018, 5, 1), until=date(2019, 4, 1),
        meaning="value-added tax on electricity and goods", meaning_zh="增值税税率（电力、货物）",
        basis=Basis.ASSUMED, reference=f"财税〔2018〕32号; {RECALLED}",
    ),
    TaxLaw(
        tax=Tax.VAT, rate=0.13, since=date(2019, 4, 1), until=None,
        meaning="value-added tax on electricity and goods", meaning_zh="增值税税率（电力、货物）",
        basis=Basis.ASSUMED,
        reference=f"财政部 税务总局 海关总署公告2019年第39号; since 2026-01-01 增值税法, article 10; {RECALLED}",
    ),
    TaxLaw(
        tax=Tax.VAT_REFUND_WIND, rate=0.5, since=date(2015, 7, 1), until=date(2025, 11, 1),
        meaning="share of the VAT paid on wind power that is refunded at once (onshore)",
        meaning_zh="陆上风电增值税即征即退比例",
        basis=Basis.PUBLISHED,
        reference="财税〔2015〕74号; ended for wind on land by 财政部 海关总署 税务总局公告2025年第10号 of 2025-10-17 "
        "(summaries of Seahonor and GMT Eight read)",
    ),
    TaxLaw(
        tax=Tax.CITY_CONSTRUCTION, rate=0.07, since=date(1985, 1, 1), until=None,
        meaning="city construction tax, of the VAT paid; 7 % in a city, 5 % in a county seat or town, 1 % elsewhere",
        meaning_zh="城市维护建设税（市区7%）",
        basis=Basis.PUBLISHED,
        reference="城市维护建设税暂行条例, article 4 (quoted text read); 城市维护建设税法 of 2021 keeps the rates "
        "(recalled). That the park counts as a city's urban area is assumed",
    ),
    TaxLaw(
        tax=Tax.EDUCATION, rate=0.03, since=date(2005, 10, 1), until=None,
        meaning="education surcharge, of the VAT paid", meaning_zh="教育费附加",
        basis=Basis.ASSUMED, reference=f"征收教育费附加的暂行规定 (国务院令第448号, 2005); {RECALLED}",
    ),
    TaxLaw(
        tax=Tax.LOCAL_EDUCATION, rate=0.02, since=date(2010, 11, 1), until=None,
        meaning="local education surcharge, of the VAT paid", meaning_zh="地方教育附加",
        basis=Basis.ASSUMED, reference=f"财综〔2010〕98号; {RECALLED}",
    ),
)  # fmt: skip
"""The rates of China that Holin knows. What ends without a successor is 0 afterwards: nothing is prolonged in hope."""


@dataclass(frozen=True, kw_only=True)
class TaxHoliday:
    """So many years free of income tax from a project's first year with income, then so many at half of it."""

    years_free: int
    years_half: int
    basis: Basis
    reference: str


HOLIDAY = TaxHoliday(
    years_free=3,
    years_half=3,
    basis=Basis.PUBLISHED,
    reference="三免三减半: 企业所得税法实施条例, article 87 (quoted text read); wind and solar power are in "
    "公共基础设施项目企业所得税优惠目录 (财税〔2008〕116号). Tax offices have questioned it for PV that was filed, "
    "not approved (China Energy News, 2026-01-19). At half, "
    "the western rate is halved too (国家税务总局公告2012年第12号, article 5; recalled)",
)


def rate_of_year(tax: Tax, year: int) -> float:
    """Return a tax's rate in a year: the mean over its days of what was in force, 0 on days without a law."""
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    days = sum(
        law.rate * max((min(end, law.until or end) - max(first, law.since)).days, 0)
        for law in TAX_LAWS
        if law.tax is tax
    )
    return days / (end - first).days


def income_tax_rate(terms: FinanceTerms, year: int) -> float:
    """Return the rate of the tax on profits: the terms' own, else that of the western regions while it holds, else
    the common one."""
    if terms.income_tax_rate is not None or terms.tax_laws is TaxLaws.NONE:
        return terms.income_tax_rate or 0.0
    western = rate_of_year(Tax.INCOME_WESTERN, year) if terms.western else 0.0
    return western or rate_of_year(Tax.INCOME, year)


def vat_rate(terms: FinanceTerms, year: int) -> float:
    """Return the rate of VAT on power, fuel and equipment: the terms' own, else the law's."""
    if terms.vat_rate is not None or terms.tax_laws is TaxLaws.NONE:
        return terms.vat_rate or 0.0
    return rate_of_year(Tax.VAT, year)


def surcharge_rate(terms: FinanceTerms, year: int) -> float:
    """Return the sum of the surcharges on the VAT paid: the terms' own, else the law's."""
    if terms.surcharge_rate is not None or terms.tax_laws is TaxLaws.NONE:
        return terms.surcharge_rate or 0.0
    return sum(rate_of_year(tax, year) for tax in SURCHARGES)


def wind_refund_share(terms: FinanceTerms, year: int) -> float:
    """Return the share of the VAT paid on wind power that is refunded at once."""
    return 0.0 if terms.tax_laws is TaxLaws.NONE else rate_of_year(Tax.VAT_REFUND_WIND, year)


def holiday_relief(year_of_income: int) -> float:
    """Return the part of the income tax that falls away in a project's year with income, counted from 1."""
    if year_of_income <= HOLIDAY.years_free:
        return 1.0
    return 0.5 if year_of_income <= HOLIDAY.years_free + HOLIDAY.years_half else 0.0
