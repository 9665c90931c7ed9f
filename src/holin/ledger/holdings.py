"""Who holds what: devices, accounts, and the certificates that nobody has spent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from holin.errors import BadInput, Fault
from holin.ledger.database import Database


@dataclass(frozen=True, kw_only=True)
class Device:
    """A device of the ledger; `attributes` are those that EnergyTag asks for, `account` gets its certificates."""

    number: int
    id: str
    role: str
    interval_s: int
    tradable: bool
    valid_months: int
    efficiency_ppm: int
    account: int
    attributes: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account and its holder's name."""

    number: int
    id: str
    name: str


class Held(NamedTuple):
    """A certificate that is not spent, with what its lot says."""

    id: int
    lot: int
    account: int
    state: str
    wh: int
    beneficiary: str | None
    used_from: int | None
    used_s: int | None
    kind: str
    measurement: int
    origin: int
    tradable: int
    expires: int
    start: int
    device: int


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which certificates are meant; what is None or empty does not restrict.

    `start` and `end` (excluded) are the interval of production in s, UTC; `valid_at` leaves expired ones out.
    """

    accounts: tuple[int, ...] = ()
    devices: tuple[int, ...] = ()
    start: int | None = None
    end: int | None = None
    states: tuple[str, ...] = ("active",)
    kinds: tuple[str, ...] = ()
    tradable: bool | None = None
    valid_at: int | None = None
    certificate: int | None = None
    beneficiary: str | None = None


_HELD = """
SELECT c.id, c.lot, c.account, c.state, c.wh, c.beneficiary, c.used_from, c.used_s,
       l.kind, l.measurement, l.origin, l.tradable, l.expires, m.start, m.device
FROM measurement m {join} lot l {join} certificate c LEFT JOIN debit d ON d.certificate = c.id
WHERE l.measurement = m.id AND c.lot = l.id AND d.id IS NULL
"""


def held(database: Database, selection: Selection) -> list[Held]:
    """Return the unspent certificates of a selection, oldest production first."""
    where, values = _where(selection)
    # SQLite joins in the order of the words CROSS JOIN: from the intervals asked for, however long the ledger is.
    within = selection.certificate is None and selection.start is not None
    asked = _HELD.format(join="CROSS JOIN" if within else ",") + where
    rows = database.rows(asked + " ORDER BY m.start, c.id", values)
    return [Held(*row) for row in rows]


def _where(selection: Selection) -> tuple[str, list[Any]]:
    parts: list[str] = []
    values: list[Any] = []
    for column, among in (
        ("c.account", selection.accounts),
        ("m.device", selection.devices),
        ("c.state", selection.states),
        ("l.kind", selection.kinds),
    ):
        if among:
            parts.append(f"{column} IN ({', '.join('?' * len(among))})")
            values += among
    for condition, value in (
        ("m.start >= ?", selection.start),
        ("m.start < ?", selection.end),
        ("l.tradable = ?", None if selection.tradable is None else int(selection.tradable)),
        ("l.expires > ?", selection.valid_at),
        ("c.id = ?", selection.certificate),
        ("c.beneficiary = ?", selection.beneficiary),
    ):
        if value is not None:
            parts.append(condition)
            values.append(value)
    return "".join(f" AND {part}" for part in parts), values


def devices(database: Database) -> dict[str, Device]:
    """Return all devices by id."""
    columns = "number, id, role, interval_s, tradable, valid_months, efficiency_ppm, account, attributes"
    found = {}
    for row in database.rows(f"SELECT {columns} FROM device ORDER BY number"):
        number, name, role, interval_s, tradable, months, efficiency, account, attributes = row
        found[name] = Device(
            number=number, id=name, role=role, interval_s=interval_s, tradable=bool(tradable), valid_months=months,
            efficiency_ppm=efficiency, account=account, attributes=json.loads(attributes),
        )  # fmt: skip
    return found


def accounts(database: Database) -> dict[str, Account]:
    """Return all accounts by id."""
    rows = database.rows("SELECT number, id, name FROM account ORDER BY number")
    return {name: Account(number=number, id=name, name=text) for number, name, text in rows}


def account_of(database: Database, name: str) -> Account:
    """Return an account by its id; raises BadInput that lists those there are."""
    known = accounts(database)
    if name not in known:
        raise _unknown(database, "account", name, list(known))
    return known[name]


def device_of(database: Database, name: str) -> Device:
    """Return a device by its id, or by its last part where that is one device's alone; raises BadInput otherwise."""
    known = devices(database)
    found = [d for d in known.values() if name == d.id] or [d for d in known.values() if d.id.endswith(f":{name}")]
    if len(found) != 1:
        raise _unknown(database, "device", name, list(known))
    return found[0]


def _unknown(database: Database, field: str, value: str, known: Sequence[str]) -> BadInput:
    shown = ", ".join(known[:12]) + (f" and {len(known) - 12} more" if len(known) > 12 else "")
    fault = Fault(
        file=database.address, field=field, value=value, problem=f"is no {field} of this ledger",
        right=f"one of {shown}" if known else f"this ledger has no {field} yet",
    )  # fmt: skip
    return BadInput([fault])


class Balance(NamedTuple):
    """What an account holds in a state, of one kind of lot."""

    account: str
    state: str
    kind: str
    wh: int
    certificates: int


def balances(database: Database) -> list[Balance]:
    """Return the sums of all unspent certificates by account, state and kind of lot."""
    rows = database.rows("""
        SELECT a.id, c.state, l.kind, SUM(c.wh), COUNT(*) FROM certificate c JOIN lot l ON l.id = c.lot
        JOIN account a ON a.number = c.account
        WHERE NOT EXISTS (SELECT 1 FROM debit d WHERE d.certificate = c.id)
        GROUP BY a.id, c.state, l.kind ORDER BY a.id, c.state, l.kind""")
    return [Balance(name, state, kind, int(wh), int(count)) for name, state, kind, wh, count in rows]
