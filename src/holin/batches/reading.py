"""Read a folder of production records, with every fault named at once."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

from holin.batches.cells import Sheet, sheet_of
from holin.batches.records import Batch, Facts, Input, Lot, Production, Stock, Tap
from holin.batches.row import FILES, MUST, Boundary, Material
from holin.errors import BadInput, Fault

FACTS_FILE = "production.toml"
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
BASES = ("published", "derived", "assumed", "measured", "synthetic")


def read_production(folder: str | Path) -> Production:
    """Return the records of a folder: tap.csv, batch.csv, input.csv, and lot.csv, stock.csv, production.toml if there.

    Raises BadInput with all faults of all files at once: cells, references, masses that cannot be.
    """
    path = Path(folder)
    if not path.is_dir():
        right = "make one: tap.csv, batch.csv, input.csv; `holin batch demo RUN` shows how they look"
        raise BadInput([Fault(file=str(folder), problem="no such folder of production records", right=right)])
    faults: list[Fault] = []
    sheets: dict[str, Sheet] = {}
    for name, kind in FILES.items():
        file = path / f"{name}.csv"
        if file.is_file():
            sheets[name] = sheet_of(file, kind)
        elif name in MUST:
            faults.append(Fault(file=f"{name}.csv", problem="is missing", right="add it; it may have a head only"))
    facts, source = _facts(path / FACTS_FILE, faults)
    faults += [f for s in sheets.values() for f in s.faults]
    if faults or facts is None:
        raise BadInput(faults)
    _references(sheets)
    faults = [f for s in sheets.values() for f in s.faults]
    if faults:
        raise BadInput(faults)
    return Production(
        facts=facts,
        taps=tuple(_taps(sheets["tap"])),
        batches=tuple(_batches(sheets["batch"], sheets["input"])),
        lots=tuple(_lots(sheets["lot"])) if "lot" in sheets else (),
        stocks=tuple(_stocks(sheets["stock"])) if "stock" in sheets else (),
        sources=(*source, *((s.file, s.sha256) for s in sheets.values())),
    )


def _facts(file: Path, faults: list[Fault]) -> tuple[Facts | None, list[tuple[str, str]]]:
    """Return what the records are; without the file they are metered, liquid metal, and nothing else is declared."""
    said: dict[str, Any] = {}
    source = []
    if file.is_file():
        raw = file.read_bytes()
        source = [(file.name, hashlib.sha256(raw).hexdigest())]
        try:
            said = tomllib.loads(raw.decode("utf-8-sig"))
        except (ValueError, UnicodeDecodeError) as error:
            faults.append(Fault(file=file.name, problem=f"is no TOML: {error}", right="correct it"))
            return None, source
    right = "see `holin batch demo`, whose production.toml has them all"
    faults += [
        Fault(file=file.name, field=k, problem="no such setting", right=right) for k in said if k not in SETTINGS
    ]
    before = len(faults)
    for name, allowed in (("kind", ("demo", "metered")), ("boundary", tuple(b.value for b in Boundary))):
        if name in said and said[name] not in allowed:
            wrong = f"one of {', '.join(allowed)}"
            faults.append(Fault(file=file.name, field=name, value=str(said[name]), problem="unknown", right=wrong))
    for name in ("cast_basis", "upstream_basis"):
        if said.get(name, "assumed") not in BASES:
            wrong = f"one of {', '.join(BASES)}"
            faults.append(Fault(file=file.name, field=name, value=str(said[name]), problem="unknown", right=wrong))
    numbers = {name: _number(file.name, name, said.get(name), faults) for name in ("cast_kwh_per_t", UPSTREAM)}
    if len(faults) > before:
        return None, source
    return Facts(
        kind=said.get("kind", "metered"), company=str(said.get("company", "")),
        company_zh=str(said.get("company_zh", said.get("company", ""))),
        boundary=Boundary(said.get("boundary", "liquid")), cast_kwh_per_t=numbers["cast_kwh_per_t"] or Fraction(0),
        cast_basis=said.get("cast_basis", "assumed"), cast_reference=str(said.get("cast_reference", "")),
        upstream_t_per_t=numbers[UPSTREAM], upstream_basis=said.get("upstream_basis", "assumed"),
        upstream_reference=str(said.get("upstream_reference", "")),
    ), source  # fmt: skip


UPSTREAM = "upstream_t_per_t"
SETTINGS = (
    "kind", "company", "company_zh", "boundary", "cast_kwh_per_t", "cast_basis", "cast_reference", UPSTREAM,
    "upstream_basis", "upstream_reference",
)  # fmt: skip


def _number(file: str, name: str, value: Any, faults: list[Fault]) -> Fraction | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 10_000:
        faults.append(Fault(file=file, field=name, value=str(value), problem="no such amount", right="0 to 9999"))
        return None
    return Fraction(str(value))


def _references(sheets: dict[str, Sheet]) -> None:
    """Say ids that come twice, references that lead nowhere, and rows whose masses cannot be."""
    ids = {n: [v["id"] for _, v in sheets[n].rows] for n in ("tap", "batch", "lot") if n in sheets}
    _twice(sheets, "tap", Counter(ids["tap"]))
    made = Counter([*ids["batch"], *ids.get("lot", [])])
    for name in ("batch", "lot"):
        if name in sheets:
            _twice(sheets, name, made)
    taps, batches, products = set(ids["tap"]), set(ids["batch"]), set(made)
    for line, row in sheets["tap"].rows:
        _above_nothing(sheets["tap"], line, "mass_kg", row["mass_kg"])
        if len(row["id"].split()) != 1:
            sheets["tap"].say(line, "id", row["id"], "has a blank in it", "write it without: T1-00001")
    for line, row in sheets["batch"].rows:
        _above_nothing(sheets["batch"], line, "mass_kg", row["mass_kg"])
    _inputs(sheets["input"], taps, batches)
    if "lot" in sheets:
        _parents(sheets["lot"], products)
    if "stock" in sheets:
        for line, row in sheets["stock"].rows:
            if not MONTH.fullmatch(row["month"]):
                sheets["stock"].say(line, "month", row["month"], "is no month", "write it as 2025-06")


def _twice(sheets: dict[str, Sheet], name: str, count: Counter[str]) -> None:
    for line, row in sheets[name].rows:
        if count[row["id"]] > 1:
            sheets[name].say(line, "id", row["id"], "comes more than once", "give each its own id")


def _above_nothing(sheet: Sheet, line: int, name: str, grams: int) -> None:
    if grams <= 0:
        sheet.say(line, name, None, "no mass", "give what the scales said, above 0")


def _inputs(sheet: Sheet, taps: set[str], batches: set[str]) -> None:
    for line, row in sheet.rows:
        if row["batch"] not in batches:
            sheet.say(line, "batch", row["batch"], "no such batch in batch.csv", "correct the id, or add the batch")
        if row["material"] == Material.TAPPED and row["source"] not in taps:
            sheet.say(line, "source", row["source"], "no such tap in tap.csv", "tapped metal names its tap")
        if row["footprint_t_per_t"] is not None and not row["reference"]:
            right = "name the supplier's declaration: a figure without a source proves nothing"
            sheet.say(line, "reference", None, "a declared footprint without its source", right)
        _above_nothing(sheet, line, "mass_kg", row["mass_kg"])


def _parents(sheet: Sheet, products: set[str]) -> None:
    for line, row in sheet.rows:
        if row["parent"] not in products or row["parent"] == row["id"]:
            sheet.say(line, "parent", row["parent"], "no such batch or lot", "correct the id")
        out = row["mass_kg"] + row["scrap_kg"] + row["loss_kg"]
        if out != row["input_kg"]:
            gap = (row["input_kg"] - out) / 1000
            problem = f"product, scrap and loss differ from what went in by {gap:+.3f} kg"
            sheet.say(line, "input_kg", row["input_kg"] / 1000, problem, "name the scrap and the loss")
        _above_nothing(sheet, line, "input_kg", row["input_kg"])


def _taps(sheet: Sheet) -> list[Tap]:
    made = [
        Tap(id=r["id"], potline=r["potline"], time_s=r["time"], grams=r["mass_kg"], grade=r["grade"])
        for _, r in sheet.rows
    ]
    return sorted(made, key=lambda t: (t.time_s, t.id))


def _batches(sheet: Sheet, inputs: Sheet) -> list[Batch]:
    of: dict[str, list[Input]] = {r["id"]: [] for _, r in sheet.rows}
    for _, r in inputs.rows:
        declared = r["footprint_t_per_t"]
        of[r["batch"]].append(
            Input(
                material=r["material"], source=r["source"], grams=r["mass_kg"],
                footprint=None if declared is None else Fraction(str(declared)), reference=r["reference"],
            )
        )  # fmt: skip
    made = [
        Batch(
            id=r["id"], furnace=r["furnace"], time_s=r["time"], form=r["form"], alloy=r["alloy"], grams=r["mass_kg"],
            loss_grams=r["loss_kg"], inputs=tuple(of[r["id"]]), customer=r["customer"],
        )
        for _, r in sheet.rows
    ]  # fmt: skip
    return sorted(made, key=lambda b: (b.time_s, b.id))


def _lots(sheet: Sheet) -> list[Lot]:
    made = [
        Lot(
            id=r["id"], parent=r["parent"], time_s=r["time"], product=r["product"], cn_code=r["cn_code"],
            input_grams=r["input_kg"], grams=r["mass_kg"], scrap_grams=r["scrap_kg"], loss_grams=r["loss_kg"],
        )
        for _, r in sheet.rows
    ]  # fmt: skip
    return sorted(made, key=lambda x: (x.time_s, x.id))


def _stocks(sheet: Sheet) -> list[Stock]:
    return [
        Stock(
            place=r["place"], month=r["month"],
            opening_grams=None if r["opening_kg"] == "" else r["opening_kg"],
            closing_grams=None if r["closing_kg"] == "" else r["closing_kg"],
        )
        for _, r in sheet.rows
    ]  # fmt: skip
