"""A MATPOWER case: its tables as matrices, checked as far as a reader must trust them.

Source: MATPOWER 8.1 User's Manual, appendix B (case format version 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from holin.formats.imported import Faults
from holin.formats.matpower.constants import BRANCH, BUS, GEN
from holin.formats.matpower.evaluate import Evaluated, evaluated
from holin.formats.matpower.values import Value, kind_of
from holin.formats.source_file import text_of_file

Matrix = NDArray[np.float64]

COLUMNS = {"bus": BUS, "gen": GEN, "branch": BRANCH}
LEAST_COLUMNS = {"bus": 13, "gen": 10, "branch": 11}
BUS_NUMBER_MAX = 10**9
RIGHT_NUMBER = "give a finite number"

BUS_INPUTS = ("BUS_I", "BUS_TYPE", "PD", "QD", "GS", "BS", "BUS_AREA", "VM", "VA", "BASE_KV", "ZONE", "VMAX", "VMIN")
GEN_INPUTS = ("GEN_BUS", "PG", "QG", "VG", "MBASE", "GEN_STATUS")
BRANCH_INPUTS = ("F_BUS", "T_BUS", "BR_R", "BR_X", "BR_B", "RATE_A", "RATE_B", "RATE_C", "TAP", "SHIFT", "BR_STATUS")


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """One matrix of a case with the line of each of its rows; a column that is not there is 0."""

    name: str
    values: Matrix
    lines: tuple[int | None, ...]

    def column(self, name: str) -> Matrix:
        """Return a column by MATPOWER's name for it."""
        place = COLUMNS[self.name][name] - 1
        return self.values[:, place] if place < self.values.shape[1] else np.zeros(len(self.values))

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """A case whose tables have the columns they need, finite numbers in them, and buses that exist.

    `gencost` (row, column) has no row or one, or two, for each generator; `rest` are the further fields.
    """

    name: str
    base_mva: float
    bus: Table
    gen: Table
    branch: Table
    gencost: Table
    bus_name: tuple[str, ...]
    rest: dict[str, Value]


def read_case(path: Path) -> Case:
    """Read a case file; raises BadInput with every fault, each with its line and column."""
    result = evaluated(text_of_file(path, strict=False), path.name)
    faults = Faults(path.name)
    fields = dict(result.fields)
    _check_version(fields.pop("version", None), faults)
    base_mva = _base_mva(fields.pop("baseMVA", None), faults)
    bus, gen, branch = (_table(fields.pop(name, None), name, result, faults) for name in COLUMNS)
    faults.stop()
    assert bus is not None and gen is not None and branch is not None
    _check_finite(bus, BUS_INPUTS, faults)
    _check_finite(gen, GEN_INPUTS, faults)
    _check_finite(branch, BRANCH_INPUTS, faults)
    _check_not_nan(gen, ("QMAX", "QMIN", "PMAX", "PMIN"), faults)
    _check_not_nan(branch, ("ANGMIN", "ANGMAX"), faults)
    _check_buses(bus, gen, branch, faults)
    gencost = _gencost(fields.pop("gencost", None), result, len(gen), faults)
    faults.stop()
    bus_name = _names(fields.get("bus_name"), len(bus))
    if bus_name is not None:
        del fields["bus_name"]
    return Case(
        name=path.stem, base_mva=base_mva, bus=bus, gen=gen, branch=branch, gencost=gencost,
        bus_name=bus_name or ("",) * len(bus),
        rest=fields,
    )  # fmt: skip


def _check_version(version: Value, faults: Faults) -> None:
    said = version if isinstance(version, str) else None
    if isinstance(version, np.ndarray) and version.size == 1:
        said = f"{version[0, 0]:g}"
    if said != "2":
        value = None if version is None else said or kind_of(version)
        right = "mpc.version = '2'; load other cases in MATPOWER and save them by savecase"
        faults.add("not a case of format version 2", right, field="mpc.version", value=value)


def _base_mva(value: Value, faults: Faults) -> float:
    number = float(value[0, 0]) if isinstance(value, np.ndarray) and value.size == 1 else float("nan")
    if not (np.isfinite(number) and number > 0):
        shown = None if value is None else number if isinstance(value, np.ndarray) else kind_of(value)
        faults.add("no base power above 0", "such as mpc.baseMVA = 100", field="mpc.baseMVA", value=shown)
    return number


def _table(value: Value, name: str, result: Evaluated, faults: Faults) -> Table | None:
    field, least = f"mpc.{name}", LEAST_COLUMNS[name]
    if isinstance(value, np.ndarray) and value.size == 0 and name == "branch":
        value = np.zeros((0, least))
    if not isinstance(value, np.ndarray) or value.size == 0:
        faults.add("the matrix is missing or empty", f"write {field} = [ ... ] with {least} columns", field=field)
        return None
    lines: tuple[int | None, ...] = result.lines.get((name,), (None,) * len(value))
    if value.shape[1] < least:
        faults.add(f"{value.shape[1]} columns", f"it has {least} columns at least", row=lines[0], field=field)
        return None
    return Table(name=name, values=value, lines=lines)


