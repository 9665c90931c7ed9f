"""pandapower's JSON: a net of data frames, each a text of JSON inside the JSON, read without pandapower.

Source: pandapower 3.5, io_utils.py (PPJSONEncoder); "Data structure and elements".
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holin.formats.imported import Faults
from holin.formats.json_file import JsonFile, PathOf, parsed_json
from holin.formats.records import Record

ROWS_MAX = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Net:
    """The tables of a net with their rows in order, each with its index as "index", and its other facts."""

    tables: dict[str, tuple[Record, ...]]
    columns: dict[str, frozenset[str]]
    facts: dict[str, Any]
    faults: Faults


def read_net(path: Path) -> Net:
    """Read a net; raises BadInput with every fault of its shape, each with the line of its table."""
    file = JsonFile(path)
    value = file.value
    if not isinstance(value, dict) or value.get("_class") != "pandapowerNet":
        right = 'write it by pandapower.to_json; "_class" is "pandapowerNet"'
        given = value.get("_class") if isinstance(value, dict) else None
        file.add_fault(("_class",), "not a net of pandapower", right, given)
        file.faults.stop()
    inner, path_ = value.get("_object"), ("_object",)
    if isinstance(inner, str):
        inner = parsed_json(inner, file.file)
    if not isinstance(inner, dict):
        file.add_fault(path_, "not an object", "the tables of the net")
        file.faults.stop()
    tables: dict[str, tuple[Record, ...]] = {}
    columns: dict[str, frozenset[str]] = {}
    facts: dict[str, Any] = {}
    for name, part in inner.items():
        if isinstance(part, dict) and part.get("_class") == "DataFrame":
            tables[name], columns[name] = _table(file, (*path_, name), name, part)
        else:
            facts[name] = part
    file.faults.stop()
    return Net(tables=tables, columns=columns, facts=facts, faults=file.faults)


def _table(file: JsonFile, path: PathOf, name: str, part: dict[str, Any]) -> tuple[tuple[Record, ...], frozenset[str]]:
    """Decode one frame of orient split: columns, index, data."""
    frame = part.get("_object")
    if isinstance(frame, str):
        frame = parsed_json(frame, f"{file.file}[{name}]")
    keys = ("columns", "index", "data")
    if not isinstance(frame, dict) or any(not isinstance(frame.get(k), list) for k in keys):
        file.add_fault(path, "not a table of columns, index and data", "a data frame of orient split")
        return (), frozenset()
    columns, index, data = (frame[k] for k in keys)
    if not all(isinstance(c, str) for c in columns) or len(set(columns)) < len(columns):
        file.add_fault(path, "columns that are no names, or stand twice", "name each column once")
        return (), frozenset()
    if len(index) != len(data) or len(data) > ROWS_MAX:
        file.add_fault(path, f"{len(index)} indices for {len(data)} rows", "one index for each row")
        return (), frozenset()
    line = file.line_of(path) if data else None
    records = []
    seen: set[str] = set()
    for k, (row_index, row) in enumerate(zip(index, data, strict=True)):
        if not isinstance(row, list) or len(row) != len(columns):
            file.add_fault(path, f"row {k} does not have {len(columns)} values", "one value for each column", row)
            continue
        if str(row_index) in seen:
            file.add_fault(path, "the index stands twice", "number each row once", row_index)
        seen.add(str(row_index))
        records.append(_record(file.faults, name, row_index, dict(zip(columns, row, strict=True)), line))
    return tuple(records), frozenset(columns)


def _record(faults: Faults, table: str, index: Any, values: dict[str, Any], line: int | None) -> Record:
    def place(column: str) -> tuple[int | None, str]:
        return line, f"{table}[{index}].{column}"[:120]

    return Record(values | {"index": index}, faults, place)
