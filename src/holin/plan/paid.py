"""What a plan pays beside its sources, as rows of the park's table `capital`: the price of the park as built is its."""

from __future__ import annotations

from datetime import date
from typing import Any

from holin.columns import Basis
from holin.finance import SOURCES, capital_cost
from holin.park import Capital, CapitalKind, Park, by_id
from holin.plan.figures import KINDS, investment
from holin.plan.offers import Offer
from holin.plan.plan import Sizes

BESIDE = frozenset({CapitalKind.NETWORK, CapitalKind.POTLINE})
"""Kinds of what is built that are no source: lines, transformers, grid connections; refits of potlines."""


def paid_for(offer: Offer, sizes: Sizes, day: date, *, id_: str, element: str, retired: date | None) -> list[Capital]:
    """Return what an offer costs that builds no source, from a stage's day on; [] for a source, which names its cost
    data itself, and for what is free."""
    kind = CapitalKind(KINDS[offer.table])
    mw = sizes.built_mw.get(offer.id, 0.0)
    cost, fixed = investment(offer, mw, 0.0), mw * offer.fixed_per_mw_year
    if kind not in BESIDE or not (cost or fixed):
        return []
    row = Capital(
        id=id_, name=offer.candidate.name or offer.thing.name, name_zh=offer.candidate.name_zh or offer.thing.name_zh,
        kind=kind, element=element, capital_cost=cost, lifetime_years=offer.lifetime_years, fixed_cost_per_year=fixed,
        built=day, retired=retired, basis=Basis.DERIVED,
        reference=f"decided by holin plan: {mw:.6g} MW at the prices of {day.year}",
    )  # fmt: skip
    return [row]


def owed_for(whole: Park, unit: Any, day: date, *, id_: str) -> list[Capital]:
    """Return what is owed on for a unit that makes way at a day, until it would have been retired; [] for nothing.

    Retiring or refitting a unit spares its fixed cost, never the annuity of what was paid for it.
    """
    kind = next((k for k, table in SOURCES.items() if any(u.id == unit.id for u in getattr(whole, table))), None)
    cost = by_id(whole.costs).get(getattr(unit, "cost", None) or "")
    if kind is None or cost is None or not (paid := capital_cost(unit, cost)):
        return []
    zh = unit.name_zh or unit.name or unit.id
    row = Capital(
        id=id_, name=f"Still owed for {unit.name or unit.id}", name_zh=f"{zh}未偿年金",
        kind=CapitalKind(kind), element=unit.id, capital_cost=paid, lifetime_years=cost.lifetime_years, sunk=True,
        built=day, retired=unit.retired, basis=Basis.DERIVED,
        reference=f"it made way by holin plan; its annuity by {cost.id} is owed as long as it would have stood",
    )  # fmt: skip
    return [row]
