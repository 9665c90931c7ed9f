"""Logging in: slowed down before a hash is computed, and alike for names that exist and names that do not."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from holin.accounts.file import Accounts, one
from holin.accounts.log import note
from holin.accounts.passwords import fits
from holin.accounts.sessions import begin_session
from holin.errors import HolinError

FROM_ADDRESS = "60/5 minutes"
"""Tries from one address, whoever it tries to be,"""

FROM_ADDRESS_AS_NAME = "6/5 minutes"
"""tries of one name from one address,"""

AS_NAME = "30/15 minutes"
"""and tries of one name from all addresses together, but those from which its user has come before: a stranger who
guesses shuts nobody out of the place where they work."""

KNOWN_S = 30 * 86_400
NOTED = "1/5 minutes"
"""So often it is written down that an address is slowed: a flood must not fill the log."""


class Slowed(HolinError):
    """Too many tries; nothing was looked at, and `wait_s` says when to try again."""

    def __init__(self, wait_s: int) -> None:
        self.wait_s = wait_s
        super().__init__(f"too many tries; wait {wait_s} s and try again")


@dataclass(frozen=True, kw_only=True)
class Entered:
    """A login that was right: whose it is, and the secret of the new session."""

    user: str
    secret: str


def place_of(address: str) -> str:
    """Return what counts as one address: of IPv6 the network of 64 bits, which one household has whole."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Address(int(found) >> 64 << 64)) if isinstance(found, IPv6Address) else str(found)


class Door:
    """Where one logs in: counts the tries of this process."""

    def __init__(self, accounts: Accounts, *, now: Callable[[], float] = time.time) -> None:
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        self.accounts = accounts
        self._now = now
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def login(self, name: str, password: str, *, address: str) -> Entered | None:
        """Return the new session of who gave the right password, None for a wrong one.

        Raises Slowed after too many tries, before any hash is computed. The same is done, and takes as long, for names
        that exist and names that do not, are disabled or have no password yet.
        """
        place = place_of(address)
        self._slow(place, (FROM_ADDRESS, "address", place), (FROM_ADDRESS_AS_NAME, "both", place, name))
        row = one(self.accounts.rows("SELECT password, disabled FROM users WHERE name = ?", name))
        if not self._comes_from(name, address):
            self._slow(place, (AS_NAME, "name", name))
        usable = row is not None and not row["disabled"]
        if not fits(password, row["password"] if row is not None and usable else None):
            # A name that nobody has may be a password, typed into the wrong field: it is not written down.
            note(self.accounts, "login-refused", user=name if row is not None else "", address=address)
            return None
        self._forget((FROM_ADDRESS_AS_NAME, "both", place, name))
        return Entered(user=name, secret=begin_session(self.accounts, name, address=address))

    def try_secret(self, *, address: str) -> None:
        """Count a try to use an invitation or a password again; raises Slowed after too many from one address."""
        place = place_of(address)
        self._slow(place, (FROM_ADDRESS, "address", place))

    def _comes_from(self, name: str, address: str) -> bool:
        sql = "SELECT 1 FROM log WHERE event = 'login' AND user = ? AND address = ? AND time_s > ? LIMIT 1"
        return bool(self.accounts.rows(sql, name, address, self.accounts.now_s() - KNOWN_S))

    def _slow(self, place: str, *tries: tuple[str, ...]) -> None:
        from limits import parse

        for limit, *key in tries:
            if not self._limiter.hit(parse(limit), *key):
                if self._limiter.hit(parse(NOTED), "noted", place):
                    note(self.accounts, "slowed", address=place, detail=f"more than {limit} by {key[0]}")
                resets_s = self._limiter.get_window_stats(parse(limit), *key).reset_time
                raise Slowed(max(1, round(resets_s - self._now())))

    def _forget(self, tries: tuple[str, ...]) -> None:
        from limits import parse

        limit, *key = tries
        self._limiter.clear(parse(limit), *key)
