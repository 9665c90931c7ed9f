"""SimBench's profiles: shares of an element's power for each quarter of an hour, as series of a park."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from holin.calendar import Times
from holin.errors import BadInput, Fault
from holin.formats.csv_table import COLUMNS_MAX, long_cells
from holin.formats.imported import Faults, LeftOut
from holin.formats.records import as_number
from holin.formats.simbench.tables import MISSING, PROFILES
from holin.formats.source_file import text_of_file

TIME_FORMAT = "%d.%m.%Y %H:%M"
ZONE = "Europe/Berlin"
"""SimBench's times are German local time: its year 2016 has no 02:00 on 27 March, and 02:00 twice on 30 October."""

NOISE = 1e-4
"""SimBench's wind takes up to 1e-5 of its power in still hours; such shares are 0 in a park."""

SHARE_MAX = 1.2
"""The most that a series in p.u. may say in a park."""


@dataclass(frozen=True, kw_only=True)
class Profiles:
    """The profiles of one table that are used: `time` in UTC, column -> values (time,), and its other columns."""

    columns: tuple[str, ...]
    time: Times
    values: dict[str, NDArray[np.float64]] = field(default_factory=dict)


def read_profiles(
    folder: Path, wanted: dict[str, set[str]], faults: Faults, left_out: LeftOut
) -> tuple[dict[str, Profiles], str]:
    """Return the profiles of each table (`LoadProfile`, ...) that the folder has, and the time zone of their times.

    `wanted` maps tables to the columns that are read. Times are those of Germany; where these do not rise evenly in any
    table, but as they stand do, they are UTC. A table whose times rise evenly in neither is named and left out.
    """
    texts, found = {}, {}
    for table in PROFILES.values():
        if (folder / f"{table}.csv").is_file():
            columns, times, values = _read(folder / f"{table}.csv", wanted.get(table, set()), faults)
            texts[table] = times
            found[table] = columns, values
    zone = next((z for z in (ZONE, "UTC") if all(_times(t, z) is not None for t in texts.values())), ZONE)
    profiles = {}
    for table, (columns, values) in found.items():
        time = _times(texts[table], zone)
        if time is None:
            left_out.name("profiles whose times do not rise evenly are left out", table)
        else:
            profiles[table] = Profiles(columns=columns, time=time, values=values)
    return profiles, zone


def _read(
    path: Path, wanted: set[str], faults: Faults
) -> tuple[tuple[str, ...], list[str], dict[str, NDArray[np.float64]]]:
    """Return the columns, the times and the wanted values of a file; a value that is missing is NaN."""
    text, faults = text_of_file(path), faults.of(path.name)
    reader = csv.reader(io.StringIO(text), delimiter=";", strict=True)
    cells: dict[str, list[str]] = {}
    lines: list[int] = []
    columns: tuple[str, ...] = ()
    try:
        with long_cells():
            for row in reader:
                if not any(row):
                    continue
                if not columns:
                    columns = tuple(c.strip() for c in row)
                    if _faulty_header(columns, reader.line_num, faults):
                        return columns, [], {}
                    place = {c: k for k, c in enumerate(columns) if c in wanted or c == "time"}
                    cells = {c: [] for c in place}
                elif len(row) != len(columns):
                    faults.add(f"{len(row)} cells", f"as many as the header: {len(columns)}", row=reader.line_num)
                else:
                    lines.append(reader.line_num)
                    for column, k in place.items():
                        cells[column].append(row[k].strip())
    except csv.Error as error:
        right = "close its quotes, and save it as CSV"
        raise BadInput([Fault(file=path.name, row=reader.line_num, problem=f"not CSV: {error}", right=right)]) from None
    times = cells.pop("time", [])
    return columns, times, {c: _numbers(c, texts, lines, faults) for c, texts in cells.items()}


def _faulty_header(columns: tuple[str, ...], line: int, faults: Faults) -> bool:
    if "time" not in columns:
        faults.add("there is no column time", "the first column is time", row=line)
        return True
    if len(columns) > COLUMNS_MAX or len(set(columns)) < len(columns):
        faults.add("columns that stand twice, or too many of them", "name each profile once", row=line)
        return True
    return False


def _numbers(column: str, texts: list[str], lines: list[int], faults: Faults) -> NDArray[np.float64]:
    plain = "".join(texts)
    if plain.isascii() and "_" not in plain:  # a year has 35,136 of them: at once where all are numbers
        try:
            values = np.array(texts, dtype=np.float64)
        except ValueError:
            values = np.array([np.nan])
        if np.isfinite(values).all():
            return values
    values = np.full(len(texts), np.nan)
    for k, text in enumerate(texts):
        number = None if text in MISSING else as_number(text)
        if text not in MISSING and (number is None or not np.isfinite(number)):
            faults.add("not a finite number", "write a number", row=lines[k], field=column[:120], value=text)
        elif number is not None:
            values[k] = number
    return values


def _times(texts: list[str], zone: str) -> Times | None:
    """Return local times as UTC where they rise evenly; the hour that stands twice in October is told by its order."""
    try:
        local = pd.DatetimeIndex(pd.to_datetime(texts, format=TIME_FORMAT)).as_unit("s")
    except (ValueError, OverflowError):
        return None
    if len(local) < 2 or local.hasnans:
        return None
    summer = local.tz_localize(zone, ambiguous=np.ones(len(local), dtype=bool), nonexistent="NaT")
    if summer.hasnans:
        return None
    time = summer.tz_convert("UTC").tz_localize(None).to_numpy().copy()
    hour = np.timedelta64(1, "h")
    winter = local.tz_localize(zone, ambiguous=np.zeros(len(local), dtype=bool)).tz_convert("UTC").tz_localize(None)
    either = winter.to_numpy() != time
    for k in np.flatnonzero(either):  # the second time that a moment of the doubled hour comes, it is the later one
        time[k] += hour if k and time[k] <= time[k - 1] else np.timedelta64(0)
    steps = np.diff(time)
    even = bool((steps == steps[0]).all()) and steps[0] > np.timedelta64(0)
    return time.astype("datetime64[ns]") if even else None


def share(values: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return a profile as a series of a park, None where it has gaps or says what no series in p.u. may."""
    if not len(values) or not np.isfinite(values).all() or values.min() < -NOISE or values.max() > SHARE_MAX:
        return None
    return np.maximum(values, 0.0)


def texts_of(time: Iterable[np.datetime64]) -> list[str]:
    """Return UTC times as SimBench writes them, in German local time."""
    local = pd.DatetimeIndex(np.asarray(list(time), dtype="datetime64[s]")).tz_localize("UTC").tz_convert(ZONE)
    return [t.strftime(TIME_FORMAT) for t in local]
