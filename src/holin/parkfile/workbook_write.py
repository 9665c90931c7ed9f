"""A park as one Excel workbook, written: headers frozen and explained, every number to its last digit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from holin.calendar import local
from holin.columns import Column, columns_of, printed
from holin.park import ATTRIBUTES, KINDS, Park, ParkFacts, Series, Stage
from holin.parkfile.sheet import PARK, STAGE
from holin.parkfile.workbook import NOTES, sheet_names_of

FIRST_EXCEL_DAY = date(1900, 3, 1)  # before it Excel counts a 29 February 1900 that never was
WIDEST = 48

ColumnsOf = Callable[[type, Iterable[Any]], list[Column]]


def write_workbook(park: Park, columns: ColumnsOf, files: Mapping[str, Sequence[Series]], path: Path) -> None:
    """Write all tables, the notes and the series' sheets; `columns` chooses the columns of a table."""
    book = openpyxl.Workbook(write_only=True)
    _add_table(book, PARK, list(columns_of(ParkFacts)), [park.facts])
    _add_table(book, STAGE, list(columns_of(Stage)), park.stages)
    for table, kind in KINDS.items():
        things = getattr(park, ATTRIBUTES[table])
        if things:
            _add_table(book, table, columns(kind, things), things)
    names = sheet_names_of(files)
    for file, members in files.items():
        _add_series(book, names[file], members, park.facts.time_zone)
    _add_notes(book)
    book.save(path)


def _add_table(book: Any, title: str, columns: list[Column], things: Sequence[Any]) -> None:
    sheet = book.create_sheet(title)
    rows = [[getattr(t, c.name) for c in columns] for t in things]
    _set_widths(sheet, [c.name for c in columns], rows)
    header = []
    for column in columns:
        cell = _text_cell(sheet, column.name)
        cell.font = Font(bold=True)
        cell.comment = Comment(_explained(column), "Holin", width=260, height=90)
        header.append(cell)
    sheet.append(header)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _add_series(book: Any, title: str, members: Sequence[Series], time_zone: str) -> None:
    sheet = book.create_sheet(title)
    headers = ["time", *(s.header for s in members)]
    _set_widths(sheet, headers, [])
    sheet.column_dimensions["A"].width = 28
    sheet.append([_text_cell(sheet, h) for h in headers])
    times = (t.isoformat(sep=" ") for t in local(members[0].time, time_zone))
    for time, *values in zip(times, *(s.values.tolist() for s in members), strict=True):
        sheet.append([_text_cell(sheet, time), *(_cell(sheet, v) for v in values)])


def _add_notes(book: Any) -> None:
    sheet = book.create_sheet(NOTES)
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDE", (18, 30, 18, 12, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append(["sheet", "column", "unit", "required", "meaning"])
    for table, kind in {PARK: ParkFacts, STAGE: Stage, **KINDS}.items():
        for column in columns_of(kind):
            needed = "required" if column.required else ""
            sheet.append([_text_cell(sheet, t) for t in (table, column.name, column.unit, needed, column.meaning)])


def _set_widths(sheet: Any, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    sheet.freeze_panes = "A2"
    for place, header in enumerate(headers, start=1):
        longest = max([len(header), *(len(printed(row[place - 1])) for row in rows)])
        sheet.column_dimensions[get_column_letter(place)].width = min(longest + 2, WIDEST)


def _explained(column: Column) -> str:
    unit = {"": "", "1": "ratio or number, without unit\n"}.get(column.unit, f"in {column.unit}\n")
    return f"{column.meaning}\n{unit}{'required' if column.required else 'may be left out'}"


def _cell(sheet: Any, value: Any) -> Any:
    """A day is text: typed over with a year alone, a cell of Excel's own date format would show a day of 1905."""
    match value:
        case None | "":
            return WriteOnlyCell(sheet, None)
        case bool():
            return WriteOnlyCell(sheet, value)
        case int() | float():
            return _number_cell(sheet, value)
        case datetime() if value.date() >= FIRST_EXCEL_DAY:
            return _dated_cell(sheet, value)
        case _:
            return _text_cell(sheet, printed(value))


def _number_cell(sheet: Any, value: float) -> Any:
    """A cell with all digits of a number: openpyxl itself writes 16, which would lose the last bit of some."""
    cell = WriteOnlyCell(sheet, 0)
    cell._value = repr(value)  # type: ignore[attr-defined]
    return cell


def _dated_cell(sheet: Any, value: datetime) -> Any:
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = "yyyy-mm-dd hh:mm"
    return cell


def _text_cell(sheet: Any, text: str) -> Any:
    """A cell that stays text, whatever it looks like: a formula, a number, an escape of Excel."""
    cell = WriteOnlyCell(sheet, "")
    cell.value = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    cell.data_type = "s"
    return cell
