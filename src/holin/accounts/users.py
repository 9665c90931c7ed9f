"""Users: added, given a role, disabled, given a password. Whatever is done is in the log in the same transaction."""

from __future__ import annotations

import sqlite3

from holin.accounts.file import Accounts, one
from holin.accounts.log import add_entry
from holin.accounts.passwords import hash_password
from holin.accounts.secret import kept_of, new_secret
from holin.accounts.user import Role, User, belonging, faults_of_user
from holin.errors import ARGUMENT, BadInput, Fault

INVITED_S = 7 * 86_400
"""So long an invitation holds."""


def users(accounts: Accounts) -> list[User]:
    """Return all users by name."""
    return [user_from(row) for row in accounts.rows("SELECT * FROM users ORDER BY name")]


def user_of(accounts: Accounts, name: str) -> User:
    """Return a user; raises BadInput where there is none of that name."""
    row = one(accounts.rows("SELECT * FROM users WHERE name = ?", name))
    if row is None:
        right = "`holin users list` names all"
        raise BadInput([Fault(file=ARGUMENT, field="name", value=name[:80], problem="is no user", right=right)])
    return user_from(row)


def user_from(row: sqlite3.Row) -> User:
    """Return a row of the table of users as a user."""
    return User(
        name=row["name"], role=Role(row["role"]), park=row["park"], enterprise=row["enterprise"],
        disabled=bool(row["disabled"]), has_password=row["password"] is not None, made_s=row["made_s"],
    )  # fmt: skip


def add_user(
    accounts: Accounts, name: str, role: str, *, enterprise: str = "", password: str | None = None, by: str = "",
    address: str = "",
) -> User:  # fmt: skip
    """Add a user, who cannot log in without `password` until an invitation is taken; `by` is who adds it.

    `enterprise` is PARK/ENTERPRISE for the role enterprise. Raises BadInput with all that is wrong.
    """
    faults = faults_of_user(name, role, enterprise)
    if accounts.rows("SELECT 1 FROM users WHERE name = ?", name):
        faults.append(_taken(name))
    if faults:
        raise BadInput(faults)
    park, owner = belonging(enterprise)
    hashed = hash_password(password, name) if password is not None else None
    with accounts.writing() as connection:
        now = accounts.now_s()
        try:
            connection.execute(
                "INSERT INTO users (name, role, park, enterprise, password, made_s) VALUES (?, ?, ?, ?, ?, ?)",
                (name, role, park, owner, hashed, now),
            )
        except sqlite3.IntegrityError as error:
            raise BadInput([_taken(name)]) from error
        add_entry(connection, now, "user", by, address, f"{name}: {role} {enterprise}".rstrip())
    return user_of(accounts, name)


def _taken(name: str) -> Fault:
    return Fault(file=ARGUMENT, field="name", value=name[:80], problem="is a user already", right="give another name")


def set_role(
    accounts: Accounts, name: str, role: str, *, enterprise: str = "", by: str = "", address: str = ""
) -> User:
    """Give a user a role; holds from the next request on. Raises BadInput, also for the last who can administer."""
    user = user_of(accounts, name)
    if faults := faults_of_user(name, role, enterprise):
        raise BadInput(faults)
    park, owner = belonging(enterprise)
    with accounts.writing() as connection:
        _not_the_last(connection, user, role != Role.ADMIN)
        connection.execute(
            "UPDATE users SET role = ?, park = ?, enterprise = ? WHERE name = ?", (role, park, owner, name)
        )
        detail = f"{name}: {user.role} {user.belongs_to}".rstrip() + f" -> {role} {enterprise}".rstrip()
        add_entry(connection, accounts.now_s(), "role", by, address, detail)
    return user_of(accounts, name)


