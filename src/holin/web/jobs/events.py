"""GET /api/jobs/events: how jobs go on, as server-sent events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse

from holin.jobs import Desk
from holin.web.access import STAFF, Asking, read_by
from holin.web.jobs.routes import desk_of, job_shown
from holin.web.problems import problems

router = APIRouter(tags=["jobs"])

BEAT_S = 0.2
STILL_S = 15.0
"""After so long without a change a comment is sent, so that nobody between takes the line for dead."""

EVENTS = "text/event-stream"

LastEvent = Annotated[
    str | None,
    Header(alias="last-event-id", max_length=100, description="the last event that was heard: SESSION-CHANGE"),
]


TOLD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "events `job`, each a job as `/api/jobs/{job}` returns it, with the id SESSION-CHANGE. First "
        "come all jobs, or after `Last-Event-ID` of the same session those that have changed since.",
        "content": {EVENTS: {"schema": {"type": "string"}}},
    }
}


@router.get(
    "/jobs/events",
    summary="How jobs go on, as server-sent events",
    response_class=StreamingResponse,
    responses=TOLD | problems(422),
    **read_by(STAFF),
)
async def read_events(request: Request, visitor: Asking, last: LastEvent = None) -> StreamingResponse:
    """Tell every change of every job until the browser leaves or the server stops."""
    desk = desk_of(request)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(told(desk, heard_by(desk, last)), media_type=EVENTS, headers=headers)


def heard_by(desk: Desk, last: str | None) -> int:
    """Return the change up to which a listener has heard; 0 where it is another server's, or none."""
    session, _, change = (last or "").partition("-")
    return int(change) if session == desk.session and change.isdecimal() and len(change) < 16 else 0


async def told(desk: Desk, heard: int) -> AsyncIterator[str]:
    """Yield the changes after `heard` as events, for as long as the desk is open."""
    yield "retry: 1500\n\n"
    said_at = time.monotonic()
    while not desk.closing:
        for ticket in sorted(desk.tickets(heard), key=lambda t: t.change):
            heard = ticket.change
            shown = job_shown(desk, ticket)
            yield f"id: {desk.session}-{heard}\nevent: job\ndata: {shown.model_dump_json()}\n\n"
            said_at = time.monotonic()
        if time.monotonic() - said_at > STILL_S:
            yield ": still here\n\n"
            said_at = time.monotonic()
        await asyncio.sleep(BEAT_S)
