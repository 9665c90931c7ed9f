"""What is invested in, when it is paid, replaced and gone, and what it is worth then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from holin.errors import Mismatch
from holin.finance.depreciation import remaining_value, straight_line
from holin.finance.discounting import Floats
from holin.park import FinanceTerms

PUBLIC_INFRASTRUCTURE = frozenset({"wind", "solar"})
"""Kinds that the catalogue of public infrastructure projects names; storage and coal are not in it."""


@dataclass(frozen=True, kw_only=True)
class Investment:
    """Something that is bought, to run from the first day of `first_year`; it is paid at the end of the year before.

    `kind` is wind, solar, storage, coal, or another word (line, transformer, potline). `cost` (currency) is with VAT
    where the terms say so. It runs for `lifetime_years`, and is then bought again while `replaced`: at
    `replacement_cost`, or at its own, changed by `change_per_year` compounded. `end_year` is the first year that it no
    longer runs, whatever its life (None: none).
    """

    id: str
    kind: str
    first_year: int
    cost: float
    lifetime_years: int
    name: str = ""
    name_zh: str = ""
    end_year: int | None = None
    replaced: bool = True
    replacement_cost: float | None = None
    change_per_year: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """One time that an investment is paid: `number` is 0, or counts the replacements.

    `end_year` is the first year that it no longer runs within the horizon. `residual` (without VAT) is what it is
    worth then, `book` what it still stands in the books with; `depreciation` is by year from `first_year`.
    """

    investment: Investment
    number: int
    first_year: int
    end_year: int
    cost_with_vat: float
    cost_without_vat: float
    depreciation_years: int
    depreciation: Floats
    residual: float

    @property
    def paid_year(self) -> int:
        """The year at whose end it is paid."""
        return self.first_year - 1

    @property
    def last_year(self) -> int:
        """The last year that it runs, at whose end its residual value comes in."""
        return self.end_year - 1

    @property
    def at_horizon(self) -> bool:
        """Whether it still lives when it ends: only the horizon ends it, and what is left of its life is of worth."""
        return self.end_year < self.first_year + self.investment.lifetime_years and not self.retired

    @property
    def retired(self) -> bool:
        """Whether it ends because the investment is given up."""
        return self.investment.end_year == self.end_year

    @property
    def book(self) -> float:
        """What is not yet depreciated at its end (currency)."""
        return self.cost_without_vat - float(self.depreciation.sum())


def purchases_of(investments: Iterable[Investment], terms: FinanceTerms, last_year: int) -> tuple[Purchase, ...]:
    """Return every payment of the investments until the end of `last_year`, in order.

    What lives longer than the horizon is worth its cost less a straight line over its life down to the residual share;
    what has lived its life, or is given up early, the residual share.
    """
    return tuple(p for investment in investments for p in _purchases(investment, terms, last_year))


def _purchases(investment: Investment, terms: FinanceTerms, last_year: int) -> list[Purchase]:
    stop = min(last_year + 1, investment.end_year or last_year + 1)
    found, first, number = list[Purchase](), investment.first_year, 0
    while first < stop and (number == 0 or investment.replaced):
        cost = investment.cost
        if number:
            fixed, growth = investment.replacement_cost, 1.0 + investment.change_per_year
            cost = cost * growth ** (first - investment.first_year) if fixed is None else fixed
        end = min(first + investment.lifetime_years, stop)
        found.append(_purchase(investment, terms, number, (first, end), cost))
        first, number = end, number + 1
    return found


def _purchase(investment: Investment, terms: FinanceTerms, number: int, span: tuple[int, int], cost: float) -> Purchase:
    first, end = span
    vat = 1.0 + terms.vat_rate_investment
    without = cost / vat if terms.prices_include_vat else cost
    years = min(terms.depreciation_years, investment.lifetime_years)
    given_up = investment.end_year == end
    age = investment.lifetime_years if given_up else end - first
    return Purchase(
        investment=investment,
        number=number,
        first_year=first,
        end_year=end,
        cost_with_vat=without * vat,
        cost_without_vat=without,
        depreciation_years=years,
        depreciation=straight_line(without, years, terms.residual_share)[: end - first],
        residual=remaining_value(without, investment.lifetime_years, terms.residual_share, age),
    )


def faults_of_investments(investments: Sequence[Investment], first_year: int, last_year: int) -> list[str]:
    """Return what is wrong with investments for a horizon, each in a sentence; `[]` is good."""
    faults = [
        f"{i.id} runs from {i.first_year}, but the horizon is {first_year} .. {last_year}: leave out what stands "
        "already, and what comes after it"
        for i in investments
        if not first_year <= i.first_year <= last_year
    ]
    faults += [
        f"{i.id} lives for {i.lifetime_years} years: give it one at least" for i in investments if i.lifetime_years < 1
    ]
    faults += [
        f"{i.id} ends in {i.end_year}, before it runs: give a later year than {i.first_year}"
        for i in investments
        if i.end_year is not None and i.end_year <= i.first_year
    ]
    return faults + [
        f"{i.id} costs {i.cost:g}: a cost is not negative"
        for i in investments
        if not (i.cost >= 0.0 and (i.replacement_cost is None or i.replacement_cost >= 0.0))
    ]


def whole_years(lifetime_years: float) -> int:
    """Return a lifetime as whole years, as a cash flow by year needs it; raises Mismatch for another."""
    if lifetime_years != int(lifetime_years) or lifetime_years < 1:
        raise Mismatch(f"a lifetime of {lifetime_years:g} years: a cash flow by year needs whole years, 1 at least")
    return int(lifetime_years)
