"""Tables in one NetCDF4 file, a group each."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.tables import SCHEMAS

QUANTUM = 2.0**-28
"""Energies, powers and shares of the declared tables are kept to the nearest multiple: right within 2e-9 MWh, so that
every balance that holds within 1e-6 MWh before writing holds after reading, at well below half the size."""

COARSE_UNITS = frozenset({"p.u.", "rad", "Mvar", "W/m2", "degC", "Pa", "m/s", "currency/MWh"})
"""Units of what no balance is made from: single precision (relative error 6e-8)."""

ONE_AT_A_TIME = threading.RLock()
"""Held by whoever is in NetCDF's library: with two threads in it, in two files or one, it ends the process."""


def write_tables(path: Path, tables: Mapping[str, xr.Dataset]) -> None:
    """Write each table as a group of its name: compressed, with units and meanings, times in hours since the first."""
    for number, (name, table) in enumerate(tables.items()):
        prepared = _prepared(name, table)
        with ONE_AT_A_TIME:
            prepared.to_netcdf(
                path,
                mode="w" if number == 0 else "a",
                group=name,
                engine="netcdf4",
                format="NETCDF4",
                encoding=_encoding(prepared),
            )


def open_table(path: Path, name: str, *, columns: Collection[str] | None = None) -> xr.Dataset:
    """Read one table, or some of its columns with their labels, and close the file; raises KeyError for a column that
    it has not.

    A group that is left open until nobody needs it is closed by the memory's keeper, in any order with the file: the
    next file that was opened got its number, and NetCDF's library ended the process (netCDF4 1.7, xarray 2026).
    """
    with ONE_AT_A_TIME, xr.open_dataset(path, group=name, engine="netcdf4", decode_timedelta=False) as opened:
        return (opened if columns is None else opened[list(columns)]).load()


@dataclass(frozen=True, kw_only=True)
class TableOutline:
    """A table without its values: the dimensions and the unit of each column, and how many labels a dimension has."""

    dims: Mapping[str, tuple[str, ...]]
    units: Mapping[str, str]
    sizes: Mapping[str, int]


def table_outline(path: Path, name: str) -> TableOutline:
    """Return what a table has, without reading it."""
    with ONE_AT_A_TIME, xr.open_dataset(path, group=name, engine="netcdf4", decode_timedelta=False) as opened:
        return TableOutline(
            dims={str(column): tuple(map(str, values.dims)) for column, values in opened.data_vars.items()},
            units={str(column): str(values.attrs.get("units", "")) for column, values in opened.data_vars.items()},
            sizes={str(dim): size for dim, size in opened.sizes.items()},
        )


def rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values as multiples of QUANTUM, a power of two, so that no further rounding occurs; NaN stays."""
    return np.asarray(np.round(values / QUANTUM) * QUANTUM)


def _prepared(name: str, table: xr.Dataset) -> xr.Dataset:
    prepared = table.copy()
    for column, unit in _units(name).items():
        if column in table and table[column].dtype == np.float64:
            values = table[column].values
            kept = values.astype(np.float32) if unit in COARSE_UNITS else rounded(values)
            prepared[column] = (table[column].dims, kept, table[column].attrs)
    for label in table.coords:
        if table[label].dtype.kind not in "biufM":
            prepared[label] = (table[label].dims, np.asarray(table[label].values, dtype=str), table[label].attrs)
    return prepared


def _units(name: str) -> dict[str, str]:
    """Return the units of a declared table's columns; any other table is written as it is, bit by bit."""
    return {c.name: c.unit for c in SCHEMAS[name].columns} if name in SCHEMAS else {}


def _encoding(table: xr.Dataset) -> dict[str, dict[str, Any]]:
    packed = {"zlib": True, "complevel": 2, "shuffle": True}
    encoding: dict[str, dict[str, Any]] = {
        str(column): dict(packed) for column in table.data_vars if table[column].size and table[column].ndim
    }
    if "time" in table.coords and table.sizes["time"]:
        first = np.datetime_as_string(table["time"].values[0], unit="s").replace("T", " ")
        encoding["time"] = {"units": f"seconds since {first}", "dtype": "int64", "calendar": "proleptic_gregorian"}
    return encoding
