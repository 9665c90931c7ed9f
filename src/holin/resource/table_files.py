"""Own files of hourly values, CSV or Parquet: a column `time`, then numbers. Every fault is named with its row."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from holin.calendar import Times
from holin.errors import BadInput, Fault

Floats = NDArray[np.float64]

FAULTS_SHOWN = 20
NOT_A_TIME = np.datetime64("NaT", "ns")


@dataclass(frozen=True, kw_only=True)
class HourTable:
    """Times (UTC, strictly rising) and named columns of numbers, shape (time,) each; NaN where a cell is empty.

    `rows` are the rows of the file that they came from.
    """

    time: Times
    columns: dict[str, Floats]
    rows: NDArray[np.int_]


def read_table(path: Path, *, time_zone: str) -> HourTable:
    """Read a CSV (UTF-8, with or without BOM) or Parquet file whose column `time` holds the starts of the intervals.

    Times without an offset are local in `time_zone`. Raises BadInput with the row of every cell that is no time or
    no number, of every local hour that the clock change skips or doubles, and where time does not rise.
    """
    cells, first_row = _parquet_cells(path) if path.suffix.lower() == ".parquet" else _csv_cells(path)
    if "time" not in cells:
        right = f"name the column of the intervals' starts 'time'; it has {', '.join(cells) or 'no columns'}"
        _refuse(path, [_fault(path, 1, "time", None, "the column is missing", right)])
    faults: list[Fault] = []
    rows = np.arange(len(cells["time"])) + first_row
    time = times_utc(cells.pop("time"), time_zone=time_zone, path=path, rows=rows, faults=faults)
    columns = {name: _numbers(values, name, path, rows, faults) for name, values in cells.items()}
    faults += _not_rising(time, path, rows)
    if not len(time):
        faults.append(_fault(path, 2, None, None, "the file holds no rows", "give one row per interval"))
    _refuse(path, faults)
    return HourTable(time=time, columns=columns, rows=rows)


def _csv_cells(path: Path) -> tuple[dict[str, Sequence[Any]], int]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = path.read_bytes()[: error.start].count(b"\n") + 1
        fault = _fault(path, row, None, None, "not UTF-8", "save the file as 'CSV UTF-8'")
        raise BadInput([fault]) from error
    lines = list(csv.reader(text.splitlines()))
    header = [h.strip() for h in lines[0]] if lines else []
    body = [(i, line) for i, line in enumerate(lines[1:], start=2) if line]
    doubled = sorted({h for h in header if header.count(h) > 1})
    faults = [_fault(path, 1, h, None, "the column stands twice", "keep one of them") for h in doubled]
    faults += [
        _fault(path, i, None, None, f"{len(line)} cells", f"as many as the header has: {len(header)}")
        for i, line in body
        if len(line) != len(header)
    ]
    # A blank line shifts the rows behind it; only at the end of a file it means nothing.
    if body and body[-1][0] != len(body) + 1:
        faults.append(_fault(path, None, None, None, "blank lines between the rows", "leave them out"))
    _refuse(path, faults)
    return {name: [line[k] for _, line in body] for k, name in enumerate(header)}, 2


def _parquet_cells(path: Path) -> tuple[dict[str, Sequence[Any]], int]:
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise BadInput([_fault(path, None, None, None, "no Parquet file", "write it again, or give CSV")]) from error
    return {name: table.column(name).to_pylist() for name in table.column_names}, 1


def times_utc(
    cells: Sequence[Any], *, time_zone: str, path: Path, rows: NDArray[np.int_], faults: list[Fault]
) -> Times:
    """Return cells (ISO texts or datetimes) as UTC; NaT and a fault where there is none."""
    parsed = [_moment(cell) for cell in cells]
    naive = np.array([m is not None and m.tzinfo is None for m in parsed], dtype=bool)
    zone = ZoneInfo(time_zone)
    clock = pd.DatetimeIndex([m.replace(tzinfo=None) if m is not None else None for m in parsed]).as_unit("ns")
    local = pd.DatetimeIndex(clock.where(naive)).tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
    time = local.tz_convert("UTC").tz_localize(None).to_numpy(dtype="datetime64[ns]").copy()
    for i, moment in enumerate(parsed):
        if moment is not None and not naive[i]:
            time[i] = np.datetime64(int(moment.timestamp() * 1_000_000), "us")
    for i in map(int, np.flatnonzero(np.isnat(time))):
        faults.append(_time_fault(path, int(rows[i]), cells[i], parsed[i], zone))
    return time


def _moment(cell: Any) -> datetime | None:
    if isinstance(cell, datetime):
        return cell
    try:
        return datetime.fromisoformat(str(cell).strip())
    except ValueError:
        return None


def _time_fault(path: Path, row: int, cell: Any, moment: datetime | None, zone: ZoneInfo) -> Fault:
    if moment is None:
        return _fault(path, row, "time", cell, "not a time", "write 2025-03-03T18:00 or 2025-03-03T18:00+08:00")
    early, late = (moment.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    doubled = early is not None and late is not None and early > late
    problem = "the clock change doubles this local hour" if doubled else "the clock change skips this local hour"
    return _fault(
        path, row, "time", cell, f"{problem} in {zone.key}", "write the offset, such as +02:00, or UTC with Z"
    )


def _numbers(cells: Sequence[Any], name: str, path: Path, rows: NDArray[np.int_], faults: list[Fault]) -> Floats:
    values = np.full(len(cells), np.nan)
    for i, cell in enumerate(cells):
        if cell is None or cell == "":
            continue
        try:
            values[i] = float(cell)
        except (TypeError, ValueError):
            values[i] = np.inf
        if not np.isfinite(values[i]):
            faults.append(
                _fault(path, int(rows[i]), name, cell, "not a number", "a number with a point, or an empty cell")
            )
    return values


def _not_rising(time: Times, path: Path, rows: NDArray[np.int_]) -> list[Fault]:
    steps = np.diff(time)
    return [
        _fault(
            path,
            int(rows[i + 1]),
            "time",
            str(time[i + 1].astype("datetime64[m]")) + "Z",
            "the time is doubled" if steps[i] == np.timedelta64(0) else "the time is before that of the row above",
            "sort the rows by time, each time once",
        )
        for i in np.flatnonzero(steps <= np.timedelta64(0))
    ]


def unknown_columns(path: Path, names: Sequence[str], known: Sequence[str]) -> list[Fault]:
    """Return a fault for every column that is not known, with the nearest name."""
    return [_fault(path, 1, n, None, "an unknown column", _nearest(n, known)) for n in names if n not in known]


def _nearest(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else f"the columns may be {', '.join(known)}"


def _fault(path: Path, row: int | None, field: str | None, value: Any, problem: str, right: str) -> Fault:
    return Fault(
        file=path.name, row=row, field=field, value=None if value is None else str(value), problem=problem, right=right
    )


def _refuse(path: Path, faults: Sequence[Fault]) -> None:
    if len(faults) > FAULTS_SHOWN:
        more = _fault(path, None, None, None, f"{len(faults) - FAULTS_SHOWN} further faults", "mend these first")
        faults = [*faults[:FAULTS_SHOWN], more]
    if faults:
        raise BadInput(faults)
