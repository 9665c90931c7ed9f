"""Corrections: what was metered otherwise than first said. New entries only; what is sold stays sold.

More energy than was issued is issued on top, after what the device owes is set off. Less is withdrawn from the
producer's own account as far as it is there; what has left it (sold, retired) stays valid for whoever relied on it, and
the device owes it: its next certificates are that much smaller.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from holin.errors import BadInput, Fault
from holin.ledger.append import Certificate, Draft, append
from holin.ledger.chain import Entry
from holin.ledger.database import Database, Row
from holin.ledger.holdings import Device, Selection, devices, held
from holin.ledger.opening import Ledger
from holin.ledger.validity import expiry, wrong_interval


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """What a correction did: Wh issued on top, withdrawn, owed because they had left the producer, and set off.

    `set_off_wh` is what one interval made more and its device owed for others, before or in this correction.
    """

    entry: Entry | None
    issued_wh: int
    withdrawn_wh: int
    owed_wh: int
    set_off_wh: int


def owed_wh(database: Database) -> dict[int, int]:
    """Return for each device what it was issued beyond what its meter says now, less what was set off since."""
    owed: dict[int, int] = defaultdict(int)
    for device, issued, withdrawn, net in database.rows(
        "SELECT k.device, "
        "(SELECT COALESCE(SUM(l.wh + l.set_off_wh), 0) FROM measurement m JOIN lot l ON l.measurement = m.id "
        " WHERE m.start = k.start AND m.device = k.device AND l.kind = 'generation'), "
        "(SELECT COALESCE(SUM(c.wh), 0) FROM measurement m JOIN lot l ON l.measurement = m.id "
        " JOIN certificate c ON c.lot = l.id WHERE m.start = k.start AND m.device = k.device "
        " AND l.kind = 'generation' AND c.state = 'withdrawn'), "
        "(SELECT m.out_wh - m.in_wh FROM measurement m WHERE m.start = k.start AND m.device = k.device "
        " ORDER BY m.version DESC LIMIT 1) "
        "FROM (SELECT DISTINCT device, start FROM measurement WHERE version > 1) k"
    ):
        owed[device] += max(0, int(issued) - int(withdrawn) - max(0, net))
    for device, wh in database.rows(
        "SELECT m.device, SUM(l.set_off_wh) FROM lot l JOIN measurement m ON m.id = l.measurement "
        "WHERE l.set_off_wh > 0 GROUP BY m.device"
    ):
        owed[device] -= int(wh)
    return {device: wh for device, wh in owed.items() if wh > 0}


def standing_wh(database: Database, device: int, start: int) -> int:
    """Return what was issued (or set off) for an interval and not withdrawn."""
    issued = database.rows(
        "SELECT COALESCE(SUM(l.wh + l.set_off_wh), 0) FROM lot l JOIN measurement m ON m.id = l.measurement "
        "WHERE m.start = ? AND m.device = ? AND l.kind = 'generation'",
        (start, device),
    )
    withdrawn = database.rows(
        "SELECT COALESCE(SUM(c.wh), 0) FROM certificate c JOIN lot l ON l.id = c.lot "
        "JOIN measurement m ON m.id = l.measurement "
        "WHERE m.start = ? AND m.device = ? AND l.kind = 'generation' AND c.state = 'withdrawn'",
        (start, device),
    )
    return int(issued[0][0]) - int(withdrawn[0][0])


def _latest(database: Database, device: int, start: int) -> Row | None:
    found = database.rows(
        "SELECT version, out_wh, in_wh FROM measurement WHERE start = ? AND device = ? ORDER BY version DESC LIMIT 1",
        (start, device),
    )
    return found[0] if found else None


def correct(
    ledger: Ledger,
    measured: Iterable[tuple[str, int, int, int]],
    *,
    reason: str,
    request: str | None = None,
    now: int | None = None,
) -> Corrected:
    """Enter what is known now of intervals that stand in the ledger: (device, start, out_wh, in_wh) each.

    Raises BadInput where an interval does not stand there, or no reason is given.
    """
    rows = sorted(measured, key=lambda row: (row[1], row[0]))
    done = {"issued": 0, "withdrawn": 0, "owed": 0, "set_off": 0}

    def make(database: Database, now: int) -> Draft | None:
        known = devices(database)
        faults = _faults(database, rows, known, reason)
        if faults:
            raise BadInput(faults)
        measurements: list[Row] = []
        lots: list[Row] = []
        debits: list[int] = []
        certificates: list[Certificate] = []
        owed = defaultdict(int, owed_wh(database))
        more: list[tuple[Device, int, int, int]] = []
        for name, start, out_wh, in_wh in rows:
            device = known[name]
            latest = _latest(database, device.number, start)
            assert latest is not None
            if latest[1:] == (out_wh, in_wh):
                continue
            measurements.append((device.number, start, latest[0] + 1, out_wh, in_wh))
            if device.role == "storage":
                continue
            net, standing = max(0, out_wh - in_wh), standing_wh(database, device.number, start)
            was = max(0, standing - max(0, latest[1] - latest[2]))  # owed of this interval before
            if net >= standing:
                owed[device.number] -= was
                more.append((device, start, len(measurements), net - standing))
                continue
            taken, written = _withdrawal(database, device, start, standing - net)
            debits += taken
            certificates += written
            withdrawn = sum(c.wh for c in written if c.state == "withdrawn")
            done["withdrawn"] += withdrawn
            done["owed"] += standing - net - withdrawn - was
            owed[device.number] += standing - net - withdrawn - was
        for device, start, measurement, wh in more:
            set_off = min(wh, max(0, owed[device.number]))
            owed[device.number] -= set_off
            done["set_off"] += set_off
            if wh:
                expires = expiry(start, device.valid_months, ledger.facts.time_zone)
                lots.append(("generation", -measurement, 0, wh - set_off, set_off, int(device.tradable), expires))
            if wh > set_off:
                certificates.append(Certificate(-len(lots), device.account, "active", wh - set_off))
                done["issued"] += wh - set_off
        if not measurements:
            return None
        return Draft(
            kind="correct", detail={"reason": reason, **{f"{k}_wh": v for k, v in done.items()}},
            measurements=measurements, lots=lots, debits=debits, certificates=certificates,
        )  # fmt: skip

    entry = append(ledger, make, request=request, now=now, asked={"kind": "correct", "reason": reason})
    told = json.loads(entry.detail) if entry is not None else {}
    return Corrected(entry=entry, **{f"{name}_wh": told.get(f"{name}_wh", 0) for name in done})


def _withdrawal(database: Database, device: Device, start: int, wh: int) -> tuple[list[int], list[Certificate]]:
    """Take back up to `wh` of an interval from the producer's account, the newest first."""
    mine = Selection(
        accounts=(device.account,), devices=(device.number,), start=start, end=start + 1, kinds=("generation",)
    )
    debits, written = [], []
    for certificate in reversed(held(database, mine)):
        if wh == 0:
            break
        part = min(wh, certificate.wh)
        wh -= part
        debits.append(certificate.id)
        written.append(Certificate(certificate.lot, device.account, "withdrawn", part))
        if part < certificate.wh:
            written.append(Certificate(certificate.lot, device.account, "active", certificate.wh - part))
    return debits, written


def _faults(
    database: Database, rows: Sequence[tuple[str, int, int, int]], known: dict[str, Device], reason: str
) -> list[Fault]:
    faults = []
    if not reason.strip():
        faults.append(
            Fault(file="correction", field="reason", value="", problem="is missing", right="say what was wrong")
        )
    seen: set[tuple[str, int]] = set()
    for name, start, out_wh, in_wh in rows:
        problem, right = "", ""
        if name not in known:
            problem, right = "is no device of this ledger", "one that is"
        elif any(wrong := wrong_interval(start, out_wh, in_wh)):
            problem, right = wrong
        elif _latest(database, known[name].number, start) is None:
            problem, right = f"has no interval {start} in the ledger", "issue it first"
        elif (name, start) in seen:
            problem, right = f"has the interval {start} twice", "give each once"
        seen.add((name, start))
        if problem:
            faults.append(Fault(file="correction", field="device", value=name, problem=problem, right=right))
    return faults
