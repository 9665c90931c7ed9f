"""The invariants L1 to L7, checked entry by entry on what the entries say: a second pair of eyes beside the database.

The fold keeps the whole state in packed arrays (some 220 bytes per certificate), so that a million certificates are
checked in little memory, and an entry costs what it brings, however long the ledger is.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from holin.ledger.chain import Entry, Facts, content_of, header_of
from holin.ledger.database import Row
from holin.ledger.schema import BRINGS, PPM, RESULTS, ROWS, SPENDS, STATES, WH_PER_GEC
from holin.signing import scheme_of

STATE_NUMBER = {state: k for k, state in enumerate(STATES)}
WITHDRAWN, CONVERTED, LOST = (STATE_NUMBER[s] for s in ("withdrawn", "converted", "lost"))
VALID_ONLY = ("transfer", "reserve", "retire", "charge", "bundle")
KINDS = {"generation": 0, "discharge": 1, "gec": 2}


@dataclass(frozen=True, kw_only=True)
class Broken:
    """An invariant that an entry breaks."""

    rule: str
    entry: int
    says: str

    def __str__(self) -> str:
        return f"{self.rule} broken in entry {self.entry}: {self.says}"


class Invariants:
    """The state of a ledger after the entries that were fed in, and the checks of the next one."""

    def __init__(self, facts: Facts, *, signatures: bool = True) -> None:
        self.facts, self.signatures = facts, signatures
        self.scheme = scheme_of(facts.scheme)
        self.number = self.time = 0
        self.hash = facts.id
        self.counts = dict.fromkeys(ROWS, 0)
        self.role: list[str] = [""]
        self.device_id: dict[str, int] = {}
        self.interval_s = array("q", [0])
        self.efficiency_ppm = array("q", [0])
        self.first_of: dict[int, int] = {}
        self.device, self.start, self.out_wh, self.in_wh = (array("q", [0]) for _ in range(4))
        self.version, self.latest, self.standing, self.discharged = (array("q", [0]) for _ in range(4))
        self.lot_kind, self.lot_tradable = bytearray(1), bytearray(1)
        self.lot_measurement, self.lot_wh, self.lot_expires = (array("q", [0]) for _ in range(3))
        self.issued_for = bytearray(1)
        self.other_lots: set[tuple[int, int, int]] = set()
        self.lot, self.account, self.wh = (array("q", [0]) for _ in range(3))
        self.state, self.spent = bytearray(1), bytearray(1)
        self.held_wh: Counter[tuple[int, int]] = Counter()
        self.set_off_wh: Counter[int] = Counter()
        self.corrected: set[int] = set()
        self.charged_wh: Counter[tuple[str, int]] = Counter()

    def feed(self, entry: Entry, rows: Mapping[str, Sequence[Row]]) -> list[Broken]:
        """Take the next entry with its rows, and return what it breaks; [] is good."""
        says = [*self.broken_links(entry, rows), *self._numbers(entry, rows)]
        if any(rule == "L6" for rule, _ in says):
            return self._as_broken(entry, says)
        before = len(self.wh)
        accounts = entry.counts["account"]
        for row in rows["device"]:
            self._device(row)
            if not 0 < row[8] <= accounts:
                says.append(("L3", f"device {row[2]} has no account"))
        if rows["measurement"] and entry.kind not in ("issue", "correct"):
            says.append(("L1", f"brings measurements as a {entry.kind}"))
        says += self._measurements(rows["measurement"])
        says += self._lots(entry, rows["lot"])
        says += self._debits(entry, rows["debit"], before)
        says += self._certificates(entry, rows["certificate"])
        says += self._balance(entry, rows)
        says += self._converted(entry, rows)
        if entry.kind == "charge":
            says += self._charged(rows["certificate"])
        says += self._validity(entry, rows["debit"])
        self.number, self.time, self.hash, self.counts = entry.number, entry.time, entry.hash, entry.counts
        return self._as_broken(entry, says)

    def owed_wh(self) -> dict[int, int]:
        """Return for each device what it was issued beyond its meter and owes still (see `corrections`)."""
        owed: Counter[int] = Counter()
        for first in self.corrected:
            last = self.latest[first]
            too_much = self.standing[first] - max(0, self.out_wh[last] - self.in_wh[last])
            if too_much > 0:
                owed[self.device[first]] += too_much
        return {device: wh for device, wh in (owed - self.set_off_wh).items() if wh > 0}

    @staticmethod
    def _as_broken(entry: Entry, says: Iterable[tuple[str, str]]) -> list[Broken]:
        return [Broken(rule=rule, entry=entry.number, says=text) for rule, text in says]

    def broken_links(self, entry: Entry, rows: Mapping[str, Sequence[Row]]) -> Iterator[tuple[str, str]]:
        """Yield what is wrong with an entry's place in the chain, its hash and its signature."""
        if entry.number != self.number + 1:
            yield "L7", f"follows entry {self.number}"
        if entry.previous != self.hash:
            yield "L7", "does not name the hash of the entry before"
        digest = self.scheme.digest(content_of(header_of(entry), rows))
        if digest != entry.hash:
            yield "L7", "its content does not have its hash"
        if self.signatures and not self.scheme.is_signed(self.facts.public_key, entry.hash.encode(), entry.signature):
            yield "L7", "is not signed by the ledger's key"
        if entry.time < self.time:
            yield "L7", "is older than the entry before"
        if entry.data_kind != self.facts.kind:
            yield "kind", f"is {entry.data_kind} in a ledger of {self.facts.kind} data"

    def _numbers(self, entry: Entry, rows: Mapping[str, Sequence[Row]]) -> Iterator[tuple[str, str]]:
        for table in ROWS:
            at = self.counts[table]
            for k, row in enumerate(rows[table], start=1):
                if row[0] != at + k or row[1] != entry.number:
                    yield "L6", f"{table} {row[0]} stands where {at + k} belongs"
                    break
            if entry.counts[table] != at + len(rows[table]):
                yield "L6", f"counts {entry.counts[table]} rows of {table}, there are {at + len(rows[table])}"

    def _device(self, row: Row) -> None:
        self.device_id[row[2]] = len(self.role)
        self.role.append(row[3])
        self.interval_s.append(row[4])
        self.efficiency_ppm.append(row[7])

    def _measurements(self, rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
        for number, _, device, start, version, out_wh, in_wh in rows:
            first = self.first_of.setdefault(start << 24 | device, number)
            self.device.append(device)
            self.start.append(start)
            self.version.append(version)
            self.out_wh.append(out_wh)
            self.in_wh.append(in_wh)
            self.latest.append(number)
            self.standing.append(0)
            self.discharged.append(0)
            self.issued_for.append(0)
            expected = 1 if first == number else self.version[self.latest[first]] + 1
            if version != expected:
                yield "L2", f"device {device} has the interval {start} again as version {version}"
            if not 0 < device < len(self.role) or start % self.interval_s[device]:
                yield "L2", f"the interval {start} of device {device} does not begin at a multiple of its length"
            if first != number:
                self.latest[first] = number
                self.corrected.add(first)
            if out_wh < 0 or in_wh < 0:
                yield "L1", f"measurement {number} is negative"

    def _lots(self, entry: Entry, rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
        for number, _, kind, measurement, origin, wh, set_off_wh, tradable, expires in rows:
            if BRINGS.get(entry.kind) != kind:
                yield "L1", f"brings lot {number} ({kind}) as a {entry.kind}"
            self.lot_kind.append(KINDS[kind])
            self.lot_tradable.append(tradable)
            self.lot_measurement.append(measurement)
            self.lot_wh.append(wh)
            self.lot_expires.append(expires)
            if not 0 < measurement < len(self.start):
                yield "L1", f"lot {number} has no measurement"
                continue
            device = self.device[measurement]
            if kind == "generation":
                first = self.first_of[self.start[measurement] << 24 | device]
                self.standing[first] += wh + set_off_wh
                self.set_off_wh[device] += set_off_wh
                if self.issued_for[measurement]:
                    yield "L2", f"measurement {measurement} is issued twice"
                self.issued_for[measurement] = 1
                if self.role[device] == "storage":
                    yield "L2", f"lot {number} is generation of a storage"
                if self.latest[first] != measurement:
                    yield "L1", f"lot {number} is of a measurement that was corrected since"
                if self.standing[first] > self.out_wh[measurement] - self.in_wh[measurement]:
                    net = self.out_wh[measurement] - self.in_wh[measurement]
                    yield "L1", f"{self.standing[first]} Wh are issued for the {net} Wh of measurement {measurement}"
                continue
            if (measurement, KINDS[kind], origin) in self.other_lots:
                yield "L2", f"lot {number} is issued twice"
            self.other_lots.add((measurement, KINDS[kind], origin))
            if kind == "discharge":
                self.discharged[measurement] += wh
                if self.role[device] != "storage" or self.discharged[measurement] > self.out_wh[measurement]:
                    yield "L1", f"lot {number} is more than the storage discharged"

    def _debits(self, entry: Entry, rows: Sequence[Row], before: int) -> Iterator[tuple[str, str]]:
        may = {STATE_NUMBER[s] for s in SPENDS.get(entry.kind, ())}
        for _, _, certificate in rows:
            if not 0 < certificate < before:
                yield "L3", f"spends certificate {certificate}, which did not exist"
                continue
            if self.spent[certificate]:
                yield "L5", f"spends certificate {certificate} again"
            if self.state[certificate] not in may:
                state = STATES[self.state[certificate]]
                yield "L5", f"spends certificate {certificate}, which is {state}, as a {entry.kind}"
            self.spent[certificate] = 1
            place = self.account[certificate], self.state[certificate]
            self.held_wh[place] -= self.wh[certificate]
            if self.held_wh[place] < 0:
                yield "L4", f"leaves {self.held_wh[place]} Wh in account {place[0]}"

    def _certificates(self, entry: Entry, rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
        may = {STATE_NUMBER[s] for s in RESULTS.get(entry.kind, ())}
        for number, _, lot, account, state_name, wh, beneficiary, *_ in rows:
            state = STATE_NUMBER.get(state_name, -1)
            if state not in may:
                yield "L3", f"writes the certificate {number} as {state_name}"
                state = max(state, 0)
            self.lot.append(lot)
            self.account.append(account)
            self.state.append(state)
            self.wh.append(wh)
            self.spent.append(0)
            self.held_wh[account, state] += wh
            if wh <= 0:
                yield "L4", f"certificate {number} has {wh} Wh"
            if state_name in ("retired", "reserved") and not (beneficiary or "").strip():
                yield "L5", f"certificate {number} is {state_name} for nobody"
            if not 0 < account <= entry.counts["account"]:
                yield "L3", f"certificate {number} has no account"
            if not 0 < lot < len(self.lot_kind):
                yield "L3", f"certificate {number} has no lot"
                continue
            if self.lot_kind[lot] == KINDS["gec"] and wh % WH_PER_GEC:
                yield "L3", f"certificate {number} is a part of a GEC"
            if state == WITHDRAWN:
                measurement = self.lot_measurement[lot]
                self.standing[self.first_of[self.start[measurement] << 24 | self.device[measurement]]] -= wh

    def _charged(self, rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
        """Check that no more certificates go into a storage than its meter says went in."""
        touched = set()
        for row in rows:
            if row[4] == "stored":
                self.charged_wh[row[6], row[7]] += row[5]
                touched.add((row[6], row[7]))
                made = self.start[self.lot_measurement[row[2]]] if row[2] < len(self.lot_measurement) else -1
                step_s = self.interval_s[self.device_id.get(row[6], 0)]
                if row[7] is None or not row[7] <= made < row[7] + step_s:
                    yield "storage", f"certificate {row[0]} was not made when {row[6]} was charged"
        for storage, start in touched:
            device = self.device_id.get(storage, 0)
            first = self.first_of.get(start << 24 | device) if device and start is not None else None
            metered = self.in_wh[self.latest[first]] if first is not None else 0
            if self.charged_wh[storage, start] > metered:
                yield "storage", f"{self.charged_wh[storage, start]} Wh go into {storage} at {start}, metered {metered}"

    def _balance(self, entry: Entry, rows: Mapping[str, Sequence[Row]]) -> Iterator[tuple[str, str]]:
        by_lot: dict[int, int] = defaultdict(int)
        by_holder: dict[tuple[int, int], int] = defaultdict(int)
        for row in rows["certificate"]:
            by_lot[row[2]] += row[5]
            by_holder[row[2], row[3]] += row[5]
        for _, _, certificate in rows["debit"]:
            if certificate < len(self.wh):
                by_lot[self.lot[certificate]] -= self.wh[certificate]
                by_holder[self.lot[certificate], self.account[certificate]] -= self.wh[certificate]
        for row in rows["lot"]:
            by_lot[row[0]] -= row[5]
        for lot, wh in by_lot.items():
            if wh:
                yield "L3", f"debits and credits of lot {lot} are {wh} Wh apart"
        if entry.kind != "transfer":
            for (lot, account), wh in by_holder.items():
                if wh and lot <= self.counts["lot"]:
                    yield "L3", f"account {account} has {wh} Wh of lot {lot} more or less after a {entry.kind}"

    def _converted(self, entry: Entry, rows: Mapping[str, Sequence[Row]]) -> Iterator[tuple[str, str]]:
        """Check what leaves its lot for another: of a storage's discharge, and into GECs."""
        by_origin: Counter[int] = Counter()
        by_storage: dict[str | None, list[int]] = defaultdict(lambda: [0, 0])
        for row in rows["certificate"]:
            if row[4] in ("converted", "lost"):
                by_storage[row[6]][row[4] == "lost"] += row[5]
                if row[4] == "converted":
                    by_origin[row[2]] += row[5]
                    yield from self._rights(row[2], rows["lot"])
        issued = sum(row[5] for row in rows["lot"] if row[2] != "generation")
        if issued != sum(by_origin.values()):
            yield "L3", f"{issued} Wh are issued for {sum(by_origin.values())} Wh that were converted"
        if entry.kind != "discharge":
            return
        for row in rows["lot"]:
            by_origin[row[4]] -= row[5]
        for lot, wh in by_origin.items():
            if wh:
                yield "L3", f"what came out of lot {lot} and what was issued for it are {wh} Wh apart"
        for storage, (out, lost) in by_storage.items():
            efficiency = self.efficiency_ppm[self.device_id.get(storage or "", 0)]
            if out * PPM > efficiency * (out + lost):
                yield "storage", f"{out} Wh come out of {out + lost} Wh in {storage}, more than its losses leave"

    def _rights(self, lot: int, made: Sequence[Row]) -> Iterator[tuple[str, str]]:
        """Check that what is made of a lot is neither valid for longer nor more tradable than it."""
        if not 0 < lot < len(self.lot_kind):
            return
        for number, _, kind, _, origin, _, _, tradable, expires in made:
            if kind == "gec" and self.lot_kind[lot] != KINDS["generation"]:
                yield "L3", f"lot {number} is bundled from what was no generation"
            if kind == "gec" or (kind == "discharge" and origin == lot):
                later = expires > self.lot_expires[lot] or (kind == "discharge" and expires != self.lot_expires[lot])
                if later or tradable != self.lot_tradable[lot]:
                    yield "L3", f"lot {number} has not the validity or tradability of lot {lot}"

    def _validity(self, entry: Entry, debits: Sequence[Row]) -> Iterator[tuple[str, str]]:
        for _, _, certificate in debits:
            lot = self.lot[certificate] if certificate < len(self.lot) else 0
            if entry.kind == "transfer" and not self.lot_tradable[lot]:
                yield "tradable", f"certificate {certificate} is handed on, but is not tradable"
            if entry.kind in VALID_ONLY and self.lot_expires[lot] <= entry.time:
                yield "expiry", f"certificate {certificate} is used after its validity"
            if entry.kind == "expire" and self.lot_expires[lot] > entry.time:
                yield "expiry", f"certificate {certificate} is ended within its validity"


def detail_of(entry: Entry) -> dict[str, object]:
    """Return the detail of an entry."""
    detail: dict[str, object] = json.loads(entry.detail)
    return detail
