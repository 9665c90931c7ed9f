"""The file of a dispatch case: a NumPy archive without pickles, checked where it is written and where it is read.

It holds the arrays of ARRAYS, and `tables`, a JSON text with everything that does not change with the hour.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holin.errors import HolinError

Row = dict[str, Any]
Array = NDArray[Any]

ARRAYS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "time": (("time",), "UTC", "start of each step"),
    "month": (("time",), "1", "position of the step's local month in `months`"),
    "available_mw": (("time", "renewables"), "MW", "what the weather allows, outages deducted"),
    "load_mw": (("time", "loads"), "MW", "firm load, outages deducted"),
    "heat_mw": (("time", "thermal_units"), "MW", "heat duty"),
    "loss_mw": (("time", "buses"), "MW", "network losses at their buses, known beforehand"),
    "import_price_per_mwh": (("time", "grids"), "currency/MWh", "all parts of the price of import"),
    "thermal_in_service": (("time", "thermal_units"), "1", "1, or 0 in planned outages"),
    "storage_in_service": (("time", "storages"), "1", "1, or 0 in planned outages"),
    "potline_in_service": (("time", "potlines"), "1", "1, or 0 in planned outages"),
    "grid_in_service": (("time", "grids"), "1", "1, or 0 in planned outages"),
    "branch_in_service": (("time", "branches"), "1", "1 where the branch can carry power, or 0"),
}
"""Array -> its dimensions (`time`, or a table of `tables`), unit and meaning."""

FORMAT = "holin dispatch case 1"


def faults_of_case(tables: Row, arrays: Mapping[str, Array]) -> list[str]:
    """Return what is wrong with a case: arrays that are missing, not finite, or of another shape than their tables."""
    faults = [] if tables.get("format") == FORMAT else [f"format is {tables.get('format')!r}, not {FORMAT!r}"]
    faults += [f"array {name} is missing" for name in ARRAYS if name not in arrays]
    faults += [f"array {name} is unknown" for name in arrays if name not in ARRAYS]
    if faults:
        return faults
    for name, (dims, _, _) in ARRAYS.items():
        shape = tuple(len(arrays["time"]) if d == "time" else len(tables[d]) for d in dims)
        if arrays[name].shape != shape:
            faults.append(f"array {name} has shape {arrays[name].shape}, its tables say {shape}")
        elif arrays[name].dtype.kind == "f" and not np.isfinite(arrays[name]).all():
            faults.append(f"array {name} has values that are not finite")
    return faults


def write_case(path: Path, tables: Row, arrays: Mapping[str, Array]) -> None:
    """Write a case. Raises HolinError when it is not whole."""
    if faults := faults_of_case(tables, arrays):
        raise HolinError("; ".join(faults))
    content: dict[str, Any] = {"tables": np.array(json.dumps(tables))} | {name: arrays[name] for name in ARRAYS}
    np.savez_compressed(path, **content)


def read_case(path: Path) -> tuple[Row, dict[str, Array]]:
    """Read a case back. Raises HolinError when it is not whole."""
    with np.load(path, allow_pickle=False) as file:
        tables = json.loads(str(file["tables"]))
        arrays = {name: file[name] for name in file.files if name != "tables"}
    if faults := faults_of_case(tables, arrays):
        raise HolinError(f"{path.name}: " + "; ".join(faults))
    return tables, arrays
