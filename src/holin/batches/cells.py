"""The cells of a CSV file of records, read row by row by the columns of its kind; every fault is kept."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from holin.batches.mass import grams_of
from holin.columns import Column, columns_of, parsed
from holin.errors import Fault

FAULTS_OF_A_FILE = 200
AS_TIME = "write it with its offset, such as 2025-06-02 08:20+08:00, or with Z"
Read = TypeVar("Read")


@dataclass(kw_only=True)
class Sheet:
    """One file while it is read: rows by their line, and the faults found."""

    file: str
    rows: list[tuple[int, dict[str, Any]]]
    sha256: str
    faults: list[Fault] = field(default_factory=list)

    def say(self, row: int | None, name: str | None, value: object, problem: str, right: str) -> None:
        """Add a fault."""
        if len(self.faults) < FAULTS_OF_A_FILE:
            shown = None if value is None else str(value)[:60]
            self.faults.append(
                Fault(file=self.file, row=row, field=name, value=shown, problem=problem, right=right)
            )  # fmt: skip

    def read(self, row: int, name: str, value: Any, how: Callable[[str], Read], otherwise: Read) -> Read:
        """Return a cell as `how` reads it; what cannot be read is a fault and `otherwise`."""
        try:
            return how(value)
        except ValueError as error:
            problem, _, right = str(error).partition(": ")
            self.say(row, name, value, problem, right or "correct it")
            return otherwise


def sheet_of(path: Path, kind: type) -> Sheet:
    """Return the rows of a CSV file (UTF-8 or GB 18030; commas, semicolons or tabs) by the columns of `kind`."""
    raw = path.read_bytes()
    sheet = Sheet(file=path.name, rows=[], sha256=hashlib.sha256(raw).hexdigest())
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
        if "\ufffd" in text:
            sheet.say(None, None, None, "is no text that can be read", "save it as CSV UTF-8")
            return sheet
    head = text.partition("\n")[0]
    mark = max(",;\t", key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    names = [n.strip() for n in next(lines, [])]
    known = columns_of(kind)
    if not _fits(sheet, names, known):
        return sheet
    for cells in lines:
        if any(c.strip() for c in cells):
            _row(sheet, lines.line_num, names, cells, known)
    return sheet


def _fits(sheet: Sheet, names: list[str], known: tuple[Column, ...]) -> bool:
    """Say unknown, doubled and missing columns."""
    words = [c.name for c in known]
    for name in [n for n in dict.fromkeys(names) if n not in words]:
        near = get_close_matches(name, words, n=1)
        right = f"did you mean {near[0]}?" if near else f"the columns are {', '.join(words)}"
        sheet.say(1, name or None, None, "no such column", right)
    for name in sorted({n for n in names if names.count(n) > 1}):
        sheet.say(1, name, None, "the column comes twice", "keep one")
    for column in known:
        if column.required and column.name not in names:
            sheet.say(1, column.name, None, "the column is missing", f"add it: {column.meaning}")
    return not sheet.faults


def _row(sheet: Sheet, line: int, names: list[str], cells: list[str], known: tuple[Column, ...]) -> None:
    if len(cells) > len(names) and any(c.strip() for c in cells[len(names) :]):
        right = "put texts with commas into quotation marks"
        sheet.say(line, None, None, f"has {len(cells)} cells, and the head {len(names)}", right)
        return
    said = dict(zip(names, cells, strict=False))
    before = len(sheet.faults)
    values = {c.name: _value(sheet, line, c, said.get(c.name, "")) for c in known}
    if len(sheet.faults) == before:
        sheet.rows.append((line, values))


def _value(sheet: Sheet, line: int, column: Column, text: str) -> Any:
    try:
        value = parsed(column, text)
    except ValueError as error:
        sheet.say(line, column.name, text or None, str(error), f"give {column.meaning}")
        return None
    if isinstance(value, float):
        least, most = column.ge, column.le
        if (least is not None and value < least) or (most is not None and value > most):
            sheet.say(line, column.name, text, "is out of its range", f"{least:g} to {most:g} {column.unit}")
    if column.unit == "kg" and isinstance(value, str) and value:
        return sheet.read(line, column.name, value, grams_of, 0)
    if column.name == "time" and isinstance(value, str):
        return sheet.read(line, column.name, value, second_of, 0)
    return value


def second_of(text: str) -> int:
    """Return s (UTC) of a time with its offset; raises ValueError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"is no time: {AS_TIME}") from error
    if moment.tzinfo is None:
        raise ValueError(f"has no offset, so which hour is meant is not said: {AS_TIME}")
    return int(moment.timestamp())
