"""Anchors: a ledger's entry names the last entry of a book beside it, so that the book cannot be lost or set back."""

from __future__ import annotations

import json
from typing import NamedTuple

from holin.ledger.append import Draft, append
from holin.ledger.chain import Entry
from holin.ledger.database import Database
from holin.ledger.opening import Ledger


class Anchor(NamedTuple):
    """The entry of a book that a ledger has named."""

    number: int
    hash: str


def anchor(ledger: Ledger, name: str, number: int, digest: str, *, now: int | None = None) -> Entry | None:
    """Name the entry of the book called `name` in the ledger; an entry that brings and spends nothing.

    Safe to repeat: one entry of a book is named once.
    """
    named = {"book": name, "number": number, "hash": digest}
    detail: dict[str, object] = {"accounts": 0, "anchor": named, "devices": 0}

    def make(database: Database, now: int) -> Draft:
        return Draft(kind="register", detail=detail)

    return append(ledger, make, request=f"anchor/{name}/{number}/{digest}", now=now, asked={"anchor": named})


def anchored(ledger: Ledger, name: str) -> Anchor | None:
    """Return the latest entry of a book that the ledger names, None where it names none."""
    rows = ledger.database.rows("SELECT detail FROM entry WHERE kind = 'register' AND detail LIKE '%\"anchor\":{%'")
    found = [json.loads(detail)["anchor"] for (detail,) in rows]
    return max((Anchor(a["number"], a["hash"]) for a in found if a["book"] == name), default=None)
