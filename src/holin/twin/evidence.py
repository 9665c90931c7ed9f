"""Everything behind a month's bills, or a passport, in one signed archive; and the archive tried again offline."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from holin import ledger
from holin.calendar import Times, local
from holin.errors import ARGUMENT, BadInput, Fault
from holin.evidence import Checked, check_archive, read_archive, write_archive
from holin.park import Park, at_stage, stage_of, tariffs_of
from holin.parkfile import read_park
from holin.passport import seal_of
from holin.settle import (
    Context,
    Contracted,
    Settlement,
    Usage,
    of_month,
    settlement,
    settlement_figures,
)
from holin.settle.demand import peak_w
from holin.settle.figures import plain
from holin.settle.usage import COUNTS
from holin.signing import SCHEMES, Scheme
from holin.store import read_run
from holin.twin.batches import batches_of_run
from holin.twin.bills import series_of
from holin.twin.carbon_account import claims_of_ledger
from holin.twin.passports import passports
from holin.twin.reconcile import Reconciled, reconciled, reconciled_figures

READ_ME = """Evidence / 证据
bills.json      every bill of the month, what was bought, and the margin; whole fen / 当月全部账单、购电与结余（分）
usage.csv       what customers and grid connections took and fed in, whole Wh / 各用户与联络线分时段电量（Wh）
contracts.json  who has agreed to which tariff, and peaks of earlier months / 合同、电价与前月需量
park/           the park's tables as at the run: tariffs, contracts, network / 园区数据表（含电价、合同、电网）
reconcile.json  what was held against what, and whether it closes / 核对结果
run/            summary and manifest of the run / 运行摘要与清单
metered.csv     the meters' energies with their flags, where meters made the run / 电能表电量与标志（如有）
claims.csv      certificates retired for the month's hours / 当月核销的绿证（如有）
ledger.json     the ledger's head and what its verification found / 账本头与核验结果（如有）
passport.json   of a batch: its signed passport / 批次的签名护照（如有）
records/        of a batch: taps, casting, lots / 批次的出铝、铸造与深加工记录（如有）
manifest.json   every file with its hash, signed / 全部文件的哈希与签名

holin evidence --check FILE tries the signature, every hash, and every bill again from usage.csv and park/.
holin evidence --check FILE 核验签名与哈希，并由 usage.csv 与 park/ 重算每一份账单。
"""


def month_evidence(
    folder: str | Path,
    month: str,
    *,
    address: str | Path | None = None,
    key: Path | None = None,
) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Return the files behind a month of a run folder, and what they are evidence of.

    With a ledger's `address` also its claims of the month, its head and its verification. Raises BadInput where the run
    has no such month.
    """
    made = reconciled(folder, address=address, key=key)
    settled, run = made.settled, read_run(folder)
    months = {m.month: m for m in settled.months}
    if month not in months:
        right = f"one of {', '.join(months)}"
        problem = "the run has not this month"
        raise BadInput([Fault(file=ARGUMENT, field="month", value=month, problem=problem, right=right)])
    zone = settled.park.facts.time_zone
    files: dict[str, bytes] = {
        "README.txt": READ_ME.encode(),
        "bills.json": _json(settlement_figures(months[month])),
        "usage.csv": _usage_csv([of_month(u, month, zone) for u in (*settled.usages, *settled.grids)]),
        "contracts.json": _json(_contracts(made, month)),
        "reconcile.json": _json(_of_month(made, month)),
        **_folder(Path(folder) / "park", "park"),
    }
    for name in ("summary.json", "manifest.json"):
        files[f"run/{name}"] = (Path(folder) / name).read_bytes()
    if "metered" in run.tables:
        table = run.tables["metered"].to_dataframe().reset_index()
        files["metered.csv"] = table.to_csv(index=False, lineterminator="\n").encode()
    if address is not None:
        files |= _of_ledger(folder, address, key, month, zone)
    about = {
        "what": "bills", "month": month, "park": settled.park.facts.id,
        "stage": settled.stage.name, "kind": settled.kind,
        "closes": json.loads(files["reconcile.json"])["closes"],
        "synthetic": settled.park.facts.synthetic,
    }  # fmt: skip
    return files, about


MONTH = re.compile(r"\d{4}-\d{2}")


