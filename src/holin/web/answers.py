"""How an answer goes out: made once, kept under its ETag, and not sent again to who has it."""

from __future__ import annotations

import hashlib
import importlib.metadata
import math
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from pydantic import BaseModel, BeforeValidator, Field

from holin.web.access import Visitor
from holin.web.library import Library
from holin.web.places import ID

JSON = "application/json"
ARROW = "application/vnd.apache.arrow.stream"
AGAIN = "private, no-cache"
"""A browser may keep an answer, but asks each time whether it still holds."""


@cache
def version() -> str:
    """Return the version of Holin."""
    return importlib.metadata.version("holin")


class Label(BaseModel):
    """A text in both languages."""

    en: str = Field(examples=["Wind farm 1"])
    zh: str = Field(examples=["一号风电场"])


def known_or_none(value: Any) -> Any:
    """Return None for what is not a finite number: NaN is missing, and JSON has no word for it."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


Figure = Annotated[float | None, BeforeValidator(known_or_none)]
"""A figure; null where it is not known."""

ParkId = Annotated[str, Path(pattern=ID, description="id of a park, from /api/library", examples=["huolinguole"])]
RunId = Annotated[str, Path(pattern=ID, description="id of a run, from /api/library", examples=["huolinguole-2025"])]
StageName = Annotated[
    str | None,
    Query(min_length=1, max_length=100, description="a stage of the park", examples=["2025"]),
]

THING = r"^[^\x00-\x1f/\\]{1,200}$"
"""How the id of a thing of a park may look: what a park folder may hold, no more than an address can carry."""


def library_of(request: Request) -> Library:
    """Return the library that the app serves."""
    found: Library = request.app.state.library
    return found


def respond(
    request: Request, visitor: Visitor, make: Callable[[], bytes], *parts: object, media_type: str = JSON
) -> Response:
    """Return an answer that `parts` tell apart: the hash of what it is made from, and what was asked of that.

    `If-None-Match` with its ETag is answered by 304, and nothing is made for it. Two visitors who see different things
    have different ETags.
    """
    key = (version(), visitor.scope, media_type, *map(str, parts))
    tag = f'"{hashlib.sha256(repr(key).encode()).hexdigest()[:40]}"'
    headers = {"ETag": tag, "Cache-Control": AGAIN, "Vary": "Cookie"}
    asked = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    if tag in asked or "*" in asked:
        return Response(status_code=304, headers=headers)
    return Response(library_of(request).made(key, make), headers=headers, media_type=media_type)


def json_bytes(model: BaseModel) -> bytes:
    """Return a model as JSON in UTF-8."""
    return model.model_dump_json().encode()


UNCHANGED: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"ETag": {"description": "changes when the answer does", "schema": {"type": "string"}}}},
    304: {"description": "as you have it (`If-None-Match`)"},
}
"""What the API's description says of every answer that has an ETag."""


def arrow_of(columns: str) -> dict[int | str, dict[str, Any]]:
    """Return how the API's description says that a route answers with an Arrow stream."""
    schema = {"type": "string", "format": "binary"}
    told = UNCHANGED[200] | {"description": columns, "content": {ARROW: {"schema": schema}}}
    return {200: told, 304: UNCHANGED[304]}
