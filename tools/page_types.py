"""The page's types of the server's answers, made from the description of the API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

PLAIN = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean", "null": "null"}


def module_of(described: Schema, *, made: str) -> str:
    """Return a TypeScript module with an interface or type for every schema of an OpenAPI description.

    The server writes every field of an answer, those with a default too, so that none is optional here.
    """
    schemas: Mapping[str, Schema] = described["components"]["schemas"]
    head = f"What the server answers with: its {len(schemas)} types by name, in one file, for they name each other."
    return f"/** {head} {made} */\n" + "".join(
        f"\n{_said(schema, '')}export {_declared(name, schema)}" for name, schema in sorted(schemas.items())
    )


def _declared(name: str, schema: Schema) -> str:
    if "properties" not in schema:
        return f"type {name} = {type_of(schema)};\n"
    rows = (f"{_said(field, '  ')}  {key}: {type_of(field)};\n" for key, field in schema["properties"].items())
    return f"interface {name} {{\n{''.join(rows)}}}\n"


def _said(schema: Schema, indent: str) -> str:
    text = " ".join(str(schema.get("description", "")).split()).replace("*/", "*\u200b/")
    return f"{indent}/** {text} */\n" if text else ""


def type_of(schema: Schema) -> str:
    """Return the TypeScript type of a schema; raises ValueError for a kind of schema that no answer has had yet."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema:
        return json.dumps(schema["const"], ensure_ascii=False)
    if "enum" in schema:
        return " | ".join(json.dumps(value, ensure_ascii=False) for value in schema["enum"])
    if parts := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(dict.fromkeys(map(type_of, parts)))
    kind = schema.get("type")
    if kind == "array":
        return _array(schema)
    if kind == "object" or "properties" in schema:
        return _object(schema)
    if kind in PLAIN:
        return PLAIN[kind]
    if not kind:
        return "unknown"
    raise ValueError(f"no TypeScript for {dict(schema)}")


def _array(schema: Schema) -> str:
    if "prefixItems" in schema:
        return f"[{', '.join(map(type_of, schema['prefixItems']))}]"
    inner = type_of(schema.get("items", {}))
    return f"({inner})[]" if " " in inner and not inner.startswith("[") else f"{inner}[]"


def _object(schema: Schema) -> str:
    if "properties" in schema:
        rows = (f"{key}: {type_of(field)}" for key, field in schema["properties"].items())
        return f"{{ {'; '.join(rows)} }}"
    values = schema.get("additionalProperties")
    return f"Record<string, {type_of(values) if isinstance(values, Mapping) else 'unknown'}>"