def batch_evidence(
    folder: str | Path,
    batch: str,
    *,
    address: str | Path | None = None,
    key: Path | None = None,
    records: str | Path | None = None,
) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Return the files behind a batch: its passport, the production records, and what is behind the month it was cast.

    `key` signs the passport where it is not the ledger's. Raises BadInput for an unknown batch, or where nothing signs.
    """
    found = batches_of_run(folder, records)
    cast = np.array([found.batch(batch).cast.batch.time_s], dtype="datetime64[s]").astype("datetime64[ns]")
    month = str(local(cast, found.park.facts.time_zone).strftime("%Y-%m")[0])
    files, about = month_evidence(folder, month, address=address)
    ((_, sealed),) = list(passports(found, [batch], address=address, key=key))
    files["passport.json"] = sealed
    place = Path(records) if records is not None else Path(folder) / "production"
    files |= {f"records/{f.name}": f.read_bytes() for f in sorted(place.iterdir()) if f.is_file()}
    return files, about | {"what": "batch", "batch": batch}


def saved_evidence(
    folder: str | Path,
    what: str,
    path: str | Path,
    *,
    address: str | Path | None = None,
    ledger_key: Path | None = None,
    key: Path | None = None,
    scheme: str = "sha256-ed25519",
    records: str | Path | None = None,
) -> Path:
    """Write the evidence of a local month (2025-06) or of a batch as a signed archive.

    It is signed by the key in a file, else by that of the ledger. Raises BadInput where neither is there.
    """
    if MONTH.fullmatch(what):
        files, about = month_evidence(folder, what, address=address, key=ledger_key)
    else:
        files, about = batch_evidence(folder, what, address=address, key=key, records=records)
    signs, private = _signer(address, ledger_key, key, scheme)
    return write_archive(path, files, about=about, scheme=signs, key=private)


@dataclass(frozen=True, kw_only=True)
class Tried:
    """An archive checked: its `archive` (hashes, signature), and the `faults` of trying its bills again."""

    archive: Checked
    bills: int
    total_fen: int
    faults: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Return whether nothing is wrong."""
        return self.archive.whole and not self.faults


def tried_evidence(path: str | Path, *, public_key: str | None = None) -> Tried:
    """Check an archive of evidence, and try every bill in it again from the usage and the park's tables in it.

    Nothing else is read. Bills are not tried where the archive itself is not whole.
    """
    checked = check_archive(path, public_key=public_key)
    if not checked.whole:
        return Tried(archive=checked, bills=0, total_fen=0, faults=())
    files = read_archive(path).files
    missing = [name for name in NEEDED if name not in files]
    if missing:
        lacking = tuple(f"it has no {name}" for name in missing)
        return Tried(archive=checked, bills=0, total_fen=0, faults=lacking)
    told = json.loads(files["bills.json"])
    park = _park_in(files, str(checked.about.get("stage")))
    given = json.loads(files["contracts.json"])
    faults = []
    agreed = _agreed(park)
    if {k: given[k] for k in agreed} != agreed:
        faults.append("contracts.json is not what the park's tables say")
    again = settlement_figures(_settled_again(files, park, given))
    for side in ("bills", "purchases"):
        theirs = [row["customer"] for row in told[side]]
        faults += [f"{name} has two bills" for name in sorted({n for n in theirs if theirs.count(n) > 1})]
        ours = {row["customer"]: row for row in again[side]}
        rows = {row["customer"]: row for row in told[side]}
        for name in sorted(rows.keys() | ours.keys()):
            if rows.get(name) != ours.get(name):
                faults.append(f"the bill of {name} is not what its usage and tariff give")
    for name, value in again.items():
        if name not in ("bills", "purchases") and told.get(name) != value:
            faults.append(f"{name} is not what the bills give")
    if "ledger.json" in files and not json.loads(files["ledger.json"])["whole"]:
        faults.append("the ledger was not whole when this was packed")
    if not json.loads(files["reconcile.json"])["closes"]:
        faults.append("its own reconciliation does not close")
    if "passport.json" in files:
        faults += _passport_faults(files)
    return Tried(archive=checked, bills=len(told["bills"]), total_fen=told["billed_fen"], faults=tuple(faults))


