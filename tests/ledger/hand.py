"""A small park's devices and hours for the ledger's tests."""

from __future__ import annotations

from holin.ledger import Ledger, Measured, NewDevice, register
from holin.ledger.register import ATTRIBUTES

JANUARY = 1_735_660_800
"""2025-01-01 00:00 in China, in s (UTC)."""

HOUR = 3600
WIND, SUN, TANK = (f"test.example:park:{name}" for name in ("wind", "sun", "tank"))


def device(name: str, *, role: str = "generation", account: str = "maker", **facts: object) -> NewDevice:
    return NewDevice(
        id=name, role=role, interval_s=HOUR, account=account, attributes=dict.fromkeys(ATTRIBUTES, "x"), **facts
    )  # type: ignore[arg-type]


def peopled(ledger: Ledger) -> None:
    """Enter two plants, a storage, their maker, a trader and a user."""
    register(
        ledger,
        [device(WIND), device(SUN, tradable=False), device(TANK, role="storage", round_trip_efficiency=0.8)],
        {"maker": "Maker", "trader": "Trader", "works": "Works"},
        now=JANUARY,
    )


def hours(name: str, wh: list[int], first: int = 0) -> list[Measured]:
    return [Measured(name, JANUARY + HOUR * (first + k), value, 0) for k, value in enumerate(wh)]
