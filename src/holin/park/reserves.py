"""What must stay in hand: spinning reserve, primary response and inertia, as requirements of the park."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from holin.columns import column
from holin.thing import Thing


class ReserveKind(StrEnum):
    """What is kept in hand (旋转备用 上/下, 一次调频, 转动惯量)."""

    UP = "up"
    DOWN = "down"
    PRIMARY = "primary"
    INERTIA = "inertia"


@dataclass(frozen=True, kw_only=True)
class Reserve(Thing):
    """A requirement on what is kept in hand in every step.

    Of `up`, `down` and `primary` it is fixed_mw + load_share x load + renewable_share x wind and PV, and with
    `largest_unit` also at least what the largest running unit gives, kept by the others. Of `inertia` it is fixed_mw
    alone, in MW s. It is a wish at a price: what is short is reported, never hidden.
    """

    kind: ReserveKind = column(meaning="up, down, primary or inertia")
    fixed_mw: float = column("MW", "constant part (inertia: MW s)", default=0.0, ge=0)
    load_share: float = column("1", "of all loads and potlines", default=0.0, ge=0, le=1)
    renewable_share: float = column("1", "of wind and PV that is used", default=0.0, ge=0, le=1)
    largest_unit: bool = column(meaning="true: the others can replace any one thermal unit", default=False)
    grid_counts: bool = column(meaning="true: room left at the grid connection counts", default=True)
    storage_counts: bool = column(meaning="true: storage counts, as far as its content lasts", default=True)
    hold_h: float = column("h", "how long a storage must be able to give it", default=0.5, gt=0, le=24)
    short_per_mwh: float = column(
        "currency/MWh", "price of a MW short for an hour (inertia: per MW s and hour)", default=2000.0, gt=0
    )
