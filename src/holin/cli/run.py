"""Commands about runs: run, show, compare, report, demo."""

from __future__ import annotations

import webbrowser
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.figures import print_summary
from holin.cli.options import (
    EndOption,
    JsonOption,
    LanguageOption,
    ParkArgument,
    RunArgument,
    SeedOption,
    StageOption,
    StartOption,
    WeatherOption,
)
from holin.cli.output import (
    called_as,
    default_language,
    figure,
    has_screen,
    out,
    print_faults,
    print_json,
    print_table,
    progress,
)
from holin.cli.serve import Reached, keep_serving
from holin.cli.texts import text
from holin.errors import BadInput, Fault

if TYPE_CHECKING:
    from holin.store import Run
    from holin.twin import Result

OutOption = Annotated[Path | None, typer.Option("--out", help="Where to write; without it runs/PARK-STAGE.")]


def run(
    park: ParkArgument,
    stage: StageOption = None,
    start: StartOption = None,
    end: EndOption = None,
    weather: WeatherOption = None,
    seed: SeedOption = None,
    out_folder: OutOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Run a park for a year: weather, least-cost operation, AC power flow, tracing, carbon, price.

    Writes a run folder (NetCDF, Parquet, manifest.json) and prints the summary. A week: `holin run my-park --start
    2025-03-03 --end 2025-03-10`; another weather year: `--seed 7`; measured weather: `--weather steppe.epw`.
    """
    first, last = moment_of(start, "--start"), moment_of(end, "--end")
    from holin.parkfile import reference_park
    from holin.twin import run as run_park
    from holin.twin import saved

    speech = language or default_language()
    where = reference_park(park)
    with progress(not as_json, speech) as advance:
        result = run_park(where, stage=stage, start=first, end=last, weather=weather, seed=seed, on_progress=advance)
        advance("write", 0.0)
        folder = saved(result, out_folder or _free(result), manifest=_inputs(where, weather, seed))
    if as_json:
        print_json({**result.summary, "run": str(folder)})
    else:
        print_summary(result.summary, speech)
        out.print(text("run.written", speech, path=folder), soft_wrap=True)


def moment_of(value: str | None, option: str) -> datetime | None:
    """Return a local day or hour that an option names; raises BadInput where it is none."""
    if value is None:
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        fault = Fault(
            file="command line", field=option, value=value, problem="not a local day or hour",
            right="write 2025-03-01 or '2025-03-01 06:00'",
        )  # fmt: skip
        raise BadInput([fault]) from None


def _free(result: Result) -> Path:
    """Return the first run folder name that is not taken."""
    base = Path("runs") / f"{result.park.facts.id}-{result.stage.name}"
    names = (base if k == 1 else base.with_name(f"{base.name}-{k}") for k in range(1, 10_000))
    return next(name for name in names if not name.exists())


def _inputs(where: Path, weather: Path | None, seed: int | None) -> dict[str, Any]:
    return {"park": where.name, "weather": weather.name if weather else "synthetic", "seed": seed}


def show(folder: RunArgument, as_json: JsonOption = False, language: LanguageOption = None) -> None:
    """Print the summary of a run.

    The folder is checked against its manifest first: a damaged run is named, not shown.
    """
    from holin.store import read_run

    found = read_run(folder)
    if as_json:
        print_json(found.summary)
    else:
        print_summary(found.summary, language or default_language())


def compare(
    first: RunArgument, second: RunArgument, as_json: JsonOption = False, language: LanguageOption = None
) -> None:
    """Print the figures of two runs beside each other, with their differences.

    Keep the seed or the weather file, and change one thing between them. The difference is second minus first. Runs of
    two parks or of two stages are compared, too, and the heading says so.
    """
    from holin.store import read_run

    speech = language or default_language()
    left, right = read_run(first), read_run(second)
    pairs = _paired(left.summary, right.summary)
    unlike = next((k for k in ("park", "stage") if left.summary[k] != right.summary[k]), None)
    if as_json:
        rows = [{"figure": name, "first": a, "second": b, "difference": b - a} for name, a, b in pairs]
        print_json({"first": str(first), "second": str(second), "unlike": unlike, "figures": rows})
        return
    parts = {"first": _run_of(left, speech), "second": _run_of(right, speech)}
    heading = text(f"compare.{unlike}", speech, **parts) if unlike else ""
    columns = [text("column.figure", speech), first.name, second.name, text("column.difference", speech)]
    cells = [[name, *(figure(value, 4) for value in (a, b, b - a))] for name, a, b in pairs]
    print_table(heading, columns, cells)


def _run_of(found: Run, language: str) -> str:
    return text("compare.run", language, park=found.summary["park"], stage=found.summary["stage"])


def _paired(left: Mapping[str, Any], right: Mapping[str, Any], prefix: str = "") -> list[tuple[str, float, float]]:
    pairs: list[tuple[str, float, float]] = []
    for name, a in left.items():
        b = right.get(name)
        if isinstance(a, Mapping) and isinstance(b, Mapping):
            pairs += _paired(a, b, f"{prefix}{name}.")
        elif all(isinstance(x, (int, float)) and not isinstance(x, bool) for x in (a, b)):
            pairs.append((prefix + name, float(a), float(b)))  # type: ignore[arg-type]
    return pairs


def report(
    folder: RunArgument,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="The page to write; without it report.html in the run.")
    ] = None,
    show_it: Annotated[bool, typer.Option("--open/--no-open", help="Open it in a browser.")] = False,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Write the report of a run: one page that works offline, Chinese and English.

    It lies in the run folder unless `--out` says otherwise; `--language` is the one it opens in.
    """
    from holin.store import read_run

    speech = language or default_language()
    with progress(not as_json, speech) as advance:
        advance("report", 0.0)
        page = write_report(read_run(folder), out_file, speech)
    if as_json:
        print_json({"report": str(page)})
    else:
        out.print(text("report.written", speech, path=page), soft_wrap=True)
    if show_it:
        webbrowser.open(page.resolve().as_uri())


def write_report(found: Run, page: Path | None, language: str) -> Path:
    """Write a run's report page and return its path."""
    from holin.park import stage_of
    from holin.parkfile import read_park
    from holin.picture import report_html

    park = read_park(found.park_folder)
    target = page or found.folder / "report.html"
    stage = stage_of(park, str(found.summary["stage"]))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(report_html(park, stage, found.tables, found.summary, language=language), encoding="utf-8")
    return target


def demo(
    out_folder: OutOption = None,
    show_it: Annotated[
        bool, typer.Option("--open/--no-open", help="Serve the run and open its page when there is a screen.")
    ] = True,
    proofs: Annotated[
        bool,
        typer.Option(
            "--proofs/--no-proofs",
            help="Also certificates, passports of a month and a catalogue, beside it.",
        ),
    ] = True,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Check and run the reference park huolinguole, stage 2025, for a whole year, write its report and open its page.

    Takes about a minute, half of it for certificates, passports and the catalogue (--no-proofs leaves them out), then
    serves the page until Ctrl-C; without a screen it says how to. The park's totals are published, its network, places
    and customers are synthetic.
    """
    from holin.parkfile import faults_of_park, reference_park
    from holin.store import read_run
    from holin.twin import demo_proofs, saved
    from holin.twin import run as run_park

    speech = language or default_language()
    where = reference_park("huolinguole")
    faults = faults_of_park(where)
    if not as_json:
        print_faults(faults, speech)
    with progress(not as_json, speech) as advance:
        result = run_park(where, stage="2025", on_progress=advance)
        advance("write", 0.0)
        folder = saved(result, out_folder or _free(result), manifest=_inputs(where, None, None))
        advance("report", 0.0)
        page = write_report(read_run(folder), None, speech)
        made: dict[str, Any] = {}
        lacking = ""
        try:
            made = demo_proofs(folder, on_progress=advance) if proofs else {}
        except BadInput as error:  # the run stands: what it lacks for its proofs is said, and takes nothing from it
            lacking = "; ".join(map(str, error.faults))
    if as_json:
        print_json({**result.summary, "run": str(folder), "report": str(page), **made, "proofs_lacking": lacking})
        return
    print_summary(result.summary, speech)
    if lacking:
        out.print(text("demo.no_proofs", speech, why=lacking), style="yellow", soft_wrap=True, markup=False)
    out.print(text("run.written", speech, path=folder), soft_wrap=True)
    out.print(text("report.written", speech, path=page), soft_wrap=True)
    if made:
        out.print(text("demo.proofs", speech, count=made["passports_count"], path=made["ledger"]), soft_wrap=True)
    if show_it and has_screen():
        _show_demo(folder, where, page, speech)
    else:
        out.print(text("demo.serve", speech, holin=called_as(), path=folder), soft_wrap=True)


def _show_demo(folder: Path, park: Path, report_page: Path, language: str) -> None:
    """Serve the run and its park with the page open, or open the report where the page is not built."""
    from holin.web import page_is_built

    if page_is_built():
        keep_serving([folder, park], language, reached=Reached(results=folder.parent), show_it=True)
    else:
        webbrowser.open(report_page.resolve().as_uri())
        out.print(text("serve.not_built", language), soft_wrap=True)
