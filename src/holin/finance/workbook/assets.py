"""The sheet of what is bought: cost, VAT, life, worth at its end, and depreciation by year, as formulas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from holin.finance.cash_flow import CashFlow
from holin.finance.investments import Purchase
from holin.finance.workbook.assumptions import Addresses
from holin.finance.workbook.cells import COUNT, MONEY, Formula, Sheet, heads, put, set_page, span, title
from holin.finance.workbook.facts import BookFacts
from holin.finance.workbook.words import Language, word

COLUMNS = (
    "id", "name", "kind", "number", "paid_year", "first_year", "last_year", "lifetime", "cost_with_vat",
    "cost_without_vat", "vat", "depreciation_years", "depreciation_yearly", "residual", "book",
)  # fmt: skip
LETTER = {name: get_column_letter(k) for k, name in enumerate(COLUMNS, start=1)}
HEAD_ROW, FIRST_ROW = 4, 5


@dataclass(frozen=True, kw_only=True)
class AssetRanges:
    """How the cash flow refers to the sheet: the range of a column, and the sum of depreciation in a year's column."""

    column: Callable[[str], str]
    depreciation: Callable[[int], str]


def assets_sheet(sheet: Sheet, flow: CashFlow, facts: BookFacts, at: Addresses, language: Language) -> AssetRanges:
    """Write one row per purchase; `at` says where the terms stand."""
    years = [int(y) for y in flow.table.year.values]
    title(sheet, word("assets", language), f"{facts.plan} · {facts.currency}")
    heads(sheet, HEAD_ROW, [*(word(c, language) for c in COLUMNS), *years])
    rows = [
        _cells(purchase, _name(purchase, facts, language), row, at, years, flow.terms.residual_share, language)
        for row, purchase in enumerate(flow.purchases, start=FIRST_ROW)
    ]
    for row, cells in enumerate(rows, start=FIRST_ROW):
        for column, value in enumerate(cells, start=1):
            money = (
                column > COLUMNS.index("lifetime") + 1
                and COLUMNS[min(column, len(COLUMNS)) - 1] != "depreciation_years"
            )
            put(sheet, row, column, value, format=MONEY if money else COUNT)
    last = FIRST_ROW + max(len(flow.purchases), 1) - 1
    put(sheet, last + 1, 1, word("total", language), bold=True)
    for column in range(COLUMNS.index("cost_with_vat") + 1, len(COLUMNS) + len(years) + 1):
        if column == COLUMNS.index("depreciation_years") + 1:
            continue
        letter, total = get_column_letter(column), sum(_amount(cells[column - 1]) for cells in rows)
        put(
            sheet,
            last + 1,
            column,
            Formula(f"=SUM({letter}{FIRST_ROW}:{letter}{last})", total),
            format=MONEY,
            bold=True,
        )
    widths = dict.fromkeys(range(1, len(COLUMNS) + len(years) + 1), 13.0) | {1: 16.0, 2: 24.0, 3: 10.0}
    set_page(sheet, widths, freeze="C5", heading=facts.park_name, foot=word("page", language), titles="4:4", keep="A:B")
    return AssetRanges(
        column=lambda name: span(sheet, (FIRST_ROW, last), (COLUMNS.index(name) + 1,) * 2),
        depreciation=lambda k: f"'{sheet.title}'!{get_column_letter(len(COLUMNS) + k + 1)}{last + 1}",
    )


def _name(purchase: Purchase, facts: BookFacts, language: Language) -> str:
    of = purchase.investment
    own = of.name_zh if language == "zh" else of.name
    return own or facts.names.get(of.id, of.id)


def _amount(cell: str | int | float | Formula) -> float:
    held = cell.result if isinstance(cell, Formula) else cell
    return 0.0 if isinstance(held, str) else float(held)


def _cells(
    p: Purchase, name: str, row: int, at: Addresses, years: Sequence[int], residual_share: float, language: Language
) -> list[str | int | float | Formula]:
    ref = {n: f"${letter}{row}" for n, letter in LETTER.items()}
    share = at["residual_share"]
    first, last = (get_column_letter(len(COLUMNS) + k) for k in (1, len(years)))
    lived = f"({ref['last_year']}-{ref['first_year']}+1)/{ref['lifetime']}"
    worth = share if p.retired else f"(1-(1-{share})*{lived})"
    depreciated = {p.first_year + k: float(amount) for k, amount in enumerate(p.depreciation)}
    by_year = [
        Formula(
            f"=IF({c}${HEAD_ROW}<{ref['first_year']},0,IF({c}${HEAD_ROW}>MIN({ref['last_year']},"
            f"{ref['first_year']}+{ref['depreciation_years']}-1),0,{ref['depreciation_yearly']}))",
            depreciated.get(year, 0.0),
        )
        for year, c in ((year, get_column_letter(len(COLUMNS) + k)) for k, year in enumerate(years, start=1))
    ]
    return [
        p.investment.id, name, word(p.investment.kind, language), p.number, p.paid_year, p.first_year, p.last_year,
        p.investment.lifetime_years, p.cost_with_vat,
        Formula(f"={ref['cost_with_vat']}/(1+{at['vat_rate_investment']})", p.cost_without_vat),
        Formula(f"={ref['cost_with_vat']}-{ref['cost_without_vat']}", p.cost_with_vat - p.cost_without_vat),
        p.depreciation_years,
        Formula(
            f"={ref['cost_without_vat']}*(1-{share})/{ref['depreciation_years']}",
            p.cost_without_vat * (1.0 - residual_share) / p.depreciation_years,
        ),
        Formula(f"={ref['cost_without_vat']}*{worth}", p.residual),
        Formula(f"={ref['cost_without_vat']}-SUM(${first}{row}:${last}{row})", p.book),
        *by_year,
    ]  # fmt: skip
