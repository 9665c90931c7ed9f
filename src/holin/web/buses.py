"""GET /api/runs/{run}/buses/…: figures of busbars that no table of a run holds, as Arrow."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from holin.web.access import EVERYONE, Asking, read_by
from holin.web.answers import ARROW, RunId, arrow_of, library_of, respond
from holin.web.library import KnownRun, Library
from holin.web.problems import problems
from holin.web.tables import hours_said

router = APIRouter(tags=["runs"])

READ = {
    "flows": ("p_mw", "p_from_mw", "p_to_mw", "v_pu", "shunt_loss_mw", "converged"),
    "trace": ("discharge_mwh",),
}


@router.get(
    "/runs/{run}/buses/green_share",
    summary="How green what passes each busbar is, as Arrow",
    responses=arrow_of(
        "one float32 column per busbar, by its id, in the order of time: the renewable share (1) of what passes it "
        "(count: physical), of every user there and of every branch that leaves it; null where nothing passes. "
        "Metadata of the schema: unit, meaning, first, step_s, time_zone, count."
    )
    | problems(404, 409, 422),
    response_class=Response,
    **read_by(EVERYONE),
)
def read_green_share(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return the renewable share of what passes each busbar of a run, by proportional sharing on its flows."""
    library = library_of(request)
    known = library.run(run)
    return respond(
        request, visitor, lambda: _stream(library, known), "green share of buses", known.seal, media_type=ARROW
    )


def _stream(library: Library, known: KnownRun) -> bytes:
    from holin.trace import green_through
    from holin.web.columns import column_stream

    share = green_through(known.frozen, *(library.columns(known, name, columns) for name, columns in READ.items()))
    meaning = "renewable share of what passes the busbar; null where nothing does"
    about = {"column": "green_share", "unit": "1", "meaning": meaning, "count": "physical"}
    return column_stream(share, about=about | hours_said(known))
