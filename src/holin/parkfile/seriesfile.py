"""The files that series stand in: CSV, Parquet or a sheet; the first column is `time`, local or with offset."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from holin.calendar import Times, utc
from holin.errors import Fault
from holin.parkfile.sheet import Sheet

Values = NDArray[np.float64]
OFFSET = re.compile(r"(Z|[+-]\d\d:?\d\d)$")
YEARS = (1900, 2200)
AS_TIME = "write local time as 2025-01-01 13:00, or with offset as 2025-01-01 13:00+08:00"


@dataclass(frozen=True, kw_only=True)
class SeriesFile:
    """The content of one file: UTC times, the values of each header, and the row at which each time stands."""

    file: str
    headers: tuple[str, ...] = ()
    time: Times = field(default_factory=lambda: np.array([], dtype="datetime64[ns]"))
    rows: NDArray[np.int64] = field(default_factory=lambda: np.array([], dtype=np.int64))
    values: Mapping[str, Values] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


SeriesReader = Callable[[str, Collection[str], str], SeriesFile]
"""(file, headers that are wanted, time zone) -> content."""


def series_of_sheet(sheet: Sheet, wanted: Collection[str], time_zone: str) -> SeriesFile:
    """Read the wanted columns of a sheet of text."""
    faults = _faults_of_first(sheet.file, sheet.header, sheet.header_row)
    if faults or not sheet.rows:
        if not faults:
            right = "give it one row per hour"
            faults = [Fault(file=sheet.file, row=sheet.header_row, problem="the series has no rows", right=right)]
        return SeriesFile(file=sheet.file, headers=sheet.header, faults=tuple(faults))
    rows = np.array([number for number, _ in sheet.rows], dtype=np.int64)
    time, faults = times_of_texts(sheet.file, [cells[0].strip() for _, cells in sheet.rows], rows, time_zone)
    values = {}
    for place, header in enumerate(sheet.header[1:], start=1):
        if header in wanted:
            texts = [cells[place] for _, cells in sheet.rows]
            values[header], problems = _numbers_of_texts(sheet.file, header, texts, rows)
            faults += problems
    return SeriesFile(file=sheet.file, headers=sheet.header, time=time, rows=rows, values=values, faults=tuple(faults))


def series_of_parquet(data: bytes, file: str, wanted: Collection[str], time_zone: str) -> SeriesFile:
    """Read the wanted columns of a Parquet file; its pages' checksums are verified."""
    try:
        source = pq.ParquetFile(io.BytesIO(data), page_checksum_verification=True)
        headers = tuple(source.schema_arrow.names)
        faults = _faults_of_first(file, headers, None)
        if faults:
            return SeriesFile(file=file, headers=headers, faults=tuple(faults))
        table = source.read(columns=["time", *(h for h in headers[1:] if h in wanted)])
        frame = {name: table.column(name) for name in table.column_names}
        rows = np.arange(1, table.num_rows + 1, dtype=np.int64)
        time, faults = _times_of_arrow(file, frame.pop("time"), rows, time_zone)
        values = {}
        for name, column in frame.items():
            values[name] = column.cast(pa.float64()).to_numpy().astype(float)
            faults += _faults_of_numbers(file, name, values[name], rows)
    except Exception as error:  # a foreign reader on unknown bytes: its errors have no common parent
        problem = f"not a readable Parquet file ({type(error).__name__})"
        return SeriesFile(file=file, faults=(Fault(file=file, problem=problem, right="write the file anew"),))
    return SeriesFile(file=file, headers=headers, time=time, rows=rows, values=values, faults=tuple(faults))


def _times_of_arrow(
    file: str, column: pa.ChunkedArray, rows: NDArray[np.int64], time_zone: str
) -> tuple[Times, list[Fault]]:
    if pa.types.is_timestamp(column.type) and column.type.tz:
        unzoned = column.cast(pa.timestamp("ns", tz="UTC")).cast(pa.timestamp("ns"))
        return np.asarray(unzoned.to_numpy(), dtype="datetime64[ns]"), []
    texts = ["" if t is None else str(t) for t in column.to_pylist()]
    return times_of_texts(file, texts, rows, time_zone)


