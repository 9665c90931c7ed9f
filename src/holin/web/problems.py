"""What goes wrong, said as RFC 9457 says it (`application/problem+json`), with Holin's faults beside it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from holin.errors import BadInput, Fault, HolinError
from holin.web.chinese import chinese, kind_in_chinese

MEDIA_TYPE = "application/problem+json"
LONGEST_VALUE = 200
"""So much of a wrong value is said back."""


class FaultSaid(BaseModel):
    """One fault: where it stands, what stands there, what would be right."""

    severity: Literal["error", "warning"]
    file: str = Field(description="file, or `request` for what was asked")
    row: int | None = None
    field: str | None = None
    value: str | None = None
    problem: str
    right: str
    problem_zh: str | None = Field(default=None, description="in Chinese; null where only the English is written")
    right_zh: str | None = None


class Problem(BaseModel):
    """Why there is no answer (RFC 9457)."""

    type: str = Field(description="`urn:holin:problem:` and the kind", examples=["urn:holin:problem:not-found"])
    title: str
    title_zh: str = Field(description="what the kind is called in Chinese")
    status: int
    detail: str = Field(description="a sentence for people")
    detail_zh: str = Field(description="the same in Chinese; what nobody has put into Chinese stands in it as it is")
    instance: str = Field(description="the path that was asked for")
    faults: list[FaultSaid] = []


class HttpProblem(HolinError):
    """An answer that is a refusal, with its status and a kind."""

    def __init__(
        self, status: int, kind: str, detail: str, faults: Sequence[Fault] = (), *,
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.status, self.kind, self.faults, self.headers = status, kind, tuple(faults), headers
        super().__init__(detail)


NAMES = ("severity", "file", "row", "field", "value", "problem", "right")
"""What a fault tells of itself."""


def said(fault: Fault) -> FaultSaid:
    """Return a fault as the API says it."""
    return said_of({name: getattr(fault, name) for name in NAMES})


def said_of(fault: Mapping[str, Any]) -> FaultSaid:
    """Return a fault in plain values as the API says it."""
    told = {name: fault[name] for name in NAMES}
    return FaultSaid(**told, problem_zh=chinese(fault["problem"]), right_zh=chinese(fault["right"]))


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return how an API's description says that a route may answer with problems."""
    words = {
        400: "no JSON that can be read",
        401: "no account, or none that still holds", 403: "not for this role", 404: "not known here",
        409: "damaged, or it does not fit what is here", 411: "without a length", 413: "too large", 415: "no JSON",
        422: "not asked rightly", 429: "asked too often",
    }  # fmt: skip
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": words[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in (401, 403, *statuses)
    }


def answered(
    request: Request, status: int, kind: str, detail: str,
    faults: Sequence[FaultSaid] = (), headers: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """Return a problem as a response."""
    problem = Problem(
        type=f"urn:holin:problem:{kind}", title=HTTPStatus(status).phrase, status=status, detail=detail,
        title_zh=kind_in_chinese(kind) or kind, detail_zh=_in_chinese(kind, detail, faults),
        instance=str(request.scope["path"]), faults=list(faults),
    )  # fmt: skip
    return Response(problem.model_dump_json(), status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def _in_chinese(kind: str, detail: str, faults: Sequence[FaultSaid]) -> str:
    """Return a sentence for people in Chinese; else what the kind is called, and a fault or the English."""
    if (found := chinese(detail)) is not None:
        return found
    said = next((f"{f.file}：{f.problem_zh}" for f in faults if f.problem_zh), detail)
    return f"{kind_in_chinese(kind) or kind}：{said}"


def _of_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, HttpProblem)
    return answered(
        request, error.status, error.kind, str(error), [said(f) for f in error.faults], headers=error.headers
    )


def _of_holin(request: Request, error: Exception) -> Response:
    """A run or park that is there but does not fit is a conflict with what is stored, not a fault of the server."""
    faults = [said(f) for f in error.faults] if isinstance(error, BadInput) else []
    return answered(request, 409, "unfit", str(error).splitlines()[0], faults)


def _of_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [
        said_of(
            {
                "severity": "error", "file": "request", "row": None, "field": ".".join(map(str, e["loc"])),
                "value": _value_of(e), "problem": str(e["msg"]), "right": "ask as /api/openapi.json says",
            }
        )
        for e in error.errors()
    ]  # fmt: skip
    return answered(request, 422, "bad-request", f"{len(faults)} fault(s) in what was asked", faults)


def _value_of(error: Mapping[str, Any]) -> str | None:
    """Return what was asked wrongly; not a whole body, nor anything named a secret: it may hold one."""
    if isinstance(error.get("input"), dict | list) or set(map(str, error["loc"])) & SECRETS:
        return None
    return str(error.get("input"))[:LONGEST_VALUE]


SECRETS = {"password", "new_password", "invitation"}
"""Names of fields whose values are never said back."""

KINDS = {404: "not-found", 405: "not-allowed"}


def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = KINDS.get(error.status_code, "refused")
    return answered(request, error.status_code, kind, str(error.detail), headers=error.headers)


def _of_bug(request: Request, error: Exception) -> Response:
    logging.getLogger("holin.web").error("not foreseen: %s %s", request.method, request.scope["path"], exc_info=error)
    detail = "Holin did not foresee this error; please report it with what you asked for"
    return answered(request, 500, "bug", detail)


def tell_problems(app: FastAPI) -> None:
    """Let an app say every error as a problem, and none with a traceback."""
    app.add_exception_handler(HttpProblem, _of_refusal)
    app.add_exception_handler(HolinError, _of_holin)
    app.add_exception_handler(RequestValidationError, _of_request)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _of_bug)
