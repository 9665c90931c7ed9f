"""GET /api/runs/{run}/bills: every bill in short, the months' closing, and the tariffs behind them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from holin.web.access import OWN_OR_STAFF, Asking, Visitor, read_by
from holin.web.answers import UNCHANGED, Label, RunId, json_bytes, library_of, respond
from holin.web.aside import is_short
from holin.web.bills.settled import both, names_of_things, seen, settled_of
from holin.web.library import KnownRun, Library
from holin.web.problems import problems

if TYPE_CHECKING:
    from holin.settle import Bill, Settlement
    from holin.twin import SettledRun

router = APIRouter(tags=["bills"])

KINDS = (
    "energy", "tier", "green_energy", "own_energy", "green_premium", "transmission", "line_loss", "network_loss",
    "demand", "capacity", "system_fee", "levies", "power_factor", "export",
)  # fmt: skip
"""Kinds of line in the order in which a price is made up."""


class KindListed(BaseModel):
    """A kind of line that some bill has."""

    kind: str = Field(examples=["transmission"])
    label: Label


class BillListed(BaseModel):
    """A bill in short. Amounts are whole fen (hundredths of the currency), energies whole Wh."""

    customer: str
    month: str = Field(examples=["2025-06"])
    days: int = Field(description="days of the month that are billed")
    days_of_month: int
    total_fen: int
    vat_fen: int = Field(description="value-added tax in the total")
    by_kind_fen: dict[str, int] = Field(description="adds up to the total")
    taken_wh: int
    green_wh: int = Field(description="of it traced to wind and sun; count: physical")
    green_share: float | None = Field(description="green / taken, 0..1; count: physical, traced hour by hour")
    price_per_kwh: Decimal | None = Field(description="currency/kWh, rounded to 4 places; null without energy")
    by_kind_per_kwh: dict[str, Decimal] = Field(description="currency/kWh, each rounded to 4 places by itself")
    peak_mw: float = Field(description="MW, the month's highest draw")
    power_factor: Decimal | None = Field(description="of the month; null without active energy")
    against_fen: int | None = Field(description="less that of the bill before; null: there is none")


class UnbilledListed(BaseModel):
    """Who used or fed in without a contract: nobody pays for it."""

    customer: str
    taken_wh: int
    fed_wh: int


class MonthListed(BaseModel):
    """A month: all bills that are seen together, and the operator's side, null for who may not see all bills."""

    month: str
    total_fen: int = Field(description="sum of the bills that are seen")
    taken_wh: int
    by_kind_fen: dict[str, int]
    price_per_kwh: Decimal | None = Field(description="currency/kWh of all of them")
    by_kind_per_kwh: dict[str, Decimal]
    billed_fen: int | None = Field(description="sum of all bills")
    purchased_fen: int | None = Field(description="paid at the grid connections")
    margin_fen: int | None = Field(description="billed - purchased: for network, people and own generation")
    unbilled: list[UnbilledListed]


class TariffListed(BaseModel):
    """A tariff as it holds at the run's stage; prices are currency/MWh, currency/(MW month) for demand."""

    id: str
    name: Label
    energy_price_per_mwh: float = Field(description="flat period")
    peak_factor: float | None = Field(description="on the energy price; null: no such period")
    valley_factor: float | None
    transmission_per_mwh: float
    demand_charge_per_mw_month: float
    green_price_per_mwh: float | None = Field(description="in place of the energy part; null: none")
    green_premium_per_mwh: float
    spot: bool = Field(description="whether a series of prices stands in place of the energy part")
    basis: str | None
    reference: str


class BillsShown(BaseModel):
    """The bills of a run that the visitor may see."""

    kind: str = Field(description="demo: from a calculated run, nothing is payable; metered: from meter readings")
    currency: str
    note: Label = Field(description="what kind of bills these are")
    synthetic: Label | None
    customers: dict[str, Label] = Field(description="id -> name of all that stand below")
    contracts: dict[str, str] = Field(description="customer -> id of its tariff")
    kinds: list[KindListed]
    months: list[MonthListed]
    bills: list[BillListed]
    tariffs: list[TariffListed]


