"""Passports as files: the signed JSON, a page and a paper of each in both languages; whole, or nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from holin.passport import fingerprint, qr_text
from holin.picture.paper import qr_svg
from holin.picture.passport import passport_page, passport_paper
from holin.store import new_folder
from holin.twin.batches import BatchesOfRun
from holin.twin.passports import passports

UNSAFE = re.compile(r"[^\w.\-]")
LANGUAGES = ("zh", "en")


def passport_files(
    found: BatchesOfRun,
    folder: str | Path,
    batches: Iterable[str] = (),
    *,
    address: str | Path | None = None,
    key: Path | None = None,
    html: bool = True,
    pdf: bool = True,
    now: int | None = None,
    on_progress: Callable[[str, float], None] | None = None,
) -> list[dict[str, Any]]:
    """Write the passports of batches or lots (all batches where none is named) into a new folder; return what was.

    `ID.json` is the passport; `ID.zh.html`, `ID.en.html`, `ID.zh.pdf` and `ID.en.pdf` show it.
    """
    say = on_progress or (lambda what, share: None)
    say("passports", 0.0)
    written = []
    with new_folder(folder) as draft:
        for name, content in passports(
            found, batches, address=address, key=key, now=now, on_progress=lambda share: say("passports", share)
        ):
            stem = UNSAFE.sub("-", name)
            (draft / f"{stem}.json").write_bytes(content)
            for suffix, shown in shown_passport(content, html=html, pdf=pdf):
                (draft / f"{stem}.{suffix}").write_bytes(shown)
            said = json.loads(content)
            written.append({"id": said["passport"]["id"], "file": f"{stem}.json", "hash": said["hash"]})
    say("passports", 1.0)
    return written


def shown_passport(content: bytes, *, html: bool = True, pdf: bool = True) -> Iterable[tuple[str, bytes]]:
    """Yield page and paper of a sealed passport in both languages, by the ending of their file."""
    said = json.loads(content)
    passport = said["passport"]
    code = qr_text(passport["id"], said["hash"])
    seal = {
        "digest": said["hash"], "signature": said["signature"], "code": code, "qr": qr_svg(code),
        "fingerprint": fingerprint(passport["issuer"]["public_key"]),
    }  # fmt: skip
    for language in LANGUAGES:
        if html:
            yield f"{language}.html", passport_page(passport, language=language, **seal).encode()
        if pdf:
            yield f"{language}.pdf", passport_paper(passport, language=language, **seal)
