"""The first sheet: what the plan comes to, as formulas over the others, and what to know of it."""

from __future__ import annotations

from collections.abc import Mapping

from holin.finance.cash_flow import CashFlow
from holin.finance.discounting import InternalRates
from holin.finance.workbook.assumptions import Addresses
from holin.finance.workbook.cells import MONEY, PRICE, RATE, Formula, Sheet, heads, put, set_page, title
from holin.finance.workbook.facts import BookFacts
from holin.finance.workbook.flow import FlowRows
from holin.finance.workbook.words import Language, word

YEARS = "0.0"


def summary_sheet(
    sheet: Sheet, flow: CashFlow, facts: BookFacts, at: Addresses, rows: FlowRows, prices: Mapping[str, Formula],
    language: Language,
) -> None:  # fmt: skip
    """Write the figures; `rows` say where the cash flow stands, `prices` where the price does."""
    title(sheet, f"{facts.park_name} · {facts.plan}", facts.currency)
    heads(sheet, 4, [word(k, language) for k in ("item", "value", "unit")])
    currency, first = facts.currency, rows.columns[0]

    def npv(name: str, result: float) -> Formula:
        return Formula(f"={rows.cell(name, first)}+NPV({at['discount_rate']},{rows.later(name)})", result)

    def payback(at_row: str, sums: str, years: float | None) -> Formula:
        never = word("never", language)
        text = f'=IF({rows.cell(sums, rows.columns[1])}<0,"{never}",MAX({rows.years(at_row)}))'
        return Formula(text, never if years is None else years)

    found = flow.figures
    lines: list[tuple[str, Formula | str | float, str, str]] = [
        ("invested", Formula(f"=SUM({rows.years('capex')})", found.invested), currency, MONEY),
        (
            "project_rates_before_tax",
            _rate(found.project_rates_before_tax, rows, "project_before_tax", language),
            "",
            RATE,
        ),
        ("project_rates", _rate(found.project_rates, rows, "project", language), "", RATE),
        ("equity_rates", _rate(found.equity_rates, rows, "equity", language), "", RATE),
        ("project_npv_before_tax", npv("project_before_tax", found.project_npv_before_tax), currency, MONEY),
        ("project_npv", npv("project", found.project_npv), currency, MONEY),
        ("equity_npv", npv("equity", found.equity_npv), currency, MONEY),
        ("payback_years", payback("payback_at", "project_sum", found.payback_years), word("years", language), YEARS),
        (
            "payback_years_discounted",
            payback("payback_discounted_at", "project_discounted_sum", found.payback_years_discounted),
            word("years", language),
            YEARS,
        ),
        ("residual_at_end", found.residual_at_end, currency, MONEY),
    ]
    if found.dscr_min is not None:
        lines.append(("dscr_min", Formula(f"=MIN({rows.years('dscr')})", found.dscr_min), "", "0.00"))
    if "all_in_price" in prices:
        lines.append(("all_in_price", prices["all_in_price"], f"{currency}/kWh", PRICE))
    if "smelting" in prices and facts.metal_t:
        lines.append(("metal", facts.metal_t, "t", MONEY))
        made = f"B{4 + len(lines)}"
        cost = prices["smelting"]
        assert isinstance(cost.result, float)
        lines.append(
            ("per_t_metal", Formula(f"{cost.text}/{made}", cost.result / facts.metal_t), f"{currency}/t", MONEY)
        )
    for row, (key, value, unit, style) in enumerate(lines, start=5):
        put(sheet, row, 1, word(key, language))
        put(sheet, row, 2, value, format=style, bold=True)
        put(sheet, row, 3, unit)
    row = 6 + len(lines)
    if facts.notes:
        heads(sheet, row, [word("notes", language)])
    for k, note in enumerate(facts.notes, start=row + 1):
        cell = sheet.cell(row=k, column=1)
        cell.value, cell.data_type = note, "s"
    set_page(sheet, {1: 52.0, 2: 22.0, 3: 14.0}, freeze="A5", heading=facts.park_name, foot=word("page", language))


def _rate(rates: InternalRates, rows: FlowRows, name: str, language: Language) -> Formula | str:
    """A spreadsheet finds one rate, whichever; where there is none or several, it is not asked."""
    if rates.only is not None:
        guess = f",{rates.only:.4f}" if abs(rates.only - 0.1) > 0.2 else ""
        return Formula(f"=IRR({rows.years(name)}{guess})", rates.only)
    if not rates.rates:
        return word("no_rate", language)
    return word("several_rates", language).format(rates=", ".join(f"{r:.2%}" for r in rates.rates))
