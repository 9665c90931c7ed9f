"""Accounts of a server: users and roles, passwords, sessions, tokens, and the log of what happened, in one file."""

from holin.accounts.file import Accounts, open_accounts
from holin.accounts.log import EVENTS, Entry, faults_of_log, log_of, note
from holin.accounts.login import Door, Entered, Slowed
from holin.accounts.passwords import faults_of_password, fits
from holin.accounts.secret import answer_to, kept_of, new_secret, same
from holin.accounts.sessions import (
    Token,
    begin_session,
    end_session,
    new_token,
    revoke_token,
    tokens_of,
    user_of_session,
    user_of_token,
)
from holin.accounts.user import NAME, Role, User, belonging, faults_of_user
from holin.accounts.users import (
    add_user,
    invite,
    invited,
    set_disabled,
    set_password,
    set_role,
    take_invitation,
    user_of,
    users,
)

__all__ = [
    "EVENTS",
    "NAME",
    "Accounts",
    "Door",
    "Entered",
    "Entry",
    "Role",
    "Slowed",
    "Token",
    "User",
    "add_user",
    "answer_to",
    "begin_session",
    "belonging",
    "end_session",
    "faults_of_log",
    "faults_of_password",
    "faults_of_user",
    "fits",
    "invite",
    "invited",
    "kept_of",
    "log_of",
    "new_secret",
    "new_token",
    "note",
    "open_accounts",
    "revoke_token",
    "same",
    "set_disabled",
    "set_password",
    "set_role",
    "take_invitation",
    "tokens_of",
    "user_of",
    "user_of_session",
    "user_of_token",
    "users",
]
