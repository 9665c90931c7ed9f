"""People at a server with accounts: each a browser that keeps its cookie, or a program with a token."""

import asyncio
import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from holin.accounts import Role, add_user, open_accounts, passwords
from holin.web import Entrance, Library, create_app

PASSWORD = "steppe kettle vowel 31"
URL = "http://localhost"


def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a password's hash take a millisecond."""
    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    passwords._nobodys.cache_clear()
    monkeypatch.setattr(passwords, "_hasher", lambda: cheap)


@dataclass
class Visit:
    """A browser at a server; `token` is what the server said its page may change things with."""

    app: FastAPI
    address: str = "10.0.0.1"
    url: str = URL
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)
    token: str = ""

    def ask(
        self, path: str, method: str = "GET", body: Any = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Ask as a browser does from a page of this server."""
        own = {"Sec-Fetch-Site": "same-origin"} | ({"Origin": self.url} if method != "GET" else {})
        own |= {"X-CSRF-Token": self.token} if method != "GET" and self.token else {}
        asked = {k: v for k, v in (own | dict(headers or {})).items() if v}

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, client=(self.address, 1))
            async with httpx.AsyncClient(
                transport=transport, base_url=self.url, cookies=self.cookies, trust_env=False
            ) as client:
                answer = await client.request(method, path, json=body, headers=asked)
                self.cookies = client.cookies
                return answer

        return asyncio.run(send())

    def arrive(self) -> dict[str, Any]:
        """Open the page: ask who one is."""
        found: dict[str, Any] = self.ask("/api/session").json()
        self.token = found["token"]
        return found

    def login(self, name: str, password: str = PASSWORD) -> httpx.Response:
        """Log in from the page."""
        self.arrive()
        answer = self.ask("/api/session", "POST", {"name": name, "password": password})
        if answer.status_code == 200:
            self.token = answer.json()["token"]
        return answer


@contextlib.contextmanager
def entered(
    library: Library, file: Path, *, enterprise: str = "huolinhe/ent-mill", url: str = "", **how: Any
) -> Iterator[FastAPI]:
    """An app with a user of each role, named by it."""
    accounts = open_accounts(file, create=True)
    for role in Role:
        add_user(
            accounts, role.value, role, enterprise=enterprise if role is Role.ENTERPRISE else "", password=PASSWORD
        )
    with contextlib.closing(Entrance(accounts, url=url)) as entrance:
        yield create_app(library, entrance=entrance, **how)
