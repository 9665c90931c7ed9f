"""A catalogue as an Excel workbook, written: headings explained, choices as drop-downs; and the empty template."""

from __future__ import annotations

import re
import typing
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from holin.columns import Basis, Column, columns_of, printed
from holin.hall.catalogue import Catalogue
from holin.hall.meanings import MEANINGS_ZH
from holin.hall.rows import HEADINGS, SHEET_WORDS, SHEETS
from holin.hall.words import WORDS, word

TEMPLATE_ROWS = 2000
"""So many rows of a sheet have drop-downs."""

LISTS = {"en": "lists", "zh": "选项"}
NOTES = {"en": "notes", "zh": "说明"}
WIDE = 40
GREEN, PALE = PatternFill("solid", fgColor="1F6B45"), PatternFill("solid", fgColor="8FA59A")


def write_workbook(catalogue: Catalogue, path: Path, *, language: str = "en") -> None:
    """Write a catalogue, or an empty one as a template, with headings in a language; both are read back alike."""
    zh = language == "zh"
    book: Any = openpyxl.Workbook()
    book.remove(book.active)
    for sheet, kind in SHEETS.items():
        page = book.create_sheet(SHEET_WORDS[sheet] if zh else sheet)
        page.freeze_panes = "B2"
        columns = columns_of(kind)
        for k, column in enumerate(columns, start=1):
            _heading(page, k, column, language)
        for row, thing in enumerate(getattr(catalogue, sheet), start=2):
            for k, column in enumerate(columns, start=1):
                _cell(page, row, k, getattr(thing, column.name))
    _lists(book, language)
    _notes(book, language)
    book.save(path)


def _heading(page: Any, k: int, column: Column, language: str) -> None:
    cell = page.cell(1, k, HEADINGS[column.name] if language == "zh" else column.name)
    cell.font = Font(bold=True, color="FFFFFF")
    cell.fill = GREEN if column.required else PALE
    cell.alignment = Alignment(vertical="center")
    cell.comment = Comment(_explained(column, language), "Holin", width=280, height=110)
    width = 2 + sum(1 + (ord(c) > 0x2E80) for c in str(cell.value))
    page.column_dimensions[get_column_letter(k)].width = max(width, 18 if column.core_type is str else 12)


def _explained(column: Column, language: str) -> str:
    if language == "zh":
        needed = "必填" if column.required else "可留空"
        return f"{column.name}\n{MEANINGS_ZH[column.name]}\n{needed}"
    unit = "" if column.unit in ("", "1") else f"\nin {column.unit}"
    return f"{column.meaning}{unit}\n{'required' if column.required else 'may be left out'}"


def _cell(page: Any, row: int, k: int, value: Any) -> None:
    """Write a figure as a number with all its digits, all else as text that stays text."""
    if value is None or value == "" or value == ():
        return
    cell = page.cell(row, k)
    if isinstance(value, float):
        cell.value = 0
        cell._value = printed(value)
        return
    cell.value = ""
    cell._value = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", printed(value))
    cell.data_type = "s"


def choices_of(column: Column) -> type[StrEnum] | None:
    """Return the choices of a column whose cell holds one of them."""
    kind = column.core_type
    return kind if isinstance(kind, type) and issubclass(kind, StrEnum) else None


def _lists(book: Any, language: str) -> None:
    """Write every list of choices on a sheet of its own, and let the cells choose from them."""
    lists = book.create_sheet(LISTS[language])
    places: dict[type[StrEnum], str] = {}
    for sheet, kind in SHEETS.items():
        page = book[SHEET_WORDS[sheet] if language == "zh" else sheet]
        for k, column in enumerate(columns_of(kind), start=1):
            choices = choices_of(column)
            if choices is None:
                _limit(page, k, column)
                continue
            if choices not in places:
                places[choices] = _list(lists, len(places) + 1, choices, language)
            _validate(page, k, DataValidation(type="list", formula1=places[choices], allow_blank=not column.required))
    several = next(c for c in columns_of(SHEETS["products"]) if c.name == "uses")
    use = typing.get_args(several.core_type)[0]
    if use not in places:
        _list(lists, len(places) + 1, use, language)


def _list(lists: Any, k: int, choices: type[StrEnum], language: str) -> str:
    words = [word(c, language) if choices in WORDS else c.value for c in choices]
    if choices is Basis:
        words = [c.value for c in choices]
    lists.cell(1, k, choices.__name__).font = Font(bold=True)
    for row, text in enumerate(words, start=2):
        lists.cell(row, k, text)
    letter = get_column_letter(k)
    lists.column_dimensions[letter].width = 24
    return f"'{lists.title}'!${letter}$2:${letter}${len(words) + 1}"


def _limit(page: Any, k: int, column: Column) -> None:
    """Let Excel itself refuse a figure that is out of range."""
    if column.core_type is not float:
        return
    bound = column.gt if column.gt is not None else column.ge
    if bound is None:
        return
    rule = DataValidation(type="decimal", formula1=f"{bound:g}", allow_blank=True)
    rule.operator = "greaterThan" if column.gt is not None else "greaterThanOrEqual"
    _validate(page, k, rule)


def _validate(page: Any, k: int, rule: DataValidation) -> None:
    letter = get_column_letter(k)
    rule.add(f"{letter}2:{letter}{max(TEMPLATE_ROWS, page.max_row)}")
    page.add_data_validation(rule)


NOTE_LINES: dict[str, Sequence[str]] = {
    "en": (
        "Dark headings are required, pale ones may be left out. A comment on each heading says what it means.",
        "Headings, sheets and choices may stand in English or Chinese; several uses are split by ;",
        "steps: one row for each input of a product's reference run. Source: a product, potline:ID, or batch:ID.",
        "Mass closes: input_kg of all its steps = made_kg + scrap_kg + loss_kg.",
        "Machinery and auxiliaries have no steps: give maker_data or declared_t_per_t, declared_by and declared_on.",
        "Check and take it in: holin catalogue import FILE.xlsx --run RUN --out hall",
    ),
    "zh": (
        "深色表头必填，浅色可留空；表头批注说明含义。",
        "表名、表头和选项中英文均可；多个用途以 ; 分隔。",
        "工序投料：产品基准批的每种投料一行；来源为产品编号、potline:电解系列编号 或 batch:批次编号。",
        "物料平衡：各行投料之和 = 产出 + 回炉废料 + 烧损。",
        "设备与辅料不填工序：填厂家数据或厂家声明碳足迹，以及声明单位、声明日期。",
        "检查并导入：holin catalogue import FILE.xlsx --run RUN --out hall",
    ),
}


def _notes(book: Any, language: str) -> None:
    notes = book.create_sheet(NOTES[language])
    notes.column_dimensions["A"].width = 110
    for row, line in enumerate(NOTE_LINES[language], start=1):
        notes.cell(row, 1, line)
