"""A catalogue read from and written to files: a workbook or a folder, whole or not at all."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from holin.errors import ARGUMENT, BadInput, Fault
from holin.hall.catalogue import Catalogue
from holin.hall.cells import Sheet, sheet_of
from holin.hall.checks import faults_of_catalogue
from holin.hall.csv_folder import records_of_folder, write_folder
from holin.hall.figures import FILE, Figures, figures_json, read_figures
from holin.hall.rows import SHEETS
from holin.hall.workbook import records_of_workbook
from holin.hall.workbook_write import write_workbook
from holin.new_folder import new_folder

NEEDED = ("exhibitors", "products")


@dataclass(frozen=True, kw_only=True)
class Hall:
    """A catalogue with the figures of the run that its footprints follow from; None without a run."""

    catalogue: Catalogue
    figures: Figures | None


def read_catalogue(path: str | Path) -> Catalogue:
    """Return the catalogue of an .xlsx workbook or of a folder of CSV files; raises BadInput with all faults at once.

    Sheets (files) are exhibitors, products, steps and enquiries; the first two must be there. Headings and choices may
    be English or Chinese.
    """
    source = Path(path)
    if source.is_dir():
        records, faults = records_of_folder(source)
        names = {sheet: f"{sheet}.csv" for sheet in SHEETS}
    elif source.is_file():
        records, faults = records_of_workbook(source)
        names = {sheet: f"{source.name}[{sheet}]" for sheet in SHEETS}
    else:
        right = "name an .xlsx workbook or a folder of CSV files; `holin catalogue template hall.xlsx` makes one"
        raise BadInput([Fault(file=str(source), problem="there is no such file or folder", right=right)])
    sheets: dict[str, Sheet] = {}
    for sheet, kind in SHEETS.items():
        if sheet in records:
            file, rows = records[sheet]
            sheets[sheet] = sheet_of(kind, file, rows)
            faults += sheets[sheet].faults
        elif sheet in NEEDED and not faults:
            right = "add it; `holin catalogue template hall.xlsx` makes one with all sheets"
            faults.append(Fault(file=names[sheet], problem="the sheet is missing", right=right))
    catalogue = Catalogue(**{sheet: tuple(found.rows) for sheet, found in sheets.items()})
    places = {sheet: sheets[sheet].places if sheet in sheets else [] for sheet in SHEETS}
    unread = frozenset(sheet for sheet, found in sheets.items() if found.faults)
    faults += faults_of_catalogue(catalogue, places, unread=unread)
    if faults:
        raise BadInput(faults)
    return catalogue


def read_hall(folder: str | Path) -> Hall:
    """Return the catalogue of a folder or a workbook, and the figures beside it where a run gave some."""
    catalogue = read_catalogue(folder)
    file = Path(folder) / FILE
    return Hall(catalogue=catalogue, figures=read_figures(file) if Path(folder).is_dir() and file.is_file() else None)


def write_catalogue(catalogue: Catalogue, path: str | Path, *, language: str = "en") -> Path:
    """Write a catalogue to a new .xlsx workbook (headings in a language) or into a new folder of CSV files.

    `read_catalogue` gives it back as it was. Raises BadInput where something stands there already.
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        return write_hall(Hall(catalogue=catalogue, figures=None), target)
    _refuse(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as temporary:
        made = Path(temporary) / target.name
        write_workbook(catalogue, made, language=language)
        made.rename(target)
    return target


def template(path: str | Path, *, language: str = "en") -> Path:
    """Write an empty workbook with headings, comments and drop-downs; raises BadInput where something stands there."""
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        right = "write it as hall.xlsx"
        fault = Fault(file=ARGUMENT, field="path", value=str(path), problem="is no name of a workbook", right=right)
        raise BadInput([fault])
    return write_catalogue(Catalogue(), target, language=language)


def write_hall(hall: Hall, folder: str | Path) -> Path:
    """Write a catalogue and its figures into a new folder; a failure leaves nothing behind."""
    with new_folder(folder) as draft:
        write_folder(hall.catalogue, draft)
        if hall.figures is not None:
            (draft / FILE).write_text(figures_json(hall.figures), encoding="utf-8", newline="\n")
    return Path(folder)


def _refuse(target: Path) -> None:
    if target.is_file() or (target.is_dir() and any(target.iterdir())):
        problem = "is there already" if target.is_file() else "holds files already"
        right = "name another, or remove this one"
        raise BadInput([Fault(file=ARGUMENT, field="path", value=str(target), problem=problem, right=right)])
