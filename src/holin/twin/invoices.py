"""From a settled run to figures, and to a folder of invoices for people: pages, PDFs, workbooks, one JSON."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from holin.errors import ARGUMENT, BadInput, Fault
from holin.new_folder import new_folder
from holin.park import names_of, things_of
from holin.picture.invoice import Invoice, invoice_of, invoice_page, write_invoice_workbook
from holin.picture.paper import printed
from holin.settle import (
    Bill,
    Entered,
    bill_figures,
    cause_figures,
    causes,
    in_capitals,
    read_book,
    settle,
    settlement_figures,
    standing,
)
from holin.twin.bills import SettledRun

LANGUAGES = ("zh", "en")
FORMS = ("html", "pdf", "xlsx")
NETWORK = "network"
"""The sector of the enterprise that supplies: the network's operator."""


def chosen_bills(
    settled: SettledRun, *, enterprise: str | None = None, month: str | None = None
) -> list[tuple[Bill, Bill | None]]:
    """Return the bills of an enterprise (id or name) and a month, of all where none is named, each with the one before.

    Raises BadInput with what there is where nothing fits.
    """
    months = {m.month for m in settled.months}
    names = {e.id: {e.id, e.name, e.name_zh} for e in settled.park.enterprises}
    found = [e for e, known in names.items() if enterprise in known] if enterprise else list(names)
    faults = []
    if month is not None and month not in months:
        right = f"one of {', '.join(sorted(months))}"
        faults.append(
            Fault(file=ARGUMENT, field="month", value=month, problem="the run has not this month", right=right)
        )
    if not found:
        billed = dict.fromkeys(b.customer for m in settled.months for b in m.bills)
        right = f"one of {', '.join(billed)}"
        faults.append(
            Fault(file=ARGUMENT, field="enterprise", value=str(enterprise), problem="is no enterprise", right=right)
        )
    for name in found if enterprise else ():
        for one in settled.months:
            if name in one.unbilled and month in (None, one.month):
                taken, fed = one.unbilled[name]
                problem = f"has no contract: {taken / 1e6:.1f} MWh taken and {fed / 1e6:.1f} MWh fed in are unbilled"
                right = "add its contract to contract.csv"
                faults.append(Fault(file=ARGUMENT, field="enterprise", value=name, problem=problem, right=right))
                break
    if faults:
        raise BadInput(faults)
    before: dict[str, Bill] = {}
    chosen = []
    for one in settled.months:
        for bill in one.bills:
            if bill.customer in found and month in (None, bill.month):
                chosen.append((bill, before.get(bill.customer)))
            before[bill.customer] = bill
    return chosen


def against(settled: SettledRun, bill: Bill, month: str) -> Bill:
    """Return the bill of the same customer in another month; raises BadInput where there is none."""
    for one in settled.months:
        for other in one.bills:
            if (one.month, other.customer) == (month, bill.customer):
                return other
    right = f"one of {', '.join(m.month for m in settled.months)}"
    raise BadInput(
        [Fault(file=ARGUMENT, field="against", value=month, problem=f"{bill.customer} has no bill then", right=right)]
    )


def bills_figures(
    settled: SettledRun, *, enterprise: str | None = None, month: str | None = None, compared: str | None = None
) -> dict[str, Any]:
    """Return settled months as figures; of one enterprise or month, and with why bills differ from those `compared`."""
    chosen = chosen_bills(settled, enterprise=enterprise, month=month)
    rows = []
    for bill, last in chosen:
        other = against(settled, bill, compared) if compared else last
        why = None
        if other is not None and other is not bill:
            why = {
                "month": other.month, "total_fen": other.total_fen,
                "difference_fen": bill.total_fen - other.total_fen, "causes": cause_figures(causes(other, bill)),
            }  # fmt: skip
        rows.append(bill_figures(bill) | {"against": why})
    months = [settlement_figures(m) for m in settled.months if month in (None, m.month)]
    for one in months:
        del one["bills"]
    return {
        "park": settled.park.facts.id,
        "names": names_of(settled.park.facts),
        "stage": settled.stage.name,
        "kind": settled.kind,
        "currency": settled.park.facts.currency,
        "synthetic": {"en": settled.park.facts.synthetic, "zh": settled.park.facts.synthetic_zh},
        "customers": {e.id: {"name": e.name, "name_zh": e.name_zh} for e in settled.park.enterprises},
        "months": months,
        "bills": rows,
    }


