"""From a park and the figures of its years to the terms, investments and running amounts of a cash flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from holin.errors import ARGUMENT, BadInput, Fault
from holin.finance.investments import Investment, whole_years
from holin.finance.running import Running, from_stages, running_of
from holin.finance.standing import SOURCES, capital_cost
from holin.park import FinanceTerms, Park, by_id

DEFAULT = FinanceTerms(id="default", reference="Holin's defaults: no loan, no input VAT, taxes by the law of China")


def terms_of(park: Park, name: str | None = None) -> FinanceTerms:
    """Return the named terms of a park, or its first; Holin's defaults without any. Raises BadInput otherwise."""
    if name is None:
        return park.finances[0] if park.finances else DEFAULT
    terms = by_id(park.finances)
    if name not in terms:
        right = f"one of {', '.join(terms)}" if terms else "write them into finance.csv"
        raise BadInput([Fault(file=ARGUMENT, field="name", value=name, problem="no such finance terms", right=right)])
    return terms[name]


def investments_of(park: Park, first_year: int, last_year: int) -> tuple[Investment, ...]:
    """Return what of a park is built within the years, as investments: sources that name their cost, and its table
    `capital` without what is sunk.

    A thing runs for the whole year in which it is built, and in none from that in which it is retired: a stage is the
    park at 31 December, frozen for its year. What was built before is paid already and left out. Raises Mismatch for a
    lifetime that is no whole number of years.
    """
    costs = by_id(park.costs)
    found = []
    for kind, attribute in SOURCES.items():
        for unit in getattr(park, attribute):
            if not unit.cost or unit.built is None or not first_year <= unit.built.year <= last_year:
                continue
            cost, first = costs[unit.cost], unit.built.year
            if unit.retired is not None and unit.retired.year <= first:
                continue
            found.append(
                Investment(
                    id=unit.id,
                    kind=kind,
                    name=unit.name,
                    name_zh=unit.name_zh,
                    first_year=first,
                    cost=capital_cost(unit, cost),
                    lifetime_years=whole_years(cost.lifetime_years),
                    end_year=unit.retired.year if unit.retired else None,
                    change_per_year=cost.change_per_year if cost.price_year else 0.0,
                )
            )
    return (*found, *_beside(park, first_year, last_year))


def _beside(park: Park, first_year: int, last_year: int) -> tuple[Investment, ...]:
    """Return the investments of the table `capital` that begin within the years."""
    return tuple(
        Investment(
            id=row.id, kind=row.kind.value, name=row.name, name_zh=row.name_zh, first_year=row.built.year,
            cost=row.capital_cost, lifetime_years=whole_years(row.lifetime_years),
            end_year=row.retired.year if row.retired else None,
        )
        for row in park.capitals
        if not row.sunk and row.built is not None and first_year <= row.built.year <= last_year
        and (row.retired is None or row.retired.year > row.built.year)
    )  # fmt: skip


def running_of_parts(
    years: Sequence[int],
    parts: Mapping[int, Mapping[str, float]],
    income: Mapping[int, float],
    wind_income: Mapping[int, float] | None = None,
) -> Running:
    """Return what years bring and cost from the price parts of some of them (`holin.summary.money_by_part`, by year).

    A year's figures hold until the next year that has some. `income` is what users pay by year; exports are added to
    it. Annuities are left out, for a cash flow has the investments themselves.
    """
    sums = {year: _by_row(amounts) for year, amounts in parts.items()}
    rows = {name: from_stages(years, {y: s[name] for y, s in sums.items()}) for name in _ROWS}
    earned = from_stages(years, income) + rows.pop("export")
    wind = from_stages(years, wind_income) if wind_income else 0.0 * earned
    return running_of(years, income=earned, wind_income=wind, **rows)


_ROWS = ("fixed_cost", "variable_cost", "fuel_cost", "purchase_cost", "co2_cost", "export")


def _by_row(parts: Mapping[str, float]) -> dict[str, float]:
    rows = dict.fromkeys(_ROWS, 0.0)
    for part, amount in parts.items():
        if part.startswith("annuity_"):
            continue
        row, sign = _row_of(part)
        rows[row] += sign * amount
    return rows


def _row_of(part: str) -> tuple[str, float]:
    if part.startswith("fixed_"):
        return "fixed_cost", 1.0
    if part.startswith("import_") or part == "demand_charge":
        return "purchase_cost", 1.0
    return {
        "fuel": ("fuel_cost", 1.0),
        "generator": ("fuel_cost", 1.0),
        "co2": ("co2_cost", 1.0),
        "export_income": ("export", -1.0),
    }.get(part, ("variable_cost", 1.0))
