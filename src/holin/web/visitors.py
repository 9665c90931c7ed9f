"""GET /api/runs/{run}/visitors…: what the hall's screen shows of a run, and its what-if of a representative week."""

from __future__ import annotations

import json
from collections.abc import Hashable
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from holin.errors import HolinError
from holin.web.access import EVERYONE, Asking, read_by
from holin.web.answers import (
    ARROW,
    JSON,
    UNCHANGED,
    Figure,
    Label,
    RunId,
    arrow_of,
    json_bytes,
    library_of,
    respond,
)
from holin.web.figures import Count, known_figure
from holin.web.library import KnownRun, Library
from holin.web.problems import HttpProblem, problems
from holin.web.tables import hours_said

if TYPE_CHECKING:
    from holin.twin.visitors import VisitorHours

router = APIRouter(tags=["visitors"])

TRACED = ("energy_mwh",)

Wind = Literal["0.5", "1", "1.5", "2", "3"]
Storage = Literal["0", "1", "2", "3"]
"""Where the two sliders of visitors stand: times what stands in the park."""


class FactorShown(BaseModel):
    """The factor of the public grid by which avoided CO2 is counted (location-based)."""

    t_per_mwh: float = Field(description="t CO2/MWh", examples=[0.6849])
    name: Label
    year: int | None
    basis: str | None = Field(examples=["published"])
    reference: str


class WeekShown(BaseModel):
    """The week whose green share is the median of the run's whole weeks; of a shorter run its longest part."""

    first: int = Field(description="number of its first interval in the run")
    count: int = Field(description="how many intervals it has")


class SizeShown(BaseModel):
    """A position of a slider."""

    times: str = Field(description="times what stands", examples=["1.5"])
    p_nom_mw: Figure = Field(description="MW")
    e_nom_mwh: Figure = Field(description="MWh of storages; null for wind")


class VisitorsShown(BaseModel):
    """What visitors may move, and by what their figures are counted."""

    factors: list[FactorShown] = Field(description="one for each local year of the run; empty where none is known")
    week: WeekShown | None = Field(description="null: the run holds no weather in which a changed park could be run")
    wind: list[SizeShown]
    storage: list[SizeShown]


class VisitorFigure(BaseModel):
    """A figure of the week."""

    path: str = Field(examples=["green_share.physical"])
    label: Label
    value: Figure
    unit: str
    count: Count | None


class VisitorOutcome(BaseModel):
    """A representative week of a copy of the park with other sizes, worked out by the server; no plan of anybody."""

    ready: bool = Field(description="false: it is being worked out; ask again")
    stage: str = Field(description="of the park, with all that is built by then", examples=["2030"])
    wind: str
    storage: str
    figures: list[VisitorFigure]
    seconds: Figure = Field(description="s that it took to work out")


