"""Users, their roles and passwords; invitations; the file itself."""

import os
import sqlite3
import stat
from pathlib import Path

import pytest
from accounts_clock import GOOD, OTHER, Clock

from holin.accounts import (
    Accounts,
    Role,
    add_user,
    begin_session,
    faults_of_password,
    fits,
    invite,
    invited,
    log_of,
    new_token,
    open_accounts,
    set_disabled,
    set_password,
    set_role,
    take_invitation,
    user_of,
    user_of_session,
    user_of_token,
    users,
)
from holin.accounts.users import INVITED_S
from holin.errors import BadInput


def fields(error: pytest.ExceptionInfo[BadInput]) -> list[str | None]:
    return [f.field for f in error.value.faults]


# ---- users -----------------------------------------------------------------------------------------------------------


def test_a_user_is_added_with_role_and_enterprise(accounts: Accounts) -> None:
    add_user(accounts, "li.na", "admin", password=GOOD)
    user = add_user(accounts, "ent", "enterprise", enterprise="huolinguole/ent-12")
    assert (user.role, user.park, user.enterprise, user.has_password) == (
        Role.ENTERPRISE, "huolinguole", "ent-12", False,
    )  # fmt: skip
    assert [u.name for u in users(accounts)] == ["ent", "li.na"] and user_of(accounts, "li.na").has_password


def test_all_faults_of_a_user_are_said_at_once(accounts: Accounts) -> None:
    with pytest.raises(BadInput) as error:
        add_user(accounts, "Li Na", "king", enterprise="nowhere")
    assert fields(error) == ["name", "role", "enterprise"]
    for role, enterprise in (("enterprise", ""), ("viewer", "p/e"), ("enterprise", "p/"), ("enterprise", "p/e/f")):
        with pytest.raises(BadInput) as error:
            add_user(accounts, "a", role, enterprise=enterprise)
        assert set(fields(error)) == {"enterprise"}
    add_user(accounts, "a", "viewer")
    with pytest.raises(BadInput, match="is a user already"):
        add_user(accounts, "a", "viewer")
    assert len(users(accounts)) == 1


def test_the_database_itself_refuses_an_enterprise_of_no_role_and_a_role_without(accounts: Accounts) -> None:
    for role, park, enterprise in (
        ("viewer", "p", "e"),
        ("enterprise", "", ""),
        ("enterprise", "p", ""),
        ("king", "", ""),
    ):
        with pytest.raises(sqlite3.IntegrityError), accounts.writing() as connection:
            connection.execute(
                "INSERT INTO users (name, role, park, enterprise, made_s) VALUES ('x', ?, ?, ?, 0)",
                (role, park, enterprise),
            )


def test_a_role_that_changes_is_in_the_log_with_what_it_was(accounts: Accounts) -> None:
    add_user(accounts, "li.na", "admin")
    add_user(accounts, "wang", "viewer")
    set_role(accounts, "wang", "enterprise", enterprise="p/e", by="li.na", address="10.0.0.1")
    entry = log_of(accounts)[0]
    assert (entry.event, entry.user, entry.address) == ("role", "li.na", "10.0.0.1")
    assert entry.detail == "wang: viewer -> enterprise p/e"


def test_the_last_admin_stays(accounts: Accounts) -> None:
    add_user(accounts, "li.na", "admin")
    for change in (lambda: set_role(accounts, "li.na", "viewer"), lambda: set_disabled(accounts, "li.na", True)):
        with pytest.raises(BadInput, match="last administrator"):
            change()
    add_user(accounts, "wang", "admin")
    set_disabled(accounts, "wang", True)
    with pytest.raises(BadInput, match="last administrator"):
        set_disabled(accounts, "li.na", True)
    set_disabled(accounts, "wang", False)
    assert set_role(accounts, "li.na", "viewer").role is Role.VIEWER


def test_who_is_disabled_is_out_at_once_by_every_way(accounts: Accounts) -> None:
    add_user(accounts, "li.na", "admin")
    add_user(accounts, "wang", "engineer", password=GOOD)
    session, token = begin_session(accounts, "wang"), new_token(accounts, "wang")
    invitation = invite(accounts, "wang")
    set_disabled(accounts, "wang", True)
    assert user_of_session(accounts, session) is None and user_of_token(accounts, token) is None
    assert invited(accounts, invitation) is None
    for make in (lambda: invite(accounts, "wang"), lambda: new_token(accounts, "wang")):
        with pytest.raises(BadInput, match="is disabled"):
            make()
    set_disabled(accounts, "wang", False)
    assert user_of_session(accounts, session) is None and user_of_token(accounts, token) is None


