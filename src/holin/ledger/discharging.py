"""Discharging a storage: what went in with certificates comes out with them, less the losses.

A storage's charges are a queue, in Wh as charged. What is discharged draws its energy divided by the round-trip
efficiency from it, first in, first out, or from all that is there alike.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from holin.errors import BadInput, Fault
from holin.ledger.append import Certificate, Draft, Make, append_all
from holin.ledger.chain import Entry
from holin.ledger.database import Database, Row
from holin.ledger.holdings import Device, Held, Selection, device_of, held
from holin.ledger.opening import Ledger
from holin.ledger.schema import PPM
from holin.ledger.validity import DAY_S

Method = Literal["fifo", "pro_rata"]


@dataclass(frozen=True, kw_only=True)
class Discharged:
    """What came out of storages: with certificates, lost on the way, and without certificates because it went in so."""

    entries: tuple[Entry, ...]
    issued_wh: int
    lost_wh: int
    unmatched_wh: int


def discharge(
    ledger: Ledger,
    storage: str,
    *,
    until: int | None = None,
    method: Method = "fifo",
    batch_s: int = DAY_S,
    now: int | None = None,
) -> Discharged:
    """Issue certificates for what a storage has discharged and not yet accounted for, interval by interval.

    Each names the storage and the interval of the discharge and keeps its origin, device and interval of production.
    Of what was charged with certificates the round-trip efficiency comes out, rounded down; the rest is lost, and
    stands there as lost. `until` (s, UTC, excluded) ends earlier than the last measurement. A storage stays with the
    method that its first discharge was accounted by. Raises BadInput where another is asked for.
    """
    tally: Counter[str] = Counter()

    device = _storage(ledger.database, storage)
    account = _SoFar(device=device, method=method)

    def operations() -> Iterator[tuple[None, Make]]:
        done = account.until(ledger.database)
        open_ones = [
            r for r in _meter(ledger.database, device)
            if r.out_wh and r.start >= done and (until is None or r.start < until)
        ]  # fmt: skip
        for day, _ in groupby(open_ones, key=lambda r: r.start // batch_s):
            end = min((day + 1) * batch_s, 2**62 if until is None else until)
            yield None, lambda database, now, end=end: account.draft(database, end, tally)  # type: ignore[misc]

    entries = append_all(ledger, operations(), now=now)
    return Discharged(
        entries=tuple(e for e in entries if e is not None), issued_wh=tally["issued"], lost_wh=tally["lost"],
        unmatched_wh=tally["unmatched"],
    )  # fmt: skip


class Metered(NamedTuple):
    """A storage's measurement as it stands now."""

    id: int
    start: int
    out_wh: int
    in_wh: int


class Drawn(NamedTuple):
    """The part of what is left of the charge of an interval that a discharge takes, 0..1."""

    start: int
    share: float


@dataclass(kw_only=True)
class Queue:
    """What is left of each interval's charge, in Wh as charged: `left[k]` of the charge that began at `start[k]`."""

    start: NDArray[np.int64]
    left: NDArray[np.float64]
    efficiency: float
    method: Method

    @staticmethod
    def of(rows: Sequence[Metered], device: Device, method: Method) -> Queue:
        """Return the full queue of a storage's charges; what they are drawn by follows with `draw`."""
        charged = [r for r in rows if r.in_wh]
        return Queue(
            start=np.array([r.start for r in charged], dtype=np.int64),
            left=np.array([r.in_wh for r in charged], dtype=np.float64),
            efficiency=device.efficiency_ppm / PPM,
            method=method,
        )

    def draw(self, row: Metered) -> list[Drawn]:
        """Take what a discharge needs from the charges before it, and return the part of each that is taken."""
        before = int(np.searchsorted(self.start, row.start))
        left = self.left[:before]
        wanted = min(row.out_wh / self.efficiency, float(left.sum()))
        if wanted <= 0:
            return []
        if self.method == "pro_rata":
            taken = left * (wanted / left.sum())
        else:
            reached = np.cumsum(left)
            taken = np.clip(wanted - (reached - left), 0.0, left)
        share = np.divide(taken, left, out=np.zeros_like(left), where=left > 0)
        self.left[:before] = np.where(share >= 1 - 1e-12, 0.0, left - taken)
        return [Drawn(int(self.start[k]), min(1.0, float(share[k]))) for k in np.flatnonzero(share)]


@dataclass(kw_only=True)
class _SoFar:
    """What of a storage's discharge is accounted for, as this process knows it, and the queue drawn so far.

    Another process may account for the same storage: each entry begins where the ledger says that the last one ended.
    """

    device: Device
    method: Method
    done: int = -1
    rows: tuple[Metered, ...] = ()
    queue: Queue | None = None

    def until(self, database: Database) -> int:
        """Return until when the ledger says it is accounted for; raises BadInput where by another method."""
        done, used = _accounted(database, self.device)
        if used not in (None, self.method):
            right = f"account for it by {used}, as before"
            fault = Fault(file=database.address, field="method", value=self.method, problem="is new", right=right)
            raise BadInput([fault])
        return done

    def draft(self, database: Database, end: int, tally: Counter[str]) -> Draft | None:
        """Account for what is open until an end (excluded), within the transaction; None where nothing is."""
        done = self.until(database)
        if self.queue is None or done != self.done:
            self.rows = tuple(_meter(database, self.device))
            self.queue = Queue.of(self.rows, self.device, self.method)
            for row in self.rows:
                if row.out_wh and row.start < done:
                    self.queue.draw(row)
        part = [r for r in self.rows if r.out_wh and done <= r.start < end]
        if not part:
            return None
        self.done = part[-1].start + self.device.interval_s
        return _discharged(database, self.device, self.queue, part, tally)


