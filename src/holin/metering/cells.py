"""A file of readings as columns: of CSV each distinct text once and which row has it, of Parquet typed arrays."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from holin.columns import columns_of
from holin.errors import Fault
from holin.metering.row import VALUES, ReadingRow

FILE_BYTES = 1_000_000_000
RIGHT = "name a CSV or Parquet file with the columns meter, time and energies or registers"


@dataclass(frozen=True, kw_only=True)
class Texts:
    """A column of text: its distinct texts, and which of them each row has."""

    distinct: tuple[str, ...]
    of_row: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Cells:
    """The columns of one file; `number` is the row as an editor counts (of Parquet from 1 on).

    A column is Texts, or an array: float64 for numbers, datetime64[ns] in UTC for times with a zone.
    """

    file: str
    sha256: str
    number: NDArray[np.int64]
    columns: dict[str, Texts | NDArray[Any]]


def cells_of(path: Path) -> tuple[Cells | None, list[Fault]]:
    """Return the cells of a CSV (UTF-8) or Parquet file, None where it cannot be read, and what is wrong with it."""
    try:
        if not path.is_file():
            problem = "not a file" if path.exists() else "there is no such file"
            return None, [Fault(file=str(path)[:200], problem=problem, right=RIGHT)]
        if path.stat().st_size > FILE_BYTES:
            problem = f"too large: {path.stat().st_size / 1e6:.0f} MB"
            return None, [Fault(file=path.name, problem=problem, right="split it; several files are read together")]
        data = path.read_bytes()
    except OSError as error:
        problem = f"cannot be read ({error.strerror or 'unknown reason'})"
        return None, [Fault(file=str(path)[:200], problem=problem, right=RIGHT)]
    digest = hashlib.sha256(data).hexdigest()
    read = _of_parquet if path.suffix.lower() == ".parquet" else _of_csv
    made, faults = read(data, path.name, digest)
    return (None if any(f.severity == "error" for f in faults) else made), faults


def _of_csv(data: bytes, file: str, digest: str) -> tuple[Cells | None, list[Fault]]:
    try:
        text = _with_plain_ends(data.removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        return None, [Fault(file=file, row=row, problem="not UTF-8", right="save the file as 'CSV UTF-8'")]
    try:
        header = next(csv.reader(io.StringIO(text)), [])
    except csv.Error as error:
        return None, [_broken(file, 1, error)]
    names = [name.strip() for name in header]
    faults = _faults_of_header(file, names, 1)
    if faults:
        return None, faults
    if '"' in text or not _rectangular(text, len(names)):
        return _of_lines(text, names, file, digest)
    table = arrow_csv.read_csv(
        io.BytesIO((text.rstrip("\r\n") + "\n").encode()),
        read_options=arrow_csv.ReadOptions(column_names=names, skip_rows=1),
        parse_options=arrow_csv.ParseOptions(quote_char=False, ignore_empty_lines=False),
        convert_options=arrow_csv.ConvertOptions(column_types={n: pa.string() for n in names}, null_values=[]),
    )
    columns: dict[str, Texts | NDArray[Any]] = {name: _coded(table.column(name)) for name in names}
    return _some(Cells(file=file, sha256=digest, number=np.arange(2, table.num_rows + 2), columns=columns))


def _with_plain_ends(text: str) -> str:
    """Return a text whose lines all end in a line feed; on Windows and on old Macs they end otherwise."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _coded(column: pa.ChunkedArray) -> Texts:
    """Return a column of strings without gaps as Texts."""
    coded = column.combine_chunks().dictionary_encode()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    return _texts(coded.dictionary.to_pylist(), coded.indices.to_numpy())


def _rectangular(text: str, width: int) -> bool:
    """Whether every line has the same number of cells; of a file without quotes."""
    raw = np.frombuffer(text.rstrip("\r\n").encode() + b"\n", dtype=np.uint8)
    ends, commas = np.flatnonzero(raw == ord("\n")), np.flatnonzero(raw == ord(","))
    return bool((np.diff(np.searchsorted(commas, ends), prepend=0) == width - 1).all())


