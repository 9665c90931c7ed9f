"""Sealing a passport and holding one against its seal: every character counts."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from holin.signing import SCHEMES, Scheme, canonical, scheme_of

FORMAT = "holin-passport-1"
PARTS = {"hash", "passport", "signature"}
HEX = re.compile("[0-9a-f]+")


def sealed(passport: dict[str, Any], scheme: Scheme, private: bytes) -> bytes:
    """Return the file of a passport: canonical JSON of the passport, its hash and the signature of that, one line.

    The passport names the scheme and holds the public key, which the signature covers.
    """
    content = canonical(passport)
    digest = scheme.digest(content)
    signature = scheme.sign(private, digest.encode())
    return b'{"hash":"%b","passport":%b,"signature":"%b"}\n' % (digest.encode(), content, signature.encode())


@dataclass(frozen=True, kw_only=True)
class Seal:
    """What a check of a file found: `passport` is None and `problem` says why where it is not as it was signed.

    `problem` is a key: not_json, not_canonical, not_passport, hash, signature, key.
    """

    passport: dict[str, Any] | None
    hash: str
    problem: str
    at: int | None = None


def seal_of(content: bytes, *, public_key: str | None = None) -> Seal:
    """Hold a file against its seal, with the key that is known from elsewhere, or only the one that it carries.

    Any changed, added or missing character is found: the file must be the one canonical writing of what it says (so
    neither blanks nor the order of keys nor an escape can differ), the hash that of the passport, the signature that of
    the hash.
    """
    try:
        said = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        return _wrong("not_json", getattr(error, "pos", None))
    if not isinstance(said, dict) or set(said) != PARTS or not isinstance(said["passport"], dict):
        return _wrong("not_passport")
    try:
        written = canonical(said) + b"\n"
    except (TypeError, UnicodeEncodeError):
        return _wrong("not_canonical")
    if written != content:
        same = next((k for k, (a, b) in enumerate(zip(written, content, strict=False)) if a != b), None)
        return _wrong("not_canonical", min(len(written), len(content)) if same is None else same)
    passport, digest, signature = said["passport"], said["hash"], said["signature"]
    issuer = passport.get("issuer")
    if not isinstance(issuer, dict) or not isinstance(issuer.get("public_key"), str):
        return _wrong("not_passport")
    if not isinstance(digest, str) or not isinstance(signature, str) or passport.get("format") != FORMAT:
        return _wrong("not_passport")
    if not isinstance(issuer.get("scheme"), str) or issuer["scheme"] not in SCHEMES:
        return _wrong("not_passport")
    scheme = scheme_of(issuer["scheme"])
    if scheme.digest(canonical(passport)) != digest:
        return _wrong("hash")
    if public_key is not None and issuer["public_key"].strip() != public_key.strip():
        return _wrong("key")
    if not HEX.fullmatch(signature) or not scheme.is_signed(issuer["public_key"], digest.encode(), signature):
        return _wrong("signature")
    return Seal(passport=passport, hash=digest, problem="")


def fingerprint(public_key: str) -> str:
    """Return the first 16 hexadecimal digits of a public key's SHA-256: what people compare."""
    return hashlib.sha256(public_key.strip().encode()).hexdigest()[:16]


def qr_text(identity: str, digest: str) -> str:
    """Return what the printed code says: which passport, and the hash that its file must have."""
    return f"holin:passport:{identity}:{digest}"


def _wrong(problem: str, at: int | None = None) -> Seal:
    return Seal(passport=None, hash="", problem=problem, at=at)
