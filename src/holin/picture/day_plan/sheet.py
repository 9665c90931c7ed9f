"""Cells of the daily dispatch plan, and how its sheets come out of a printer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break, ColBreak
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from holin.picture.day_plan.facts import PlanFacts
from holin.picture.day_plan.words import word

HEAD = PatternFill("solid", fgColor="DCE6EC")
EDGE = Side(style="thin", color="B5C0C7")
BOX = Border(left=EDGE, right=EDGE, top=EDGE, bottom=EDGE)
RED = "B3372F"

A4, A3 = 9, 8
PAPERS: tuple[tuple[int, Literal["portrait", "landscape"], float], ...] = (
    (A4, "portrait", 8.27),
    (A4, "landscape", 11.69),
    (A3, "landscape", 16.54),
)
"""Paper (as Excel numbers them), orientation and width in inches, in the order in which they are tried."""

MARGIN_IN = 0.4
SCALE_MIN = 0.6
"""A table is not printed smaller than this: a figure of 11 points is then still 6.6 points high."""


def head(sheet: Worksheet, row: int, column: int, value: str) -> None:
    """Write a cell of a table's head."""
    cell = sheet.cell(row=row, column=column, value=value)
    cell.font, cell.fill, cell.border = Font(bold=True), HEAD, BOX
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def heads(sheet: Worksheet, row: int, values: Sequence[str]) -> None:
    """Write a row of heads from the first column on."""
    for k, value in enumerate(values, start=1):
        head(sheet, row, k, value)


def boxed(sheet: Worksheet, row: int, values: Sequence[Any], *, red: bool = False, format: str | None = None) -> None:
    """Write a row of framed cells from the first column on; text wraps, numbers take the `format`."""
    for k, value in enumerate(values, start=1):
        cell = sheet.cell(row=row, column=k, value=value)
        cell.border = BOX
        if isinstance(value, str):
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        elif format:
            cell.number_format = format
        if red:
            cell.font = Font(color=RED, bold=True)


def merge_equal(sheet: Worksheet, row: int, first: int, values: Sequence[str], breaks: Sequence[int] = ()) -> None:
    """Join neighbouring cells of a row that say the same, but not across a page break after a column."""
    start = 0
    for k in range(1, len(values) + 1):
        if k == len(values) or values[k] != values[start] or first + k - 1 in breaks:
            if k - start > 1:
                sheet.merge_cells(start_row=row, end_row=row, start_column=first + start, end_column=first + k - 1)
            start = k


@dataclass(frozen=True, kw_only=True)
class Printing:
    """What every sheet of one plan says at the head and foot of its pages."""

    facts: PlanFacts
    days: str
    language: str


def set_print(
    sheet: Worksheet, on: Printing, widths: Sequence[float], *, titles: str = "", breaks: Sequence[int] = (),
    keep: int = 0, wide: bool = False,
) -> None:  # fmt: skip
    """Set the widths of columns, in characters, and make the sheet print well: paper, heading, page numbers.

    `titles` are the rows that stand on every page ("5:6"). The least paper on which the sheet is not too small is
    taken; with `breaks` (from `column_breaks`) it is cut after these columns, and the first `keep` columns stand on
    every page. `wide` asks for landscape in any case.
    """
    for k, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(k)].width = width
    total, page = sum(map(_inch, widths)), sheet.page_setup
    fitting = [p for p in PAPERS if (not wide or p[1] == "landscape") and total * SCALE_MIN <= p[2] - 2 * MARGIN_IN]
    page.paperSize, page.orientation, _ = fitting[0] if fitting and not breaks else PAPERS[-1]
    if breaks:
        page.scale = round(100 * SCALE_MIN)
        sheet.col_breaks = ColBreak()
        for column in breaks:
            sheet.col_breaks.append(Break(id=column))
        sheet.print_title_cols = f"A:{get_column_letter(keep)}"
    else:
        page.fitToWidth, page.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if titles:
        sheet.print_title_rows = titles
    margins = sheet.page_margins
    margins.left = margins.right = MARGIN_IN
    margins.top = margins.bottom = 0.75
    sheet.print_options.horizontalCentered = True
    heading, foot = sheet.oddHeader, sheet.oddFooter
    assert heading is not None and foot is not None
    heading.left.text, heading.right.text = _plain(on.facts.park_name), _plain(sheet.title)
    foot.left.text = _plain(f"{on.days}  {word('proposal', on.language)}")
    foot.right.text = word("page", on.language)


def column_breaks(widths: Sequence[float], groups: Sequence[str], keep: int) -> list[int]:
    """Return after which columns a wide table is cut, [] where one page of the largest paper carries it.

    `groups` says of the columns after the first `keep`, which stand on every page, which belong together: they are cut
    between groups where a page is then at least half full.
    """
    room = (PAPERS[-1][2] - 2 * MARGIN_IN) / SCALE_MIN
    inches = [_inch(w) for w in widths]
    if sum(inches) <= room:
        return []
    free = room - sum(inches[:keep])
    breaks, used, border, at_border = list[int](), 0.0, 0, 0.0
    for k, width in enumerate(inches[keep:]):
        if k and groups[k] != groups[k - 1]:
            border, at_border = k, used
        if used + width > free:
            cut, before = (border, at_border) if border > 0 and at_border >= free / 2 else (k, used)
            breaks.append(keep + cut)
            used, border, at_border = used - before, 0, 0.0
        used += width
    return breaks


def _inch(width: float) -> float:
    """Return what a column of so many characters takes: 7 pixels each and 5 around them, 96 an inch."""
    return (7 * width + 5) / 96


def _plain(text: str) -> str:
    """Return text for a page's head or foot, in which & begins a command."""
    return text.replace("&", "&&")
