"""A PyPSA network on disk: a folder of CSV tables, or one netCDF file.

Source: PyPSA 1.4, network/io.py: `LIST.csv` and `LIST-ATTRIBUTE.csv`; variables `LIST_ATTRIBUTE` and
`LIST_t_ATTRIBUTE`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from holin.errors import BadInput, Fault
from holin.formats.csv_table import read_csv_table
from holin.formats.imported import Faults
from holin.formats.pypsa.netcdf import Variables, read_variables
from holin.formats.records import Record, is_missing

LISTS = (
    "buses", "carriers", "sub_networks", "lines", "line_types", "transformers", "transformer_types", "links",
    "generators", "loads", "stores", "storage_units", "shunt_impedances", "global_constraints", "processes",
)  # fmt: skip
OTHERS = ("network", "snapshots", "investment_periods", "shapes")


@dataclass(frozen=True, kw_only=True)
class Network:
    """The components of each list, their series by (list, attribute) -> name -> values, and the snapshots."""

    name: str
    lists: dict[str, tuple[Record, ...]]
    series: dict[tuple[str, str], dict[str, NDArray[np.float64]]]
    snapshots: pd.DatetimeIndex | None
    count: int
    others: tuple[str, ...]
    faults: Faults
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read_network(path: Path) -> Network:
    """Read a folder of CSV tables or a netCDF file (`.nc`); raises BadInput with every fault of its shape."""
    if path.is_dir():
        return _read_folder(path)
    if not path.exists():
        raise BadInput([Fault(file=path.name, problem="there is no such file or folder", right="check the path")])
    if path.suffix.lower() not in (".nc", ".nc4", ".netcdf"):
        right = "a folder of CSV tables (export_to_csv_folder), or a file .nc (export_to_netcdf)"
        raise BadInput([Fault(file=path.name, problem="neither a folder nor a netCDF file", right=right)])
    return _read_netcdf(path)


def named(records: tuple[Record, ...], faults: Faults) -> None:
    """Name components without a name, or whose name another has."""
    seen: set[str] = set()
    for record in records:
        name = record.text("name")
        if name in seen:
            record.fault("name", "the name stands twice", "name each component once")
        seen.add(name)


# ---- a folder ---------------------------------------------------------------------------------------------------


def _read_folder(folder: Path) -> Network:
    faults = Faults(folder.name)
    if not (folder / "buses.csv").is_file():
        faults.add("there is no buses.csv", "a folder that export_to_csv_folder wrote", field="buses.csv")
        faults.stop()
    lists: dict[str, tuple[Record, ...]] = {}
    columns: dict[str, tuple[str, ...]] = {}
    for name in LISTS:
        if (folder / f"{name}.csv").exists():
            table = read_csv_table(folder / f"{name}.csv", faults)
            first = table.columns[0] if table.columns else "name"
            records = tuple(_renamed(r, first) for r in table.records)
            named(records, faults)
            lists[name], columns[name] = records, table.columns[1:]
    snapshots, count = _snapshots_of_folder(folder, faults)
    series = {}
    others = []
    for file in sorted(folder.iterdir()):
        name, dash, attribute = file.stem.partition("-")
        if file.suffix != ".csv":
            others += [file.name] if file.name not in ("meta.json", "crs.json") else []
        elif dash and name in LISTS:
            series[name, attribute] = _series_of_file(file, count, faults)
        elif file.stem not in (*LISTS, *OTHERS):
            others.append(file.name)
    faults.stop()
    name = _name_of_folder(folder, faults)
    faults.stop()
    return Network(
        name=name, lists=lists, series=series, snapshots=snapshots, count=count, others=tuple(others), faults=faults,
        columns=columns,
    )  # fmt: skip


def _renamed(record: Record, first: str) -> Record:
    """The first column of a table is the components' name, whatever its header."""
    return Record({"name": record.values.get(first)} | dict(record.values), record.faults, record.place)


def _name_of_folder(folder: Path, faults: Faults) -> str:
    if not (folder / "network.csv").exists():
        return folder.name
    table = read_csv_table(folder / "network.csv", faults)
    return table.records[0].text("name", "") or folder.name if table.records else folder.name


def _snapshots_of_folder(folder: Path, faults: Faults) -> tuple[pd.DatetimeIndex | None, int]:
    if not (folder / "snapshots.csv").exists():
        return None, 1
    table = read_csv_table(folder / "snapshots.csv", faults)
    if "period" in table.columns:
        right = "export one investment period"
        faults.of("snapshots.csv").add("several investment periods", right, row=1, field="period")
        faults.stop()
    column = "snapshot" if "snapshot" in table.columns else next((c for c in table.columns if c), "")
    texts = [r.text(column, "") for r in table.records]
    return _times(texts), len(texts)


