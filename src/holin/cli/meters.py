"""The command `holin meters`: readings of meters judged, as energies, as a run, or made from a run to try with."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from holin.cli.figures import print_summary
from holin.cli.grid_state import wrong
from holin.cli.meters_print import print_balance, print_history, print_meters, print_notices
from holin.cli.options import EndOption, JsonOption, LanguageOption, StageOption, StartOption
from holin.cli.output import default_language, fault_json, out, print_faults, print_json, progress
from holin.cli.run import moment_of
from holin.cli.texts import text
from holin.errors import BadInput

if TYPE_CHECKING:
    from holin.metering import Metering, Readings
    from holin.park import Park, Stage


def meters(
    readings: Annotated[
        list[Path] | None, typer.Argument(help="Files of readings, CSV or Parquet; several are read as one.")
    ] = None,
    park: Annotated[
        str | None, typer.Option("--park", help="The park whose meters they are: a folder, workbook or reference park.")
    ] = None,
    stage: StageOption = None,
    start: StartOption = None,
    end: EndOption = None,
    at: Annotated[
        str | None,
        typer.Option("--at", help="Only what was known at this moment, with offset, or local: '2025-04-02 09:00'."),
    ] = None,
    out_path: Annotated[
        Path | None,
        typer.Option("--out", help="Write the run that the meters make: a folder. With --from-run: the file to write."),
    ] = None,
    history: Annotated[
        tuple[str, str] | None,
        typer.Option("--history", help="A meter and a time: list all that was ever said of that interval."),
    ] = None,
    from_run: Annotated[
        Path | None, typer.Option("--from-run", help="Make readings of kind demo from this run folder, to try with.")
    ] = None,
    interval_min: Annotated[int, typer.Option("--interval", min=5, max=60, help="Of --from-run: minutes.")] = 60,
    faults: Annotated[
        int | None, typer.Option("--faults", min=0, help="Of --from-run: plant faults of every kind, by this seed.")
    ] = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Read meters: energy, coverage, what is estimated or doubtful, what may be certified; and the run they make.

    `holin meters march.csv corrections.csv --park my-park` judges the readings, `--out runs/march` follows them through
    grid, tracing and carbon as `holin run` does a schedule. `holin meters --from-run runs/my-park-2025 --out r.csv
    --faults 7` makes a file to try with.
    """
    speech = language or default_language()
    if from_run is not None:
        if readings:
            raise wrong("--from-run", str(from_run), "does not go with files of readings", "leave one of the two out")
        if out_path is None:
            raise wrong("--out", None, "no file is named", "write --out readings.csv, or .parquet")
        _make(from_run, out_path, interval_min, faults, as_json, speech)
        return
    if not readings:
        raise wrong("READINGS", None, "no file of readings is named", "name CSV or Parquet files, or --from-run RUN")
    if park is None:
        raise wrong("--park", None, "no park is named", "write --park my-park: its meters and units are read")
    if faults is not None:
        raise wrong("--faults", str(faults), "goes with --from-run only", "leave it out")
    _judge(readings, park, stage, (start, end), at, out_path, history, as_json, speech)


def _judge(
    files: list[Path], park: str, stage: str | None, span: tuple[str | None, str | None], at: str | None,
    folder: Path | None, history: tuple[str, str] | None, as_json: bool, language: str,
) -> None:  # fmt: skip
    from holin.metering import judged_readings
    from holin.park import at_stage, stage_of
    from holin.parkfile import read_park, reference_park
    from holin.twin import metering_within, run_of_meters, saved

    first, last = moment_of(span[0], "--start"), moment_of(span[1], "--end")
    where = reference_park(park)
    whole = read_park(where)
    found = stage_of(whole, stage)
    zone = whole.facts.time_zone
    with progress(not as_json, language) as advance:
        advance("meters", 0.0)
        readings, said = judged_readings(files, at_stage(whole, found))
        if readings is None:
            raise BadInput(said)
        if history is not None:
            _tell(readings, history, zone, as_json, language)
            return
        moment = _zoned(moment_of(at, "--at"), zone)
        made = metering_within(readings, at_stage(whole, found), found, at=moment, start=first, end=last)
        result = None if folder is None else run_of_meters(whole, found, made, on_progress=advance)
        if result is not None and folder is not None:
            advance("write", 0.0)
            inputs = {"park": where.name, "known_at": made.table.attrs["known_at"], "inputs": dict(readings.sources)}
            saved(result, folder, manifest=inputs)
    figures = _figures(whole, found, made, readings)
    if as_json:
        run = None if result is None else {"folder": str(folder), "balance": result.summary["balance"]}
        print_json({**figures, "faults": [fault_json(f) for f in said], "run": run})
        return
    print_faults(said, language)
    print_notices(figures["notices"], language)
    print_meters(figures, language)
    if result is not None:
        print_balance(result.summary["balance"], zone, language)
        print_summary(result.summary, language)
        out.print(text("run.written", language, path=folder), soft_wrap=True)


