"""GET /api/runs/{run}/tables…: what tables a run has, and each of their columns as Arrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from holin.web.access import EVERYONE, Asking, Visitor, read_by
from holin.web.answers import ARROW, UNCHANGED, RunId, arrow_of, json_bytes, library_of, respond
from holin.web.library import KnownRun
from holin.web.problems import HttpProblem, problems

if TYPE_CHECKING:
    import xarray as xr

    from holin.store import TableOutline

router = APIRouter(tags=["runs"])

WORD = r"^[a-z][a-z0-9_]{0,63}$"
TableName = Annotated[str, Path(pattern=WORD, description="a table of the run", examples=["flows"])]
ColumnName = Annotated[str, Path(pattern=WORD, description="a column of the table", examples=["p_from_mw"])]
LABEL = r"^[a-z][a-z0-9_]{0,63}:[^\x00-\x1f]{1,200}$"
Only = Annotated[
    list[Annotated[str, Field(pattern=LABEL)]],
    Query(
        max_length=50,
        description="DIMENSION:LABEL, only these labels of a dimension; several of one are added",
        examples=[["branch:line-1"]],
    ),
]

BYTES_MAX = 256 * 1024 * 1024
"""What one answer may weigh before its labels must be narrowed."""


class ColumnShown(BaseModel):
    """A column of a table, as it is declared."""

    name: str = Field(examples=["p_from_mw"])
    dims: list[str] = Field(description="time first", examples=[["time", "branch"]])
    unit: str = Field(examples=["MW"])
    meaning: str = Field(description="what it is, with its sign: power into the network is positive")


class TableShown(BaseModel):
    """A table of a run."""

    name: str
    meaning: str
    sizes: dict[str, int] = Field(description="how many labels each dimension has")
    columns: list[ColumnShown]


class TablesShown(BaseModel):
    """All tables of a run."""

    tables: list[TableShown]


@router.get(
    "/runs/{run}/tables",
    response_model=TablesShown,
    summary="The tables of a run and their columns",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(EVERYONE),
)
def read_tables(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return the tables of a run with the dimensions, unit and meaning of each column."""
    library = library_of(request)
    known = library.run(run)

    def make() -> bytes:
        tables = [table_shown(name, library.outline(known, name)) for name in known.whole.tables]
        return json_bytes(TablesShown(tables=tables))

    return respond(request, visitor, make, "tables", known.seal)


def table_shown(name: str, table: TableOutline) -> TableShown:
    """Return a table as the API describes it; a column that nobody declared says so by an empty meaning."""
    from holin.tables import SCHEMAS

    declared = {c.name: c for c in SCHEMAS[name].columns} if name in SCHEMAS else {}
    columns = []
    for column, dims in table.dims.items():
        told = declared.get(column)
        unit, meaning = (told.unit, told.meaning) if told else (table.units[column], "")
        columns.append(ColumnShown(name=column, dims=list(dims), unit=unit, meaning=meaning))
    return TableShown(
        name=name,
        meaning=SCHEMAS[name].meaning if name in SCHEMAS else "",
        sizes=dict(table.sizes),
        columns=columns,
    )


@router.get(
    "/runs/{run}/tables/{table}/{column}",
    summary="One column of a table, as Arrow",
    responses=arrow_of(
        "one float32 column per label of the second dimension, by its id, in the order of time; null is missing. Where "
        "there are more dimensions, one column per combination, labels joined by `|`. Metadata of the schema: table, "
        "column, unit, meaning, dims, first, step_s, time_zone."
    )
    | problems(404, 409, 413, 422),
    response_class=Response,
    **read_by(EVERYONE),
)
def read_column(
    request: Request,
    visitor: Asking,
    run: RunId,
    table: TableName,
    column: ColumnName,
    only: Only = [],  # noqa: B006
) -> Response:
    """Return a column of a run as an Arrow IPC stream.

    Loads, potlines and other things of enterprises are left out where the visitor may not see them.
    """
    library = library_of(request)
    known = library.run(run)
    outline = library.outline(known, table)
    if column not in outline.dims:
        has = ", ".join(outline.dims)
        raise HttpProblem(404, "not-found", f"the table {table} has no column {column}; it has {has}")

    def make() -> bytes:
        from holin.web.columns import column_stream

        told = next(c for c in table_shown(table, outline).columns if c.name == column)
        found = library.columns(known, table, [column])
        values = _chosen(_seen(found, column, visitor, known), only)
        if values.size * 4 > BYTES_MAX:
            raise HttpProblem(413, "too-large", f"{values.size:,} figures; narrow it with ?only=DIMENSION:LABEL")
        about = {"table": table, "column": column, "unit": told.unit, "meaning": told.meaning, "run": run}
        return column_stream(values, about=about | hours_said(known))

    return respond(request, visitor, make, "column", run, known.seal, table, column, sorted(only), media_type=ARROW)


def hours_said(known: KnownRun) -> dict[str, Any]:
    """Return what an Arrow stream says of a run's hours."""
    assert known.span is not None and known.park is not None
    return {
        "first": f"{known.span.first.astype('datetime64[s]')}Z",
        "step_s": known.span.step_s,
        "time_zone": known.park.facts.time_zone,
    }


def _seen(table: xr.Dataset, column: str, visitor: Visitor, known: KnownRun) -> xr.DataArray:
    """Return a column without the labels of what belongs to enterprises that the visitor may not see."""
    values: xr.DataArray = table[column]
    if visitor.sees_all:
        return values
    owner = owners(known)
    for dim in map(str, values.dims):
        if dim in OWNED:
            keep = [k for k, label in enumerate(values[dim].values) if visitor.sees(owner.get(str(label), str(label)))]
            values = values.isel({dim: keep})
    return values


OWNED = ("unit", "load", "potline", "sink", "user", "owner", "device", "storage", "thermal_unit", "measurement")
"""Dimensions whose labels may belong to an enterprise: one that nobody can place is shown to nobody else."""


def owners(known: KnownRun) -> dict[str, str]:
    """Return the enterprise of each unit of a run's park ("" for none), and of each enterprise itself."""
    from holin.park import units_of

    found = {unit.id: unit.enterprise for unit in units_of(known.frozen)}
    return found | {e.id: e.id for e in known.frozen.enterprises} | {f"export:{g.id}": "" for g in known.frozen.grids}


def _chosen(values: xr.DataArray, only: Sequence[str]) -> xr.DataArray:
    """Return the labels that are asked for; raises HttpProblem for a dimension or label that is not there."""
    wanted: dict[str, list[str]] = {}
    for text in only:
        dim, _, label = text.partition(":")
        wanted.setdefault(dim, []).append(label)
    for dim, labels in wanted.items():
        if dim not in values.dims or dim == "time":
            has = ", ".join(str(d) for d in values.dims if d != "time") or "time alone"
            raise HttpProblem(404, "not-found", f"the column has no dimension {dim} to choose from; it has {has}")
        there: Mapping[str, int] = {str(label): k for k, label in enumerate(values[dim].values)}
        if missing := [label for label in labels if label not in there]:
            raise HttpProblem(404, "not-found", f"the column has no {dim} {', '.join(missing)}")
        values = values.isel({dim: [there[label] for label in dict.fromkeys(labels)]})
    return values
