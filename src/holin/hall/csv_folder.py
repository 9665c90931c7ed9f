"""A catalogue as a folder of CSV files, one a sheet; UTF-8, read with or without a byte order mark."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from holin.columns import columns_of, printed
from holin.errors import Fault
from holin.hall.catalogue import Catalogue
from holin.hall.rows import SHEETS

Records = list[tuple[int, Sequence[str]]]


def records_of_folder(folder: Path) -> tuple[dict[str, tuple[str, Records]], list[Fault]]:
    """Return the records of each sheet's file with the file's name; a sheet without a file is left out."""
    found: dict[str, tuple[str, Records]] = {}
    faults: list[Fault] = []
    for sheet in SHEETS:
        path = folder / f"{sheet}.csv"
        if not path.is_file():
            continue
        try:
            with open(path, encoding="utf-8-sig", newline="") as file:
                found[sheet] = (path.name, _numbered(csv.reader(file, strict=True)))
        except UnicodeDecodeError:
            right = "save it as CSV UTF-8"
            faults.append(Fault(file=path.name, problem="is not written in UTF-8", right=right))
        except csv.Error as error:
            right = "correct the quotes, or save it anew from a spreadsheet"
            faults.append(Fault(file=path.name, problem=f"is no CSV file ({error})", right=right))
    return found, faults


def _numbered(reader: object) -> Records:
    """Number rows by the line on which each begins."""
    records: Records = []
    begins = 1
    for cells in reader:  # type: ignore[attr-defined]
        records.append((begins, cells))
        begins = reader.line_num + 1  # type: ignore[attr-defined]
    return records


def write_folder(catalogue: Catalogue, folder: Path) -> None:
    """Write the files of a catalogue into a folder that stands."""
    for sheet, kind in SHEETS.items():
        columns = columns_of(kind)
        with open(folder / f"{sheet}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([c.name for c in columns])
            writer.writerows([printed(getattr(row, c.name)) for c in columns] for row in getattr(catalogue, sheet))
