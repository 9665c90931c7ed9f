"""GET /api/runs/{run}/passports…: the signed passports beside a run, each held against its seal and the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from holin.web.access import EVERYONE, OWN_OR_STAFF, Asking, read_by
from holin.web.answers import JSON, UNCHANGED, Figure, Label, RunId, json_bytes, library_of, respond
from holin.web.beside import Beside, beside, named_from, needed
from holin.web.library import KnownRun, Library
from holin.web.named import LEDGER, PASSPORTS
from holin.web.passport.owners import may_see, owners_of, refuse_others
from holin.web.places import stamp_of
from holin.web.problems import HttpProblem, problems

if TYPE_CHECKING:
    from pathlib import Path as File

router = APIRouter(tags=["passports"])

SVG = "image/svg+xml"
STEM = r"^\w[\w.\-]{0,119}$"
PassportId = Annotated[
    str, Path(pattern=STEM, description="name of the passport's file, without .json", examples=["250602-1a-00001"])
]


class PassportListed(BaseModel):
    """A passport as its signed file says; figures of three counts stand side by side, none is a sum of others."""

    id: str = Field(description="name of its file: the id of its batch or lot")
    name: Label
    form: str
    alloy: str
    made: str = Field(description="ISO 8601, UTC")
    mass_kg: Figure
    green_kg: Figure = Field(description="kg of green metal; count: mass balance")
    certified_share: Figure = Field(description="of its energy, covered by certificates, 0..1; count: certificate")
    physical_share: Figure = Field(description="of its energy, from wind and sun, 0..1; count: physical")
    gate_market_t_per_t: Figure = Field(description="t CO2e per t, scopes 1 and 2, market-based")
    lot: bool = Field(description="whether it is of a lot, which was made of another passport's batch")


class PassportSums(BaseModel):
    """All passports of batches together, lots left out: what is in a lot is in its batch."""

    passports: int
    mass_kg: Figure
    green_kg: Figure = Field(description="kg of green metal; count: mass balance")


class PassportsListed(BaseModel):
    """A page of passports, in the order of their ids; `total` counts all that fit."""

    kind: Literal["demo", "metered"] | None
    sums: PassportSums
    total: int
    page: int
    page_size: int
    passports: list[PassportListed]
    unreadable: list[str] = Field(description="files that are no passports, or are damaged")


@router.get(
    "/runs/{run}/passports",
    response_model=PassportsListed,
    summary="Signed passports beside a run, page by page",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(EVERYONE),
)
def read_passports(
    request: Request,
    visitor: Asking,
    run: RunId,
    text: Annotated[str, Query(max_length=100, description="part of an id, alloy or name")] = "",
    green: Annotated[bool, Query(description="only those with green metal")] = False,
    page: Annotated[int, Query(ge=1, le=100_000, description="from 1")] = 1,
    page_size: Annotated[int, Query(ge=1, le=500, description="passports on a page")] = 50,
) -> Response:
    """Return a page of the passports beside a run that the visitor may see: an enterprise those of its own metal."""
    library = library_of(request)
    known = library.run(run)
    folder = needed(known, PASSPORTS)

    def make() -> bytes:
        rows, broken, kind = _summaries(library, folder, known)
        shown = [row for row, owners in rows if may_see(visitor, owners)]
        broken = broken if visitor.sees_all else []
        wanted = text.casefold()
        fit = [r for r in shown if wanted in _searched(r) and (not green or (r.green_kg or 0) > 0)]
        return json_bytes(
            PassportsListed(
                kind=kind, sums=_sums(shown), total=len(fit), page=page, page_size=page_size, unreadable=broken,
                passports=fit[(page - 1) * page_size : page * page_size],
            )
        )  # fmt: skip

    return respond(request, visitor, make, "passports", known.seal, folder.stamp, text, green, page, page_size)


def _searched(row: PassportListed) -> str:
    return f"{row.id} {row.alloy} {row.name.en} {row.name.zh}".casefold()


def _sums(rows: list[PassportListed]) -> PassportSums:
    from holin.passport import summed

    whole = [r for r in rows if not r.lot]
    return PassportSums(
        passports=len(whole), mass_kg=summed(r.mass_kg for r in whole), green_kg=summed(r.green_kg for r in whole)
    )


Listing = tuple[list[tuple[PassportListed, frozenset[str]]], list[str], Literal["demo", "metered"] | None]


def _summaries(library: Library, folder: Beside, known: KnownRun) -> Listing:
    """Return a row of each passport in a folder with its owners, the files that are none, and of which kind all are."""

    def read() -> Listing:
        rows, broken, kinds = [], [], set()
        for file in sorted(folder.path.glob("*.json")):
            try:
                said = json.loads(file.read_bytes())["passport"]
                rows.append((_row(file.stem, said), owners_of(said, known)))
                kinds.add(said["kind"])
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                broken.append(file.name)
        return rows, broken, kinds.pop() if len(kinds) == 1 else None

    key = ("passports", folder.path, folder.stamp, known.seal)
    return library.shelf.get(key, read, lambda found: 1500 * len(found[0]))


def _row(stem: str, said: Mapping[str, Any]) -> PassportListed:
    product, green = said["product"], said["green"]
    return PassportListed(
        id=stem, name=Label(**product["name"]), form=product["form"], alloy=product["alloy"], made=product["made"],
        mass_kg=_number(said["mass"]["product"]), green_kg=_number(green["metal"]),
        certified_share=_number(green["certified_share"]), physical_share=_number(green["physical_share"]),
        gate_market_t_per_t=_number(said["carbon"]["gate"]["market"]), lot=bool(product["path"]),
    )  # fmt: skip


def _number(figure: Mapping[str, Any]) -> float | None:
    return float(figure["value"]) if figure["value"] != "" else None


class SourceShown(BaseModel):
    """What a source gave of a passport's energy; count: physical."""

    id: str
    name: Label
    kind: str
    kind_label: Label
    green: bool
    mwh: str = Field(description="MWh, as printed")
    percent: str
    share: Figure


