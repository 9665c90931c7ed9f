"""Certificates as they stand now: sums of what nobody has spent, and the certificates one by one, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from holin.ledger.database import Database
from holin.ledger.holdings import accounts, devices
from holin.ledger.opening import Ledger

_STANDING = """
FROM measurement m CROSS JOIN lot l CROSS JOIN certificate c LEFT JOIN debit d ON d.certificate = c.id
WHERE l.measurement = m.id AND c.lot = l.id AND d.id IS NULL AND m.start >= ? AND m.start < ?
"""
"""From the intervals asked for, however long the ledger is; what was spent stands in what was made of it."""


class Standing(NamedTuple):
    """What stands of a span's production in one state, for one holder and beneficiary ("": none): Wh, certificates.

    `start` is that of the span (s, UTC), `device` what the certificates name: of a storage's discharge the storage.
    """

    start: int
    state: str
    kind: str
    account: str
    device: str
    beneficiary: str
    wh: int
    certificates: int


class Listed(NamedTuple):
    """One certificate that is not spent; times in s, UTC; `used_from` is the hour of use that it was retired for."""

    certificate: int
    state: str
    kind: str
    account: str
    device: str
    beneficiary: str
    start: int
    seconds: int
    used_from: int | None
    wh: int
    entry: int


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which certificates are listed: produced from `start` to before `end` (s, UTC); what is empty does not restrict.

    `whose` are ids that must be the certificate's account or its beneficiary.
    """

    start: int
    end: int
    states: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    whose: tuple[str, ...] = ()


def standing(ledger: Ledger, spans: Sequence[tuple[int, int]]) -> list[Standing]:
    """Return the sums of all unspent certificates by span of production, state, kind of lot, holder and device.

    `spans` are (start, end excluded) in s, UTC. One reading of the ledger: the sums fit each other.
    """
    database = ledger.database
    found = []
    with database.reading():
        holders, makers = _names(database)
        for start, end in spans:
            rows = database.rows(
                "SELECT c.state, l.kind, c.account, m.device, COALESCE(c.beneficiary, ''), SUM(c.wh), COUNT(*)"
                f"{_STANDING} GROUP BY c.state, l.kind, c.account, m.device, COALESCE(c.beneficiary, '') "
                "ORDER BY c.state, l.kind, c.account, m.device, COALESCE(c.beneficiary, '')",
                (start, end),
            )
            found += [
                Standing(start, state, kind, holders[account], makers[device][0], who, int(wh), int(count))
                for state, kind, account, device, who, wh, count in rows
            ]
    return found


def listed(ledger: Ledger, wanted: Wanted, *, offset: int = 0, limit: int = 100) -> list[Listed]:
    """Return unspent certificates in the order of their production, from `offset` on, at most `limit`."""
    database = ledger.database
    with database.reading():
        holders, makers = _names(database)
        where, values = _where(wanted, holders, makers)
        if where is None:
            return []
        rows = database.rows(
            "SELECT c.id, c.state, l.kind, c.account, m.device, COALESCE(c.beneficiary, ''), m.start, c.used_from, "
            f"c.wh, c.entry{_STANDING}{where} ORDER BY m.start, c.id LIMIT ? OFFSET ?",
            (wanted.start, wanted.end, *values, limit, offset),
        )
    return [
        Listed(number, state, kind, holders[account], makers[device][0], who, start, makers[device][1], used, wh, entry)
        for number, state, kind, account, device, who, start, used, wh, entry in rows
    ]


def _names(database: Database) -> tuple[dict[int, str], dict[int, tuple[str, int]]]:
    """Return accounts by number, and devices by number with the length of their intervals."""
    holders = {a.number: a.id for a in accounts(database).values()}
    return holders, {d.number: (d.id, d.interval_s) for d in devices(database).values()}


def _where(wanted: Wanted, holders: dict[int, str], makers: dict[int, tuple[str, int]]) -> tuple[str | None, list[Any]]:
    """Return the conditions with their values; None where an id is asked for that the ledger does not know."""
    parts: list[str] = []
    values: list[Any] = []
    if wanted.states:
        parts.append(f" AND c.state IN ({_marks(wanted.states)})")
        values += wanted.states
    if wanted.devices:
        numbers = [n for n, (name, _) in makers.items() if name in wanted.devices]
        if not numbers:
            return None, []
        parts.append(f" AND m.device IN ({_marks(numbers)})")
        values += numbers
    if wanted.whose:
        numbers = [n for n, name in holders.items() if name in wanted.whose]
        own = f"c.account IN ({_marks(numbers)}) OR " if numbers else ""
        parts.append(f" AND ({own}c.beneficiary IN ({_marks(wanted.whose)}))")
        values += [*numbers, *wanted.whose]
    return "".join(parts), values


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))
