"""`park.toml` to sheets and back: the park's facts, its stages, and the line of every field."""

from __future__ import annotations

import re
import tomllib
import typing
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import tomlkit
from tomlkit.items import Item, Table

from holin.columns import Column, columns_of, printed
from holin.errors import Fault
from holin.park import Park, ParkFacts, Stage
from holin.parkfile.hints import did_you_mean
from holin.parkfile.sheet import PARK, STAGE, Sheet

FILE = "park.toml"
ALWAYS = ("id", "name", "currency", "time_zone")

Lines = dict[tuple[str, int, str], int]
"""(table, its number from 0, key) -> line; the key "" is the header."""


def sheets_of_toml(text: str) -> tuple[Sheet, Sheet, list[Fault]]:
    """Return the park's facts (one row) and stages as sheets, and the faults of syntax, tables and types."""
    nothing = _sheet(PARK, ParkFacts, [], {}), _sheet(STAGE, Stage, [], {})
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return *nothing, [_fault_of_syntax(str(error))]
    except (RecursionError, ValueError) as error:
        deep = isinstance(error, RecursionError)
        problem = "nested too deeply" if deep else f"not valid TOML ({str(error)[:80]})"
        right = "a park needs only [park] and [[stage]] tables of plain values"
        return *nothing, [Fault(file=FILE, problem=problem, right=right)]
    lines = _lines_of(text)
    faults = [
        Fault(
            file=FILE,
            row=lines.get((name, 0, ""), lines.get(("", 0, name))),
            field=name,
            problem="unknown table" if isinstance(content[name], dict | list) else "a value outside [park]",
            right=did_you_mean(name, (PARK, STAGE), "park.toml holds one [park] and a [[stage]] for each stage"),
        )
        for name in content
        if name not in (PARK, STAGE)
    ]
    facts, stages = content.get(PARK), content.get(STAGE, [])
    if not isinstance(facts, dict):
        problem = "the table [park] is missing" if facts is None else "[park] must be one table"
        faults.append(Fault(file=FILE, field=PARK, problem=problem, right="write [park] and below it id = 'my-park'"))
        facts = {}
    if isinstance(stages, dict):
        right = "write [[stage]] with double brackets, once for each stage"
        faults.append(
            Fault(file=FILE, row=lines.get((STAGE, 0, "")), field=STAGE, problem="not a list of tables", right=right)
        )
        stages = [stages]
    if not isinstance(stages, list) or not all(isinstance(s, dict) for s in stages):
        right = "write [[stage]] with name and as_of, once for each stage"
        faults.append(Fault(file=FILE, field=STAGE, problem="stages are tables", right=right))
        stages = []
    park_rows, park_faults = _texts_of(PARK, ParkFacts, [facts] if facts else [], lines)
    stage_rows, stage_faults = _texts_of(STAGE, Stage, stages, lines)
    return (
        _sheet(PARK, ParkFacts, park_rows, lines),
        _sheet(STAGE, Stage, stage_rows, lines),
        faults + park_faults + stage_faults,
    )


def _fault_of_syntax(message: str) -> Fault:
    place = re.search(r"\(at line (\d+), column (\d+)\)|\(at end of document\)", message)
    row = int(place[1]) if place and place[1] else None
    problem = "not valid TOML: " + message.partition(" (at ")[0].lower()
    return Fault(file=FILE, row=row, problem=problem, right="write key = value; text in quotes, numbers without")


def _texts_of(
    table: str, kind: type, records: list[dict[str, Any]], lines: Lines
) -> tuple[list[dict[str, str]], list[Fault]]:
    """Return TOML values as cells' texts; a value of another type than its column's is a fault."""
    columns = {c.name: c for c in columns_of(kind)}
    rows: list[dict[str, str]] = []
    faults = []
    for index, record in enumerate(records):
        row = {}
        for key, value in record.items():
            complaint = _problem_of_type(columns.get(key), value)
            if complaint:
                problem, right = complaint
                line = lines.get((table, index, key), lines.get((table, index, "")))
                shown = str(value)[:60]
                faults.append(Fault(file=FILE, row=line, field=key, value=shown, problem=problem, right=right))
            row[key] = "" if complaint else _text(value)
        rows.append(row)
    return rows, faults


def _text(value: Any) -> str:
    """The text of a cell; a TOML array is a list, an array of arrays a curve."""
    if isinstance(value, list):
        return ";".join(":".join(map(_text, v)) if isinstance(v, list) else _text(v) for v in value)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else printed(value)


