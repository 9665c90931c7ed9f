"""Holding a passport against its seal, a known key, the ledger, the evidence, and the code on its paper."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from holin import ledger
from holin.batches import check_book, metal_hash
from holin.errors import BadInput, CheckFailed, Fault
from holin.passport import Seal, fingerprint, qr_text, seal_of
from holin.twin.batch_green import book_of


def verify_passport(
    file: str | Path,
    *,
    key: Path | None = None,
    address: str | Path | None = None,
    evidence: Path | None = None,
    code: str | None = None,
) -> dict[str, Any]:
    """Return what a check of a passport finds; `valid` is whether all that was asked for holds.

    `key` is a public key (PEM) known from elsewhere; `address` the ledger, which must have every certificate retired
    and allotted still; `evidence` a folder whose files must have the hashes that the passport names; `code` the text of
    the code printed on a paper. Without `key` and ledger the seal is only held against the key that the passport
    carries: it says that nothing was changed, not by whom it was made (`key_known`).
    With either, a passport signed by another key is not valid. Needs no network.
    """
    path = Path(file)
    if not path.is_file():
        right = "give the .json file of the passport; a printed paper is checked by its code: --code"
        raise BadInput([Fault(file=str(file), problem="no such file", right=right)])
    content = path.read_bytes()
    known = None if key is None else public_key_in(key)
    seal = seal_of(content, public_key=known)
    told: dict[str, Any] = {
        "file": str(file), "valid": seal.passport is not None, "problem": seal.problem, "at": seal.at,
        "key_known": known is not None and seal.passport is not None, "ledger": None, "evidence": None, "code": None,
    }  # fmt: skip
    if seal.passport is None:
        return told
    try:
        return _held(seal, told, address, evidence, code, asked_who=key is not None or address is not None)
    except (KeyError, TypeError, AttributeError, ValueError):
        # Sealed whole, and no passport as Holin writes it: whoever signed it, it is not valid.
        return told | {"valid": False, "problem": "not_passport", "key_known": False}


def _held(
    seal: Seal,
    told: dict[str, Any],
    address: str | Path | None,
    evidence: Path | None,
    code: str | None,
    *,
    asked_who: bool,
) -> dict[str, Any]:
    """Return what was told with the passport's facts, held against all that was asked for."""
    passport = seal.passport
    assert passport is not None
    issuer = passport["issuer"]
    told = told | {
        "id": passport["id"], "kind": passport["kind"], "hash": seal.hash, "issued": passport["issued"],
        "company": issuer["company"], "fingerprint": fingerprint(issuer["public_key"]), "scheme": issuer["scheme"],
        "public_key": issuer["public_key"], "batch": _batch_of(passport),
        "lot": bool(passport["product"]["path"]),
    }  # fmt: skip
    if address is not None:
        told["ledger"], told["key_known"] = _ledger(passport, address, told["key_known"])
    if evidence is not None:
        told["evidence"] = _evidence(passport, evidence)
    if code is not None:
        told["code"] = _code(seal, code)
    wrong = [*(told["ledger"] or {}).get("faults", []), *[e for e in told["evidence"] or [] if not e["same"]]]
    told["valid"] = not wrong and told["code"] in (None, True) and (told["key_known"] or not asked_who)
    return told


def public_key_in(file: Path) -> str:
    """Return the public key in a PEM file; raises BadInput where there is none."""
    if not file.is_file():
        right = "give the issuer's public key as a PEM file; `holin certificates show --json` prints a ledger's"
        raise BadInput([Fault(file=str(file), problem="no such key file", right=right)])
    text = file.read_text(encoding="utf-8", errors="replace")
    if "PUBLIC KEY" not in text:
        right = "give the public key (BEGIN PUBLIC KEY); a private key is never needed to verify"
        raise BadInput([Fault(file=str(file), problem="is no public key", right=right)])
    return text