def _discharged(
    database: Database, device: Device, queue: Queue, rows: Sequence[Metered], tally: Counter[str]
) -> Draft:
    """Account for some intervals of discharge in one entry."""
    stored = _stored(database, device, queue, rows[-1].start)
    left = {c.id: c.wh for held_then in stored.values() for c in held_then}
    lots: list[Row] = []
    certificates: list[Certificate] = []
    spent: dict[int, Held] = {}
    issued = lost = unmatched = 0
    for row in rows:
        parts: dict[tuple[int, int], list[tuple[Held, int]]] = {}
        for drawn in queue.draw(row):
            for c in stored.get(drawn.start, ()):
                part = left[c.id] if drawn.share >= 1 - 1e-12 else int(left[c.id] * drawn.share)
                if part:
                    left[c.id] -= part
                    spent[c.id] = c
                    parts.setdefault((c.lot, c.account), []).append((c, part))
        out_wh = 0
        for (lot, _), pieces in _by_lot(parts):
            given, gone = 0, 0
            for c, part in pieces:
                out = min(part * device.efficiency_ppm // PPM, row.out_wh - out_wh - given)
                given, gone = given + out, gone + part - out
                mine = Certificate(lot, c.account, "converted", out, device.id, c.used_from, c.used_s)
                certificates += [mine] * (out > 0) + [mine._replace(state="lost", wh=part - out)] * (part > out)
            if given:
                one = pieces[0][0]
                lots.append(("discharge", row.id, lot, given, 0, one.tradable, one.expires))
                certificates += _issued_to(pieces, -len(lots), given, device.efficiency_ppm)
            out_wh, lost = out_wh + given, lost + gone
        issued, unmatched = issued + out_wh, unmatched + row.out_wh - out_wh
    certificates += [Certificate(c.lot, c.account, "stored", left[c.id], *c[5:8]) for c in spent.values() if left[c.id]]
    for name, wh in (("issued", issued), ("lost", lost), ("unmatched", unmatched)):
        tally[name] += wh
    detail = {
        "storage": device.id, "method": queue.method, "from": rows[0].start,
        "until": rows[-1].start + device.interval_s,
        "issued_wh": issued, "lost_wh": lost, "unmatched_wh": unmatched,
    }  # fmt: skip
    return Draft(kind="discharge", detail=detail, lots=lots, debits=list(spent), certificates=certificates)


Pieces = list[tuple[Held, int]]


def _by_lot(parts: dict[tuple[int, int], Pieces]) -> Iterator[tuple[tuple[int, int], Pieces]]:
    """Yield the pieces lot by lot: one lot is issued for each origin, whoever holds parts of it."""
    lots: dict[int, Pieces] = {}
    for (lot, _), pieces in parts.items():
        lots.setdefault(lot, []).extend(pieces)
    for lot, pieces in lots.items():
        yield (lot, 0), pieces


def _issued_to(pieces: Pieces, lot: int, given: int, efficiency_ppm: int) -> list[Certificate]:
    """Return the certificates of a discharge lot: each holder's part, as it was converted."""
    by_account: Counter[int] = Counter()
    left = given
    for c, part in pieces:
        out = min(part * efficiency_ppm // PPM, left)
        left -= out
        by_account[c.account] += out
    return [Certificate(lot, account, "active", wh) for account, wh in by_account.items() if wh]


def _stored(database: Database, device: Device, queue: Queue, last: int) -> dict[int, list[Held]]:
    """Return the certificates that a storage holds, by the start of the charge that they came in with."""
    undrawn = queue.start[queue.left > 0]
    if not len(undrawn):
        return {}
    chosen = Selection(states=("stored",), beneficiary=device.id, start=int(undrawn[0]), end=last + 1)
    by_charge: dict[int, list[Held]] = {}
    for c in held(database, chosen):
        by_charge.setdefault(int(c.used_from or 0), []).append(c)
    return by_charge


def _storage(database: Database, name: str) -> Device:
    device = device_of(database, name)
    if device.role != "storage":
        right = "give a storage"
        raise BadInput([Fault(file=database.address, field="device", value=name, problem="is no storage", right=right)])
    return device


def _meter(database: Database, device: Device) -> list[Metered]:
    """Return a storage's measurements in the order of time, each in its newest version."""
    rows = database.rows(
        "SELECT id, start, out_wh, in_wh FROM measurement WHERE device = ? ORDER BY start, version", (device.number,)
    )
    return list({start: Metered(number, start, out_wh, in_wh) for number, start, out_wh, in_wh in rows}.values())


def method_of(ledger: Ledger, storage: str) -> Method | None:
    """Return the method by which a storage's discharge has been accounted for, None where there was none yet."""
    return _accounted(ledger.database, _storage(ledger.database, storage))[1]


def _accounted(database: Database, device: Device) -> tuple[int, Method | None]:
    """Return until when (s, UTC) a storage's discharge is accounted for, and by which method."""
    named = f'%"storage":{json.dumps(device.id, ensure_ascii=False)}%'
    for mark in "!_":
        named = named.replace(mark, f"!{mark}")
    found = database.rows(
        "SELECT detail FROM entry WHERE kind = 'discharge' AND detail LIKE ? ESCAPE '!' ORDER BY number DESC LIMIT 1",
        (named,),
    )
    if not found:
        return 0, None
    detail = json.loads(found[0][0])
    return int(detail["until"]), detail["method"]
