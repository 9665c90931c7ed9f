"""The passport as a PDF paper, set by typst."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holin.picture.paper import printed
from holin.picture.passport.view import view_of
from holin.picture.texts import spoken, text

WORDS = (
    "energy", "energy_note", "certificates", "certificates_note", "no_certificates", "carbon", "per_t", "counts_note",
    "metal", "material", "from", "declared", "cbam", "cbam_note", "factors", "methods", "method_1", "method_2",
    "method_3", "evidence", "file", "signature", "hash", "key", "check", "market", "location", "traced", "source",
    "kind", "green", "share", "more",
)  # fmt: skip


def passport_paper(
    passport: Mapping[str, Any], *, digest: str, signature: str, fingerprint: str, code: str, qr: str, language: str
) -> bytes:
    """Return the PDF of a signed passport in a language; `code` is what its QR code (SVG) says."""
    speech = spoken(language)
    seen = view_of(passport, speech)
    demo = f"{text('pass.demo', speech)} · " if passport["kind"] == "demo" else ""
    sealed = (text("pass.sealed", speech), f"{fingerprint} · {digest[:16]}…")
    data: dict[str, Any] = {
        **seen, "language": speech, "issuer": seen["company"], "issued": passport["issued"][:10], "sealed": sealed,
        "title": f"{seen['title']} {seen['id']}", "heading": seen["title"],
        "footer": f"{demo}{seen['id']} · {digest[:16]}…", "digest": digest,
        "signature": [signature[k : k + 64] for k in range(0, len(signature), 64)],
        "fingerprint": fingerprint, "code": code, "qr": qr, "words": {w: text(f"pass.{w}", speech) for w in WORDS},
    }  # fmt: skip
    return printed("passport", data)
