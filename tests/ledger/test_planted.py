"""Planted faults, each found: a schema without guards, a skipped hash, a wrong key, entries cut off or exchanged.

An acknowledgement before the commit is planted in `test_kill.py`, and a commit that does not wait for the disk in
`test_power.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from attack import carried_out, sealed, unguarded
from hand import JANUARY
from wrong_entries import WRONG, scene, statements_for

from holin.errors import BadInput, CheckFailed
from holin.ledger import (
    SCHEMES,
    Certificate,
    Ledger,
    backup,
    create,
    history,
    opened,
    verify,
)
from holin.ledger.append import Draft, last_entry
from holin.ledger.schema import COLUMNS
from holin.ledger.verify import entries_with_rows

LATER = JANUARY + 40 * 86_400
RULES = {
    "L1_metered": "L1", "L1_discharged": "L1", "L1_brought": "L1", "L2_version": "L2", "L2_interval": "L2",
    "L2_role": "L2", "L3_account": "L3", "L3_balanced": "L3", "L3_same_holder": "L3", "L3_converted": "L3",
    "L3_same_rights": "L3", "L3_storage": "L3", "L3_kind": "L3", "L5_spendable": "L5", "L5_spends": "L5",
    "gec_whole": "L3", "storage_charge": "storage", "storage_loss": "storage", "tradable": "tradable",
    "not_yet_expired": "expiry",
    "expiry": "expiry", "L7_number": "L7", "L7_previous": "L7", "time_rises": "L7", "one_kind": "kind",
    "L6_counts": "L6",
}  # fmt: skip
"""Guard -> the rule that the verifier names where the guard is missing and the entry it refuses got in."""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    create(tmp_path / "park.ledger", kind="demo", operator="test.example", time_zone="Asia/Shanghai")
    with opened(tmp_path / "park.ledger") as ledger:
        scene(ledger)
    return tmp_path / "park.ledger"


def broken_rules(place: Path) -> set[str]:
    with opened(place, check_head=False) as ledger:
        found = verify(ledger)
    assert not found.whole
    return {b.rule for b in found.broken}


@pytest.mark.parametrize("guard", RULES)
def test_a_missing_guard_is_found_by_the_verifier(guard: str, tmp_path: Path) -> None:
    address = tmp_path / "park.ledger"
    create(address, kind="demo", operator="test.example", time_zone="Asia/Shanghai")
    with opened(address) as ledger:
        statements = statements_for(guard, scene(ledger))
    unguarded(address)
    assert carried_out(str(address), statements) == ""  # nobody refused it
    assert RULES[guard] in broken_rules(address)


def test_every_guard_that_an_entry_can_break_is_planted() -> None:
    assert set(WRONG) <= set(RULES)


def test_a_missing_unique_lets_a_certificate_be_spent_twice_and_is_found(place: Path) -> None:
    with opened(place) as ledger:
        last = last_entry(ledger.database)
        assert last is not None
        number, lot, wh = ledger.database.rows(
            "SELECT c.id, c.lot, c.wh FROM certificate c JOIN debit d ON d.certificate = c.id WHERE c.state = 'active' "
            "AND c.account = 1 ORDER BY c.id LIMIT 1"
        )[0]
        again = Draft(kind="transfer", debits=[number], certificates=[Certificate(lot, 2, "active", wh)])
        statements = sealed(ledger, again)
    assert "UNIQUE" in carried_out(str(place), statements)
    unguarded(place)
    assert carried_out(str(place), statements) == ""
    assert "L5" in broken_rules(place)


def test_an_interval_issued_twice_is_found(place: Path) -> None:
    """Two lots of one measurement, each within what was metered: UNIQUE stops the second, or the verifier does."""
    with opened(place) as ledger:
        rows = ledger.database.rows(f"SELECT {', '.join(COLUMNS['lot'])} FROM lot ORDER BY id LIMIT 1")[0]
        twice = Draft(kind="issue", lots=[(*rows[2:5], 0, *rows[6:])], certificates=[])
        statements = sealed(ledger, twice)
    assert "UNIQUE" in carried_out(str(place), statements)
    unguarded(place)
    assert carried_out(str(place), statements) == ""
    assert "L2" in broken_rules(place)


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ({"hash": "ab" * 32}, "does not have its hash"),
        ({}, ""),
        ({"signature": "00" * 64}, "is not signed"),
        ({"signature": "not hex"}, "is not signed"),
    ],
)
def test_a_skipped_hash_or_a_wrong_signature_is_found(place: Path, what: dict[str, str], says: str) -> None:
    with opened(place) as ledger:
        statements = sealed(ledger, Draft(kind="split"), **what)
    assert carried_out(str(place), statements) == ""  # the database does not compute hashes
    with opened(place) as ledger:
        found = [str(b) for b in verify(ledger).broken]
        if not says:
            assert found == []  # nothing was made wrong: what makes the others a proof
            return
        assert len(found) >= 1 and any("L7" in text and says in text for text in found)
        with pytest.raises(BadInput, match="L7 broken in entry"):
            backup(ledger, place.with_name("doubtful.backup"))
    assert not place.with_name("doubtful.backup").exists()


def test_a_value_changed_behind_the_guards_is_found_and_never_shown(place: Path) -> None:
    with opened(place) as ledger:
        number = ledger.database.rows("SELECT id FROM certificate WHERE state = 'retired'")[0][0]
        assert history(ledger, certificate=number).lots
    unguarded(place)
    assert carried_out(str(place), [("UPDATE certificate SET beneficiary = 'me' WHERE id = ?", (number,))]) == ""
    assert "L7" in broken_rules(place)
    with opened(place) as ledger, pytest.raises(CheckFailed, match="does not have its hash"):
        history(ledger, certificate=number)


def test_a_chain_signed_again_by_another_key_is_found(place: Path) -> None:
    """Somebody takes the file, changes it, and signs all of it anew with a key of their own."""
    own = SCHEMES["sha256-ed25519"].new_key()
    with opened(place) as ledger:
        scheme = ledger.scheme
        with ledger.database.reading():
            entries = list(entries_with_rows(ledger.database))
    unguarded(place)
    for entry, _ in entries:
        signature = scheme.sign(own, entry.hash.encode())
        carried_out(str(place), [("UPDATE entry SET signature = ? WHERE number = ?", (signature, entry.number))])
    with opened(place) as ledger:
        found = verify(ledger)
    assert {b.entry for b in found.broken} == {entry.number for entry, _ in entries}
    assert all("is not signed by the ledger's key" in b.says for b in found.broken)
    carried_out(str(place), [("UPDATE ledger SET public_key = ?", (scheme.public_key(own),))])
    with pytest.raises(BadInput, match=r"head is damaged|head: is damaged"), opened(place):  # its head is the true one
        pass


@pytest.mark.parametrize("column", ["operator", "time_zone"])
def test_what_the_ledger_is_cannot_be_changed(place: Path, column: str) -> None:
    unguarded(place)
    assert carried_out(str(place), [(f"UPDATE ledger SET {column} = 'Asia/Tokyo'", ())]) == ""
    assert "L7" in broken_rules(place)


def test_a_last_entry_cut_off_is_found(place: Path) -> None:
    with opened(place) as ledger:
        last, before = _last_two(ledger)
    unguarded(place)
    cut = [("DELETE FROM entry WHERE number = ?", (last,))]
    cut += [(f"DELETE FROM {table} WHERE entry = ?", (last,)) for table in ("lot", "debit", "certificate")]
    assert carried_out(str(place), cut) == ""
    with pytest.raises(BadInput, match=f"has {before} entries, and its head file .* knows {last}"), opened(place):
        pass


def test_two_entries_exchanged_are_found(place: Path) -> None:
    with opened(place) as ledger:
        last, before = _last_two(ledger)
    unguarded(place)
    change = [
        ("UPDATE entry SET number = ? WHERE number = ?", pair) for pair in ((0, last), (last, before), (before, 0))
    ]
    assert carried_out(str(place), change) == ""
    with opened(place, check_head=False) as ledger:
        found = verify(ledger)
    assert {b.rule for b in found.broken} >= {"L7"} and found.damage


def _last_two(ledger: Ledger) -> tuple[int, int]:
    last = last_entry(ledger.database)
    assert last is not None
    return last.number, last.number - 1
