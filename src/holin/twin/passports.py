"""Passports of batches and lots: what stands in them, sealed with the ledger's key or another."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from holin import ledger
from holin.batches import Allotted, BatchShare, Book, LotShare, part_of, part_of_amount
from holin.errors import ARGUMENT, BadInput, Fault
from holin.park import things_of
from holin.passport import cn_code, decimal, sealed
from holin.passport.document import Behind, Certificates, Context, Energy, Product, document
from holin.signing import scheme_of
from holin.store import sha256_of
from holin.twin.batch_green import ALLOTMENTS, book_of, file_of_book, of_one_kind
from holin.twin.batches import BatchesOfRun, carbon_of, energy_of

FORMS = {
    "liquid": ("Liquid aluminium", "铝液"), "ingot": ("Aluminium ingot", "铝锭"), "slab": ("Rolling slab", "轧制扁锭"),
    "billet": ("Extrusion billet", "挤压圆铸锭"), "rod": ("Wire rod", "铝杆"),
}  # fmt: skip


TRIAL = b"holin"
"""What a key signs to show that it fits its scheme: OpenSSL reads a key of RSA as well, and fails at the passport."""


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Who signs: the scheme, the private key and the public one."""

    scheme: str
    private: bytes
    public: str


@dataclass(frozen=True, kw_only=True)
class Issuing:
    """A run's batches with all that their passports share, and the book of allotments if there is one."""

    found: BatchesOfRun
    context: Context
    signer: Signer
    names: Mapping[str, dict[str, str]]
    book: Book | None
    ledger: Mapping[str, Any] | None


