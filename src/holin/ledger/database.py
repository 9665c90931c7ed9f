"""What the ledger needs of a database, whichever it is: rows, whole transactions, one writer at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Row = tuple[Any, ...]


class Database(Protocol):
    """An open database. SQL is written with `?` for values and runs on SQLite and PostgreSQL alike."""

    dialect: str
    address: str

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return all rows of a question."""

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """Yield the rows of a question without holding them all; within `reading` only."""

    def execute(self, sql: str) -> None:
        """Carry out one statement."""

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Write rows."""

    def writing(self) -> AbstractContextManager[None]:
        """A transaction of the one writer: all or nothing, on the disk when it ends; others wait."""

    def reading(self) -> AbstractContextManager[None]:
        """A transaction that sees one state throughout, whatever others write meanwhile."""

    def damage(self) -> list[str]:
        """Read everything that is stored, used or not, and return what is damaged, in words; [] is good."""

    def close(self) -> None:
        """Close the database."""
