"""GET /api/runs/{run}/enquiries: who offers and who seeks what in the exhibition beside a run."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from holin.web.access import EVERYONE, Asking, read_by
from holin.web.answers import UNCHANGED, Figure, Label, RunId, json_bytes, library_of, respond
from holin.web.beside import needed
from holin.web.hall.catalogue import CountName, Opened, both, opened, said
from holin.web.named import HALL
from holin.web.problems import problems

if TYPE_CHECKING:
    from holin.hall import Enquiry

router = APIRouter(tags=["catalogue"])


class MatchShown(BaseModel):
    """An offer that answers an enquiry."""

    enquiry: str
    maker: Label
    words: Label
    quantity_kg: Figure = Field(description="kg that both can trade; null: one says no quantity")


class EnquiryShown(BaseModel):
    """What a firm offers or seeks, and what answers it."""

    id: str
    side: Literal["offers", "seeks"]
    maker: Label
    category: Label
    alloy: str
    words: Label
    quantity_kg: Figure
    footprint_max_t_per_t: Figure
    footprint_count: CountName | None
    until: date | None
    synthetic: bool
    matches: list[MatchShown] = Field(description="offers that answer what is sought, the best first")
    products: int = Field(description="how many products of others are what is sought")


class EnquiriesShown(BaseModel):
    """Who offers and who seeks, on a day."""

    on: date | None = Field(description="null: all are shown, whatever their last day")
    enquiries: list[EnquiryShown]


@router.get(
    "/runs/{run}/enquiries",
    response_model=EnquiriesShown,
    summary="Who offers and who seeks what, and who answers whom",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(EVERYONE),
)
def read_enquiries(
    request: Request,
    visitor: Asking,
    run: RunId,
    on: Annotated[date | None, Query(description="the day on which they stand; without it all are shown")] = None,
) -> Response:
    """Return the enquiries of the catalogue beside a run; those that have expired on the day are left out."""
    library = library_of(request)
    known = library.run(run)
    folder = needed(known, HALL)
    day = on or date.min

    def make() -> bytes:
        return json_bytes(_enquiries(opened(library, known, folder), day))

    return respond(request, visitor, make, "enquiries", known.seal, folder.stamp, day)


def _enquiries(found: Opened, day: date) -> EnquiriesShown:
    from holin.hall import answers

    catalogue = found.hall.catalogue
    held = {a.enquiry.id: a for a in answers(catalogue, found.known, on=day)}
    rows = []
    for one in (e for e in catalogue.enquiries if e.until is None or e.until >= day):
        answer = held.get(one.id)
        rows.append(
            EnquiryShown(
                id=one.id, side=one.side.value, maker=both(catalogue.exhibitor_of[one.exhibitor]),
                category=said(found, "category", one.category.value), words=_words(one),
                **{n: getattr(one, n) for n in ("alloy", "quantity_kg", "footprint_max_t_per_t", "until")},
                footprint_count=one.footprint_count.value if one.footprint_count else None,
                synthetic=one.basis is not None and one.basis.value == "synthetic",
                products=len(answer.products) if answer else 0,
                matches=[
                    MatchShown(
                        enquiry=m.offers.id, maker=both(catalogue.exhibitor_of[m.offers.exhibitor]),
                        words=_words(m.offers), quantity_kg=m.quantity_kg,
                    )
                    for m in (answer.matches if answer else ())
                ],
            )
        )  # fmt: skip
    return EnquiriesShown(on=None if day == date.min else day, enquiries=rows)


def _words(enquiry: Enquiry) -> Label:
    return Label(en=enquiry.words or enquiry.words_zh, zh=enquiry.words_zh or enquiry.words)