@router.get(
    "/runs/{run}/visitors",
    response_model=VisitorsShown,
    summary="What visitors may move",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(EVERYONE),
)
def read_visitors(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return the positions of the two sliders of visitors, the week that is looked at, and the factor of CO2."""
    library = library_of(request)
    known = library.run(run)
    return respond(request, visitor, lambda: json_bytes(_shown(library, known)), "visitors", known.seal)


@router.get(
    "/runs/{run}/visitors/hours",
    summary="Green-power metal and avoided CO2 by the hour, as Arrow",
    responses=arrow_of(
        "float32 columns in the order of time: `metal`, `green_metal` (t; count: physical, green energy traced to the "
        "potlines / their energy per metal) and `avoided` (t CO2: own wind and sun that users took x the public grid's "
        "location-based factor). Metadata of each field: unit; of the schema: first, step_s, time_zone."
    )
    | problems(404, 409, 422),
    response_class=Response,
    **read_by(EVERYONE),
)
def read_visitor_hours(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return what was made of green power and avoided in each hour of a run, from which days are summed."""
    library = library_of(request)
    known = library.run(run)
    return respond(
        request, visitor, lambda: _stream(library, known), "visitor hours", known.seal, media_type=ARROW
    )  # fmt: skip


@router.get(
    "/runs/{run}/visitors/what-if",
    response_model=VisitorOutcome,
    summary="A representative week with more wind or storage, or at another stage",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(EVERYONE),
)
def read_visitor_outcome(
    request: Request,
    visitor: Asking,
    run: RunId,
    wind: Annotated[Wind, Query(description="times the wind power that stands")] = "1",
    storage: Annotated[Storage, Query(description="times the storage that stands")] = "1",
    stage: Annotated[str | None, Query(description="of the park; the run's own where none is named")] = None,
) -> Response:
    """Return a week's figures at a position of the sliders; what is not worked out yet is begun, the newest first.

    There are few positions, each is worked out once and kept on disk, one at a time in a process of its own: so
    everybody may ask.
    """
    library = library_of(request)
    known = library.run(run)
    week = _week(library, known)
    if week is None:
        raise HttpProblem(409, "no-weather", f"the run {run} holds no weather in which a changed park could be run")
    at = _stage(known, stage)
    key = ("visitor what-if", known.seal, week.first, week.count, at, wind, storage)
    arguments = {
        "folder": str(known.path), "first": week.first, "count": week.count, "wind": float(wind),
        "storage": float(storage), "at": at,
    }  # fmt: skip
    found = _found(library, key, arguments)
    if found is None:
        waiting = VisitorOutcome(ready=False, stage=at, wind=wind, storage=storage, figures=[], seconds=None)
        return Response(json_bytes(waiting), media_type=JSON, headers={"Cache-Control": "no-store"})
    currency = known.frozen.facts.currency
    told = [known_figure(path, currency).model_copy(update={"value": v}) for path, v in found["figures"].items()]
    shown = VisitorOutcome(
        ready=True, stage=at, wind=wind, storage=storage, seconds=found["seconds"],
        figures=[VisitorFigure(**figure.model_dump()) for figure in told],
    )  # fmt: skip
    return respond(request, visitor, lambda: json_bytes(shown), *key)


def _found(library: Library, key: tuple[Hashable, ...], arguments: dict[str, Any]) -> dict[str, Any] | None:
    """Return a position's figures, from disk where a server has worked them out before; None while it is worked out."""
    from holin.twin.visitors import visitor_what_if

    if library.kept is not None and (content := library.kept.get(key)) is not None:
        told: dict[str, Any] = json.loads(content)
        return told
    answer = library.what_ifs.ask(key, visitor_what_if, arguments)
    if not answer.done():
        return None
    try:
        found = dict(answer.result())
    except HolinError as error:
        raise HttpProblem(409, "unfit", str(error)) from error
    except RuntimeError as error:
        raise HttpProblem(409, "lost", str(error)) from error
    library.lasting(key, lambda: json.dumps(found).encode())
    return found


def _shown(library: Library, known: KnownRun) -> VisitorsShown:
    from holin.twin.visitors import visitor_sizes

    assert known.park is not None and known.stage is not None
    sizes = visitor_sizes(known.park, known.stage)
    return VisitorsShown(
        factors=[
            FactorShown(
                t_per_mwh=f.factor.t_per_mwh, name=Label(en=f.factor.name or f.factor.id, zh=f.factor.name_zh
                or f.factor.name or f.factor.id), year=f.factor.year, reference=f.factor.reference or "",
                basis=None if f.factor.basis is None else f.factor.basis.value,
            )
            for f in _hours(library, known).factors
        ],
        week=_week(library, known),
        wind=[_size(times, sizes["wind_mw"], None) for times in get_args(Wind) if sizes["wind_mw"] or times == "1"],
        storage=[
            _size(times, sizes["storage_mw"], sizes["storage_mwh"])
            for times in get_args(Storage) if sizes["storage_mw"] or times == "1"
        ],
    )  # fmt: skip


def _stage(known: KnownRun, wanted: str | None) -> str:
    assert known.park is not None and known.stage is not None
    has = [stage.name for stage in known.park.stages]
    if wanted is not None and wanted not in has:
        raise HttpProblem(404, "not-found", f"the park has no stage {wanted}; it has {', '.join(has)}")
    return wanted or known.stage.name


def _size(times: str, mw: float, mwh: float | None) -> SizeShown:
    return SizeShown(times=times, p_nom_mw=float(times) * mw, e_nom_mwh=None if mwh is None else float(times) * mwh)


def _week(library: Library, known: KnownRun) -> WeekShown | None:
    from holin.twin.visitors import representative_week

    if not {"weather", "trace"} <= set(known.whole.tables):
        return None

    def find() -> tuple[int, int]:
        return representative_week(known.frozen, library.columns(known, "trace", TRACED))

    first, count = library.shelf.get(("representative week", known.seal), find, lambda _: 64)
    return WeekShown(first=first, count=count)


def _hours(library: Library, known: KnownRun) -> VisitorHours:
    from holin.twin.visitors import visitor_hours

    def find() -> VisitorHours:
        flows, trace = library.columns(known, "flows", ("p_mw",)), library.columns(known, "trace", TRACED)
        return visitor_hours(known.frozen, flows, trace)

    return library.shelf.get(("visitor hours", known.seal), find, lambda found: 3 * int(found.metal_t.nbytes))


def _stream(library: Library, known: KnownRun) -> bytes:
    from holin.web.arrays import floats_of, stream_of

    found = _hours(library, known)
    columns = {"metal": found.metal_t, "green_metal": found.green_metal_t, "avoided": found.avoided_t}
    about: dict[str, Any] = hours_said(known)
    fields = [{"unit": "t"}, {"unit": "t"}, {"unit": "t CO2"}]
    return stream_of({name: floats_of(values) for name, values in columns.items()}, fields, about)
