"""The passport as a document: one dictionary of texts and whole numbers, every figure with unit, count and basis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from holin.passport.carbon import COUNTS, Carbon, decimal, per
from holin.passport.cbam import PRECURSORS, cbam
from holin.passport.figures import figure
from holin.passport.pact import Declared, pact
from holin.passport.sealed import FORMAT

BY_MASS = "mass balance: retired green energy / energy per tonne (after T/CNIA 0168)"

Words = dict[str, str]
"""Language (en, zh) -> text."""


@dataclass(frozen=True, kw_only=True)
class Product:
    """What the passport is of: a batch, or a lot made of one; masses in grams.

    `pieces` are (material, source, grams, declared t/t or empty, reference): product, scrap and loss together.
    `metal` says of the batch which metal it is (the allotment book has its hash); `path` leads from it to the lot.
    """

    batch: str
    name: Words
    form: str
    alloy: str
    cn_code: str
    grams: int
    scrap_grams: int
    loss_grams: int
    primary_grams: int
    unknown_grams: int
    made_s: int
    furnace: str
    customer: str
    pieces: Sequence[tuple[str, str, int, str, str]]
    metal: Mapping[str, Any]
    path: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Energy:
    """Whose energy: per source its id, names, kind, whether green, and Wh; `rows` by potline and hour."""

    sources: Sequence[tuple[str, Words, str, bool, int]]
    rows: Sequence[tuple[int, str, int, tuple[int, ...]]]
    cast_wh: int
    boundary: str
    cast_kwh_per_t: str
    cast_basis: str
    cast_reference: str

    @property
    def need_wh(self) -> int:
        """Return all of it: the pots' and that of casting."""
        return sum(wh for *_, wh in self.sources) + self.cast_wh


@dataclass(frozen=True, kw_only=True)
class Behind:
    """A retired certificate behind the batch: `entry` of the ledger retired it, `book_entry` allotted so much of it."""

    certificate: int
    device: str
    storage: str
    source_kind: str
    start_s: int
    wh: int
    of_wh: int
    method: str
    lot_kind: str
    entry: int
    entry_hash: str
    book_entry: int
    beneficiary: str


@dataclass(frozen=True, kw_only=True)
class Certificates:
    """What stands behind the batch: the ledger with its head, the book's entries by number (hash), the certificates.

    `part` of its whole energy is covered, exactly.
    """

    ledger: str
    operator: str
    head: int
    head_hash: str
    book_entries: Mapping[int, str]
    behind: Sequence[Behind]
    part: Fraction


@dataclass(frozen=True, kw_only=True)
class Context:
    """What all passports of a run share."""

    park: str
    park_name: Words
    stage: str
    kind: str
    synthetic: Words
    time_zone: str
    company: Words
    country: str
    scheme: str
    public_key: str
    issued_s: int
    factors: Sequence[Mapping[str, Any]]
    upstream: Mapping[str, str]
    evidence: Sequence[Mapping[str, str]]
    balance: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def document(
    context: Context, product: Product, energy: Energy, carbon: Carbon, certificates: Certificates | None
) -> dict[str, Any]:
    """Return the passport of a batch or lot."""
    identity = f"{context.park}/{product.batch}"
    bought = sum(grams for material, _, grams, *_ in product.pieces if material in PRECURSORS)
    return {
        "format": FORMAT,
        "id": identity,
        "kind": context.kind,
        "synthetic": dict(context.synthetic),
        "issued": stamp(context.issued_s),
        "time_zone": context.time_zone,
        "issuer": {
            "company": dict(context.company), "park": context.park, "park_name": dict(context.park_name),
            "stage": context.stage, "scheme": context.scheme, "public_key": context.public_key,
        },
        "product": _product(product),
        "mass": _mass(product, "synthetic" if context.kind == "demo" else "measured"),
        "energy": _energy(energy, product),
        "certificates": _certificates(certificates, energy),
        "green": _green(energy, product, certificates),
        "carbon": _carbon(carbon, product.grams, context),
        "cbam": cbam(carbon, code=product.cn_code, grams=product.grams, precursor_grams=bought),
        "pact": pact(carbon, product.grams, _declared(context, product, energy, identity), kind=context.kind),
        "balance": [dict(row) for row in context.balance],
        "evidence": [dict(item) for item in context.evidence],
    }  # fmt: skip


def stamp(second: int) -> str:
    """Return s (UTC) in ISO 8601."""
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%SZ}"


def kg(grams: int) -> str:
    """Return grams in kg."""
    return decimal(Fraction(grams, 1000), 3)


def mwh(wh: int) -> str:
    """Return Wh in MWh, exactly."""
    return decimal(Fraction(wh, 1_000_000), 6)


def _product(product: Product) -> dict[str, Any]:
    return {
        "batch": product.batch, "path": list(product.path), "name": dict(product.name), "form": product.form,
        "alloy": product.alloy, "cn_code": product.cn_code, "made": stamp(product.made_s), "furnace": product.furnace,
        "customer": product.customer,
    }  # fmt: skip


def _mass(product: Product, basis: str) -> dict[str, Any]:
    count = "weighed"
    return {
        "product": figure(kg(product.grams), "kg", count, basis),
        "scrap": figure(kg(product.scrap_grams), "kg", count, basis),
        "loss": figure(kg(product.loss_grams), "kg", count, basis),
        "primary": figure(kg(product.primary_grams), "kg", "mass balance", "derived"),
        "unknown": figure(kg(product.unknown_grams), "kg", "mass balance", "derived"),
        "inputs": [
            {"material": material, "source": source, "kg": kg(grams), "footprint_t_per_t": declared, "reference": where}
            for material, source, grams, declared, where in product.pieces
        ],
        "metal": dict(product.metal),
    }  # fmt: skip