def _passport_faults(files: Mapping[str, bytes]) -> list[str]:
    """Return what is wrong with the passport in an archive: its seal, and the files that it names as evidence."""
    seal = seal_of(files["passport.json"])
    if seal.passport is None:
        return [f"the passport: {seal.problem}"]
    hashes = {Path(name).name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    named = [e for e in seal.passport["evidence"] if not e["name"].startswith("ledger ")]
    return [
        f"the passport names another {e['name']} than the one in the archive"
        for e in named
        if hashes.get(e["name"]) != e["sha256"]
    ]


NEEDED = ("bills.json", "usage.csv", "contracts.json", "reconcile.json", "park/park.toml")


def _settled_again(files: Mapping[str, bytes], park: Park, given: Mapping[str, Any]) -> Settlement:
    """Settle the month from the usage and the park in an archive; peaks of earlier months are taken as it says them."""
    usages = _usages(files["usage.csv"], given["step_s"])
    agreed = _agreed(park)
    contracts = {row["customer"]: Contracted(**row) for row in agreed["contracts"]}
    grids = {row["customer"]: Contracted(**row) for row in agreed["grids"]}
    whole = read_all_of(files)
    time = usages[0].time
    context = Context(
        tariffs=tariffs_of(whole), time_zone=park.facts.time_zone,
        spot_per_mwh=series_of(whole, time, "energy_series"), export_per_mwh=series_of(whole, time, "export_series"),
    )  # fmt: skip
    peaks = {n: {m: Fraction(w) for m, w in of_months.items()} for n, of_months in given["peaks_before_w"].items()}
    at_grids = set(agreed["grid_names"])
    (month,) = settlement(
        [u for u in usages if u.customer not in at_grids], contracts,
        [u for u in usages if u.customer in at_grids], grids, context, peaks_before_w=peaks,
    )  # fmt: skip
    return month


def _agreed(park: Park) -> dict[str, Any]:
    """Return who has agreed to which tariff, as a park's tables say at its stage."""
    return {
        "contracts": [
            {"customer": c.enterprise, "tariff": c.tariff, "capacity_mva": c.capacity_mva} for c in park.contracts
        ],
        "grids": [{"customer": g.id, "tariff": g.tariff, "capacity_mva": None} for g in park.grids if g.tariff],
        "grid_names": [g.id for g in park.grids],
    }


def read_all_of(files: Mapping[str, bytes]) -> Park:
    """Return the park whose folder is in an archive."""
    with tempfile.TemporaryDirectory(prefix="holin-evidence-") as folder:
        for name, content in files.items():
            if name.startswith("park/") and ".." not in Path(name).parts:
                target = Path(folder) / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        return read_park(Path(folder) / "park")


def _park_in(files: Mapping[str, bytes], stage: str) -> Park:
    whole = read_all_of(files)
    return at_stage(whole, stage_of(whole, stage))


def _contracts(made: Reconciled, month: str) -> dict[str, Any]:
    settled = made.settled
    zone = settled.park.facts.time_zone
    everybody = (*settled.usages, *settled.grids)
    earlier = [m.month for m in settled.months if m.month < month]
    peaks = {n: dict(of_months) for n, of_months in settled.peaks_before_w.items()}
    for usage in everybody if earlier else ():
        mine = peaks.setdefault(usage.customer, {})
        mine |= {m: peak_w(of_month(usage, m, zone)) for m in earlier}
    return _agreed(settled.park) | {
        "step_s": everybody[0].step_s if everybody else 0,
        "peaks_before_w": {n: {m: plain(w) for m, w in of_months.items()} for n, of_months in peaks.items()},
    }


def _of_month(made: Reconciled, month: str) -> dict[str, Any]:
    figures = reconciled_figures(made)
    figures["checks"] = [c for c in figures["checks"] if c["month"] in ("", month)]
    figures["balances"] = [b for b in figures["balances"] if b["month"] == month]
    figures["closes"] = all(c["closes"] for c in figures["checks"])
    return figures


def _usage_csv(usages: Sequence[Usage]) -> bytes:
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(("customer", "time", *COUNTS, "doubtful"))
    for usage in usages:
        times = usage.time.astype("datetime64[s]").astype(str).tolist()
        columns = [getattr(usage, name).tolist() for name in COUNTS]
        for row in zip(times, *columns, usage.doubtful.astype(int).tolist(), strict=True):
            rows.writerow((usage.customer, *row))
    return out.getvalue().encode()


def _usages(content: bytes, step_s: int) -> list[Usage]:
    rows: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(content.decode())):
        rows.setdefault(row["customer"], []).append(row)
    made = []
    for name, mine in rows.items():
        time: Times = np.array([r["time"] for r in mine], dtype="datetime64[s]").astype("datetime64[ns]")
        counts = {c: np.array([int(r[c]) for r in mine], dtype=np.int64) for c in COUNTS}
        doubtful = np.array([r["doubtful"] == "1" for r in mine])
        made.append(Usage(customer=name, time=time, step_s=step_s, doubtful=doubtful, **counts))
    return made


def _of_ledger(folder: str | Path, address: str | Path, key: Path | None, month: str, zone: str) -> dict[str, bytes]:
    claims = claims_of_ledger(address, folder, key=key)
    here = claims["time"].dt.tz_localize("UTC").dt.tz_convert(zone).dt.strftime("%Y-%m") == month
    with ledger.opened(address, key=key) as book:
        found = ledger.verify(book)
    told = {
        "ledger": found.ledger, "kind": found.kind, "operator": found.operator, "public_key": found.public_key,
        "entries": found.entries, "hash": found.hash, "head": None if found.head is None else asdict(found.head),
        "whole": found.whole, "broken": [str(b) for b in found.broken], "damage": list(found.damage),
        "by_state_wh": found.by_state_wh,
    }  # fmt: skip
    return {
        "claims.csv": claims[here].to_csv(index=False, lineterminator="\n").encode(),
        "ledger.json": _json(told),
    }


def _signer(address: str | Path | None, ledger_key: Path | None, key: Path | None, scheme: str) -> tuple[Scheme, bytes]:
    if key is None and address is not None:
        with ledger.opened(address, key=ledger_key) as book:
            return book.scheme, ledger.private_key(book)
    if key is None:
        right = "give --key FILE, or --ledger to sign with its key"
        raise BadInput([Fault(file=ARGUMENT, field="key", problem="nobody signs this evidence", right=right)])
    signs = SCHEMES[scheme]
    try:
        private = key.read_bytes()
        signs.public_key(private)
    except (OSError, ValueError) as error:
        right = f"give a file with a private key of {scheme}"
        raise BadInput([Fault(file=str(key), problem="holds no such key", right=right)]) from error
    return signs, private


def _folder(folder: Path, name: str) -> dict[str, bytes]:
    return {
        f"{name}/{file.relative_to(folder).as_posix()}": file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str).encode() + b"\n"
