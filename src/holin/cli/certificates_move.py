"""`holin certificates transfer`, `retire`, `reserve`, `release`, `split`, `expire`: what becomes of certificates."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.certificates import (
    DeviceOption,
    FromOption,
    GecOption,
    KeyOption,
    LedgerOption,
    MwhOption,
    RequestOption,
    ToOption,
    ledger_at,
    mwh,
    print_kind,
    second_of,
    wh_of,
    which_of,
)
from holin.cli.options import JsonOption, LanguageOption
from holin.cli.output import default_language, figure, out, print_json, print_table, progress
from holin.cli.texts import text
from holin.errors import ARGUMENT, BadInput, Fault

if TYPE_CHECKING:
    from holin.ledger import Entry, Ledger

HOUR_S = 3600


def transfer(
    ledger: LedgerOption,
    source: Annotated[str, typer.Option("--from", help="The account that gives.")],
    target: Annotated[str, typer.Option("--to", help="The account that gets.")],
    amount: MwhOption,
    device: DeviceOption = None,
    start: FromOption = None,
    end: ToOption = None,
    gec: GecOption = False,
    key: KeyOption = None,
    request: RequestOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Hand certificates from one account to another, the oldest first; what is not tradable or not valid stays.

    `holin certificates transfer --from energy-company --to ent-01 --mwh 500 --start 2025-03-01 --end 2025-04-01
    --ledger park.ledger`.
    """
    from holin.ledger import transfer as done

    with ledger_at(ledger, key) as book:
        which = which_of(book.facts, device, start, end, gec)
        entry = done(book, source, target, wh_of(amount), which, request=request)
    _tell(book, entry, "transferred", as_json, language, mwh=mwh(wh_of(amount)), source=source, target=target)


def retire(
    ledger: LedgerOption,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[RUN]", help="A run: retire hour by hour what its trace says that enterprises used."),
    ] = None,
    beneficiary: Annotated[
        list[str] | None,
        typer.Option(
            "--for", help="For whom it is retired; with RUN its enterprises, all without it; may repeat then."
        ),
    ] = None,
    account: Annotated[str | None, typer.Option(help="Whose certificates (without RUN).")] = None,
    amount: Annotated[str | None, typer.Option("--mwh", metavar="MWH", help="How much (without RUN).")] = None,
    device: DeviceOption = None,
    start: FromOption = None,
    end: ToOption = None,
    gec: GecOption = False,
    used: Annotated[
        str | None,
        typer.Option(
            "--used", help="The local hour of use (without RUN), and of production unless --start or --end say else."
        ),
    ] = None,
    purpose: Annotated[str, typer.Option(help="What is claimed with it, in words.")] = "",
    key: KeyOption = None,
    request: RequestOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Retire certificates, for good: by the hours of a run, or so many MWh of an account for somebody.

    Hour by hour: `holin certificates retire runs/huolinguole-2025 --ledger park.ledger`. By amount: `holin certificates
    retire --account ent-01 --for ent-01 --mwh 250 --purpose "green aluminium, batch 12" --ledger park.ledger`.
    """
    if folder is not None:
        _by_run(folder, ledger, beneficiary, purpose, key, as_json, language)
        return
    from holin.ledger import Use
    from holin.ledger import retire as done

    missing = [name for name, said in (("--account", account), ("--mwh", amount), ("--for", beneficiary)) if not said]
    if missing or len(beneficiary or ()) > 1 or account is None or amount is None or not beneficiary:
        problem = f"needs {', '.join(missing)}" if missing else "takes one --for without a RUN"
        right = "give a RUN, or --account, --for and --mwh"
        raise BadInput([Fault(file=ARGUMENT, field="retire", problem=problem, right=right)])
    with ledger_at(ledger, key) as book:
        at = second_of(used, "--used", book.facts.time_zone)
        which = which_of(book.facts, device, start, end, gec)
        if at is not None and start is None and end is None:
            which = replace(which, start=at, end=at + HOUR_S)
        use = Use(start=at, seconds=None if at is None else HOUR_S, purpose=purpose)
        entry = done(book, account, beneficiary[0], wh_of(amount), which, use=use, request=request)
    _tell(
        book, entry, "retired", as_json, language, mwh=mwh(wh_of(amount)), account=account, beneficiary=beneficiary[0]
    )  # fmt: skip


def _by_run(
    folder: Path, address: str, enterprises: list[str] | None, purpose: str, key: Path | None, as_json: bool,
    language: str | None,
) -> None:  # fmt: skip
    from holin.twin.certificates import retired_run

    speech = language or default_language()
    with progress(not as_json, speech) as advance:
        told = retired_run(
            folder, address, enterprises=tuple(enterprises or ()), purpose=purpose, key=key, on_progress=advance
        )
    if as_json:
        print_json(told)
        return
    print_kind(told["kind"], speech)
    rows = [
        (name, figure(found["green_used_mwh"], 3), figure(found["uncovered_mwh"], 3))
        for name, found in told["by_enterprise"].items()
    ]
    title = text(
        "certificates.retired_run", speech, mwh=figure(told["retired_mwh"], 6), count=figure(told["certificates"], 0)
    )  # fmt: skip
    columns = ("enterprise", "green_used", "uncovered")
    print_table(title, [text(f"certificates.column.{c}", speech) for c in columns], rows)


def reserve(
    ledger: LedgerOption,
    account: Annotated[str, typer.Option(help="Whose certificates.")],
    beneficiary: Annotated[str, typer.Option("--for", help="For whom they are set aside.")],
    amount: MwhOption,
    device: DeviceOption = None,
    start: FromOption = None,
    end: ToOption = None,
    gec: GecOption = False,
    key: KeyOption = None,
    request: RequestOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Set certificates aside for somebody: until released they can only be retired, and only for that one."""
    from holin.ledger import reserve as done

    with ledger_at(ledger, key) as book:
        which = which_of(book.facts, device, start, end, gec)
        entry = done(book, account, beneficiary, wh_of(amount), which, request=request)
    _tell(
        book, entry, "reserved", as_json, language, mwh=mwh(wh_of(amount)), account=account, beneficiary=beneficiary
    )  # fmt: skip


