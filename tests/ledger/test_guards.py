"""Each guard is provoked by somebody with the driver alone, on both databases, and refuses with its own words."""

from __future__ import annotations

import pytest
from attack import carried_out
from hand import peopled
from wrong_entries import scene, statements_for

from holin.ledger import create, opened, verify
from holin.ledger.guards import GUARDS
from holin.ledger.schema import COLUMNS, FROZEN

BANNED = "nothing in the ledger is changed or deleted"


@pytest.fixture
def filled(ledger_at: str) -> str:
    with opened(ledger_at) as ledger:
        scene(ledger)
    return ledger_at


def test_each_guard_refuses_with_its_own_words(ledger_at: str) -> None:
    refused = {}
    with opened(ledger_at) as ledger:
        there = scene(ledger)
        before = verify(ledger)
        for guard in GUARDS:
            refused[guard.name] = carried_out(ledger_at, statements_for(guard.name, there))
        after = verify(ledger)
    says = {g.name: g.says for g in GUARDS}
    if ledger_at.startswith("postgresql"):
        says["L3_account"] = "violates foreign key"  # PostgreSQL is first to say so
    assert {name: text for name, text in refused.items() if says[name] not in text} == {}
    assert (before.whole, after.whole, after.hash) == (True, True, before.hash)


def test_nothing_can_be_changed_deleted_or_replaced(filled: str) -> None:
    with opened(filled) as ledger:
        before = {table: ledger.database.rows(f"SELECT * FROM {table}") for table in FROZEN}
    for table in FROZEN:
        key = COLUMNS[table][0] if table in COLUMNS else "id" if table == "ledger" else "kind"
        for sql in (f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}"):
            assert BANNED in carried_out(filled, [(sql, ())]), sql
        if filled.startswith("postgresql"):
            assert BANNED in carried_out(filled, [(f"TRUNCATE {table} CASCADE", ())])
            conflict = (
                f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1 ON CONFLICT ({key}) DO UPDATE SET {key} = NULL"
            )
            assert carried_out(filled, [(conflict, ())])
        else:
            for word in ("REPLACE", "INSERT OR REPLACE", "INSERT OR IGNORE"):
                assert carried_out(filled, [(f"{word} INTO {table} SELECT * FROM {table} LIMIT 1", ())]), word
    with opened(filled) as ledger:
        assert {table: ledger.database.rows(f"SELECT * FROM {table}") for table in FROZEN} == before
        assert verify(ledger).whole


def test_rows_of_an_entry_that_is_never_sealed_do_not_stay(ledger_at: str) -> None:
    """By the ledger's own connection, whose foreign keys are on: the commit itself refuses."""
    with opened(ledger_at) as ledger:
        peopled(ledger)
        with pytest.raises(Exception, match=r"(?i)foreign key"), ledger.database.writing():
            ledger.database.insert("account", COLUMNS["account"], [(4, 2, "ghost", "Ghost")])
        assert verify(ledger).whole


def test_a_database_of_two_ledgers_is_none(ledger_at: str) -> None:
    with pytest.raises(Exception, match="holds a ledger already"):
        create(ledger_at, kind="demo", operator="test.example", time_zone="UTC")
