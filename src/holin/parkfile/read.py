"""Read a park from a folder or a workbook, all faults at once."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from holin.columns import columns_of
from holin.errors import BadInput, Fault
from holin.park import ATTRIBUTES, KINDS, Park, ParkFacts, Series, Stage
from holin.parkfile.cells import rows_of
from holin.parkfile.checks import faults_of_draft
from holin.parkfile.checks.dates import time_zones
from holin.parkfile.draft import Draft, Row
from holin.parkfile.encoding import text_of
from holin.parkfile.folder import (
    Sheets,
    bytes_of,
    faults_of_folder,
    faults_of_place,
    problem_of_series_name,
    sheet_of_csv,
    sheets_of_folder,
)
from holin.parkfile.limits import FAULTS_OF_ONE_SORT, SERIES_BYTES
from holin.parkfile.seriesfile import SeriesFile, SeriesReader, series_of_parquet, series_of_sheet
from holin.parkfile.sheet import PARK, STAGE, Sheet
from holin.parkfile.workbook import sheet_names_of, sheets_of_workbook

LONGEST_NAME = 255
DEFAULT_ZONE = next(c.default for c in columns_of(ParkFacts) if c.name == "time_zone")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What came of reading a path: a draft, the files of its series, and every fault."""

    draft: Draft | None
    files: Mapping[str, SeriesFile]
    faults: tuple[Fault, ...]


def read_park(path: str | Path) -> Park:
    """Read a park from its folder or its .xlsx workbook.

    Raises BadInput with all faults at once, each with file, row, field, value and what would be right; warnings alone
    (see `faults_of_park`) do not stop it.
    """
    reading = _reading_of(Path(path))
    if reading.draft is None or any(f.severity == "error" for f in reading.faults):
        raise BadInput(reading.faults)
    return _park_of(reading.draft, reading.files)


def faults_of_park(path: str | Path) -> list[Fault]:
    """Return every error and warning of a park folder or workbook; `[]` is good. Bad content never raises.

    Rows are counted as an editor counts them: the header is row 1. Of one file and column at most 100 are listed.
    """
    return list(_reading_of(Path(path)).faults)


def _reading_of(path: Path) -> Reading:
    is_workbook = path.suffix.lower() == ".xlsx" and len(path.name) < LONGEST_NAME and path.is_file()
    if not is_workbook and (faults := faults_of_place(path)) and not _has_tables(path):
        return Reading(draft=None, files={}, faults=tuple(faults))
    reader: SeriesReader
    if is_workbook:
        sheets, series_sheets = sheets_of_workbook(path)
        draft, faults = _draft_of(sheets, f"{path.name}[{{}}]")
        names = sheet_names_of(r.get("file") for r in draft.rows("series") if r.has("file"))
        reader = _workbook_reader(path.name, {f: series_sheets.get(n) for f, n in names.items()}, names)
        unused = set(series_sheets) - set(names.values())
        faults += [_fault_of_unused_sheet(path.name, name) for name in sorted(unused)]
    else:
        sheets = sheets_of_folder(path)
        draft, faults = _draft_of(sheets, "{}.csv")
        reader = _folder_reader(path)
        faults += faults_of_folder(path, frozenset(r.get("file") or "" for r in draft.rows("series")))
    files = _files_of(draft, reader)
    faults += faults_of_draft(draft, files)
    return Reading(draft=draft, files=files, faults=tuple(_cut([*sheets.faults, *faults])))


def _has_tables(path: Path) -> bool:
    return len(path.name) <= LONGEST_NAME and any((path / f"{table}.csv").exists() for table in KINDS)


def _fault_of_unused_sheet(file: str, name: str) -> Fault:
    right = "name its file in the sheet series, or delete it"
    return Fault(file=f"{file}[{name}]", problem="no series refers to the sheet", right=right, severity="warning")


def _draft_of(sheets: Sheets, table_file: str) -> tuple[Draft, list[Fault]]:
    faults: list[Fault] = []
    rows: dict[str, tuple[Row, ...]] = {}
    unread = set(sheets.unread)
    for table, kind in {PARK: ParkFacts, STAGE: Stage, **KINDS}.items():
        if table in sheets.tables:
            rows[table], found = rows_of(sheets.tables[table], kind)
            faults += found
            if "id" not in sheets.tables[table].header and any(c.name == "id" for c in columns_of(kind)):
                unread.add(table)
    facts, stages = rows.pop(PARK, ()), rows.pop(STAGE, ())
    _mark_templates(rows)
    faults += [r.fault("id", "the park has more than one row of facts", "keep one row") for r in facts[1:]]
    draft = Draft(
        park_file=sheets.park_file,
        table_file=table_file,
        facts=facts[0] if facts else None,
        stages=stages,
        tables=rows,
        unread=frozenset(unread),
    )
    return draft, faults


