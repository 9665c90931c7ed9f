"""What stands at the given paths: parks, runs, plans and frontiers, or folders that hold some, found one level deep."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from holin.errors import ARGUMENT, BadInput, Fault

Kind = Literal["park", "run", "plan", "frontier"]

OF_A_RUN = ("manifest.json", "tables.nc", "summary.json")
"""A folder with two of these is a run, or what is left of one."""

FIGURES: dict[Kind, str] = {"plan": "plan.json", "frontier": "frontier.json"}
"""Kinds of folder that one file with figures makes, which `holin plan -o` and `holin frontier -o` write."""

ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
"""How the id of a park or run looks in an address."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A folder (or a park's workbook) that is served."""

    kind: Kind
    path: Path


def kind_of(path: Path) -> Kind | None:
    """Return what stands at a path, None where it is none of the kinds."""
    if path.is_file():
        return "park" if path.suffix.lower() == ".xlsx" else None
    if (path / "park.toml").is_file():
        return "park"
    if kind := next((kind for kind, file in FIGURES.items() if (path / file).is_file()), None):
        return kind
    return "run" if sum((path / name).is_file() for name in OF_A_RUN) > 1 else None


RUNS = Path("runs")
"""Where `holin run` and `holin demo` write when no place is named."""


def default_places() -> tuple[Path, ...]:
    """Return what is served when nothing is named: the reference parks, and the folder where runs are written."""
    from holin.parkfile import reference_names, reference_park

    return *(reference_park(name) for name in reference_names()), RUNS


def faults_of_paths(paths: Sequence[Path]) -> list[Fault]:
    """Return the paths at which nothing is that could be served; a folder that is empty now may be filled later."""
    right = "give a park, a run or a plan, or a folder that holds some"
    return [
        Fault(
            file=ARGUMENT, field="paths", value=str(path), right=right,
            problem="is a file, but no park's workbook" if path.exists() else "nothing stands there",
        )
        for path in paths if not path.is_dir() and kind_of(path) is None
    ]  # fmt: skip


def named_places(paths: Sequence[Path | str]) -> tuple[Path, ...]:
    """Return the places that were named, a reference park's name as its folder; raises BadInput with all that are none
    of it."""
    there = []
    for path in map(Path, paths):
        if not path.exists():
            from holin.parkfile import reference_park

            path = reference_park(path)
        there.append(path)
    if faults := faults_of_paths(there):
        raise BadInput(faults)
    return tuple(there)


def found_at(paths: Sequence[Path]) -> Iterator[Place]:
    """Yield parks and runs, each once; those of a folder by name, hidden ones and half-written ones left out."""
    seen: set[Path] = set()
    for path in paths:
        for place in _below(path):
            there = place.path.resolve()
            if there not in seen:
                seen.add(there)
                yield place


def _below(path: Path) -> Iterator[Place]:
    kind = kind_of(path)
    if kind is not None:
        yield Place(kind=kind, path=path)
        return
    try:
        inside = sorted(p for p in path.iterdir() if not p.name.startswith((".", "~")))
    except OSError:
        return
    for child in inside:
        if (kind := kind_of(child)) is not None:
            yield Place(kind=kind, path=child)


def id_like(name: str) -> str:
    """Return a name as an id can be: letters, digits, '.', '_' and '-', beginning with a letter or digit."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).lstrip("._-")[:80].rstrip("-")
    return plain or "n" + hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]


class Names:
    """Ids of places, unique among their kind: one keeps its id as long as the server runs, whatever comes and goes."""

    def __init__(self) -> None:
        self._ids: dict[tuple[Kind, Path], str] = {}
        self._taken: set[tuple[Kind, str]] = set()

    def id_of(self, place: Place, wanted: str) -> str:
        """Return the id of a place: what is wanted, with a number behind it where another has that."""
        key = place.kind, place.path.resolve()
        if key not in self._ids:
            base = id_like(wanted)
            tries = (base if k == 1 else f"{base}-{k}" for k in range(1, len(self._taken) + 2))
            found = next(name for name in tries if (place.kind, name) not in self._taken)
            self._ids[key] = found
            self._taken.add((place.kind, found))
        return self._ids[key]


def stamp_of(path: Path) -> str:
    """Return a hash that changes when a file below a folder (or the file itself) is written, added or removed.

    Raises OSError where nothing stands there.
    """
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if not p.name.startswith("."))
    told = hashlib.sha256()
    for file in [path, *files]:
        state = file.stat()
        own = "" if file.is_dir() else f"{state.st_mtime_ns} {state.st_size} {state.st_ino}"
        told.update(f"{file.relative_to(path)}|{own}\n".encode("utf-8", "surrogateescape"))
    return told.hexdigest()
