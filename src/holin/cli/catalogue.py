"""`holin catalogue`: the hall's file side: template, import, export, demo. The options its commands share."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.grid_state import asked_by, wrong
from holin.cli.options import JsonOption, LanguageOption, RunArgument
from holin.cli.output import default_language, out, print_json, progress
from holin.cli.texts import text

if TYPE_CHECKING:
    from holin.hall import Exhibitor, Figures, Product

HallOption = Annotated[
    Path,
    typer.Option(
        "--hall", envvar="HOLIN_HALL", help="The catalogue: a folder that `holin catalogue import` wrote, or .xlsx."
    ),
]
OutOption = Annotated[Path, typer.Option("-o", "--out", help="New folder for the catalogue.")]


class CountOption(StrEnum):
    """Which of the three counts of power a figure is of; they are never mixed."""

    LOCATION = "location"
    MARKET = "market"
    TRACED = "traced"


def template(
    path: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="New workbook.")],
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Write an empty workbook for exhibitors, products, steps and enquiries, with comments and drop-downs.

    `holin catalogue template hall.xlsx --language zh` has Chinese headings; both are understood.
    """
    from holin import hall

    speech = language or default_language()
    with asked_by(path="FILE.xlsx"):
        written = hall.template(path, language=speech)
    _say_written(written, {}, speech, as_json)


