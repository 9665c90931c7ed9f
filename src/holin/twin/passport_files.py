"""Passports as files: the signed JSON, a page and a paper of each in both languages; whole, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from holin.new_folder import new_folder
from holin.passport import qr_text
from holin.picture.passport import Sealed, write_shown
from holin.twin.batches import BatchesOfRun
from holin.twin.passports import passports

UNSAFE = re.compile(r"[^\w.\-]")
HEAD = re.compile(rb'\{"hash":"([0-9a-f]+)"')
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
            file = draft / f"{file_stem(name)}.json"
            file.write_bytes(content)
            said = HEAD.match(content)
            assert said is not None
            identity, digest = f"{found.park.facts.id}/{name}", said[1].decode()
            pages.add(Sealed(file=file, code=qr_text(identity, digest)))
            written.append({"id": identity, "file": file.name, "hash": digest})
        pages.end()
    say("passports", 1.0)
    return written


def file_stem(name: str) -> str:
    """Return the name of the file of a batch's or lot's passport, without its ending."""
    return UNSAFE.sub("-", name)


class _Pages:
    """Pages and papers of passports; of many made by a process for every core while the next are signed."""

    def __init__(self, html: bool, pdf: bool) -> None:
        self.html, self.pdf = html, pdf
        self.sealed: list[Sealed] = []
        self.pool: ProcessPoolExecutor | None = None
        self.tasks: list[Future[None]] = []

    def add(self, one: Sealed) -> None:
        """Take one more passport."""
        self.sealed.append(one)
        if len(self.sealed) == TASK and (self.html or self.pdf):
            self.pool = self.pool or ProcessPoolExecutor(mp_context=get_context("spawn"))
            self.tasks.append(self.pool.submit(write_shown, tuple(self.sealed), self.html, self.pdf))
            self.sealed = []

    def end(self) -> None:
        """Make what is left, and wait for the rest."""
        write_shown(tuple(self.sealed), self.html, self.pdf)
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
