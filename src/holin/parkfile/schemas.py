"""Schemas for other tools, made from the classes: JSON Schema 2020-12 and a Frictionless Data Package."""

from __future__ import annotations

import json
import typing
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from holin.columns import Column, columns_of, printed
from holin.park import ATTRIBUTES, KINDS, Park, ParkFacts, Stage
from holin.parkfile.write import series_files, written_columns

JSON_TYPES: dict[type, dict[str, str]] = {
    str: {"type": "string"},
    float: {"type": "number"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
}
TABLE_TYPES: dict[type, str] = {
    str: "string",
    float: "number",
    int: "integer",
    bool: "boolean",
    date: "date",
    datetime: "datetime",
}
BOUNDS = (("ge", "minimum"), ("gt", "exclusiveMinimum"), ("le", "maximum"), ("lt", "exclusiveMaximum"))


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a whole park: `park`, `stage`, and an array of rows per table.

    A curve is an array of pairs; `x-unit` gives a value's unit, `x-refers-to` the tables whose ids it names.
    """
    kinds: dict[str, type] = {"park": ParkFacts, "stage": Stage, **KINDS}
    properties: dict[str, Any] = {"park": {"$ref": "#/$defs/park"}}
    for name in (k for k in kinds if k != "park"):
        properties[name] = {"type": "array", "items": {"$ref": f"#/$defs/{name}"}}
    properties["stage"]["minItems"] = 1
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A park of Holin",
        "type": "object",
        "properties": properties,
        "required": ["park", "stage"],
        "additionalProperties": False,
        "$defs": {name: _object_schema(kind) for name, kind in kinds.items()},
    }


def _object_schema(kind: type) -> dict[str, Any]:
    columns = columns_of(kind)
    return {
        "type": "object",
        "description": _sentence(kind),
        "properties": {c.name: _value_schema(c) for c in columns},
        "required": [c.name for c in columns if c.required],
        "additionalProperties": False,
    }


def _value_schema(column: Column) -> dict[str, Any]:
    schema = _type_schema(column, column.core_type)
    if column.optional:
        schema = {"anyOf": [schema, {"type": "null"}]}
    schema["description"] = column.meaning
    if not column.required:
        schema["default"] = _plain(column.default)
    if column.unit:
        schema["x-unit"] = column.unit
    if column.refers_to:
        schema["x-refers-to"] = list(column.refers_to)
    return schema


def _type_schema(column: Column, kind: Any) -> dict[str, Any]:
    if typing.get_origin(kind) is tuple:
        parts = typing.get_args(kind)
        if parts[-1] is Ellipsis:
            return {"type": "array", "items": _type_schema(column, parts[0])}
        items = [_type_schema(column, p) for p in parts]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"type": "string", "enum": [k.value for k in kind]}
    schema: dict[str, Any] = dict(JSON_TYPES[kind])
    if kind in (float, int):
        schema |= {name: getattr(column, key) for key, name in BOUNDS if getattr(column, key) is not None}
    return schema


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return printed(value) if isinstance(value, date | StrEnum) else value


def _sentence(kind: type) -> str:
    return (kind.__doc__ or "").strip().split("\n\n")[0]


def datapackage(park: Park | None, name: str) -> dict[str, Any]:
    """Return the Frictionless Data Package of a park: a resource per table that has rows, with its Table Schema.

    Without a park every table is described with all its columns. A reference to one of several tables cannot be a
    foreign key of the standard; it stands in `refersTo`. Series files are resources without a schema of their values.
    """
    resources = []
    for table, kind in KINDS.items():
        things = getattr(park, ATTRIBUTES[table]) if park else ()
        if park and not things:
            continue
        columns = written_columns(kind, things) if park else list(columns_of(kind))
        resources.append(_resource(table, kind, columns, park))
    files = series_files(park) if park else {}
    for number, (file, members) in enumerate(files.items(), start=1):
        kind_of_file = "parquet" if file.lower().endswith(".parquet") else "csv"
        fields = [{"name": "time", "type": "datetime", "format": "any", "description": "start of the interval"}]
        fields += [{"name": s.header, "type": "number", "unit": s.unit, "description": s.id} for s in members]
        resources.append(
            {
                "name": f"series-{number}",
                "path": file,
                "format": kind_of_file,
                "schema": {"fields": fields},
            }
        )
    package: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": name,
        "resources": resources,
    }
    if park:
        package["title"] = park.facts.name or park.facts.id
        package["description"] = park.facts.synthetic
    return package


def _resource(table: str, kind: type, columns: list[Column], park: Park | None) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(c) for c in columns], "missingValues": [""]}
    if any(c.name == "id" for c in columns):
        schema["primaryKey"] = ["id"]
    there = {t for t in KINDS if park is None or getattr(park, ATTRIBUTES[t])}
    keys = [
        {"fields": [c.name], "reference": {"resource": c.refers_to[0], "fields": ["id"]}}
        for c in columns
        if len(c.refers_to) == 1 and c.refers_to[0] in there
    ]
    if keys:
        schema["foreignKeys"] = keys
    return {
        "name": table,
        "path": f"{table}.csv",
        "description": _sentence(kind),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    kind = column.core_type
    is_list = typing.get_origin(kind) is tuple
    is_choice = isinstance(kind, type) and issubclass(kind, StrEnum)
    field: dict[str, Any] = {
        "name": column.name,
        "type": "string" if is_list or is_choice else TABLE_TYPES[kind],
        "description": column.meaning,
    }
    if kind is datetime:
        field["format"] = "%Y-%m-%d %H:%M"
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.name == "id":
        constraints |= {"unique": True, "pattern": "[A-Za-z0-9][A-Za-z0-9._-]*"}
    if is_choice:
        constraints["enum"] = [k.value for k in kind]
    if not is_list:
        constraints |= {name: getattr(column, key) for key, name in BOUNDS if getattr(column, key) is not None}
    if constraints:
        field["constraints"] = constraints
    if column.unit:
        field["unit"] = column.unit
    if not column.required:
        field["default"] = printed(column.default)
    if len(column.refers_to) > 1:
        field["refersTo"] = list(column.refers_to)
    return field


def write_schemas(folder: str | Path) -> list[Path]:
    """Write `park.schema.json` and `datapackage.json` (of all tables) into a folder; return their paths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in (
        ("park.schema.json", json_schema()),
        ("datapackage.json", datapackage(None, "holin-park")),
    ):
        text = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
        (folder / name).write_text(text + "\n", encoding="utf-8", newline="\n")
        written.append(folder / name)
    return written
