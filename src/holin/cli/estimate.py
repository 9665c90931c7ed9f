"""The command `holin estimate`: the state that fits the meters best, and which of them cannot be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.estimate_doubts import print_contradictions
from holin.cli.estimate_example import write_example
from holin.cli.grid_state import chosen_hours, wrong
from holin.cli.options import JsonOption, LanguageOption, ParkArgument, StageOption
from holin.cli.output import default_language, figure, out, percent, print_json, print_table, progress
from holin.cli.texts import text

if TYPE_CHECKING:
    import xarray as xr

SHOWN = 12
Figures = Mapping[str, Any]


def estimate(
    park: ParkArgument,
    measurements: Annotated[
        Path | None,
        typer.Argument(
            help="A CSV file: time (optional), element, end, quantity, value, sigma, meter (optional). "
            "Write a first one with --example."
        ),
    ] = None,
    stage: StageOption = None,
    run: Annotated[
        Path | None, typer.Option("--run", help="A run whose hours stand in where no meter sees; else the peak does.")
    ] = None,
    hours: Annotated[
        str | None,
        typer.Option(
            "--hours",
            help="Only these local moments of the file: a day (2025-07-01), an hour (2025-07-01T13), or FIRST..LAST.",
        ),
    ] = None,
    example: Annotated[
        Path | None,
        typer.Option(
            "--example",
            help="Estimate nothing; write what meters everywhere would show of the park's own state, with noise, "
            "or of the --hours of a --run. A start for a file of your own; the values are synthetic.",
        ),
    ] = None,
    pseudo: Annotated[
        bool, typer.Option("--pseudo/--no-pseudo", help="Fill what no meter sees, or leave it empty.")
    ] = True,
    max_age: Annotated[
        float,
        typer.Option("--max-age", min=0.0, help="Seconds for which a meter's last value stands for a missing one."),
    ] = 0.0,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Write the whole table of the estimate to this NetCDF file.")
    ] = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Estimate the state of the grid from measurements: voltages, powers and currents, each with its sigma.

    Names the buses that the meters leave open and the meters that would see them, fills what is open from a run or the
    park's own state, finds bad data and leaves them out. There is always an answer, with its quality; where the state
    contradicts the park's own nameplates, it says so, names the slip that would explain it, and ends with exit code 1.
    Power into the network is positive for buses and units, power into the branch at its ends (`from`, `to`).
    """
    from holin.flow import contradictions, estimate_summary, observability
    from holin.flow import estimate as estimate_state
    from holin.park import at_stage, stage_of
    from holin.parkfile import read_measurements, read_park, reference_park

    speech = language or default_language()
    if example is not None:
        _write_example(example, park, measurements, stage, run, hours, as_json=as_json, language=speech)
        return
    if measurements is None:
        right = "name a CSV file, or write a first one with --example FILE"
        raise typer.BadParameter(right, param_hint="MEASUREMENTS")
    whole = read_park(reference_park(park))
    at, schedule = _run(run, stage)
    frozen = at_stage(whole, stage_of(whole, at))
    shown = chosen_hours(frozen, read_measurements(measurements, frozen), hours, "file", 0.0)
    with progress(not as_json, speech) as advance:
        table = estimate_state(
            frozen, shown, schedule=schedule, pseudo=pseudo, max_age_s=max_age,
            on_progress=lambda share: advance("estimate", share),
        )  # fmt: skip
    figures = {
        "stage": frozen.stages[0].name,
        **estimate_summary(
            table,
            observability(frozen, shown, max_age_s=max_age),
            contradictions(frozen, shown, table, max_age_s=max_age),
        ),
    }
    if out_file is not None:
        from holin.store import write_tables

        write_tables(out_file, {"estimate": table})
    if as_json:
        print_json(figures if out_file is None else {**figures, "written": str(out_file)})
    else:
        _print(figures, table, speech)
        if out_file is not None:
            out.print(text("written", speech, path=out_file), soft_wrap=True, markup=False)
    if figures["quality"]["contradicts_park"]:
        raise typer.Exit(1)


def _write_example(
    file: Path, park: str, measurements: Path | None, stage: str | None, run: Path | None, hours: str | None, *,
    as_json: bool, language: str,
) -> None:  # fmt: skip
    if measurements is not None:
        right = "leave the file of measurements out, or --example"
        raise wrong("--example", str(file), "it writes a file, and reads none", right)
    meters, moments = write_example(file, park, stage, run, hours)
    if as_json:
        print_json({"written": str(file), "meters": meters, "moments": moments, "basis": "synthetic"})
        return
    said = text("estimate.example", language, path=file, meters=meters, moments=moments, park=park)
    out.print(said, soft_wrap=True, markup=False)


def _run(run: Path | None, stage: str | None) -> tuple[str | None, xr.Dataset | None]:
    """Return the stage to look at and the flows of a run; they are of the run's stage."""
    if run is None:
        return stage, None
    from holin.store import read_run

    found = read_run(run)
    of_run = str(found.summary["stage"])
    if stage not in (None, of_run):
        raise wrong("--stage", str(stage), f"the run is of stage {of_run}", "leave --stage out, or name another run")
    return of_run, found.tables["flows"].load()


