"""The ledger's tables and guards, written once and spoken in the dialects of both databases.

Nothing in the ledger is ever changed: an operation is an `entry` that spends certificates whole and writes new ones.
A certificate is so many Wh of one `lot` (what one device made in one interval) in one account and one state. Because
each can be spent once (`debit` is unique per certificate) and what is written equals what is spent, lot by lot, no
Wh can be counted twice, and no account can fall below zero. The entry itself is inserted last: that seals it, and the
guards of the seal look at everything that it brought.
"""

from __future__ import annotations

PPM = 1_000_000

WH_PER_GEC = 1_000_000
"""One Chinese green electricity certificate is 1,000 kWh (绿证核发规则, NEA 2024)."""

STATES = ("active", "reserved", "retired", "expired", "withdrawn", "stored", "lost", "converted")
"""What a certificate is. Only active, reserved and stored ones can be spent; the others are the end (L5)."""

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

SPENDS = {
    "correct": ("active",),
    "split": ("active", "reserved"),
    "transfer": ("active",),
    "reserve": ("active",),
    "release": ("reserved",),
    "retire": ("active", "reserved"),
    "expire": ("active", "reserved", "stored"),
    "charge": ("active",),
    "discharge": ("stored",),
    "bundle": ("active",),
}
"""Kind of entry -> states of the certificates that it may spend; kinds that are not here spend none."""

BRINGS = {"issue": "generation", "correct": "generation", "discharge": "discharge", "bundle": "gec"}
"""Kind of entry -> kind of the lots that it may bring; kinds that are not here bring none."""

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
  out_wh bigint NOT NULL CHECK (out_wh >= 0 AND out_wh <= 100000000000),
  in_wh bigint NOT NULL CHECK (in_wh >= 0 AND in_wh <= 100000000000),
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
  CHECK (state NOT IN ('retired', 'reserved') OR COALESCE(TRIM(beneficiary), '') <> '')
);
CREATE INDEX certificate_lot ON certificate (lot);
CREATE TABLE debit (
  id bigint PRIMARY KEY,
  entry bigint NOT NULL REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
  certificate bigint NOT NULL UNIQUE REFERENCES certificate (id)
);
CREATE INDEX measurement_entry ON measurement (entry);
CREATE INDEX lot_entry ON lot (entry);
CREATE INDEX certificate_entry ON certificate (entry);
CREATE INDEX debit_entry ON debit (entry);
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
