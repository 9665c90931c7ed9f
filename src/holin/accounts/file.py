"""The file of accounts: one SQLite database, its tables, and how it is read and written."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from holin.errors import ARGUMENT, BadInput, Fault

APPLICATION = 0x484F4C41
"""`HOLA`, by which the file is known."""

VERSION = 1
PATIENCE_S = 10.0
"""So long one waits for another process that writes."""

SCHEMA = """
CREATE TABLE users (
  name TEXT PRIMARY KEY,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'enterprise', 'engineer', 'auditor', 'admin')),
  park TEXT NOT NULL DEFAULT '',
  enterprise TEXT NOT NULL DEFAULT '',
  password TEXT,                               -- Argon2id; NULL: nobody can log in yet
  disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
  made_s INTEGER NOT NULL,
  CHECK ((role = 'enterprise') = (enterprise <> '') AND (enterprise = '') = (park = ''))
) STRICT;
CREATE TABLE sessions (
  hash BLOB PRIMARY KEY,                       -- SHA-256 of what the browser holds
  user TEXT NOT NULL REFERENCES users (name),
  began_s INTEGER NOT NULL,
  seen_s INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_of_user ON sessions (user);
CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  hash BLOB NOT NULL,                          -- SHA-256 of what the program holds
  user TEXT NOT NULL REFERENCES users (name),
  label TEXT NOT NULL,
  made_s INTEGER NOT NULL,
  ends_s INTEGER NOT NULL
) STRICT;
CREATE TABLE invitations (
  hash BLOB PRIMARY KEY,
  user TEXT NOT NULL UNIQUE REFERENCES users (name),
  ends_s INTEGER NOT NULL
) STRICT;
CREATE TABLE log (
  number INTEGER PRIMARY KEY,
  time_s INTEGER NOT NULL,
  event TEXT NOT NULL,
  user TEXT NOT NULL,                          -- who did it, '' where nobody is known
  address TEXT NOT NULL,                       -- from where, '' for the command line
  detail TEXT NOT NULL,
  hash TEXT NOT NULL                           -- of this entry and the hash before it
) STRICT;
CREATE TRIGGER log_keeps BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;
CREATE TRIGGER log_stays BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;
"""


class Accounts:
    """An open file of accounts. Threads may use it at once; other processes may have it open too.

    It is written with a rollback journal, each write flushed to the disk: what was answered is kept.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, now: Callable[[], float]) -> None:
        self.path = path
        self._connection = connection
        self._now = now
        self._lock = threading.RLock()

    def __enter__(self) -> Accounts:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def now_s(self) -> int:
        """Return the time, s (UTC)."""
        return int(self._now())

    def copy_to(self, path: str | Path) -> Path:
        """Write a copy of the file as it is at one moment, while others use it; raises BadInput where one stands."""
        path = Path(path)
        if path.exists():
            raise BadInput([Fault(file=ARGUMENT, field="out", value=str(path), problem="stands there already",
                                  right="name a file that is not there yet")])  # fmt: skip
        draft = path.with_name(f".{path.name}.{os.getpid()}.new")
        try:
            os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with self._lock, closing(sqlite3.connect(draft)) as copy:
                self._connection.backup(copy)
            draft.rename(path)
        except OSError as error:
            raise BadInput([Fault(file=ARGUMENT, field="out", value=str(path), right="name another place",
                                  problem=f"cannot be written ({error.strerror})")]) from error  # fmt: skip
        finally:
            draft.unlink(missing_ok=True)
        return path

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Return what a query finds."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Write all or nothing; other writers wait."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def open_accounts(path: str | Path, *, create: bool = False, now: Callable[[], float] = time.time) -> Accounts:
    """Return the accounts of a file; with `create` an empty file is made where there is none, readable by its owner.

    Raises BadInput where there is none, or something else.
    """
    path = Path(path)
    if not path.is_file():
        if not create or path.exists():
            problem = "is no file" if path.exists() else "does not exist"
            raise BadInput([_fault(path, problem, "make it with `holin users add NAME --role admin`")])
        _make(path)
    try:
        connection = _connected(path)
        marks = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    except sqlite3.Error as error:
        raise BadInput([_fault(path, f"cannot be read ({error})", "name a file of accounts, or restore it")]) from error
    if marks != [APPLICATION, VERSION]:
        connection.close()
        newer = marks[0] == APPLICATION
        problem = "is of a newer Holin" if newer else "is no file of accounts"
        raise BadInput([_fault(path, problem, "install that Holin" if newer else "name one, or a path that is free")])
    return Accounts(path, connection, now)


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    for pragma in ("journal_mode = DELETE", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _make(path: Path) -> None:
    """Write an empty file whole or not at all: nobody finds one half-made, nor one that others may read."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        connection = _connected(draft)
        connection.executescript(
            f"BEGIN; {SCHEMA} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;"
        )
        connection.close()
        os.link(draft, path) if hasattr(os, "link") else draft.rename(path)
    except FileExistsError:
        pass  # another process made it in the same moment
    except OSError as error:
        raise BadInput([_fault(path, f"cannot be written ({error.strerror})", "name another place")]) from error
    finally:
        draft.unlink(missing_ok=True)


def _fault(path: Path, problem: str, right: str) -> Fault:
    return Fault(file=ARGUMENT, field="accounts", value=str(path), problem=problem, right=right)


def one(rows: Sequence[sqlite3.Row]) -> sqlite3.Row | None:
    """Return the only row, None where there is none."""
    return rows[0] if rows else None
