"""GET /api/parks/{park} and GET /api/runs/{run}/park: a park with everything that stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from holin.errors import BadInput
from holin.web.access import EVERYONE, Asking, read_by
from holin.web.answers import UNCHANGED, Label, ParkId, RunId, StageName, json_bytes, library_of, respond
from holin.web.listing import StageListed, named, stage_listed, synthetic_of
from holin.web.problems import HttpProblem, problems
from holin.web.things import ThingShown, things_shown

if TYPE_CHECKING:
    from holin.park import Park, Stage

router = APIRouter(tags=["parks"])


class ParkShown(BaseModel):
    """A park: whole, with all that ever stands in it, or as it stands at `stage`."""

    id: str
    name: Label
    time_zone: str = Field(description="IANA name", examples=["Asia/Shanghai"])
    currency: str = Field(description="ISO code", examples=["CNY"])
    middle: tuple[float, float] | None = Field(description="[latitude, longitude] in degrees of what has a place")
    stage: str | None = Field(description="the stage that is shown; null: all of them")
    stages: list[StageListed]
    synthetic: Label | None
    things: list[ThingShown]


@router.get(
    "/parks/{park}",
    response_model=ParkShown,
    summary="A park and everything that stands in it",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(EVERYONE),
)
def read_park(request: Request, visitor: Asking, park: ParkId, stage: StageName = None) -> Response:
    """Return a park with every thing, its figures and their sources; with `stage` only what stands then.

    Without it things carry `built` and `retired`, by which a page shows any stage without asking again.
    """
    known = library_of(request).park(park)
    assert known.park is not None
    whole, chosen = known.park, stage_named(known.park, stage) if stage is not None else None
    return respond(
        request, visitor, lambda: json_bytes(park_shown(park, whole, chosen)), "park", park, known.stamp, stage
    )


@router.get(
    "/runs/{run}/park",
    response_model=ParkShown,
    summary="The park as it stood in a run",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(EVERYONE),
)
def read_park_of_run(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return the park that a run was made of, frozen at the run's stage."""
    known = library_of(request).run(run)
    whole = known.park
    assert whole is not None
    return respond(
        request, visitor, lambda: json_bytes(park_shown(whole.facts.id, whole, known.stage)), "run park", known.seal
    )


def stage_named(park: Park, name: str) -> Stage:
    """Return a stage of a park; raises HttpProblem (404) with the names that it has."""
    from holin.park import stage_of

    try:
        return stage_of(park, name)
    except BadInput as error:
        raise HttpProblem(404, "not-found", f"the park has no stage {name}", error.faults) from error


def park_shown(park_id: str, whole: Park, stage: Stage | None) -> ParkShown:
    """Return a park as the API shows it."""
    from holin.park import at_stage
    from holin.picture import middle_of

    things = things_shown(whole if stage is None else at_stage(whole, stage))
    return ParkShown(
        id=park_id,
        name=named(whole.facts),
        time_zone=whole.facts.time_zone,
        currency=whole.facts.currency,
        middle=middle_of(t.place for t in things if t.place is not None),
        stage=stage.name if stage is not None else None,
        stages=[stage_listed(s) for s in whole.stages],
        synthetic=synthetic_of(whole.facts),
        things=things,
    )
