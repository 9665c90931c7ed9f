"""The command `holin connect`: can something connect, what must be built, at what price, how green, who else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.grid_state import asked_by, wrong
from holin.cli.options import (
    EndOption,
    JsonOption,
    LanguageOption,
    ParkArgument,
    SeedOption,
    StartOption,
    WeatherOption,
)
from holin.cli.output import default_language, finite, out, print_json, print_table, progress
from holin.cli.run import moment_of
from holin.cli.texts import text

if TYPE_CHECKING:
    from holin.connection import Study

STYLES = {"yes": "bold green", "yes_after": "bold yellow", "flexible": "bold yellow", "no": "bold red"}


class Shape(StrEnum):
    """The built-in shapes of a load, as `holin.park.LoadShape` has them."""

    FLAT = "flat"
    THREE_SHIFT = "three_shift"
    TWO_SHIFT = "two_shift"
    DAY_SHIFT = "day_shift"
    NIGHT_SHIFT = "night_shift"


DayOption = Annotated[
    datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="The day of the connection; without it today.")
]


def connect(
    park: ParkArgument,
    bus: Annotated[str, typer.Option("--bus", help="Id or name of a bus, or of a substation: then its best bus.")],
    day: DayOption = None,
    load: Annotated[float, typer.Option("--load", help="Yearly peak of a new load, MW.")] = 0.0,
    wind: Annotated[float, typer.Option("--wind", help="A new wind farm, MW.")] = 0.0,
    solar: Annotated[float, typer.Option("--solar", help="A new PV plant, MW (AC).")] = 0.0,
    storage: Annotated[float, typer.Option("--storage", help="A new storage, MW.")] = 0.0,
    storage_h: Annotated[float, typer.Option("--storage-hours", help="Energy of the storage over its power, h.")] = 4.0,
    shape: Annotated[Shape, typer.Option(help="Built-in shape of the load.")] = Shape.THREE_SHIFT,
    power_factor: Annotated[float, typer.Option("--power-factor", help="Cos phi of the load, inductive.")] = 0.95,
    decided: Annotated[
        datetime | None,
        typer.Option(
            "--decided",
            formats=["%Y-%m-%d"],
            help="The day from which works are counted; without it today, or an earlier --date.",
        ),
    ] = None,
    start: StartOption = None,
    end: EndOption = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Only a typical week of each quarter instead of the year.")
    ] = False,
    weather: WeatherOption = None,
    seed: SeedOption = None,
    out_folder: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="A folder for connect.html and connect.json."),
    ] = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Study a connection: does the grid carry it, what must be built and when, at what price, how green, who else.

    The operating year of the date is run before and after, every branch is taken out in turn, short-circuit currents
    are held against the breakers; where it does not fit, works are sought. `holin connect huolinguole --bus SUB2 --load
    30 --date 2026-07-01`; a first look: `--quick`.
    """
    first, last = moment_of(start, "--start"), moment_of(end, "--end")
    if quick and (first or last):
        raise wrong("--quick", "", "the typical weeks are of the whole year", "leave it out with --start or --end")
    if out_folder is not None and out_folder.is_file():
        raise wrong("--out", str(out_folder), "is a file", "name a folder")
    from holin.connection import Request, figures_of
    from holin.park import LoadShape
    from holin.parkfile import reference_park
    from holin.twin import connect as study_of

    speech = language or default_language()
    today = date.today()
    asked = day.date() if day else today
    from_day = decided.date() if decided else min(today, asked)
    request = Request(
        place=bus, day=asked, load_mw=load, wind_mw=wind, solar_mw=solar, storage_mw=storage,
        storage_h=storage_h, shape=LoadShape(shape), power_factor=power_factor,
    )  # fmt: skip
    options = {"load_mw": "--load", "wind_mw": "--wind", "solar_mw": "--solar", "storage_mw": "--storage",
               "storage_h": "--storage-hours", "power_factor": "--power-factor", "day": "--date",
               "place": "--bus"}  # fmt: skip
    with progress(not as_json, speech) as advance, asked_by(**options):
        study = study_of(
            reference_park(park), request, decided=from_day, start=first, end=last,
            weather=weather, seed=seed, quick=quick, on_progress=advance,
        )  # fmt: skip
    figures = figures_of(study)
    page = None if out_folder is None else write_page(study, figures, out_folder, speech)
    if as_json:
        print_json(figures | ({} if page is None else {"page": str(page)}))
        return
    print_study(study, figures, speech)
    if page is not None:
        out.print(text("report.written", speech, path=page), soft_wrap=True, markup=False)


def write_page(study: Study, figures: Mapping[str, Any], folder: Path, language: str) -> Path:
    """Write the page and the figures of a study into a folder and return the page."""
    from holin.picture.connection import connection_page

    before, after = study.before, study.after
    page = connection_page(before.park, after.park, before.flows, after.flows, figures, language=language)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "connect.json").write_text(
        json.dumps(finite(figures), ensure_ascii=False, indent=2, default=str), encoding="utf-8"
    )
    (folder / "connect.html").write_text(page, encoding="utf-8")
    return folder / "connect.html"


def print_study(study: Study, figures: Mapping[str, Any], language: str) -> None:
    """Print the page's text: the verdict first, then section by section."""
    from holin.picture.connection import notes_said, said, sections_of, speaker, sub_said, verdict_said, what_said

    say = speaker(study.after.park, language)
    facts = study.whole.facts
    out.print(say("title", what=what_said(figures, say), bus=figures["bus"]), style="bold", markup=False)
    out.print(sub_said(figures, say, study.whole), style="dim", soft_wrap=True, markup=False)
    synthetic = facts.synthetic_zh if language == "zh" else facts.synthetic
    if synthetic:
        out.print(f"{said('synthetic', language)} {synthetic}", style="dim", soft_wrap=True, markup=False)
    out.print()
    out.print(verdict_said(figures, say), style=STYLES[figures["verdict"]["answer"]], soft_wrap=True, markup=False)
    for line in notes_said(figures, say):
        out.print(line, soft_wrap=True, markup=False)
    out.print()
    for section in sections_of(figures, say):
        out.print(section.title, style="bold", markup=False)
        for line in section.lines:
            out.print(line, soft_wrap=True, markup=False)
        for columns, rows in section.tables:
            print_table("", columns, rows)
        for line in section.after:
            out.print(line, soft_wrap=True, markup=False)
        out.print()
