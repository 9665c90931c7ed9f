"""Charging a storage: certificates of what went in are handed in, and held still until it comes out.

What is charged without a certificate (coal, import, what nobody handed in) has none when it comes out: every such Wh
is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from holin.errors import BadInput, Fault
from holin.ledger.append import Certificate, Draft, Make, append_all
from holin.ledger.chain import Entry
from holin.ledger.database import Database
from holin.ledger.holdings import Device, Held, Selection, devices, held
from holin.ledger.opening import Ledger
from holin.ledger.validity import DAY_S

FAULTS_SHOWN = 50


class Handed(NamedTuple):
    """Certificates handed in for a charge: so many Wh of what `device` made in the interval of the charge."""

    storage: str
    start: int
    device: str
    wh: int


@dataclass(frozen=True, kw_only=True)
class Charged:
    """What went into storages with certificates, the Wh of these intervals that went in without, and what was short."""

    entries: tuple[Entry, ...]
    matched_wh: int
    unmatched_wh: int
    short: tuple[Handed, ...]


def charge(ledger: Ledger, handed: Iterable[Handed], *, batch_s: int = DAY_S, now: int | None = None) -> Charged:
    """Hand certificates in for what storages were charged with; they stay in the accounts of the devices, held still.

    Only certificates that the device's own account has still are taken, and not more than the storage's meter says
    went in. What a device handed in for the interval before counts towards what is asked of it: safe to repeat. `short`
    are certificates that were not there. Raises BadInput where a charge is not in the ledger.
    """
    rows = sorted(handed, key=lambda h: (h.start, h.storage, h.device))
    tally: Counter[str] = Counter()
    short: list[Handed] = []

    def operations() -> Iterator[tuple[None, Make]]:
        for _, batch in groupby(rows, key=lambda h: h.start // batch_s):
            part = list(batch)
            yield None, lambda database, now, part=part: _charged(database, now, part, tally, short)  # type: ignore[misc]

    entries = append_all(ledger, operations(), now=now)
    return Charged(
        entries=tuple(e for e in entries if e is not None),
        matched_wh=tally["matched"], unmatched_wh=tally["unmatched"],
        short=tuple(short),
    )  # fmt: skip


def _charged(
    database: Database, now: int, rows: Sequence[Handed], tally: Counter[str], short: list[Handed]
) -> Draft | None:
    """Hand in what is asked for of the intervals of one entry."""
    known = devices(database)
    faults = [
        _no_device(database, name) for name in {h.device for h in rows} | {h.storage for h in rows} if name not in known
    ]
    if faults:
        raise BadInput(faults)
    end = rows[-1].start + max(known[h.storage].interval_s for h in rows)
    room, before = _rooms(database, rows, known, end)
    there: dict[tuple[int, int], list[Held]] = {}
    for one in held(
        database, Selection(start=rows[0].start, end=end, valid_at=now, kinds=("generation", "discharge"))
    ):  # fmt: skip
        there.setdefault((one.device, one.start), []).append(one)
    left: dict[int, int] = {}
    spent: dict[int, Held] = {}
    certificates: list[Certificate] = []
    matched = 0
    for row in rows:
        storage, source = known[row.storage], known[row.device]
        place = storage.number, row.start
        wanted = asked = min(max(0, row.wh - before[(*place, source.number)]), room[place])
        for start in range(row.start, row.start + storage.interval_s, source.interval_s):
            for one in there.get((source.number, start), ()):
                if one.account != source.account:
                    continue
                part = min(wanted, left.get(one.id, one.wh))
                if part <= 0:
                    continue
                wanted -= part
                left[one.id] = left.get(one.id, one.wh) - part
                spent[one.id] = one
                certificates.append(
                    Certificate(one.lot, one.account, "stored", part, storage.id, row.start, storage.interval_s)
                )
        room[place] -= asked - wanted
        matched += asked - wanted
        if wanted:
            short.append(row._replace(wh=wanted))
    unmatched = sum(room.values())
    tally.update(matched=matched, unmatched=unmatched)
    if not certificates:
        return None
    certificates += [Certificate(c.lot, c.account, c.state, left[c.id]) for c in spent.values() if left[c.id]]
    detail = {"from": rows[0].start, "matched_wh": matched, "unmatched_wh": unmatched}
    return Draft(kind="charge", detail=detail, debits=list(spent), certificates=certificates)


def _rooms(
    database: Database, rows: Sequence[Handed], known: dict[str, Device], end: int
) -> tuple[dict[tuple[int, int], int], Counter[tuple[int, int, int]]]:
    """Return for each charge (storage, start) its meter less what was handed in before, and the latter by device."""
    places = {(known[h.storage].number, h.start): h.storage for h in rows}
    numbers = {number for number, _ in places}
    room: dict[tuple[int, int], int] = {}
    for device, start, in_wh in database.rows(
        "SELECT device, start, in_wh FROM measurement WHERE start >= ? AND start < ? ORDER BY start, device, version",
        (rows[0].start, end),
    ):
        if device in numbers:
            room[device, start] = in_wh
    faults = [
        Fault(
            file=database.address, field="storage", value=name, problem=f"has no interval {start}",
            right="issue its measurements first",
        )
        for (number, start), name in places.items()
        if (number, start) not in room
    ]  # fmt: skip
    if faults:
        raise BadInput(faults[:FAULTS_SHOWN])
    room = {place: room[place] for place in places}
    before: Counter[tuple[int, int, int]] = Counter()
    for name, start, device, wh in database.rows(
        "SELECT c.beneficiary, c.used_from, m.device, c.wh FROM measurement m JOIN lot l ON l.measurement = m.id "
        "JOIN certificate c ON c.lot = l.id LEFT JOIN debit d ON d.certificate = c.id "
        "WHERE m.start >= ? AND m.start < ? AND d.id IS NULL AND c.state IN ('lost', 'converted', 'stored', 'expired')",
        (rows[0].start, end),
    ):
        place = (known[name].number if name in known else 0, start)
        if place in room:
            room[place] -= wh
            before[(*place, device)] += wh
    return {place: max(0, wh) for place, wh in room.items()}, before


def _no_device(database: Database, name: str) -> Fault:
    return Fault(
        file=database.address, field="device", value=name, problem="is no device of this ledger", right="enter it first"
    )
