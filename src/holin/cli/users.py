"""`holin users`: add a user, give a role, disable, a password, a token. No password ever stands in an argument."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.grid_state import asked_by
from holin.cli.options import ACCOUNTS, AccountsOption, JsonOption, LanguageOption
from holin.cli.output import default_language, out, print_json
from holin.cli.texts import text
from holin.errors import BadInput, Fault

if TYPE_CHECKING:
    from holin.accounts import Accounts, User

URL = "http://127.0.0.1:8765"

NameArgument = Annotated[str, typer.Argument(help="The user's name, such as li.na.")]
RoleOption = Annotated[str, typer.Option(help="viewer, enterprise, engineer, auditor or admin.")]
EnterpriseOption = Annotated[
    str, typer.Option(help="For the role enterprise: whose figures are shown, PARK/ENTERPRISE by their ids.")
]
InviteOption = Annotated[
    bool, typer.Option("--invite", help="Ask for no password; print a link by which the user chooses one, once.")
]
UrlOption = Annotated[str, typer.Option(help="Where people reach the server, for the link.")]


def add(
    name: NameArgument,
    role: RoleOption,
    enterprise: EnterpriseOption = "",
    invited: InviteOption = False,
    url: UrlOption = URL,
    accounts: AccountsOption = ACCOUNTS,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Add a user; the first one makes the file.

    The password is asked for twice, or with --invite a link is printed that is good for one choice of a password.
    `holin users add ent12 --role enterprise --enterprise huolinguole/ent-12 --invite` lets one enterprise see its own.
    Roles: a viewer sees the park, an enterprise also its own figures, an engineer everything and starts jobs, an
    auditor everything and changes nothing, an admin also gives accounts.
    """
    from holin.accounts import add_user, faults_of_password, faults_of_user, invite

    speech = language or default_language()
    with options_named():
        if faults := faults_of_user(name, role, enterprise):
            raise BadInput(faults)
        password = None if invited else asked_twice(name, speech)
        if password is not None and (faults := faults_of_password(password, name)):
            raise BadInput(faults)
    with opened(accounts, create=True) as book:  # only now: who gives up, or is refused, has made no file
        user = add_user(book, name, role, enterprise=enterprise, password=password, by=who())
        link = link_of(url, invite(book, name, by=who())) if invited else None
    if as_json:
        print_json(user_json(user) | {"link": link})
        return
    out.print(text("users.added", speech, name=name, role=text(f"role.{user.role}", speech)), soft_wrap=True)
    print_link(link, name, speech)