def _of_lines(text: str, names: list[str], file: str, digest: str) -> tuple[Cells | None, list[Fault]]:
    """Read line by line: with quotes, with blank lines, or to say which rows have too few or too many cells."""
    reader = csv.reader(io.StringIO(text))
    next(reader)
    try:
        rows = [(reader.line_num, cells) for cells in reader if any(c.strip() for c in cells)]
    except csv.Error as error:
        return None, [_broken(file, reader.line_num, error)]
    faults = [
        Fault(file=file, row=n, problem=f"{len(c)} cells", right=f"as many as the header has: {len(names)}")
        for n, c in rows
        if len(c) != len(names)
    ]
    if faults:
        return None, faults
    columns: dict[str, Texts | NDArray[Any]] = {}
    for name, values in zip(names, zip(*(c for _, c in rows), strict=True), strict=False):
        code, distinct = pd.factorize(np.array(values, dtype=object))
        columns[name] = _texts(distinct, code)
    number = np.array([n for n, _ in rows], dtype=np.int64)
    return _some(Cells(file=file, sha256=digest, number=number, columns=columns))


def _broken(file: str, row: int, error: csv.Error) -> Fault:
    right = "close every quotation mark; write a mark inside a quoted cell twice"
    return Fault(file=file, row=row, problem=f"a cell that cannot be read ({error})", right=right)


def _texts(distinct: Iterable[Any], of_row: NDArray[Any]) -> Texts:
    return Texts(distinct=tuple(str(t).strip() for t in distinct), of_row=np.asarray(of_row, dtype=np.int64))


def _of_parquet(data: bytes, file: str, digest: str) -> tuple[Cells | None, list[Fault]]:
    try:
        table = pq.ParquetFile(io.BytesIO(data), page_checksum_verification=True).read()
        faults = _faults_of_header(file, table.column_names, None)
        columns = {} if faults else {name: _of_arrow(table.column(name)) for name in table.column_names}
    except Exception as error:  # a foreign reader on unknown bytes: its errors have no common parent
        problem = f"not a readable Parquet file ({type(error).__name__})"
        return None, [Fault(file=file, problem=problem, right="write the file anew")]
    if faults:
        return None, faults
    return _some(Cells(file=file, sha256=digest, number=np.arange(1, table.num_rows + 1), columns=columns))


def _of_arrow(column: pa.ChunkedArray) -> Texts | NDArray[Any]:
    kind = column.type
    if pa.types.is_timestamp(kind) and kind.tz:
        unzoned = column.cast(pa.timestamp("ns", tz="UTC")).cast(pa.timestamp("ns"))
        return np.asarray(unzoned.to_numpy(), dtype="datetime64[ns]")
    if pa.types.is_floating(kind) or pa.types.is_integer(kind):
        return np.asarray(column.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)
    if pa.types.is_null(kind):
        return Texts(distinct=("",), of_row=np.zeros(len(column), dtype=np.int64))
    values = column.to_pandas()
    code, distinct = pd.factorize(values.astype(object), use_na_sentinel=False)
    return _texts(["" if pd.isna(t) else t for t in distinct], code)


def _some(cells: Cells) -> tuple[Cells | None, list[Fault]]:
    if len(cells.number):
        return cells, []
    return None, [Fault(file=cells.file, row=1, problem="the file has no readings", right="add rows to it")]


def _faults_of_header(file: str, names: list[str], row: int | None) -> list[Fault]:
    """Return what is wrong with the columns: unknown or doubled ones, and those without which nothing can be read."""
    known = [c.name for c in columns_of(ReadingRow)]
    faults = []
    for name in dict.fromkeys(names):
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.6)
            right = f"did you mean `{near[0]}`?" if near else f"the columns may be {', '.join(known)}"
            faults.append(Fault(file=file, row=row, field=name or None, problem="an unknown column", right=right))
        elif names.count(name) > 1:
            problem = "the column stands twice"
            faults.append(Fault(file=file, row=row, field=name, problem=problem, right="keep one of them"))
    for name in ("meter", "time"):
        if name not in names:
            right = "add it: " + next(c.meaning for c in columns_of(ReadingRow) if c.name == name)
            faults.append(Fault(file=file, row=row, field=name, problem="missing column", right=right))
    if not set(names) & set(VALUES):
        right = f"add one of {', '.join(VALUES)}"
        faults.append(Fault(file=file, row=row, problem="the file has no column of values", right=right))
    return faults
