"""/api/jobs: ask for a job, see how jobs stand, cancel one, keep or give up what it made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from holin.jobs import Desk, State, Ticket
from holin.web.access import PLANNERS, STAFF, Asking, changed_by, read_by
from holin.web.answers import JSON, Label, json_bytes, library_of
from holin.web.jobs.asked import JobAsked, placed, work_of
from holin.web.problems import FaultSaid, HttpProblem, problems, said_of

router = APIRouter(tags=["jobs"])

JobId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="id of a job", examples=["0f3a5c7e9b1d2f40"])]


class ErrorShown(BaseModel):
    """Why a job has no result."""

    kind: str = Field(examples=["Infeasible"])
    text: Label
    faults: list[FaultSaid]


class MadeShown(BaseModel):
    """What a job has made, by its id in the library; of a what-if nothing until it is kept."""

    run: str | None = None
    plan: str | None = None
    frontier: str | None = None
    study: str | None = None


class JobShown(BaseModel):
    """A job and how it stands."""

    id: str
    kind: str = Field(examples=["what_if"])
    about: dict[str, Any] = Field(description="what was asked for, as in POST /api/jobs")
    state: State
    what: str = Field(description="what it is at", examples=["after.dispatch"])
    share: float = Field(description="how much of that is done, 0..1")
    asked: datetime
    began: datetime | None
    ended: datetime | None
    made: MadeShown | None
    answered: bool = Field(description="there is an answer to read, and it can be kept or given up")
    error: ErrorShown | None
    change: int = Field(description="counts the changes of all jobs of this server: larger is newer")


class JobsListed(BaseModel):
    """All jobs that this server remembers, in the order in which they were asked for."""

    session: str = Field(description="changes when the server is started anew: its jobs are then gone")
    jobs: list[JobShown]


class Nothing(BaseModel):
    """An empty object."""

    model_config = ConfigDict(extra="forbid")


class Keeping(BaseModel):
    """Under what name a what-if's run is kept."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$", examples=["more-wind"])


def desk_of(request: Request) -> Desk:
    """Return the desk of the app."""
    found: Desk = request.app.state.desk
    return found


def ticket_of(desk: Desk, id: str) -> Ticket:
    """Return a job; raises HttpProblem where there is none (404)."""
    found = desk.ticket(id)
    if found is None:
        raise HttpProblem(
            404, "not-found", f"no job {id} is known here; jobs end with the server that they were asked of"
        )
    return found


def job_shown(desk: Desk, ticket: Ticket) -> JobShown:
    """Return a job as the API shows it."""
    made = {name: ticket.result[name] for name in MadeShown.model_fields if name in (ticket.result or {})}  # type: ignore[index]
    return JobShown(
        id=ticket.id, kind=str(ticket.about["kind"]), about={k: v for k, v in ticket.about.items() if k != "kind"},
        state=ticket.state, what=ticket.step.what, share=ticket.step.share, asked=ticket.asked, began=ticket.began,
        ended=ticket.ended, made=MadeShown(**made) if made else None,
        answered=ticket.state is State.DONE and desk.folder_of(ticket.id) is not None,
        error=None if ticket.error is None else _error(ticket.error), change=ticket.change,
    )  # fmt: skip


def _error(error: Mapping[str, Any]) -> ErrorShown:
    return ErrorShown(
        kind=error["kind"], text=Label(**error["text"]), faults=[said_of(fault) for fault in error["faults"]]
    )


def _sent(desk: Desk, ticket: Ticket, status: int = 200) -> Response:
    return Response(json_bytes(job_shown(desk, ticket)), status, media_type=JSON, headers={"Cache-Control": "no-store"})


@router.get("/jobs", response_model=JobsListed, summary="All jobs", responses=problems(), **read_by(STAFF))
def read_jobs(request: Request, visitor: Asking) -> Response:
    """Return the jobs that this server remembers; `/api/jobs/events` tells how they go on."""
    desk = desk_of(request)
    listed = JobsListed(session=desk.session, jobs=[job_shown(desk, ticket) for ticket in desk.tickets()])
    return Response(json_bytes(listed), media_type=JSON, headers={"Cache-Control": "no-store"})


@router.post(
    "/jobs",
    response_model=JobShown,
    status_code=202,
    summary="Ask for a job",
    responses=problems(400, 404, 409, 415, 422),
    **changed_by(PLANNERS),
)
def ask_job(request: Request, visitor: Asking, asked: JobAsked) -> Response:
    """Ask for a run, a study, a what-if, a plan or a frontier; it begins when there is room.

    The same question twice is one job while the first has not ended.
    """
    desk = desk_of(request)
    work = work_of(asked, library_of(request))
    ticket = desk.ask(work.work, work.arguments, about=work.about, key=work.key, publish=work.publish)
    return _sent(desk, ticket, 202)


@router.get("/jobs/{job}", response_model=JobShown, summary="One job", responses=problems(404, 422), **read_by(STAFF))
def read_job(request: Request, visitor: Asking, job: JobId) -> Response:
    """Return how a job stands."""
    desk = desk_of(request)
    return _sent(desk, ticket_of(desk, job))


@router.post(
    "/jobs/{job}/cancel",
    response_model=JobShown,
    summary="Cancel a job",
    responses=problems(400, 404, 415, 422),
    **changed_by(PLANNERS),
)
def cancel_job(request: Request, visitor: Asking, job: JobId, nothing: Nothing) -> Response:
    """Stop a job and return how it ended; nothing of it is left. One that has ended stays as it is."""
    desk = desk_of(request)
    ticket_of(desk, job)
    ticket = desk.cancel(job)
    assert ticket is not None
    return _sent(desk, ticket)


@router.post(
    "/jobs/{job}/keep",
    response_model=JobShown,
    summary="Keep what a what-if has made",
    responses=problems(400, 404, 409, 415, 422),
    **changed_by(PLANNERS),
)
def keep_job(request: Request, visitor: Asking, job: JobId, keeping: Keeping) -> Response:
    """Put the run of a what-if among the runs that are served; a name that is taken gets a number behind it."""
    from holin.twin.what_if import RUN

    desk, library = desk_of(request), library_of(request)
    ticket = ticket_of(desk, job)
    draft = desk.folder_of(job)
    if ticket.state is not State.DONE or draft is None or not (draft / RUN).is_dir():
        raise HttpProblem(409, "nothing-to-keep", f"the job {job} has made nothing that could be kept, or it was kept")
    run = placed(library, draft / RUN, keeping.name)
    return _sent(desk, desk.taken(job, {"run": run}))


@router.delete(
    "/jobs/{job}",
    response_model=JobsListed,
    summary="Give up a job that has ended",
    responses=problems(404, 409, 422),
    **changed_by(PLANNERS),
)
def forget_job(request: Request, visitor: Asking, job: JobId) -> Response:
    """Forget a job that has ended and what it made, unless that was published or kept; return the others."""
    desk = desk_of(request)
    ticket_of(desk, job)
    if not desk.forget(job):
        raise HttpProblem(409, "not-ended", f"the job {job} has not ended; cancel it first")
    return read_jobs(request, visitor)
