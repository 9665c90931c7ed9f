"""`holin passport` and `holin verify`: the signed passport of a batch, and whether one is as it was signed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from holin.cli.batch import RecordsOption
from holin.cli.grid_state import asked_by, wrong
from holin.cli.options import JsonOption, LanguageOption, RunArgument
from holin.cli.output import default_language, out, print_json, progress
from holin.cli.texts import text


def passport(
    run: RunArgument,
    batches: Annotated[
        list[str] | None, typer.Argument(metavar="[BATCH]...", help="Batches or lots by id; all batches where none.")
    ] = None,
    ledger: Annotated[
        str | None,
        typer.Option(
            "--ledger",
            envvar="HOLIN_LEDGER",
            help="The ledger whose allotted certificates stand in it: PATH or postgresql://…",
        ),
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", help="A private key (PEM) that signs; without it the ledger's.")
    ] = None,
    out_folder: Annotated[Path, typer.Option("-o", "--out", help="New folder for the files.")] = Path("passports"),
    pdf: Annotated[bool, typer.Option("--pdf/--no-pdf", help="Also a PDF in each language.")] = True,
    html: Annotated[bool, typer.Option("--html/--no-html", help="Also a page in each language.")] = True,
    records: RecordsOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Write the signed passport of batches or lots: JSON, HTML and PDF, in Chinese and English.

    Energy by source and hour, certificates retired for it, carbon by scope and count, CBAM and PACT figures, evidence
    with hashes. The JSON is the passport; page and paper show it, and their code names its hash.
    `holin passport runs/huolinguole-2025 250602-1a-00004 --ledger park.ledger -o proof`
    """
    from holin.twin.batches import batches_of_run
    from holin.twin.passport_files import passport_files

    speech = language or default_language()
    if out_folder.exists():
        raise wrong("--out", str(out_folder), "stands already", "name a new folder")
    with progress(not as_json, speech) as advance, asked_by(batch="BATCH", key="--key"):
        found = batches_of_run(run, records, on_progress=advance)
        written = passport_files(
            found, out_folder, batches or (), address=ledger, key=key, html=html, pdf=pdf, on_progress=advance
        )  # fmt: skip
    if as_json:
        print_json({"folder": str(out_folder), "kind": found.kind, "passports": written})
        return
    files = ", ".join(["json", *(["html"] if html else []), *(["pdf"] if pdf else [])])
    out.print(text(f"carbon.kind.{found.kind}", speech), style="yellow", soft_wrap=True, markup=False)
    out.print(text("passport.written", speech, count=len(written), path=out_folder, files=files), soft_wrap=True)


def verify(
    file: Annotated[Path, typer.Argument(metavar="PASSPORT.json", help="The JSON file of a passport.")],
    key: Annotated[
        Path | None, typer.Option("--key", help="The issuer's public key (PEM), known from elsewhere.")
    ] = None,
    ledger: Annotated[
        str | None,
        typer.Option("--ledger", help="Also: are its certificates still retired and allotted to its batch?"),
    ] = None,
    evidence: Annotated[
        Path | None, typer.Option("--evidence", help="Also: have the files in this folder the hashes that it names?")
    ] = None,
    code: Annotated[
        str | None, typer.Option("--code", help="Also: is this, read from a printed paper, the code of this passport?")
    ] = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Check a passport offline: any changed, added or missing character is found. Exit code 1 where it is not valid.

    The key must be known from elsewhere: without `--key` or `--ledger` the check says that nothing was changed, not who
    signed. A paper or page is checked by its code: read it with any phone, then `holin verify ID.json --code "…"`.
    """
    from holin.twin.verify_passport import verify_passport

    speech = language or default_language()
    told = verify_passport(file, key=key, address=ledger, evidence=evidence, code=code)
    if as_json:
        print_json(told)
    else:
        _print_verified(told, speech)
    if not told["valid"]:
        raise typer.Exit(1)


def _print_verified(told: dict[str, Any], language: str) -> None:
    if not told["valid"]:
        out.print(text("verify.invalid", language, file=told["file"]), style="bold red", soft_wrap=True, markup=False)
    if told["problem"]:
        at = "" if told["at"] is None else text("verify.at", language, at=told["at"])
        key = {"hash": "hash_wrong"}.get(told["problem"], told["problem"])
        out.print(text(f"verify.{key}", language, at=at), soft_wrap=True, markup=False)
        return
    if told["valid"]:
        out.print(text("verify.valid", language, id=told["id"]), style="bold green", soft_wrap=True, markup=False)
    out.print(text(f"carbon.kind.{told['kind']}", language), style="yellow", soft_wrap=True, markup=False)
    out.print(text("verify.hash", language, hash=told["hash"], issued=told["issued"]), soft_wrap=True, markup=False)
    known = "key_known" if told["key_known"] else "key_unknown"
    who = told["company"]["zh" if language == "zh" else "en"] or "–"
    out.print(
        text(f"verify.{known}", language, fingerprint=told["fingerprint"], company=who), soft_wrap=True, markup=False
    )
    _print_asked(told, language)


def _print_asked(told: dict[str, Any], language: str) -> None:
    if (ledger := told["ledger"]) is not None:
        key = "verify.ledger" if ledger["certificates"] else "verify.ledger_none"
        words = text(key, language, count=ledger["certificates"], batch=told["batch"])
        if ledger["faults"]:
            words = text("verify.ledger_wrong", language, what=", ".join(ledger["faults"][:12]))
        out.print(words, style="red" if ledger["faults"] else None, soft_wrap=True, markup=False)
        if ledger["certificates"] and not ledger["faults"] and told["lot"]:
            out.print(text("verify.lot", language), soft_wrap=True, markup=False)
    for item in told["evidence"] or []:
        key = "same" if item["same"] else "other" if item["found"] else "missing"
        words = text(f"verify.evidence_{key}", language, name=item["name"])
        out.print(words, style=None if item["same"] else "red", soft_wrap=True, markup=False)
    if told["code"] is not None:
        key = "code_same" if told["code"] else "code_other"
        out.print(text(f"verify.{key}", language), style=None if told["code"] else "red", soft_wrap=True)
