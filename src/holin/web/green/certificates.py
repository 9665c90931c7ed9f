"""GET /api/runs/{run}/certificates…: what stands in the ledger beside a run: sums, and certificates page by page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from holin.web.access import EVERYONE, OWN_OR_STAFF, Asking, Visitor, read_by
from holin.web.answers import THING, UNCHANGED, Label, RunId, json_bytes, library_of, respond
from holin.web.beside import Beside, named_from, needed
from holin.web.library import KnownRun, Library
from holin.web.named import LEDGER
from holin.web.people import source_names
from holin.web.problems import problems
from holin.web.words import label_of

if TYPE_CHECKING:
    from holin.ledger import Device
    from holin.twin import Amount, Hours, StandingOfRun

router = APIRouter(tags=["green"])

State = Literal["active", "reserved", "retired", "expired", "withdrawn", "stored", "lost", "converted"]


class LedgerShown(BaseModel):
    """Whose ledger it is, and who signs it."""

    id: str
    kind: Literal["demo", "metered"]
    operator: str
    scheme: str
    fingerprint: str = Field(description="of the public key: what people compare")


class StateSum(BaseModel):
    """What stands in a state of a local month's production; count: certificate."""

    month: str = Field(examples=["2025-03"])
    state: State
    label: Label
    wh: int = Field(description="Wh")
    certificates: int


class HolderSum(BaseModel):
    """What an enterprise holds, and what was retired for it, of the production of the run's hours."""

    id: str
    held_wh: int = Field(description="Wh in its account that can still be used")
    retired_wh: int = Field(description="Wh retired for it: used up")
    retired: int = Field(description="how many certificates those are")


class DeviceSum(BaseModel):
    """A device of the ledger, and what stands of its production by state."""

    id: str
    unit: str = Field(description="id of the park's thing")
    name: Label
    source: str = Field(description="its energy source", examples=["wind"])
    capacity_mw: float | None
    states_wh: dict[str, int] = Field(description="state -> Wh")


class CertificateSums(BaseModel):
    """The ledger beside a run: sums of all certificates of its hours that were not spent for others."""

    ledger: LedgerShown
    months: list[StateSum]
    holders: list[HolderSum]
    devices: list[DeviceSum]


