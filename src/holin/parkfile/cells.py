"""Cells to values: types, bounds, and the slips of units that usual ranges give away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from holin.columns import Column, columns_of, parsed
from holin.errors import Fault
from holin.parkfile.draft import Row
from holin.parkfile.hints import did_you_mean, listed
from holin.parkfile.limits import CELL_CHARACTERS
from holin.parkfile.sheet import Sheet, problem_of_text

ABSENT: Any = object()

SMALLER_UNIT = {
    "MW": "kW", "MWh": "kWh", "MVA": "kVA", "Mvar": "kvar", "kV": "V", "kA": "A", "km": "m", "kW": "W",
    "MW/h": "kW/h", "kA/min": "A/min", "nF/km": "pF/km",
}  # fmt: skip
"""The unit, a thousand times smaller, in which a value may have been written by mistake."""

LARGEST = {"MW": 1e6, "Mvar": 1e6, "MVA": 1e9, "MWh": 1e9}
"""More than all the power stations of a country; of short-circuit power and energy, a thousand times that."""


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """What is wrong with one cell."""

    problem: str
    right: str
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A cell as read: its value, ABSENT when there is none that may be used."""

    value: Any
    complaints: tuple[Complaint, ...] = ()


def rows_of(sheet: Sheet, kind: type) -> tuple[tuple[Row, ...], list[Fault]]:
    """Read a sheet as rows of a class; every faulty header and cell is named, and absent from its row."""
    columns = {c.name: c for c in columns_of(kind)}
    faults = faults_of_columns(sheet, columns)
    if not sheet.header:
        return (), faults
    defaults = {n: c.default for n, c in columns.items() if not c.required and n not in sheet.header}
    values: list[dict[str, Any]] = [dict(defaults) for _ in sheet.rows]
    for place, name in enumerate(sheet.header):
        if name not in columns:
            continue
        memory: dict[str, Judged] = {}
        for index, (number, cells) in enumerate(sheet.rows):
            text = cells[place]
            judged = memory.get(text)
            if judged is None:
                judged = memory[text] = judged_cell(columns[name], text)
            if judged.value is not ABSENT:
                values[index][name] = judged.value
            for complaint in judged.complaints:
                row = sheet.lines.get(number, {}).get(name, number)
                faults.append(_fault_of_cell(sheet.file, row, name, text, complaint))
    rows = tuple(
        Row(table=sheet.table, file=sheet.file, number=number, values=v, lines=sheet.lines.get(number, {}))
        for (number, _), v in zip(sheet.rows, values, strict=True)
    )
    return rows, faults


def _fault_of_cell(file: str, row: int, name: str, text: str, complaint: Complaint) -> Fault:
    shown = text if len(text) <= 60 else text[:59] + "…"
    return Fault(
        file=file,
        row=row,
        field=name,
        value=shown or None,
        problem=complaint.problem,
        right=complaint.right,
        severity=complaint.severity,
    )


def faults_of_columns(sheet: Sheet, columns: dict[str, Column]) -> list[Fault]:
    """Return a fault for every header that is no column, with the nearest, and for every column that is missing."""
    if not sheet.header:
        return []
    faults = []
    for name in sheet.header:
        if name not in columns:
            missing = [n for n in columns if n not in sheet.header]
            right = did_you_mean(name, missing or columns, f"the columns of `{sheet.table}` are {listed(columns, 40)}")
            row = next((lines[name] for lines in sheet.lines.values() if name in lines), sheet.header_row)
            faults.append(Fault(file=sheet.file, row=row, field=name, problem="unknown column", right=right))
    for column in columns.values():
        if column.required and column.name not in sheet.header and sheet.rows:
            right = f"add it: {_wanted(column)}"
            faults.append(
                Fault(file=sheet.file, row=sheet.header_row, field=column.name, problem="missing column", right=right)
            )
    return faults