def _print(figures: Figures, table: xr.Dataset, language: str) -> None:
    quality = figures["quality"]
    rows = [
        [text("estimate.moments", language), str(figures["moments"])],
        *[[text(f"estimate.{name}", language), str(count)] for name, count in quality.items() if count],
        [text("estimate.converged", language), f"{figures['converged']} / {figures['moments']}"],
        [text("estimate.objective", language), _span(figures["objective"], 1)],
        [text("estimate.freedom", language), _span(figures["degrees_of_freedom"], 0)],
        [text("estimate.p_value", language), _span(figures["p_value"], 3)],
        [text("estimate.pseudo", language), _span(figures["pseudo"], 0)],
        [text("flow.voltage", language), f"{figure(figures['v_min_pu'], 4)} .. {figure(figures['v_max_pu'], 4)} p.u."],
        [text("flow.loading", language), percent(figures["loading_max"])],
        [text("estimate.sigma_v", language), f"{figure(figures['v_sigma_max_pu'], 5)} p.u."],
        [text("estimate.sigma_angle", language), f"{figure(figures['v_angle_sigma_max_rad'], 5)} rad"],
    ]
    title = text("estimate.title", language, stage=figures["stage"])
    print_table(title, [text("column.figure", language), text("column.value", language)], rows)
    print_contradictions(figures, language)
    _print_flagged(figures["flagged"], language)
    _print_open(figures, language)
    _say("estimate.critical", figures["critical"], language)
    _say("estimate.weak", figures["weak"], language)
    _say("estimate.dead", figures["dead"], language)
    _say("estimate.assumed_taps", figures["assumed_taps"], language)
    if "buses" in figures:
        _print_buses(figures["buses"], language)


def _span(value: float | Figures, digits: int) -> str:
    if isinstance(value, Mapping):
        return f"{figure(value['min'], digits)} .. {figure(value['max'], digits)}"
    return figure(value, digits)


def _say(key: str, names: Sequence[str], language: str) -> None:
    if names:
        more = f" (+{len(names) - SHOWN})" if len(names) > SHOWN else ""
        said = ", ".join(names[:SHOWN]) + more
        out.print(text(key, language, count=len(names), names=said), soft_wrap=True, markup=False)


def _print_flagged(flagged: Sequence[Figures], language: str) -> None:
    """Print the flagged meters, the farthest off first, what each verdict means, and what they look like."""
    if not flagged:
        out.print(text("estimate.none_flagged", language))
        return
    several = any(f["moments"] > 1 for f in flagged)
    columns = ["measurement", "verdict", *(["moments"] if several else []), "shows", "should", "normalised"]
    rows = [
        [
            f["measurement"], text(f"estimate.{f['verdict']}", language), *([str(f["moments"])] if several else []),
            figure(f["value"], 3), figure(f["estimate"], 3), figure(f["normalised_residual"], 1),
        ]
        for f in sorted(flagged, key=_farthest)[:SHOWN]
    ]  # fmt: skip
    title = text("estimate.flagged", language, count=len(flagged))
    print_table(title, [text(f"column.{c}", language) for c in columns], rows)
    if len(flagged) > SHOWN:
        out.print(text("estimate.more", language, count=len(flagged) - SHOWN), soft_wrap=True)
    for verdict in dict.fromkeys(f["verdict"] for f in flagged):
        out.print(text(f"estimate.{verdict}.means", language), soft_wrap=True)
    for look in dict.fromkeys(f["looks_like"] for f in flagged if f["looks_like"] and f["verdict"] != "doubtful"):
        alike = [f["measurement"] for f in flagged if f["looks_like"] == look and f["verdict"] != "doubtful"]
        _say(f"estimate.{look}", alike, language)


def _farthest(flagged: Figures) -> tuple[bool, float]:
    size = abs(flagged["normalised_residual"])
    return flagged["verdict"] == "doubtful", -size if size == size else 0.0


def _print_open(figures: Figures, language: str) -> None:
    """Print what the meters leave open, and what would see it."""
    if not figures["unobserved"]:
        return
    for group in figures["unobserved"]:
        _say("estimate.unobserved", group, language)
    columns = [text(f"column.{c}", language) for c in ("element", "quantity", "sees")]
    for key in ("cures", "enough"):
        rows = [
            [f"{c['element']} {c['end']}".strip(), " ".join(c["quantities"]), ", ".join(c["buses"]) or "–"]
            for c in figures[key][:SHOWN]
        ]
        if rows:
            print_table(text(f"estimate.{key}", language), columns, rows)


def _print_buses(buses: Sequence[Figures], language: str) -> None:
    known = [b for b in buses if b["v_sigma_pu"] == b["v_sigma_pu"]]
    worst = sorted(known, key=lambda b: -b["v_sigma_pu"])[:SHOWN]
    rows = [
        [
            b["bus"], figure(b["v_pu"], 4), figure(b["v_sigma_pu"], 5), figure(b["v_angle_rad"], 4),
            figure(b["v_angle_sigma_rad"], 5),
        ]
        for b in worst
    ]  # fmt: skip
    columns = [text(f"column.{c}", language) for c in ("bus", "v_pu", "v_sigma", "angle", "angle_sigma")]
    print_table(text("estimate.least_known", language), columns, rows)
