"""A park as one Excel workbook, read: a sheet per table, `park`, `stage`, and a sheet per file of series."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl

from holin.errors import Fault
from holin.park import KINDS
from holin.parkfile.folder import Sheets
from holin.parkfile.hints import did_you_mean, nearest
from holin.parkfile.limits import WORKBOOK_BYTES, WORKBOOK_UNPACKED_BYTES, fault_text_of_size
from holin.parkfile.sheet import PARK, STAGE, Sheet, sheet_of_records

NOTES = "notes"
ALL_TABLES = frozenset((PARK, STAGE, *KINDS))
SHEET_NAME_LENGTH = 31
AS_XLSX = "open it in Excel or LibreOffice and save it as .xlsx"
Records = list[tuple[int, tuple[str, ...]]]


def sheet_names_of(files: Iterable[str]) -> dict[str, str]:
    """Return the sheet's name of every file of series: as near to the file's name as Excel allows, each once."""
    names: dict[str, str] = {}
    for file in dict.fromkeys(files):
        stem = re.sub(r"[\[\]:*?/\\']", "_", file)[-SHEET_NAME_LENGTH:]
        if "." not in stem:
            stem = f"{stem[: SHEET_NAME_LENGTH - 1]}."
        name, number = stem, 1
        while name.casefold() in {n.casefold() for n in names.values()}:
            number += 1
            name = f"{stem[: SHEET_NAME_LENGTH - 1 - len(str(number))]}.{number}"
        names[file] = name
    return names


def sheets_of_workbook(path: Path) -> tuple[Sheets, dict[str, Sheet]]:
    """Read every sheet of a workbook as text; return the tables, and the sheets of series by their names."""
    pattern = f"{path.name}[{{}}]"
    park_file = pattern.format(PARK)
    if faults := _faults_of_archive(path):
        return Sheets(park_file=park_file, tables={}, faults=tuple(faults), unread=ALL_TABLES), {}
    try:
        records, found = _records_of_workbook(path, pattern)
    except Exception as error:  # a foreign reader on unknown bytes: its errors have no common parent
        problem = f"not a readable workbook ({type(error).__name__})"
        fault = Fault(file=path.name, problem=problem, right=AS_XLSX)
        return Sheets(park_file=park_file, tables={}, faults=(fault,), unread=ALL_TABLES), {}
    tables: dict[str, Sheet] = {}
    series: dict[str, Sheet] = {}
    unread: set[str] = set()
    for name, rows in records.items():
        known = name in (PARK, STAGE) or name in KINDS
        if name == NOTES or (not known and "." not in name):
            continue
        sheet, problems = sheet_of_records(name, pattern.format(name), rows)
        found += problems
        (tables if known else series)[name] = sheet
        if known and not sheet.rows and problems:
            unread.add(name)
        elif known and not sheet.rows:
            right = "add rows below the header, or delete the sheet"
            found.append(
                Fault(file=sheet.file, row=1, problem="the table has no rows", right=right, severity="warning")
            )
    found += _faults_of_names(path.name, list(records))
    return Sheets(park_file=park_file, tables=tables, faults=tuple(found), unread=frozenset(unread)), series


def _faults_of_archive(path: Path) -> list[Fault]:
    """Refuse what is no workbook, or would unpack to more than a workbook of a park can hold."""
    try:
        if fault := fault_text_of_size(path.stat().st_size, WORKBOOK_BYTES):
            return [Fault(file=path.name, problem=fault[0], right=fault[1])]
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if fault := fault_text_of_size(sum(m.file_size for m in members), WORKBOOK_UNPACKED_BYTES):
                return [Fault(file=path.name, problem=f"unpacked, {fault[0]}", right=fault[1])]
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as part:
                        if b"<!DOCTYPE" in part.read(4096):
                            problem = f"{member.filename} declares its own document type"
                            return [Fault(file=path.name, problem=problem, right=AS_XLSX)]
    except Exception as error:  # damaged archives raise many kinds of error
        problem = f"not an Excel workbook ({type(error).__name__})"
        return [Fault(file=path.name, problem=problem, right=AS_XLSX)]
    return []


def _records_of_workbook(path: Path, pattern: str) -> tuple[dict[str, Records], list[Fault]]:
    formulas = _formulas_of(path)
    faults: list[Fault] = []
    records: dict[str, Records] = {}
    for sheet in _opened(path, data_only=True):
        rows: Records = []
        width = 0
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            texts = [text_of_value(c.value) for c in cells]
            for place, cell in enumerate(cells):
                if fault := _fault_of_cell(cell, (number, place) in formulas.get(sheet.title, set())):
                    header = rows[0][1][place] if rows and place < len(rows[0][1]) else None
                    value = texts[place] or None
                    problem, right = fault
                    file = pattern.format(sheet.title)
                    faults.append(Fault(file=file, row=number, field=header, value=value, problem=problem, right=right))
            width = width or len(texts)
            rows.append((number, tuple(texts) + ("",) * (width - len(texts))))
        records[sheet.title] = rows
    return records, faults


def _opened(path: Path, *, data_only: bool) -> Iterable[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and validations that it does not keep
        with path.open("rb") as file:  # a damaged workbook that openpyxl gives up would stay open by its name
            book = openpyxl.load_workbook(file, read_only=True, data_only=data_only, keep_links=False)
            yield from (s for s in book.worksheets)


def _formulas_of(path: Path) -> dict[str, set[tuple[int, int]]]:
    """Return the places (row from 1, column from 0) of formulas by sheet; quick where there are none."""
    with zipfile.ZipFile(path) as archive:
        sheets = [m for m in archive.namelist() if m.startswith("xl/worksheets/")]
        if not any(re.search(rb"<(\w+:)?f[ >/]", archive.read(m)) for m in sheets):
            return {}
    found: dict[str, set[tuple[int, int]]] = {}
    for sheet in _opened(path, data_only=False):
        sheet.reset_dimensions()
        found[sheet.title] = {
            (number, place)
            for number, cells in enumerate(sheet.iter_rows(), start=1)
            for place, cell in enumerate(cells)
            if cell.data_type == "f"
        }
    return found


def _fault_of_cell(cell: Any, formula: bool) -> tuple[str, str] | None:
    if cell.data_type == "e":
        return "an error of Excel stands in the cell", "correct the formula, or write the value"
    if formula and cell.value is None:
        return "a formula that was never computed", "open the workbook in Excel and save it, or write the value"
    return None


def text_of_value(value: Any) -> str:
    """Return a cell's value as the text that a CSV file would have."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime() if value.time() == time(0):
            return value.date().isoformat()
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case float():
            return repr(value)
        case _:
            return re.sub(r"_x005F_(?=x[0-9A-Fa-f]{4}_)", "_", str(value))


def _faults_of_names(file: str, names: list[str]) -> list[Fault]:
    tables = [PARK, STAGE, *KINDS]
    faults = []
    for name in names:
        if name in tables or name == NOTES or "." in name:
            continue
        near = nearest(name, tables)
        problem = "no such table" if near else "the sheet is not read"
        right = did_you_mean(name, tables, f"the tables are named as in the sheet {NOTES!r}")
        faults.append(
            Fault(file=f"{file}[{name}]", problem=problem, right=right, severity="error" if near else "warning")
        )
    for name in (PARK, STAGE):
        if name not in names:
            problem = f"the sheet {name!r} is missing"
            right = "copy it from a workbook that `holin excel` has written"
            faults.append(Fault(file=f"{file}[{name}]", problem=problem, right=right))
    return faults
