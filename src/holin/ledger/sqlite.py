"""The embedded ledger: one SQLite file whose every page carries a checksum.

`synchronous=FULL` with a write-ahead log: what was committed survives the loss of power. Each connection writes and
checkpoints in a process of its own; the file is small. Pages are checked by SQLite's own checksum shim (8 bytes at
each page's end), so that a flipped bit is an error and never an answer. APSW brings a SQLite without the WAL-reset
fault of 3.7.0 to 3.51.2 (sqlite.org, changes of 3.51.3).
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import apsw
import apsw.sqlite_extra

from holin.errors import BadInput, Fault, Refused
from holin.ledger.database import Row

WAIT_MS = 60_000
"""How long a writer waits for the one before it."""

CHECKSUM_BYTES = 8
OLDEST = (3, 51, 3)


@contextmanager
def _in_words(path: str) -> Iterator[None]:
    """Say what the driver finds as a ledger's error: whatever it is not made for is damage."""
    try:
        yield
    except apsw.ConstraintError as error:
        raise Refused(f"{path}: {error}; nothing was written") from error
    except OverflowError as error:
        right = "numbers of at most 18 digits"
        raise BadInput([Fault(file=path, problem="cannot keep a number so large", right=right)]) from error
    except apsw.Error as error:
        see = (
            "restore the last backup with `holin certificates restore`; where the file opens still, "
            "`holin certificates verify` names what is damaged"
        )
        for kind, problem, right in (
            (apsw.BusyError, "another writer holds it", "try again when the other writer is done"),
            (apsw.FullError, "the disk is full; nothing was written", "make room and try again"),
            (apsw.ReadOnlyError, "may not be written", "give yourself the right to write the file and its folder"),
            (apsw.CantOpenError, f"cannot be opened: {error}", "give a ledger in a folder that may be written"),
            (apsw.Error, f"is damaged: {error}", see),
        ):
            if isinstance(error, kind):
                raise BadInput([Fault(file=path, problem=problem, right=right)]) from error


@cache
def _checksums() -> None:
    """Make the checksum shim the default way to files; it stays for the process."""
    version = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
    if version < OLDEST:
        raise BadInput(
            [
                Fault(
                    file="SQLite",
                    value=apsw.sqlite_lib_version(),
                    problem="has the WAL-reset fault, which can damage a ledger",
                    right="install apsw 3.51.3 or newer",
                )
            ]
        )
    try:
        apsw.sqlite_extra.load(apsw.Connection(":memory:"), "cksumvfs")
    except (apsw.Error, apsw.sqlite_extra.NotAvailable, OSError) as error:
        right = "install the wheel of apsw from PyPI, which brings it"
        raise BadInput(
            [Fault(file="apsw", problem=f"its checksum extension does not load: {error}", right=right)]
        ) from error


def _unchanging(path: Path) -> str:
    """Return the address by which SQLite reads a file in a folder that nobody can write in, such as an auditor's copy.

    Raises BadInput where the file's log lies beside it: what it holds would be missed.
    """
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        right = "copy both to a folder that may be written, and open the copy"
        raise BadInput(
            [Fault(file=str(path), problem=f"has a log beside it ({log.name}) to be read first", right=right)]
        )
    return f"{path.absolute().as_uri()}?immutable=1"


class SQLite:
    """A ledger in one file; see `Database`."""

    dialect = "sqlite"

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.address = str(path)
        _checksums()
        flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
        name = self.address
        if not create and not os.access(path.absolute().parent, os.W_OK):
            flags, name = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI, _unchanging(path)
        with _in_words(self.address):
            self._connection = apsw.Connection(name, flags=flags)
            try:
                self._prepare(create)
            except BaseException:
                self._connection.close()
                raise

    def _prepare(self, create: bool) -> None:
        connection = self._connection
        connection.set_busy_timeout(WAIT_MS)
        if create:
            size = ctypes.c_int(CHECKSUM_BYTES)
            connection.file_control("main", apsw.SQLITE_FCNTL_RESERVE_BYTES, ctypes.addressof(size))
            connection.execute("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON")
        connection.execute("PRAGMA cache_size = -65536")
        if not create and str(connection.execute("PRAGMA checksum_verification").get) != "1":
            raise apsw.CorruptError("its head says that its pages have no checksums")
        if not create:
            self._no_page_is_missing()

    def _no_page_is_missing(self) -> None:
        """Raise where the file is cut off: SQLite reads what is missing as zeros, past every checksum.

        Pages that stand only in the log yet are written back first.
        """
        pages, size = (int(self._connection.pragma(name)) for name in ("page_count", "page_size"))
        file = Path(self.address)
        if file.stat().st_size >= pages * size:
            return
        _, logged, written = self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").get
        if logged == written and file.stat().st_size < pages * size:
            raise apsw.CorruptError(f"it is cut off: {file.stat().st_size} of {pages * size} bytes are there")

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return all rows of a question."""
        with _in_words(self.address):
            return self._connection.execute(sql, tuple(values)).fetchall()

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """Yield the rows of a question."""
        with _in_words(self.address):
            yield from self._connection.execute(sql, tuple(values))

    def execute(self, sql: str) -> None:
        """Carry out one statement."""
        with _in_words(self.address):
            self._connection.execute(sql)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Write rows."""
        places = ", ".join("?" * len(columns))
        with _in_words(self.address):
            self._connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction of the one writer."""
        with self._transaction("BEGIN IMMEDIATE"):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A transaction that sees one state throughout."""
        with self._transaction("BEGIN"):
            yield

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        with _in_words(self.address):
            self._connection.execute(begin)
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def damage(self) -> list[str]:
        """Read every page of the file and return what is damaged, in words."""
        try:
            told = [str(row[0]) for row in self.rows("PRAGMA quick_check(20)")]
        except BadInput as error:
            return [f"{fault.file}: {fault.problem}" for fault in error.faults]
        return [f"{self.address}: is damaged: {words}" for words in told if words != "ok"]

    def close(self) -> None:
        """Close the file; the last one to leave writes the log back into it."""
        with _in_words(self.address):
            self._connection.close()
