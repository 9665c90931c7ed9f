"""Measurements in a CSV file: read with every fault at once, and written."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import xarray as xr

from holin.calendar import Times, hours_between, local
from holin.columns import Basis, column, printed
from holin.errors import BadInput, Fault
from holin.park import EXACT, Park, Quantity, measurable
from holin.parkfile.cells import rows_of
from holin.parkfile.draft import Row
from holin.parkfile.encoding import text_of
from holin.parkfile.folder import sheet_of_csv
from holin.parkfile.hints import Names, did_you_mean, listed
from holin.parkfile.limits import FAULTS_OF_ONE_SORT, SERIES_BYTES, fault_text_of_size
from holin.parkfile.seriesfile import times_of_texts
from holin.parkfile.sheet import Sheet
from holin.tables import MEASUREMENTS, checked

FOREIGN = 5
"""A file that names so many elements, none of the park's, is of another park; as many of the park's are shown."""

V_MOST_PU = 3.0
"""A voltage beyond it is kV or percent."""


@dataclass(frozen=True, kw_only=True)
class MeasurementRow:
    """One value that a meter shows, in the unit that its quantity ends in."""

    time: str = column(
        meaning="when; local, or with offset. The column is left out when all are of one moment", default=""
    )
    element: str = column(meaning="bus, branch, unit, switch or shunt that it is measured at")
    end: str = column(
        meaning="of a branch: from or to; of a three-winding transformer: 1, 2 or 3; else empty", default=""
    )
    quantity: Quantity = column(meaning="v_pu, v_angle_rad, p_mw, q_mvar, i_ka; or the state tap_pos, closed")
    value: float | None = column(meaning="what the meter shows; empty: nothing", default=None)
    sigma: float | None = column(
        meaning="standard deviation of its error; not for tap_pos and closed", default=None, gt=0
    )
    meter: str = column(meaning="name of the meter; needed where two measure the same", default="")
    basis: Basis = column(meaning="measured, or synthetic where a flow made it; says only that", default=Basis.MEASURED)


def read_measurements(path: str | Path, park: Park) -> xr.Dataset:
    """Return the table `measurements` of a CSV file with the columns of MeasurementRow.

    `park` is frozen at a stage. Power into the network is positive for buses and units, power into the branch at its
    ends. A file without `time` is one moment: the start of the stage's day. Raises BadInput with all faults at once.
    """
    file = Path(path)
    text, faults = _text_of_file(file)
    if text is None:
        raise BadInput(faults)
    sheet, more = sheet_of_csv("measurements", file.name, text)
    rows, unreadable = rows_of(sheet, MeasurementRow)
    faults = [*faults, *more, *unreadable, *_faults_of_header(sheet)]
    if any(f.field in ("value", "sigma") and f.row == sheet.header_row for f in faults):
        raise BadInput(faults)
    if not rows and not any(f.severity == "error" for f in faults):
        faults.append(Fault(file=file.name, row=1, problem="the file has no measurements", right="add rows to it"))
    faults += _foreign(rows, park) or list(_faults_of_rows(rows, park))
    time, problems = _times(file.name, rows, sheet.header, park)
    faults += problems
    labels = [_label(row) for row in rows]
    faults += _faults_of_twice(rows, labels, time)
    if any(f.severity == "error" for f in faults):
        raise BadInput(cut(faults))
    return _table(rows, labels, time)


def _text_of_file(file: Path) -> tuple[str | None, list[Fault]]:
    right = "name a CSV file with the columns element, end, quantity, value, sigma"
    try:
        if not file.exists():
            return None, [Fault(file=str(file), problem="there is no such file", right=right)]
        if not file.is_file():
            return None, [Fault(file=str(file), problem="not a file", right=right)]
        if fault := fault_text_of_size(file.stat().st_size, SERIES_BYTES):
            return None, [Fault(file=file.name, problem=fault[0], right=fault[1])]
        return text_of(file.read_bytes(), file.name)
    except OSError as error:
        problem = f"cannot be read ({error.strerror or 'unknown reason'})"
        return None, [Fault(file=str(file)[:200], problem=problem, right=right)]


def _faults_of_header(sheet: Sheet) -> Iterator[Fault]:
    for name, what in (("value", "what each meter shows"), ("sigma", "how far each meter may be off")):
        if sheet.header and sheet.rows and name not in sheet.header:
            right = f"add it: {what}"
            yield Fault(file=sheet.file, row=sheet.header_row, field=name, problem="missing column", right=right)


def _faults_of_rows(rows: tuple[Row, ...], park: Park) -> Iterator[Fault]:
    places = measurable(park)
    ends: dict[str, list[str]] = defaultdict(list)
    for element, end in places:
        ends[element].append(end)
    names = Names(list(ends))
    taps = {t.id: (t.tap_min, t.tap_max) for t in park.transformers}
    taps |= {t.id: (t.tap_min, t.tap_max) for t in park.transformers3}
    for row in rows:
        element, end, quantity = row.get("element"), (row.get("end") or "").strip(), row.get("quantity")
        if element not in ends:
            if element:
                otherwise = "name a bus, branch, unit, switch or regulating shunt of the park at this stage"
                problem = "the park has nothing to measure of this name"
                yield row.fault("element", problem, did_you_mean(element, names, otherwise))
            continue
        if quantity is None:
            continue
        if quantity in places.get((element, end), ()):
            yield from _faults_of_value(row, quantity, taps.get(element))
        elif fitting := [e for e in ends[element] if quantity in places[element, e]]:
            said = listed([e or "an empty cell" for e in fitting])
            yield row.fault("end", f"{quantity} of {element} is not measured here", f"write {said}")
        else:
            possible = listed(sorted({q for e in ends[element] for q in places[element, e]}))
            yield row.fault("quantity", f"{element} has no {quantity}", f"of it can be measured: {possible}")


def _foreign(rows: tuple[Row, ...], park: Park) -> list[Fault]:
    """Return the fault of a file that names elements of another park alone; `[]` where it may be of this one."""
    standing = {element for element, _ in measurable(park)}
    named = [row for row in rows if row.get("element")]
    names = {row.get("element") for row in named}
    if len(names) < FOREIGN or names & standing:
        return []
    stage = f", stage {park.stages[-1].name}" if park.stages else ""
    right = f"give the park and the stage that the file is of; this one has {listed(sorted(standing)[:FOREIGN])}"
    problem = f"none of its {len(named)} rows names an element of the park {park.facts.id}{stage}"
    return [named[0].fault("element", problem, right)]


def _faults_of_value(row: Row, quantity: Quantity, taps: tuple[int, int] | None) -> Iterator[Fault]:
    value = row.get("value")
    if value is None:
        return
    if quantity not in EXACT and row.values.get("sigma", 1.0) is None:  # absent where it was faulty
        right = "say how far the meter may be off, such as 0.5 % of its range"
        yield row.fault("sigma", "the measurement has no sigma", right)
    match quantity:
        case Quantity.V_PU if not 0 <= value <= V_MOST_PU:
            yield row.fault("value", "not a voltage in p.u.", "divide kV by the bus's v_nom_kv, percent by 100")
        case Quantity.V_ANGLE_RAD if abs(value) > 2 * np.pi:
            yield row.fault("value", "not an angle in rad", f"degrees? Then write {np.radians(value):g}")
        case Quantity.I_KA if value < 0:
            yield row.fault("value", "a current has no sign", "write its magnitude; the direction stands in p_mw")
        case Quantity.CLOSED if value not in (0, 1):
            yield row.fault("value", "neither closed nor open", "write 1 for closed, 0 for open")
        case Quantity.TAP_POS if value != round(value):
            yield row.fault("value", "not a whole position", "write the position, such as -2")
        case Quantity.TAP_POS if taps is not None and not taps[0] <= value <= taps[1] and taps[0] < taps[1]:
            yield row.fault("value", "the changer has no such position", f"it has {taps[0]} to {taps[1]}")
        case _:
            pass


def _times(file: str, rows: tuple[Row, ...], header: tuple[str, ...], park: Park) -> tuple[Times, list[Fault]]:
    """Return the moment of each row (row,), NaT where faulty."""
    numbers = np.array([r.number for r in rows], dtype=np.int64)
    if "time" not in header:
        day = park.stages[-1].as_of if park.stages else date(2025, 1, 1)
        moment = hours_between(day, day + timedelta(days=1), park.facts.time_zone)[0]
        return np.full(len(rows), moment, dtype="datetime64[ns]"), []
    texts = [(r.get("time") or "").strip() for r in rows]
    distinct = list(dict.fromkeys(texts))
    first = {text: k for k, text in reversed(list(enumerate(texts)))}
    if "" in first:
        place = int(numbers[first[""]])
        right = "give every row its time, or leave the column out"
        return np.full(len(rows), np.datetime64("NaT"), dtype="datetime64[ns]"), [
            Fault(file=file, row=place, field="time", problem="the row has no time", right=right)
        ]
    if not distinct:
        return np.zeros(0, dtype="datetime64[ns]"), []
    at = np.array([numbers[first[text]] for text in distinct], dtype=np.int64)
    moments, faults = times_of_texts(file, distinct, at, park.facts.time_zone)
    of_text = dict(zip(distinct, moments, strict=True))
    return np.array([of_text[t] for t in texts], dtype="datetime64[ns]"), faults


def _label(row: Row) -> str:
    parts = (row.get("element"), (row.get("end") or "").strip(), row.get("quantity"))
    return (row.get("meter") or "").strip() or ".".join(str(p) for p in parts if p)


def _faults_of_twice(rows: tuple[Row, ...], labels: list[str], time: Times) -> Iterator[Fault]:
    place: dict[str, tuple[object, ...]] = {}
    seen: dict[tuple[str, np.datetime64], int] = {}
    for row, label, moment in zip(rows, labels, time, strict=True):
        here = (row.get("element"), (row.get("end") or "").strip(), row.get("quantity"))
        if place.setdefault(label, here) != here:
            problem = f"the meter {label} measures two different things"
            yield row.fault("meter", problem, "give each meter a name of its own")
        elif not np.isnat(moment) and (label, moment) in seen:
            right = "remove one; if they are two meters, give each a name in the column `meter`"
            problem = f"{label} is measured twice at this time, first in row {seen[label, moment]}"
            yield row.fault("quantity", problem, right)
        seen.setdefault((label, moment), row.number)


def cut(faults: list[Fault]) -> list[Fault]:
    """Keep the first faults of each field, and count the rest."""
    counts: dict[str | None, int] = defaultdict(int)
    kept = []
    for fault in faults:
        counts[fault.field] += 1
        if counts[fault.field] <= FAULTS_OF_ONE_SORT:
            kept.append(fault)
    for field, count in counts.items():
        if count > FAULTS_OF_ONE_SORT:
            problem = f"{count - FAULTS_OF_ONE_SORT} more faults of this column"
            kept.append(Fault(file=faults[0].file, field=field, problem=problem, right="correct those listed first"))
    return kept


def _table(rows: tuple[Row, ...], labels: list[str], time: Times) -> xr.Dataset:
    meters = {label: k for k, label in reversed(list(enumerate(labels)))}
    order = sorted(meters, key=lambda label: meters[label])
    place = {label: k for k, label in enumerate(order)}
    moments, of_row = np.unique(time, return_inverse=True)
    at = (of_row.ravel(), np.array([place[label] for label in labels], dtype=np.int64))
    value, sigma = (np.full((len(moments), len(order)), np.nan) for _ in range(2))
    for table, name in ((value, "value"), (sigma, "sigma")):
        table[at] = [np.nan if row.get(name) is None else row.get(name) for row in rows]
    said = [rows[meters[label]] for label in order]
    return checked(
        MEASUREMENTS,
        xr.Dataset(
            {"value": (("time", "measurement"), value), "sigma": (("time", "measurement"), sigma)},
            coords={
                "time": moments,
                "measurement": order,
                "element": ("measurement", [r.get("element") for r in said]),
                "end": ("measurement", [(r.get("end") or "").strip() for r in said]),
                "quantity": ("measurement", [str(r.get("quantity")) for r in said]),
            },
        ),
    )


def write_measurements(table: xr.Dataset, path: str | Path, *, time_zone: str, basis: Basis = Basis.MEASURED) -> None:
    """Write a table `measurements` as a CSV file, times local with their offset; what shows nothing is left out."""
    good = checked(MEASUREMENTS, table)
    clock = [t.isoformat(sep=" ") for t in local(good["time"].values, time_zone)]
    columns = {c: list(map(str, good[c].values)) for c in ("element", "end", "quantity")}
    names = list(map(str, good["measurement"].values))
    with Path(path).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["time", "element", "end", "quantity", "value", "sigma", "meter", "basis"])
        for k, moment in enumerate(clock):
            for m, name in enumerate(names):
                value, sigma = float(good["value"].values[k, m]), float(good["sigma"].values[k, m])
                if np.isfinite(value):
                    place = [columns[c][m] for c in ("element", "end", "quantity")]
                    own = "" if name == ".".join(filter(None, place)) else name
                    spread = printed(sigma) if np.isfinite(sigma) else ""
                    writer.writerow([moment, *place, printed(value), spread, own, basis.value])
