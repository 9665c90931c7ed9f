"""Commands about a park folder: new, check, excel, provenance, schema."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from holin.cli.options import JsonOption, LanguageOption, ParkArgument, StageOption
from holin.cli.output import default_language, fault_json, figure, out, percent, print_faults, print_json, print_table
from holin.cli.texts import text


def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make; it must not exist.")],
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Make a small working park, with comments, to change into your own.

    Its README.md explains every table. Then: `holin check my-park`, `holin run my-park`, and `holin plan
    my-park` for what to build of the wind, PV and storage in its candidate.csv.
    """
    from holin.parkfile import new_park

    new_park(folder)
    if as_json:
        print_json({"park": str(folder)})
    else:
        _say("new.made", language, folder=folder)


def _say(key: str, language: str | None, **values: object) -> None:
    out.print(text(key, language or default_language(), **values), soft_wrap=True, markup=False)


def check(
    park: ParkArgument,
    grid: Annotated[
        bool, typer.Option("--grid", help="Also solve the grid at peak load of every stage, and list where N-1 fails.")
    ] = False,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """List all faults of a park at once: file, row, field, value and what would be right.

    An error stops a run, a warning does not. The exit code is 1 when there is an error. Rows are counted as a
    spreadsheet counts them: the header is row 1.
    """
    from holin.parkfile import faults_of_park, reference_park

    where, speech = reference_park(park), language or default_language()
    faults = faults_of_park(where)
    errors = sum(f.severity == "error" for f in faults)
    stages = _static_stages(where) if grid and not errors else []
    if as_json:
        print_json({"park": str(where), "errors": errors, "faults": [fault_json(f) for f in faults], "grid": stages})
    else:
        print_faults(faults, speech)
        found = text("check.found", speech, errors=errors, warnings=len(faults) - errors)
        out.print(f"{where}: {found if faults else text('check.good', speech)}", soft_wrap=True, markup=False)
        for stage in stages:
            _print_static(stage, speech)
    if errors:
        raise typer.Exit(1)


def _static_stages(where: Path) -> list[dict[str, Any]]:
    from holin.flow import static_check
    from holin.park import at_stage
    from holin.parkfile import read_park

    park = read_park(where)
    return [{"stage": stage.name, **asdict(static_check(at_stage(park, stage)))} for stage in park.stages]


def _print_static(stage: dict[str, Any], language: str) -> None:
    base, outages = stage["base"], stage["n_minus_1"]
    counts = {"stage": stage["stage"], "base": len(base), "outages": len(outages)}
    if stage["converged"]:
        extremes = {"v_min": stage["v_min_pu"], "v_max": stage["v_max_pu"], "loading": stage["loading_max"]}
        _say("grid.stage", language, **counts, **extremes)
    else:
        _say("grid.unsolved", language, **counts)
    rows = [
        [
            f["outage"] or text("grid.base", language),
            f["element"],
            text(f"n1.{f['kind']}", language),
            figure(f["value"], 3),
        ]
        for f in (*base, *outages)
    ]
    if rows:
        print_table("", [text(f"column.{c}", language) for c in ("outage", "element", "finding", "value")], rows)


def excel(
    source: Annotated[str, typer.Argument(help="A park folder (or reference park), or an .xlsx workbook.")],
    target: Annotated[
        Path, typer.Argument(help="The workbook to write (.xlsx), or the folder when the source is one.")
    ],
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Turn a park folder into one Excel workbook, or a workbook into a folder, without loss.

    `holin excel my-park my-park.xlsx` writes the workbook, `holin excel my-park.xlsx my-park-2` a folder again.
    """
    from holin.parkfile import read_park, reference_park, write_park

    write_park(read_park(reference_park(source)), target)
    if as_json:
        print_json({"written": str(target)})
    else:
        _say("written", language, path=target)


def provenance(
    park: ParkArgument,
    stage: StageOption = None,
    rows: Annotated[bool, typer.Option("--rows", help="Print every figure, not only the shares.")] = False,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Show where a park's figures come from: published, derived, assumed, synthetic or measured.

    A figure is a cell with a unit; the share is of their number, not of their weight.
    """
    from holin.park import at_stage, stage_of
    from holin.parkfile import provenance_of, read_park, reference_park, share_of_basis
    from holin.picture.texts import spoken
    from holin.picture.texts import text as printed_word

    whole = read_park(reference_park(park))
    figures = provenance_of(at_stage(whole, stage_of(whole, stage)) if stage else whole)
    shares, speech = share_of_basis(figures), language or default_language()
    if as_json:
        named = {str(basis or "unknown"): share for basis, share in shares.items()}
        print_json({"figures": len(figures), "shares": named, "rows": [asdict(f) for f in figures]})
        return
    word = {basis: printed_word(f"basis.{basis or 'unknown'}", spoken(speech)) for basis in shares}
    table = [[word[basis], percent(share)] for basis, share in shares.items()]
    names = [text("provenance.basis", speech), text("provenance.share", speech)]
    print_table(text("provenance.title", speech, count=len(figures)), names, table)
    if rows:
        listed = [[f.table, f.id, f.field, f.value, f.unit, word[f.basis], f.reference] for f in figures]
        head = [text(f"column.{c}", speech) for c in ("table", "id", "field", "value", "unit")]
        print_table("", [*head, names[0], text("column.reference", speech)], listed)


def schema(
    folder: Annotated[Path | None, typer.Argument(help="Write schema.json and datapackage.json here.")] = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Print or write the JSON Schema of a park and the Frictionless data package of its tables."""
    from holin.parkfile import datapackage, json_schema

    documents = {"schema.json": json_schema(), "datapackage.json": datapackage(None, "park")}
    if folder is None or as_json:
        print_json(documents)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, document in documents.items():
            (folder / name).write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        if not as_json:
            _say("written", language, path=folder)