def _times(texts: list[Any]) -> pd.DatetimeIndex | None:
    """Return snapshots as times, None where they are no rising times (such as "now")."""
    try:
        times = pd.DatetimeIndex(pd.to_datetime(texts, format="ISO8601"))
    except (ValueError, TypeError, OverflowError):
        return None
    if times.tz is not None:
        times = times.tz_convert("UTC").tz_localize(None)
    rises = len(times) > 0 and not times.hasnans and bool((np.diff(times.to_numpy()) > np.timedelta64(0)).all())
    return times.as_unit("ns") if rises else None


def _series_of_file(file: Path, count: int, faults: Faults) -> dict[str, NDArray[np.float64]]:
    table = read_csv_table(file, faults)
    if len(table.records) != count:
        right = f"one row for each of the {count} snapshots"
        faults.of(file.name).add(f"{len(table.records)} rows", right)
        return {}
    found = {}
    for column in table.columns[1:]:
        values = [None if is_missing(r.values[column]) else r.number(column, infinite=True) for r in table.records]
        found[column] = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    return found


# ---- netCDF -----------------------------------------------------------------------------------------------------


def _read_netcdf(path: Path) -> Network:
    data, faults = read_variables(path), Faults(path.name)
    names = list(data.arrays)
    if "investment_periods" in names or "snapshots_period" in names:
        faults.add("several investment periods", "export one investment period", field="investment_periods")
        faults.stop()
    lists = {name: _list_of(data, name, faults) for name in LISTS if f"{name}_i" in names}
    if not lists.get("buses"):
        faults.add("there are no buses", "a file that export_to_netcdf wrote", field="buses_i")
    faults.stop()
    times = data.arrays.get("snapshots_snapshot", data.arrays.get("snapshots"))
    count = 1 if times is None else int(np.size(times))
    series = {}
    used = {f"{name}_i" for name in lists} | {"snapshots"}
    for name in lists:
        for variable in names:
            if variable.startswith(f"{name}_t_") and not variable.endswith("_i"):
                attribute = variable.removeprefix(f"{name}_t_")
                series[name, attribute] = _series_of(data, variable, count, faults)
                used |= {variable, f"{variable}_i"}
            elif variable.startswith(f"{name}_"):
                used.add(variable)
    others = sorted(v for v in names if v not in used and not v.startswith("snapshots_"))
    faults.stop()
    return Network(
        name=data.attributes.get("network_name", "") or path.stem, lists=lists, series=series,
        snapshots=None if times is None else _times(list(np.atleast_1d(times))), count=count, others=tuple(others),
        faults=faults, columns={n: tuple(records[0].values)[1:] if records else () for n, records in lists.items()},
    )  # fmt: skip


def _list_of(data: Variables, name: str, faults: Faults) -> tuple[Record, ...]:
    dim = f"{name}_i"
    labels = [str(x) for x in np.ravel(data.arrays[dim])]
    columns: dict[str, list[Any]] = {}
    for variable, array in data.arrays.items():
        if variable.startswith(f"{name}_") and variable != dim and not variable.startswith(f"{name}_t_"):
            if data.dims[variable] != (dim,) or len(array) != len(labels):
                faults.add("not one value for each component", f"dimension {dim}", field=variable)
                continue
            columns[variable.removeprefix(f"{name}_")] = array.tolist()
    records = []
    for k, label in enumerate(labels):
        values = {"name": label} | {c: v[k] for c, v in columns.items()}
        records.append(Record(values, faults, _place(name, label)))
    named(tuple(records), faults)
    return tuple(records)


def _place(name: str, label: str) -> Callable[[str], tuple[int | None, str]]:
    return lambda column: (None, f"{name}_{column}[{label}]"[:120])


def _series_of(data: Variables, variable: str, count: int, faults: Faults) -> dict[str, NDArray[np.float64]]:
    array, dim = data.arrays[variable], f"{variable}_i"
    labels = [str(x) for x in np.ravel(data.arrays[dim])] if dim in data.arrays else []
    if data.dims[variable] != ("snapshots", dim) or array.shape != (count, len(labels)):
        faults.add("not one value for each snapshot and component", f"dimensions snapshots, {dim}", field=variable)
        return {}
    if array.dtype.kind not in "fiu":
        faults.add("not numbers", "a number for each snapshot", field=variable)
        return {}
    return {label: array[:, k].astype(np.float64) for k, label in enumerate(labels)}
