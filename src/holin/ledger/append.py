"""Writing an entry: its rows, its hash and signature, committed to the disk before anybody is told.

Every operation is one function that reads what it needs and returns a `Draft`; here it becomes an entry, within one
transaction of the one writer. A request that was carried out once is never carried out again: it has an id, and the
same id gives back the same entry.
"""

from __future__ import annotations

import json
import time as clock
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from holin.errors import BadInput, Fault
from holin.ledger.chain import HEADER, Entry, content_of
from holin.ledger.database import Database, Row
from holin.ledger.head import Head, write_head
from holin.ledger.opening import Ledger, private_key
from holin.ledger.schema import COLUMNS, ROWS


class Certificate(NamedTuple):
    """A certificate that an entry writes: so many Wh of a lot in an account and a state.

    A negative `lot` names a lot of the same draft: -1 the first, -2 the second. `beneficiary` is for whom it is
    retired or reserved, or the storage that holds it; `used_from` (s, UTC) and `used_s` the use that it covers, or
    when it was charged.
    """

    lot: int
    account: int
    state: str
    wh: int
    beneficiary: str | None = None
    used_from: int | None = None
    used_s: int | None = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What an operation wants written: rows without `id` and `entry`, in the order of `COLUMNS`.

    `measurements` are named by lots as certificates name lots: negative within the draft.
    """

    kind: str
    detail: dict[str, Any] = field(default_factory=dict)
    devices: Sequence[Row] = ()
    accounts: Sequence[Row] = ()
    measurements: Sequence[Row] = ()
    lots: Sequence[Row] = ()
    debits: Sequence[int] = ()
    certificates: Sequence[Certificate] = ()


Make = Callable[[Database, int], Draft | None]
"""An operation: given the database and the time of the entry (s, UTC), what is to be written; None for nothing."""


def append(
    ledger: Ledger,
    make: Make,
    *,
    request: str | None = None,
    now: int | None = None,
    asked: Mapping[str, object] | None = None,
) -> Entry | None:
    """Carry out one operation and return its entry, the former one where the request was carried out before.

    All or nothing, in one transaction. When this returns, the entry is on the disk and the head file names it or a
    later one, even where an earlier writer died before it could write the head. `asked` is what the request asks, as
    the entry's kind and detail say it. Raises BadInput as the operation does, and where the request was another
    operation; the guards of the database raise Refused.
    """
    key = private_key(ledger)
    with writing(ledger) as last:
        _has_head(ledger, last)
        entry = _by_request(ledger.database, request)
        if entry is not None:
            _same_request(ledger, entry, asked or {})
        else:
            moment = max(int(clock.time()) if now is None else now, last.time)
            draft = make(ledger.database, moment)
            if draft is not None:
                entry = _written(ledger, key, draft, last, request or str(uuid.uuid4()), moment)
    note_head(ledger, entry if entry is not None and entry.number > last.number else last)
    return entry


def append_all(
    ledger: Ledger, operations: Iterable[tuple[str | None, Make]], *, now: int | None = None
) -> list[Entry | None]:
    """Carry out operations, each a transaction and an entry of its own, and return the entries in their order.

    What was carried out stays when a later one fails. When this returns, all are on the disk and the head file names
    the last. Raises BadInput as the operations do; the guards of the database raise Refused.
    """
    return [append(ledger, make, request=request, now=now) for request, make in operations]


@contextmanager
def writing(ledger: Ledger) -> Iterator[Entry]:
    """Open the transaction of the one writer and give the last entry, a blank one before the first."""
    with ledger.database.writing():
        yield last_entry(ledger.database) or _before_all(ledger)


def _has_head(ledger: Ledger, last: Entry) -> None:
    """Refuse to write where the head file is gone: the next one would hide that an end was lost."""
    if last.number and not ledger.head_file.exists():
        right = (
            "nothing was written: compare the ledger with its last backup, then write the head file anew with "
            "`holin certificates verify --renew-head`"
        )
        problem = f"is missing, and with it the proof that none of the ledger's {last.number} entries or later is lost"
        raise BadInput([Fault(file=str(ledger.head_file), problem=problem, right=right)])


def note_head(ledger: Ledger, last: Entry) -> None:
    """Write the head file after a commit."""
    if last.number == 0:
        return
    head = Head(ledger=ledger.facts.id, count=last.number, hash=last.hash, time=last.time)
    signed = replace(head, signature=ledger.scheme.sign(private_key(ledger), head.content))
    write_head(ledger.head_file, signed, scheme=ledger.scheme, public_key=ledger.facts.public_key)


def last_entry(database: Database) -> Entry | None:
    """Return the last entry, None before the first."""
    found = database.rows(f"SELECT {_ENTRY} FROM entry ORDER BY number DESC LIMIT 1")
    return entry_of(found[0]) if found else None


def entry_of(row: Row) -> Entry:
    """Return an entry from its row."""
    return Entry(**dict(zip(COLUMNS["entry"], row, strict=True)))


_ENTRY = ", ".join(COLUMNS["entry"])


def _by_request(database: Database, request: str | None) -> Entry | None:
    if request is None:
        return None
    found = database.rows(f"SELECT {_ENTRY} FROM entry WHERE request = ?", (request,))
    return entry_of(found[0]) if found else None


def _same_request(ledger: Ledger, known: Entry, asked: Mapping[str, object]) -> None:
    """Raise BadInput where a request that was carried out once is now asked for something else."""
    was = {**json.loads(known.detail), "kind": known.kind}
    others = [f"{name} {was.get(name)}" for name, value in asked.items() if was.get(name) != value]
    if others:
        problem = f"was carried out as entry {known.number} with {', '.join(others)}"
        right = "give each operation a request of its own, and repeat it unchanged"
        raise BadInput([Fault(file=ledger.address, field="request", value=known.request, problem=problem, right=right)])


def _before_all(ledger: Ledger) -> Entry:
    return Entry(
        number=0, time=0, kind="", data_kind="", request="", detail="", devices_to=0, accounts_to=0, measurements_to=0,
        lots_to=0, debits_to=0, certificates_to=0, previous="", hash=ledger.facts.id, signature="",
    )  # fmt: skip


def _written(ledger: Ledger, key: bytes, draft: Draft, last: Entry, request: str, moment: int) -> Entry:
    rows = rows_of(draft, last)
    detail = json.dumps(draft.detail, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    counts = {f"{table}s_to": last.counts[table] + len(rows[table]) for table in ROWS}
    header: dict[str, Any] = {
        "number": last.number + 1,
        "time": moment,
        "kind": draft.kind,
        "data_kind": ledger.facts.kind,
        "request": request,
        "detail": detail,
        **counts,
        "previous": last.hash,
    }
    _plain(ledger, [*rows.values(), [tuple(header.values())]])
    content = content_of([header[column] for column in HEADER], rows)
    digest = ledger.scheme.digest(content)
    signature = ledger.scheme.sign(key, digest.encode())
    entry = Entry(**header, hash=digest, signature=signature)
    insert_entry(ledger.database, entry, rows)
    return entry


def _plain(ledger: Ledger, tables: Iterable[Iterable[Row]]) -> None:
    """Raise BadInput where a value would not come back from either database as the one that was hashed."""
    values = {value for rows in tables for row in rows for value in row if type(value) is not int}
    for value in values:
        if value is not None and not isinstance(value, str):
            problem, right = "is not whole", "whole Wh and whole seconds"
        elif value is not None and ("\0" in value or (not value.isascii() and _unwritable(value))):
            problem, right = "is no text that can be kept", "text without NUL characters and lone surrogates"
        else:
            continue
        raise BadInput([Fault(file=ledger.address, field="value", value=repr(value), problem=problem, right=right)])


def _unwritable(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def insert_entry(database: Database, entry: Entry, rows: dict[str, list[Row]]) -> None:
    """Write an entry: first its rows, then itself, which seals it."""
    for table in ROWS:
        if rows[table]:
            database.insert(table, COLUMNS[table], rows[table])
    database.insert("entry", COLUMNS["entry"], [entry.row])


def rows_of(draft: Draft, last: Entry) -> dict[str, list[Row]]:
    """Return the rows of a draft with their ids, which follow those of the last entry."""
    at, number = last.counts, last.number + 1

    def named(reference: int, table: str) -> int:
        return at[table] - reference if reference < 0 else reference

    def numbered(table: str, things: Iterable[Row]) -> list[Row]:
        return [(at[table] + k, number, *thing) for k, thing in enumerate(things, start=1)]

    lots = ((kind, named(measurement, "measurement"), *rest) for kind, measurement, *rest in draft.lots)
    certificates = (c if c.lot > 0 else (named(c.lot, "lot"), *c[1:]) for c in draft.certificates)
    return {
        "device": numbered("device", draft.devices),
        "account": numbered("account", draft.accounts),
        "measurement": numbered("measurement", draft.measurements),
        "lot": numbered("lot", lots),
        "debit": numbered("debit", ((certificate,) for certificate in draft.debits)),
        "certificate": numbered("certificate", certificates),
    }
