"""What happened: each entry is chained to the one before it, and none is ever changed or taken away."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from holin.accounts.file import Accounts

EVENTS = (
    "login", "login-refused", "slowed", "logout", "logout-everywhere", "password", "invited", "user", "role",
    "disabled", "enabled", "token", "token-revoked", "changed", "downloaded",
)  # fmt: skip
"""`changed` is what a request changed, a job that it started too; `downloaded` a file that it took away."""

LONGEST = 300
GENESIS = "0" * 64


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened; `time_s` is s (UTC), `user` who did it, `address` from where ("" for a command)."""

    number: int
    time_s: int
    event: str
    user: str
    address: str
    detail: str
    hash: str


def plain(text: str) -> str:
    """Return a text without what could pass for another line or for nothing, and not too long."""
    shown = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


def hash_of(before: str, number: int, time_s: int, event: str, user: str, address: str, detail: str) -> str:
    """Return the hash of an entry: SHA-256 over that of the entry before and all that it says."""
    said = json.dumps([before, number, time_s, event, user, address, detail], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def add_entry(
    connection: sqlite3.Connection, time_s: int, event: str, user: str = "", address: str = "", detail: str = ""
) -> None:
    """Add an entry within a transaction, so that it stands there if and only if what it says was done."""
    assert event in EVENTS, event
    last = connection.execute("SELECT number, hash FROM log ORDER BY number DESC LIMIT 1").fetchone()
    number, before = (last["number"] + 1, last["hash"]) if last else (1, GENESIS)
    row = (number, time_s, event, plain(user), plain(address), plain(detail))
    connection.execute("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, hash_of(before, *row)))


def note(accounts: Accounts, event: str, *, user: str = "", address: str = "", detail: str = "") -> None:
    """Write down what happened."""
    with accounts.writing() as connection:
        add_entry(connection, accounts.now_s(), event, user, address, detail)


def log_of(
    accounts: Accounts, *, last: int = 100, before: int | None = None, user: str = "", event: str = ""
) -> list[Entry]:
    """Return entries, the newest first: at most `last` of them, those before a number, of a user, of an event."""
    sql = "SELECT * FROM log WHERE 1"
    values: list[int | str] = []
    for condition, value in (("number < ?", before), ("user = ?", user), ("event = ?", event)):
        if value:
            sql, values = f"{sql} AND {condition}", [*values, value]
    return [Entry(**dict(row)) for row in accounts.rows(f"{sql} ORDER BY number DESC LIMIT ?", *values, last)]


def faults_of_log(accounts: Accounts) -> list[str]:
    """Return where the chain of entries is broken, `[]` if it is whole.

    Entries that were cut off at its end are not seen by it; keep the last number and hash elsewhere to see that.
    """
    return list(_broken(accounts))


def _broken(accounts: Accounts) -> Iterator[str]:
    before, expected = GENESIS, 1
    for row in accounts.rows("SELECT * FROM log ORDER BY number"):
        if row["number"] != expected:
            yield f"entries {expected} to {row['number'] - 1} are missing"
        said = (row["number"], row["time_s"], row["event"], row["user"], row["address"], row["detail"])
        if row["hash"] != hash_of(before, *said):
            yield f"entry {row['number']} is not what was written"
        before, expected = row["hash"], row["number"] + 1
