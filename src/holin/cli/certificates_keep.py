"""`holin certificates backup` and `restore`: a ledger in one file, and back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from holin.cli.certificates import KeyOption, LedgerOption, ledger_at, print_kind
from holin.cli.options import JsonOption, LanguageOption
from holin.cli.output import default_language, figure, out, print_json, progress
from holin.cli.texts import text

if TYPE_CHECKING:
    from holin.ledger import Saved


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it must not stand there yet.")],
    ledger: LedgerOption,
    key: KeyOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Save a ledger into one file while others write on; every entry is checked on the way.

    The file goes back into SQLite or PostgreSQL alike: `holin certificates restore FILE --ledger NEW_PLACE`. The
    private key is not in it: keep that apart.
    """
    from holin.ledger import backup as saved

    speech = language or default_language()
    with ledger_at(ledger, key) as book, progress(not as_json, speech) as advance:
        told = saved(book, file, on_progress=lambda share: advance("backup", share))
    _tell(told, "saved", str(file), as_json, speech)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `holin certificates backup` wrote.")],
    ledger: LedgerOption,
    until_damage: Annotated[
        bool, typer.Option("--until-damage", help="Of a damaged file restore the entries before the damage.")
    ] = False,
    accept_loss: Annotated[
        bool,
        typer.Option("--accept-loss", help="Restore although the head file knows of later entries, now gone."),
    ] = False,
    key: KeyOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Put a backup back at an empty address, every entry checked: the same ledger to the last hash, or none.

    A damaged file is named with how many entries before the damage are whole. Without the key the restored ledger can
    be read and verified, but not written.
    """
    from holin.ledger import restore as put_back

    speech = language or default_language()
    with progress(not as_json, speech) as advance:
        told = put_back(
            file, ledger, key=key, until_damage=until_damage, accept_loss=accept_loss,
            on_progress=lambda share: advance("restore", share),
        )  # fmt: skip
    _tell(told, "restored", ledger, as_json, speech)
    if key is not None and not as_json:
        out.print(text("certificates.key_apart", speech, path=key), soft_wrap=True)


def _tell(told: Saved, what: str, place: str, as_json: bool, language: str) -> None:
    if as_json:
        print_json(asdict(told) | {"place": place})
        return
    print_kind(told.kind, language)
    counts = {"entries": figure(told.entries, 0), "certificates": figure(told.certificates, 0)}
    out.print(text(f"certificates.{what}", language, path=place, hash=told.hash, **counts), soft_wrap=True)
