"""How a table is declared: its columns with their dimensions, units and meanings."""

from __future__ import annotations

from dataclasses import dataclass

from holin.columns import Column


@dataclass(frozen=True, kw_only=True)
class TableSchema:
    """The declaration of one table: `dims` of each column by name, and what the table is."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    dims: dict[str, tuple[str, ...]]


def table_schema(name: str, meaning: str, **columns: tuple[str, str, str]) -> TableSchema:
    """Declare a table; each column is (dimensions, unit, meaning)."""
    return TableSchema(
        name=name,
        meaning=meaning,
        columns=tuple(Column(name=c, type=float, unit=unit, meaning=text) for c, (_, unit, text) in columns.items()),
        dims={c: tuple(dims.split()) for c, (dims, _, _) in columns.items()},
    )
