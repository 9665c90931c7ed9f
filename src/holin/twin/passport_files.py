"""Passports as files: the signed JSON, a page and a paper of each in both languages; whole, or nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from holin.passport import fingerprint, qr_text
from holin.picture.paper import qr_svg
from holin.picture.passport import passport_page, passport_paper
from holin.store import new_folder
from holin.twin.batches import BatchesOfRun
from holin.twin.passports import passports

UNSAFE = re.compile(r"[^\w.\-]")
HEAD = re.compile(rb'\{"hash":"([0-9a-f]+)"')
LANGUAGES = ("zh", "en")
MASK = 3
TASK = 100
"""As many passports are one task of a process."""


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
    with new_folder(folder) as draft, _pages(html, pdf) as pages:
        for name, content in passports(
            found, batches, address=address, key=key, now=now, on_progress=lambda share: say("passports", share)
        ):
            file = draft / f"{UNSAFE.sub('-', name)}.json"
            file.write_bytes(content)
            pages.add(file)
            said = HEAD.match(content)
            assert said is not None
            written.append({"id": f"{found.park.facts.id}/{name}", "file": file.name, "hash": said[1].decode()})
        pages.end()
    say("passports", 1.0)
    return written


class _Pages:
    """Pages and papers of passports, made at once; of many by a process for every core, a hundred to a task."""

    def __init__(self, html: bool, pdf: bool) -> None:
        self.html, self.pdf = html, pdf
        self.files: list[Path] = []
        self.pool: ProcessPoolExecutor | None = None
        self.tasks: list[Future[None]] = []

    def add(self, file: Path) -> None:
        """Take one more passport."""
        self.files.append(file)
        if len(self.files) == TASK and (self.html or self.pdf):
            self.pool = self.pool or ProcessPoolExecutor(mp_context=get_context("spawn"))
            self.tasks.append(self.pool.submit(write_shown, tuple(self.files), self.html, self.pdf))
            self.files = []

    def end(self) -> None:
        """Make what is left, and wait for the rest."""
        write_shown(tuple(self.files), self.html, self.pdf)
        for task in self.tasks:
            task.result()


@contextmanager
def _pages(html: bool, pdf: bool) -> Iterator[_Pages]:
    pages = _Pages(html, pdf)
    try:
        yield pages
    finally:
        if pages.pool is not None:
            pages.pool.shutdown(cancel_futures=True)


def write_shown(files: tuple[Path, ...], html: bool, pdf: bool) -> None:
    """Write page and paper beside each passport's file."""
    for file in files:
        for suffix, shown in shown_passport(file.read_bytes(), html=html, pdf=pdf):
            file.with_suffix(f".{suffix}").write_bytes(shown)


def shown_passport(content: bytes, *, html: bool = True, pdf: bool = True) -> Iterable[tuple[str, bytes]]:
    """Yield page and paper of a sealed passport in both languages, by the ending of their file."""
    said = json.loads(content)
    passport = said["passport"]
    code = qr_text(passport["id"], said["hash"])
    seal = {
        "digest": said["hash"], "signature": said["signature"], "code": code, "qr": qr_svg(code, mask=MASK),
        "fingerprint": fingerprint(passport["issuer"]["public_key"]),
    }  # fmt: skip
    for language in LANGUAGES:
        if html:
            yield f"{language}.html", passport_page(passport, language=language, **seal).encode()
        if pdf:
            yield f"{language}.pdf", passport_paper(passport, language=language, **seal)
