"""What was claimed: every retired Wh with its hour of production, its device and the one for whom it was retired."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from holin.ledger.database import Database, Row
from holin.ledger.holdings import devices
from holin.ledger.opening import Ledger

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


COLUMNS = ("enterprise", "time", "device", "source_kind", "retired_mwh", "used_from", "lot_kind")


def claims(ledger: Ledger, *, beneficiary: str | None = None) -> pd.DataFrame:
    """Return all claims as a table: enterprise, time, device, source_kind, retired_mwh, used_from, lot_kind.

    `device` is where the energy was made: of what came out of a storage its origin. `source_kind` is the device's
    energy source. A GEC's energy is spread over the hours of production it was made of, in proportion. Times are UTC
    without a zone.
    """
    import numpy as np
    import pandas as pd

    database = ledger.database
    with database.reading():
        known = {d.number: d for d in devices(database).values()}
        made = origins_of(database)
        rows = _retired(database, beneficiary)
    who, wh, used_from, kind, start, device, origin = ([row[k] for row in rows] for k in range(7))
    maker, of_storage = np.array(device, np.int64), np.array(kind, object) == "discharge"
    maker[of_storage] = [made[lot] for lot in np.array(origin, object)[of_storage].tolist()]
    place, numbers = pd.factorize(maker)
    makers = [known[n] for n in numbers.tolist()]
    seconds = np.array(start, np.int64)
    table = pd.DataFrame(
        {
            "enterprise": _texts(who),
            "time": pd.to_datetime(seconds - seconds % 3600, unit="s"),
            "device": _taken([d.id for d in makers], place),
            "source_kind": _taken([str(d.attributes.get("energy_source") or "") for d in makers], place),
            "retired_mwh": np.array(wh, float) / 1e6,
            "used_from": pd.to_datetime(np.array(used_from, float), unit="s"),  # NaN: at no hour
            "lot_kind": _texts(kind),
        }
    )
    return table[list(COLUMNS)]


def _texts(values: list[str]) -> pd.Series[str]:
    """Return texts of which few are different: a million of them one by one would take seconds."""
    import numpy as np
    import pandas as pd

    codes, different = pd.factorize(np.array(values, object))
    return _taken(different.tolist(), codes)


def _taken(texts: list[str], place: np.ndarray) -> pd.Series[str]:
    import pandas as pd

    return pd.Series(texts, dtype=str).take(place).reset_index(drop=True)


def with_others(ledger: Ledger, ours: Collection[str]) -> pd.DataFrame:
    """Return what was made by the ledger's devices and is claimed or held by others: time, device, sold_mwh.

    Others are all accounts and beneficiaries but `ours`. `device` and `time` are those of the production; of what came
    out of a storage those of its discharge. A GEC's energy is spread over what it was made of, in proportion.
    """
    import pandas as pd

    database = ledger.database
    name = {d.number: d.id for d in devices(database).values()}
    sold: defaultdict[tuple[int, int], float] = defaultdict(float)
    places = ", ".join("?" * len(ours)) or "''"  # nobody is called so
    with database.reading():
        for wh, kind, entry, start, device in database.rows(
            "SELECT c.wh, l.kind, l.entry, m.start, m.device FROM certificate c "
            "JOIN lot l ON l.id = c.lot JOIN measurement m ON m.id = l.measurement "
            "JOIN account a ON a.number = c.account "
            "LEFT JOIN debit d ON d.certificate = c.id "
            "WHERE d.id IS NULL AND c.state IN ('active', 'reserved', 'retired') "
            f"AND CASE WHEN c.state = 'retired' THEN c.beneficiary ELSE a.id END NOT IN ({places})",
            sorted(ours),
        ):
            parts = _constituents(database, entry, wh) if kind == "gec" else [(wh, start, device)]
            for part, hour, maker in parts:
                sold[hour, maker] += part
    rows = [(hour, name[maker], wh / 1e6) for (hour, maker), wh in sorted(sold.items())]
    table = pd.DataFrame(rows, columns=["time", "device", "sold_mwh"])
    table["time"] = pd.to_datetime(table["time"], unit="s")
    return table


def _retired(database: Database, beneficiary: str | None) -> list[Row]:
    """Return (beneficiary, Wh, used from, kind, start, device, origin, entry) of what is retired, a GEC in parts."""
    where, values = ("AND c.beneficiary = ?", [beneficiary]) if beneficiary else ("", [])
    rows = database.rows(
        "SELECT c.beneficiary, c.wh, c.used_from, l.kind, m.start, m.device, l.origin, l.entry "
        "FROM certificate c JOIN lot l ON l.id = c.lot JOIN measurement m ON m.id = l.measurement "
        f"WHERE c.state = 'retired' {where} ORDER BY c.id",
        values,
    )
    return [*_spread(database, rows)] if any(row[3] == "gec" for row in rows) else rows


def _spread(database: Database, rows: list[Row]) -> Iterator[Row]:
    for who, wh, used_from, kind, start, device, origin, entry in rows:
        parts = _constituents(database, entry, wh) if kind == "gec" else [(wh, start, device)]
        for part, hour, maker in parts:
            yield who, part, used_from, kind, hour, maker, origin, entry


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
