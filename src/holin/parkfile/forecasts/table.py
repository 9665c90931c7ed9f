"""The table FORECAST of a file's rows, and what looks odd in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import stamp
from holin.errors import Fault
from holin.park import Forecastable
from holin.parkfile.forecasts.row import COLUMN_DIM, MEDIAN, Rows
from holin.parkfile.limits import SERIES_VALUES
from holin.tables import FORECAST, checked

LOW = 1 / 500
"""An element that never comes above this share of its nominal power in a day was written in another unit."""

DAY = np.timedelta64(24, "h")


def table_of_rows(
    rows: Rows, things: tuple[Forecastable, ...]
) -> tuple[xr.Dataset, dict[str, NDArray[np.int64]], list[Fault]]:
    """Return the table, the file's row of each of its values by column (0 where none), and what is wrong with it."""
    issued, i = np.unique(rows.issued, return_inverse=True)
    lead, j = np.unique(rows.time - rows.issued, return_inverse=True)
    quantile, q = np.unique(rows.quantile, return_inverse=True)
    present = np.unique(rows.element)
    size = len(issued) * len(lead) * len(present) * len(quantile)
    faults: list[Fault] = []
    if size > SERIES_VALUES:
        problem = f"{len(issued)} issues at {len(lead)} leads make {size:.3g} values"
        right = f"split the file: at most {SERIES_VALUES:.3g}"
        faults.append(Fault(file=rows.file, problem=problem, right=right))
        return xr.Dataset(), {}, faults
    columns: dict[str, Any] = {}
    coords: dict[str, Any] = {"issued": issued, "lead": lead, "quantile": quantile}
    of_row: dict[str, NDArray[np.int64]] = {}
    for name, dim in COLUMN_DIM.items():
        labels = [k for k in present if things[k].column == name]
        place = np.full(len(things), -1)
        place[labels] = np.arange(len(labels))
        mine = np.flatnonzero(place[rows.element] >= 0)
        at = (i.ravel()[mine], j.ravel()[mine], place[rows.element[mine]], q.ravel()[mine])
        values = np.full((len(issued), len(lead), len(labels), len(quantile)), np.nan)
        of_row[name] = np.zeros(values.shape, dtype=np.int64)
        values[at], of_row[name][at] = rows.value[mine], rows.number[mine]
        faults += _spread_points(rows.file, values, quantile, [things[k].id for k in labels])
        columns[name] = (("issued", "lead", dim, "quantile"), values)
        coords[dim] = np.array([things[k].id for k in labels], dtype=object)
    return checked(FORECAST, xr.Dataset(columns, coords=coords)), of_row, faults


def _spread_points(
    file: str, values: NDArray[np.float64], quantile: NDArray[np.float64], labels: Sequence[str]
) -> list[Fault]:
    """Give an element that has its median alone the same value at all quantiles, and say so."""
    alone = list(labels) if len(quantile) == 1 else []
    middle = np.flatnonzero(quantile == MEDIAN)
    for k, label in enumerate(labels):
        there = ~np.isnan(values[:, :, k, :])
        if len(quantile) > 1 and len(middle) and not np.delete(there, middle, axis=-1).any():
            values[:, :, k, :] = values[:, :, k, middle]
            alone.append(label)
    if not alone:
        return []
    problem = f"of {', '.join(alone)} only one quantile is given: no spread is known"
    right = "give quantiles too, such as 0.1, 0.5, 0.9; else it asks for no reserve"
    return [Fault(file=file, field="quantile", problem=problem, right=right, severity="warning")]


def faults_of_odd(file: str, table: xr.Dataset, things: tuple[Forecastable, ...]) -> Iterator[Fault]:
    """Yield warnings of a table: values a thousand times too small, hours left out within an issue."""
    lead = table["lead"].values
    for thing in things:
        if thing.id not in table[thing.dim].values:
            continue
        values = table[thing.column].sel({thing.dim: thing.id}).values
        there = ~np.isnan(values).all(axis=-1)
        largest = float(np.nanmax(values, initial=0.0))
        long = len(lead) and lead[there.any(axis=0)].max(initial=np.timedelta64(0)) >= DAY
        if thing.nominal and long and 0 < largest < LOW * thing.nominal:
            problem = f"{thing.id}: never above {largest:g} MW in a day and more, of {thing.nominal:g} MW nominal"
            right = "GW for MW? Then write GW into value_unit"
            yield Fault(file=file, field="value", problem=problem, right=right, severity="warning")
        for n, issue in enumerate(table["issued"].values):
            known = lead[there[n]]
            steps = np.diff(known)
            if len(steps) and (steps > steps.min()).any():
                after = issue + known[int(np.argmax(steps > steps.min()))]
                problem = f"{thing.id}: the issue of {stamp(issue)} leaves out intervals after {stamp(after)}"
                right = "give every interval, or a schedule falls back on an older issue there"
                yield Fault(file=file, field="time", problem=problem, right=right, severity="warning")
                break
