"""`holin evidence`: everything behind a month's bills in one signed archive, and such an archive checked offline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from holin.cli.batch import RecordsOption
from holin.cli.grid_state import asked_by, wrong
from holin.cli.options import JsonOption, LanguageOption
from holin.cli.output import THIN, default_language, out, print_json
from holin.cli.texts import text


def evidence(
    folder: Annotated[Path | None, typer.Argument(metavar="[RUN]", help="A run folder.")] = None,
    what: Annotated[
        str | None, typer.Argument(metavar="[MONTH|BATCH]", help="The local month, 2025-06, or a batch by its id.")
    ] = None,
    out_file: Annotated[
        Path | None, typer.Option("-o", "--out", help="The archive; without it evidence-RUN-MONTH.zip.")
    ] = None,
    ledger: Annotated[
        str | None, typer.Option("--ledger", help="The ledger of its certificates: PATH or postgresql://…")
    ] = None,
    records: RecordsOption = None,
    key: Annotated[
        Path | None, typer.Option(help="The private key (PEM) that signs; without it that of the ledger.")
    ] = None,
    check: Annotated[Path | None, typer.Option("--check", help="Check this archive instead of making one.")] = None,
    public_key: Annotated[
        Path | None, typer.Option("--public-key", help="With --check: the key (PEM) that must have signed it.")
    ] = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Pack everything behind a month's bills or a batch into one signed archive, or check one offline.

    `holin evidence runs/my-park-2025 2025-06 --ledger park.ledger`: bills, usage of every interval, tariffs and the
    whole park, the reconciliation, retired certificates; of a batch (`holin evidence RUN 250602-1a-00004`) also its
    passport and the production records. `holin evidence --check evidence.zip --public-key own.pem`
    tries the signature, every hash, and every bill again from the usage and tariffs in it; what is wrong is named, with
    exit code 1.
    """
    speech = language or default_language()
    if check is not None:
        if folder is not None:
            raise wrong("RUN", str(folder), "does not go with --check", "name the archive only")
        _check(check, public_key, as_json, speech)
        return
    if folder is None or what is None:
        raise wrong(
            "RUN", None, "is missing, or the month or batch is", "write holin evidence RUN 2025-06, or --check FILE"
        )
    if public_key is not None:
        raise wrong("--public-key", str(public_key), "is for --check", "leave it out; --key signs")
    from holin.twin import saved_evidence

    with asked_by(month="MONTH", batch="BATCH", key="--key"):
        target = out_file or Path(f"evidence-{folder.name}-{what}.zip")
        saved_evidence(folder, what, target, address=ledger, key=key, records=records)
    if as_json:
        print_json({"archive": str(target), "what": what})
        return
    out.print(text("evidence.written", speech, path=target), soft_wrap=True, markup=False)


def _check(archive: Path, public_key: Path | None, as_json: bool, language: str) -> None:
    from holin.twin import tried_evidence

    if public_key is not None and not public_key.is_file():
        raise wrong("--public-key", str(public_key), "no such file", "give the public key (PEM) of whoever signed")
    found = tried_evidence(archive, public_key=None if public_key is None else public_key.read_text("utf-8"))
    figures: dict[str, Any] = {
        "archive": str(archive), "whole": found.whole, "about": dict(found.archive.about),
        "files": found.archive.files, "public_key": found.archive.public_key, "scheme": found.archive.scheme,
        "bills": found.bills, "total_fen": found.total_fen, "faults": [*found.archive.faults, *found.faults],
        "key_given": public_key is not None,
    }  # fmt: skip
    if as_json:
        print_json(figures)
    else:
        _print_checked(figures, language)
    if not found.whole:
        raise typer.Exit(1)


def _print_checked(figures: dict[str, Any], language: str) -> None:
    about = figures["about"]
    if about:
        out.print(text(f"carbon.kind.{about.get('kind', 'demo')}", language), style="dim", soft_wrap=True, markup=False)
        line = text(
            "evidence.about", language, park=about.get("park"), month=about.get("month"), files=figures["files"]
        )  # fmt: skip
        out.print(line, soft_wrap=True, markup=False)
    if figures["whole"]:
        whole, rest = divmod(figures["total_fen"], 100)
        amount = f"{whole:,}.{rest:02d}".replace(",", THIN)
        line = text("evidence.whole", language, bills=figures["bills"], amount=amount)
        out.print(line, style="bold", soft_wrap=True, markup=False)
    else:
        out.print(text("evidence.broken", language), style="bold red", soft_wrap=True, markup=False)
        for fault in figures["faults"]:
            out.print(f"  {fault}", soft_wrap=True, markup=False)
    if figures["public_key"] and not figures["key_given"]:
        out.print(text("evidence.whose", language), style="dim", soft_wrap=True, markup=False)
        out.print(figures["public_key"].strip(), style="dim", markup=False)
