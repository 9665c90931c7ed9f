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
StartOption = Annotated[str | None, typer.Option(help="First local day or hour, 2025-03-01 or '2025-03-01 06:00'.")]
EndOption = Annotated[str | None, typer.Option(help="Local day or hour at which it ends (not included).")]
WeatherOption = Annotated[
    Path | None, typer.Option(help="Weather file (CSV, Parquet, EPW, TMY3, PVGIS) instead of the synthetic year.")
]
SEED_MAX = 10**18 - 1
"""As many digits as a whole number of a park's tables may have."""

SeedOption = Annotated[
    int | None,
    typer.Option(min=0, max=SEED_MAX, help="Seed of the synthetic weather; without it the climate's own."),
]
MipGapOption = Annotated[
    float,
    typer.Option("--mip-gap", min=0.0, max=0.5, help="Of whole units: how far from the proven best is enough."),
]
BudgetOption = Annotated[
    Path | None,
    typer.Option(
        "--budget",
        help="A run of the stage's whole year (`holin run` folder): rules of the year that the park enforces get a "
        "target at each plan's end, so that with the rest of the year as planned they are met.",
    ),
]
LookAheadOption = Annotated[
    str, typer.Option("--look-ahead", help="What a plan sees beyond its horizon, such as 24h; 0 for nothing.")
]
LanguageOption = Annotated[
    Language | None, typer.Option(help="en or zh; without it HOLIN_LANGUAGE or the terminal's locale decides.")
]
ACCOUNTS = Path("holin-accounts.db")
AccountsOption = Annotated[Path, typer.Option("--accounts", envvar="HOLIN_ACCOUNTS", help="The file of accounts.")]
