"""GET …/enterprises/{enterprise}/bills/{month}: one bill with every line, as its invoice says it, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from holin.web.access import OWN_OR_STAFF, Asking, read_by
from holin.web.answers import UNCHANGED, Label, RunId, json_bytes, library_of, respond
from holin.web.bills.settled import MONTH, Month, bill_of, settled_of
from holin.web.library import KnownRun, Library
from holin.web.people import EnterpriseId
from holin.web.problems import problems

if TYPE_CHECKING:
    from holin.picture.invoice import Invoice

router = APIRouter(tags=["bills"])


class LineShown(BaseModel):
    """A line of a bill: amount = quantity times price (times the part of the month), in whole fen."""

    kind: str
    of: str = Field(description="period, band or tier; empty: none")
    label: Label
    quantity: str = Field(description="as the invoice prints it", examples=["1 226 299.138"])
    unit: str = Field(examples=["kWh"])
    price: str = Field(description="currency per unit, as the invoice prints it", examples=["0.4116"])
    amount_fen: int


class PairShown(BaseModel):
    """A fact of the month."""

    label: Label
    value: Label


class CauseShown(BaseModel):
    """One cause of the difference from another bill; all together are the difference."""

    kind: str
    why: str = Field(description="amount, shape (time of use), price, new or rounding")
    label: Label
    fen: int


class AgainstShown(BaseModel):
    """Why a bill differs from that of another month."""

    month: str
    total_fen: int
    difference_fen: int
    causes: list[CauseShown] = Field(description="largest first; they add up to the difference")


class BillShown(BaseModel):
    """One bill, whole. Amounts are whole fen; energies physical, traced hour by hour."""

    customer: str
    name: Label
    month: str
    number: str
    days: int
    days_of_month: int
    currency: str
    notes: list[Label] = Field(description="what the reader must know: demo, synthetic, part of a month, estimates")
    lines: list[LineShown]
    total_fen: int
    vat_fen: int
    in_words: str = Field(description="the total in Chinese capital figures; empty: none")
    energy: list[PairShown]
    against: AgainstShown | None


@router.get(
    "/runs/{run}/enterprises/{enterprise}/bills/{month}",
    response_model=BillShown,
    summary="One bill with every line",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(OWN_OR_STAFF, own="enterprise"),
)
def read_bill(
    request: Request,
    visitor: Asking,
    run: RunId,
    enterprise: EnterpriseId,
    month: Month,
    against: Annotated[
        str | None, Query(pattern=MONTH, description="the month to explain it against; without it the one before")
    ] = None,
) -> Response:
    """Return a bill with every line, and what makes it differ from that of another month."""
    library = library_of(request)
    known = library.run(run)
    return respond(
        request, visitor, lambda: json_bytes(bill_shown(library, known, enterprise, month, against)), "bill",
        known.seal, enterprise, month, against,
    )  # fmt: skip


def bill_shown(library: Library, known: KnownRun, enterprise: str, month: str, against: str | None) -> BillShown:
    """Return one bill as the API shows it."""
    from holin.settle import bill_figures, causes, difference_fen
    from holin.twin import invoice

    settled = settled_of(library, known)
    bill, last = bill_of(settled, known, enterprise, month)
    other = bill_of(settled, known, enterprise, against)[0] if against else last
    other = None if other is bill else other
    zh, en = (invoice(settled, bill, language, compared=other) for language in ("zh", "en"))
    told = None
    if other is not None:
        found = causes(other, bill)
        difference = difference_fen(bill.total_fen, other.total_fen)
        assert difference is not None
        told = AgainstShown(
            month=other.month, total_fen=other.total_fen, difference_fen=difference,
            causes=[
                CauseShown(kind=c.kind, why=c.why, label=Label(en=e, zh=z), fen=c.fen)
                for c, (z, _), (e, _) in zip(found, zh.causes, en.causes, strict=True)
            ],
        )  # fmt: skip
    return BillShown(
        customer=bill.customer, name=Label(en=en.customer, zh=zh.customer), month=bill.month, number=zh.number,
        days=bill.days, days_of_month=bill.days_of_month, currency=settled.park.facts.currency,
        notes=[Label(en=e, zh=z) for z, e in zip(zh.notes, en.notes, strict=True)],
        lines=[
            LineShown(
                kind=row["kind"], of=row["of"], label=Label(en=e[0], zh=z[0]), quantity=z[1], unit=z[2], price=z[3],
                amount_fen=row["amount_fen"],
            )
            for row, z, e in zip(bill_figures(bill)["lines"], zh.lines, en.lines, strict=True)
        ],
        total_fen=bill.total_fen, vat_fen=bill.vat_fen, in_words=zh.words[1] if zh.words else "",
        energy=_pairs(zh, en), against=told,
    )  # fmt: skip


def _pairs(zh: Invoice, en: Invoice) -> list[PairShown]:
    return [
        PairShown(label=Label(en=e[0], zh=z[0]), value=Label(en=e[1], zh=z[1]))
        for z, e in zip(zh.energy, en.energy, strict=True)
    ]
