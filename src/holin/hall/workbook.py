"""A catalogue as an Excel workbook, read: sheets named in English or Chinese, every cell as text."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl

from holin.errors import Fault
from holin.hall.rows import SHEET_WORDS, SHEETS

Records = list[tuple[int, Sequence[str]]]
UNPACKED_BYTES = 1 << 30
"""No catalogue unpacks to more."""


def records_of_workbook(path: Path) -> tuple[dict[str, tuple[str, Records]], list[Fault]]:
    """Return the records of each sheet with its name in faults (`file[sheet]`); other sheets are not read."""
    right = "open it in Excel or LibreOffice and save it as .xlsx"
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(m.file_size for m in archive.infolist()) > UNPACKED_BYTES:
                problem = "unpacks to more than a catalogue can hold"
                return {}, [Fault(file=path.name, problem=problem, right=right)]
        return _records(path)
    except Exception as error:  # a foreign reader on unknown bytes: its errors have no common parent
        problem = f"is no readable workbook ({type(error).__name__})"
        return {}, [Fault(file=path.name, problem=problem, right=right)]


def _records(path: Path) -> tuple[dict[str, tuple[str, Records]], list[Fault]]:
    names = {w.casefold(): sheet for sheet in SHEETS for w in (sheet, SHEET_WORDS[sheet])}
    found: dict[str, tuple[str, Records]] = {}
    faults: list[Fault] = []
    formulas = _formulas(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles that it does not keep
        with path.open("rb") as source:  # a damaged workbook that openpyxl gives up would stay open by its name
            book = openpyxl.load_workbook(source, read_only=True, data_only=True, keep_links=False)
            for page in book.worksheets:
                sheet = names.get(page.title.strip().casefold())
                if sheet is None:
                    continue
                file = f"{path.name}[{page.title}]"
                if sheet in found:
                    problem, right = f"the sheet {sheet} stands twice", "keep one of the two"
                    faults.append(Fault(file=file, problem=problem, right=right))
                    continue
                page.reset_dimensions()
                found[sheet] = (file, _rows(page, file, formulas.get(page.title, frozenset()), faults))
    return found, faults


def _formulas(path: Path) -> dict[str, frozenset[tuple[int, int]]]:
    """Return the places (row, column, from 1) of formulas by sheet; quick where there are none."""
    with zipfile.ZipFile(path) as archive:
        sheets = [m for m in archive.namelist() if m.startswith("xl/worksheets/")]
        if not any(re.search(rb"<(\w+:)?f[ >/]", archive.read(m)) for m in sheets):
            return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with path.open("rb") as source:
            book = openpyxl.load_workbook(source, keep_links=False)
    return {
        page.title: frozenset(
            (int(c.row or 0), int(c.column or 0)) for row in page.iter_rows() for c in row if c.data_type == "f"
        )
        for page in book.worksheets
    }


def _rows(page: Any, file: str, formulas: frozenset[tuple[int, int]], faults: list[Fault]) -> Records:
    rows: Records = []
    for number, cells in enumerate(page.iter_rows(), start=1):
        texts = [text_of(c.value) for c in cells]
        for k, (cell, text) in enumerate(zip(cells, texts, strict=True), start=1):
            never = cell.value is None and (number, k) in formulas
            if never or cell.data_type == "e":
                head = rows[0][1][k - 1] if rows and k <= len(rows[0][1]) else None
                problem = "a formula that was never computed" if never else "an error of Excel stands in the cell"
                right = "open the workbook in Excel and save it, or write the value"
                faults.append(Fault(file=file, row=number, field=head, value=text, problem=problem, right=right))
        rows.append((number, texts))
    return rows


def text_of(value: Any) -> str:
    """Return a cell's value as the text that a CSV file would have."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime() if value.time() == time(0):
            return value.date().isoformat()
        case datetime() | date():
            return value.isoformat()
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case _:
            return re.sub(r"_x005F_(?=x[0-9A-Fa-f]{4}_)", "_", str(value))
