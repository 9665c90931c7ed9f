"""Arguments and options that several commands share, declared once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Language(StrEnum):
    """The languages that Holin speaks."""

    EN = "en"
    ZH = "zh"


ParkArgument = Annotated[
    str,
    typer.Argument(help="A park folder, an .xlsx workbook, or the name of a reference park: huolinguole, huolinhe."),
]
RunArgument = Annotated[Path, typer.Argument(help="A run folder that `holin run` wrote.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
StageOption = Annotated[str | None, typer.Option(help="A stage of park.toml; without it the park's default stage.")]
LanguageOption = Annotated[
    Language | None, typer.Option(help="en or zh; without it HOLIN_LANGUAGE or the terminal's locale decides.")
]
