"""The allotment book: which retired Wh stand behind which batch, each Wh behind one batch at most, for good.

An SQLite file. What is allotted is written once, as signed entries in a chain of hashes, and never changed; a trigger
of the database holds every certificate against what was allotted of it before, so that two commands at once cannot both
have the same Wh, whatever they thought was free.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from holin.errors import BadInput, CheckFailed, Fault, Refused
from holin.signing import Scheme, canonical, scheme_of

FORMAT = "holin-allotments-1"
HOURLY, MONTHLY = "hourly", "monthly"
"""hourly: energy of the very hours in which the batch's metal was made. monthly: of the same local month."""

TABLES = """
CREATE TABLE book (ledger TEXT NOT NULL, scheme TEXT NOT NULL, public_key TEXT NOT NULL);
CREATE TABLE entry (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  content TEXT NOT NULL, previous TEXT NOT NULL UNIQUE, hash TEXT NOT NULL UNIQUE, signature TEXT NOT NULL
);
CREATE TABLE allotted (
  entry INTEGER NOT NULL, batch TEXT NOT NULL, metal TEXT NOT NULL, certificate INTEGER NOT NULL,
  start_s INTEGER NOT NULL, wh INTEGER NOT NULL CHECK (wh > 0), of_wh INTEGER NOT NULL CHECK (of_wh > 0),
  method TEXT NOT NULL, device TEXT NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (certificate, batch, entry, method)
);
CREATE INDEX allotted_batch ON allotted (batch);
CREATE INDEX allotted_metal ON allotted (metal);
CREATE TRIGGER once BEFORE INSERT ON allotted
WHEN NEW.wh + COALESCE((SELECT SUM(wh) FROM allotted WHERE certificate = NEW.certificate), 0) > NEW.of_wh
  OR EXISTS (SELECT 1 FROM allotted WHERE certificate = NEW.certificate AND of_wh <> NEW.of_wh)
BEGIN SELECT RAISE(ABORT, 'more of a certificate would be allotted than was retired'); END;
"""
FROZEN = "CREATE TRIGGER {table}_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'nothing is changed'); END;"


class Allotted(NamedTuple):
    """So many Wh of a retired certificate (of `of_wh` in all) behind a batch; `detail` says where the ledger has it.

    `metal` is the hash of the batch's metal: under the same id no other metal has it.
    """

    batch: str
    metal: str
    certificate: int
    start_s: int
    wh: int
    of_wh: int
    method: str
    device: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class BookEntry:
    """A sealed entry of the book."""

    number: int
    hash: str
    signature: str


@dataclass(frozen=True, kw_only=True)
class Book:
    """An open book: of which ledger, with which scheme, whose key."""

    path: Path
    connection: sqlite3.Connection
    ledger: str
    scheme: Scheme
    public_key: str

    def of_batch(self, batch: str) -> list[tuple[Allotted, int]]:
        """Return what stands behind a batch, with the entry that put it there."""
        rows = self.connection.execute(f"{_SELECT} WHERE batch = ? ORDER BY start_s, certificate", (batch,))
        return [(Allotted(*row[1:]), row[0]) for row in rows]

    def of_certificate(self, certificate: int) -> list[tuple[Allotted, int]]:
        """Return which batches a certificate stands behind, with the entries that put it there."""
        rows = self.connection.execute(f"{_SELECT} WHERE certificate = ? ORDER BY entry, batch", (certificate,))
        return [(Allotted(*row[1:]), row[0]) for row in rows]

    def batches_of_metal(self, metal: str) -> set[str]:
        """Return under which ids certificates stand behind a metal."""
        return {row[0] for row in self.connection.execute("SELECT batch FROM allotted WHERE metal = ?", (metal,))}

    def by_batch(self) -> dict[str, int]:
        """Return the Wh behind each batch."""
        return dict(self.connection.execute("SELECT batch, SUM(wh) FROM allotted GROUP BY batch"))

    def by_certificate(self) -> dict[int, int]:
        """Return the Wh allotted of each certificate."""
        return dict(self.connection.execute("SELECT certificate, SUM(wh) FROM allotted GROUP BY certificate"))

    def entry(self, number: int) -> BookEntry | None:
        """Return an entry; None where there is none."""
        for row in self.connection.execute("SELECT number, hash, signature FROM entry WHERE number = ?", (number,)):
            return BookEntry(number=row[0], hash=row[1], signature=row[2])
        return None

    def head(self) -> BookEntry | None:
        """Return the last entry."""
        return self.entry(self.connection.execute("SELECT COALESCE(MAX(number), 0) FROM entry").fetchone()[0])


_SELECT = "SELECT entry, batch, metal, certificate, start_s, wh, of_wh, method, device, detail FROM allotted"


