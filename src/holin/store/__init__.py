"""Runs on disk: one folder per run, written whole or not at all, and checked when it is read."""

from holin.store.account import write_account
from holin.store.manifest import hashes_of, json_text, sha256_of
from holin.store.memory import peak_memory_mb
from holin.store.netcdf import TableOutline, open_table, table_outline, write_tables
from holin.store.people import PeopleTable, people_tables, read_people, traced_table, write_people
from holin.store.plan import read_schedule
from holin.store.reading import Run, RunTables, read_run
from holin.store.setpoints import write_setpoints
from holin.store.span import Span, span_of
from holin.store.writing import write_run

__all__ = [
    "PeopleTable",
    "Run",
    "RunTables",
    "Span",
    "TableOutline",
    "hashes_of",
    "json_text",
    "open_table",
    "peak_memory_mb",
    "people_tables",
    "read_people",
    "read_run",
    "read_schedule",
    "sha256_of",
    "span_of",
    "table_outline",
    "traced_table",
    "write_account",
    "write_people",
    "write_run",
    "write_setpoints",
    "write_tables",
]
