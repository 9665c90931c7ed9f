"""`holin users list`, `log` and `backup`: who has an account, what was done, and a copy of the file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from holin.cli.grid_state import asked_by
from holin.cli.options import ACCOUNTS, AccountsOption, JsonOption, LanguageOption
from holin.cli.output import default_language, out, print_json, print_table
from holin.cli.texts import text
from holin.cli.users import opened, user_json
from holin.errors import CheckFailed

if TYPE_CHECKING:
    from holin.accounts import Accounts


def list_users(
    accounts: AccountsOption = ACCOUNTS, as_json: JsonOption = False, language: LanguageOption = None
) -> None:
    """List all users: their roles, whether they have chosen a password, whether they are let in."""
    from holin.accounts import users

    speech = language or default_language()
    with opened(accounts) as book:
        found = users(book)
    if as_json:
        print_json([user_json(user) for user in found])
        return
    columns = [column(name, speech) for name in ("name", "role", "belongs_to", "has_password", "disabled", "made")]
    rows = [
        [u.name, text(f"role.{u.role}", speech), u.belongs_to, yes(u.has_password, speech), yes(u.disabled, speech),
         time_of(u.made_s)]
        for u in found
    ]  # fmt: skip
    print_table(text("users.title", speech, path=str(accounts)), columns, rows)


def print_tokens(book: Accounts, name: str, speech: str, as_json: bool) -> None:
    """Print the tokens of a user, without what is secret of them."""
    from holin.accounts import tokens_of, user_of

    user_of(book, name)
    found = tokens_of(book, name)
    if as_json:
        print_json([vars(token) for token in found])
        return
    columns = [column(c, speech) for c in ("id", "label", "made", "ends")]
    rows = [[t.id, t.label, time_of(t.made_s), time_of(t.ends_s)] for t in found]
    print_table(text("users.tokens", speech, name=name), columns, rows)


def log(
    last: Annotated[int, typer.Option(min=1, max=100_000, help="So many entries at most.")] = 50,
    user: Annotated[str, typer.Option(help="Only what this user did.")] = "",
    event: Annotated[str, typer.Option(help="Only this, such as login-refused.")] = "",
    checked: Annotated[bool, typer.Option("--check", help="Hold every entry against the chain of hashes.")] = False,
    accounts: AccountsOption = ACCOUNTS,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Show what happened: logins, refused ones too, users and roles, jobs that were started, files taken away.

    `holin users log --event login-refused`. The log is only added to; --check says if anybody changed it all the same.
    """
    from holin.accounts import faults_of_log, log_of

    speech = language or default_language()
    with opened(accounts) as book:
        if checked and (faults := faults_of_log(book)):
            raise CheckFailed("the log was changed: " + "; ".join(faults))
        found = log_of(book, last=last, user=user, event=event)
        count = log_of(book, last=1)[0].number if found else 0
    if as_json:
        print_json([vars(entry) for entry in found])
        return
    columns = [column(c, speech) for c in ("number", "time", "event", "user", "address", "detail")]
    rows = [[str(e.number), time_of(e.time_s), text(f"event.{e.event}", speech), e.user, e.address, e.detail]
            for e in found]  # fmt: skip
    print_table(text("users.log.title", speech), columns, rows)
    if checked:
        out.print(text("users.log.whole", speech, count=count), soft_wrap=True)


def backup(
    to: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.")],
    accounts: AccountsOption = ACCOUNTS,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Copy the accounts while the server runs; the copy is whole, and readable by its owner alone."""
    speech = language or default_language()
    with opened(accounts) as book, asked_by(out="FILE"):
        path = book.copy_to(to)
    if as_json:
        print_json({"path": path})
    else:
        out.print(text("users.saved", speech, path=str(path)), soft_wrap=True, markup=False)


def column(name: str, speech: str) -> str:
    """Return the head of a column."""
    return text(f"users.column.{name}", speech)


def yes(true: bool, speech: str) -> str:
    """Return yes or no."""
    return text("users.yes" if true else "users.no", speech)


def time_of(second: int) -> str:
    """Return s (UTC) as people read it."""
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M:%S}"
