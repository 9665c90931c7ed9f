"""The log: only added to, chained, and nothing passes for another line in it."""

import hashlib
import sqlite3

import pytest
from accounts_clock import Clock
from hypothesis import given
from hypothesis import strategies as st

from holin.accounts import Accounts, add_user, faults_of_log, log_of, note
from holin.accounts.log import GENESIS, LONGEST, plain


def test_entries_are_chained_as_the_hash_says(accounts: Accounts, clock: Clock) -> None:
    """By hand: SHA-256 of the JSON list of the hash before, number, time and what is said."""
    note(accounts, "login", user="li.na", address="10.0.0.1")
    [entry] = log_of(accounts)
    said = f'["{GENESIS}",1,1760000000,"login","li.na","10.0.0.1",""]'
    assert entry.hash == hashlib.sha256(said.encode()).hexdigest()
    note(accounts, "logout", user="li.na")
    said = f'["{entry.hash}",2,1760000000,"logout","li.na","",""]'
    assert log_of(accounts)[0].hash == hashlib.sha256(said.encode()).hexdigest()


def test_nothing_is_changed_or_taken_away(accounts: Accounts) -> None:
    note(accounts, "login", user="li.na")
    for statement in ("UPDATE log SET user = 'x'", "DELETE FROM log"):
        with pytest.raises(sqlite3.IntegrityError, match="only added to"), accounts.writing() as connection:
            connection.execute(statement)
    assert [e.user for e in log_of(accounts)] == ["li.na"]


@pytest.mark.parametrize("column", ["time_s", "event", "user", "address", "detail", "hash"])
def test_whoever_changes_it_all_the_same_is_found_out(accounts: Accounts, column: str) -> None:
    for _ in range(3):
        note(accounts, "login", user="li.na", detail="x")
    assert faults_of_log(accounts) == []
    with accounts.writing() as connection:
        connection.execute("DROP TRIGGER log_keeps")
        connection.execute(f"UPDATE log SET {column} = '7' WHERE number = 2")
    assert "entry 2 is not what was written" in faults_of_log(accounts)


def test_an_entry_that_is_missing_is_found_out(accounts: Accounts) -> None:
    for _ in range(4):
        note(accounts, "login")
    with accounts.writing() as connection:
        connection.execute("DROP TRIGGER log_stays")
        connection.execute("DELETE FROM log WHERE number IN (2, 3)")
    assert faults_of_log(accounts)[0] == "entries 2 to 3 are missing"


@given(st.text())
def test_a_text_stays_one_line_and_short(text: str) -> None:
    shown = plain(text)
    assert len(shown) <= LONGEST and shown.isprintable()


def test_what_fails_is_not_in_the_log(accounts: Accounts) -> None:
    add_user(accounts, "li.na", "admin")
    with pytest.raises(RuntimeError), accounts.writing() as connection:
        connection.execute("UPDATE users SET role = 'viewer'")
        raise RuntimeError
    assert [u["role"] for u in accounts.rows("SELECT role FROM users")] == ["admin"]
    assert [e.event for e in log_of(accounts)] == ["user"]


def test_entries_are_found_by_user_event_and_page(accounts: Accounts) -> None:
    for k in range(10):
        note(accounts, "login" if k % 2 else "logout", user=f"u{k % 3}")
    assert [e.number for e in log_of(accounts, last=3)] == [10, 9, 8]
    assert [e.number for e in log_of(accounts, before=4)] == [3, 2, 1]
    assert [e.number for e in log_of(accounts, user="u1", event="login")] == [8, 2]
