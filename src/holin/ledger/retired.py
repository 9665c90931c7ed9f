"""What is retired for somebody, certificate by certificate: what a claim on a product rests on."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from holin.ledger.claims import origins_of
from holin.ledger.holdings import devices
from holin.ledger.opening import Ledger


class Retired(NamedTuple):
    """One retired certificate: `start` is when it was produced (s, UTC), out of a storage when it was discharged.

    `device` made the energy; `storage` gave it out later, or is empty. `entry` retired it; `entry_hash` is its hash.
    A GEC (`lot_kind` gec) is of a month, not of an hour.
    """

    certificate: int
    beneficiary: str
    device: str
    storage: str
    source_kind: str
    lot_kind: str
    start: int
    seconds: int
    wh: int
    used_from: int | None
    entry: int
    entry_hash: str


def retired(ledger: Ledger, *, beneficiary: str, start: int | None = None, end: int | None = None) -> list[Retired]:
    """Return the certificates retired for one, produced (or discharged) from `start` to before `end`, oldest first."""
    database = ledger.database
    with database.reading():
        known = {d.number: d for d in devices(database).values()}
        made = origins_of(database)
        rows = database.rows(
            "SELECT c.id, c.wh, c.used_from, l.kind, l.origin, m.start, m.device, c.entry, e.hash "
            "FROM certificate c JOIN lot l ON l.id = c.lot JOIN measurement m ON m.id = l.measurement "
            "JOIN entry e ON e.number = c.entry WHERE c.state = 'retired' AND c.beneficiary = ? "
            "AND m.start >= ? AND m.start < ? ORDER BY m.start, c.id",
            (beneficiary, -(2**62) if start is None else start, 2**62 if end is None else end),
        )
    found = []
    for certificate, wh, used_from, kind, origin, at, device, entry, digest in rows:
        maker = known[made[origin]] if kind == "discharge" else known[device]
        found.append(
            Retired(
                certificate, beneficiary, maker.id, known[device].id if kind == "discharge" else "",
                str(maker.attributes.get("energy_source") or ""), kind, at, known[device].interval_s, wh, used_from,
                entry, digest,
            )
        )  # fmt: skip
    return found


def still_retired(ledger: Ledger, certificates: Collection[int]) -> dict[int, tuple[str, str, int, int, str]]:
    """Return of certificates their state, beneficiary, Wh, entry and its hash; those that are not there are missing."""
    found = {}
    with ledger.database.reading():
        for number in certificates:
            for state, who, wh, entry, digest in ledger.database.rows(
                "SELECT c.state, c.beneficiary, c.wh, c.entry, e.hash FROM certificate c "
                "JOIN entry e ON e.number = c.entry WHERE c.id = ?",
                (number,),
            ):
                found[number] = (state, who or "", wh, entry, digest)
    return found
