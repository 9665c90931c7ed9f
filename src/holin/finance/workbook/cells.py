"""Cells and pages of the cash-flow workbook: what is a formula, what an input, and how it is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from holin.finance.workbook.results import Result

HEAD = PatternFill("solid", fgColor="DCE6EC")
EDGE = Side(style="thin", color="B5C0C7")
BOX = Border(left=EDGE, right=EDGE, top=EDGE, bottom=EDGE)
INPUT_BLUE = "1F4E9E"
A4, A3 = 9, 8

MONEY, RATE, FACTOR, COUNT, PRICE = '#,##0;-#,##0;"–"', "0.00%", "0.0000", "0", "0.0000"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A page of the workbook, and what its formulas come to by cell: numbers, or text."""

    page: Worksheet
    results: dict[str, Result] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Its name."""
        return str(self.page.title)

    def cell(self, row: int, column: int) -> Cell:
        """Return one cell."""
        found = self.page.cell(row=row, column=column)
        assert isinstance(found, Cell)
        return found


@dataclass(frozen=True)
class Formula:
    """A cell's formula, and what we worked out that it comes to; a text that is given stays text, whatever it begins
    with. What is not a number (`nan`) is an empty text."""

    text: str
    result: Result


def address(sheet: Sheet, row: int, column: int, *, fixed: bool = True) -> str:
    """Return a cell's address as another sheet's formula names it."""
    mark = "$" if fixed else ""
    return f"'{sheet.title}'!{mark}{get_column_letter(column)}{mark}{row}"


def span(sheet: Sheet, rows: tuple[int, int], columns: tuple[int, int]) -> str:
    """Return a range as another sheet's formula names it."""
    first, last = (get_column_letter(c) for c in columns)
    return f"'{sheet.title}'!${first}${rows[0]}:${last}${rows[1]}"


def put(
    sheet: Sheet, row: int, column: int, value: Any, *, format: str = "", bold: bool = False, wrap: bool = False
) -> None:
    """Write one framed cell: formulas black, numbers that are given blue, text as text."""
    cell = sheet.cell(row=row, column=column)
    cell.border = BOX
    if isinstance(value, Formula):
        cell.value = value.text
        number = isinstance(value.result, str) or isfinite(value.result)
        sheet.results[cell.coordinate] = value.result if number else ""
    elif isinstance(value, str):
        cell.value = value
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=wrap, vertical="top")
    else:
        cell.value = value
    given = isinstance(value, int | float) and not isinstance(value, bool)
    cell.font = Font(bold=bold, color=INPUT_BLUE if given else None)
    if format and not isinstance(value, str):
        cell.number_format = format


def heads(sheet: Sheet, row: int, values: Sequence[Any]) -> None:
    """Write a row of heads from the first column on; a year stays a number."""
    for column, value in enumerate(values, start=1):
        put(sheet, row, column, value, bold=True)
        cell = sheet.cell(row=row, column=column)
        cell.fill, cell.font = HEAD, Font(bold=True)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def title(sheet: Sheet, text: str, below: str = "") -> None:
    """Write a sheet's title in its first row, and a line below it."""
    for row, value, font in ((1, text, Font(bold=True, size=14)), (2, below, Font(color="56616B"))):
        cell = sheet.cell(row=row, column=1)
        cell.value, cell.data_type, cell.font = value, "s", font


def set_page(
    sheet: Sheet, widths: Mapping[int, float], *, freeze: str, heading: str, foot: str, titles: str = "",
    keep: str = "",
) -> None:  # fmt: skip
    """Set widths (characters by column), frozen panes, and a landscape page as wide as the sheet."""
    for column, width in widths.items():
        sheet.page.column_dimensions[get_column_letter(column)].width = width
    sheet.page.freeze_panes = freeze
    page = sheet.page.page_setup
    page.orientation, page.paperSize = "landscape", A3 if sum(widths.values()) > 150 else A4
    page.fitToWidth, page.fitToHeight = 1, 0
    sheet.page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if titles:
        sheet.page.print_title_rows = titles
    if keep:
        sheet.page.print_title_cols = keep
    top, bottom = sheet.page.oddHeader, sheet.page.oddFooter
    assert top is not None and bottom is not None
    top.left.text, top.right.text = heading.replace("&", "&&"), sheet.title.replace("&", "&&")
    bottom.right.text = foot
