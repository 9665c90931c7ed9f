"""Chinese green electricity certificates (绿证, GEC): 1,000 kWh of one plant and month each, the rest carried on."""

from __future__ import annotations

import time as clock
from dataclasses import dataclass
from functools import partial

from holin.errors import BadInput, Fault
from holin.ledger.append import Certificate, Draft, append_all
from holin.ledger.chain import Entry
from holin.ledger.database import Database, Row
from holin.ledger.holdings import Held, Selection, account_of, device_of, held
from holin.ledger.opening import Ledger
from holin.ledger.schema import WH_PER_GEC
from holin.ledger.validity import local_month, month_start


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
    """Turn an account's certificates of a device, produced until the end of a local month that is over, into GECs.

    Each GEC is of one month of production: months before it that were not bundled yet come first, one entry each, and
    what a month leaves below 1,000 kWh is carried into the next, the oldest first. What is tradable and what is not
    stay apart. Only what was generated counts, never what came out of a storage (绿证核发规则: stand-alone storage gets
    none). What was bundled cannot be used otherwise any more. Raises BadInput where the month is not over.
    """
    tally = {"gecs": 0, "carried": 0}
    zone = ledger.facts.time_zone

    def mine(database: Database, tradable: bool, now: int) -> list[Held]:
        holder, plant = account_of(database, account), device_of(database, device)
        return held(
            database,
            Selection(
                accounts=(holder.number,), devices=(plant.number,), end=month_start(year, month + 1, zone),
                kinds=("generation",), tradable=tradable, valid_at=now,
            ),
        )  # fmt: skip

    def make(database: Database, now: int, tradable: bool, of: tuple[int, int], last: bool) -> Draft | None:
        end = month_start(of[0], of[1] + 1, zone)
        found = [c for c in mine(database, tradable, now) if c.start < end]
        total = sum(c.wh for c in found)
        gecs = total // WH_PER_GEC
        tally["gecs"] += gecs
        tally["carried"] += (total - gecs * WH_PER_GEC) * last
        if not gecs:
            return None
        detail = {
            "account": account, "device": device_of(database, device).id, "month": f"{of[0]}-{of[1]:02d}", "gecs": gecs,
            "carried_wh": total - gecs * WH_PER_GEC, "tradable": tradable,
        }  # fmt: skip
        return _bundle(found, account_of(database, account).number, gecs * WH_PER_GEC, detail)

    if month_start(year, month + 1, zone) > (int(clock.time()) if now is None else now):
        raise _not_over(ledger.database, (year, month))
    operations = []
    for tradable in (True, False):
        there = mine(ledger.database, tradable, 0)
        months = sorted({local_month(c.start, zone) for c in there} | {(year, month)})
        for of in months:
            name = f"{request}/{int(tradable)}/{of[0]}-{of[1]:02d}" if request else None
            operations.append((name, partial(make, tradable=tradable, of=of, last=of == (year, month))))
    entries = append_all(ledger, operations, now=now)
    return Bundled(entries=tuple(e for e in entries if e is not None), gecs=tally["gecs"], carried_wh=tally["carried"])


def _not_over(database: Database, of: tuple[int, int]) -> BadInput:
    right = "bundle a month when it is over and its energy is metered"
    fault = Fault(
        file=database.address, field="month", value=f"{of[0]}-{of[1]:02d}", problem="is not over yet", right=right
    )
    return BadInput([fault])


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