@router.get(
    "/runs/{run}/certificates/sums",
    response_model=CertificateSums,
    summary="Sums of certificates by month and state, by enterprise, and by device",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(EVERYONE),
)
def read_certificate_sums(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return what became of all that was certified of a run; enterprises are those that the visitor may see."""
    library = library_of(request)
    known = library.run(run)
    book = needed(known, LEDGER)
    return respond(
        request, visitor, lambda: json_bytes(_sums(library, known, book, visitor)), "sums", known.seal, book.stamp
    )


def hours_of(known: KnownRun) -> Hours:
    """Return the hours of a run, in its park's zone."""
    from holin.twin import hours_of_run

    assert known.span is not None
    return hours_of_run(known.span, known.frozen.facts.time_zone)


def _standing(library: Library, known: KnownRun, book: Beside) -> StandingOfRun:
    from holin.twin import standing_of_run

    with named_from(known):
        return library.shelf.get(
            ("standing", known.seal, book.stamp), lambda: standing_of_run(book.path, hours_of(known)),
            lambda found: 300 * len(found.rows),
        )  # fmt: skip


def _sums(library: Library, known: KnownRun, book: Beside, visitor: Visitor) -> CertificateSums:
    from holin.passport import fingerprint

    found = _standing(library, known, book)
    facts = found.facts
    names = source_names(known)
    return CertificateSums(
        ledger=LedgerShown(
            **{n: getattr(facts, n) for n in ("id", "kind", "operator", "scheme")},
            fingerprint=fingerprint(facts.public_key),
        ),
        months=[_state(month, state, amount) for (month, state), amount in found.by_month().items()],
        holders=[_holder(e.id, found) for e in known.frozen.enterprises if visitor.sees(e.id)],
        devices=[_device(d, found, names) for d in found.devices],
    )  # fmt: skip


def _state(month: str, state: Any, amount: Amount) -> StateSum:
    return StateSum(
        month=month, state=state, label=label_of("part", state), wh=amount.wh, certificates=amount.certificates
    )


def _holder(enterprise: str, found: StandingOfRun) -> HolderSum:
    retired = found.retired_for(enterprise)
    return HolderSum(
        id=enterprise, held_wh=found.held_by(enterprise).wh, retired_wh=retired.wh, retired=retired.certificates
    )


def unit_of(device: str) -> str:
    """Return the id of the park's thing that a device is: the last part of its id."""
    return device.rpartition(":")[2]


def _device(device: Device, found: StandingOfRun, names: Mapping[str, Label]) -> DeviceSum:
    unit, capacity = unit_of(device.id), device.attributes.get("capacity_mw")
    return DeviceSum(
        id=device.id, unit=unit, name=names.get(unit, Label(en=unit, zh=unit)),
        source=str(device.attributes.get("energy_source") or ""),
        capacity_mw=None if capacity is None else float(capacity), states_wh=found.of_device(device.id),
    )  # fmt: skip


class CertificateListed(BaseModel):
    """A certificate that was not spent; times are UTC."""

    certificate: int
    state: State
    kind: Literal["generation", "discharge", "gec"] = Field(description="of the lot that it is a part of")
    unit: str = Field(description="id of the park's thing that made it, or gave it out of a storage")
    account: str
    beneficiary: str = Field(description="for whom it was retired; empty: nobody")
    start: datetime = Field(description="of the interval of production")
    seconds: int
    used_from: datetime | None = Field(description="of the hour of use that it was retired for")
    wh: int = Field(description="Wh")
    entry: int = Field(description="the ledger's entry that wrote it")


class CertificatesListed(BaseModel):
    """A page of certificates, oldest production first; the sums are of all pages."""

    total: int
    wh: int = Field(description="Wh of all")
    page: int
    page_size: int
    certificates: list[CertificateListed]


PAGE_MAX = 200
OF_A_ROW = ("certificate", "state", "kind", "account", "beneficiary", "seconds", "wh", "entry")


@router.get(
    "/runs/{run}/certificates",
    response_model=CertificatesListed,
    summary="Certificates by state, device, enterprise and month, page by page",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(OWN_OR_STAFF),
)
def read_certificates(
    request: Request,
    visitor: Asking,
    run: RunId,
    state: Annotated[list[State] | None, Query(description="one or several; without it all")] = None,
    unit: Annotated[
        list[Annotated[str, Field(pattern=THING)]] | None,
        Query(max_length=50, description="ids of things that made them"),
    ] = None,
    whose: Annotated[
        list[Annotated[str, Field(pattern=THING)]] | None,
        Query(max_length=50, description="enterprises: of their accounts, or retired for them"),
    ] = None,
    month: Annotated[str | None, Query(pattern=r"^\d{4}-\d\d$", description="of production, local")] = None,
    page: Annotated[int, Query(ge=1, le=100_000, description="from 1")] = 1,
    page_size: Annotated[int, Query(ge=1, le=PAGE_MAX, description="certificates on a page")] = 50,
) -> Response:
    """Return a page of what stands in the ledger; an enterprise sees its own account and what was retired for it."""
    library = library_of(request)
    known = library.run(run)
    book = needed(known, LEDGER)
    mine = tuple(whose or ()) if visitor.sees_all else (visitor.enterprise,)
    asked = {"states": tuple(state or ()), "units": tuple(unit or ()), "whose": mine, "month": month}

    def make() -> bytes:
        return json_bytes(_listed(library, known, book, asked, page, page_size))

    return respond(
        request, visitor, make, "certificates", known.seal, book.stamp, sorted(asked.items()), page, page_size
    )


def _listed(
    library: Library, known: KnownRun, book: Beside, asked: Mapping[str, Any], page: int, page_size: int
) -> CertificatesListed:
    from holin.twin import listed_certificates

    found = _standing(library, known, book)
    devices = [d.id for d in found.devices if unit_of(d.id) in asked["units"]] or list(asked["units"])
    choice = asked["month"], asked["states"], devices, asked["whose"]
    fit, offset = found.fitting(*choice), (page - 1) * page_size
    rows: list[Any] = []
    if offset < fit.certificates:
        with named_from(known):
            rows = listed_certificates(
                book.path, hours_of(known), month=asked["month"], states=asked["states"],
                devices=devices, whose=asked["whose"], offset=offset,
                limit=page_size,
            )  # fmt: skip
    return CertificatesListed(
        total=fit.certificates, wh=fit.wh, page=page, page_size=page_size,
        certificates=[
            CertificateListed(
                unit=unit_of(r.device), start=moment(r.start),
                used_from=None if r.used_from is None else moment(r.used_from),
                **{n: getattr(r, n) for n in OF_A_ROW},
            )
            for r in rows
        ],
    )  # fmt: skip


def moment(second: int) -> datetime:
    """Return a second (UTC) as a time."""
    return datetime.fromtimestamp(second, UTC)
