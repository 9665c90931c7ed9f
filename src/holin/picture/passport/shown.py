"""Page and paper beside the file of a passport, in both languages. Here, so that a process that draws loads no more."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from holin.picture.paper import qr_svg
from holin.picture.passport.page import passport_page
from holin.picture.passport.paper import passport_paper

LANGUAGES = ("zh", "en")
MASK = 3


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """The file of a sealed passport, and what the code on its paper says."""

    file: Path
    code: str


def write_shown(sealed: tuple[Sealed, ...], html: bool, pdf: bool) -> None:
    """Write page and paper of each passport beside its file: NAME.zh.html, NAME.en.pdf and so on."""
    for one in sealed:
        for suffix, shown in shown_passport(one, html=html, pdf=pdf):
            one.file.with_suffix(f".{suffix}").write_bytes(shown)


def shown_passport(one: Sealed, *, html: bool = True, pdf: bool = True) -> Iterable[tuple[str, bytes]]:
    """Yield page and paper of a sealed passport in both languages, by the ending of their file."""
    if not (html or pdf):
        return
    said = json.loads(one.file.read_bytes())
    passport = said["passport"]
    key = passport["issuer"]["public_key"].strip().encode()
    seal = {
        "digest": said["hash"], "signature": said["signature"], "code": one.code, "qr": qr_svg(one.code, mask=MASK),
        "fingerprint": hashlib.sha256(key).hexdigest()[:16],
    }  # fmt: skip
    for language in LANGUAGES:
        if html:
            yield f"{language}.html", passport_page(passport, language=language, **seal).encode()
        if pdf:
            yield f"{language}.pdf", passport_paper(passport, language=language, **seal)