def import_catalogue(
    source: Annotated[Path, typer.Argument(metavar="FILE.xlsx|FOLDER", help="A workbook, or a folder of CSV files.")],
    run: Annotated[Path | None, typer.Option("--run", help="The run that footprints follow from.")] = None,
    claims: Annotated[
        Path | None, typer.Option(help="With --run: CSV of retired certificates, as `holin carbon --claims`.")
    ] = None,
    ledger: Annotated[
        str | None, typer.Option("--ledger", help="With --run: the ledger whose retired certificates count.")
    ] = None,
    period: Annotated[
        str | None, typer.Option(help="With --run: its year (2025) or month (2025-03); without it its only year.")
    ] = None,
    passports: Annotated[
        list[Path] | None,
        typer.Option("--passports", help="With --run: passports of batches (.json), or a folder of them; may repeat."),
    ] = None,
    keys: Annotated[
        list[Path] | None,
        typer.Option("--key", help="With --passports: a public key (PEM) that may sign them; may repeat."),
    ] = None,
    out_folder: Annotated[
        Path | None, typer.Option("-o", "--out", help="New folder for the catalogue; without it only checked.")
    ] = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Check a workbook or folder, name every fault with its cell, and take it in with the footprints of a run.

    `holin catalogue import hall.xlsx` checks; `--run runs/my-park-2025 --out hall` also writes the catalogue with what
    footprints follow from. Without --run only makers' own figures are known.
    """
    for name, value in (("--claims", claims), ("--ledger", ledger), ("--period", period), ("--passports", passports)):
        if value is not None and run is None:
            shown = str(value[0]) if isinstance(value, list) else str(value)
            raise wrong(name, shown, "is about a run", "name it: --run RUN")
    if keys and not passports:
        raise wrong("--key", str(keys[0]), "is about passports", "name them: --passports FOLDER")
    if claims is not None and ledger is not None:
        raise wrong("--claims", str(claims), "does not go with --ledger", "name the file or the ledger: one of both")
    from holin import hall
    from holin.twin import with_passports

    speech = language or default_language()
    catalogue = hall.read_catalogue(source)
    with progress(not as_json, speech) as advance, asked_by(path="--out", period="--period"):
        figures = None
        if run is not None:
            figures = _figures(run, claims, ledger, period, advance)
            if passports:
                figures = with_passports(figures, passports, keys=keys or (), public_keys=_key_of(ledger))
        if out_folder is not None:
            hall.write_hall(hall.Hall(catalogue=catalogue, figures=figures), out_folder)
    found = _counts(catalogue, figures)
    _say_written(out_folder, found, speech, as_json)


def _key_of(ledger: str | None) -> list[str]:
    """Return the public key of a ledger, by which its passports are known."""
    from holin.ledger import opened

    if ledger is None:
        return []
    with opened(ledger) as book:
        return [book.facts.public_key]


def _figures(run: Path, claims: Path | None, ledger: str | None, period: str | None, advance: Any) -> Figures:
    from holin.carbon import read_claims
    from holin.twin import catalogue_figures, claims_of_ledger

    retired = None if claims is None else read_claims(claims)
    if ledger is not None:
        retired = claims_of_ledger(ledger, run)
    return catalogue_figures(run, claims=retired, period=period, on_progress=advance)


def export_catalogue(
    hall_folder: HallOption,
    target: Annotated[Path, typer.Argument(metavar="FILE.xlsx|FOLDER", help="New workbook, or new folder of CSV.")],
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Write a catalogue to a workbook or to a folder of CSV files, without loss.

    `holin catalogue export hall.xlsx --hall hall`, and `holin catalogue import hall.xlsx` brings it back as it was. The
    figures of the run do not go along: the import takes them from the run again.
    """
    from holin import hall

    speech = language or default_language()
    found = hall.read_hall(hall_folder)
    with asked_by(path="FILE.xlsx|FOLDER"):
        written = hall.write_catalogue(found.catalogue, target, language=speech)
    _say_written(written, _counts(found.catalogue, found.figures), speech, as_json)


def demo_catalogue(
    run: RunArgument,
    out_folder: OutOption,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the products; without it the demo's own.")] = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Make a synthetic catalogue: 17 exhibitors, more than 1,000 products whose footprints follow from a run.

    `holin catalogue demo runs/huolinguole-2025 --out hall`. No exhibitor, product or offer in it is real.
    """
    from holin import hall
    from holin.twin import catalogue_demo

    speech = language or default_language()
    with progress(not as_json, speech) as advance, asked_by(path="--out", run="RUN"):
        made = catalogue_demo(run, seed=seed, on_progress=advance)
        hall.write_hall(made, out_folder)
    _say_written(out_folder, _counts(made.catalogue, made.figures), speech, as_json)


def _counts(catalogue: Any, figures: Figures | None) -> dict[str, Any]:
    """Return how many of each there are, and of how many products the footprint is known, and whence."""
    from holin.hall import footprints

    prints = footprints(catalogue, figures).values()
    return {
        "exhibitors": len(catalogue.exhibitors),
        "products": len(catalogue.products),
        "steps": len(catalogue.steps),
        "enquiries": len(catalogue.enquiries),
        "footprint_of_path": sum(f is not None and not f.from_maker and not f.missing for f in prints),
        "footprint_of_maker": sum(f is not None and f.from_maker for f in prints),
        "footprint_not_known": sum(f is None or bool(f.missing) for f in prints),
        "synthetic": synthetic(catalogue.products),
    }


def synthetic(products: Iterable[Product]) -> bool:
    """Whether any of some products is synthetic, which must be said wherever they show."""
    return any(p.basis == "synthetic" for p in products)


def _say_written(path: Path | None, found: dict[str, Any], language: str, as_json: bool) -> None:
    if as_json:
        print_json({**found, "written": None if path is None else str(path)})
        return
    if found:
        out.print(text("catalogue.counts", language, **found), soft_wrap=True, markup=False)
        out.print(text("catalogue.prints", language, **found), soft_wrap=True, markup=False)
        say_synthetic(found["synthetic"], language)
    key = "catalogue.checked" if path is None else "catalogue.written"
    out.print(text(key, language, path=path), soft_wrap=True, markup=False)


def say_synthetic(is_synthetic: bool, language: str) -> None:
    """Say that what is shown is not real, where it is not."""
    if is_synthetic:
        out.print(text("catalogue.synthetic", language), style="yellow", soft_wrap=True, markup=False)


def called(thing: Product | Exhibitor, language: str) -> str:
    """Return the name of a product or exhibitor in a language, in the other where it has none in that."""
    return (thing.name_zh or thing.name) if language == "zh" else (thing.name or thing.name_zh)