def passports(
    found: BatchesOfRun,
    batches: Iterable[str] = (),
    *,
    address: str | Path | None = None,
    key: Path | None = None,
    now: int | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Yield the sealed passport of each batch or lot named (all batches where none is), by its id.

    With the ledger at `address` what its book allotted stands in them, and its key signs unless `key` names another one
    (an Ed25519 or SM2 private key, PEM). Raises BadInput for an unknown batch, or where nothing can sign.
    """
    names = list(batches) or list(found.account.batches)
    for name in names:
        if name not in found.account.lots:
            found.batch(name)
    moment = int(time.time()) if now is None else now
    with ExitStack() as stack:
        issuing = _issuing(found, address, key, moment, stack)
        scheme = scheme_of(issuing.signer.scheme)
        for count, name in enumerate(names, 1):
            yield name, sealed(passport(issuing, name), scheme, issuing.signer.private)
            if on_progress is not None and count % 50 == 0:
                on_progress(count / len(names))


def _issuing(found: BatchesOfRun, address: str | Path | None, key: Path | None, now: int, stack: ExitStack) -> Issuing:
    book, told, signer = None, None, None
    if address is not None:
        opened = stack.enter_context(ledger.opened(address))
        of_one_kind(found, opened)
        last = opened.database.rows("SELECT number, hash FROM entry ORDER BY number DESC LIMIT 1")
        told = {
            "ledger": opened.facts.id, "operator": opened.facts.operator, "head": last[0][0], "head_hash": last[0][1],
        }  # fmt: skip
        if file_of_book(opened).is_file() or ledger.anchored(opened, ALLOTMENTS):
            book = stack.enter_context(book_of(opened, make=False))
        if key is None:
            facts = opened.facts
            signer = Signer(scheme=facts.scheme, private=ledger.private_key(opened), public=facts.public_key)
    if key is not None:
        signer = signer_of(key)
    if signer is None:
        right = "name the ledger (--ledger), whose key signs, or a private key (--key FILE)"
        raise BadInput([Fault(file=ARGUMENT, field="key", problem="nothing signs the passport", right=right)])
    context = _context(found, signer, told, now)
    names = {
        thing.id: {"en": thing.name or thing.name_zh or thing.id, "zh": thing.name_zh or thing.name or thing.id}
        for _, thing in things_of(found.park)
    }
    return Issuing(found=found, context=context, signer=signer, names=names, book=book, ledger=told)


def signer_of(key: Path) -> Signer:
    """Return who signs with a private key in a PEM file: Ed25519, else SM2; raises BadInput where it is neither."""
    if not key.is_file():
        right = "make one: openssl genpkey -algorithm ed25519 -out key.pem"
        raise BadInput([Fault(file=str(key), problem="no such key file", right=right)])
    private = key.read_bytes()
    for name in ("sha256-ed25519", "sm3-sm2"):
        scheme = scheme_of(name)
        try:
            public = scheme.public_key(private)
            fits = scheme.is_signed(public, TRIAL, scheme.sign(private, TRIAL))
        except (ValueError, TypeError, BadInput):
            continue
        if fits:
            return Signer(scheme=name, private=private, public=public)
    right = "give an Ed25519 or SM2 private key in PEM, without a password"
    raise BadInput([Fault(file=str(key), problem="is no private key that Holin can sign with", right=right)])


def _context(found: BatchesOfRun, signer: Signer, told: Mapping[str, Any] | None, now: int) -> Context:
    facts, production = found.park.facts, found.production.facts
    evidence = [{"name": "manifest.json", "what": "run", "sha256": sha256_of(found.run.folder / "manifest.json")}]
    evidence += [{"name": n, "what": "production records", "sha256": d} for n, d in found.production.sources]
    if told is not None:
        evidence.append(
            {
                "name": f"ledger {told['ledger']} entry {told['head']}",
                "what": "ledger head",
                "sha256": told["head_hash"],
            }
        )
    return Context(
        park=facts.id, park_name={"en": facts.name or facts.id, "zh": facts.name_zh or facts.name or facts.id},
        stage=found.stage.name, kind=found.kind,
        synthetic={"en": facts.synthetic or "", "zh": facts.synthetic_zh or facts.synthetic or ""},
        time_zone=facts.time_zone, company={"en": production.company, "zh": production.company_zh}, country="CN",
        scheme=signer.scheme, public_key=signer.public, issued_s=now, factors=[_factor(c) for c in found.factors],
        upstream={"basis": production.upstream_basis, "reference": production.upstream_reference}, evidence=evidence,
        balance=[
            {"place": b.place, "month": b.month, "opening_g": b.opening, "in_g": b.into, "out_g": b.out,
             "loss_g": b.loss, "closing_g": b.closing, "counted_g": b.counted}
            for b in found.account.balances
        ],
    )  # fmt: skip


def _factor(chosen: Any) -> dict[str, Any]:
    factor = chosen.factor
    return {
        "method": factor.method, "value": repr(float(factor.t_per_mwh)), "unit": "t/MWh", "region": factor.region or "",
        "year": factor.year, "for_year": chosen.year, "basis": str(factor.basis), "reference": factor.reference or "",
        "name": {"en": factor.name or factor.id, "zh": factor.name_zh or factor.name or factor.id},
    }  # fmt: skip


def passport(issuing: Issuing, name: str) -> dict[str, Any]:
    """Return the passport of a batch or lot, not yet sealed."""
    found = issuing.found
    lot = found.account.lots.get(name)
    share = found.account.batches[lot.batch if lot else name]

    def part(amount: int) -> int:
        return part_of_amount(amount, lot) if lot else amount

    whole = energy_of(found, share)
    behind = found.allotted(share, issuing.book)
    covered = sum(row.wh for row, _ in behind)
    if covered > whole.coverable_wh:
        problem = "more retired energy is allotted to it than its metal took in this run"
        right = "use the run of the time of the allotment; what was metered since is settled by `holin reconcile`"
        raise BadInput([Fault(file="batch.csv", field="id", value=share.cast.batch.id, problem=problem, right=right)])
    carbon, energy = carbon_of(found, share, covered), _energy(issuing, share, part)
    certificates = None
    if issuing.ledger:
        of = Fraction(covered, whole.wh + whole.cast_wh) if covered else Fraction(0)
        rows = _within([row._replace(wh=part(row.wh)) for row, _ in behind], energy.need_wh)
        certificates = _certificates(issuing, list(zip(rows, [n for _, n in behind], strict=True)), of)
    product = _product(issuing, share, lot, part)
    context = _in_month(issuing.context, share)
    return document(context, product, energy, carbon.part(part) if lot else carbon, certificates)


def _within(rows: Sequence[Allotted], need_wh: int) -> list[Allotted]:
    """Return a lot's parts of what is allotted, no more together than it needs: both are rounded, and may differ."""
    over = sum(r.wh for r in rows) - need_wh
    made = []
    for row in rows:
        less = max(0, min(over, row.wh))
        over -= less
        made.append(row._replace(wh=row.wh - less))
    return made


def _in_month(context: Context, share: BatchShare) -> Context:
    """Return the context with the balances of the batch's furnace and potlines in its month only."""
    batch = share.cast.batch
    month = f"{datetime.fromtimestamp(batch.time_s, ZoneInfo(context.time_zone)):%Y-%m}"
    places = {batch.furnace, *(s.potline for s in share.cast.spans)}
    rows = [r for r in context.balance if r["month"] == month and r["place"] in places]
    return replace(context, balance=rows)


def _product(issuing: Issuing, share: BatchShare, lot: LotShare | None, part: Callable[[int], int]) -> Product:
    batch, cast = share.cast.batch, share.cast
    whole = sum(p.grams for p in cast.pieces)
    english, chinese = FORMS[batch.form.value]
    name = {"en": f"{english} {batch.alloy}", "zh": f"{chinese} {batch.alloy}"}
    code, grams, made = cn_code(batch.form.value, batch.alloy), batch.grams, batch.time_s
    primary = part_of(batch.grams, 0, share.traced_grams, whole)
    if lot:
        name = {"en": f"{lot.lot.product}, {batch.alloy}", "zh": f"{lot.lot.product}，{batch.alloy}"}
        code, grams, made = lot.lot.cn_code or code, lot.lot.grams, lot.lot.time_s
        primary = part_of(grams, 0, share.traced_grams, whole)
    pieces = [part(p.grams) for p in cast.pieces]
    scrap = lot.scrap_grams if lot else 0
    return Product(
        batch=lot.lot.id if lot else batch.id, name=name, form=batch.form.value, alloy=batch.alloy, cn_code=code,
        grams=grams, scrap_grams=scrap, loss_grams=sum(pieces) - grams - scrap, primary_grams=primary,
        unknown_grams=part(share.unknown_grams), made_s=made, furnace=batch.furnace, customer=batch.customer,
        pieces=[
            (p.material, p.source, grams, "" if p.footprint is None else decimal(p.footprint, 3), p.reference)
            for p, grams in zip(cast.pieces, pieces, strict=True)
        ],
        metal=issuing.found.metal(share), path=lot.path if lot else (),
    )  # fmt: skip


def _energy(issuing: Issuing, share: BatchShare, part: Callable[[int], int]) -> Energy:
    found = issuing.found
    energy, facts = energy_of(found, share), found.production.facts
    used = [k for k, wh in enumerate(energy.by_source) if wh]
    rows = [
        (start, line, part(grams), tuple(part(int(values[k])) for k in used))
        for start, line, grams, values in zip(
            share.share.start_s.tolist(), share.share.potline, share.share.grams.tolist(), share.share.values,
            strict=True,
        )
    ]  # fmt: skip
    sources = [
        (found.sources[k], issuing.names.get(found.sources[k], {"en": found.sources[k], "zh": found.sources[k]}),
         found.source_kinds[k], found.green[k], sum(row[3][place] for row in rows))
        for place, k in enumerate(used)
    ]  # fmt: skip
    return Energy(
        sources=sources, rows=rows, cast_wh=part(energy.cast_wh), boundary=facts.boundary.value,
        cast_kwh_per_t=decimal(facts.cast_kwh_per_t, 1), cast_basis=facts.cast_basis,
        cast_reference=facts.cast_reference,
    )  # fmt: skip


def _certificates(issuing: Issuing, behind: Sequence[tuple[Allotted, int]], part: Fraction) -> Certificates:
    assert issuing.ledger is not None
    rows = []
    for row, number in behind:
        said = json.loads(row.detail)
        rows.append(
            Behind(
                certificate=row.certificate, device=row.device, storage=said["storage"],
                source_kind=said["source_kind"], start_s=row.start_s, wh=row.wh, of_wh=row.of_wh,
                method=row.method, lot_kind=said["lot_kind"], entry=said["entry"], entry_hash=said["entry_hash"],
                book_entry=number, beneficiary=said["beneficiary"],
            )
        )  # fmt: skip
    entries = {}
    for number in sorted({n for _, n in behind}):
        entry = issuing.book.entry(number) if issuing.book else None
        entries[number] = entry.hash if entry else ""
    told = issuing.ledger
    return Certificates(
        ledger=told["ledger"], operator=told["operator"], head=told["head"], head_hash=told["head_hash"],
        book_entries=entries, behind=rows, part=part,
    )  # fmt: skip
