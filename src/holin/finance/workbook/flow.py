"""The sheet of the cash flow: years across, rows down, all that follows from something else as a formula.

In a formula {x} is the row x in the same year, {x<} in the year before (0 before the first), {#x} the term x of the
assumptions, {year} the year of the column and {first} the first year. [x|y] is the sum of the purchases' column y over
those whose column x is the year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from math import nan

from openpyxl.utils import get_column_letter

from holin.finance.cash_flow import CashFlow
from holin.finance.discounting import discount_factors
from holin.finance.workbook.assets import AssetRanges
from holin.finance.workbook.assumptions import Addresses
from holin.finance.workbook.cells import FACTOR, MONEY, RATE, Formula, Sheet, heads, put, set_page, span, title
from holin.finance.workbook.facts import BookFacts
from holin.finance.workbook.words import Language, word

HEAD_ROW, FIRST_COLUMN = 4, 3

COSTS = "({fixed_cost}+{variable_cost}+{fuel_cost}+{purchase_cost}+{co2_cost})"
PAYBACK = '=IF({s<}<0,IF({s}<0,"",{year}-{first}-1+{s<}/({s<}-{s})),"")'

ROWS: tuple[tuple[str, str], ...] = (
    ("s_operation", ""),
    ("income", ""),
    ("wind_income", ""),
    ("fixed_cost", ""),
    ("variable_cost", ""),
    ("fuel_cost", ""),
    ("purchase_cost", ""),
    ("co2_cost", ""),
    ("capex", "=[paid_year|cost_with_vat]"),
    ("residual", "=[last_year|residual]"),
    ("s_vat", ""),
    ("vat_rate", ""),
    ("vat_output", "={income}*{vat_rate}/(1+{vat_rate})"),
    (
        "vat_input",
        "=[paid_year|vat]+({fuel_cost}+{purchase_cost})*{vat_rate}/(1+{vat_rate})"
        "+({fixed_cost}+{variable_cost})*{#vat_rate_costs}/(1+{#vat_rate_costs})",
    ),
    ("vat_credit", "=MAX({vat_credit<}+{vat_input}-{vat_output},0)"),
    ("vat_paid", "=MAX({vat_output}-{vat_input}-{vat_credit<},0)"),
    ("wind_refund_share", ""),
    ("vat_refund", "=IF({income}>0,{vat_paid}*{wind_refund_share}*{wind_income}/{income},0)"),
    ("surcharge_rate", ""),
    ("surcharge", "={vat_paid}*{surcharge_rate}"),
    ("operating_flow", f"={{income}}+{{vat_refund}}-{COSTS}-{{vat_paid}}-{{surcharge}}"),
    ("s_loan", ""),
    ("loan_drawn", "={#loan_share}*{capex}"),
    ("interest", "={#loan_rate}*{loan_balance<}"),
    ("principal", ""),
    ("repaid_early", ""),
    ("loan_balance", "={loan_balance<}+{loan_drawn}-{principal}-{repaid_early}"),
    ("s_tax", ""),
    (
        "operating_profit",
        "=({income}-{fuel_cost}-{purchase_cost})/(1+{vat_rate})-({fixed_cost}+{variable_cost})/(1+{#vat_rate_costs})"
        "-{co2_cost}+{vat_refund}-{surcharge}",
    ),
    ("depreciation", "=[depreciation]"),
    ("book_value_left", "=[last_year|book]"),
    ("income_tax_rate", ""),
    ("tax_relief", ""),
    ("project_profit", "={operating_profit}-{depreciation}+{residual}-{book_value_left}"),
    ("project_loss_used", ""),
    (
        "project_income_tax",
        "=(MAX({project_profit},0)-{project_loss_used})*{income_tax_rate}*(1-{tax_relief})",
    ),
    ("equity_profit", "={project_profit}-{interest}"),
    ("equity_loss_used", ""),
    ("equity_income_tax", "=(MAX({equity_profit},0)-{equity_loss_used})*{income_tax_rate}*(1-{tax_relief})"),
    ("s_project", ""),
    ("project_before_tax", "={operating_flow}+{residual}-{capex}"),
    ("project", "={project_before_tax}-{project_income_tax}"),
    ("project_sum", "={project_sum<}+{project}"),
    ("discount_factor", "=(1+{#discount_rate})^({first}-{year})"),
    ("project_discounted", "={project}*{discount_factor}"),
    ("project_discounted_sum", "={project_discounted_sum<}+{project_discounted}"),
    ("payback_at", PAYBACK.replace("{s", "{project_sum")),
    ("payback_discounted_at", PAYBACK.replace("{s", "{project_discounted_sum")),
    ("s_equity", ""),
    (
        "equity",
        "={project_before_tax}-{equity_income_tax}+{loan_drawn}-{interest}-{principal}-{repaid_early}",
    ),
    ("dscr", '=IF({interest}+{principal}>0,({operating_flow}-{equity_income_tax})/({interest}+{principal}),"")'),
)
"""Row and its formula; an empty one is a value of the table `cash_flow`, and s_ begins a section."""

NO_SUM = frozenset(
    {
        "vat_rate", "wind_refund_share", "surcharge_rate", "income_tax_rate", "tax_relief", "vat_credit",
        "loan_balance", "project_sum", "discount_factor", "project_discounted_sum", "payback_at",
        "payback_discounted_at", "dscr",
    }
)  # fmt: skip
RATES = frozenset({"vat_rate", "wind_refund_share", "surcharge_rate", "income_tax_rate", "tax_relief"})
FACTORS = frozenset({"discount_factor", "payback_at", "payback_discounted_at", "dscr"})
BOLD = frozenset({"operating_flow", "project_before_tax", "project", "equity"})


@dataclass(frozen=True, kw_only=True)
class FlowRows:
    """Where the rows of the cash flow stand: the range of years of one, its first cell, the rest, its last, its sum."""

    sheet: Sheet
    row: dict[str, int]
    columns: tuple[int, int]

    def years(self, name: str) -> str:
        """Return the range of a row over all years."""
        return span(self.sheet, (self.row[name],) * 2, self.columns)

    def later(self, name: str) -> str:
        """Return the range of a row over all years but the first."""
        return span(self.sheet, (self.row[name],) * 2, (self.columns[0] + 1, self.columns[1]))

    def cell(self, name: str, column: int) -> str:
        """Return one cell of a row."""
        return f"'{self.sheet.title}'!${get_column_letter(column)}${self.row[name]}"


def flow_sheet(
    sheet: Sheet, flow: CashFlow, facts: BookFacts, at: Addresses, assets: AssetRanges, language: Language
) -> FlowRows:
    """Write the cash flow; `at` says where the terms stand, `assets` where the purchases do."""
    years = [int(y) for y in flow.table.year.values]
    title(sheet, word("flow", language), f"{facts.plan} · {facts.currency}")
    heads(sheet, HEAD_ROW, [word("item", language), word("total", language), *years])
    row_of = {name: HEAD_ROW + k for k, (name, _) in enumerate(ROWS, start=1)}
    last = FIRST_COLUMN + len(years) - 1
    results = _results(flow)
    for name, template in ROWS:
        row, bold = row_of[name], name in BOLD
        if name.startswith("s_"):
            heads(sheet, row, [word(name, language)])
            continue
        put(sheet, row, 1, word("row_residual" if name == "residual" else name, language), bold=bold)
        style = RATE if name in RATES else FACTOR if name in FACTORS else MONEY
        for k in range(len(years)):
            filled = _filled(template, k, row_of, at, assets) if template else None
            value = results[name][k] if filled is None else Formula(filled, results[name][k])
            put(sheet, row, FIRST_COLUMN + k, value, format=style, bold=bold)
        if name not in NO_SUM:
            ends = (f"{get_column_letter(c)}{row}" for c in (FIRST_COLUMN, last))
            put(sheet, row, 2, Formula(f"=SUM({':'.join(ends)})", sum(results[name])), format=MONEY, bold=bold)
    widths = dict.fromkeys(range(2, last + 1), 14.0) | {1: 34.0}
    set_page(sheet, widths, freeze="C5", heading=facts.park_name, foot=word("page", language), titles="4:4", keep="A:B")
    return FlowRows(sheet=sheet, row=row_of, columns=(FIRST_COLUMN, last))


def _results(flow: CashFlow) -> dict[str, list[float]]:
    """Return what each row comes to in each year; nan where it says nothing."""
    table = flow.table
    found = {str(name): [float(v) for v in table[name].values] for name in table.data_vars}
    for name, sums in (("payback_at", "project_sum"), ("payback_discounted_at", "project_discounted_sum")):
        found[name] = [nan, *(_back(k, *pair) for k, pair in enumerate(pairwise(found[sums])))]
    found["discount_factor"] = [float(v) for v in discount_factors(flow.discount_rate, table.sizes["year"])]
    return found


def _back(years: int, before: float, after: float) -> float:
    """Return when a sum of flows turns from below 0, nan where it doesn't in this year."""
    return years + before / (before - after) if before < 0.0 <= after else nan


def _filled(template: str, k: int, row_of: dict[str, int], at: Addresses, assets: AssetRanges) -> str:
    here, before = (get_column_letter(FIRST_COLUMN + c) for c in (k, max(k - 1, 0)))
    year = f"{here}${HEAD_ROW}"

    def cell(match: re.Match[str]) -> str:
        name = match[1]
        if name.startswith("#"):
            return at[name[1:]]
        if name in ("year", "first"):
            return year if name == "year" else f"${get_column_letter(FIRST_COLUMN)}${HEAD_ROW}"
        if name.endswith("<"):
            return f"{before}{row_of[name[:-1]]}" if k else "0"
        return f"{here}{row_of[name]}"

    def purchases(match: re.Match[str]) -> str:
        if match[1] == "depreciation":
            return assets.depreciation(k)
        when, what = match[1].split("|")
        return f"SUMIF({assets.column(when)},{year},{assets.column(what)})"

    return re.sub(r"\{([^}]*)\}", cell, re.sub(r"\[([^\]]*)\]", purchases, template))
