"""Verifying a ledger from its first entry to its last, without trusting the database or this program's own writing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from holin.errors import BadInput, Fault
from holin.ledger.append import entry_of, last_entry, note_head
from holin.ledger.chain import Entry, is_own_id
from holin.ledger.database import Database, Row
from holin.ledger.head import Head
from holin.ledger.invariants import Broken, Invariants
from holin.ledger.opening import Ledger, head_of
from holin.ledger.schema import COLUMNS, ROWS, STATES

BROKEN_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What a verification found. `broken` is empty and `damage` is empty where all is well (`whole`).

    `by_state_wh` is where all Wh that were ever issued are now. `owed_wh` is, by device, what corrections found to be
    issued too much after it had left the producer, and which is set off against the next issues.
    """

    ledger: str
    kind: str
    operator: str
    public_key: str
    entries: int
    measurements: int
    certificates: int
    hash: str
    head: Head | None
    broken: tuple[Broken, ...]
    damage: tuple[str, ...]
    by_state_wh: dict[str, int]
    owed_wh: dict[str, int] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Return whether nothing is broken or damaged."""
        return not self.broken and not self.damage


def verify(ledger: Ledger, *, until: int | None = None, on_progress: Callable[[float], None] | None = None) -> Verified:
    """Check every entry: hash, chain, signature, and the invariants L1 to L7 on its content; then the head file.

    `until` stops after an entry (its number). A damaged page ends the reading of a table: then each entry is looked
    at by itself, and `damage` names those that cannot be read or do not have their hash; all others are whole.
    """
    facts = ledger.facts
    fold = Invariants(facts)
    broken: list[Broken] = []
    if not is_own_id(facts):
        says = "the ledger's kind, operator, time zone or scheme is not the one it was made with"
        broken.append(Broken(rule="L7", entry=0, says=says))
    damage = ledger.database.damage()
    try:
        with ledger.database.reading():
            for entry, rows in entries_with_rows(ledger.database, until=until):
                broken += fold.feed(entry, rows)[: BROKEN_SHOWN - len(broken)]
                if on_progress is not None and entry.number % 100 == 0:
                    on_progress(entry.number)
    except BadInput as error:
        damage += [f.problem for f in error.faults]
        damage += list(_damaged_entries(ledger, after=fold.number))
    head, lost = _head(ledger)
    by_state = dict.fromkeys(STATES, 0)
    for (_, state), wh in fold.held_wh.items():
        by_state[STATES[state]] += wh
    names = {number: name for name, number in fold.device_id.items()}
    return Verified(
        ledger=facts.id, kind=facts.kind, operator=facts.operator, public_key=facts.public_key, entries=fold.number,
        measurements=fold.counts["measurement"], certificates=fold.counts["certificate"], hash=fold.hash, head=head,
        broken=tuple(broken), damage=(*damage, *lost), by_state_wh=by_state,
        owed_wh={names[device]: wh for device, wh in fold.owed_wh().items()},
    )  # fmt: skip


def entries_with_rows(
    database: Database, *, after: Entry | None = None, until: int | None = None
) -> Iterator[tuple[Entry, dict[str, list[Row]]]]:
    """Yield every entry with its rows in order, reading each table once; within one transaction of reading."""
    streams = {}
    for table in ROWS:
        key = COLUMNS[table][0]
        at = after.counts[table] if after else 0
        sql = f"SELECT {', '.join(COLUMNS[table])} FROM {table} WHERE {key} > ? ORDER BY {key}"
        streams[table] = _Stream(database.stream(sql, (at,)))
    sql = f"SELECT {', '.join(COLUMNS['entry'])} FROM entry WHERE number > ? AND number <= ? ORDER BY number"
    for row in database.stream(sql, (after.number if after else 0, until or 2**62)):
        entry = entry_of(row)
        yield entry, {table: streams[table].until(entry.counts[table]) for table in ROWS}
    if until is None:
        for table, stream in streams.items():
            if stream.until(2**62):
                raise BadInput(
                    [Fault(file=database.address, problem=f"{table} has rows of no entry", right="restore it")]
                )


class _Stream:
    """The rows of a table, given out entry by entry."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self.rows = rows
        self.next: Row | None = None

    def until(self, number: int) -> list[Row]:
        """Return the rows up to a number."""
        found: list[Row] = []
        if self.next is not None:
            if self.next[0] > number:
                return found
            found.append(self.next)
            self.next = None
        for row in self.rows:
            if row[0] > number:
                self.next = row
                break
            found.append(row)
        return found


def rows_of_entry(database: Database, entry: Entry, before: Entry | None) -> dict[str, list[Row]]:
    """Return the rows of one entry; `before` is the one before it."""
    rows = {}
    for table in ROWS:
        key = COLUMNS[table][0]
        sql = f"SELECT {', '.join(COLUMNS[table])} FROM {table} WHERE {key} > ? AND {key} <= ? ORDER BY {key}"
        rows[table] = database.rows(sql, (before.counts[table] if before else 0, entry.counts[table]))
    return rows


def entry_by_number(database: Database, number: int) -> Entry | None:
    """Return an entry, None where there is none."""
    found = database.rows(f"SELECT {', '.join(COLUMNS['entry'])} FROM entry WHERE number = ?", (number,))
    return entry_of(found[0]) if found else None


def _damaged_entries(ledger: Ledger, *, after: int) -> Iterator[str]:
    """Name the entries that cannot be read or have not their hash, each looked at by itself."""
    single = Invariants(ledger.facts, signatures=True)
    try:
        last = last_entry(ledger.database)
    except BadInput:
        yield f"the list of entries is damaged beyond entry {after}"
        return
    for number in range(after + 1, (last.number if last else 0) + 1):
        try:
            entry, before = entry_by_number(ledger.database, number), entry_by_number(ledger.database, number - 1)
            if entry is None:
                yield f"entry {number} is missing"
                continue
            rows = rows_of_entry(ledger.database, entry, before)
        except BadInput:
            yield f"entry {number} cannot be read"
            continue
        single.number, single.hash, single.time = number - 1, entry.previous, 0
        for rule, says in single.broken_links(entry, rows):
            yield f"entry {number}: {rule}, {says}"


def _head(ledger: Ledger) -> tuple[Head | None, list[str]]:
    try:
        head = head_of(ledger)
    except BadInput as error:
        return None, [f"{f.file} {f.problem}" for f in error.faults]
    if head is None:
        missing = f"the head file {ledger.head_file} is missing: whether the end is lost cannot be told"
        return None, [missing] if last_entry(ledger.database) else []
    return head, []


def renew_head(ledger: Ledger) -> None:
    """Write the head file anew from the ledger as it is: for a lost or damaged head, after comparing with a backup."""
    last = last_entry(ledger.database)
    if last is not None:
        ledger.head_file.unlink(missing_ok=True)
        note_head(ledger, last)
