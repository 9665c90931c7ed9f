"""`holin bill`: the month's bill of every enterprise, why it changed, invoices, and the book of all versions."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from holin.cli.figures import named
from holin.cli.grid_state import asked_by, wrong
from holin.cli.options import JsonOption, LanguageOption, StageOption
from holin.cli.output import THIN, default_language, figure, out, percent, print_json, print_table, progress
from holin.cli.texts import text

CUSTOMERS_MAX = 60
"""So many rows of a month are shown; all stand in the JSON."""


class Form(StrEnum):
    """How invoices are written."""

    HTML = "html"
    PDF = "pdf"
    XLSX = "xlsx"


def bill(
    source: Annotated[
        list[Path],
        typer.Argument(metavar="RUN|METERS", help="A run folder, or files of meter readings with --park."),
    ],
    park: Annotated[str | None, typer.Option("--park", help="Of readings: the park whose meters they are.")] = None,
    stage: StageOption = None,
    month: Annotated[str | None, typer.Option(help="Only this local month, 2025-06.")] = None,
    enterprise: Annotated[str | None, typer.Option(help="Only this enterprise, by its id or name.")] = None,
    compared: Annotated[
        str | None, typer.Option("--against", help="The month to explain the bill against; without it the one before.")
    ] = None,
    out_folder: Annotated[
        Path | None, typer.Option("-o", "--out", help="New folder for invoices (HTML, PDF, Excel; both languages).")
    ] = None,
    form: Annotated[
        list[Form] | None, typer.Option("--form", help="With --out: html, pdf or xlsx; may repeat. All without it.")
    ] = None,
    book: Annotated[
        Path | None,
        typer.Option(help="Folder of the settlement book: new bills are entered, corrected ones as differences."),
    ] = None,
    reason: Annotated[str, typer.Option(help="With --book: why bills that stand there change.")] = "",
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Bill what every enterprise used, to the fen, by its contract's tariff; and say why a bill changed.

    `holin bill runs/my-park-2025 --month 2025-06`. One of them, with every line and why it differs from the month
    before: `--enterprise ent-40 --month 2025-06`, from another month: `--against 2025-01`. Invoices: `--out invoices`.
    From meters: `holin bill june.csv --park my-park --book settlement`; after corrected readings the same with
    `--reason "late readings"` enters the differences.
    """
    if park is None and (len(source) > 1 or source[0].is_file()):
        raise wrong("--park", None, f"{source[0]} is a file of readings, and no park is named", "write --park my-park")
    if stage is not None and park is None:
        raise wrong("--stage", stage, "is for readings of meters", "leave it out: a run has its own stage")
    if compared is not None and enterprise is None:
        raise wrong("--against", compared, "explains one enterprise's bill", "name it with --enterprise")
    if form and out_folder is None:
        raise wrong("--form", form[0].value, "says how invoices are written", "say where: --out invoices")
    if reason and book is None:
        raise wrong("--reason", reason, "stands in a settlement book", "name it: --book settlement")
    from holin.parkfile import reference_park
    from holin.twin import bills_figures, booked, chosen_bills, metered_run, saved_bills, settled_run, versions_in

    speech = language or default_language()
    with progress(not as_json, speech) as advance, asked_by(**ASKED):
        made: Any = source[0]
        if park is not None:
            made = metered_run(source, reference_park(park), stage=stage, on_progress=advance)
        settled = settled_run(made, book=book)
        figures = bills_figures(settled, enterprise=enterprise, month=month, compared=compared)
        entered = None
        if book is not None:
            entered = booked(settled, book, reason=reason, enterprise=enterprise, month=month)
        if out_folder is not None:
            versions = None if book is None else versions_in(book)
            chosen = chosen_bills(settled, enterprise=enterprise, month=month)
            forms = [f.value for f in form] if form else [f.value for f in Form]
            saved_bills(
                settled, out_folder, chosen, figures=figures, forms=forms, versions=versions, on_progress=advance
            )
    if entered is not None:
        figures["book"] = {
            "entry": entered.number,
            "new": [list(place) for place in entered.new],
            "differences": [
                {"customer": c, "month": m, "difference_fen": fen} for (c, m), fen in entered.differences.items()
            ],
        }
    if as_json:
        print_json(figures)
        return
    print_bills(figures, speech, whole=enterprise is not None)
    if out_folder is not None:
        out.print(text("bill.written", speech, path=out_folder), soft_wrap=True, markup=False)


