"""GET /api/library: what is served here."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from holin.web.access import EVERYONE, Asking, read_by
from holin.web.answers import JSON, Label, json_bytes, library_of, version
from holin.web.library import KnownPark, KnownRun
from holin.web.problems import FaultSaid, problems, said

if TYPE_CHECKING:
    from holin.park import ParkFacts, Stage

router = APIRouter(tags=["library"])


class StageListed(BaseModel):
    """A named date of a park."""

    name: str = Field(examples=["2025"])
    as_of: date
    title: Label


class ParkListed(BaseModel):
    """A park; where it has `faults` it cannot be read, and has no stages."""

    id: str
    name: Label
    synthetic: Label | None = Field(description="what of the park is synthetic; null: nothing")
    default_stage: str | None
    stages: list[StageListed] = Field(description="in the order of the park's file")
    faults: list[FaultSaid] = []


class RunListed(BaseModel):
    """A run; where it has `faults` it is damaged, and the rest is null."""

    id: str
    park: str | None = Field(default=None, description="id of the park by the park itself")
    park_name: Label | None = None
    stage: str | None = None
    kind: Literal["demo", "metered"] | None = Field(
        default=None, description="demo: computed from weather and prices; metered: from meters"
    )
    made: str | None = Field(default=None, description="when, ISO 8601")
    first: str | None = Field(
        default=None, description="start of the first interval, UTC", examples=["2024-12-31T16:00:00Z"]
    )
    hours: int | None = Field(default=None, description="number of intervals; each is an hour where step_s is 3600")
    step_s: int | None = Field(default=None, description="length of an interval in s")
    time_zone: str | None = Field(default=None, description="IANA name of the park's zone: days, months are local")
    synthetic: Label | None = None
    faults: list[FaultSaid] = []


class LibraryListed(BaseModel):
    """All parks and runs that are served."""

    version: str = Field(description="of Holin", examples=["0.1.0"])
    parks: list[ParkListed]
    runs: list[RunListed]


@router.get(
    "/library", response_model=LibraryListed, summary="Parks and runs", **read_by(EVERYONE), responses=problems()
)
def read_library(request: Request, visitor: Asking) -> Response:
    """Return every park and run that stands at the served paths now; what is damaged is listed with its faults."""
    library = library_of(request)
    listed = LibraryListed(
        version=version(),
        parks=[park_listed(p) for p in library.parks()],
        runs=[run_listed(r) for r in library.runs()],
    )
    return Response(json_bytes(listed), media_type=JSON, headers={"Cache-Control": "private, no-cache"})


def park_listed(known: KnownPark) -> ParkListed:
    """Return a park as the library lists it."""
    if known.park is None:
        name = Label(en=known.id, zh=known.id)
        faults = [said(f) for f in known.faults if f.severity == "error"]
        return ParkListed(id=known.id, name=name, synthetic=None, default_stage=None, stages=[], faults=faults)
    from holin.park import stage_of

    facts = known.park.facts
    return ParkListed(
        id=known.id,
        name=named(facts),
        synthetic=synthetic_of(facts),
        default_stage=stage_of(known.park).name if known.park.stages else None,
        stages=[stage_listed(s) for s in known.park.stages],
    )


def stage_listed(stage: Stage) -> StageListed:
    """Return a stage as the API says it."""
    title = Label(en=stage.title or stage.title_zh or stage.name, zh=stage.title_zh or stage.title or stage.name)
    return StageListed(name=stage.name, as_of=stage.as_of, title=title)


def run_listed(known: KnownRun) -> RunListed:
    """Return a run as the library lists it."""
    if known.run is None or known.park is None or known.span is None:
        return RunListed(id=known.id, faults=[said(f) for f in known.faults])
    manifest, facts = known.run.manifest, known.park.facts
    return RunListed(
        id=known.id,
        park=facts.id,
        park_name=named(facts),
        stage=str(known.run.summary["stage"]),
        kind=manifest.get("kind"),
        made=manifest.get("made"),
        first=f"{known.span.first.astype('datetime64[s]')}Z",
        hours=known.span.intervals,
        step_s=known.span.step_s,
        time_zone=facts.time_zone,
        synthetic=synthetic_of(facts),
    )


def named(facts: ParkFacts) -> Label:
    """Return what a park is called."""
    from holin.park import names_of

    return Label(**names_of(facts))


def synthetic_of(facts: ParkFacts) -> Label | None:
    """Return what of a park is synthetic, None where nothing is."""
    english, chinese = facts.synthetic or facts.synthetic_zh, facts.synthetic_zh or facts.synthetic
    return Label(en=english, zh=chinese) if english else None
