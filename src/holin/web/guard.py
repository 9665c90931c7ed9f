"""What stands before every answer: the name that a browser must ask for, and the headers that keep a page to itself."""

from __future__ import annotations

import re
import socket
from collections.abc import Collection
from ipaddress import ip_address, ip_network

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from holin.errors import ARGUMENT, Fault
from holin.web.problems import answered

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "style-src-elem 'self'",
        "style-src-attr 'unsafe-inline'",  # drawing libraries place their tooltips by style attributes
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
"""A browser that was here once by https comes by no other way for a year."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")


ADDRESSES = "its addresses"
"""Stands among names for every IP address."""


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches a server that listens on a host."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def faults_of_host(host: str, *, with_accounts: bool) -> list[Fault]:
    """Return why a server may not listen on a host, `[]` if it may: what the network reaches needs accounts."""
    if with_accounts or is_loopback(host):
        return []
    problem = "lets everybody on the network read everything, for there are no accounts"
    right = "listen on 127.0.0.1, or make accounts (`holin users add NAME --role admin`) and serve with --auth"
    return [Fault(file=ARGUMENT, field="host", value=host, problem=problem, right=right)]


def faults_of_url(url: str | None) -> list[Fault]:
    """Return what is wrong with the address under which people reach a server, `[]` if nothing is."""
    if url is None or re.fullmatch(r"https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?/?", url):
        return []
    right = "give scheme and name, without a path, such as https://park.example.com"
    return [Fault(file=ARGUMENT, field="url", value=url, problem="is no address of a server", right=right)]


def faults_of_proxies(proxies: Collection[str]) -> list[Fault]:
    """Return which proxies are no addresses, `[]` if all are: who is believed blindly is said exactly."""
    return [
        Fault(file=ARGUMENT, field="proxies", value=proxy, problem="is no IP address or network",
              right="give the address from which the proxy asks, such as 10.0.0.2")
        for proxy in proxies if not _is_network(proxy)
    ]  # fmt: skip


def _is_network(proxy: str) -> bool:
    try:
        ip_network(proxy)
    except ValueError:
        return False
    return True


def names_for(host: str, url: str | None, *, with_accounts: bool) -> list[str]:
    """Return the names that a server answers to: its own, that of its `url`, and with accounts bare addresses too.

    A name that a stranger could make to lead here (DNS rebinding) is none of them.
    """
    names = {*LOOPBACK, host.lower()}
    if url is not None:
        names.add(name_of(url.partition("://")[2].rstrip("/")))
    elif with_accounts and not is_loopback(host):
        own = socket.gethostname().lower()
        names |= {ADDRESSES, own, f"{own}.local"}
    return sorted(names - {"0.0.0.0", "::"})


def name_of(host: str) -> str:
    """Return the name in a `Host` header, without its port and brackets, in small letters."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.rpartition(":")[0].lower() if host.count(":") == 1 else host.lower()


class HostCheck:
    """Answers only who asks for one of `names`, so that no other site's name can be made to lead here (DNS rebinding).

    With ADDRESSES among them every bare address is answered to as well, for it is no name that could be made to lead
    elsewhere; None lets every name in.
    """

    def __init__(self, app: ASGIApp, names: Collection[str] | None) -> None:
        self.app, self.names = app, names

    def _knows(self, host: str) -> bool:
        if self.names is None or host in self.names:
            return True
        return ADDRESSES in self.names and _is_address(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with 421."""
        if scope["type"] != "http" or self._knows(name_of(Headers(scope=scope).get("host", ""))):
            await self.app(scope, receive, send)
            return
        assert self.names is not None
        detail = f"this server answers to {', '.join(self.names)} only"
        await answered(Request(scope), 421, "wrong-host", detail)(scope, receive, send)


class SecureHeaders:
    """Puts HEADERS on every answer, those of errors too; with `https` also that no other way leads here."""

    def __init__(self, app: ASGIApp, https: bool = False) -> None:
        self.app, self.headers = app, HEADERS | (HTTPS_ONLY if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and add the headers to what comes back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, tell)
