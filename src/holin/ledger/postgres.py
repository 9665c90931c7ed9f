"""The ledger on a server: PostgreSQL 15 or newer, the same tables and guards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg

from holin.errors import BadInput, Fault, Refused
from holin.ledger.database import Row

OLDEST = 15_00_00
LOCK = 0x686F6C696E
"""The advisory lock of the one writer (`holin` in ASCII)."""


class PostgreSQL:
    """A ledger in one database of a server; see `Database`."""

    dialect = "postgresql"

    def __init__(self, address: str) -> None:
        self.address = _without_password(address)
        self._streams = 0
        try:
            self._connection = psycopg.connect(address, autocommit=True)
        except psycopg.OperationalError as error:
            right = "start the server, create the database (`createdb NAME`) and give postgresql://USER@HOST:PORT/NAME"
            raise BadInput(
                [Fault(file=self.address, problem=f"does not answer: {error}".strip(), right=right)]
            ) from error
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        if self._connection.info.server_version < OLDEST:
            version = str(self._connection.info.server_version // 10_000)
            fault = Fault(
                file=self.address, value=version, problem="is too old a server", right="PostgreSQL 15 or newer"
            )
            raise BadInput([fault])
        self._connection.execute("SET synchronous_commit = on; SET client_min_messages = warning")
        if self.rows("SHOW fsync") != [("on",)]:
            right = "set fsync = on in postgresql.conf: a ledger that may forget is none"
            raise BadInput(
                [Fault(file=self.address, field="fsync", value="off", problem="the server may forget", right=right)]
            )

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return all rows of a question."""
        with self._in_words():
            return self._connection.execute(_spoken(sql), tuple(values)).fetchall()

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """Yield the rows of a question in portions, by a cursor on the server."""
        self._streams += 1
        with self._in_words(), self._connection.cursor(name=f"stream_{self._streams}") as cursor:
            cursor.itersize = 10_000
            cursor.execute(_spoken(sql), tuple(values))
            yield from cursor

    def execute(self, sql: str) -> None:
        """Carry out one statement."""
        with self._in_words():
            self._connection.execute(sql.encode())

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Write rows."""
        with self._in_words(), self._connection.cursor() as cursor:
            statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
            with cursor.copy(statement.encode()) as copy:
                for row in rows:
                    copy.write_row(row)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction of the one writer."""
        with self._transaction("BEGIN"):
            self._connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A transaction that sees one state throughout."""
        with self._transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"):
            yield

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        """A transaction; the driver's own would print a warning of its own where the server goes away within it."""
        with self._in_words():
            self._connection.execute(begin.encode())
            try:
                yield
                if self._connection.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
                    raise Refused(f"{self.address}: a question within the operation failed; nothing was written")
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(psycopg.Error):  # a server that went away has rolled back itself
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Say what the driver finds as a ledger's error."""
        try:
            yield
        except (psycopg.errors.RaiseException, psycopg.IntegrityError) as error:
            raise Refused(f"{self.address}: {error.diag.message_primary}; nothing was written") from error
        except psycopg.Error as error:
            said = error.diag.message_primary or str(error).strip()
            gone = "start the server again, then repeat the operation: what stands is not carried out twice"
            restore = "see what with `holin certificates verify`, then restore the last backup"
            for kind, problem, right in (
                (psycopg.errors.InsufficientPrivilege, f"may not be used so: {said}", "ask its owner for the right"),
                (psycopg.OperationalError, f"the server went away: {said}", gone),
                (psycopg.InterfaceError, f"the server went away: {said}", gone),
                (psycopg.DataError, f"refuses a value: {said}", "give whole Wh and plain text"),
                (psycopg.Error, f"is damaged: {said}", restore),
            ):
                if isinstance(error, kind):
                    raise BadInput([Fault(file=self.address, problem=problem, right=right)]) from error

    def damage(self) -> list[str]:
        """Return nothing: the server checks its own pages as they are read, with data checksums."""
        return []

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _spoken(sql: str) -> bytes:
    return sql.replace("%", "%%").replace("?", "%s").encode()


def _without_password(address: str) -> str:
    facts = psycopg.conninfo.conninfo_to_dict(address)
    host, port = facts.get("host") or "localhost", facts.get("port") or "5432"
    return f"postgresql://{host}:{port}/{facts.get('dbname') or ''}"
