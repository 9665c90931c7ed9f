"""The sheet of assumptions: terms, dated tax laws, conventions, each with basis and reference."""

from __future__ import annotations

from typing import Any

from holin.columns import columns_of, printed
from holin.finance.cash_flow import CashFlow
from holin.finance.taxes import HOLIDAY, TAX_LAWS
from holin.finance.workbook.cells import RATE, Sheet, address, heads, put, set_page, title
from holin.finance.workbook.facts import BookFacts
from holin.finance.workbook.words import CONVENTIONS, TERMS_ZH, Language, word
from holin.park import FinanceTerms

BESIDE = ("id", "name", "name_zh", "latitude", "longitude", "diagram_x", "diagram_y", "built", "retired")
NAMED = ("basis", "reference")
HEADS = ("item", "value", "unit", "meaning", "since", "until", "basis", "reference")

Addresses = dict[str, str]


def assumptions_sheet(sheet: Sheet, flow: CashFlow, facts: BookFacts, language: Language) -> Addresses:
    """Write the sheet; return where each term stands, for the formulas of the others."""
    title(sheet, word("assumptions", language), f"{facts.park_name} · {facts.plan}")
    heads(sheet, 4, [word(h, language) for h in HEADS])
    at: Addresses = {}
    row = _term(sheet, 5, "discount_rate", flow.discount_rate, ("1", word("discount_rate", language)), ("", ""), at)
    terms = flow.terms
    for column in (c for c in columns_of(FinanceTerms) if c.name not in (*BESIDE, *NAMED)):
        basis = terms.basis.value if terms.basis else ""
        value, meaning = getattr(terms, column.name), TERMS_ZH[column.name] if language == "zh" else column.meaning
        row = _term(sheet, row, column.name, value, (column.unit, meaning), (basis, terms.reference), at)
    row = _laws(sheet, row + 1, language)
    heads(sheet, row + 1, [word("conventions", language)])
    row += 2
    for sentence in CONVENTIONS:
        sheet.cell(row=row, column=1).value = sentence[("zh", "en").index(language)]
        row += 1
    widths = dict(enumerate((26.0, 14.0, 8.0, 50.0, 12.0, 12.0, 11.0, 70.0), start=1))
    set_page(sheet, widths, freeze="B5", heading=facts.park_name, foot=word("page", language), titles="4:4")
    return at


def _term(
    sheet: Sheet, row: int, name: str, value: Any, said: tuple[str, str], origin: tuple[str, str], at: Addresses
) -> int:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    shown = value if number else printed(value)
    cells = (name, shown, said[0], said[1], "", "", *origin)
    for column, cell in enumerate(cells, start=1):
        put(sheet, row, column, cell, format=RATE if number and isinstance(value, float) else "", wrap=True)
    at[name] = address(sheet, row, 2)
    return row + 1


def _laws(sheet: Sheet, row: int, language: Language) -> int:
    heads(sheet, row, [word("laws", language)])
    for law in TAX_LAWS:
        row += 1
        meaning = law.meaning_zh if language == "zh" else law.meaning
        cells = (
            law.tax.value,
            law.rate,
            "1",
            meaning,
            printed(law.since),
            printed(law.until),
            law.basis.value,
            law.reference,
        )
        for column, cell in enumerate(cells, start=1):
            put(sheet, row, column, cell, format=RATE, wrap=True)
    row += 1
    free = f"{HOLIDAY.years_free} + {HOLIDAY.years_half}"
    last = ("tax_holiday", free, "a", word("holiday", language), "", "", HOLIDAY.basis.value, HOLIDAY.reference)
    for column, text in enumerate(last, start=1):
        put(sheet, row, column, text, wrap=True)
    return row + 1
