"""Whether a table is what its declaration says, and whether tables have the same hours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.errors import Mismatch
from holin.tables.schema import TableSchema


def checked(schema: TableSchema, table: xr.Dataset) -> xr.Dataset:
    """Return the table with units and meanings attached, after checking that it is what the schema declares.

    Raises Mismatch, with all that is wrong, when a column is missing or unknown or has other dimensions, when a
    dimension has no labels or repeats one, or when time is not UTC without a zone or does not rise strictly.
    """
    wrong = [*_wrong_columns(schema, table), *_wrong_labels(schema, table), *_wrong_time(table), *_wrong_issue(table)]
    if wrong:
        raise Mismatch(f"not a table `{schema.name}`: " + "; ".join(wrong))
    labelled = table.copy()
    for column in schema.columns:
        labelled[column.name].attrs.update(units=column.unit, long_name=column.meaning)
    return labelled


def _wrong_columns(schema: TableSchema, table: xr.Dataset) -> Iterator[str]:
    for column in schema.columns:
        if column.name not in table:
            yield f"column {column.name} is missing"
    for name in map(str, table.data_vars):
        if name not in schema.dims:
            yield f"column {name} is not declared"
        elif tuple(table[name].dims) != schema.dims[name]:
            yield f"column {name} has dimensions {table[name].dims}, not {schema.dims[name]}"


RISING = ("time", "issued", "lead", "quantile")
"""Dimensions whose labels are checked for rising strictly."""


def _wrong_labels(schema: TableSchema, table: xr.Dataset) -> Iterator[str]:
    for dim in dict.fromkeys(d for dims in schema.dims.values() for d in dims if d in table.dims):
        if dim not in table.coords:
            yield f"dimension {dim} has no labels"
        elif dim not in RISING and not (index := table.indexes[dim]).is_unique:
            yield f"dimension {dim} repeats the label {index[index.duplicated()][0]!r}"


def _wrong_time(table: xr.Dataset) -> Iterator[str]:
    for name in ("time", "issued"):
        if name not in table.dims or name not in table.coords:
            continue
        time = table[name].values
        if not np.issubdtype(time.dtype, np.datetime64) or np.isnat(time).any():
            yield f"{name} is not a time in UTC (datetime64 without a zone)"
        elif not (np.diff(time) > np.timedelta64(0)).all():
            yield f"{name} does not rise strictly"


def _wrong_issue(table: xr.Dataset) -> Iterator[str]:
    if "lead" in table.dims and "lead" in table.coords:
        lead = table["lead"].values
        if not np.issubdtype(lead.dtype, np.timedelta64) or np.isnat(lead).any():
            yield "lead is not a span of time (timedelta64)"
        elif (lead < np.timedelta64(0)).any():
            yield "lead is negative: a value before its issue"
        elif not (np.diff(lead) > np.timedelta64(0)).all():
            yield "lead does not rise strictly"
    if "quantile" in table.dims and "quantile" in table.coords:
        quantile = table["quantile"].values
        if not np.issubdtype(quantile.dtype, np.floating) or not ((quantile > 0) & (quantile < 1)).all():
            yield "a quantile is not a chance between 0 and 1"
        elif not (np.diff(quantile) > 0).all():
            yield "quantile does not rise strictly"


def same_hours(*tables: xr.Dataset) -> None:
    """Check that all tables have the same hours; raises Mismatch otherwise."""
    first = tables[0]["time"].values
    for table in tables[1:]:
        other = table["time"].values
        if not np.array_equal(first, other):
            raise Mismatch(f"the hours differ: {_span(first)} against {_span(other)}; make both from the same hours")


def _span(time: NDArray[np.datetime64]) -> str:
    hours = time.astype("datetime64[m]")
    return f"{hours[0]} .. {hours[-1]} ({len(hours)})" if len(hours) else "none"
