"""What an app needs to know its users: their accounts, the door, the name under which people reach it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.cookies import CookieError, SimpleCookie
from typing import ParamSpec, TypeVar

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import Scope

from holin.accounts import Accounts, Door, Slowed, User, answer_to, user_of_session, user_of_token
from holin.accounts.passwords import AT_ONCE
from holin.accounts.sessions import LONGEST_S
from holin.web.access import NOBODY, Visitor
from holin.web.problems import HttpProblem

P = ParamSpec("P")
T = TypeVar("T")

WAITING_MAX = 16
"""So many wait for a hash at most; who comes then is asked to come again."""

COOKIE = "holin"
FORGERY = "x-csrf-token"
"""The header in which the page shows that it is this server's own."""


class Entrance:
    """The accounts of a server and how browsers come in.

    `url` is the address under which people reach it, "" where that is not said; behind https its cookies are sent by no
    other way.
    """

    def __init__(self, accounts: Accounts, *, url: str = "") -> None:
        self.accounts, self.url = accounts, url.rstrip("/")
        self.door = Door(accounts)
        self.secure = self.url.startswith("https://")
        self.cookie = f"__Host-{COOKIE}" if self.secure else COOKIE
        self._hashing = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hash")
        self._waiting = 0
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of the threads and of the file."""
        self._hashing.shutdown()
        self.accounts.close()

    async def apart(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what costly work returns, done by threads of its own, so that no other answer waits for it."""
        with self._lock:
            if self._waiting >= WAITING_MAX:
                raise Slowed(5)
            self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._hashing, partial(work, *args, **kwargs))
        finally:
            with self._lock:
                self._waiting -= 1

    # ---- who asks ---------------------------------------------------------------------------------------------------

    def asker(self, headers: Headers) -> tuple[Visitor, bool]:
        """Return who asks, and whether it is a program with a token of its own instead of a browser."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return visitor_from(user_of_token(self.accounts, token.strip())), True
        secret = self.secret_in(headers)
        return visitor_from(user_of_session(self.accounts, secret) if secret else None), False

    def secret_in(self, headers: Headers) -> str:
        """Return what a browser holds, "" where it holds nothing that could have come from here."""
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self.cookie)
        except CookieError:
            return ""
        return found.value if found is not None and 40 <= len(found.value) <= 64 else ""

    def set_cookie(self, secret: str) -> Mapping[str, str]:
        """Return the header that lets a browser hold a secret, which no script reads and no other site sends."""
        life = LONGEST_S if secret else 0
        parts = [f"{self.cookie}={secret}", "Path=/", f"Max-Age={life}", "HttpOnly", "SameSite=Lax"]
        return {"Set-Cookie": "; ".join([*parts, "Secure"] if self.secure else parts)}


def forgery_token(secret: str) -> str:
    """Return what the page of who holds a secret sends with whatever it changes."""
    return answer_to(secret, "forgery")


def visitor_from(user: User | None) -> Visitor:
    """Return a user as a visitor."""
    if user is None:
        return NOBODY
    return Visitor(role=user.role, enterprise=user.enterprise, park=user.park, name=user.name)


def address_in(scope: Scope) -> str:
    """Return the address from which somebody asks."""
    return str(scope["client"][0]) if scope.get("client") else ""


def gated_visitor(request: Request) -> Visitor:
    """Return who asks, as the gate has found out."""
    found: Visitor = request.state.visitor
    return found


def entrance_of(request: Request) -> Entrance:
    """Return the entrance of the app; raises HttpProblem (404) where nobody has an account."""
    found: Entrance | None = request.app.state.entrance
    if found is None:
        raise HttpProblem(404, "no-accounts", "this server has no accounts: holin serve --auth has")
    return found
