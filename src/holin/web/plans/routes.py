"""GET /api/plans… and /api/frontiers…: what `holin plan -o` and `holin frontier -o` have written."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from holin.web.access import STAFF, Asking, read_by
from holin.web.answers import JSON, UNCHANGED, json_bytes, library_of, respond
from holin.web.places import ID
from holin.web.plans.shapes import FrontierShown, PlanShown, PlansListed
from holin.web.plans.shown import frontier_shown, plan_shown, written_listed
from holin.web.plans.written import one_written, written
from holin.web.problems import problems

router = APIRouter(tags=["plans"])

PlanId = Annotated[str, Path(pattern=ID, description="id of a plan, from /api/plans", examples=["plan-70"])]
FrontierId = Annotated[
    str, Path(pattern=ID, description="id of a frontier, from /api/plans", examples=["frontier-2030"])
]


@router.get("/plans", response_model=PlansListed, summary="Plans and frontiers", responses=problems(), **read_by(STAFF))
def read_plans(request: Request, visitor: Asking) -> Response:
    """Return every plan and frontier that stands at the served paths now."""
    library = library_of(request)
    listed = PlansListed(
        plans=[written_listed(k) for k in written(library, "plan")],
        frontiers=[written_listed(k) for k in written(library, "frontier")],
    )
    return Response(json_bytes(listed), media_type=JSON, headers={"Cache-Control": "private, no-cache"})


@router.get(
    "/plans/{plan}",
    response_model=PlanShown,
    summary="A plan",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(STAFF),
)
def read_plan(request: Request, visitor: Asking, plan: PlanId) -> Response:
    """Return what a plan builds, each year as operated, its rules with what they cost, and its money."""
    known = one_written(library_of(request), "plan", plan)
    return respond(request, visitor, lambda: json_bytes(plan_shown(known)), "plan", plan, known.stamp)


@router.get(
    "/frontiers/{frontier}",
    response_model=FrontierShown,
    summary="A frontier",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(STAFF),
)
def read_frontier(request: Request, visitor: Asking, frontier: FrontierId) -> Response:
    """Return the points of a frontier: what each value of the rule costs, and what stands there."""
    known = one_written(library_of(request), "frontier", frontier)
    return respond(request, visitor, lambda: json_bytes(frontier_shown(known)), "frontier", frontier, known.stamp)
