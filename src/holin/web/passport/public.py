"""GET /api/passports/{digest}…: one passport for who holds its paper. The hash in its code is the key, to it alone."""

from __future__ import annotations

import json
from pathlib import Path as File
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from holin.web.access import NOBODY, read_by_anyone
from holin.web.answers import JSON, UNCHANGED, json_bytes, library_of, respond
from holin.web.beside import Beside, beside, named_from
from holin.web.library import KnownRun, Library
from holin.web.named import LEDGER, PASSPORTS
from holin.web.passport.listed import PassportShown, file_said
from holin.web.places import stamp_of
from holin.web.problems import HttpProblem, problems

router = APIRouter(tags=["passports"])

Digest = Annotated[
    str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the passport, as its code and its file say it")
]


@router.get(
    "/passports/{digest}",
    response_model=PassportShown,
    summary="The passport whose paper one holds, without an account",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by_anyone(),
)
def read_passport_of_paper(request: Request, digest: Digest) -> Response:
    """Return one passport as its paper shows it, checked again; who does not know its hash finds none."""
    known, file = _found(library_of(request), digest)
    book = beside(known, LEDGER)

    def make() -> bytes:
        from holin.web.passport.shown import passport_shown

        with named_from(known):
            return json_bytes(passport_shown(file, known.path, book.path if book else None))

    stamps = (known.seal, stamp_of(file), book.stamp if book else "")
    return respond(request, NOBODY, make, "passport of paper", digest, *stamps)


@router.get(
    "/passports/{digest}/file",
    summary="The file of the passport whose paper one holds",
    responses=file_said("canonical JSON: hash, passport, signature", JSON) | problems(404, 409, 422),
    response_class=Response,
    **read_by_anyone(),
)
def read_file_of_paper(request: Request, digest: Digest) -> Response:
    """Return the signed file, which `holin verify` checks without this server."""
    known, file = _found(library_of(request), digest)
    answer = respond(request, NOBODY, file.read_bytes, "file of paper", digest, known.seal, stamp_of(file))
    answer.headers["Content-Disposition"] = f'inline; filename="{file.name}"'
    return answer


def _found(library: Library, digest: str) -> tuple[KnownRun, File]:
    """Return the run and the file of a passport by its hash; raises HttpProblem (404) where nobody has it."""
    for listed in library.runs():
        folder = beside(listed, PASSPORTS)
        file = _index(library, folder).get(digest) if folder is not None else None
        if file is not None:
            return library.run(listed.id), file
    raise HttpProblem(404, "not-found", "no passport with this hash is known here")


def _index(library: Library, folder: Beside) -> dict[str, File]:
    def read() -> dict[str, File]:
        found = {}
        for file in sorted(folder.path.glob("*.json")):
            try:
                found[str(json.loads(file.read_bytes())["hash"])] = file
            except (OSError, ValueError, KeyError, TypeError):
                continue  # the list of passports names it as unreadable
        return found

    return library.shelf.get(("passport hashes", folder.path, folder.stamp), read, lambda found: 300 * len(found))