# ---- passwords -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("short-one-1", "too short"), ("x" * 257, "too long"), ("abababababababab", "few different"),
        ("password1234", "first that are guessed"), ("li.nali.na1234", "first that are guessed"),
        ("Qwerty123456!", "first that are guessed"), (GOOD, None),
        ("八面来风照亮草原上的电网", None), ("x7#" * 30 + "qwe", None),
    ],
)  # fmt: skip
def test_which_passwords_are_good_enough(password: str, problem: str | None) -> None:
    faults = faults_of_password(password, "li.na")
    assert [problem in f.problem for f in faults if problem] == ([True] if problem else [])
    assert bool(faults) is (problem is not None)
    assert all(password not in str(f) for f in faults)


def test_a_password_is_kept_as_argon2id_and_nowhere_as_it_is(accounts: Accounts) -> None:
    add_user(accounts, "li.na", "admin", password=GOOD)
    [row] = accounts.rows("SELECT password FROM users")
    assert row["password"].startswith("$argon2id$") and fits(GOOD, row["password"])
    assert not fits(GOOD + " ", row["password"]) and not fits(GOOD, None)
    for file in accounts.path.parent.iterdir():
        assert GOOD.encode() not in file.read_bytes()


def test_the_hash_is_argon2id_with_the_cost_that_rfc_9106_asks_of_small_machines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """RFC 9106, section 4, second recommended option: t = 3, p = 4, m = 64 MiB."""
    monkeypatch.undo()
    from holin.accounts import passwords

    hashed = passwords.hash_password(GOOD, "li.na")
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$") and passwords.fits(GOOD, hashed)


def test_a_new_password_ends_all_sessions_but_the_one_that_is_kept(accounts: Accounts) -> None:
    from holin.accounts import kept_of

    add_user(accounts, "li.na", "admin", password=GOOD)
    here, elsewhere = begin_session(accounts, "li.na"), begin_session(accounts, "li.na")
    set_password(accounts, "li.na", OTHER, keep=kept_of(here))
    assert user_of_session(accounts, here) is not None and user_of_session(accounts, elsewhere) is None
    set_password(accounts, "li.na", GOOD)
    assert user_of_session(accounts, here) is None


# ---- invitations -----------------------------------------------------------------------------------------------------


def test_an_invitation_is_good_for_one_password(accounts: Accounts) -> None:
    add_user(accounts, "li.na", "admin")
    secret = invite(accounts, "li.na")
    assert invited(accounts, secret) == "li.na"
    with pytest.raises(BadInput, match="too short"):
        take_invitation(accounts, secret, "short")
    assert take_invitation(accounts, secret, GOOD) == "li.na"
    assert take_invitation(accounts, secret, OTHER) is None and invited(accounts, secret) is None
    [row] = accounts.rows("SELECT password FROM users")
    assert fits(GOOD, row["password"])


def test_an_invitation_ends_after_a_week_and_with_the_next(accounts: Accounts, clock: Clock) -> None:
    add_user(accounts, "li.na", "admin")
    first, second = invite(accounts, "li.na"), invite(accounts, "li.na")
    assert invited(accounts, first) is None and invited(accounts, second) == "li.na"
    clock.turn(INVITED_S)
    assert take_invitation(accounts, second, GOOD) is None


# ---- the file --------------------------------------------------------------------------------------------------------


def test_a_file_that_is_none_is_told_from_one_of_accounts(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="does not exist"):
        open_accounts(tmp_path / "gone.db")
    (tmp_path / "text.db").write_text("no database" * 200)
    with pytest.raises(BadInput, match="cannot be read"):
        open_accounts(tmp_path / "text.db")
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE t (x)").connection.close()
    with pytest.raises(BadInput, match="is no file of accounts"):
        open_accounts(tmp_path / "other.db", create=True)
    with pytest.raises(BadInput, match="cannot be written"):
        open_accounts(tmp_path / "no" / "such" / "place.db", create=True)


@pytest.mark.skipif(os.name == "nt", reason="modes as POSIX has them")
def test_nobody_else_reads_the_file_nor_its_copy(accounts: Accounts, tmp_path: Path) -> None:
    add_user(accounts, "li.na", "admin")
    copy = accounts.copy_to(tmp_path / "copy.db")
    for file in (accounts.path, copy):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with open_accounts(copy) as found:
        assert [u.name for u in users(found)] == ["li.na"]
    with pytest.raises(BadInput, match="stands there already"):
        accounts.copy_to(copy)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["accounts.db", "copy.db"]


def test_two_processes_may_write_at_once(accounts: Accounts) -> None:
    with open_accounts(accounts.path) as other:
        add_user(accounts, "li.na", "admin")
        add_user(other, "wang", "viewer")
    assert [u.name for u in users(accounts)] == ["li.na", "wang"]
    assert [e.number for e in log_of(accounts)] == [2, 1]
