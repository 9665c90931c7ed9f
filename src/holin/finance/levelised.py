"""The levelised cost of energy by source, by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from holin.errors import Mismatch
from holin.finance.discounting import Floats, discount_factors
from holin.finance.investments import Investment, faults_of_investments, purchases_of
from holin.park import FinanceTerms

PARTS = ("capital", "fixed", "variable", "fuel", "co2", "charging")


@dataclass(frozen=True, kw_only=True)
class SourceYears:
    """What a source gave and cost in each year of operation: energy in MWh, costs (by PARTS but capital) in currency.

    Of storage, `energy_mwh` is what it discharged and `charging` what the energy cost with which it was charged.
    """

    energy_mwh: Floats
    costs: Mapping[str, Floats]


@dataclass(frozen=True, kw_only=True)
class LevelisedCost:
    """The levelised cost of a source: its discounted costs by part (currency), its discounted energy (MWh)."""

    source: str
    costs: Mapping[str, float]
    energy_mwh: float

    @property
    def parts_per_mwh(self) -> dict[str, float]:
        """The cost per MWh by part; empty without energy."""
        return {n: c / self.energy_mwh for n, c in self.costs.items()} if self.energy_mwh > 0.0 else {}

    @property
    def per_mwh(self) -> float | None:
        """The sum of the parts, None without energy."""
        return sum(self.parts_per_mwh.values()) if self.energy_mwh > 0.0 else None


def levelised_costs(
    years: Sequence[int],
    investments: Sequence[Investment],
    sources: Mapping[str, SourceYears],
    terms: FinanceTerms,
    *,
    discount_rate: float,
) -> tuple[LevelisedCost, ...]:
    """Return the levelised cost of each source, in order; an investment belongs to the source of its `kind`.

    Sum of discounted costs / sum of discounted energy, the first year of `years` being t = 1. Capital is investment
    and replacement less what is left at the horizon's end, so that a thing that outlives the horizon bears its years
    alone. Prices are taken as given, with VAT or without; no income tax, no loan. For storage it is the levelised cost
    of storage: cost of charging included, per MWh discharged. Source of the form: NREL/TP-462-5173 (1995), pp. 47-50.
    """
    faults = faults_of_investments(investments, years[0], years[-1])
    for name, source in sources.items():
        unknown = sorted(set(source.costs) - set(PARTS[1:]))
        faults += [f"{name}: {u} is not a part of the cost; give {', '.join(PARTS[1:])}" for u in unknown]
        rows = {"energy_mwh": source.energy_mwh, **source.costs}
        faults += [f"{name}: {n} is not by year" for n, r in rows.items() if np.shape(r) != (len(years),)]
    if faults:
        raise Mismatch("no levelised cost: " + "; ".join(faults))
    factors = discount_factors(discount_rate, len(years) + 1)
    found = []
    for name, source in sources.items():
        own = [i for i in investments if i.kind == name]
        costs = {"capital": _capital(own, terms, years, factors)}
        costs |= {p: float(source.costs[p] @ factors[1:]) for p in PARTS[1:] if p in source.costs}
        found.append(LevelisedCost(source=name, costs=costs, energy_mwh=float(source.energy_mwh @ factors[1:])))
    return tuple(found)


def _capital(investments: Sequence[Investment], terms: FinanceTerms, years: Sequence[int], factors: Floats) -> float:
    total = 0.0
    for p in purchases_of(investments, terms, years[-1]):
        scale = p.cost_with_vat / p.cost_without_vat if terms.prices_include_vat and p.cost_without_vat else 1.0
        cost, left = scale * p.cost_without_vat, scale * p.residual
        total += cost * factors[p.paid_year - years[0] + 1] - left * factors[p.last_year - years[0] + 1]
    return float(total)
