"""GET /api/runs/{run}/outages/{element}: the grid of a run in one hour with one element out, worked out when asked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from holin.errors import Mismatch
from holin.web.access import STAFF, Asking, read_by
from holin.web.answers import THING, UNCHANGED, RunId, json_bytes, library_of, respond
from holin.web.library import KnownRun, Library
from holin.web.problems import HttpProblem, problems
from holin.web.studies import StateAfter

router = APIRouter(tags=["studies"])

READ = ("p_mw",)

Element = Annotated[str, Path(pattern=THING, description="id of a branch, a unit or a busbar", examples=["line-1"])]
HourAsked = Annotated[int, Query(ge=0, le=10_000_000, description="number of the run's interval", examples=[0])]


@router.get(
    "/runs/{run}/outages/{element}",
    response_model=StateAfter,
    summary="The AC power flow of one hour with one element out",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(STAFF),
)
def read_outage(request: Request, visitor: Asking, run: RunId, element: Element, hour: HourAsked = 0) -> Response:
    """Return the flows right after an outage, tap changers held, as the N-1 study has them for the worst ones."""
    library = library_of(request)
    known = library.run(run)
    return respond(
        request, visitor, lambda: _made(library, known, element, hour), "outage", known.seal, element, hour
    )  # fmt: skip


def _made(library: Library, known: KnownRun, element: str, hour: int) -> bytes:
    from holin.twin.grid_studies import state_after

    assert known.span is not None
    if hour >= known.span.intervals:
        raise HttpProblem(404, "not-found", f"the run {known.id} has {known.span.intervals} intervals, from 0 on")
    schedule = library.columns(known, "schedule", READ)
    try:
        return json_bytes(StateAfter.model_validate(state_after(known.frozen, schedule, hour, element)))
    except Mismatch as error:
        raise HttpProblem(404, "not-found", str(error)) from error
