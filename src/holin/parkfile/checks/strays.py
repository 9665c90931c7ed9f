"""Things that stand but look like descriptions: what a template becomes when the row that offers it is gone."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from holin.columns import columns_of
from holin.errors import Fault
from holin.park import KINDS
from holin.parkfile.draft import Draft, Row

SOURCES = ("wind_farm", "pv_plant", "storage", "thermal_unit", "potline")
"""Tables whose things may be templates of a choice to build or to refit."""

PLACE: dict[str, tuple[str, ...]] = {
    "thermal_unit": ("bus", "p_nom_mw"),
    "potline": ("bus", "pots", "amperage_ka"),
}
"""What a refit leaves as it is: two rows that share it may be one unit, before and after."""

RIGHT = (
    "if it only describes what a plan may build or refit, offer it in candidate.csv with template true, or remove the "
    "row; if it stands, write built"
)


def faults_of_strays(draft: Draft) -> list[Fault]:
    """What has no date in a table where others have, and is offered and named nowhere, seems to describe rather than to
    stand: warned of, for a run counts it at every stage."""
    if "candidate" in draft.unread:
        return []
    named = _named(draft)
    return [
        row.warning("built", _problem(row, dated), RIGHT) for t in SOURCES for row, dated in _strays(draft, t, named)
    ]


def _strays(draft: Draft, table: str, named: Collection[str]) -> Iterator[tuple[Row, Sequence[Row]]]:
    """Yield what seems to describe, with those of its table that stand from or to a date."""
    standing = [row for row in draft.rows(table) if not row.template]
    dated = [row for row in standing if _dated(row)]
    yield from ((row, dated) for row in standing if dated and not _dated(row) and row.id not in named)


def _problem(row: Row, dated: Sequence[Row]) -> str:
    twins = [other for other in dated if _same_place(row, other)]
    if twins:
        twin = twins[-1]
        return f"it stands at every stage, at the place and of the size of {twin.id!r} (row {twin.number})"
    return "it stands at every stage: no candidate offers it, nothing names it, and others of its table have dates"


def _dated(row: Row) -> bool:
    return row.get("built") is not None or row.get("retired") is not None


def _same_place(row: Row, other: Row) -> bool:
    columns = PLACE.get(row.table, ())
    return bool(columns) and all(_alike(row.get(c), other.get(c)) for c in columns)


def _alike(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-9)
    return a is not None and bool(a == b)


def _named(draft: Draft) -> set[str]:
    """Return the ids that some row of the park names."""
    columns = [(table, c.name) for table, kind in KINDS.items() for c in columns_of(kind) if c.refers_to]
    found = {row.get(name) for table, name in columns for row in draft.rows(table)}
    return {name for name in found if name} | {row.get("row_id") for row in draft.rows("provenance")}