@contextmanager
def opened_book(
    path: str | Path, *, ledger: str, scheme: str, public_key: str, make: bool = True, wait_s: float = 60.0
) -> Iterator[Book]:
    """Open the book of a ledger, which is made where none stands (with `make`).

    `ledger` is the ledger's id. Raises BadInput where the file is no book, is another ledger's, or there is none.
    """
    file = Path(path)
    if not make and not file.is_file():
        right = "nothing was allotted yet: `holin batch green … --allot` does it"
        raise BadInput([Fault(file=str(file), problem="no such book of allotments", right=right)])
    try:
        with closing(sqlite3.connect(file, timeout=wait_s, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            _made(connection, ledger, scheme, public_key)
            found = connection.execute("SELECT ledger, scheme, public_key FROM book").fetchone()
            if found != (ledger, scheme, public_key):
                right = "each ledger has its own: move this file away, or name the ledger that it belongs to"
                raise BadInput([Fault(file=str(file), problem=f"is the book of the ledger {found[0]}", right=right)])
            yield Book(
                path=file, connection=connection, ledger=ledger, scheme=scheme_of(scheme), public_key=public_key
            )  # fmt: skip
    except sqlite3.IntegrityError as error:
        raise Refused(f"{file}: {error}; nothing was written") from error
    except sqlite3.DatabaseError as error:
        right = "restore it from its last backup; wait and try again if another command is writing"
        raise BadInput([Fault(file=str(file), problem=f"cannot be used: {error}", right=right)]) from error


def _made(connection: sqlite3.Connection, ledger: str, scheme: str, public_key: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'book'").fetchone():
            for statement in _statements():
                connection.execute(statement)
            connection.execute("INSERT INTO book VALUES (?, ?, ?)", (ledger, scheme, public_key))
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _statements() -> Iterator[str]:
    text = ""
    for line in TABLES.splitlines():
        text += line + "\n"
        if sqlite3.complete_statement(text):
            yield text
            text = ""
    for table in ("book", "entry", "allotted"):
        for verb in ("UPDATE", "DELETE"):
            yield FROZEN.format(table=table, verb=verb)


def allot(
    book: Book, choose: Callable[[Mapping[int, int], Mapping[str, int]], Sequence[Allotted]], *, key: bytes, now: int
) -> tuple[BookEntry | None, list[Allotted]]:
    """Allot what `choose` picks, as one signed entry; it is given what is allotted of each certificate and batch.

    No other command writes between the look and the writing. Raises Refused, with nothing written, where more of a
    certificate would be allotted than was retired.
    """
    connection = book.connection
    connection.execute("BEGIN IMMEDIATE")
    try:
        chosen = list(choose(book.by_certificate(), book.by_batch()))
        entry = _written(book, chosen, key, now) if chosen else None
        connection.execute("COMMIT")
    except sqlite3.IntegrityError as error:
        connection.execute("ROLLBACK")
        raise Refused(f"{book.path}: {error}; nothing was written") from error
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return entry, chosen


def _written(book: Book, chosen: list[Allotted], key: bytes, now: int) -> BookEntry:
    head = book.head()
    number, previous = (head.number + 1, head.hash) if head else (1, book.ledger)
    content = canonical([FORMAT, number, now, previous, [list(a) for a in chosen]])
    digest = book.scheme.digest(content)
    signature = book.scheme.sign(key, digest.encode())
    book.connection.executemany(
        "INSERT INTO allotted VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [(number, *a) for a in chosen]
    )
    book.connection.execute(
        "INSERT INTO entry VALUES (?, ?, ?, ?, ?)", (number, content.decode(), previous, digest, signature)
    )
    return BookEntry(number=number, hash=digest, signature=signature)


def check_book(book: Book) -> int:
    """Hold every entry against its hash, signature and place in the chain, and its rows against it; return how many.

    Raises CheckFailed where something does not fit.
    """
    previous, number, sums, whole = book.ledger, 0, dict[int, int](), dict[int, int]()
    for number, content, before, digest, signature in book.connection.execute(
        "SELECT number, content, previous, hash, signature FROM entry ORDER BY number"
    ):
        said: list[Any] = json.loads(content)
        rows = [list(r[1:]) for r in book.connection.execute(f"{_SELECT} WHERE entry = ? ORDER BY rowid", (number,))]
        whole_chain = before == previous and said[1] == number and said[3] == previous
        sound = book.scheme.digest(content.encode()) == digest and book.scheme.is_signed(
            book.public_key, digest.encode(), signature
        )
        if not (whole_chain and sound and rows == said[4]):
            raise CheckFailed(f"{book.path}: entry {number} is not as it was signed; restore the book from a backup")
        for row in said[4]:
            allotted = Allotted(*row)
            number_of = allotted.certificate
            sums[number_of] = sums.get(number_of, 0) + allotted.wh
            if sums[number_of] > whole.setdefault(number_of, allotted.of_wh) or allotted.of_wh != whole[number_of]:
                raise CheckFailed(f"{book.path}: more of certificate {number_of} is allotted than was retired")
        previous = digest
    return number