@router.get(
    "/runs/{run}/bills",
    response_model=BillsShown,
    summary="All bills of a run in short",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(OWN_OR_STAFF),
)
def read_bills(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return the bills of every enterprise and month that the visitor may see, settled by the run's own tariffs."""
    library = library_of(request)
    known = library.run(run)

    def make() -> bytes:
        return json_bytes(bills_shown(library, known, visitor))

    def kept() -> bytes:
        return make() if is_short(known) else library.lasting(("bills", known.seal, visitor.scope), make)

    return respond(request, visitor, kept, "bills", known.seal)


def bills_shown(library: Library, known: KnownRun, visitor: Visitor) -> BillsShown:
    """Return the bills of a run as the API shows them."""
    settled = settled_of(library, known)
    facts = settled.park.facts
    rows = _rows(settled, visitor)
    found = {kind for row in rows for kind in row.by_kind_fen}
    months = [_month(m, visitor) for m in settled.months]
    named = {*(r.customer for r in rows), *(u.customer for m in months for u in m.unbilled)}
    names = names_of_things(settled)
    contracts = {c.enterprise: c.tariff for c in settled.park.contracts if visitor.sees(c.enterprise)}
    return BillsShown(
        kind=settled.kind, currency=facts.currency, note=both(f"bill.{settled.kind}"),
        synthetic=Label(en=facts.synthetic or facts.synthetic_zh, zh=facts.synthetic_zh or facts.synthetic)
        if facts.synthetic or facts.synthetic_zh else None,
        customers={c: names.get(c, Label(en=c, zh=c)) for c in sorted(named)}, contracts=contracts,
        kinds=[KindListed(kind=k, label=both(f"line.{k}")) for k in KINDS if k in found], months=months, bills=rows,
        tariffs=_tariffs(settled, set(contracts.values())),
    )  # fmt: skip


def _rows(settled: SettledRun, visitor: Visitor) -> list[BillListed]:
    rows, before = [], dict[str, int]()
    for month in settled.months:
        for bill in seen(month.bills, visitor):
            rows.append(_row(bill, before.get(bill.customer)))
            before[bill.customer] = bill.total_fen
    return rows


def _row(bill: Bill, before_fen: int | None) -> BillListed:
    from holin.settle import difference_fen, green_share, in_short, peak_mw

    short = in_short(bill)
    return BillListed(
        customer=bill.customer, month=bill.month, days=bill.days, days_of_month=bill.days_of_month,
        total_fen=bill.total_fen, vat_fen=bill.vat_fen, by_kind_fen=dict(short.by_kind_fen), taken_wh=bill.taken_wh,
        green_wh=bill.green_wh, green_share=green_share(bill), price_per_kwh=short.price_per_kwh,
        by_kind_per_kwh=dict(short.by_kind_per_kwh), peak_mw=peak_mw(bill), power_factor=bill.power_factor,
        against_fen=difference_fen(bill.total_fen, before_fen),
    )  # fmt: skip


def _month(month: Settlement, visitor: Visitor) -> MonthListed:
    from holin.settle import in_short

    whole = visitor.sees_all
    short = in_short(*seen(month.bills, visitor))
    return MonthListed(
        month=month.month, total_fen=short.total_fen, taken_wh=short.taken_wh, by_kind_fen=dict(short.by_kind_fen),
        price_per_kwh=short.price_per_kwh, by_kind_per_kwh=dict(short.by_kind_per_kwh),
        billed_fen=month.billed_fen if whole else None,
        purchased_fen=month.purchased_fen if whole else None, margin_fen=month.margin_fen if whole else None,
        unbilled=[
            UnbilledListed(customer=c, taken_wh=taken, fed_wh=fed)
            for c, (taken, fed) in month.unbilled.items() if visitor.sees(c)
        ],
    )  # fmt: skip


def _tariffs(settled: SettledRun, wanted: set[str]) -> list[TariffListed]:
    from holin.tariff import Period, first_factors

    peaks, valleys = (first_factors(settled.park.tariff_periods, p) for p in (Period.PEAK, Period.VALLEY))
    return [
        TariffListed(
            id=t.id, name=Label(en=t.name or t.name_zh or t.id, zh=t.name_zh or t.name or t.id),
            energy_price_per_mwh=t.energy_price_per_mwh, peak_factor=peaks.get(t.id), valley_factor=valleys.get(t.id),
            transmission_per_mwh=t.transmission_per_mwh, demand_charge_per_mw_month=t.demand_charge_per_mw_month,
            green_price_per_mwh=t.green_price_per_mwh, green_premium_per_mwh=t.green_premium_per_mwh,
            spot=t.energy_series is not None, basis=t.basis.value if t.basis else None, reference=t.reference or "",
        )
        for t in settled.park.tariffs if t.id in wanted
    ]  # fmt: skip
