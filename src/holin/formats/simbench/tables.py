"""The tables of a SimBench folder: semicolons between cells, NULL for what is not known.

Source: SimBench documentation EN 1.1.0 (csv format), and the columns of the package simbench 1.6.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from holin.errors import BadInput, Fault
from holin.formats.csv_table import CsvTable, read_csv_table
from holin.formats.imported import Faults
from holin.formats.records import Record

_GRID = ("subnet", "voltLvl")
COLUMNS: dict[str, tuple[str, ...]] = {
    "Coordinates": ("id", "x", "y", *_GRID),
    "ExternalNet": (
        "id", "node", "calc_type", "dspf", "pExtNet", "qExtNet", "pWardShunt", "qWardShunt", "rXWard", "xXWard",
        "vmXWard", *_GRID,
    ),
    "Line": ("id", "nodeA", "nodeB", "type", "length", "loadingMax", *_GRID),
    "LineType": ("id", "r", "x", "b", "iMax", "type"),
    "DCLineType": (
        "id", "pDCLine", "relPLosses", "fixPLosses", "pMax", "qMinA", "qMinB", "qMaxA", "qMaxB",
    ),
    "Load": ("id", "node", "profile", "pLoad", "qLoad", "sR", *_GRID),
    "Shunt": ("id", "node", "p0", "q0", "vmR", "step", *_GRID),
    "Node": ("id", "type", "vmSetp", "vaSetp", "vmR", "vmMin", "vmMax", "substation", "coordID", *_GRID),
    "Measurement": ("id", "element1", "element2", "variable", *_GRID),
    "PowerPlant": (
        "id", "node", "type", "profile", "calc_type", "dspf", "pPP", "qPP", "sR", "pMin", "pMax", "qMin", "qMax",
        *_GRID,
    ),
    "RES": ("id", "node", "type", "profile", "calc_type", "pRES", "qRES", "sR", *_GRID),
    "Storage": (
        "id", "node", "type", "profile", "pStor", "qStor", "chargeLevel", "sR", "eStore", "etaStore", "sdStore", "pMin",
        "pMax", "qMin", "qMax", *_GRID,
    ),
    "Substation": ("id", *_GRID),
    "Switch": ("id", "nodeA", "nodeB", "type", "cond", "substation", *_GRID),
    "Transformer": (
        "id", "nodeHV", "nodeLV", "type", "tappos", "autoTap", "autoTapSide", "loadingMax", "substation", *_GRID,
    ),
    "TransformerType": (
        "id", "sR", "vmHV", "vmLV", "va0", "vmImp", "pCu", "pFe", "iNoLoad", "tapable", "tapside", "dVm", "dVa",
        "tapNeutr", "tapMin", "tapMax",
    ),
    "Transformer3W": (
        "id", "nodeHV", "nodeMV", "nodeLV", "type", "tapposHV", "tapposMV", "tapposLV", "autoTap", "autoTapSide",
        "loadingMax", "substation", *_GRID,
    ),
    "Transformer3WType": (
        "id", "sRHV", "sRMV", "sRLV", "vmHV", "vmMV", "vmLV", "vaHVMV", "vaHVLV", "vmImpHVMV", "vmImpHVLV", "vmImpMVLV",
        "pCuHV", "pCuMV", "pCuLV", "pFe", "iNoLoad", "tapable", "tapside", "dVmHV", "dVmMV", "dVmLV", "dVaHV", "dVaMV",
        "dVaLV", "tapNeutrHV", "tapNeutrMV", "tapNeutrLV", "tapMinHV", "tapMinMV", "tapMinLV", "tapMaxHV", "tapMaxMV",
        "tapMaxLV",
    ),
}  # fmt: skip
"""Table -> its columns, those of the format."""

PROFILES = {
    "Load": "LoadProfile", "RES": "RESProfile", "PowerPlant": "PowerPlantProfile", "Storage": "StorageProfile",
}  # fmt: skip
"""Table -> the table of its profiles."""

TYPES = {
    "LineType": ("Line",), "DCLineType": ("Line",), "TransformerType": ("Transformer",),
    "Transformer3WType": ("Transformer3W",),
}  # fmt: skip
"""Table of types -> who names them."""

FURTHER = ("StudyCases", "NodePFResult")
MISSING = frozenset(("NULL", "null", "nan", "NaN", ""))

ENDS = {
    "Line": ("nodeA", "nodeB"),
    "Transformer": ("nodeHV", "nodeLV"),
    "Transformer3W": ("nodeHV", "nodeMV", "nodeLV"),
}
"""Branches and the columns of their ends."""

AT_NODES = ("ExternalNet", "Load", "Shunt", "PowerPlant", "RES", "Storage")

Tables = dict[str, CsvTable]


def read_tables(folder: Path, faults: Faults) -> tuple[Tables, list[str]]:
    """Return the tables of a folder but the profiles, and the names of files that are none; each id stands once."""
    if not folder.is_dir():
        problem = "is not a folder" if folder.exists() else "there is no such folder"
        raise BadInput([Fault(file=folder.name, problem=problem, right="name a folder of SimBench's CSV tables")])
    tables: Tables = {}
    others = []
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() != ".csv" or file.stem not in (*COLUMNS, *FURTHER, *PROFILES.values()):
            others.append(file.name)
        elif file.stem not in PROFILES.values():
            table = read_csv_table(file, faults, delimiter=";", missing=MISSING)
            tables[file.stem] = table
            if file.stem in COLUMNS:
                _check_ids(table, faults.of(file.name))
    if "Node" not in tables:
        faults.add("there is no Node.csv", "a folder of SimBench's CSV tables", field="Node.csv")
    elif not tables["Node"].records:
        faults.of("Node.csv").add("there is no node", "a row for each node")
    faults.stop()
    return tables, others


def rows(tables: Tables, name: str) -> tuple[Record, ...]:
    """Return the records of a table, none where the folder has it not."""
    return tables[name].records if name in tables else ()


def _check_ids(table: CsvTable, faults: Faults) -> None:
    if table.columns and "id" not in table.columns:
        header = ";".join(COLUMNS[table.file.removesuffix(".csv")][:5])
        return faults.add("there is no column id", f"the header is {header};...", row=1)
    seen: set[str] = set()
    for record in table.records:
        name = record.text("id")
        if name in seen:
            record.fault("id", "the id stands twice", "give each element its own id")
        seen.add(name)
    return None


def types_of(tables: Tables, name: str) -> dict[str, Record]:
    """Return the records of a table of types by their ids."""
    return {r.text("id"): r for r in rows(tables, name)}


def unknown_columns(table: str, columns: Iterable[str]) -> list[str]:
    """Return the columns that the format does not have."""
    return [c for c in columns if c and c not in COLUMNS.get(table, ())]


def behind_switches(tables: Tables) -> dict[str, str]:
    """Return auxiliary nodes that stand between one switch and one end of a branch, with the node behind the switch.

    SimBench knows switches between nodes alone; a park has them at the ends of branches.
    """
    voltage = {r.text("id"): r.text("vmR", "") for r in rows(tables, "Node")}
    auxiliary = {r.text("id") for r in rows(tables, "Node") if r.text("type", "") == "auxiliary"}
    direct = types_of(tables, "DCLineType")
    branches = [(r, c) for t, c in ENDS.items() for r in rows(tables, t)]
    ends = Counter(r.text(c, "") for r, columns in branches for c in columns)
    units = {r.text("node", "") for t in AT_NODES for r in rows(tables, t)}
    units |= {r.text(c, "") for r, columns in branches if r.text("type", "") in direct for c in columns}
    switches = Counter(r.text(c, "") for r in rows(tables, "Switch") for c in ("nodeA", "nodeB"))
    found: dict[str, str] = {}
    for record in rows(tables, "Switch"):
        pair = record.text("nodeA", ""), record.text("nodeB", "")
        for inner, other in (pair, pair[::-1]):
            alone = inner in auxiliary and switches[inner] == ends[inner] == 1 and inner not in units
            if alone and other in voltage and other not in found and voltage[inner] == voltage[other]:
                found[inner] = other
                break
    return found
