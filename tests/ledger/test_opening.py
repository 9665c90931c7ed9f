"""What stands after making a ledger, and after a crash between any two steps of it or of an entry."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import apsw
import psycopg
import pytest
from hand import JANUARY, WIND, hours, peopled

import postgres_server
from holin.errors import BadInput
from holin.ledger import append as appending
from holin.ledger import correct, create, exists, issue, opened, opening, release, retire, transfer, verify
from holin.ledger.head import Head
from holin.ledger.migrations import MIGRATIONS, version_of
from holin.ledger.opening import head_of

LATER = JANUARY + 30 * 86_400
PARK = {"kind": "demo", "operator": "test.example", "time_zone": "Asia/Shanghai"}


def test_the_room_loads_without_the_libraries_of_tables() -> None:
    code = "import sys, holin.ledger; print([m for m in ('pandas', 'xarray', 'psycopg') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_ledger_with_wrong_facts_is_not_made_and_all_faults_are_named(address: str) -> None:
    with pytest.raises(BadInput) as caught:
        create(address, kind="real", operator="a:b", time_zone="Mars/Olympus")
    assert [f.field for f in caught.value.faults] == ["kind", "operator", "time_zone"]
    assert not exists(address)


def test_of_many_who_make_the_same_ledger_one_wins(address: str) -> None:
    code = (
        "import sys; from holin.errors import HolinError; from holin.ledger import create\n"
        "try: create(sys.argv[1], kind='demo', operator='test.example', time_zone='UTC')\n"
        "except HolinError as error: print(error); sys.exit(3)"
    )
    all_at_once = [
        subprocess.Popen([sys.executable, "-c", code, address], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    said = [(one.communicate(timeout=60)[0], one.returncode) for one in all_at_once]
    assert sorted(code for _, code in said) == [0, 3, 3, 3]
    for text, code in said:
        assert code == 0 or "holds a ledger already" in text or "another writer holds it" in text
    with opened(address) as ledger:
        peopled(ledger)  # the key that stands is the winner's
        assert verify(ledger).whole


def test_a_ledger_is_not_put_beside_other_tables(address: str) -> None:
    if address.startswith("postgresql"):
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE TABLE customers (name text)")
    else:
        apsw.Connection(address).execute("CREATE TABLE customers (name text)")
    with pytest.raises(BadInput, match="holds other tables: customers"):
        create(address, **PARK)


def test_a_maker_who_died_before_the_tables_leaves_room_for_the_next(tmp_path: Path) -> None:
    address = tmp_path / "park.ledger"
    opening._database(address, create=True).close()  # the file stands, and nothing in it
    with pytest.raises(BadInput, match="holds no ledger"), opened(address):
        pass
    create(address, **PARK)
    with opened(address) as ledger:
        peopled(ledger)
        assert verify(ledger).whole


def test_a_file_that_is_no_key_or_no_ledger_is_named(tmp_path: Path) -> None:
    key = tmp_path / "park.key"
    key.write_bytes(b"")
    with pytest.raises(BadInput, match=r"park\.key.*holds no such key"):
        create(tmp_path / "park.ledger", key=key, **PARK)
    (tmp_path / "text.ledger").write_text("not a ledger at all\n" * 100)
    with pytest.raises(BadInput, match=r"text\.ledger"), opened(tmp_path / "text.ledger"):
        pass


def test_the_next_writer_heals_a_head_that_was_not_written(ledger_at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(ledger_at) as ledger:
        peopled(ledger)
        issue(ledger, hours(WIND, [1_000]), now=LATER)

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(appending, "note_head", killed)
            transfer(ledger, "maker", "trader", 100, request="order-1", now=LATER)
    with opened(ledger_at) as ledger:
        assert _head(ledger).count == 2
        again = transfer(ledger, "maker", "trader", 100, request="order-1", now=LATER)  # told that it is done already
        assert (again.number, _head(ledger).count, _head(ledger).hash) == (3, 3, again.hash)
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(appending, "note_head", killed)
            retire(ledger, "trader", "works", 10, now=LATER)
        assert release(ledger, "maker", "nobody", now=LATER) is None  # nothing to write, and the head follows
        assert _head(ledger).count == 4


def _head(ledger: opening.Ledger) -> Head:
    found = head_of(ledger)
    assert found is not None
    return found


def test_a_request_is_one_operation_and_not_another(ledger_at: str) -> None:
    with opened(ledger_at) as ledger:
        peopled(ledger)
        issue(ledger, hours(WIND, [1_000]), now=LATER)
        transfer(ledger, "maker", "trader", 100, request="order-1", now=LATER)
        with pytest.raises(BadInput, match=r"order-1.*was carried out as entry 3 with wh 100"):
            transfer(ledger, "maker", "trader", 200, request="order-1", now=LATER)
        with pytest.raises(BadInput, match="kind transfer"):
            retire(ledger, "trader", "works", 100, request="order-1", now=LATER)
        first = correct(ledger, [(WIND, JANUARY, 1_100, 0)], reason="late", request="fix-1", now=LATER)
        again = correct(ledger, [(WIND, JANUARY, 1_100, 0)], reason="late", request="fix-1", now=LATER)
        assert (first.issued_wh, again) == (100, first)


def test_a_ledger_of_the_version_before_is_brought_up_and_a_newer_one_refused(
    ledger_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def second(dialect: str) -> list[str]:
        return ["CREATE TABLE note (id bigint PRIMARY KEY, text text)"]

    with opened(ledger_at) as ledger:
        peopled(ledger)
    with monkeypatch.context() as newer:
        newer.setattr(opening, "MIGRATIONS", (*MIGRATIONS, second))
        for _ in range(2):
            with opened(ledger_at) as ledger:
                assert version_of(ledger.database) == 2
                assert ledger.database.rows("SELECT COUNT(*) FROM note") == [(0,)]
                issue(ledger, hours(WIND, [5]), now=LATER)
                assert verify(ledger).whole
                assert verify(ledger).certificates == 1
    with pytest.raises(BadInput, match="is newer; open it with the Holin that made it"), opened(ledger_at):
        pass


def test_a_server_that_may_forget_is_refused(server: postgres_server.Server, new_place: Callable[[str], str]) -> None:
    place = new_place("postgresql")

    def set_fsync(value: str) -> None:
        with psycopg.connect(server.address("postgres"), autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET fsync = {value}".encode())
            connection.execute("SELECT pg_reload_conf()")
        for _ in range(200):
            with psycopg.connect(server.address("postgres")) as connection:
                shown = connection.execute("SHOW fsync").fetchone()
            if shown == (value,):
                return
        raise AssertionError("the server did not take the setting")

    set_fsync("off")
    try:
        with pytest.raises(BadInput, match="fsync = on"):
            create(place, **PARK)
    finally:
        set_fsync("on")
    create(place, **PARK)


def test_a_copy_in_a_folder_that_nobody_can_write_in_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An auditor's copy on a share: SQLite would want to write its shared memory there."""
    place = tmp_path / "park.ledger"
    create(place, **PARK)
    with opened(place) as ledger:
        peopled(ledger)
        issue(ledger, hours(WIND, [1_000]), now=LATER)
    key = place.with_name("park.ledger.key").rename(tmp_path / "apart.key")
    monkeypatch.setattr("holin.ledger.sqlite.os.access", lambda path, mode: False)
    with opened(place) as ledger:
        assert verify(ledger).whole
        with pytest.raises(BadInput, match="the key is missing"):
            retire(ledger, "maker", "works-1", 1, now=LATER)
    with opened(place, key=key) as ledger, pytest.raises(BadInput, match="may not be written"):
        retire(ledger, "maker", "works-1", 1, now=LATER)
    assert not list(tmp_path.glob("*-shm"))
    (tmp_path / "park.ledger-wal").write_bytes(b"rest")
    with pytest.raises(BadInput, match="has a log beside it"), opened(place):
        pass
