"""Asking an app within the test's own process."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
from fastapi import FastAPI

PARKS = Path(__file__).parent.parent.parent / "parks"
CASE = Path(__file__).parent.parent / "cases" / "two_bus" / "park"


class Asked:
    """An app that answers GET requests; errors that it does not foresee are raised in the test."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    def get(self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return await client.request(method, path, headers=dict(headers or {}))

        return asyncio.run(ask())

    def json(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        return answer.json(parse_constant=_refused)

    def arrow(self, path: str) -> pa.Table:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/vnd.apache.arrow.stream"
        return pa.ipc.open_stream(answer.content).read_all()


def _refused(word: str) -> None:
    raise AssertionError(f"{word} is not JSON")


def about(table: pa.Table) -> dict[str, str]:
    """Return what the schema of an Arrow table says."""
    return {k.decode(): v.decode() for k, v in table.schema.metadata.items()}
