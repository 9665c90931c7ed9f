"""From the text of a file's cells to arrays: times with their offset, elements, quantiles, values and their units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from holin.calendar import Times, stamp
from holin.columns import columns_of
from holin.errors import Fault
from holin.park import Forecastable, Park
from holin.parkfile.cells import ABSENT, judged_cell
from holin.parkfile.forecasts.row import MEDIAN, POWERS, PRICES, ForecastRow, Rows
from holin.parkfile.hints import Names, did_you_mean, listed
from holin.parkfile.seriesfile import OFFSET, times_of_texts
from holin.parkfile.sheet import Sheet


def rows_of_sheet(
    sheet: Sheet, park: Park, things: tuple[Forecastable, ...], local_times: bool
) -> tuple[Rows, list[Fault]]:
    """Return the rows as arrays; where there are faults they are not to be used."""
    number = np.array([n for n, _ in sheet.rows], dtype=np.int64)
    place = {name: k for k, name in enumerate(sheet.header)}
    texts = {name: [cells[k].strip() for _, cells in sheet.rows] for name, k in place.items()}
    faults: list[Fault] = []
    zone = park.facts.time_zone
    times = {n: _times(sheet.file, n, texts[n], number, zone, local_times, faults) for n in ("issued", "time")}
    names = {t.id: k for k, t in enumerate(things)}
    near, element = Names(list(names)), np.full(len(number), -1, dtype=np.int64)
    for text, rows in _same(texts["element"]).items():
        element[rows] = names.get(text, -1)
        if text not in names:
            right = did_you_mean(text, near, f"it can be forecast: {listed(names, 12) or 'nothing in this park'}")
            problem = "the park has nothing to forecast of this name" if text else "the row has no element"
            faults.append(_fault(sheet.file, number[rows[0]], "element", text, problem, right, len(rows)))
    quantile = _numbers(sheet.file, "quantile", texts.get("quantile"), number, MEDIAN, faults)
    value = _numbers(sheet.file, "value", texts["value"], number, np.nan, faults)
    value = value * _factors(sheet.file, texts.get("value_unit"), element, things, park.facts.currency, number, faults)
    early = times["time"] < times["issued"]
    for row in np.flatnonzero(early):
        said = f"the interval begins before its issue, {stamp(times['issued'][row])}"
        right = "a forecast speaks of what comes after it; check both times and their offsets"
        faults.append(_fault(sheet.file, number[row], "time", texts["time"][row], said, right))
    made = Rows(
        file=sheet.file, number=number, issued=times["issued"], time=times["time"], element=element,
        quantile=quantile, value=value,
    )  # fmt: skip
    return made, faults + ([] if faults else list(_twice(made, things)))


def _same(texts: list[str]) -> dict[str, list[int]]:
    """Return the rows of each text."""
    rows: dict[str, list[int]] = {}
    for k, text in enumerate(texts):
        rows.setdefault(text, []).append(k)
    return rows


def _fault(
    file: str, row: np.int64 | int, field: str, value: str | None, problem: str, right: str, count: int = 1
) -> Fault:
    more = f" (and so in {count - 1} rows more)" if count > 1 else ""
    return Fault(file=file, row=int(row), field=field, value=(value or None), problem=problem + more, right=right)


def _times(
    file: str,
    field: str,
    texts: list[str],
    number: NDArray[np.int64],
    zone: str,
    local_times: bool,
    faults: list[Fault],
) -> Times:
    rows = _same(texts)
    found = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[ns]")
    bare = [] if local_times else [t for t in rows if not OFFSET.search(t[10:])]
    if bare:
        right = f"write the offset, such as {field} 2025-03-03T18:00+08:00, or Z for UTC; or say that times are local"
        problem = "the time has no offset, so it may be local or UTC" if bare[0] else "the row has no time"
        count = sum(len(rows[t]) for t in bare)
        faults.append(_fault(file, number[rows[bare[0]][0]], field, bare[0], problem, right, count))
    refused = set(bare)
    distinct = [t for t in rows if t not in refused]
    if distinct:
        first = np.array([number[rows[t][0]] for t in distinct], dtype=np.int64)
        moments, problems = times_of_texts(file, distinct, first, zone)
        faults += [replace(f, field=field) for f in problems]
        for text, moment in zip(distinct, moments, strict=True):
            found[rows[text]] = moment
    return found


def _numbers(
    file: str, field: str, texts: list[str] | None, number: NDArray[np.int64], empty: float, faults: list[Fault]
) -> NDArray[np.float64]:
    values = np.full(len(number), empty)
    if texts is None:
        return values
    declared = next(c for c in columns_of(ForecastRow) if c.name == field)
    for text, rows in _same(texts).items():
        if text == "":
            continue
        judged = judged_cell(declared, text)
        if judged.value is not ABSENT:
            values[rows] = judged.value
        faults += [_fault(file, number[rows[0]], field, text, c.problem, c.right, len(rows)) for c in judged.complaints]
    return values


def _factors(
    file: str,
    texts: list[str] | None,
    element: NDArray[np.int64],
    things: tuple[Forecastable, ...],
    currency: str,
    number: NDArray[np.int64],
    faults: list[Fault],
) -> NDArray[np.float64]:
    """Return what each value is to be multiplied by, to be in MW or currency/MWh."""
    factors = np.ones(len(number))
    if texts is None:
        return factors
    known = {
        "price_per_mwh": {f"{currency}/{unit}": factor for unit, factor in PRICES.items()},
        "available_mw": POWERS,
        "load_mw": POWERS,
    }
    for text, rows in _same(texts).items():
        for k in np.unique(element[rows]):
            if text and k >= 0:
                units = known[things[k].column]
                its = [row for row in rows if element[row] == k]
                factors[its] = units.get(text, np.nan)
                if text not in units:
                    problem, right = f"not a unit of {things[k].id}", f"write one of {', '.join(units)}"
                    faults.append(_fault(file, number[its[0]], "value_unit", text, problem, right, len(its)))
    return factors


def _twice(rows: Rows, things: tuple[Forecastable, ...]) -> Iterator[Fault]:
    order = np.lexsort((rows.number, rows.quantile, rows.time, rows.element, rows.issued))
    keys = [a[order] for a in (rows.issued, rows.element, rows.time, rows.quantile)]
    same = np.logical_and.reduce([k[1:] == k[:-1] for k in keys])
    for k in np.flatnonzero(same):
        one, two = int(order[k]), int(order[k + 1])
        what = f"{things[rows.element[two]].id} at quantile {rows.quantile[two]:g}"
        problem = f"{what} stands twice for this interval and issue, first in row {rows.number[one]}"
        yield _fault(
            rows.file, rows.number[two], "element", things[rows.element[two]].id, problem, "remove one of them"
        )
