"""Ids: their characters, that each stands once in the whole park, and that every reference leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from holin.columns import Column, columns_of
from holin.errors import Fault
from holin.park import KINDS, ParkFacts
from holin.parkfile.draft import Draft, Row
from holin.parkfile.hints import Names, did_you_mean, listed

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
ID_LENGTH = 64
STAR = ("1", "2", "3", "star")
SUGGESTIONS = 50


def faults_of_ids(draft: Draft) -> list[Fault]:
    """Ids hold only letters, digits, '-', '_' and '.', and no two things of the park share one."""
    faults: list[Fault] = []
    seen: dict[str, Row] = {}
    folded: dict[str, Row] = {}
    rows = [row for row in draft.rows() if row.id]
    for row in [*([draft.facts] if draft.facts and draft.facts.id else []), *rows]:
        right = "use letters, digits, '-', '_' and '.', a letter or digit first"
        if not ID.fullmatch(row.id):
            faults.append(row.fault("id", "illegal characters in an id", right + "; Chinese names go into name_zh"))
        elif len(row.id) > ID_LENGTH:
            faults.append(row.fault("id", "the id is too long", f"at most {ID_LENGTH} characters"))
    for row in rows:
        first = seen.setdefault(row.id, row)
        if first is not row:
            right = "ids are unique within the whole park; rename one of the two and what refers to it"
            faults.append(row.fault("id", f"the id stands already in {first.file} row {first.number}", right))
            continue
        alike = folded.setdefault(row.id.casefold(), row)
        if alike is not row:
            problem = f"the id differs only in capitals from {alike.id!r} in {alike.file} row {alike.number}"
            faults.append(row.warning("id", problem, "choose names that people can tell apart"))
    return faults + _faults_of_star_ids(draft, seen)


def _faults_of_star_ids(draft: Draft, seen: dict[str, Row]) -> list[Fault]:
    """A three-winding transformer T makes the names T.1, T.2, T.3 and T.star in results."""
    return [
        seen[name].fault("id", f"the name is needed for a winding of {row.id!r}", "rename one of the two")
        for row in draft.rows("transformer3")
        for name in (f"{row.id}.{end}" for end in STAR)
        if name in seen
    ]


def faults_of_references(draft: Draft) -> list[Fault]:
    """Every id that a row names must be one of a table that may be meant."""
    faults = []
    elsewhere = draft.by_id()
    names: dict[tuple[str, ...], Names] = {}
    for table, kind in KINDS.items():
        for column in columns_of(kind):
            if column.refers_to and not draft.unread.intersection(column.refers_to):
                there = names.setdefault(column.refers_to, Names(draft.by_id(*column.refers_to)))
                faults += _faults_of_reference(draft, table, column, there, elsewhere)
    return faults


def _faults_of_reference(
    draft: Draft, table: str, column: Column, known: Names, elsewhere: Mapping[str, Row]
) -> list[Fault]:
    tables = " or ".join(f"{t}.csv" for t in column.refers_to)
    faults: list[Fault] = []
    for row in draft.rows(table):
        name = row.get(column.name)
        if name is None or name in known:
            continue
        if name in elsewhere:
            problem = f"{name!r} is a {elsewhere[name].table}"
            right = did_you_mean(name, known, f"name an id of {tables}") if len(faults) < SUGGESTIONS else tables
        else:
            problem = f"there is no such {_either(column.refers_to)}"
            right = f"the ids stand in {tables}"
            if len(faults) < SUGGESTIONS:
                right = did_you_mean(name, known, f"name an id of {tables}" + _those_there(known))
        faults.append(row.fault(column.name, problem, right))
    return faults


def _either(tables: Collection[str]) -> str:
    return " or ".join(tables) if len(tables) <= 4 else "thing"


def _those_there(known: Collection[str]) -> str:
    return f": {listed(known, 6)}" if known else ", which has none"


def faults_of_provenance(draft: Draft) -> list[Fault]:
    """A provenance row names a table, an id of it or *, and a column of it, once."""
    faults = []
    kinds: dict[str, type] = {"park": ParkFacts, **KINDS}
    ids: dict[str, set[str]] = {"park": {draft.facts.id} if draft.facts else set()}
    seen: dict[tuple[str, str, str], Row] = {}
    for row in draft.rows("provenance"):
        table, row_id, name = row.get("table"), row.get("row_id"), row.get("field")
        if table is not None and table not in kinds:
            right = did_you_mean(table, kinds, f"one of {listed(kinds, 40)}")
            faults.append(row.fault("table", "there is no such table", right))
            continue
        if table is None or row_id is None or name is None:
            continue
        there = ids.setdefault(table, {r.id for r in draft.rows(table)})
        if table in draft.unread:
            continue
        columns = [c.name for c in columns_of(kinds[table])] + (["values"] if table == "series" else [])
        if row_id != "*" and row_id not in there:
            right = did_you_mean(row_id, there, f"name an id of {table}.csv, or * for all")
            faults.append(row.fault("row_id", f"{table} has no such id", right))
        if name != "*" and name not in columns:
            right = did_you_mean(name, columns, f"a column of {table}, or *")
            faults.append(row.fault("field", f"{table} has no such column", right))
        first = seen.setdefault((table, row_id, name), row)
        if first is not row:
            problem = f"the same figure has a provenance in row {first.number} already"
            faults.append(row.warning("field", problem, "keep one of the two"))
    return faults
