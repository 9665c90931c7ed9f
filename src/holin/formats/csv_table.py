"""A CSV table of another tool as records: its header, its rows, the line of each."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from holin.errors import BadInput, Fault
from holin.formats.imported import Faults
from holin.formats.records import Record
from holin.formats.source_file import text_of_file

CELL_CHARACTERS = 1_000_000
COLUMNS_MAX = 200_000


@contextmanager
def long_cells() -> Iterator[None]:
    """Let csv read cells of CELL_CHARACTERS: its limit is one of the whole process, and others rely on theirs."""
    before = csv.field_size_limit(CELL_CHARACTERS)
    try:
        yield
    finally:
        csv.field_size_limit(before)


@dataclass(frozen=True, kw_only=True)
class CsvTable:
    """The columns and records of a file; `lines` has the line of each record."""

    file: str
    columns: tuple[str, ...]
    records: tuple[Record, ...]
    lines: tuple[int, ...]


def read_csv_table(
    path: Path, faults: Faults, *, delimiter: str = ",", missing: frozenset[str] = frozenset()
) -> CsvTable:
    """Read a CSV file; a cell in `missing` is no value. Names faults of its shape: headers, rows of another width."""
    text, faults = text_of_file(path), faults.of(path.name)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        with long_cells():
            for row in reader:
                if any(cell.strip() for cell in row):
                    rows.append((reader.line_num, row))
    except csv.Error as error:
        right = "close its quotes, and save it as CSV"
        raise BadInput([Fault(file=path.name, row=reader.line_num, problem=f"not CSV: {error}", right=right)]) from None
    if not rows:
        return CsvTable(file=path.name, columns=(), records=(), lines=())
    line, header = rows[0]
    columns = tuple(cell.strip() for cell in header)
    if len(columns) > COLUMNS_MAX:
        faults.add(f"{len(columns)} columns", "is it the right file?", row=line)
        faults.stop()
    repeated = [c for k, c in enumerate(columns) if c and c in columns[:k]] if len(columns) < 2000 else []
    for column in dict.fromkeys(repeated):
        faults.add("the column stands twice", "name each column once", row=line, field=column[:120])
    records = []
    lines = []
    for number, cells in rows[1:]:
        if len(cells) != len(columns):
            faults.add(f"{len(cells)} cells", f"as many as the header: {len(columns)}", row=number)
            continue
        stripped = zip(columns, (cell.strip() for cell in cells), strict=True)
        values = {column: None if cell in missing else cell for column, cell in stripped}
        records.append(Record(values, faults, _place(number)))
        lines.append(number)
    return CsvTable(file=path.name, columns=columns, records=tuple(records), lines=tuple(lines))


def _place(number: int) -> Callable[[str], tuple[int | None, str]]:
    return lambda column: (number, column[:120])
