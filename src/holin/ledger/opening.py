"""Opening and making a ledger: by path or by postgresql:// address, with its key and its head file."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from holin.errors import BadInput, Fault
from holin.ledger.chain import Facts, is_own_id, new_id
from holin.ledger.database import Database
from holin.ledger.head import Head, read_head, sync_folder, write_head
from holin.ledger.migrations import MIGRATIONS, migrate, version_of
from holin.signing import Scheme, scheme_of

SERVER = ("postgresql://", "postgres://")


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """An open ledger: its database, its facts, the file of its head and that of its key.

    Whoever has no key can read and verify, and write nothing.
    """

    database: Database
    facts: Facts
    head_file: Path
    key_file: Path

    @property
    def scheme(self) -> Scheme:
        """Return how its entries are hashed and signed."""
        return scheme_of(self.facts.scheme)

    @property
    def address(self) -> str:
        """Return where it stands, as errors and answers name it."""
        return self.database.address


@contextmanager
def opened(address: str | Path, *, key: Path | None = None, check_head: bool = True) -> Iterator[Ledger]:
    """Open a ledger and close it at the end.

    `address` is a path or postgresql://…; the key stands in `key`, else in HOLIN_LEDGER_KEY, else beside the ledger
    (`PATH.key`; for a server in the user's data folder). With `check_head` a ledger that has lost its end, against
    its head file, is not opened. Raises BadInput where there is none, it is damaged, or its head file is.
    """
    database = _database(address)
    try:
        facts = _facts(database)
        if version_of(database) != len(MIGRATIONS):
            with database.writing():
                migrate(database, MIGRATIONS)
        ledger = Ledger(database=database, facts=facts, head_file=_head_file(address, facts),
                        key_file=_key_file(address, facts.id, key))  # fmt: skip
        if check_head:
            _own_facts(ledger)
            head_of(ledger)
        yield ledger
    finally:
        database.close()


def _own_facts(ledger: Ledger) -> None:
    """Raise BadInput where what a ledger says of itself is not what its id was made of."""
    if not is_own_id(ledger.facts):
        right = "run `holin certificates verify`, and restore the ledger from its last backup"
        problem = "says another kind, operator, time zone or scheme than it was made with"
        raise BadInput([Fault(file=ledger.address, problem=problem, right=right)])


def head_of(ledger: Ledger) -> Head | None:
    """Return what the head file says, after holding it against the ledger; None where there is no file.

    Raises BadInput where the file is damaged, or the ledger does not have the entry that it names.
    """
    head = read_head(ledger.head_file, scheme=ledger.scheme, public_key=ledger.facts.public_key)
    if head is None:
        return None
    if head.count == 0 and (head.ledger, head.hash) == (ledger.facts.id, ledger.facts.id):
        return head
    count = ledger.database.rows("SELECT COALESCE(MAX(number), 0) FROM entry")[0][0]
    found = ledger.database.rows("SELECT hash FROM entry WHERE number = ?", (head.count,))
    if head.ledger != ledger.facts.id or not found or found[0][0] != head.hash:
        problem = (
            f"has {count} entries, and its head file {ledger.head_file} knows {head.count}: its end is lost"
            if head.ledger == ledger.facts.id and not found
            else f"does not have the entry {head.count} that its head file {ledger.head_file} names"
        )
        right = "restore it from its last backup with `holin certificates restore`; nothing was written"
        raise BadInput([Fault(file=ledger.address, problem=problem, right=right)])
    return head


def create(
    address: str | Path,
    *,
    kind: str,
    operator: str,
    time_zone: str,
    scheme: str = "sha256-ed25519",
    key: Path | None = None,
    known: Facts | None = None,
) -> Facts:
    """Make an empty ledger and return its facts; a new key is made unless its file stands already.

    `kind` is demo or metered, `operator` the one who issues, `time_zone` whose months count. `known` are the facts of
    a ledger that is restored. Raises BadInput where a ledger stands at the address.
    """
    scheme = known.scheme if known else scheme
    signs = scheme_of(scheme)
    if faults := [] if known else _faults(kind, operator, time_zone):
        raise BadInput(faults)
    name = known.id if known else new_id(kind=kind, operator=operator, time_zone=time_zone, scheme=scheme)
    database = _database(address, create=True)
    try:
        with database.writing():
            _nothing_stands(database)
            file = _key_file(address, name, key)
            public = known.public_key if known else _public_key(signs, file)
            facts = known or Facts(
                id=name, kind=kind, operator=operator, time_zone=time_zone, scheme=scheme, public_key=public
            )
            migrate(database, MIGRATIONS)
            database.insert("ledger", tuple(vars(facts)), [tuple(vars(facts).values())])
        if known is None:
            _first_head(_head_file(address, facts), facts, file.read_bytes())
    finally:
        database.close()
    return facts


def _first_head(file: Path, facts: Facts, private: bytes) -> None:
    """Write the head of a ledger without entries: from then on one that has no head file has lost it."""
    scheme = scheme_of(facts.scheme)
    head = Head(ledger=facts.id, count=0, hash=facts.id, time=0)
    signed = replace(head, signature=scheme.sign(private, head.content))
    write_head(file, signed, scheme=scheme, public_key=facts.public_key, anew=True)


def _faults(kind: str, operator: str, time_zone: str) -> list[Fault]:
    def fault(name: str, value: str, problem: str, right: str) -> Fault:
        return Fault(file="ledger", field=name, value=value, problem=problem, right=right)

    faults = []
    if kind not in ("demo", "metered"):
        faults.append(fault("kind", kind, "is not known", "demo (from runs) or metered (from meters)"))
    if not operator.strip() or ":" in operator or not operator.isprintable():
        faults.append(fault("operator", operator, "is no name of an operator", "such as example.com, without colons"))
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        faults.append(fault("time_zone", time_zone, "is no time zone", "such as Asia/Shanghai or Europe/Berlin"))
    return faults


def _nothing_stands(database: Database) -> None:
    """Raise BadInput where a database has a ledger, or anything else: a ledger has its database for itself."""
    if _has_ledger(database):
        right = "give another address; a ledger is never overwritten"
        raise BadInput([Fault(file=database.address, problem="holds a ledger already", right=right)])
    others = [row[0] for row in database.rows(_TABLES[database.dialect])]
    if others:
        problem = f"holds other tables: {', '.join(others[:5])}"
        right = "a ledger has a file or a database of its own; give another address"
        raise BadInput([Fault(file=database.address, problem=problem, right=right)])


_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
    "postgresql": "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename",
}


def _public_key(scheme: Scheme, file: Path) -> str:
    """Return the public part of the key in a file, made first where there is none."""
    try:
        return scheme.public_key(_made_key(file, scheme.new_key))
    except ValueError as error:
        right = f"give a file with a private key of {scheme.name}, or one that does not stand yet"
        raise BadInput([Fault(file=str(file), problem="holds no such key", right=right)]) from error


def exists(address: str | Path) -> bool:
    """Return whether a ledger stands at the address."""
    if not is_server(address) and not Path(address).exists():
        return False
    database = _database(address)
    try:
        return _has_ledger(database)
    finally:
        database.close()


def is_server(address: str | Path) -> bool:
    """Return whether an address names a database server."""
    return str(address).startswith(SERVER)


def _database(address: str | Path, *, create: bool = False) -> Database:
    if not is_server(address):
        from holin.ledger.sqlite import SQLite

        path = Path(address)
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
        elif not path.is_file():
            right = "give the path of a ledger; `holin certificates issue RUN --ledger PATH` makes one"
            raise BadInput([Fault(file=str(path), problem="no ledger stands there", right=right)])
        return SQLite(path, create=create)
    try:
        from holin.ledger.postgres import PostgreSQL
    except ImportError as error:
        right = "install it: pip install 'holin[postgres]'"
        raise BadInput([Fault(file="psycopg", problem="PostgreSQL's driver is missing", right=right)]) from error
    return PostgreSQL(str(address))


def _has_ledger(database: Database) -> bool:
    if database.dialect == "postgresql":
        return bool(database.rows("SELECT to_regclass('ledger') IS NOT NULL")[0][0])
    return bool(database.rows("SELECT 1 FROM sqlite_master WHERE name = 'ledger'"))


def _facts(database: Database) -> Facts:
    rows = []
    if _has_ledger(database):
        rows = database.rows("SELECT id, kind, operator, time_zone, scheme, public_key FROM ledger")
    if not rows:
        right = "give the address of a ledger; `holin certificates issue RUN --ledger ADDRESS` makes one"
        raise BadInput([Fault(file=database.address, problem="holds no ledger", right=right)])
    names = ("id", "kind", "operator", "time_zone", "scheme", "public_key")
    return Facts(**dict(zip(names, rows[0], strict=True)))


def data_folder() -> Path:
    """Return the user's data folder, where heads and keys of ledgers on servers stand."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "holin" / "ledgers"


def _head_file(address: str | Path, facts: Facts) -> Path:
    return data_folder() / f"{facts.id}.head" if is_server(address) else Path(f"{address}.head")


def _key_file(address: str | Path, ledger_id: str, key: Path | None) -> Path:
    asked = key or os.environ.get("HOLIN_LEDGER_KEY")
    if asked:
        return Path(asked)
    return data_folder() / f"{ledger_id}.key" if is_server(address) else Path(f"{address}.key")


def _made_key(file: Path, new: Callable[[], bytes]) -> bytes:
    """Return the private key of a file, made first where there is none; nobody else may read it."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f".{file.name}.{uuid.uuid4()}")
        try:
            with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened_file:
                opened_file.write(new())
                opened_file.flush()
                os.fsync(opened_file.fileno())
            # Another process that makes the same ledger may have been first; then its key is the one.
            with suppress(FileExistsError):
                os.link(partial, file)
        finally:
            partial.unlink(missing_ok=True)
        sync_folder(file.parent)
    return file.read_bytes()


def private_key(ledger: Ledger) -> bytes:
    """Return the key that signs; raises BadInput where it is missing or belongs to another ledger."""
    right = f"give the ledger's key with --key FILE or HOLIN_LEDGER_KEY; its public part is\n{ledger.facts.public_key}"
    if not ledger.key_file.is_file():
        fault = Fault(
            file=str(ledger.key_file), problem="the key is missing; this ledger can only be read", right=right
        )
        raise BadInput([fault])
    private = ledger.key_file.read_bytes()
    try:
        own = ledger.scheme.public_key(private) == ledger.facts.public_key
    except ValueError:
        own = False
    if not own:
        raise BadInput([Fault(file=str(ledger.key_file), problem="is not the key of this ledger", right=right)])
    return private