class BinShown(BaseModel):
    """A column of the energy chart: an hour, day or month, with what each source gave of it."""

    label: str
    mwh: str = Field(description="MWh, as printed")
    height: Figure = Field(description="0..1 of the highest column")
    parts: list[Figure] = Field(description="0..1 of the column by source, in the order of `sources`")


class PassportTexts(BaseModel):
    """What stands on the passport's paper in one language: the same words and the same figures."""

    title: str
    banner: str
    company: str
    name: str
    facts: list[tuple[str, str]]
    big: list[tuple[str, str, str]] = Field(description="figure, tone, what it is")
    carbon: list[tuple[str, list[str], str]] = Field(
        description="label, by count (market, location, traced), part or sum"
    )
    energy_facts: list[tuple[str, str]]
    certificate_facts: list[tuple[str, str]]
    certificate_head: list[str]
    certificates: list[list[str]]
    certificates_more: int
    ledger: str
    cbam: list[tuple[str, str, str]]
    inputs: list[tuple[str, str, str, str]]
    factors: list[tuple[str, str, str, str]]
    words: dict[str, str] = Field(description="headings and notes, by their keys")


class EvidenceShown(BaseModel):
    """A file behind a passport, and whether it still has the hash that the passport names."""

    name: str
    what: str
    sha256: str
    same: bool | None = Field(description="null: it is no file (an entry of the ledger), or was not looked for")


class VerifiedShown(BaseModel):
    """What the server found when it held the file against its seal, the ledger and the evidence, offline."""

    valid: bool
    problem: str = Field(description="empty: none")
    key_known: bool = Field(description="whether the ledger beside the run has the key that signed")
    ledger: bool = Field(description="whether it was held against a ledger")
    certificates: int = Field(description="how many certificates the ledger still has retired and allotted for it")
    faults: list[str]


