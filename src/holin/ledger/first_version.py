"""The first version of a ledger's database: its tables, guards and the ban on changes, in either dialect."""

from __future__ import annotations

from collections.abc import Iterator

from holin.ledger.guards import GUARDS, Guard
from holin.ledger.schema import FROZEN, RESULTS, TABLES


def statements(dialect: str) -> Iterator[str]:
    """Yield the statements that make an empty database a ledger, in the dialect `sqlite` or `postgresql`."""
    for statement in TABLES.split(";"):
        yield (
            statement.strip().replace("bigint PRIMARY KEY", "integer PRIMARY KEY")
            if dialect == "sqlite"
            else (statement.strip())
        )
    for kind, states in RESULTS.items():
        for state in states:
            yield f"INSERT INTO may_write (kind, state) VALUES ('{kind}', '{state}')"
    for guard in GUARDS:
        yield from _guard(dialect, guard)
    for table in FROZEN:
        yield from _frozen(dialect, table)


def _guard(dialect: str, guard: Guard) -> Iterator[str]:
    says = guard.says.replace("'", "''")
    if dialect == "sqlite":
        yield (
            f"CREATE TRIGGER {guard.name} BEFORE INSERT ON {guard.table} WHEN {guard.broken} "
            f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
        )
        return
    name = guard.name.lower()
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {guard.broken} "
        f"THEN RAISE EXCEPTION '{says}'; END IF; RETURN NEW; END $$"
    )
    yield f"CREATE TRIGGER {name} BEFORE INSERT ON {guard.table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def _frozen(dialect: str, table: str) -> Iterator[str]:
    says = "L6: nothing in the ledger is changed or deleted; a correction is a new entry"
    if dialect == "sqlite":
        for event in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER L6_{event.lower()}_{table} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
            )
        return
    if table == FROZEN[0]:
        yield (
            f"CREATE FUNCTION l6_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{says}'; END $$"
        )
    yield (
        f"CREATE TRIGGER l6_{table} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION l6_frozen()"
    )
