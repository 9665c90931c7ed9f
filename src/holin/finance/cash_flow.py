"""The cash flow of a plan by year, to the banks' and the owners' sight, and its figures.

Each row is the end of a year: an investment is paid at the end of the year before it runs, so the first row is the
year before the first of operation, t = 0 of every discounting. Project flows are those of 项目投资现金流量表, with the
income tax that would be due without a loan (调整所得税); equity flows those of 项目资本金现金流量表
(建设项目经济评价方法与参数, third edition, 2006; recalled).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from holin.errors import Mismatch
from holin.finance.discounting import (
    Floats,
    InternalRates,
    discount_factors,
    internal_rates,
    npv,
    payback_years,
)
from holin.finance.investments import Investment, Purchase, faults_of_investments, purchases_of
from holin.finance.loans import loan_course
from holin.finance.running import COSTS, Running
from holin.finance.table import CASH_FLOW
from holin.finance.taxation import losses_used, relief_of_year, vat_course
from holin.finance.taxes import income_tax_rate, surcharge_rate, vat_rate, wind_refund_share
from holin.park import FinanceTerms
from holin.tables import checked

Row = dict[str, Floats]


@dataclass(frozen=True, kw_only=True)
class CashFigures:
    """What a cash flow comes to. A rate is None-able in `InternalRates.only`; money is worth t = 0.

    `residual_at_end` is what still lives at the horizon's end and is counted as income there (undiscounted).
    `dscr_min` is the least cover of debt service, None without a loan.
    """

    invested: float
    project_rates_before_tax: InternalRates
    project_rates: InternalRates
    equity_rates: InternalRates
    project_npv_before_tax: float
    project_npv: float
    equity_npv: float
    payback_years: float | None
    payback_years_discounted: float | None
    dscr_min: float | None
    residual_at_end: float


@dataclass(frozen=True, kw_only=True)
class CashFlow:
    """A cash flow: the table `cash_flow` by year, what was bought, the terms, and what it comes to."""

    table: xr.Dataset
    purchases: tuple[Purchase, ...]
    terms: FinanceTerms
    discount_rate: float
    figures: CashFigures


def cash_flow(
    investments: Sequence[Investment], running: Running, terms: FinanceTerms, *, discount_rate: float
) -> CashFlow:
    """Return the cash flow of investments and of running them, from the year before the first until the last.

    At the end of its life a thing is replaced, and its residual share comes in; what still lives at the horizon's end
    is counted there at the rest of its life. A loan that still runs then is repaid then. Raises Mismatch with all
    investments that do not fit the years.
    """
    if wrong := faults_of_investments(investments, running.years[0], running.years[-1]):
        raise Mismatch("investments do not fit: " + "; ".join(wrong))
    years = (running.years[0] - 1, *running.years)
    purchases = purchases_of(investments, terms, years[-1])
    rows = {**_running_rows(running), **_purchase_rows(purchases, years)}
    rows |= _rate_rows(purchases, terms, years)
    rows |= _vat_rows(rows, terms)
    rows |= _loan_rows(rows["capex"], terms)
    rows |= _tax_rows(rows, terms)
    rows |= _flow_rows(rows, discount_rate)
    table = xr.Dataset({c.name: ("year", rows[c.name]) for c in CASH_FLOW.columns}, coords={"year": list(years)})
    return CashFlow(
        table=checked(CASH_FLOW, table),
        purchases=purchases,
        terms=terms,
        discount_rate=discount_rate,
        figures=_figures(rows, purchases, years, discount_rate),
    )


def _running_rows(running: Running) -> Row:
    return {n: np.concatenate([[0.0], getattr(running, n)]) for n in ("income", "wind_income", *COSTS)}


def _purchase_rows(purchases: Sequence[Purchase], years: Sequence[int]) -> Row:
    def by_year(year_of: Callable[[Purchase], int], amount_of: Callable[[Purchase], float]) -> Floats:
        row = np.zeros(len(years))
        for purchase in purchases:
            row[year_of(purchase) - years[0]] += amount_of(purchase)
        return row

    depreciation = np.zeros(len(years))
    for p in purchases:
        start = p.first_year - years[0]
        depreciation[start : start + len(p.depreciation)] += p.depreciation
    return {
        "capex": by_year(lambda p: p.paid_year, lambda p: p.cost_with_vat),
        "capex_vat": by_year(lambda p: p.paid_year, lambda p: p.cost_with_vat - p.cost_without_vat),
        "residual": by_year(lambda p: p.last_year, lambda p: p.residual),
        "book_value_left": by_year(lambda p: p.last_year, lambda p: p.book),
        "depreciation": depreciation,
    }


def _rate_rows(purchases: Sequence[Purchase], terms: FinanceTerms, years: Sequence[int]) -> Row:
    return {
        "vat_rate": np.array([vat_rate(terms, y) for y in years]),
        "surcharge_rate": np.array([surcharge_rate(terms, y) for y in years]),
        "wind_refund_share": np.array([wind_refund_share(terms, y) for y in years]),
        "income_tax_rate": np.array([income_tax_rate(terms, y) for y in years]),
        "tax_relief": np.array([relief_of_year(purchases, terms, y) for y in years]),
    }


def _vat_rows(rows: Row, terms: FinanceTerms) -> Row:
    """Return VAT, its surcharges, and the running amounts with and without it; CO2 has none."""
    rates = {n: rows["vat_rate"] for n in ("income", "wind_income", "fuel_cost", "purchase_cost")}
    rates |= {n: np.full_like(rows["vat_rate"], terms.vat_rate_costs) for n in ("fixed_cost", "variable_cost")}
    without = {n: rows[n] / (1.0 + r) if terms.prices_include_vat else rows[n] for n, r in rates.items()}
    with_vat = {n: without[n] * (1.0 + r) for n, r in rates.items()}
    vat = {n: without[n] * r for n, r in rates.items()}
    taken = sum((vat[n] for n in COSTS if n in vat), rows["capex_vat"])
    course = vat_course(vat["income"], taken)
    wind_share = np.divide(rows["wind_income"], rows["income"], out=np.zeros_like(taken), where=rows["income"] > 0)
    refund = course.paid * rows["wind_refund_share"] * wind_share
    surcharge = course.paid * rows["surcharge_rate"]
    costs = sum((without[n] for n in COSTS if n in without), rows["co2_cost"])
    return {
        **with_vat,
        "vat_output": vat["income"],
        "vat_input": taken,
        "vat_credit": course.credit,
        "vat_paid": course.paid,
        "vat_refund": refund,
        "surcharge": surcharge,
        "operating_profit": without["income"] + refund - surcharge - costs,
    }


def _loan_rows(capex: Floats, terms: FinanceTerms) -> Row:
    drawn = terms.loan_share * capex
    interest, principal, balance = (np.zeros(len(capex)) for _ in range(3))
    for k in map(int, np.nonzero(drawn)[0]):
        course = loan_course(float(drawn[k]), terms.loan_rate, terms.loan_years, terms.repayment)
        end = min(k + 1 + terms.loan_years, len(capex))
        balance[k] += drawn[k]
        for row, part in ((interest, course.interest), (principal, course.principal), (balance, course.balance)):
            row[k + 1 : end] += part[: end - k - 1]
    early = np.zeros(len(capex))
    early[-1], balance[-1] = balance[-1], 0.0
    return {
        "loan_drawn": drawn,
        "interest": interest,
        "principal": principal,
        "repaid_early": early,
        "loan_balance": balance,
    }


def _tax_rows(rows: Row, terms: FinanceTerms) -> Row:
    project = rows["operating_profit"] - rows["depreciation"] + rows["residual"] - rows["book_value_left"]
    made: Row = {}
    for of, profit in (("project", project), ("equity", project - rows["interest"])):
        used = losses_used(profit, terms.loss_years)
        taxed = np.maximum(profit, 0.0) - used
        made[f"{of}_profit"], made[f"{of}_loss_used"] = profit, used
        made[f"{of}_income_tax"] = taxed * rows["income_tax_rate"] * (1.0 - rows["tax_relief"])
    return made


def _flow_rows(rows: Row, discount_rate: float) -> Row:
    operating = rows["income"] + rows["vat_refund"] - rows["vat_paid"] - rows["surcharge"]
    operating = operating - np.sum([rows[n] for n in COSTS], axis=0)
    before = operating + rows["residual"] - rows["capex"]
    after = before - rows["project_income_tax"]
    service = rows["interest"] + rows["principal"]
    free = operating - rows["equity_income_tax"]
    discounted = after * discount_factors(discount_rate, len(after))
    return {
        "operating_flow": operating,
        "project_before_tax": before,
        "project": after,
        "project_sum": np.cumsum(after),
        "project_discounted": discounted,
        "project_discounted_sum": np.cumsum(discounted),
        "equity": before - rows["equity_income_tax"] + rows["loan_drawn"] - service - rows["repaid_early"],
        "dscr": np.divide(free, service, out=np.full_like(free, np.nan), where=service > 0.0),
    }


def _figures(rows: Row, purchases: Sequence[Purchase], years: Sequence[int], discount_rate: float) -> CashFigures:
    dscr = rows["dscr"][np.isfinite(rows["dscr"])]
    return CashFigures(
        invested=float(rows["capex"].sum()),
        project_rates_before_tax=internal_rates(rows["project_before_tax"]),
        project_rates=internal_rates(rows["project"]),
        equity_rates=internal_rates(rows["equity"]),
        project_npv_before_tax=npv(discount_rate, rows["project_before_tax"]),
        project_npv=npv(discount_rate, rows["project"]),
        equity_npv=npv(discount_rate, rows["equity"]),
        payback_years=payback_years(rows["project"]),
        payback_years_discounted=payback_years(rows["project"], discount_rate),
        dscr_min=float(dscr.min()) if len(dscr) else None,
        residual_at_end=sum(p.residual for p in purchases if p.at_horizon and p.last_year == years[-1]),
    )
