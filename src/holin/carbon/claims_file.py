"""Claims from a CSV file: retired certificates that no ledger of Holin holds, or that were taken out of one."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from holin.carbon.claims import CLAIMS
from holin.errors import BadInput, Fault

BYTES_MAX = 256_000_000


def read_claims(file: str | Path) -> pd.DataFrame:
    """Read a CSV file with the columns CLAIMS; `time` is UTC, such as 2025-03-01T00:00Z (or without the Z).

    Raises BadInput with every row that cannot be read. Whether enterprises and hours are the park's is checked where
    the claims are used.
    """
    path = Path(file)
    if not path.is_file():
        raise BadInput([Fault(file=str(path), problem="no such file", right="give a CSV file of retired certificates")])
    if path.stat().st_size > BYTES_MAX:
        raise BadInput([Fault(file=str(path), problem="larger than 256 MB", right="is it the right file?")])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput([Fault(file=str(path), problem="not UTF-8", right="save it as CSV in UTF-8")]) from error
    rows = csv.DictReader(text.splitlines())
    names = [c.name for c in CLAIMS]
    missing = [name for name in names if name not in (rows.fieldnames or [])]
    if missing:
        right = f"the first row names the columns {', '.join(names)}"
        raise BadInput(
            [Fault(file=str(path), row=1, field=n, problem="the column is missing", right=right) for n in missing]
        )
    faults: list[Fault] = []
    read: dict[str, list[object]] = {name: [] for name in names}
    for number, row in enumerate(rows, start=2):
        for name in names:
            read[name].append(_value(name, (row[name] or "").strip(), str(path), number, faults))
    if faults:
        raise BadInput(faults)
    table = pd.DataFrame(read, columns=names)
    table = table.astype({"retired_mwh": float, "time": "datetime64[ns]"})
    table.attrs["file"] = str(path)
    return table


def _value(name: str, cell: str, file: str, row: int, faults: list[Fault]) -> object:
    """Return a cell's value; one that cannot be read becomes a fault."""
    if name == "time":
        stamp = pd.to_datetime([cell], utc=True, errors="coerce", format="ISO8601")
        if not stamp.isna().any():
            return stamp.tz_localize(None).to_numpy(dtype="datetime64[ns]")[0]
        problem, right = "not a time", "write the start of the hour of production in UTC, such as 2025-03-01T00:00Z"
    elif name == "retired_mwh":
        try:
            return float(cell)
        except ValueError:
            problem, right = "not a number", "write MWh with a decimal point"
    elif cell:
        return cell
    else:
        problem, right = "is empty", "every claim names its enterprise, device and kind of source"
    faults.append(Fault(file=file, row=row, field=name, value=cell, problem=problem, right=right))
    return None
