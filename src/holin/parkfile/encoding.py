"""Bytes to text to rows: UTF-8 is meant, a GBK file is recognised, everything else is refused with its row."""

from __future__ import annotations

import csv
import io

from holin.errors import Fault
from holin.parkfile.limits import CELL_CHARACTERS

AS_UTF8 = "save it as UTF-8 (in Excel: Save as, CSV UTF-8)"
Records = list[tuple[int, tuple[str, ...]]]


def text_of(data: bytes, file: str) -> tuple[str | None, list[Fault]]:
    """Decode a file. None and an error when it is not text, text and a warning when it is GBK (GB18030).

    A byte-order mark of UTF-8 is dropped. Rows in another encoding than the rest are named one by one.
    """
    if not data.strip():
        return None, [Fault(file=file, problem="the file is empty", right="fill it, or delete it")]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None, [Fault(file=file, row=1, problem="the file is UTF-16", right=AS_UTF8)]
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in data:
        row = data[: data.index(b"\0")].count(b"\n") + 1
        right = "a text file is meant; " + ("an Excel workbook must end in .xlsx" if data[:2] == b"PK" else AS_UTF8)
        return None, [Fault(file=file, row=row, problem="the file is binary, not text", right=right)]
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        return _text_of_other_encoding(data, file)


def _text_of_other_encoding(data: bytes, file: str) -> tuple[str | None, list[Fault]]:
    foreign: list[tuple[int, bytes]] = []
    utf8_rows = 0
    for row, line in enumerate(data.split(b"\n"), start=1):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            utf8_rows += 1
        except UnicodeDecodeError:
            foreign.append((row, line))
    if not utf8_rows and all(_is_chinese(line) for _, line in foreign):
        row, line = foreign[0]
        return data.decode("gb18030"), [
            Fault(
                file=file,
                row=row,
                value=line.decode("gb18030").strip()[:40],
                problem="the file is not UTF-8; it was read as GBK (GB18030)",
                right=f"check the Chinese text and {AS_UTF8}",
                severity="warning",
            )
        ]
    problem = "the row is not UTF-8" + (", other rows are: two encodings are mixed" if utf8_rows else "")
    return None, [
        Fault(file=file, row=row, value=line[:40].decode("utf-8", "replace").strip(), problem=problem, right=AS_UTF8)
        for row, line in foreign
    ]


def _is_chinese(line: bytes) -> bool:
    try:
        text = line.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return all(c.isascii() or "\u2010" <= c <= "\u30ff" or "\u4e00" <= c <= "\u9fff" or c >= "\uff00" for c in text)


def records_of(text: str, file: str) -> tuple[Records, list[Fault]]:
    """Split CSV text into records with the row at which each begins; the row of a broken quotation is named."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: Records = []
    faults: list[Fault] = []
    begin = 1
    try:
        for cells in reader:
            records.append((begin, tuple(cells)))
            begin = reader.line_num + 1
    except csv.Error as error:
        long = "field limit" in str(error)
        problem = f"a cell of more than {CELL_CHARACTERS} characters" if long else f"broken quotation ({error})"
        right = "close every quotation mark; write a mark inside a quoted cell twice"
        faults.append(Fault(file=file, row=begin, problem=problem, right=right))
    return records, faults
