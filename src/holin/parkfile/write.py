"""Write a park as a folder or a workbook; what is written reads back as the same park, or nothing is written."""

from __future__ import annotations

import csv
import io
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from holin.calendar import local
from holin.columns import Column, columns_of, printed
from holin.errors import BadInput, Fault
from holin.park import ATTRIBUTES, KINDS, Park, ParkFacts, Series, Stage
from holin.parkfile import toml
from holin.parkfile.cells import ABSENT, judged_cell
from holin.parkfile.folder import problem_of_series_name
from holin.parkfile.sheet import PARK, STAGE
from holin.parkfile.workbook_write import write_workbook

ENDING = re.compile(r"\.[A-Za-z]{2,4}")
"""What looks like the ending of a file, and not like a part of a folder's name, such as that of v1.2."""


def write_park(park: Park, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a park to a folder, or to a workbook when the path ends in .xlsx; return the path.

    It is written beside and then renamed: nothing half-written is ever seen. Files in an overwritten folder that are
    not the park's stay. Raises BadInput when the path exists and `overwrite` is False, when a new one ends like another
    kind of file, or when a value cannot be written so that it reads back the same.
    """
    path = Path(path)
    if faults := [*_faults_of_target(path, overwrite), *faults_of_writing(park)]:
        raise BadInput(faults)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.parent / f".{path.name}.{secrets.token_hex(4)}"
    try:
        if path.suffix.lower() == ".xlsx":
            write_workbook(park, written_columns, series_files(park), beside)
            os.replace(beside, path)
        else:
            beside.mkdir()
            _write_folder(park, beside)
            _put_in_place(beside, path)
    finally:
        if beside.is_dir():
            shutil.rmtree(beside)
        else:
            beside.unlink(missing_ok=True)
    return path


def _faults_of_target(path: Path, overwrite: bool) -> list[Fault]:
    name = path.name or str(path)
    workbook = path.suffix.lower() == ".xlsx"
    if not path.exists() and not path.is_symlink():
        if workbook or not ENDING.fullmatch(path.suffix):
            return []
        right = f"end it in .xlsx for a workbook, or leave {path.suffix!r} away for a folder"
        return [Fault(file=name, problem=f"a park is not written as {path.suffix!r}", right=right)]
    if not overwrite:
        return [Fault(file=name, problem="exists already", right="choose another name, or move what is there away")]
    if workbook and not path.is_file():
        return [Fault(file=name, problem="is not a file", right="choose another name")]
    if not workbook and not (path.is_dir() and ((path / toml.FILE).exists() or not any(path.iterdir()))):
        return [Fault(file=name, problem="is not a park folder, so it is not replaced", right="choose another name")]
    return []


def faults_of_writing(park: Park) -> list[Fault]:
    """Name every value that would not read back the same: line breaks, an empty text where the default is another."""
    faults = []
    for table, kind, things in _tables_of(park):
        for column in columns_of(kind):
            memory: dict[Any, tuple[str, str] | None] = {}
            for number, thing in enumerate(things, start=2):
                value = getattr(thing, column.name)
                key = (type(value), value) if not isinstance(value, float) or value else (float, repr(value))
                if key not in memory:
                    memory[key] = _problem_of_value(column, value)
                if said := memory[key]:
                    problem, right = said
                    faults.append(
                        Fault(
                            file=f"{table}.csv",
                            row=number,
                            field=column.name,
                            value=printed(value)[:60],
                            problem=problem,
                            right=right,
                        )
                    )
    return faults + _faults_of_series_files(park)


def _problem_of_value(column: Column, value: Any) -> tuple[str, str] | None:
    """Return why a value would not read back the same, and what would be right; a number out of bounds says so."""
    judged = judged_cell(column, printed(value))
    if judged.value is not ABSENT and bool(judged.value == value):
        return None
    if isinstance(value, int | float) and np.isfinite(value) and judged.complaints:
        return judged.complaints[0].problem, judged.complaints[0].right
    right = f"give {column.name} one line of text without spaces at its ends, or a finite value"
    return "the value cannot be written so that it reads back the same", right


def _faults_of_series_files(park: Park) -> list[Fault]:
    faults = []
    rows = {id(one): row for row, one in enumerate(park.series, start=2)}
    for file, members in series_files(park).items():
        first = members[0]
        for one in members:
            row = rows[id(one)]
            if found := problem_of_series_name(file):
                problem, right = found
                faults.append(Fault(file="series.csv", row=row, field="file", value=file, problem=problem, right=right))
            if one.header == "time":
                problem, right = "the header of the times", "name the series' column otherwise"
                faults.append(
                    Fault(file="series.csv", row=row, field="header", value="time", problem=problem, right=right)
                )
            if not np.array_equal(one.time, first.time):
                right = "give them files of their own"
                problem = f"{first.id!r} in the same file has other hours"
                faults.append(Fault(file="series.csv", row=row, field="file", value=file, problem=problem, right=right))
            if len(one.time) != len(one.values) or not len(one.time) or not np.isfinite(one.values).all():
                right = "give every hour a finite value; missing is not zero"
                problem = "the series has hours without a value, or no hours"
                faults.append(Fault(file="series.csv", row=row, field="id", value=one.id, problem=problem, right=right))
    return faults


def _tables_of(park: Park) -> Iterator[tuple[str, type, tuple[Any, ...]]]:
    yield PARK, ParkFacts, (park.facts,)
    yield STAGE, Stage, park.stages
    for table, kind in KINDS.items():
        yield table, kind, getattr(park, ATTRIBUTES[table])


def written_columns(kind: type, things: Iterable[Any]) -> list[Column]:
    """Return the columns that a table needs: the required ones, and those in which a row has another value."""
    things = list(things)
    return [c for c in columns_of(kind) if c.required or any(getattr(t, c.name) != c.default for t in things)]


def series_files(park: Park) -> dict[str, list[Series]]:
    """Return the series by the file that they stand in, in the order of the table."""
    files: dict[str, list[Series]] = {}
    for one in park.series:
        files.setdefault(one.file, []).append(one)
    return files


def _write_folder(park: Park, folder: Path) -> None:
    (folder / toml.FILE).write_text(toml.toml_of(park), encoding="utf-8", newline="\n")
    for table, kind, things in _tables_of(park):
        if table in KINDS and things:
            columns = written_columns(kind, things)
            rows = ([printed(getattr(t, c.name)) for c in columns] for t in things)
            (folder / f"{table}.csv").write_text(_csv([c.name for c in columns], rows), encoding="utf-8", newline="\n")
    for file, members in series_files(park).items():
        place = folder / file
        place.parent.mkdir(parents=True, exist_ok=True)
        columns_ = {s.header: s.values for s in members}
        if file.lower().endswith(".parquet"):
            time = pa.array(members[0].time.astype("datetime64[ns]"), type=pa.timestamp("ns", tz="UTC"))
            pq.write_table(pa.table({"time": time, **columns_}), place, write_page_checksum=True)
        else:
            times = [t.isoformat(sep=" ") for t in local(members[0].time, park.facts.time_zone)]
            lines = zip(times, *([repr(v) for v in values.tolist()] for values in columns_.values()), strict=True)
            place.write_text(_csv(["time", *columns_], lines), encoding="utf-8", newline="\n")


def _csv(header: list[str], rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def _put_in_place(beside: Path, path: Path) -> None:
    """Rename the new folder to its place; of an old one keep what is not the park's."""
    if not path.exists():
        os.rename(beside, path)
        return
    old = path.parent / f".{path.name}.{secrets.token_hex(4)}.old"
    os.rename(path, old)
    os.rename(beside, path)
    park_files = {toml.FILE, *(f"{table}.csv" for table in KINDS)}
    for entry in old.iterdir():
        if entry.name not in park_files and not (path / entry.name).exists():
            os.rename(entry, path / entry.name)
    shutil.rmtree(old)
