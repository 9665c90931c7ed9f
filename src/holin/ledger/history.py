"""Where a certificate came from and what became of it: from the claim back to the meter, and forward again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from holin.errors import BadInput, CheckFailed, Fault
from holin.ledger.chain import content_of, header_of
from holin.ledger.database import Database
from holin.ledger.holdings import Device, device_of, devices
from holin.ledger.opening import Ledger
from holin.ledger.verify import entry_by_number, rows_of_entry


class Step(NamedTuple):
    """One certificate of a lot: which entry wrote it, from which it was cut or moved, and which entry spent it."""

    certificate: int
    entry: int
    time: int
    kind: str
    account: str
    state: str
    wh: int
    beneficiary: str | None
    used_from: int | None
    spent_by: int | None


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """What the meter said, in the version that an entry brought."""

    version: int
    out_wh: int
    in_wh: int
    entry: int


@dataclass(frozen=True, kw_only=True)
class LotHistory:
    """All that is known of one lot: the device, the metered interval, each step of its certificates.

    `origins` are the lots that it was made of: of a storage's discharge the lot that was charged, of a GEC those of
    its hours. `made_of_it` are the lots that parts of it became.
    """

    lot: int
    kind: str
    device: str
    attributes: dict[str, Any]
    start: int
    seconds: int
    wh: int
    set_off_wh: int
    tradable: bool
    expires: int
    entry: int
    measurements: tuple[Measurement, ...]
    steps: tuple[Step, ...]
    origins: tuple[tuple[int, int], ...]
    made_of_it: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class History:
    """The answer: the lots `asked` for, then those that they came from; the entries that it rests on, each checked."""

    ledger: str
    kind: str
    operator: str
    asked: tuple[int, ...]
    lots: tuple[LotHistory, ...]
    entries: tuple[int, ...]


def history(
    ledger: Ledger,
    *,
    certificate: int | None = None,
    device: str | None = None,
    start: int | None = None,
    beneficiary: str | None = None,
    used_from: int | None = None,
    origins: bool = True,
) -> History:
    """Follow certificates: one by its number, those of a device's interval, or those that somebody claims.

    With `origins` the lots that these came from are followed too: from a storage back to what charged it. Every entry
    that the answer rests on is read whole and held against its hash and signature; CheckFailed where one differs.
    Raises BadInput where there is nothing that fits.
    """
    database = ledger.database
    with database.reading():
        lots = _asked(database, certificate, device, start, beneficiary, used_from)
        if not lots:
            right = "see `holin certificates show` for what there is"
            raise BadInput([Fault(file=ledger.address, problem="nothing in the ledger fits", right=right)])
        known = {d.number: d for d in devices(database).values()}
        found: dict[int, LotHistory] = {}
        queue = list(lots)
        while queue:
            lot = queue.pop(0)
            if lot in found:
                continue
            found[lot] = _lot(database, lot, known)
            if origins:
                queue += [origin for origin, _ in found[lot].origins]
        entries = sorted({e for lot in found.values() for e in _entries_of(lot)})
        _check_entries(ledger, entries)
    return History(
        ledger=ledger.facts.id, kind=ledger.facts.kind, operator=ledger.facts.operator, asked=tuple(lots),
        lots=tuple(found.values()), entries=tuple(entries),
    )  # fmt: skip


def _asked(
    database: Database, certificate: int | None, device: str | None, start: int | None, beneficiary: str | None,
    used_from: int | None,
) -> list[int]:  # fmt: skip
    if certificate is not None:
        return [row[0] for row in database.rows("SELECT lot FROM certificate WHERE id = ?", (certificate,))]
    if beneficiary is not None:
        when, values = ("AND c.used_from = ?", [used_from]) if used_from is not None else ("", [])
        sql = (
            "SELECT DISTINCT c.lot FROM certificate c "
            f"WHERE c.state = 'retired' AND c.beneficiary = ? {when} ORDER BY c.lot"
        )
        return [row[0] for row in database.rows(sql, (beneficiary, *values))]
    number = device_of(database, device or "").number
    when, values = ("AND m.start = ?", [start]) if start is not None else ("", [])
    sql = f"SELECT l.id FROM measurement m JOIN lot l ON l.measurement = m.id WHERE m.device = ? {when} ORDER BY l.id"
    return [row[0] for row in database.rows(sql, (number, *values))]


def _lot(database: Database, lot: int, known: dict[int, Device]) -> LotHistory:
    kind, wh, set_off, tradable, expires, entry, origin, device, start = database.rows(
        "SELECT l.kind, l.wh, l.set_off_wh, l.tradable, l.expires, l.entry, l.origin, m.device, m.start "
        "FROM lot l JOIN measurement m ON m.id = l.measurement WHERE l.id = ?",
        (lot,),
    )[0]
    versions = database.rows(
        "SELECT version, out_wh, in_wh, entry FROM measurement WHERE start = ? AND device = ? ORDER BY version",
        (start, device),
    )
    steps = database.rows(
        "SELECT c.id, c.entry, e.time, e.kind, a.id, c.state, c.wh, c.beneficiary, c.used_from, d.entry "
        "FROM certificate c JOIN entry e ON e.number = c.entry JOIN account a ON a.number = c.account "
        "LEFT JOIN debit d ON d.certificate = c.id WHERE c.lot = ? ORDER BY c.id",
        (lot,),
    )
    return LotHistory(
        lot=lot, kind=kind, device=known[device].id, attributes=known[device].attributes, start=start,
        seconds=known[device].interval_s, wh=wh, set_off_wh=set_off, tradable=bool(tradable), expires=expires,
        entry=entry, measurements=tuple(Measurement(version=v, out_wh=o, in_wh=i, entry=e) for v, o, i, e in versions),
        steps=tuple(Step(*row) for row in steps), origins=_origins(database, kind, entry, origin, wh),
        made_of_it=_made_of(database, lot),
    )  # fmt: skip


def _origins(database: Database, kind: str, entry: int, origin: int, wh: int) -> tuple[tuple[int, int], ...]:
    """Return the lots that a lot was made of, with the Wh of each."""
    if kind == "generation":
        return ()
    if kind == "discharge":
        return ((origin, wh),)
    rows = database.rows(
        "SELECT c.lot, SUM(c.wh) FROM certificate c WHERE c.entry = ? AND c.state = 'converted' "
        "AND c.id >= (SELECT MIN(id) FROM certificate WHERE entry = ?) GROUP BY c.lot ORDER BY c.lot",
        (entry, entry),
    )
    return tuple((lot, int(part)) for lot, part in rows)


def _made_of(database: Database, lot: int) -> tuple[int, ...]:
    rows = database.rows(
        "SELECT DISTINCT n.id FROM certificate c JOIN lot n ON n.entry = c.entry "
        "WHERE c.lot = ? AND c.state = 'converted' AND (n.kind = 'gec' OR n.origin = c.lot) AND n.kind <> 'generation' "
        "ORDER BY n.id",
        (lot,),
    )
    return tuple(row[0] for row in rows)


def _entries_of(lot: LotHistory) -> Iterable[int]:
    yield lot.entry
    yield from (m.entry for m in lot.measurements)
    for step in lot.steps:
        yield step.entry
        if step.spent_by is not None:
            yield step.spent_by


def _check_entries(ledger: Ledger, numbers: Iterable[int]) -> None:
    """Hold every entry that an answer rests on against its hash and its signature."""
    for number in numbers:
        entry = entry_by_number(ledger.database, number)
        if entry is None:
            raise CheckFailed(f"{ledger.address}: entry {number} is missing; run `holin certificates verify`")
        rows = rows_of_entry(ledger.database, entry, entry_by_number(ledger.database, number - 1))
        digest = ledger.scheme.digest(content_of(header_of(entry), rows))
        signed = ledger.scheme.is_signed(ledger.facts.public_key, entry.hash.encode(), entry.signature)
        if digest != entry.hash or not signed:
            what = "is not signed by the ledger's key" if digest == entry.hash else "does not have its hash"
            raise CheckFailed(
                f"{ledger.address}: entry {number} {what}; its figures are not shown. "
                "Run `holin certificates verify`, then restore the ledger from its last backup"
            )
