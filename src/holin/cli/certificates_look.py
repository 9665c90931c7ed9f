"""`holin certificates show`, `history`, `verify`: what a ledger says, and whether it can be believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.certificates import KeyOption, LedgerOption, clock_of, ledger_at, mwh, print_kind, second_of, unit_of
from holin.cli.options import JsonOption, LanguageOption
from holin.cli.output import default_language, figure, out, print_json, print_table, progress, table_width
from holin.cli.texts import text
from holin.errors import ARGUMENT, BadInput, Fault

if TYPE_CHECKING:
    from holin.ledger import History, LotHistory, Step, Verified

STEPS_SHOWN = 12
LOTS_SHOWN = 12


def show(
    ledger: LedgerOption,
    key: KeyOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Show a ledger: whose it is, its devices and accounts, and what each account holds in which state."""
    from holin.ledger import accounts, balances, devices

    speech = language or default_language()
    with ledger_at(ledger, key) as book:
        facts, held = book.facts, balances(book.database)
        known, holders = devices(book.database), accounts(book.database)
        address = book.address
    if as_json:
        print_json(
            {
                "ledger": address, **asdict(facts), "devices": [asdict(d) for d in known.values()],
                "accounts": [asdict(a) for a in holders.values()], "balances": [b._asdict() for b in held],
            }
        )  # fmt: skip
        return
    out.print(text("certificates.ledger", speech, path=address, operator=facts.operator, id=facts.id), soft_wrap=True)
    print_kind(facts.kind, speech)
    print_table(
        text("certificates.devices", speech),
        [text(f"certificates.column.{c}", speech) for c in ("device", "source", "capacity", "account", "interval")],
        [
            (d.id, source_of(d.attributes, speech), figure(d.attributes["capacity_mw"], 1),
             next(a.id for a in holders.values() if a.number == d.account),
             text("certificates.minutes", speech, count=d.interval_s // 60))
            for d in known.values()
        ],
    )  # fmt: skip
    print_table(
        text("certificates.balances", speech),
        [text(f"certificates.column.{c}", speech) for c in ("account", "state", "lot_kind", "mwh", "certificates")],
        [
            (b.account, text(f"certificates.state.{b.state}", speech), text(f"certificates.lot.{b.kind}", speech),
             mwh(b.wh), figure(b.certificates, 0))
            for b in held
        ],
    )  # fmt: skip


def history(
    ledger: LedgerOption,
    certificate: Annotated[
        int | None, typer.Argument(metavar="[CERTIFICATE]", help="The number of a certificate.")
    ] = None,
    device: Annotated[str | None, typer.Option("--device", help="What this device made …")] = None,
    beneficiary: Annotated[str | None, typer.Option("--for", help="What was retired for this one …")] = None,
    hour: Annotated[
        str | None, typer.Option(help="… in this local hour ('2025-03-01 06:00'): of production, or with --for of use.")
    ] = None,
    key: KeyOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Follow certificates from the claim back to turbine, hour and meter, and forward to what became of them.

    `holin certificates history --for ent-01 --hour '2025-03-01 06:00' --ledger park.ledger` shows from which
    devices and hours that hour's claim comes; through a storage back to what charged it. Each entry that the answer
    rests on is read whole and held against its hash and signature.
    """
    from holin.ledger import history as followed

    speech = language or default_language()
    if sum(x is not None for x in (certificate, device, beneficiary)) != 1:
        right = "give a CERTIFICATE, or --device, or --for; see `holin certificates show` for devices and accounts"
        raise BadInput([Fault(file=ARGUMENT, field="history", problem="needs one thing to follow", right=right)])
    with ledger_at(ledger, key) as book:
        zone = book.facts.time_zone
        second = second_of(hour, "--hour", zone)
        found = followed(
            book, certificate=certificate, device=device, beneficiary=beneficiary,
            start=second if device else None, used_from=second if beneficiary else None,
        )  # fmt: skip
    if as_json:
        print_json(asdict(found) | {"address": book.address, "lots": [_lot_json(found, lot) for lot in found.lots]})
        return
    print_kind(found.kind, speech)
    if beneficiary is not None:
        _print_claim(found, beneficiary, second, zone, speech)
    for lot in found.lots[:LOTS_SHOWN]:
        _print_lot(lot, zone, speech, beneficiary, lot.lot in found.asked)
    if len(found.lots) > LOTS_SHOWN:
        out.print(text("certificates.more_lots", speech, count=len(found.lots) - LOTS_SHOWN), soft_wrap=True)
    out.print(text("certificates.checked_entries", speech, count=len(found.entries)), soft_wrap=True)


def _lot_json(found: History, lot: LotHistory) -> dict[str, Any]:
    """Return a lot with its steps, and its certificates that nobody has spent with EnergyTag's attributes."""
    from holin.ledger import energytag

    certificates = [energytag(found, lot, s) for s in lot.steps if s.spent_by is None]
    return asdict(lot) | {"steps": [s._asdict() for s in lot.steps], "certificates": certificates}


def _print_claim(found: History, beneficiary: str, second: int | None, zone: str, language: str) -> None:
    """Print what somebody claims, by the devices and hours that made it: through storage to the origin."""
    by_number = {lot.lot: lot for lot in found.lots}
    rows = []
    total = 0
    for lot in found.lots:
        wh = sum(
            s.wh for s in lot.steps
            if s.state == "retired" and s.beneficiary == beneficiary and second in (None, s.used_from)
        )  # fmt: skip
        if not wh:
            continue
        total += wh
        origin, through = lot, ""
        while origin.kind == "discharge" and origin.origins:
            through, origin = origin.device, by_number[origin.origins[0][0]]
        rows.append(
            (
                unit_of(origin.device),
                clock_of(origin.start, zone),
                unit_of(through),
                clock_of(lot.start, zone) if through else "",
                mwh(wh),
            )
        )
    columns = ("device", "made_at", "through", "discharged_at", "mwh")
    title = text("certificates.claim", language, beneficiary=beneficiary, mwh=mwh(total))
    print_table(title, [text(f"certificates.column.{c}", language) for c in columns], sorted(rows))


def _is_on_the_way(step: Step, beneficiary: str, asked: bool) -> bool:
    """Return whether a certificate belongs to a claim: of the lots asked for the claimed ones, else what was stored."""
    return step.beneficiary == beneficiary if asked else step.state in ("stored", "converted", "lost")


def _print_lot(lot: LotHistory, zone: str, language: str, beneficiary: str | None, asked: bool) -> None:
    """Print one lot: meter, issue, and its certificates; of a claim those that it rests on."""
    last = lot.measurements[-1]
    out.print(
        text(
            f"certificates.lot_line.{lot.kind}", language, number=lot.lot, device=lot.device,
            hour=clock_of(lot.start, zone), mwh=mwh(lot.wh), out=mwh(last.out_wh), into=mwh(last.in_wh),
            entry=lot.entry, source=source_of(lot.attributes, language), expires=clock_of(lot.expires, zone),
            origins=", ".join(f"{number} ({mwh(wh)})" for number, wh in lot.origins[:6]),
        ),
        style="bold", soft_wrap=True,
    )  # fmt: skip
    for version in lot.measurements[1:]:
        said = {"version": version.version, "out": mwh(version.out_wh), "into": mwh(version.in_wh)}
        out.print(text("certificates.version", language, entry=version.entry, **said), soft_wrap=True)
    steps = [s for s in lot.steps if beneficiary is None or _is_on_the_way(s, beneficiary, asked)]
    _print_steps(steps[:STEPS_SHOWN], zone, language)
    if len(steps) > STEPS_SHOWN:
        out.print(text("certificates.more_steps", language, count=len(steps) - STEPS_SHOWN), soft_wrap=True)


def _print_steps(steps: Sequence[Step], zone: str, language: str) -> None:
    """Print certificates; what a narrow window has no room for is left out and named, so that no figure is broken."""
    cells = {
        "certificate": [str(s.certificate) for s in steps],
        "when": [clock_of(s.time, zone)[:10] for s in steps],
        "entry": [f"{s.entry} {text(f'certificates.entry_kind.{s.kind}', language)}" for s in steps],
        "account": [s.account for s in steps],
        "state": [text(f"certificates.state.{s.state}", language) for s in steps],
        "beneficiary": [unit_of(s.beneficiary or "") for s in steps],
        "mwh": [mwh(s.wh) for s in steps],
        "spent_by": [str(s.spent_by or "") for s in steps],
    }
    heads = {name: text(f"certificates.column.{name}", language) for name in cells}

    def rows() -> list[tuple[str, ...]]:
        return list(zip(*cells.values(), strict=True))

    left_out = []
    for name in ("when", "entry_kind", "account", "beneficiary"):
        if table_width([heads[c] for c in cells], rows()) <= out.width:
            break
        left_out.append(heads.get(name) or text("certificates.entry_kind", language))
        if name == "entry_kind":
            cells["entry"] = [str(s.entry) for s in steps]
        else:
            del cells[name]
    print_table("", [heads[c] for c in cells], rows())
    if left_out:
        out.print(text("certificates.narrow", language, columns=", ".join(left_out)), style="dim", soft_wrap=True)


def source_of(attributes: Mapping[str, Any], language: str) -> str:
    """Return what a device's energy source is called; one that has no name in the texts stays as it is."""
    source = str(attributes["energy_source"])
    key = f"certificates.source.{source}"
    said = text(key, language)
    return source if said == key else said


def verify(
    ledger: LedgerOption,
    until: Annotated[int | None, typer.Option(min=1, help="Stop after this entry.")] = None,
    renew_head: Annotated[
        bool,
        typer.Option(
            "--renew-head", help="Write the head file anew, after a lost or damaged one was compared with a backup."
        ),
    ] = False,
    key: KeyOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Check a ledger from its first entry to its last: hashes, signatures, and that no Wh is counted twice.

    It trusts neither the database nor the program that wrote it. Exit code 0 only when all is well; a damaged file is
    named with the entries that cannot be read, all others are whole. Only the public key is needed, which the first
    lines show: compare it with the one that the operator gave you.
    """
    from holin.ledger import renew_head as write_head
    from holin.ledger import verify as checked

    speech = language or default_language()
    with ledger_at(ledger, key, check_head=False) as book:
        with progress(not as_json, speech) as advance:
            found = checked(book, until=until, on_progress=lambda share: advance("verify", share))
        if renew_head and not found.broken:
            write_head(book)
            found = checked(book, until=until)
        address = book.address
    if as_json:
        print_json(_verified_json(found, address))
    else:
        _print_verified(found, address, speech)
    if not found.whole:
        raise typer.Exit(1)


def _verified_json(found: Verified, address: str) -> dict[str, Any]:
    return asdict(found) | {"address": address, "whole": found.whole}


def _print_verified(found: Verified, address: str, language: str) -> None:
    out.print(
        text("certificates.ledger", language, path=address, operator=found.operator, id=found.ledger), soft_wrap=True
    )
    print_kind(found.kind, language)
    out.print(found.public_key.strip(), style="dim")
    counts = {name: figure(getattr(found, name), 0) for name in ("entries", "measurements", "certificates")}
    out.print(text("certificates.verified", language, **counts, hash=found.hash), soft_wrap=True)
    rows = [(text(f"certificates.state.{s}", language), mwh(wh)) for s, wh in found.by_state_wh.items() if wh]
    print_table(text("certificates.where", language), [text("certificates.column.state", language), "MWh"], rows)
    for name, wh in found.owed_wh.items():
        out.print(text("certificates.owed", language, device=name, mwh=mwh(wh)), soft_wrap=True)
    for broken in found.broken:
        out.print(str(broken), style="red", markup=False, soft_wrap=True)
    for damage in found.damage:
        out.print(damage, style="red", markup=False, soft_wrap=True)
    key = "whole" if found.whole else "not_whole"
    out.print(text(f"certificates.{key}", language), style="green" if found.whole else "red", soft_wrap=True)