def _energy(energy: Energy, product: Product) -> dict[str, Any]:
    whole = sum(wh for *_, wh in energy.sources)
    return {
        "boundary": energy.boundary,
        "pots": figure(mwh(whole), "MWh", "physical", "derived"),
        "casting": {
            **figure(mwh(energy.cast_wh), "MWh", "declared", energy.cast_basis),
            "kwh_per_t": energy.cast_kwh_per_t, "reference": energy.cast_reference,
        },
        "ac_per_t": figure(per(whole, product.primary_grams), "MWh/t", "physical", "derived"),
        "sources": [
            {"id": name, "name": dict(words), "kind": kind, "green": green,
             "energy": figure(mwh(wh), "MWh", "physical", "derived")}
            for name, words, kind, green, wh in energy.sources
        ],
        "hours": {
            "columns": ["hour", "potline", "grams", *(f"wh {name}" for name, *_ in energy.sources)],
            "unit": "Wh",
            "rows": [[stamp(start), line, grams, *wh] for start, line, grams, wh in energy.rows],
        },
    }  # fmt: skip


def _certificates(found: Certificates | None, energy: Energy) -> dict[str, Any] | None:
    if found is None:
        return None
    sums = {m: sum(b.wh for b in found.behind if b.method == m) for m in ("hourly", "monthly")}
    return {
        "ledger": found.ledger, "operator": found.operator,
        "head": {"entry": found.head, "hash": found.head_hash},
        "book_entries": {str(n): digest for n, digest in found.book_entries.items()},
        "hourly": figure(mwh(sums["hourly"]), "MWh", "certificates of the batch's own hours", "derived"),
        "monthly": figure(mwh(sums["monthly"]), "MWh", "certificates of the same month, by mass balance", "derived"),
        "rows": [
            {"certificate": b.certificate, "device": b.device, "storage": b.storage, "source_kind": b.source_kind,
             "hour": stamp(b.start_s), "wh": b.wh, "of_wh": b.of_wh, "method": b.method, "lot_kind": b.lot_kind,
             "entry": b.entry, "entry_hash": b.entry_hash, "book_entry": b.book_entry, "beneficiary": b.beneficiary}
            for b in found.behind
        ],
    }  # fmt: skip


def _green(energy: Energy, product: Product, found: Certificates | None) -> dict[str, Any]:
    need, pots = energy.need_wh, energy.need_wh - energy.cast_wh
    physical = sum(wh for _, _, _, green, wh in energy.sources if green)
    covered = sum(b.wh for b in found.behind) if found else 0
    hourly = sum(b.wh for b in found.behind if b.method == "hourly") if found else 0
    green_grams = int(product.primary_grams * found.part) if found else 0
    return {
        "physical_share": figure(per(physical, pots, 4), "1", "physical, hour by hour", "derived"),
        "certified_share": figure(per(covered, need, 4), "1", "certificates retired", "derived"),
        "certified_hourly_share": figure(per(hourly, need, 4), "1", "certificates of its own hours", "derived"),
        "metal": figure(kg(green_grams), "kg", BY_MASS, "derived"),
        "need": figure(mwh(need), "MWh", "physical", "derived"),
    }  # fmt: skip


def _carbon(carbon: Carbon, grams: int, context: Context) -> dict[str, Any]:
    def by_count(amounts: Mapping[str, int]) -> dict[str, Any]:
        return {c: figure(per(amounts[c], grams), "t/t", c, "derived") for c in COUNTS}

    upstream = per(carbon.upstream, grams) if carbon.upstream is not None else ""
    return {
        "unit": "t CO2e per tonne of product",
        "gate": by_count(carbon.gate),
        "scope_1": by_count(carbon.scope_1),
        "scope_2": by_count(carbon.scope_2),
        "parts": {
            "anodes": figure(per(carbon.anodes, grams), "t/t", "process", "derived"),
            "pfc": figure(per(carbon.pfc, grams), "t/t", "process, by AR4", "derived"),
            "own_power": by_count(carbon.own_power),
            "bought_power": by_count(carbon.bought_power),
            "casting": by_count(carbon.casting),
        },
        "upstream": {
            **figure(upstream, "t/t", "declared", context.upstream["basis"]),
            "reference": context.upstream["reference"],
        },
        "inputs": figure(per(carbon.inputs, grams), "t/t", "declared by suppliers", "published"),
        "without_figure": figure(kg(carbon.unknown_grams), "kg", "metal whose carbon nobody declares", "derived"),
        "cradle": by_count(carbon.cradle) if carbon.cradle else None,
        "factors": [dict(f) for f in context.factors],
    }  # fmt: skip


def _declared(context: Context, product: Product, energy: Energy, identity: str) -> Declared:
    hours = [start for start, *_ in energy.rows] or [product.made_s]
    return Declared(
        identity=identity, park=context.park, batch=product.batch, company=context.company["en"] or context.park,
        product=product.name["en"], description=f"{product.name['en']}, batch {product.batch}", code=product.cn_code,
        created=stamp(context.issued_s), start=stamp(min(hours)), end=stamp(max(product.made_s, max(hours) + 3600)),
        country=context.country,
    )  # fmt: skip