def _zoned(moment: datetime | None, time_zone: str) -> datetime | None:
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=ZoneInfo(time_zone))


def _figures(park: Park, stage: Stage, made: Metering, readings: Readings) -> dict[str, Any]:
    """Return what --json prints of readings."""
    import numpy as np

    from holin.calendar import stamp
    from holin.metering import devices_metered, far_below_nominal, sources_of

    table = made.table
    notices = [{"what": "kind_not_said", "file": name} for name in readings.kind_unsaid]
    notices += [{"what": "looks_like_mwh", **asdict(scale)} for scale in far_below_nominal(readings, made)]
    step = np.timedelta64(round(3600 * table.attrs["step_h"]), "s")
    return {
        "park": park.facts.id,
        "stage": stage.name,
        "kind": table.attrs["kind"],
        "known_at": table.attrs["known_at"] or None,
        "sources": sources_of(table),
        "time_zone": park.facts.time_zone,
        "step_h": table.attrs["step_h"],
        "start": stamp(table["time"].values[0]),
        "end": stamp(table["time"].values[-1] + step),
        "devices": devices_metered(table),
        "notices": notices,
    }


def _tell(readings: Readings, asked: tuple[str, str], zone: str, as_json: bool, language: str) -> None:
    from holin.metering import flags_in, history_of

    time = _zoned(moment_of(asked[1], "--history"), zone)
    if time is None:
        return
    found = history_of(readings, asked[0], time)
    if found.empty:
        raise wrong(
            "--history", " ".join(asked), "no reading of it stands in the files",
            "name a meter and the start of an interval, as the files have them",
        )  # fmt: skip
    rows: list[dict[str, Any]] = [
        {**{str(name): value for name, value in row.items()}, "known_since": f"{row['known_since'].isoformat()}Z",
         "flags": [str(f.name).lower() for f in flags_in(int(row["flags"]))]}
        for row in found.drop(columns="what").to_dict("records")
    ]  # fmt: skip
    if as_json:
        print_json({"meter": asked[0], "time": time.isoformat(), "history": rows})
    else:
        print_history(asked[0], asked[1], rows, zone, language)


def _make(run: Path, file: Path, interval_min: int, seed: int | None, as_json: bool, language: str) -> None:
    from holin.metering import readings_of_run, with_faults, write_readings
    from holin.park import at_stage, stage_of
    from holin.parkfile import read_park
    from holin.store import read_run

    found = read_run(run)
    park = read_park(found.park_folder)
    frozen = at_stage(park, stage_of(park, str(found.summary["stage"])))
    tables = found.tables
    rows = readings_of_run(frozen, tables["schedule"].load(), tables["flows"].load(), interval_min=interval_min)
    planted: tuple[str, ...] = ()
    if seed is not None:
        rows, planted = with_faults(rows, seed)
    write_readings(rows, file, time_zone=park.facts.time_zone)
    if as_json:
        print_json({"readings": str(file), "kind": "demo", "rows": len(rows), "planted": list(planted)})
        return
    more = text("meters.planted", language, faults=", ".join(planted)) if planted else ""
    out.print(text("meters.written", language, rows=len(rows), path=file, planted=more), soft_wrap=True, markup=False)
