"""The plans and frontiers that are served, read when they are asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

from holin.errors import Fault
from holin.web.library import Library
from holin.web.places import FIGURES, stamp_of
from holin.web.problems import HttpProblem

Written = Literal["plan", "frontier"]

NEEDED = {
    "plan": {"park", "names", "currency", "years", "asked", "built", "by_year", "proof", "why", "money"},
    "frontier": {"park", "names", "currency", "years", "by", "points", "hours", "gap"},
}
"""What the figures of a folder must have, to be one."""


@dataclass(frozen=True, kw_only=True)
class KnownFigures:
    """A folder with figures: its id, when it was written, and what was read or why it could not be."""

    id: str
    stamp: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def written(library: Library, kind: Written) -> Iterator[KnownFigures]:
    """Yield the plans or frontiers that are served."""
    for place in library.places(kind):
        file = place.path / FIGURES[kind]
        try:
            stamp = stamp_of(file)
        except OSError:
            continue  # it went away between being found and being read
        read = partial(_read, file, stamp, kind)
        known: KnownFigures = library.shelf.get((kind, file, stamp), read, lambda _: 1 << 20)
        yield KnownFigures(
            id=library.id_of(place, place.path.name), stamp=stamp, figures=known.figures, faults=known.faults
        )


def _read(file: Path, stamp: str, kind: Written) -> KnownFigures:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        right = isinstance(found, dict) and found.keys() >= NEEDED[kind]
    except (OSError, ValueError):
        found, right = {}, False
    if right:
        return KnownFigures(id="", stamp=stamp, figures=found)
    problem = f"is no {kind} of this version"
    fault = Fault(
        file=f"{file.parent.name}/{file.name}", problem=problem, right=f"make it again with `holin {kind} -o`"
    )
    return KnownFigures(id="", stamp=stamp, faults=(fault,))


def one_written(library: Library, kind: Written, wanted: str) -> KnownFigures:
    """Return a plan or frontier by its id; raises HttpProblem where there is none (404) or it is damaged (409)."""
    known = next((k for k in written(library, kind) if k.id == wanted), None)
    if known is None:
        raise HttpProblem(404, "not-found", f"no {kind} {wanted} is served here")
    if known.faults:
        raise HttpProblem(409, "damaged", f"the {kind} {wanted} cannot be shown", known.faults)
    return known
