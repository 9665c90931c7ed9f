"""A park as read, before it is known to be good: typed rows, in which what was faulty is absent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from holin.columns import printed
from holin.errors import Fault


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row: `values` by column; a column whose cell was faulty is absent. A `template` stands at no stage."""

    table: str
    file: str
    number: int
    values: Mapping[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)
    template: bool = False

    @property
    def id(self) -> str:
        """The id of the thing, "" where it is faulty or where rows have none."""
        return self.values.get("id") or ""

    def get(self, name: str) -> Any:
        """Return a value; None where it is empty or was faulty (then its fault is reported already)."""
        return self.values.get(name)

    def has(self, *names: str) -> bool:
        """Whether all these values are known."""
        return None not in map(self.values.get, names)

    def stands_at(self, day: date) -> bool:
        """Whether the thing stands at the end of `day`."""
        built, retired = self.get("built"), self.get("retired")
        return not self.template and (built is None or built <= day) and (retired is None or day < retired)

    def fault(
        self, name: str | None, problem: str, right: str, severity: Literal["error", "warning"] = "error"
    ) -> Fault:
        """Return a fault of one of the row's values."""
        value = self.get(name) if name else None
        return Fault(
            file=self.file,
            row=self.lines.get(name or "", self.number),
            field=name,
            value=None if value is None else printed(value),
            problem=problem,
            right=right,
            severity=severity,
        )

    def warning(self, name: str | None, problem: str, right: str) -> Fault:
        """Return a fault that does not stop the park from being read."""
        return self.fault(name, problem, right, "warning")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """All rows of a park as read: its facts and stages stand in `park_file`, a table in `table_file`.

    Of the tables in `unread` nothing is known, so nothing that they may hold is missed.
    """

    park_file: str
    table_file: str
    facts: Row | None
    stages: tuple[Row, ...]
    tables: Mapping[str, tuple[Row, ...]]
    unread: frozenset[str] = frozenset()
    _ids: dict[tuple[str, ...], dict[str, Row]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def rows(self, *tables: str) -> Iterator[Row]:
        """Yield the rows of the named tables, of all when none is named."""
        for table in tables or self.tables:
            yield from self.tables.get(table, ())

    def file_of(self, table: str) -> str:
        """Return the name of the file in which a table stands, or would stand."""
        return self.table_file.format(table)

    def by_id(self, *tables: str) -> Mapping[str, Row]:
        """Return the rows of the named tables by their ids; of two with one id the first."""
        known = self._ids.get(tables)
        if known is None:
            known = self._ids[tables] = {}
            for row in self.rows(*tables):
                if row.id:
                    known.setdefault(row.id, row)
        return known

    def dates(self) -> Iterator[tuple[str, date]]:
        """Yield the names and dates of the good stages."""
        for stage in self.stages:
            if stage.has("name", "as_of"):
                yield stage.get("name"), stage.get("as_of")
