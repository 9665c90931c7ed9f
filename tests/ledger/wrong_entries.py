"""Entries that break one rule each, by the name of the guard that must refuse them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from attack import Statement, inserted, sealed
from hand import HOUR, JANUARY, SUN, TANK, WIND, hours, peopled

from holin.ledger import Handed, Ledger, Measured, bundle, charge, issue, reserve, retire, transfer
from holin.ledger.append import Certificate, Draft, last_entry
from holin.ledger.database import Row
from holin.ledger.schema import COLUMNS, ROWS

LATER = JANUARY + 31 * 86_400
AFTER_EXPIRY = JANUARY + 3 * 366 * 86_400
MAKER, TRADER = 1, 2
WIND_NUMBER, SUN_NUMBER, TANK_NUMBER = 1, 2, 3
NEXT = JANUARY + 100 * HOUR
"""An interval that nobody has metered yet."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A ledger, and one unspent certificate of each sort: (id, lot, Wh)."""

    ledger: Ledger
    active: tuple[int, int, int]
    sun: tuple[int, int, int]
    retired: tuple[int, int, int]
    reserved: tuple[int, int, int]
    stored: tuple[int, int, int]
    gec_lot: int
    charged: int
    expires: int


def scene(ledger: Ledger) -> Scene:
    """Put some of everything into a ledger."""
    peopled(ledger)
    rows = [*hours(WIND, [1_600_000, 2_400_000, 700_000]), *hours(SUN, [500]), Measured(TANK, JANUARY, 0, 800)]
    issue(ledger, [*rows, Measured(TANK, JANUARY + HOUR, 100, 0)], now=LATER)
    charge(ledger, [Handed(TANK, JANUARY, WIND, 300)], now=LATER)
    retire(ledger, "maker", "works", 50, now=LATER)
    reserve(ledger, "maker", "works", 70, now=LATER)
    transfer(ledger, "maker", "trader", 1_200_000, now=LATER)
    bundle(ledger, "trader", WIND, 2025, 1, now=LATER)

    def one(where: str) -> tuple[int, int, int]:
        found = ledger.database.rows(
            "SELECT c.id, c.lot, c.wh FROM certificate c JOIN lot l ON l.id = c.lot JOIN measurement m "
            "ON m.id = l.measurement WHERE NOT EXISTS (SELECT 1 FROM debit d WHERE d.certificate = c.id) "
            f"AND {where} ORDER BY c.id LIMIT 1"
        )
        number, lot, wh = found[0]
        return number, lot, wh

    mine = f"c.account = {MAKER} AND l.kind = 'generation' AND c.state"
    return Scene(
        ledger=ledger, active=one(f"{mine} = 'active' AND m.device = {WIND_NUMBER}"),
        sun=one(f"{mine} = 'active' AND m.device = {SUN_NUMBER}"), retired=one("c.state = 'retired'"),
        reserved=one("c.state = 'reserved'"), stored=one("c.state = 'stored'"),
        gec_lot=ledger.database.rows("SELECT id FROM lot WHERE kind = 'gec'")[0][0],
        charged=ledger.database.rows(f"SELECT id FROM measurement WHERE device = {TANK_NUMBER} AND out_wh > 0")[0][0],
        expires=ledger.database.rows("SELECT MIN(expires) FROM lot")[0][0],
    )  # fmt: skip


def _issue(s: Scene, wh: int, metered: int, device: int = WIND_NUMBER, kind: str = "issue", **other: Any) -> Draft:
    return Draft(
        kind=kind, measurements=[(device, other.get("start", NEXT), other.get("version", 1), metered, 0)],
        lots=[(other.get("lot_kind", "generation"), -1, 0, wh, 0, 1, s.expires)],
        certificates=[Certificate(-1, MAKER, "active", wh)],
    )  # fmt: skip


def _move(kind: str, one: tuple[int, int, int], state: str, account: int = MAKER, more: int = 0) -> Draft:
    number, lot, wh = one
    return Draft(kind=kind, debits=[number], certificates=[Certificate(lot, account, state, wh + more, "works")])


def _discharge(s: Scene, out: int, *, lost: int, origin: int | None = None, lot_wh: int | None = None) -> Draft:
    number, lot, wh = s.stored
    made = out if lot_wh is None else lot_wh
    parts = [("converted", out), ("lost", lost)]
    rest = wh - out - lost
    return Draft(
        kind="discharge", lots=[("discharge", s.charged, origin or lot, made, 0, 1, s.expires)], debits=[number],
        certificates=[
            *(Certificate(lot, MAKER, state, part, TANK, JANUARY, HOUR) for state, part in parts if part),
            *([Certificate(lot, MAKER, "stored", rest, TANK, JANUARY, HOUR)] if rest else []),
            Certificate(-1, MAKER, "active", made),
        ],
    )  # fmt: skip