def release(
    ledger: LedgerOption,
    account: Annotated[str, typer.Option(help="Whose certificates.")],
    beneficiary: Annotated[str, typer.Option("--for", help="For whom they were set aside.")],
    key: KeyOption = None,
    request: RequestOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Give back all that an account has set aside for somebody."""
    from holin.ledger import release as done

    with ledger_at(ledger, key) as book:
        entry = done(book, account, beneficiary, request=request)
    _tell(book, entry, "released", as_json, language, account=account, beneficiary=beneficiary)


def split(
    certificate: Annotated[int, typer.Argument(help="The number of the certificate.")],
    ledger: LedgerOption,
    amount: MwhOption,
    key: KeyOption = None,
    request: RequestOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Cut a certificate in two: one of so many MWh, one of the rest."""
    from holin.ledger import split as done

    with ledger_at(ledger, key) as book:
        entry = done(book, certificate, wh_of(amount), request=request)
    _tell(book, entry, "split", as_json, language, number=certificate, mwh=mwh(wh_of(amount)))


def expire(
    ledger: LedgerOption,
    key: KeyOption = None,
    request: RequestOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """End all certificates whose validity is over: two years after the month of production."""
    from holin.ledger import expire as done

    with ledger_at(ledger, key) as book:
        entry = done(book, request=request)
    _tell(book, entry, "expired", as_json, language)


def _tell(book: Ledger, entry: Entry | None, what: str, as_json: bool, language: str | None, **words: object) -> None:
    """Say what was done, and in which entry it stands."""
    speech = language or default_language()
    if as_json:
        print_json(_told(book, entry))
        return
    print_kind(book.facts.kind, speech)
    if entry is None:
        out.print(text(f"certificates.{what}.nothing", speech, **words), soft_wrap=True)
        return
    out.print(text(f"certificates.{what}", speech, **words), soft_wrap=True)
    out.print(text("certificates.entry", speech, number=entry.number, hash=entry.hash), soft_wrap=True)


def _told(book: Ledger, entry: Entry | None) -> dict[str, Any]:
    """Return an entry as JSON."""
    told: dict[str, Any] = {"ledger": book.address, "kind": book.facts.kind, "entry": None}
    if entry is not None:
        from holin.ledger import detail_of

        told["entry"] = {
            "number": entry.number, "time": entry.time, "kind": entry.kind, "request": entry.request,
            "detail": detail_of(entry), "hash": entry.hash, "signature": entry.signature,
        }  # fmt: skip
    return told
