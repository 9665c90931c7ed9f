"""What was invested beside the sources, one row each: networks, refits, and what is owed for units that made way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from holin.columns import column
from holin.thing import Thing


class CapitalKind(StrEnum):
    """What capital was paid for, as the parts of the all-in price name it."""

    WIND = "wind"
    SOLAR = "solar"
    COAL = "coal"
    STORAGE = "storage"
    NETWORK = "network"
    POTLINE = "potline"


@dataclass(frozen=True, kw_only=True)
class Capital(Thing):
    """An investment whose annuity and fixed cost the all-in price bears from `built` until `retired`.

    Sources carry their own (`cost`) and need none. `holin plan` writes a row for each line, transformer, grid
    connection, refitted potline and reinforcement that it builds, and for what is still owed for a unit that made way.
    """

    kind: CapitalKind = column(meaning="what it was paid for, as the price names it")
    element: str = column(meaning="the thing that it was paid for; it need not stand any more", default="")
    capital_cost: float = column("currency", "investment, at the prices of the year in which it was paid", ge=0)
    lifetime_years: float = column("a", "for the annuity", gt=0, usual=(5, 60))
    fixed_cost_per_year: float = column("currency/a", "operation and maintenance", default=0.0, ge=0)
    sunk: bool = column(
        meaning="true: paid for a unit that made way before; its annuity is owed on, nothing is paid anew",
        default=False,
    )
