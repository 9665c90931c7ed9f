"""Somebody with the driver and even with the key: entries that no operation would write, put in by SQL."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import apsw
import apsw.sqlite_extra
import psycopg

from holin.ledger import Entry, Ledger
from holin.ledger.append import Draft, last_entry, rows_of
from holin.ledger.chain import HEADER, content_of
from holin.ledger.database import Row
from holin.ledger.opening import private_key
from holin.ledger.schema import COLUMNS, ROWS

Statement = tuple[str, Sequence[Any]]


def sealed(ledger: Ledger, draft: Draft, **other: Any) -> list[Statement]:
    """Return the statements of a whole entry, hashed and signed as it should be; `other` are columns made wrong."""
    last = last_entry(ledger.database)
    assert last is not None
    rows = rows_of(draft, last)
    header: dict[str, Any] = {
        "number": last.number + 1, "time": last.time + 1, "kind": draft.kind, "data_kind": ledger.facts.kind,
        "request": f"attack-{last.number}", "detail": "{}", "previous": last.hash,
        **{f"{table}s_to": last.counts[table] + len(rows[table]) for table in ROWS},
    }  # fmt: skip
    header.update({name: value for name, value in other.items() if name in header})
    digest = other.get("hash") or ledger.scheme.digest(content_of([header[column] for column in HEADER], rows))
    signature = other.get("signature") or ledger.scheme.sign(private_key(ledger), digest.encode())
    entry = Entry(**header, hash=digest, signature=signature)
    return [*(inserted(table, row) for table in ROWS for row in rows[table]), inserted("entry", entry.row)]


def inserted(table: str, row: Row) -> Statement:
    """Return the statement that inserts a row."""
    columns = COLUMNS[table]
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", row


def carried_out(address: str, statements: Sequence[Statement]) -> str:
    """Carry out statements by the driver alone, in one transaction, and return what the database refused with.

    Nothing that protects is switched on: neither foreign keys nor triggers within triggers.
    """
    if address.startswith("postgresql"):
        try:
            with psycopg.connect(address) as connection:
                for sql, values in statements:
                    connection.execute(sql.replace("?", "%s").encode(), tuple(values))
        except psycopg.Error as error:
            return str(error)
        return ""
    apsw.sqlite_extra.load(apsw.Connection(":memory:"), "cksumvfs")
    lite = apsw.Connection(address)
    try:
        with lite:
            for sql, values in statements:
                lite.execute(sql, tuple(values))
    except apsw.Error as error:
        return str(error)
    finally:
        lite.close()
    return ""


def unguarded(path: Path) -> None:
    """Plant a fault: a ledger's tables without any guard, UNIQUE, CHECK or reference, as a careless schema has them."""
    apsw.sqlite_extra.load(apsw.Connection(":memory:"), "cksumvfs")
    lite = apsw.Connection(str(path))
    for (name,) in list(lite.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
        lite.execute(f"DROP TRIGGER {name}")
    for table in (*ROWS, "entry"):
        columns = ", ".join(COLUMNS[table])
        lite.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
        lite.execute(f"CREATE TABLE {table} ({columns})")
        lite.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM old_{table}")
    for table in (*reversed(ROWS), "entry"):
        lite.execute(f"DROP TABLE old_{table}")
    lite.close()