def _faults_of_first(file: str, headers: tuple[str, ...], row: int | None) -> list[Fault]:
    if headers and headers[0] == "time":
        return []
    first = headers[0] if headers else ""
    problem, right = "the first column is not `time`", "name the first column time; it is the start of each hour"
    return [Fault(file=file, row=row, field=first or None, problem=problem, right=right)]


def times_of_texts(file: str, texts: list[str], rows: NDArray[np.int64], time_zone: str) -> tuple[Times, list[Fault]]:
    """Return texts as UTC times (NaT where faulty): local ones of the zone, or such with offset, never both."""
    zoned = np.array([bool(OFFSET.search(t[10:])) for t in texts])
    if zoned.any() and not zoned.all():
        row = int(rows[int(np.argmin(zoned == zoned[0]))])
        problem = "times with and without offset are mixed"
        nothing = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[ns]")
        return nothing, [Fault(file=file, row=row, field="time", problem=problem, right=AS_TIME)]
    years = np.array([int(t[:4]) if t[:4].isdecimal() else 0 for t in texts])
    plausible = (years >= YEARS[0]) & (years <= YEARS[1])
    kept = [t if good else None for t, good in zip(texts, plausible, strict=True)]
    index = pd.DatetimeIndex(pd.to_datetime(pd.Series(kept, dtype=object), format="ISO8601", errors="coerce", utc=True))
    faults = _faults_where(
        file, np.asarray(index.isna()), rows, texts, "not a time", AS_TIME + f", in the years {YEARS[0]} to {YEARS[1]}"
    )
    if zoned.all():
        return utc(index), faults
    local = index.tz_localize(None)
    good = local.tz_localize(time_zone, ambiguous="NaT", nonexistent="NaT")
    late = local.tz_localize(time_zone, ambiguous="NaT", nonexistent="shift_forward")
    lost = np.asarray(good.isna()) & np.asarray(local.notna())
    missing = lost & np.asarray(late.notna())
    double = lost & ~missing
    right = "write times with their offset, such as 2025-10-26 02:00+01:00"
    faults += _faults_where(file, missing, rows, texts, f"this local time does not exist in {time_zone}", right)
    faults += _faults_where(
        file, double, rows, texts, f"this local time stands for two hours in {time_zone} (end of summer time)", right
    )
    return utc(good), faults


def _faults_where(
    file: str, wrong: NDArray[np.bool_], rows: NDArray[np.int64], texts: list[str], problem: str, right: str
) -> list[Fault]:
    return [
        Fault(file=file, row=int(rows[i]), field="time", value=texts[i][:40], problem=problem, right=right)
        for i in np.flatnonzero(wrong)
    ]


def _numbers_of_texts(file: str, header: str, texts: list[str], rows: NDArray[np.int64]) -> tuple[Values, list[Fault]]:
    try:
        values = np.array(texts, dtype=float)
    except ValueError:
        values = np.array([_number(t) for t in texts])
    wrong = ~np.isfinite(values)
    right = "write a number with a point, and leave no hour out; missing is not zero"
    return values, [
        Fault(
            file=file,
            row=int(rows[i]),
            field=header,
            value=texts[i][:40],
            problem="no value" if not texts[i].strip() else "not a finite number",
            right=right,
        )
        for i in np.flatnonzero(wrong)
    ]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _faults_of_numbers(file: str, header: str, values: Values, rows: NDArray[np.int64]) -> list[Fault]:
    right = "give every hour a finite number; missing is not zero"
    return [
        Fault(file=file, row=int(rows[i]), field=header, value=str(values[i]), problem="no value", right=right)
        for i in np.flatnonzero(~np.isfinite(values))
    ]
