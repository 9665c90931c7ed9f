"""What names a thing goes or ends with it: meters, outages, choices and provenance of a park that lost some things."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from holin.columns import columns_of
from holin.park import ATTRIBUTES, KINDS, Park, templates_of, things_of
from holin.thing import Thing

NAMES_TEMPLATES = ("candidate", "provenance")
"""Tables whose rows may name what never stands itself."""


def tidied(before: Park, after: Park) -> Park:
    """Return `after` without the rows that name what `before` had and `after` has not, or has only as a template.

    A row that names what is now retired earlier ends with it. Columns that name things are those with `refers_to`.
    """
    old = {thing.id: thing for _, thing in things_of(before)}
    while (less := _once(before, after, old)) != after:
        after = less
    return after


def _once(before: Park, after: Park, old: Mapping[str, Thing]) -> Park:
    now = {thing.id: thing for _, thing in things_of(after)}
    described = templates_of(after.candidates) - templates_of(before.candidates)
    lost = set(old) - set(now)
    changed: dict[str, Any] = {}
    for table, kind in KINDS.items():
        names = [c.name for c in columns_of(kind) if c.refers_to]
        absent = lost if table in NAMES_TEMPLATES else lost | described
        rows = getattr(after, ATTRIBUTES[table])
        if table == "provenance":
            kept = tuple(row for row in rows if row.row_id not in lost)
        elif names:
            kept = tuple(
                ended for row in rows
                if not {getattr(row, n) for n in names} & absent and (ended := _ended(row, names, old, now)) is not None
            )  # fmt: skip
        else:
            continue
        changed[ATTRIBUTES[table]] = kept
    return dataclasses.replace(after, **changed)


def _ended(row: Thing, names: list[str], old: Mapping[str, Thing], now: Mapping[str, Thing]) -> Thing | None:
    """Return the row, retired no later than what it names where that has come to an earlier end; None if never."""
    ends = []
    for id_ in (getattr(row, name) for name in names):
        if id_ in old and now[id_].retired != old[id_].retired and (end := now[id_].retired) is not None:
            ends.append(end)
    end = min(ends, default=None)
    if end is None or (row.retired is not None and row.retired <= end):
        return row
    return None if row.built is not None and row.built >= end else dataclasses.replace(row, retired=end)
