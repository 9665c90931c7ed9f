"""A passport's file as the API shows it: the printed page's own words and figures, and the result of the check."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from holin.web.answers import Label
from holin.web.passport.listed import BinShown, EvidenceShown, PassportShown, PassportTexts, SourceShown, VerifiedShown
from holin.web.problems import HttpProblem

WORDS = (
    "energy", "energy_note", "certificates", "certificates_note", "no_certificates", "carbon", "per_t", "counts_note",
    "metal", "material", "from", "declared", "cbam", "cbam_note", "factors", "methods", "method_1", "method_2",
    "method_3", "evidence", "file", "signature", "hash", "key", "check", "market", "location", "traced", "source",
    "kind", "green", "share", "more", "sealed",
)  # fmt: skip
MASK = 3
"""The printed codes' own; drawn alike here."""


def passport_shown(file: Path, run: Path, ledger: Path | None) -> PassportShown:
    """Return a passport in both languages with the result of its check against ledger and evidence, if there are.

    Raises HttpProblem (409) where the file is no passport at all.
    """
    from holin.passport import fingerprint, qr_text
    from holin.picture.passport import texts_of
    from holin.twin import verify_passport

    said, passport = _read(file)
    told = verify_passport(file, address=ledger, evidence=run)
    seen = {language: texts_of(passport, language, WORDS) for language in ("zh", "en")}
    return PassportShown(
        id=file.stem, identity=passport["id"], batch=passport["product"]["batch"], kind=passport["kind"],
        issued=passport["issued"], verified=_verified(told), scheme=passport["issuer"]["scheme"],
        fingerprint=fingerprint(passport["issuer"]["public_key"]), hash=said["hash"], signature=said["signature"],
        code=qr_text(passport["id"], said["hash"]), sources=_sources(passport, seen), bins=_bins(seen["zh"]),
        evidence=_evidence(passport, told),
        certificate_numbers=[int(row[0]) for row in (seen["zh"]["certificates"] or {"rows": []})["rows"]],
        zh=_texts(seen["zh"]), en=_texts(seen["en"]),
    )  # fmt: skip


def code_drawn(file: Path, url: str = "") -> bytes:
    """Return the QR code of a passport as SVG: what its paper says, or the address at which a server shows it."""
    from holin.passport import qr_text
    from holin.picture.paper import qr_svg

    said, passport = _read(file)
    code = f"{url}/#/passport/{said['hash']}" if url else qr_text(passport["id"], said["hash"])
    return qr_svg(code, mask=MASK).encode()


def _read(file: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        said = json.loads(file.read_bytes())
        passport = said["passport"]
        passport["issuer"]["public_key"], passport["product"]["batch"], said["hash"], said["signature"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HttpProblem(409, "damaged", f"{file.name} is no passport as Holin writes it") from error
    return said, passport


def _verified(told: Mapping[str, Any]) -> VerifiedShown:
    ledger = told["ledger"] or {"certificates": 0, "faults": []}
    faults = [*ledger["faults"], *(e["name"] for e in told["evidence"] or [] if not e["same"])]
    return VerifiedShown(
        valid=told["valid"], problem=told["problem"], key_known=told["key_known"], ledger=told["ledger"] is not None,
        certificates=ledger["certificates"], faults=faults,
    )  # fmt: skip


def _sources(passport: Mapping[str, Any], seen: Mapping[str, Any]) -> list[SourceShown]:
    kinds = [s["kind"] for s in passport["energy"]["sources"]]
    return [
        SourceShown(
            id=zh["id"], name=Label(en=en["name"], zh=zh["name"]), kind=kind, green=bool(zh["green"]),
            kind_label=Label(en=en["kind"], zh=zh["kind"]), mwh=zh["mwh"], percent=zh["percent"], share=zh["share"],
        )
        for kind, zh, en in zip(kinds, seen["zh"]["sources"], seen["en"]["sources"], strict=True)
    ]  # fmt: skip


def _bins(seen: Mapping[str, Any]) -> list[BinShown]:
    return [BinShown(**{n: b[n] for n in ("label", "mwh", "height")}, parts=b["shares"]) for b in seen["bins"]]


def _evidence(passport: Mapping[str, Any], told: Mapping[str, Any]) -> list[EvidenceShown]:
    held = {e["name"]: e["same"] for e in told["evidence"] or []}
    return [
        EvidenceShown(name=e["name"], what=e["what"], sha256=e["sha256"], same=held.get(e["name"]))
        for e in passport["evidence"]
    ]


def _texts(seen: Mapping[str, Any]) -> PassportTexts:
    behind = seen["certificates"] or {"facts": [], "head": [], "rows": [], "more": 0, "ledger": ""}
    plain = (
        "title",
        "banner",
        "company",
        "name",
        "facts",
        "big",
        "carbon",
        "energy_facts",
        "cbam",
        "inputs",
        "factors",
    )
    return PassportTexts(
        **{n: seen[n] for n in plain}, words=seen["words"], certificate_facts=behind["facts"],
        certificate_head=behind["head"], certificates=behind["rows"], certificates_more=behind["more"],
        ledger=behind["ledger"],
    )  # fmt: skip
