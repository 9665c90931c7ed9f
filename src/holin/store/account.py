"""Writing an account: flat tables as CSV and Parquet, hourly ones as NetCDF, figures and pages; whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xarray as xr

from holin.new_folder import new_folder
from holin.store.manifest import json_text
from holin.store.netcdf import write_tables
from holin.store.people import PeopleTable, write_parquet


def write_account(
    folder: str | Path,
    *,
    name: str,
    figures: Mapping[str, Any],
    flat: Mapping[str, PeopleTable],
    tables: Mapping[str, xr.Dataset],
    pages: Mapping[str, str],
) -> Path:
    """Write `NAME.json`, `TABLE.csv` and `TABLE.parquet` of each flat table, `tables.nc` and the pages (file -> text).

    Raises BadInput where something stands in the folder already; a failure leaves nothing behind.
    """
    with new_folder(folder) as draft:
        (draft / f"{name}.json").write_text(json_text(dict(figures)), encoding="utf-8", newline="\n")
        for table, found in flat.items():
            found.frame.to_csv(draft / f"{table}.csv", index=False, lineterminator="\n")
            write_parquet(draft / f"{table}.parquet", found)
        write_tables(draft / "tables.nc", tables)
        for file, page in pages.items():
            (draft / file).parent.mkdir(parents=True, exist_ok=True)
            (draft / file).write_text(page, encoding="utf-8", newline="\n")
    return Path(folder)
