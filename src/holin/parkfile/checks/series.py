"""The hours of a series: rising, each once, none missing; the values as their unit says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np

from holin.errors import Fault
from holin.parkfile.draft import Draft, Row
from holin.parkfile.hints import did_you_mean
from holin.parkfile.limits import FAULTS_OF_ONE_SORT
from holin.parkfile.seriesfile import SeriesFile

HOUR = np.timedelta64(1, "h")
PER_UNIT = (0.0, 1.2)


def faults_of_series(draft: Draft, files: Mapping[str, SeriesFile]) -> list[Fault]:
    """Return the faults of every series file and of the series that name a column of it."""
    faults: list[Fault] = []
    for file in files.values():
        faults += [*file.faults, *faults_of_hours(file)]
    used: dict[tuple[str, str], Row] = {}
    for row in draft.rows("series"):
        name, header = row.get("file"), row.get("header")
        if name is None or header is None:
            continue
        first = used.setdefault((name, header), row)
        if first is not row:
            problem = f"the same column of the same file as {first.id!r}"
            faults.append(row.warning("header", problem, "refer to one series from both places"))
        content = files.get(name)
        if content is None or not content.headers or content.headers[0] != "time":
            continue
        if header not in content.headers[1:]:
            right = did_you_mean(header, content.headers[1:], f"its columns are {', '.join(content.headers[1:8])}")
            faults.append(row.fault("header", f"{name} has no such column", right))
        elif header in content.values:
            faults += faults_of_values(row, content, header)
    return faults


def faults_of_hours(file: SeriesFile) -> list[Fault]:
    """Times rise, stand once, and no step is longer than the others (a missing hour)."""
    good = ~np.isnat(file.time)
    time, rows = file.time[good], file.rows[good]
    if len(time) < 2:
        return []
    steps = np.diff(time)
    faults = []
    for i in np.flatnonzero(steps <= np.timedelta64(0))[:FAULTS_OF_ONE_SORT]:
        same = steps[i] == np.timedelta64(0)
        problem = "the hour stands twice" if same else "time goes back"
        right = "keep one row per hour" + (" (at the end of summer time write offsets)" if same else ", by rising time")
        faults.append(_fault_of_time(file, int(rows[i + 1]), time[i + 1], problem, right))
    if faults:
        return faults
    step = np.median(steps.astype(np.int64)).astype("timedelta64[ns]")
    for i in np.flatnonzero(steps > step)[:FAULTS_OF_ONE_SORT]:
        count = round(float(steps[i] / step)) - 1
        problem = f"{count or 1} step(s) of {_minutes(step)} min are missing before it"
        faults.append(_fault_of_time(file, int(rows[i + 1]), time[i + 1], problem, "add them; missing is not zero"))
    for i in np.flatnonzero(steps < step)[:FAULTS_OF_ONE_SORT]:
        problem = f"{_minutes(steps[i])} min after the row before it, where the others have {_minutes(step)}"
        faults.append(_fault_of_time(file, int(rows[i + 1]), time[i + 1], problem, "keep one step throughout"))
    if not faults and step > HOUR:
        problem = f"one value for {_minutes(step) / 60:g} hours"
        right = "give hourly values, or know that each holds until the next"
        faults.append(_fault_of_time(file, int(rows[1]), time[1], problem, right, warning=True))
    return faults


def _minutes(step: np.timedelta64) -> float:
    return round(float(step / np.timedelta64(1, "m")), 3)


def _fault_of_time(
    file: SeriesFile, row: int, time: np.datetime64, problem: str, right: str, warning: bool = False
) -> Fault:
    value = f"{np.datetime_as_string(time, unit='m')}Z"
    severity: Literal["error", "warning"] = "warning" if warning else "error"
    return Fault(file=file.file, row=row, field="time", value=value, problem=problem, right=right, severity=severity)


def faults_of_values(row: Row, file: SeriesFile, header: str) -> Iterator[Fault]:
    """A series of unit 1 is per unit of its nominal value: beyond 0..1.2 its unit was mistaken."""
    values = file.values[header]
    if row.get("unit") != "1" or not len(values) or not np.isfinite(values).all():
        return
    low, high = float(values.min()), float(values.max())
    if low < PER_UNIT[0] or high > PER_UNIT[1]:
        place = int(np.argmin(values) if low < PER_UNIT[0] else np.argmax(values))
        yield Fault(
            file=file.file,
            row=int(file.rows[place]),
            field=header,
            value=f"{values[place]:g}",
            problem="unusual for a series of unit 1, which is per unit of the nominal value, 0..1",
            right="divide by the nominal value (MW, or 100 for a percentage), or give the series its unit",
            severity="warning",
        )
