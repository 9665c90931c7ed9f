"""The ledger's tables and guards, written once and spoken in the dialects of both databases.

Nothing in the ledger is ever changed: an operation is an `entry` that spends certificates whole and writes new ones.
A certificate is so many Wh of one `lot` (what one device made in one interval) in one account and one state. Because
each can be spent once (`debit` is unique per certificate) and what is written equals what is spent, lot by lot, no
Wh can be counted twice, and no account can fall below zero. The entry itself is inserted last: that seals it, and the
guards of the seal look at everything that it brought.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

WH_PER_GEC = 1_000_000
"""One Chinese green electricity certificate is 1,000 kWh (绿证核发规则, NEA 2024)."""

STATES = ("active", "reserved", "retired", "expired", "withdrawn", "stored", "lost", "converted")
"""What a certificate is. Only active, reserved and stored ones can be spent; the others are the end (L5)."""

SPENDABLE = ("active", "reserved", "stored")

RESULTS = {
    "open": (),
    "register": (),
    "issue": ("active",),
    "correct": ("active", "withdrawn"),
    "split": ("active", "reserved", "stored"),
    "transfer": ("active",),
    "reserve": ("active", "reserved"),
    "release": ("active",),
    "retire": ("active", "reserved", "retired"),
    "expire": ("expired",),
    "charge": ("active", "stored"),
    "discharge": ("active", "stored", "lost", "converted"),
    "bundle": ("active", "converted"),
}
"""Kind of entry -> states of the certificates that it may write: its purpose, and the rest of what it cut in two."""

TABLES = """
CREATE TABLE ledger (
  id text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('demo', 'metered')),
  operator text NOT NULL,
  time_zone text NOT NULL,
  scheme text NOT NULL,
  public_key text NOT NULL
);
CREATE TABLE entry (
  number bigint PRIMARY KEY CHECK (number > 0),
  time bigint NOT NULL,
  kind text NOT NULL,
  data_kind text NOT NULL,
  request text NOT NULL UNIQUE,
  detail text NOT NULL,
  devices_to bigint NOT NULL,
  accounts_to bigint NOT NULL,
  measurements_to bigint NOT NULL,
  lots_to bigint NOT NULL,
  debits_to bigint NOT NULL,
  certificates_to bigint NOT NULL,
  previous text NOT NULL UNIQUE,
  hash text NOT NULL UNIQUE,
  signature text NOT NULL
);
CREATE TABLE account (
  number bigint PRIMARY KEY,
  entry bigint NOT NULL REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
  id text NOT NULL UNIQUE,
  name text NOT NULL
);
CREATE TABLE device (
  number bigint PRIMARY KEY,
  entry bigint NOT NULL REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
  id text NOT NULL UNIQUE,
  role text NOT NULL CHECK (role IN ('generation', 'storage')),
  interval_s bigint NOT NULL CHECK (interval_s > 0 AND interval_s <= 3600 AND 3600 % interval_s = 0),
  tradable bigint NOT NULL CHECK (tradable IN (0, 1)),
  valid_months bigint NOT NULL CHECK (valid_months > 0),
  efficiency_ppm bigint NOT NULL CHECK (efficiency_ppm > 0 AND efficiency_ppm <= 1000000),
  account bigint NOT NULL REFERENCES account (number) DEFERRABLE INITIALLY DEFERRED,
  attributes text NOT NULL
);
CREATE TABLE measurement (
  id bigint PRIMARY KEY,
  entry bigint NOT NULL REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
  device bigint NOT NULL REFERENCES device (number),
  start bigint NOT NULL,
  version bigint NOT NULL CHECK (version > 0),
  out_wh bigint NOT NULL CHECK (out_wh >= 0),
  in_wh bigint NOT NULL CHECK (in_wh >= 0),
  UNIQUE (start, device, version)
);
CREATE INDEX measurement_corrected ON measurement (device) WHERE version > 1;
CREATE TABLE lot (
  id bigint PRIMARY KEY,
  entry bigint NOT NULL REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
  kind text NOT NULL CHECK (kind IN ('generation', 'discharge', 'gec')),
  measurement bigint NOT NULL REFERENCES measurement (id),
  origin bigint NOT NULL,
  wh bigint NOT NULL CHECK (wh >= 0),
  set_off_wh bigint NOT NULL CHECK (set_off_wh >= 0),
  tradable bigint NOT NULL CHECK (tradable IN (0, 1)),
  expires bigint NOT NULL,
  UNIQUE (measurement, kind, origin)
);
CREATE INDEX lot_set_off ON lot (measurement) WHERE set_off_wh > 0;
CREATE TABLE certificate (
  id bigint PRIMARY KEY,
  entry bigint NOT NULL REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
  lot bigint NOT NULL REFERENCES lot (id),
  account bigint NOT NULL REFERENCES account (number),
  state text NOT NULL,
  wh bigint NOT NULL CHECK (wh > 0),
  beneficiary text,
  used_from bigint,
  used_s bigint,
  CHECK (state <> 'retired' OR beneficiary IS NOT NULL)
);
CREATE INDEX certificate_lot ON certificate (lot);
CREATE TABLE debit (
  id bigint PRIMARY KEY,
  entry bigint NOT NULL REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
  certificate bigint NOT NULL UNIQUE REFERENCES certificate (id)
);
CREATE TABLE may_write (
  kind text NOT NULL,
  state text NOT NULL,
  PRIMARY KEY (kind, state)
)
"""

ROWS = ("account", "device", "measurement", "lot", "debit", "certificate")
"""The tables whose rows an entry brings, in the order in which they are written and hashed."""

COLUMNS = {
    "device": ("number", "entry", "id", "role", "interval_s", "tradable", "valid_months", "efficiency_ppm",
               "account", "attributes"),
    "account": ("number", "entry", "id", "name"),
    "measurement": ("id", "entry", "device", "start", "version", "out_wh", "in_wh"),
    "lot": ("id", "entry", "kind", "measurement", "origin", "wh", "set_off_wh", "tradable", "expires"),
    "debit": ("id", "entry", "certificate"),
    "certificate": ("id", "entry", "lot", "account", "state", "wh", "beneficiary", "used_from", "used_s"),
    "entry": ("number", "time", "kind", "data_kind", "request", "detail", "devices_to", "accounts_to",
              "measurements_to", "lots_to", "debits_to", "certificates_to", "previous", "hash", "signature"),
}  # fmt: skip

FROZEN = ("ledger", *COLUMNS, "may_write")
"""Tables in which no row may be changed or deleted."""


@dataclass(frozen=True, kw_only=True)
class Guard:
    """A rule of the database: inserting a row into `table` is refused where `broken` holds of it (`NEW`)."""

    name: str
    table: str
    broken: str
    says: str


def _key(table: str) -> str:
    return "number" if table in ("device", "account") else "id"


def _since(table: str) -> str:
    """Rows of the entry that is being sealed: those beyond the last seal."""
    return f"{_key(table)} > COALESCE((SELECT {table}s_to FROM entry WHERE number = NEW.number - 1), 0)"


_SPENT = "(SELECT certificate FROM debit WHERE " + _since("debit") + ")"
_MOVES = f"""
  SELECT lot, account, wh FROM certificate WHERE {_since("certificate")}
  UNION ALL SELECT lot, account, -wh FROM certificate WHERE id IN {_SPENT}
