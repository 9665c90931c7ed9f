"""Writing an account: flat tables as CSV and Parquet, hourly ones as NetCDF, figures and pages; whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xarray as xr

from holin.errors import ARGUMENT, BadInput, Fault
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
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        problem = "holds files already" if target.is_dir() else "is a file"
        right = "name another folder, or remove this one"
        raise BadInput([Fault(file=ARGUMENT, field="folder", value=str(target), problem=problem, right=right)])
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent))
    try:
        (temporary / f"{name}.json").write_text(json_text(dict(figures)), encoding="utf-8", newline="\n")
        for table, found in flat.items():
            found.frame.to_csv(temporary / f"{table}.csv", index=False, lineterminator="\n")
            write_parquet(temporary / f"{table}.parquet", found)
        write_tables(temporary / "tables.nc", tables)
        for file, page in pages.items():
            (temporary / file).parent.mkdir(parents=True, exist_ok=True)
            (temporary / file).write_text(page, encoding="utf-8", newline="\n")
        temporary.chmod(0o755)
        if target.exists():
            target.rmdir()
        temporary.rename(target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return target
