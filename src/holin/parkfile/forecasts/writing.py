"""Write a table of forecasts as a file that `read_forecast` reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times, local
from holin.columns import columns_of
from holin.parkfile.forecasts.row import COLUMN_DIM, ForecastRow, text_of_cell
from holin.tables import FORECAST, checked


def write_forecast(table: xr.Dataset, path: str | Path, *, time_zone: str, currency: str = "CNY") -> int:
    """Write a table FORECAST as a CSV or Parquet file (by its ending) that `read_forecast` reads; return its rows.

    Times are local with their offset in CSV, UTC in Parquet. What is NaN is left out.
    """
    good = checked(FORECAST, table)
    parts: dict[str, list[Any]] = {c.name: [] for c in columns_of(ForecastRow)}
    for name, dim in COLUMN_DIM.items():
        values = good[name].values
        i, j, k, q = np.nonzero(~np.isnan(values))
        parts["issued"].append(good["issued"].values[i])
        parts["time"].append(good["issued"].values[i] + good["lead"].values[j])
        parts["element"].append(good[dim].values.astype(object)[k])
        parts["quantile"].append(good["quantile"].values[q])
        parts["value"].append(values[i, j, k, q])
        unit = f"{currency}/MWh" if name == "price_per_mwh" else "MW"
        parts["value_unit"].append(np.full(len(i), unit, dtype=object))
    whole = {name: np.concatenate(arrays) for name, arrays in parts.items()}
    _write(whole, Path(path), time_zone)
    return len(whole["value"])


def _write(columns: dict[str, NDArray[Any]], file: Path, time_zone: str) -> None:
    times = ("issued", "time")
    if file.suffix.lower() == ".parquet":
        arrays = {
            name: pa.array(values, type=pa.timestamp("ns", tz="UTC") if name in times else None)
            for name, values in columns.items()
        }
        pq.write_table(pa.table(arrays), file, write_page_checksum=True)
        return
    said = {name: _said_times(columns[name], time_zone) for name in times}
    with file.open("w", encoding="utf-8", newline="") as stream:
        stream.write(",".join(columns) + "\n")
        for k in range(len(columns["value"])):
            cells = [
                said[n][k] if n in times else text_of_cell(v[k] if isinstance(v[k], str) else float(v[k]))
                for n, v in columns.items()
            ]
            stream.write(",".join(cells) + "\n")


def _said_times(moments: Times, time_zone: str) -> list[str]:
    distinct, of = np.unique(moments, return_inverse=True)
    texts = [t.isoformat(sep=" ") for t in local(distinct, time_zone).to_pydatetime()]
    return [texts[k] for k in of.ravel()]
