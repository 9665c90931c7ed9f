"""Read a file of forecasts, CSV or Parquet, with every fault named at once."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import xarray as xr
from numpy.typing import NDArray

from holin.columns import columns_of
from holin.errors import BadInput, Fault
from holin.park import Park, WrongValue, forecastable, wrong_values
from holin.parkfile.cells import faults_of_columns
from holin.parkfile.encoding import text_of
from holin.parkfile.folder import sheet_of_csv
from holin.parkfile.forecasts.cells import rows_of_sheet
from holin.parkfile.forecasts.row import ForecastRow, Rows, text_of_cell
from holin.parkfile.forecasts.table import faults_of_odd, table_of_rows
from holin.parkfile.limits import SERIES_BYTES, fault_text_of_size
from holin.parkfile.measurements import cut
from holin.parkfile.sheet import Sheet


def read_forecast(path: str | Path, park: Park, *, local_times: bool = False) -> xr.Dataset:
    """Return the table FORECAST of a CSV or Parquet file with the columns of ForecastRow.

    `park` is frozen at a stage. Times need an offset or Z, for an issue time that is taken as local by mistake would
    let a schedule see hours that nobody knew; `local_times` says that those without one are the park's local ones. An
    element with its point forecast alone gets all quantiles of the others at that value: no spread is known of it.
    Raises BadInput with all faults at once.
    """
    table, faults = judged_forecast(path, park, local_times=local_times)
    if table is None or any(f.severity == "error" for f in faults):
        raise BadInput(cut(faults))
    return table


def judged_forecast(
    path: str | Path, park: Park, *, local_times: bool = False
) -> tuple[xr.Dataset | None, list[Fault]]:
    """Return the table FORECAST of a file, None where there is none to speak of, and all faults and warnings."""
    file = Path(path)
    sheet, faults = _sheet_of(file)
    if sheet is None or any(f.severity == "error" for f in faults):
        return None, faults
    declared = {c.name: c for c in columns_of(ForecastRow)}
    faults += faults_of_columns(sheet, declared)
    if not sheet.rows and not faults:
        faults.append(Fault(file=sheet.file, row=1, problem="the file has no forecasts", right="add rows to it"))
    if any(f.severity == "error" for f in faults):
        return None, faults
    things = forecastable(park)
    rows, more = rows_of_sheet(sheet, park, things, local_times)
    faults += more
    if any(f.severity == "error" for f in more):
        return None, faults
    table, of_row, more = table_of_rows(rows, things)
    faults += more
    if any(f.severity == "error" for f in more):
        return None, faults
    faults += [_of_row(rows, of_row, wrong) for wrong in wrong_values(park, table)]
    return table, [*faults, *faults_of_odd(rows.file, table, things)]


def _sheet_of(file: Path) -> tuple[Sheet | None, list[Fault]]:
    right = "name a CSV or Parquet file with the columns issued, time, element, quantile, value"
    try:
        if not file.is_file():
            problem = "not a file" if file.exists() else "there is no such file"
            return None, [Fault(file=str(file)[:200], problem=problem, right=right)]
        if fault := fault_text_of_size(file.stat().st_size, SERIES_BYTES):
            return None, [Fault(file=file.name, problem=fault[0], right=fault[1])]
        data = file.read_bytes()
    except OSError as error:
        problem = f"cannot be read ({error.strerror or 'unknown reason'})"
        return None, [Fault(file=str(file)[:200], problem=problem, right=right)]
    if file.suffix.lower() == ".parquet":
        return _sheet_of_parquet(data, file.name)
    text, faults = text_of(data, file.name)
    if text is None:
        return None, faults
    sheet, more = sheet_of_csv("forecast", file.name, text)
    return sheet, faults + more


def _sheet_of_parquet(data: bytes, file: str) -> tuple[Sheet | None, list[Fault]]:
    try:
        source = pq.ParquetFile(io.BytesIO(data), page_checksum_verification=True)
        table = source.read()
        columns = [[text_of_cell(v) for v in table.column(name).to_pylist()] for name in table.column_names]
    except Exception as error:  # a foreign reader on unknown bytes: its errors have no common parent
        problem = f"not a readable Parquet file ({type(error).__name__})"
        return None, [Fault(file=file, problem=problem, right="write the file anew")]
    rows = tuple(enumerate(zip(*columns, strict=True), start=1))
    return Sheet(table="forecast", file=file, header=tuple(table.column_names), rows=rows), []


def _of_row(rows: Rows, of_row: dict[str, NDArray[np.int64]], wrong: WrongValue) -> Fault:
    """Return a wrong value as a fault of its row, that of another quantile where its own is missing."""
    numbers = of_row[wrong.column]
    row = int(numbers[wrong.at]) or int(numbers[wrong.at[:3]].max())
    value = None if np.isnan(wrong.value) else f"{wrong.value:g}"
    return Fault(file=rows.file, row=row or None, field="value", value=value, problem=wrong.problem, right=wrong.right)
