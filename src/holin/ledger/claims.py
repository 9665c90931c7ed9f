"""What was claimed: every retired Wh with its hour of production, its device and the one for whom it was retired."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple

from holin.ledger.database import Database
from holin.ledger.holdings import devices
from holin.ledger.opening import Ledger

if TYPE_CHECKING:
    import pandas as pd


class Claim(NamedTuple):
    """A retired amount: `time` is the start of the hour of production (s, UTC), of a storage that of its discharge."""

    enterprise: str
    time: int
    device: str
    source_kind: str
    retired_wh: float
    used_from: int | None
    lot_kind: str


COLUMNS = ("enterprise", "time", "device", "source_kind", "retired_mwh", "used_from", "lot_kind")


def claims(ledger: Ledger, *, beneficiary: str | None = None) -> pd.DataFrame:
    """Return all claims as a table: enterprise, time, device, source_kind, retired_mwh, used_from, lot_kind.

    `device` is where the energy was made: of what came out of a storage its origin. `source_kind` is the device's
    energy source. A GEC's energy is spread over the hours of production it was made of, in proportion. Times are UTC
    without a zone.
    """
    import pandas as pd

    database = ledger.database
    with database.reading():
        rows = list(_claims(database, beneficiary))
    table = pd.DataFrame(rows, columns=[*Claim._fields])
    table["time"] = pd.to_datetime(table["time"], unit="s")
    table["used_from"] = pd.to_datetime(table["used_from"], unit="s")
    table["retired_mwh"] = table.pop("retired_wh").astype(float) / 1e6
    return table[list(COLUMNS)]


def with_others(ledger: Ledger, ours: Collection[str]) -> pd.DataFrame:
    """Return what was made by the ledger's devices and is claimed or held by others: time, device, sold_mwh.

    Others are all accounts and beneficiaries but `ours`. `device` and `time` are those of the production; of what came
    out of a storage those of its discharge. A GEC's energy is spread over what it was made of, in proportion.
    """
    import pandas as pd

    database = ledger.database
    name = {d.number: d.id for d in devices(database).values()}
    sold: defaultdict[tuple[int, int], float] = defaultdict(float)
    with database.reading():
        for state, beneficiary, account, wh, kind, entry, start, device in database.rows(
            "SELECT c.state, c.beneficiary, a.id, c.wh, l.kind, l.entry, m.start, m.device FROM certificate c "
            "JOIN lot l ON l.id = c.lot JOIN measurement m ON m.id = l.measurement "
            "JOIN account a ON a.number = c.account "
            "LEFT JOIN debit d ON d.certificate = c.id "
            "WHERE d.id IS NULL AND c.state IN ('active', 'reserved', 'retired')"
        ):
            if (beneficiary if state == "retired" else account) in ours:
                continue
            parts = _constituents(database, entry, wh) if kind == "gec" else [(wh, start, device)]
            for part, hour, maker in parts:
                sold[hour, maker] += part
    rows = [(hour, name[maker], wh / 1e6) for (hour, maker), wh in sorted(sold.items())]
    table = pd.DataFrame(rows, columns=["time", "device", "sold_mwh"])
    table["time"] = pd.to_datetime(table["time"], unit="s")
    return table


def _claims(database: Database, beneficiary: str | None) -> Iterator[Claim]:
    known = devices(database).values()
    source = {d.number: str(d.attributes.get("energy_source") or "") for d in known}
    name = {d.number: d.id for d in known}
    where, values = ("AND c.beneficiary = ?", [beneficiary]) if beneficiary else ("", [])
    made = origins_of(database)
    for who, wh, used_from, kind, entry, start, device, origin in database.rows(
        "SELECT c.beneficiary, c.wh, c.used_from, l.kind, l.entry, m.start, m.device, l.origin "
        "FROM certificate c JOIN lot l ON l.id = c.lot JOIN measurement m ON m.id = l.measurement "
        f"WHERE c.state = 'retired' {where} ORDER BY c.id",
        values,
    ):
        if kind == "gec":
            for part, hour, maker in _constituents(database, entry, wh):
                yield Claim(who, hour - hour % 3600, name[maker], source[maker], part, used_from, kind)
            continue
        maker = made[origin] if kind == "discharge" else device
        yield Claim(who, start - start % 3600, name[maker], source[maker], float(wh), used_from, kind)


def origins_of(database: Database) -> dict[int, int]:
    """Return for each lot that came out of a storage once, or went in, the device that made it."""
    made: dict[int, int] = {}
    for lot, kind, origin, device in database.rows(
        "SELECT o.id, o.kind, o.origin, m.device FROM lot o JOIN measurement m ON m.id = o.measurement "
        "WHERE o.kind = 'discharge' OR o.id IN (SELECT origin FROM lot WHERE kind = 'discharge') ORDER BY o.id"
    ):
        maker: int = device
        made[lot] = made.get(origin, maker) if kind == "discharge" else maker
    return made


def _constituents(database: Database, entry: int, wh: int) -> Iterator[tuple[float, int, int]]:
    rows = database.rows(
        "SELECT c.wh, m.start, m.device FROM certificate c JOIN lot l ON l.id = c.lot "
        "JOIN measurement m ON m.id = l.measurement WHERE c.entry = ? AND c.state = 'converted' ORDER BY c.id",
        (entry,),
    )
    total = sum(row[0] for row in rows)
    for part, start, device in rows:
        yield wh * part / total, start, device
