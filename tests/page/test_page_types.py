"""The page's types from the description of the API."""

from __future__ import annotations

from typing import Any

import pytest

import page_types


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "integer"}, "number"),
        ({"$ref": "#/components/schemas/Label"}, "Label"),
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, "number | null"),
        ({"enum": ["demo", "metered"], "type": "string"}, '"demo" | "metered"'),
        ({"const": "none"}, '"none"'),
        ({"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "null"}]}}, "(string | null)[]"),
        ({"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]}, "[string, number]"),
        (
            {"type": "array", "items": {"type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}]}},
            "[number, number][]",
        ),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "Record<string, number>"),
        ({"type": "object"}, "Record<string, unknown>"),
        ({"properties": {"a": {"type": "string"}}}, "{ a: string }"),
        ({}, "unknown"),
    ],
)
def test_each_kind_of_schema_has_its_type(schema: dict[str, Any], said: str) -> None:
    assert page_types.type_of(schema) == said


def test_what_no_answer_has_had_yet_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="no TypeScript"):
        page_types.type_of({"type": "tensor"})


def test_an_interface_says_what_its_fields_are() -> None:
    field = {"type": "number", "description": "MW: nominal power"}
    described = {
        "components": {
            "schemas": {"Thing": {"description": "A thing.", "properties": {"p": field}}, "K": {"enum": [1]}}
        }
    }
    assert page_types.module_of(described, made="Made.") == (
        "/** What the server answers with: its 2 types by name, in one file, for they name each other. Made. */\n"
        "\nexport type K = 1;\n\n/** A thing. */\n"
        "export interface Thing {\n  /** MW: nominal power */\n  p: number;\n}\n"
    )
