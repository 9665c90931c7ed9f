"""Where every figure of a park comes from, and what share of them has which basis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from holin.columns import Basis, Column, columns_of, printed
from holin.park import ATTRIBUTES, KINDS, Park, ParkFacts, Provenance, Series

PARK = "park"
NO_CLAIM = ("diagram_x", "diagram_y")
"""Places on the drawing: they say nothing of the world."""


@dataclass(frozen=True, kw_only=True)
class FigureProvenance:
    """One figure of a park: where it stands, its value as text, and where it comes from (None: not said)."""

    table: str
    id: str
    field: str
    value: str
    unit: str
    basis: Basis | None
    reference: str


Notes = Mapping[tuple[str, str, str], Provenance]


def provenance_of(park: Park) -> list[FigureProvenance]:
    """Return every figure of a park with its basis and reference.

    A figure is a cell whose column has a unit and which holds a value; a curve counts as one, and so do the values of
    a series. A value that equals its column's default is Holin's own figure, not the park's, and does not count unless
    a row of `provenance` names it; the place on the drawing never counts. The basis is that of the row of `provenance`
    for (table, id, field), then (table, id, *), then (table, *, field), then (table, *, *), then of the figure's own
    row.
    """
    notes = {(n.table, n.row_id, n.field): n for n in park.provenance}
    return list(_figures(park, notes))


def _figures(park: Park, notes: Notes) -> Iterator[FigureProvenance]:
    yield from _figures_of(PARK, park.facts.id, ParkFacts, park.facts, notes)
    for table, kind in KINDS.items():
        for thing in getattr(park, ATTRIBUTES[table]):
            if isinstance(thing, Provenance):
                continue
            yield from _figures_of(table, thing.id, kind, thing, notes)
            if isinstance(thing, Series):
                basis, reference = _origin(table, thing.id, "values", thing, notes)
                yield FigureProvenance(
                    table=table,
                    id=thing.id,
                    field="values",
                    value=f"{len(thing.values)} values",
                    unit=thing.unit,
                    basis=basis,
                    reference=reference,
                )


def _figures_of(table: str, row_id: str, kind: type, thing: Any, notes: Notes) -> Iterator[FigureProvenance]:
    for column in columns_of(kind):
        value = getattr(thing, column.name)
        if not _is_figure(column, value, (table, row_id, column.name), notes):
            continue
        basis, reference = _origin(table, row_id, column.name, thing, notes)
        yield FigureProvenance(
            table=table,
            id=row_id,
            field=column.name,
            value=printed(value),
            unit=column.unit,
            basis=basis,
            reference=reference,
        )


def _is_figure(column: Column, value: Any, key: tuple[str, str, str], notes: Notes) -> bool:
    if not column.is_figure or column.name in NO_CLAIM or value is None or value == ():
        return False
    return column.required or value != column.default or key in notes or (key[0], "*", key[2]) in notes


def _origin(table: str, row_id: str, field: str, thing: Any, notes: Notes) -> tuple[Basis | None, str]:
    for key in ((table, row_id, field), (table, row_id, "*"), (table, "*", field), (table, "*", "*")):
        if key in notes:
            return notes[key].basis, notes[key].reference
    return (Basis(thing.basis) if thing.basis else None), thing.reference


def share_of_basis(figures: Iterable[FigureProvenance]) -> dict[Basis | None, float]:
    """Return the share (0..1) of each basis among the figures, None for those without; empty when there are none."""
    counts = Counter(f.basis for f in figures)
    total = counts.total()
    order: tuple[Basis | None, ...] = (*Basis, None)
    return {basis: counts[basis] / total for basis in order if counts[basis]}
