"""Random secrets that browsers and programs hold, and what is kept of them."""

from __future__ import annotations

import hashlib
import hmac
import secrets

BYTES = 32
"""256 bits: nobody guesses one."""


def new_secret() -> str:
    """Return a new secret, in letters that stand in an address as they are."""
    return secrets.token_urlsafe(BYTES)


def kept_of(secret: str) -> bytes:
    """Return what is kept of a secret: who reads the file cannot use it. It is random, so one round is enough."""
    return hashlib.sha256(secret.encode()).digest()


def answer_to(secret: str, purpose: str) -> str:
    """Return a second secret that only who holds the first can know, for a purpose."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Return whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())
