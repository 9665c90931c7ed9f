"""What a run was made from, and the hashes by which it is known again."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

FORMAT = 1
LIBRARIES = ("highspy", "numpy", "scipy", "xarray", "pandas", "pvlib", "netCDF4", "pyarrow")


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashes_of(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder by its path with slashes, sorted."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): sha256_of(p) for p in files}


def plain(value: Any) -> Any:
    """Return a value as JSON can say it exactly: NumPy's numbers as numbers, what is not finite as null."""
    match value:
        case Mapping():
            return {str(k): plain(v) for k, v in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(v) for v in value]
        case np.ndarray():
            return [plain(v) for v in value.tolist()]
        case np.generic():
            return plain(value.item())
        case Enum():
            return plain(value.value)
        case float():
            return value + 0.0 if math.isfinite(value) else None  # -0.0 + 0.0 is 0.0
        case None | bool() | int() | str():
            return value
        case date():
            return value.isoformat()
        case Path():
            return value.name
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return plain(dataclasses.asdict(value))
    raise TypeError(f"{type(value).__name__} has no plain form; give numbers, texts, dates, lists or mappings")


def json_text(value: Any) -> str:
    """Return a value as readable JSON, the same text for the same value."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def manifest_of(
    given: Mapping[str, Any], summary: Mapping[str, Any], *, park: Path, tables: list[str], folder: Path
) -> dict[str, Any]:
    """Return the manifest of a run: what it was made from, with what, when, and the hash of each of its files.

    `inputs` are the park's files (and those in `given`), `solver` and `counts` (which green count a figure is) come
    from the summary unless `given` names them. No host, no user, no path of the machine. `seal` is the hash of all
    the rest, so that the manifest notices a change of its own.
    """
    inputs = {f"park/{name}": digest for name, digest in hashes_of(park).items()}
    made = {
        "format": FORMAT,
        "holin": importlib.metadata.version("holin"),
        "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "park": summary.get("park"),
        "stage": summary.get("stage"),
        "seed": None,
        "solver": summary.get("solver"),
        "counts": summary.get("counts", {}),
    }
    rest = {k: v for k, v in given.items() if k != "inputs"}
    manifest: dict[str, Any] = plain(made | rest)
    manifest["inputs"] = inputs | plain(given.get("inputs", {}))
    manifest["tables"] = tables
    manifest["files"] = {
        name: {"sha256": digest, "bytes": (folder / name).stat().st_size} for name, digest in hashes_of(folder).items()
    }
    return manifest | {"seal": seal_of(manifest)}


def seal_of(manifest: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a manifest without its own seal."""
    rest = {k: v for k, v in manifest.items() if k != "seal"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
