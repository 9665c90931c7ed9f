"""Whose passport it is: the enterprises in whose potlines the metal was made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from holin.web.access import Visitor
from holin.web.library import KnownRun
from holin.web.problems import HttpProblem

if TYPE_CHECKING:
    from pathlib import Path


def owners_of(passport: Mapping[str, Any], known: KnownRun) -> frozenset[str]:
    """Return the enterprises of the potlines that a passport's energy went through; empty where none is known."""
    of_potline = {potline.id: potline.enterprise for potline in known.frozen.potlines}
    hours = passport["energy"]["hours"]
    at = hours["columns"].index("potline")
    return frozenset(of_potline.get(row[at], "") for row in hours["rows"]) - {""}


def may_see(visitor: Visitor, owners: frozenset[str]) -> bool:
    """Return whether a visitor may see a passport: staff, and the enterprise whose own it is alone."""
    return visitor.sees_all or (bool(owners) and all(visitor.sees(owner) for owner in owners))


def refuse_others(visitor: Visitor, file: Path, known: KnownRun) -> None:
    """Raise HttpProblem (403) where a passport is another's; who holds its paper opens it by the code on that."""
    if visitor.sees_all:
        return
    try:
        owners = owners_of(json.loads(file.read_bytes())["passport"], known)
    except (OSError, ValueError, KeyError, TypeError):
        owners = frozenset()  # it is no passport: nobody's, so staff alone is told what is wrong with it
    if not may_see(visitor, owners):
        raise HttpProblem(403, "forbidden", "this passport is another's; the code on its paper opens it")
