"""Writing a run: under a temporary name, to the disk, then renamed. Half a run never stands under its name."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xarray as xr

from holin.errors import BadInput, Fault
from holin.store.manifest import json_text, manifest_of
from holin.store.netcdf import write_tables
from holin.store.people import people_tables, write_parquet


def write_run(
    folder: Path | str,
    *,
    park_folder: Path | str,
    tables: Mapping[str, xr.Dataset],
    summary: Mapping[str, Any],
    manifest: Mapping[str, Any],
    time_zone: str = "UTC",
) -> Path:
    """Write a run folder and return its path.

    It holds `tables.nc` (each table a group), `people/*.parquet` (`people_tables`, months in `time_zone`),
    `summary.json`, `park/` (a copy of the park folder) and `manifest.json` (see `manifest_of`), which is written last.
    Everything is synced to the disk before the folder gets its name. Raises BadInput when a folder with content
    stands there already, or the park folder does not exist; a failure leaves nothing behind.
    """
    target, park = Path(folder), Path(park_folder)
    _may_be_written(target, park)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent))
    try:
        shutil.copytree(park, temporary / "park", ignore=shutil.ignore_patterns(".*", "__pycache__"))
        write_tables(temporary / "tables.nc", tables)
        (temporary / "people").mkdir()
        for name, table in people_tables(tables, time_zone=time_zone).items():
            write_parquet(temporary / "people" / f"{name}.parquet", table)
        (temporary / "summary.json").write_text(json_text(summary), encoding="utf-8", newline="\n")
        content = manifest_of(manifest, summary, park=temporary / "park", tables=list(tables), folder=temporary)
        (temporary / "manifest.json").write_text(json_text(content), encoding="utf-8", newline="\n")
        temporary.chmod(0o755)
        _sync(temporary)
        temporary.rename(target)
        _sync_folder(target.parent)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return target


def _may_be_written(target: Path, park: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        problem, right = "something stands there already", "choose another name, or delete it first"
        raise BadInput([Fault(file=str(target), problem=problem, right=right)])
    if not park.is_dir():
        raise BadInput(
            [Fault(file=str(park), problem="no such park folder", right="give the folder of the run's park")]
        )


def _sync(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        else:
            _sync_folder(path)
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    """Sync a folder's entries, where the system can (Windows cannot open folders)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
