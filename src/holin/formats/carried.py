"""What a writer carries of each table; everything else that the park says is named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from holin.columns import columns_of, printed
from holin.formats.imported import LeftOut
from holin.park import ATTRIBUTES, KINDS, Park

ALWAYS = {"id"}


def name_the_rest(park: Park, carried: Mapping[str, Iterable[str]], left_out: LeftOut) -> None:
    """Name every table with rows that is not in `carried`, and every value of a table there that is in no column of it.

    `carried` maps tables to the columns that the format has a place for; a column that stands at its default says
    nothing and is not named.
    """
    for table, kind in KINDS.items():
        things = getattr(park, ATTRIBUTES[table])
        if not things:
            continue
        if table not in carried:
            left_out.names(f"the table {table} is left out", (_label(t) for t in things))
            continue
        for column in columns_of(kind):
            if column.name in carried[table] or column.name in ALWAYS:
                continue
            told = [t for t in things if getattr(t, column.name) != column.default]
            values = (f"{_label(t)} = {_shown(getattr(t, column.name))}" for t in told)
            left_out.names(f"{table}.{column.name} is left out", values)


def _label(thing: Any) -> str:
    return getattr(thing, "id", None) or str(getattr(thing, "table", thing))


def _shown(value: Any) -> str:
    text = printed(value)
    return text if len(text) <= 30 else text[:29] + "…"
