"""GET /api/runs/{run}/bills/{month}/what-if: a month settled again under other tariffs; no bill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from holin.web.access import OWN_OR_STAFF, Asking, Visitor, read_by
from holin.web.answers import UNCHANGED, Label, RunId, json_bytes, library_of, respond
from holin.web.bills.all_bills import KINDS
from holin.web.bills.settled import Month, both, month_of, seen
from holin.web.library import KnownRun, Library
from holin.web.problems import problems

if TYPE_CHECKING:
    from holin.settle import Bill, Compared
    from holin.tariff import TariffChange

router = APIRouter(tags=["bills"])

MOST = 1_000_000.0


class Change(BaseModel):
    """What is asked of the tariffs of the park's customers; what is not given stays as it is."""

    peak_factor: float | None = Field(
        default=None, ge=0, le=10, allow_inf_nan=False,
        description="on the energy price in the peak; critical peak keeps its proportion to it", examples=[1.68],
    )  # fmt: skip
    valley_factor: float | None = Field(
        default=None, ge=0, le=10, allow_inf_nan=False,
        description="on the energy price in the valley; deep valley keeps its proportion to it", examples=[0.48],
    )  # fmt: skip
    transmission_change_per_mwh: float = Field(
        default=0.0, ge=-1000, le=1000, allow_inf_nan=False,
        description="currency/MWh added to the network price, which does not fall below 0",
    )  # fmt: skip
    demand_charge_per_mw_month: float | None = Field(
        default=None, ge=0, le=MOST, allow_inf_nan=False, description="currency/(MW month) on the month's highest draw"
    )
    green_price_per_mwh: float | None = Field(
        default=None, ge=0, le=10_000, allow_inf_nan=False,
        description="currency/MWh of traced green energy, in place of the energy part",
    )  # fmt: skip
    green_premium_per_mwh: float | None = Field(
        default=None, ge=0, le=10_000, allow_inf_nan=False,
        description="currency/MWh on traced green energy, beside its price",
    )  # fmt: skip


class RowCompared(BaseModel):
    """An amount as it is and as it would be, in whole fen."""

    before_fen: int
    after_fen: int
    difference_fen: int


class KindCompared(RowCompared):
    """A kind of line, of all bills that are seen."""

    kind: str
    label: Label


class CustomerCompared(RowCompared):
    """A customer's month."""

    customer: str
    by_kind: list[KindCompared]


class ParkCompared(BaseModel):
    """The operator's month; what it pays at the grid connections stays as it is."""

    billed: RowCompared
    margin: RowCompared
    purchased_fen: int


class WhatIfShown(BaseModel):
    """A what-if, no bill: the energy of every hour stays as it was, only prices change."""

    month: str
    currency: str
    change: Change
    total: RowCompared = Field(description="of all bills that are seen")
    by_kind: list[KindCompared]
    customers: list[CustomerCompared]
    park: ParkCompared | None = Field(description="null for who may not see all bills")


@router.get(
    "/runs/{run}/bills/{month}/what-if",
    response_model=WhatIfShown,
    summary="What a month would cost under other tariffs",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(OWN_OR_STAFF),
)
def read_what_if(
    request: Request, visitor: Asking, run: RunId, month: Month, change: Annotated[Change, Query()]
) -> Response:
    """Return a month's bills beside those that changed tariffs would make of the same energy; nothing is billed."""
    library = library_of(request)
    known = library.run(run)
    return respond(
        request, visitor, lambda: json_bytes(what_if_shown(library, known, month, change, visitor)), "what-if",
        known.seal, month, change.model_dump_json(),
    )  # fmt: skip


def what_if_shown(library: Library, known: KnownRun, month: str, change: Change, visitor: Visitor) -> WhatIfShown:
    """Return a what-if as the API shows it."""
    from holin.settle import compared
    from holin.twin import tariff_what_if

    found = tariff_what_if(month_of(library, known, month), _asked(change))
    before, after = (seen(bills, visitor) for bills in (found.before, found.after))
    whole = compared(before, after)
    return WhatIfShown(
        month=month, currency=known.frozen.facts.currency, change=change, total=_row(whole),
        by_kind=_kinds(before, after),
        customers=[
            CustomerCompared(customer=b.customer, by_kind=_kinds((b,), (a,)), **_row(compared((b,), (a,))).model_dump())
            for b, a in zip(before, after, strict=True)
        ],
        park=ParkCompared(
            billed=_row(whole), margin=_row(compared(before, after, less_fen=found.purchased_fen)),
            purchased_fen=found.purchased_fen,
        ) if visitor.sees_all else None,
    )  # fmt: skip


def _asked(change: Change) -> TariffChange:
    from holin.tariff import TariffChange

    return TariffChange(**change.model_dump())


def _row(found: Compared) -> RowCompared:
    return RowCompared(
        before_fen=found.before_fen, after_fen=found.after_fen, difference_fen=found.difference_fen
    )  # fmt: skip


def _kinds(before: tuple[Bill, ...], after: tuple[Bill, ...]) -> list[KindCompared]:
    from holin.settle import compared

    found = {line.kind for bill in (*before, *after) for line in bill.lines}
    return [
        KindCompared(kind=kind, label=both(f"line.{kind}"), **_row(compared(before, after, kind=kind)).model_dump())
        for kind in KINDS if kind in found
    ]  # fmt: skip
