"""A table as it stands in a file: text in cells. What folder and workbook have in common."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from holin.errors import Fault

PARK = "park"
STAGE = "stage"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The text of a table: `rows` are (row number as an editor counts, cells), as wide as `header`.

    `lines` gives the line of single fields, by row number, where a file has one field per line (`park.toml`).
    """

    table: str
    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    header_row: int = 1
    lines: dict[int, dict[str, int]] = field(default_factory=dict)


def sheet_of_records(table: str, file: str, records: list[tuple[int, tuple[str, ...]]]) -> tuple[Sheet, list[Fault]]:
    """Return records, the first of which is the header, as a sheet of equal rows, and the faults of its shape.

    Empty rows are left out, as are columns that have neither a header nor a value.
    """
    records = [(number, cells) for number, cells in records if any(c.strip() for c in cells)]
    if not records:
        fault = Fault(file=file, problem="the file is empty", right="give it a header row, or delete it")
        return Sheet(table=table, file=file, header=(), rows=()), [fault]
    header_row, header_cells = records[0]
    header = tuple(c.strip() for c in header_cells)
    while header and not header[-1]:
        header = header[:-1]
    faults = _faults_of_header(file, header_row, header)
    if faults:
        return Sheet(table=table, file=file, header=header, rows=(), header_row=header_row), faults
    rows = []
    for number, cells in records[1:]:
        wide = len(cells)
        if wide > len(header) and not any(c.strip() for c in cells[len(header) :]):
            cells = cells[: len(header)]
        if len(cells) != len(header):
            faults.append(
                Fault(
                    file=file,
                    row=number,
                    value=_shortened(",".join(cells)),
                    problem=f"the row has {wide} cells where the header has {len(header)}",
                    right="give every column a cell, an empty one where nothing is known; quote text that holds commas",
                )
            )
        else:
            rows.append((number, cells))
    return Sheet(table=table, file=file, header=header, rows=tuple(rows), header_row=header_row), faults


def _faults_of_header(file: str, row: int, header: tuple[str, ...]) -> list[Fault]:
    if len(header) == 1 and (mark := next((m for m in (";", "\t", "|") if m in header[0]), None)):
        problem = f"the columns are separated by {mark!r}"
        right = "separate them by commas"
        return [Fault(file=file, row=row, value=_shortened(header[0]), problem=problem, right=right)]
    faults = []
    for place, name in enumerate(header, start=1):
        if not name:
            problem, right = f"column {place} has no header", "name it, or remove the column"
            faults.append(Fault(file=file, row=row, problem=problem, right=right))
        elif name in header[: place - 1]:
            problem, right = "the column stands twice", "remove one of the two"
            faults.append(Fault(file=file, row=row, field=name, problem=problem, right=right))
    return faults


def problem_of_text(text: str) -> str | None:
    """Say why a text cannot stand in a cell (line breaks and other control characters), None if it can."""
    if text.isprintable():
        return None
    for character in text:
        code, kind = ord(character), unicodedata.category(character)
        if character in "\r\n\u2028\u2029":
            return "holds a line break"
        if kind in ("Cc", "Cs") or code & 0xFFFE == 0xFFFE:
            return f"holds the control character U+{code:04X}"
    return None


def _shortened(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
