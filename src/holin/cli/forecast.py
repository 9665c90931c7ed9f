"""The command `holin forecast`: what is known of the hours ahead; a forecast's file made, checked, scored."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.forecast_print import print_forecast, print_skill
from holin.cli.grid_state import wrong
from holin.cli.options import JsonOption, LanguageOption, ParkArgument, SeedOption, StageOption, WeatherOption
from holin.cli.output import default_language, fault_json, out, print_faults, print_json, progress
from holin.cli.run import moment_of
from holin.cli.texts import text

if TYPE_CHECKING:
    import xarray as xr

    from holin.park import Park


class Maker(StrEnum):
    """How a forecast is made, as `holin.twin.foretold` has it."""

    BLEND = "blend"
    PERSISTENCE = "persistence"
    CLIMATOLOGY = "climatology"
    SERVICE = "service"


def forecast(
    park: ParkArgument,
    day: Annotated[
        str | None, typer.Option("--day", help="Local day, or hour such as '2025-03-03 18:00', of the first issue.")
    ] = None,
    hours: Annotated[int, typer.Option("--hours", min=1, max=240, help="Hours ahead that each issue reaches.")] = 48,
    method: Annotated[
        Maker,
        typer.Option(
            "--method",
            help="blend: from the last measured value to what the month and hour brought before; persistence, "
            "climatology: one of the two alone; service: a synthetic weather service, for replays (knows the truth).",
        ),
    ] = Maker.BLEND,
    issues: Annotated[int, typer.Option("--issues", min=1, max=40_000, help="Number of issues.")] = 1,
    every: Annotated[float, typer.Option("--every", min=1.0, help="Hours from one issue to the next.")] = 6.0,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Write the forecast to this CSV or Parquet file.")
    ] = None,
    draw: Annotated[
        Path | None, typer.Option("--draw", help="Draw the first issue as a fan chart, an SVG file.")
    ] = None,
    element: Annotated[
        str, typer.Option("--element", help="Of --draw: a wind farm, PV plant or load, or a sum: wind, pv, loads.")
    ] = "wind",
    check: Annotated[
        Path | None, typer.Option("--check", help="Make nothing; list all faults of this forecast file.")
    ] = None,
    score: Annotated[
        Path | None, typer.Option("--score", help="Make nothing; tell how good this forecast file was.")
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", help="Of --score: the run that holds what came; else the weather does."),
    ] = None,
    local_times: Annotated[
        bool, typer.Option("--local-times", help="Times of the file without an offset are the park's local ones.")
    ] = False,
    stage: StageOption = None,
    weather: WeatherOption = None,
    seed: SeedOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Forecast wind, PV and loads with quantiles, from what was measured until the issue and nothing later.

    `holin forecast huolinguole --day 2025-03-03 --out f.csv` makes a file as a first example of its form: one row per
    issue, interval, element and quantile, times with their offset. `--check f.csv` lists what is wrong with a file of
    your weather service, `--score f.csv` compares it with what came.
    """
    speech = language or default_language()
    if check is not None:
        _refuse_both("--check", check, score=score, against=against, out=out_file, draw=draw)
        _check(check, _frozen(park, stage), local_times, as_json, speech)
    elif score is not None:
        _refuse_both("--score", score, out=out_file, draw=draw)
        frozen = _frozen(park, stage)
        figures = _skill(score, frozen, against, weather, seed, local_times)
        if as_json:
            print_json(figures)
        else:
            print_skill(figures, speech)
    else:
        if day is None:
            raise wrong("--day", None, "no day is named", "write --day 2025-03-03, or --check or --score with a file")
        _refuse_both("--day", day, against=against)
        _make(
            park, day, out_file, (draw, element), as_json, speech,
            stage=stage, issues=issues, every_h=every, horizon_h=float(hours), method=method.value,
            weather=weather, seed=seed,
        )  # fmt: skip


def _refuse_both(option: str, value: object, **others: object) -> None:
    for name, other in others.items():
        if other is not None:
            raise wrong(f"--{name}", str(other), f"does not go with {option} {value}", "leave one of the two out")


def _frozen(park: str, stage: str | None) -> Park:
    from holin.park import at_stage, stage_of
    from holin.parkfile import read_park, reference_park

    whole = read_park(reference_park(park))
    return at_stage(whole, stage_of(whole, stage))


