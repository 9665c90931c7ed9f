"""`holin certificates issue` and `bundle`: what makes certificates."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from holin.cli.certificates import (
    KeyOption,
    LedgerOption,
    RequestOption,
    ledger_at,
    mwh,
    print_kind,
)
from holin.cli.options import JsonOption, LanguageOption
from holin.cli.output import default_language, figure, out, print_json, print_table, progress
from holin.cli.texts import text
from holin.errors import ARGUMENT, BadInput, Fault


class Order(StrEnum):
    """In which order a storage gives back what it was charged with, as `holin.ledger.Method` has them."""

    FIFO = "fifo"
    PRO_RATA = "pro_rata"


def issue(
    folder: Annotated[
        Path, typer.Argument(metavar="RUN", help="A run folder: of `holin run` (demo) or `holin meters` (metered).")
    ],
    ledger: LedgerOption,
    operator: Annotated[
        str | None,
        typer.Option(help="Who issues, such as grid.example: asked for where a ledger is made; part of all ids."),
    ] = None,
    storage: Annotated[
        Order | None,
        typer.Option(help="How storages give back what they were charged with; without it as before, at first fifo."),
    ] = None,
    self_used: Annotated[
        list[str] | None, typer.Option("--self-used", help="A unit whose certificates are not tradable; may repeat.")
    ] = None,
    correct: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Correct intervals that stand with other values, for this reason."),
    ] = None,
    key: KeyOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Issue certificates for what wind, sun and storage of a run made: one per device and interval, in whole Wh.

    Where no ledger stands one is made, with its key (`PATH.key`: keep it apart) and its head file (`PATH.head`). What
    was issued is never issued again, so it is safe to repeat. `holin certificates issue runs/huolinguole-2025 --ledger
    park.ledger --operator grid.example`. What meters are not sure of is not issued, and said with its reason.
    """
    from holin.twin.certificates import issued_run

    speech = language or default_language()
    with progress(not as_json, speech) as advance:
        told = issued_run(
            folder, ledger, operator=operator, key=key, storage=storage.value if storage else None,
            self_used=tuple(self_used or ()), correct=correct, on_progress=advance,
        )  # fmt: skip
    if as_json:
        print_json(told)
        return
    if told["made"]:
        out.print(text("certificates.made", speech, path=told["ledger"], operator=told["operator"]), soft_wrap=True)
    print_kind(told["kind"], speech)
    rows = [(name, figure(value, 6)) for name, value in told["by_device_mwh"].items()]
    print_table(
        text("certificates.issued", speech, mwh=figure(told["issued_mwh"], 6), count=figure(told["certificates"], 0)),
        [text("certificates.device", speech), "MWh"], rows,
    )  # fmt: skip
    _print_rest(told, speech)


def _print_rest(told: dict[str, Any], language: str) -> None:
    """Print what is beside the certificates: what was there, what was not issued, and the storages."""
    for name in ("known_intervals", "differing_intervals", "unknown_intervals"):
        if told[name]:
            out.print(text(f"certificates.{name}", language, count=figure(told[name], 0)), soft_wrap=True)
    for reason, value in told["withheld_mwh"].items():
        words = "; ".join(text(f"meters.flag.{flag}", language) for flag in reason.split())
        out.print(text("certificates.withheld", language, mwh=figure(value, 6), reason=words), soft_wrap=True)
    if told["set_off_mwh"]:
        out.print(text("certificates.set_off", language, mwh=figure(told["set_off_mwh"], 6)), soft_wrap=True)
    if told["corrected"]:
        values = {name: figure(value, 6) for name, value in told["corrected"].items()}
        out.print(text("certificates.corrected", language, **values), soft_wrap=True)
    store = told["storage"]
    if any(value for name, value in store.items() if name != "method"):
        names = ("charged_mwh", "charged_without_mwh", "issued_mwh", "lost_mwh", "discharged_without_mwh")
        rows = [(text(f"certificates.storage.{name}", language), figure(store[name], 6)) for name in names]
        title = text("certificates.storage", language, method=text(f"certificates.method.{store['method']}", language))
        print_table(title, ["", "MWh"], rows)


def bundle(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="The local month, such as 2025-03.")],
    ledger: LedgerOption,
    account: Annotated[str, typer.Option(help="Whose certificates.")],
    device: Annotated[str | None, typer.Option(help="Of this device; without it of each that the account has.")] = None,
    key: KeyOption = None,
    request: RequestOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Bundle a month's certificates into Chinese GECs (绿证) of 1,000 kWh each; the rest is carried to the next month.

    `holin certificates bundle 2025-03 --account energy-company --ledger park.ledger`. What is bundled cannot be used as
    granular certificate any more; storage's discharge is never bundled.
    """
    from holin.ledger import bundle as made
    from holin.ledger import devices

    speech = language or default_language()
    year, number = _month(month)
    with ledger_at(ledger, key) as book:
        known = [d.id for d in devices(book.database).values() if d.role == "generation"]
        names = [device] if device else known
        told = {
            name: made(
                book, account, name, year, number, request=f"{request}/{name}" if request else None
            )
            for name in names
        }  # fmt: skip
    rows = {name: {"gecs": b.gecs, "carried_mwh": b.carried_wh / 1e6} for name, b in told.items()}
    if as_json:
        print_json(
            {"ledger": book.address, "kind": book.facts.kind, "month": month, "account": account, "devices": rows}
        )
        return
    print_kind(book.facts.kind, speech)
    print_table(
        text("certificates.bundled", speech, month=month, account=account),
        [text("certificates.device", speech), "GEC", text("certificates.carried", speech)],
        [(name, figure(b.gecs, 0), mwh(b.carried_wh)) for name, b in told.items()],
    )


def _month(said: str) -> tuple[int, int]:
    year, _, month = said.partition("-")
    if year.isdigit() and month.isdigit() and len(year) == 4 and 1 <= int(month) <= 12:
        return int(year), int(month)
    fault = Fault(file=ARGUMENT, field="MONTH", value=said, problem="is no month", right="give one such as 2025-03")
    raise BadInput([fault])