def _bundled(s: Scene, one: tuple[int, int, int], made: bool = True) -> Draft:
    """Bundle 1,000 kWh of the maker's, and a certificate that must not be among them."""
    number, lot, wh = s.active
    whole = 1_000_000 if made else 0
    left = wh + one[2] - 1_000_000
    gec = [("gec", 1, number, whole, 0, 1, s.expires)] if made else []
    converted = [Certificate(lot, MAKER, "converted", wh - left), Certificate(one[1], MAKER, "converted", one[2])]
    return Draft(
        kind="bundle", lots=gec, debits=[number, one[0]],
        certificates=[*converted, Certificate(lot, MAKER, "active", left)]
        + ([Certificate(-1, MAKER, "active", whole)] if made else []),
    )  # fmt: skip


WRONG: Mapping[str, Callable[[Scene], Draft]] = {
    "L1_metered": lambda s: _issue(s, 101, 100),
    "L1_discharged": lambda s: _discharge(s, 101, lost=50),
    "L1_brought": lambda s: _issue(s, 100, 100, kind="split"),
    "L2_version": lambda s: _issue(s, 100, 100, start=JANUARY),
    "L2_interval": lambda s: _issue(s, 100, 100, start=NEXT + 60),
    "L2_role": lambda s: _issue(s, 100, 100, device=TANK_NUMBER),
    "L3_account": lambda s: _move("transfer", s.active, "active", 77),
    "L3_balanced": lambda s: _move("transfer", s.active, "active", TRADER, more=1),
    "L3_same_holder": lambda s: _move("reserve", s.active, "reserved", TRADER),
    "L3_converted": lambda s: _bundled(s, s.sun, made=False),
    "L3_same_rights": lambda s: _bundled(s, s.sun),
    "L3_storage": lambda s: _discharge(s, 100, lost=50, origin=s.active[1]),
    "L3_kind": lambda s: _move("transfer", s.active, "retired", TRADER),
    "L5_spendable": lambda s: _move("transfer", s.retired, "active", TRADER),
    "L5_spends": lambda s: _move("transfer", s.reserved, "active", TRADER),
    "gec_whole": lambda s: Draft(kind="split", certificates=[Certificate(s.gec_lot, TRADER, "active", 500)]),
    "storage_loss": lambda s: _discharge(s, 90, lost=10),
    "storage_charge": lambda s: Draft(
        kind="charge",
        debits=[s.active[0]],
        certificates=[Certificate(s.active[1], MAKER, "stored", s.active[2], TANK, JANUARY, HOUR)],
    ),
    "tradable": lambda s: _move("transfer", s.sun, "active", TRADER),
    "not_yet_expired": lambda s: _move("expire", s.active, "expired"),
}
"""Entries hashed and signed by the true key, wrong in what they say."""

WRONG_HEADERS: Mapping[str, dict[str, Any]] = {
    "L7_previous": {"previous": "0" * 64},
    "time_rises": {"time": JANUARY},
    "one_kind": {"data_kind": "metered"},
    "L6_counts": {"lots_to": 0},
}
"""Entries without rows, with a column made wrong."""


def statements_for(guard: str, s: Scene) -> list[Statement]:
    """Return what an attacker sends so that a guard must refuse it."""
    if guard in WRONG:
        return sealed(s.ledger, WRONG[guard](s))
    if guard in WRONG_HEADERS:
        return sealed(s.ledger, Draft(kind="split"), **WRONG_HEADERS[guard])
    if guard == "L7_number":  # the last entry once more, whose rows there are
        last = last_entry(s.ledger.database)
        assert last is not None
        return sealed(s.ledger, Draft(kind=last.kind), number=last.number, previous=last.previous)
    if guard == "expiry":
        return sealed(s.ledger, _move("transfer", s.active, "active", TRADER), time=AFTER_EXPIRY)
    if guard == "one_ledger":
        return [(
            "INSERT INTO ledger (id, kind, operator, time_zone, scheme, public_key) VALUES (?, ?, ?, ?, ?, ?)",
            ("second", "demo", "me", "UTC", "none", "none"),
        )]  # fmt: skip
    if guard == "rules_stand":
        return [("INSERT INTO may_write (kind, state) VALUES ('split', 'retired')", ())]
    table = guard.removeprefix("L6_next_")
    return [inserted(table, _row(s.ledger, table))]


def _row(ledger: Ledger, table: str) -> Row:
    """Return a row that comes with an entry that is sealed already."""
    assert table in ROWS
    last = last_entry(ledger.database)
    assert last is not None
    values: dict[str, Any] = {
        "id": f"new-{table}" if table in ("device", "account") else last.counts[table] + 1,
        "number": last.counts[table] + 1, "entry": last.number, "name": "n", "role": "generation", "interval_s": HOUR,
        "tradable": 1, "valid_months": 1, "efficiency_ppm": 1, "account": MAKER, "attributes": "{}",
        "device": WIND_NUMBER, "start": NEXT, "version": 1, "out_wh": 5, "in_wh": 0, "kind": "generation",
        "measurement": 1, "origin": 0, "wh": 0, "set_off_wh": 0, "expires": 1, "certificate": 1, "lot": 1,
        "state": "active", "beneficiary": None, "used_from": None, "used_s": None,
    }  # fmt: skip
    return tuple(values[column] for column in COLUMNS[table])
