"""GET …/bills/{month}/invoice: the invoice of a bill as a page, a PDF or a workbook, in either language."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response

from holin.web.access import OWN_OR_STAFF, Asking, read_by
from holin.web.answers import UNCHANGED, RunId, library_of, respond
from holin.web.bills.settled import Month, bill_of, settled_of
from holin.web.people import EnterpriseId
from holin.web.problems import problems

router = APIRouter(tags=["bills"])

Form = Literal["html", "pdf", "xlsx"]
TYPES: dict[Form, str] = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The invoice brings its own style and nothing else: no script runs in it, nothing is loaded."""

FORMS: dict[int | str, dict[str, Any]] = {
    200: UNCHANGED[200]
    | {
        "description": "the invoice, as printed by `holin bill --out`",
        "content": {kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in TYPES.values()},
    }
}


@router.get(
    "/runs/{run}/enterprises/{enterprise}/bills/{month}/invoice",
    summary="The invoice of a bill: page, PDF or workbook",
    responses=UNCHANGED | FORMS | problems(404, 409, 422),
    response_class=Response,
    **read_by(OWN_OR_STAFF, own="enterprise", log="downloaded"),
)
def read_invoice(
    request: Request,
    visitor: Asking,
    run: RunId,
    enterprise: EnterpriseId,
    month: Month,
    form: Annotated[Form, Query(description="how it is written")] = "html",
    language: Annotated[Literal["zh", "en"], Query(description="of its texts")] = "zh",
) -> Response:
    """Return the invoice of a bill. Of a demo run it says that nothing is payable."""
    library = library_of(request)
    known = library.run(run)

    def make() -> bytes:
        from holin.twin import invoice, invoice_bytes

        settled = settled_of(library, known)
        bill, last = bill_of(settled, known, enterprise, month)
        return invoice_bytes(invoice(settled, bill, language, compared=last), bill, form)

    answer = respond(
        request, visitor, make, "invoice", known.seal, enterprise, month, language, form, media_type=TYPES[form]
    )
    name = quote(f"{month}-{enterprise}.{language}.{form}", safe="")
    answer.headers["Content-Disposition"] = f"{'attachment' if form == 'xlsx' else 'inline'}; filename*=UTF-8''{name}"
    answer.headers["Content-Security-Policy"] = POLICY
    return answer
