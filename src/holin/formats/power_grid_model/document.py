"""A document of power-grid-model's JSON: its header, its compact lists, its components as records.

Source: power-grid-model 1.12, "JSON serialization format specification", version 1.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holin.formats.imported import Faults
from holin.formats.json_file import JsonFile, PathOf, field_of
from holin.formats.records import Record

VERSION = "1.0"


@dataclass(frozen=True, kw_only=True)
class Document:
    """One document: its type (input, update, sym_output ...), its scenarios, each component -> records."""

    type: str
    is_batch: bool
    scenarios: tuple[dict[str, tuple[Record, ...]], ...]
    faults: Faults


def read_document(path: Path, *types: str) -> Document:
    """Read a document of one of `types`; raises BadInput with every fault of its shape, each with line and field."""
    file = JsonFile(path)
    value = file.value
    if not isinstance(value, dict):
        file.add_fault((), "not an object", "a document has version, type, is_batch, attributes and data")
        file.faults.stop()
    if value.get("version") != VERSION:
        file.add_fault(("version",), "not a version that is read", f'"version": "{VERSION}"', value.get("version"))
    if value.get("type") not in types:
        file.add_fault(("type",), "not the type that is needed", f"one of {', '.join(types)}", value.get("type"))
    if not isinstance(value.get("is_batch"), bool):
        file.add_fault(("is_batch",), "neither true nor false", '"is_batch": false', value.get("is_batch"))
    attributes, data = value.get("attributes", {}), value.get("data")
    if not isinstance(attributes, dict):
        file.add_fault(("attributes",), "not an object", "component -> list of attributes")
    wanted = list if value.get("is_batch") else dict
    if not isinstance(data, wanted):
        right = "a list of scenarios" if wanted is list else "an object of components"
        file.add_fault(("data",), "not the data of this document", right)
    for key in value.keys() - {"version", "type", "is_batch", "attributes", "data"}:
        file.add_fault((key,), "no part of a document", "version, type, is_batch, attributes and data")
    file.faults.stop()
    names = _attributes(file, attributes)
    parts: list[tuple[PathOf, Any]] = [(("data",), data)]
    if value["is_batch"]:
        parts = [(("data", k), scenario) for k, scenario in enumerate(data)]
    scenarios = tuple(_scenario(file, path_, scenario, names) for path_, scenario in parts)
    file.faults.stop()
    return Document(type=value["type"], is_batch=value["is_batch"], scenarios=scenarios, faults=file.faults)


def _attributes(file: JsonFile, attributes: dict[str, Any]) -> dict[str, list[str]]:
    names = {}
    for component, listed in attributes.items():
        if isinstance(listed, list) and all(isinstance(n, str) for n in listed) and len(set(listed)) == len(listed):
            names[component] = listed
        else:
            file.add_fault(("attributes", component), "not a list of names, each once", '["id", "u_rated"]')
    return names


def _scenario(
    file: JsonFile, path: PathOf, scenario: Any, names: dict[str, list[str]]
) -> dict[str, tuple[Record, ...]]:
    if not isinstance(scenario, dict):
        file.add_fault(path, "not an object of components", '{"node": [...], ...}')
        return {}
    found = {}
    for component, objects in scenario.items():
        if isinstance(objects, list):
            found[component] = tuple(_records(file, (*path, component), objects, names.get(component)))
        else:
            file.add_fault((*path, component), "not a list", "a list of objects")
    return found


def _records(file: JsonFile, path: PathOf, objects: list[Any], names: list[str] | None) -> Iterator[Record]:
    """Give each object as a record; one in a compact list has its attributes by their places."""
    for k, one in enumerate(objects):
        if isinstance(one, dict):
            yield _record(file, (*path, k), one, None)
        elif not isinstance(one, list):
            file.add_fault((*path, k), "neither an object nor a list of values", 'such as {"id": 1}', one)
        elif names is None:
            right = "name them in attributes"
            file.add_fault((*path, k), "a compact list without names of its attributes", right)
        elif len(one) != len(names):
            right = f"as many as attributes.{path[-1]} names: {len(names)}"
            file.add_fault((*path, k), f"{len(one)} values", right)
        else:
            yield _record(file, (*path, k), dict(zip(names, one, strict=True)), names)


def _record(file: JsonFile, path: PathOf, values: dict[str, Any], names: list[str] | None) -> Record:
    def place(name: str) -> tuple[int | None, str]:
        known = name in names if names is not None else False
        inner: PathOf = (*path, names.index(name)) if known and names is not None else (*path, name)
        return file.line_of(inner), field_of((*path, name))

    return Record(values, file.faults, place)
