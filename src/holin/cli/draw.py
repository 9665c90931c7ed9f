"""The command that draws a park: its single-line diagram, or its map."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from holin.cli.grid_state import asked_by, wrong
from holin.cli.options import JsonOption, ParkArgument, StageOption
from holin.cli.output import default_language, out, print_json
from holin.cli.texts import text
from holin.errors import BadInput, Fault

if TYPE_CHECKING:
    from holin.park import Park
    from holin.picture import Moment


class What(StrEnum):
    """What can be drawn."""

    SINGLE_LINE = "single-line"
    MAP = "map"


class Lettering(StrEnum):
    """The languages of a drawing."""

    EN = "en"
    ZH = "zh"
    BOTH = "both"


def draw(
    park: ParkArgument,
    what: Annotated[What, typer.Option(help="single-line: the single-line diagram; map: true to scale.")] = (
        What.SINGLE_LINE
    ),
    stage: StageOption = None,
    run: Annotated[
        Path | None, typer.Option(help="A run folder of this park: colours by voltage and loading, MW, what is out.")
    ] = None,
    hour: Annotated[
        str | None,
        typer.Option(help="The hour of the run, local: '2025-03-01 06:00'; without it that of the highest loading."),
    ] = None,
    language: Annotated[
        Lettering | None,
        typer.Option(help="en, zh or both; without it HOLIN_LANGUAGE or the terminal's locale decides."),
    ] = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="The SVG to write; without it PARK-STAGE-WHAT.svg here.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Draw a park as an SVG that opens in every browser: its single-line diagram, or its map.

    `holin draw huolinguole`; with an hour of a run: `holin draw huolinguole --run runs/huolinguole-2025 --hour
    '2025-03-01 06:00'`. Things that have `diagram_x` and `diagram_y` stand where they were placed, the rest is laid out
    by Holin.
    """
    from holin.park import at_stage, stage_of
    from holin.parkfile import read_park, reference_park

    whole = read_park(reference_park(park))
    chosen = stage_of(whole, _stage_of_run(run, stage) if run is not None else stage)
    frozen = at_stage(whole, chosen)
    moment = _moment(frozen, run, hour)
    drawing = _drawing(frozen, what, language or Lettering(default_language()), moment)
    target = out_file or Path(f"{whole.facts.id}-{chosen.name}-{what}.svg")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(drawing, encoding="utf-8", newline="\n")
    if as_json:
        print_json(
            {
                "drawing": str(target), "what": str(what), "park": whole.facts.id, "stage": chosen.name,
                "time": moment.time if moment else None,
            }
        )  # fmt: skip
    else:
        speech = default_language() if language in (None, Lettering.BOTH) else language
        out.print(text("draw.written", speech, path=target), soft_wrap=True, markup=False)


def _stage_of_run(run: Path, stage: str | None) -> str:
    from holin.store import read_run

    known = str(read_run(run, verify=False).summary["stage"])
    if stage not in (None, known):
        raise wrong("--stage", stage, f"is not the stage of the run, {known}", "leave it out with --run")
    return known


def _moment(park: Park, run: Path | None, hour: str | None) -> Moment | None:
    from holin.picture import moment_of
    from holin.store import read_run

    if run is None:
        if hour is not None:
            raise wrong("--hour", hour, "is the hour of a run, and no run is given", "name the run with --run")
        return None
    tables = read_run(run).tables
    if "flows" not in tables:
        raise wrong("--run", str(run), "has no power flow", "give a run folder that `holin run` wrote")
    with asked_by(hour="--hour"):
        return moment_of(park, tables["flows"], hour)


def _drawing(park: Park, what: What, language: Lettering, moment: Moment | None) -> str:
    from holin.picture import map_svg, single_line_svg

    if what is What.SINGLE_LINE:
        return single_line_svg(park, language=language, moment=moment)
    drawing = map_svg(park, language=language, width=1200, moment=moment, headed=True)
    if not drawing:
        fault = Fault(
            file="substation.csv", field="latitude", problem="nothing in the park has a place, so there is no map",
            right="fill in latitude and longitude of the substations, or draw --what single-line",
        )  # fmt: skip
        raise BadInput([fault])
    return drawing