def _is_array_of(kind: Any, value: list[Any]) -> bool:
    """Whether a TOML array may be a value of a tuple type: numbers, or points of numbers."""
    if typing.get_origin(kind) is not tuple:
        return False
    parts = [p for v in value for p in (v if isinstance(v, list) else [v])]
    return all(isinstance(p, int | float) and not isinstance(p, bool) for p in parts)


def _problem_of_type(column: Column | None, value: Any) -> tuple[str, str] | None:
    if column is None:
        return None if isinstance(value, str | int | float | date) else ("unknown table or list", "remove it")
    kind = column.core_type
    if isinstance(value, list) and _is_array_of(kind, value):
        return None
    if typing.get_origin(kind) is tuple and not isinstance(value, str):
        return "not a list of numbers", "write [220, 66], or [[0.4, 10.9], [1, 9.8]] for a curve"
    if isinstance(value, dict | list):
        return "a table or list where a single value is meant", "write key = value"
    if kind in (float, int) and (isinstance(value, bool) or not isinstance(value, int | float)):
        return "not a number", "write a number without quotes"
    if kind is bool and not isinstance(value, bool):
        return "neither true nor false", "write true or false without quotes"
    if kind is date and (isinstance(value, bool | float | datetime) or not isinstance(value, date | int | str)):
        return "not a date", "write 2025-12-31, or 2025 for its last day"
    if kind is str and not isinstance(value, str):
        return "not a text", f'put it in quotes: "{value}"'
    return None


def _sheet(table: str, kind: type, rows: list[dict[str, str]], lines: Lines) -> Sheet:
    """Rows of a table of park.toml; a row is known by the line of its header."""
    declared = [c.name for c in columns_of(kind)]
    names = [n for n in declared if any(n in r for r in rows)]
    names += dict.fromkeys(n for r in rows for n in r if n not in declared)
    numbers = [lines.get((table, i, ""), i + 1) for i in range(len(rows))]
    fields: dict[int, dict[str, int]] = {n: {} for n in numbers}
    for (owner, index, name), line in lines.items():
        if owner == table and name and index < len(rows):
            fields[numbers[index]][name] = line
    return Sheet(
        table=table,
        file=FILE,
        header=tuple(names),
        header_row=numbers[0] if numbers else 1,
        rows=tuple((n, tuple(r.get(name, "") for name in names)) for n, r in zip(numbers, rows, strict=True)),
        lines=fields,
    )


def _lines_of(text: str) -> Lines:
    """Find the lines of headers and keys; multi-line texts are passed over."""
    lines: Lines = {}
    counts: dict[str, int] = {}
    table, index, quote = "", 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if quote:
            quote = "" if line.count(quote) % 2 else quote
            continue
        header = re.match(r"\s*\[(\[?)\s*[\"']?([\w.-]+)", line)
        key = re.match(r"\s*[\"']?([\w-]+)[\"']?\s*=", line)
        if header:
            table = header[2]
            index = counts.get(table, 0)
            counts[table] = index + 1
            lines[table, index, ""] = number
        elif key:
            lines[table, index, key[1]] = number
        quote = next((q for q in ('"""', "'''") if line.count(q) % 2), "")
    return lines


def toml_of(park: Park) -> str:
    """Return the text of `park.toml`, each value with its unit and meaning as a comment."""
    document = tomlkit.document()
    document.add(tomlkit.comment("The park as a whole. Ratios are 0..1; all money is in the park's currency."))
    facts = {c.name: getattr(park.facts, c.name) for c in columns_of(ParkFacts)}
    document.add(PARK, _toml_table(ParkFacts, facts, ALWAYS))
    stages = tomlkit.aot()
    for stage in park.stages:
        stages.append(_toml_table(Stage, {c.name: getattr(stage, c.name) for c in columns_of(Stage)}, ()))
    if park.stages:
        document.add(STAGE, stages)
    return tomlkit.dumps(document)


def _toml_table(kind: type, values: Mapping[str, Any], always: tuple[str, ...]) -> Table:
    table = tomlkit.table()
    for column, value in _worth_writing(kind, values, always):
        item: Item = tomlkit.item(_array(value) if isinstance(value, tuple) else value)
        unit = f" [{column.unit}]" if column.unit not in ("", "1") else ""
        item.comment(f"{column.meaning}{unit}")
        table.add(column.name, item)
    return table


def _array(value: tuple[Any, ...]) -> list[Any]:
    return [_array(v) if isinstance(v, tuple) else v for v in value]


def _worth_writing(kind: type, values: Mapping[str, Any], always: tuple[str, ...]) -> Iterator[tuple[Column, Any]]:
    for column in columns_of(kind):
        value = values[column.name]
        if (
            value != column.default
            or column.required
            or column.name in always
            or (column.is_figure and value not in (None, ()))
        ):
            yield column, value
