"""What a park costs by standing there, whether it runs or not: the annuity of its capital, and its fixed cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from holin.finance.discounting import annuity
from holin.park import Cost, Park, Source, by_id

SOURCES = {"wind": "wind_farms", "solar": "pv_plants", "coal": "thermal_units", "storage": "storages"}
"""Kind of a source -> table of the park, as the parts of the all-in price name them."""


@dataclass(frozen=True, kw_only=True)
class StandingCost:
    """Annuity and fixed cost of what stands (currency a year)."""

    annuity: float
    fixed: float

    @property
    def total(self) -> float:
        """Both together."""
        return self.annuity + self.fixed


def standing_cost(park: Park, units: Iterable[Source]) -> StandingCost:
    """Return what sources of a park cost a year by standing, at its discount rate; those without cost data nothing."""
    costs, rate = by_id(park.costs), park.facts.discount_rate
    priced = [(u, costs[u.cost]) for u in units if u.cost]
    return StandingCost(
        annuity=sum(capital_cost(u, c) * annuity(rate, c.lifetime_years) for u, c in priced),
        fixed=sum(u.p_nom_mw * c.fixed_cost_per_mw_year for u, c in priced),
    )


def standing_capital(park: Park) -> dict[str, StandingCost]:
    """Return what a park pays a year for its table `capital`, by kind: networks, refits, units that made way."""
    rate, found = park.facts.discount_rate, dict[str, StandingCost]()
    for row in park.capitals:
        before = found.get(row.kind.value, StandingCost(annuity=0.0, fixed=0.0))
        found[row.kind.value] = StandingCost(
            annuity=before.annuity + row.capital_cost * annuity(rate, row.lifetime_years),
            fixed=before.fixed + row.fixed_cost_per_year,
        )
    return found


def capital_cost(unit: Source, cost: Cost) -> float:
    """Return what a source cost when it was built (currency): capital costs change from their price year."""
    level = cost_level(cost, unit.built.year) if unit.built else 1.0
    energy = getattr(unit, "e_nom_mwh", 0.0) * cost.capital_cost_per_mwh
    return float(level * (unit.p_nom_mw * cost.capital_cost_per_mw + energy))


def cost_level(cost: Cost, year: int) -> float:
    """Return capital costs of a year / those of the price year: they change by `change_per_year`, compounded."""
    return float((1.0 + cost.change_per_year) ** (year - cost.price_year)) if cost.price_year else 1.0