def _mark_templates(rows: dict[str, tuple[Row, ...]]) -> None:
    """What candidates only describe stands at no stage."""
    templates = {row.get("element") for row in rows.get("candidate", ()) if row.get("template")}
    for table, those in rows.items() if templates else ():
        if any(row.id in templates for row in those):
            rows[table] = tuple(dataclasses.replace(r, template=True) if r.id in templates else r for r in those)


def _files_of(draft: Draft, reader: SeriesReader) -> dict[str, SeriesFile]:
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in draft.rows("series"):
        if row.has("file", "header"):
            wanted[row.get("file")].add(row.get("header"))
    zone = draft.facts.get("time_zone") if draft.facts else None
    zone = zone if zone in time_zones() else DEFAULT_ZONE
    files = {}
    for row in draft.rows("series"):
        file = row.get("file")
        if file is not None and file in wanted and file not in files:
            if found := problem_of_series_name(file):
                content = SeriesFile(file=file, faults=(Fault(file=file, problem=found[0], right=found[1]),))
            else:
                content = reader(file, wanted[file], zone)
            files[file] = _with_place(content, row)
    return files


def _with_place(file: SeriesFile, row: Row) -> SeriesFile:
    """A file that cannot be read at all is a fault of the row that names it."""
    if file.headers or not file.faults:
        return file
    faults = tuple(
        row.fault("file", f.problem, f.right) if f.row is None and f.field is None else f for f in file.faults
    )
    return SeriesFile(file=file.file, faults=faults)


def _folder_reader(folder: Path) -> SeriesReader:
    def read(file: str, wanted: Collection[str], time_zone: str) -> SeriesFile:
        data, faults = bytes_of(folder, file, SERIES_BYTES)
        if data is None:
            return SeriesFile(file=file, faults=tuple(faults))
        if file.lower().endswith(".parquet"):
            return series_of_parquet(data, file, wanted, time_zone)
        text, faults = text_of(data, file)
        if text is None:
            return SeriesFile(file=file, faults=tuple(faults))
        sheet, more = sheet_of_csv("series", file, text)
        return _with_faults(series_of_sheet(sheet, wanted, time_zone), [*faults, *more])

    return read


def _workbook_reader(book: str, sheets: Mapping[str, Sheet | None], names: Mapping[str, str]) -> SeriesReader:
    def read(file: str, wanted: Collection[str], time_zone: str) -> SeriesFile:
        sheet = sheets[file]
        if sheet is None:
            right = f"add a sheet {names[file]!r} with the columns time and {', '.join(sorted(wanted))}"
            return SeriesFile(file=file, faults=(Fault(file=book, problem="the sheet is missing", right=right),))
        return series_of_sheet(sheet, wanted, time_zone)

    return read


def _with_faults(file: SeriesFile, before: list[Fault]) -> SeriesFile:
    if not before:
        return file
    return SeriesFile(
        file=file.file,
        headers=file.headers,
        time=file.time,
        rows=file.rows,
        values=file.values,
        faults=(*before, *file.faults),
    )


def _cut(faults: Iterable[Fault]) -> list[Fault]:
    """Keep the first faults of one file and column, and count the rest."""
    kept: list[Fault] = []
    counts: dict[tuple[str, str | None, str], int] = defaultdict(int)
    for fault in dict.fromkeys(faults):
        key = (fault.file, fault.field, fault.severity)
        counts[key] += 1
        if counts[key] <= FAULTS_OF_ONE_SORT:
            kept.append(fault)
    for (file, field, severity), count in counts.items():
        if count > FAULTS_OF_ONE_SORT:
            more = count - FAULTS_OF_ONE_SORT
            problem, right = f"{more} more of this column", "correct those listed and check again"
            kept.append(
                Fault(
                    file=file,
                    field=field,
                    problem=problem,
                    right=right,
                    severity="error" if severity == "error" else "warning",
                )
            )
    return kept


def _park_of(draft: Draft, files: Mapping[str, SeriesFile]) -> Park:
    if draft.facts is None:
        raise BadInput([Fault(file=draft.park_file, problem="the park's facts are missing", right="write [park]")])
    tables = {
        ATTRIBUTES[table]: tuple(kind(**row.values) for row in draft.rows(table))
        for table, kind in KINDS.items()
        if table != "series"
    }
    return Park(
        facts=ParkFacts(**draft.facts.values),
        stages=tuple(Stage(**s.values) for s in draft.stages),
        series=tuple(_series_of(row, files[row.get("file")]) for row in draft.rows("series")),
        **tables,
    )


def _series_of(row: Row, file: SeriesFile) -> Series:
    return Series(**row.values, time=file.time, values=file.values[row.get("header")])