def _ledger(passport: Mapping[str, Any], address: str | Path, known: bool) -> tuple[dict[str, Any], bool]:
    """Return what the ledger says of the passport's certificates, and whether its key is the passport's."""
    said = passport["certificates"]
    faults: list[str] = []
    with ledger.opened(address) as book:
        known = known or passport["issuer"]["public_key"] == book.facts.public_key
        if said is None:
            return {"certificates": 0, "faults": ["no_certificates"]}, known
        if said["ledger"] != book.facts.id:
            return {"certificates": len(said["rows"]), "faults": ["other_ledger"]}, known
        faults += _entries(said, book)
        faults += _retired(said, book)
        if said["rows"]:
            faults += _allotted(passport, book)
    return {"certificates": len(said["rows"]), "faults": sorted(set(faults))}, known


def _entries(said: Mapping[str, Any], book: ledger.Ledger) -> list[str]:
    found = book.database.rows("SELECT hash FROM entry WHERE number = ?", (said["head"]["entry"],))
    return [] if found and found[0][0] == said["head"]["hash"] else ["head"]


def _retired(said: Mapping[str, Any], book: ledger.Ledger) -> list[str]:
    there = ledger.still_retired(book, {row["certificate"] for row in said["rows"]})
    faults = []
    for row in said["rows"]:
        expected = ("retired", row["beneficiary"], row["of_wh"], row["entry"], row["entry_hash"])
        if there.get(row["certificate"]) != expected:
            faults.append(f"certificate {row['certificate']}")
    return faults


def _batch_of(passport: Mapping[str, Any]) -> str:
    """Return the batch that a passport is of, or that its lot was made of: what certificates are allotted to."""
    product = passport["product"]
    return str(product["path"][0] if product["path"] else product["batch"])


def _allotted(passport: Mapping[str, Any], book: ledger.Ledger) -> list[str]:
    product, said, batch = passport["product"], passport["certificates"], _batch_of(passport)
    try:
        with book_of(book, make=False) as allotments:
            check_book(allotments)
            faults = [
                f"allotment {number}"
                for number, digest in said["book_entries"].items()
                if (entry := allotments.entry(int(number))) is None or entry.hash != digest
            ]
            behind = allotments.of_batch(batch)
            mass = passport["mass"]
            metal = metal_hash(mass["metal"])
            same = product["path"] or Decimal(mass["product"]["value"]) == Decimal(mass["metal"]["kg"])
            faults += ["other_metal"] if not same or any(a.metal != metal for a, _ in behind) else []
            there = {(a.certificate, number, a.method): a.wh for a, number in behind}
    except BadInput:
        return ["book_missing"]
    except CheckFailed:
        return ["book_damaged"]
    part = bool(product["path"])
    for row in said["rows"]:
        wh = there.get((row["certificate"], row["book_entry"], row["method"]))
        if wh is None or row["wh"] > wh or (not part and row["wh"] != wh):
            faults.append(f"certificate {row['certificate']}")
    return faults


def _evidence(passport: Mapping[str, Any], folder: Path) -> list[dict[str, Any]]:
    """Hold the files of a folder against the hashes that the passport names; entries of the ledger are no files."""
    if not folder.is_dir():
        raise BadInput([Fault(file=str(folder), problem="no such folder", right="name the folder of the evidence")])
    wanted = [e for e in passport["evidence"] if not e["name"].startswith("ledger ")]
    there: dict[str, list[Path]] = {}
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        there.setdefault(file.name, []).append(file)
    told = []
    for item in wanted:
        hashes = [hashlib.sha256(f.read_bytes()).hexdigest() for f in there.get(item["name"], [])]
        told.append({**item, "found": bool(hashes), "same": item["sha256"] in hashes})
    return told


def _code(seal: Seal, code: str) -> bool:
    assert seal.passport is not None
    return code.strip() == qr_text(seal.passport["id"], seal.hash)
