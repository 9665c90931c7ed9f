"""The full cash flow as a workbook that an auditor can follow: figures are formulas over the cells before them."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

from holin.finance.cash_flow import CashFlow
from holin.finance.workbook.assets import assets_sheet
from holin.finance.workbook.assumptions import assumptions_sheet
from holin.finance.workbook.cells import Sheet
from holin.finance.workbook.costs import levelised_sheet, price_sheet
from holin.finance.workbook.facts import BookFacts
from holin.finance.workbook.flow import flow_sheet
from holin.finance.workbook.results import save_with_results
from holin.finance.workbook.summary import summary_sheet
from holin.finance.workbook.words import Language, word

__all__ = ["BookFacts", "write_cash_flow"]


def write_cash_flow(path: Path, flow: CashFlow, facts: BookFacts, *, language: Language = "zh") -> None:
    """Write a cash flow as an Excel workbook in `language` (zh, en).

    Sheets: summary, assumptions (each with basis and reference), cash flow by year, investments with life and
    depreciation, and where `facts` has them levelised cost by source and the all-in price by part, enterprise and
    class. Totals, VAT, taxes, NPV, IRR, payback and prices are formulas; losses used and loan repayments are values.
    Formulas hold our results beside them, for readers that do not calculate; a spreadsheet works them out anew.
    """
    book = Workbook()
    sheets: list[Sheet] = []

    def new(key: str) -> Sheet:
        sheets.append(Sheet(page=book.create_sheet(word(key, language))))
        return sheets[-1]

    active = book.active
    assert active is not None
    book.remove(active)
    first = new("summary")
    at = assumptions_sheet(new("assumptions"), flow, facts, language)
    flow_page = new("flow")
    assets = assets_sheet(new("assets"), flow, facts, at, language)
    rows = flow_sheet(flow_page, flow, facts, at, assets, language)
    if facts.levelised:
        levelised_sheet(new("lcoe"), facts, language)
    prices = price_sheet(new("price"), facts, language) if facts.shared is not None else {}
    summary_sheet(first, flow, facts, at, rows, prices, language)
    book.calculation.fullCalcOnLoad = True
    save_with_results(book, path, {sheet.title: sheet.results for sheet in sheets})