def _check_finite(table: Table, names: tuple[str, ...], faults: Faults) -> None:
    for name in names:
        _name_wrong(table, name, ~np.isfinite(table.column(name)), "not a finite number", RIGHT_NUMBER, faults)


def _check_not_nan(table: Table, names: tuple[str, ...], faults: Faults) -> None:
    for name in names:
        right = "give a number, Inf or -Inf where there is no limit"
        _name_wrong(table, name, np.isnan(table.column(name)), "not a number", right, faults)


def _name_wrong(table: Table, name: str, wrong: NDArray[np.bool_], problem: str, right: str, faults: Faults) -> None:
    for k in np.flatnonzero(wrong):
        faults.add(problem, right, row=table.lines[k], field=f"{table.name} {name}", value=float(table.column(name)[k]))


def _check_buses(bus: Table, gen: Table, branch: Table, faults: Faults) -> None:
    number = bus.column("BUS_I")
    good = np.isfinite(number) & (number >= 1) & (number == np.rint(number)) & (number < BUS_NUMBER_MAX)
    right = "bus numbers are whole, from 1"
    _name_wrong(bus, "BUS_I", ~good & np.isfinite(number), "not a bus number", right, faults)
    first = np.zeros(len(bus), dtype=bool)
    first[np.unique(number, return_index=True)[1]] = True
    _name_wrong(bus, "BUS_I", good & ~first, "the bus number stands twice", "number each bus once", faults)
    kind = bus.column("BUS_TYPE")
    right = "1 is PQ, 2 PV, 3 reference, 4 isolated"
    _name_wrong(bus, "BUS_TYPE", ~np.isin(kind, (1, 2, 3, 4)) & np.isfinite(kind), "no type of bus", right, faults)
    low = bus.column("BASE_KV") < 0
    _name_wrong(bus, "BASE_KV", low, "a negative voltage", "0 where the voltage is not known", faults)
    for table, names in ((gen, ("GEN_BUS",)), (branch, ("F_BUS", "T_BUS"))):
        for name in names:
            there = table.column(name)
            absent = ~np.isin(there, number[good]) & np.isfinite(there)
            _name_wrong(table, name, absent, "there is no such bus", "name a bus of mpc.bus", faults)
    same = branch.column("F_BUS") == branch.column("T_BUS")
    _name_wrong(branch, "T_BUS", same, "both ends are the same bus", "name the bus at its other end", faults)
    right = "0 for a line, about 1 for a transformer"
    _name_wrong(branch, "TAP", branch.column("TAP") < 0, "a negative ratio", right, faults)


def _gencost(value: Value, result: Evaluated, generators: int, faults: Faults) -> Table:
    if value is None or (isinstance(value, np.ndarray) and value.size == 0):
        return Table(name="gencost", values=np.zeros((0, 4)), lines=())
    if not isinstance(value, np.ndarray):
        faults.add(f"{kind_of(value)} instead of a matrix", "write mpc.gencost = [ ... ]", field="mpc.gencost")
        return Table(name="gencost", values=np.zeros((0, 4)), lines=())
    lines: tuple[int | None, ...] = result.lines.get(("gencost",), (None,) * len(value))
    if len(value) not in (generators, 2 * generators):
        problem = f"{len(value)} rows for {generators} generators"
        faults.add(problem, "one row for each generator, or two with reactive costs", field="mpc.gencost")
    elif value.shape[1] < 4:
        faults.add(f"{value.shape[1]} columns", "it has 5 columns at least", row=lines[0], field="mpc.gencost")
    else:
        for k, row in enumerate(value):
            _check_cost(row, lines[k], faults)
    return Table(name="gencost", values=value, lines=lines)


def _check_cost(row: Matrix, line: int | None, faults: Faults) -> None:
    model, count = row[0], row[3]
    if model not in (1, 2):
        right = "1 is piecewise linear, 2 polynomial"
        faults.add("no model of costs", right, row=line, field="gencost MODEL", value=float(model))
        return
    needed = count * (2 if model == 1 else 1)
    if not (count >= 0 and count == np.rint(count) and needed <= len(row) - 4):
        what = "points" if model == 1 else "coefficients"
        problem = f"not a number of {what} that the row holds"
        right = f"count the {what} behind it"
        faults.add(problem, right, row=line, field="gencost NCOST", value=float(count))
    elif not np.isfinite(row[4 : 4 + int(needed)]).all():
        faults.add("not a finite number", RIGHT_NUMBER, row=line, field="gencost COST")


def _names(value: Value, buses: int) -> tuple[str, ...] | None:
    """Return the buses' names, None where the file has not one for each."""
    cells = [cell for row in value for cell in row] if isinstance(value, list) else []
    if len(cells) != buses:
        return None
    return tuple(cell if isinstance(cell, str) else "" for cell in cells)