ASKED = {"folder": "--out", "enterprise": "--enterprise", "month": "--month", "against": "--against",
         "reason": "--reason"}  # fmt: skip
"""Arguments of the rooms below, and the options that they come from."""


def print_bills(figures: dict[str, Any], language: str, *, whole: bool) -> None:
    """Print months and the bills in them; of one enterprise every line, and why each month differs."""
    out.print(text(f"carbon.kind.{figures['kind']}", language), style="dim", soft_wrap=True, markup=False)
    currency = figures["currency"]
    if not whole:
        for month in figures["months"]:
            mine = [b for b in figures["bills"] if b["month"] == month["month"]]
            _print_month(month, mine, figures, currency, language)
    for one in figures["bills"] if whole else ():
        _print_bill(one, figures, currency, language)
    _print_book(figures, currency, language)


def _amount(fen: int, *, signed: bool = False) -> str:
    sign = "-" if fen < 0 else "+" if signed else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}".replace(",", THIN)


def _print_month(
    month: dict[str, Any], bills: list[dict[str, Any]], figures: dict[str, Any], currency: str, language: str
) -> None:
    heads = ["", *(text(f"bill.{head}", language) for head in ("energy", "green", "price", "amount", "change"))]
    rows = []
    for one in sorted(bills, key=lambda b: -b["total_fen"])[:CUSTOMERS_MAX]:
        mwh = one["taken_wh"] / 1e6
        why = one["against"]
        rows.append(
            [
                named({"id": one["customer"], **figures["customers"].get(one["customer"], {})}, "id", language),
                figure(mwh, 1),
                percent(one["green_wh"] / one["taken_wh"] if one["taken_wh"] else None),
                figure(one["total_fen"] / 1e5 / mwh if mwh else None, 4),
                _amount(one["total_fen"]),
                percent(why["difference_fen"] / why["total_fen"], 1) if why and why["total_fen"] else "–",
            ]
        )
    print_table(text("bill.month", language, month=month["month"], currency=currency), heads, rows)
    closing = [
        [text(f"bill.{key}", language), _amount(month[f"{key}_fen"])] for key in ("billed", "purchased", "margin")
    ]
    print_table("", ["", currency], closing)
    for one in month["unbilled"]:
        name = named({"id": one["customer"], **figures["customers"].get(one["customer"], {})}, "id", language)
        line = text(
            "bill.unbilled", language, name=name, taken=figure(one["taken_wh"] / 1e6, 1),
            fed=figure(one["fed_wh"] / 1e6, 1),
        )  # fmt: skip
        out.print(line, style="dim", soft_wrap=True, markup=False)


def _print_bill(one: dict[str, Any], figures: dict[str, Any], currency: str, language: str) -> None:
    from holin.picture.invoice import invoice_of

    names = {k: (v["name_zh"] if language == "zh" else v["name"]) or k for k, v in figures["customers"].items()}
    made = invoice_of(
        one, names=names, park="", issuer="", currency=currency, kind=figures["kind"], synthetic="", language=language
    )
    rows = [list(line) for line in made.lines]
    title = text("bill.of", language, name=made.customer, month=one["month"], days=one["days"])
    print_table(title, ["", *made.columns[1:]], [*rows, [made.total[0], "", "", "", made.total[1]]])
    print_table("", ["", ""], [list(pair) for pair in made.energy])
    why = one["against"]
    if why is None:
        return
    head = text(
        "bill.why", language, month=why["month"], change=_amount(why["difference_fen"], signed=True),
        share=percent(why["difference_fen"] / why["total_fen"]) if why["total_fen"] else "–",
    )  # fmt: skip
    causes = invoice_of(
        one, names=names, park="", issuer="", currency=currency, kind=figures["kind"], synthetic="",
        language=language, causes=why["causes"],
    ).causes  # fmt: skip
    print_table(head, ["", currency], [list(cause) for cause in causes])


def _print_book(figures: dict[str, Any], currency: str, language: str) -> None:
    book = figures.get("book")
    if book is None:
        return
    if book["entry"] is None:
        out.print(text("bill.book_nothing", language), soft_wrap=True, markup=False)
        return
    line = text("bill.booked", language, entry=book["entry"], new=len(book["new"]), changed=len(book["differences"]))
    out.print(line, soft_wrap=True, markup=False)
    rows = [[d["customer"], d["month"], _amount(d["difference_fen"], signed=True)] for d in book["differences"]]
    if rows:
        print_table("", ["", text("bill.month_head", language), currency], rows)
