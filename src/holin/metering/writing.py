"""Write rows of readings as a file that `read_readings` reads."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from holin.calendar import local
from holin.columns import columns_of
from holin.errors import BadInput, Fault
from holin.metering.row import ReadingRow

TIMES = ("time", "known_since")


def write_readings(rows: pd.DataFrame, path: str | Path, *, time_zone: str) -> None:
    """Write rows (columns of ReadingRow, times UTC) as CSV or Parquet by the file's ending, whole or not at all.

    Times are local with their offset in CSV, UTC in Parquet. Raises BadInput for another ending.
    """
    file = Path(path)
    if file.suffix.lower() not in (".csv", ".parquet"):
        right = "end its name in .csv or .parquet"
        raise BadInput([Fault(file=str(file), problem="neither CSV nor Parquet", right=right)])
    names = [c.name for c in columns_of(ReadingRow) if c.name in rows]
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    os.close(handle)
    try:
        if file.suffix.lower() == ".parquet":
            _write_parquet(rows[names], temporary)
        else:
            said = rows[names].assign(**{t: _said(rows[t], time_zone) for t in TIMES if t in rows})
            said.to_csv(temporary, index=False, lineterminator="\n", float_format="%.10g")
        Path(temporary).chmod(0o644)
        os.replace(temporary, file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _write_parquet(rows: pd.DataFrame, path: str) -> None:
    arrays = {
        name: pa.array(column, type=pa.timestamp("ns", tz="UTC") if name in TIMES else None, from_pandas=True)
        for name, column in rows.items()
    }
    pq.write_table(pa.table(arrays), path, compression="zstd", write_page_checksum=True)


def _said(times: pd.Series, time_zone: str) -> list[str]:
    distinct, of = np.unique(times.to_numpy("datetime64[ns]"), return_inverse=True)
    texts = [t.isoformat(sep=" ") for t in local(distinct, time_zone).to_pydatetime()]
    return [texts[k] for k in of.ravel()]
