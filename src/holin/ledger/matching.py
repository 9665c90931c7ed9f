"""Retiring hour by hour: for each user what came from each device in that hour, in whole Wh."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from holin.errors import BadInput, Fault
from holin.ledger.append import Certificate, Draft, Make, append_all
from holin.ledger.chain import Entry
from holin.ledger.database import Database
from holin.ledger.holdings import Device, Held, Selection, accounts, devices, held
from holin.ledger.moves import named
from holin.ledger.opening import Ledger
from holin.ledger.resting import collector_at_rest
from holin.ledger.validity import DAY_S


class Used(NamedTuple):
    """Energy that a user had from a device in an interval that begins at `start` (s, UTC)."""

    beneficiary: str
    device: str
    start: int
    seconds: int
    wh: int


@dataclass(frozen=True, kw_only=True)
class Matched:
    """What was retired, and what could not be: uses for which no (or not enough) certificates of the hour are there."""

    entries: tuple[Entry, ...]
    wh: int
    certificates: int
    uncovered: tuple[Used, ...]

    @property
    def uncovered_wh(self) -> int:
        """Return the sum of what was not covered."""
        return sum(u.wh for u in self.uncovered)


def retire_matched(
    ledger: Ledger,
    used: Iterable[Used],
    *,
    purpose: str = "",
    batch_s: int = DAY_S,
    now: int | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Matched:
    """Retire certificates of the very device and interval for each use; one signed entry for each `batch_s` of use.

    Taken are the user's own (in the account of its name), then those that the device's account has still; nobody
    else's. Uses may be as long as a device's intervals or longer: certificates that begin within the use count. What is
    repeated is not retired twice: an earlier claim of the same beneficiary for the same device and interval is deducted
    from what is asked.
    """
    rows = sorted((u for u in used if u.wh > 0), key=lambda u: (u.start, u.device, u.beneficiary))
    parts: list[_Part] = []

    def operations() -> Iterator[tuple[None, Make]]:
        done = 0
        for _, batch in groupby(rows, key=lambda u: u.start // batch_s):
            part = _Part(list(batch), purpose)
            parts.append(part)
            done += len(part.rows)
            if on_progress is not None:
                on_progress(done / len(rows))
            yield None, lambda database, now, part=part: part.draft(database, now)  # type: ignore[misc]

    with collector_at_rest():
        entries = append_all(ledger, operations(), now=now)
    return Matched(
        entries=tuple(e for e in entries if e is not None),
        wh=sum(p.wh for p in parts),
        certificates=sum(p.count for p in parts),
        uncovered=tuple(u for p in parts for u in p.uncovered),
    )


class _Part:
    """The uses of one entry, and what became of them."""

    def __init__(self, rows: list[Used], purpose: str) -> None:
        self.rows, self.purpose = rows, purpose
        self.wh = self.count = 0
        self.uncovered: list[Used] = []

    def draft(self, database: Database, now: int) -> Draft | None:
        start, end = self.rows[0].start, max(u.start + u.seconds for u in self.rows)
        known, own = devices(database), {name: a.number for name, a in accounts(database).items()}
        for name in {u.beneficiary for u in self.rows}:
            named(database, name)
        faults = [_unknown(database, name) for name in {u.device for u in self.rows} - set(known)]
        if faults:
            raise BadInput(faults)
        there = _by_place(held(database, Selection(start=start, end=end, valid_at=now)))
        claimed = _claimed(database, start, end)
        left: dict[int, int] = {}
        spent: dict[int, Held] = {}
        certificates: list[Certificate] = []
        for use in self.rows:
            device = known[use.device]
            key = (use.beneficiary, device.number, use.start)
            repeated = min(claimed[key], use.wh)
            claimed[key] -= repeated
            wanted = use.wh - repeated
            for certificate in _within(there, device, use, own.get(use.beneficiary, 0)):
                if not wanted:
                    break
                rest = left.get(certificate.id, certificate.wh)
                part = min(wanted, rest)
                if part == 0:
                    continue
                wanted -= part
                left[certificate.id] = rest - part
                spent[certificate.id] = certificate
                certificates.append(
                    Certificate(certificate.lot, certificate.account, "retired", part, use.beneficiary, use.start,
                                use.seconds)
                )  # fmt: skip
                self.wh += part
            if wanted:
                self.uncovered.append(use._replace(wh=wanted))
        self.count = len(certificates)
        if not certificates:
            return None
        certificates += [Certificate(c.lot, c.account, c.state, left[c.id]) for c in spent.values() if left[c.id]]
        detail = {"from": start, "to": end, "wh": self.wh, "purpose": self.purpose}
        return Draft(kind="retire", detail=detail, debits=list(spent), certificates=certificates)


Places = dict[tuple[int, int], list[Held]]


def _by_place(found: list[Held]) -> Places:
    places: Places = defaultdict(list)
    for certificate in found:
        if certificate.kind != "gec":
            places[certificate.device, certificate.start].append(certificate)
    return places


def _within(there: Places, device: Device, use: Used, mine: int) -> Iterator[Held]:
    """Yield what may be taken for a use: the user's own certificates first, then those that the maker has still."""
    for start in range(use.start, use.start + use.seconds, device.interval_s):
        found = there.get((device.number, start), ())
        yield from (c for c in found if c.account == mine)
        yield from (c for c in found if c.account == device.account != mine)


def _unknown(database: Database, device: str) -> Fault:
    right = "enter it, or leave its energy out: only devices of this ledger have certificates"
    return Fault(
        file=database.address, field="device", value=device, problem="is no device of this ledger", right=right
    )


def _claimed(database: Database, start: int, end: int) -> dict[tuple[str, int, int], int]:
    """Return what is retired already: (beneficiary, device, start of use) -> Wh, of production within the use."""
    rows = database.rows(
        "SELECT m.device, c.state, c.beneficiary, c.used_from, c.wh FROM measurement m "
        "JOIN lot l ON l.measurement = m.id JOIN certificate c ON c.lot = l.id WHERE m.start >= ? AND m.start < ? "
        "AND c.used_from <= m.start AND m.start < c.used_from + c.used_s",
        (start, end),
    )
    found: dict[tuple[str, int, int], int] = defaultdict(int)
    for device, state, beneficiary, used_from, wh in rows:
        if state == "retired" and used_from is not None:
            found[beneficiary, device, used_from] += wh
    return found
