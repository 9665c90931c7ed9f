"""The certificates of a run's hours in a ledger: sums by local month, lists, and the whole story of one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from holin import ledger
from holin.batches import Allotted
from holin.store import Span
from holin.twin.batch_green import ALLOTMENTS, book_of, file_of_book


@dataclass(frozen=True, kw_only=True)
class Hours:
    """The hours of a run: `start` and `end` (excluded) in s, UTC, and the zone whose months count."""

    start: int
    end: int
    time_zone: str

    def months(self) -> Iterator[tuple[str, int, int]]:
        """Yield each local month with its part of the hours: name, start and end (excluded) in s, UTC."""
        zone, start = ZoneInfo(self.time_zone), self.start
        while start < self.end:
            here = datetime.fromtimestamp(start, zone)
            over = datetime(here.year + here.month // 12, here.month % 12 + 1, 1, tzinfo=zone)
            end = min(self.end, int(over.timestamp()))
            yield f"{here:%Y-%m}", start, end
            start = end


HELD = ("active", "reserved", "stored")
"""States in which a certificate can still be used."""


class Amount(NamedTuple):
    """So many Wh in so many certificates."""

    wh: int
    certificates: int


def amount_of(rows: Iterable[ledger.Standing]) -> Amount:
    """Return the sum of some rows."""
    there = list(rows)
    return Amount(sum(r.wh for r in there), sum(r.certificates for r in there))


@dataclass(frozen=True, kw_only=True)
class StandingOfRun:
    """What stands of the production of a run's hours: sums by month (rows as `holin.ledger.standing` gives them)."""

    facts: ledger.Facts
    devices: Sequence[ledger.Device]
    rows: Sequence[tuple[str, ledger.Standing]]

    def by_month(self) -> dict[tuple[str, str], Amount]:
        """Return the sums by (month, state)."""
        found: dict[tuple[str, str], list[ledger.Standing]] = defaultdict(list)
        for month, row in self.rows:
            found[month, row.state].append(row)
        return {place: amount_of(rows) for place, rows in sorted(found.items())}

    def of_device(self, device: str) -> dict[str, int]:
        """Return the Wh of a device by state."""
        found: Counter[str] = Counter()
        for _, row in self.rows:
            if row.device == device:
                found[row.state] += row.wh
        return dict(found)

    def held_by(self, account: str) -> Amount:
        """Return what an account holds that can still be used."""
        return amount_of(r for _, r in self.rows if r.account == account and r.state in HELD)

    def retired_for(self, beneficiary: str) -> Amount:
        """Return what was retired for somebody."""
        return amount_of(r for _, r in self.rows if r.state == "retired" and r.beneficiary == beneficiary)

    def fitting(
        self, month: str | None, states: Collection[str], devices: Collection[str], whose: Collection[str]
    ) -> Amount:
        """Return the sums of what `listed_certificates` lists of the same choice; what is empty does not restrict."""
        return amount_of(
            row
            for at, row in self.rows
            if month in (None, at)
            and (not states or row.state in states)
            and (not devices or row.device in devices)
            and (not whose or row.account in whose or row.beneficiary in whose)
        )


def standing_of_run(address: str | Path, hours: Hours) -> StandingOfRun:
    """Return the sums of all unspent certificates of a run's hours, by local month, state, holder and device."""
    months = list(hours.months())
    name_of = {start: name for name, start, _ in months}
    with ledger.opened(address) as book:
        rows = ledger.standing(book, [(start, end) for _, start, end in months])
        made = tuple(ledger.devices(book.database).values())
        return StandingOfRun(facts=book.facts, devices=made, rows=[(name_of[r.start], r) for r in rows])


def listed_certificates(
    address: str | Path,
    hours: Hours,
    *,
    month: str | None = None,
    states: Sequence[str] = (),
    devices: Sequence[str] = (),
    whose: Sequence[str] = (),
    offset: int = 0,
    limit: int = 100,
) -> list[ledger.Listed]:
    """Return unspent certificates of a run's hours (of one local month), oldest production first."""
    spans = [(start, end) for name, start, end in hours.months() if month in (None, name)]
    if not spans:
        return []
    wanted = ledger.Wanted(
        start=spans[0][0], end=spans[-1][1], states=tuple(states), devices=tuple(devices), whose=tuple(whose)
    )
    with ledger.opened(address) as book:
        return ledger.listed(book, wanted, offset=offset, limit=limit)


@dataclass(frozen=True, kw_only=True)
class Story:
    """The whole way of a certificate: its lots, and which batches its Wh stand behind, with the book's entries.

    `way` are the certificates that it was cut or moved from, itself last: the line of the lot that leads to it.
    """

    history: ledger.History
    way: tuple[int, ...]
    allotted: tuple[tuple[Allotted, int], ...]


def story_of(address: str | Path, certificate: int) -> Story:
    """Return where a certificate came from and what became of it, to the batch of metal that it stands behind.

    Every entry of the ledger that it rests on is held against its hash and signature. Raises BadInput where there is
    no such certificate, CheckFailed where an entry is not as it was signed.
    """
    with ledger.opened(address) as book:
        found = ledger.history(book, certificate=certificate)
        allotted: tuple[tuple[Allotted, int], ...] = ()
        if file_of_book(book).is_file() or ledger.anchored(book, ALLOTMENTS):
            with book_of(book, make=False) as allotments:
                allotted = tuple(allotments.of_certificate(certificate))
    steps = next(lot.steps for lot in found.lots if lot.lot in found.asked)
    return Story(history=found, way=way_to(steps, certificate), allotted=allotted)


def way_to(steps: Sequence[ledger.Step], certificate: int) -> tuple[int, ...]:
    """Return the certificates of a lot that lead to one: each was spent by the entry that wrote the next."""
    by_number = {s.certificate: s for s in steps}
    way = [by_number[certificate]]
    while before := next(
        (s for s in steps if s.spent_by == way[-1].entry and s.certificate < way[-1].certificate), None
    ):
        way.append(before)
    return tuple(s.certificate for s in reversed(way))


def hours_of_run(span: Span, time_zone: str) -> Hours:
    """Return the hours of a run from its span."""
    start = int(span.first.astype("datetime64[s]").astype(np.int64))
    return Hours(start=start, end=start + span.intervals * span.step_s, time_zone=time_zone)
