"""The command `holin replay`: a year rolled through with what was known then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from holin.cli.budgets import print_budgets
from holin.cli.dispatch_ahead import whole_hours
from holin.cli.options import (
    BudgetOption,
    EndOption,
    JsonOption,
    LanguageOption,
    LookAheadOption,
    MipGapOption,
    ParkArgument,
    SeedOption,
    StageOption,
    StartOption,
    WeatherOption,
)
from holin.cli.output import default_language, figure, out, percent, print_json, print_table, progress
from holin.cli.run import moment_of
from holin.cli.texts import text
from holin.errors import BadInput, Fault

SHOWN = 20
"""So many windows are told in which a duty gave way."""


class Forecast(StrEnum):
    """What each window knows of what comes."""

    BLEND = "blend"
    PERSISTENCE = "persistence"
    CLIMATOLOGY = "climatology"
    PERFECT = "perfect"


def replay(
    park: ParkArgument,
    year: Annotated[
        bool, typer.Option("--year", help="The whole local year of the stage (also without --start and --end).")
    ] = False,
    forecast: Annotated[
        Forecast,
        typer.Option("--forecast", help="blend (persistence to climatology), persistence, climatology, or perfect."),
    ] = Forecast.BLEND,
    horizon: Annotated[str, typer.Option("--horizon", help="What each window decides, such as 24h.")] = "24h",
    look_ahead: LookAheadOption = "24h",
    redispatch: Annotated[
        str,
        typer.Option(
            "--redispatch", help="How often what runs is steered anew within a window; until then the weather is known."
        ),
    ] = "1h",
    budget: BudgetOption = None,
    mip_gap: MipGapOption = 1e-3,
    perfect: Annotated[
        bool, typer.Option("--perfect/--no-perfect", help="Roll through it a second time, knowing everything.")
    ] = True,
    stage: StageOption = None,
    start: StartOption = None,
    end: EndOption = None,
    weather: WeatherOption = None,
    seed: SeedOption = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Write the schedule that came of it to this NetCDF file.")
    ] = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Roll through a year window by window, each knowing only what was known then, and say what that cost.

    Each window forecasts from the past alone, plans, and then meets the weather that comes with the units it has on,
    steered anew every hour (--redispatch) with a new forecast of the hours after it.
    The same hours are rolled through once more knowing everything: the difference is the price of not knowing. A
    fortnight: `holin replay my-park --start 2025-03-01 --end 2025-03-15`.
    """
    if year and (start or end):
        fault = Fault(
            file="command line", field="--year", value="true", problem="stands beside --start or --end",
            right="leave one of the two out",
        )  # fmt: skip
        raise BadInput([fault])
    from holin.parkfile import read_park, reference_park
    from holin.store import read_schedule
    from holin.twin import replay as roll
    from holin.twin import replay_figures

    speech = language or default_language()
    whole = read_park(reference_park(park))
    options: dict[str, Any] = {
        "stage": stage,
        "start": moment_of(start, "--start"),
        "end": moment_of(end, "--end"),
        "horizon_h": whole_hours(horizon, "--horizon"),
        "lookahead_h": 0 if look_ahead.strip() == "0" else whole_hours(look_ahead, "--look-ahead"),
        "redispatch_h": whole_hours(redispatch, "--redispatch"),
        "weather": weather,
        "seed": seed,
        "mip_gap": mip_gap,
        "budget": None if budget is None else read_schedule(budget),
    }
    with progress(not as_json, speech) as advance:
        made = roll(whole, method=forecast.value, on_progress=advance, **options)
        best = None
        if perfect and forecast is not Forecast.PERFECT:
            best = roll(whole, method=Forecast.PERFECT.value, on_progress=advance, **options)
    heading = {"park": whole.facts.id, "stage": made.stage.name, "currency": whole.facts.currency}
    figures = {**heading, **replay_figures(made, best)}
    if out_file is not None:
        from holin.store import write_tables

        write_tables(out_file, {"schedule": made.schedule})
        figures["written"] = str(out_file)
    if as_json:
        print_json(figures)
        return
    _print(figures, speech)
    if out_file is not None:
        out.print(text("written", speech, path=out_file), soft_wrap=True, markup=False)


def _both(figures: Mapping[str, Any], name: str, perfect: bool) -> str:
    """Return a figure, and behind a slash that of the replay that knew everything."""
    own = figure(figures[name])
    return f"{own} / {figure(figures[f'perfect_{name}'])}" if perfect else own


def _print(figures: Mapping[str, Any], language: str) -> None:
    title = text("replay.title", language, **{k: figures[k] for k in ("park", "stage", "hours", "windows", "method")})
    other = figures.get("perfect_cost", {})
    parts = [p for p in figures["cost"] if abs(figures["cost"][p]) >= 0.5 or abs(other.get(p, 0.0)) >= 0.5]
    names = [text("column.figure", language), text("replay.forecast", language)]
    rows = [
        [text("replay.total", language, currency=figures["currency"]), figure(figures["total"], 0)],
        *[[f"  {text(f'dispatch.{p}', language)}", figure(figures["cost"][p], 0)] for p in parts],
    ]
    if other:
        names.append(text("replay.perfect", language))
        rows[0].append(figure(figures["perfect_total"], 0))
        for row, part in zip(rows[1:], parts, strict=True):
            row.append(figure(other.get(part, 0.0), 0))
    print_table(title, names, rows)
    broken = [row for row in figures["rows"] if row["duties"]]
    gap = f"{percent(figures['mip_gap_mean'], 3)}, {percent(figures['mip_gap_max'], 3)}"
    facts = [
        *([[text("replay.above", language), percent(figures["above_perfect"], 2)]] if other else []),
        [text("replay.stored", language), _both(figures, "stored_mwh", bool(other))],
        [text("replay.owed", language), _both(figures, "metal_owed_t", bool(other))],
        [text("energy.shed", language), f"{figure(figures['shed_mwh'])} MWh"],
        [text("replay.duties", language), f"{len(broken)} / {figures['windows']}"],
        [text("replay.gap", language), gap],
    ]
    print_table("", [text("column.figure", language), text("column.value", language)], facts)
    print_duties(broken, language)
    print_budgets(figures["budgets"], language)


def print_duties(broken: Sequence[Mapping[str, Any]], language: str) -> None:
    """Print the windows in which a duty gave way: the day, whose duty, and how much is missing."""
    if broken:
        out.print(text("replay.broken", language), style="bold")
    for row in broken[:SHOWN]:
        said = "; ".join(_duty(duty, language) for duty in row["duties"])
        out.print(f"  {row['day']}: {said}", style="red", markup=False, soft_wrap=True)
    if len(broken) > SHOWN:
        out.print(text("dispatch.more", language, count=len(broken) - SHOWN))


def _duty(duty: Mapping[str, Any], language: str) -> str:
    what = f"{text('breach.' + duty['kind'], language)} {duty['element']}".strip()
    most = f"{duty['most']:.4g} {duty['unit']}"
    energy = "" if duty["energy_mwh"] is None else f" ({duty['energy_mwh']:.4g} MWh)"
    return text("replay.duty", language, what=what, most=most, energy=energy)
