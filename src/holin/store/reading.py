"""Reading a run: what is damaged is named, and never read as if it were whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xarray as xr

from holin.errors import BadInput, Fault
from holin.store.manifest import FORMAT, seal_of, sha256_of
from holin.store.netcdf import open_table

AGAIN = "restore it from a copy, or make the run again"


@dataclass(frozen=True, kw_only=True)
class RunTables(Mapping[str, xr.Dataset]):
    """The tables of a run by name; each is read when it is first asked for."""

    path: Path
    names: tuple[str, ...]
    opened: dict[str, xr.Dataset] = field(default_factory=dict, repr=False, compare=False)

    def __getitem__(self, name: str) -> xr.Dataset:
        if name not in self.names:
            raise KeyError(f"the run has no table {name}; it has {', '.join(self.names)}")
        if name not in self.opened:
            self.opened[name] = open_table(self.path, name)
        return self.opened[name]

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def close(self) -> None:
        """Let go of the tables that were read; those that were given out stay whole."""
        self.opened.clear()


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run on disk: its folder, tables, figures, what it was made from, and the park as it was."""

    folder: Path
    tables: RunTables
    summary: dict[str, Any]
    manifest: dict[str, Any]
    park_folder: Path


def read_run(folder: Path | str, *, verify: bool = True) -> Run:
    """Read a run folder that `write_run` made.

    The manifest is always checked against its seal; with `verify` every file against its hash (0.1 s per 100 MB).
    Files that were added later, such as a report, are no fault. Raises BadInput that names every file that is
    missing, damaged or unreadable, and what to do.
    """
    path = Path(folder)
    manifest = _manifest(path)
    faults = list(_faults(path, manifest, verify=verify))
    if faults:
        raise BadInput(faults)
    return Run(
        folder=path,
        tables=RunTables(path=path / "tables.nc", names=tuple(manifest["tables"])),
        summary=json.loads((path / "summary.json").read_text(encoding="utf-8")),
        manifest=manifest,
        park_folder=path / "park",
    )


def _manifest(path: Path) -> dict[str, Any]:
    file = path / "manifest.json"
    if not path.is_dir():
        raise BadInput(
            [Fault(file=str(path), problem="no such run folder", right="give a folder that `holin run` wrote")]
        )
    if not file.is_file():
        right = "give a folder that `holin run` wrote; if it was one, " + AGAIN
        raise BadInput([Fault(file=str(file), problem="is missing, so this is no whole run", right=right)])
    try:
        manifest = json.loads(file.read_bytes().decode("utf-8"))
    except ValueError as error:
        raise BadInput([Fault(file=str(file), problem="is damaged: not JSON", right=AGAIN)]) from error
    if not isinstance(manifest, dict) or manifest.get("seal") != seal_of(manifest):
        raise BadInput([Fault(file=str(file), problem="is damaged: it does not match its seal", right=AGAIN)])
    if manifest.get("format") != FORMAT:
        right = f"read it with Holin {manifest.get('holin')}, or make the run again"
        raise BadInput(
            [Fault(file=str(file), problem=f"has format {manifest.get('format')}, not {FORMAT}", right=right)]
        )
    return manifest


def _faults(path: Path, manifest: Mapping[str, Any], *, verify: bool) -> Iterator[Fault]:
    for name, known in manifest["files"].items():
        file = path / name
        if not file.is_file():
            yield Fault(file=str(file), problem="is missing", right=AGAIN)
        elif (size := file.stat().st_size) != known["bytes"]:
            yield Fault(file=str(file), problem=f"is damaged: {size} bytes, not {known['bytes']}", right=AGAIN)
        elif verify and sha256_of(file) != known["sha256"]:
            yield Fault(file=str(file), problem="is damaged: its SHA-256 is not the manifest's", right=AGAIN)
