"""Sessions of browsers and tokens of programs: random secrets, of which a hash is kept, that end."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from holin.accounts.file import Accounts, one
from holin.accounts.log import add_entry
from holin.accounts.secret import kept_of, new_secret
from holin.accounts.user import User
from holin.accounts.users import user_from, user_of
from holin.errors import ARGUMENT, BadInput, Fault

IDLE_S = 8 * 3600
"""A session that nobody uses ends after so long,"""

LONGEST_S = 7 * 86_400
"""and every session after so long."""

NOTICED_S = 60
"""A session's last use is written at most this often."""

TOKEN_DAYS = 365


def begin_session(accounts: Accounts, name: str, *, address: str = "") -> str:
    """Return the secret of a new session of a user whose password was right; sessions that have ended are removed."""
    secret, now = new_secret(), accounts.now_s()
    with accounts.writing() as connection:
        connection.execute("DELETE FROM sessions WHERE seen_s <= ? OR began_s <= ?", (now - IDLE_S, now - LONGEST_S))
        connection.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (kept_of(secret), name, now, now))
        add_entry(connection, now, "login", name, address)
    return secret


def user_of_session(accounts: Accounts, secret: str) -> User | None:
    """Return whose session a secret is, None where it is none or has ended."""
    now, kept = accounts.now_s(), kept_of(secret)
    sql = """SELECT users.*, seen_s FROM sessions JOIN users ON name = user
             WHERE hash = ? AND seen_s > ? AND began_s > ? AND NOT disabled"""
    row = one(accounts.rows(sql, kept, now - IDLE_S, now - LONGEST_S))
    if row is None:
        return None
    if now - row["seen_s"] >= NOTICED_S:
        with accounts.writing() as connection:
            connection.execute("UPDATE sessions SET seen_s = ? WHERE hash = ?", (now, kept))
    return user_from(row)


def end_session(accounts: Accounts, secret: str, name: str, *, address: str = "", everywhere: bool = False) -> None:
    """End a session, or with `everywhere` all sessions of its user."""
    with accounts.writing() as connection:
        if everywhere:
            connection.execute("DELETE FROM sessions WHERE user = ?", (name,))
        connection.execute("DELETE FROM sessions WHERE hash = ?", (kept_of(secret),))
        event = "logout-everywhere" if everywhere else "logout"
        add_entry(connection, accounts.now_s(), event, name, address)


@dataclass(frozen=True, kw_only=True)
class Token:
    """A program's access in a user's name; `id` is its public part."""

    id: str
    user: str
    label: str
    made_s: int
    ends_s: int


def new_token(accounts: Accounts, name: str, *, label: str = "", days: int = TOKEN_DAYS, by: str = "") -> str:
    """Return a new token for programs, which may do what its user may and is shown this once.

    Raises BadInput where the user is disabled or unknown.
    """
    if user_of(accounts, name).disabled:
        right = f"`holin users disable {name} --undo` lets the user in again"
        raise BadInput([Fault(file=ARGUMENT, field="name", value=name, problem="is disabled", right=right)])
    public, secret, now = secrets.token_hex(4), new_secret(), accounts.now_s()
    with accounts.writing() as connection:
        row = (public, kept_of(secret), name, label[:100], now, now + days * 86_400)
        connection.execute("INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?)", row)
        add_entry(connection, now, "token", by, "", f"{public} of {name} {label}".rstrip())
    return f"holin_{public}_{secret}"


def tokens_of(accounts: Accounts, name: str) -> list[Token]:
    """Return the tokens of a user that have not ended."""
    sql = "SELECT id, user, label, made_s, ends_s FROM tokens WHERE user = ? AND ends_s > ? ORDER BY made_s, id"
    return [Token(**dict(row)) for row in accounts.rows(sql, name, accounts.now_s())]


def revoke_token(accounts: Accounts, name: str, token: str, *, by: str = "") -> None:
    """End a token of a user by its id; raises BadInput where the user has none of it."""
    with accounts.writing() as connection:
        sql = "DELETE FROM tokens WHERE user = ? AND id = ? RETURNING id"
        if connection.execute(sql, (name, token)).fetchone() is None:
            right = "`holin users token NAME --list` names all"
            raise BadInput([Fault(file=ARGUMENT, field="revoke", value=token[:80], problem="is no token of the user",
                                  right=right)])  # fmt: skip
        add_entry(connection, accounts.now_s(), "token-revoked", by, "", f"{token} of {name}")


def user_of_token(accounts: Accounts, token: str) -> User | None:
    """Return in whose name a program asks, None where the token is none or has ended."""
    kind, _, rest = token.partition("_")
    public, _, secret = rest.partition("_")
    if kind != "holin":
        return None
    sql = (
        "SELECT users.* FROM tokens JOIN users ON name = user WHERE id = ? AND hash = ? AND ends_s > ? AND NOT disabled"
    )
    row = one(accounts.rows(sql, public, kept_of(secret), accounts.now_s()))
    return None if row is None else user_from(row)