"""

_UNSEALED = tuple(
    Guard(
        name=f"L6_next_{table}",
        table=table,
        broken=f"""NEW.entry <> 1 + COALESCE((SELECT MAX(number) FROM entry), 0)
            OR NEW.{_key(table)} <> 1 + COALESCE((SELECT MAX({_key(table)}) FROM {table}), 0)""",
        says="L6: a row comes with the next entry and has the next number; a sealed entry takes none",
    )
    for table in ROWS
)

GUARDS = (
    *_UNSEALED,
    Guard(
        name="one_ledger",
        table="ledger",
        broken="EXISTS (SELECT 1 FROM ledger)",
        says="a database holds one ledger",
    ),
    Guard(name="rules_stand", table="may_write", broken="1 = 1", says="L6: what an entry may write is fixed"),
    Guard(
        name="L1_metered",
        table="lot",
        broken="""NEW.kind = 'generation' AND NEW.wh + NEW.set_off_wh + COALESCE((
            SELECT SUM(l.wh + l.set_off_wh) FROM lot l JOIN measurement m ON m.id = l.measurement
            JOIN measurement n ON n.id = NEW.measurement AND m.device = n.device AND m.start = n.start
            WHERE l.kind = 'generation'), 0) - COALESCE((
            SELECT SUM(c.wh) FROM certificate c JOIN lot l ON l.id = c.lot
            JOIN measurement m ON m.id = l.measurement
            JOIN measurement n ON n.id = NEW.measurement AND m.device = n.device AND m.start = n.start
            WHERE c.state = 'withdrawn' AND n.version > 1), 0)
            > (SELECT out_wh - in_wh FROM measurement WHERE id = NEW.measurement)""",
        says="L1: more would be issued than was metered in the interval",
    ),
    Guard(
        name="L1_discharged",
        table="lot",
        broken="""NEW.kind = 'discharge' AND NEW.wh + COALESCE((
            SELECT SUM(l.wh) FROM lot l WHERE l.measurement = NEW.measurement AND l.kind = 'discharge'), 0)
            > (SELECT out_wh FROM measurement WHERE id = NEW.measurement)""",
        says="L1: more would be issued than the storage discharged in the interval",
    ),
    Guard(
        name="L2_version",
        table="measurement",
        broken="""NEW.version <> 1 + COALESCE((
            SELECT MAX(version) FROM measurement WHERE start = NEW.start AND device = NEW.device), 0)""",
        says="L2: the interval of this device stands in the ledger already; a correction is its next version",
    ),
    Guard(
        name="L2_interval",
        table="measurement",
        broken="NEW.start % (SELECT interval_s FROM device WHERE number = NEW.device) <> 0",
        says="L2: intervals of one device begin at whole multiples of its length, so that none can overlap",
    ),
    Guard(
        name="L2_role",
        table="lot",
        broken="""NEW.kind <> 'gec' AND (NEW.kind = 'discharge') <> (SELECT d.role = 'storage' FROM measurement m
            JOIN device d ON d.number = m.device WHERE m.id = NEW.measurement)""",
        says="L2: storage issues on discharge only, and generation never does",
    ),
    Guard(
        name="L5_spendable",
        table="debit",
        broken="""COALESCE((SELECT state FROM certificate WHERE id = NEW.certificate), '')
            NOT IN ('active', 'reserved', 'stored')""",
        says="L5: the certificate is retired, expired, withdrawn or lost; that is its end",
    ),
    Guard(
        name="gec_whole",
        table="certificate",
        broken=f"NEW.wh % {WH_PER_GEC} <> 0 AND (SELECT kind FROM lot WHERE id = NEW.lot) = 'gec'",
        says="a GEC is 1,000 kWh and never split further",
    ),
    Guard(
        name="L7_number",
        table="entry",
        broken="NEW.number <> 1 + COALESCE((SELECT MAX(number) FROM entry), 0)",
        says="L7: entries are numbered without a gap",
    ),
    Guard(
        name="L7_previous",
        table="entry",
        broken="""NEW.previous <> COALESCE((SELECT hash FROM entry WHERE number = NEW.number - 1),
            (SELECT id FROM ledger))""",
        says="L7: the entry does not follow the last one",
    ),
    Guard(
        name="time_rises",
        table="entry",
        broken="NEW.time < COALESCE((SELECT time FROM entry WHERE number = NEW.number - 1), 0)",
        says="the clock stands before the last entry",
    ),
    Guard(
        name="one_kind",
        table="entry",
        broken="NEW.data_kind <> (SELECT kind FROM ledger)",
        says="a ledger holds either demo or metered data, never both",
    ),
    Guard(
        name="L6_counts",
        table="entry",
        broken=" OR ".join(f"NEW.{t}s_to <> COALESCE((SELECT MAX({_key(t)}) FROM {t}), 0)" for t in ROWS),
        says="L6: the entry's counts do not fit its rows",
    ),
    Guard(
        name="L3_balanced",
        table="entry",
        broken=f"""EXISTS (SELECT lot FROM (SELECT lot, wh FROM ({_MOVES}) moves
            UNION ALL SELECT id, -wh FROM lot WHERE {_since("lot")}) sides GROUP BY lot HAVING SUM(wh) <> 0)""",
        says="L3: debits and credits of a lot are not equal",
    ),
    Guard(
        name="L3_same_holder",
        table="entry",
        broken=f"""NEW.kind NOT IN ('issue', 'correct', 'transfer', 'discharge', 'bundle') AND EXISTS (
            SELECT lot FROM ({_MOVES}) moves GROUP BY lot, account HAVING SUM(wh) <> 0)""",
        says="L3: only a transfer changes the holder",
    ),
    Guard(
        name="L3_converted",
        table="entry",
        broken=f"""COALESCE((SELECT SUM(wh) FROM certificate WHERE state = 'converted' AND {_since("certificate")}), 0)
            <> COALESCE((SELECT SUM(wh) FROM lot WHERE kind <> 'generation' AND {_since("lot")}), 0)""",
        says="L3: what is converted and what is issued for it are not equal",
    ),
    Guard(
        name="L3_storage",
        table="entry",
        broken=f"""NEW.kind = 'discharge' AND EXISTS (SELECT lot FROM (
            SELECT lot, wh FROM certificate WHERE state = 'converted' AND {_since("certificate")}
            UNION ALL SELECT origin, -wh FROM lot WHERE kind = 'discharge' AND {_since("lot")}) sides
            GROUP BY lot HAVING SUM(wh) <> 0)""",
        says="L3: what is discharged of a lot and what is issued for it are not equal",
    ),
    Guard(
        name="storage_loss",
        table="entry",
        broken=f"""NEW.kind = 'discharge' AND EXISTS (SELECT c.beneficiary FROM certificate c
            LEFT JOIN device d ON d.id = c.beneficiary
            WHERE c.{_since("certificate")} AND c.state IN ('converted', 'lost')
            GROUP BY c.beneficiary, d.efficiency_ppm
            HAVING 1000000 * SUM(CASE WHEN c.state = 'converted' THEN c.wh ELSE 0 END)
            > COALESCE(d.efficiency_ppm, 0) * SUM(c.wh))""",
        says="more would come out of the storage than its losses leave",
    ),
    Guard(
        name="L3_kind",
        table="entry",
        broken=f"""EXISTS (SELECT 1 FROM certificate c WHERE c.{_since("certificate")} AND NOT EXISTS (
            SELECT 1 FROM may_write w WHERE w.kind = NEW.kind AND w.state = c.state))""",
        says="L3: an entry of this kind may not write a certificate in this state",
    ),
    Guard(
        name="tradable",
        table="entry",
        broken=f"""NEW.kind = 'transfer' AND EXISTS (SELECT 1 FROM certificate c JOIN lot l ON l.id = c.lot
            WHERE c.id IN {_SPENT} AND l.tradable = 0)""",
        says="a certificate that is not tradable stays with its holder",
    ),
    Guard(
        name="expiry",
        table="entry",
        broken=f"""NEW.kind IN ('transfer', 'reserve', 'retire', 'charge', 'bundle') AND EXISTS (
            SELECT 1 FROM certificate c JOIN lot l ON l.id = c.lot
            WHERE c.id IN {_SPENT} AND l.expires <= NEW.time)""",
        says="the certificate's validity has ended",
    ),
    Guard(
        name="not_yet_expired",
        table="entry",
        broken=f"""NEW.kind = 'expire' AND EXISTS (SELECT 1 FROM certificate c JOIN lot l ON l.id = c.lot
            WHERE c.id IN {_SPENT} AND l.expires > NEW.time)""",
        says="the certificate is valid still",
    ),
)


def statements(dialect: str) -> Iterator[str]:
    """Yield the statements that make an empty database a ledger, in the dialect `sqlite` or `postgresql`."""
    for statement in TABLES.split(";"):
        yield (
            statement.strip().replace("bigint PRIMARY KEY", "integer PRIMARY KEY")
            if dialect == "sqlite"
            else (statement.strip())
        )
    for kind, states in RESULTS.items():
        for state in states:
            yield f"INSERT INTO may_write (kind, state) VALUES ('{kind}', '{state}')"
    for guard in GUARDS:
        yield from _guard(dialect, guard)
    for table in FROZEN:
        yield from _frozen(dialect, table)


def _guard(dialect: str, guard: Guard) -> Iterator[str]:
    says = guard.says.replace("'", "''")
    if dialect == "sqlite":
        yield (
            f"CREATE TRIGGER {guard.name} BEFORE INSERT ON {guard.table} WHEN {guard.broken} "
            f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
        )
        return
    name = guard.name.lower()
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {guard.broken} "
        f"THEN RAISE EXCEPTION '{says}'; END IF; RETURN NEW; END $$"
    )
    yield f"CREATE TRIGGER {name} BEFORE INSERT ON {guard.table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def _frozen(dialect: str, table: str) -> Iterator[str]:
    says = "L6: nothing in the ledger is changed or deleted; a correction is a new entry"
    if dialect == "sqlite":
        for event in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER L6_{event.lower()}_{table} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
            )
        return
    if table == FROZEN[0]:
        yield (
            f"CREATE FUNCTION l6_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{says}'; END $$"
        )
    yield (
        f"CREATE TRIGGER l6_{table} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION l6_frozen()"
    )
