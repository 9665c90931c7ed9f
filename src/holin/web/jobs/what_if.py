"""What may be moved in a what-if, and what came of one."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from holin.web.access import STAFF, Asking, read_by
from holin.web.answers import JSON, UNCHANGED, Figure, Label, RunId, json_bytes, library_of, respond
from holin.web.figures import Count, known_figure
from holin.web.jobs.routes import JobId, desk_of, ticket_of
from holin.web.problems import HttpProblem, problems
from holin.web.words import label_of

router = APIRouter(tags=["jobs"])


class KnobShown(BaseModel):
    """A size or price that a what-if may move."""

    id: str = Field(examples=["wind_mw"])
    label: Label
    group: Literal["size", "potline", "price"]
    value: Figure = Field(description="as it stands in the run's park at its stage")
    low: Figure
    high: Figure
    step: Figure
    unit: str = Field(description='"1": a share, or a factor that is 1 as it stands')
    fixed: bool = Field(description="nothing of it stands that could be moved")


class KnobsShown(BaseModel):
    """All knobs of a run's park."""

    knobs: list[KnobShown]


class KnobTurned(BaseModel):
    """A knob that was turned."""

    knob: str
    label: Label
    unit: str
    before: Figure
    after: Figure


class FigureCompared(BaseModel):
    """A figure before and after."""

    path: str = Field(examples=["green_share.physical"])
    label: Label
    unit: str
    count: Count | None
    before: Figure
    after: Figure
    difference: Figure = Field(description="after - before")


class OutcomeShown(BaseModel):
    """What a changed park makes of the figures of a run, in the same hours and weather."""

    stage: str
    hours: int
    whole: bool = Field(description="all hours of the run were looked at")
    currency: str
    changed: list[KnobTurned]
    figures: list[FigureCompared]


@router.get(
    "/runs/{run}/knobs",
    response_model=KnobsShown,
    summary="What a what-if of a run may move",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(STAFF),
)
def read_knobs(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return the sizes and prices that a copy of the run's park can be given, with bounds and present values."""
    known = library_of(request).run(run)

    def make() -> bytes:
        from holin.twin.knobs import knobs_of

        assert known.park is not None and known.stage is not None
        return json_bytes(
            KnobsShown(
                knobs=[
                    KnobShown(label=label_of("knob", k.id), fixed=k.fixed, **asdict(k))
                    for k in knobs_of(known.park, known.stage)
                ]
            )
        )

    return respond(request, visitor, make, "knobs", known.seal)


@router.get(
    "/jobs/{job}/what-if",
    response_model=OutcomeShown,
    summary="What came of a what-if",
    responses=problems(404, 422),
    **read_by(STAFF),
)
def read_outcome(request: Request, visitor: Asking, job: JobId) -> Response:
    """Return the figures before and after and their differences; 404 until the job is done, or once it is given up."""
    from holin.twin.grid_studies import ANSWER

    desk = desk_of(request)
    ticket_of(desk, job)
    folder = desk.folder_of(job)
    try:
        found = json.loads((folder / ANSWER).read_bytes()) if folder is not None else None
    except OSError:
        found = None
    if found is None:
        raise HttpProblem(404, "not-made", f"the job {job} has no answer, not yet or no more")
    shown = OutcomeShown(
        changed=[KnobTurned(label=label_of("knob", row["knob"]), **row) for row in found["changed"]],
        figures=[compared_figure(row, found["currency"]) for row in found["figures"]],
        **{name: found[name] for name in ("stage", "hours", "whole", "currency")},
    )
    return Response(json_bytes(shown), media_type=JSON, headers={"Cache-Control": "no-store"})


def compared_figure(row: dict[str, float | str | None], currency: str) -> FigureCompared:
    """Return a compared figure with its words."""
    told = known_figure(str(row["path"]), currency)
    return FigureCompared(label=told.label, unit=told.unit, count=told.count, **row)  # type: ignore[arg-type]
