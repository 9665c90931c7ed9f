"""Values that a ledger cannot keep are refused before anything is written, in words, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hand import HOUR, JANUARY, WIND, device, hours, peopled

from holin.errors import BadInput
from holin.ledger import (
    Ledger,
    Measured,
    Use,
    Which,
    correct,
    history,
    issue,
    opened,
    register,
    reserve,
    retire,
    split,
    transfer,
    verify,
)
from holin.ledger.validity import expiry, month_start

LATER = JANUARY + 30 * 86_400


def measured(start: Any, out_wh: Any) -> Callable[[Ledger], object]:
    return lambda ledger: issue(ledger, [Measured(WIND, start, out_wh, 0)], now=LATER)


BAD: dict[str, tuple[Callable[[Ledger], object], str]] = {
    "Wh with a fraction": (measured(JANUARY, 1.5), "has 1.5 Wh; whole Wh"),
    "a whole number that is none": (measured(JANUARY, 1000.0), "has 1000.0 Wh"),
    "not a number": (measured(JANUARY, float("nan")), "has nan Wh"),
    "kWh too many": (measured(JANUARY, 2**70), "at most 100000000000"),
    "milliseconds": (measured(JANUARY * 1000, 5), "whole seconds since 1970"),
    "before 1970": (measured(-HOUR, 5), "whole seconds since 1970"),
    "an interval corrected twice at once": (
        lambda ledger: correct(ledger, [(WIND, JANUARY + HOUR, 1, 0), (WIND, JANUARY + HOUR, 2, 0)], reason="r"),
        "twice",
    ),
    "a part of a Wh": (lambda ledger: transfer(ledger, "maker", "trader", 0.5, now=LATER), "is not whole"),  # type: ignore[arg-type]
    "Wh as a float": (lambda ledger: retire(ledger, "maker", "works", 10.0, now=LATER), "is not whole"),  # type: ignore[arg-type]
    "less than nothing": (lambda ledger: transfer(ledger, "maker", "trader", -5, now=LATER), "nothing to take"),
    "a time beyond all": (
        lambda ledger: retire(ledger, "maker", "works", 10, use=Use(start=2**70, seconds=1), now=LATER),
        "so large|refuses a value",
    ),
    "a certificate beyond all": (lambda ledger: split(ledger, 2**70, 5, now=LATER), "so large|does not exist|refuses"),
    "text that ends early": (lambda ledger: reserve(ledger, "maker", "a\0b", 10, now=LATER), "NUL"),
    "half a letter": (lambda ledger: reserve(ledger, "maker", "a\ud800", 10, now=LATER), "surrogates"),
    "an endless validity": (
        lambda ledger: register(ledger, [device("test.example:park:new", valid_months=10**6)], now=LATER), "months",
    ),
    "another's device": (lambda ledger: register(ledger, [device("other:park:new")], now=LATER), "unique in the world"),
    "nothing of all": (
        lambda ledger: retire(ledger, "maker", "works", 1, Which(start=LATER), now=LATER), "more than the 0 Wh",
    ),
    "no such certificate": (lambda ledger: history(ledger, certificate=2**70), "nothing in the ledger fits|so large"),
}  # fmt: skip


def test_what_cannot_be_kept_is_refused_in_words_and_nothing_is_written(ledger_at: str) -> None:
    with opened(ledger_at) as ledger:
        peopled(ledger)
        issue(ledger, hours(WIND, [1_000, 2_000])[1:], now=LATER)
        before = verify(ledger)
        for name, (ask, says) in BAD.items():
            with pytest.raises(BadInput, match=says):
                ask(ledger)
                pytest.fail(name)
        after = verify(ledger)
    assert (after.whole, after.hash, after.entries) == (True, before.hash, before.entries)


@pytest.mark.parametrize(
    ("zone", "year", "month", "start"),
    [
        ("Asia/Shanghai", 2025, 13, "2025-12-31T16:00"),  # the thirteenth month is January
        ("Europe/Berlin", 2025, 4, "2025-03-31T22:00"),  # summer time since two days
        ("Europe/Berlin", 2025, 11, "2025-10-31T23:00"),
        ("America/Asuncion", 2023, 10, "2023-10-01T04:00"),  # that midnight did not exist: the clock went on to 01:00
        ("Asia/Kolkata", 2025, 2, "2025-01-31T18:30"),
    ],
)
def test_months_begin_at_local_midnight(zone: str, year: int, month: int, start: str) -> None:
    found = month_start(year, month, zone)
    assert datetime.fromtimestamp(found, UTC).strftime("%Y-%m-%dT%H:%M") == start


def test_validity_counts_from_the_local_month() -> None:
    """31 December 23:00 in China is 15:00 UTC; an hour later another month, and another year, counts."""
    last = int(datetime(2025, 12, 31, 15, tzinfo=UTC).timestamp())
    ends = [datetime.fromtimestamp(expiry(last + k * HOUR, 24, "Asia/Shanghai"), UTC) for k in (0, 1)]
    assert ends == [datetime(2027, 12, 31, 16, tzinfo=UTC), datetime(2028, 1, 31, 16, tzinfo=UTC)]
