"""GET /api/runs/{run}/studies…: what jobs have found out about a run's grid. POST /api/jobs has it found out."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from holin.web.access import STAFF, Asking, read_by
from holin.web.answers import JSON, UNCHANGED, Figure, RunId, json_bytes, library_of, respond
from holin.web.library import KnownRun, Library
from holin.web.problems import HttpProblem, problems

router = APIRouter(tags=["studies"])


class Study(StrEnum):
    """What can be found out about a run's grid."""

    N1 = "n1"
    FAULT = "fault"
    HOSTING = "hosting"


class StudyListed(BaseModel):
    """A study and whether its answer is there; a job makes it."""

    study: Study
    made: bool


class StudiesListed(BaseModel):
    """The studies of a run."""

    studies: list[StudyListed]


Hour = int


class ViolationShown(BaseModel):
    """One thing that goes wrong with an element out, in its worst hour."""

    outage: str = Field(description='the element that is out; "" for the state with nothing out')
    kind: Literal["no_solution", "lost_load", "overload", "voltage"]
    elements: list[str] = Field(description="the branch that is overloaded, the bus, or the loads without voltage")
    value: Figure = Field(description="loading (1), voltage (p.u.) or load lost (MW), by kind; 0 without a solution")
    limit: Figure = Field(description="in the same unit")
    hour: Hour = Field(description="number of the run's interval in which it is worst")
    hours: int = Field(description="in how many intervals it is violated")
    severity: Figure = Field(description="orders them: no solution, load lost in MW, then excess in p.u.")


class StateAfter(BaseModel):
    """The AC power flow with one element out in one hour: by branch and by busbar, null without voltage."""

    outage: str
    hour: Hour
    solved: bool
    lost_load_mw: Figure = Field(description="MW of load without voltage; null where there is no solution")
    loading: dict[str, Figure] = Field(description="current / rated current (1)")
    p_from_mw: dict[str, Figure] = Field(description="MW into the branch at its first end")
    p_to_mw: dict[str, Figure] = Field(description="MW into the branch at its second end")
    v_pu: dict[str, Figure] = Field(description="voltage of the busbar, p.u.")


class OutagesShown(BaseModel):
    """What happens when any one branch of the grid fails, in every hour of the run."""

    stage: str
    outages: int = Field(description="how many elements were tried, one at a time")
    states: int = Field(description="hours in which each was tried")
    cases: int
    solved: int = Field(description="cases that have a solution of the AC power flow")
    by_newton: int
    secure: bool | None = Field(description="no outage violates anything; null: some case has no solution")
    lost_load_mw: Figure = Field(description="MW, the most that any outage leaves without voltage")
    without_consequence: int = Field(description="how many of the elements bring no violation")
    base: list[ViolationShown] = Field(description="violations with nothing out")
    violations: list[ViolationShown] = Field(description="by outage, the worst first")
    after: list[StateAfter] = Field(description="the flows after the outages in their worst hours")


class CircuitShown(BaseModel):
    """The short-circuit currents of one kind at a bus, in the hour in which they are worst."""

    fault: str = Field(examples=["3ph"])
    case: Literal["max", "min"]
    ikss_ka: Figure = Field(description="kA, initial symmetrical current Ik''")
    ip_ka: Figure = Field(description="kA, peak current")
    ib_ka: Figure = Field(description="kA, breaking current")
    ib_breaker_ka: Figure = Field(description="kA through the breaker that carries most")
    ip_breaker_ka: Figure = Field(description="kA, peak through the breaker that carries most")
    within: bool | None = Field(
        description="the breakers hold it; null: they have no rating, or it is a smallest current"
    )
    margin: Figure = Field(description="1 - current / rating, the smaller of breaking and peak (1)")
    fed: bool = Field(description="a source reaches the bus")
    hour: Hour
    hours: int


class FaultedBus(BaseModel):
    """The short circuits at one busbar."""

    bus: str
    v_nom_kv: float = Field(description="kV")
    ik_max_ka: Figure = Field(description="kA, rated breaking current of its breakers")
    ip_max_ka: Figure = Field(description="kA, rated making current (peak)")
    assumed: list[str] = Field(description="elements some of whose data were assumed")
    circuits: list[CircuitShown]


class FaultsShown(BaseModel):
    """Short circuits at every busbar after IEC 60909-0:2016."""

    stage: str
    buses: list[FaultedBus]


class CapacityShown(BaseModel):
    """How much more a bus (null: all of them in equal parts) takes until `element` meets its limit."""

    bus: str | None
    mw: Figure = Field(description="MW")
    limit: Literal["overload", "voltage", "no_solution", "short_circuit", "search"] = Field(
        description="search: none was met up to here"
    )
    element: str
    hour: Hour | None


class CapacitiesShown(BaseModel):
    """Bus by bus, and all together."""

    by_bus: list[CapacityShown]
    together: CapacityShown


class HostingShown(BaseModel):
    """How much more generation or load the grid takes in every hour of the run, at power factor 1."""

    stage: str
    generation: CapacitiesShown
    load: CapacitiesShown


def study_key(known: KnownRun, study: Study) -> tuple[str, ...]:
    """Return by which key the answer of a study of a run is kept."""
    return "study", study.value, known.seal


def _made(library: Library, known: KnownRun, study: Study) -> bytes | None:
    return None if library.kept is None else library.kept.get(study_key(known, study))


@router.get(
    "/runs/{run}/studies",
    response_model=StudiesListed,
    summary="Which studies of a run's grid are made",
    responses=problems(404, 409, 422),
    **read_by(STAFF),
)
def read_studies(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return the studies that can be made of a run and which of them are there."""
    library = library_of(request)
    known = library.run(run)
    listed = [StudyListed(study=s, made=_made(library, known, s) is not None) for s in Study]
    return Response(json_bytes(StudiesListed(studies=listed)), media_type=JSON, headers={"Cache-Control": "no-store"})


@router.get(
    "/runs/{run}/studies/n1",
    response_model=OutagesShown,
    summary="N-1: any one branch out, in every hour of a run",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(STAFF),
)
def read_outages(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return what outages violate, ranked, with the flows after them; 404 until a job has made it."""
    return _answer(request, visitor, library_of(request).run(run), Study.N1, OutagesShown)


@router.get(
    "/runs/{run}/studies/fault",
    response_model=FaultsShown,
    summary="Short circuits at every busbar of a run",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(STAFF),
)
def read_faults(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return the short-circuit currents and how the breakers stand to them; 404 until a job has made it."""
    return _answer(request, visitor, library_of(request).run(run), Study.FAULT, FaultsShown)


@router.get(
    "/runs/{run}/studies/hosting",
    response_model=HostingShown,
    summary="What the grid of a run still takes",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(STAFF),
)
def read_hosting(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return how much more generation and load each busbar takes; 404 until a job has made it."""
    return _answer(request, visitor, library_of(request).run(run), Study.HOSTING, HostingShown)


def _answer(request: Request, visitor: Asking, known: KnownRun, study: Study, shape: type[BaseModel]) -> Response:
    content = _made(library_of(request), known, study)
    if content is None:
        raise HttpProblem(404, "not-made", f"the study {study} of {known.id} is not made yet; POST /api/jobs makes it")

    def make() -> bytes:
        return json_bytes(shape.model_validate_json(content))

    return respond(request, visitor, make, "study", study, known.seal, hashlib.sha256(content).hexdigest())