def _make(
    park: str, day: str, out_file: Path | None, drawing: tuple[Path | None, str], as_json: bool, language: str,
    **options: Any,
) -> None:  # fmt: skip
    from holin.forecast import known_at, reserve_by_quantile
    from holin.parkfile import read_park, reference_park, write_forecast
    from holin.twin import foretold

    if out_file is not None and out_file.suffix.lower() not in (".csv", ".parquet"):
        raise wrong("--out", str(out_file), "neither CSV nor Parquet", "end its name in .csv or .parquet")
    whole = read_park(reference_park(park))
    with progress(not as_json, language) as advance:
        made = foretold(whole, first=moment_of(day, "--day"), on_progress=advance, **options)  # type: ignore[arg-type]
    table = made.forecast
    first = table["issued"].values[0]
    window = known_at(table.isel(issued=[0]), first, first + table["lead"].values)
    rows = 0
    if out_file is not None:
        rows = write_forecast(table, out_file, time_zone=whole.facts.time_zone, currency=whole.facts.currency)
    if drawing[0] is not None:
        drawing[0].write_text(_fan(made, window, drawing[1], language), encoding="utf-8", newline="\n")
    if as_json:
        files = {"written": out_file, "drawing": drawing[0]}
        names = {name: None if path is None else str(path) for name, path in files.items()}
        print_json({**_figures(made, window), "rows": rows, **names})
        return
    print_forecast(made, window, reserve_by_quantile(window), language)
    if out_file is not None:
        out.print(text("forecast.rows", language, rows=rows, path=out_file), soft_wrap=True, markup=False)
    if drawing[0] is not None:
        out.print(text("draw.written", language, path=drawing[0]), soft_wrap=True, markup=False)


def _fan(made: Any, window: xr.Dataset, element: str, language: str) -> str:
    """Return the fan chart of an element or of a sum, with what came."""
    from holin.picture import fan_svg
    from holin.twin import part_of

    part = part_of(made, window, element)
    return fan_svg(
        part.values, what=element, issued=made.forecast["issued"].values[0], method=made.method,
        time_zone=made.park.facts.time_zone, language=language, synthetic=True,
        nominal_mw=part.nominal_mw, came_mw=part.came_mw,
    )  # fmt: skip


def _figures(made: Any, window: xr.Dataset) -> Mapping[str, Any]:
    """Return what --json prints of forecasts: their extent, and of the first issue the window and its reserves."""
    from holin.forecast import reserve_by_quantile

    reserve = reserve_by_quantile(window)
    return {
        "park": made.park.facts.id,
        "stage": made.stage.name,
        "method": made.method,
        "basis": "synthetic",
        "modelled": list(made.history.modelled),
        "issued": [f"{t}Z" for t in made.forecast["issued"].values.astype("datetime64[s]")],
        "time": [f"{t}Z" for t in window["time"].values.astype("datetime64[s]")],
        "quantile": window["quantile"].values.tolist(),
        "available_mw": {str(u): window.available_mw.sel(unit=u).values.tolist() for u in window["unit"].values},
        "load_mw": {str(x): window.load_mw.sel(load=x).values.tolist() for x in window["load"].values},
        "reserve_up_mw": reserve["reserve_up_mw"].values.tolist(),
        "reserve_down_mw": reserve["reserve_down_mw"].values.tolist(),
    }


def _check(file: Path, park: Park, local_times: bool, as_json: bool, language: str) -> None:
    from holin.parkfile import judged_forecast

    table, faults = judged_forecast(file, park, local_times=local_times)
    errors = sum(f.severity == "error" for f in faults)
    if as_json:
        sizes = None if table is None else dict(table.sizes)
        print_json({"file": str(file), "errors": errors, "sizes": sizes, "faults": [fault_json(f) for f in faults]})
    else:
        print_faults(faults, language)
        if errors:
            counts = {"errors": errors, "warnings": len(faults) - errors}
            out.print(text("check.found", language, **counts), soft_wrap=True)
        elif table is not None:
            extent = {
                "path": file, "issues": table.sizes["issued"], "leads": table.sizes["lead"],
                "elements": sum(table.sizes[d] for d in ("unit", "load", "grid")),
                "quantiles": ", ".join(f"{q:g}" for q in table["quantile"].values),
            }  # fmt: skip
            out.print(text("forecast.file", language, **extent), soft_wrap=True, markup=False)
    if errors:
        raise typer.Exit(1)


def _skill(
    file: Path, park: Park, against: Path | None, weather: Path | None, seed: int | None, local_times: bool
) -> dict[str, Any]:
    """Return the skill of a file as plain figures: a row per element and lead."""
    from holin.park import forecastable
    from holin.twin import scored

    came = None
    if against is not None:
        import xarray as xr

        from holin.store import read_run

        tables = read_run(against).tables
        came = xr.merge([tables["available"][["available_mw"]].load(), tables["demand"][["load_mw"]].load()])
    found = scored(file, park, came, weather=weather, seed=seed, local_times=local_times)
    nominal = {thing.id: thing.nominal for thing in forecastable(park)}
    quantile = found["quantile"].values.tolist()
    rows = [
        {
            "element": str(element), "lead_h": float(lead), "nominal_mw": nominal[str(element)],
            **{name: float(one[name]) for name in ("count", "rmse", "mae", "bias", "pinball")},
            "below": one["below"].values.tolist(), "not_above": one["not_above"].values.tolist(),
        }
        for element in found["element"].values
        for lead in found["lead_h"].values
        for one in [found.sel(element=element, lead_h=lead)]
        if float(one["count"]) > 0
    ]  # fmt: skip
    return {
        "file": str(file),
        "against": None if against is None else str(against),
        "quantile": quantile,
        "skill": rows,
    }
