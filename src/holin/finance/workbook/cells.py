"""Cells and pages of the cash-flow workbook: what is a formula, what an input, and how it is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

HEAD = PatternFill("solid", fgColor="DCE6EC")
EDGE = Side(style="thin", color="B5C0C7")
BOX = Border(left=EDGE, right=EDGE, top=EDGE, bottom=EDGE)
INPUT_BLUE = "1F4E9E"
A4, A3 = 9, 8

MONEY, RATE, FACTOR, COUNT, PRICE = '#,##0;-#,##0;"–"', "0.00%", "0.0000", "0", "0.0000"


class Formula(str):
    """A cell's formula; any other text stays text, whatever it begins with."""

    __slots__ = ()


def address(sheet: Worksheet, row: int, column: int, *, fixed: bool = True) -> str:
    """Return a cell's address as another sheet's formula names it."""
    mark = "$" if fixed else ""
    return f"'{sheet.title}'!{mark}{get_column_letter(column)}{mark}{row}"


def span(sheet: Worksheet, rows: tuple[int, int], columns: tuple[int, int]) -> str:
    """Return a range as another sheet's formula names it."""
    first, last = (get_column_letter(c) for c in columns)
    return f"'{sheet.title}'!${first}${rows[0]}:${last}${rows[1]}"


def put(
    sheet: Worksheet, row: int, column: int, value: Any, *, format: str = "", bold: bool = False, wrap: bool = False
) -> None:
    """Write one framed cell: formulas black, numbers that are given blue, text as text."""
    cell = sheet.cell(row=row, column=column)
    cell.border = BOX
    if isinstance(value, Formula):
        cell.value = str(value)
    elif isinstance(value, str):
        cell.value = value
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=wrap, vertical="top")
    else:
        cell.value = value
    given = isinstance(value, int | float) and not isinstance(value, bool)
    cell.font = Font(bold=bold, color=INPUT_BLUE if given else None)
    if format and not (isinstance(value, str) and not isinstance(value, Formula)):
        cell.number_format = format


def heads(sheet: Worksheet, row: int, values: Sequence[Any]) -> None:
    """Write a row of heads from the first column on; a year stays a number."""
    for column, value in enumerate(values, start=1):
        put(sheet, row, column, value, bold=True)
        cell = sheet.cell(row=row, column=column)
        cell.fill, cell.font = HEAD, Font(bold=True)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def title(sheet: Worksheet, text: str, below: str = "") -> None:
    """Write a sheet's title in its first row, and a line below it."""
    for row, value, font in ((1, text, Font(bold=True, size=14)), (2, below, Font(color="56616B"))):
        cell = sheet.cell(row=row, column=1, value=value)
        cell.data_type, cell.font = "s", font


def set_page(
    sheet: Worksheet, widths: Mapping[int, float], *, freeze: str, heading: str, foot: str, titles: str = "",
    keep: str = "",
) -> None:  # fmt: skip
    """Set widths (characters by column), frozen panes, and a landscape page as wide as the sheet."""
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = freeze
    page = sheet.page_setup
    page.orientation, page.paperSize = "landscape", A3 if sum(widths.values()) > 150 else A4
    page.fitToWidth, page.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if titles:
        sheet.print_title_rows = titles
    if keep:
        sheet.print_title_cols = keep
    top, bottom = sheet.oddHeader, sheet.oddFooter
    assert top is not None and bottom is not None
    top.left.text, top.right.text = heading.replace("&", "&&"), sheet.title.replace("&", "&&")
    bottom.right.text = foot
