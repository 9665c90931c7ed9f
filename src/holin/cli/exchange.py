"""The commands `holin import` and `holin export`: other tools' files in and out."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from holin.cli.options import JsonOption, LanguageOption, ParkArgument, StageOption
from holin.cli.output import default_language, fault_json, out, print_json
from holin.cli.texts import text


class Format(StrEnum):
    """The formats, as `holin.formats.READERS` has them."""

    MATPOWER = "matpower"
    POWER_GRID_MODEL = "power-grid-model"
    PANDAPOWER = "pandapower"
    PYPSA = "pypsa"
    SIMBENCH = "simbench"


FormatArgument = Annotated[Format, typer.Argument(help="The other tool's format.")]


def import_park(
    format: FormatArgument,
    source: Annotated[Path, typer.Argument(help="The file or folder of the other tool.")],
    park: Annotated[Path, typer.Argument(help="The park folder (or .xlsx workbook) to make; it must not exist.")],
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Make a park of another tool's file, and list all that the park cannot carry.

    A file with a fault is refused whole: line, field, value and what would be right. Then: `holin flow my-park`.
    """
    from holin.twin import bring

    brought, speech = bring(format, source, park), language or default_language()
    made, warnings = brought.imported.park, brought.warnings
    branches = len(made.lines) + len(made.transformers) + len(made.transformers3) + len(made.equivalent_branches)
    counts = {"buses": len(made.buses), "branches": branches, "loads": len(made.loads)}
    if as_json:
        faults = [fault_json(f) for f in warnings]
        print_json({"park": str(park), **counts, "left_out": list(brought.imported.left_out), "warnings": faults})
        return
    _say(text("import.made", speech, path=park, **counts))
    _print_left_out(brought.imported.left_out, speech)
    if warnings:
        _say(text("import.warnings", speech, count=len(warnings), path=park))


def export_park(
    format: FormatArgument,
    park: ParkArgument,
    target: Annotated[Path, typer.Argument(help="The file or folder to write; it must not exist.")],
    stage: StageOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Write a stage of a park for another tool, and list all that its format cannot carry.

    The file holds one state: loads at their peak, generators at their power of the snapshot, no wind, PV or storage.
    """
    from holin.parkfile import reference_park
    from holin.twin import export

    left_out, speech = export(format, reference_park(park), target, stage=stage), language or default_language()
    if as_json:
        print_json({"written": str(target), "left_out": left_out})
        return
    _say(text("written", speech, path=target))
    _print_left_out(left_out, speech)


def _print_left_out(sentences: Sequence[str], language: str) -> None:
    _say(text("exchange.left_out" if sentences else "exchange.whole", language, count=len(sentences)))
    for sentence in sentences:
        _say(f"- {sentence}")


def _say(sentence: str) -> None:
    out.print(sentence, soft_wrap=True, markup=False)
