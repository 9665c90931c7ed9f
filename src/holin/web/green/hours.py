"""GET /api/runs/{run}/green/…: how green each enterprise is by the hour, and by its certificates."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from holin.web.access import EVERYONE, Asking, Visitor, read_by
from holin.web.answers import ARROW, UNCHANGED, Figure, RunId, arrow_of, json_bytes, library_of, respond
from holin.web.aside import aside
from holin.web.beside import named_from, needed
from holin.web.library import KnownRun, Library
from holin.web.named import LEDGER
from holin.web.problems import problems
from holin.web.tables import hours_said

router = APIRouter(tags=["green"])


@router.get(
    "/runs/{run}/green/hours",
    summary="How green each enterprise's use is, hour by hour, as Arrow",
    responses=arrow_of(
        "one float32 column per enterprise that the visitor may see, by its id: the green share (1) of what it used, "
        "traced through the network (count: physical); null in an interval without use. Metadata of the schema: unit, "
        "count, first, step_s, time_zone."
    )
    | problems(404, 409, 422),
    response_class=Response,
    **read_by(EVERYONE),
)
def read_green_hours(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return how green every enterprise's use was in every hour of a run."""
    library = library_of(request)
    known = library.run(run)
    return respond(
        request, visitor, lambda: _hours(library, known, visitor), "green hours", known.seal, media_type=ARROW
    )


def _hours(library: Library, known: KnownRun, visitor: Visitor) -> bytes:
    from holin.summary import green_hours
    from holin.web.arrays import floats_of, stream_of

    found = {name: v for name, v in green_hours(library.table(known, "trace")).items() if visitor.sees(name)}
    about = {**hours_said(known), "unit": "1", "count": "physical"}
    return stream_of({name: floats_of(v) for name, v in found.items()}, [{} for _ in found], about)


class CertifiedShown(BaseModel):
    """An enterprise's use and the certificates retired for it; count: certificate."""

    id: str
    used_mwh: Figure = Field(description="MWh of its loads and potlines")
    claimed_mwh: Figure = Field(description="MWh of certificates retired for it, produced in the hours of the run")
    hourly_mwh: Figure = Field(description="MWh of its use that certificates of the very hour cover")
    hourly_share: Figure = Field(description="hourly_mwh / used_mwh, 0..1")
    annual_share: Figure = Field(description="claimed_mwh / used_mwh: a balance over all hours, whenever it was used")


class CertifiedListed(BaseModel):
    """What certificates cover, enterprise by enterprise."""

    enterprises: list[CertifiedShown]


@router.get(
    "/runs/{run}/green/certified",
    response_model=CertifiedListed,
    summary="What certificates cover of each enterprise's use: of the hour, and over all hours",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(EVERYONE),
)
def read_certified(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return hourly-matched and annual-balance shares by retired certificates, of those that the visitor may see."""
    library = library_of(request)
    known = library.run(run)
    book = needed(known, LEDGER)

    def make() -> bytes:
        from holin.twin import certified_figures

        key = ("certified", known.seal, str(book.path), book.stamp)
        found = kept(library, known, key, certified_figures, folder=known.path, address=book.path)
        rows = [CertifiedShown(id=name, **row) for name, row in found.items() if visitor.sees(name)]
        return json_bytes(CertifiedListed(enterprises=rows))

    return respond(request, visitor, make, "certified", known.seal, book.stamp)


def kept(library: Library, known: KnownRun, key: tuple[object, ...], make: Any, **arguments: Any) -> Any:
    """Return what a costly function makes aside, once for all visitors, whatever each may see of it."""
    with named_from(known):
        return library.shelf.get(
            ("aside", *key), lambda: aside(library, known, key, make, **arguments), lambda _: 256 * 1024
        )