def role(
    name: NameArgument,
    role: Annotated[str, typer.Argument(help="viewer, enterprise, engineer, auditor or admin.")],
    enterprise: EnterpriseOption = "",
    accounts: AccountsOption = ACCOUNTS,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Give a user another role, which holds from their next request on.

    `holin users role li.na auditor`. The last admin stays one.
    """
    from holin.accounts import set_role

    speech = language or default_language()
    with opened(accounts) as book:
        user = set_role(book, name, role, enterprise=enterprise, by=who())
    said(user, "users.role.set", speech, as_json)


def disable(
    name: NameArgument,
    undo: Annotated[bool, typer.Option("--undo", help="Let the user in again.")] = False,
    accounts: AccountsOption = ACCOUNTS,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Let a user in no more: sessions, tokens and invitations end at once. The user stays in the log.

    `holin users disable li.na`; with --undo the user is let in again, with the same password.
    """
    from holin.accounts import set_disabled

    speech = language or default_language()
    with opened(accounts) as book:
        user = set_disabled(book, name, not undo, by=who())
    said(user, "users.enabled" if undo else "users.disabled", speech, as_json)


def password(
    name: NameArgument,
    invited: InviteOption = False,
    url: UrlOption = URL,
    accounts: AccountsOption = ACCOUNTS,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Give a user a new password, asked for twice; all their sessions end.

    `holin users password li.na --invite` prints a link instead, by which the user chooses one.
    """
    from holin.accounts import invite, set_password, user_of

    speech = language or default_language()
    link = None
    with opened(accounts) as book:
        user = user_of(book, name)
        if invited:
            link = link_of(url, invite(book, name, by=who()))
        else:
            set_password(book, name, asked_twice(name, speech), by=who())
            user = user_of(book, name)
    if as_json:
        print_json(user_json(user) | {"link": link})
    elif link is None:
        said(user, "users.password.set", speech, False)
    else:
        print_link(link, name, speech)


def token(
    name: NameArgument,
    label: Annotated[str, typer.Option(help="What it is for.")] = "",
    days: Annotated[int, typer.Option(min=1, max=3650, help="So long it holds.")] = 365,
    shown: Annotated[bool, typer.Option("--list", help="List the user's tokens instead of making one.")] = False,
    revoked: Annotated[str, typer.Option("--revoke", help="End this token (its id) instead of making one.")] = "",
    accounts: AccountsOption = ACCOUNTS,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Make a token by which a program asks in a user's name: `Client(url, token=…)`, or HOLIN_TOKEN.

    It is shown this once, and may do what its user may.
    """
    from holin.accounts import new_token, revoke_token
    from holin.cli.users_look import print_tokens

    speech = language or default_language()
    with opened(accounts) as book:
        if shown:
            print_tokens(book, name, speech, as_json)
        elif revoked:
            revoke_token(book, name, revoked, by=who())
            said_or_json({"revoked": revoked}, text("users.token.revoked", speech, token=revoked), as_json)
        else:
            made = new_token(book, name, label=label, days=days, by=who())
            said_or_json({"token": made}, f"{text('users.token.new', speech, name=name)}\n{made}", as_json)


@contextmanager
def opened(path: Path, *, create: bool = False) -> Iterator[Accounts]:
    """Open the file of accounts; say faults as those of the options."""
    from holin.accounts import open_accounts

    with options_named(), open_accounts(path, create=create) as book:
        yield book


def options_named() -> AbstractContextManager[None]:
    """Say faults as those of the options."""
    return asked_by(accounts="--accounts", name="NAME", role="--role", enterprise="--enterprise", revoke="--revoke")


def who() -> str:
    """Return who gives a command, as the log says it."""
    try:
        return f"command ({getpass.getuser()})"
    except (OSError, KeyError, ImportError):
        return "command"


def asked_twice(name: str, speech: str) -> str:
    """Return a password that a person typed twice alike; raises BadInput where nobody can be asked."""
    import sys

    if not sys.stdin.isatty():
        problem, right = "cannot be asked for without a terminal", "use --invite, or run it in a terminal"
        raise BadInput([Fault(file="command line", field="password", problem=problem, right=right)])
    asked, again = text("users.password", speech, name=name), text("users.password.again", speech)
    found: str = typer.prompt(asked, hide_input=True, confirmation_prompt=again, err=True)
    return found


def link_of(url: str, secret: str) -> str:
    """Return the address at which an invitation is taken; what stands behind # is sent to no server and no log."""
    return f"{url.rstrip('/')}/#/invitation/{secret}"


def print_link(link: str | None, name: str, speech: str) -> None:
    """Print an invitation."""
    if link is not None:
        out.print(text("users.link", speech, name=name), soft_wrap=True, markup=False)
        print(link)


def user_json(user: User) -> dict[str, Any]:
    """Return a user for programs."""
    return {"name": user.name, "role": str(user.role), "enterprise": user.belongs_to, "disabled": user.disabled,
            "has_password": user.has_password, "made_s": user.made_s}  # fmt: skip


def said(user: User, word: str, speech: str, as_json: bool) -> None:
    """Say what became of a user."""
    words = text(word, speech, name=user.name, role=text(f"role.{user.role}", speech))
    said_or_json(user_json(user), words, as_json)


def said_or_json(found: dict[str, Any], words: str, as_json: bool) -> None:
    """Print JSON for programs, else words."""
    if as_json:
        print_json(found)
    else:
        out.print(words, soft_wrap=True, markup=False)
