"""What a writer carries of each table; everything else that the park says is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from holin.columns import columns_of
from holin.formats.imported import LeftOut, listed
from holin.park import ATTRIBUTES, KINDS, Park
from holin.thing import Thing


def name_the_rest(park: Park, carried: Mapping[str, Iterable[str]], left_out: LeftOut) -> None:
    """Name every table with rows that is not in `carried`, and of the others every column that is not.

    `carried` maps tables to the columns that the format has a place for; a column in which all things stand at the
    default says nothing and is not named. What every thing has (names, dates, places, provenance) is named once.
    """
    descriptions: dict[str, list[str]] = defaultdict(list)
    common = {c.name for c in columns_of(Thing)}
    for table, kind in KINDS.items():
        things = getattr(park, ATTRIBUTES[table])
        if not things:
            continue
        if table not in carried:
            left_out.name("whole tables are left out", f"{table} ({len(things)} rows)")
            continue
        lost: list[str] = []
        whose: dict[str, None] = {}
        for column in columns_of(kind):
            if column.name in carried[table] or column.name == "id":
                continue
            told = [t.id for t in things if getattr(t, column.name) != column.default]
            if told and column.name in common:
                descriptions[column.name].append(f"{table}")
            elif told:
                lost.append(column.name)
                whose |= dict.fromkeys(told)
        if lost:
            left_out.names(f"{table}: {listed(lost)} left out", whose)
    left_out.names("what describes things is left out", (f"{c} of {listed(of)}" for c, of in descriptions.items()))
