"""A park folder to sheets: which files belong to it, and that none of them lies outside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from holin.errors import Fault
from holin.park import KINDS
from holin.parkfile import toml
from holin.parkfile.encoding import records_of, text_of
from holin.parkfile.hints import did_you_mean, nearest
from holin.parkfile.limits import TABLE_BYTES, TOML_BYTES, fault_text_of_size
from holin.parkfile.reference import reference_names
from holin.parkfile.sheet import PARK, STAGE, Sheet, sheet_of_records


@dataclass(frozen=True, kw_only=True)
class Sheets:
    """All tables of a park as text. `park_file` holds the facts and stages; `faults` are those of reading.

    `unread` are the tables that are there but could not be read: nothing is known of their rows.
    """

    park_file: str
    tables: dict[str, Sheet]
    faults: tuple[Fault, ...] = ()
    unread: frozenset[str] = frozenset()


def sheets_of_folder(folder: Path) -> Sheets:
    """Read every table of a park folder as text; what cannot be read is among the faults."""
    tables: dict[str, Sheet] = {}
    faults: list[Fault] = []
    unread: set[str] = set()
    problems = faults_of_place(folder)
    text = None
    if not problems:
        text, problems = _text_of_file(folder, toml.FILE, TOML_BYTES)
    faults += problems
    if text is not None:
        facts, stages, problems = toml.sheets_of_toml(text)
        tables |= {PARK: facts, STAGE: stages}
        faults += problems
    unread |= {t for t in (PARK, STAGE) if problems and (t not in tables or not tables[t].rows)}
    for table in KINDS:
        name = f"{table}.csv"
        if not (folder / name).is_symlink() and not (folder / name).exists():
            continue
        text, problems = _text_of_file(folder, name, TABLE_BYTES)
        faults += problems
        if text is not None:
            tables[table], problems = sheet_of_csv(table, name, text)
            faults += problems
            faults += _faults_of_no_rows(tables[table], problems)
        if problems and (text is None or not tables[table].rows):
            unread.add(table)
    return Sheets(park_file=toml.FILE, tables=tables, faults=tuple(faults), unread=frozenset(unread))


def sheet_of_csv(table: str, file: str, text: str) -> tuple[Sheet, list[Fault]]:
    """Return CSV text as a sheet, with the faults of quoting and shape."""
    records, faults = records_of(text, file)
    sheet, more = sheet_of_records(table, file, records)
    return sheet, faults + more


def _faults_of_no_rows(sheet: Sheet, problems: list[Fault]) -> list[Fault]:
    if sheet.rows or problems:
        return []
    right = "add rows below the header, or delete the file"
    return [Fault(file=sheet.file, row=1, problem="the table has no rows", right=right, severity="warning")]


def faults_of_folder(folder: Path, series_files: frozenset[str]) -> list[Fault]:
    """Name the files of a park folder that look like tables but are none, so that no table is missed in silence."""
    faults = []
    for entry in sorted(folder.iterdir()):
        name, stem = entry.name, entry.stem
        if name in series_files or name.startswith(".") or (stem in KINDS and entry.suffix == ".csv"):
            continue
        if stem in (PARK, STAGE) and entry.suffix == ".csv":
            right = "the park's facts and stages stand in park.toml"
            faults.append(Fault(file=name, problem="the file is not read", right=right))
        elif stem.casefold() in KINDS and entry.suffix.lower() in (".csv", ".tsv", ".txt", ".xlsx", ".xls"):
            right = f"name it {stem.casefold()}.csv and separate its columns by commas"
            faults.append(Fault(file=name, problem="the file is not read", right=right))
        elif entry.suffix.lower() == ".csv" and (near := nearest(stem, KINDS)):
            faults.append(Fault(file=name, problem="no such table", right=f"did you mean '{near}.csv'?"))
        elif entry.suffix.lower() == ".csv":
            right = "name it in series.csv, or move it out of the park folder"
            faults.append(Fault(file=name, problem="no table has this name", right=right, severity="warning"))
    return faults


def faults_of_place(path: Path) -> list[Fault]:
    """Say why a path is no park folder, `[]` if it may be one."""
    name = path.name or str(path)
    try:
        there = path.exists()
    except OSError as error:
        problem = f"cannot be read ({error.strerror or 'unknown reason'})"
        return [Fault(file=name[:80], problem=problem, right="name a park folder or an .xlsx workbook")]
    if not there:
        names = [*_names_in(path.parent), *(reference_names() if path == Path(path.name) else ())]
        near = did_you_mean(path.name, names, "name a park folder or an .xlsx workbook")
        return [Fault(file=name, problem="there is no such folder or file", right=near)]
    if not path.is_dir():
        return [Fault(file=name, problem="not a park folder", right="name a park folder or an .xlsx workbook")]
    if (path / toml.FILE).exists() or (path / toml.FILE).is_symlink():
        return []
    below = sorted(p.parent.name for p in path.glob("*/park.toml"))
    beside = [n for n in _names_in(path) if n.casefold() == toml.FILE]
    right = "write it with [park] and a [[stage]], or make a new park and copy it from there"
    if beside:
        right = f"rename {beside[0]} to {toml.FILE}"
    elif below:
        right = f"did you mean the park folder {below[0]!r} inside?"
    return [Fault(file=toml.FILE, problem=f"there is no park.toml in {name}", right=right)]


def _names_in(folder: Path) -> list[str]:
    try:
        return [p.name for p in folder.iterdir()]
    except OSError:
        return []


def _text_of_file(folder: Path, name: str, limit: int) -> tuple[str | None, list[Fault]]:
    data, faults = bytes_of(folder, name, limit)
    if data is None:
        return None, faults
    return text_of(data, name)


def bytes_of(folder: Path, name: str, limit: int) -> tuple[bytes | None, list[Fault]]:
    """Read a file inside the folder: a regular one, no larger than `limit`, not reached by a way that leads out."""
    path, faults = inside(folder, name)
    if path is None:
        return None, faults
    try:
        if fault := fault_text_of_size(path.stat().st_size, limit):
            return None, [Fault(file=name, problem=fault[0], right=fault[1])]
        return path.read_bytes(), []
    except OSError as error:
        problem = f"cannot be read ({error.strerror or 'unknown reason'})"
        return None, [Fault(file=name, problem=problem, right="check the file's permissions and that it is a file")]


def problem_of_series_name(name: str) -> tuple[str, str] | None:
    """Say why a series cannot stand in a file of this name, and what would be right; None if it can."""
    right = "name a file inside the park folder, such as series/wind-1.csv"
    windows, posix = PureWindowsPath(name), PurePosixPath(name)
    if posix.is_absolute() or windows.is_absolute() or windows.drive or windows.root:
        return "an absolute path", right
    if ".." in posix.parts or ".." in windows.parts:
        return "the path leaves the park folder", right
    if "\\" in name or str(posix) != name:
        return "not a plain path", f"write it with single forward slashes: {str(posix).replace(chr(92), '/')!r}"
    if posix.suffix.lower() not in (".csv", ".parquet"):
        return "neither CSV nor Parquet", "name a .csv or .parquet file inside the park folder"
    if name.casefold() in {f"{table}.csv" for table in (PARK, STAGE, *KINDS)}:
        return "the name of a table", right
    return None


def inside(folder: Path, name: str) -> tuple[Path | None, list[Fault]]:
    """Return the path of a regular file inside the folder; a way that leads out of it is a fault."""
    right = "put the file there, or correct the name"
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            instead = "put the file itself into the folder, not a link that leads out of it"
            return None, [Fault(file=name, problem="a link that leaves the park folder", right=instead)]
        if not path.exists():
            return None, [Fault(file=name, problem="there is no such file", right=right)]
        if not path.is_file():
            return None, [Fault(file=name, problem="not a file", right=right)]
    except (OSError, ValueError, RuntimeError):
        return None, [Fault(file=name, problem="not a usable file name", right=right)]
    return path, []
