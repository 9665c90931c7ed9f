"""Passwords: which are good enough, and their hashes. Two hashes are computed at once, no more."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

from holin.errors import ARGUMENT, BadInput, Fault

if TYPE_CHECKING:
    from pwdlib import PasswordHash

SHORTEST, LONGEST = 12, 256
DISTINCT_MIN = 6
"""So many different characters a password has at least: `aaaaaaaaaaaa` is none."""

WEAK = ("password", "passw0rd", "123456", "654321", "qwerty", "qwertz", "asdfgh", "abcdef", "letmein", "iloveyou",
        "welcome", "111111", "000000", "666666", "888888", "woaini", "admin", "holin", "huolin")  # fmt: skip
"""What makes guessing easy: a password that is little else beside one of these is refused."""

AT_ONCE = 2
"""A hash takes 64 MiB and, on a small machine, half a second of it."""

_room = threading.BoundedSemaphore(AT_ONCE)


@cache
def _hasher() -> PasswordHash:
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    return PasswordHash((Argon2Hasher(),))


def faults_of_password(password: str, name: str) -> list[Fault]:
    """Return why a password is not good enough for a user, `[]` if it is; what it is, is never said back."""
    weak = password.casefold()
    for part in (name.casefold(), *WEAK):
        weak = weak.replace(part, "") if part else weak
    problem = None
    if len(password) < SHORTEST:
        problem = f"is too short: {len(password)} characters"
    elif len(password) > LONGEST:
        problem = f"is too long: {len(password)} characters"
    elif len(set(password)) < DISTINCT_MIN:
        problem = "has too few different characters"
    elif len(weak) < SHORTEST // 2:
        problem = "is among the first that are guessed"
    if problem is None:
        return []
    right = f"{SHORTEST} to {LONGEST} characters, such as four words that have nothing to do with each other"
    return [Fault(file=ARGUMENT, field="password", problem=problem, right=right)]


def hash_password(password: str, name: str) -> str:
    """Return the hash of a new password (Argon2id, RFC 9106); raises BadInput where it is not good enough."""
    if faults := faults_of_password(password, name):
        raise BadInput(faults)
    with _room:
        return _hasher().hash(password)


def fits(password: str, hashed: str | None) -> bool:
    """Return whether a password is the one of a hash; without a hash it takes as long, and is not."""
    with _room:
        return _hasher().verify(password[: LONGEST + 1], hashed or _nobodys()) and hashed is not None


@cache
def _nobodys() -> str:
    """Return a hash of what nobody knows, against which the passwords of unknown names are tried."""
    import secrets

    return _hasher().hash(secrets.token_urlsafe(32))