def judged_cell(column: Column, text: str) -> Judged:
    """Read one cell and judge its value by type, bounds and usual range."""
    if len(text) > CELL_CHARACTERS:
        right = f"at most {CELL_CHARACTERS} characters fit into a cell"
        return Judged(value=ABSENT, complaints=(Complaint(problem="the text is too long", right=right),))
    if problem := problem_of_text(text.strip()):
        return Judged(value=ABSENT, complaints=(Complaint(problem=problem, right="write one line of plain text"),))
    try:
        value = parsed(column, text)
    except (ValueError, OverflowError) as error:
        problem, _, right = str(error).partition("; ")
        return Judged(value=ABSENT, complaints=(Complaint(problem=problem, right=right or _remedy(column, text)),))
    numbers = list(_numbers_of(value))
    if problem := next((p for n in numbers if (p := _outside(column, n))), None):
        right = "; ".join(filter(None, [_wanted(column), _slip(column, numbers)]))
        return Judged(value=ABSENT, complaints=(Complaint(problem=problem, right=right),))
    if column.usual and (odd := [n for n in numbers if not column.usual[0] <= n <= column.usual[1]]):
        low, high = column.usual
        return Judged(
            value=value,
            complaints=(
                Complaint(
                    problem=f"unusual: {column.name} is mostly {low:g} to {high:g} {_unit(column)}".rstrip(),
                    right=_slip(column, odd) or f"check the value and its unit; {_wanted(column)}",
                    severity="warning",
                ),
            ),
        )
    return Judged(value=value)


def _remedy(column: Column, text: str) -> str:
    choices = getattr(column.core_type, "__members__", None)
    if choices:
        return did_you_mean(text, [str(c.value) for c in choices.values()], "write one of them")
    return _wanted(column)


def _wanted(column: Column) -> str:
    """Say what a column holds: its meaning, unit and bounds."""
    signs = (("ge", ">="), ("gt", ">"), ("le", "<="), ("lt", "<"))
    bounds = " and ".join(f"{sign} {getattr(column, key):g}" for key, sign in signs if getattr(column, key) is not None)
    unit = {"": "", "1": ""}.get(column.unit, f", in {column.unit}")
    return f"{column.meaning}{unit}{', ' + bounds if bounds else ''}"


def _unit(column: Column) -> str:
    return "" if column.unit == "1" else column.unit


def _outside(column: Column, number: float) -> str | None:
    if column.ge is not None and number < column.ge:
        return f"below the least allowed value {column.ge:g}"
    if column.gt is not None and number <= column.gt:
        return f"must be above {column.gt:g}"
    if column.le is not None and number > column.le:
        return f"above the largest allowed value {column.le:g}"
    if column.lt is not None and number >= column.lt:
        return f"must be below {column.lt:g}"
    if abs(number) > LARGEST.get(column.unit, float("inf")):
        return f"cannot be: no park has {LARGEST[column.unit]:,.0f} {column.unit}"
    return None


def _slip(column: Column, numbers: list[float]) -> str:
    """Name the slip of units that would explain values outside the usual range, "" if none does."""
    low, high = column.usual or (
        column.ge if column.ge is not None else column.gt or 0.0,
        column.le or column.lt or float("inf"),
    )

    def explained(factor: float) -> bool:
        return bool(numbers) and all(n and low <= n * factor <= high for n in numbers)

    unit = column.unit
    if unit == "1" and high <= 10 and explained(0.01):
        return f"a percentage? Ratios are 0..1: write {numbers[0] / 100:g}"
    if (smaller := SMALLER_UNIT.get(unit)) and explained(1e-3):
        return f"{smaller} instead of {unit}? Then write {numbers[0] / 1000:g}"
    if smaller and explained(1e3):
        return f"a slip of a thousand? In {unit} it would be {numbers[0] * 1000:g}"
    if unit == "ohm/km":
        return "ohm of the whole line instead of ohm/km? Divide by length_km"
    if unit.startswith("currency/") and explained(1e3):
        return f"a price per kW or kWh? Per MW or MWh it would be {numbers[0] * 1000:g}"
    return ""


def _numbers_of(value: Any) -> Iterator[float]:
    if isinstance(value, tuple):
        for part in value:
            yield from _numbers_of(part)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value
