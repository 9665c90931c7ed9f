"""The full cash flow as a workbook that an auditor can follow: figures are formulas over the cells before them."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from holin.finance.cash_flow import CashFlow
from holin.finance.workbook.assets import assets_sheet
from holin.finance.workbook.assumptions import assumptions_sheet
from holin.finance.workbook.costs import levelised_sheet, price_sheet
from holin.finance.workbook.facts import BookFacts
from holin.finance.workbook.flow import flow_sheet
from holin.finance.workbook.summary import summary_sheet
from holin.finance.workbook.words import Language, word

__all__ = ["BookFacts", "write_cash_flow"]


def write_cash_flow(path: Path, flow: CashFlow, facts: BookFacts, *, language: Language = "zh") -> None:
    """Write a cash flow as an Excel workbook in `language` (zh, en).

    Sheets: summary, assumptions (each with basis and reference), cash flow by year, investments with life and
    depreciation, and where `facts` has them levelised cost by source and the all-in price by part, enterprise and
    class. Totals, VAT, taxes, NPV, IRR, payback and prices are formulas; losses used and loan repayments are values.
    Formulas have no stored results: a reader that does not calculate shows them empty.
    """
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = word("summary", language)

    def new(key: str) -> Worksheet:
        sheet: Worksheet = book.create_sheet(word(key, language))
        return sheet

    at = assumptions_sheet(new("assumptions"), flow, facts, language)
    flow_page = new("flow")
    assets = assets_sheet(new("assets"), flow, facts, at, language)
    rows = flow_sheet(flow_page, flow, facts, at, assets, language)
    if facts.levelised:
        levelised_sheet(new("lcoe"), facts, language)
    prices = price_sheet(new("price"), facts, language) if facts.shared is not None else {}
    summary_sheet(first, flow, facts, at, rows, prices, language)
    book.calculation.fullCalcOnLoad = True
    book.save(path)
