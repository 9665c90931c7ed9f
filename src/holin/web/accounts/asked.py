"""What the routes of accounts share: a refusal of the accounts as a problem, and an answer that nobody keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from fastapi import Response
from pydantic import BaseModel

from holin.accounts import Slowed
from holin.errors import BadInput
from holin.web.answers import JSON, json_bytes
from holin.web.problems import HttpProblem


@contextmanager
def refusals_told() -> Iterator[None]:
    """Turn what the accounts refuse into problems: 409 with its faults, 429 with how long to wait."""
    try:
        yield
    except Slowed as slowed:
        raise HttpProblem(429, "slow-down", str(slowed), headers={"Retry-After": str(slowed.wait_s)}) from slowed
    except BadInput as error:
        raise HttpProblem(409, "not-right", f"{len(error.faults)} fault(s) in what was asked", error.faults) from error


def kept_by_nobody(model: BaseModel, headers: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """Return an answer that neither browser nor proxy keeps."""
    told = {"Cache-Control": "no-store", **(headers or {})}
    return Response(json_bytes(model), status, media_type=JSON, headers=told)
