"""The gate before every route under /api: who asks, whether the page that asks is this server's own, what is noted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from holin.accounts import note, same
from holin.web.access import Access, Visitor
from holin.web.accounts.entrance import FORGERY, Entrance, address_in, forgery_token
from holin.web.guard import LOOPBACK, name_of
from holin.web.problems import answered

SAFE = ("GET", "HEAD", "OPTIONS")
BODY_MAX = 1024 * 1024
AGAIN_S = 30.0
"""An answer that goes on for long is broken off so soon after its visitor may no longer have it."""


class Gate:
    """Turns away who has no account, and requests that another site's page could have made.

    Without an `entrance` everybody who reaches the server is let in, but another site's page still changes nothing.
    """

    def __init__(self, app: ASGIApp, entrance: Entrance | None, public: Callable[[Scope], bool]) -> None:
        self.app, self.entrance, self.public = app, entrance, public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 401, 403, 411 or 413."""
        if scope["type"] != "http" or not (scope["path"] == "/api" or scope["path"].startswith("/api/")):
            await self.app(scope, receive, send)
            return
        headers, visitor, program = Headers(scope=scope), None, True
        if self.entrance is not None:
            visitor, program = await run_in_threadpool(self.entrance.asker, headers)
            scope.setdefault("state", {})["visitor"] = visitor
        refusal = self._refusal(scope, headers, visitor, program)
        if refusal is not None:
            status, kind, detail = refusal
            told = {"WWW-Authenticate": 'Bearer realm="holin"'} if status == 401 else {}
            await answered(Request(scope), status, kind, detail, headers=told)(scope, receive, send)
            return
        if self.entrance is not None and visitor is not None:
            send = _Watched(self.entrance, scope, visitor, send)
        await self.app(scope, receive, send)

    def _refusal(
        self, scope: Scope, headers: Headers, visitor: Visitor | None, program: bool
    ) -> tuple[int, str, str] | None:
        if scope["method"] not in SAFE:
            if not self._own_page(headers, must=not program):
                return 403, "forgery", "only the page of this server may change something here"
            if not program and not self._token_fits(headers):
                return 403, "forgery", "the page is too old; load it again"
            if "transfer-encoding" in headers:
                return 411, "length", "say how long it is"
            if int(headers.get("content-length") or 0) > BODY_MAX:
                return 413, "too-large", f"send at most {BODY_MAX} bytes"
        if visitor is not None and visitor.role is None and not self.public(scope):
            return 401, "log-in", "the token is none, or has ended" if program else "log in first"
        return None

    def _own_page(self, headers: Headers, *, must: bool) -> bool:
        """Return whether a browser says that this server's own page asks; `must`: silence is no yes."""
        origin, site, host = headers.get("origin"), headers.get("sec-fetch-site"), headers.get("host", "")
        if site not in (None, "same-origin", "none"):
            return False
        if origin is None:
            return not must or site == "same-origin"
        if self.entrance is not None and self.entrance.url and name_of(host) not in LOOPBACK:
            return origin.lower() == self.entrance.url.lower()
        url = self.entrance.url.lower() if self.entrance is not None else ""
        return origin.partition("://")[2].lower() == host.lower() or bool(url and origin.lower() == url)

    def _token_fits(self, headers: Headers) -> bool:
        secret = self.entrance.secret_in(headers) if self.entrance is not None else ""
        return bool(secret) and same(headers.get(FORGERY, ""), forgery_token(secret))


class _Watched:
    """Sends an answer; notes first what is to be noted, and breaks it off when its visitor has gone."""

    def __init__(self, entrance: Entrance, scope: Scope, visitor: Visitor, send: Send) -> None:
        self.entrance, self.scope, self.visitor, self.send = entrance, scope, visitor, send
        self.seen, self.broken = time.monotonic(), False

    async def __call__(self, message: Message) -> None:
        """Send a part of the answer."""
        if self.broken:
            return
        if message["type"] == "http.response.start":
            await self._note(message["status"])
        elif message.get("more_body") and time.monotonic() - self.seen > AGAIN_S:
            self.seen = time.monotonic()
            found, _ = await run_in_threadpool(self.entrance.asker, Headers(scope=self.scope))
            if found != self.visitor:
                self.broken = True
                message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self.send(message)

    async def _note(self, status: int) -> None:
        """Write down a change or a download; where that cannot be written, nothing is sent."""
        event = self.scope.get("state", {}).get("event")
        if event:
            detail = f"{self.scope['method']} {self.scope['path']} -> {status}"
            address = address_in(self.scope)
            await run_in_threadpool(
                note, self.entrance.accounts, event, user=self.visitor.name, address=address, detail=detail
            )


def public_of(routers: Iterable[APIRouter], prefix: str) -> Callable[[Scope], bool]:
    """Return how to tell whether a request is for a route of some routers that needs no account."""
    found = [
        (route.methods or set(), compile_path(prefix + route.path)[0])
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute) and any(access.public for access in accesses_of(route))
    ]

    def public(scope: Scope) -> bool:
        return any(scope["method"] in methods and path.match(scope["path"]) for methods, path in found)

    return public


def accesses_of(route: APIRoute) -> list[Access]:
    """Return the accesses that a route declares: exactly one, or a test fails."""
    return [d.dependency for d in route.dependencies if isinstance(d.dependency, Access)]
