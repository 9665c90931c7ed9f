"""Chinese green electricity certificates (绿证, GEC): 1,000 kWh of one plant and month each, the rest carried on."""

from __future__ import annotations

from dataclasses import dataclass

from holin.ledger.append import Certificate, Draft, append_all
from holin.ledger.chain import Entry
from holin.ledger.database import Database, Row
from holin.ledger.holdings import Held, Selection, account_of, device_of, held
from holin.ledger.opening import Ledger
from holin.ledger.schema import WH_PER_GEC
from holin.ledger.validity import month_start


@dataclass(frozen=True, kw_only=True)
class Bundled:
    """GECs made of an account's certificates, and the Wh that are carried to the next month."""

    entries: tuple[Entry, ...]
    gecs: int
    carried_wh: int


def bundle(
    ledger: Ledger,
    account: str,
    device: str,
    year: int,
    month: int,
    *,
    request: str | None = None,
    now: int | None = None,
) -> Bundled:
    """Turn an account's certificates of a device, produced until the end of a local month, into GECs.

    The oldest go first, so that what an earlier month left over is used up; less than 1,000 kWh stays as it is. What
    is tradable and what is not stay apart. Only what was generated counts, never what came out of a storage (绿证核发
    规则: stand-alone storage gets none). A certificate that was bundled cannot be used otherwise any more.
    """
    tally = {"gecs": 0, "carried": 0}

    def make(database: Database, now: int, tradable: bool) -> Draft | None:
        holder, plant = account_of(database, account), device_of(database, device)
        end = month_start(year, month + 1, ledger.facts.time_zone)
        mine = Selection(
            accounts=(holder.number,), devices=(plant.number,), end=end, kinds=("generation",), tradable=tradable,
            valid_at=now,
        )  # fmt: skip
        found = held(database, mine)
        total = sum(c.wh for c in found)
        gecs = total // WH_PER_GEC
        tally["gecs"] += gecs
        tally["carried"] += total - gecs * WH_PER_GEC
        if not gecs:
            return None
        detail = {
            "account": account, "device": plant.id, "month": f"{year}-{month:02d}", "gecs": gecs,
            "carried_wh": total - gecs * WH_PER_GEC, "tradable": tradable,
        }  # fmt: skip
        return _bundle(found, holder.number, gecs * WH_PER_GEC, detail)

    entries = append_all(
        ledger,
        [
            (f"{request}/{int(tradable)}" if request else None, lambda d, t, tradable=tradable: make(d, t, tradable))  # type: ignore[misc]
            for tradable in (True, False)
        ],
        now=now,
    )
    return Bundled(entries=tuple(e for e in entries if e is not None), gecs=tally["gecs"], carried_wh=tally["carried"])


def _bundle(found: list[Held], account: int, wh: int, detail: dict[str, object]) -> Draft:
    spent: list[Held] = []
    certificates: list[Certificate] = []
    left = wh
    for c in found:
        part = min(left, c.wh)
        if not part:
            break
        left -= part
        spent.append(c)
        certificates.append(Certificate(c.lot, account, "converted", part))
        if part < c.wh:
            certificates.append(Certificate(c.lot, account, "active", c.wh - part))
    first = spent[0]
    gec: Row = ("gec", first.measurement, first.id, wh, 0, first.tradable, min(c.expires for c in spent))
    certificates.append(Certificate(-1, account, "active", wh))
    return Draft(kind="bundle", detail=detail, lots=[gec], debits=[c.id for c in spent], certificates=certificates)