class PassportShown(BaseModel):
    """A signed passport: what it says in both languages, and whether it holds."""

    id: str
    identity: str = Field(description="park and batch", examples=["huolinguole/250602-1a-00001"])
    batch: str
    kind: Literal["demo", "metered"]
    issued: str
    verified: VerifiedShown
    scheme: str
    fingerprint: str = Field(description="of the public key that signed")
    hash: str
    signature: str
    code: str = Field(description="what the QR code says")
    sources: list[SourceShown]
    bins: list[BinShown]
    evidence: list[EvidenceShown]
    certificate_numbers: list[int] = Field(description="of the ledger, those that are printed")
    zh: PassportTexts
    en: PassportTexts


@router.get(
    "/runs/{run}/passports/{passport}",
    response_model=PassportShown,
    summary="A passport in both languages, held against its seal, the ledger and its evidence",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(OWN_OR_STAFF),
)
def read_passport(request: Request, visitor: Asking, run: RunId, passport: PassportId) -> Response:
    """Return what stands on a passport, and the result of the check that `holin verify` makes."""
    known = library_of(request).run(run)
    file, stamp = _file(known, passport)
    refuse_others(visitor, file, known)
    book = beside(known, LEDGER)

    def make() -> bytes:
        from holin.web.passport.shown import passport_shown

        with named_from(known):
            return json_bytes(passport_shown(file, known.path, book.path if book else None))

    return respond(request, visitor, make, "passport", known.seal, stamp, book.stamp if book else "", passport)


def file_said(what: str, media_type: str) -> dict[int | str, dict[str, Any]]:
    """Return how the API's description says that a route hands a file out."""
    return {200: {"description": what, "content": {media_type: {"schema": {}}}}, 304: UNCHANGED[304]}


@router.get(
    "/runs/{run}/passports/{passport}/file",
    summary="The passport's file, byte by byte as it was signed",
    responses=file_said("canonical JSON: hash, passport, signature", JSON) | problems(404, 409, 422),
    response_class=Response,
    **read_by(OWN_OR_STAFF, log="downloaded"),
)
def read_passport_file(request: Request, visitor: Asking, run: RunId, passport: PassportId) -> Response:
    """Return the file that `holin verify` checks; it is not read, only handed out."""
    known = library_of(request).run(run)
    file, stamp = _file(known, passport)
    refuse_others(visitor, file, known)
    answer = respond(request, visitor, file.read_bytes, "passport file", known.seal, stamp)
    answer.headers["Content-Disposition"] = f'inline; filename="{passport}.json"'
    return answer


@router.get(
    "/runs/{run}/passports/{passport}/code",
    summary="The passport's QR code as SVG",
    responses=file_said("a drawing", SVG) | problems(404, 409, 422),
    response_class=Response,
    **read_by(OWN_OR_STAFF),
)
def read_passport_code(request: Request, visitor: Asking, run: RunId, passport: PassportId) -> Response:
    """Return the code that is printed on the passport's paper: which passport, and the hash of its file.

    Where the server has accounts and knows its address, the code is that of the page that shows the passport to anyone.
    """
    entrance = request.app.state.entrance
    url = entrance.url if entrance is not None else ""
    known = library_of(request).run(run)
    file, stamp = _file(known, passport)
    refuse_others(visitor, file, known)

    def make() -> bytes:
        from holin.web.passport.shown import code_drawn

        with named_from(known):
            return code_drawn(file, url)

    return respond(request, visitor, make, "passport code", known.seal, stamp, url, media_type=SVG)


def _file(known: KnownRun, passport: str) -> tuple[File, str]:
    """Return the file of a passport and a hash of its state; raises HttpProblem (404) where there is none."""
    file = needed(known, PASSPORTS).path / f"{passport}.json"
    try:
        return file, stamp_of(file)
    except OSError as error:
        raise HttpProblem(404, "not-found", f"there is no passport {passport} beside {known.id}") from error
