"""Cells of a sheet as rows of a noun: headings in two languages, every fault with its row, heading and value."""

from __future__ import annotations

import dataclasses
import operator
import re
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from holin.columns import Column, columns_of, parsed
from holin.errors import Fault
from holin.hall.rows import HEADINGS
from holin.hall.words import WORDS, chosen

UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that no workbook can hold."""

BOUNDS = (
    ("ge", operator.ge, "at least"), ("gt", operator.gt, "above"), ("le", operator.le, "at most"),
    ("lt", operator.lt, "below"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a row stands: the file (or file[sheet]), its number, the headings as the file has them."""

    file: str
    row: int
    headings: Mapping[str, str]

    def fault(self, column: str | None, value: object, problem: str, right: str) -> Fault:
        """Return a fault of one cell of the row."""
        heading = None if column is None else self.headings.get(column, column)
        shown = None if value in (None, "", ()) else str(value)
        return Fault(file=self.file, row=self.row, field=heading, value=shown, problem=problem, right=right)


@dataclass(kw_only=True)
class Sheet:
    """The rows of one sheet that could be read, where each stands, and the faults of the others."""

    rows: list[Any] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def sheet_of(kind: type, file: str, records: Sequence[tuple[int, Sequence[str]]]) -> Sheet:
    """Read records (row number, texts) below a heading, which is the first, as rows of a noun."""
    sheet = Sheet()
    filled = [(number, cells) for number, cells in records if any(c.strip() for c in cells)]
    if not filled:
        sheet.faults.append(
            Fault(file=file, problem="has no headings", right="begin with the template: `holin catalogue template`")
        )
        return sheet
    top, heads = filled[0]
    order = _columns(kind, file, top, heads, sheet.faults)
    headings = {c.name: heads[k].strip() for k, c in order.items()}
    head = _Head(
        order=order,
        titled=frozenset(k for k, name in enumerate(heads) if name.strip()),
        needed=frozenset(c.name for c in columns_of(kind) if c.required),
    )
    for number, cells in filled[1:]:
        place = Place(file=file, row=number, headings=headings)
        row = _row(kind, place, head, cells, sheet.faults)
        if row is not None:
            sheet.rows.append(row)
            sheet.places.append(place)
    return sheet


def _columns(kind: type, file: str, top: int, heads: Sequence[str], faults: list[Fault]) -> dict[int, Column]:
    """Return which column stands where; a heading that is unknown, double or missing is a fault."""
    named = {_folded(name): c for c in columns_of(kind) for name in (c.name, HEADINGS[c.name])}
    order: dict[int, Column] = {}
    for k, head in enumerate(heads):
        if not head.strip():
            continue
        found = named.get(_folded(head))
        if found is None:
            near = get_close_matches(_folded(head), named, n=1, cutoff=0.6)
            right = f"did you mean {named[near[0]].name}?" if near else f"one of {', '.join(_names(kind))}"
            faults.append(Fault(file=file, row=top, field=head, problem="no such column", right=right))
        elif found in order.values():
            right = "keep one of the two columns"
            faults.append(Fault(file=file, row=top, field=head, problem="the column stands twice", right=right))
        else:
            order[k] = found
    for column in columns_of(kind):
        if column.required and column not in order.values():
            right = f"add a column {column.name} ({HEADINGS[column.name]}): {column.meaning}"
            faults.append(Fault(file=file, row=top, field=column.name, problem="the column is missing", right=right))
    return order


@dataclass(frozen=True, kw_only=True)
class _Head:
    """What a sheet's heading says: the column of each place, the places that have a heading, what every row needs.

    `read` keeps what each text of a column was read as: most cells of a large sheet say what others say.
    """

    order: Mapping[int, Column]
    titled: frozenset[int]
    needed: frozenset[str]
    read: dict[tuple[str, str], Any] = field(default_factory=dict)


def _row(kind: type, place: Place, head: _Head, cells: Sequence[str], faults: list[Fault]) -> Any | None:
    values: dict[str, Any] = {}
    before = len(faults)
    for k, column in head.order.items():
        text = cells[k] if k < len(cells) else ""
        known = (column.name, text)
        try:
            if known not in head.read:
                head.read[known] = value_of(column, text)
            values[column.name] = head.read[known]
        except ValueError as error:
            faults.append(place.fault(column.name, text.strip(), *_parts(str(error))))
    for k, text in enumerate(cells):
        if k not in head.titled and text.strip():
            faults.append(place.fault(None, text, "a cell without a heading", "give its column a heading"))
    whole = head.needed <= values.keys()
    return kind(**values) if whole and len(faults) == before else None


def value_of(column: Column, text: str) -> Any:
    """Read a cell: choices by code or word in either language, then as the column says. Raises ValueError."""
    if found := UNWRITABLE.search(text):
        raise ValueError(f"a character that no workbook can hold (U+{ord(found[0]):04X}); remove it")
    kind = column.core_type
    several = typing.get_origin(kind) is tuple
    item = typing.get_args(kind)[0] if several else kind
    if isinstance(item, type) and issubclass(item, StrEnum) and item in WORDS:
        parts = re.split("[;；]", text) if several else [text]
        text = ";".join((chosen(item, p) or p.strip()) for p in parts)
    value = parsed(column, text)
    _check_bounds(column, value)
    return value


def _check_bounds(column: Column, value: Any) -> None:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return
    for name, holds, words in BOUNDS:
        bound = getattr(column, name)
        if bound is not None and not holds(value, bound):
            raise ValueError(f"out of range; {words} {bound:g} {'' if column.unit == '1' else column.unit}".rstrip())


def _parts(said: str) -> tuple[str, str]:
    problem, _, right = said.partition("; ")
    return problem, right or "see the template: `holin catalogue template`"


def _folded(name: str) -> str:
    return re.sub(r"\s", "", name).casefold().replace("（", "(").replace("）", ")")


def _names(kind: type) -> list[str]:
    return [f.name for f in dataclasses.fields(kind)]
