"""Anchors: what a ledger has named of a book beside it, verified with all else, and never twice."""

from __future__ import annotations

from hand import JANUARY, peopled

from holin.ledger import anchor, anchored, opened, verify


def test_a_book_is_named_by_its_last_entry(ledger_at: str) -> None:
    with opened(ledger_at) as ledger:
        peopled(ledger)
        assert anchored(ledger, "allotments") is None
        first = anchor(ledger, "allotments", 1, "aa", now=JANUARY)
        assert first is not None and anchor(ledger, "allotments", 1, "aa", now=JANUARY) == first
        anchor(ledger, "allotments", 3, "cc", now=JANUARY)
        anchor(ledger, "allotments", 2, "bb", now=JANUARY)  # two writers: the later entry may be named first
        anchor(ledger, "other", 9, "zz", now=JANUARY)
        assert anchored(ledger, "allotments") == (3, "cc") and anchored(ledger, "other") == (9, "zz")
        assert verify(ledger).whole
