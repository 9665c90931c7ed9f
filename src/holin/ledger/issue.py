"""Issuing: what was metered becomes certificates, once per device and interval, rounded down to whole Wh."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from holin.errors import BadInput, Fault
from holin.ledger.append import Certificate, Draft, Make, append_all
from holin.ledger.chain import Entry
from holin.ledger.corrections import owed_wh
from holin.ledger.database import Database, Row
from holin.ledger.holdings import Device, devices
from holin.ledger.opening import Ledger
from holin.ledger.resting import collector_at_rest
from holin.ledger.validity import DAY_S, expiry, wrong_interval


class Measured(NamedTuple):
    """What a device's meter says of one interval: `start` in s (UTC), whole Wh out of the device and into it."""

    device: str
    start: int
    out_wh: int
    in_wh: int


@dataclass(frozen=True, kw_only=True)
class Issued:
    """What an issue did. `known` intervals stood with the same values; `differing` ones with others, untouched."""

    entries: tuple[Entry, ...]
    certificates: int
    wh: int
    set_off_wh: int
    known: int
    differing: tuple[Measured, ...]
    by_device_wh: Mapping[str, int] = field(default_factory=dict)


def issue(
    ledger: Ledger,
    measured: Iterable[Measured],
    *,
    batch_s: int = DAY_S,
    now: int | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Issued:
    """Enter measurements and issue a certificate for the net generation of each, to the account of its device.

    Net generation is what went out less what went in, never below zero; storage is entered and issues nothing (see
    `charge` and `discharge`). One signed entry for each `batch_s` seconds of production, each a transaction of its own.
    What a device was issued too much (a correction found it after it was sold) is set off against what it makes now.
    An interval that stands in the ledger is not issued again: safe to repeat, and to run beside another issuer.
    Raises BadInput with all faults: unknown devices, intervals that do not fit, negative energies.
    """
    rows = sorted(measured, key=lambda m: (m.start, m.device))
    parts: list[_Part] = []

    def operations() -> Iterator[tuple[None, Make]]:
        done = 0
        for _, batch in groupby(rows, key=lambda m: m.start // batch_s):
            part = _Part(tuple(batch))
            parts.append(part)
            done += len(part.rows)
            if on_progress is not None:
                on_progress(done / len(rows))
            yield None, lambda database, now, part=part: part.draft(ledger, database, now)  # type: ignore[misc]

    with collector_at_rest():
        entries = append_all(ledger, operations(), now=now)
    by_device: dict[str, int] = {}
    for part in parts:
        for name, wh in part.by_device_wh.items():
            by_device[name] = by_device.get(name, 0) + wh
    return Issued(
        entries=tuple(e for e in entries if e is not None),
        certificates=sum(p.certificates for p in parts),
        wh=sum(by_device.values()),
        set_off_wh=sum(p.set_off_wh for p in parts),
        known=sum(p.known for p in parts),
        differing=tuple(m for p in parts for m in p.differing),
        by_device_wh=by_device,
    )


class _Part:
    """One entry's measurements, and what became of them."""

    def __init__(self, rows: Sequence[Measured]) -> None:
        self.rows = rows
        self.known = self.certificates = self.set_off_wh = 0
        self.differing: list[Measured] = []
        self.by_device_wh: dict[str, int] = {}

    def draft(self, ledger: Ledger, database: Database, now: int) -> Draft | None:
        known = devices(database)
        faults = _faults(ledger, self.rows, known, now)
        if faults:
            raise BadInput(faults)
        fresh = list(self._fresh(database, known))
        if not fresh:
            return None
        owed = owed_wh(database)
        measurements: list[Row] = []
        lots: list[Row] = []
        certificates: list[Certificate] = []
        for row in fresh:
            device = known[row.device]
            measurements.append((device.number, row.start, 1, row.out_wh, row.in_wh))
            net = row.out_wh - row.in_wh
            if device.role == "storage" or net <= 0:
                continue
            set_off = min(owed.get(device.number, 0), net)
            if set_off:
                owed[device.number] -= set_off
                self.set_off_wh += set_off
            wh = net - set_off
            expires = expiry(row.start, device.valid_months, ledger.facts.time_zone)
            lots.append(("generation", -len(measurements), 0, wh, set_off, int(device.tradable), expires))
            if wh:
                certificates.append(Certificate(-len(lots), device.account, "active", wh))
            self.by_device_wh[row.device] = self.by_device_wh.get(row.device, 0) + wh
        self.certificates = len(certificates)
        detail = {"from": fresh[0].start, "to": fresh[-1].start, "wh": sum(self.by_device_wh.values())}
        return Draft(kind="issue", detail=detail, measurements=measurements, lots=lots, certificates=certificates)

    def _fresh(self, database: Database, known: Mapping[str, Device]) -> Iterator[Measured]:
        stands = {
            (device, start): (out_wh, in_wh)
            for device, start, out_wh, in_wh in database.rows(
                "SELECT device, start, out_wh, in_wh FROM measurement WHERE start >= ? AND start <= ? "
                "ORDER BY start, device, version",
                (self.rows[0].start, self.rows[-1].start),
            )
        }
        for row in self.rows:
            key = (known[row.device].number, row.start)
            if key not in stands:
                yield row
            elif stands[key] == (row.out_wh, row.in_wh):
                self.known += 1
            else:
                self.differing.append(row)


FAULTS_SHOWN = 50


def _faults(ledger: Ledger, rows: Sequence[Measured], known: Mapping[str, Device], now: int) -> list[Fault]:
    faults: list[Fault] = []
    seen: set[tuple[str, int]] = set()
    for row in rows:
        problem, right = "", ""
        device = known.get(row.device)
        if device is None:
            problem, right = "is no device of this ledger", "enter it first"
        elif any(wrong := wrong_interval(row.start, row.out_wh, row.in_wh)):
            problem, right = wrong
        elif row.start % device.interval_s:
            problem = f"starts at {row.start} s, which is not a whole multiple of {device.interval_s} s"
            right = "give the start of its interval in UTC"
        elif ledger.facts.kind == "metered" and row.start + device.interval_s > now:
            problem, right = f"has metered the interval {row.start}, which is not over yet", "look at the meter's clock"
        elif (row.device, row.start) in seen:
            problem, right = f"has the interval {row.start} twice", "give each once"
        seen.add((row.device, row.start))
        if problem and len(faults) < FAULTS_SHOWN:
            faults.append(Fault(file="measurements", field="device", value=row.device, problem=problem, right=right))
    return faults
