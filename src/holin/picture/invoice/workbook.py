"""An invoice as a workbook: one sheet to print, amounts as numbers, so that a sum can be tried again."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties

from holin.picture.invoice.content import UNITS, Invoice

STEPPE = "2F6F4F"
HEAD = PatternFill("solid", fgColor="E9F0EC")
LINE = Border(bottom=Side(style="thin", color="CFD5D9"))
WIDTHS = (40, 18, 10, 16, 18)


def write_invoice_workbook(path: Path, invoice: Invoice, bill: Mapping[str, Any]) -> None:
    """Write an invoice as .xlsx; the total is a formula over the amounts, which are those of the bill."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = str(bill["month"])
    for k, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDE"[k]].width = width
    sheet["A1"] = invoice.title
    sheet["A1"].font = Font(bold=True, size=16, color=STEPPE)
    row = 3
    for label, value in (*invoice.facts, *invoice.energy):
        sheet.cell(row=row, column=1, value=label).font = Font(color="5B666E")
        sheet.cell(row=row, column=2, value=value)
        row += 1
    for note in invoice.notes:
        sheet.cell(row=row, column=1, value=note).font = Font(italic=True, color="8A5A00")
        row += 1
    row += 1
    for k, name in enumerate(invoice.columns, start=1):
        cell = sheet.cell(row=row, column=k, value=name)
        cell.font, cell.fill = Font(bold=True), HEAD
        cell.alignment = Alignment(horizontal="left" if k in (1, 3) else "right")
    first = row + 1
    for line, figures in zip(invoice.lines, bill["lines"], strict=True):
        row += 1
        scale = 100 if figures["unit"] == "fen" else UNITS[figures["unit"]][1]
        price = Fraction(figures["price"]) / (1 if figures["unit"] == "fen" else 1000)
        values = (line[0], float(Fraction(figures["quantity"]) / scale), line[2], float(price),
                  figures["amount_fen"] / 100)  # fmt: skip
        for k, value in enumerate(values, start=1):
            cell = sheet.cell(row=row, column=k, value=value)
            cell.border = LINE
            cell.number_format = {2: "#,##0.000", 4: "0.0000000", 5: "#,##0.00"}.get(k, "General")
    row += 1
    sheet.cell(row=row, column=1, value=invoice.total[0]).font = Font(bold=True)
    total = sheet.cell(row=row, column=5, value=f"=SUM(E{first}:E{row - 1})" if row > first else 0)
    total.font, total.number_format = Font(bold=True), "#,##0.00"
    for pair in (invoice.words, invoice.vat):
        if pair is not None:
            row += 1
            sheet.cell(row=row, column=1, value=pair[0])
            sheet.cell(row=row, column=2, value=pair[1])
    if invoice.causes:
        row += 2
        sheet.cell(row=row, column=1, value=f"{invoice.why}: {invoice.why_total}").font = Font(bold=True)
        for cause in invoice.causes:
            row += 1
            sheet.cell(row=row, column=1, value=cause[0])
            sheet.cell(row=row, column=5, value=cause[1]).alignment = Alignment(horizontal="right")
    sheet.cell(row=row + 2, column=1, value=invoice.check).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.merge_cells(start_row=row + 2, end_row=row + 2, start_column=1, end_column=5)
    sheet.row_dimensions[row + 2].height = 48
    sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = 9, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    book.save(path)
