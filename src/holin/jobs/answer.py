"""One job done where it stands: the work called, and what it gave or how it failed as plain values."""

from __future__ import annotations

import dataclasses
import json
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from holin.errors import HolinError
from holin.jobs.plain import plain

Work = Callable[..., Mapping[str, Any]]
"""A function of a module that can be imported wherever it runs: `work(**shared, **arguments)` returns plain values."""

ONE_AT_A_TIME = threading.Lock()
"""The solver's threads are settings of the process, so a process that is given two jobs does one after the other."""


class Status(StrEnum):
    """How a job ended: `failed` is an answer (such as Infeasible) and is kept; `lost` is tried again by the next."""

    DONE = "done"
    FAILED = "failed"
    LOST = "lost"


@dataclass(frozen=True, kw_only=True)
class Job:
    """What travels to a worker: an id and the arguments of this job alone."""

    id: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What comes back: `result` where done, else the class of the error and its text."""

    id: str
    status: Status
    result: dict[str, Any] | None = None
    error: dict[str, str] | None = None
    wall_s: float = 0.0
    tries: int = 1


Beat = tuple[Answer | None, int]
"""An answer, or None when some time went by without one; and how many workers are at work."""


def answer_of(work: Work, shared: Mapping[str, Any], job: Job) -> Answer:
    """Do one job. A HolinError is a failure of the scenario; any other exception is told with its place, as lost."""
    with ONE_AT_A_TIME:
        start = time.perf_counter()
        try:
            result = plain(work(**shared, **job.arguments))
            if not isinstance(result, dict):
                raise TypeError(f"the work gave {type(result).__name__}, not a mapping of plain values")
            json.dumps(result, allow_nan=False)
            answer = Answer(id=job.id, status=Status.DONE, result=result)
        except HolinError as error:
            answer = Answer(id=job.id, status=Status.FAILED, error=_said(error))
        except Exception as error:
            place = "".join(traceback.format_exception(error)[-8:])
            answer = Answer(id=job.id, status=Status.LOST, error=_said(error) | {"place": place})
        return dataclasses.replace(answer, wall_s=time.perf_counter() - start)


def lost(job: Job, why: str, tries: int) -> Answer:
    """Return the answer for a job whose worker died each time."""
    return Answer(id=job.id, status=Status.LOST, error={"kind": "WorkerDied", "text": why}, tries=tries)


def _said(error: Exception) -> dict[str, str]:
    return {"kind": type(error).__name__, "text": str(error)}
