"""GET /api/runs/{run}/proofs: what stands beside a run, and what would make what does not."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from holin.web.access import EVERYONE, Asking, read_by
from holin.web.answers import UNCHANGED, RunId, json_bytes, library_of, respond
from holin.web.beside import beside, command_for
from holin.web.library import KnownRun
from holin.web.named import HALL, LEDGER, PASSPORTS
from holin.web.problems import problems

router = APIRouter(tags=["green"])


class ProofShown(BaseModel):
    """Something that may stand beside a run."""

    there: bool
    command: str = Field(description="what makes it, for the command line")


class ProofsShown(BaseModel):
    """What stands beside a run: what is not there answers with 404."""

    ledger: ProofShown
    passports: ProofShown
    catalogue: ProofShown


@router.get(
    "/runs/{run}/proofs",
    response_model=ProofsShown,
    summary="Whether a ledger, passports and a catalogue stand beside a run",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(EVERYONE),
)
def read_proofs(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return what stands beside a run now, so that nobody need ask for what is not there."""
    known = library_of(request).run(run)
    shown = ProofsShown(ledger=_proof(known, LEDGER), passports=_proof(known, PASSPORTS), catalogue=_proof(known, HALL))
    return respond(request, visitor, lambda: json_bytes(shown), "proofs", known.seal, shown.model_dump_json())


def _proof(known: KnownRun, kind: str) -> ProofShown:
    return ProofShown(there=beside(known, kind) is not None, command=command_for(known, kind))