def invoice(
    settled: SettledRun, bill: Bill, language: str, *, compared: Bill | None = None, version: int = 1
) -> Invoice:
    """Return the invoice of a bill in a language, with the customer's months before it and why it changed."""
    facts = settled.park.facts
    names = {
        thing.id: ((thing.name_zh or thing.name) if language == "zh" else (thing.name or thing.name_zh)) or thing.id
        for _, thing in things_of(settled.whole)
    }
    history = [b for m in settled.months if m.month < bill.month for b in m.bills if b.customer == bill.customer]
    earlier = compared or (history[-1] if history else None)
    told = [b for b in history if earlier is None or b.month != earlier.month] + ([earlier] if earlier else [])
    supplier = next((e.id for e in settled.park.enterprises if e.sector.value == NETWORK), facts.id)
    return invoice_of(
        bill_figures(bill),
        names=names,
        park=names_of(facts)["zh" if language == "zh" else "en"],
        issuer=names.get(supplier, supplier),
        currency=facts.currency,
        kind=settled.kind,
        synthetic=facts.synthetic_zh if language == "zh" else facts.synthetic,
        language=language,
        in_capitals=in_capitals(bill.total_fen) if language == "zh" and facts.currency == "CNY" else "",
        before=[bill_figures(b) for b in told],
        causes=[] if earlier is None else cause_figures(causes(earlier, bill)),
        version=version,
    )


def saved_bills(
    settled: SettledRun,
    folder: str | Path,
    chosen: Sequence[tuple[Bill, Bill | None]],
    *,
    figures: Mapping[str, Any],
    languages: Sequence[str] = LANGUAGES,
    forms: Sequence[str] = FORMS,
    versions: Mapping[tuple[str, str], int] | None = None,
    on_progress: Callable[[str, float], None] | None = None,
) -> Path:
    """Write invoices of bills (MONTH/CUSTOMER.LANGUAGE.FORM) and `bills.json`: all of it or nothing.

    `versions` (customer, month) -> number are those of a settlement book (`versions_in`), else all are the first.
    Raises BadInput where something stands in the folder already.
    """
    with new_folder(folder) as draft:
        for k, (bill, compared) in enumerate(chosen):
            place = draft / bill.month
            place.mkdir(exist_ok=True)
            version = (versions or {}).get((bill.customer, bill.month), 1)
            for language in languages:
                made = invoice(settled, bill, language, compared=compared, version=version)
                _write_forms(place, made, bill, forms)
            if on_progress is not None:
                on_progress("invoices", (k + 1) / len(chosen))
        text = json.dumps(figures, ensure_ascii=False, indent=1)
        (draft / "bills.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    return Path(folder)


def invoice_bytes(made: Invoice, bill: Bill, form: str) -> bytes:
    """Return an invoice as html, pdf or xlsx."""
    if form == "html":
        return invoice_page(made).encode()
    if form == "pdf":
        return printed("invoice", made.data())
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "invoice.xlsx"
        write_invoice_workbook(book, made, bill_figures(bill))
        return book.read_bytes()


def _write_forms(place: Path, made: Invoice, bill: Bill, forms: Sequence[str]) -> None:
    for form in (f for f in FORMS if f in forms):
        (place / f"{bill.customer}.{made.language}.{form}").write_bytes(invoice_bytes(made, bill, form))


def booked(
    settled: SettledRun,
    book: str | Path,
    *,
    reason: str = "",
    enterprise: str | None = None,
    month: str | None = None,
) -> Entered:
    """Enter bills of a settled run in a settlement book, those of an enterprise or a month where one is named.

    See `holin.settle.settle`.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    bills = [bill for bill, _ in chosen_bills(settled, enterprise=enterprise, month=month)]
    return settle(book, bills, reason=reason, kind=settled.kind, time=now)


def versions_in(book: str | Path) -> dict[tuple[str, str], int]:
    """Return which version of each bill stands in a settlement book: (customer, month) -> number."""
    return {place: row["version"] for place, row in standing(read_book(book)).items()}
