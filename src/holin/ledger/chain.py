"""The hash chain: what of an entry is hashed, in which order, and the entry's own numbers."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from holin.ledger.database import Row
from holin.ledger.schema import COLUMNS, ROWS

FORMAT = "holin-ledger-1"
HEADER = ("number", "time", "kind", "data_kind", "request", "detail", *(f"{table}s_to" for table in ROWS), "previous")
"""The columns of an entry that its hash covers, beside all its rows."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a ledger is, as its table `ledger` says."""

    id: str
    kind: str
    operator: str
    time_zone: str
    scheme: str
    public_key: str


def new_id(*, kind: str, operator: str, time_zone: str, scheme: str, chance: bytes | None = None) -> str:
    """Return the id of a new ledger: six bytes by chance, ten of the SHA-256 of these and of what the ledger is.

    The first entry follows the id, so that a signed chain holds what its ledger is; the key it holds by the signatures.
    """
    chance = secrets.token_bytes(6) if chance is None else chance
    told = json.dumps([chance.hex(), kind, operator, time_zone, scheme], ensure_ascii=False).encode()
    return str(uuid.UUID(bytes=chance + hashlib.sha256(told).digest()[:10]))


def is_own_id(facts: Facts) -> bool:
    """Return whether a ledger's id is that of its kind, operator, time zone and scheme."""
    try:
        chance = uuid.UUID(facts.id).bytes[:6]
    except ValueError:
        return False
    made_of = {"kind": facts.kind, "operator": facts.operator, "time_zone": facts.time_zone, "scheme": facts.scheme}
    return facts.id == new_id(**made_of, chance=chance)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One sealed entry: its own columns, named as in the database."""

    number: int
    time: int
    kind: str
    data_kind: str
    request: str
    detail: str
    devices_to: int
    accounts_to: int
    measurements_to: int
    lots_to: int
    debits_to: int
    certificates_to: int
    previous: str
    hash: str
    signature: str

    @property
    def counts(self) -> dict[str, int]:
        """Return for each table the number of its last row that this entry or one before it brought."""
        return {table: getattr(self, f"{table}s_to") for table in ROWS}

    @property
    def row(self) -> Row:
        """Return the columns in the order of the table."""
        return tuple(getattr(self, column) for column in COLUMNS["entry"])


def content_of(header: Sequence[Any], rows: Mapping[str, Sequence[Row]]) -> bytes:
    """Return what is hashed of an entry: its header and all its rows as JSON without spaces, in a fixed order.

    Numbers are whole and text is UTF-8, so there is one way to write it: the same bytes on every machine and from
    either database.
    """
    parts = [FORMAT, list(header), *(rows[table] for table in ROWS)]
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()


def header_of(entry: Entry) -> list[Any]:
    """Return the columns of an entry that its hash covers."""
    return [getattr(entry, column) for column in HEADER]
