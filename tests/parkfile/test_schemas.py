"""Schemas say what the classes say, for tools that know neither."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from parkfile_cases import full_park

from holin.columns import columns_of
from holin.park import KINDS, ParkFacts, Stage
from holin.parkfile import datapackage, json_schema, write_schemas


def test_the_json_schema_has_every_table_and_column() -> None:
    schema = json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for name, kind in {"park": ParkFacts, "stage": Stage, **KINDS}.items():
        part = schema["$defs"][name]
        assert list(part["properties"]) == [c.name for c in columns_of(kind)]
        assert part["required"] == [c.name for c in columns_of(kind) if c.required]
        assert part["additionalProperties"] is False
        assert name in schema["properties"]


@pytest.mark.parametrize(
    ("table", "column", "expected"),
    [
        ("bus", "v_nom_kv", {"type": "number", "exclusiveMinimum": 0, "x-unit": "kV"}),
        ("bus", "substation", {"default": None, "x-refers-to": ["substation"]}),
        ("load", "shape", {"type": "string", "default": "three_shift"}),
        ("storage", "soc_max", {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "default": 1.0}),
        ("wind_farm", "built", {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}),
        ("outage", "start", {"type": "string", "format": "date-time"}),
        ("potline", "pots", {"type": "integer", "minimum": 1, "maximum": 2000}),
        ("switch", "closed", {"type": "boolean", "default": True}),
    ],
)  # fmt: skip
def test_a_column_in_the_json_schema(table: str, column: str, expected: dict[str, Any]) -> None:
    found = json_schema()["$defs"][table]["properties"][column]
    assert {k: found[k] for k in expected} == expected


def test_a_curve_is_an_array_of_pairs() -> None:
    curve = json_schema()["$defs"]["turbine"]["properties"]["power_curve"]
    assert curve["type"] == "array"
    assert (curve["items"]["minItems"], curve["items"]["maxItems"]) == (2, 2)
    assert [p["type"] for p in curve["items"]["prefixItems"]] == ["number", "number"]


def test_the_data_package_describes_the_files_as_they_are(good: Path) -> None:
    package = datapackage(full_park(), "full")
    described = {r["path"]: r for r in package["resources"]}
    assert set(described) == {str(p.relative_to(good)) for p in good.rglob("*.*") if p.suffix in (".csv", ".parquet")}
    for path, resource in described.items():
        if path.endswith(".csv"):
            with (good / path).open(newline="", encoding="utf-8") as file:
                assert next(csv.reader(file)) == [f["name"] for f in resource["schema"]["fields"]], path
    names = [r["name"] for r in package["resources"]]
    assert len(set(names)) == len(names)


def test_foreign_keys_lead_to_resources_that_are_there() -> None:
    for package in (datapackage(full_park(), "full"), datapackage(None, "any")):
        names = {r["name"] for r in package["resources"]}
        keys = [k for r in package["resources"] for k in r["schema"].get("foreignKeys", ())]
        assert len(keys) > 10
        assert all(k["reference"]["resource"] in names and k["reference"]["fields"] == ["id"] for k in keys)


def test_a_reference_to_one_of_several_tables_is_said_beside_the_standard() -> None:
    [switch] = [r for r in datapackage(None, "any")["resources"] if r["name"] == "switch"]
    [element] = [f for f in switch["schema"]["fields"] if f["name"] == "element"]
    assert element["refersTo"] == ["bus", "line", "transformer", "transformer3", "equivalent_branch"]
    assert switch["schema"]["primaryKey"] == ["id"]


def test_schemas_are_written_as_json(tmp_path: Path) -> None:
    paths = write_schemas(tmp_path / "schemas")
    assert [p.name for p in paths] == ["park.schema.json", "datapackage.json"]
    assert json.loads(paths[0].read_text(encoding="utf-8")) == json_schema()
    assert json.loads(paths[1].read_text(encoding="utf-8")) == datapackage(None, "holin-park")
