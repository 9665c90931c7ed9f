"""Backup and restore: the ledger entry by entry in one compressed file, checked while it is written and while read.

The file is the same from either database and goes into either, entry by entry with its hash: what is restored is what
was saved, or it is refused.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from holin.errors import BadInput, Fault
from holin.ledger.append import entry_of, insert_entry, note_head
from holin.ledger.chain import Entry, Facts, content_of, header_of, is_own_id
from holin.ledger.database import Row
from holin.ledger.head import read_head, sync_folder
from holin.ledger.invariants import Invariants
from holin.ledger.opening import Ledger, create, is_server, opened
from holin.ledger.schema import ROWS
from holin.ledger.verify import entries_with_rows
from holin.signing import Scheme, scheme_of

FORMAT = "holin-ledger-backup-1"
AGAIN = "take another backup; one can be checked with `holin certificates restore FILE --ledger NEW_PLACE`"


@dataclass(frozen=True, kw_only=True)
class Saved:
    """A backup: its file, what it holds, and the hash of its last entry."""

    file: Path
    ledger: str
    kind: str
    entries: int
    certificates: int
    hash: str
    bytes: int


def backup(ledger: Ledger, file: Path, *, on_progress: Callable[[float], None] | None = None) -> Saved:
    """Save a ledger into a file while others write on; the file is a picture of one moment, and checked.

    Raises BadInput where the file stands already, or the ledger is damaged or breaks an invariant: a backup that
    would have to be doubted is not made.
    """
    if file.exists():
        right = "give another name; a backup is never overwritten"
        raise BadInput([Fault(file=str(file), problem="stands already", right=right)])
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.partial")
    fold, told = Invariants(ledger.facts), hashlib.sha256()
    try:
        with open(partial, "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=4, mtime=0) as out:

            def say(thing: object) -> None:
                line = json.dumps(thing, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                told.update(line)
                out.write(line)

            say({"format": FORMAT, "facts": asdict(ledger.facts)})
            with ledger.database.reading():
                for entry, rows in entries_with_rows(ledger.database):
                    broken = fold.feed(entry, rows)
                    if broken:
                        raise BadInput([Fault(file=ledger.address, problem=str(b), right="verify it") for b in broken])
                    say([entry.row, [rows[table] for table in ROWS]])
                    if on_progress is not None:
                        on_progress(entry.number)
            say({"entries": fold.number, "hash": fold.hash, "sha256": told.hexdigest()})
            out.close()
            raw.flush()
            os.fsync(raw.fileno())
        partial.replace(file)
        sync_folder(file.parent)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return Saved(
        file=file, ledger=ledger.facts.id, kind=ledger.facts.kind, entries=fold.number,
        certificates=fold.counts["certificate"], hash=fold.hash, bytes=file.stat().st_size,
    )  # fmt: skip


def restore(
    file: Path,
    address: str | Path,
    *,
    key: Path | None = None,
    until_damage: bool = False,
    accept_loss: bool = False,
    on_progress: Callable[[float], None] | None = None,
) -> Saved:
    """Put a backup back at an empty address, every entry checked, all in one transaction.

    A damaged backup is refused, with the last whole entry named; `until_damage` restores up to it. Where a head file
    stands that knows of later entries, these would be lost: that is refused unless `accept_loss` says so. A ledger
    that is restored without its key can be read and verified, and written by whoever has the key.
    """
    lines = _lines(file, until_damage=until_damage)
    facts: Facts = next(lines)
    fold = Invariants(facts)
    made = False
    try:
        create(address, kind=facts.kind, operator=facts.operator, time_zone=facts.time_zone, key=key, known=facts)
        made = True
        with opened(address, key=key, check_head=False) as ledger:
            last = None
            with ledger.database.writing():
                for entry, rows in lines:
                    broken = fold.feed(entry, rows)
                    if broken:
                        raise BadInput([Fault(file=str(file), problem=str(b), right=AGAIN) for b in broken])
                    insert_entry(ledger.database, entry, rows)
                    last = entry
                    if on_progress is not None:
                        on_progress(entry.number)
                _nothing_lost(ledger, last, accept_loss)
            if last is not None and ledger.key_file.is_file():
                ledger.head_file.unlink(missing_ok=True)
                note_head(ledger, last)
    except BaseException:
        if made and not is_server(address):
            for path in (Path(address), *(Path(f"{address}{end}") for end in ("-wal", "-shm"))):
                path.unlink(missing_ok=True)
        raise
    return Saved(
        file=file, ledger=facts.id, kind=facts.kind, entries=fold.number, certificates=fold.counts["certificate"],
        hash=fold.hash, bytes=file.stat().st_size,
    )  # fmt: skip


def _nothing_lost(ledger: Ledger, last: Entry | None, accept_loss: bool) -> None:
    scheme = scheme_of(ledger.facts.scheme)
    try:
        head = read_head(ledger.head_file, scheme=scheme, public_key=ledger.facts.public_key)
    except BadInput:
        if accept_loss:
            return
        raise
    have = last.number if last else 0
    if head is not None and head.count > have and not accept_loss:
        right = "restore a later backup; --accept-loss restores this one, and what came after it is gone"
        problem = f"has {have} entries, and the head file {ledger.head_file} knows of {head.count}"
        raise BadInput([Fault(file="the backup", problem=problem, right=right)])


def _lines(file: Path, *, until_damage: bool) -> Iterator[Any]:
    """Yield the parsed lines of a backup: its head, then entries; raises BadInput at the first damage."""
    if not file.is_file():
        right = "give a file that `holin certificates backup` wrote"
        raise BadInput([Fault(file=str(file), problem="no such file", right=right)])
    told, number, ended = hashlib.sha256(), 0, False
    scheme: Scheme | None = None
    try:
        with gzip.open(file, "rb") as lines:
            for line in lines:
                thing = json.loads(line)
                if isinstance(thing, dict) and "sha256" in thing:
                    ended = thing["sha256"] == told.hexdigest() and thing["entries"] == number - 1
                    break
                parsed = _facts_in(thing) if number == 0 else _entry_in(thing, scheme, number)
                if isinstance(parsed, Facts):
                    scheme = scheme_of(parsed.scheme)
                told.update(line)
                number += 1
                yield parsed
        if not ended:
            raise ValueError("its end is missing, or does not have the hash of what stands before it")
    except (OSError, EOFError, ValueError, TypeError, KeyError, zlib.error) as error:
        if number > 1 and until_damage:
            return
        whole = f"{number - 1} entries before the damage are whole; --until-damage restores these" if number > 1 else ""
        right = whole or "take another backup"
        raise BadInput([Fault(file=str(file), problem=f"is damaged: {error}", right=right)]) from error


def _facts_in(line: Any) -> Facts:
    """Return the facts in the first line; raises ValueError or the like where it is damaged."""
    if not isinstance(line, dict) or line.get("format") != FORMAT:
        raise ValueError(f"its first line is not that of {FORMAT}")
    facts = Facts(**line["facts"])
    if not is_own_id(facts):
        raise ValueError("its first line is not that of the ledger it names")
    return facts


def _entry_in(line: Any, scheme: Scheme | None, number: int) -> tuple[Entry, dict[str, list[Row]]]:
    """Return the entry in a line, with its rows; raises ValueError or the like where it has not its hash."""
    assert scheme is not None
    row, tables = line
    entry = entry_of(tuple(row))
    rows = {table: [tuple(r) for r in part] for table, part in zip(ROWS, tables, strict=True)}
    if scheme.digest(content_of(header_of(entry), rows)) != entry.hash:
        raise ValueError(f"entry {number} does not have its hash")
    return entry, rows
