"""From one version of the tables to the next: each a list of statements, carried out once, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from holin.errors import BadInput, Fault
from holin.ledger.database import Database
from holin.ledger.first_version import statements

MIGRATIONS: tuple[Callable[[str], Iterable[str]], ...] = (statements,)
"""The steps, each given the dialect; the number of a version is how many of them a database has been through."""


def version_of(database: Database) -> int:
    """Return how many steps a database has been through; 0 where it is empty."""
    known = (
        "SELECT CASE WHEN to_regclass('migration') IS NULL THEN 0 ELSE 1 END"
        if database.dialect == "postgresql"
        else "SELECT COUNT(*) FROM sqlite_master WHERE name = 'migration'"
    )
    if not database.rows(known)[0][0]:
        return 0
    return int(database.rows("SELECT COALESCE(MAX(version), 0) FROM migration")[0][0])


def migrate(database: Database, steps: tuple[Callable[[str], Iterable[str]], ...] = MIGRATIONS) -> int:
    """Bring a database to the newest version, within the caller's transaction, and return how many steps it took.

    Raises BadInput where the database is of a newer Holin.
    """
    at = version_of(database)
    if at > len(steps):
        right = f"open it with the Holin that made it; this one knows {len(steps)}"
        raise BadInput([Fault(file=database.address, field="version", value=str(at), problem="is newer", right=right)])
    if at == 0:
        database.execute("CREATE TABLE migration (version bigint PRIMARY KEY)")
    for number, step in enumerate(steps[at:], start=at + 1):
        for statement in step(database.dialect):
            database.execute(statement)
        database.insert("migration", ("version",), [(number,)])
    return len(steps) - at