def set_disabled(accounts: Accounts, name: str, disabled: bool, *, by: str = "", address: str = "") -> User:
    """Let a user in no more, or again; sessions, tokens and invitations of one who is disabled end."""
    user = user_of(accounts, name)
    with accounts.writing() as connection:
        _not_the_last(connection, user, disabled)
        connection.execute("UPDATE users SET disabled = ? WHERE name = ?", (int(disabled), name))
        if disabled:
            for table in ("sessions", "tokens", "invitations"):
                connection.execute(f"DELETE FROM {table} WHERE user = ?", (name,))
        add_entry(connection, accounts.now_s(), "disabled" if disabled else "enabled", by, address, name)
    return user_of(accounts, name)


def _not_the_last(connection: sqlite3.Connection, user: User, goes: bool) -> None:
    """Raise BadInput where nobody would be left to administer; called within the transaction that changes it."""
    if not goes or user.role is not Role.ADMIN or user.disabled:
        return
    sql = "SELECT count(*) FROM users WHERE role = 'admin' AND NOT disabled AND name <> ?"
    if not connection.execute(sql, (user.name,)).fetchone()[0]:
        problem, right = "is the last administrator", "make another user an admin first"
        raise BadInput([Fault(file=ARGUMENT, field="name", value=user.name, problem=problem, right=right)])


def set_password(
    accounts: Accounts, name: str, password: str, *, by: str = "", address: str = "", keep: bytes | None = None
) -> None:
    """Give a user a new password; every session of the user ends (but one whose hash is `keep`), and invitations too.

    Raises BadInput where the password is not good enough.
    """
    user_of(accounts, name)
    hashed = hash_password(password, name)
    with accounts.writing() as connection:
        _put_password(connection, name, hashed, keep)
        add_entry(connection, accounts.now_s(), "password", by, address, name)


def _put_password(connection: sqlite3.Connection, name: str, hashed: str, keep: bytes | None) -> None:
    connection.execute("UPDATE users SET password = ? WHERE name = ?", (hashed, name))
    connection.execute("DELETE FROM sessions WHERE user = ? AND hash IS NOT ?", (name, keep))
    connection.execute("DELETE FROM invitations WHERE user = ?", (name,))


def invite(accounts: Accounts, name: str, *, by: str = "", address: str = "") -> str:
    """Return a secret with which the user may choose a password, once, within INVITED_S; an older one ends.

    The password that the user has meanwhile still holds.
    """
    user = user_of(accounts, name)
    if user.disabled:
        right = f"`holin users disable {name} --undo` lets the user in again"
        raise BadInput([Fault(file=ARGUMENT, field="name", value=name, problem="is disabled", right=right)])
    secret, now = new_secret(), accounts.now_s()
    with accounts.writing() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO invitations VALUES (?, ?, ?)", (kept_of(secret), name, now + INVITED_S)
        )
        add_entry(connection, now, "invited", by, address, name)
    return secret


def invited(accounts: Accounts, secret: str) -> str | None:
    """Return who an invitation is for, None where it holds no more."""
    sql = "SELECT user FROM invitations JOIN users ON name = user WHERE hash = ? AND ends_s > ? AND NOT disabled"
    row = one(accounts.rows(sql, kept_of(secret), accounts.now_s()))
    return None if row is None else str(row["user"])


def take_invitation(accounts: Accounts, secret: str, password: str, *, address: str = "") -> str | None:
    """Let who holds an invitation choose a password; return the user, None where the invitation holds no more.

    Raises BadInput where the password is not good enough; the invitation still holds then.
    """
    name = invited(accounts, secret)
    if name is None:
        return None
    hashed = hash_password(password, name)
    with accounts.writing() as connection:
        now = accounts.now_s()
        sql = "DELETE FROM invitations WHERE hash = ? AND ends_s > ? RETURNING user"
        if connection.execute(sql, (kept_of(secret), now)).fetchone() is None:
            return None  # it was taken meanwhile
        _put_password(connection, name, hashed, None)
        add_entry(connection, now, "password", name, address, f"{name}, by invitation")
    return name
