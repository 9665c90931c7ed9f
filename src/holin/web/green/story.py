"""GET /api/runs/{run}/certificates/{certificate}: where a certificate came from, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from holin.web.access import OWN_OR_STAFF, Asking, Visitor, read_by
from holin.web.answers import UNCHANGED, Label, RunId, json_bytes, library_of, respond
from holin.web.beside import Beside, named_from, needed
from holin.web.green.certificates import State, moment, unit_of
from holin.web.library import KnownRun
from holin.web.named import LEDGER
from holin.web.people import source_names
from holin.web.problems import HttpProblem, problems

if TYPE_CHECKING:
    from holin.ledger import LotHistory
    from holin.twin import Story

router = APIRouter(tags=["green"])


class StepShown(BaseModel):
    """One certificate of a lot: what an entry wrote, and which entry spent it."""

    certificate: int
    entry: int
    time: datetime = Field(description="when the entry was written, UTC")
    kind: str = Field(description="of the entry", examples=["retire"])
    account: str
    state: State
    wh: int = Field(description="Wh")
    beneficiary: str
    used_from: datetime | None
    spent_by: int | None = Field(description="the entry that spent it; null: it stands")
    on_way: bool = Field(description="whether it leads to the certificate that was asked for, or is it")


class MeterShown(BaseModel):
    """What the meter said, in the version that an entry brought."""

    version: int
    out_wh: int = Field(description="Wh given")
    in_wh: int = Field(description="Wh taken")
    entry: int


class LotShown(BaseModel):
    """All certificates of one device and interval; `origins` are the lots that it was made of, with their Wh."""

    lot: int
    kind: Literal["generation", "discharge", "gec"]
    asked: bool = Field(description="whether the certificate that was asked for is of this lot")
    unit: str
    name: Label
    source: str
    start: datetime
    seconds: int
    wh: int = Field(description="Wh")
    set_off_wh: int = Field(description="Wh that were set off against a debt of an earlier correction")
    tradable: bool
    expires: datetime
    entry: int
    meter: list[MeterShown]
    origins: list[tuple[int, int]]
    made_of_it: list[int]
    steps: list[StepShown] = Field(description="those that the visitor may see")
    hidden: int = Field(description="how many more there are, of others")


class AllottedShown(BaseModel):
    """Behind which batch of metal a certificate stands; count: mass balance."""

    batch: str
    wh: int = Field(description="Wh")
    method: Literal["hourly", "monthly"] = Field(description="hourly: of the very hours in which its metal was made")
    entry: int = Field(description="of the allotment book")


class CertificateStory(BaseModel):
    """Where a certificate came from and what became of it; every entry was held against its hash and signature."""

    certificate: int
    ledger: str
    kind: Literal["demo", "metered"]
    operator: str
    entries: list[int] = Field(description="the entries that it rests on, each of which was checked")
    lots: list[LotShown]
    allotted: list[AllottedShown]


@router.get(
    "/runs/{run}/certificates/{certificate}",
    response_model=CertificateStory,
    summary="The history of a certificate: meter, issue, transfer, retirement, and the batch that it stands behind",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(OWN_OR_STAFF),
)
def read_certificate(
    request: Request,
    visitor: Asking,
    run: RunId,
    certificate: Annotated[int, Path(ge=1, le=2**53, description="number of a certificate", examples=[1])],
) -> Response:
    """Return a certificate's history; of others' certificates an enterprise sees nothing (404)."""
    known = library_of(request).run(run)
    book = needed(known, LEDGER)
    return respond(
        request, visitor, lambda: json_bytes(_story(known, book, visitor, certificate)), "certificate", known.seal,
        book.stamp, certificate,
    )  # fmt: skip


def _story(known: KnownRun, book: Beside, visitor: Visitor, certificate: int) -> CertificateStory:
    from holin.errors import BadInput
    from holin.twin import story_of

    gone = HttpProblem(404, "not-found", f"the ledger beside {known.id} has no certificate {certificate}")
    with named_from(known):
        try:
            found = story_of(book.path, certificate)
        except BadInput as error:
            if any("nothing in the ledger fits" in f.problem for f in error.faults):
                raise gone from error
            raise
    asked = next(s for lot in found.history.lots for s in lot.steps if s.certificate == certificate)
    if not _may_see(visitor, asked.account, asked.beneficiary):
        raise gone
    names, history = source_names(known), found.history
    return CertificateStory(
        certificate=certificate, **{n: getattr(history, n) for n in ("ledger", "kind", "operator")},
        entries=list(history.entries), lots=[_lot(lot, found, visitor, names) for lot in history.lots],
        allotted=[
            AllottedShown(entry=entry, **{n: getattr(row, n) for n in ("batch", "wh", "method")})
            for row, entry in found.allotted
        ],
    )  # fmt: skip


def _may_see(visitor: Visitor, account: str, beneficiary: str | None) -> bool:
    """Whether a certificate is one that a visitor may see: their own account's, or retired for them."""
    return visitor.sees_all or visitor.enterprise in (account, beneficiary)


def _lot(lot: LotHistory, story: Story, visitor: Visitor, names: Mapping[str, Label]) -> LotShown:
    seen = [s for s in lot.steps if s.certificate in story.way or _may_see(visitor, s.account, s.beneficiary)]
    unit = unit_of(lot.device)
    return LotShown(
        asked=lot.lot in story.history.asked, unit=unit, name=names.get(unit, Label(en=unit, zh=unit)),
        source=str(lot.attributes.get("energy_source") or ""), start=moment(lot.start), expires=moment(lot.expires),
        **{n: getattr(lot, n) for n in ("lot", "kind", "seconds", "wh", "set_off_wh", "tradable", "entry")},
        meter=[MeterShown(version=m.version, out_wh=m.out_wh, in_wh=m.in_wh, entry=m.entry) for m in lot.measurements],
        origins=list(lot.origins), made_of_it=list(lot.made_of_it), hidden=len(lot.steps) - len(seen),
        steps=[
            StepShown(
                **{n: getattr(s, n) for n in ("certificate", "entry", "kind", "account", "state", "wh", "spent_by")},
                time=moment(s.time), beneficiary=s.beneficiary or "",
                used_from=None if s.used_from is None else moment(s.used_from), on_way=s.certificate in story.way,
            )
            for s in seen
        ],
    )  # fmt: skip
