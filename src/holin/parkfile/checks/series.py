"""The hours of a series: rising, each once, none missing; the values as their unit says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np

from holin.errors import Fault
from holin.parkfile.draft import Draft, Row
from holin.parkfile.hints import did_you_mean
from holin.parkfile.limits import FAULTS_OF_ONE_SORT
from holin.parkfile.seriesfile import SeriesFile, Values

HOUR = np.timedelta64(1, "h")
PER_UNIT = (0.0, 1.2)
MIX = (0.0, 1.0)
REST_T_PER_MWH = 1.2
"""More than any power station emits."""


def faults_of_series(draft: Draft, files: Mapping[str, SeriesFile]) -> list[Fault]:
    """Return the faults of every series file and of the series that name a column of it."""
    faults: list[Fault] = []
    for file in files.values():
        faults += [*file.faults, *faults_of_hours(file)]
    mixes = {row.get("mix") for row in draft.rows("grid")}
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
            faults += faults_of_values(row, content, header, is_mix=row.id in mixes)
    return faults + [f for grid in draft.rows("grid") for f in _faults_of_rest(draft, grid, files)]


def _faults_of_rest(draft: Draft, grid: Row, files: Mapping[str, SeriesFile]) -> Iterator[Fault]:
    """An average factor, spread over the part of an import that is not renewable, is still that of a power station."""
    series = draft.by_id("series").get(grid.get("mix") or "")
    factor = draft.by_id("emission_factor").get(grid.get("emission_factor") or "")
    if series is None or factor is None or not factor.has("t_per_mwh", "method") or factor.get("method") == "fossil":
        return
    content = files.get(series.get("file") or "")
    values = content.values.get(series.get("header") or "") if content else None
    if values is None or not len(values) or not np.isfinite(values).all() or _outside(values, MIX):
        return
    mean, average = float(values.mean()), factor.get("t_per_mwh")
    if mean == 0 or average <= REST_T_PER_MWH * (1 - mean):
        return
    rest = f"{average / (1 - mean):.3g} t/MWh" if mean < 1 else "all of it in no energy"
    problem = f"{mean:.1%} of the import is renewable on average, so its rest would emit {rest}"
    right = f"correct the series, or give emission factor {factor.id!r} ({average:g} t/MWh) the method fossil"
    yield grid.warning("mix", problem, right)


def _outside(values: Values, bounds: tuple[float, float]) -> bool:
    return bool(values.min() < bounds[0] or values.max() > bounds[1])


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


def faults_of_values(row: Row, file: SeriesFile, header: str, *, is_mix: bool = False) -> Iterator[Fault]:
    """A series of unit 1 is per unit of its nominal value: beyond 0..1.2 its unit was mistaken.

    Beyond 0..1 a renewable share is none.
    """
    values = file.values[header]
    if not len(values) or not np.isfinite(values).all():
        return
    if is_mix and _outside(values, MIX):
        problem = f"{int(((values < MIX[0]) | (values > MIX[1])).sum())} value(s) of a renewable share outside 0..1"
        right = "shares are 0..1: divide a percentage by 100"
        yield _fault_of_value(file, header, values, MIX, problem, right, warning=False)
    elif row.get("unit") == "1" and _outside(values, PER_UNIT):
        problem = "unusual for a series of unit 1, which is per unit of the nominal value, 0..1"
        right = "divide by the nominal value (MW, or 100 for a percentage), or give the series its unit"
        yield _fault_of_value(file, header, values, PER_UNIT, problem, right, warning=True)


def _fault_of_value(
    file: SeriesFile,
    header: str,
    values: Values,
    bounds: tuple[float, float],
    problem: str,
    right: str,
    *,
    warning: bool,
) -> Fault:
    place = int(np.argmin(values) if values.min() < bounds[0] else np.argmax(values))
    return Fault(
        file=file.file,
        row=int(file.rows[place]),
        field=header,
        value=f"{values[place]:g}",
        problem=problem,
        right=right,
        severity="warning" if warning else "error",
    )
